use super::collect::{Collector, Listener};
use super::*;
use crate::base::trace::span;
use serde_json::Value;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A search with two layers in it, and an update with a frame in it.
pub(crate) fn measured() -> Profile {
    let node = |what: &str, parent, total: u64, own: u64| Node {
        what: what.into(),
        parent,
        count: 10,
        total_ns: total * 1_000_000,
        self_ns: own * 1_000_000,
        cpu_ns: total * 900_000,
        allocated: total << 16,
        allocations: total,
        peak: total << 10,
        longest_ns: total * 200_000,
    };
    let nodes = vec![
        node("the search", None, 600, 100),
        node("update", None, 400, 400),
        node("tag layer", Some(0), 100, 100),
        node("text layer", Some(0), 400, 150),
        node("store read", Some(3), 250, 250),
        Node { what: "never done".into(), ..Node::default() },
    ];
    Profile { on: true, measured_ms: 12_000, spans: 50, crowded: 0, nodes }
}

/// Runs `work` on this thread with a profiler of its own. One at a time: `tracing` asks the thread that rebuilds its cache whether
/// anybody listens, and so one that ends turns all others off.
fn listening(work: impl FnOnce(&Collector)) {
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let collector = Arc::new(Collector::default());
    let dispatch = Dispatch::new(Listener(Arc::clone(&collector)));
    tracing::dispatcher::with_default(&dispatch, || {
        collector.switch(true);
        tracing::callsite::rebuild_interest_cache();
        work(&collector);
        collector.switch(false);
    });
    tracing::callsite::rebuild_interest_cache();
}

fn busy(ms: u64) {
    let end = Instant::now() + Duration::from_millis(ms);
    while Instant::now() < end {
        std::hint::spin_loop();
    }
}

fn node<'p>(profile: &'p Profile, path: &[&str]) -> &'p Node {
    let found = (0..profile.nodes.len()).find(|at| {
        let names: Vec<&str> = profile.around(*at).map(|n| n.what.as_str()).collect();
        names.iter().rev().eq(path.iter())
    });
    &profile.nodes[found.unwrap_or_else(|| panic!("{path:?} in {profile:?}"))]
}

#[test]
fn what_is_done_inside_of_what_is_added_up() {
    listening(|collector| {
        greenbar_native::count::count(true);
        for _ in 0..3 {
            let _search = span("search");
            busy(2);
            {
                let _layer = span("layer");
                drop(std::hint::black_box(vec![1_u8; 1 << 20]));
                busy(4);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        greenbar_native::count::count(false);
        let profile = collector.profile();
        let (search, layer) = (node(&profile, &["search"]), node(&profile, &["search", "layer"]));
        assert_eq!((search.count, layer.count, profile.spans), (3, 3, 6));
        assert_eq!(search.self_ns + layer.total_ns, search.total_ns);
        assert!(layer.total_ns >= 12_000_000 && search.self_ns >= 15_000_000, "{profile:?}");
        assert!(search.longest_ns >= 9_000_000 && search.longest_ns <= search.total_ns);
        // Who sleeps takes no time of the processor.
        assert!(search.cpu_ns + 30_000_000 < search.total_ns, "{search:?}");
        assert!(layer.allocated >= 3 << 20 && layer.peak >= 1 << 20 && layer.peak < 2 << 20, "{layer:?}");
        assert!(search.peak >= layer.peak && search.allocated >= layer.allocated, "{profile:?}");
        assert_eq!(profile.inside(None).len(), 1);
        let sums = profile.by_operation();
        assert_eq!(sums.iter().map(|n| n.what.as_str()).collect::<Vec<_>>(), ["search", "layer"]);
        let line = collector.time_line();
        assert_eq!((line.spans.len(), line.threads.len(), line.older), (6, 1, 0));
    });
}

#[test]
fn off_it_hears_nothing_and_what_was_begun_before_a_clearing_is_not_added() {
    listening(|collector| {
        let outer = span("outer");
        collector.clear();
        drop(span("after"));
        drop(outer);
        let profile = collector.profile();
        assert_eq!((profile.spans, profile.nodes.len()), (1, 1), "{profile:?}");
        collector.switch(false);
        drop(span("off"));
        assert_eq!(collector.profile().spans, 1);
    });
}

#[test]
fn memory_is_bounded_whatever_is_done() {
    listening(|collector| {
        // More paths than places: chains of two names, in all orders, 12 deep.
        const NAMES: [&str; 2] = ["left", "right"];
        for path in 0..1_u32 << 12 {
            let open: Vec<_> = (0..12).map(|bit| span(NAMES[usize::from(path >> bit & 1 == 1)])).collect();
            // From the innermost outwards, as scopes end.
            open.into_iter().rev().for_each(drop);
        }
        // Deeper than is measured.
        let deep: Vec<_> = (0..200).map(|_| span("deep")).collect();
        deep.into_iter().rev().for_each(drop);
        let profile = collector.profile();
        assert!(profile.nodes.len() <= NODES && profile.crowded > 0, "{}", profile.nodes.len());
        let line = collector.time_line();
        assert_eq!(line.spans.len(), EVENTS);
        assert_eq!(to_u64(line.spans.len()) + line.older, profile.spans);
        assert!(profile.spans < 12 * 4_096 + 100);
    });
}

fn to_u64(n: usize) -> u64 {
    crate::base::num::to_u64(n)
}

#[test]
fn other_programs_can_read_it() {
    listening(|collector| {
        {
            let _a = span("search");
            let _b = span("store read");
            busy(2);
        }
        let trace: Value = serde_json::from_str(&chrome(&collector.time_line())).unwrap();
        let events = trace["traceEvents"].as_array().unwrap();
        let spans: Vec<&Value> = events.iter().filter(|e| e["ph"] == "X").collect();
        assert_eq!(spans.len(), 2);
        let (inner, outer) = (spans[0], spans[1]);
        assert_eq!((&inner["name"], &outer["name"]), (&"store read".into(), &"search".into()));
        let (start, took) = (|e: &Value| e["ts"].as_f64().unwrap(), |e: &Value| e["dur"].as_f64().unwrap());
        // One inside of the other, which is how viewers stack them.
        assert!(
            start(outer) <= start(inner) && start(inner) + took(inner) <= start(outer) + took(outer) + 0.001
        );
        assert!(inner["args"]["cpu_us"].as_f64().unwrap() > 0.0);
        assert!(events.iter().any(|e| e["ph"] == "M" && e["args"]["name"].is_string()));
        let folded = folded(&collector.profile());
        let line = folded.lines().find(|l| l.starts_with("search;store read ")).unwrap();
        assert!(line.rsplit(' ').next().unwrap().parse::<u64>().unwrap() >= 2_000, "{folded}");
    });
}

#[test]
fn a_tree_that_goes_round_ends() {
    let round = Node { what: "round".into(), parent: Some(0), count: 1, self_ns: 9_000, ..Node::default() };
    let profile = Profile { nodes: vec![round], ..Profile::default() };
    assert_eq!(profile.around(0).count(), NODES);
    assert!(!folded(&profile).is_empty() && profile.by_operation().len() == 1);
}
