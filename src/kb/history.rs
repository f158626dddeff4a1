//! What changed between two versions of an entry, as lines with the words that differ marked. Owns how an entry reads in a
//! comparison. Must not know where versions come from or how lines are drawn.

use crate::base::{Budget, Exit, Result, UserError, shown_time};
use crate::store::{EntryVersion, NewEntry, PutOutcome, Store, UnixMs, VersionHead};
use imara_diff::{Algorithm, Diff, InternedInput};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Lines around a change that are shown.
const AROUND: usize = 2;
/// In longer lines words are not compared.
const LONGEST: usize = 16 << 10;

/// What a line of a comparison is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// In both versions.
    Same,
    /// Only in the older one.
    Old,
    /// Only in the newer one.
    New,
    /// Lines that are in both are left out here.
    Gap,
}

impl Sign {
    /// Its sign at the beginning of a line.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Same => " ",
            Self::Old => "-",
            Self::New => "+",
            Self::Gap => "",
        }
    }
}

/// A line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What it is.
    pub sign: Sign,
    /// Its pieces; true for those that the line on the other side does not have.
    pub pieces: Vec<(String, bool)>,
}

impl Row {
    /// Its text.
    pub fn text(&self) -> String {
        self.pieces.iter().map(|(text, _)| text.as_str()).collect()
    }
}

/// Two versions of an entry compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// The entry.
    pub id: String,
    /// The older version; `None` before the first.
    pub from: Option<VersionHead>,
    /// The newer one.
    pub to: VersionHead,
    /// The lines.
    pub rows: Vec<Row>,
    /// One of the two was damaged on disk.
    pub damaged: bool,
}

/// A version in one line: number, date, who, what.
pub fn described(head: &VersionHead) -> String {
    let mut text = format!("{}  {}", shown_time(head.at.div_euclid(1000)), head.kind.word());
    for (before, part) in [(" ", &head.detail), (" by ", &head.author)] {
        if !part.is_empty() {
            text.push_str(before);
            text.push_str(part);
        }
    }
    if !head.kept {
        text.push_str(" (text not kept)");
    }
    text
}

/// A version with its text.
///
/// # Errors
/// When there is no such entry or version, or the text is not kept; the store's.
pub fn version_of(store: &dyn Store, id: &str, version: u64, budget: &Budget) -> Result<EntryVersion> {
    let missing = |what: String| UserError::new(what).exit(Exit::NotFound);
    let Some(found) = store.version(id, version, budget)? else {
        return Err(if store.versions(id, 1, budget)?.is_empty() {
            missing(format!("{id} is not in the knowledge base"))
                .hint("`greenbar search` finds entries by their other names")
        } else {
            missing(format!("{id} has no version {version}"))
                .hint(format!("`greenbar kb history {id}` lists those that there are"))
        });
    };
    if !found.head.kept {
        return Err(missing(format!("the text of version {version} of {id} is not kept"))
            .cause("of the texts that come with the program only the newest old ones are")
            .hint(format!("`greenbar kb history {id}` lists all versions")));
    }
    Ok(found)
}

/// Compares two versions of an entry; `from` 0 is nothing.
///
/// # Errors
/// Those of [`version_of`].
pub fn between(store: &dyn Store, id: &str, from: u64, to: u64, budget: &Budget) -> Result<Comparison> {
    let old = if from == 0 { None } else { Some(version_of(store, id, from, budget)?) };
    Ok(compare(old.as_ref(), &version_of(store, id, to, budget)?))
}

/// Makes an older version the newest, and gives that version.
///
/// # Errors
/// Those of [`version_of`], and when its text was damaged on disk.
pub fn go_back(
    store: &dyn Store,
    id: &str,
    version: u64,
    at: UnixMs,
    budget: &Budget,
) -> Result<(EntryVersion, PutOutcome)> {
    let old = version_of(store, id, version, budget)?;
    let outcome = store.restore_version(id, version, false, at)?.ok_or_else(|| damaged(id, version))?;
    Ok((old, outcome))
}

/// A version cannot be restored.
pub fn damaged(id: &str, version: u64) -> UserError {
    UserError::new(format!("version {version} of {id} is not restored"))
        .cause("its text was damaged on disk")
        .hint(format!("`greenbar kb show {id} --version {version}` shows what is left of it"))
        .exit(Exit::BadInput)
}

/// Compares two versions of an entry; without an older one all is new.
pub fn compare(from: Option<&EntryVersion>, to: &EntryVersion) -> Comparison {
    let old = from.map(|v| document(&v.body, &v.notes)).unwrap_or_default();
    let new = document(&to.body, &to.notes);
    Comparison {
        id: to.body.id.clone(),
        from: from.map(|v| v.head.clone()),
        to: to.head.clone(),
        rows: rows(&old, &new),
        damaged: to.damaged || from.is_some_and(|v| v.damaged),
    }
}

/// What differs between an entry with its notes and another one; without the older one all is new.
pub fn differing(old: Option<(&NewEntry, &str)>, new: (&NewEntry, &str)) -> Vec<Row> {
    let old = old.map(|(entry, notes)| document(entry, notes)).unwrap_or_default();
    rows(&old, &document(new.0, new.1))
}

/// What differs between two texts of an entry, as lines.
pub fn changes(old: &NewEntry, new: &NewEntry) -> Vec<Row> {
    rows(&document(old, ""), &document(new, ""))
}

/// The lines of an entry.
fn document(entry: &NewEntry, notes: &str) -> Vec<String> {
    let fields = [
        ("id", entry.id.clone()),
        ("title", entry.title.clone()),
        ("category", entry.category.clone()),
        ("severity", super::entry::severity_word(entry.severity).to_owned()),
        ("tags", entry.tags.join(", ")),
        ("aliases", entry.aliases.join(", ")),
        ("references", entry.references.join("; ")),
        ("related", entry.related.join(", ")),
        ("author", entry.author.clone()),
    ];
    let mut lines: Vec<String> = fields
        .iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(name, text)| format!("{name}: {text}"))
        .collect();
    for (heading, text) in
        [("# Problem", entry.problem.as_str()), ("# Solution", &entry.solution), ("# Notes", notes)]
    {
        if !text.is_empty() {
            lines.extend([String::new(), heading.to_owned()]);
            lines.extend(text.split('\n').map(|line| line.trim_end_matches('\r').to_owned()));
        }
    }
    lines
}

fn rows(old: &[String], new: &[String]) -> Vec<Row> {
    let mut input: InternedInput<&str> = InternedInput::default();
    input.update_before(old.iter().map(String::as_str));
    input.update_after(new.iter().map(String::as_str));
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_no_heuristic(&input);
    let mut out = Out { rows: Vec::new(), before: VecDeque::new(), left: 0, skipped: 0 };
    let mut at = 0;
    let place = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
    for hunk in diff.hunks() {
        let (from, to) = (place(hunk.before.start), place(hunk.before.end));
        old.get(at..from).unwrap_or_default().iter().for_each(|line| out.same(line));
        let gone = old.get(from..to).unwrap_or_default();
        let come = new.get(place(hunk.after.start)..place(hunk.after.end)).unwrap_or_default();
        out.changed(gone, come);
        at = to;
    }
    old.get(at..).unwrap_or_default().iter().for_each(|line| out.same(line));
    out.rows
}

/// Collects rows, leaving out what is far from a change.
struct Out<'t> {
    rows: Vec<Row>,
    /// The last lines that are the same and not shown yet.
    before: VecDeque<&'t str>,
    /// So many more of the same are shown.
    left: usize,
    /// Lines left out since the last row.
    skipped: usize,
}

impl<'t> Out<'t> {
    fn same(&mut self, line: &'t str) {
        if self.left > 0 {
            self.left -= 1;
            self.rows.push(whole(Sign::Same, line));
            return;
        }
        self.before.push_back(line);
        if self.before.len() > AROUND {
            self.before.pop_front();
            self.skipped += 1;
        }
    }

    fn changed(&mut self, old: &[String], new: &[String]) {
        if std::mem::take(&mut self.skipped) > 0 && !self.rows.is_empty() {
            self.rows.push(whole(Sign::Gap, ""));
        }
        self.rows.extend(self.before.drain(..).map(|line| whole(Sign::Same, line)));
        let pairs: Vec<_> = old.iter().zip(new).map(|(a, b)| words(a, b)).collect();
        let (mut gone, mut come): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
        gone.extend(old.iter().skip(new.len()).map(|line| vec![(line.clone(), true)]));
        come.extend(new.iter().skip(old.len()).map(|line| vec![(line.clone(), true)]));
        self.rows.extend(gone.into_iter().map(|pieces| Row { sign: Sign::Old, pieces }));
        self.rows.extend(come.into_iter().map(|pieces| Row { sign: Sign::New, pieces }));
        self.left = AROUND;
    }
}

fn whole(sign: Sign, line: &str) -> Row {
    Row { sign, pieces: vec![(line.to_owned(), false)] }
}

type Pieces = Vec<(String, bool)>;

/// Two lines with the words marked that the other does not have. Lines that have next to nothing in common are marked whole.
fn words(old: &str, new: &str) -> (Pieces, Pieces) {
    let all = || (vec![(old.to_owned(), true)], vec![(new.to_owned(), true)]);
    if old.len().max(new.len()) > LONGEST {
        return all();
    }
    let (a, b) = (tokens(old), tokens(new));
    let mut input: InternedInput<&str> = InternedInput::default();
    input.update_before(a.iter().copied());
    input.update_after(b.iter().copied());
    let diff = Diff::compute(Algorithm::Histogram, &input);
    let pieces = |tokens: &[&str], differs: &dyn Fn(u32) -> bool| {
        let mut pieces: Pieces = Vec::new();
        for (token, at) in tokens.iter().zip(0_u32..) {
            let marked = differs(at);
            match pieces.last_mut() {
                Some((text, last)) if *last == marked => text.push_str(token),
                _ => pieces.push(((*token).to_owned(), marked)),
            }
        }
        pieces
    };
    let sides = (pieces(&a, &|at| diff.is_removed(at)), pieces(&b, &|at| diff.is_added(at)));
    let alike = |side: &Pieces| -> usize {
        side.iter().filter(|(_, marked)| !marked).map(|(text, _)| text.trim().len()).sum()
    };
    if alike(&sides.0) * 4 < old.trim().len().min(new.trim().len()) { all() } else { sides }
}

/// Words, runs of blanks, and other characters one by one.
fn tokens(line: &str) -> Vec<&str> {
    let class = |c: char| {
        if c.is_alphanumeric() {
            0
        } else if c.is_whitespace() {
            1
        } else {
            2
        }
    };
    let mut out = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let kind = class(first);
        let end = match kind {
            2 => first.len_utf8(),
            _ => rest.find(|c| class(c) != kind).unwrap_or(rest.len()),
        };
        let (token, behind) = rest.split_at(end);
        out.push(token);
        rest = behind;
    }
    out
}

#[cfg(test)]
mod tests;
