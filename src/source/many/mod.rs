//! A search through many files, one after the other: those named, those in directories, the members of archives. Owns which
//! files are looked into and how a search goes on where one of them cannot be read; must not know who shows what is found.
//!
//! Invariants: what cannot be opened is told and does not end the search; nothing but regular files is opened; directories are
//! entered as they are, not through links, so none is entered twice; memory does not grow with the number of files but for
//! the names of one directory at a time and what the caller keeps.

mod quick;
mod walk;

pub use walk::{Candidate, Reach, Visited, each_file};

use super::encoding::Encoding;
use super::file::SourceFile;
use super::format::TextFormat;
use super::model::{Anchor, FindProgress, Hit, LINE_CLIP, NeedleSpec, PageRequest};
use super::needle::Needle;
use super::records::Records;
use crate::base::num::to_u64;
use crate::base::{Budget, ByteOffset, Result};
use memchr::memchr;

/// Bytes at the start of a file that tell whether it is text.
const LOOK: usize = 8 << 10;
/// Bytes of a long line given before its match.
const BEFORE: u64 = 200;

/// A match that is given with its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineHit {
    /// Where it is.
    pub hit: Hit,
    /// The line, or of a long line what is around the match, as it is in the file.
    pub bytes: Vec<u8>,
}

impl LineHit {
    /// Byte of the line at which the match begins, from 1.
    pub fn column(&self) -> u64 {
        self.hit.offset.0.saturating_sub(self.hit.line_start.0).saturating_add(1)
    }
}

/// What a search found in one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InFile {
    /// How many matches.
    pub matches: u64,
    /// How many lines have one.
    pub lines: u64,
    /// All of it was searched.
    pub complete: bool,
    /// It is no text: its lines are not given.
    pub binary: bool,
    /// What its bytes mean.
    pub encoding: Encoding,
    /// Bytes searched.
    pub bytes: u64,
    /// The first matches.
    pub hits: Vec<LineHit>,
}

/// Something to look for in many files, whatever their encodings.
pub struct Search {
    needles: Needles,
    /// Room for the bytes of a small file.
    room: Vec<u8>,
}

/// What is looked for, in the encodings met so far.
struct Needles {
    spec: NeedleSpec,
    /// `None` where it has a character that the encoding has not.
    known: Vec<(Encoding, Option<Needle>)>,
}

impl Needles {
    fn of(&mut self, encoding: Encoding) -> Option<Needle> {
        if let Some((_, known)) = self.known.iter().find(|(of, _)| *of == encoding) {
            return known.clone();
        }
        // What cannot be said in an encoding is in no file of it.
        let made = Needle::in_encoding(&self.spec, encoding).ok();
        self.known.push((encoding, made.clone()));
        made
    }
}

impl Search {
    /// A search for `spec`.
    ///
    /// # Errors
    /// If `spec` is wrong in itself: see [`Needle::in_encoding`].
    pub fn new(spec: &NeedleSpec) -> Result<Self> {
        let plain = Needle::new(spec)?;
        Ok(Self {
            needles: Needles { spec: spec.clone(), known: vec![(Encoding::Utf8, Some(plain))] },
            room: Vec::new(),
        })
    }

    /// Searches a file on the way of a walk: see [`Self::file`]. A small one is read once, into room that is used again; one that
    /// was opened for it is given as well.
    ///
    /// # Errors
    /// If `budget` ends.
    pub fn candidate(
        &mut self,
        candidate: Candidate,
        (keep, once): (usize, bool),
        budget: &Budget,
        progress: &mut dyn FnMut(FindProgress),
    ) -> Result<(InFile, Option<SourceFile>)> {
        let found = quick::count(&candidate, &mut self.needles, &mut self.room);
        match found.filter(|found| found.matches == 0 || found.binary || keep == 0) {
            Some(found) => Ok((found, None)),
            None => {
                let file = candidate.into_file();
                self.file(&file, (keep, once), budget, progress).map(|found| (found, Some(file)))
            }
        }
    }

    /// Searches one file and gives the first `keep` matches with their lines. With `once` only the first match of each line
    /// is given.
    ///
    /// # Errors
    /// If `budget` ends.
    pub fn file(
        &mut self,
        source: &SourceFile,
        (keep, once): (usize, bool),
        budget: &Budget,
        progress: &mut dyn FnMut(FindProgress),
    ) -> Result<InFile> {
        let format = source.detected().format;
        let mut found = InFile { encoding: format.encoding, complete: true, ..InFile::default() };
        let Some(needle) = self.needles.of(format.encoding) else { return Ok(found) };
        let (count, mut hits) = source.find_all(&needle, keep, budget, progress)?;
        (found.matches, found.lines, found.complete) = (count.matches, count.lines, count.complete);
        found.bytes = count.done;
        if count.matches == 0 {
            return Ok(found);
        }
        found.binary = is_binary(format, &source.raw(ByteOffset(0), LOOK).0);
        if found.binary {
            return Ok(found);
        }
        if once {
            hits.dedup_by_key(|hit| hit.line_start);
        }
        found.hits.reserve(hits.len());
        for hit in &hits {
            // A file that has changed meanwhile has other lines: what is left of it is given.
            let Some(given) = with_line(source, hit, budget)? else {
                found.complete = false;
                break;
            };
            found.hits.push(given);
        }
        Ok(found)
    }
}

/// Whether a file of this format that begins with `start` is no text.
fn is_binary(format: TextFormat, start: &[u8]) -> bool {
    let lines = !format.encoding.is_ebcdic() && matches!(format.records, Records::Lines(_));
    lines && memchr(0, start.get(..LOOK.min(start.len())).unwrap_or_default()).is_some()
}

/// A match with its line; `None` if that is not there any more.
fn with_line(source: &SourceFile, hit: &Hit, budget: &Budget) -> Result<Option<LineHit>> {
    let inside = hit.offset.0.saturating_sub(hit.line_start.0);
    let fits = inside.saturating_add(hit.length) <= to_u64(LINE_CLIP);
    let skip = if fits { 0 } else { inside.saturating_sub(BEFORE) };
    let request = PageRequest { anchor: Anchor::Offset(hit.offset), before: 0, after: 0, skip, piece: 0 };
    let line = source.page(&request, budget)?.lines.pop();
    Ok(line.map(|line| LineHit { hit: *hit, bytes: line.text }))
}

#[cfg(test)]
mod tests;
