//! What `greenbar search --explain` and `--facets` say beside the results.

use super::ms;
use crate::cli::out::Out;
use crate::kb::search::{Facets, LayerReport, SearchResult};
use crate::store::{PlanStep, plan_in_words};
use serde::Serialize;

/// How a search went.
#[derive(Serialize)]
pub struct Explain<'r> {
    understood: &'r str,
    plan: &'r [PlanStep],
    layers: Vec<LayerView<'r>>,
    query_ms: f64,
    ranking_ms: f64,
    /// Where the result came from: a level of the cache, or made.
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_level: Option<&'static str>,
    indexes: Vec<&'r str>,
    advice: Vec<String>,
}

#[derive(Serialize)]
struct LayerView<'r> {
    layer: &'static str,
    asked: &'r str,
    /// With `more`, at least so many.
    hits: u64,
    more: bool,
    /// Rows of the text index that were read.
    looked: u64,
    #[serde(skip)]
    counted: String,
    took_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    went: Option<String>,
    failed: Option<&'r str>,
}

/// A layer that takes longer is worth a word, milliseconds.
const SLOW_MS: f64 = 100.0;

/// Says how a search went.
pub fn of(found: &SearchResult) -> Explain<'_> {
    let layers: Vec<LayerView> = found.layers.iter().map(layer).collect();
    let mut indexes: Vec<&str> = found.plan.iter().filter_map(|s| s.index.as_deref()).collect();
    indexes.sort_unstable();
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
    let (understood, plan) = (found.shown.as_str(), found.plan.as_slice());
    let cache_level = found.level.map(crate::cache::Level::name);
    let (query_ms, ranking_ms) = (ms(found.reading_us), ms(found.ranking_us));
    Explain { understood, plan, layers, query_ms, ranking_ms, cache_level, indexes, advice }
}

fn layer(report: &LayerReport) -> LayerView<'_> {
    LayerView {
        layer: report.layer.name(),
        asked: &report.asked,
        hits: report.hits,
        more: report.more,
        looked: report.looked,
        counted: report.counted(),
        went: report.went(),
        took_ms: ms(report.took_us),
        failed: report.failed.as_deref(),
    }
}

/// Prints how a search went, and what each score is made of.
pub fn print(out: &mut Out, found: &SearchResult, explain: &Explain<'_>) {
    out.line(&format!("\u{2500}\u{2500} understood as {}", explain.understood));
    out.line("layer     hits       ms  asked");
    out.line(&format!("query          {:>8.2}  what is asked for", explain.query_ms));
    for layer in &explain.layers {
        out.line(&format!(
            "{:6} {:>7} {:>8.2}  {}{}{}",
            layer.layer,
            layer.counted,
            layer.took_ms,
            layer.asked,
            layer.went.as_ref().map_or(String::new(), |went| format!("   {went}")),
            layer.failed.map_or(String::new(), |why| format!("   failed: {why}"))
        ));
    }
    out.line(&format!("rank           {:>8.2}  order and texts of the matches", explain.ranking_ms));
    if let Some(level) = explain.cache_level {
        out.line(&format!("cache level    {level}"));
    }
    if found.results.iter().any(|result| result.parts.is_some()) {
        let ids = found.results.iter().map(|f| f.id.chars().count()).max().unwrap_or(0);
        let names = crate::kb::search::Parts::default().named().map(|(name, _)| format!("{name:>6}"));
        out.line(&format!("{:ids$}   score = {}", "", names.join(" ")));
        for result in &found.results {
            let parts = result
                .parts
                .as_deref()
                .copied()
                .unwrap_or_default()
                .named()
                .map(|(_, part)| format!("{part:>6.2}"));
            out.line(&format!("{:ids$}  {:>6.2} = {}", result.id, result.score, parts.join(" ")));
        }
    }
    for step in explain.plan {
        out.line(&format!("{:6} {}", step.layer, plan_in_words(&step.step)));
    }
    for advice in &explain.advice {
        out.line(advice);
    }
}

/// Prints what the matches are.
pub fn print_facets(out: &mut Out, facets: &Facets) {
    if !facets.whole {
        out.line(&format!("of the first {}:", facets.of));
    }
    for group in &facets.groups {
        let values: Vec<String> = group.values.iter().map(|v| format!("{} {}", v.name, v.entries)).collect();
        out.line(&format!("{:8} {}", group.name, values.join(", ")));
    }
}
