//! A profile in the forms that other programs open: the trace events of Chrome (Perfetto, speedscope), and folded stacks (inferno,
//! speedscope, `flamegraph.pl`).

use super::{Profile, Span, TimeLine};
use crate::base::num::to_f64;
use serde::Serialize;

/// An event as the "Trace Event Format" has it: complete ones (`X`), and names of threads (`M`). Times in microseconds.
#[derive(Serialize)]
struct Event<'a, A> {
    name: &'a str,
    cat: &'static str,
    ph: &'static str,
    ts: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    dur: Option<f64>,
    pid: u32,
    tid: usize,
    args: A,
}

/// What is told of a span beside its times.
#[derive(Serialize)]
struct Told {
    cpu_us: f64,
    allocated_bytes: u64,
    peak_bytes: u64,
}

#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Any<'a> {
    Span(Event<'a, Told>),
    Thread(Event<'a, Named<'a>>),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Trace<'a> {
    #[serde(rename = "traceEvents")]
    events: Vec<Any<'a>>,
    display_time_unit: &'static str,
    /// Spans before the first one, which were not kept.
    older_spans: u64,
}

/// The time line as JSON.
pub fn chrome(line: &TimeLine) -> String {
    let threads = line.threads.iter().enumerate().map(|(tid, name)| {
        let args = Named { name };
        Any::Thread(Event { name: "thread_name", cat: "", ph: "M", ts: 0.0, dur: None, pid: 1, tid, args })
    });
    let us = |ns: u64| to_f64(ns) / 1e3;
    let span = |span: &Span| Told {
        cpu_us: us(span.cpu_ns),
        allocated_bytes: span.allocated,
        peak_bytes: span.peak,
    };
    let spans = line.spans.iter().map(|s| {
        Any::Span(Event {
            name: &s.what,
            cat: "greenbar",
            ph: "X",
            ts: us(s.start_ns),
            dur: Some(us(s.took_ns)),
            pid: 1,
            tid: s.thread,
            args: span(s),
        })
    });
    let trace =
        Trace { events: threads.chain(spans).collect(), display_time_unit: "ms", older_spans: line.older };
    serde_json::to_string(&trace).unwrap_or_default()
}

/// The tree as a line for each place: what is inside of what, with semicolons between, and its own microseconds.
pub fn folded(profile: &Profile) -> String {
    let mut lines = String::new();
    for (at, node) in profile.nodes.iter().enumerate() {
        let own = node.self_ns / 1_000;
        if own == 0 {
            continue;
        }
        let mut path: Vec<&str> = profile.around(at).map(|node| node.what.as_str()).collect();
        path.reverse();
        lines.push_str(&format!("{} {own}\n", path.join(";")));
    }
    lines
}
