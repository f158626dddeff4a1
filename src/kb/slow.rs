//! What was slow: searches are noted here, and everything slow is read: its likely cause, and what to do about it. Owns the shape
//! of a query, in which no word of the user is left. Must not know how the store keeps it.

use super::query::{Is, Query, parse};
use super::search::{SearchRequest, SearchResult};
use crate::base::num::{thousands, to_u64};
use crate::base::{Budget, Op};
use crate::cache::Level;
use crate::metrics::{Snapshot, time};
use crate::store::{Named, SlowKind, SlowQuery, SlowShape, Store, TextPlan, plan_in_words};
use serde::Serialize;

/// Rows of whole tables from which on a scan is to blame.
const MANY_ROWS: u64 = 1_000;
/// Tables of what was written lately, which are read whole.
const RECENT: [&str; 2] = [" kb_recent", " kb_dead"];
/// Words from which on a query is long.
const MANY_WORDS: u64 = 16;
/// Entries from which on a query is broad.
const MANY_FOUND: u64 = 10_000;
/// Sending a frame for longer than this is slow, milliseconds.
const SLOW_FRAME_MS: f64 = 100.0;

/// Why something was slow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Another process had the store locked.
    LockWait,
    /// All connections were in use, or the one that writes was.
    PoolWait,
    /// A whole table was read, or sorted, for want of an index.
    FullScan,
    /// The full-text index has very many rows that are not merged into pieces yet.
    StaleIndex,
    /// The query has very many words.
    TooLong,
    /// The words of the query are in very many entries.
    TooBroad,
    /// It was read from disk for the first time.
    ColdCache,
    /// The disk is slow.
    Disk,
    /// More wants to run on the machine than it has processors.
    BusyMachine,
    /// It is just much work.
    Work,
}

/// What is to be said of something slow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnosis {
    /// The likely cause.
    pub cause: Cause,
    /// With its figures, one sentence.
    pub why: String,
    /// What to do.
    pub advice: &'static str,
}

impl Cause {
    /// In two words.
    pub fn name(self) -> &'static str {
        match self {
            Self::LockWait => "lock wait",
            Self::PoolWait => "pool wait",
            Self::FullScan => "full scan",
            Self::StaleIndex => "stale index",
            Self::TooLong => "too long",
            Self::TooBroad => "too broad",
            Self::ColdCache => "cold cache",
            Self::Disk => "disk",
            Self::BusyMachine => "busy",
            Self::Work => "much work",
        }
    }

    fn advice(self, kind: SlowKind) -> &'static str {
        match self {
            Self::LockWait => {
                "see in the Metrics pane or `greenbar doctor` who blocks; let imports and backups of other programs end first"
            }
            Self::PoolWait => {
                "see what holds the connections (`greenbar doctor`); more readers: performance.database.connection_pool_max"
            }
            Self::FullScan => {
                "`greenbar advise` looks for the index that is missing, measures it and makes it"
            }
            Self::StaleIndex => {
                "it is tidied up every five minutes while a desk is open; `greenbar doctor --fix` does it now"
            }
            Self::TooLong => {
                "search for the code and two or three rare words of the message instead of all of it"
            }
            Self::TooBroad => "add a rarer word, or narrow it with category: or tag:",
            Self::ColdCache => {
                "the next one is faster; performance.cache.warming_enabled and a larger l1_size_mb keep more at hand"
            }
            Self::BusyMachine => "see with top who else uses the processors; the load is in the Metrics pane",
            Self::Disk => {
                "see with iostat -x who else uses the disk; keep the store on a local one (store.url)"
            }
            Self::Work if kind != SlowKind::Search => {
                "nothing, if it was an import or the first start; otherwise see its statement and plan, and run `greenbar doctor`"
            }
            Self::Work => "`e` on the search shows the slow layer; a filter or rarer words make it less work",
        }
    }
}

/// The likely cause of what was slow.
pub fn diagnose(shape: &SlowShape) -> Diagnosis {
    let last = &shape.last;
    let half = last.took_us / 2;
    let ms = |us: u64| time(crate::base::num::to_f64(us) / 1_000.0);
    let say = |cause: Cause, why: String| Diagnosis { cause, why, advice: cause.advice(last.kind) };
    if last.locked_us > half {
        return say(
            Cause::LockWait,
            format!("{} of {} it waited for a lock of another process", ms(last.locked_us), ms(last.took_us)),
        );
    }
    if last.waited_us > half {
        let whom = if last.kind == SlowKind::Write { "the connection that writes" } else { "a free reader" };
        let why = format!("{} of {} it waited for {whom}", ms(last.waited_us), ms(last.took_us));
        return say(Cause::PoolWait, why);
    }
    let lacks = last.plan.iter().find(|step| step.contains("makes an index of"));
    if last.scanned >= MANY_ROWS || lacks.is_some() {
        if RECENT.iter().any(|table| last.plan.iter().any(|step| step.ends_with(table))) {
            let why = format!("{} rows of the full-text index are not merged yet", thousands(last.scanned));
            return say(Cause::StaleIndex, why);
        }
        let whole = lacks.or_else(|| last.plan.iter().find(|step| step.contains("reads all of")));
        let how = whole.map_or(String::new(), |step| format!(": it {step}"));
        return say(
            Cause::FullScan,
            format!("{} rows of whole tables were read{how}", thousands(last.scanned)),
        );
    }
    if last.kind == SlowKind::Search {
        return of_search(shape, &say);
    }
    // Time neither on a processor nor waited for anybody is that of the disk.
    let disk = last.cpu_us.map(|cpu| last.took_us.saturating_sub(cpu + last.locked_us + last.waited_us));
    if let Some(disk) = disk.filter(|disk| *disk > half) {
        if last.busy {
            let why =
                format!("{} of {} it waited, and the processors were all in use", ms(disk), ms(last.took_us));
            return say(Cause::BusyMachine, why);
        }
        let cold = shape.count == 1 && last.kind == SlowKind::Read;
        let cause = if cold { Cause::ColdCache } else { Cause::Disk };
        return say(cause, format!("{} of {} it waited for the disk", ms(disk), ms(last.took_us)));
    }
    say(Cause::Work, format!("{} of work on what it reads", ms(last.cpu_us.unwrap_or(last.took_us))))
}

fn of_search(shape: &SlowShape, say: &dyn Fn(Cause, String) -> Diagnosis) -> Diagnosis {
    let last = &shape.last;
    if last.words >= MANY_WORDS {
        return say(Cause::TooLong, format!("it has {} words", last.words));
    }
    if last.broad || last.found >= MANY_FOUND {
        let found = thousands(last.found);
        return say(Cause::TooBroad, format!("its words are in {found} entries or more"));
    }
    let slowest = last.parts.iter().max_by_key(|(_, us)| *us);
    let part = slowest.map_or(String::new(), |(name, us)| {
        format!("most of it is {name}, {}", time(crate::base::num::to_f64(*us) / 1_000.0))
    });
    if shape.count == 1 && last.level == Level::Made.name() {
        return say(Cause::ColdCache, format!("the first of its kind, from no cache; {part}"));
    }
    say(Cause::Work, if part.is_empty() { "no layer stands out".to_owned() } else { part })
}

/// What is to blame where the desk is slow and searches are not: the line to the terminal.
pub fn blamed_on_terminal(figures: &Snapshot) -> Option<String> {
    let output = figures.operations.iter().find(|op| op.op == Op::Output)?;
    let sent = output.recent.p95_ms;
    let slow = output.recent.count > 0 && sent > SLOW_FRAME_MS && sent > figures.search.recent.p95_ms;
    slow.then(|| {
        format!("a frame takes {} to send (p95): the line to the terminal is slow, not the store", time(sent))
    })
}

/// The query with its words replaced: how many words, phrases and codes it has, and which fields.
pub fn shape(query: &Query) -> String {
    let mut shape = Vec::new();
    let mut count = |number: usize, one: &str| {
        if number > 0 {
            let more = if number == 1 { "" } else { "s" };
            shape.push(format!("{number} {one}{more}"));
        }
    };
    let phrases = query.parts.iter().filter(|part| part.phrase).count();
    let codes = query.codes.len().min(query.parts.len() - phrases);
    count(codes, "code");
    count(query.parts.len() - phrases - codes, "word");
    count(phrases, "phrase");
    count(query.without.len(), "excluded word");
    count(query.patterns.len(), "pattern");
    let mut fields: Vec<&str> = query.wants.iter().map(|want| field_name(&want.is)).collect();
    fields.extend((!query.categories.is_empty()).then_some("category:"));
    fields.extend((!query.tags.is_empty()).then_some("tag:"));
    fields.sort_unstable();
    fields.dedup();
    shape.extend(fields.into_iter().map(str::to_owned));
    if shape.is_empty() { "everything".to_owned() } else { shape.join(", ") }
}

fn field_name(is: &Is) -> &'static str {
    match is {
        Is::Named(Named::Category, _) => "category:",
        Is::Named(Named::Tag, _) => "tag:",
        Is::Named(Named::Code, _) => "code:",
        Is::Named(Named::Author, _) => "author:",
        Is::Named(Named::File, _) => "file:",
        Is::Named(Named::Id, _) => "id:",
        Is::Severity(_) => "severity:",
        Is::Used(..) => "used:",
        Is::Since(_) => "since:",
        Is::Before(_) => "before:",
        Is::Has(_) => "has:",
    }
}

/// Notes a search in the store that took `took_us`, if that was slow.
pub fn note(store: &dyn Store, request: &SearchRequest, result: &SearchResult, level: Level, took_us: u64) {
    if took_us < store.slow_after_us() {
        return;
    }
    let query = parse(&request.text);
    let budget = Budget::unlimited();
    // It is only for reading: where the store cannot say its plan, there is none.
    let plan = store.search_plan(&query.filter(request.now), &budget).unwrap_or_default();
    let asked = |layer: &str| result.layers.iter().any(|report| report.layer.name() == layer);
    // A layer that was asked several times counts once.
    let mut parts: Vec<(String, u64)> = Vec::new();
    let layers = result.layers.iter().map(|report| (report.layer.name(), report.took_us));
    for (name, us) in layers.chain([("query", result.reading_us), ("rank", result.ranking_us)]) {
        match parts.iter_mut().find(|(known, _)| known == name) {
            Some((_, sum)) => *sum = sum.saturating_add(us),
            None => parts.push((name.to_owned(), us)),
        }
    }
    let typed = if request.typing { ", while typing" } else { "" };
    store.note_slow(SlowQuery {
        at: request.now,
        kind: SlowKind::Search,
        shape: format!("{}{typed}", shape(&query)),
        took_us,
        plan: plan
            .iter()
            .filter(|step| asked(&step.layer))
            .map(|step| format!("{}: {}", step.layer, plan_in_words(&step.step)))
            .collect(),
        parts,
        strategy: result.strategy.name().to_owned(),
        level: level.name().to_owned(),
        words: to_u64(query.parts.len()),
        found: result.total,
        broad: result.layers.iter().any(|report| report.plan == Some(TextPlan::Newest)),
        ..SlowQuery::default()
    });
}

#[cfg(test)]
mod tests;
