//! `greenbar search QUERY` and `greenbar search --at FILE:LINE`.

mod at;
mod explain;
mod kept;

use super::context::Context;
use super::interrupt;
use super::out::{Out, note};
use crate::base::text::Charset;
use crate::base::{Exit, Result, Word, num};
use crate::kb::search::{Depth, Facets, Found, Parts, SearchRequest, SearchResult, at_least};
use explain::Explain;
use serde::Serialize;
use std::ffi::OsString;

/// What to search for.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Words, codes, "phrases", -word, begin*, /pattern/, and fields: category: tag: code: severity: author: used: since:
    /// before: file: id: has:, each also with - before it.
    #[arg(required_unless_present_any = ["at", "history", "clear", "saved", "all_saved", "forget", "unsave"], allow_negative_numbers = true)]
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
    /// Say what the matches are: how many of each category, severity, tag and age.
    #[arg(long)]
    facets: bool,
    #[command(flatten)]
    kept: kept::KeptArgs,
}

#[derive(Serialize)]
struct Document<'r> {
    query: &'r str,
    strategy: &'static str,
    took_ms: f64,
    /// With `more`, at least so many.
    total: u64,
    more: bool,
    /// How many of them stand behind others that say the same.
    folded: u64,
    results: Vec<Row<'r>>,
    suggestions: &'r [String],
    notes: &'r [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    facets: Option<&'r Facets>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Option<Explain<'r>>,
}

#[derive(Serialize)]
struct Row<'r> {
    id: &'r str,
    title: &'r str,
    category: &'r str,
    severity: crate::store::Severity,
    tags: &'r [Word],
    layer: &'static str,
    score: f64,
    usage_count: u64,
    success_rate: Option<f64>,
    /// Plain text.
    snippet: String,
    /// Matches in the snippet: first character and the one behind the last, from 0.
    matches: Vec<(usize, usize)>,
    /// Ids of entries that say the same.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alike: Vec<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parts: Option<Parts>,
}

/// The language of queries, for the help.
pub fn language() -> String {
    let rows = crate::kb::query::language().map(|(written, about)| format!("  {written:<20} {about}"));
    let rows: Vec<String> = rows.collect();
    format!("In a query:\n{}", rows.join("\n"))
}

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
    let store = context.store()?;
    let now = context.now();
    let text = match kept::run(&args.kept, &args.query.join(" "), store.as_ref(), now, out)? {
        kept::Then::Done(exit) => return Ok(exit),
        kept::Then::Search(text) => text,
    };
    let configured = num::to_usize(context.config().performance.search.max_results);
    let request = SearchRequest {
        text,
        limit: args.limit.unwrap_or(configured),
        explain: args.explain,
        facets: args.facets,
        now,
        // Nobody types here: what is worth its time is done at once.
        deep: Some(Depth::of(&context.config().performance.search)),
        strict: !context.config().performance.search.fallback_enabled,
        ..SearchRequest::default()
    };
    let budget = interrupt::budget();
    if let Err(error) = crate::work::use_model(&context.config().semantic.model) {
        note(&format!("{error}"));
    }
    let recall = context.recall();
    let found = recall.search(store.as_ref(), &request, &budget, &crate::base::meter::NoMeter)?.into_result();
    if context.config().search.history
        && !request.text.trim().is_empty()
        && let Err(error) = store.record_search(&request.text, found.total, found.took_us, now)
    {
        note(&format!("the search is not in the history: {error}"));
    }
    let explain = args.explain.then(|| explain::of(&found));
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
        strategy: found.strategy.name(),
        took_ms: ms(found.took_us),
        total: found.total,
        more: found.more,
        folded: found.folded,
        results: found.results.iter().map(|f| row(f, explained)).collect(),
        suggestions: &found.suggestions,
        notes: &found.notes,
        facets: found.facets.as_ref(),
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
        alike: found.alike.iter().map(|alike| alike.id.as_str()).collect(),
        why: explained.then_some(found.why.as_str()),
        parts: found.parts.as_deref().copied(),
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
        let folded = if found.folded == 0 { String::new() } else { format!(" ({} folded)", found.folded) };
        let (took, strategy) = (ms(found.took_us), found.strategy.name());
        out.line(&format!("{shown} of {total}{folded} in {took:.1} ms   {strategy}: {}", found.asked));
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
        if !result.alike.is_empty() {
            let alike: Vec<&str> = result.alike.iter().map(|alike| alike.id.as_str()).collect();
            out.line(&format!("{:ids$}  +{} alike: {}", "", alike.len(), alike.join(", ")));
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
    if let Some(facets) = &found.facets {
        explain::print_facets(out, facets);
    }
    if let Some(explain) = explain {
        explain::print(out, found, explain);
    }
}
