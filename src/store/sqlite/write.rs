//! Writing: entries with everything they are found by, notes, uses, links and histories. Each function runs inside a
//! transaction of the writer. Invariant: tags, aliases, codes and full text stand for entries that are not deleted, no
//! others; an entry's words leave the index while its row still holds them.
//!
//! FTS5 keeps new words in memory until a transaction ends, but writes them out, a segment for each, whenever a statement
//! begins that could be undone by itself: one that may change several rows and fail. So a batch is written in two
//! passes: rows and lists first, then, by statements that change one row each, the words of all of them.

use super::{codec, read, sql, text};
use crate::base::num;
use crate::store::{
    CodeReference, Entry, EntryHead, EntryRow, LineNote, NewEntry, Origin, PutOutcome, UnixMs,
};
use rusqlite::{Connection, OptionalExtension, params};
use std::borrow::Cow;
use std::collections::HashSet;

type Sql<T> = rusqlite::Result<T>;

/// Entries in one transaction at most.
pub const BATCH: usize = 1_000;
/// Places at the front of the full-text index that are as good as the first.
const FRONT: i64 = 100;

/// Runs a statement that gives no rows; how many it changed.
fn run(sql: &Connection, statement: &str, params: impl rusqlite::Params) -> Sql<usize> {
    sql.prepare_cached(statement)?.execute(params)
}

/// Adds or replaces a batch of entries.
pub fn put(sql: &Connection, entries: &[NewEntry], at: UnixMs) -> Sql<Vec<PutOutcome>> {
    let mut next = None;
    let mut words = Words::default();
    let mut outcomes = Vec::with_capacity(entries.len());
    for entry in entries {
        outcomes.push(put_one(sql, entry, at, &mut next, &mut words)?);
    }
    words.write(sql)?;
    Ok(outcomes)
}

/// Entries whose rows are written and whose words are not in the full-text index yet.
#[derive(Default)]
struct Words<'e> {
    entries: Vec<(EntryRow, Cow<'e, NewEntry>)>,
    rows: HashSet<EntryRow>,
}

impl<'e> Words<'e> {
    fn add(&mut self, row: EntryRow, entry: Cow<'e, NewEntry>) {
        self.entries.push((row, entry));
        self.rows.insert(row);
    }

    fn write(&mut self, sql: &Connection) -> Sql<()> {
        self.rows.clear();
        let mut place_of = sql.prepare_cached(sql::search::PLACE_OF_ROW)?;
        for (row, entry) in self.entries.drain(..) {
            let place: i64 = place_of.query_row([row.0], |r| r.get(0))?;
            let NewEntry { title, problem, solution, .. } = &*entry;
            // As the view of the index gives them.
            let tags = entry.tags.join(", ");
            let texts = [title.as_str(), problem, solution, &tags];
            let names = texts.iter().flat_map(|text| text::names(text)).collect::<Vec<_>>().join(" ");
            run(sql, sql::index::ADD_WORDS, (place, title, problem, solution, &tags, names))?;
            run(sql, sql::index::ADD_TITLE_WORDS, (place, title, &tags))?;
        }
        Ok(())
    }
}

fn put_one<'e>(
    sql: &Connection,
    new: &'e NewEntry,
    at: UnixMs,
    next: &mut Option<u64>,
    words: &mut Words<'e>,
) -> Sql<PutOutcome> {
    let mut new = Cow::Borrowed(new);
    if new.id.is_empty() {
        new.to_mut().id = number(sql, next)?;
    }
    let id = new.id.clone();
    let Some((old, deleted)) = read::any_entry(sql, &id)? else {
        let row = write_entry(sql, sql::entries::INSERT, &new, at, None)?;
        add_lists(sql, row, &new)?;
        words.add(row, new);
        // A number given by a person may be the one that would have come next.
        *next = None;
        return Ok(PutOutcome::Added(id));
    };
    let same = !deleted && !old.damaged && same_text(&old.body, &new);
    if let Some(version) = new.starter_version {
        if old.origin == Origin::Local || deleted {
            return Ok(PutOutcome::KeptLocal(old.body.id));
        }
        // What has changed by itself is mended by the entry that the program brings along.
        if old.body.starter_version.is_some_and(|stored| stored >= version) && !old.damaged {
            return Ok(PutOutcome::Unchanged(old.body.id));
        }
        if same {
            run(sql, sql::entries::SET_STARTER_VERSION, (old.row.0, version))?;
            return Ok(PutOutcome::Unchanged(old.body.id));
        }
    } else if same {
        return Ok(PutOutcome::Unchanged(old.body.id));
    }
    if words.rows.contains(&old.row) {
        // It is there twice: what is taken out of the index has to be in it.
        words.write(sql)?;
    }
    if !deleted {
        drop_from_index(sql, old.row)?;
    }
    write_entry(sql, sql::entries::UPDATE, &new, at, Some(old.row))?;
    run(sql, sql::index::TO_FRONT, [old.row.0])?;
    add_lists(sql, old.row, &new)?;
    words.add(old.row, new);
    Ok(PutOutcome::Changed(id))
}

fn same_text(old: &NewEntry, new: &NewEntry) -> bool {
    codec::hash(old) == codec::hash(new)
}

/// The next `N-` id. The number is looked up once in a batch as long as only numbers are added.
fn number(sql: &Connection, next: &mut Option<u64>) -> Sql<String> {
    let last = match *next {
        Some(last) => last,
        None => sql
            .prepare_cached(sql::entries::NEXT_NUMBER)?
            .query_row([], |row| row.get::<_, Option<i64>>(0))?
            .map_or(0, num::unsigned),
    };
    *next = Some(last + 1);
    Ok(format!("N-{:06}", last + 1))
}

fn write_entry(
    sql: &Connection,
    statement: &str,
    new: &NewEntry,
    at: UnixMs,
    row: Option<EntryRow>,
) -> Sql<EntryRow> {
    let origin = if new.starter_version.is_some() { Origin::Starter } else { Origin::Local };
    let solution = codec::pack(&new.solution);
    let values = params![
        new.id,
        new.id.to_uppercase(),
        new.title,
        new.title.to_lowercase(),
        new.category,
        new.category.to_lowercase(),
        codec::severity_number(new.severity),
        codec::origin_number(origin),
        new.starter_version,
        at,
        codec::list(&new.tags),
        codec::list(&new.aliases),
        codec::list(&new.codes),
        codec::hash(new),
        new.author,
        codec::list(&new.references),
        codec::list(&new.related),
        new.problem,
        solution.plain,
        solution.zstd,
        solution.bytes,
    ];
    run(sql, statement, values)?;
    Ok(row.unwrap_or_else(|| EntryRow(sql.last_insert_rowid())))
}

/// Makes everything that entries are found by again.
pub fn rebuild_index(sql: &Connection) -> Sql<()> {
    let mut rows_of = sql.prepare_cached(sql::check::ALL_ROWS)?;
    let rows = rows_of.query_map([], |row| row.get(0))?.collect::<Sql<Vec<i64>>>()?;
    for row in rows {
        let (entry, deleted) = sql.prepare_cached(sql::check::ANY_BY_ROW)?.query_row([row], codec::entry)?;
        drop_lists(sql, entry.row)?;
        if !deleted {
            add_lists(sql, entry.row, &entry.body)?;
        }
    }
    run(sql, sql::index::REBUILD_TEXT, [])?;
    run(sql, sql::index::REBUILD_TITLES, [])?;
    Ok(())
}

fn add_lists(sql: &Connection, row: EntryRow, new: &NewEntry) -> Sql<()> {
    for tag in &new.tags {
        run(sql, sql::index::ADD_TAG, (row.0, tag.to_lowercase()))?;
    }
    for (names, statement) in [(&new.aliases, sql::index::ADD_ALIAS), (&new.codes, sql::index::ADD_CODE)] {
        for name in names {
            run(sql, statement, (row.0, name.to_uppercase()))?;
        }
    }
    Ok(())
}

fn add_to_index(sql: &Connection, row: EntryRow, new: &NewEntry) -> Sql<()> {
    add_lists(sql, row, new)?;
    add_text(sql, row)
}

fn add_text(sql: &Connection, row: EntryRow) -> Sql<()> {
    run(sql, sql::index::ADD_TEXT, [row.0])?;
    run(sql, sql::index::ADD_TITLE, [row.0])?;
    Ok(())
}

fn drop_text(sql: &Connection, row: EntryRow) -> Sql<()> {
    run(sql, sql::index::DROP_TEXT, [row.0])?;
    run(sql, sql::index::DROP_TITLE, [row.0])?;
    Ok(())
}

/// Moves an entry that somebody wants to the front of the full-text index, unless it is among the first there.
fn bring_forward(sql: &Connection, row: EntryRow) -> Sql<()> {
    let behind: i64 = sql.prepare_cached(sql::index::FROM_FRONT)?.query_row([row.0], |r| r.get(0))?;
    if behind < FRONT {
        return Ok(());
    }
    drop_text(sql, row)?;
    run(sql, sql::index::TO_FRONT, [row.0])?;
    add_text(sql, row)
}

fn drop_lists(sql: &Connection, row: EntryRow) -> Sql<()> {
    for statement in [sql::index::DROP_TAGS, sql::index::DROP_ALIASES, sql::index::DROP_CODES] {
        run(sql, statement, [row.0])?;
    }
    Ok(())
}

fn drop_from_index(sql: &Connection, row: EntryRow) -> Sql<()> {
    drop_text(sql, row)?;
    drop_lists(sql, row)
}

/// Marks an entry deleted.
pub fn delete(sql: &Connection, id: &str, at: UnixMs) -> Sql<bool> {
    let Some(Entry { row, .. }) = read::entry(sql, id)? else { return Ok(false) };
    drop_from_index(sql, row)?;
    run(sql, sql::entries::SET_DELETED, (row.0, Some(at), at))?;
    Ok(true)
}

/// Brings a deleted entry back.
pub fn undelete(sql: &Connection, id: &str, at: UnixMs) -> Sql<bool> {
    let Some((entry, true)) = read::any_entry(sql, id)? else { return Ok(false) };
    run(sql, sql::entries::SET_DELETED, (entry.row.0, None::<UnixMs>, at))?;
    add_to_index(sql, entry.row, &entry.body)?;
    Ok(true)
}

/// Sets the notes of this site; empty ones are removed.
pub fn set_notes(sql: &Connection, id: &str, notes: &str, at: UnixMs) -> Sql<bool> {
    let Some(Entry { row, .. }) = read::entry(sql, id)? else { return Ok(false) };
    if notes.is_empty() {
        run(sql, sql::entries::CLEAR_NOTES, [row.0])?;
    } else {
        run(sql, sql::entries::SET_NOTES, (row.0, notes, codec::notes_hash(notes), at))?;
    }
    Ok(true)
}

/// Counts a use or a rating.
pub fn record_use(sql: &Connection, id: &str, worked: Option<bool>, at: UnixMs) -> Sql<Option<EntryHead>> {
    let (good, bad, kind) = match worked {
        None => (0, 0, 0),
        Some(true) => (1, 0, 1),
        Some(false) => (0, 1, 2),
    };
    let row: Option<i64> = sql
        .prepare_cached(sql::entries::COUNT_USE)?
        .query_row((id.to_uppercase(), good, bad), |row| row.get(0))
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    run(sql, sql::entries::ADD_USE, (at, row, kind))?;
    bring_forward(sql, EntryRow(row))?;
    Ok(read::heads(sql, &[EntryRow(row)])?.pop())
}

/// Links an entry to a line.
pub fn add_reference(sql: &Connection, id: &str, reference: &CodeReference, at: UnixMs) -> Sql<bool> {
    let CodeReference { file, line, symbol, note, anchor } = reference;
    let (key, line) = (id.to_uppercase(), num::signed(*line));
    let added = run(sql, sql::side::ADD_REFERENCE, params![key, file, line, symbol, note, at])? > 0;
    if added && !anchor.is_empty() {
        run(sql, sql::side::ADD_ANCHOR, params![key, file, line, symbol, anchor])?;
    }
    Ok(added)
}

/// Keeps a note on a line of a file: a new one, one that was changed, or none where its text is empty. Gives its number;
/// `None` if it is gone.
pub fn put_line_note(sql: &Connection, file: &str, note: &LineNote) -> Sql<Option<i64>> {
    let LineNote { id, line, anchor, text, updated_at, .. } = note;
    let line = num::signed(*line);
    Ok(if text.trim().is_empty() {
        (run(sql, sql::side::DELETE_LINE_NOTE, [id])? > 0).then_some(*id)
    } else if *id > 0 {
        let changed = run(sql, sql::side::CHANGE_LINE_NOTE, params![id, line, anchor, text, updated_at])?;
        (changed > 0).then_some(*id)
    } else {
        run(sql, sql::side::ADD_LINE_NOTE, params![file, line, anchor, text, updated_at])?;
        Some(sql.last_insert_rowid())
    })
}

/// Remembers a search.
pub fn record_search(sql: &Connection, query: &str, hits: u64, took_us: u64, at: UnixMs) -> Sql<()> {
    run(sql, sql::side::ADD_SEARCH, (query, at, num::signed(hits), num::signed(took_us)))?;
    run(sql, sql::side::TRIM_SEARCHES, [])?;
    Ok(())
}

/// Remembers a document of metrics.
pub fn record_metrics(sql: &Connection, document: &str, keep: u64, at: UnixMs) -> Sql<()> {
    run(sql, sql::side::ADD_METRICS, (at, document))?;
    run(sql, sql::side::TRIM_METRICS, [num::signed(keep)])?;
    Ok(())
}

/// Keeps a fact about the store.
pub fn set_meta(sql: &Connection, key: &str, value: &str) -> Sql<()> {
    run(sql, sql::meta::SET_META, (key, value)).map(|_| ())
}
