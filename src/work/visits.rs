//! Files that a person had open, and where in them: kept from session to session, beside the store, for this person on this
//! host. Owns the file of them; must not know what is done with them.

use super::FileFacts;
use super::anchor::{self, Sought};
use crate::base::{Budget, LineNo, Result};
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
    /// In a listing, the number that the compiler gave to it; 0 where it gave none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line_id: Option<u32>,
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
    let mut all: Vec<Visit> = left.into_iter().map(|visit| Visit { at: now, open: true, ..visit }).collect();
    for visit in before {
        if !all.iter().any(|v| v.path == visit.path) {
            all.push(Visit { open: false, ..visit });
        }
    }
    all.truncate(MOST);
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
        found.push(FoundLine { kept, at: at.0, line_id: None });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(path: &str) -> Visit {
        Visit { path: path.into(), ..Visit::default() }
    }

    #[test]
    fn the_last_session_comes_first_and_each_file_is_there_once() {
        let before = vec![Visit { at: 3, open: true, ..visit("/b") }, Visit { at: 2, ..visit("/a") }];
        let now = joined(before, vec![visit("/a"), visit("/c")], 9);
        let seen: Vec<_> = now.iter().map(|v| (v.path.as_str(), v.at, v.open)).collect();
        assert_eq!(seen, [("/a", 9, true), ("/c", 9, true), ("/b", 3, false)]);
        let many: Vec<Visit> = (0..500).map(|n| visit(&n.to_string())).collect();
        assert_eq!(joined(many, vec![visit("/a")], 9).len(), MOST);
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
