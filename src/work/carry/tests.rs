use super::*;
use crate::base::{Clock, Paths, env::SystemClock};
use crate::store::OpenOptions;
use crate::work::Slot;
use std::time::Instant;

/// A clock whose wall time is set.
struct Wall(AtomicI64);

impl Clock for Wall {
    fn instant(&self) -> Instant {
        SystemClock.instant()
    }

    fn unix_ms(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

#[test]
fn figures_are_kept_once_a_minute_and_at_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let wall = Arc::new(Wall(AtomicI64::new(1_000_000)));
    let clock: Arc<dyn Clock> = Arc::clone(&wall) as Arc<dyn Clock>;
    let env = Env {
        clock: Arc::clone(&clock),
        vars: std::iter::empty().collect(),
        paths: Paths::under(dir.path()),
    };
    let inputs = LoadInputs::new(&env);
    let loaded = Config::load(&inputs);
    let registry = Arc::new(Registry::new(clock, &loaded.config.performance.monitoring));
    let database = env.paths.database();
    let desk = Desk::new(env, (inputs, loaded), registry, |_| {});
    let ticket = Ticket { slot: Slot::Figures, generation: crate::base::Gen(1), started: Instant::now() };
    let ask = |at: i64| {
        wall.0.store(at, Ordering::Relaxed);
        desk.carry_out(&ticket, Request::Figures, &Budget::unlimited()).unwrap();
    };
    ask(2_000_000);
    desk.carry_out(&ticket, Request::OpenStore, &Budget::unlimited()).unwrap();
    for at in [2_000_000, 2_001_000, 2_059_999, 2_060_000, 2_061_000] {
        ask(at);
    }
    wall.0.store(2_070_000, Ordering::Relaxed);
    drop(desk);
    let store = SqliteStore::open(&OpenOptions::new(database), crate::base::meter::no_meter()).unwrap();
    let kept = store.recent_metrics(9, &Budget::unlimited()).unwrap();
    assert_eq!(kept.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [2_070_000, 2_060_000, 2_000_000]);
    let newest: Snapshot = serde_json::from_str(&kept[0].1).unwrap();
    assert!(newest.storage.open && newest.taken_at == 2_070_000);
}
