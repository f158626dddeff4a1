//! What is looked for, compiled. Finds matches in windows of whole lines; no match reaches over a line end.
//!
//! A window is searched as one text as long as that cannot be told from a search of each line alone; at the first match
//! that touches a line end the rest of the window is searched line by line. Both are linear.

use super::model::{NeedleKind, NeedleSpec};
use crate::base::{Result, UserError};
use memchr::{memchr, memmem, memrchr};
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
    matcher: Matcher,
    /// Always search line by line: the expression asks for the ends of the text or changes its own flags, or a match is
    /// judged by its neighbours, which would be those of a longer match over the line end.
    by_line: bool,
    /// It asks for the end of a line, which CR LF hides from a search of the whole window.
    asks_end: bool,
}

#[derive(Debug)]
enum Matcher {
    Literal(Box<memmem::Finder<'static>>),
    /// Matches what a literal would: never a line end.
    AnyCase(Regex),
    Regex(Regex),
}

/// Part of a word, for `words`.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'-' | b'_' | b'@' | b'#' | b'$')
}

impl Needle {
    /// Compiles `spec`.
    ///
    /// # Errors
    /// If there is nothing to find, if it is longer than 4,096 bytes or holds a line end, and if an expression is wrong
    /// or too large; the cause says where.
    pub fn new(spec: &NeedleSpec) -> Result<Self> {
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
        let matcher = match spec.kind {
            NeedleKind::Literal if spec.ignore_case => {
                Matcher::AnyCase(build(&regex::escape(text), true, text)?)
            }
            NeedleKind::Literal => {
                Matcher::Literal(Box::new(memmem::Finder::new(text.as_bytes()).into_owned()))
            }
            NeedleKind::Regex => Matcher::Regex(build(text, spec.ignore_case, text)?),
        };
        let expression = matches!(matcher, Matcher::Regex(_));
        let flags = text.replace("(?:", "").contains("(?");
        let by_line = expression && (spec.words || flags || text.contains("\\A") || text.contains("\\z"));
        let asks_end = expression && text.contains('$');
        Ok(Self(Arc::new(Compiled { spec: spec.clone(), matcher, by_line, asks_end })))
    }

    /// What it was compiled from.
    pub fn spec(&self) -> &NeedleSpec {
        &self.0.spec
    }

    /// Whether it is an expression of the user's, which can be slow.
    pub(super) fn is_expression(&self) -> bool {
        matches!(self.0.matcher, Matcher::Regex(_))
    }

    /// Finds the matches in one line without its ending, or in any part of it: for marking them on the screen. Each is
    /// given as start and end.
    pub fn find_in_line(&self, line: &[u8]) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        // Without a visit that breaks there is nothing to learn from the flow.
        let _ = self.each_in_text(line, 0, &mut |s, e| {
            found.push((s, e));
            ControlFlow::Continue(())
        });
        found
    }

    /// Visits the matches in a window of whole lines that begin at `from` or later, in order.
    pub(super) fn each(
        &self,
        window: &[u8],
        from: usize,
        visit: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        if !self.is_expression() {
            return self.each_in_text(window, from, visit);
        }
        if self.0.by_line || (self.0.asks_end && memmem::find(window, b"\r\n").is_some()) {
            return self.each_by_line(window, from, visit);
        }
        let mut at = from;
        while let Some((start, end)) = self.next(window, at) {
            let (line, text_end, _) = line_around(window, start);
            if end > text_end {
                // It would not be one in the line alone; another one may be.
                return self.each_by_line(window, at.max(line), visit);
            }
            visit(start, end)?;
            at = end;
        }
        ControlFlow::Continue(())
    }

    /// The same, each line alone; `from` may be inside the first.
    fn each_by_line(
        &self,
        window: &[u8],
        from: usize,
        visit: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut at = from;
        while at < window.len() {
            let (line, text_end, next) = line_around(window, at);
            let text = window.get(line..text_end).unwrap_or_default();
            self.each_in_text(text, at - line, &mut |s, e| visit(line + s, line + e))?;
            at = next;
        }
        ControlFlow::Continue(())
    }

    /// The same in a text that is taken as it is.
    fn each_in_text(
        &self,
        text: &[u8],
        from: usize,
        visit: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut at = from;
        while let Some((start, end)) = self.next(text, at) {
            visit(start, end)?;
            at = end;
        }
        ControlFlow::Continue(())
    }

    /// The next match that begins at `from` or later: not empty, and a whole word if that is asked for.
    fn next(&self, text: &[u8], from: usize) -> Option<(usize, usize)> {
        let mut at = from;
        while at <= text.len() {
            let (start, end) = match &self.0.matcher {
                Matcher::Literal(finder) => {
                    let start = at + finder.find(text.get(at..)?)?;
                    (start, start + finder.needle().len())
                }
                Matcher::AnyCase(regex) | Matcher::Regex(regex) => {
                    let found = regex.find_at(text, at)?;
                    (found.start(), found.end())
                }
            };
            let word = |i: Option<usize>| i.and_then(|i| text.get(i)).copied().is_some_and(is_word);
            if start < end && !(self.0.spec.words && (word(start.checked_sub(1)) || word(Some(end)))) {
                return Some((start, end));
            }
            at = start + 1;
        }
        None
    }
}

/// The line of `window` that holds `at`: its start, the end of its text, and where the next one begins.
fn line_around(window: &[u8], at: usize) -> (usize, usize, usize) {
    let start = window.get(..at).and_then(|w| memrchr(b'\n', w)).map_or(0, |p| p + 1);
    let Some(feed) = window.get(at..).and_then(|w| memchr(b'\n', w)).map(|p| at + p) else {
        return (start, window.len(), window.len());
    };
    let cr = feed > start && window.get(feed - 1) == Some(&b'\r');
    (start, feed - usize::from(cr), feed + 1)
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
