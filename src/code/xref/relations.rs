//! What shares storage or fate with an item: the groups around it, its parts, conditions, redefinitions, its file.

use super::model::{Access, Item, Kind, Mention, NONE, Unit};
use super::names::Name;
use super::resolve::Resolver;
use super::words::Kw;
use serde::Serialize;
use std::collections::HashMap;

/// How one item has to do with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The other is a group around it.
    Group,
    /// The other is a part of it.
    Part,
    /// The other is a condition name of it, or of the same item.
    Condition,
    /// It is a condition name of the other.
    Item,
    /// The other describes the same storage again, or that of a group around it.
    Redefines,
    /// The other is a level 66 over it.
    Renames,
    /// It is in a record of the other.
    File,
    /// It is the FILE STATUS of the other.
    Status,
    /// It is an index of the other.
    Table,
    /// A statement with CORRESPONDING on the other reaches it.
    Corresponding,
    /// The other is a range or section that holds it.
    Range,
    /// The other is an item that may hold the name of the program.
    Held,
}

/// Most definitions of one name in a unit whose relations are followed.
pub(super) const FOLLOWED: usize = 64;

/// What an item has to do with some that are meant, and with which of them.
#[derive(Debug)]
pub(super) struct Related {
    pub relation: Relation,
    pub with: Vec<u32>,
}

/// What has to do with the items `of`, which are sorted. One that has to do with several in different ways counts for
/// those to which it is what it is to the first.
pub(super) fn related(resolver: &Resolver, of: &[u32]) -> HashMap<u32, Related> {
    let mut all: HashMap<u32, Related> = HashMap::new();
    let mut take = |item: u32, other: u32, relation: Relation| {
        if of.binary_search(&other).is_ok() {
            return;
        }
        let related = all.entry(other).or_insert_with(|| Related { relation, with: Vec::new() });
        if related.relation == relation && related.with.last() != Some(&item) {
            related.with.push(item);
        }
    };
    for item in of.iter().copied().take(FOLLOWED) {
        one(resolver.unit(), item, &mut |other, relation| take(item, other, relation));
    }
    let unit = resolver.unit();
    for (file, status) in &unit.statuses {
        let Some(mention) = usize::try_from(*status).ok().and_then(|s| unit.mentions.get(s)) else {
            continue;
        };
        let meant = resolver.items(mention).into_iter().filter(|i| of.binary_search(i).is_ok());
        for item in meant {
            for file in resolver.named(mention.program, *file, &[]) {
                take(item, file, Relation::Status);
            }
        }
    }
    all
}

/// By the number of a word: whether it names something that the wanted name has to do with.
pub fn interest(unit: &Unit, wanted: Name) -> Vec<bool> {
    let mut names = vec![false; unit.names.len()];
    let mut take = |item: u32| {
        let name = unit.item(item).map_or(Name::NONE, |i| i.name);
        if let Some(name) = names.get_mut(name.index()) {
            *name = true;
        }
    };
    let resolver = Resolver::new(unit);
    let of: Vec<u32> =
        (0..).zip(&unit.items).filter(|(_, i)| i.name == wanted).map(|(n, _)| n).take(FOLLOWED).collect();
    let related = related(&resolver, &of);
    related.keys().copied().for_each(&mut take);
    // WRITE names a record, and sets the status of its file.
    for file in related.iter().filter(|(_, r)| r.relation == Relation::Status).map(|(file, _)| *file) {
        records(unit, file).for_each(&mut take);
    }
    names
}

/// The records of a file.
fn records(unit: &Unit, file: u32) -> impl Iterator<Item = u32> + '_ {
    (0..).zip(&unit.items).filter(move |(_, i)| i.parent == file && i.kind == Kind::Data).map(|(n, _)| n)
}

/// The relations of one item.
fn one(unit: &Unit, number: u32, take: &mut dyn FnMut(u32, Relation)) {
    let Some(item) = unit.item(number) else { return };
    match item.kind {
        Kind::Condition if item.parent != NONE => {
            take(item.parent, Relation::Item);
            conditions(unit, item.parent).for_each(|c| take(c, Relation::Condition));
            return one(unit, item.parent, &mut |other, relation| match relation {
                Relation::Part | Relation::Condition => {}
                _ => take(other, relation),
            });
        }
        Kind::Index => return take(item.parent, Relation::Table),
        Kind::Data => {}
        Kind::Renames => {
            for part in renamed(unit, number, item) {
                take(part, Relation::Part);
            }
            return;
        }
        _ => return,
    }
    conditions(unit, number).for_each(|c| take(c, Relation::Condition));
    for part in below(unit, number) {
        if unit.item(part).is_some_and(|p| matches!(p.kind, Kind::Data | Kind::Condition)) {
            take(part, Relation::Part);
        }
    }
    let around: Vec<u32> = unit.above(number).collect();
    for group in &around {
        let file = unit.item(*group).is_some_and(|g| g.kind == Kind::File);
        take(*group, if file { Relation::File } else { Relation::Group });
    }
    for of in std::iter::once(number).chain(around.iter().copied()) {
        for other in redefinitions(unit, of) {
            take(other, Relation::Redefines);
            if of == number {
                below(unit, other).for_each(|part| take(part, Relation::Redefines));
            }
        }
    }
    let root = around.iter().rev().find(|g| unit.item(**g).is_some_and(|g| g.kind == Kind::Data));
    let root = root.copied().unwrap_or(number);
    for (other, entry) in behind(unit, root).filter(|(_, e)| e.kind == Kind::Renames && e.parent == root) {
        if renamed(unit, other, entry).any(|i| i == number || unit.above(i).any(|a| a == number)) {
            take(other, Relation::Renames);
        }
    }
}

/// The items behind `from`, up to the next record.
fn behind(unit: &Unit, from: u32) -> impl Iterator<Item = (u32, &Item)> {
    let next = from.saturating_add(1);
    (next..NONE)
        .map_while(move |n| unit.item(n).map(|i| (n, i)))
        .take_while(move |(_, i)| i.parent != NONE && i.parent >= from)
}

/// What is under an item, at any depth.
fn below(unit: &Unit, item: u32) -> impl Iterator<Item = u32> + '_ {
    behind(unit, item).filter(|(_, i)| i.kind != Kind::Renames).map(|(n, _)| n)
}

/// The condition names of an item.
fn conditions(unit: &Unit, item: u32) -> impl Iterator<Item = u32> + '_ {
    behind(unit, item).filter(move |(_, i)| i.kind == Kind::Condition && i.parent == item).map(|(n, _)| n)
}

/// The items that a level 66 covers.
fn renamed<'u>(unit: &'u Unit, number: u32, item: &'u Item) -> impl Iterator<Item = u32> + 'u {
    let root = item.parent;
    let find = move |name: Name| {
        behind(unit, root).take_while(move |(n, _)| *n < number).find(|(_, i)| i.name == name).map(|(n, _)| n)
    };
    let first = find(item.renames.0).unwrap_or(NONE);
    let last = find(item.renames.1).unwrap_or(0);
    let end = below(unit, last).last().unwrap_or(last);
    behind(unit, root).map(|(n, _)| n).take_while(move |n| *n <= end).filter(move |n| *n >= first)
}

/// The items that describe the storage of an item again, or that it describes again.
fn redefinitions(unit: &Unit, number: u32) -> Vec<u32> {
    let Some(item) = unit.item(number).copied().filter(|i| i.kind == Kind::Data) else { return Vec::new() };
    let record = unit.item(item.parent).is_some_and(|p| p.kind == Kind::File);
    let original = if item.redefines.is_some() { item.redefines } else { item.name };
    let shares = |other: &Item| {
        other.kind == Kind::Data
            && other.program == item.program
            && other.parent == item.parent
            && (record || (original.is_some() && (other.redefines == original || other.name == original)))
    };
    let from = if item.parent == NONE { 0 } else { item.parent.saturating_add(1) };
    let siblings = (from..NONE).map_while(|n| unit.item(n).map(|i| (n, i)));
    siblings
        .take_while(|(_, i)| item.parent == NONE || (i.parent != NONE && i.parent >= item.parent))
        .filter(|(n, i)| *n != number && shares(i))
        .map(|(n, _)| n)
        .collect()
}

/// What statements with CORRESPONDING mention without naming it: the mention of the group, the group, the item in it.
pub(super) fn implied(resolver: &Resolver, take: &mut dyn FnMut(&Mention, u32, u32)) {
    let unit = resolver.unit();
    let mention = |n: u32| usize::try_from(n).ok().and_then(|n| unit.mentions.get(n));
    for (from, to) in &unit.pairs {
        let (Some(from), Some(to)) = (mention(*from), mention(*to)) else { continue };
        let (sources, targets) = (resolver.items(from), resolver.items(to));
        let (Some(source), Some(target)) = (sources.first(), targets.first()) else { continue };
        let targets: HashMap<Vec<Name>, u32> = paired(unit, *target).collect();
        for (path, item) in paired(unit, *source) {
            let Some(other) = targets.get(&path).copied() else { continue };
            if is_elementary(unit, item) || is_elementary(unit, other) {
                take(from, *source, item);
                take(to, *target, other);
            }
        }
    }
}

/// The items of a group that CORRESPONDING pairs, with their names from the group on.
fn paired(unit: &Unit, group: u32) -> impl Iterator<Item = (Vec<Name>, u32)> + '_ {
    let fits = |i: &Item| i.kind == Kind::Data && i.name.is_some() && !i.occurs && !i.redefines.is_some();
    let path = move |item: u32| {
        let mut path = Vec::new();
        for number in std::iter::once(item).chain(unit.above(item)).take_while(|n| *n != group) {
            path.push(unit.item(number).filter(|i| fits(i))?.name);
        }
        Some((path, item))
    };
    below(unit, group).filter_map(path)
}

/// Whether no data item is under it.
fn is_elementary(unit: &Unit, item: u32) -> bool {
    let next = behind(unit, item).find(|(_, i)| i.kind == Kind::Data);
    next.is_none_or(|(_, i)| i.parent != item)
}

/// What a mention of one item does to another that has this relation to it.
pub(super) fn through(relation: Relation, mention: &Mention) -> Option<Access> {
    match relation {
        Relation::File => matches!(mention.statement, Kw::Read | Kw::Return).then_some(Access::Write),
        Relation::Status => matches!(
            mention.statement,
            Kw::Open | Kw::Close | Kw::Read | Kw::Write | Kw::Rewrite | Kw::Start | Kw::Delete
        )
        .then_some(Access::Write),
        Relation::Table => (mention.statement == Kw::Search).then_some(Access::Both),
        _ => (mention.access.reads() || mention.access.writes()).then_some(mention.access),
    }
}
