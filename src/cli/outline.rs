//! `greenbar outline FILE`.

use super::out::{Out, Progress};
use super::source::FormatArgs;
use super::units::{self, UnitRow};
use super::{interrupt, source};
use crate::base::meter::no_meter;
use crate::base::{Budget, Exit, LineNo, Result, UserError};
use crate::code::{Outline, Problem, Scanner, SourceFormat, Symbol, SymbolKind};
use crate::listing::{Contents, Unit};
use crate::source::{ChunkSink, ScanEnd, ScanProgress};
use crate::work::{Survey, whole_outline};
use serde::Serialize;
use std::path::PathBuf;

/// Which file.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A COBOL source or a compiler listing.
    file: PathBuf,
    #[command(flatten)]
    format: FormatArgs,
}

#[derive(Serialize)]
struct Document<'o> {
    #[serde(flatten)]
    head: source::Head,
    lines: u64,
    symbols: Vec<Row<'o>>,
    /// The compile units of a listing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    units: Vec<UnitRow<'o>>,
    problems: &'o [Problem],
    left_out: Vec<SymbolKind>,
    /// Kinds of which only the first of each name is here.
    once: &'o [SymbolKind],
    /// The file was scanned and not parsed.
    scanned: bool,
}

#[derive(Serialize)]
struct Row<'o> {
    kind: SymbolKind,
    name: &'o str,
    /// Level number of a data item.
    level: Option<u8>,
    line: LineNo,
    /// The number that the compiler gave to the line, in a listing.
    #[serde(skip_serializing_if = "Option::is_none")]
    line_id: Option<u32>,
    /// COPY brought the line in, in a listing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    copied: bool,
    end_line: LineNo,
    /// What a SELECT assigns to its file, nothing if it does not say; a file without this is described by FD or SD.
    #[serde(skip_serializing_if = "Option::is_none")]
    assigned: Option<&'o str>,
    /// Place of the symbol that it is inside of in this list, from 0.
    parent: Option<u32>,
}

/// Larger files are not parsed but scanned: their outline is there in seconds, without what is inside of records, and with the
/// statements that begin a line only. Bytes.
const WHOLE: u64 = 64 << 20;

/// What a scan does not see, for people.
const LEFT_OUT: &str = "larger than 64 MiB: scanned, not parsed. Not here: items below level 01 but 77, condition and index names, \
     what stands behind another statement on its line, SORT and ALTER, debugging lines";

/// Bytes of a listing's line that its number is in.
const NUMBERED: usize = 32;

/// Prints the structure.
pub fn run(args: &Args, out: &mut Out) -> Result<Exit> {
    let opened = source::open(&args.file, args.format.wanted())?;
    let budget = interrupt::budget();
    let mut progress = Progress::new(out.is_json());
    opened.source.reach(WHOLE + 1, &budget)?;
    // The line index is needed either way; it is made by the pass that looks for structure.
    let is_cobol = opened.facts.format != SourceFormat::NotCobol;
    let scanned = is_cobol && opened.source.size() > WHOLE;
    let (outline, contents) = if !is_cobol {
        scan(&opened, args, &budget, &mut progress, &mut [])?;
        (Outline::default(), Contents::default())
    } else if !scanned {
        let total = opened.source.size();
        let mut told = |done| source::show(&mut progress, done, total);
        whole_outline(&opened.source, &opened.facts, &*no_meter(), &budget, &mut told)
            .map_err(|e| opened.go_on(&budget).err().unwrap_or(e))?
    } else {
        loop {
            let format = opened.facts.format;
            let mut survey = Survey::new(Scanner::new(format).with_statements(), format);
            if scan(&opened, args, &budget, &mut progress, &mut [&mut survey])? {
                break survey.finish();
            }
        }
    };
    drop(progress);
    opened.still_there()?;
    let symbols = outline.window(0, outline.len());
    let lines = opened.source.index_status().lines;
    if out.is_json() {
        let cards = symbols.iter().map(|s| (s, card(&opened, s)));
        let rows = cards.map(|(s, card)| Row {
            kind: told(s.kind),
            name: &s.name,
            level: (s.level > 0).then_some(s.level),
            line: s.line,
            line_id: card.map(|(number, _)| number),
            copied: card.is_some_and(|(_, copied)| copied),
            end_line: s.end_line,
            assigned: (s.kind == SymbolKind::Select).then(|| s.assigned.as_deref().unwrap_or_default()),
            parent: s.parent,
        });
        out.document(&Document {
            head: opened.head(),
            lines,
            symbols: rows.collect(),
            units: units::rows(&contents.units.iter().collect::<Vec<Unit>>()),
            problems: &outline.problems,
            left_out: outline.left_out.iter().copied().filter(|k| *k != SymbolKind::Select).collect(),
            once: &outline.once,
            scanned,
        });
        return Ok(Exit::Done);
    }
    if !is_cobol {
        out.line(&format!("{lines} lines; it does not look like COBOL, so there is no outline"));
    }
    let width = lines.to_string().len();
    for symbol in &symbols {
        let unit = contents.unit_at(symbol.line).filter(|_| symbol.kind == SymbolKind::Unit);
        let label = unit.as_ref().map_or_else(|| label(symbol), units::label);
        out.line(&format!("{:>width$}  {}{label}", symbol.line, "  ".repeat(symbol.depth.into())));
    }
    for problem in &outline.problems {
        out.line(&format!("line {} column {}: {}", problem.line, problem.column, problem.message));
    }
    if scanned {
        out.line(LEFT_OUT);
    }
    Ok(Exit::Done)
}

/// What a symbol is to programs: a file is one wherever it is named.
fn told(kind: SymbolKind) -> SymbolKind {
    if kind == SymbolKind::Select { SymbolKind::File } else { kind }
}

/// The card that a symbol of a listing stands on: its number, and whether COPY brought it in.
fn card(opened: &source::Opened, symbol: &Symbol) -> Option<(u32, bool)> {
    let SourceFormat::Listing(mut cards) = opened.facts.format else { return None };
    let (line, _) = opened.source.read(symbol.offset, NUMBERED);
    let card = cards.take(&line)?;
    Some((card.number(&line)?, card.copied))
}

/// Reads the file once; false if it changed meanwhile.
fn scan(
    opened: &source::Opened,
    args: &Args,
    budget: &Budget,
    progress: &mut Progress,
    sinks: &mut [&mut dyn ChunkSink],
) -> Result<bool> {
    let mut told = |p: ScanProgress| source::show(progress, p.done, p.total);
    match opened.source.scan(sinks, budget, &mut told)? {
        ScanEnd::Complete { unreadable: 0, .. } => Ok(true),
        ScanEnd::Complete { unreadable, .. } => {
            Err(UserError::new(format!("cannot read all of {}", args.file.display()))
                .cause(format!("{unreadable} bytes of it cannot be read"))
                .hint("check the disk, or copy what can be read"))
        }
        ScanEnd::Stopped { .. } => opened.go_on(budget).map(|()| false),
        ScanEnd::Changed(_) => opened.source.refresh().map(|_| false),
    }
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
        SymbolKind::Select => symbol.as_select(),
        SymbolKind::Copy => format!("COPY {name}"),
        SymbolKind::Call => format!("CALL {name}"),
        SymbolKind::Perform => format!("PERFORM {name}"),
        SymbolKind::Goto => format!("GO TO {name}"),
        SymbolKind::Exec => format!("EXEC {name}"),
        SymbolKind::Index => format!("INDEX {name}"),
        _ if symbol.level > 0 => format!("{:02} {name}", symbol.level),
        _ => name.clone(),
    }
}
