//! The sanitiser for names, titles, messages and blocks of prose.

use super::marks::{Mark, Piece, Room, is_hidden, next_piece, push};
use super::{Charset, char_width};
use std::borrow::Cow;
use std::fmt::Write as _;

/// Cells between the tab stops of a block of prose.
const BLOCK_TAB: usize = 8;

/// `text` as one line that is safe to show: controls as `␛` or `<9B>`, a newline as `␊`, a tab as one blank, code points
/// that show nothing as `⟪U+202E⟫`.
pub fn clean(text: &str) -> Cow<'_, str> {
    clean_in(text, Charset::Unicode)
}

/// [`clean`] for a character set. In ASCII controls are `^[`, hidden code points `<U+202E>`, other characters `?` or the
/// ASCII sign that looks like them, in as many cells.
pub fn clean_in(text: &str, set: Charset) -> Cow<'_, str> {
    run(text, set, false)
}

/// [`clean`], but newlines (and CR LF) stay and tabs go to the next stop of 8.
pub fn clean_block(text: &str) -> Cow<'_, str> {
    clean_block_in(text, Charset::Unicode)
}

/// [`clean_block`] for a character set.
pub fn clean_block_in(text: &str, set: Charset) -> Cow<'_, str> {
    run(text, set, true)
}

/// A finished JSON document whose strings hold nothing that acts on a terminal: DEL, C1 and hidden code points become
/// `\u` escapes, which mean the same to whoever reads the document. (Serialisers escape C0 themselves.)
pub fn clean_json(document: &str) -> Cow<'_, str> {
    let acts = |c: char| c == '\x7F' || ('\u{80}'..='\u{9F}').contains(&c) || is_hidden(c);
    if !document.contains(acts) {
        return Cow::Borrowed(document);
    }
    let mut out = String::with_capacity(document.len() + 32);
    for c in document.chars() {
        if acts(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

fn run(text: &str, set: Charset, block: bool) -> Cow<'_, str> {
    let mut out: Option<String> = None;
    let mut at = 0;
    let mut column = 0;
    let mut has_base = false;
    while let Some(rest) = text.get(at..)
        && let Some(piece) = next_piece(rest, set, has_base)
    {
        let mut len = piece.len();
        let line_end = block.then(|| line_end(rest)).flatten();
        if matches!(piece, Piece::Ascii(_) | Piece::Glyph { .. }) || line_end == Some("\n") {
            let same = rest.get(..len).unwrap_or_default();
            if let Some(out) = &mut out {
                out.push_str(same);
            }
            column =
                if line_end.is_some() { 0 } else { column + same.chars().map(char_width).sum::<usize>() };
        } else {
            let out = out.get_or_insert_with(|| text.get(..at).unwrap_or_default().to_owned());
            if let Some(end) = line_end {
                len = end.len();
                out.push('\n');
                column = 0;
            } else {
                column += push_changed(
                    out,
                    piece,
                    rest,
                    set,
                    if block { BLOCK_TAB - column % BLOCK_TAB } else { 1 },
                );
            }
        }
        has_base = piece.is_base() && line_end.is_none();
        at += len;
    }
    out.map_or(Cow::Borrowed(text), Cow::Owned)
}

fn line_end(rest: &str) -> Option<&'static str> {
    ["\n", "\r\n"].into_iter().find(|end| rest.starts_with(end))
}

/// Appends a piece that is not shown as it is, and gives its cells.
fn push_changed(out: &mut String, piece: Piece, rest: &str, set: Charset, tab: usize) -> usize {
    match piece {
        Piece::Tab => {
            out.extend(std::iter::repeat_n(' ', tab));
            tab
        }
        Piece::Orphan { len } => {
            out.push('◌');
            out.push_str(rest.get(..len).unwrap_or_default());
            1
        }
        Piece::Mark { mark, .. } => push(out, mark, set, Room::Prose),
        Piece::Ascii(_) | Piece::Glyph { .. } => push(out, Mark::Excess(0), set, Room::Prose),
    }
}
