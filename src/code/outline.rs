//! The outline as a value: symbols in the order of the file, packed into 24 bytes each, with the places of their names.
//!
//! Invariant: the symbols are sorted by the line where they begin, and each lies within its parent.

mod frames;
mod several;

pub use frames::Frame;
pub use several::Several;

use super::format::columns;
use super::model::{Problem, SourceFormat, Symbol, SymbolKind};
use crate::base::num::{to_u64, to_usize};
use crate::base::{ByteOffset, LineNo};
use memchr::memmem;
use serde::{Deserialize, Serialize};

/// No parent.
pub(super) const NONE: u32 = u32::MAX;

/// A symbol in the least space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Packed {
    pub name_at: u32,
    pub line: u32,
    pub end_line: u32,
    pub parent: u32,
    pub offset_low: u32,
    pub offset_high: u8,
    pub name_len: u8,
    pub kind: SymbolKind,
    /// Level number of a data item; of a SELECT the bytes of the name that it assigns, which stand behind its own.
    pub level: u8,
}

impl Packed {
    /// How many bytes of names are its own.
    pub fn named(&self) -> usize {
        let assigned = if self.kind == SymbolKind::Select { self.level } else { 0 };
        usize::from(self.name_len) + usize::from(assigned)
    }

    /// Where its line begins.
    fn offset(&self) -> u64 {
        u64::from(self.offset_high) << 32 | u64::from(self.offset_low)
    }
}

/// Where a program is named, which is after the line where it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Named {
    pub symbol: u32,
    pub line: u32,
    pub offset: u64,
}

/// What a structural scan found. Large sources have many symbols, so take windows of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Outline {
    pub(super) symbols: Vec<Packed>,
    pub(super) names: Vec<u8>,
    pub(super) named: Vec<Named>,
    /// How many lines were scanned.
    pub lines: u64,
    /// What the scan stumbled over, at most 100.
    pub problems: Vec<Problem>,
    /// Kinds that are left out because the source has too many symbols.
    pub left_out: Vec<SymbolKind>,
    /// Kinds of which only the first of each name is there, because the source has too many symbols.
    pub once: Vec<SymbolKind>,
    /// Where directives change the format, in bytes of the file, and to which.
    pub(super) formats: Vec<(u64, SourceFormat)>,
}

impl Outline {
    /// How many symbols there are.
    pub fn len(&self) -> usize {
        self.symbols.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.symbols.is_empty()
    }

    /// The format of the line that begins at `offset`, and where the line begins that says so; `first` is that of the first line.
    pub fn format_at(&self, offset: ByteOffset, first: SourceFormat) -> (SourceFormat, ByteOffset) {
        let before = self.formats.partition_point(|(at, _)| *at < offset.0);
        let said = before.checked_sub(1).and_then(|at| self.formats.get(at));
        said.map_or((first, ByteOffset(0)), |(at, format)| (*format, ByteOffset(*at)))
    }

    /// Memory it takes, in bytes.
    pub fn memory(&self) -> u64 {
        to_u64(self.symbols.capacity() * size_of::<Packed>() + self.names.capacity())
    }

    /// Symbol `index`.
    pub fn get(&self, index: u32) -> Option<Symbol> {
        let packed = self.packed(index)?;
        let (mut line, mut offset) = (packed.line, packed.offset());
        if packed.kind == SymbolKind::Program
            && let Ok(at) = self.named.binary_search_by_key(&index, |n| n.symbol)
            && let Some(named) = self.named.get(at)
        {
            (line, offset) = (named.line, named.offset);
        }
        let selects = packed.kind == SymbolKind::Select;
        let assigned = self.names.get(to_usize(packed.name_at.into())..).unwrap_or_default();
        let assigned = columns(assigned, packed.name_len.into(), packed.named());
        Some(Symbol {
            kind: packed.kind,
            name: String::from_utf8_lossy(self.name(packed)).into_owned(),
            level: if selects { 0 } else { packed.level },
            depth: u8::try_from(self.parents(index).count()).unwrap_or(u8::MAX),
            line: LineNo::new(line.into()),
            offset: ByteOffset(offset),
            end_line: LineNo::new(packed.end_line.into()),
            parent: (packed.parent != NONE).then_some(packed.parent),
            assigned: (!assigned.is_empty()).then(|| String::from_utf8_lossy(assigned).into_owned()),
        })
    }

    /// At most `count` symbols from number `from` on.
    pub fn window(&self, from: usize, count: usize) -> Vec<Symbol> {
        let to = from.saturating_add(count).min(self.len());
        (from..to).filter_map(|i| self.get(u32::try_from(i).ok()?)).collect()
    }

    /// The innermost symbol that line `line` is in.
    pub fn at(&self, line: LineNo) -> Option<u32> {
        let line = u32::try_from(line.get()).unwrap_or(u32::MAX);
        let before = self.symbols.partition_point(|s| s.line <= line).checked_sub(1)?;
        let before = u32::try_from(before).ok()?;
        let mut chain = std::iter::once(before).chain(self.parents(before));
        chain.find(|i| self.packed(*i).is_some_and(|s| s.end_line >= line))
    }

    /// All symbols that line `line` is in, outermost first: the breadcrumb.
    pub fn path_at(&self, line: LineNo) -> Vec<Symbol> {
        let Some(inner) = self.at(line) else { return Vec::new() };
        let mut path: Vec<Symbol> =
            std::iter::once(inner).chain(self.parents(inner)).filter_map(|i| self.get(i)).collect();
        path.reverse();
        path
    }

    /// The outermost program around line `line`, or the compile unit of a listing: its first line, where that begins, and its
    /// last line.
    pub fn unit_at(&self, line: LineNo) -> Option<(LineNo, ByteOffset, LineNo)> {
        let inner = self.at(line)?;
        let chain = std::iter::once(inner).chain(self.parents(inner));
        let is_unit = |s: &&Packed| matches!(s.kind, SymbolKind::Program | SymbolKind::Unit);
        let unit = chain.filter_map(|i| self.packed(i)).filter(is_unit).last()?;
        Some((LineNo::new(unit.line.into()), ByteOffset(unit.offset()), LineNo::new(unit.end_line.into())))
    }

    /// Numbers of the symbols whose names hold `text` in any case, at most `limit`.
    pub fn filter(&self, text: &str, limit: usize) -> Vec<u32> {
        let wanted = text.trim().to_ascii_uppercase().into_bytes();
        let finder = memmem::Finder::new(&wanted);
        let mut upper = Vec::new();
        let mut holds = |s: &Packed| {
            upper.clear();
            upper.extend(self.name(s).iter().map(u8::to_ascii_uppercase));
            finder.find(&upper).is_some()
        };
        let all = (0..).zip(&self.symbols);
        all.filter(|(_, s)| holds(s)).map(|(i, _)| i).take(limit).collect()
    }

    /// The symbols around symbol `index`, innermost first.
    fn parents(&self, index: u32) -> impl Iterator<Item = u32> + '_ {
        let up = |i: &u32| self.packed(*i).map(|s| s.parent).filter(|p| *p != NONE);
        std::iter::successors(up(&index), up)
    }

    fn packed(&self, index: u32) -> Option<&Packed> {
        self.symbols.get(to_usize(index.into()))
    }

    fn name(&self, symbol: &Packed) -> &[u8] {
        let at = to_usize(symbol.name_at.into());
        self.names.get(at..at.saturating_add(symbol.name_len.into())).unwrap_or_default()
    }
}
