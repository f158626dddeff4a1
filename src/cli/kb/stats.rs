//! `greenbar kb stats`.

use super::{Context, Out};
use crate::base::{Budget, Exit, Result};
use serde::Serialize;
use std::collections::BTreeMap;

/// Tags that are told.
const TAGS: usize = 20;

#[derive(Serialize)]
struct Document {
    entries: u64,
    /// Entries of each category.
    categories: BTreeMap<String, u64>,
    /// Entries that carry each of the commonest tags.
    tags: BTreeMap<String, u64>,
}

/// Counts entries.
pub fn run(context: &Context, out: &mut Out) -> Result<Exit> {
    let store = context.store()?;
    let budget = Budget::unlimited();
    let entries = store.info()?.entries;
    let categories = store.categories(&budget)?;
    let tags = store.tags(TAGS, &budget)?;
    if out.is_json() {
        let (categories, tags) = (categories.into_iter().collect(), tags.into_iter().collect());
        out.document(&Document { entries, categories, tags });
        return Ok(Exit::Done);
    }
    out.line(&format!("{entries} entries"));
    for (name, count) in &categories {
        out.line(&format!("{count:>6}  {name}"));
    }
    let tags: Vec<String> = tags.iter().map(|(tag, count)| format!("{tag} {count}")).collect();
    if !tags.is_empty() {
        out.line(&format!("tags: {}", tags.join(", ")));
    }
    Ok(Exit::Done)
}
