//! `greenbar bench generate FILE`.

use super::{Context, Out, options, size};
use crate::base::meter::no_meter;
use crate::base::num::{thousands, to_f64};
use crate::base::{Exit, Result};
use crate::cli::interrupt;
use crate::cli::out::Progress;
use crate::kb::trial::{AVERAGE_BYTES, fill, is_made};
use crate::store::{SqliteStore, Store};
use serde::Serialize;
use std::path::PathBuf;
use std::time::Instant;

/// What to make up.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file of the store: a new one, or one that was made up before and is to grow.
    file: PathBuf,
    /// About so much text: 10M to 10G.
    #[arg(long, value_name = "SIZE", value_parser = size, default_value = "100M", conflicts_with = "entries")]
    size: u64,
    /// So many entries.
    #[arg(long, value_name = "N")]
    entries: Option<u64>,
}

#[derive(Serialize)]
struct Document {
    file: String,
    entries: u64,
    added: u64,
    bytes: u64,
    seconds: f64,
}

/// Makes it.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    let entries = args.entries.unwrap_or(args.size / AVERAGE_BYTES).max(1);
    let store = SqliteStore::open(&options(context, &args.file)?, no_meter())?;
    let known = is_made(&store)?.unwrap_or(0);
    let mut progress = Progress::new(out.is_json());
    let begun = Instant::now();
    let told = &mut |done| progress.show(&format!("{} of {} entries", thousands(done), thousands(entries)));
    fill(&store, entries, context.now(), &interrupt::budget(), told)?;
    drop(progress);
    let info = store.info()?;
    let made = Document {
        file: args.file.display().to_string(),
        entries: info.entries,
        added: info.entries.saturating_sub(known),
        bytes: info.bytes,
        seconds: begun.elapsed().as_secs_f64(),
    };
    if out.is_json() {
        out.document(&made);
        return Ok(Exit::Done);
    }
    out.line(&format!(
        "{}: {} entries, {} MB on disk; {} made in {:.1} s, {:.1} MB of text a second",
        made.file,
        thousands(made.entries),
        thousands(made.bytes / 1_000_000),
        thousands(made.added),
        made.seconds,
        to_f64(made.added * AVERAGE_BYTES) / 1e6 / made.seconds.max(f64::MIN_POSITIVE),
    ));
    out.line(&format!("Next: greenbar bench search --db sqlite:{}", made.file));
    Ok(Exit::Done)
}
