//! Comparing what we found with what an oracle says.

use greenbar::code::SymbolKind;
use greenbar::code::parse::{Detail, Structure, TargetRole};
use std::collections::BTreeSet;
use std::time::Duration;

/// A name and the line where it stands.
pub type Place = (String, u32);

/// What an oracle says, or what we found.
#[derive(Debug, Default)]
pub struct Oracle {
    /// Sections and paragraphs.
    pub labels: BTreeSet<Place>,
    /// Data items of all levels, condition names, index names, files.
    pub data: BTreeSet<Place>,
    /// Where sections and paragraphs are named by PERFORM and GO TO.
    pub references: BTreeSet<Place>,
    /// Where others are named: tables, cursors, programs, maps and so on, with their kind before the name.
    pub targets: BTreeSet<Place>,
    /// Names that are right, but that not each compiler lists at this place: those of debugging lines, of index names, of
    /// constants, of ALTER, and of files at their SELECT.
    pub doubtful: BTreeSet<String>,
    /// It lists everything, so what it does not know is false.
    pub complete: bool,
    /// Names are cut to this length.
    pub cut: usize,
}

/// Sections of the language, which no cross-reference lists.
const SECTIONS: [&str; 9] = [
    "CONFIGURATION",
    "INPUT-OUTPUT",
    "FILE",
    "WORKING-STORAGE",
    "LOCAL-STORAGE",
    "LINKAGE",
    "REPORT",
    "COMMUNICATION",
    "SCREEN",
];

/// What the structures of a source say, with the numbers that the oracle gives its lines.
pub fn ours(text: &[u8], numbers: &[u32], pieces: &[(usize, Structure)]) -> Oracle {
    let mut starts = vec![0];
    starts.extend(text.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at + 1));
    let mut found = Oracle::default();
    for (base, structure) in pieces {
        let line = |at: u32| {
            let line = starts.partition_point(|s| *s <= base + at as usize);
            numbers.get(line - 1).copied().unwrap_or_else(|| u32::try_from(line).unwrap())
        };
        for (number, part) in (0..).zip(&structure.parts) {
            let name = structure.name(part).to_ascii_uppercase();
            if part.debug
                || part.level == 78
                || part.kind == SymbolKind::Index
                || part.detail == Detail::Select
            {
                found.doubtful.insert(name.clone());
            }
            let place = (name.clone(), line(part.name_at));
            match part.kind {
                SymbolKind::Section if SECTIONS.contains(&name.as_str()) => {}
                SymbolKind::Section | SymbolKind::Paragraph => drop(found.labels.insert(place)),
                SymbolKind::Data | SymbolKind::Condition | SymbolKind::Index | SymbolKind::File
                    if part.name.is_some() =>
                {
                    found.data.insert(place);
                }
                _ => {}
            }
            for target in structure.targets_of(number) {
                let name = structure.text(target.name).to_ascii_uppercase();
                let at = line(target.at);
                let jump = matches!(part.kind, SymbolKind::Perform | SymbolKind::Goto);
                match target.role {
                    TargetRole::Label | TargetRole::Through if jump => {
                        if part.debug || part.detail == Detail::Alter {
                            found.doubtful.insert(name.clone());
                        }
                        found.references.insert((name, at));
                    }
                    TargetRole::Qualifier | TargetRole::HostVariable => {}
                    TargetRole::Label => {
                        found.targets.insert((format!("label-of-block {name}").to_lowercase(), at));
                    }
                    role => drop(found.targets.insert((format!("{role:?} {name}").to_lowercase(), at))),
                }
            }
            if matches!(part.kind, SymbolKind::Call | SymbolKind::Copy | SymbolKind::Entry) {
                let place = (format!("{:?} {name}", part.kind).to_lowercase(), line(part.name_at));
                found.targets.insert(place);
            }
        }
    }
    found
}

/// Counts of one kind.
#[derive(Debug, Default, Clone, Copy)]
pub struct Count {
    known: usize,
    found: usize,
    wrong: usize,
}

impl Count {
    fn shown(self) -> String {
        if self.known == 0 {
            return "| - | - ".to_owned();
        }
        let recall = 100.0 * ratio(self.found, self.known);
        format!("| {recall:.2} % of {} | {} ", self.known, self.wrong)
    }
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// What a folder scored.
#[derive(Debug, Default)]
pub struct Row {
    /// Sources, how many of them have an oracle, and how many have errors.
    pub files: usize,
    pub scored: usize,
    pub errors: usize,
    pub bytes: usize,
    pub time: Duration,
    counts: [Count; 4],
}

impl Row {
    pub const HEADING: &'static str = "\
| sources | n | scored | with errors | MB | MB/s | labels | false | data names | false | references | false | targets | false |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|";

    /// Adds a source; says what differs.
    pub fn add(&mut self, oracle: &Oracle, ours: &Oracle, text: &[u8]) -> Vec<String> {
        let mut differences = Vec::new();
        let kinds = [
            ("label", &oracle.labels, &ours.labels),
            ("data", &oracle.data, &ours.data),
            ("reference", &oracle.references, &ours.references),
            ("target", &oracle.targets, &ours.targets),
        ];
        let lines: Vec<String> =
            text.split(|b| *b == b'\n').map(|l| String::from_utf8_lossy(l).to_ascii_uppercase()).collect();
        for ((kind, known, found), count) in kinds.into_iter().zip(&mut self.counts) {
            let cut = |place: &Place| {
                let length = if oracle.cut > 0 { oracle.cut } else { usize::MAX };
                (place.0.chars().take(length).collect::<String>(), place.1)
            };
            let (known, found): (BTreeSet<Place>, BTreeSet<Place>) =
                (known.iter().map(cut).collect(), found.iter().map(cut).collect());
            // Only what stands in this text counts: a compiler lists what copybooks bring as well, at their lines.
            let here = |(name, line): &&Place| {
                let bare = name.rsplit(' ').next().unwrap_or(name);
                oracle.cut == 0 || lines.get(*line as usize - 1).is_some_and(|l| l.contains(bare))
            };
            for place in known.iter().filter(here) {
                count.known += 1;
                if found.contains(place) {
                    count.found += 1;
                } else {
                    differences.push(format!("{kind} {} of line {} is missed", place.0, place.1));
                }
            }
            if !oracle.complete || known.is_empty() {
                continue;
            }
            let names: BTreeSet<&str> = known.iter().map(|(name, _)| name.as_str()).collect();
            for (name, line) in found.iter().filter(|(name, _)| !ours.doubtful.contains(name)) {
                let known = if oracle.cut > 0 {
                    names.contains(name.as_str())
                } else {
                    known.contains(&(name.clone(), *line))
                };
                if !known {
                    count.wrong += 1;
                    differences.push(format!("{kind} {name} of line {line} is false"));
                }
            }
        }
        differences
    }

    /// A row of the table.
    pub fn shown(&self, folder: &str) -> String {
        let name = folder.rsplit('/').find(|part| !part.is_empty()).unwrap_or(folder);
        let mb = ratio(self.bytes, 1_000_000);
        let speed = mb / self.time.as_secs_f64().max(1e-9);
        let counts: String = self.counts.iter().map(|c| c.shown()).collect();
        format!(
            "| {name} | {} | {} | {} | {mb:.1} | {speed:.1} {counts}|",
            self.files, self.scored, self.errors
        )
    }

    /// Whether it is as good as promised.
    pub fn kept(&self) -> bool {
        let [labels, data, references, targets] = self.counts;
        let recall = |count: Count, least: f64| count.known == 0 || ratio(count.found, count.known) >= least;
        self.errors == 0
            && recall(labels, 0.999)
            && ratio(labels.wrong, labels.known) < 0.000_5
            && recall(data, 0.995)
            && recall(references, 0.995)
            && recall(targets, 0.995)
    }
}
