//! `greenbar expand FILE`: a program with its copybooks put in.

use super::context::Context;
use super::interrupt;
use super::out::{Out, note};
use super::source::{self, FormatArgs, Opened};
use crate::base::text::{Line, LineOptions};
use crate::base::{Exit, LineNo, Result};
use crate::code::SourceFormat;
use crate::code::copybook::{Copy, CopyKind, Expanded, Origin, Outcome, RemarkKind, expand};
use crate::work::library_for;
use serde::Serialize;
use std::path::PathBuf;

/// Which program.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A COBOL source.
    file: PathBuf,
    #[command(flatten)]
    format: FormatArgs,
    /// Before each line its number in the program or, behind a C, in the copybook that it is from.
    #[arg(long, short)]
    numbers: bool,
}

/// Everything about the expansion but its lines, which are printed one by one behind it.
#[derive(Serialize)]
struct Document<'e> {
    #[serde(flatten)]
    head: source::Head,
    /// Folders, in the order in which they were searched.
    search_path: Vec<String>,
    copies: Vec<CopyRow<'e>>,
    problems: Vec<ProblemRow<'e>>,
}

#[derive(Serialize)]
struct CopyRow<'e> {
    kind: CopyKind,
    name: &'e str,
    library: Option<&'e str>,
    outcome: Outcome,
    file: Option<&'e str>,
    /// Where the statement stands.
    at_file: &'e str,
    at_line: LineNo,
    /// Lines of the expansion that it put in.
    first_line: Option<LineNo>,
    last_line: Option<LineNo>,
}

#[derive(Serialize)]
struct ProblemRow<'e> {
    kind: RemarkKind,
    file: &'e str,
    line: LineNo,
    column: u32,
    message: &'e str,
}

#[derive(Serialize)]
struct LineRow<'e> {
    number: u64,
    text: &'e str,
    /// Where it is from.
    file: &'e str,
    line: LineNo,
    /// It is from a copybook.
    copied: bool,
    /// REPLACING or REPLACE changed it.
    changed: bool,
}

/// Prints the expansion.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    let opened = source::open(&args.file, args.format.wanted())?;
    let budget = interrupt::budget();
    let text = opened.all(&budget)?;
    let library = library_for(&args.file, &context.env, context.config());
    let expanded = expand(&text, opened.facts.format, &library, &budget);
    drop(text);
    opened.go_on(&budget)?;
    let printed = Printed { expanded: &expanded, opened: &opened, program: args.file.display().to_string() };
    if out.is_json() {
        let search_path = library.folders().iter().map(|f| f.display().to_string()).collect();
        printed.json(search_path, out);
    } else {
        printed.text(args.numbers, out);
        for (folder, why) in library.absent() {
            note(&format!("greenbar: copy path {}: {why}", folder.display()));
        }
        for remark in &expanded.problems {
            let (file, line) = (printed.file(remark.at), remark.at.line_no());
            note(&format!("greenbar: {file} line {line} column {}: {}", remark.column, remark.message));
        }
    }
    Ok(Exit::Done)
}

/// An expansion as it is printed.
struct Printed<'e> {
    expanded: &'e Expanded,
    opened: &'e Opened,
    program: String,
}

impl Printed<'_> {
    /// What names the file that a line is from.
    fn file(&self, origin: Origin) -> &str {
        self.expanded.copy_of(origin).and_then(|c| c.file.as_deref()).unwrap_or(&self.program)
    }

    /// The lines with the numbers they have in the expansion.
    fn lines(&self) -> impl Iterator<Item = (LineNo, &[u8], Origin)> {
        let lines = self.expanded.text.split_inclusive(|b| *b == b'\n');
        let bare = |line: &'_ [u8]| {
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            line.strip_suffix(b"\r").unwrap_or(line).len()
        };
        let numbered = (0..).map(LineNo::from_index).zip(lines.zip(&self.expanded.origins));
        numbered.map(move |(number, (line, origin))| {
            (number, line.get(..bare(line)).unwrap_or_default(), *origin)
        })
    }

    /// What was put together is plain text: ASCII, UTF-8 where the program or the copybook is, else bytes of Latin-1.
    fn is_latin1(line: &[u8]) -> bool {
        std::str::from_utf8(line).is_err()
    }

    fn text(&self, numbers: bool, out: &mut Out) {
        let mut ends = self.expanded.ends().into_iter().peekable();
        for (number, line, origin) in self.lines() {
            if numbers {
                let mark = if origin.source == 0 { ' ' } else { 'C' };
                out.piece(&format!("{mark}{:>6}  ", origin.line_no()));
            }
            let options = LineOptions {
                charset: out.charset(),
                latin1: Self::is_latin1(line),
                columns: false,
                ..LineOptions::default()
            };
            out.line(Line::decode(line, &options).text());
            while let Some((_, copy)) = ends.next_if(|(last, _)| *last == number) {
                if numbers {
                    out.piece("         ");
                }
                out.line(&self.end_of(copy));
            }
            if !out.is_open() {
                return;
            }
        }
    }

    /// The comment behind what was put in.
    fn end_of(&self, copy: &Copy) -> String {
        let margin = if self.expanded.format == SourceFormat::Free { "*>" } else { "      *" };
        format!("{margin}    END OF {}", copy.name)
    }

    fn json(&self, search_path: Vec<String>, out: &mut Out) {
        let document = Document {
            head: self.opened.head(),
            search_path,
            copies: self
                .expanded
                .copies
                .iter()
                .map(|c| CopyRow {
                    kind: c.kind,
                    name: &c.name,
                    library: c.library.as_deref(),
                    outcome: c.outcome,
                    file: c.file.as_deref(),
                    at_file: self.file(c.at),
                    at_line: c.at.line_no(),
                    first_line: c.lines.map(|(first, _)| first),
                    last_line: c.lines.map(|(_, last)| last),
                })
                .collect(),
            problems: self
                .expanded
                .problems
                .iter()
                .map(|p| ProblemRow {
                    kind: p.kind,
                    file: self.file(p.at),
                    line: p.at.line_no(),
                    column: p.column,
                    message: &p.message,
                })
                .collect(),
        };
        let head = serde_json::to_string(&document).unwrap_or_default();
        out.json(head.strip_suffix('}').unwrap_or_default());
        out.json(",\"lines\":[");
        for (number, line, origin) in self.lines() {
            let text = source::text(line, Self::is_latin1(line));
            let row = LineRow {
                number: number.get(),
                text: &text,
                file: self.file(origin),
                line: origin.line_no(),
                copied: origin.source != 0,
                changed: origin.changed,
            };
            out.json(if number == LineNo::FIRST { "\n" } else { ",\n" });
            out.json(&serde_json::to_string(&row).unwrap_or_default());
            if !out.is_open() {
                return;
            }
        }
        out.json("\n]}\n");
    }
}
