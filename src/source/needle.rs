//! What is looked for, compiled for the encoding of a file. Finds matches in windows of whole lines; no match reaches over a
//! line end. Text is looked for as the bytes that it has in the file; for an expression and a picture a window of EBCDIC is
//! transcribed.
//!
//! A window is searched as one text as long as that cannot be told from a search of each line alone; at the first match
//! that touches a line end the rest of the window is searched line by line. Both are linear.

mod folded;
mod line;
mod picture;

use super::cut::{Cut, Line};
use super::encoding::{Encoding, Start, Transcriber};
use super::model::{Columns, NeedleKind, NeedleSpec, Part};
use crate::base::num::to_usize;
use crate::base::{Result, UserError};
use folded::{Folded, Look};
use line::Lines;
use memchr::memmem;
use picture::Picture;
use regex::bytes::{Regex, RegexBuilder};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Longest text or expression, in bytes.
const MAX_TEXT: usize = 4096;
/// Memory that a compiled expression, and its cache while it runs, may take.
const MAX_COMPILED: usize = 10 << 20;
/// How deep the groups of an expression may be nested.
const MAX_NEST: u32 = 100;

/// A text or an expression, ready to be looked for. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Needle(Arc<Compiled>);

#[derive(Debug)]
struct Compiled {
    spec: NeedleSpec,
    encoding: Encoding,
    matcher: Matcher,
    /// Makes windows of it what the matcher reads, where that is not the bytes of the file.
    turn: Option<Transcriber>,
    /// Bytes that are part of words, as the matcher reads them.
    words: Words,
    /// Always search line by line: the expression asks for the ends of the text or changes its own flags, or a match is
    /// judged by its neighbours, which would be those of a longer match over the line end.
    by_line: bool,
    /// It asks for the end of a line, which CR LF hides from a search of the whole window.
    asks_end: bool,
}

/// For each byte whether it is part of a word.
struct Words([bool; 256]);

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Words")
    }
}

#[derive(Debug)]
enum Matcher {
    Literal(Box<memmem::Finder<'static>>),
    /// Matches what a literal would: never a line end. The expression says the same as the quick way, where there is one.
    AnyCase(Option<Folded>, Regex),
    Regex(Regex),
    Picture(Picture),
}

/// Part of a word.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'-' | b'_' | b'@' | b'#' | b'$')
}

impl Needle {
    /// Compiles `spec` for text in UTF-8.
    ///
    /// # Errors
    /// As [`Self::in_encoding`].
    pub fn new(spec: &NeedleSpec) -> Result<Self> {
        Self::in_encoding(spec, Encoding::Utf8)
    }

    /// Compiles `spec` for files in `encoding`.
    ///
    /// # Errors
    /// If a character of a text is not in the encoding, if there is nothing to find, if it is longer than 4,096 bytes or holds a line end, if an expression is wrong or too
    /// large, if digits are not hexadecimal or columns not in order; the cause says where.
    pub fn in_encoding(spec: &NeedleSpec, encoding: Encoding) -> Result<Self> {
        let text = spec.text.as_str();
        if text.is_empty() {
            return Err(UserError::new("there is nothing to find").hint("type what to look for"));
        }
        if text.len() > MAX_TEXT {
            return Err(UserError::new("what to find is too long")
                .cause(format!("it has {} bytes, {MAX_TEXT} are possible", text.len()))
                .hint("look for a part of it"));
        }
        if text.contains(['\n', '\r']) {
            return Err(UserError::new("what to find holds a line end")
                .cause("a match never reaches over the end of a line")
                .hint("look for a part of one line"));
        }
        if let Some(Columns { first, last }) = spec.columns
            && (first == 0 || last.is_some_and(|last| last < first))
        {
            let last = last.map_or_else(String::new, |last| format!(" to {last}"));
            return Err(UserError::new(format!("columns {first}{last} are not in order"))
                .hint("columns count from 1, the first one goes first"));
        }
        let mut ends = false;
        let literal = |bytes: &[u8]| Matcher::Literal(Box::new(memmem::Finder::new(bytes).into_owned()));
        let matcher = match spec.kind {
            NeedleKind::Literal if spec.ignore_case => any_case(text, encoding)?,
            NeedleKind::Literal => literal(&encoding.encode_needle(text)?),
            NeedleKind::Hex => {
                let bytes = bytes_of(text)?;
                ends = bytes.iter().any(|b| FEEDS.contains(b));
                literal(&bytes)
            }
            NeedleKind::Regex => Matcher::Regex(build(text, spec.ignore_case, text)?),
            NeedleKind::Picture => Matcher::Picture(Picture::new(text, spec.ignore_case)?),
        };
        let expression = matches!(matcher, Matcher::Regex(_));
        let flags = text.replace("(?:", "").contains("(?");
        let judged = spec.part != Part::Chars || spec.columns.is_some();
        let own = expression && (judged || flags || text.contains("\\A") || text.contains("\\z"));
        let turns = encoding.is_ebcdic() && matches!(matcher, Matcher::Regex(_) | Matcher::Picture(_));
        let read_as = if turns { Encoding::Latin1 } else { encoding };
        Ok(Self(Arc::new(Compiled {
            spec: spec.clone(),
            encoding,
            matcher,
            turn: turns.then(|| Transcriber::new(encoding, None)),
            words: Words(read_as.ascii_table().map(is_word)),
            by_line: own || ends,
            asks_end: expression && text.contains('$'),
        })))
    }

    /// What it was compiled from.
    pub fn spec(&self) -> &NeedleSpec {
        &self.0.spec
    }

    /// Whether it is an expression of the user's, which can be slow.
    pub(super) fn is_expression(&self) -> bool {
        matches!(self.0.matcher, Matcher::Regex(_))
    }

    /// Finds the matches in one line without its ending. Each is given as start and end.
    pub fn find_in_line(&self, line: &[u8]) -> Vec<(usize, usize)> {
        self.find_in_part(line, 0)
    }

    /// The same in the part of a line that begins behind its first `skipped` bytes: for marking matches on the screen.
    pub fn find_in_part(&self, part: &[u8], skipped: u64) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let turned = self.turned(part);
        let part = turned.as_deref().unwrap_or(part);
        // Without a visit that breaks there is nothing to learn from the flow.
        let _ = self.each_in(&mut Lines::one(part, to_usize(skipped)), 0, &mut |s, e| {
            found.push((s, e));
            ControlFlow::Continue(())
        });
        found
    }

    /// What the matcher reads of `window`, if that is not as it is in the file.
    fn turned(&self, window: &[u8]) -> Option<Vec<u8>> {
        let turn = self.0.turn.as_ref()?;
        let mut turned = Vec::with_capacity(window.len());
        turn.append(window, &mut turned);
        Some(turned)
    }

    /// Visits the matches in a window of whole lines, told apart by `cut`, that begin at `from` or later, in order.
    pub(super) fn each(
        &self,
        window: &[u8],
        cut: &Cut,
        from: usize,
        visit: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let turned = self.turned(window);
        let lines_of = window;
        let window = turned.as_deref().unwrap_or(window);
        // A window that was transcribed has no ends of lines any more.
        let listed = turned.as_ref().filter(|_| !cut.is_counted()).map(|_| cut.listed(lines_of));
        let cut = listed.as_ref().unwrap_or(cut);
        let mut lines = Lines::of(window, cut);
        // What asks for the ends of a line, or for whole characters, has to see no more than the line.
        let own_ends = !cut.is_text() && matches!(self.0.matcher, Matcher::Regex(_) | Matcher::Picture(_));
        if self.0.by_line || own_ends || (self.0.asks_end && cut.has_crlf(window)) {
            return self.each_by_line(&mut lines, from, visit);
        }
        if matches!(self.0.matcher, Matcher::Literal(_) | Matcher::AnyCase(..)) {
            return self.each_in(&mut lines, from, visit);
        }
        let mut at = from;
        while let Some((start, end)) = self.next(&mut lines, at) {
            let Line { start: line, end: text_end, .. } = lines.around(start);
            if end > text_end {
                // It would not be one in the line alone; another one may be.
                return self.each_by_line(&mut lines, at.max(line), visit);
            }
            visit(start, end)?;
            at = end;
        }
        ControlFlow::Continue(())
    }

    /// The same, each line alone; `from` may be inside the first.
    fn each_by_line(
        &self,
        lines: &mut Lines<'_>,
        from: usize,
        visit: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut at = from;
        while at < lines.text.len() {
            let Line { start: line, end, next } = lines.around(at);
            let text = lines.text.get(line..end).unwrap_or_default();
            self.each_in(&mut Lines::one(text, 0), at.saturating_sub(line), &mut |s, e| {
                visit(line + s, line + e)
            })?;
            at = next;
        }
        ControlFlow::Continue(())
    }

    /// The same in a text that is taken as it is.
    fn each_in(
        &self,
        lines: &mut Lines<'_>,
        from: usize,
        visit: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut at = from;
        while let Some((start, end)) = self.next(lines, at) {
            visit(start, end)?;
            at = end;
        }
        ControlFlow::Continue(())
    }

    /// The next match that begins at `from` or later: not empty, where in a word and in which columns is asked for.
    fn next(&self, lines: &mut Lines<'_>, from: usize) -> Option<(usize, usize)> {
        let text = lines.text;
        let mut at = from;
        while at <= text.len() {
            let (start, end) = match &self.0.matcher {
                Matcher::Literal(finder) => {
                    let start = at + finder.find(text.get(at..)?)?;
                    (start, start + finder.needle().len())
                }
                Matcher::AnyCase(Some(folded), regex) => match folded.find(text, at) {
                    Look::At(start) => (start, start + folded.length()),
                    Look::Nowhere => return None,
                    Look::Tired(from) => next_of(regex, text, from)?,
                },
                Matcher::AnyCase(None, regex) | Matcher::Regex(regex) => next_of(regex, text, at)?,
                Matcher::Picture(picture) => picture.find_at(text, at)?,
            };
            at = start + 1;
            // Where no byte ends a line a match may reach out of it.
            let inside = !lines.cut.is_counted() || {
                let line = lines.around(start);
                line.start <= start && end <= line.end
            };
            if start < end && inside && self.fits_word(text, start, end) && self.is_text(lines, start, end) {
                let Some(columns) = self.0.spec.columns else { return Some((start, end)) };
                match fits_columns(columns, lines, start, end) {
                    None => return Some((start, end)),
                    Some(further) => at = at.max(further),
                }
            }
        }
        None
    }

    /// Whether bytes that are those of the text are it: in double-byte text they may be halves of other characters.
    fn is_text(&self, lines: &mut Lines<'_>, start: usize, end: usize) -> bool {
        if !self.0.encoding.has_shifts()
            || !matches!(self.0.matcher, Matcher::Literal(_) | Matcher::AnyCase(..))
        {
            return true;
        }
        let line = lines.around(start);
        let text = lines.text.get(line.start..line.end).unwrap_or_default();
        let at = start - line.start..end - line.start;
        let found = self.0.encoding.text_at(text, Start::Line, &at);
        let wanted = &self.0.spec.text;
        self.0.spec.kind == NeedleKind::Hex
            || found.is_some_and(|found| {
                found == *wanted || (self.0.spec.ignore_case && found.to_lowercase() == wanted.to_lowercase())
            })
    }

    fn fits_word(&self, text: &[u8], start: usize, end: usize) -> bool {
        let is_word = |byte: &u8| self.0.words.0.get(usize::from(*byte)).copied().unwrap_or(false);
        let word = |i: Option<usize>| i.and_then(|i| text.get(i)).is_some_and(is_word);
        match self.0.spec.part {
            Part::Chars => true,
            Part::Word => !word(start.checked_sub(1)) && !word(Some(end)),
            Part::Prefix => !word(start.checked_sub(1)) && word(Some(end)),
            Part::Suffix => word(start.checked_sub(1)) && !word(Some(end)),
        }
    }
}

/// The next match of an expression.
fn next_of(regex: &Regex, text: &[u8], at: usize) -> Option<(usize, usize)> {
    regex.find_at(text, at).map(|found| (found.start(), found.end()))
}

/// Looks for a text in any letter case.
fn any_case(text: &str, encoding: Encoding) -> Result<Matcher> {
    let bytes = encoding.encode_needle(text)?;
    if encoding == Encoding::Utf8 {
        // The two cases of other letters may be of different lengths.
        let quick = text.is_ascii().then(|| quick(&bytes, encoding)).flatten();
        return Ok(Matcher::AnyCase(quick, build(&regex::escape(text), true, text)?));
    }
    Ok(Matcher::AnyCase(quick(&bytes, encoding), build(&classes(&bytes, encoding), false, text)?))
}

fn quick(bytes: &[u8], encoding: Encoding) -> Option<Folded> {
    Folded::new(bytes, encoding.fold_table(), &encoding.ascii_table())
}

/// Bytes that may end a line.
const FEEDS: [u8; 5] = [b'\n', b'\r', 0x15, 0x25, 0x85];

/// An expression of bytes for some bytes in any letter case.
fn classes(bytes: &[u8], encoding: Encoding) -> String {
    let fold = encoding.fold_table();
    let folded = |b: u8| fold.get(usize::from(b)).copied().unwrap_or(b);
    let mut expression = String::new();
    for byte in bytes {
        let same: Vec<String> =
            (0..=u8::MAX).filter(|b| folded(*b) == folded(*byte)).map(|b| format!("\\x{b:02X}")).collect();
        expression.extend(["[", &same.concat(), "]"]);
    }
    expression
}

/// `None` if a match lies in these columns, else from where on one may.
fn fits_columns(columns: Columns, lines: &mut Lines<'_>, start: usize, end: usize) -> Option<usize> {
    let line = lines.around(start);
    let begin = to_usize(u64::from(columns.first)) - 1;
    // Places in the line, of which not all need be in the text.
    let (from, to) = (lines.place(&line, start), lines.place(&line, end));
    if from < begin {
        return Some((start + (begin - from)).min(line.next));
    }
    let Some(last) = columns.last else { return (from > begin).then_some(line.next) };
    let last = to_usize(u64::from(last));
    if from >= last { Some(line.next) } else { (to > last).then_some(start + 1) }
}

/// The bytes of pairs of hexadecimal digits.
fn bytes_of(digits: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(digits.len() / 2);
    let mut rest = digits;
    while !rest.is_empty() {
        let pair = rest.split_at_checked(2).filter(|(pair, _)| pair.bytes().all(|b| b.is_ascii_hexdigit()));
        let byte = pair.and_then(|(pair, after)| Some((u8::from_str_radix(pair, 16).ok()?, after)));
        let Some((byte, after)) = byte else {
            let shown: String = digits.chars().take(60).collect();
            return Err(UserError::new(format!("X'{shown}' is not pairs of hexadecimal digits"))
                .hint("two digits for each byte, as X'00FF'"));
        };
        bytes.push(byte);
        rest = after;
    }
    Ok(bytes)
}

/// Compiles an expression. Sources hold bytes of any code page, so unless the expression itself holds other letters, a dot
/// is any byte and a class is one of ASCII.
fn build(pattern: &str, ignore_case: bool, shown: &str) -> Result<Regex> {
    RegexBuilder::new(pattern)
        .case_insensitive(ignore_case)
        .unicode(!pattern.is_ascii())
        .multi_line(true)
        .size_limit(MAX_COMPILED)
        .dfa_size_limit(MAX_COMPILED)
        .nest_limit(MAX_NEST)
        .build()
        .map_err(|e| {
            let shown: String = shown.chars().take(60).collect();
            let wrong = UserError::new(format!("the expression {shown} cannot be used"));
            match e {
                regex::Error::CompiledTooBig(_) => wrong
                    .cause("it takes more than 10 MiB when it is compiled")
                    .hint("use smaller repetitions"),
                other => {
                    let text = other.to_string();
                    let cause = text.lines().last().unwrap_or_default();
                    wrong
                        .cause(cause.trim_start_matches("error: "))
                        .hint("put a backslash before . * + ? ( ) [ ] { } | ^ $ that are meant as themselves, or look for the text literally")
                }
            }
        })
}

#[cfg(test)]
mod tests;
