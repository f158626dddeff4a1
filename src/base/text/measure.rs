//! Text in terminal cells: its width, and cutting and filling to a width.

use super::clean::{clean, clean_block};
use super::marks::{self, ascii_run};
use std::borrow::Cow;
use unicode_width::UnicodeWidthChar as _;

/// Cells of one code point as terminals count them: 0 for combining marks, 2 for wide ones; controls count 0.
pub fn char_width(c: char) -> usize {
    match c {
        // What most text is made of, without a look at the tables.
        ' '..='~' | '\u{AE}'..='\u{2FF}' | '\u{390}'..='\u{3FF}' | '\u{400}'..='\u{482}' => 1,
        _ => c.width().unwrap_or(0),
    }
}

/// Cells that [`clean`]ed `text` takes.
pub fn width(text: &str) -> usize {
    if ascii_run(text.as_bytes()) == text.len() {
        return text.len();
    }
    clean(text).chars().map(char_width).sum()
}

/// The cells of clean `text`: each base with the combining marks behind it, and how many cells it takes (1 or 2).
pub fn glyphs(text: &str) -> impl Iterator<Item = (&str, usize)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let base = rest.chars().next()?;
        let marks =
            rest.chars().skip(1).take_while(|c| char_width(*c) == 0).map(char::len_utf8).sum::<usize>();
        let (glyph, tail) = rest.split_at_checked(base.len_utf8() + marks)?;
        rest = tail;
        Some((glyph, char_width(base).max(1)))
    })
}

/// [`clean`]ed `text`, cut at the end to at most `cells` cells; a wide character that does not fit whole is left out.
pub fn clip(text: &str, cells: usize) -> Cow<'_, str> {
    if marks::ascii_run(text.as_bytes()) == text.len() {
        return Cow::Borrowed(text.get(..cells).unwrap_or(text));
    }
    match clean(text) {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(..clip_at(text, cells)).unwrap_or(text)),
        Cow::Owned(mut text) => {
            text.truncate(clip_at(&text, cells));
            Cow::Owned(text)
        }
    }
}

/// [`clean`]ed `text`, cut at the start to at most `cells` cells: for paths, whose end says more.
pub fn clip_start(text: &str, cells: usize) -> String {
    let text = clean(text);
    let mut over = width(&text).saturating_sub(cells);
    let mut from = 0;
    for (glyph, wide) in glyphs(&text) {
        if over == 0 {
            break;
        }
        over = over.saturating_sub(wide);
        from += glyph.len();
    }
    text.get(from..).unwrap_or_default().to_owned()
}

/// [`clean`]ed `text` in exactly `cells` cells: cut, or filled with blanks on the right.
pub fn pad(text: &str, cells: usize) -> String {
    let mut out = clip(text, cells).into_owned();
    let fill = cells.saturating_sub(width(&out));
    out.extend(std::iter::repeat_n(' ', fill));
    out
}

/// [`clean`]ed `text` in exactly `cells` cells: cut at the end, or filled with blanks on the left.
pub fn pad_left(text: &str, cells: usize) -> String {
    let cut = clip(text, cells);
    let fill = cells.saturating_sub(width(&cut));
    let mut out = " ".repeat(fill);
    out.push_str(&cut);
    out
}

/// A block of prose, cleaned, in lines of at most `cells` cells: broken at blanks, inside words that are longer, the
/// indentation of a line kept on those it is broken into. A wide character takes its two cells even in one.
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let mut out = Vec::new();
    for line in clean_block(text).split('\n') {
        let body = line.trim_start_matches(' ');
        let indent = (line.len() - body.len()).min(cells / 2).min(cells.saturating_sub(2));
        let room = (cells - indent).max(1);
        let mut rest = body.trim_end_matches(' ');
        loop {
            let (part, tail) = rest.split_at_checked(break_at(rest, room)).unwrap_or((rest, ""));
            out.push(format!("{:indent$}{}", "", part.trim_end_matches(' ')));
            rest = tail.trim_start_matches(' ');
            if rest.is_empty() {
                break;
            }
        }
    }
    out
}

/// Byte at which a line of clean `text` ends that has `cells` cells: behind the last word that fits, or inside the first.
fn break_at(text: &str, cells: usize) -> usize {
    let fits = clip_at(text, cells);
    if fits == text.len() || text.get(fits..).is_some_and(|rest| rest.starts_with(' ')) {
        return fits;
    }
    let word = text.get(..fits).and_then(|part| part.rfind(' '));
    let whole = word.map_or(fits, |blank| blank + 1);
    if whole > 0 { whole } else { glyphs(text).next().map_or(text.len(), |(glyph, _)| glyph.len()) }
}

/// Byte at which clean `text` is cut to fill at most `cells` cells.
fn clip_at(text: &str, cells: usize) -> usize {
    let mut left = cells;
    let mut at = 0;
    for (glyph, wide) in glyphs(text) {
        let Some(rest) = left.checked_sub(wide) else { break };
        left = rest;
        at += glyph.len();
    }
    at
}
