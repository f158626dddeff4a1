//! `greenbar kb list`.

use super::{Context, HeadView, Out};
use crate::base::{Budget, Exit, Result};
use crate::store::Filter;
use serde::Serialize;

/// Which entries.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Of this category; may be repeated, any of them will do.
    #[arg(long, value_name = "NAME")]
    category: Vec<String>,
    /// With this tag; may be repeated, all of them are asked for.
    #[arg(long, value_name = "NAME")]
    tag: Vec<String>,
    /// At most N entries.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    limit: usize,
    /// Leave the first N out.
    #[arg(long, value_name = "N", default_value_t = 0)]
    offset: usize,
}

#[derive(Serialize)]
struct Document<'e> {
    entries: Vec<HeadView<'e>>,
}

/// Lists entries, most used first.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    let store = context.store()?;
    let tags = args.tag.iter().map(|tag| tag.to_lowercase()).collect();
    let filter = Filter { categories: args.category.clone(), tags, ..Filter::default() };
    let heads = store.list(&filter, args.offset, args.limit, &Budget::unlimited())?;
    if out.is_json() {
        out.document(&Document { entries: heads.iter().map(HeadView::from).collect() });
    } else {
        let ids = heads.iter().map(|h| h.id.chars().count()).max().unwrap_or(0);
        let names = heads.iter().map(|h| h.category.chars().count()).max().unwrap_or(0);
        for head in &heads {
            out.line(&format!(
                "{:ids$}  {:names$}  {:>5}  {}",
                head.id, head.category, head.usage_count, head.title
            ));
        }
    }
    Ok(if heads.is_empty() { Exit::NotFound } else { Exit::Done })
}
