//! The same in many files: in those that are named, in directories, in the members of archives.

use super::{Args, Match};
use crate::base::num::{self, counted, thousands};
use crate::base::text::{LineOptions, Tabs};
use crate::base::{Exit, Result, UserError, name};
use crate::cli::interrupt;
use crate::cli::out::{Out, Progress, note};
use crate::source::encoding::Start;
use crate::source::many::{InFile, Reach, Search, Visited, each_file};
use crate::source::{FindProgress, has_members};
use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Time between two signs of life.
const SHOW_EVERY: Duration = Duration::from_millis(250);
/// Errors of single files that a document holds.
const ERRORS_MAX: usize = 1_000;

#[derive(Serialize)]
struct Document<'a> {
    pattern: &'a str,
    /// Those with a match.
    files: Vec<FileMatches>,
    /// Matches in all of them.
    total: u64,
    /// Lines that have a match.
    lines: u64,
    files_searched: u64,
    files_with_matches: u64,
    /// What could not be read.
    errors: Vec<Unread>,
    /// What is left out of a directory, and how often.
    passed: &'a BTreeMap<&'static str, usize>,
    /// All files were searched to their ends.
    complete: bool,
    took_ms: f64,
}

#[derive(Serialize)]
struct FileMatches {
    file: String,
    encoding: &'static str,
    /// It is no text: its lines are not given.
    binary: bool,
    matches: Vec<Match>,
    total: u64,
    lines: u64,
    complete: bool,
}

#[derive(Serialize)]
struct Unread {
    file: String,
    what: String,
    cause: String,
}

/// Whether `path` stands for more than one file.
pub fn is_many(path: &Path) -> bool {
    has_members(path) || (path.to_string_lossy().ends_with(')') && !path.exists() && holds_pattern(path))
}

fn holds_pattern(path: &Path) -> bool {
    path.to_string_lossy().rsplit('(').next().is_some_and(|last| last.contains(['*', '%']))
}

/// What a run has come to.
struct Run<'a> {
    args: &'a Args,
    search: Search,
    /// Matches that may still be shown.
    left: usize,
    files: Vec<FileMatches>,
    errors: Vec<Unread>,
    failed: u64,
    passed: BTreeMap<&'static str, usize>,
    searched: u64,
    bytes: u64,
    with: u64,
    total: u64,
    lines: u64,
    shown: u64,
    /// Matches in files that are no text.
    binary: u64,
    complete: bool,
}

/// Finds in all of `files` and prints the first matches.
pub fn run(args: &Args, files: &[PathBuf], out: &mut Out) -> Result<Exit> {
    let begun = Instant::now();
    let mut run = Run {
        args,
        search: Search::new(&args.needle())?,
        left: if args.count { 0 } else { args.limit },
        files: Vec::new(),
        errors: Vec::new(),
        failed: 0,
        passed: BTreeMap::new(),
        searched: 0,
        bytes: 0,
        with: 0,
        total: 0,
        lines: 0,
        shown: 0,
        binary: 0,
        complete: true,
    };
    let budget = interrupt::budget();
    let reach = Reach { deep: true, wanted: args.format.wanted(), ..Reach::default() };
    let mut progress = Progress::new(out.is_json());
    let mut told = Instant::now();
    for file in files {
        let mut failed = None;
        let flow = each_file(file, &reach, &budget, &mut |visited| {
            if told.elapsed() >= SHOW_EVERY {
                told = Instant::now();
                run.show(&mut progress);
            }
            match run.visit(visited, &budget, out) {
                Ok(()) if out.is_open() => ControlFlow::Continue(()),
                Ok(()) => ControlFlow::Break(()),
                Err(error) => {
                    failed = Some(error);
                    ControlFlow::Break(())
                }
            }
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
        if flow.is_break() {
            break;
        }
    }
    drop(progress);
    let took_ms = num::to_f64(num::nanos(begun.elapsed())) / 1e6;
    let exit = run.exit();
    if out.is_json() {
        out.document(&Document {
            pattern: &args.pattern,
            files: run.files,
            total: run.total,
            lines: run.lines,
            files_searched: run.searched,
            files_with_matches: run.with,
            errors: run.errors,
            passed: &run.passed,
            complete: run.complete,
            took_ms,
        });
    } else {
        run.say_what_is_left_out();
    }
    Ok(exit)
}

impl Run<'_> {
    /// As `grep` has it: what could not be read is an error, also where something was found.
    fn exit(&self) -> Exit {
        match (self.failed, self.total) {
            (0, 0) => Exit::NotFound,
            (0, _) => Exit::Done,
            _ => Exit::BadInput,
        }
    }

    fn show(&self, progress: &mut Progress) {
        let files = counted(self.searched, "file", "files");
        let matches = counted(self.total, "match", "matches");
        progress.show(&format!("{files}, {} MiB, {matches}", self.bytes >> 20));
    }

    fn visit(&mut self, visited: Visited, budget: &crate::base::Budget, out: &mut Out) -> Result<()> {
        match visited {
            Visited::Failed(path, error) => self.fail(&path, error, out.is_json()),
            Visited::Passed(count, what, _) => *self.passed.entry(what).or_default() += count,
            Visited::File(file) => {
                let mut quiet = |_: FindProgress| {};
                let path = file.path().to_path_buf();
                let (found, _) = self.search.candidate(file, (self.left, false), budget, &mut quiet)?;
                budget.check().map_err(|stop| {
                    UserError::new("the search was stopped").cause(stop).exit(Exit::Interrupted)
                })?;
                self.searched += 1;
                self.bytes = self.bytes.saturating_add(found.bytes);
                self.take(&path, &found, out);
            }
        }
        Ok(())
    }

    fn fail(&mut self, path: &Path, error: UserError, json: bool) {
        self.failed += 1;
        if json && self.errors.len() < ERRORS_MAX {
            let file = path.display().to_string();
            self.errors.push(Unread { file, what: error.what, cause: error.cause });
        } else {
            let cause = if error.cause.is_empty() { String::new() } else { format!(": {}", error.cause) };
            note(&format!("greenbar: {}{cause}", error.what));
        }
    }

    fn take(&mut self, path: &Path, found: &InFile, out: &mut Out) {
        if !found.complete {
            self.complete = false;
            note(&format!(
                "greenbar: {}: it changed or a part of it cannot be read: there may be more matches",
                path.display()
            ));
        }
        if found.matches == 0 {
            return;
        }
        self.with += 1;
        self.total = self.total.saturating_add(found.matches);
        self.lines = self.lines.saturating_add(found.lines);
        self.left = self.left.saturating_sub(found.hits.len());
        self.shown = self.shown.saturating_add(num::to_u64(found.hits.len()));
        if found.binary {
            self.binary = self.binary.saturating_add(found.matches);
        }
        let shown = name::text_of(path);
        if out.is_json() {
            let text = |bytes: &[u8]| found.encoding.text(bytes, Start::Line);
            let matches = found.hits.iter().map(|hit| Match {
                line: hit.hit.line,
                column: hit.column(),
                length: hit.hit.length,
                text: text(&hit.bytes),
            });
            self.files.push(FileMatches {
                file: path.display().to_string(),
                encoding: found.encoding.name(),
                binary: found.binary,
                matches: matches.collect(),
                total: found.matches,
                lines: found.lines,
                complete: found.complete,
            });
        } else if self.args.count {
            out.line(&format!("{shown}:{}", found.lines));
        } else if found.binary {
            out.line(&format!(
                "{shown}: {} in bytes that are no text",
                counted(found.matches, "match", "matches")
            ));
        } else {
            for hit in &found.hits {
                let options =
                    LineOptions { tabs: Tabs::Every(8), charset: out.charset(), ..LineOptions::default() };
                let line = found.encoding.line(&hit.bytes, Start::Line, &options);
                let number = hit.hit.line.map_or_else(|| "?".to_owned(), |n| n.to_string());
                out.line(&format!("{shown}:{number}:{}: {}", hit.column(), line.text()));
            }
        }
    }

    fn say_what_is_left_out(&self) {
        let hidden = self.total.saturating_sub(self.shown).saturating_sub(self.binary);
        if hidden > 0 && !self.args.count {
            note(&format!(
                "{} of {} matches shown, which are in {} of {}; --limit N shows more",
                thousands(self.shown),
                thousands(self.total),
                thousands(self.with),
                counted(self.searched, "file", "files"),
            ));
        }
        let passed: Vec<String> = self
            .passed
            .iter()
            .map(|(what, count)| format!("{what} ({})", thousands(num::to_u64(*count))))
            .collect();
        if !passed.is_empty() {
            note(&format!("not searched: {}", passed.join(", ")));
        }
    }
}
