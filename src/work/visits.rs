//! Files that a person had open, and where in them: kept from session to session, beside the store, for this person on this
//! host. Owns the file of them; must not know what is done with them.

use super::FileFacts;
use super::anchor::{self, Sought};
use crate::base::num::to_usize;
use crate::base::{Budget, ByteOffset, LineNo, Result};
use crate::source::{SourceFile, Wanted};
use crate::store::UnixMs;
use serde::{Deserialize, Serialize};
use std::io::Read as _;
use std::path::Path;

/// Files that are remembered.
const MOST: usize = 200;
/// At most so many bytes of the file of them are read.
const MOST_BYTES: u64 = 4 << 20;

/// A line that is to be found again.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct KeptLine {
    /// Its name, if it is a label; upper case, without the period.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its number.
    pub line: u64,
    /// What tells it from others.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub anchor: String,
    /// In a listing, the number that the compiler gave to it; 0 where it gave none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line_id: Option<u32>,
}

/// A file that somebody had open.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Visit {
    /// Its path (absolute), or that of a member.
    pub path: String,
    /// What was said of its bytes.
    #[serde(default)]
    pub wanted: Wanted,
    /// Where the cursor was.
    pub place: KeptLine,
    /// Its labels.
    #[serde(default)]
    pub labels: Vec<KeptLine>,
    /// Labels of visits before were not looked for yet: those belong to it, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partly: bool,
    /// What tells its text from others, wherever it lies; empty if that is not known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub print: String,
    /// When it was left.
    #[serde(default)]
    pub at: UnixMs,
    /// It was open when the session ended.
    #[serde(default)]
    pub open: bool,
}

/// A line that was found again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundLine {
    /// The line as it is now.
    pub kept: KeptLine,
    /// Where it begins, in bytes.
    pub at: u64,
}

/// What became of the visits of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revisited {
    /// What tells its text from others.
    pub print: String,
    /// The path that it had then, if that was another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Its place and its labels, those that are still there.
    pub found: Vec<FoundLine>,
}

/// Bytes of a file that are looked at in one place, and in how many places, to tell its text from others.
const SAMPLE: u64 = 4 << 10;
const SAMPLES: u64 = 16;

/// What tells the text of a file from others: its size and some of it. Where two are taken for one, a line is still told by what
/// it says.
pub(super) fn print_of(file: &SourceFile) -> String {
    let size = file.size();
    let mut hasher = blake3::Hasher::new();
    let last = size.saturating_sub(SAMPLE);
    let take = |at: u64| {
        hasher.update(&file.raw(ByteOffset(at), to_usize(SAMPLE)).0);
    };
    if size <= SAMPLE * SAMPLES {
        (0..SAMPLES).map(|n| n * SAMPLE).filter(|at| *at < size).for_each(take);
    } else {
        (0..SAMPLES).map(|n| last / (SAMPLES - 1) * n).for_each(take);
    }
    let hash = hasher.finalize().to_hex();
    format!("{size}-{}", hash.get(..24).unwrap_or_default())
}

/// Whether a text with this print may be one of so many bytes.
pub fn may_be(print: &str, size: u64) -> bool {
    print.split_once('-').is_some_and(|(of, _)| of.parse() == Ok(size))
}

/// What is to be known of a file: the visit of the same text, under this path rather than another, or else the one of its path.
pub(super) fn chosen<'v>(visits: &'v [Visit], path: &str, print: &str) -> Option<&'v Visit> {
    let same = || visits.iter().filter(|v| v.print == print);
    same()
        .find(|v| v.path == path)
        .or_else(|| same().next())
        .or_else(|| visits.iter().find(|v| v.path == path))
}

impl Visit {
    /// Takes labels over from an earlier visit, or from another view, where those are not known yet.
    pub fn take_labels(&mut self, other: &Self) {
        if !self.partly {
            return;
        }
        self.partly = other.partly;
        let known: Vec<String> = self.labels.iter().map(|l| l.name.clone()).collect();
        self.labels.extend(other.labels.iter().filter(|l| !known.contains(&l.name)).cloned());
    }
}

/// The files of `path`, newest first; none if there is no such file, or if it cannot be understood.
pub(super) fn read(path: &Path) -> Vec<Visit> {
    let mut text = String::new();
    let read = std::fs::File::open(path).and_then(|f| f.take(MOST_BYTES).read_to_string(&mut text));
    // It is a convenience: what is damaged is begun anew.
    let known: Option<Vec<Visit>> = read.ok().and_then(|_| serde_json::from_str(&text).ok());
    known.unwrap_or_default()
}

/// The files that are remembered after a session that left `left` (in the order in which they were opened) at `now`; `before`
/// is what was remembered.
pub(super) fn joined(before: Vec<Visit>, left: Vec<Visit>, now: UnixMs) -> Vec<Visit> {
    let mut all: Vec<Visit> = left.into_iter().map(|visit| Visit { at: now, ..visit }).collect();
    for visit in before {
        match all.iter_mut().find(|v| v.path == visit.path) {
            Some(newer) => newer.take_labels(&visit),
            None => all.push(Visit { open: false, ..visit }),
        }
    }
    all.truncate(MOST);
    for visit in &mut all {
        // There is nothing else that they could be taken from.
        visit.partly = false;
    }
    all
}

/// The place of a visit and its labels as they are now, without those that are gone.
///
/// # Errors
/// If `budget` ends.
pub(super) fn find(
    visit: &Visit,
    (file, facts): (&SourceFile, &FileFacts),
    budget: &Budget,
) -> Result<Vec<FoundLine>> {
    let lines: Vec<&KeptLine> = std::iter::once(&visit.place).chain(&visit.labels).collect();
    let sought: Vec<Sought<'_>> =
        lines.iter().map(|l| Sought { line: l.line, anchor: l.anchor.as_str() }).collect();
    let places = anchor::find((file, facts.format, facts.encoding()), &sought, budget)?;
    let mut found = Vec::new();
    for (kept, place) in lines.into_iter().zip(places) {
        let Some(place) = place else { continue };
        let Some(at) = file.offset_of_line(LineNo::new(place.line.max(1)), budget)? else { continue };
        let kept = KeptLine { line: place.line, ..kept.clone() };
        found.push(FoundLine { kept, at: at.0 });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::num::to_u64;

    fn visit(path: &str) -> Visit {
        Visit { path: path.into(), ..Visit::default() }
    }

    #[test]
    fn the_last_session_comes_first_and_each_file_is_there_once() {
        let before = vec![Visit { at: 3, open: true, ..visit("/b") }, Visit { at: 2, ..visit("/a") }];
        let left = vec![Visit { open: true, ..visit("/a") }, visit("/c")];
        let now = joined(before, left, 9);
        let seen: Vec<_> = now.iter().map(|v| (v.path.as_str(), v.at, v.open)).collect();
        assert_eq!(seen, [("/a", 9, true), ("/c", 9, false), ("/b", 3, false)], "/c was closed");
        let many: Vec<Visit> = (0..500).map(|n| visit(&n.to_string())).collect();
        assert_eq!(joined(many, vec![visit("/a")], 9).len(), MOST);
    }

    fn labelled(path: &str, names: &[&str]) -> Visit {
        let label = |name: &&str| KeptLine { name: (*name).into(), ..KeptLine::default() };
        Visit { labels: names.iter().map(label).collect(), ..visit(path) }
    }

    #[test]
    fn labels_that_were_not_looked_for_are_not_lost() {
        let names = |all: &[Visit]| -> Vec<String> { all[0].labels.iter().map(|l| l.name.clone()).collect() };
        let before = || vec![labelled("/a", &["A", "B"])];
        let partly = Visit { partly: true, ..labelled("/a", &["B", "C"]) };
        assert_eq!(names(&joined(before(), vec![partly.clone()], 9)), ["B", "C", "A"]);
        assert_eq!(
            names(&joined(before(), vec![labelled("/a", &["C"])], 9)),
            ["C"],
            "A and B were taken away"
        );
        assert!(!joined(vec![], vec![partly], 9)[0].partly);
    }

    #[test]
    fn a_file_is_known_by_its_text_before_its_path() {
        let visits = [("/a", "9-x"), ("/b", "9-x"), ("/c", "9-y")]
            .map(|(path, print)| Visit { print: print.into(), ..visit(path) });
        let of = |path: &str, print: &str| chosen(&visits, path, print).map(|v| v.path.as_str());
        assert_eq!(of("/b", "9-x"), Some("/b"));
        assert_eq!(of("/n", "9-x"), Some("/a"));
        assert_eq!(of("/c", "9-x"), Some("/a"), "another text has its name now");
        assert_eq!(of("/c", "9-z"), Some("/c"), "it was edited");
        assert_eq!(of("/n", "9-z"), None);
        assert!(may_be("9-x", 9) && !may_be("9-x", 90) && !may_be("", 0));
    }

    #[test]
    fn the_print_of_a_text_is_that_of_its_copies() {
        use crate::base::meter::no_meter;
        let folder = tempfile::tempdir().unwrap();
        let print = |name: &str, text: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            print_of(&SourceFile::open(&path, no_meter()).unwrap())
        };
        for size in [0, 1, 5_000, 65_536, 65_537, 300_000] {
            let text: Vec<u8> =
                (0..size).map(|n: usize| b'a' + u8::try_from(n % 7 * n % 13).unwrap()).collect();
            assert_eq!(print("one", &text), print("two", &text), "{size}");
            assert!(may_be(&print("one", &text), to_u64(size)));
            for at in
                [0, size / 2, size.saturating_sub(1)].into_iter().filter(|at| *at < size && size < 65_537)
            {
                let mut other = text.clone();
                other[at] ^= 1;
                assert_ne!(print("one", &text), print("two", &other), "{size} {at}");
            }
        }
    }

    #[test]
    fn what_cannot_be_understood_is_nothing() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(read(file.path()), []);
        std::fs::write(file.path(), "[{\"path\": 3}]").unwrap();
        assert_eq!(read(file.path()), []);
        assert_eq!(read(Path::new("/none/there")), []);
        let known = vec![visit("/a")];
        std::fs::write(file.path(), serde_json::to_string(&known).unwrap()).unwrap();
        assert_eq!(read(file.path()), known);
    }
}
