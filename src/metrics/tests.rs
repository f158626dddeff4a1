//! Tests with a clock that stands until it is told to go on.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use super::alerts::{Alerts, Figures};
use super::*;
use crate::base::env::SystemClock;
use crate::base::meter::Asked;
use crate::base::{Clock, Meter, Op};
use crate::config::{AlertThresholds, Monitoring};
use crate::store::{Access, StoreInfo};

/// A clock that is moved by hand.
#[derive(Default)]
struct HandClock {
    base: OnceLock<Instant>,
    ms: AtomicU64,
}

impl HandClock {
    fn forward(&self, ms: u64) {
        self.ms.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn instant(&self) -> Instant {
        *self.base.get_or_init(Instant::now) + Duration::from_millis(self.ms.load(Ordering::SeqCst))
    }

    fn unix_ms(&self) -> i64 {
        1_000_000 + i64::try_from(self.ms.load(Ordering::SeqCst)).unwrap()
    }
}

/// A folder that looks like `/proc`.
fn fake_proc(dir: &Path, rss_kib: u64, read: u64) {
    fs::create_dir_all(dir.join("self/fd")).unwrap();
    fs::write(
        dir.join("self/status"),
        format!("Name:\tgreenbar\nVmHWM:\t  9000 kB\nVmRSS:\t  {rss_kib} kB\nThreads:\t7\n"),
    )
    .unwrap();
    let io = format!("rchar: {read}\nwchar: 50\nsyscr: 1\nread_bytes: 4096\nwrite_bytes: 8192\n");
    fs::write(dir.join("self/io"), io).unwrap();
    fs::write(dir.join("loadavg"), "0.50 1.25 2.00 1/234 5678\n").unwrap();
    fs::write(dir.join("meminfo"), "MemTotal:       2048 kB\nMemAvailable:   1024 kB\n").unwrap();
    for fd in 0..4 {
        fs::write(dir.join(format!("self/fd/{fd}")), "").unwrap();
    }
}

fn registry(dir: &Path) -> (Arc<HandClock>, Registry) {
    fake_proc(dir, 1000, 100);
    let clock = Arc::new(HandClock::default());
    let probe = Probe::with_root(dir, clock.instant());
    let registry = Registry::with_probe(clock.clone(), &Monitoring::default(), probe);
    (clock, registry)
}

fn near(got: f64, want: f64) {
    assert!((got - want).abs() <= want.abs() * 0.02 + 1e-9, "{got} is not near {want}");
}

#[test]
fn percentiles_counts_errors_and_bytes_are_those_of_what_was_recorded() {
    let dir = tempfile::tempdir().unwrap();
    let (clock, registry) = registry(dir.path());
    for ms in 1..=100_u64 {
        registry.record(Op::Search, ms * 1_000_000, 10, ms % 10 != 0);
    }
    registry.record(Op::SearchTag, 3_000_000, 0, true);
    clock.forward(4_000);
    let snapshot = registry.snapshot();
    let search = &snapshot.operations[Op::Search.index()];
    assert_eq!((search.count, search.errors, search.bytes, search.total.count), (100, 10, 1000, 100));
    near(search.total.p50_ms, 50.0);
    near(search.total.p95_ms, 95.0);
    near(search.total.p99_ms, 99.0);
    near(search.total.max_ms, 100.0);
    near(search.total.mean_ms, 50.5);
    near(search.seconds, 5.05);
    near(search.average, 25.0);
    near(search.error_rate, 0.1);
    near(snapshot.search.p95_ms, 95.0);
    assert_eq!(snapshot.search.recent, search.total);
    let layers: Vec<_> = snapshot.search.by_layer.iter().map(|l| (l.layer.as_str(), l.count)).collect();
    assert_eq!(layers, [("exact", 0), ("tag", 1), ("text", 0), ("semantic", 0)]);
    near(snapshot.search.by_layer[1].p50_ms, 3.0);
}

#[test]
fn durations_beyond_the_histogram_count_as_its_end() {
    let dir = tempfile::tempdir().unwrap();
    let (_, registry) = registry(dir.path());
    registry.record(Op::Parse, u64::MAX, u64::MAX, true);
    registry.record(Op::Parse, 0, 1, true);
    let parse = &registry.snapshot().operations[Op::Parse.index()];
    assert_eq!((parse.count, parse.bytes, parse.total.count), (2, u64::MAX, 2));
    near(parse.total.max_ms, 3_600_000.0);
}

#[test]
fn rates_follow_their_windows() {
    let dir = tempfile::tempdir().unwrap();
    let (clock, registry) = registry(dir.path());
    // 50 seconds of 2 a second, then 10 seconds of 20 a second, then a second of nothing.
    for second in 0..61_u64 {
        let n = [2, 20, 0][usize::from(second >= 50) + usize::from(second >= 60)];
        for _ in 0..n {
            registry.record(Op::Output, 1000, 100, true);
        }
        clock.forward(1000);
        registry.tick();
    }
    let output = registry.snapshot().operations[Op::Output.index()].clone();
    near(output.rate_1s, 0.0);
    near(output.rate_10s, 18.0);
    near(output.rate_1m, (49.0 * 2.0 + 200.0) / 60.0);
    near(output.average, 300.0 / 61.0);
    let terminal = registry.snapshot().terminal;
    assert_eq!((terminal.frames, terminal.bytes), (300, 30_000));
}

#[test]
fn what_is_a_minute_old_is_not_recent() {
    let dir = tempfile::tempdir().unwrap();
    let (clock, registry) = registry(dir.path());
    let recent = |ms: u64, record: Option<u64>| {
        clock.forward(ms);
        if let Some(ms) = record {
            registry.record(Op::Search, ms * 1_000_000, 0, true);
        }
        let search = registry.snapshot().search;
        // Two digits are exact: 500 is told from 5, not from 501.
        (search.recent.count, search.recent.max_ms > 400.0, search.count)
    };
    assert_eq!(recent(0, Some(500)), (1, true, 1));
    assert_eq!(recent(30_000, Some(5)), (2, true, 2));
    assert_eq!(recent(29_000, None), (2, true, 2));
    assert_eq!(recent(2_000, None), (1, false, 2));
    assert_eq!(recent(60_000, None), (0, false, 2));
}

#[test]
fn the_probe_reads_proc_and_says_what_it_cannot_have() {
    let dir = tempfile::tempdir().unwrap();
    fake_proc(dir.path(), 1000, 100);
    let start = Instant::now();
    let mut probe = Probe::with_root(dir.path(), start);
    fake_proc(dir.path(), 2000, 300);
    let sample = probe.sample(start + Duration::from_secs(2));
    let p = &sample.process;
    assert_eq!((p.rss_bytes, p.rss_peak_bytes, p.threads), (Some(2_048_000), Some(9_216_000), Some(7)));
    assert_eq!((p.open_files, p.read_bytes, p.written_bytes), (Some(3), Some(300), Some(50)));
    assert_eq!((p.disk_read_bytes, p.disk_written_bytes, p.io_rate), (Some(4096), Some(8192), Some(100.0)));
    assert_eq!((sample.load, sample.memory_available_bytes), (Some([0.5, 1.25, 2.0]), Some(1_048_576)));
    assert!(p.cpu_percent.is_some() && sample.note.is_empty());
    let machine = |ticks: &str, disk: &str| {
        fs::create_dir_all(dir.path().join("pressure")).unwrap();
        let pressure = "some avg10=12.50 avg60=1.00 avg300=0.10 total=1\nfull avg10=3.00 avg60=0.00 avg300=0.00 total=1\n";
        fs::write(dir.path().join("pressure/memory"), pressure).unwrap();
        fs::write(dir.path().join("stat"), format!("cpu  {ticks}\ncpu0 1 1 1 1 1 1 1 1 1 1\n")).unwrap();
        let device = rustix::fs::stat(dir.path()).unwrap().st_dev;
        let (major, minor) = (rustix::fs::major(device), rustix::fs::minor(device));
        fs::write(dir.path().join("diskstats"), format!("  {major}  {minor} sda {disk} 0 0 0\n")).unwrap();
    };
    machine("100 0 100 700 100 0 0 0 50 50", "10 0 80 100 10 0 80 300");
    probe.set_disk(dir.path());
    let first = probe.sample(start + Duration::from_millis(2500));
    assert_eq!((first.memory_pressure, first.disk_ms, first.io_wait_percent), (Some(12.5), None, None));
    machine("150 0 150 750 150 0 0 0 90 90", "15 0 90 150 15 0 90 400");
    let second = probe.sample(start + Duration::from_millis(2750));
    // 50 of 200 ticks; ten operations took 150 ms.
    assert_eq!((second.io_wait_percent, second.disk_ms), (Some(25.0), Some(15.0)));

    let none = Probe::with_root(&dir.path().join("none"), start).sample(start + Duration::from_secs(1));
    assert_eq!((none.process.rss_bytes, none.process.io_rate, none.load), (None, None, None));
    assert!(none.note.contains("not available"));
    fs::remove_file(dir.path().join("self/io")).unwrap();
    let no_io = probe.sample(start + Duration::from_secs(3));
    assert_eq!((no_io.process.read_bytes, no_io.process.io_rate), (None, None));
    assert!(no_io.note.starts_with("I/O is not available"));
    for garbage in
        ["", "VmRSS", "VmRSS: x kB", "VmRSS: 99999999999999999999 kB", "VmRSS: 18446744073709551615 kB"]
    {
        fs::write(dir.path().join("self/status"), garbage).unwrap();
        fs::write(dir.path().join("loadavg"), garbage).unwrap();
        let sample = probe.sample(start + Duration::from_secs(4));
        assert_eq!((sample.process.rss_bytes, sample.load), (None, None), "{garbage}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_probe_measures_this_process() {
    let start = Instant::now();
    let mut probe = Probe::new(start);
    let mut n = 0_u64;
    while start.elapsed() < Duration::from_millis(60) {
        n = std::hint::black_box(n.wrapping_mul(31).wrapping_add(1));
    }
    let sample = probe.sample(Instant::now());
    let p = &sample.process;
    assert!(p.cpu_percent.unwrap() > 5.0, "{p:?}");
    assert!(p.rss_bytes.unwrap() > 1_000_000 && p.rss_peak_bytes >= p.rss_bytes, "{p:?}");
    assert!(p.threads.unwrap() >= 1 && p.open_files.unwrap() >= 1, "{p:?}");
    let begin = Instant::now();
    probe.sample(begin);
    println!("a sample of process and machine takes {:?}", begin.elapsed());
}

#[test]
fn alerts_are_raised_after_two_ticks_and_cleared_after_three() {
    let thresholds = AlertThresholds { cpu_usage_percent: 80, ..AlertThresholds::default() };
    let mut alerts = Alerts::default();
    let mut now = 0;
    // Percent at each tick, and whether the alert is raised after it.
    for (cpu, raised) in [
        (Some(81.0), false),
        (Some(80.0), false),
        (Some(81.0), false),
        (Some(90.0), true),
        (Some(10.0), true),
        (None, true),
        (Some(99.0), true),
        (Some(1.0), true),
        (Some(80.0), true),
        (None, false),
        (Some(81.0), false),
        (Some(82.0), true),
    ] {
        now += 1000;
        alerts.tick(now, &thresholds, &Figures { cpu_percent: cpu, ..Figures::default() });
        let names: Vec<_> = alerts.raised().into_iter().map(|a| a.name).collect();
        assert_eq!(names == ["high_cpu_usage"], raised, "at {now}: {names:?}");
    }
    let alert = &alerts.raised()[0];
    assert_eq!(
        (alert.since, alert.message.as_str()),
        (12_000, "the process uses much CPU time 82 %, threshold 80 %")
    );
    assert!(!alert.advice.is_empty());
}

#[test]
fn the_registry_raises_each_alert_from_its_own_figure() {
    let dir = tempfile::tempdir().unwrap();
    let (clock, registry) = registry(dir.path());
    let names =
        |registry: &Registry| registry.snapshot().alerts.into_iter().map(|a| a.name).collect::<Vec<_>>();
    let tick = |n: usize| {
        for _ in 0..5 * n {
            clock.forward(1000);
            registry.tick();
        }
    };
    // Four failures are too few to speak of a share.
    for _ in 0..4 {
        registry.record(Op::StoreRead, 1000, 0, false);
    }
    tick(3);
    assert_eq!(names(&registry), Vec::<String>::new());
    registry.record(Op::StoreWrite, 1000, 0, true);
    registry.record(Op::Search, 3_000_000_000, 0, true);
    fake_proc(dir.path(), 600 * 1024, 100);
    tick(1);
    assert_eq!(names(&registry), Vec::<String>::new());
    tick(1);
    assert_eq!(names(&registry), ["high_response_time", "high_error_rate", "high_memory_usage"]);
    let mut settings = Monitoring::default();
    settings.alert_thresholds.memory_usage_mb = 1000;
    registry.configure(&settings);
    tick(3);
    assert_eq!(names(&registry), ["high_response_time", "high_error_rate"]);
    // A minute later nothing of it is recent.
    tick(16);
    assert_eq!(names(&registry), Vec::<String>::new());
}

#[test]
fn caches_are_judged_once_they_are_warm() {
    let dir = tempfile::tempdir().unwrap();
    let (clock, registry) = registry(dir.path());
    let names = |seconds: usize| {
        for _ in 0..seconds {
            clock.forward(1000);
            registry.tick();
        }
        registry.snapshot().alerts.into_iter().map(|a| a.name).collect::<Vec<_>>()
    };
    let traffic = |lookups: u32| {
        for n in 0..lookups {
            registry.lookup("results", n % 2 == 0, 0, 0);
            registry.lookup(super::FILE_BLOCKS, false, 0, 0);
        }
    };
    // What fills the caches after the start finds nothing there, and that is no news.
    traffic(500);
    assert_eq!(names(70), Vec::<String>::new());
    // Too few to speak of a share.
    traffic(90);
    assert_eq!(names(10), Vec::<String>::new());
    traffic(90);
    assert_eq!(names(10), ["low_cache_hit_rate"]);
    // A minute later nothing of it is recent, and three looks later nobody speaks of it.
    assert_eq!(names(75), Vec::<String>::new());
}

#[test]
fn rules_of_the_user_raise_alerts_that_are_remembered() {
    let dir = tempfile::tempdir().unwrap();
    let (clock, registry) = registry(dir.path());
    let alert_rules = "memory > 1000; search_rate < -1; nonsense > 5".to_owned();
    registry.configure(&Monitoring { alert_rules, ..Monitoring::default() });
    let tick = |n: usize| {
        for _ in 0..n {
            clock.forward(1000);
            registry.tick();
        }
    };
    let names = || registry.snapshot().alerts.into_iter().map(|a| a.name).collect::<Vec<_>>();
    tick(9);
    assert_eq!(names(), ["alert_rule"], "one look is not enough");
    tick(1);
    assert_eq!(names(), ["memory > 1000", "alert_rule"]);
    fake_proc(dir.path(), 0, 100);
    tick(15);
    assert_eq!(names(), ["alert_rule"]);
    let events: Vec<(bool, String)> =
        registry.take_alert_events().into_iter().map(|e| (e.raised, e.name)).collect();
    assert_eq!(events, [(true, "memory > 1000".to_owned()), (false, "memory > 1000".to_owned())]);
    assert!(registry.take_alert_events().is_empty());
}

#[test]
fn layers_and_strategies_say_how_often_they_had_something() {
    let dir = tempfile::tempdir().unwrap();
    let (_clock, registry) = registry(dir.path());
    registry.record(Op::SearchTag, 1_000, 0, true);
    for (group, name, hit) in [
        (Asked::Layer, "tag", true),
        (Asked::Layer, "tag", false),
        (Asked::Strategy, "code", true),
        (Asked::Remembered, "code", true),
        (Asked::Strategy, "phrase", true),
        (Asked::Strategy, "phrase", false),
        (Asked::Remembered, "phrase", false),
    ] {
        registry.asked(group, name, hit);
    }
    let search = registry.snapshot().search;
    let tag = search.by_layer.iter().find(|layer| layer.layer == "tag").unwrap();
    assert_eq!((tag.count, tag.found), (1, 1));
    let ways: Vec<_> =
        search.by_strategy.iter().map(|s| (s.strategy.as_str(), s.count, s.found, s.remembered)).collect();
    assert_eq!(ways, [("phrase", 2, 1, 0), ("code", 1, 1, 1)]);
    let text = prometheus(&registry.snapshot());
    assert!(text.contains("greenbar_search_strategy_found_total{strategy=\"phrase\"} 1\n"), "{text}");
    assert!(text.contains("greenbar_search_layer_found_total{layer=\"tag\"} 1\n"), "{text}");
}

#[test]
fn nothing_is_recorded_while_metrics_are_off() {
    let dir = tempfile::tempdir().unwrap();
    let (_, registry) = registry(dir.path());
    registry.configure(&Monitoring { metrics_enabled: false, ..Monitoring::default() });
    registry.record(Op::Search, 1, 1, true);
    registry.configure(&Monitoring::default());
    registry.record(Op::Search, 1, 1, true);
    assert_eq!(registry.snapshot().search.count, 1);
}

#[test]
fn many_threads_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (_, registry) = registry(dir.path());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for n in 0..2_000 {
                    registry.record(Op::FileRead, n, 1, n % 4 != 0);
                }
            });
        }
        scope.spawn(|| {
            for _ in 0..20 {
                registry.snapshot();
                registry.tick();
            }
        });
    });
    let read = &registry.snapshot().operations[Op::FileRead.index()];
    assert_eq!((read.count, read.errors, read.bytes, read.total.count), (16_000, 4_000, 16_000, 16_000));
}

#[test]
fn a_record_costs_well_under_a_microsecond() {
    let registry = Registry::new(Arc::new(SystemClock), &Monitoring::default());
    let rounds = 50_000_u32;
    let best = (0..5)
        .map(|_| {
            let start = Instant::now();
            for n in 0..u64::from(rounds) {
                registry.record(Op::StoreRead, 1000 + n * 37, 0, true);
            }
            start.elapsed() / rounds
        })
        .min()
        .unwrap();
    let start = Instant::now();
    registry.tick();
    println!("a record takes {best:?}, a tick {:?}", start.elapsed());
    assert!(best < Duration::from_micros(5), "{best:?} for one record");
}

fn store_info() -> StoreInfo {
    StoreInfo {
        kind: "sqlite".into(),
        location: "/data/greenbar.db".into(),
        access: Access::ReadWrite,
        schema: 3,
        engine: "3.51".into(),
        journal: "wal".into(),
        entries: 8412,
        bytes: 1 << 20,
        wal_bytes: 4096,
        readers: (4, 1),
        commits: 17,
        pool: crate::store::PoolFigures::default(),
    }
}

#[test]
fn the_json_form_holds_the_parts_that_are_promised() {
    let dir = tempfile::tempdir().unwrap();
    let (clock, registry) = registry(dir.path());
    registry.record(Op::Search, 1_000_000, 0, true);
    let l1 = registry.cache_level("l1");
    registry.cache_level("l1").hit();
    l1.hit();
    l1.hit();
    l1.miss();
    l1.set_size(100, 200);
    registry.cache_level("l2");
    registry.set_store(&store_info());
    registry.frame_dropped();
    clock.forward(1000);
    registry.tick();
    let snapshot = registry.snapshot();
    let json = serde_json::to_value(&snapshot).unwrap();
    for part in ["search", "operations", "storage", "cache", "system", "terminal", "plugins", "alerts"] {
        assert!(json.get(part).is_some(), "{part}");
    }
    for figure in ["rate", "average", "p50_ms", "p95_ms", "p99_ms", "error_rate", "by_layer"] {
        assert!(json["search"].get(figure).is_some(), "{figure}");
    }
    assert_eq!(json["plugins"], serde_json::json!([]));
    assert_eq!((&json["storage"]["entries"], &json["storage"]["open"]), (&8412.into(), &true.into()));
    assert_eq!(json["operations"][0]["op"], "search");
    let levels = &json["cache"]["levels"];
    assert_eq!(
        (&levels[0]["level"], &levels[0]["hits"], &levels[0]["hit_rate"]),
        (&"l1".into(), &3.into(), &0.75.into())
    );
    assert_eq!((&levels[1]["level"], &levels[1]["hit_rate"]), (&"l2".into(), &serde_json::Value::Null));
    assert_eq!(json["terminal"]["dropped_frames"], 1);
    assert_eq!(json["system"]["process"]["rss_bytes"], 1_024_000);
    assert_eq!(serde_json::from_value::<Snapshot>(json).unwrap(), snapshot);
}

/// A sample: name, labels, value.
type Sample = (String, BTreeMap<String, String>, f64);

/// A small reader of the text format 0.0.4, stricter than the format: every family has HELP and TYPE before its
/// samples.
fn read_prometheus(text: &str) -> Vec<Sample> {
    let name_ok = |n: &str| {
        n.starts_with("greenbar_")
            && n.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    let (mut samples, mut seen) = (Vec::new(), BTreeSet::new());
    let mut family = (String::new(), String::new());
    let mut help = String::new();
    assert!(text.ends_with('\n'));
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            help = rest.split_once(' ').unwrap().0.to_owned();
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert!(
                name_ok(name) && name == help && ["counter", "gauge", "summary"].contains(&kind),
                "{line}"
            );
            assert!(seen.insert(name.to_owned()), "{name} twice");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{name}");
            family = (name.to_owned(), kind.to_owned());
        } else {
            let (head, value) = line.rsplit_once(' ').unwrap();
            let (name, labels) = head.split_once('{').unwrap_or((head, "}"));
            let of_family = name == family.0
                || (family.1 == "summary"
                    && [format!("{}_sum", family.0), format!("{}_count", family.0)]
                        .contains(&name.to_owned()));
            assert!(name_ok(name) && of_family, "{line}");
            samples.push((name.to_owned(), read_labels(labels), value.parse().unwrap()));
        }
    }
    samples
}

fn read_labels(text: &str) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    let mut chars = text.chars().peekable();
    loop {
        match chars.next().unwrap() {
            '}' => break,
            ',' => {}
            first => {
                let mut name = String::from(first);
                name.extend(std::iter::from_fn(|| chars.next_if(|c| *c != '=')));
                assert_eq!((chars.next(), chars.next()), (Some('='), Some('"')), "{text}");
                let mut value = String::new();
                loop {
                    match chars.next().unwrap() {
                        '"' => break,
                        '\\' => value.push(match chars.next().unwrap() {
                            'n' => '\n',
                            c @ ('\\' | '"') => c,
                            c => panic!("\\{c} in {text}"),
                        }),
                        c => value.push(c),
                    }
                }
                assert!(labels.insert(name, value).is_none(), "{text}");
            }
        }
    }
    assert_eq!(chars.next(), None, "{text}");
    labels
}

#[test]
fn the_prometheus_form_can_be_read_and_says_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let (clock, registry) = registry(dir.path());
    for ms in 1..=10_u64 {
        registry.record(Op::Search, ms * 100_000_000, 3, ms > 4);
    }
    let odd = "a\\b \"c\"\nd {e=\"f\"}";
    registry.cache_level(odd).hit();
    clock.forward(1000);
    registry.tick();
    let before = read_prometheus(&prometheus(&registry.snapshot()));
    assert!(!before.iter().any(|(name, ..)| name.starts_with("greenbar_store_")), "no store is open");
    registry.set_store(&store_info());
    // Two looks at the thresholds, five ticks apart, raise an alert.
    for _ in 0..10 {
        registry.tick();
    }
    let samples = read_prometheus(&prometheus(&registry.snapshot()));
    let get = |name: &str, label: &str, value: &str| {
        let found = samples.iter().find(|(n, labels, _)| {
            n == &format!("greenbar_{name}")
                && (label.is_empty() || labels.get(label).is_some_and(|v| v == value))
        });
        found.unwrap_or_else(|| panic!("no {name} {label}={value}")).2
    };
    near(get("operations_total", "op", "search"), 10.0);
    near(get("operation_errors_total", "op", "search"), 4.0);
    near(get("operation_bytes_total", "op", "search"), 30.0);
    near(get("operation_duration_seconds_sum", "op", "search"), 5.5);
    near(get("operation_duration_seconds_count", "op", "search"), 10.0);
    near(get("operation_duration_seconds", "quantile", "0.95"), 1.0);
    assert!(get("operation_duration_seconds", "op", "parse").is_nan());
    near(get("cache_hits_total", "level", odd), 1.0);
    near(get("store_entries", "", ""), 8412.0);
    near(get("process_resident_memory_bytes", "", ""), 1_024_000.0);
    near(get("system_load1", "", ""), 0.5);
    near(get("alert_active", "alert", "high_error_rate"), 1.0);
    near(get("alert_active", "alert", "high_memory_usage"), 0.0);
    let version = samples.iter().find(|(n, ..)| n == "greenbar_build_info").unwrap();
    assert_eq!(version.1["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn what_grows_between_moments_of_rest_is_an_alert_until_it_does_no_more() {
    let dir = tempfile::tempdir().unwrap();
    let (clock, registry) = registry(dir.path());
    let seconds = |n: usize| {
        for _ in 0..n {
            clock.forward(1000);
            registry.tick();
        }
    };
    let round = |files: usize, busy: usize| {
        registry.set_objects(
            "test",
            vec![Objects::new("open files", files, 0), Objects::new("lines", files, 90)],
        );
        for _ in 0..busy {
            registry.record(Op::Search, 1000, 0, true);
            seconds(1);
        }
        seconds(60);
    };
    for files in [1, 3, 5, 8, 13] {
        round(files, 3);
    }
    assert_eq!(registry.snapshot().leaks, [], "too few moments");
    // Nothing was done since: there is nothing to compare, however long it lasts.
    round(99, 0);
    assert_eq!(registry.snapshot().leaks, []);
    round(20, 3);
    let snapshot = registry.snapshot();
    let names: Vec<_> = snapshot.leaks.iter().map(|l| l.objects.name.as_str()).collect();
    assert_eq!(names, ["open files"]);
    assert_eq!((snapshot.alerts[0].name.as_str(), snapshot.alerts.len()), ("steady_growth", 1));
    assert!(snapshot.alerts[0].message.contains("from 1 to 20"), "{:?}", snapshot.alerts);
    assert!(prometheus(&snapshot).contains("objects{kind=\"open files\"} 20"), "{}", prometheus(&snapshot));
    let since = snapshot.alerts[0].since;
    round(40, 3);
    assert_eq!(registry.snapshot().alerts[0].since, since);
    round(2, 3);
    assert_eq!(registry.snapshot().alerts, []);
    let events: Vec<_> = registry.take_alert_events().into_iter().map(|e| (e.name, e.raised)).collect();
    assert_eq!(events, [("steady_growth".to_owned(), true), ("steady_growth".to_owned(), false)]);
}

#[test]
fn a_full_pool_a_held_connection_and_waits_raise_alerts() {
    use crate::store::{HeldConnection, PoolFigures, Waits};
    let clock = Arc::new(HandClock::default());
    let registry = Registry::new(Arc::clone(&clock) as Arc<dyn Clock>, &Monitoring::default());
    let held = HeldConnection { operation: "import".into(), held_ms: 20_000, ..HeldConnection::default() };
    let waits = Waits { count: 2, total_us: 3_000_000, worst_us: 2_500_000 };
    let pool = PoolFigures { max: 10, lock_waits: waits, held: vec![held], ..PoolFigures::default() };
    let look = |info: &StoreInfo| {
        registry.set_store(info);
        for _ in 0..16 {
            clock.forward(1_000);
            registry.tick();
        }
        let raised = registry.snapshot().alerts.into_iter().map(|alert| alert.name);
        let ours = ["pool_nearly_full", "connection_held", "lock_waits"];
        raised.filter(|name| ours.contains(&name.as_str())).collect::<Vec<_>>()
    };
    assert_eq!(
        look(&StoreInfo { readers: (10, 10), pool, ..store_info() }),
        ["pool_nearly_full", "connection_held", "lock_waits"]
    );
    let text = prometheus(&registry.snapshot());
    for line in [
        "greenbar_store_waits_total{for=\"lock\"} 2",
        "greenbar_store_wait_seconds_total{for=\"lock\"} 3",
        "greenbar_store_readers_max 10",
        "greenbar_store_connection_held_seconds 20",
        "greenbar_alert_active{alert=\"lock_waits\"} 1",
    ] {
        assert!(text.lines().any(|l| l == line), "{line}\n{text}");
    }
    let calm = StoreInfo {
        readers: (10, 9),
        pool: PoolFigures { max: 10, ..PoolFigures::default() },
        ..store_info()
    };
    assert_eq!(look(&calm), [""; 0]);
}
