//! A search through many files, told as it goes. Must not know panes.

use super::facts_of;
use super::listing::{Along, LineIds};
use crate::base::num::to_u64;
use crate::base::{Budget, Exit, Meter, Result, UserError, name};
use crate::code::SourceFormat;
use crate::source::encoding::Start;
use crate::source::many::{InFile, LineHit, Reach, Search, Visited, each_file};
use crate::source::{FindProgress, Hit, NeedleSpec, SourceFile, Wanted};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Lines that a list has at most; all are counted.
pub const LINES_LISTED: usize = 10_000;
/// Bytes of a line that a row shows.
const SHOWN: usize = 200;
/// Time between two replies, and lines after which there is one sooner.
const TOLD_EVERY: Duration = Duration::from_millis(200);
const TOLD_LINES: usize = 500;
/// Files that are named among those that cannot be read.
const PROBLEMS: usize = 20;

/// A line with a match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoughtLine {
    /// The first match in it.
    pub hit: Hit,
    /// In a listing, the number that the compiler gave to the line; 0 where it gave none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line_id: Option<u32>,
    /// The compile unit that it is in, in a listing of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What it says, from its first letter on; of a long line what is around the match.
    pub text: String,
}

/// What was found in one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoughtFile {
    /// The path that opens it.
    pub path: String,
    /// What a list calls it: its name without what it has in common with the others.
    pub name: String,
    /// How its bytes are to be taken.
    pub wanted: Wanted,
    /// Its lines; none of a file that is no text.
    pub lines: Vec<SoughtLine>,
}

/// What a search of many files has found since it told last, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sought {
    /// Files with a match.
    pub files: Vec<SoughtFile>,
    /// Files searched so far.
    pub searched: u64,
    /// Those of them that have a match.
    pub with: u64,
    /// Bytes searched so far.
    pub bytes: u64,
    /// Matches so far.
    pub matches: u64,
    /// Lines so far that have one.
    pub lines: u64,
    /// Lines so far that are not listed: there are too many, or they are no text.
    pub unlisted: u64,
    /// Files so far that cannot be read.
    pub failed: u64,
    /// Why, of the first ones since it told last.
    pub problems: Vec<String>,
    /// It is through.
    pub done: bool,
}

/// Searches files, and tells what it finds a few times a second. Gives the last of it.
///
/// # Errors
/// If what is sought is wrong in itself, or `budget` ends.
pub(super) fn seek(
    (places, pattern): (&[(String, Wanted)], &str),
    spec: &NeedleSpec,
    (budget, meter): (&Budget, Arc<dyn Meter>),
    tell: &mut dyn FnMut(Sought),
) -> Result<Sought> {
    let mut run = Run {
        search: Search::new(spec)?,
        left: LINES_LISTED,
        now: Sought::default(),
        fresh: 0,
        told: None,
        tell,
    };
    for (path, wanted) in places {
        let root = name::path_of(path);
        let meter = Some(Arc::clone(&meter));
        let reach = Reach { pattern: pattern.to_owned(), wanted: *wanted, meter, ..Reach::default() };
        let mut failed = None;
        // It breaks off only where it failed.
        let _ = each_file(&root, &reach, budget, &mut |visited| match run.visit(
            visited,
            (&root, *wanted),
            budget,
        ) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
    }
    run.now.done = true;
    Ok(run.now)
}

struct Run<'t> {
    search: Search,
    /// Lines that may still be listed.
    left: usize,
    now: Sought,
    /// Lines that were not told of yet.
    fresh: usize,
    told: Option<Instant>,
    tell: &'t mut dyn FnMut(Sought),
}

impl Run<'_> {
    fn visit(&mut self, visited: Visited, of: (&Path, Wanted), budget: &Budget) -> Result<()> {
        match visited {
            // A member list shows what is in it beside files.
            Visited::Passed(..) => {}
            Visited::Failed(path, error) => {
                self.now.failed += 1;
                if self.now.problems.len() < PROBLEMS {
                    let cause = if error.cause.is_empty() { &error.what } else { &error.cause };
                    self.now.problems.push(format!("{}: {cause}", name_of(&path, of.0)));
                }
            }
            Visited::File(file) => {
                let before = self.now.bytes;
                let left = self.left;
                let (search, now, told) = (&mut self.search, &mut self.now, &mut self.told);
                let tell = &mut self.tell;
                let mut progress = |p: FindProgress| {
                    now.bytes = before.saturating_add(p.done);
                    tell_if_due(now, told, tell);
                };
                let path = file.path().to_path_buf();
                let (found, file) = search.candidate(file, (left, true), budget, &mut progress)?;
                budget.check().map_err(|stop| {
                    UserError::new("the search was stopped").cause(stop).exit(Exit::Interrupted)
                })?;
                self.now.bytes = before.saturating_add(found.bytes);
                self.now.searched += 1;
                self.take(&path, (&found, file.as_ref()), of, budget);
            }
        }
        if self.fresh >= TOLD_LINES {
            self.told = None;
        }
        if tell_if_due(&mut self.now, &mut self.told, &mut self.tell) {
            self.fresh = 0;
        }
        Ok(())
    }

    fn take(
        &mut self,
        path: &Path,
        (found, file): (&InFile, Option<&SourceFile>),
        (root, wanted): (&Path, Wanted),
        budget: &Budget,
    ) {
        if !found.complete {
            self.now.problems.push(format!("{}: not all of it was searched", name_of(path, root)));
        }
        if found.matches == 0 {
            return;
        }
        let text = |bytes: &[u8]| {
            let part = bytes.get(..SHOWN.min(bytes.len())).unwrap_or_default();
            found.encoding.text(part, Start::Line).split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let listing = file
            .filter(|_| !found.hits.is_empty())
            .map(|file| (file, facts_of(file).format))
            .filter(|(_, format)| format.is_listing());
        let mut ids = listing.and_then(|(file, format)| LineIds::of(file, format, None));
        let mut units = listing.map(|listing| Units::of(listing, budget)).unwrap_or_default();
        let mut line = |h: &LineHit| SoughtLine {
            hit: h.hit,
            line_id: ids.as_mut().map(|ids| ids.at(h.hit.line_start.0)),
            unit: units.at(h.hit.line_start.0),
            text: text(&h.bytes),
        };
        let lines: Vec<SoughtLine> = found.hits.iter().map(&mut line).collect();
        self.now.with += 1;
        self.now.matches = self.now.matches.saturating_add(found.matches);
        self.now.lines = self.now.lines.saturating_add(found.lines);
        self.now.unlisted = self.now.unlisted.saturating_add(found.lines.saturating_sub(to_u64(lines.len())));
        self.left = self.left.saturating_sub(lines.len());
        self.fresh += lines.len();
        if found.binary || !lines.is_empty() {
            let (path, name) = (name::text_of(path), name_of(path, root));
            self.now.files.push(SoughtFile { path, name, wanted, lines });
        }
    }
}

/// The compile units of a listing of several, by where they end; lines are asked for in the order of the file.
#[derive(Default)]
struct Units(VecDeque<(u64, String)>);

impl Units {
    /// Reads the listing for them: where it is searched the number of a line alone does not say which line it is. None if
    /// `budget` ends.
    fn of((file, format): (&SourceFile, SourceFormat), budget: &Budget) -> Self {
        let mut along = Along::new(format);
        // What cannot be read has no units.
        drop(file.scan(&mut along.sinks(None), budget, &mut |_| {}));
        let contents = along.finish();
        let units = contents.units.iter().map(|unit| (unit.end.0, unit.name().to_owned()));
        Self(if contents.units.len() > 1 { units.collect() } else { VecDeque::new() })
    }

    /// The one that holds the line that begins at byte `at`.
    fn at(&mut self, at: u64) -> Option<String> {
        while self.0.front().is_some_and(|(end, _)| *end <= at) {
            self.0.pop_front();
        }
        self.0.front().map(|(_, name)| name.clone())
    }
}

/// Tells what there is, if it is time to; whether it was.
fn tell_if_due(now: &mut Sought, told: &mut Option<Instant>, tell: &mut dyn FnMut(Sought)) -> bool {
    if told.is_some_and(|told| told.elapsed() < TOLD_EVERY) {
        return false;
    }
    *told = Some(Instant::now());
    let next = Sought { files: Vec::new(), problems: Vec::new(), ..now.clone() };
    tell(std::mem::replace(now, next));
    true
}

/// The name of a file without what it is in.
fn name_of(path: &Path, root: &Path) -> String {
    let (path, root) = (name::text_of(path), name::text_of(root));
    let within = path.strip_prefix(root.trim_end_matches('/')).unwrap_or(&path);
    let member = within.strip_prefix('(').and_then(|m| m.strip_suffix(')'));
    let inner = member.or_else(|| within.strip_prefix('/')).unwrap_or(within);
    let inner = if inner.is_empty() { path.rsplit('/').next().unwrap_or(&path) } else { inner };
    inner.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Cancel;
    use crate::base::meter::no_meter;

    fn spec(text: &str) -> NeedleSpec {
        NeedleSpec { text: text.into(), ignore_case: true, ..NeedleSpec::default() }
    }

    #[test]
    fn what_is_found_is_told_once_and_bounded() {
        let dir = tempfile::tempdir().unwrap();
        for n in 0..30 {
            let text = format!("      *  nothing\n           MOVE A-{n} TO B. MOVE B TO C.\n").repeat(400);
            std::fs::write(dir.path().join(format!("M{n:02}.cbl")), text).unwrap();
        }
        std::fs::create_dir(dir.path().join("inner")).unwrap();
        let places = [(dir.path().to_str().unwrap().to_owned(), Wanted::default())];
        let mut told: Vec<Sought> = Vec::new();
        let last =
            seek((&places, ""), &spec("move"), (&Budget::unlimited(), no_meter()), &mut |s| told.push(s));
        let last = last.unwrap();
        assert!(last.done && told.iter().all(|s| !s.done));
        assert_eq!((last.searched, last.with, last.lines, last.matches), (30, 30, 12_000, 24_000));
        told.push(last.clone());
        let listed: usize = told.iter().flat_map(|s| &s.files).map(|f| f.lines.len()).sum();
        assert_eq!(to_u64(listed), 12_000 - last.unlisted);
        assert!(listed <= LINES_LISTED && listed > LINES_LISTED / 2, "{listed}");
        // It tells early, and in order.
        let first = &told.iter().find(|s| !s.files.is_empty()).unwrap().files[0];
        assert_eq!(
            (first.name.as_str(), first.lines[0].text.as_str()),
            ("M00.cbl", "MOVE A-0 TO B. MOVE B TO C.")
        );
        assert_eq!(first.lines[0].hit.line.map(crate::base::LineNo::get), Some(2));
        let fitting =
            seek((&places, "*1.cbl"), &spec("move"), (&Budget::unlimited(), no_meter()), &mut |_| {});
        assert_eq!(fitting.unwrap().searched, 3);
        let cancel = Cancel::new();
        cancel.cancel();
        let stopped =
            seek((&places, ""), &spec("x"), (&Budget::with_cancel(cancel), no_meter()), &mut |_| {});
        assert_eq!(stopped.unwrap_err().exit, Exit::Interrupted);
    }

    #[test]
    fn names_leave_out_what_they_are_in() {
        let name = |path: &str, root: &str| name_of(Path::new(path), Path::new(root));
        assert_eq!(name("/a/lib.xmi(PAYR010)", "/a/lib.xmi"), "PAYR010");
        assert_eq!(name("/a/src/x.cbl", "/a/src/"), "x.cbl");
        assert_eq!(name("/a/src/x.cbl", "/a/src/x.cbl"), "x.cbl");
    }
}
