//! The cache of a session: what it is filled with after the start, and its figures. Must not know who shows them.

use super::Visit;
use crate::base::num::{to_f64, to_u64, to_usize};
use crate::base::{Budget, Result};
use crate::cache::{Cache, Figure};
use crate::kb::recall::Recall;
use crate::kb::search::SearchRequest;
use crate::metrics::{CacheLevelStats, CacheStats, Warmed};
use crate::store::{EntryRow, Filter, Store};
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};

/// How long the filling takes at most, waits for others counted in.
const LASTS: Duration = Duration::from_secs(10);
/// Searches that are made.
const SEARCHES: usize = 24;
/// Entries that are read where not all fit, the most used ones.
const ENTRIES: usize = 500;
/// Entries read at once: the budget is looked at in between.
const AT_ONCE: usize = 50;
/// Bytes of searches in a session with files open.
const LIGHT: u64 = 512 << 10;
/// Files of the session before that are looked at.
const FILES: usize = 8;
/// Bytes read at each place.
const BLOCK: usize = 64 << 10;

fn of(figure: &Figure) -> CacheLevelStats {
    let asked = figure.hits.saturating_add(figure.misses);
    CacheLevelStats {
        level: figure.name.to_owned(),
        hits: figure.hits,
        misses: figure.misses,
        hit_rate: (asked > 0).then(|| to_f64(figure.hits) / to_f64(asked)),
        bytes: figure.bytes,
        capacity: figure.capacity,
    }
}

/// All figures of `cache`, and what it was filled with.
pub(super) fn stats(cache: &Cache, warmed: Option<Warmed>) -> CacheStats {
    let all = |figures: &[Figure]| figures.iter().map(of).collect();
    CacheStats { levels: all(&cache.levels()), kinds: all(&cache.kinds()), warmed }
}

/// Fills the cache with the counts of categories and tags, the searches made often and lately, asked like `like`, and the most
/// used entries, all of them where they fit; then reads the places of `visits` that were open, so that the system has them in
/// memory. With `light` there are files open, whose session is to stay small: searches only. It ends with `budget`, which also
/// lets others go first.
///
/// # Errors
/// Those of the store; `Exit::Interrupted` is none: what is there then is there.
pub(super) fn warm(
    (store, recall): (&dyn Store, &Recall),
    like: &SearchRequest,
    (visits, light): (&[Visit], bool),
    budget: &Budget,
) -> Result<Warmed> {
    let began = Instant::now();
    // A call that has begun is not cut off: it takes milliseconds.
    let over = || budget.check().is_err() || began.elapsed() >= LASTS;
    let (before, room) = recall.cache().memory_size();
    let held = || recall.cache().memory_size().0.saturating_sub(before);
    let mut warmed = Warmed::default();
    recall.warm_counts(store, budget)?;
    let most = if light { LIGHT } else { room / 4 };
    for past in store.past_searches(SEARCHES, budget)? {
        if over() || held() >= most {
            break;
        }
        let request = SearchRequest { text: past.query, ..like.clone() };
        warmed.searches += u64::from(recall.warm(store, &request, budget)?);
    }
    if !light {
        let info = store.info()?;
        let most = room / 4 * 3;
        let all = info.bytes <= most;
        let wanted = if all { to_usize(info.entries) } else { ENTRIES };
        while !over() && held() < most && to_usize(warmed.entries) < wanted {
            let heads = store.list(&Filter::default(), to_usize(warmed.entries), AT_ONCE, budget)?;
            let rows: Vec<EntryRow> = heads.iter().map(|head| head.row).collect();
            if rows.is_empty() {
                break;
            }
            recall.warm_entries(store, &rows, budget)?;
            warmed.entries += to_u64(rows.len());
        }
        warmed.whole = warmed.entries >= info.entries;
    }
    for visit in visits.iter().filter(|visit| visit.open).take(FILES) {
        if over() {
            break;
        }
        warmed.files += u64::from(look_at(visit).is_some());
    }
    warmed.bytes = held();
    warmed.took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(warmed)
}

/// Reads the first block of a file and the one that was looked at last; what is no plain file is left alone.
fn look_at(visit: &Visit) -> Option<()> {
    let path = crate::base::name::path_of(&visit.path);
    let size = std::fs::metadata(&path).ok().filter(std::fs::Metadata::is_file)?.len();
    let file = std::fs::File::open(&path).ok()?;
    let mut block = vec![0; BLOCK];
    // Where a line is is not known before it is counted: lines of sources have 80 bytes, about.
    let near = visit.place.line.saturating_mul(80).min(size).saturating_sub(to_u64(BLOCK) / 2);
    for at in [0, near] {
        file.read_at(&mut block, at).ok()?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Cancel;
    use crate::base::env::SystemClock;
    use crate::base::meter::{NoMeter, no_meter};
    use crate::cache::{Level, Sizes};
    use crate::store::{NewEntry, OpenOptions, Searches as _, SqliteStore};
    use std::sync::Arc;

    #[test]
    fn what_was_searched_for_is_there_before_it_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&OpenOptions::new(folder.path().join("kb.db")), no_meter()).unwrap();
        let entry = |n: usize| NewEntry { title: format!("lock {n}"), ..NewEntry::default() };
        store.put(&(0..120).map(entry).collect::<Vec<_>>(), 1).unwrap();
        store.record_search("lock 7", 1, 1, 1).unwrap();
        let like = SearchRequest { limit: 50, typing: true, snippets: Some(24), ..SearchRequest::default() };
        let recall = || {
            let sizes = Sizes { memory: 16 << 20, disk: 0, ttl: Duration::from_secs(60) };
            Recall::new(Arc::new(Cache::new(sizes, Arc::new(SystemClock))))
        };
        let file = folder.path().join("P.cbl");
        std::fs::write(&file, "text").unwrap();
        let mut visits = [file.to_str().unwrap(), "/nowhere/at/all", "/dev/tty"].map(|path| Visit {
            path: path.into(),
            open: true,
            ..Visit::default()
        });
        visits[0].place.line = 1 << 60;
        let (free, whole, light) = (Budget::unlimited(), recall(), recall());
        let warmed = warm((&store, &whole), &like, (&visits, false), &free).unwrap();
        assert_eq!((warmed.searches, warmed.entries, warmed.whole, warmed.files), (1, 120, true, 1));
        assert!(warmed.bytes > 10_000, "{warmed:?}");
        let ask = SearchRequest { text: "lock 7".into(), ..like.clone() };
        assert_eq!(whole.search(&store, &ask, &free, &NoMeter).unwrap().level, Level::Memory);
        let again = warm((&store, &whole), &like, (&[], false), &free).unwrap();
        assert_eq!(again.searches, 0, "it is there");

        let warmed = warm((&store, &light), &like, (&[], true), &free).unwrap();
        assert_eq!((warmed.searches, warmed.entries), (1, 0));
        let cancel = Cancel::new();
        cancel.cancel();
        let none = recall();
        assert!(warm((&store, &none), &like, (&[], false), &Budget::with_cancel(cancel)).is_err());
        assert_eq!(none.cache().memory_size().0, 0);
    }
}
