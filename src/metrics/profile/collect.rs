//! What listens to spans: a stack for each thread, one tree and one ring for all.

use super::{EVENTS, NODES, Node, Profile, Span, THREADS, TimeLine, lock};
use crate::base::num::{nanos, to_u64, unsigned};
use crate::base::trace::{TARGET, WHAT};
use greenbar_native::count::{allocated, set_peak};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};

/// Names of operations at most; all after them are one.
const NAMES: usize = 256;
/// Spans inside of each other at most: deeper ones are not measured.
const DEEP: usize = 64;

/// What a thread is doing.
struct Frame {
    collector: usize,
    /// Which measuring it belongs to: what was begun before [`Collector::clear`] is not added to what came after it.
    edition: u64,
    node: Option<usize>,
    name: usize,
    began: Instant,
    cpu: u64,
    bytes: u64,
    calls: u64,
    held: i64,
    /// The peak of what this is inside of, so far.
    outer_peak: i64,
    inside_ns: u64,
}

thread_local! {
    static STACK: RefCell<Vec<Frame>> = const { RefCell::new(Vec::new()) };
    static NUMBER: u64 = {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        NEXT.fetch_add(1, Ordering::Relaxed)
    };
}

/// A span of the ring.
struct Kept {
    name: usize,
    thread: usize,
    start_ns: u64,
    took_ns: u64,
    cpu_ns: u64,
    allocated: u64,
    peak: u64,
}

/// A place in the tree.
struct Place {
    name: usize,
    inside: Vec<usize>,
    sum: Node,
}

#[derive(Default)]
struct Taken {
    names: Vec<String>,
    places: Vec<Place>,
    top: Vec<usize>,
    ring: VecDeque<Kept>,
    older: u64,
    /// Threads, by the numbers that they give themselves.
    threads: Vec<(u64, String)>,
    spans: u64,
    crowded: u64,
    first: Option<Instant>,
    /// Since when it is on.
    since: Option<Instant>,
    measured_ns: u64,
}

/// Everything that was heard.
#[derive(Default)]
pub(super) struct Collector {
    on: AtomicBool,
    edition: AtomicU64,
    taken: Mutex<Taken>,
}

impl Collector {
    pub fn switch(&self, on: bool) {
        let mut taken = lock(&self.taken);
        let now = Instant::now();
        let was = self.on.swap(on, Ordering::Relaxed);
        if on && !was {
            taken.first.get_or_insert(now);
            taken.since = Some(now);
        } else if let (false, Some(since)) = (on, taken.since.take()) {
            taken.measured_ns = taken.measured_ns.saturating_add(nanos(now.saturating_duration_since(since)));
        }
    }

    pub fn clear(&self) {
        self.edition.fetch_add(1, Ordering::Relaxed);
        let mut taken = lock(&self.taken);
        let since = taken.since.map(|_| Instant::now());
        *taken = Taken { names: std::mem::take(&mut taken.names), first: since, since, ..Taken::default() };
    }

    pub fn profile(&self) -> Profile {
        let taken = lock(&self.taken);
        let running = taken.since.map_or(0, |since| nanos(since.elapsed()));
        Profile {
            on: self.on.load(Ordering::Relaxed),
            measured_ms: taken.measured_ns.saturating_add(running) / 1_000_000,
            spans: taken.spans,
            crowded: taken.crowded,
            nodes: taken.places.iter().map(|p| Node { what: taken.name(p.name), ..p.sum.clone() }).collect(),
        }
    }

    pub fn time_line(&self) -> TimeLine {
        let taken = lock(&self.taken);
        let of = |kept: &Kept| Span {
            what: taken.name(kept.name),
            thread: kept.thread,
            start_ns: kept.start_ns,
            took_ns: kept.took_ns,
            cpu_ns: kept.cpu_ns,
            allocated: kept.allocated,
            peak: kept.peak,
        };
        TimeLine {
            spans: taken.ring.iter().map(of).collect(),
            threads: taken.threads.iter().map(|(_, name)| name.clone()).collect(),
            older: taken.older,
        }
    }

    fn me(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    /// The number of a name.
    fn name(&self, text: &str) -> usize {
        let names = &mut lock(&self.taken).names;
        if let Some(at) = names.iter().position(|known| known == text) {
            return at;
        }
        if names.len() >= NAMES {
            return names.len();
        }
        names.push(text.to_owned());
        names.len() - 1
    }

    fn enter(&self, name: usize) {
        let frame = |stack: &RefCell<Vec<Frame>>| {
            let mut stack = stack.borrow_mut();
            if stack.len() >= DEEP {
                return;
            }
            let (me, edition) = (self.me(), self.edition.load(Ordering::Relaxed));
            let around = stack.last().filter(|f| f.collector == me && f.edition == edition);
            let node = lock(&self.taken).place(around.and_then(|f| f.node), name);
            let memory = allocated();
            set_peak(memory.held);
            stack.push(Frame {
                collector: me,
                edition,
                node,
                name,
                began: Instant::now(),
                cpu: cpu_ns(),
                bytes: memory.bytes,
                calls: memory.calls,
                held: memory.held,
                outer_peak: memory.peak,
                inside_ns: 0,
            });
        };
        // A thread that is ending is not measured any more.
        let _ended = STACK.try_with(frame);
    }

    fn exit(&self, name: usize) {
        let _ended = STACK.try_with(|stack| {
            let (cpu, now, memory) = (cpu_ns(), Instant::now(), allocated());
            let mut stack = stack.borrow_mut();
            // Deeper spans than are measured end before those that are.
            if stack.last().is_none_or(|f| f.name != name || f.collector != self.me()) {
                return;
            }
            let Some(frame) = stack.pop() else { return };
            set_peak(memory.peak.max(frame.outer_peak));
            let took_ns = nanos(now.saturating_duration_since(frame.began));
            if let Some(around) = stack.last_mut() {
                around.inside_ns = around.inside_ns.saturating_add(took_ns);
            }
            if frame.edition != self.edition.load(Ordering::Relaxed) {
                return;
            }
            let end = Node {
                count: 1,
                total_ns: took_ns,
                self_ns: took_ns.saturating_sub(frame.inside_ns),
                cpu_ns: cpu.saturating_sub(frame.cpu),
                allocated: memory.bytes.saturating_sub(frame.bytes),
                allocations: memory.calls.saturating_sub(frame.calls),
                peak: unsigned(memory.peak.saturating_sub(frame.held).max(0)),
                longest_ns: took_ns,
                ..Node::default()
            };
            lock(&self.taken).add(&frame, &end);
        });
    }
}

/// Time of the processor for this thread so far.
fn cpu_ns() -> u64 {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    std::time::Duration::try_from(spent).map_or(0, nanos)
}

impl Taken {
    fn name(&self, at: usize) -> String {
        self.names.get(at).map_or_else(|| "other".to_owned(), Clone::clone)
    }

    /// The place of `name` inside of `around`; that itself where there is no room for more.
    fn place(&mut self, around: Option<usize>, name: usize) -> Option<usize> {
        let inside = around.and_then(|at| self.places.get(at)).map_or(&self.top, |place| &place.inside);
        let known = inside.iter().copied().find(|at| self.places.get(*at).is_some_and(|p| p.name == name));
        if known.is_some() {
            return known;
        }
        if self.places.len() >= NODES {
            self.crowded = self.crowded.saturating_add(1);
            return None;
        }
        let at = self.places.len();
        self.places.push(Place { name, inside: Vec::new(), sum: Node { parent: around, ..Node::default() } });
        match around.and_then(|around| self.places.get_mut(around)) {
            Some(place) => place.inside.push(at),
            None => self.top.push(at),
        }
        Some(at)
    }

    fn add(&mut self, frame: &Frame, end: &Node) {
        self.spans = self.spans.saturating_add(1);
        if let Some(place) = frame.node.and_then(|at| self.places.get_mut(at)) {
            let sum = &mut place.sum;
            sum.count = sum.count.saturating_add(end.count);
            sum.total_ns = sum.total_ns.saturating_add(end.total_ns);
            sum.self_ns = sum.self_ns.saturating_add(end.self_ns);
            sum.cpu_ns = sum.cpu_ns.saturating_add(end.cpu_ns);
            sum.allocated = sum.allocated.saturating_add(end.allocated);
            sum.allocations = sum.allocations.saturating_add(end.allocations);
            sum.peak = sum.peak.max(end.peak);
            sum.longest_ns = sum.longest_ns.max(end.longest_ns);
        }
        if self.ring.len() >= EVENTS {
            self.ring.pop_front();
            self.older = self.older.saturating_add(1);
        }
        let thread = self.thread();
        let start_ns = self.first.map_or(0, |first| nanos(frame.began.saturating_duration_since(first)));
        self.ring.push_back(Kept {
            name: frame.name,
            thread,
            start_ns,
            took_ns: end.total_ns,
            cpu_ns: end.cpu_ns,
            allocated: end.allocated,
            peak: end.peak,
        });
    }

    /// The number of this thread in the list.
    fn thread(&mut self) -> usize {
        let number = NUMBER.try_with(|n| *n).unwrap_or(u64::MAX);
        if let Some(at) = self.threads.iter().position(|(known, _)| *known == number) {
            return at;
        }
        if self.threads.len() >= THREADS {
            return THREADS - 1;
        }
        let name = std::thread::current().name().map_or_else(|| format!("thread {number}"), str::to_owned);
        self.threads.push((number, name));
        self.threads.len() - 1
    }
}

/// The collector as `tracing` has it. Spans have the number of their name: what is measured of one is on the stack of its thread.
pub(super) struct Listener(pub Arc<Collector>);

impl Listener {
    fn hears(&self, metadata: &Metadata<'_>) -> bool {
        self.0.on.load(Ordering::Relaxed) && metadata.is_span() && metadata.target() == TARGET
    }
}

/// Finds the words of a span, and gives their number.
struct What<'c>(&'c Collector, Option<usize>);

impl Visit for What<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == WHAT {
            self.1 = Some(self.0.name(value));
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

impl Subscriber for Listener {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        let ours = metadata.is_span() && metadata.target() == TARGET;
        if ours { Interest::sometimes() } else { Interest::never() }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(if self.0.on.load(Ordering::Relaxed) { LevelFilter::TRACE } else { LevelFilter::OFF })
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.hears(metadata)
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut what = What(&self.0, None);
        span.record(&mut what);
        let name = what.1.unwrap_or(NAMES);
        Id::from_u64(to_u64(name).saturating_add(1))
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, span: &Id) {
        self.0.enter(number(span));
    }

    fn exit(&self, span: &Id) {
        self.0.exit(number(span));
    }
}

fn number(span: &Id) -> usize {
    crate::base::num::to_usize(span.into_u64().saturating_sub(1))
}
