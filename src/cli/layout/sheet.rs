//! Records as a table for people that fits 80 columns.

use crate::base::text::width;
use crate::cli::out::Out;
use crate::cli::reading::{Reading, shown_in};
use crate::code::Problem;
use crate::code::data::{Item, ItemKind, Place, Record, Section, Usage, Value};
use std::ops::Range;

/// Columns of the table.
const WIDTH: usize = 80;
/// Most columns of level and name.
const NAME: usize = 36;
/// Fewest columns that are left for the clauses.
const CLAUSES: usize = 16;

/// The table being printed.
#[derive(Default)]
pub struct Sheet {
    /// Where the last record stood.
    place: Option<Place>,
}

/// A problem as a line.
pub fn problem(problem: &Problem, reading: &Reading) -> String {
    let (line, copybook) = reading.place(problem.line);
    let at = copybook.map_or_else(String::new, |file| format!("{file} "));
    format!("{at}line {line} column {}: {}", problem.column, problem.message)
}

impl Sheet {
    /// Prints some items of a record that follow each other.
    pub fn print(&mut self, out: &mut Out, record: &Record, range: Range<usize>, reading: &Reading) {
        let rows: Vec<Line> = range.map(|index| Line::of(record, index, reading)).collect();
        let number = rows.iter().map(|r| r.number.len()).max().unwrap_or(0).max(5);
        let name = rows.iter().map(|r| width(&r.name)).filter(|w| *w <= NAME).max().unwrap_or(0).max(24);
        let kind = rows.iter().map(|r| r.kind.len()).max().unwrap_or(0).max(11);
        if self.place.as_ref() != Some(&record.place) {
            if self.place.is_some() {
                out.line("");
            }
            let title = title(&record.place);
            if !title.is_empty() {
                out.line(&title);
            }
            Line::heading().print(out, [number, name, kind]);
            self.place = Some(record.place.clone());
        }
        for row in &rows {
            row.print(out, [number, name, kind]);
        }
    }
}

/// The line above records that stand in one place.
fn title(place: &Place) -> String {
    let mut parts = Vec::new();
    parts.extend(place.program.clone());
    if place.section != Section::None {
        parts.push(format!("{} SECTION", place.section.name()));
    }
    parts.extend(place.file.clone());
    parts.join("  ")
}

/// One row.
struct Line {
    number: String,
    name: String,
    kind: String,
    clauses: Vec<String>,
}

impl Line {
    fn heading() -> Self {
        let [number, name, kind] = ["line", "level and name", "type at:len"].map(str::to_owned);
        Self { number, name, kind, clauses: vec!["picture and clauses".to_owned()] }
    }

    fn of(record: &Record, index: usize, reading: &Reading) -> Self {
        let Some(item) = record.items.get(index) else {
            return Self {
                number: String::new(),
                name: String::new(),
                kind: String::new(),
                clauses: Vec::new(),
            };
        };
        let depth = record.parents(index).count();
        let name = if item.kind == ItemKind::Missing {
            format!("{}COPY {}", "  ".repeat(depth), item.name())
        } else {
            format!("{}{:02} {}", "  ".repeat(depth), item.entry.level, item.name())
        };
        let (line, copybook) = reading.place(item.entry.at.line);
        let clauses = match item.kind {
            ItemKind::Missing => vec![reading.why_not(item.entry.at.line)],
            _ => clauses(item),
        };
        Self { number: shown_in(copybook, line), name, kind: item.notation(), clauses }
    }

    /// Prints the row; clauses that do not fit go on below each other.
    fn print(&self, out: &mut Out, [number, name, kind]: [usize; 3]) {
        let indent = number + 2 + name + 1 + kind + 1;
        let room = WIDTH.saturating_sub(indent).max(CLAUSES);
        let mut lines: Vec<String> = Vec::new();
        for word in &self.clauses {
            match lines.last_mut() {
                Some(line) if width(line) + 1 + width(word) <= room => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(word.clone()),
            }
        }
        let mut lines = lines.into_iter();
        let head = format!("{:>number$}  {}", self.number, self.name);
        let short = width(&self.name) <= name;
        if short {
            let gap = " ".repeat(name - width(&self.name));
            let first = lines.next().unwrap_or_default();
            out.line(format!("{head}{gap} {:<kind$} {first}", self.kind).trim_end());
        } else {
            out.line(&head);
            let first = lines.next().unwrap_or_default();
            let rest = format!("{}{:<kind$} {first}", " ".repeat(number + 2 + name + 1), self.kind);
            if !rest.trim().is_empty() {
                out.line(rest.trim_end());
            }
        }
        for line in lines {
            out.line(&format!("{}{line}", " ".repeat(indent)));
        }
    }
}

/// Picture and clauses, in pieces that stay together.
fn clauses(item: &Item) -> Vec<String> {
    let entry = &item.entry;
    let mut words = Vec::new();
    words.extend(entry.picture.as_ref().map(|p| p.text.clone()));
    match item.usage {
        Some(Usage::Display) | None => {}
        // The picture says so already.
        Some(Usage::National | Usage::Display1 | Usage::Utf8) if entry.usage.is_none() => {}
        Some(usage) => words.push(usage.name().to_owned()),
    }
    if let Some(sign) = item.sign {
        let side = if sign.leading { "LEADING" } else { "TRAILING" };
        words.push(format!("SIGN {side}{}", if sign.separate { " SEPARATE" } else { "" }));
    }
    if let Some(occurs) = &entry.occurs {
        let most = occurs.max.map_or_else(|| "?".to_owned(), |n| n.to_string());
        let fewest =
            if occurs.max == Some(occurs.min) { String::new() } else { format!("{} TO ", occurs.min) };
        words.push(format!("OCCURS {fewest}{most}"));
        words.extend(occurs.depending.as_ref().map(|name| format!("DEPENDING {name}")));
        words.push(format!("({} bytes)", item.total));
    }
    if item.implicit {
        words.extend(item.redefines.as_ref().map(|name| format!("(same area as {name})")));
    } else {
        words.extend(item.redefines.as_ref().map(|name| format!("REDEFINES {name}")));
    }
    if let Some((from, through)) = &entry.renames {
        words.push(format!("RENAMES {from}"));
        words.extend(through.as_ref().map(|name| format!("THRU {name}")));
    }
    let flags = entry.flags;
    for (set, word) in [
        (flags.sync, "SYNC"),
        (flags.just, "JUST"),
        (flags.blank_when_zero, "BLANK WHEN ZERO"),
        (flags.external, "EXTERNAL"),
        (flags.global, "GLOBAL"),
        (flags.typedef, "TYPEDEF"),
    ] {
        if set {
            words.push(word.to_owned());
        }
    }
    if item.slack > 0 {
        words.push(format!("(slack {} before)", item.slack));
    }
    if item.slack_inside > 0 {
        words.push(format!("(slack {} at the end)", item.slack_inside));
    }
    if item.moves {
        words.push("(variably located)".to_owned());
    }
    if matches!(item.kind, ItemKind::Condition | ItemKind::Constant) {
        words.extend(entry.values.iter().map(value));
    }
    words
}

fn value(value: &Value) -> String {
    match &value.through {
        Some(through) => format!("{} THRU {through}", value.from),
        None => value.from.clone(),
    }
}
