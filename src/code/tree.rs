//! Growing an outline: which symbols are open, who is inside of whom, and what to leave out when there are too many.

use super::format::columns;
use super::model::{Problem, SourceFormat, SymbolKind};
use super::outline::{NONE, Named, Outline, Packed};
use super::words::{DIVISIONS, SECTIONS};
use crate::base::LineNo;
use crate::base::num::{to_u64, to_usize};
use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};

/// Most bytes of a name.
const LONGEST: usize = 255;
/// At most this many symbols are kept: 3 MiB, those of about two million lines.
const MAX_SYMBOLS: usize = 1 << 17;
/// At most this many bytes of names are kept.
const MAX_NAMES: usize = 2 << 20;
/// At most this many problems are kept.
const MAX_PROBLEMS: usize = 100;
/// At most this many changes of format are kept.
const MAX_FORMATS: usize = 10_000;

/// Kinds that name others. When there are too many symbols, all but the first of those that name the same go before all else.
const REFERENCES: [SymbolKind; 5] =
    [SymbolKind::Perform, SymbolKind::Goto, SymbolKind::Call, SymbolKind::Exec, SymbolKind::Copy];

/// What is left out then, first, second and so on. What is called is few names by now, and asked for most. Programs always stay.
const LEAVE_OUT: [&[SymbolKind]; 6] = [
    &[SymbolKind::Perform, SymbolKind::Goto, SymbolKind::Condition, SymbolKind::Index],
    &[SymbolKind::Data],
    &[SymbolKind::Paragraph, SymbolKind::File, SymbolKind::Select, SymbolKind::Entry],
    &[SymbolKind::Call, SymbolKind::Exec, SymbolKind::Copy],
    &[SymbolKind::Section],
    &[SymbolKind::Division],
];

/// Where a symbol is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Its line, from 1.
    pub line: u32,
    /// Where the line begins.
    pub offset: u64,
}

/// An outline that grows.
#[derive(Debug)]
pub(super) struct Tree {
    out: Outline,
    /// The symbols that what follows is inside of, outermost first, each with its rank.
    open: Vec<(u32, u8)>,
    /// Programs without an END PROGRAM so far.
    unended: Vec<u32>,
    /// What is named already, where each name stands once only.
    seen: Option<Seen>,
    /// Not even programs fit any more.
    full: bool,
    limit: usize,
}

/// Which names stand in an outline already, by their hashes: two that have one are taken for one, which happens once in many
/// millions of outlines.
#[derive(Debug)]
struct Seen {
    /// What hashes begin with, so that nobody can make names that have one.
    secret: [u64; 2],
    hashes: HashSet<u64, BuildHasherDefault<Hashed>>,
}

/// What is a hash already.
#[derive(Debug, Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

impl Seen {
    fn new() -> Self {
        let random = RandomState::new();
        // The second factor is odd, so that no product loses what it is made of.
        Self { secret: [random.hash_one(0), random.hash_one(1) | 1], hashes: HashSet::default() }
    }

    /// Whether a symbol may stand: it names nobody, or somebody whom none of its kind named before.
    fn is_new(&mut self, kind: SymbolKind, name: &[u8]) -> bool {
        !REFERENCES.contains(&kind) || self.hashes.insert(self.hash(kind, name))
    }

    /// A hash of a name in any case: eight bytes at a time, each folded into the product of both halves.
    fn hash(&self, kind: SymbolKind, name: &[u8]) -> u64 {
        let [first, factor] = self.secret;
        let mut hash = first ^ to_u64(name.len()) ^ ((kind as u64) << 32);
        let mut take = |eight: [u8; 8]| {
            // The bit by which letters differ in case; nothing else that is in names differs in that only.
            let eight = u64::from_le_bytes(eight) | 0x2020_2020_2020_2020;
            let product = u128::from(hash ^ eight) * u128::from(factor);
            hash = low(product) ^ low(product >> 64);
        };
        let (eights, rest) = name.as_chunks::<8>();
        for eight in eights {
            take(*eight);
        }
        let mut last = [0; 8];
        last.iter_mut().zip(rest).for_each(|(to, byte)| *to = *byte);
        take(last);
        hash
    }
}

/// Names of divisions and sections that nearly every program has; they are stored once, before all others.
fn common() -> impl Iterator<Item = &'static [u8]> {
    DIVISIONS.into_iter().chain(SECTIONS)
}

/// Where such a name stands.
fn common_at(name: &[u8]) -> Option<usize> {
    let which = common().position(|common| common.starts_with(name))?;
    Some(common().take(which).map(<[u8]>::len).sum())
}

/// The lower half.
fn low(product: u128) -> u64 {
    u64::try_from(product & u128::from(u64::MAX)).unwrap_or_default()
}

/// The rank of what holds nothing and closes nothing but itself.
const LEAF: u8 = u8::MAX;

/// How far inside a symbol belongs: opening one closes all open ones that are as far or farther. Of data, levels 66 stand
/// behind all items of their record, and levels 77 and 78 by themselves.
fn rank(kind: SymbolKind, level: u8) -> u8 {
    match (kind, level) {
        (SymbolKind::Program, _) => 0,
        (SymbolKind::Division, _) => 1,
        (SymbolKind::Section, _) => 2,
        (SymbolKind::Paragraph | SymbolKind::File, _) => 3,
        (SymbolKind::Data, 66) => 5,
        (SymbolKind::Data, 2..=49) => 3 + level,
        (SymbolKind::Data, _) => 4,
        _ => LEAF,
    }
}

impl Tree {
    /// Empty, with room for `limit` symbols, at most [`MAX_SYMBOLS`].
    pub fn new(limit: usize) -> Self {
        let out = Outline { names: common().flatten().copied().collect(), ..Outline::default() };
        let limit = limit.min(MAX_SYMBOLS);
        Self { out, open: Vec::new(), unended: Vec::new(), seen: None, full: false, limit }
    }

    /// Notes that the lines behind the one at `offset` have another format.
    pub fn format(&mut self, offset: u64, format: SourceFormat) {
        if self.out.formats.len() < MAX_FORMATS {
            self.out.formats.push((offset, format));
        }
    }

    /// Notes a problem.
    pub fn problem(&mut self, line: u32, column: u32, message: impl Into<String>) {
        if self.out.problems.len() < MAX_PROBLEMS {
            self.out.problems.push(Problem {
                line: LineNo::new(line.into()),
                column,
                message: message.into(),
            });
        }
    }

    /// Opens a symbol; all that it is not inside of are closed.
    pub fn add(&mut self, kind: SymbolKind, level: u8, name: &[u8], at: Place) {
        self.begin(kind, level, name, name.len(), at);
    }

    /// The same; what is behind the first `own` bytes of the name is what is assigned to it.
    fn begin(&mut self, kind: SymbolKind, level: u8, name: &[u8], own: usize, at: Place) {
        let rank = rank(kind, level);
        self.close(rank, at.line.saturating_sub(1));
        if self.full || (!self.out.left_out.is_empty() && self.out.left_out.contains(&kind)) {
            return;
        }
        let name = columns(name, 0, LONGEST);
        if self.out.symbols.len() >= self.limit || self.out.names.len() + name.len() > MAX_NAMES {
            self.make_room(at.line);
            if self.full || self.out.left_out.contains(&kind) {
                return;
            }
        }
        if let Some(seen) = &mut self.seen
            && !seen.is_new(kind, name)
        {
            return;
        }
        let Ok(index) = u32::try_from(self.out.symbols.len()) else { return };
        let name_at = self.keep_name(kind, name);
        self.out.symbols.push(Packed {
            name_at,
            line: at.line,
            // A leaf is one line; the others are closed later.
            end_line: at.line,
            parent: self.open.last().map_or(NONE, |(symbol, _)| *symbol),
            offset_low: u32::try_from(at.offset & u64::from(u32::MAX)).unwrap_or(0),
            offset_high: u8::try_from(at.offset >> 32).unwrap_or(u8::MAX),
            name_len: u8::try_from(own.min(name.len())).unwrap_or(u8::MAX),
            kind,
            level,
        });
        if rank < LEAF {
            self.open.push((index, rank));
        }
        if kind == SymbolKind::Program {
            self.unended.push(index);
        }
    }

    /// Adds a SELECT: a file, and what is assigned to it.
    pub fn select(&mut self, name: &[u8], assigned: &[u8], at: Place) {
        let name = columns(name, 0, LONGEST);
        let assigned = columns(assigned, 0, LONGEST - name.len());
        let level = u8::try_from(assigned.len()).unwrap_or(0);
        self.begin(SymbolKind::Select, level, &[name, assigned].concat(), name.len(), at);
    }

    /// The symbol that was added last ends with `line`, if it is one that holds nothing.
    pub fn ends_with(&mut self, line: u32) {
        if let Some(last) = self.out.symbols.last_mut().filter(|s| rank(s.kind, s.level) == LEAF) {
            last.end_line = line.max(last.line);
        }
    }

    /// The innermost open program that has no name yet is named here. False if there is none.
    pub fn name_program(&mut self, name: &[u8], at: Place) -> bool {
        let Some((index, _)) = self.open.first().copied() else { return false };
        let unnamed = |s: &Packed| s.kind == SymbolKind::Program && s.name_len == 0;
        if !self.out.symbols.get(to_usize(index.into())).is_some_and(unnamed) {
            return false;
        }
        let name_at = self.keep_name(SymbolKind::Program, name);
        if let Some(symbol) = self.out.symbols.get_mut(to_usize(index.into())) {
            symbol.name_at = name_at;
            symbol.name_len = u8::try_from(name.len()).unwrap_or(u8::MAX);
        }
        match self.out.named.last_mut().filter(|n| n.symbol == index) {
            // PROGRAM-ID was here, and the name comes now.
            Some(_) => {}
            None => self.out.named.push(Named { symbol: index, line: at.line, offset: at.offset }),
        }
        true
    }

    /// END PROGRAM. Whether programs that follow each other are nested shows only here: those between the program of this
    /// name and its end are inside of it.
    pub fn end_program(&mut self, name: &[u8], line: u32) {
        self.close(1, line.saturating_sub(1));
        self.close(0, line);
        let names = &self.out;
        let of = |i: u32| {
            names.symbols.get(to_usize(i.into())).map(|s| {
                let at = to_usize(s.name_at.into());
                names.names.get(at..at + usize::from(s.name_len)).unwrap_or_default()
            })
        };
        let same = |i: &u32| of(*i).is_some_and(|n| n.eq_ignore_ascii_case(name));
        let Some(place) = self.unended.iter().rposition(same).or(self.unended.len().checked_sub(1)) else {
            return;
        };
        let Some(outer) = self.unended.get(place).copied() else { return };
        self.unended.truncate(place);
        let first = to_usize(outer.into());
        let Some((symbol, inside)) = self.out.symbols.get_mut(first..).and_then(|s| s.split_first_mut())
        else {
            return;
        };
        symbol.end_line = line;
        for program in
            inside.iter_mut().filter(|s| s.kind == SymbolKind::Program && s.parent == symbol.parent)
        {
            program.parent = outer;
        }
    }

    /// The whole, after `lines` lines.
    pub fn finish(mut self, lines: u64) -> Outline {
        self.close(0, u32::try_from(lines).unwrap_or(u32::MAX));
        self.out.lines = lines;
        self.out.symbols.shrink_to_fit();
        self.out.names.shrink_to_fit();
        self.out
    }

    /// Closes what is as far inside as `to`, or farther; it ends with `line`.
    fn close(&mut self, to: u8, line: u32) {
        while let Some((index, _)) = self.open.pop_if(|(_, rank)| *rank >= to) {
            if let Some(symbol) = self.out.symbols.get_mut(to_usize(index.into())) {
                symbol.end_line = line.max(symbol.line);
            }
        }
    }

    /// Where a name stands among the names.
    fn keep_name(&mut self, kind: SymbolKind, name: &[u8]) -> u32 {
        let common = matches!(kind, SymbolKind::Division | SymbolKind::Section).then(|| common_at(name));
        let name_at = common.flatten().unwrap_or_else(|| {
            let names = &mut self.out.names;
            let at = names.len();
            if names.capacity() - at < name.len() {
                // Twice as much, as a vector grows by itself, but no more than there can ever be.
                names.reserve_exact(at.min((MAX_NAMES + LONGEST).saturating_sub(at)).max(name.len()));
            }
            names.extend_from_slice(name);
            at
        });
        u32::try_from(name_at).unwrap_or(0)
    }

    /// Leaves out what names the same once more, and then one more group of kinds, those there are already included, until an
    /// eighth is free.
    #[cold]
    #[inline(never)]
    fn make_room(&mut self, line: u32) {
        if self.seen.is_none() && self.out.symbols.iter().any(|s| REFERENCES.contains(&s.kind)) {
            let mut seen = Seen::new();
            self.drop_where(|symbol, name| !seen.is_new(symbol.kind, name));
            self.seen = Some(seen);
            self.out.once = REFERENCES.to_vec();
            if self.has_room() {
                self.problem(
                    line,
                    1,
                    format!(
                        "there are more symbols than the outline holds ({}); of these it has the first of each name: {:?}",
                        self.limit, self.out.once
                    ),
                );
                return;
            }
        }
        for kinds in LEAVE_OUT {
            let there = self.out.symbols.iter().any(|s| kinds.contains(&s.kind));
            if !there || kinds.iter().all(|k| self.out.left_out.contains(k)) {
                continue;
            }
            self.out.left_out.extend_from_slice(kinds);
            let left_out = std::mem::take(&mut self.out.left_out);
            self.drop_where(|symbol, _| left_out.contains(&symbol.kind));
            self.out.left_out = left_out;
            if self.has_room() {
                break;
            }
        }
        self.full = self.out.symbols.len() >= self.limit || self.out.names.len() >= MAX_NAMES / 8 * 7;
        let what = if self.full {
            "the outline is full: programs after this line are not in it".to_owned()
        } else {
            format!(
                "there are more symbols than the outline holds ({}); left out of all of it: {:?}",
                self.limit, self.out.left_out
            )
        };
        self.problem(line, 1, what);
    }

    fn has_room(&self) -> bool {
        self.out.symbols.len() < self.limit / 8 * 7 && self.out.names.len() < MAX_NAMES / 8 * 7
    }

    /// Removes the symbols that `goes` is true of, and their names. In place: an outline that is full is the most that a scan
    /// holds, and must not be there twice.
    fn drop_where(&mut self, mut goes: impl FnMut(&Packed, &[u8]) -> bool) {
        let mut moved: Vec<u32> = Vec::with_capacity(self.out.symbols.len());
        let mut kept = 0;
        let names = &self.out.names;
        self.out.symbols.retain_mut(|symbol| {
            let at = to_usize(symbol.name_at.into());
            let name = names.get(at..at + usize::from(symbol.name_len)).unwrap_or_default();
            if goes(symbol, name) {
                moved.push(NONE);
                return false;
            }
            moved.push(kept);
            kept += 1;
            // A kind that stays is never inside of one that goes.
            symbol.parent = moved.get(to_usize(symbol.parent.into())).copied().unwrap_or(NONE);
            true
        });
        self.move_names_up();
        let to = |i: &u32| moved.get(to_usize((*i).into())).copied().filter(|n| *n != NONE);
        self.open = self.open.iter().filter_map(|(symbol, rank)| Some((to(symbol)?, *rank))).collect();
        self.unended = self.unended.iter().filter_map(to).collect();
        self.out.named.retain_mut(|n| to(&n.symbol).map(|new| n.symbol = new).is_some());
    }
    /// Moves the names together that symbols still have. They stand in the order of their symbols, but for those of programs,
    /// which are named when other symbols may be there already: these go to the end.
    fn move_names_up(&mut self) {
        let Outline { symbols, names, .. } = &mut self.out;
        let (own, mut programs): (usize, Vec<u8>) = (common().map(<[u8]>::len).sum(), Vec::new());
        let named = |s: &Packed| to_usize(s.name_at.into()) >= own && s.named() > 0;
        for symbol in symbols.iter().filter(|s| s.kind == SymbolKind::Program && named(s)) {
            let at = to_usize(symbol.name_at.into());
            programs.extend_from_slice(columns(names, at, at + symbol.named()));
        }
        let mut end = own;
        for symbol in symbols.iter_mut().filter(|s| s.kind != SymbolKind::Program && named(s)) {
            let (at, length) = (to_usize(symbol.name_at.into()), symbol.named());
            let to = (at + length).min(names.len());
            names.copy_within(at.min(to)..to, end);
            symbol.name_at = u32::try_from(end).unwrap_or(0);
            end += length;
        }
        names.truncate(end);
        for symbol in symbols.iter_mut().filter(|s| s.kind == SymbolKind::Program && named(s)) {
            symbol.name_at = u32::try_from(end).unwrap_or(0);
            end += symbol.named();
        }
        names.extend_from_slice(&programs);
    }
}

#[cfg(test)]
mod tests;
