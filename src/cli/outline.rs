//! `greenbar outline FILE`.

use super::out::{Out, Progress};
use super::{interrupt, source};
use crate::base::{Exit, LineNo, Result, UserError};
use crate::code::{Problem, Scanner, SourceFormat, Symbol, SymbolKind};
use crate::source::ScanEnd;
use serde::Serialize;
use std::path::PathBuf;

/// Which file.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A COBOL source.
    file: PathBuf,
}

#[derive(Serialize)]
struct Document<'o> {
    #[serde(flatten)]
    head: source::Head,
    lines: u64,
    symbols: Vec<Row<'o>>,
    problems: &'o [Problem],
    left_out: &'o [SymbolKind],
}

#[derive(Serialize)]
struct Row<'o> {
    kind: SymbolKind,
    name: &'o str,
    /// Level number of a data item.
    level: Option<u8>,
    line: LineNo,
    end_line: LineNo,
    /// Place of the symbol that it is inside of in this list, from 0.
    parent: Option<u32>,
}

/// How often a file that changes while it is read is read again.
const TRIES: usize = 3;

/// Prints the structure.
pub fn run(args: &Args, out: &mut Out) -> Result<Exit> {
    let opened = source::open(&args.file)?;
    let budget = interrupt::budget();
    let mut progress = Progress::new(out.is_json());
    let mut scanner = Scanner::new(opened.facts.format);
    for _ in 0..TRIES {
        scanner = Scanner::new(opened.facts.format);
        let mut told = |p: crate::source::ScanProgress| source::show(&mut progress, p.done, p.total);
        let end = if opened.facts.format == SourceFormat::NotCobol {
            opened.source.scan(&mut [], &budget, &mut told)?
        } else {
            opened.source.scan(&mut [&mut scanner], &budget, &mut told)?
        };
        match end {
            ScanEnd::Complete { unreadable: 0, .. } => break,
            ScanEnd::Complete { unreadable, .. } => {
                return Err(UserError::new(format!("cannot read all of {}", args.file.display()))
                    .cause(format!("{unreadable} bytes of it cannot be read"))
                    .hint("check the disk, or copy what can be read"));
            }
            ScanEnd::Stopped { .. } => opened.go_on(&budget)?,
            ScanEnd::Changed(_) => {
                opened.source.refresh()?;
            }
        }
    }
    drop(progress);
    opened.still_there()?;
    let outline = scanner.finish();
    let symbols = outline.window(0, outline.len());
    let lines = opened.source.index_status().lines;
    if out.is_json() {
        let rows = symbols.iter().map(|s| Row {
            kind: s.kind,
            name: &s.name,
            level: (s.level > 0).then_some(s.level),
            line: s.line,
            end_line: s.end_line,
            parent: s.parent,
        });
        out.document(&Document {
            head: opened.head(),
            lines,
            symbols: rows.collect(),
            problems: &outline.problems,
            left_out: &outline.left_out,
        });
        return Ok(Exit::Done);
    }
    if opened.facts.format == SourceFormat::NotCobol {
        out.line(&format!("{lines} lines; it does not look like COBOL, so there is no outline"));
    }
    let width = lines.to_string().len();
    for symbol in &symbols {
        out.line(&format!("{:>width$}  {}{}", symbol.line, "  ".repeat(symbol.depth.into()), label(symbol)));
    }
    for problem in &outline.problems {
        out.line(&format!("line {} column {}: {}", problem.line, problem.column, problem.message));
    }
    Ok(Exit::Done)
}

/// A symbol as it is written in a source.
fn label(symbol: &Symbol) -> String {
    let name = &symbol.name;
    match symbol.kind {
        SymbolKind::Program => format!("PROGRAM {name}"),
        SymbolKind::Division => format!("{name} DIVISION"),
        SymbolKind::Section => format!("{name} SECTION"),
        SymbolKind::Entry => format!("ENTRY {name}"),
        SymbolKind::File => format!("FD {name}"),
        SymbolKind::Copy => format!("COPY {name}"),
        _ if symbol.level > 0 => format!("{:02} {name}", symbol.level),
        _ => name.clone(),
    }
}
