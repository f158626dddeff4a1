//! How right the parse is, scored against what compilers say of the same source.
//!
//! `cargo test --release --test accuracy_parse -- FOLDER ...` scores each folder (or file) and prints a row for it. The oracle of
//! a compiler listing is its own cross-reference; that of a source is `cobc -Xref`, where GnuCOBOL is installed and accepts
//! the source, or the file `NAME.expected` beside it, which is made by hand. Without folders the fixtures here are scored.
//! `--missed` lists what differs. Exits with 1 if a score is below what is promised.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

mod expected;
mod gnucobol;
#[allow(dead_code, reason = "maps and programs are for the other oracle")]
#[path = "../listing.rs"]
mod listing;
mod oracle;
mod score;

use greenbar::base::Budget;
use greenbar::code::chunk::Chunker;
use greenbar::code::parse::{FaultKind, Structure, parse};
use greenbar::code::{SourceFormat, detect, mask_from};
use score::{Oracle, Row};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What a file of sources holds, by its name.
const ENDINGS: [&str; 7] = ["cbl", "cob", "cpy", "cobol", "pco", "sqb", "ccp"];

/// One source with its lines' numbers and what its oracle says, if it has one.
struct Unit {
    text: Vec<u8>,
    format: SourceFormat,
    /// The oracle's number of each line; empty where it counts as we do.
    numbers: Vec<u32>,
    oracle: Option<Oracle>,
}

fn main() {
    let (flags, mut folders): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|a| a.starts_with("--"));
    // What test runners ask first, and how they name what they want to run.
    if flags.iter().any(|f| f == "--list") {
        println!("accuracy_parse: test");
        return;
    }
    folders.retain(|f| Path::new(f).exists());
    if folders.is_empty() {
        folders.push(
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/accuracy/parse/fixtures").display().to_string(),
        );
    }
    let missed = flags.iter().any(|f| f == "--missed");
    println!("{}", Row::HEADING);
    let mut kept = true;
    for folder in &folders {
        let mut files = Vec::new();
        collect(Path::new(folder), &mut files);
        files.sort();
        let mut row = Row::default();
        for file in &files {
            score_file(file, &mut row, missed);
        }
        println!("{}", row.shown(folder));
        kept &= row.kept();
    }
    if !kept {
        println!("below what is promised");
        std::process::exit(1);
    }
}

/// Sources and listings in a folder and those inside it.
fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if let Ok(entries) = std::fs::read_dir(path) {
        for entry in entries.flatten() {
            collect(&entry.path(), files);
        }
        return;
    }
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    if ENDINGS.contains(&ending.as_str()) || matches!(ending.as_str(), "lst" | "txt") {
        files.push(path.to_owned());
    }
}

fn score_file(path: &Path, row: &mut Row, missed: bool) {
    let Ok(text) = std::fs::read(path) else { return };
    let units = match oracle::units(&text) {
        units if units.is_empty() => {
            let format = detect(text.split(|b| *b == b'\n').take(1_000)).format;
            let oracle = expected::oracle(path).or_else(|| gnucobol::oracle(path, &text, format));
            if format == SourceFormat::NotCobol && oracle.is_none() {
                return;
            }
            vec![Unit { text, format, numbers: Vec::new(), oracle }]
        }
        units => units,
    };
    for unit in &units {
        let begun = Instant::now();
        let pieces = structures(unit);
        row.time += begun.elapsed();
        row.files += 1;
        row.bytes += unit.text.len();
        let errors = pieces.iter().any(|(_, s)| s.faults.iter().any(|f| f.kind == FaultKind::Syntax));
        row.errors += usize::from(errors);
        let Some(oracle) = &unit.oracle else { continue };
        row.scored += 1;
        let ours = score::ours(&unit.text, &unit.numbers, &pieces);
        let differences = row.add(oracle, &ours, &unit.text);
        if missed {
            for difference in differences {
                println!("  {}: {difference}", path.display());
            }
        }
    }
}

/// The structures of a source with the places where they begin.
fn structures(unit: &Unit) -> Vec<(usize, Structure)> {
    let mut masked = Vec::new();
    let mut of = |chunk: greenbar::code::chunk::Chunk| {
        let place = |at: greenbar::base::ByteOffset| usize::try_from(at.0).unwrap();
        mask_from(&unit.text[place(chunk.start)..place(chunk.end)], chunk.before, &mut masked);
        (place(chunk.start), parse(&masked, &Budget::unlimited()).unwrap())
    };
    Chunker::chunks(&unit.text, unit.format).into_iter().map(&mut of).collect()
}
