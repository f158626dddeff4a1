//! Scenes of figures and messages.

use super::files::source_text;
use super::knowledge::info;
use super::*;
use crate::metrics::profile::tests::measured;
use crate::work::Past;

pub fn snapshot() -> Snapshot {
    let latency = Latency { count: 9, mean_ms: 1.5, p50_ms: 1.2, p95_ms: 3.4, p99_ms: 12.5, max_ms: 40.0 };
    let ops = Op::ALL.iter().enumerate().map(|(n, op)| OpStats {
        op: *op,
        count: if n % 5 == 4 { 0 } else { 10u64.pow(u32::try_from(n % 7).unwrap()) },
        errors: 0,
        error_rate: if n == 3 { 0.125 } else { 0.0 },
        bytes: 0,
        seconds: 1.0,
        rate_1s: 1.0,
        rate_10s: 2.5,
        rate_1m: 1.0,
        average: 0.5,
        bytes_rate: 0.0,
        total: latency,
        recent: latency,
    });
    let mut snapshot =
        Snapshot { operations: ops.collect(), storage: (&info()).into(), ..Snapshot::default() };
    snapshot.search.count = 1234;
    snapshot.cache.levels.push(CacheLevelStats {
        level: "blocks".into(),
        hits: 90,
        misses: 10,
        hit_rate: Some(0.9),
        bytes: 1 << 20,
        capacity: 8 << 20,
    });
    snapshot.system.process.cpu_percent = Some(3.0);
    snapshot.system.process.rss_bytes = Some(24 << 20);
    snapshot.system.process.rss_peak_bytes = Some(25 << 20);
    snapshot.system.load = Some([0.5, 0.25, 0.1]);
    snapshot.objects = vec![Objects::new("open files", 3, 0), Objects::new("log lines", 17, 2_000)];
    snapshot.terminal.bytes = 123_456;
    snapshot.terminal.frames = 321;
    snapshot
}

pub fn figures(state: &mut State, snapshot: &Snapshot) {
    update::update(state, Msg::Tick);
    reply(state, Slot::Figures, Ok(Reply::Figures(Box::new(snapshot.clone()))));
}

pub fn metrics_waiting(size: (u16, u16)) -> State {
    let mut state = desk(size, &[]);
    press(&mut state, "esc");
    press(&mut state, "4");
    state
}

pub fn metrics_full(size: (u16, u16)) -> State {
    let mut state = metrics_waiting(size);
    for n in 0..90_u32 {
        let mut snapshot = snapshot();
        snapshot.search.rate = f64::from(n % 10);
        snapshot.search.recent.count = 5;
        snapshot.search.recent.p95_ms = f64::from(n % 17);
        figures(&mut state, &snapshot);
    }
    press(&mut state, "j");
    press(&mut state, "k");
    state
}

pub fn metrics_compared(size: (u16, u16)) -> State {
    let mut state = metrics_full(size);
    // The one with the longest name.
    for key in ["n", "n", "n", "c"] {
        press(&mut state, key);
    }
    let name = state.metrics.chart.0.get().unwrap().name.to_owned();
    let values = |seed: u32| (0..120_u32).map(|n| Some(f64::from(n * seed % 97) / 7.0)).collect();
    let past = Past { name, from: 0, to: 3_600_000, values: values(31), before: values(17) };
    reply(&mut state, Slot::Past, Ok(Reply::Past(Box::new(past))));
    state
}

pub fn metrics_explained(size: (u16, u16)) -> State {
    let mut state = metrics_full(size);
    press(&mut state, "enter");
    state
}

pub fn metrics_profile(size: (u16, u16)) -> State {
    let mut state = metrics_full(size);
    press(&mut state, "p");
    reply(&mut state, Slot::Profile, Ok(Reply::Profile(Box::new(measured()))));
    press(&mut state, "down");
    state
}

pub fn metrics_alert(size: (u16, u16)) -> State {
    let mut state = metrics_full(size);
    let mut snapshot = snapshot();
    snapshot.alerts.push(Alert {
        name: "high_response_time".into(),
        message: "searches take 2,345 ms (p95 of the last minute), over 2,000 ms".into(),
        value: 2345.0,
        threshold: 2000.0,
        unit: "ms".into(),
        since: 0,
        advice: "fewer or rarer words; e in the Search pane says which layer is slow".into(),
    });
    figures(&mut state, &snapshot);
    press(&mut state, "g g");
    state
}

pub fn metrics_pool(size: (u16, u16)) -> State {
    use crate::store::{Blocked, HeldConnection, Waits};
    let mut state = metrics_full(size);
    let mut snapshot = snapshot();
    let storage = &mut snapshot.storage;
    (storage.readers, storage.readers_in_use, storage.pool.max) = (50, 49, 50);
    storage.pool.lock_waits = Waits { count: 3, total_us: 2_400_000, worst_us: 1_900_000 };
    storage.pool.held.push(HeldConnection {
        operation: "import entries".into(),
        statement: "INSERT INTO kb_entries (id, title) VALUES (?1, ?2)".into(),
        held_ms: 12_400,
        writes: true,
    });
    storage.pool.blocked.push(Blocked {
        at: 0,
        operation: "count a use".into(),
        blocker: "process 4711 (greenbar)".into(),
        statement: String::new(),
        waited_ms: 1_900,
    });
    figures(&mut state, &snapshot);
    press(&mut state, "G");
    for _ in 0..7 {
        press(&mut state, "k");
    }
    state
}

fn inside(state: &mut State, answer: crate::work::InsideAnswer) {
    reply(state, Slot::Inside, Ok(Reply::Inside(answer)));
}

fn slow(kind: crate::store::SlowKind, shape: &str, count: u64, took_us: u64) -> crate::store::SlowShape {
    let last = crate::store::SlowQuery {
        at: 1_790_000_000_000,
        kind,
        shape: shape.to_owned(),
        took_us,
        ..crate::store::SlowQuery::default()
    };
    crate::store::SlowShape { count, total_us: count * took_us, max_us: took_us, first_at: 0, last }
}

pub fn metrics_slow(size: (u16, u16)) -> State {
    use crate::store::SlowKind::{Read, Search, Write};
    let mut state = metrics_full(size);
    press(&mut state, "w");
    let mut search = slow(Search, "2 words, category:", 12, 840_000);
    search.last.strategy = "hybrid".to_owned();
    search.last.level = "made".to_owned();
    search.last.found = 41_211;
    search.last.parts = [("exact", 900), ("tag", 2_000), ("text", 790_000), ("rank", 40_000)]
        .map(|(name, us)| (name.to_owned(), us))
        .to_vec();
    search.last.plan =
        ["text: looks kb_word_index up by its key (segment=? AND first<?)".to_owned()].to_vec();
    let mut scan = slow(Read, "search", 3, 1_200_000);
    (scan.last.scanned, scan.last.cpu_us) = (40_000, Some(1_150_000));
    scan.last.statement =
        "SELECT entry FROM kb_aliases WHERE alias = ?1 ORDER BY entry DESC LIMIT ?2;".to_owned();
    scan.last.plan = vec!["reads all of kb_aliases".to_owned()];
    let mut locked = slow(Write, "count a use", 1, 1_900_000);
    locked.last.locked_us = 1_890_000;
    inside(&mut state, crate::work::InsideAnswer::Slow(vec![search, scan, locked]));
    press(&mut state, "j");
    state
}

pub fn metrics_slow_none(size: (u16, u16)) -> State {
    let mut state = metrics_full(size);
    press(&mut state, "w");
    inside(&mut state, crate::work::InsideAnswer::Slow(Vec::new()));
    state
}

pub fn metrics_advice(size: (u16, u16)) -> State {
    use crate::kb::advisor::{Advice, Advised, Kind};
    use crate::store::{Gain, IndexChange};
    let mut state = metrics_full(size);
    press(&mut state, "i");
    let advice = |kind, index: &str, table: &str, why: &str, gain| Advice {
        kind,
        why: why.to_owned(),
        estimate: "a look-up reads 40,000 rows without it, about 16 steps with it".to_owned(),
        gain,
        change: IndexChange {
            index: index.to_owned(),
            table: table.to_owned(),
            change: format!("CREATE INDEX {index} ON {table} (alias, entry)"),
            undo: format!("DROP INDEX \"{index}\""),
            example: Some("SELECT entry FROM kb_aliases WHERE alias = 'S0C7'".to_owned()),
            ..IndexChange::default()
        },
    };
    let gone =
        "the schema has it, and it is gone; a statement that needs it reads all of kb_aliases (87 runs)";
    let gain = Some(Gain { before_ns: 1_900_000, after_ns: 2_300, used: true });
    let begins = "incidents_by_component begins with the same columns (component, at, severity)";
    let all = vec![
        advice(Kind::Restore, "kb_aliases_by_alias", "kb_aliases", gone, gain),
        advice(Kind::Duplicate, "own", "incidents", begins, None),
    ];
    let advised = Advised { advice: all, days: 12, indexes: 26, statements: 89, idle: Vec::new() };
    inside(&mut state, crate::work::InsideAnswer::Advice(Box::new(advised)));
    press(&mut state, "enter");
    state
}

pub fn log_empty(size: (u16, u16)) -> State {
    let mut state = desk(size, &[]);
    press(&mut state, "esc");
    press(&mut state, "5");
    state
}

pub fn log_full(size: (u16, u16)) -> State {
    let mut state = log_empty(size);
    for n in 0..60 {
        update::update(&mut state, Msg::Tick);
        let said = match n % 4 {
            0 => Wish::Say(Tone::Done, format!("N-{n:06} saved")),
            1 => Wish::Say(Tone::Warning, "PAYR010.cbl has changed under us: read again".into()),
            2 => Wish::Say(Tone::Info, "Bottom of data reached".into()),
            _ => Wish::Fail(
                UserError::new("cannot keep the draft in /home/ops/.local/state/greenbar/draft.md")
                    .cause("No space left on device (os error 28)")
                    .hint("save the entry soon"),
            ),
        };
        update::update(&mut state, Msg::Wish(said));
    }
    state.toast = None;
    state
}

pub fn over_help(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    press(&mut state, "?");
    state
}

pub fn over_palette(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    press(&mut state, "f4");
    type_text(&mut state, "fi");
    press(&mut state, "down");
    state
}

pub fn over_which_key(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    press(&mut state, "space");
    state
}

pub fn over_command(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    press(&mut state, ":");
    type_text(&mut state, "find 'ws-net' last");
    state
}

pub fn over_toast(size: (u16, u16)) -> State {
    let mut state = source_text(size);
    let error = UserError::new("cannot link S0C7 to /u/pay/PAYR010.cbl line 204")
        .cause("the store is read-only: another program holds its lock and does not let go of it")
        .hint("see who has it open with fuser, or start greenbar again later");
    update::update(&mut state, Msg::Note(error));
    state
}
