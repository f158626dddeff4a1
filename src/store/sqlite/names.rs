//! Entries by what they are called, as every search asks for it: what was read of a name is not read again while the content of the
//! store stays. Owns which answers hold so long: those that are not cut by use. Must not know how names are ranked.

use super::read::{NAMED, all, named, signed};
use super::sql;
use super::words::{Kept, Memory, State};
use crate::store::Via;
use rusqlite::Connection;
use std::sync::Arc;

type Sql<T> = rusqlite::Result<T>;

/// What stands before the keys of what is kept of names, titles and tags.
const NAME: char = 'n';
const TITLE: char = 'i';
const TAG: char = 'h';

/// Entries, each with how it has the name.
pub type Hits = Arc<[(i64, Via)]>;

/// See the module. One view of the store.
pub struct Names<'s> {
    /// It reads on this connection.
    pub sql: &'s Connection,
    memory: &'s Memory,
    /// A store of an older form does not say what it is like: nothing is kept of it.
    state: Option<State>,
}

impl<'s> Names<'s> {
    /// As the transaction of `sql` sees them.
    pub fn of((sql, memory): (&'s Connection, &'s Memory)) -> Self {
        Self { sql, memory, state: State::of(sql).ok() }
    }

    fn kept(&self, key: &str) -> Option<Hits> {
        match self.memory.get(self.state.as_ref()?, key) {
            Some(Kept::Named(hits)) => Some(hits),
            _ => None,
        }
    }

    fn keep(&self, key: String, hits: &Hits) {
        if let Some(state) = &self.state {
            self.memory.keep(state, key, Kept::Named(Arc::clone(hits)));
        }
    }

    /// Those with `name` as id, alias or code: the newest, and those that are used most where there are more.
    pub fn with(&self, name: &str) -> Sql<Hits> {
        let key = format!("{NAME}{name}");
        if let Some(hits) = self.kept(&key) {
            return Ok(hits);
        }
        let row = |row: &rusqlite::Row<'_>| row.get(0);
        let ids: Vec<i64> = all(self.sql, sql::search::BY_ID, [name], row)?;
        let aliases: Vec<i64> = all(self.sql, sql::search::BY_ALIAS, (name, signed(NAMED)), row)?;
        let codes = named(self.sql, name, sql::search::BY_CODE, sql::search::USED_BY_CODE)?;
        let (is_cut, by) =
            (codes.len() >= NAMED, [(ids, Via::Id), (aliases, Via::Alias), (codes, Via::Code)]);
        let hits: Hits =
            by.into_iter().flat_map(|(rows, via)| rows.into_iter().map(move |row| (row, via))).collect();
        if !is_cut {
            self.keep(key, &hits);
        }
        Ok(hits)
    }

    /// Those with `title` (lower case) as their whole title.
    pub fn titled(&self, title: &str) -> Sql<Hits> {
        let key = format!("{TITLE}{title}");
        if let Some(hits) = self.kept(&key) {
            return Ok(hits);
        }
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, Via::Title));
        let hits: Hits = all(self.sql, sql::search::BY_TITLE, (title, signed(NAMED)), row)?.into();
        self.keep(key, &hits);
        Ok(hits)
    }

    /// Rows with `tag` (lower case): the newest, and those that are used most where there are more. That there are none is kept: most
    /// words are no tags.
    pub fn tagged(&self, tag: &str) -> Sql<Vec<i64>> {
        let key = format!("{TAG}{tag}");
        if self.kept(&key).is_some() {
            return Ok(Vec::new());
        }
        let rows = named(self.sql, tag, sql::search::BY_TAG, sql::search::USED_BY_TAG)?;
        if rows.is_empty() {
            self.keep(key, &Hits::default());
        }
        Ok(rows)
    }
}
