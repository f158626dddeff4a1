//! Incidents, files of entries, and what was opened together. Each function runs inside a transaction or on any reader.

use super::{codec, sql};
use crate::base::num;
use crate::store::{Attachment, EntryRow, Incident, UnixMs};
use rusqlite::{Connection, Params, Row, params};

type Sql<T> = rusqlite::Result<T>;

/// Hash of all that is told of an incident: when it was resolved may change.
fn hash(incident: &Incident) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    let Incident { job, step, program, code, summary, component, .. } = incident;
    for text in [job, step, program, code, summary, component] {
        hasher.update(&num::to_u64(text.len()).to_le_bytes()).update(text.as_bytes());
    }
    hasher.update(&incident.at.to_le_bytes());
    *hasher.finalize().as_bytes()
}

/// Records an incident; its number.
pub fn add_incident(sql: &Connection, incident: &Incident) -> Sql<i64> {
    let Incident { job, step, program, code, summary, component, .. } = incident;
    let entry = incident.entry.as_ref().map(|id| id.to_uppercase());
    let severity = codec::severity_number(incident.severity);
    let hash = hash(incident);
    sql.prepare_cached(sql::dossier::ADD_INCIDENT)?.execute(params![
        incident.at,
        component,
        severity,
        code,
        job,
        step,
        program,
        entry,
        summary,
        incident.resolved_at,
        hash,
    ])?;
    Ok(sql.last_insert_rowid())
}

/// Notes when an incident was resolved.
pub fn resolve(sql: &Connection, id: i64, at: Option<UnixMs>) -> Sql<bool> {
    Ok(sql.prepare_cached(sql::dossier::RESOLVE_INCIDENT)?.execute((id, at))? > 0)
}

fn incident(row: &Row<'_>) -> Sql<Incident> {
    let stored: Vec<u8> = row.get(11)?;
    let mut incident = Incident {
        id: row.get(0)?,
        at: row.get(1)?,
        entry: row.get(2)?,
        job: row.get(3)?,
        step: row.get(4)?,
        program: row.get(5)?,
        code: row.get(6)?,
        summary: row.get(7)?,
        component: row.get(8)?,
        severity: codec::severity(row.get(9)?).unwrap_or_default(),
        resolved_at: row.get(10)?,
        damaged: false,
    };
    incident.damaged = stored != hash(&incident);
    Ok(incident)
}

fn all<T>(
    sql: &Connection,
    statement: &str,
    params: impl Params,
    read: fn(&Row<'_>) -> Sql<T>,
) -> Sql<Vec<T>> {
    sql.prepare_cached(statement)?.query_map(params, read)?.collect()
}

/// The newest incidents, of one entry or of all.
pub fn incidents(sql: &Connection, entry: Option<&str>, limit: usize) -> Sql<Vec<Incident>> {
    let limit = num::signed(num::to_u64(limit));
    match entry {
        Some(id) => all(sql, sql::dossier::INCIDENTS_OF, (limit, id.to_uppercase()), incident),
        None => all(sql, sql::dossier::INCIDENTS, [limit], incident),
    }
}

/// How many incidents an entry has.
pub fn count_incidents(sql: &Connection, entry: &str) -> Sql<u64> {
    let mut statement = sql.prepare_cached(sql::dossier::COUNT_INCIDENTS)?;
    statement.query_row([entry.to_uppercase()], |row| row.get(0).map(num::unsigned))
}

/// Attaches a file, or notes what it is now.
pub fn attach(sql: &Connection, entry: &str, file: &Attachment) -> Sql<bool> {
    let Attachment { path, hash, bytes, at, author } = file;
    let values = params![entry.to_uppercase(), path, hash, num::signed(*bytes), at, author];
    Ok(sql.prepare_cached(sql::dossier::ATTACH)?.execute(values)? > 0)
}

/// Takes a file off an entry.
pub fn detach(sql: &Connection, entry: &str, path: &str) -> Sql<bool> {
    Ok(sql.prepare_cached(sql::dossier::DETACH)?.execute((entry.to_uppercase(), path))? > 0)
}

/// The files of an entry.
pub fn attachments(sql: &Connection, entry: &str) -> Sql<Vec<Attachment>> {
    all(sql, sql::dossier::ATTACHMENTS, [entry.to_uppercase()], |row| {
        Ok(Attachment {
            path: row.get(0)?,
            hash: row.get(1)?,
            bytes: num::unsigned(row.get(2)?),
            at: row.get(3)?,
            author: row.get(4)?,
        })
    })
}

/// Entries that were opened within `within` milliseconds of this one, with how often, most often first.
pub fn opened_with(sql: &Connection, entry: &str, within: UnixMs, limit: usize) -> Sql<Vec<(EntryRow, u64)>> {
    let values = (entry.to_uppercase(), within, num::signed(num::to_u64(limit)));
    all(sql, sql::dossier::OPENED_WITH, values, |row| Ok((EntryRow(row.get(0)?), num::unsigned(row.get(1)?))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Budget;
    use crate::base::meter::no_meter;
    use crate::store::{Dossier, NewEntry, OpenOptions, SqliteStore, Store};

    fn store() -> (tempfile::TempDir, SqliteStore) {
        let dir = tempfile::tempdir().unwrap();
        let options = OpenOptions { author: "ann".into(), ..OpenOptions::new(dir.path().join("kb.db")) };
        let store = SqliteStore::open(&options, no_meter()).unwrap();
        let entry =
            |id: &str| NewEntry { id: id.into(), title: format!("entry {id}"), ..NewEntry::default() };
        store.put(&["A", "B", "C"].map(entry), 1).unwrap();
        (dir, store)
    }

    #[test]
    fn incidents_are_found_by_entry_and_damage_is_told() {
        let (dir, store) = store();
        let all = Budget::unlimited();
        let incident = |at, entry: Option<&str>| Incident {
            at,
            entry: entry.map(str::to_owned),
            job: "PAYR".into(),
            code: "S0C7".into(),
            ..Incident::default()
        };
        let first = store.add_incident(&incident(1, Some("a"))).unwrap();
        store.add_incident(&incident(2, None)).unwrap();
        store.add_incident(&incident(3, Some("A"))).unwrap();
        let of_a = store.incidents(Some("A"), 9, &all).unwrap();
        assert_eq!(of_a.iter().map(|i| i.at).collect::<Vec<_>>(), [3, 1]);
        assert_eq!(of_a.first().unwrap().entry.as_deref(), Some("A"));
        assert_eq!(
            (store.count_incidents("A", &all).unwrap(), store.count_incidents("B", &all).unwrap()),
            (2, 0)
        );
        assert_eq!(store.incidents(None, 2, &all).unwrap().len(), 2);
        assert!(
            store.resolve_incident(first, Some(9)).unwrap() && !store.resolve_incident(99, Some(9)).unwrap()
        );
        assert!(store.incidents(None, 9, &all).unwrap().iter().all(|i| !i.damaged));
        drop(store);
        let sql = rusqlite::Connection::open(dir.path().join("kb.db")).unwrap();
        sql.execute("UPDATE incidents SET job = 'PAYS' WHERE id = ?1", [first]).unwrap();
        drop(sql);
        let store = SqliteStore::open(&OpenOptions::new(dir.path().join("kb.db")), no_meter()).unwrap();
        let damaged = store.incidents(None, 9, &all).unwrap();
        assert_eq!(damaged.iter().filter(|i| i.damaged).map(|i| i.id).collect::<Vec<_>>(), [first]);
    }

    #[test]
    fn a_file_is_there_once_for_each_entry() {
        let (_dir, store) = store();
        let all = Budget::unlimited();
        let file = |bytes, at| Attachment {
            path: "/tmp/job.log".into(),
            hash: [7; 32],
            bytes,
            at,
            author: String::new(),
        };
        assert!(store.attach("a", &file(1, 1)).unwrap() && store.attach("A", &file(2, 2)).unwrap());
        assert!(!store.attach("nobody", &file(1, 1)).unwrap());
        let files = store.attachments("A", &all).unwrap();
        assert_eq!(files, [Attachment { author: "ann".into(), ..file(2, 2) }]);
        assert_eq!(files[0].hex(), "07".repeat(32));
        assert!(store.detach("A", "/tmp/job.log").unwrap() && !store.detach("A", "/tmp/job.log").unwrap());
    }

    #[test]
    fn entries_opened_within_half_an_hour_are_counted_once_for_each_use() {
        let (_dir, store) = store();
        let minute = 60_000;
        for (id, at) in [("A", 0), ("B", 10), ("B", 12), ("C", 50), ("A", 200), ("B", 229), ("C", 231)] {
            store.record_use(id, None, at * minute).unwrap();
        }
        // A rating is no opening.
        store.record_use("C", Some(true), 201 * minute).unwrap();
        let found = store.opened_with("a", 30 * minute, 9, &Budget::unlimited()).unwrap();
        assert_eq!(found.iter().map(|(_, times)| *times).collect::<Vec<_>>(), [2]);
        let ids = store.heads(&[found[0].0], &Budget::unlimited()).unwrap();
        assert_eq!(ids[0].id, "B");
        assert_eq!(store.opened_with("A", 31 * minute, 9, &Budget::unlimited()).unwrap().len(), 2);
    }
}
