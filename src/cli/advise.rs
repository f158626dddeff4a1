//! `greenbar advise`: indexes that are missing, wanted, unused or there twice, each with what it is worth; with `--apply` the
//! advice is followed.

use super::context::Context;
use super::interrupt;
use super::out::{Out, Progress};
use crate::base::meter::no_meter;
use crate::base::{Exit, Result, UserError};
use crate::kb::advisor::{self, Advice, Advised, gained};
use crate::store::{Applied, Inside, Store};
use serde::Serialize;

/// What to do about it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Follow the advice on INDEX, or all of it; what does not help is taken back.
    #[arg(long, value_name = "INDEX", num_args = 0..=1, default_missing_value = "")]
    apply: Option<String>,
    /// Measure nothing: no copy of the store is made.
    #[arg(long)]
    no_measure: bool,
}

#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    advised: &'a Advised,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    applied: Vec<AppliedTo<'a>>,
}

#[derive(Serialize)]
struct AppliedTo<'a> {
    index: &'a str,
    #[serde(flatten)]
    applied: Applied,
}

/// Looks for advice, prints it, and follows it if that is asked.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    let store = context.sqlite(no_meter())?;
    let budget = interrupt::budget();
    let mut progress = Progress::new(out.is_json());
    progress.show("measuring in a copy of the store");
    // What this process has seen counts, too; a store that takes no writes has its advice all the same.
    drop(store.keep_workings(true, context.now()));
    let advised = advisor::advise(&store, !args.no_measure, &budget)?;
    let chosen: Vec<&Advice> = match args.apply.as_deref() {
        None => Vec::new(),
        Some(name) => advised.advice.iter().filter(|a| name.is_empty() || a.change.index == name).collect(),
    };
    if let Some(name) = args.apply.as_deref().filter(|name| !name.is_empty() && chosen.is_empty()) {
        return Err(UserError::new(format!("there is no advice on {name}"))
            .hint("`greenbar advise` lists what there is")
            .exit(Exit::NotFound));
    }
    progress.show("changing indexes");
    let mut applied = Vec::with_capacity(chosen.len());
    for advice in chosen {
        let done = advisor::apply(&store, advice, &budget)?;
        applied.push(AppliedTo { index: &advice.change.index, applied: done });
    }
    if !applied.is_empty() {
        store.upkeep()?;
    }
    drop(progress);
    if out.is_json() {
        out.document(&Document { advised: &advised, applied });
    } else {
        print(out, &advised, &applied);
    }
    Ok(Exit::Done)
}

fn print(out: &mut Out, advised: &Advised, applied: &[AppliedTo<'_>]) {
    for advice in &advised.advice {
        let change = &advice.change;
        out.line(&format!("{:9} {} of {}", advice.kind.name(), change.index, change.table));
        for (word, text) in [
            ("why", &advice.why),
            ("estimate", &advice.estimate),
            ("measured", &advice.measured()),
            ("change", &change.change),
            ("undo", &change.undo),
        ] {
            out.line(&format!("  {word:9} {}", text.split_whitespace().collect::<Vec<_>>().join(" ")));
        }
    }
    if advised.advice.is_empty() {
        out.line("nothing to do: no index is missing, wanted, unused or there twice");
    }
    out.line(&format!(
        "{} indexes and {} statements that ran were looked at; uses of indexes are counted for {} days",
        advised.indexes, advised.statements, advised.days
    ));
    if !advised.idle.is_empty() {
        out.line(&format!("hardly used, but of the schema, so they stay: {}", advised.idle.join(", ")));
    }
    for AppliedTo { index, applied } in applied {
        let gain = applied.gain.as_ref().map_or_else(|| "not measured".to_owned(), gained);
        let what = if applied.kept { "done" } else { "taken back, it did not help" };
        out.line(&format!("{what}: {index}: {gain}"));
        if !applied.measured_by.is_empty() {
            out.line(&format!("  measured by {}", applied.measured_by));
        }
    }
    if applied.is_empty() && !advised.advice.is_empty() {
        out.line("`greenbar advise --apply` follows this advice, --apply INDEX one piece of it");
    }
}
