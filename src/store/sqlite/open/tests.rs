//! Network file systems, as a host of the test's own says there is one, and the lock file between machines.

use super::super::{Host, OpenOptions, SqliteStore, ThisHost, network_name};
use super::*;
use crate::base::Budget;
use crate::base::meter::no_meter;
use crate::store::{NewEntry, Store};
use std::io;
use std::sync::Arc;

struct Machine {
    name: &'static str,
    magic: u64,
}

impl Host for Machine {
    fn file_system(&self, _dir: &Path) -> io::Result<u64> {
        Ok(self.magic)
    }
    fn name(&self) -> String {
        self.name.to_owned()
    }
    fn user(&self) -> u32 {
        ThisHost.user()
    }
    fn started(&self, pid: u32) -> Option<String> {
        ThisHost.started(pid)
    }
}

fn options(dir: &Path, name: &'static str, magic: u64) -> OpenOptions {
    let mut options = OpenOptions::new(dir.join("kb.db"));
    options.host = Arc::new(Machine { name, magic });
    options.busy_timeout_ms = 300;
    options.runtime_dir = Some(dir.join("run"));
    private(&dir.join("run"));
    options
}

fn private(dir: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::create_dir_all(dir).unwrap();
    std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o700)).unwrap();
}

fn entry(id: &str) -> NewEntry {
    NewEntry { id: id.into(), title: "title".into(), ..NewEntry::default() }
}

fn shared_memory(dir: &Path) -> bool {
    let names = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    names.into_iter().any(|name| name.ends_with("-shm") || name.ends_with("-wal"))
}

fn open(options: &OpenOptions) -> SqliteStore {
    SqliteStore::open(options, no_meter()).unwrap()
}

const MAGICS: [u64; 9] = [
    0x6969,
    0xFF53_4D42,
    0xFE53_4D42,
    0x6573_5546,
    0x0102_1997,
    0x5346_414F,
    0x0BD0_0BD0,
    0x4750_4653,
    0x00C3_6400,
];

#[test]
fn no_shared_memory_on_any_network_file_system() {
    for magic in MAGICS {
        assert!(network_name(magic).is_some());
        let dir = tempfile::tempdir().unwrap();
        let store = open(&options(dir.path(), "here", magic));
        store.put(&[entry("A")], 1).unwrap();
        store.record_use("A", None, 2).unwrap();
        assert!(store.entry("A", &Budget::unlimited()).unwrap().is_some());
        assert_eq!(store.info().unwrap().journal, "truncate");
        assert_eq!(store.info().unwrap().readers, (0, 0), "one connection does it all");
        assert!(!shared_memory(dir.path()));
        assert_eq!(store.check(&Budget::unlimited()).unwrap(), []);
        store.backup_to(&dir.path().join("saved.db")).unwrap();
        store.restore_from(&dir.path().join("saved.db")).unwrap();
        drop(store);
        assert!(!dir.path().join("kb.db.lock").exists());
    }
    let ext4 = 0xEF53;
    assert_eq!(network_name(ext4), None);
}

#[test]
fn allowed_by_hand_it_is_like_a_local_one() {
    let dir = tempfile::tempdir().unwrap();
    let mut options = options(dir.path(), "here", 0x6969);
    options.allow_network = true;
    let store = open(&options);
    assert_eq!(store.info().unwrap().journal, "wal");
}

#[test]
fn a_local_store_that_moves_to_a_network_loses_its_log() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("kb.db");
    let local = open(&OpenOptions::new(&path));
    local.put(&[entry("A")], 1).unwrap();
    // As it is copied while it is in use: the newest entry is in the log only.
    let moved = tempfile::tempdir().unwrap();
    for name in ["kb.db", "kb.db-wal"] {
        std::fs::copy(dir.path().join(name), moved.path().join(name)).unwrap();
    }
    let store = open(&options(moved.path(), "here", 0x6969));
    assert!(store.entry("A", &Budget::unlimited()).unwrap().is_some());
    assert_eq!(store.info().unwrap().journal, "truncate");
    assert!(!moved.path().join("kb.db-shm").exists());
}

#[test]
fn a_second_machine_reads_and_is_told_who_writes() {
    let dir = tempfile::tempdir().unwrap();
    let first = open(&options(dir.path(), "lpar1", 0x6969));
    first.put(&[entry("A")], 1).unwrap();
    for second in ["lpar2", "lpar1"] {
        let store = open(&options(dir.path(), second, 0x6969));
        let (Access::ReadOnly(why) | Access::Snapshot(why)) = store.access() else { panic!("it writes") };
        let pid = std::process::id().to_string();
        assert!(why.contains("lpar1") && why.contains(&pid) && why.contains("NFS"), "{why}");
        assert!(store.entry("A", &Budget::unlimited()).unwrap().is_some());
        assert_eq!(store.put(&[entry("B")], 2).unwrap_err().cause, "read-only");
        assert!(!shared_memory(dir.path()));
    }
    first.put(&[entry("C")], 3).unwrap();
    drop(first);
    let next = open(&options(dir.path(), "lpar2", 0x6969));
    assert_eq!(next.access(), &Access::ReadWrite);
    assert_eq!(std::fs::read_dir(dir.path().join("run/greenbar")).unwrap().count(), 0, "copies are gone");
}

#[test]
fn a_lock_of_a_process_that_is_gone_is_taken_over_on_its_machine_only() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(&options(dir.path(), "lpar1", 0x6969)));
    let mut gone = std::process::Command::new("true").spawn().unwrap();
    gone.wait().unwrap();
    let lock = dir.path().join("kb.db.lock");
    std::fs::write(&lock, format!("lpar1\n{}\n1\n", gone.id())).unwrap();
    let there = open(&options(dir.path(), "lpar2", 0x6969));
    assert_ne!(there.access(), &Access::ReadWrite);
    drop(there);
    assert!(lock.exists());
    // A living process, but another one than the holder: its number was used again.
    std::fs::write(&lock, format!("lpar1\n{}\n1\n", std::process::id())).unwrap();
    let here = open(&options(dir.path(), "lpar1", 0x6969));
    assert_eq!(here.access(), &Access::ReadWrite);
    drop(here);
    // Its maker was killed before it could write its name.
    std::fs::write(&lock, "").unwrap();
    assert_eq!(open(&options(dir.path(), "lpar1", 0x6969)).access(), &Access::ReadWrite);
    assert!(!lock.exists());
}

#[test]
fn an_old_release_of_sqlite_is_refused() {
    assert!(check_engine(rusqlite::version_number()).is_ok());
    let error = check_engine(3_051_002).unwrap_err();
    assert_eq!(error.exit, Exit::Store);
    assert!(error.hint.contains("3.51.3"), "{error}");
}
