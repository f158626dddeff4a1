//! What may have been meant. Only what leads somewhere is suggested; a suggestion that cannot be made is left out silently,
//! as nobody asked for it.

use super::Shelf;
use crate::base::{Budget, Result};
use crate::kb::codes;
use crate::kb::query::{self, Query};
use crate::store::{Filter, Store};

/// How alike two words must be, 0 to 1 (Jaro-Winkler).
const ALIKE: f64 = 0.88;
/// Tags looked at.
pub const TAGS: usize = 500;

/// Queries that may have been meant; `nothing` says that this one found nothing.
pub fn suggestions(
    (store, shelf): (&dyn Store, &dyn Shelf),
    query: &Query,
    nothing: bool,
    notes: &mut Vec<String>,
    budget: &Budget,
) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(text) = codes::did_you_mean(&query.free_text())
        && leads_somewhere(store, &text, budget).unwrap_or(false)
    {
        found.push(with_words(query, &text));
    }
    if nothing && found.is_empty() {
        found.extend(other_category((store, shelf), query, notes, budget).unwrap_or_default());
        found.extend(other_tag((store, shelf), query, budget).unwrap_or_default());
    }
    found.dedup();
    found
}

fn leads_somewhere(store: &dyn Store, text: &str, budget: &Budget) -> Result<bool> {
    let keys = codes::names_of(&codes::in_query(text));
    Ok(!store.find_exact(&keys, "", &Filter::default(), budget)?.is_empty())
}

/// The query with other words.
fn with_words(query: &Query, words: &str) -> String {
    let mut other = query.clone();
    other.parts = query::parse(words).parts;
    other.shown()
}

/// The nearest category for one that nobody uses.
fn other_category(
    (store, shelf): (&dyn Store, &dyn Shelf),
    query: &Query,
    notes: &mut Vec<String>,
    budget: &Budget,
) -> Result<Option<String>> {
    if query.categories.is_empty() {
        return Ok(None);
    }
    let known = super::categories(store, shelf, budget)?;
    let is_known = |c: &String| known.iter().any(|(k, _)| k.to_lowercase() == c.to_lowercase());
    let Some(unknown) = query.categories.iter().find(|c| !is_known(c)) else { return Ok(None) };
    let names: Vec<&str> = known.iter().take(12).map(|(name, _)| name.as_str()).collect();
    notes.push(format!("No entry has the category {unknown}; there are {}.", names.join(", ")));
    let Some(near) = nearest(unknown, known.iter().map(|(name, _)| name.as_str())) else { return Ok(None) };
    let mut other = query.clone();
    other.categories.iter_mut().filter(|c| *c == unknown).for_each(|c| near.clone_into(c));
    Ok(Some(other.shown()))
}

/// The nearest tag for a word or a tag filter.
fn other_tag(
    (store, shelf): (&dyn Store, &dyn Shelf),
    query: &Query,
    budget: &Budget,
) -> Result<Option<String>> {
    let known = super::tags(store, shelf, TAGS, budget)?;
    let near = |word: &str| {
        let lower = word.to_lowercase();
        let near = nearest(&lower, known.iter().map(|(tag, _)| tag.as_str()))?;
        (near != lower).then(|| near.to_owned())
    };
    let mut other = query.clone();
    let mut changed = false;
    for tag in &mut other.tags {
        if let Some(near) = near(tag) {
            *tag = near;
            changed = true;
        }
    }
    for part in &mut other.parts {
        if let Some(near) = near(&part.text) {
            part.text = near;
            changed = true;
        }
    }
    Ok(changed.then(|| other.shown()))
}

fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|name| (strsim::jaro_winkler(&word.to_lowercase(), &name.to_lowercase()), name))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}
