//! Entries to records: which item is under which, and which records share storage. One record is kept at a time.
//!
//! Invariant: an item comes after the one it is under, and the levels on a way down rise, so no way is longer than 49.

use super::entry::{Entry, Spot, same_name};
use super::layout::lay_out;
use super::model::{Item, ItemKind, Place, Record, Section};
use super::usage::Addresses;
use crate::code::Problem;

/// More items of one record are left out: what no program has should not fill the memory either.
const MAX_ITEMS: usize = 200_000;
/// Most problems kept of one record.
const MAX_PROBLEMS: usize = 100;

/// Takes entries in the order of the source and gives each record when the next begins.
#[derive(Debug, Default)]
pub struct Builder {
    place: Place,
    addresses: Addresses,
    open: Option<Record>,
    /// Levels and places of the items that what follows may be under.
    stack: Vec<(u8, usize)>,
    /// The last item that a condition name can belong to.
    last: Option<usize>,
    /// The first record of the file, once it has one.
    first_of_file: Option<String>,
    /// Names of the records that the next one may redefine.
    redefinable: Vec<String>,
    /// A copybook that is not here may hold other records that the next one may redefine.
    missed: bool,
    /// Items left out of the open record.
    left_out: u64,
}

impl Builder {
    /// With addresses of this size.
    pub fn set_addresses(&mut self, addresses: Addresses) {
        self.addresses = addresses;
    }

    /// A program, class or method begins.
    pub fn program(&mut self, name: String) -> Option<Record> {
        let done = self.finish();
        self.place = Place { program: Some(name), ..Place::default() };
        self.enter(None);
        done
    }

    /// A section begins.
    pub fn section(&mut self, section: Section) -> Option<Record> {
        let done = self.finish();
        self.place.section = section;
        self.enter(None);
        done
    }

    /// A file description: the records that follow are its.
    pub fn file(&mut self, name: String) -> Option<Record> {
        let done = self.finish();
        self.enter(Some(name));
        done
    }

    fn enter(&mut self, file: Option<String>) {
        self.place.file = file;
        self.first_of_file = None;
        self.redefinable.clear();
        self.missed = false;
    }

    /// Takes an entry.
    pub fn entry(&mut self, entry: Entry) -> Option<Record> {
        match entry.level {
            1 | 77 => {
                let done = self.finish();
                self.begin(entry);
                done
            }
            66 | 78 | 88 => {
                self.beside(entry);
                None
            }
            level => {
                let parent = self.parent_of(level, entry.at);
                if let Some(index) = self.push(ItemKind::Elementary, entry, parent) {
                    self.stack.push((level, index));
                    self.last = Some(index);
                }
                None
            }
        }
    }

    /// Something that may hold items is not here: a copybook. Whether it may go on with the open record.
    pub fn missing(&mut self, name: &str, at: Spot) -> bool {
        self.missed = true;
        let Some(record) = &self.open else { return false };
        // Under the item before it, unless that cannot have any, where it is beside it.
        let under = self.stack.last().map(|(_, index)| *index);
        let parent = under.and_then(|index| {
            let item = record.items.get(index)?;
            if can_be_group(&item.entry) {
                Some(index)
            } else {
                item.parent.and_then(|p| usize::try_from(p).ok())
            }
        });
        // What follows a record of one elementary item cannot be under it.
        let open = parent.is_some() || is_fragment(record);
        if open {
            let entry = Entry { name: Some(name.to_owned()), at, ..Entry::default() };
            self.push(ItemKind::Missing, entry, parent);
        }
        open
    }

    /// Says that something is wrong or unknown; it belongs to the open record, if there is one.
    pub fn problem(&mut self, problem: Problem) -> Option<Problem> {
        match &mut self.open {
            Some(record) if record.problems.len() < MAX_PROBLEMS => {
                record.problems.push(problem);
                None
            }
            Some(_) => None,
            None => Some(problem),
        }
    }

    /// Ends the open record.
    pub fn finish(&mut self) -> Option<Record> {
        let mut record = self.open.take()?;
        self.stack.clear();
        self.last = None;
        if self.left_out > 0 {
            let at = record.items.last().map_or_else(Spot::default, |item| item.entry.at);
            record.problems.push(problem(
                at,
                format!("the record has too many items: {} were left out from here on", self.left_out),
            ));
            self.left_out = 0;
        }
        lay_out(&mut record, self.addresses);
        record.problems.sort_by_key(|p| (p.line, p.column));
        Some(record)
    }

    /// Begins a record with level 01 or 77.
    fn begin(&mut self, entry: Entry) {
        let mut record = Record { place: self.place.clone(), ..Record::default() };
        let mut implicit = None;
        match &entry.redefines {
            Some(name) if !self.missed && !self.redefinable.iter().any(|known| same_name(known, name)) => {
                let message = format!("REDEFINES {name}, which is not the record before");
                record.problems.push(problem(entry.at, message));
            }
            Some(_) => {}
            None => {
                self.redefinable.clear();
                self.missed = false;
                implicit.clone_from(&self.first_of_file);
            }
        }
        if let Some(name) = &entry.name {
            self.redefinable.push(name.clone());
        }
        if self.place.file.is_some() && self.first_of_file.is_none() {
            self.first_of_file = Some(entry.name.clone().unwrap_or_else(|| "FILLER".to_owned()));
        }
        let level = entry.level;
        let mut item = Item::new(ItemKind::Elementary, entry, None);
        if implicit.is_some() && item.redefines.is_none() {
            item.redefines = implicit;
            item.implicit = true;
        }
        record.items.push(item);
        self.open = Some(record);
        self.stack.push((level, 0));
        self.last = Some(0);
    }

    /// An entry of level 66, 78 or 88, which takes no storage of its own.
    fn beside(&mut self, entry: Entry) {
        let (kind, parent) = match entry.level {
            66 => (ItemKind::Renames, self.open.as_ref().filter(|r| !is_fragment(r)).map(|_| 0)),
            88 => (ItemKind::Condition, self.last),
            _ => (ItemKind::Constant, None),
        };
        if kind == ItemKind::Constant && self.open.is_none() {
            return;
        }
        if kind == ItemKind::Condition && parent.is_none() {
            self.say(entry.at, "level 88 without an item before it".to_owned());
        }
        let at = self.push(kind, entry, parent);
        if kind == ItemKind::Renames {
            self.last = at;
        }
    }

    /// The item that one of `level` is under.
    fn parent_of(&mut self, level: u8, at: Spot) -> Option<usize> {
        if let Some((outer @ 77, _)) = self.stack.first_mut() {
            *outer = 1;
            self.say(at, format!("level {level:02} under a level 77, which has no items under it"));
        }
        let mut closed = None;
        while let Some((open, _)) = self.stack.last()
            && *open >= level
        {
            closed = Some(*open);
            self.stack.pop();
        }
        if let Some(closed) = closed
            && closed != level
        {
            let message = format!("level {level:02} follows level {closed:02}: taken to be beside it");
            self.say(at, message);
        }
        self.stack.last().map(|(_, index)| *index)
    }

    fn say(&mut self, at: Spot, message: String) {
        // Without an open record there is nothing it could be wrong with.
        drop(self.problem(problem(at, message)));
    }

    /// Adds an item; opens a record without level 01 if none is open.
    fn push(&mut self, kind: ItemKind, entry: Entry, parent: Option<usize>) -> Option<usize> {
        let place = &self.place;
        let record = self.open.get_or_insert_with(|| Record { place: place.clone(), ..Record::default() });
        if record.items.len() >= MAX_ITEMS {
            if self.left_out == 0 {
                let entry = Entry { name: Some("(left out)".to_owned()), at: entry.at, ..Entry::default() };
                record.items.push(Item::new(
                    ItemKind::Missing,
                    entry,
                    parent.and_then(|p| u32::try_from(p).ok()),
                ));
            }
            self.left_out += 1;
            return None;
        }
        if let Some(group) = parent.and_then(|p| record.items.get_mut(p))
            && matches!(kind, ItemKind::Elementary | ItemKind::Missing)
        {
            group.kind = ItemKind::Group;
        }
        let index = record.items.len();
        record.items.push(Item::new(kind, entry, parent.and_then(|p| u32::try_from(p).ok())));
        Some(index)
    }
}

/// Whether an item can have others under it.
fn can_be_group(entry: &Entry) -> bool {
    entry.picture.is_none()
        && entry.level != 77
        && !entry.usage.is_some_and(super::usage::Usage::stands_alone)
}

/// Whether a record begins with another level than 01 and 77.
pub(super) fn is_fragment(record: &Record) -> bool {
    !record.items.first().is_some_and(|item| matches!(item.entry.level, 1 | 77))
}

pub(super) fn problem(at: Spot, message: impl Into<String>) -> Problem {
    Problem { line: at.line, column: at.column, message: message.into() }
}
