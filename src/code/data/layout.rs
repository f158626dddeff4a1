//! Places of the items of one record: offsets, lengths, strides, slack bytes, redefinitions, renames, by the rules of
//! Enterprise COBOL.
//!
//! What cannot be known spreads to exactly what depends on it: behind an item of unknown length the offsets of the record
//! are unknown, lengths of groups that hold it are lower bounds, all else stays exact.

use super::builder::problem;
use super::entry::{DataName, Entry, Sign, same_name};
use super::model::{Dimension, Item, ItemKind, Length, Record};
use super::picture::Category;
use super::usage::{Addresses, Storage, Usage};
use crate::base::num::to_usize;

/// The largest record of the language, in bytes.
const MAX_BYTES: u64 = 999_999_999;

/// Computes the places of the items of a record.
pub(super) fn lay_out(record: &mut Record, addresses: Addresses) {
    let mut work = Work::new(record);
    work.resolve(addresses);
    work.place_all();
    work.repeat();
    work.rename();
}

/// A place on the way through a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cursor {
    /// Bytes from the start of the record, or from the last place where that became unknown.
    at: u64,
    /// How often it became unknown: 0 is never. Two places with the same number are a known distance apart.
    era: u32,
    /// Known bytes from the start of the record.
    known: u64,
    /// Bytes by which tables before this can be shorter.
    spare: u64,
    /// A table before this has a length that DEPENDING ON decides.
    moves: bool,
}

/// What an item takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Shape {
    storage: Option<Storage>,
    /// Boundary on which it begins, because it or the first item in it does.
    lead: u64,
    /// The largest boundary of an item in it.
    boundary: u64,
}

struct Work<'r> {
    record: &'r mut Record,
    shapes: Vec<Shape>,
    /// The first item under each, and the next beside each.
    first: Vec<Option<usize>>,
    next: Vec<Option<usize>>,
    /// The first item under none.
    root: Option<usize>,
    /// Where each item begins and all its occurrences end.
    spans: Vec<Option<(Cursor, Cursor)>>,
    eras: u32,
}

/// What an item has from the groups around it.
#[derive(Debug, Clone, Copy, Default)]
struct Inherited {
    usage: Option<Usage>,
    sign: Option<Sign>,
    sync: bool,
}

fn parent(item: &Item) -> Option<usize> {
    item.parent.map(|p| to_usize(p.into()))
}

/// The smallest multiple of `boundary` that is not below `n`.
fn align(n: u64, boundary: u64) -> u64 {
    n.checked_next_multiple_of(boundary.max(1)).unwrap_or(u64::MAX)
}

impl<'r> Work<'r> {
    fn new(record: &'r mut Record) -> Self {
        let count = record.items.len();
        let (mut first, mut next, mut root) = (vec![None; count], vec![None; count], None);
        for (i, item) in record.items.iter().enumerate().rev() {
            let head = match parent(item) {
                Some(p) => first.get_mut(p),
                None => Some(&mut root),
            };
            if let (Some(head), Some(next)) = (head, next.get_mut(i)) {
                *next = head.replace(i);
            }
        }
        let shapes = vec![Shape { storage: None, lead: 1, boundary: 1 }; count];
        Self { record, shapes, first, next, root, spans: vec![None; count], eras: 0 }
    }

    fn say(&mut self, index: usize, message: impl Into<String>) {
        if let Some(item) = self.record.items.get(index) {
            self.record.problems.push(problem(item.entry.at, message));
        }
    }

    /// Usage, sign, storage and boundaries of each item.
    fn resolve(&mut self, addresses: Addresses) {
        let mut inherited: Vec<Inherited> = Vec::with_capacity(self.record.items.len());
        for i in 0..self.record.items.len() {
            let Some(item) = self.record.items.get(i) else { break };
            let group = parent(item).and_then(|p| inherited.get(p).copied()).unwrap_or_default();
            let entry = &item.entry;
            let own = Inherited {
                usage: entry.usage.or(entry.group_usage).or(group.usage),
                sign: entry.sign.or(group.sign),
                sync: entry.flags.sync || group.sync,
            };
            inherited.push(own);
            let (kind, level) = (item.kind, entry.level);
            if let (Some(usage), Some(around)) = (entry.usage, group.usage)
                && usage != around
                && item.has_storage()
            {
                let message = format!("USAGE {} in a group of USAGE {}", usage.name(), around.name());
                self.say(i, message);
            }
            match kind {
                ItemKind::Group => self.resolve_group(i, own),
                ItemKind::Elementary => self.resolve_elementary(i, own, addresses),
                _ => {}
            }
            if level == 1 || level == 77 {
                self.check_record(i);
            }
        }
        for i in (0..self.shapes.len()).rev() {
            let Some(shape) = self.shapes.get(i).copied() else { continue };
            // What takes no storage leads nothing: a condition name is under an elementary item.
            let up = self.record.items.get(i).filter(|item| item.has_storage()).and_then(parent);
            let is_first = up.is_some_and(|p| self.first.get(p).copied().flatten() == Some(i));
            if let Some(group) = up.and_then(|p| self.shapes.get_mut(p)) {
                group.boundary = group.boundary.max(shape.boundary);
                if is_first {
                    group.lead = shape.lead;
                }
            }
        }
    }

    fn check_record(&mut self, i: usize) {
        if self.record.items.get(i).is_some_and(|item| item.entry.occurs.is_some()) {
            self.say(i, "OCCURS in a level 01 or 77, which Enterprise COBOL does not take");
        }
    }

    fn resolve_group(&mut self, i: usize, own: Inherited) {
        let Some(item) = self.record.items.get_mut(i) else { return };
        item.usage = item.entry.usage.or(item.entry.group_usage);
        if item.entry.picture.is_some() {
            self.say(i, "a PICTURE on a group: it is left out");
        }
        let sync_on = self.record.items.get(i).is_some_and(|g| g.entry.flags.sync && g.entry.level != 1);
        if sync_on && own.sync {
            self.say(i, "SYNCHRONIZED on a group that is no level 01: taken to be on each item in it");
        }
    }

    /// Storage of an elementary item; none, with the reason said, where it cannot be known.
    fn resolve_elementary(&mut self, i: usize, own: Inherited, addresses: Addresses) {
        let Some(item) = self.record.items.get_mut(i) else { return };
        let entry = &item.entry;
        let picture = entry.picture.as_ref().map(|p| p.picture);
        let known = picture.flatten();
        let usage = own.usage.or_else(|| known.map(|p| Usage::implied(p.category)));
        item.usage = usage;
        let signed = known.is_some_and(|p| p.signed && p.category == Category::Numeric);
        item.sign = own.sign.filter(|_| signed && matches!(usage, Some(Usage::Display | Usage::National)));
        let separate = item.sign.is_some_and(|s| s.separate);
        let (storage, said) = match (usage, picture) {
            _ if entry.unsized_by.is_some() => (None, None),
            (Some(usage), None) => match usage.storage_alone(addresses) {
                Some(storage) => (Some(storage), None),
                None => (None, Some("no PICTURE and no items under it: its length is unknown")),
            },
            (Some(usage), Some(_)) if usage.stands_alone() => (
                usage.storage_alone(addresses),
                Some("a PICTURE on an item whose USAGE takes none: it is left out"),
            ),
            (Some(usage), Some(Some(picture))) => {
                match usage.storage(&picture, separate, entry.byte_length) {
                    Ok(storage) => (Some(storage), None),
                    Err(why) => (None, Some(why)),
                }
            }
            // Said where the picture was read.
            (_, Some(None)) => (None, None),
            (None, _) => (None, Some("no PICTURE and no items under it: its length is unknown")),
        };
        let boundary = storage.map_or(1, |s| if own.sync { s.boundary } else { 1 });
        if let Some(shape) = self.shapes.get_mut(i) {
            *shape = Shape { storage, lead: boundary, boundary };
        }
        if let Some(message) = said {
            self.say(i, message);
        }
    }

    fn place_all(&mut self) {
        let start = Cursor { at: 0, era: 0, known: 0, spare: 0, moves: false };
        self.place_row(self.root, start, true);
    }

    /// Places the items of one level that follow each other from `from` on. The first of them begins just there if
    /// `pinned`. Gives where they end.
    fn place_row(&mut self, from: Option<usize>, start: Cursor, pinned: bool) -> Cursor {
        let mut cursor = start;
        let mut at = from;
        let mut pin = pinned;
        while let Some(i) = at {
            at = self.next.get(i).copied().flatten();
            let Some(item) = self.record.items.get(i) else { break };
            match item.kind {
                ItemKind::Missing => {
                    cursor = self.lose(cursor, cursor.known);
                    pin = false;
                }
                ItemKind::Group | ItemKind::Elementary if item.entry.flags.typedef => {
                    // A type takes no storage; its own places are worth showing.
                    let fresh = Cursor { at: 0, era: 0, known: 0, spare: 0, moves: false };
                    self.place(i, fresh, true);
                }
                ItemKind::Group | ItemKind::Elementary => {
                    let redefines = item
                        .entry
                        .redefines
                        .clone()
                        .filter(|_| item.parent.is_some() || item.entry.level > 1);
                    cursor = match redefines {
                        Some(name) if item.entry.level != 77 => self.redefine(i, &name, cursor),
                        _ => self.place(i, cursor, pin),
                    };
                    pin = false;
                }
                _ => {}
            }
        }
        cursor
    }

    /// A place at an unknown distance from all before it.
    fn lose(&mut self, cursor: Cursor, known: u64) -> Cursor {
        self.eras = self.eras.saturating_add(1);
        Cursor { at: 0, era: self.eras, known, ..cursor }
    }

    /// Places an item and all in it behind `cursor`, just there if `pinned`, and gives where its last occurrence ends.
    fn place(&mut self, i: usize, cursor: Cursor, pinned: bool) -> Cursor {
        let shape = self.shapes.get(i).copied().unwrap_or_default();
        let mut start = cursor;
        if !cursor.at.is_multiple_of(shape.lead.max(1)) || cursor.era > 0 {
            if pinned && cursor.era == 0 {
                self.say(
                    i,
                    "SYNCHRONIZED where it redefines bytes that are not aligned: no slack bytes are added",
                );
            } else if !pinned && cursor.era == 0 {
                start.at = align(cursor.at, shape.lead);
                start.known = cursor.known.saturating_add(start.at - cursor.at);
            } else if !pinned && shape.lead > 1 {
                // How many slack bytes there are depends on what is unknown.
                start = self.lose(cursor, cursor.known);
            }
        }
        let inside = self.first.get(i).copied().flatten();
        let is_group = self.record.items.get(i).is_some_and(|item| item.kind == ItemKind::Group);
        let (mut end, mut tail) = (start, 0);
        if is_group {
            end = self.place_row(inside, start, pinned);
        } else if let Some(storage) = shape.storage {
            end.at = end.at.saturating_add(storage.bytes);
            end.known = end.known.saturating_add(storage.bytes);
        } else {
            end = self.lose(end, end.known);
        }
        let exact = end.era == start.era;
        let occurs = self.record.items.get(i).and_then(|item| item.entry.occurs.clone());
        if occurs.is_some() && is_group && shape.boundary > 1 && exact {
            let bytes = end.at - start.at;
            tail = align(bytes, shape.boundary) - bytes;
            end.at = end.at.saturating_add(tail);
            end.known = end.known.saturating_add(tail);
        }
        let known = end.known.saturating_sub(start.known);
        let length = if exact { Length::exactly(known) } else { Length::at_least(known) };
        let spare = end.spare.saturating_sub(start.spare);
        let least_of_one = known.saturating_sub(spare);
        let (total, least, depends) = match &occurs {
            None => (length, least_of_one, false),
            Some(o) => {
                let total = length.times(o.max, o.min);
                let fewest = if o.depending.is_some() { o.min } else { o.max.unwrap_or(o.min) };
                (total, least_of_one.saturating_mul(fewest), o.depending.is_some())
            }
        };
        let mut after = Cursor {
            at: start.at.saturating_add(total.known),
            era: start.era,
            known: start.known.saturating_add(total.known),
            spare: start.spare.saturating_add(total.known.saturating_sub(least)),
            moves: end.moves || depends,
        };
        if !total.exact {
            after = self.lose(after, after.known);
        }
        if total.known > MAX_BYTES {
            self.say(i, format!("longer than {MAX_BYTES} bytes, which is more than Enterprise COBOL takes"));
        }
        if let Some(item) = self.record.items.get_mut(i) {
            item.offset = (start.era == 0).then_some(start.at);
            item.moves = start.moves;
            item.length = length;
            item.total = total;
            item.least = least;
            item.slack = start.known.saturating_sub(cursor.known);
            item.slack_inside = tail;
        }
        if let Some(span) = self.spans.get_mut(i) {
            *span = Some((start, after));
        }
        after
    }

    /// Places an item over the one it redefines, and gives where what follows begins.
    fn redefine(&mut self, i: usize, name: &str, cursor: Cursor) -> Cursor {
        let Some(target) = self.target(i, name) else {
            self.say(i, format!("REDEFINES {name}, which is not beside it: its place is unknown"));
            let unknown = self.lose(cursor, cursor.known);
            self.place(i, unknown, true);
            // Where it is, and so how far it goes, is unknown.
            return self.lose(cursor, cursor.known);
        };
        let Some((start, _)) = self.spans.get(target).copied().flatten() else {
            return self.place(i, cursor, false);
        };
        let end = self.place(i, start, true);
        if end.moves && !start.moves {
            self.say(i, "REDEFINES on an item of variable length, which Enterprise COBOL does not take");
        }
        if end.era != start.era {
            return self.lose(cursor, cursor.known.max(end.known));
        }
        if end.era == cursor.era && end.at > cursor.at {
            let more = end.at - cursor.at;
            self.say(i, format!("{more} bytes longer than what it redefines: what follows begins behind it"));
            return Cursor { at: end.at, known: end.known, ..cursor };
        }
        cursor
    }

    /// The item beside `i` that `name` means: the last one before it.
    fn target(&mut self, i: usize, name: &str) -> Option<usize> {
        let up = self.record.items.get(i).and_then(parent);
        let mut at = match up {
            Some(p) => self.first.get(p).copied().flatten(),
            None => self.root,
        };
        let (mut found, mut between) = (None, false);
        while let Some(sibling) = at.filter(|s| *s < i) {
            let item = self.record.items.get(sibling)?;
            if item.has_storage() && item.entry.name.as_deref().is_some_and(|n| same_name(n, name)) {
                (found, between) = (Some(sibling), false);
            } else if found.is_some() && item.has_storage() && item.entry.redefines.is_none() {
                between = true;
            }
            at = self.next.get(sibling).copied().flatten();
        }
        if between {
            self.say(i, format!("REDEFINES {name}, but other items with storage stand between them"));
        }
        found
    }

    /// The tables that each item is in.
    fn repeat(&mut self) {
        for i in 0..self.record.items.len() {
            let Some(item) = self.record.items.get(i) else { break };
            let around = parent(item).and_then(|p| self.record.items.get(p)).map(|p| p.dimensions.clone());
            let mut dimensions = around.unwrap_or_default();
            if item.has_storage()
                && let Some(occurs) = &item.entry.occurs
            {
                dimensions.push(Dimension { times: occurs.max, stride: item.length.bytes() });
            }
            if let Some(item) = self.record.items.get_mut(i) {
                item.dimensions = dimensions;
            }
        }
    }

    /// Places of the items of level 66.
    fn rename(&mut self) {
        for i in 0..self.record.items.len() {
            let renames = self.record.items.get(i).filter(|item| item.kind == ItemKind::Renames);
            let Some((from, through)) = renames.and_then(|item| item.entry.renames.clone()) else { continue };
            let Some(first) = self.find(i, &from) else { continue };
            let last = match &through {
                Some(name) => self.find(i, name),
                None => Some(first),
            };
            let Some(last) = last else { continue };
            let span = |at: usize| self.spans.get(at).copied().flatten();
            let (Some((start, _)), Some((_, end))) = (span(first), span(last)) else { continue };
            let same = through.is_none().then(|| self.record.items.get(first)).flatten();
            let picture = same.and_then(|item| item.entry.picture.clone());
            let usage = same.and_then(|item| item.usage);
            let known = end.era == start.era && end.at > start.at;
            if end.era == start.era && end.at <= start.at {
                self.say(
                    i,
                    format!("RENAMES to {}, which ends before it begins", through.unwrap_or_default()),
                );
            }
            let Some(item) = self.record.items.get_mut(i) else { continue };
            let length = if known { Length::exactly(end.at - start.at) } else { Length::default() };
            (item.length, item.total, item.least) = (length, length, length.known);
            item.offset = (start.era == 0).then_some(start.at);
            item.moves = start.moves;
            item.entry = Entry { picture, ..std::mem::take(&mut item.entry) };
            item.usage = usage;
        }
    }

    /// The item that a RENAMES clause means.
    fn find(&mut self, i: usize, name: &DataName) -> Option<usize> {
        let meant = |at: &usize| {
            self.record.items.get(*at).is_some_and(Item::has_storage) && self.record.is_meant(*at, name)
        };
        let found = (0..i).find(meant);
        if found.is_none() {
            self.say(i, format!("RENAMES {name}, which is not in this record: its place is unknown"));
        }
        found
    }
}
