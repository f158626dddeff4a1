//! Files of several programs: which of them a line is in. Names of paragraphs, and the numbers that a compiler gives to lines,
//! are there once in each.

use super::{NONE, Outline, Packed};
use crate::base::LineNo;
use crate::code::SymbolKind;

/// The programs that follow one another in a file, or the compile units of a listing, where there are several.
#[derive(Debug, Clone, Copy)]
pub struct Several<'a>(Option<&'a Outline>);

impl<'a> Several<'a> {
    /// Those of an outline.
    pub fn of(outline: &'a Outline) -> Self {
        let is_one = |s: &&Packed| s.parent == NONE && is_unit(s.kind);
        Self(outline.symbols.iter().filter(is_one).nth(1).map(|_| outline))
    }

    /// The name of the one that a line is in; nothing where there is only one.
    pub fn at(&self, line: LineNo) -> Option<String> {
        let path = self.0?.path_at(line);
        path.into_iter().next().filter(|s| is_unit(s.kind) && !s.name.is_empty()).map(|s| s.name)
    }
}

fn is_unit(kind: SymbolKind) -> bool {
    matches!(kind, SymbolKind::Program | SymbolKind::Unit)
}
