//! What entries were before: each change keeps the version before it, inside the transaction of the change. Owns the packed
//! form of a version. Invariants: a version is never changed, but old texts of the starter set go when newer ones are kept;
//! a text that was damaged when it was kept stays damaged for whoever reads it.

use super::{codec, read, sql};
use crate::base::num;
use crate::store::{ChangeKind, Entry, EntryRow, EntryVersion, NewEntry, UnixMs, VersionHead};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

type Sql<T> = rusqlite::Result<T>;

/// Old texts of the starter set that are kept of each entry.
const STARTER_TEXTS: i64 = 3;
const LEVEL: i32 = 3;

/// A change of an entry: who makes it, when, and what it is.
#[derive(Clone, Copy)]
pub struct Change<'a> {
    pub kind: ChangeKind,
    pub author: &'a str,
    pub at: UnixMs,
}

/// What is packed of a version.
#[derive(Serialize, Deserialize)]
struct Body<'a> {
    entry: std::borrow::Cow<'a, NewEntry>,
    notes: std::borrow::Cow<'a, str>,
}

/// Which fields differ, in words.
pub fn what_changed(old: &NewEntry, new: &NewEntry) -> String {
    let fields = [
        ("id", old.id != new.id),
        ("title", old.title != new.title),
        ("problem", old.problem != new.problem),
        ("solution", old.solution != new.solution),
        ("category", old.category != new.category),
        ("severity", old.severity != new.severity),
        ("tags", old.tags != new.tags),
        ("aliases", old.aliases != new.aliases),
        ("references", old.references != new.references),
        ("related", old.related != new.related),
        ("author", old.author != new.author),
    ];
    fields.iter().filter(|(_, differs)| *differs).map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

/// The hash of all that was written in a version; none that fits where it was damaged before it was kept.
fn hash(entry: &NewEntry, notes: &str, damaged: bool) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&codec::hash(entry)).update(notes.as_bytes());
    if damaged {
        hasher.update(b"\0damaged");
    }
    *hasher.finalize().as_bytes()
}

fn number(kind: ChangeKind) -> i64 {
    ChangeKind::ALL.iter().zip(0..).find(|(k, _)| **k == kind).map_or(0, |(_, n)| n)
}

fn kind(number: i64) -> ChangeKind {
    ChangeKind::ALL.iter().zip(0..).find(|(_, n)| *n == number).map_or(ChangeKind::Edit, |(k, _)| *k)
}

/// Keeps an entry as it is before `change`.
pub fn keep(sql: &Connection, (old, deleted): (&Entry, bool), change: &Change<'_>, detail: &str) -> Sql<()> {
    let body = Body {
        entry: std::borrow::Cow::Borrowed(&old.body),
        notes: std::borrow::Cow::Borrowed(old.notes.as_str()),
    };
    let failed = |e: Box<dyn std::error::Error + Send + Sync>| rusqlite::Error::ToSqlConversionFailure(e);
    let json = serde_json::to_vec(&body).map_err(|e| failed(Box::new(e)))?;
    let packed = zstd::bulk::compress(&json, LEVEL).map_err(|e| failed(Box::new(e)))?;
    let kind = number(change.kind);
    let values = params![
        old.row.0,
        change.at,
        kind,
        change.author,
        detail,
        old.body.title,
        deleted,
        old.body.starter_version,
        hash(&old.body, &old.notes, old.damaged),
        num::signed(num::to_u64(json.len())),
        packed,
    ];
    sql.prepare_cached(sql::versions::KEEP)?.execute(values)?;
    if change.kind == ChangeKind::Starter {
        sql.prepare_cached(sql::versions::TRIM_STARTER)?.execute((old.row.0, kind, STARTER_TEXTS))?;
    }
    Ok(())
}

/// The newest starter version that an entry had before.
pub fn newest_starter(sql: &Connection, row: EntryRow) -> Sql<Option<u32>> {
    sql.prepare_cached(sql::versions::STARTER_VERSION)?.query_row([row.0], |r| r.get(0))
}

/// A row of the list: the version as it was, and the change that replaced it.
struct Made {
    version: u64,
    title: String,
    deleted: bool,
    kept: bool,
    at: UnixMs,
    kind: ChangeKind,
    author: String,
    detail: String,
}

fn row(row: &Row<'_>) -> Sql<Made> {
    Ok(Made {
        version: num::unsigned(row.get(0)?),
        at: row.get(1)?,
        kind: kind(row.get(2)?),
        author: row.get(3)?,
        detail: row.get(4)?,
        title: row.get(5)?,
        deleted: row.get(6)?,
        kept: row.get(7)?,
    })
}

/// Versions of an entry, the newest first.
pub fn versions(sql: &Connection, id: &str, limit: usize) -> Sql<Vec<VersionHead>> {
    let Some((entry, deleted)) = read::any_entry(sql, id)? else { return Ok(Vec::new()) };
    heads(sql, (&entry, deleted), entry.version, limit)
}

/// Versions of `entry` from `newest` back.
fn heads(
    sql: &Connection,
    (entry, deleted): (&Entry, bool),
    newest: u64,
    limit: usize,
) -> Sql<Vec<VersionHead>> {
    let mut prepared = sql.prepare_cached(sql::versions::LIST)?;
    // Each version was made by the change in the row before it.
    let rows = num::signed(num::to_u64(limit.saturating_add(1)));
    let found = prepared.query_map((entry.row.0, num::signed(newest.saturating_add(1)), rows), row)?;
    let mut rows = found.collect::<Sql<Vec<_>>>()?;
    if newest >= entry.version {
        let now = Made {
            version: entry.version,
            title: entry.body.title.clone(),
            deleted,
            kept: true,
            at: entry.updated_at,
            kind: ChangeKind::Edit,
            author: String::new(),
            detail: String::new(),
        };
        rows.insert(0, now);
    }
    let first = VersionHead {
        version: 1,
        at: entry.created_at,
        author: entry.body.author.clone(),
        kind: ChangeKind::Added,
        detail: String::new(),
        title: String::new(),
        deleted: false,
        kept: true,
    };
    let made_by = rows.iter().skip(1).map(Some).chain(std::iter::once(None));
    let heads = rows.iter().zip(made_by).map(|(this, made_by)| {
        let made = made_by.map_or_else(
            || first.clone(),
            |by| VersionHead {
                at: by.at,
                author: by.author.clone(),
                kind: by.kind,
                detail: by.detail.clone(),
                ..first.clone()
            },
        );
        VersionHead {
            version: this.version,
            title: this.title.clone(),
            deleted: this.deleted,
            kept: this.kept,
            ..made
        }
    });
    Ok(heads.take(limit).collect())
}

/// A version with its text.
pub fn version(sql: &Connection, id: &str, version: u64) -> Sql<Option<EntryVersion>> {
    let Some((entry, deleted)) = read::any_entry(sql, id)? else { return Ok(None) };
    let Some(head) = heads(sql, (&entry, deleted), version, 1)?.pop().filter(|h| h.version == version) else {
        return Ok(None);
    };
    if version == entry.version {
        let Entry { body, notes, damaged, .. } = entry;
        return Ok(Some(EntryVersion { head, body, notes, damaged }));
    }
    let found = sql
        .prepare_cached(sql::versions::BODY)?
        .query_row((entry.row.0, num::signed(version)), |row| unpacked(row, 0))
        .optional()?;
    Ok(found.map(|found| {
        let (body, notes, damaged) = found.map_or((NewEntry::default(), String::new(), head.kept), |found| {
            (found.entry, found.notes, !found.whole)
        });
        EntryVersion { head, body, notes, damaged }
    }))
}

/// A body that was read.
struct Unpacked {
    entry: NewEntry,
    notes: String,
    /// The hash fits.
    whole: bool,
    /// The hash says that it was damaged before it was kept.
    known: bool,
}

/// What is in the columns hash, length and body from `first` on; `None` if it cannot be read.
fn unpacked(row: &Row<'_>, first: usize) -> Sql<Option<Unpacked>> {
    let Ok(Some(packed)) = row.get_ref(first + 2)?.as_blob_or_null() else { return Ok(None) };
    let text = codec::unpack(packed, row.get_ref(first + 1)?.as_i64().unwrap_or(0));
    let Some(body) = text.and_then(|text| serde_json::from_str::<Body<'_>>(&text).ok()) else {
        return Ok(None);
    };
    let (entry, notes) = (body.entry.into_owned(), body.notes.into_owned());
    let stored = row.get_ref(first)?.as_blob().unwrap_or_default();
    let fits = |damaged| stored == hash(&entry, &notes, damaged);
    let (whole, known) = (fits(false), fits(true));
    Ok(Some(Unpacked { entry, notes, whole, known }))
}

/// Calls `damaged` with the id and the number of each version whose bytes have changed by themselves, while it says so.
pub fn check(sql: &Connection, mut damaged: impl FnMut(&str, u64) -> bool) -> Sql<()> {
    let mut prepared = sql.prepare(sql::check::VERSIONS)?;
    let mut rows = prepared.query([])?;
    while let Some(row) = rows.next()? {
        let as_kept = unpacked(row, 2)?.is_some_and(|body| body.whole || body.known);
        if !as_kept && !damaged(&row.get::<_, String>(0)?, num::unsigned(row.get(1)?)) {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
