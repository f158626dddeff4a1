//! The store in one SQLite file. Owns the policy of every connection (see `connect`), the way down from writing to the
//! best kind of reading that is left (`open`), migrations, backups and the check. Must not know how searches are ranked.
//!
//! Invariants: one connection writes, readers are pooled; no call waits on another except writers on writers; a store
//! that cannot be written is still read, and says why.

mod backup;
mod beside;
mod changes;
mod check;
mod codec;
mod connect;
mod copy;
mod dossier;
mod errors;
mod find;
mod history;
mod hostlock;
mod inside;
mod ledger;
mod migrate;
mod names;
mod open;
mod options;
mod place;
mod pool;
mod read;
mod safety;
mod searches;
mod seats;
mod sieve;
mod sql;
mod text;
mod tryout;
mod turn;
mod waits;
mod words;
mod write;
mod writer;

pub use options::{Host, OpenOptions, StepObserver, ThisHost, network_name};

use super::{
    Access, ChangeKind, CodeReference, Dossier, Entry, EntryHead, EntryRow, ExactHit, Filter, LineNote,
    NewEntry, PlanStep, Problem, PutOutcome, Store, StoreInfo, TextHits, TextQuery, UnixMs,
};
use crate::base::meter::measured;
use crate::base::{Budget, Clock, Meter, Op, Result, UserError};
use connect::Settings;
use ledger::{Call, Ledger};
use migrate::{MIGRATIONS, Migration};
use names::Names;
use place::Place;
use pool::{NoReader, Pool};
use rusqlite::{Connection, Transaction};
use std::path::Path;
use std::sync::Arc;
use writer::{Durability, NotWritten, Writer};

/// Share of the page cache that the writer has; the readers have the rest.
const WRITER_SHARE: u64 = 4;

/// A store in an SQLite file. Dropping it closes it; the order of the fields is the order in which parts are closed.
pub struct SqliteStore {
    watch: changes::Watch,
    readers: Option<Pool>,
    writer: Option<Writer>,
    copy: Option<copy::Copy>,
    _lock: Option<hostlock::HostLock>,
    location: String,
    place: Place,
    access: Access,
    author: String,
    schema: u32,
    steps: &'static [Migration],
    journal: String,
    settings: Settings,
    /// Whose searches are remembered: '' where nobody shares the store.
    searcher: String,
    clock: Arc<dyn Clock>,
    meter: Arc<dyn Meter>,
    ledger: Arc<Ledger>,
    /// What was read of the full-text index.
    memory: words::Memory,
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteStore")
            .field("location", &self.location)
            .field("access", &self.access)
            .finish_non_exhaustive()
    }
}

impl SqliteStore {
    /// Opens the store at `options.path`, makes it if it is not there, and brings its schema up to date. When it cannot be
    /// written it is opened for reading in the best way that is left: see [`SqliteStore::access`].
    ///
    /// # Errors
    /// `Exit::Store` if it cannot even be read, is not a store of this program, or lies where others can tamper with it.
    pub fn open(options: &OpenOptions, meter: Arc<dyn Meter>) -> Result<Self> {
        Self::open_at(options, meter, MIGRATIONS)
    }

    /// Opens it with other steps of the schema than those of this program, as an older or newer one would.
    fn open_at(options: &OpenOptions, meter: Arc<dyn Meter>, steps: &'static [Migration]) -> Result<Self> {
        let clock = Arc::clone(&options.clock);
        let ledger = Arc::new(Ledger::new(clock, options.slow_query_ms, options.keeps_values));
        let opened = open::open(options, steps, &ledger)?;
        let cache = options.cache_bytes >> 10;
        let writers = if opened.target.is_some() { cache / WRITER_SHARE } else { cache };
        let readers = opened.target.map(|target| {
            let share = if opened.writer.is_some() { cache - writers } else { cache };
            let readers = (options.pool_min, options.pool_max);
            Pool::new(target, opened.settings, readers, share, Arc::clone(&ledger))
        });
        let team = opened.place.team;
        let store = Self {
            watch: changes::Watch::default(),
            readers,
            writer: opened.writer,
            copy: opened.copy,
            _lock: opened.lock,
            location: opened.place.file.display().to_string(),
            place: opened.place,
            access: opened.access,
            author: options.author.clone(),
            schema: opened.schema,
            steps,
            journal: opened.journal,
            settings: opened.settings,
            searcher: if team { options.host.user().to_string() } else { String::new() },
            clock: Arc::clone(&options.clock),
            meter,
            ledger,
            memory: words::Memory::default(),
        };
        if let Some(writer) = &store.writer {
            let set = writer.set_cache(writers);
            set.map_err(|e| errors::explain(&store.location, "open the store", &e))?;
        }
        Ok(store)
    }

    /// How it is open, and why not for writing.
    pub fn access(&self) -> &Access {
        &self.access
    }

    fn read<T>(
        &self,
        what: &'static str,
        budget: &Budget,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T> {
        measured(&*self.meter, Op::StoreRead, || self.read_unmeasured(what, budget, work))
    }

    fn read_unmeasured<T>(
        &self,
        what: &'static str,
        budget: &Budget,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T> {
        let stopped = || errors::stopped(&self.location, what, budget, self.settings.limit_ms);
        if budget.check().is_err() {
            return Err(stopped());
        }
        let call = Call::new(what, false);
        let result = match (&self.readers, &self.writer) {
            (Some(pool), _) => pool.with(&call, budget, |conn| conn.within(budget, |sql| work(sql))),
            (None, Some(writer)) => writer.with(&call, budget, |sql| work(sql)).map_err(NoReader::Sql),
            (None, None) => Err(NoReader::Stopped),
        };
        result.map_err(|e| match e {
            NoReader::Stopped => stopped(),
            NoReader::Sql(e) if errors::is(&e, rusqlite::ErrorCode::OperationInterrupted) => stopped(),
            // The wait for a lock ends with the budget, too.
            NoReader::Sql(e)
                if errors::is(&e, rusqlite::ErrorCode::DatabaseBusy) && budget.ended().is_err() =>
            {
                stopped()
            }
            NoReader::Sql(e) => errors::explain(&self.location, what, &e),
        })
    }

    fn write<T>(
        &self,
        what: &'static str,
        durability: Durability,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T> {
        measured(&*self.meter, Op::StoreWrite, || {
            let writer = self.writer(what)?;
            writer
                .transaction(&Call::new(what, true), durability, work)
                .map_err(|e| self.not_written(what, e))
        })
    }

    fn writer(&self, what: &str) -> Result<&Writer> {
        let reason = match &self.access {
            Access::ReadWrite => "",
            Access::ReadOnly(reason) | Access::Snapshot(reason) => reason,
        };
        self.writer.as_ref().ok_or_else(|| errors::read_only(&self.location, what, reason))
    }

    fn not_written(&self, what: &'static str, error: NotWritten) -> UserError {
        match error {
            NotWritten::Newer(schema) => {
                let reason = format!(
                    "a newer greenbar has changed the store meanwhile (schema {schema}); end this one and update it"
                );
                errors::read_only(&self.location, what, &reason)
            }
            NotWritten::Sql(e) if errors::is(&e, rusqlite::ErrorCode::OperationInterrupted) => {
                errors::stopped(&self.location, what, &Budget::unlimited(), self.settings.limit_ms)
            }
            NotWritten::Sql(e) => errors::explain(&self.location, what, &e),
        }
    }

    /// Like [`Self::read`], for work that may take as long as it needs. It has a connection of its own: one that has
    /// searched keeps the outline of the full-text index, and `integrity_check` would hold that against a newer index.
    fn without_limit<T>(
        &self,
        what: &'static str,
        budget: &Budget,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T> {
        let call = Call::at_leisure(what, false);
        let work = |conn: &mut connect::Conn| conn.without_limit(budget, |sql| work(sql));
        let result = match (&self.readers, &self.writer) {
            (Some(pool), _) => pool.open().and_then(|mut conn| conn.as_call(&call, work)),
            (None, Some(writer)) => writer.exclusively(&call, work),
            (None, None) => Err(rusqlite::Error::InvalidQuery),
        };
        result.map_err(|e| {
            if errors::is(&e, rusqlite::ErrorCode::OperationInterrupted) {
                return errors::stopped(&self.location, what, budget, self.settings.limit_ms);
            }
            errors::explain(&self.location, what, &e)
        })
    }
}

impl Store for SqliteStore {
    fn in_one_go(&self, budget: &Budget, work: &mut dyn FnMut()) {
        match &self.readers {
            Some(pool) => pool.in_one_go(budget, work),
            None => work(),
        }
    }

    fn info(&self) -> Result<StoreInfo> {
        let entries = self.read("count the entries", &Budget::unlimited(), read::count)?;
        let size = |path: &Path| std::fs::metadata(path).map_or(0, |about| about.len());
        let wal = self.copy.is_none().then(|| size(&self.place.beside("-wal")));
        Ok(StoreInfo {
            kind: "sqlite".to_owned(),
            location: self.location.clone(),
            access: self.access.clone(),
            schema: self.schema,
            engine: format!("SQLite {}", rusqlite::version()),
            journal: self.journal.clone(),
            entries,
            bytes: size(&self.place.file),
            wal_bytes: wal.unwrap_or(0),
            readers: self.readers.as_ref().map_or((0, 0), Pool::counts),
            commits: self.writer.as_ref().map_or(0, Writer::commits),
            pool: self.ledger.figures(self.readers.as_ref().map_or(1, Pool::most)),
        })
    }

    fn entry(&self, id: &str, budget: &Budget) -> Result<Option<Entry>> {
        self.read("read an entry", budget, |sql| read::entry(sql, id))
    }

    fn standing(&self, ids: &[String], budget: &Budget) -> Result<Vec<Option<(Entry, bool)>>> {
        self.read("read entries", budget, |sql| ids.iter().map(|id| read::any_entry(sql, id)).collect())
    }

    fn entries(&self, rows: &[EntryRow], budget: &Budget) -> Result<Vec<Entry>> {
        self.read("read entries", budget, |sql| read::entries(sql, rows))
    }

    fn heads(&self, rows: &[EntryRow], budget: &Budget) -> Result<Vec<EntryHead>> {
        self.read("read entries", budget, |sql| read::heads(sql, rows))
    }

    fn list(&self, filter: &Filter, offset: usize, limit: usize, budget: &Budget) -> Result<Vec<EntryHead>> {
        self.read("list entries", budget, |sql| {
            let rows = read::rows(sql, &[], filter, offset, limit)?;
            read::heads(sql, &rows)
        })
    }

    fn count(&self, categories: &[String], budget: &Budget) -> Result<u64> {
        self.read("count entries", budget, |sql| read::count_of(sql, categories))
    }

    fn categories(&self, budget: &Budget) -> Result<Vec<(String, u64)>> {
        self.read("count categories", budget, read::categories)
    }

    fn tags(&self, limit: usize, budget: &Budget) -> Result<Vec<(String, u64)>> {
        self.read("count tags", budget, |sql| read::tags(sql, limit))
    }

    fn put(&self, entries: &[NewEntry], at: UnixMs) -> Result<Vec<PutOutcome>> {
        self.put_as(entries, ChangeKind::Edit, at)
    }

    fn delete(&self, id: &str, at: UnixMs) -> Result<bool> {
        self.write("delete an entry", Durability::Full, |tx| {
            write::delete(tx, id, &self.change(ChangeKind::Delete, at))
        })
    }

    fn undelete(&self, id: &str, at: UnixMs) -> Result<bool> {
        self.write("bring an entry back", Durability::Full, |tx| {
            write::undelete(tx, id, &self.change(ChangeKind::Undelete, at))
        })
    }

    fn set_notes(&self, id: &str, notes: &str, at: UnixMs) -> Result<bool> {
        self.write("save notes", Durability::Full, |tx| {
            write::set_notes(tx, id, notes, &self.change(ChangeKind::Notes, at))
        })
    }

    fn set_all_notes(&self, notes: &[(String, String)], at: UnixMs) -> Result<()> {
        self.write("save notes", Durability::Full, |tx| {
            let change = self.change(ChangeKind::Import, at);
            notes.iter().try_for_each(|(id, text)| write::set_notes(tx, id, text, &change).map(|_| ()))
        })
    }

    fn record_use(&self, id: &str, worked: Option<bool>, at: UnixMs) -> Result<Option<EntryHead>> {
        // A rating is something that a person said; that an entry was opened is only counted.
        let durability = if worked.is_some() { Durability::Full } else { Durability::Normal };
        self.write("count a use", durability, |tx| write::record_use(tx, id, worked, at))
    }

    fn find_exact(
        &self,
        keys: &[String],
        title: &str,
        filter: &Filter,
        budget: &Budget,
    ) -> Result<Vec<ExactHit>> {
        self.read("search", budget, |sql| {
            let _view = read::one_view(sql)?;
            read::exact(&Names::of((sql, &self.memory)), keys, title, filter)
        })
    }

    fn find_prefix(
        &self,
        prefix: &str,
        filter: &Filter,
        limit: usize,
        budget: &Budget,
    ) -> Result<Vec<ExactHit>> {
        if prefix.is_empty() {
            return Ok(Vec::new());
        }
        self.read("search", budget, |sql| {
            let _view = read::one_view(sql)?;
            Names::of((sql, &self.memory)).begun(prefix, filter, limit)
        })
    }

    fn find_tags(
        &self,
        tags: &[String],
        filter: &Filter,
        limit: usize,
        budget: &Budget,
    ) -> Result<Vec<EntryRow>> {
        self.read("search tags", budget, |sql| {
            read::tagged(&Names::of((sql, &self.memory)), tags, filter, limit)
        })
    }

    fn find_each_tag(
        &self,
        tags: &[String],
        filter: &Filter,
        limit: usize,
        budget: &Budget,
    ) -> Result<Vec<Vec<EntryRow>>> {
        self.read("search tags", budget, |sql| {
            let _view = read::one_view(sql)?;
            let names = Names::of((sql, &self.memory));
            tags.iter().map(|tag| read::tagged(&names, std::slice::from_ref(tag), filter, limit)).collect()
        })
    }

    fn each_word(&self, beginning: &str, budget: &Budget, take: &mut dyn FnMut(&str, u64)) -> Result<()> {
        self.read("read the words", budget, |sql| {
            let _view = read::one_view(sql)?;
            words::Index::open(sql)?.each_word(&words::folded(beginning), words::ALL_PAGES, take).map(|_| ())
        })
    }

    fn each_word_inside(&self, piece: &str, budget: &Budget, take: &mut dyn FnMut(&str, u64)) -> Result<()> {
        self.read("read the words", budget, |sql| {
            let _view = read::one_view(sql)?;
            words::Index::open(sql)?.each_word_inside(piece, words::ALL_PAGES, take)
        })
    }

    fn find_text(
        &self,
        text: &TextQuery,
        filter: &Filter,
        limit: usize,
        budget: &Budget,
    ) -> Result<TextHits> {
        self.read("search the text", budget, |sql| {
            find::find_text((sql, &self.memory), text, filter, limit, find::Limits::USUAL)
        })
    }

    fn has_text(&self, text: &TextQuery, budget: &Budget) -> Result<bool> {
        self.read("search the text", budget, |sql| {
            find::has_text((sql, &self.memory), text, find::Limits::USUAL)
        })
    }

    fn add_reference(&self, entry_id: &str, reference: &CodeReference, at: UnixMs) -> Result<bool> {
        self.write("save a link", Durability::Full, |tx| write::add_reference(tx, entry_id, reference, at))
    }

    fn move_reference(&self, entry_id: &str, link: &CodeReference, line: u64, anchor: &str) -> Result<bool> {
        let work = |tx: &rusqlite::Transaction<'_>| write::move_reference(tx, entry_id, link, (line, anchor));
        self.write("move a link", Durability::Full, work)
    }

    fn references_of(&self, entry_id: &str, budget: &Budget) -> Result<Vec<CodeReference>> {
        self.read("read links", budget, |sql| read::references_of(sql, entry_id))
    }

    fn references_to(&self, file: &str, budget: &Budget) -> Result<Vec<(CodeReference, EntryHead)>> {
        self.read("read links", budget, |sql| read::references_to(sql, file))
    }

    fn line_notes(&self, file: &str, budget: &Budget) -> Result<Vec<LineNote>> {
        self.read("read notes", budget, |sql| read::line_notes(sql, file))
    }

    fn all_line_notes(&self, limit: usize, budget: &Budget) -> Result<Vec<(String, LineNote)>> {
        self.read("read notes", budget, |sql| read::all_line_notes(sql, limit))
    }

    fn put_line_note(&self, file: &str, note: &LineNote) -> Result<Option<i64>> {
        self.write("save a note", Durability::Full, |tx| write::put_line_note(tx, file, note))
    }

    fn record_metrics(&self, document: &str, keep: u64, at: UnixMs) -> Result<()> {
        self.write("keep metrics", Durability::Normal, |tx| write::record_metrics(tx, document, keep, at))
    }

    fn recent_metrics(&self, limit: usize, budget: &Budget) -> Result<Vec<(UnixMs, String)>> {
        self.read("read the metrics", budget, |sql| read::recent_metrics(sql, limit))
    }

    fn keep_metric_blocks(&self, blocks: &[(i64, UnixMs, String)]) -> Result<()> {
        self.write("keep the history of figures", Durability::Normal, |tx| write::keep_blocks(tx, blocks))
    }

    fn metric_blocks(&self, first: i64, end: i64, budget: &Budget) -> Result<Vec<String>> {
        self.read("read the history of figures", budget, |sql| read::blocks(sql, first, end))
    }

    fn search_plan(&self, filter: &Filter, budget: &Budget) -> Result<Vec<PlanStep>> {
        self.read("plan a search", budget, |sql| read::search_plan(sql, filter))
    }

    fn meta(&self, key: &str) -> Result<Option<String>> {
        self.read("read about the store", &Budget::unlimited(), |sql| read::meta(sql, key))
    }

    fn set_meta(&self, key: &str, value: &str) -> Result<()> {
        // What is said about other writes must not be on disk before them: in one log it is not.
        self.write("write about the store", Durability::Normal, |tx| write::set_meta(tx, key, value))
    }

    fn upkeep(&self) -> Result<()> {
        let Some(writer) = &self.writer else { return Ok(()) };
        while self.at_leisure("tidy up", words::tidy)? {}
        let tidy = |sql: &mut Connection| {
            sql.execute_batch("PRAGMA optimize")?;
            sql.pragma_update_and_check(None, "wal_checkpoint", "PASSIVE", |_| Ok(()))?;
            sql.release_memory()
        };
        let call = Call::at_leisure("tidy up", true);
        // Behind gigabytes that were just written the disk may take its time: nobody waits for an answer.
        let done = writer.exclusively(&call, |conn| conn.without_limit(&Budget::unlimited(), tidy));
        done.map_err(|e| errors::explain(&self.location, "tidy up", &e))
    }

    fn shrink(&self) {
        self.memory.clear();
        if let Some(pool) = &self.readers {
            pool.shrink();
        }
        if let Some(writer) = &self.writer {
            // What it does not give back it keeps to be quick.
            let call = Call::at_leisure("give memory back", true);
            drop(writer.with(&call, &Budget::unlimited(), |sql| sql.release_memory()));
        }
    }

    fn check(&self, budget: &Budget) -> Result<Vec<Problem>> {
        self.without_limit("check the store", budget, |sql| check::reading(sql, budget))
    }
}

#[cfg(test)]
mod plans;
#[cfg(test)]
mod tests;
