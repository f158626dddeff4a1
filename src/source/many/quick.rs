//! A small file, read in one go and searched in memory: most files of a library are small, and what a window of a large file
//! needs (room, a look at the start and the end before and after) would take longer than the search.

use super::{Candidate, InFile, Needles, is_binary};
use crate::base::num::{to_u64, to_usize};
use crate::source::bytes::fill;
use crate::source::cut::Cut;
use crate::source::format::detect;
use crate::source::model::NeedleKind;
use crate::source::records::Records;
use crate::source::snap::samples;
use std::ops::ControlFlow;

/// Bytes of a small file at most: no longer than a line that a find looks at in one piece.
const SMALL: u64 = 1 << 20;
/// The same where an expression is looked for, which can be slow: nobody can stop it before the end of the file.
const SMALL_EXPRESSION: u64 = 64 << 10;

/// Counts the matches in a file; `None` if it is not small, or has to be read as other files are.
pub(super) fn count(file: &Candidate, needles: &mut Needles, room: &mut Vec<u8>) -> Option<InFile> {
    let size = file.opened.stamp.size;
    let most = if needles.spec.kind == NeedleKind::Regex { SMALL_EXPRESSION } else { SMALL };
    if size > most || file.opened.bytes.grows() || file.opened.bytes.unpacked().is_some() {
        return None;
    }
    if room.len() < to_usize(size) {
        room.resize(to_usize(size).next_power_of_two(), 0);
    }
    let text = room.get_mut(..to_usize(size))?;
    let filled = fill(&*file.opened.bytes, text, 0, to_usize(size), &*file.meter);
    if filled.length < to_usize(size) || !filled.bad.is_empty() {
        return None;
    }
    let text = &*text;
    let places = samples(size).into_iter();
    let places: Vec<&[u8]> = places
        .map(|(at, length)| text.get(to_usize(at)..to_usize(at.saturating_add(length))).unwrap_or_default())
        .collect();
    let mut wanted = file.wanted;
    wanted.records = wanted.records.or(file.opened.records);
    let format = detect(&places, Some(size), wanted).format;
    let cut = match format.records {
        Records::Lines(feed) => Cut::Feed(feed),
        Records::Fixed(length) => Cut::Length { length: to_usize(u64::from(length.get())), inside: 0 },
        Records::Variable(_) => return None,
    };
    let mut found =
        InFile { encoding: format.encoding, complete: true, bytes: to_u64(text.len()), ..InFile::default() };
    let Some(needle) = needles.of(format.encoding) else { return Some(found) };
    let mut line_end = 0;
    // No visit breaks off.
    let _ = needle.each(text, &cut, 0, &mut |start, _| {
        found.matches += 1;
        if start >= line_end {
            found.lines += 1;
            line_end = cut.around(text, start).next;
        }
        ControlFlow::Continue(())
    });
    found.binary = found.matches > 0 && is_binary(format, text);
    Some(found)
}
