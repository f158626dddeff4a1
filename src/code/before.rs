//! What must be known of a text before one of its lines, to read it from there: the format in force, and what conditional
//! compilation has defined and left open. A value that is kept with the place; must not know who reads.

use super::conditions::Conditions;
use super::format::columns;
use super::mask::{MARGIN, Measure, measure, switched};
use super::model::SourceFormat;
use memchr::memmem;
use std::sync::Arc;

/// What is known before a line. Two places with equal values read the same text in the same way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Before {
    /// The format in force.
    pub format: SourceFormat,
    /// What directives defined and left open; nothing where there was none.
    conditions: Option<Arc<Conditions>>,
}

impl From<SourceFormat> for Before {
    /// At the start of a text.
    fn from(format: SourceFormat) -> Self {
        Self { format, conditions: None }
    }
}

impl Before {
    /// Whether lines here are left out.
    #[inline]
    pub(super) fn skips(&self) -> bool {
        self.conditions.as_ref().is_some_and(|c| c.skips())
    }

    /// Takes a directive, which changes what is known behind it. True if it is left out, or does nothing but leave lines out.
    pub(super) fn take(&mut self, text: &[u8]) -> bool {
        if !text.starts_with(b">>") {
            if self.skips() {
                return true;
            }
        } else if self.decide(text) {
            return true;
        }
        self.format = self.format.changed_to(switched(text));
        false
    }

    fn decide(&mut self, text: &[u8]) -> bool {
        let conditions = Arc::make_mut(self.conditions.get_or_insert_default());
        let decided = conditions.take(text);
        if *conditions == Conditions::default() {
            self.conditions = None;
        }
        decided
    }

    /// What of this matters to `text`, which follows: only one that has directives, or is left out, asks for conditions.
    #[must_use]
    pub fn needed_by(&self, text: &[u8]) -> Self {
        if self.skips() || memmem::find(text, b">>").is_some() { self.clone() } else { self.format.into() }
    }
}

/// How far to the right a directive may begin, in bytes.
pub(super) const FARTHEST: usize = 1024;

/// The directive that a line is (of a listing the card on it), from its `>>` on.
pub(super) fn directive_on(line: &[u8], format: SourceFormat) -> Option<&[u8]> {
    let begins = |text: &[u8], line: &[u8]| text.starts_with(b">>") && line.len() - text.len() <= FARTHEST;
    if format.is_free() {
        return Some(line.trim_ascii_start()).filter(|text| begins(text, line));
    }
    let m = measure(line, margin(format));
    let line = columns(line, 0, m.code_to);
    // It may begin in the sequence area.
    let whole = line.trim_ascii_start();
    if begins(whole, line) && line.len() - whole.len() < 7 {
        return Some(whole);
    }
    let marked = matches!(indicator(line, &m), Some((_, b'*' | b'/' | b'$' | b'#' | b'-')));
    Some(columns(line, m.code_at, line.len()).trim_ascii_start()).filter(|text| !marked && begins(text, line))
}

/// The last column of code, as a width.
pub(super) fn margin(format: SourceFormat) -> usize {
    if format == SourceFormat::Variable { usize::MAX } else { MARGIN }
}

/// Where the indicator of a line is, which ends with its code, and what it is.
pub(super) fn indicator(line: &[u8], m: &Measure) -> Option<(usize, u8)> {
    let at = m.code_at.checked_sub(1).filter(|_| !m.tabbed && line.len() >= 7)?;
    Some((at, *line.get(at)?))
}

#[cfg(test)]
mod tests;
