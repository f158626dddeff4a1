//! What entries were before: every kind of change, restoring, what is kept of the starter set, damage.

use super::*;
use crate::base::Budget;
use crate::base::meter::no_meter;
use crate::store::{Dossier, OpenOptions, PutOutcome, SqliteStore, Store};

struct Home {
    dir: tempfile::TempDir,
    store: SqliteStore,
}

fn home() -> Home {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir);
    Home { dir, store }
}

fn open(dir: &tempfile::TempDir) -> SqliteStore {
    let options = OpenOptions { author: "ann".into(), ..OpenOptions::new(dir.path().join("kb.db")) };
    SqliteStore::open(&options, no_meter()).unwrap()
}

fn entry(title: &str) -> NewEntry {
    NewEntry {
        id: "E1".into(),
        title: title.into(),
        solution: "check the file ".repeat(80),
        tags: vec!["vsam".into()],
        ..NewEntry::default()
    }
}

impl Home {
    fn put(&self, title: &str, at: UnixMs) {
        self.store.put(&[entry(title)], at).unwrap();
    }

    fn heads(&self) -> Vec<VersionHead> {
        self.store.versions("e1", 50, &Budget::unlimited()).unwrap()
    }

    fn told(&self) -> Vec<String> {
        let told = |h: &VersionHead| {
            let (kept, deleted) =
                (if h.kept { "" } else { " gone" }, if h.deleted { " deleted" } else { "" });
            format!("{} {} {} {:?} {}{deleted}{kept}", h.version, h.at, h.title, h.kind, h.detail)
        };
        self.heads().iter().map(told).collect()
    }

    fn title(&self, version: u64) -> String {
        let found = self.store.version("E1", version, &Budget::unlimited()).unwrap().unwrap();
        assert!(!found.damaged);
        found.body.title
    }
}

#[test]
fn every_change_keeps_the_version_before() {
    let home = home();
    home.put("one", 1);
    home.put("two", 2);
    home.put("two", 3);
    home.store.put_as(&[entry("three")], ChangeKind::Import, 4).unwrap();
    home.store.set_notes("E1", "ask the desk", 5).unwrap();
    home.store.set_notes("E1", "ask the desk", 6).unwrap();
    home.store.delete("E1", 7).unwrap();
    assert!(home.store.entry("E1", &Budget::unlimited()).unwrap().is_none());
    home.store.undelete("E1", 8).unwrap();
    assert_eq!(
        home.told(),
        [
            "6 8 three Undelete ",
            "5 7 three Delete  deleted",
            "4 5 three Notes ",
            "3 4 three Import title",
            "2 2 two Edit title",
            "1 1 one Added ",
        ]
    );
    assert_eq!(home.heads().first().map(|h| h.author.as_str()), Some("ann"));
    assert_eq!(home.store.entry("E1", &Budget::unlimited()).unwrap().unwrap().version, 6);
    assert_eq!((home.title(1), home.title(2), home.title(6)), ("one".into(), "two".into(), "three".into()));
    assert_eq!(home.store.versions("E1", 2, &Budget::unlimited()).unwrap(), home.heads()[..2]);
    assert!(home.store.version("E1", 7, &Budget::unlimited()).unwrap().is_none());
    assert!(home.store.version("E9", 1, &Budget::unlimited()).unwrap().is_none());
}

#[test]
fn a_version_that_is_restored_is_a_version_more() {
    let home = home();
    home.put("one", 1);
    home.store.set_notes("E1", "first", 2).unwrap();
    home.put("two", 3);
    home.store.set_notes("E1", "", 4).unwrap();
    home.store.delete("E1", 5).unwrap();
    let restored = home.store.restore_version("E1", 2, false, 6).unwrap();
    assert_eq!(restored, Some(PutOutcome::Changed("E1".into())));
    let entry = home.store.entry("E1", &Budget::unlimited()).unwrap().unwrap();
    assert_eq!((entry.body.title.as_str(), entry.notes.as_str(), entry.version), ("one", "first", 6));
    let again = home.store.restore_version("E1", 2, false, 7).unwrap();
    assert_eq!(again, Some(PutOutcome::Unchanged("E1".into())));
    assert_eq!(home.store.restore_version("E1", 9, false, 7).unwrap(), None);
    // What was deleted can be deleted again by taking that back.
    home.store.restore_version("E1", 5, true, 8).unwrap();
    assert!(home.store.entry("E1", &Budget::unlimited()).unwrap().is_none());
    assert_eq!(home.told().first().map(String::as_str), Some("7 8 two Restore as version 5 deleted"));
    assert_eq!(home.store.check(&Budget::unlimited()).unwrap(), []);
}

#[test]
fn nobody_writes_over_what_they_have_not_seen() {
    let home = home();
    let put = |title: &str, seen| home.store.put_seen(&entry(title), seen, 9).unwrap();
    assert_eq!(put("one", 0), PutOutcome::Added("E1".into()));
    assert_eq!(put("mine", 0), PutOutcome::Conflict("E1".into()));
    assert_eq!(put("two", 1), PutOutcome::Changed("E1".into()));
    assert_eq!(put("mine", 1), PutOutcome::Conflict("E1".into()));
    assert_eq!(home.told().len(), 2);
    home.store.delete("E1", 9).unwrap();
    assert_eq!(put("mine", 2), PutOutcome::Conflict("E1".into()));
}

#[test]
fn of_the_starter_set_only_the_newest_old_texts_are_kept() {
    let home = home();
    for version in 1..=6 {
        let new = NewEntry { starter_version: Some(version), ..entry(&format!("text {version}")) };
        home.store.put(&[new], version.into()).unwrap();
    }
    let kept: Vec<bool> = home.heads().iter().map(|h| h.kept).collect();
    assert_eq!(kept, [true, true, true, true, false, false]);
    assert_eq!(home.store.restore_version("E1", 1, false, 9).unwrap(), None, "its text is not there");
    // Who takes a change of theirs back gets updates again, who takes an update back does not.
    home.put("mine", 10);
    home.store.restore_version("E1", 6, false, 11).unwrap();
    let starter =
        |home: &Home| home.store.entry("E1", &Budget::unlimited()).unwrap().unwrap().body.starter_version;
    assert_eq!(starter(&home), Some(6));
    home.store.restore_version("E1", 5, false, 12).unwrap();
    assert_eq!(starter(&home), None);
}

#[test]
fn a_version_whose_bytes_have_changed_is_told_and_not_restored() {
    let home = home();
    home.put("one", 1);
    home.put("two", 2);
    let Home { dir, store } = home;
    drop(store);
    let sql = rusqlite::Connection::open(dir.path().join("kb.db")).unwrap();
    let (bytes, packed): (i64, Vec<u8>) = sql
        .query_row("SELECT bytes, body FROM kb_versions", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    let text = codec::unpack(&packed, bytes).unwrap().replacen("check", "chock", 1);
    let forged = zstd::bulk::compress(text.as_bytes(), 3).unwrap();
    sql.execute("UPDATE kb_versions SET body = ?1", [forged]).unwrap();
    drop(sql);
    let home = Home { store: open(&dir), dir };
    let found = home.store.version("E1", 1, &Budget::unlimited()).unwrap().unwrap();
    assert!(found.damaged && found.body.title == "one");
    assert_eq!(home.store.restore_version("E1", 1, false, 3).unwrap(), None);
    let problems = home.store.check(&Budget::unlimited()).unwrap();
    assert!(problems.iter().any(|p| p.detail.contains("version 1 of E1")), "{problems:?}");
}
