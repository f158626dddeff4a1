//! Writing: entries with everything they are found by, notes, uses, links and histories. Each function runs inside a
//! transaction of the writer. Invariant: tags, aliases, codes and full text stand for entries that are not deleted, no
//! others.

use super::history::{self, Change};
use super::{codec, read, sql, words};
use crate::base::num;
use crate::store::{
    ChangeKind, CodeReference, Entry, EntryHead, EntryRow, LineNote, NewEntry, Origin, PutOutcome, UnixMs,
};
use rusqlite::{Connection, OptionalExtension, params};

type Sql<T> = rusqlite::Result<T>;

/// Entries in one transaction at most.
pub const BATCH: usize = 1_000;

/// Runs a statement that gives no rows; how many it changed.
fn run(sql: &Connection, statement: &str, params: impl rusqlite::Params) -> Sql<usize> {
    sql.prepare_cached(statement)?.execute(params)
}

/// Adds or replaces a batch of entries.
pub fn put(sql: &Connection, entries: &[NewEntry], change: &Change<'_>) -> Sql<Vec<PutOutcome>> {
    let (mut next, mut words) = (None, words::Batch::default());
    let each = entries.iter().map(|entry| put_one(sql, entry, change, &mut next, &mut words));
    let outcomes = each.collect::<Sql<_>>()?;
    words.finish(sql)?;
    Ok(outcomes)
}

/// Adds or replaces the entry of a person who has seen version `seen` of it, 0 for none.
pub fn put_seen(sql: &Connection, new: &NewEntry, seen: u64, change: &Change<'_>) -> Sql<PutOutcome> {
    let there = read::entry(sql, &new.id)?.map_or(0, |old| old.version);
    if there != seen {
        return Ok(PutOutcome::Conflict(new.id.clone()));
    }
    let mut words = words::Batch::default();
    let outcome = put_one(sql, new, change, &mut None, &mut words)?;
    words.finish(sql)?;
    Ok(outcome)
}

fn put_one(
    sql: &Connection,
    new: &NewEntry,
    change: &Change<'_>,
    next: &mut Option<u64>,
    words: &mut words::Batch,
) -> Sql<PutOutcome> {
    let at = change.at;
    let mut named;
    let mut new = new;
    if new.id.is_empty() {
        named = new.clone();
        named.id = number(sql, next)?;
        new = &named;
    }
    let id = new.id.clone();
    let Some((old, deleted)) = read::any_entry(sql, &id)? else {
        let row = write_entry(sql, sql::entries::INSERT, new, at, None)?;
        add_lists(sql, row, new)?;
        words.add(place_of(sql, row)?, new)?;
        // A number given by a person may be the one that would have come next.
        *next = None;
        return Ok(PutOutcome::Added(id));
    };
    let same = !deleted && !old.damaged && same_text(&old.body, new);
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
    let kind = if new.starter_version.is_some() { ChangeKind::Starter } else { change.kind };
    let detail = history::what_changed(&old.body, new);
    history::keep(sql, (&old, deleted), &Change { kind, ..*change }, &detail)?;
    replace(sql, (&old, deleted), new, at, words)?;
    Ok(PutOutcome::Changed(id))
}

/// Writes `new` over an entry, which is not deleted then.
fn replace(
    sql: &Connection,
    (old, deleted): (&Entry, bool),
    new: &NewEntry,
    at: UnixMs,
    words: &mut words::Batch,
) -> Sql<()> {
    if !deleted {
        words.drop_place(sql, place_of(sql, old.row)?)?;
        drop_lists(sql, old.row)?;
    }
    write_entry(sql, sql::entries::UPDATE, new, at, Some(old.row))?;
    add_to_index(sql, old.row, new, words)
}

/// Makes an older version the newest.
pub fn restore(
    sql: &Connection,
    id: &str,
    version: u64,
    deleted: bool,
    change: &Change<'_>,
) -> Sql<Option<PutOutcome>> {
    let Some((old, was_deleted)) = read::any_entry(sql, id)? else { return Ok(None) };
    let Some(found) = history::version(sql, id, version)?.filter(|v| v.head.kept && !v.damaged) else {
        return Ok(None);
    };
    let deleted = deleted && found.head.deleted;
    let mut body = found.body;
    // Who takes a change back wants updates again; who takes an update back does not.
    body.starter_version = body.starter_version.filter(|v| Some(*v) >= old.body.starter_version);
    if body.starter_version.is_some() && history::newest_starter(sql, old.row)? > body.starter_version {
        body.starter_version = None;
    }
    if deleted == was_deleted && same_text(&old.body, &body) && old.notes == found.notes && !old.damaged {
        return Ok(Some(PutOutcome::Unchanged(old.body.id)));
    }
    history::keep(sql, (&old, was_deleted), change, &format!("as version {version}"))?;
    let mut words = words::Batch::default();
    replace(sql, (&old, was_deleted), &body, change.at, &mut words)?;
    write_notes(sql, old.row, &found.notes, change.at)?;
    if deleted {
        words.drop_place(sql, place_of(sql, old.row)?)?;
        drop_lists(sql, old.row)?;
        run(sql, sql::entries::SET_DELETED, (old.row.0, Some(change.at), change.at))?;
    }
    words.finish(sql)?;
    Ok(Some(PutOutcome::Changed(body.id)))
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
    super::changes::changed(sql)?;
    words::rebuild(sql)
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

fn add_to_index(sql: &Connection, row: EntryRow, new: &NewEntry, words: &mut words::Batch) -> Sql<()> {
    add_lists(sql, row, new)?;
    // A place of its own for each version: the index never changes what it has.
    let place = sql.prepare_cached(sql::index::NEW_PLACE)?.query_row([row.0], |row| row.get(0))?;
    words.add(place, new)
}

fn place_of(sql: &Connection, row: EntryRow) -> Sql<i64> {
    sql.prepare_cached(sql::search::PLACE_OF_ROW)?.query_row([row.0], |row| row.get(0))
}

fn drop_lists(sql: &Connection, row: EntryRow) -> Sql<()> {
    for statement in [sql::index::DROP_TAGS, sql::index::DROP_ALIASES, sql::index::DROP_CODES] {
        run(sql, statement, [row.0])?;
    }
    Ok(())
}

/// Marks an entry deleted.
pub fn delete(sql: &Connection, id: &str, change: &Change<'_>) -> Sql<bool> {
    let Some(entry) = read::entry(sql, id)? else { return Ok(false) };
    history::keep(sql, (&entry, false), change, "")?;
    words::drop_place(sql, place_of(sql, entry.row)?)?;
    drop_lists(sql, entry.row)?;
    run(sql, sql::entries::SET_DELETED, (entry.row.0, Some(change.at), change.at))?;
    Ok(true)
}

/// Brings a deleted entry back.
pub fn undelete(sql: &Connection, id: &str, change: &Change<'_>) -> Sql<bool> {
    let Some((entry, true)) = read::any_entry(sql, id)? else { return Ok(false) };
    history::keep(sql, (&entry, true), change, "")?;
    run(sql, sql::entries::SET_DELETED, (entry.row.0, None::<UnixMs>, change.at))?;
    let mut words = words::Batch::default();
    add_to_index(sql, entry.row, &entry.body, &mut words)?;
    words.finish(sql)?;
    Ok(true)
}

/// Sets the notes of this site; empty ones are removed.
pub fn set_notes(sql: &Connection, id: &str, notes: &str, change: &Change<'_>) -> Sql<bool> {
    let Some(entry) = read::entry(sql, id)? else { return Ok(false) };
    if entry.notes != notes || entry.damaged {
        history::keep(sql, (&entry, false), change, "")?;
        write_notes(sql, entry.row, notes, change.at)?;
    }
    Ok(true)
}

fn write_notes(sql: &Connection, row: EntryRow, notes: &str, at: UnixMs) -> Sql<()> {
    if notes.is_empty() {
        run(sql, sql::entries::CLEAR_NOTES, [row.0])?;
    } else {
        run(sql, sql::entries::SET_NOTES, (row.0, notes, codec::notes_hash(notes), at))?;
    }
    Ok(())
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

/// Keeps that a link of an entry is at another line now, by another anchor. False if it is gone, or if there is one like it.
pub fn move_reference(
    sql: &Connection,
    id: &str,
    link: &CodeReference,
    (line, anchor): (u64, &str),
) -> Sql<bool> {
    let CodeReference { file, line: from, symbol, .. } = link;
    let (key, from, line) = (id.to_uppercase(), num::signed(*from), num::signed(line));
    let moved = run(sql, sql::side::MOVE_REFERENCE, params![key, file, from, symbol, line])? > 0;
    if moved {
        run(sql, sql::side::ADD_ANCHOR, params![key, file, line, symbol, anchor])?;
    }
    Ok(moved)
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

/// Remembers a document of metrics.
pub fn record_metrics(sql: &Connection, document: &str, keep: u64, at: UnixMs) -> Sql<()> {
    run(sql, sql::side::ADD_METRICS, (at, document))?;
    run(sql, sql::side::TRIM_METRICS, [num::signed(keep)])?;
    Ok(())
}

/// Keeps blocks of the history of figures at their places.
pub fn keep_blocks(sql: &Connection, blocks: &[(i64, UnixMs, String)]) -> Sql<()> {
    for (place, at, document) in blocks {
        run(sql, sql::side::KEEP_BLOCK, (place, at, document))?;
    }
    Ok(())
}

/// Keeps a fact about the store.
pub fn set_meta(sql: &Connection, key: &str, value: &str) -> Sql<()> {
    run(sql, sql::meta::SET_META, (key, value)).map(|_| ())
}
