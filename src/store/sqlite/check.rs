//! The check of a store: structure, references between tables, full text against the entries, and the hash of each entry,
//! which alone finds bytes that have changed by themselves.

use super::{codec, sql, words};
use crate::base::Budget;
use crate::store::{EntryRow, Origin, Problem};
use rusqlite::Connection;
use std::collections::BTreeSet;

type Sql<T> = rusqlite::Result<T>;

const RESTORE: &str = "bring the last backup back with `greenbar restore`";
const REBUILD: &str = "rebuild the index with `greenbar doctor --fix`";
/// Problems of one kind that are told one by one.
const TOLD: usize = 100;

fn problem(check: &str, detail: impl Into<String>, advice: &str) -> Problem {
    Problem { check: check.to_owned(), detail: detail.into(), advice: advice.to_owned() }
}

/// Adds a problem, unless there are enough of its kind: that is said once. Whether more of its kind are wanted.
fn tell(problems: &mut Vec<Problem>, new: Problem) -> bool {
    let told = problems.iter().filter(|p| p.check == new.check).count();
    if told < TOLD {
        problems.push(new);
    } else if told == TOLD {
        problems.push(Problem { detail: "there are more of this kind".to_owned(), ..new });
    }
    told < TOLD
}

/// Everything that can be checked by reading.
pub fn reading(sql: &Connection, budget: &Budget) -> Sql<Vec<Problem>> {
    let mut problems = structure(sql)?;
    let mut keys = sql.prepare("PRAGMA foreign_key_check")?;
    let mut rows = keys.query([])?;
    while let Some(row) = rows.next()? {
        let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
        let detail = format!("a row of {table} belongs to nothing in {parent}");
        problems.push(problem("foreign_keys", detail, RESTORE));
    }
    entries(sql, budget, &mut problems)?;
    match words::problems(sql) {
        Ok(found) => problems.extend(found.into_iter().map(|detail| problem("fts", detail, REBUILD))),
        Err(e) if super::errors::is(&e, rusqlite::ErrorCode::DatabaseCorrupt) => {
            problems.push(problem("fts", e.to_string(), REBUILD));
        }
        Err(e) => return Err(e),
    }
    super::history::check(sql, |id, version| {
        let detail = format!("the text of version {version} of {id} has changed by itself");
        let advice = "bring the last backup back if you need this old text";
        tell(&mut problems, problem("hash", detail, advice)) && budget.check().is_ok()
    })?;
    Ok(problems)
}

fn structure(sql: &Connection) -> Sql<Vec<Problem>> {
    let mut statement = sql.prepare("PRAGMA integrity_check(100)")?;
    let said = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Sql<Vec<_>>>()?;
    Ok(said.into_iter().filter(|line| line != "ok").map(|line| problem("integrity", line, RESTORE)).collect())
}

fn entries(sql: &Connection, budget: &Budget, problems: &mut Vec<Problem>) -> Sql<()> {
    let mut rows_of = sql.prepare_cached(sql::check::ALL_ROWS)?;
    let rows = rows_of.query_map([], |row| row.get(0))?.collect::<Sql<Vec<i64>>>()?;
    for row in rows {
        if budget.check().is_err() {
            break;
        }
        let (entry, deleted) = sql.prepare_cached(sql::check::ANY_BY_ROW)?.query_row([row], codec::entry)?;
        let id = &entry.body.id;
        if entry.damaged {
            let advice = match entry.origin {
                Origin::Starter => "take it from the program again with `greenbar doctor --fix`",
                Origin::Local => {
                    "bring a version before it back with `greenbar kb restore`, or the last backup"
                }
            };
            tell(problems, problem("hash", format!("the text of {id} has changed by itself"), advice));
        } else if stored_lists(sql, entry.row)? != wanted_lists(&entry.body, deleted) {
            let detail = format!("{id} is not found by exactly its tags, aliases and codes");
            tell(problems, problem("index", detail, REBUILD));
        }
    }
    Ok(())
}

type Lists = BTreeSet<(&'static str, String)>;

fn wanted_lists(body: &crate::store::NewEntry, deleted: bool) -> Lists {
    if deleted {
        return Lists::new();
    }
    let tags = body.tags.iter().map(|tag| ("tag", tag.to_lowercase()));
    let aliases = body.aliases.iter().map(|alias| ("alias", alias.to_uppercase()));
    let codes = body.codes.iter().map(|code| ("code", code.to_uppercase()));
    tags.chain(aliases).chain(codes).collect()
}

fn stored_lists(sql: &Connection, row: EntryRow) -> Sql<Lists> {
    let mut statement = sql.prepare_cached(sql::check::LISTS)?;
    let found = statement.query_map([row.0], |row| {
        let kind = match row.get_ref(0)?.as_str().unwrap_or_default() {
            "tag" => "tag",
            "alias" => "alias",
            _ => "code",
        };
        Ok((kind, row.get(1)?))
    })?;
    found.collect()
}
