//! `greenbar layout FILE [NAME]`: the storage map of data items, printed as each record is read.

use super::context::Context;
use super::interrupt;
use super::near::Near;
use super::out::Out;
use super::reading::Reading;
use super::source::FormatArgs;
use crate::base::num::to_u64;
use crate::base::{Exit, LineNo, Result, UserError};
use crate::code::data::{
    DataName, Dimension, Extract, Flags, Item, ItemKind, Length, Occurs, Record, Sign, Usage, Value,
};
use crate::code::{Problem, SourceFormat};
use crate::listing::Mapped;
use serde::Serialize;
use std::path::PathBuf;

mod compiler;
mod sheet;

use compiler::Compiler;
use sheet::Sheet;

/// Which file, and what of it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A COBOL source, a copybook or a compiler listing.
    file: PathBuf,
    #[command(flatten)]
    format: FormatArgs,
    /// Only this record or item: its name, or a qualified one such as A OF B.
    #[arg(num_args = 0..)]
    name: Vec<String>,
}

/// Most problems that a document holds.
const MAX_PROBLEMS: usize = 1_000;

/// An item as a document has it. Offsets count from 0.
#[derive(Serialize)]
struct Row<'r> {
    kind: ItemKind,
    level: u8,
    name: &'r str,
    /// Type, start from 1 and length, as people write it.
    #[serde(rename = "type")]
    notation: String,
    offset: Option<u64>,
    /// A table before it has a length of its own: the offset holds when that is at its largest.
    variable: bool,
    /// Bytes of one occurrence; none if there may be more than `at_least`.
    length: Option<u64>,
    at_least: u64,
    /// Bytes of all occurrences, and with the fewest occurrences of every table.
    total: Option<u64>,
    least: u64,
    picture: Option<&'r str>,
    usage: Option<Usage>,
    sign: Option<Sign>,
    occurs: Option<&'r Occurs>,
    dimensions: &'r [Dimension],
    slack_before: u64,
    slack_inside: u64,
    redefines: Option<&'r str>,
    /// The redefinition is not written: records of one file share its area.
    implicit: bool,
    renames: Option<Renames<'r>>,
    values: &'r [Value],
    when_false: Option<&'r str>,
    #[serde(flatten)]
    flags: Flags,
    /// Place of the item that it is under in this list, from 0.
    parent: Option<u64>,
    line: LineNo,
    /// The file of the copybook that this is a line of; `None` for the source itself.
    copybook: Option<&'r str>,
    /// The number that the compiler gave to the line, and where its own map has the item, in a listing.
    #[serde(skip_serializing_if = "Option::is_none")]
    line_id: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    map: Option<Mapped>,
    record: &'r str,
    program: Option<&'r str>,
    section: &'static str,
    file: Option<&'r str>,
}

#[derive(Serialize)]
struct Renames<'r> {
    from: &'r DataName,
    through: Option<&'r DataName>,
}

/// A problem as a document has it.
#[derive(Serialize)]
struct ProblemRow<'p> {
    line: LineNo,
    column: u32,
    /// The file of the copybook it is in.
    copybook: Option<&'p str>,
    message: &'p str,
}

/// Prints the map.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    let wanted = wanted(&args.name)?;
    let budget = interrupt::budget();
    let reading = Reading::open(context, &args.file, args.format.wanted(), &budget)?;
    let json = out.is_json();
    let compiler = Compiler::new(&reading, json)?;
    let mut printer = Printer::new(out, &reading, wanted, compiler);
    let cancel = budget.cancel.clone();
    let mut extract = Extract::new(reading.format(), |record: Record| {
        printer.record(&record);
        if !printer.out.is_open() {
            cancel.cancel();
        }
    });
    let read = reading.scan(&mut extract, json);
    let problems = extract.finish();
    if !printer.out.is_open() {
        return Ok(Exit::Done);
    }
    read?;
    let exit = printer.end(problems)?;
    if !json {
        reading.tell();
    }
    Ok(exit)
}

/// The name that was asked for.
fn wanted(words: &[String]) -> Result<Option<DataName>> {
    let words: Vec<&str> = words.iter().flat_map(|w| w.split_whitespace()).collect();
    if words.is_empty() {
        return Ok(None);
    }
    let mut parts = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let joint = word.eq_ignore_ascii_case("OF") || word.eq_ignore_ascii_case("IN");
        if joint != (at % 2 == 1) {
            return Err(UserError::new(format!("{} is no name of an item", words.join(" ")))
                .hint("give a name, or a name OF the record or group that it is in"));
        }
        if !joint {
            parts.push((*word).to_owned());
        }
    }
    if words.len().is_multiple_of(2) {
        return Err(UserError::new(format!("{} is no name of an item", words.join(" ")))
            .hint("a name is missing behind the last OF"));
    }
    Ok(Some(DataName { parts }))
}

/// Prints records as they come.
struct Printer<'a> {
    out: &'a mut Out,
    reading: &'a Reading<'a>,
    wanted: Option<DataName>,
    /// What the compiler of a listing says.
    compiler: Compiler<'a>,
    near: Near,
    sheet: Sheet,
    /// Items seen and items printed.
    seen: u64,
    printed: u64,
    problems: Vec<Problem>,
    left_out: u64,
}

impl<'a> Printer<'a> {
    fn new(
        out: &'a mut Out,
        reading: &'a Reading<'a>,
        wanted: Option<DataName>,
        compiler: Compiler<'a>,
    ) -> Self {
        let near = Near::to(wanted.as_ref().and_then(|n| n.parts.first()).map_or("", String::as_str));
        let (sheet, problems) = (Sheet::default(), Vec::new());
        Self { out, reading, wanted, compiler, near, sheet, seen: 0, printed: 0, problems, left_out: 0 }
    }

    fn record(&mut self, record: &Record) {
        self.seen += to_u64(record.items.len());
        let Some(wanted) = &self.wanted else {
            return self.print(record, 0..record.items.len());
        };
        let mut at = 0;
        let mut found = Vec::new();
        while at < record.items.len() {
            if record.is_meant(at, wanted) {
                let under = record.under(at);
                at = under.end;
                found.push(under);
            } else {
                self.near.see(record.items.get(at).map_or("", Item::name));
                at += 1;
            }
        }
        for range in found {
            self.print(record, range);
        }
    }

    /// Prints items of a record that follow each other.
    fn print(&mut self, record: &Record, range: std::ops::Range<usize>) {
        if self.out.is_json() {
            self.begin();
            for index in range.clone() {
                self.row(record, index, &range);
            }
        } else {
            let lines = record.items.get(range.clone()).map(|items| (items.first(), items.last()));
            self.sheet.print(self.out, record, range.clone(), self.reading);
            for item in record.items.get(range).unwrap_or_default() {
                // Of one that was asked for, its place is of interest; of all of them, where the two differ.
                if let (_, Some(mapped)) = self.compiler.says(item)
                    && self.wanted.is_some()
                {
                    self.out.line(&format!("the compiler has {} at {}", item.name(), mapped.shown()));
                }
            }
            if let Some((Some(first), Some(last))) = lines {
                let whole = self.wanted.is_none();
                let near =
                    |p: &&Problem| whole || (first.entry.at.line..=last.entry.at.line).contains(&p.line);
                for problem in record.problems.iter().filter(near) {
                    self.out.line(&sheet::problem(problem, self.reading));
                }
            }
            self.printed += 1;
            return;
        }
        let room = MAX_PROBLEMS.saturating_sub(self.problems.len());
        self.problems.extend(record.problems.iter().take(room).cloned());
        self.left_out += to_u64(record.problems.len().saturating_sub(room));
    }

    /// The beginning of a document, once.
    fn begin(&mut self) {
        if self.printed == 0 {
            let head = serde_json::to_string(&self.reading.head()).unwrap_or_default();
            let head = head.strip_suffix('}').unwrap_or_default();
            self.out.json(&format!("{head},\"items\":["));
        }
    }

    fn row(&mut self, record: &Record, index: usize, range: &std::ops::Range<usize>) {
        let Some(item) = record.items.get(index) else { return };
        let entry = &item.entry;
        // Items of this record begin at this place of the list.
        let base = self.printed.saturating_sub(to_u64(index - range.start));
        let inside = item.parent.map(u64::from).and_then(|p| p.checked_sub(to_u64(range.start)));
        let known = |length: Length| if item.kind == ItemKind::Missing { None } else { length.bytes() };
        let (line, copybook) = self.reading.place(entry.at.line);
        let (line_id, map) = self.compiler.says(item);
        let row = Row {
            kind: item.kind,
            level: entry.level,
            name: item.name(),
            notation: item.notation(),
            offset: item.offset,
            variable: item.moves,
            length: known(item.length),
            at_least: item.length.known,
            total: known(item.total),
            least: item.least,
            picture: entry.picture.as_ref().map(|p| p.text.as_str()),
            usage: item.usage,
            sign: item.sign,
            occurs: entry.occurs.as_ref(),
            dimensions: &item.dimensions,
            slack_before: item.slack,
            slack_inside: item.slack_inside,
            redefines: item.redefines.as_deref(),
            implicit: item.implicit,
            renames: entry
                .renames
                .as_ref()
                .map(|(from, through)| Renames { from, through: through.as_ref() }),
            values: &entry.values,
            when_false: entry.when_false.as_deref(),
            flags: entry.flags,
            parent: inside.map(|p| base + p),
            line,
            copybook,
            line_id,
            map,
            record: record.items.first().map_or("", Item::name),
            program: record.place.program.as_deref(),
            section: record.place.section.name(),
            file: record.place.file.as_deref(),
        };
        let gap = if self.printed == 0 { "" } else { "," };
        self.out.json(&format!("{gap}\n{}", serde_json::to_string(&row).unwrap_or_default()));
        self.printed += 1;
    }

    /// What is said when all is read.
    fn end(mut self, outside: Vec<Problem>) -> Result<Exit> {
        let path = self.reading.path();
        if let Some(wanted) = self.wanted.as_ref().filter(|_| self.printed == 0) {
            let what = UserError::new(format!("{path} has no item {wanted}")).exit(Exit::NotFound);
            let names = self.near.names();
            return Err(if self.seen == 0 {
                what.cause("no data items were found in it").hint("is it a COBOL source or a copybook?")
            } else if names.is_empty() {
                what.cause("no name in it is like this one").hint("leave the name out to see all items")
            } else {
                what.cause("no item is called so").hint(format!("did you mean {}?", names.join(", ")))
            });
        }
        if self.out.is_json() {
            self.begin();
            let room = MAX_PROBLEMS.saturating_sub(self.problems.len());
            self.left_out += to_u64(outside.len().saturating_sub(room));
            self.problems.extend(outside.into_iter().take(room));
            self.problems.sort_by_key(|p| (p.line, p.column));
            let rows = self.problems.iter().map(|problem| {
                let (line, copybook) = self.reading.place(problem.line);
                ProblemRow { line, column: problem.column, copybook, message: &problem.message }
            });
            let problems = serde_json::to_string(&rows.collect::<Vec<_>>()).unwrap_or_default();
            let copybooks =
                serde_json::to_string(&self.reading.remarks().collect::<Vec<_>>()).unwrap_or_default();
            let map = self.compiler.counts().map_or_else(String::new, |[agree, differ]| {
                format!(",\"map\":{{\"agree\":{agree},\"differ\":{differ}}}")
            });
            self.out.json(&format!(
                "\n]{map},\"problems\":{problems},\"problems_left_out\":{},\"copybooks\":{copybooks}}}\n",
                self.left_out
            ));
        } else {
            for problem in outside.iter().filter(|_| self.wanted.is_none()) {
                self.out.line(&sheet::problem(problem, self.reading));
            }
            self.compiler.tell(self.out);
            if self.seen == 0 {
                let cobol = self.reading.format() != SourceFormat::NotCobol;
                let why = if cobol { "" } else { ": it does not look like COBOL" };
                self.out.line(&format!("no data items{why}"));
            }
        }
        Ok(if self.seen == 0 { Exit::NotFound } else { Exit::Done })
    }
}
