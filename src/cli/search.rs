//! `greenbar search QUERY` and `greenbar search --at FILE:LINE`.

mod at;

use super::context::Context;
use super::interrupt;
use super::out::{Out, note};
use crate::base::text::Charset;
use crate::base::{Budget, Exit, Result, num};
use crate::kb::query;
use crate::kb::search::{Found, LayerReport, SearchRequest, SearchResult, at_least, search};
use crate::store::{PlanStep, Store, UnixMs};
use serde::Serialize;
use std::ffi::OsString;

/// What to search for.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Words, codes, "phrases", -word, begin*, /pattern/, and fields: category: tag: code: severity: author: used: since:
    /// before: file: id: has:, each also with - before it.
    #[arg(required_unless_present = "at", allow_negative_numbers = true)]
    query: Vec<String>,
    /// The entries that fit a line of a file: linked to it or to its paragraph, about a code in it, or with a name of it.
    #[arg(long, value_name = "FILE:LINE", conflicts_with_all = ["query", "explain"])]
    at: Option<String>,
    /// Show at most N results.
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Say how the results were found and ranked.
    #[arg(long)]
    explain: bool,
}

#[derive(Serialize)]
struct Document<'r> {
    query: &'r str,
    strategy: &'r str,
    took_ms: f64,
    /// With `more`, at least so many.
    total: u64,
    more: bool,
    results: Vec<Row<'r>>,
    suggestions: &'r [String],
    notes: &'r [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Option<Explain<'r>>,
}

#[derive(Serialize)]
struct Row<'r> {
    id: &'r str,
    title: &'r str,
    category: &'r str,
    severity: crate::store::Severity,
    tags: &'r [String],
    layer: &'static str,
    score: f64,
    usage_count: u64,
    success_rate: Option<f64>,
    /// Plain text.
    snippet: String,
    /// Matches in the snippet: first character and the one behind the last, from 0.
    matches: Vec<(usize, usize)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'r str>,
}

#[derive(Serialize)]
struct Explain<'r> {
    understood: &'r str,
    plan: Vec<PlanStep>,
    layers: Vec<LayerView<'r>>,
    indexes: Vec<String>,
    advice: Vec<String>,
}

#[derive(Serialize)]
struct LayerView<'r> {
    layer: &'static str,
    asked: &'r str,
    /// With `more`, at least so many.
    hits: u64,
    more: bool,
    #[serde(skip)]
    counted: String,
    took_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    went: Option<String>,
    failed: Option<&'r str>,
}

/// A layer that takes longer is worth a word, milliseconds.
const SLOW_MS: f64 = 100.0;

/// Arguments of the program in which the exclusions of a query (`-word`) stand behind `--`, so that they are not taken for
/// flags. A query means the same wherever they stand.
pub fn with_exclusions_last(args: impl Iterator<Item = OsString>, value_flags: &[String]) -> Vec<OsString> {
    let mut args = args.peekable();
    let mut kept: Vec<OsString> = args.next().into_iter().collect();
    while let Some(arg) = args.next_if(|a| a.as_encoded_bytes().starts_with(b"--")) {
        let takes_value = value_flags.iter().any(|f| **f == *arg);
        kept.push(arg);
        if takes_value {
            kept.extend(args.next());
        }
    }
    if args.peek().is_none_or(|a| a != "search") {
        kept.extend(args);
        return kept;
    }
    let is_exclusion = |arg: &OsString| match arg.as_encoded_bytes() {
        [b'-', second, ..] => *second != b'-' && !second.is_ascii_digit() && arg != "-h",
        _ => false,
    };
    let (last, mut behind): (Vec<OsString>, Vec<OsString>) =
        (args.by_ref().take_while(|a| a != "--").collect(), args.collect());
    for arg in last {
        if is_exclusion(&arg) {
            behind.push(arg);
        } else {
            kept.push(arg);
        }
    }
    if !behind.is_empty() {
        kept.push("--".into());
        kept.append(&mut behind);
    }
    kept
}

/// Searches and prints what was found; the search goes into the history.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    if let Some(place) = &args.at {
        return at::run(context, place, args.limit, out);
    }
    let text = args.query.join(" ");
    let configured = num::to_usize(context.config().performance.search.max_results);
    let request = SearchRequest {
        text,
        limit: args.limit.unwrap_or(configured),
        typing: false,
        explain: args.explain,
        now: context.now(),
        ..SearchRequest::default()
    };
    let budget = interrupt::budget();
    let store = context.store()?;
    let found = search(store.as_ref(), &request, &budget, &crate::base::meter::NoMeter)?;
    if !request.text.trim().is_empty()
        && let Err(error) = store.record_search(&request.text, found.total, found.took_us, context.now())
    {
        note(&format!("the search is not in the history: {error}"));
    }
    let explain =
        if args.explain { Some(explain(store.as_ref(), &found, request.now, &budget)?) } else { None };
    if out.is_json() {
        out.document(&document(&found, explain));
    } else {
        print(out, &found, explain.as_ref());
    }
    Ok(if found.results.is_empty() { Exit::NotFound } else { Exit::Done })
}

fn document<'r>(found: &'r SearchResult, explain: Option<Explain<'r>>) -> Document<'r> {
    let explained = explain.is_some();
    Document {
        query: &found.query,
        strategy: &found.strategy,
        took_ms: ms(found.took_us),
        total: found.total,
        more: found.more,
        results: found.results.iter().map(|f| row(f, explained)).collect(),
        suggestions: &found.suggestions,
        notes: &found.notes,
        explain,
    }
}

fn row(found: &Found, explained: bool) -> Row<'_> {
    let (snippet, matches) = plain(&found.snippet);
    Row {
        id: &found.id,
        title: &found.title,
        category: &found.category,
        severity: found.severity,
        tags: &found.tags,
        layer: found.layer.name(),
        score: found.score,
        usage_count: found.usage_count,
        success_rate: found.success_rate,
        snippet,
        matches,
        why: explained.then_some(found.why.as_str()),
    }
}

/// A snippet without its marks, and where the matches are in it.
fn plain(snippet: &str) -> (String, Vec<(usize, usize)>) {
    let mut text = String::with_capacity(snippet.len());
    let mut matches = Vec::new();
    let mut from = 0;
    let mut at = 0;
    for c in snippet.chars() {
        match c {
            '\u{2}' => from = at,
            '\u{3}' => matches.push((from, at)),
            c => {
                text.push(c);
                at += 1;
            }
        }
    }
    (text, matches)
}

fn explain<'r>(
    store: &dyn Store,
    found: &'r SearchResult,
    now: UnixMs,
    budget: &Budget,
) -> Result<Explain<'r>> {
    let layers: Vec<LayerView> = found.layers.iter().map(layer).collect();
    let mut plan = store.search_plan(&query::parse(&found.query).filter(now), budget)?;
    plan.retain(|step| layers.iter().any(|l| l.layer == step.layer));
    let mut indexes: Vec<String> = plan.iter().filter_map(|s| s.index.clone()).collect();
    indexes.sort();
    indexes.dedup();
    let mut advice = Vec::new();
    for layer in &layers {
        if let Some(why) = layer.failed {
            advice.push(format!("The {} layer failed ({why}): run `greenbar doctor`.", layer.layer));
        } else if layer.took_ms > SLOW_MS {
            advice.push(format!(
                "The {} layer took {:.0} ms: a category: or tag: filter makes it faster.",
                layer.layer, layer.took_ms
            ));
        }
    }
    if advice.is_empty() {
        advice.push("Nothing: every layer answered, and fast enough.".to_owned());
    }
    Ok(Explain { understood: &found.shown, plan, layers, indexes, advice })
}

fn layer(report: &LayerReport) -> LayerView<'_> {
    LayerView {
        layer: report.layer.name(),
        asked: &report.asked,
        hits: report.hits,
        more: report.more,
        counted: report.counted(),
        went: report.went(),
        took_ms: ms(report.took_us),
        failed: report.failed.as_deref(),
    }
}

fn ms(us: u64) -> f64 {
    num::to_f64(us) / 1e3
}

fn print(out: &mut Out, found: &SearchResult, explain: Option<&Explain<'_>>) {
    let (open, close) = if out.charset() == Charset::Ascii { ("[", "]") } else { ("«", "»") };
    let shown = found.results.len();
    if shown == 0 {
        out.line(&format!("nothing found for {}", found.shown));
    } else {
        let total = at_least(found.total, found.more);
        out.line(&format!("{shown} of {total} in {:.1} ms   {}", ms(found.took_us), found.strategy));
    }
    let ids = found.results.iter().map(|f| f.id.chars().count()).max().unwrap_or(0);
    for result in &found.results {
        out.line(&format!("{:ids$}  {}", result.id, result.title));
        let worked = result.success_rate.map_or(String::new(), |r| format!("   worked {:.0} %", r * 100.0));
        out.line(&format!(
            "{:ids$}  {}   {}   {} uses{worked}",
            "",
            result.layer.name(),
            result.category,
            result.usage_count
        ));
        if !result.snippet.is_empty() {
            let marked = result.snippet.replace('\u{2}', open).replace('\u{3}', close);
            out.line(&format!("{:ids$}  {marked}", ""));
        }
        if explain.is_some() {
            out.line(&format!("{:ids$}  score {:.3}: {}", "", result.score, result.why));
        }
    }
    for suggestion in &found.suggestions {
        out.line(&format!("did you mean: {suggestion}"));
    }
    for said in &found.notes {
        out.line(said);
    }
    let Some(explain) = explain else { return };
    out.line(&format!("\u{2500}\u{2500} {}", explain.understood));
    for layer in &explain.layers {
        out.line(&format!(
            "{:6} {} hits in {:.2} ms   {}{}{}",
            layer.layer,
            layer.counted,
            layer.took_ms,
            layer.asked,
            layer.went.as_ref().map_or(String::new(), |went| format!("   {went}")),
            layer.failed.map_or(String::new(), |why| format!("   failed: {why}"))
        ));
    }
    for step in &explain.plan {
        out.line(&format!("{:6} {}", step.layer, step.step));
    }
    for advice in &explain.advice {
        out.line(advice);
    }
}
