//! `greenbar bench`: how fast this machine carries out the main job, on data that is made up for it.

mod generate;
mod relevance;
mod search;
mod source;
mod stability;

use super::context::Context;
use super::out::Out;
use crate::base::{Exit, Result};
use crate::store::OpenOptions;
use std::path::{Path, PathBuf};

/// What to measure.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Make up a knowledge base of any size in a file of its own: the same one each time.
    Generate(generate::Args),
    /// Let many clients search a knowledge base, and print what they waited.
    Search(search::Args),
    /// Ask the starter entries questions with known answers, and print how well they are answered.
    Relevance(relevance::Args),
    /// Read, find in, parse and page through a file of yours, each beside counting its lines in the same run.
    Source(source::Args),
    /// Do everything that people do in random order, and see whether memory grows.
    Stability(stability::Args),
}

/// Measures it.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    match &args.command {
        Command::Generate(a) => generate::run(context, a, out),
        Command::Search(a) => search::run(context, a, out),
        Command::Relevance(a) => relevance::run(context, a, out),
        Command::Source(a) => source::run(context, a, out),
        Command::Stability(a) => stability::run(context, a, out),
    }
}

/// How the store in `path` is opened: as the settings say, but for its place.
fn options(context: &Context, path: &Path) -> Result<OpenOptions> {
    let usual = crate::work::store_options(&context.env, context.config())?;
    Ok(OpenOptions { path: PathBuf::from(path), ..usual })
}

/// A number of bytes as people write it: `100M`, `2GB`, `512K`, `1.5G`.
fn size(text: &str) -> std::result::Result<u64, String> {
    let upper = text.trim().to_ascii_uppercase();
    let upper = upper.trim_end_matches("IB").trim_end_matches('B');
    let (number, unit) = upper.split_at_checked(upper.len().saturating_sub(1)).unwrap_or_default();
    let (number, factor) = match unit {
        "K" => (number, 1e3),
        "M" => (number, 1e6),
        "G" => (number, 1e9),
        _ => (upper, 1.0),
    };
    match number.trim().parse::<f64>() {
        Ok(n) if n > 0.0 && n.is_finite() => Ok(crate::base::num::round_u64(n * factor)),
        _ => Err("say it as 100M, 2G or a number of bytes".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_as_people_write_them() {
        for (text, bytes) in [
            ("100M", 100_000_000),
            ("2GB", 2_000_000_000),
            ("1.5g", 1_500_000_000),
            ("512KiB", 512_000),
            ("7", 7),
        ] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in ["", "M", "-1M", "0", "ten", "1e400"] {
            assert!(size(text).is_err(), "{text}");
        }
    }
}
