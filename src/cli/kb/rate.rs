//! `greenbar kb rate ID worked|failed`.

use super::{Context, HeadView, Out, gone};
use crate::base::{Exit, Result};

/// Which entry, and whether it worked.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Its id, in any letter case.
    id: String,
    /// Whether what it says to do helped.
    outcome: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Outcome {
    /// It helped.
    Worked,
    /// It did not help.
    Failed,
}

/// Counts the rating, which feeds the ranking.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    let store = context.store()?;
    let worked = args.outcome == Outcome::Worked;
    let head = store.record_use(&args.id, Some(worked), context.now())?.ok_or_else(|| gone(&args.id))?;
    if out.is_json() {
        out.document(&HeadView::from(&head));
    } else {
        out.line(&format!(
            "{}: worked {} times, did not {} times, used {} times",
            head.id, head.worked, head.failed, head.usage_count
        ));
    }
    Ok(Exit::Done)
}
