//! What is remembered is what the store would say: after any writes, of this process and of others, over restarts, copies and
//! restores.

use super::*;
use crate::base::env::SystemClock;
use crate::base::meter::{NoMeter, no_meter};
use crate::cache::Sizes;
use crate::kb::search::Basis;
use crate::store::{CodeReference, NewEntry, OpenOptions, SqliteStore};
use std::path::Path;
use std::time::Duration;

const NOW: i64 = 1_800_000_000_000;
const ENTRIES: usize = 300;

fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(&OpenOptions::new(path), no_meter()).unwrap()
}

fn recall(folder: &Path) -> Recall {
    let sizes = Sizes { memory: 8 << 20, disk: 8 << 20, ttl: Duration::from_secs(300) };
    let cache = Cache::new(sizes, Arc::new(SystemClock));
    cache.open_disk(folder).unwrap();
    Recall::new(Arc::new(cache))
}

fn entry(n: usize, text: &str) -> NewEntry {
    let tag = if n % 5 < 3 { "lock" } else { "space" };
    NewEntry {
        id: format!("E{n:03}"),
        title: format!("{text} number {n}"),
        problem: format!("A {text} was seen in job J{n}, deadlock and timeout {}", "again ".repeat(n % 7)),
        solution: "Run it once more.".into(),
        category: ["Batch", "Db2", "CICS"][n % 3].into(),
        tags: vec![tag.into(), format!("t{}", n % 9)],
        aliases: vec![format!("ALIAS{n}")],
        ..NewEntry::default()
    }
}

/// Entries of which a list is cut where the less used begin: there are more of one tag and one beginning than are looked at.
fn filled(path: &Path) -> SqliteStore {
    let store = open(path);
    let entries: Vec<NewEntry> = (0..ENTRIES).map(|n| entry(n, "lock timeout")).collect();
    store.put(&entries, 1).unwrap();
    store
}

fn ask(text: &str, typing: bool) -> SearchRequest {
    SearchRequest { text: text.into(), limit: 5, typing, now: NOW, ..SearchRequest::default() }
}

/// Without what differs from one time to the next.
fn plain(result: &SearchResult) -> SearchResult {
    let mut plain = SearchResult { took_us: 0, reading_us: 0, ranking_us: 0, level: None, ..result.clone() };
    plain.layers.iter_mut().for_each(|layer| layer.took_us = 0);
    plain
}

/// Searches and compares with what the store says itself.
fn same(recall: &Recall, store: &dyn Store, request: &SearchRequest) -> Level {
    let found = recall.search(store, request, &Budget::unlimited(), &NoMeter).unwrap();
    let wanted = search(store, request, &Budget::unlimited(), &NoMeter).unwrap();
    assert_eq!(plain(found.result()), plain(&wanted), "{request:?} from {:?}", found.level);
    found.level
}

const QUERIES: [(&str, bool); 16] = [
    ("lock", false),
    ("lo", true),
    ("e0", true),
    ("E007", false),
    ("alias1", true),
    ("tag:lock", false),
    ("tag:lock category:db2", false),
    ("used:>1", false),
    ("", false),
    ("has:notes", false),
    ("has:links", false),
    ("deadlock timeout", false),
    ("number -again", false),
    ("zzzz", false),
    ("since:1d lock", false),
    ("lock /numb.r 1/", false),
];

/// Draws numbers, the same ones each time.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }
}

fn write(store: &dyn Store, draw: &mut Draw, at: i64) {
    let id = format!("E{:03}", draw.below(ENTRIES + 5));
    match draw.below(12) {
        0 => drop(store.put(&[entry(draw.below(ENTRIES + 5), "space abend")], at).unwrap()),
        1 => drop(store.put(&[entry(draw.below(ENTRIES + 5), "lock timeout")], at).unwrap()),
        2 => _ = store.delete(&id, at).unwrap(),
        3 => _ = store.undelete(&id, at).unwrap(),
        4 => _ = store.set_notes(&id, ["", "ours"][draw.below(2)], at).unwrap(),
        5 => {
            let link = CodeReference {
                file: "P.cbl".into(),
                line: to_u64(draw.below(50)),
                symbol: String::new(),
                note: String::new(),
                anchor: String::new(),
            };
            store.add_reference(&id, &link, at).unwrap();
        }
        _ => drop(store.record_use(&id, [None, Some(true), Some(false)][draw.below(3)], at).unwrap()),
    }
}

fn to_u64(n: usize) -> u64 {
    crate::base::num::to_u64(n)
}

#[test]
fn after_any_writes_it_says_what_the_store_says() {
    for seed in 0..3 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kb.db");
        let (store, other) = (filled(&path), open(&path));
        let recall = recall(folder.path());
        let mut draw = Draw(seed);
        let mut memory = 0;
        for step in 0..500_i64 {
            if draw.below(6) == 0 {
                // As often by what could be another process.
                let store: &dyn Store = if draw.below(2) == 0 { &store } else { &other };
                write(store, &mut draw, NOW + step);
            } else {
                let (text, typing) = QUERIES[draw.below(QUERIES.len())];
                memory += usize::from(same(&recall, &store, &ask(text, typing)) == Level::Memory);
            }
        }
        assert!(memory > 100, "{memory} of 500 from memory: it was hardly asked");
    }
}

#[test]
fn a_use_makes_old_only_what_depends_on_the_entry() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(&folder.path().join("kb.db"));
    let recall = recall(folder.path());
    let level = |text: &str, typing| same(&recall, &store, &ask(text, typing));
    for (text, typing) in [("E007", false), ("number 3", false), ("lock", false), ("alias1", true)] {
        assert_eq!((level(text, typing), level(text, typing)), (Level::Made, Level::Memory), "{text}");
    }
    store.record_use("E009", None, NOW).unwrap();
    assert_eq!(level("E007", false), Level::Memory, "another entry");
    let lock = || recall.search(&store, &ask("lock", false), &Budget::unlimited(), &NoMeter).unwrap();
    let first = lock().result().results[0].id.clone();
    store.record_use(&first, None, NOW).unwrap();
    assert_eq!((level("lock", false), level("lock", false)), (Level::Made, Level::Memory), "a result of it");
    // One that is not among the candidates, but on the list of the tag that was cut: it may have come into it.
    let rows = &lock().kept.basis.rows.clone();
    let heads = store.list(&crate::store::Filter::default(), 0, ENTRIES, &Budget::unlimited()).unwrap();
    let tagged = |tag: &'static str| {
        let fits =
            move |h: &&crate::store::EntryHead| h.tags.iter().any(|t| *t == tag) && !rows.contains(&h.row);
        heads.iter().find(fits).map(|h| h.id.clone()).unwrap()
    };
    store.record_use(&tagged("space"), None, NOW).unwrap();
    assert_eq!(level("lock", false), Level::Memory, "neither found nor tagged so");
    store.record_use(&tagged("lock"), None, NOW).unwrap();
    assert_eq!(level("lock", false), Level::Made, "tagged so");
    store.record_use("E007", Some(true), NOW).unwrap();
    assert_eq!(level("E007", false), Level::Made);
}

#[test]
fn results_outlive_the_process_and_belong_to_one_history() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("kb.db"), folder.path().join("copy.db"));
    let store = filled(&path);
    store.record_use("E001", None, NOW).unwrap();
    store.upkeep().unwrap();
    store.backup_to(&copy).unwrap();
    store.record_use("E100", None, NOW + 1).unwrap();
    let found = |store: &SqliteStore| same(&recall(folder.path()), store, &ask("E100", false));
    assert_eq!((found(&store), found(&store)), (Level::Made, Level::Disk));
    store.record_use("E050", None, NOW + 2).unwrap();
    assert_eq!(found(&store), Level::Disk, "it does not depend on that");
    // The same content, but other uses since the copy was made.
    let other = open(&copy);
    other.record_use("E002", None, NOW + 3).unwrap();
    other.record_use("E002", None, NOW + 4).unwrap();
    assert_eq!(found(&other), Level::Made);
    // A restore goes back, and what was found before it is not found again.
    let restored = open(&path);
    assert_eq!(found(&restored), Level::Made, "the copy has put its own there");
    restored.restore_from(&copy).unwrap();
    assert_eq!(found(&restored), Level::Made);
    assert_eq!(found(&restored), Level::Disk);
}

#[test]
fn a_store_that_changes_while_it_is_searched_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kb.db");
    let (store, other) = (filled(&path), open(&path));
    let recall = recall(folder.path());
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut draw = Draw(9);
            for at in 0..200 {
                write(&other, &mut draw, NOW + at);
            }
            stop.store(true, Ordering::SeqCst);
        });
        for n in 0..2 {
            let (recall, store, stop) = (&recall, &store, &stop);
            scope.spawn(move || {
                let mut draw = Draw(n);
                while !stop.load(Ordering::SeqCst) {
                    let (text, typing) = QUERIES[draw.below(QUERIES.len())];
                    recall.search(store, &ask(text, typing), &Budget::unlimited(), &NoMeter).unwrap();
                }
            });
        }
    });
    // Now that nobody writes, whatever is in the cache must be right.
    for (text, typing) in QUERIES {
        same(&recall, &store, &ask(text, typing));
    }
}

#[test]
fn a_value_comes_back_from_bytes_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(&folder.path().join("kb.db"));
    let request = SearchRequest { explain: true, facets: true, ..ask("lock deadlok", false) };
    let result = search(&store, &request, &Budget::unlimited(), &NoMeter).unwrap();
    let basis = Basis { rows: vec![crate::store::EntryRow(4)], whole: true, ..Basis::default() };
    let kept = Remembered { result, basis, ..Remembered::default() };
    let again = crate::cache::Value::to_bytes(&kept).unwrap();
    let again = <Remembered as crate::cache::Value>::from_bytes(&again).unwrap();
    assert_eq!((&again.result, &again.basis), (&kept.result, &kept.basis));
    assert!(again.foreign.load(Ordering::Relaxed));
}

/// Notes what was asked of whom, and whether it had it.
#[derive(Default)]
struct Noted(Mutex<Vec<(Asked, &'static str, bool)>>);

impl Meter for Noted {
    fn record(&self, _op: Op, _nanos: u64, _bytes: u64, _ok: bool) {}

    fn asked(&self, group: Asked, name: &'static str, hit: bool) {
        self.0.lock().unwrap().push((group, name, hit));
    }
}

#[test]
fn it_is_told_what_layers_and_strategies_came_to() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(&dir.path().join("kb.db"));
    let (recall, noted) = (recall(&dir.path().join("cache")), Noted::default());
    let told = |text: &str| {
        recall.search(&store, &ask(text, false), &Budget::unlimited(), &noted).unwrap();
        std::mem::take(&mut *noted.0.lock().unwrap())
    };
    let (first, second) = (told("deadlock timeout"), told("deadlock timeout"));
    assert!(first.contains(&(Asked::Layer, "exact", false)) && first.contains(&(Asked::Layer, "text", true)));
    assert!(first.ends_with(&[(Asked::Strategy, "hybrid", true), (Asked::Remembered, "hybrid", false)]));
    assert_eq!(second, [(Asked::Strategy, "hybrid", true), (Asked::Remembered, "hybrid", true)]);
    assert!(told("zzzz qqqq").contains(&(Asked::Strategy, "hybrid", false)));
}
