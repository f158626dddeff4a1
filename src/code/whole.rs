//! Structures of chunks to the outline of the whole: who is inside of whom, and where each begins and ends. Knows lines; the
//! parts know bytes of their chunk only.

use super::model::SymbolKind;
use super::outline::Outline;
use super::parse::{Detail, Fault, Part, Structure, Target, TargetRole};
use super::tree::{Place, Tree};
use crate::base::num::to_u64;
use memchr::memchr_iter;

/// Takes the chunks of a source in order and gives the outline of all of it, with every kind of symbol.
#[derive(Debug)]
pub struct Whole {
    tree: Tree,
    /// Lines, and bytes, before the next chunk.
    lines: u32,
    bytes: u64,
    /// The last byte taken ended a line.
    ended: bool,
}

impl Default for Whole {
    fn default() -> Self {
        Self { tree: Tree::new(usize::MAX), lines: 0, bytes: 0, ended: true }
    }
}

/// Where the bytes of a chunk are in the source.
struct Spots {
    /// Line feeds, as places in the chunk.
    feeds: Vec<u32>,
    first_line: u32,
    base: u64,
}

impl Spots {
    /// The line of a byte, and where that begins in the chunk.
    fn line(&self, at: u32) -> (u32, u32) {
        let before = self.feeds.partition_point(|f| *f < at);
        let start = before.checked_sub(1).and_then(|b| self.feeds.get(b)).map_or(0, |f| f + 1);
        (self.first_line.saturating_add(u32::try_from(before).unwrap_or(u32::MAX)), start)
    }

    fn place(&self, at: u32) -> Place {
        let (line, start) = self.line(at);
        Place { line, offset: self.base + u64::from(start) }
    }
}

impl Whole {
    /// Takes the next chunk: its bytes as they are in the source, and its structure.
    pub fn take(&mut self, text: &[u8], structure: &Structure) {
        let feeds: Vec<u32> = memchr_iter(b'\n', text).filter_map(|f| u32::try_from(f).ok()).collect();
        let spots = Spots { first_line: self.lines.saturating_add(1), base: self.bytes, feeds };
        for (number, part) in (0..).zip(&structure.parts) {
            self.part(structure, part, structure.targets_of(number), &spots);
        }
        for fault in &structure.faults {
            let Fault { kind, start, .. } = *fault;
            let (line, begin) = spots.line(start);
            self.tree.problem(line, start.saturating_sub(begin).saturating_add(1), kind.message());
        }
        self.lines = self.lines.saturating_add(u32::try_from(spots.feeds.len()).unwrap_or(u32::MAX));
        self.bytes += to_u64(text.len());
        self.ended = text.last().is_none_or(|b| *b == b'\n');
    }

    /// The outline of all that was taken.
    pub fn finish(self) -> Outline {
        self.tree.finish(u64::from(self.lines) + u64::from(!self.ended))
    }

    fn part(&mut self, structure: &Structure, part: &Part, targets: &[Target], spots: &Spots) {
        let name = structure.name(part);
        let at = spots.place(part.start);
        let tree = &mut self.tree;
        match (part.kind, part.detail) {
            (SymbolKind::Program, Detail::End) => tree.end_program(name.as_bytes(), at.line),
            (SymbolKind::Program, _) => {
                let named = spots.place(part.name_at.max(part.start));
                if !tree.name_program(name.as_bytes(), named) {
                    tree.add(SymbolKind::Program, 0, b"", at);
                    tree.name_program(name.as_bytes(), named);
                }
            }
            (SymbolKind::Division, _) => {
                if name.eq_ignore_ascii_case("IDENTIFICATION") || name.eq_ignore_ascii_case("ID") {
                    tree.add(SymbolKind::Program, 0, b"", at);
                }
                tree.add(SymbolKind::Division, 0, name.as_bytes(), at);
            }
            (SymbolKind::File, Detail::Select) => {
                let assigned = targets.iter().find(|t| t.role == TargetRole::Assigned);
                tree.select(name.as_bytes(), assigned.map_or("", |t| structure.text(t.name)).as_bytes(), at);
                tree.ends_with(spots.line(part.end.saturating_sub(1)).0);
            }
            (SymbolKind::Data, _) => {
                let name = if part.name.is_some() { name } else { "FILLER" };
                tree.add(SymbolKind::Data, part.level, name.as_bytes(), at);
            }
            // Each label that is named is one; a PERFORM of its own statements names none.
            (SymbolKind::Perform | SymbolKind::Goto | SymbolKind::Call, _) => {
                let first = |t: &&Target| matches!(t.role, TargetRole::Label | TargetRole::Program);
                let own = part.name.map(|n| (n, part.start));
                for (name, at) in own.into_iter().chain(targets.iter().filter(first).map(|t| (t.name, t.at)))
                {
                    tree.add(part.kind, 0, structure.text(name).as_bytes(), spots.place(at));
                    tree.ends_with(spots.line(part.end.saturating_sub(1)).0);
                }
            }
            (SymbolKind::Exec, detail) => {
                tree.add(SymbolKind::Exec, 0, exec_name(structure, name, detail, targets).as_bytes(), at);
                tree.ends_with(spots.line(part.end.saturating_sub(1)).0);
            }
            (kind, _) => {
                tree.add(kind, part.level, name.as_bytes(), at);
                tree.ends_with(spots.line(part.end.saturating_sub(1)).0);
            }
        }
    }
}

/// `CICS LINK PROG1`: language, command and what it is about.
fn exec_name(structure: &Structure, command: &str, detail: Detail, targets: &[Target]) -> String {
    let language = match detail {
        Detail::Sql => "SQL",
        Detail::Cics => "CICS",
        Detail::Dli => "DLI",
        _ => "",
    };
    let about = targets.iter().find(|t| t.role != TargetRole::HostVariable).map(|t| structure.text(t.name));
    let words = [language, command, about.unwrap_or_default()];
    let words: Vec<&str> = words.into_iter().filter(|w| !w.is_empty()).collect();
    words.join(" ")
}
