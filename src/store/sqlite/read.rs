//! Reading: entries, lists, search primitives, links and histories. Each function runs on any connection of the store.

use super::names::{Hits, Names};
use super::sieve::Sieve;
use super::words::Index;
use super::{codec, sql};
use crate::base::num;
use crate::store::{
    CodeReference, Entry, EntryHead, EntryRow, ExactHit, Filter, LineNote, Named, PlanStep, UnixMs, Via,
};
use foldhash::fast::RandomState;
use rusqlite::{Connection, OptionalExtension, Params, Row, Transaction};
use std::collections::{HashMap, HashSet};

type Sql<T> = rusqlite::Result<T>;

/// One view of the store for all statements, where whoever asks does not have one already; it ends without a trace. Without it each
/// statement would lock the file by itself.
pub fn one_view(sql: &Connection) -> Sql<Option<Transaction<'_>>> {
    if sql.is_autocommit() { sql.unchecked_transaction().map(Some) } else { Ok(None) }
}

/// All rows that a statement gives.
pub fn all<T>(
    sql: &Connection,
    statement: &str,
    params: impl Params,
    read: impl Fn(&Row<'_>) -> Sql<T>,
) -> Sql<Vec<T>> {
    let mut prepared = sql.prepare_cached(statement)?;
    let mut rows = prepared.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

pub fn signed(n: usize) -> i64 {
    num::signed(num::to_u64(n))
}

/// `values` in the order of `rows`; what is missing is left out.
fn in_order<T>(rows: &[EntryRow], values: Vec<T>, row_of: impl Fn(&T) -> EntryRow) -> Vec<T> {
    let mut by_row: HashMap<EntryRow, T, RandomState> = values.into_iter().map(|v| (row_of(&v), v)).collect();
    rows.iter().filter_map(|row| by_row.remove(row)).collect()
}

/// An entry that is not deleted.
pub fn entry(sql: &Connection, id: &str) -> Sql<Option<Entry>> {
    let found = any_entry(sql, id)?;
    Ok(found.filter(|(_, deleted)| !deleted).map(|(entry, _)| entry))
}

/// An entry, and whether it is deleted.
pub fn any_entry(sql: &Connection, id: &str) -> Sql<Option<(Entry, bool)>> {
    sql.prepare_cached(sql::entries::BY_ID)?.query_row([id.to_uppercase()], codec::entry).optional()
}

/// Entries by row.
pub fn entries(sql: &Connection, rows: &[EntryRow]) -> Sql<Vec<Entry>> {
    let mut prepared = sql.prepare_cached(sql::entries::BY_ROWS)?;
    let columns = codec::Columns::of(&prepared)?;
    let found = prepared.query_map([codec::row_list(rows)], |row| columns.entry(row))?;
    let found = found.map(|found| Ok(found?.0)).collect::<Sql<Vec<Entry>>>()?;
    Ok(in_order(rows, found, |entry| entry.row))
}

/// Heads by row.
pub fn heads(sql: &Connection, rows: &[EntryRow]) -> Sql<Vec<EntryHead>> {
    let found = all(sql, sql::entries::HEADS, [codec::row_list(rows)], codec::head)?;
    Ok(in_order(rows, found, |h| h.row))
}

/// Rows that pass `filter` and carry all of `tags`, most used first.
pub fn rows(
    sql: &Connection,
    tags: &[String],
    filter: &Filter,
    offset: usize,
    limit: usize,
) -> Sql<Vec<EntryRow>> {
    let mut wanted = filter.clone();
    wanted.tags.extend(tags.iter().filter(|tag| !filter.tags.contains(tag)).cloned());
    Sieve::of(&wanted).rows(sql, offset, limit)
}

/// Entries that are not deleted, as the full-text index counts them: to count them by themselves takes milliseconds.
pub fn count(sql: &Connection) -> Sql<u64> {
    sql.prepare_cached(sql::entries::COUNT)?.query_row([], |row| row.get(0).map(num::unsigned))
}

/// Entries of `categories`, or of all if there are none.
pub fn count_of(sql: &Connection, categories: &[String]) -> Sql<u64> {
    if categories.is_empty() {
        return count(sql);
    }
    let keys: std::collections::BTreeSet<String> = categories.iter().map(|c| c.to_lowercase()).collect();
    let mut prepared = sql.prepare_cached(sql::entries::COUNT_CATEGORY)?;
    keys.iter().map(|key| prepared.query_row([key], |row| row.get(0).map(num::unsigned))).sum()
}

fn counted(row: &Row<'_>) -> Sql<(String, u64)> {
    Ok((row.get(0)?, num::unsigned(row.get(1)?)))
}

/// A fact about the store.
pub fn meta(sql: &Connection, key: &str) -> Sql<Option<String>> {
    sql.prepare_cached(sql::meta::META)?.query_row([key], |row| row.get(0)).optional()
}

/// Entries by category.
pub fn categories(sql: &Connection) -> Sql<Vec<(String, u64)>> {
    all(sql, sql::entries::CATEGORIES, [], counted)
}

/// Entries by tag.
pub fn tags(sql: &Connection, limit: usize) -> Sql<Vec<(String, u64)>> {
    let mut tags = Index::open(sql)?.facts(Named::Tag, "")?;
    tags.truncate(limit);
    Ok(tags)
}

/// Entries looked at that have one name, and of those that are used most.
pub const NAMED: usize = 200;
const USED: usize = 400;

/// Entries with `name`: the newest, and where that is not all, those that are used most. `all` and `used` are the statements
/// that find them.
pub fn named(sql: &Connection, name: &str, all_of: &str, used: &str) -> Sql<Vec<i64>> {
    let row = |row: &Row<'_>| row.get(0);
    let mut rows: Vec<i64> = all(sql, all_of, (name, signed(NAMED)), row)?;
    if rows.len() >= NAMED {
        rows.extend(all(sql, used, (name, signed(NAMED), signed(USED)), row)?);
    }
    Ok(rows)
}

/// Rows by id, alias, code or whole title.
pub fn exact(names: &Names<'_>, keys: &[String], title: &str, filter: &Filter) -> Sql<Vec<ExactHit>> {
    let mut found: HashMap<i64, Via, RandomState> = HashMap::default();
    let mut take = |hits: Hits| {
        for (row, via) in &*hits {
            let known = found.entry(*row).or_insert(*via);
            *known = (*via).min(*known);
        }
    };
    for key in keys {
        take(names.with(key)?);
    }
    if !title.is_empty() {
        take(names.titled(&title.to_lowercase())?);
    }
    let passing: HashSet<i64> = passing(names.sql, found.keys().copied(), filter)?;
    let mut hits: Vec<ExactHit> = found
        .into_iter()
        .filter(|(row, _)| passing.contains(row))
        .map(|(row, via)| ExactHit { row: EntryRow(row), via })
        .collect();
    hits.sort_unstable_by_key(|hit| (hit.via, hit.row));
    Ok(hits)
}

/// Those of `rows` that pass `filter`.
fn passing(sql: &Connection, rows: impl Iterator<Item = i64>, filter: &Filter) -> Sql<HashSet<i64>> {
    if filter.is_plain() {
        return Ok(rows.collect());
    }
    let list = codec::row_list(&rows.map(EntryRow).collect::<Vec<_>>());
    Ok(Sieve::of(filter).numbers(sql, sql::search::PASSING, &[&list])?.into_iter().collect())
}

/// Rows that carry all of `tags`, most used first; of one that more carry than a search looks at, the most used and the newest.
pub fn tagged(names: &Names<'_>, tags: &[String], filter: &Filter, limit: usize) -> Sql<Vec<EntryRow>> {
    if let [tag] = tags
        && limit <= NAMED
    {
        if filter.is_plain() {
            return names.tagged(tag, limit);
        }
        if let Some(rows) = tagged_and_passing(names, tag, filter, limit)? {
            return Ok(rows);
        }
    }
    rows(names.sql, tags, filter, 0, limit)
}

/// The same with a filter; `None` where so few carry the tag that all of them are looked at.
fn tagged_and_passing(
    names: &Names<'_>,
    tag: &str,
    filter: &Filter,
    limit: usize,
) -> Sql<Option<Vec<EntryRow>>> {
    let found = names.carrying(&tag.to_lowercase())?;
    if found.is_empty() {
        return Ok(Some(Vec::new()));
    }
    if found.len() < NAMED {
        return Ok(None);
    }
    let passing = passing(names.sql, found.iter().copied(), filter)?;
    let mut seen = HashSet::new();
    // Those that are used were put behind.
    let rows = found.into_iter().rev().filter(|row| passing.contains(row) && seen.insert(*row));
    Ok(Some(rows.take(limit).map(EntryRow).collect()))
}

fn exact_hit(row: &Row<'_>) -> Sql<ExactHit> {
    let via = match row.get(1)? {
        0 => Via::Id,
        1 => Via::Alias,
        2 => Via::Code,
        _ => Via::Title,
    };
    Ok(ExactHit { row: EntryRow(row.get(0)?), via })
}

/// Names looked at of each kind that begin with a prefix.
const BEGINNING: usize = 300;

/// Rows by the beginning of an id, alias or code.
pub fn prefix(sql: &Connection, prefix: &str, filter: &Filter, limit: usize) -> Sql<Vec<ExactHit>> {
    // Behind everything that begins with it, in the order of bytes.
    let end = format!("{prefix}{}", char::MAX);
    let sieve = Sieve::of(filter);
    let mut prepared = sql.prepare_cached(&sieve.within(sql::search::PREFIX))?;
    let mut rows = sieve.query(&mut prepared, &[&prefix, &end, &signed(limit), &signed(BEGINNING)])?;
    let mut hits = Vec::new();
    while let Some(row) = rows.next()? {
        hits.push(exact_hit(row)?);
    }
    Ok(hits)
}

/// Links of an entry.
pub fn references_of(sql: &Connection, id: &str) -> Sql<Vec<CodeReference>> {
    all(sql, sql::side::REFERENCES_OF, [id.to_uppercase()], |row| {
        Ok(CodeReference {
            file: row.get(0)?,
            line: num::unsigned(row.get(1)?),
            symbol: row.get(2)?,
            note: row.get(3)?,
            anchor: row.get(4)?,
        })
    })
}

/// Links to a file, with the heads of entries that are not deleted.
pub fn references_to(sql: &Connection, file: &str) -> Sql<Vec<(CodeReference, EntryHead)>> {
    let links = all(sql, sql::side::REFERENCES_TO, [file], |row| {
        let reference = CodeReference {
            file: file.to_owned(),
            line: num::unsigned(row.get(0)?),
            symbol: row.get(1)?,
            note: row.get(2)?,
            anchor: row.get(4)?,
        };
        Ok((reference, EntryRow(row.get(3)?)))
    })?;
    let mut rows: Vec<EntryRow> = links.iter().map(|(_, row)| *row).collect();
    rows.sort();
    rows.dedup();
    let heads: HashMap<EntryRow, EntryHead> = heads(sql, &rows)?.into_iter().map(|h| (h.row, h)).collect();
    Ok(links.into_iter().filter_map(|(link, row)| Some((link, heads.get(&row)?.clone()))).collect())
}

/// Notes on lines of a file.
pub fn line_notes(sql: &Connection, file: &str) -> Sql<Vec<LineNote>> {
    all(sql, sql::side::LINE_NOTES, [file], |row| line_note(row, 0))
}

/// The newest notes on lines of any file.
pub fn all_line_notes(sql: &Connection, limit: usize) -> Sql<Vec<(String, LineNote)>> {
    all(sql, sql::side::ALL_LINE_NOTES, [signed(limit)], |row| Ok((row.get(0)?, line_note(row, 1)?)))
}

/// The note whose columns begin with `first`.
fn line_note(row: &Row<'_>, first: usize) -> Sql<LineNote> {
    Ok(LineNote {
        id: row.get(first)?,
        line: num::unsigned(row.get(first + 1)?),
        anchor: row.get(first + 2)?,
        text: row.get(first + 3)?,
        updated_at: row.get(first + 4)?,
        lost: false,
    })
}

/// The newest documents of metrics.
pub fn recent_metrics(sql: &Connection, limit: usize) -> Sql<Vec<(UnixMs, String)>> {
    all(sql, sql::side::RECENT_METRICS, [signed(limit)], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Blocks of the history of figures.
pub fn blocks(sql: &Connection, first: i64, end: i64) -> Sql<Vec<String>> {
    all(sql, sql::side::BLOCKS, (first, end), |row| row.get(0))
}

/// The plans of the statements that a search with `filter` runs.
pub fn search_plan(sql: &Connection, filter: &Filter) -> Sql<Vec<PlanStep>> {
    let browse = Sieve::of(filter).plan(sql)?;
    let mut steps = Vec::new();
    for (layer, statement) in [
        ("exact", sql::search::BY_ID),
        ("exact", sql::search::BY_ALIAS),
        ("exact", sql::search::BY_CODE),
        ("exact", sql::search::BY_TITLE),
        ("tag", sql::search::BY_TAG),
        ("text", sql::words::PAGE_OF),
        ("text", sql::search::ROWS_OF_PLACES),
        ("browse", browse.as_str()),
    ] {
        // Values do not change these plans: what is not given is NULL.
        let mut prepared = sql.prepare(&format!("EXPLAIN QUERY PLAN {statement}"))?;
        let mut rows = prepared.raw_query();
        while let Some(row) = rows.next()? {
            let step: String = row.get(3)?;
            let index = index_of(&step);
            if index.is_some() || step.contains("TEMP B-TREE") {
                steps.push(PlanStep { layer: layer.to_owned(), step, index });
            }
        }
    }
    Ok(steps)
}

/// The index that a step of a plan uses, if the step reads a table: `None` for sorts, parts of the statement and the lists
/// that it was given.
fn index_of(step: &str) -> Option<String> {
    if !step.starts_with("SEARCH ") && !step.starts_with("SCAN ") {
        return None;
    }
    if step.contains("VIRTUAL TABLE INDEX") {
        // A list that the statement was given.
        return None;
    }
    if step.contains("PRIMARY KEY") {
        return Some("primary key".to_owned());
    }
    let (_, after) = step.split_once(" INDEX ")?;
    after.split_whitespace().next().map(str::to_owned)
}
