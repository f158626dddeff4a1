//! Entries by what they are called, as every search asks for it: what was read of a name is not read again while the content of the
//! store stays, nor what depends on how often entries were used until one is used. Owns which answers hold how long. Must not know how
//! names are ranked.

use super::read::{NAMED, all, named, prefix, signed};
use super::sieve::Sieve;
use super::sql;
use super::words::{Kept, Memory, State};
use crate::store::{EntryRow, ExactHit, Filter, Via};
use foldhash::fast::RandomState;
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use std::collections::HashSet;
use std::sync::Arc;

type Sql<T> = rusqlite::Result<T>;

/// What stands before the keys of what is kept of names, titles and tags, of beginnings of names, and of names and titles with which
/// nothing begins.
const NAME: char = 'n';
const TITLE: char = 'i';
const TAG: char = 'h';
const BEGINNING: char = 'v';
const NO_NAME: char = 'x';
const NO_TITLE: char = 'y';

/// Letters that were typed since it was seen that nothing begins with a name.
const SHORTER: usize = 2;

/// Entries, each with how it has the name.
pub type Hits = Arc<[(i64, Via)]>;

/// What the first name is that does not come before a wanted one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// This one.
    Same,
    /// One that begins with it.
    Longer,
    /// Another one, or there is none.
    Other,
}

fn next(row: &rusqlite::Row<'_>, column: usize, name: &str) -> Sql<Next> {
    Ok(match row.get_ref(column)? {
        ValueRef::Text(next) if next == name.as_bytes() => Next::Same,
        ValueRef::Text(next) if next.starts_with(name.as_bytes()) => Next::Longer,
        _ => Next::Other,
    })
}

/// See the module. One view of the store.
pub struct Names<'s> {
    /// It reads on this connection.
    pub sql: &'s Connection,
    memory: &'s Memory,
    /// A store of an older form does not say what it is like: nothing is kept of it.
    state: Option<State>,
    /// The number of the newest use of an entry.
    uses: i64,
}

impl<'s> Names<'s> {
    /// As the transaction of `sql` sees them.
    pub fn of((sql, memory): (&'s Connection, &'s Memory)) -> Self {
        match State::with_uses(sql) {
            Ok((state, uses)) => Self { sql, memory, state: Some(state), uses },
            Err(_) => Self { sql, memory, state: None, uses: 0 },
        }
    }

    fn value(&self, key: &str) -> Option<Kept> {
        self.memory.get(self.state.as_ref()?, key)
    }

    fn keep_value(&self, key: String, value: Kept) {
        if let Some(state) = &self.state {
            self.memory.keep(state, key, value);
        }
    }

    fn kept(&self, key: &str) -> Option<Hits> {
        match self.value(key) {
            Some(Kept::Named(hits)) => Some(hits),
            Some(Kept::Used(uses, hits)) if uses == self.uses => Some(hits),
            _ => None,
        }
    }

    fn keep(&self, key: String, hits: &Hits) {
        self.keep_value(key, Kept::Named(Arc::clone(hits)));
    }

    /// Keeps what holds until an entry is used.
    fn keep_used(&self, key: String, hits: &Hits) {
        self.keep_value(key, Kept::Used(self.uses, Arc::clone(hits)));
    }

    /// Whether it is known that nothing begins with `name`: somebody who types has asked for it with a letter less.
    fn has_none(&self, mark: char, name: &str) -> bool {
        let mut ends = name.char_indices().rev().map(|(end, _)| end).take(SHORTER);
        let mut key = String::with_capacity(name.len() + 1);
        std::iter::once(name.len()).chain(ends.by_ref()).filter(|end| *end > 0).any(|end| {
            key.clear();
            key.push(mark);
            key.push_str(name.get(..end).unwrap_or_default());
            let none = self.value(&key).is_some();
            if none && end < name.len() {
                self.keep_value(format!("{mark}{name}"), Kept::Nothing);
            }
            none
        })
    }

    /// Those with `name` as id, alias or code: the newest, and those that are used most where there are more.
    pub fn with(&self, name: &str) -> Sql<Hits> {
        if self.has_none(NO_NAME, name) {
            return Ok(Hits::default());
        }
        let key = format!("{NAME}{name}");
        if let Some(hits) = self.kept(&key) {
            return Ok(hits);
        }
        // The first name of each kind that does not come before it.
        let mut prepared = self.sql.prepare_cached(sql::search::NEXT_NAMES)?;
        let next = prepared
            .query_row([name], |row| Ok([next(row, 0, name)?, next(row, 1, name)?, next(row, 2, name)?]))?;
        if next == [Next::Other; 3] {
            self.keep_value(format!("{NO_NAME}{name}"), Kept::Nothing);
            return Ok(Hits::default());
        }
        let [id, alias, code] = next.map(|next| next == Next::Same);
        let row = |row: &rusqlite::Row<'_>| row.get(0);
        let ids: Vec<i64> = if id { all(self.sql, sql::search::BY_ID, [name], row)? } else { Vec::new() };
        let aliases: Vec<i64> = if alias {
            all(self.sql, sql::search::BY_ALIAS, (name, signed(NAMED)), row)?
        } else {
            Vec::new()
        };
        let codes = if code {
            named(self.sql, name, sql::search::BY_CODE, sql::search::USED_BY_CODE)?
        } else {
            Vec::new()
        };
        let (is_cut, by) =
            (codes.len() >= NAMED, [(ids, Via::Id), (aliases, Via::Alias), (codes, Via::Code)]);
        let hits: Hits =
            by.into_iter().flat_map(|(rows, via)| rows.into_iter().map(move |row| (row, via))).collect();
        if is_cut {
            self.keep_used(key, &hits);
        } else {
            self.keep(key, &hits);
        }
        Ok(hits)
    }

    /// Those with `title` (lower case) as their whole title.
    pub fn titled(&self, title: &str) -> Sql<Hits> {
        if self.has_none(NO_TITLE, title) {
            return Ok(Hits::default());
        }
        let key = format!("{TITLE}{title}");
        if let Some(hits) = self.kept(&key) {
            return Ok(hits);
        }
        let mut prepared = self.sql.prepare_cached(sql::search::NEXT_TITLE)?;
        let next = prepared.query_row([title], |row| next(row, 0, title))?;
        if next == Next::Other {
            self.keep_value(format!("{NO_TITLE}{title}"), Kept::Nothing);
            return Ok(Hits::default());
        }
        let mut hits = Hits::default();
        if next == Next::Same {
            let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, Via::Title));
            hits = all(self.sql, sql::search::BY_TITLE, (title, signed(NAMED)), row)?.into();
        }
        self.keep(key, &hits);
        Ok(hits)
    }

    /// Entries that pass `filter` with a name that begins with `beginning`, those used most first.
    pub fn begun(&self, beginning: &str, filter: &Filter, limit: usize) -> Sql<Vec<ExactHit>> {
        if self.has_none(NO_NAME, beginning) {
            return Ok(Vec::new());
        }
        if !filter.is_plain() {
            return prefix(self.sql, beginning, filter, limit);
        }
        let key = format!("{BEGINNING}{limit} {beginning}");
        let hit = |(row, via): &(i64, Via)| ExactHit { row: EntryRow(*row), via: *via };
        if let Some(hits) = self.kept(&key) {
            return Ok(hits.iter().map(hit).collect());
        }
        let found = prefix(self.sql, beginning, filter, limit)?;
        let hits: Hits = found.iter().map(|hit| (hit.row.0, hit.via)).collect();
        self.keep_used(key, &hits);
        Ok(found)
    }

    /// Rows with `tag` (lower case): the newest, and those that are used most where there are more. That there are none is kept: most
    /// words are no tags.
    pub fn carrying(&self, tag: &str) -> Sql<Vec<i64>> {
        let key = format!("{TAG}{tag}");
        if matches!(self.value(&key), Some(Kept::Nothing)) {
            return Ok(Vec::new());
        }
        let rows = named(self.sql, tag, sql::search::BY_TAG, sql::search::USED_BY_TAG)?;
        if rows.is_empty() {
            self.keep_value(key, Kept::Nothing);
        }
        Ok(rows)
    }

    /// Entries with `tag`, the most used first; of one that more have than a search looks at, the most used and the newest.
    pub fn tagged(&self, tag: &str, limit: usize) -> Sql<Vec<EntryRow>> {
        let tag = tag.to_lowercase();
        let key = format!("{TAG}{limit} {tag}");
        if let Some(Kept::Tagged(uses, rows)) = self.value(&key)
            && uses == self.uses
        {
            return Ok(rows.to_vec());
        }
        let carrying = self.carrying(&tag)?;
        let rows: Vec<EntryRow> = if carrying.len() >= NAMED {
            let mut seen = HashSet::with_capacity_and_hasher(carrying.len(), RandomState::default());
            // Those that are used were put behind.
            let rows = carrying.into_iter().rev().filter(|row| seen.insert(*row));
            rows.take(limit).map(EntryRow).collect()
        } else if carrying.is_empty() {
            return Ok(Vec::new());
        } else {
            let filter = Filter { tags: vec![tag], ..Filter::default() };
            Sieve::of(&filter).rows(self.sql, 0, limit)?
        };
        self.keep_value(key, Kept::Tagged(self.uses, rows.as_slice().into()));
        Ok(rows)
    }
}

#[cfg(test)]
mod tests;
