//! What is known of the names on a line: where each is defined, where it lies in storage, who reads and changes it. Owns
//! the programs that were read for that, a few at a time; must not know panes.

mod copied;
mod walk;

pub use walk::{FlowOf, Walk, WalkOf, WalkRow};

use super::FileFacts;
use super::listing::{self, Printed, number_shown};
use crate::base::num::{to_u64, to_usize};
use crate::base::{Budget, ByteOffset, Exit, LineNo, Result, UserError};
use crate::code::copybook::{Expanded, Origin, expand};
use crate::code::data::{self, Extract, Record};
use crate::code::lex::{self, Lexer, TokenKind};
use crate::code::xref::{Answer, Collector, Definition, Query, Reference, Unit, Want};
use crate::code::{Outline, SourceFormat, is_reserved, mask};
use crate::listing::Contents;
use crate::source::{ChunkSink, Fingerprint, Library, SourceFile};
use memchr::memchr_iter;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// Largest program that is read for it, in bytes. Of a larger one the part from its start on.
const LARGEST: u64 = 16 << 20;
/// Bytes that are read at a time.
const CHUNK: usize = 1 << 20;
/// Programs that are remembered.
pub(super) const REMEMBERED: usize = 4;
/// Bytes of a line that are looked at.
const LINE: usize = 4 << 10;
/// Names of one line that are looked up.
const MOST_NAMES: usize = 40;
/// Places of one name that are given.
const MOST_USES: usize = 2_000;

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot {
    /// The path of a copybook; `None` for the file itself.
    pub file: Option<String>,
    /// The line there.
    pub line: LineNo,
    /// In a listing, the number that the compiler gave the line; 0 where it gave none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line_id: Option<u32>,
}

impl Spot {
    /// The line of a file.
    pub fn of(file: Option<String>, line: LineNo) -> Self {
        Self { file, line, line_id: None }
    }

    /// The number as LOCATE takes it; behind a C, as compilers list copied lines, that of a copybook.
    pub fn shown(&self) -> String {
        match self.file {
            Some(_) => format!("C{}", self.line),
            None => number_shown(self.line, self.line_id),
        }
    }
}

/// A name on a line, and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameRow {
    /// As it is written where it is defined, else as on the line.
    pub name: String,
    /// What it is: `05`, `paragraph`, `file`; empty if it is not known.
    pub what: String,
    /// Where it is defined.
    pub defined: Option<Spot>,
    /// How many definitions it may mean here.
    pub candidates: usize,
    /// Type, start from 1 and length, as in `PD 131:5`; empty for what takes no storage.
    pub place: String,
    /// Its PICTURE as it is written.
    pub picture: String,
    /// How many places change it, read it, or name it otherwise.
    pub counts: [usize; 3],
    /// What the compiler printed of it in a listing: where it lies, and whether it lists the same references.
    pub printed: String,
    /// The places, in the order of the source, the first some thousand of them.
    pub uses: Vec<UseRow>,
}

/// A place that has to do with a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UseRow {
    /// Where.
    pub at: Spot,
    /// What is done: read, write, both, perform ...
    pub access: String,
    /// The verb, or the word of the clause.
    pub statement: String,
    /// The paragraph or section it is in; empty outside of them.
    pub inside: String,
    /// Through what it has to do with the name: the group around it, a redefinition; empty if it is named itself.
    pub via: String,
}

/// A program that was read, its copybooks put in: its cross-reference and its storage map. Lines inside count from its
/// first one.
struct Program {
    of: Fingerprint,
    /// The line before its first one.
    base: u64,
    /// Lines of the file that it covers.
    lines: Range<u64>,
    /// Where each line inside is from; its text is not kept.
    expanded: Expanded,
    units: Vec<Unit>,
    records: Vec<Record>,
    /// What the compiler printed about each unit of a listing.
    printed: Vec<Printed>,
}

/// Where a program is read from.
pub(super) struct Place<'a> {
    /// The file.
    pub file: &'a SourceFile,
    /// What it is.
    pub facts: &'a FileFacts,
    /// Its outline.
    pub outline: &'a Outline,
    /// Where its copybooks are, asked only when the program is read.
    pub library: &'a dyn Fn() -> Library,
}

/// Programs that were read.
#[derive(Default)]
pub(super) struct Programs(Mutex<Vec<Arc<Program>>>);

impl Programs {
    /// How many are remembered.
    pub fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Forgets them; they are read again when they are asked for.
    pub fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The names on the line `line` that begins at `offset`. Reads the program around it first, if it is not at hand.
    ///
    /// # Errors
    /// When the structure is not known yet, or `budget` ends.
    pub fn names(
        &self,
        place: &Place<'_>,
        (line, offset): (LineNo, ByteOffset),
        budget: &Budget,
    ) -> Result<Vec<NameRow>> {
        let program = self.program(place, line, budget)?;
        let (text, _) = place.file.read(offset, LINE);
        let text = text.split(|b| *b == b'\n').next().unwrap_or_default();
        let words = words(text, place.facts.format);
        if words.is_empty() && place.facts.format.is_listing() {
            return Ok(program.row_of_table(text, line).into_iter().collect());
        }
        Ok(words.iter().take(MOST_NAMES).filter_map(|word| program.row(word, line)).collect())
    }

    fn program(&self, place: &Place<'_>, line: LineNo, budget: &Budget) -> Result<Arc<Program>> {
        let file = place.file;
        let of = file.fingerprint();
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut programs = lock();
        if let Some(at) = programs.iter().position(|p| p.of == of && p.lines.contains(&line.get())) {
            // The one that was of use last stands last.
            let found = programs.remove(at);
            programs.push(Arc::clone(&found));
            return Ok(found);
        }
        drop(programs);
        let part = Self::part(place, line)?;
        let program = Arc::new(Program::read(place, of, &part, budget)?);
        let mut programs = lock();
        programs.push(Arc::clone(&program));
        if programs.len() > REMEMBERED {
            programs.remove(0);
        }
        Ok(program)
    }

    /// What is read for line `line`: a small file, or the program around the line.
    fn part(place: &Place<'_>, line: LineNo) -> Result<Part> {
        if place.file.size() <= LARGEST {
            return Ok(Part { first: LineNo::FIRST, from: ByteOffset(0), lines: u64::MAX });
        }
        let (first, from, last) = place.outline.unit_at(line).ok_or_else(|| {
            UserError::new("the program around this line is not known")
                .cause("the structure of the file is still being read, or the line is in no program")
                .hint("try again in a moment")
        })?;
        Ok(Part { first, from, lines: (last.get() + 1).saturating_sub(first.get()) })
    }
}

/// What is read of a file: so many lines from one that begins at a byte.
struct Part {
    first: LineNo,
    from: ByteOffset,
    lines: u64,
}

/// The words of a line that may be names of the programmer, each once.
pub(super) fn words(line: &[u8], format: SourceFormat) -> Vec<String> {
    let mut masked = Vec::new();
    mask(line, format, &mut masked);
    let mut words: Vec<String> = Vec::new();
    for token in Lexer::new(&masked).filter(|t| t.kind == TokenKind::Word) {
        let word = lex::text(&masked, &token);
        let name = String::from_utf8_lossy(&word);
        if !is_reserved(&word) && !words.iter().any(|w| data::same_name(w, &name)) {
            words.push(name.into_owned());
        }
    }
    words
}

impl Program {
    /// Part of a file with its copybooks put in, where it ends in bytes, and how many lines of the file it has.
    fn expanded(place: &Place<'_>, part: &Part, budget: &Budget) -> Result<(Expanded, u64, u64)> {
        let file = place.file;
        let (mut text, mut lines) = (Vec::new(), 0);
        let mut at = part.from.0;
        let stop = at.saturating_add(LARGEST).min(file.size());
        while at < stop && lines < part.lines {
            go_on(budget)?;
            let (chunk, _) = file.read(ByteOffset(at), CHUNK.min(to_usize(stop - at)));
            let left = to_usize(part.lines - lines);
            let end = memchr_iter(b'\n', &chunk).nth(left.saturating_sub(1)).map_or(chunk.len(), |f| f + 1);
            let chunk = chunk.get(..end).unwrap_or_default();
            if chunk.is_empty() {
                break;
            }
            text.extend_from_slice(chunk);
            lines += to_u64(bytecount::count(chunk, b'\n'));
            at += to_u64(chunk.len());
        }
        Ok((expand(&text, place.facts.format, &(place.library)(), budget), at, lines))
    }

    fn read(place: &Place<'_>, of: Fingerprint, part: &Part, budget: &Budget) -> Result<Self> {
        let (mut expanded, at, lines) = Self::expanded(place, part, budget)?;
        let (mut units, mut records) = (Vec::new(), Vec::new());
        let mut collector = Collector::new(expanded.format, Want::All, |unit| units.push(unit));
        let mut extract = Extract::new(expanded.format, |record| records.push(record));
        let mut from = 0;
        for piece in expanded.text.chunks(CHUNK) {
            go_on(budget)?;
            collector.chunk(ByteOffset(from), piece);
            extract.chunk(ByteOffset(from), piece);
            from += to_u64(piece.len());
        }
        collector.finish();
        extract.finish();
        let format = expanded.format;
        let contents = if format.is_listing() { Contents::of(&expanded.text) } else { Contents::default() };
        let printed = contents.units.iter().map(|u| Printed::of(&expanded.text, ByteOffset(0), format, &u));
        let printed = printed.collect();
        expanded.text = Vec::new();
        let base = part.first.get() - 1;
        // Behind what was read nothing is known; behind the end of the file there is nothing.
        let end = if at >= place.file.size() { u64::MAX } else { base + lines + 1 };
        Ok(Self { of, base, lines: part.first.get()..end, expanded, units, records, printed })
    }

    /// Where a line inside is from.
    fn spot(&self, inside: LineNo) -> Spot {
        let origin = self.expanded.origin(inside);
        let copy = origin.and_then(|o| self.expanded.copy_of(o)).and_then(|c| c.file.as_deref());
        let line = origin.map_or(inside, Origin::line_no);
        match copy {
            Some(file) => Spot::of(Some(file.to_owned()), line),
            None => {
                let here = self.printed.iter().find(|p| p.holds(line));
                let id = || here.and_then(|p| p.line_id(line)).unwrap_or(0);
                let line_id = self.expanded.format.is_listing().then(id);
                Spot { line_id, ..Spot::of(None, LineNo::new(line.get() + self.base)) }
            }
        }
    }

    /// What is known of the name that a row of a table of a listing is about.
    fn row_of_table(&self, text: &[u8], line: LineNo) -> Option<NameRow> {
        let inside = LineNo::new(line.get().checked_sub(self.base)?);
        let printed = self.printed.iter().find(|p| p.holds(inside))?;
        let (name, id) = listing::row(text)?;
        self.row(&name, printed.line_of(id)?.plus(self.base))
    }

    /// What the compiler printed of something that is defined on a line inside.
    fn printed(&self, definition: &Definition, uses: &[&Reference]) -> Option<String> {
        let line = definition.line?;
        let printed = self.printed.iter().find(|p| p.holds(line))?;
        let place = printed.mapped(&definition.name, line).map(crate::listing::Mapped::shown);
        let here = uses.iter().copied().filter(|r| printed.holds(r.line));
        let listed =
            printed.compared(&definition.name, line, here).map(|(_, differing)| differing.to_string());
        // A condition name takes no storage: its row of the map has no place.
        let known = place.into_iter().chain(listed).filter(|said| !said.is_empty());
        Some(known.collect::<Vec<_>>().join("; "))
    }

    /// What is known of `name` where it stands on line `line`.
    fn row(&self, name: &str, line: LineNo) -> Option<NameRow> {
        let line = LineNo::new(line.get().checked_sub(self.base)?);
        // What was put in for a COPY moves the lines behind it.
        let inside = self.expanded.lines_of(None, line).into_iter().next()?;
        let query = Query::parse(name)?;
        let mut answer = Answer::default();
        for unit in &self.units {
            let more = unit.answer(&query, answer.definitions.len());
            answer.definitions.extend(more.definitions);
            answer.references.extend(more.references);
        }
        if answer.definitions.is_empty() && answer.references.is_empty() {
            return None;
        }
        // Which definitions are meant here: those of the place on this line, or the one that stands on it.
        let here = answer.references.iter().find(|r| r.line == inside && r.via.is_none());
        let own = answer.definitions.iter().position(|d| d.line == Some(inside));
        let meant: Vec<usize> = own
            .map(|at| vec![at])
            .or_else(|| here.map(|r| r.definitions.clone()))
            .unwrap_or_else(|| (0..answer.definitions.len()).collect());
        let definition = meant.first().and_then(|at| answer.definitions.get(*at));
        let uses: Vec<&Reference> = answer
            .references
            .iter()
            .filter(|r| r.definitions.is_empty() || r.definitions.iter().any(|d| meant.contains(d)))
            .collect();
        let count = |of: fn(&Reference) -> bool| uses.iter().filter(|r| of(r)).count();
        let (place, picture) = definition.and_then(|d| self.storage(d)).unwrap_or_default();
        Some(NameRow {
            name: definition.map_or(name, |d| &d.name).to_owned(),
            what: definition.map(what).unwrap_or_default(),
            defined: definition.and_then(|d| d.line).map(|l| self.spot(l)),
            candidates: meant.len(),
            place,
            picture,
            counts: [
                count(|r| r.access.writes()),
                count(|r| r.access.reads()),
                count(|r| !r.access.writes() && !r.access.reads()),
            ],
            printed: definition.and_then(|d| self.printed(d, &uses)).unwrap_or_default(),
            uses: uses.iter().take(MOST_USES).map(|r| self.used(r)).collect(),
        })
    }

    /// Place in storage and PICTURE of a data item.
    fn storage(&self, definition: &Definition) -> Option<(String, String)> {
        let line = definition.line?;
        let is_it = |i: &&data::Item| i.entry.at.line == line && data::same_name(i.name(), &definition.name);
        let item = self.records.iter().flat_map(|r| &r.items).find(is_it)?;
        let picture = item.entry.picture.as_ref().map(|p| p.text.clone()).unwrap_or_default();
        Some((item.notation(), picture))
    }

    fn used(&self, reference: &Reference) -> UseRow {
        UseRow {
            at: self.spot(reference.line),
            access: reference.access.word().replace('_', " "),
            statement: reference.statement.to_owned(),
            inside: reference.inside.clone().unwrap_or_default(),
            via: reference.via.as_ref().map(|v| v.name.clone()).unwrap_or_default(),
        }
    }
}

/// # Errors
/// When nobody waits any more.
fn go_on(budget: &Budget) -> Result<()> {
    budget
        .check()
        .map_err(|stop| UserError::new("stopped reading the program").cause(stop).exit(Exit::Interrupted))
}

/// What a definition is, in one word or its level number.
fn what(definition: &Definition) -> String {
    match definition.level {
        Some(level) => format!("{level:02}"),
        None => format!("{:?}", definition.kind).to_lowercase(),
    }
}

#[cfg(test)]
mod tests;
