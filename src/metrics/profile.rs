//! The profiler: where time, processor and memory go. It listens to the spans of this program ([`crate::base::trace`]), adds them up
//! as a tree of what was done inside of what, and keeps the last of them one by one for a time line. Must not know who makes spans
//! nor how a tree is drawn.
//!
//! Invariants: while it is off it is not asked at all (a span is one relaxed load); memory is bounded ([`NODES`], [`EVENTS`],
//! [`THREADS`]), and what did not fit is counted.

mod collect;
mod export;

pub use export::{chrome, folded};

use super::ops::lock;
use collect::{Collector, Listener};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use tracing::Dispatch;

/// Places in the tree at most; what is done at others counts for what it is done inside of.
pub const NODES: usize = 4_096;
/// Spans kept one by one, the newest; 64 bytes each.
pub const EVENTS: usize = 32_768;
/// Threads told apart in the time line at most.
pub const THREADS: usize = 256;

/// What was done at one place of the tree. Times in nanoseconds, memory in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Node {
    /// What.
    pub what: String,
    /// Inside of which place, by its number; none at the top.
    pub parent: Option<usize>,
    /// How often it ended.
    pub count: u64,
    /// How long, with all that was done inside.
    pub total_ns: u64,
    /// Without that.
    pub self_ns: u64,
    /// Time of the processor for this thread, with all inside.
    pub cpu_ns: u64,
    /// Allocated by Rust code of this thread, with all inside.
    pub allocated: u64,
    /// Calls of the allocator.
    pub allocations: u64,
    /// The most that one of them held at once beyond what was held before.
    pub peak: u64,
    /// The longest of them.
    pub longest_ns: u64,
}

/// What was measured so far.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Profile {
    /// It goes on.
    pub on: bool,
    /// Milliseconds that were measured, pauses left out.
    pub measured_ms: u64,
    /// Spans that ended.
    pub spans: u64,
    /// Of them, those that had no place in the tree of their own any more.
    pub crowded: u64,
    /// The tree: a parent stands before what is inside.
    pub nodes: Vec<Node>,
}

impl Profile {
    /// What is inside of a place, the longest first; of `None`, what is at the top.
    pub fn inside(&self, of: Option<usize>) -> Vec<usize> {
        let mut inside: Vec<(usize, u64)> = self
            .nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| node.parent == of && node.count > 0)
            .map(|(at, node)| (at, node.total_ns))
            .collect();
        inside.sort_by_key(|(at, ns)| (std::cmp::Reverse(*ns), *at));
        inside.into_iter().map(|(at, _)| at).collect()
    }

    /// Time of all that is inside of a place, or at the top, together.
    pub fn sum(&self, of: Option<usize>) -> u64 {
        self.inside(of).iter().filter_map(|at| self.nodes.get(*at)).map(|node| node.total_ns).sum()
    }

    /// Each operation with what it came to wherever it was done, the most time of its own first.
    pub fn by_operation(&self) -> Vec<Node> {
        let mut all: Vec<Node> = Vec::new();
        for (at, node) in self.nodes.iter().enumerate().filter(|(_, node)| node.count > 0) {
            let inside_itself = self.around(at).skip(1).any(|above| above.what == node.what);
            let known = all.iter().position(|other| other.what == node.what);
            let fresh = Node { what: node.what.clone(), ..Node::default() };
            let index = known.unwrap_or_else(|| {
                all.push(fresh);
                all.len() - 1
            });
            let Some(sum) = all.get_mut(index) else { continue };
            sum.count = sum.count.saturating_add(node.count);
            sum.self_ns = sum.self_ns.saturating_add(node.self_ns);
            sum.peak = sum.peak.max(node.peak);
            sum.longest_ns = sum.longest_ns.max(node.longest_ns);
            // What is done inside of the same is in its time already.
            if !inside_itself {
                sum.total_ns = sum.total_ns.saturating_add(node.total_ns);
                sum.cpu_ns = sum.cpu_ns.saturating_add(node.cpu_ns);
                sum.allocated = sum.allocated.saturating_add(node.allocated);
                sum.allocations = sum.allocations.saturating_add(node.allocations);
            }
        }
        all.sort_by_key(|node| std::cmp::Reverse(node.self_ns));
        all
    }

    /// A place and those around it, outwards.
    pub fn around(&self, at: usize) -> impl Iterator<Item = &Node> {
        let mut next = Some(at);
        std::iter::from_fn(move || {
            let node = self.nodes.get(next?)?;
            next = node.parent;
            Some(node)
        })
        // A tree that comes from a record may be anything.
        .take(NODES)
    }
}

/// A span by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// What was done.
    pub what: String,
    /// By which thread, by its number in the list.
    pub thread: usize,
    /// When it began, nanoseconds since the profiler was first on.
    pub start_ns: u64,
    /// How long it took.
    pub took_ns: u64,
    /// Time of the processor.
    pub cpu_ns: u64,
    /// Bytes allocated.
    pub allocated: u64,
    /// The most held at once.
    pub peak: u64,
}

/// The time line: the last spans, and the names of the threads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TimeLine {
    /// The spans, in the order in which they ended.
    pub spans: Vec<Span>,
    /// The threads.
    pub threads: Vec<String>,
    /// Spans before these, which were not kept.
    pub older: u64,
}

static PROFILER: OnceLock<Arc<Collector>> = OnceLock::new();

/// The profiler of this process. Spans go to one listener for the whole process, that is how `tracing` has it.
fn profiler() -> &'static Arc<Collector> {
    PROFILER.get_or_init(|| {
        let collector = Arc::new(Collector::default());
        // Nobody else sets one in this program; in a test that does, its spans go there.
        drop(tracing::dispatcher::set_global_default(Dispatch::new(Listener(Arc::clone(&collector)))));
        collector
    })
}

/// What was measured, in the form that the name of a file asks for: folded stacks where it ends in `.folded` or `.txt`, else a trace.
pub fn written(path: &Path) -> String {
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
    match ending {
        "folded" | "txt" => folded(&profile()),
        _ => chrome(&time_line()),
    }
}

/// Starts or stops measuring. What was measured stays.
pub fn switch(on: bool) {
    if on || PROFILER.get().is_some() {
        greenbar_native::count::count(on);
        profiler().switch(on);
        tracing::callsite::rebuild_interest_cache();
    }
}

/// Forgets what was measured.
pub fn clear() {
    if let Some(profiler) = PROFILER.get() {
        profiler.clear();
    }
}

/// What was measured so far.
pub fn profile() -> Profile {
    PROFILER.get().map_or_else(Profile::default, |profiler| profiler.profile())
}

/// The last spans one by one.
pub fn time_line() -> TimeLine {
    PROFILER.get().map_or_else(TimeLine::default, |profiler| profiler.time_line())
}

#[cfg(test)]
pub(crate) mod tests;
