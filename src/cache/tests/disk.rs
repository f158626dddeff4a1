//! The level on disk: restarts, damage, eviction, and processes that are killed while they write. Children are this test
//! binary, run again with one test.

use super::super::disk::Disk;
use super::super::packed::pack;
use super::{Hand, key, sizes};
use crate::cache::{Cache, Far, Keep, Key, Kind, Level};
use crate::store::sqlite::{Host, ThisHost};
use std::collections::HashMap;
use std::io::{BufRead, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

const ROOM: u64 = 1 << 20;
const NOW: i64 = 1_800_000_000_000;
const HOUR: i64 = 3_600_000;

/// Bytes that cannot be packed and that only `n` has.
fn value(n: u32, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    blake3::Hasher::new().update(&n.to_le_bytes()).finalize_xof().fill(&mut bytes);
    bytes
}

/// They are ready to be kept under the key of `n`.
fn packed(n: u32, length: usize) -> Vec<u8> {
    pack(&key(n), &value(n, length)).unwrap()
}

fn disk(folder: &Path) -> Disk {
    Disk::open(folder, ROOM, &ThisHost).unwrap()
}

fn cache(folder: &Path) -> Cache {
    let cache = Cache::new(sizes(ROOM, ROOM), Hand::new());
    cache.open_disk(folder).unwrap();
    cache
}

#[test]
fn values_are_there_after_a_restart_and_come_up() {
    let folder = tempfile::tempdir().unwrap();
    let first = cache(folder.path());
    first.put(&key(1), &Arc::new(value(1, 5_000)), Keep::Everywhere);
    first.put(&key(2), &Arc::new(value(2, 5_000)), Keep::Memory);
    let entry = Key::new(Kind::Entries, &[b"kept in memory only"]);
    first.put(&entry, &Arc::new(value(3, 100)), Keep::Everywhere);
    drop(first);
    let second = cache(folder.path());
    let (found, level) = second.get::<Vec<u8>>(&key(1)).unwrap();
    assert_eq!((&*found, level), (&value(1, 5_000), Level::Disk));
    assert_eq!(second.get::<Vec<u8>>(&key(1)).unwrap().1, Level::Memory, "it came up");
    assert!(second.get::<Vec<u8>>(&key(2)).is_none() && second.get::<Vec<u8>>(&entry).is_none());
    let mode = std::os::unix::fs::MetadataExt::mode(&second.disk_path().unwrap().metadata().unwrap());
    assert_eq!(mode & 0o777, 0o600);
    let names: Vec<&str> = second.levels().iter().map(|level| level.name).collect();
    assert_eq!(names, ["l1", "l2"]);
}

#[test]
fn what_was_not_used_for_longest_goes_first_and_what_is_old_goes() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::open(folder.path(), 3_500, &ThisHost).unwrap();
    let put = |n: u32, at: i64| disk.put(&key(n), &packed(n, 1_000), at);
    (1..=3).for_each(|n| put(n, NOW + HOUR * i64::from(n)));
    // The first is used again, and the second is not.
    assert!(disk.get(&key(1), NOW + HOUR * 5).is_some());
    put(4, NOW + HOUR * 6);
    let left = [1, 2, 3, 4].map(|n| disk.get(&key(n), NOW + HOUR * 6).is_some());
    assert_eq!(left, [true, false, true, true]);
    assert!(disk.size().0 <= 3_500);
    put(5, NOW + HOUR * 24 * 40);
    assert_eq!(
        [1, 3, 4, 5].map(|n| disk.get(&key(n), NOW + HOUR * 24 * 40).is_some()),
        [false, false, false, true]
    );
    disk.put(&key(6), &packed(6, 5_000), NOW);
    assert!(disk.get(&key(6), NOW).is_none(), "larger than the room");
}

#[test]
fn a_damaged_value_is_missing_and_a_damaged_file_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let disk = disk(folder.path());
    disk.put(&key(1), &packed(1, 3_000), NOW);
    disk.put(&key(2), &packed(2, 3_000), NOW);
    // Another process: the value of one key under the other.
    let other = rusqlite::Connection::open(disk.path()).unwrap();
    let swap = "UPDATE cached SET value = (SELECT value FROM cached WHERE key = ?2) WHERE key = ?1";
    other.execute(swap, [key(1).bytes().as_slice(), key(2).bytes().as_slice()]).unwrap();
    assert!(disk.get(&key(1), NOW).is_none() && disk.get(&key(2), NOW).is_some());
    let left: i64 = other.query_row("SELECT count(*) FROM cached", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 1, "it is not looked at again");
    // A table that is gone.
    other.execute_batch("DROP TABLE cached").unwrap();
    drop(other);
    assert!(disk.get(&key(2), NOW).is_none());
    disk.put(&key(2), &packed(2, 3_000), NOW);
    assert!(disk.get(&key(2), NOW).is_some(), "it goes on with a new file");
    let path = disk.path().to_owned();
    drop(disk);
    for bytes in [&b"no database at all"[..], &[0; 4096], b""] {
        std::fs::write(&path, bytes).unwrap();
        let disk = Disk::open(folder.path(), ROOM, &ThisHost).unwrap();
        disk.put(&key(1), &packed(1, 3_000), NOW);
        assert!(disk.get(&key(1), NOW).is_some());
    }
}

#[test]
fn any_byte_of_the_file_may_be_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let first = disk(folder.path());
    let path = first.path().to_owned();
    (0..20).for_each(|n| first.put(&key(n), &value(n, 500), NOW));
    drop(first);
    let whole = std::fs::read(&path).unwrap();
    for round in 0..60_u32 {
        let mut bytes = whole.clone();
        // Places all over the file, among them each of the header.
        let places = value(round, 16);
        for pair in places.chunks(2) {
            let at = if round < 30 {
                usize::try_from(round).unwrap() * 3
            } else {
                usize::from(pair[0]) << 8 | usize::from(pair[1])
            };
            let at = at % bytes.len();
            bytes[at] ^= 1 << (pair[0] % 8);
        }
        std::fs::write(&path, bytes).unwrap();
        let disk = disk(folder.path());
        for n in 0..20 {
            let found = disk.get(&key(n), NOW);
            assert!(found.is_none_or(|found| found == value(n, 500)), "round {round}, value {n}");
        }
        disk.put(&key(99), &packed(99, 500), NOW);
    }
}

/// A machine whose folders lie on NFS.
struct Nfs;

impl Host for Nfs {
    fn file_system(&self, _: &Path) -> std::io::Result<u64> {
        Ok(0x6969)
    }
    fn name(&self) -> String {
        String::new()
    }
    fn user(&self) -> u32 {
        ThisHost.user()
    }
    fn started(&self, _: u32) -> Option<String> {
        None
    }
}

#[test]
fn it_is_not_opened_where_it_does_not_belong() {
    let folder = tempfile::tempdir().unwrap();
    let said = |error: crate::base::UserError| error.to_string();
    let refused = Disk::open(folder.path(), ROOM, &Nfs).map(|_| ()).map_err(said).unwrap_err();
    assert!(refused.contains("NFS"), "{refused}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let cache = Cache::new(sizes(ROOM, ROOM), Hand::new());
    assert!(cache.open_disk(&file).is_err());
    // It works without.
    cache.put(&key(1), &Arc::new(value(1, 100)), Keep::Everywhere);
    assert_eq!(cache.get::<Vec<u8>>(&key(1)).unwrap().1, Level::Memory);
    assert_eq!(cache.levels().len(), 1);
}

#[derive(Default)]
struct Beyond(Mutex<HashMap<Key, Vec<u8>>>);

impl Far for Beyond {
    fn get(&self, key: &Key) -> Option<Vec<u8>> {
        self.0.lock().unwrap().get(key).cloned()
    }
    fn put(&self, key: &Key, value: &[u8]) {
        self.0.lock().unwrap().insert(*key, value.to_vec());
    }
}

#[test]
fn what_another_machine_made_comes_down_and_is_checked() {
    let beyond = Arc::new(Beyond::default());
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let [first, second] = [&here, &there].map(|folder| {
        let cache = cache(folder.path());
        cache.set_far(Arc::clone(&beyond) as Arc<dyn Far>);
        cache
    });
    first.put(&key(1), &Arc::new(value(1, 900)), Keep::Everywhere);
    first.put(&key(2), &Arc::new(value(2, 900)), Keep::Everywhere);
    beyond.0.lock().unwrap().get_mut(&key(2)).unwrap()[30] ^= 1;
    assert_eq!(second.get::<Vec<u8>>(&key(1)).unwrap().1, Level::Far);
    assert_eq!(second.get::<Vec<u8>>(&key(1)).unwrap().1, Level::Memory);
    assert!(second.get::<Vec<u8>>(&key(2)).is_none(), "damaged on the way");
    assert_eq!(
        second.levels().iter().map(|l| (l.name, l.hits)).collect::<Vec<_>>(),
        [("l1", 1), ("l2", 0), ("l3", 1)]
    );
}

const CHILD: &str = "GREENBAR_TEST_CACHE_CHILD";

fn child(folder: &Path, first: u32) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "cache::tests::disk::writes_until_it_is_killed", "--nocapture"])
        .env(CHILD, folder)
        .env("GREENBAR_TEST_CACHE_FIRST", first.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// A child of the tests below: writes values and says the number of each that is kept (on a busy machine some are not: nobody
/// waits long for a cache).
#[test]
fn writes_until_it_is_killed() {
    let Some(folder) = std::env::var_os(CHILD) else { return };
    let first: u32 = std::env::var("GREENBAR_TEST_CACHE_FIRST").unwrap().parse().unwrap();
    let disk = disk(Path::new(&folder));
    for n in first..first + 100_000 {
        disk.put(&key(n), &packed(n, 700), NOW + i64::from(n));
        let other = disk.get(&key(n.saturating_sub(3)), NOW);
        assert!(other.is_none_or(|found| found == value(n.saturating_sub(3), 700)));
        if disk.get(&key(n), NOW).is_none() {
            continue;
        }
        let mut out = std::io::stdout();
        writeln!(out, "put {n}").unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn processes_share_it_and_one_that_is_killed_harms_nobody() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..4_u32 {
        let starts = [round * 10_000, 500_000 + round * 10_000];
        let children = starts.map(|first| child(folder.path(), first));
        let mut kept: Vec<u32> = Vec::new();
        for mut child in children {
            let out = std::io::BufReader::new(child.stdout.take().unwrap());
            let wanted = usize::try_from(20 + round * 7).unwrap();
            let lines = out.lines().map_while(Result::ok);
            let numbers = lines.filter_map(|line| line.strip_prefix("put ")?.parse::<u32>().ok());
            let before = kept.len();
            kept.extend(numbers.take(wanted));
            assert_eq!(kept.len() - before, wanted);
            child.kill().unwrap();
            child.wait().unwrap();
        }
        let disk = disk(folder.path());
        let lost: Vec<u32> =
            kept.into_iter().filter(|n| disk.get(&key(*n), NOW) != Some(value(*n, 700))).collect();
        assert!(lost.is_empty(), "round {round}: {lost:?}");
    }
}
