//! `greenbar offset LISTING HEX`: the statement whose code is at an offset of a program.

use super::context::Context;
use super::interrupt;
use super::out::Out;
use super::reading::Reading;
use super::source::{self, FormatArgs};
use crate::base::{Exit, LineNo, Result, UserError};
use crate::listing::{At, Unit, offset_of};
use serde::Serialize;
use std::path::PathBuf;

/// Which listing, and where in the program.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A compiler listing with the option OFFSET or LIST.
    file: PathBuf,
    /// The offset in hexadecimal digits, as messages and dumps have it: 1A4, +000001A4, X'1A4'.
    #[arg(allow_hyphen_values = true)]
    offset: String,
    #[command(flatten)]
    format: FormatArgs,
    /// Only the compile unit of this program; all of them without it.
    #[arg(long, value_name = "NAME")]
    program: Option<String>,
    /// The offset is where a call returns to, as those of a traceback are: what called is before it.
    #[arg(long)]
    returns: bool,
}

#[derive(Serialize)]
struct Document {
    #[serde(flatten)]
    head: source::Head,
    /// From the start of the program, in bytes.
    offset: u64,
    units: Vec<Answer>,
}

#[derive(Serialize)]
struct Answer {
    program: String,
    /// `statement`, `before` the first one, `behind` the code, or `unknown` without a table.
    found: &'static str,
    statements: Vec<Statement>,
}

#[derive(Serialize)]
struct Statement {
    line_id: u32,
    line: Option<LineNo>,
    /// Where its code begins.
    offset: u64,
    verb: String,
    /// The line of the source.
    text: String,
}

/// Prints what is there.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    let offset = offset_of(&args.offset).ok_or_else(|| {
        UserError::new(format!("{} is no offset", args.offset))
            .cause("an offset is written in hexadecimal digits")
            .hint("for example 1A4, +000001A4 or X'1A4'")
    })?;
    let budget = interrupt::budget();
    let reading = Reading::open(context, &args.file, args.format.wanted(), &budget)?;
    let contents = reading.contents(out.is_json())?;
    let wanted = |unit: &Unit| args.program.as_ref().is_none_or(|p| unit.name().eq_ignore_ascii_case(p));
    let units: Vec<Unit> = contents.units.iter().filter(wanted).collect();
    if units.is_empty() {
        let names: Vec<String> = contents.units.iter().map(|unit| unit.name().to_owned()).take(20).collect();
        let what = UserError::new(format!("{} has no compile unit to look in", reading.path()));
        return Err(if names.is_empty() {
            what.cause("it is no compiler listing").hint("give the listing of the program that failed")
        } else {
            what.cause("no unit is called so").hint(format!("there are: {}", names.join(", ")))
        }
        .exit(Exit::NotFound));
    }
    let mut answers = Vec::new();
    for unit in units {
        answers.push(answer(&reading, &unit, offset, args.returns, out)?);
    }
    let found = answers.iter().any(|a| !a.statements.is_empty());
    if out.is_json() {
        out.document(&Document { head: reading.head(), offset, units: answers });
    } else {
        for answer in &answers {
            print(answer, offset, out);
        }
    }
    Ok(if found { Exit::Done } else { Exit::NotFound })
}

fn answer(reading: &Reading, unit: &Unit, offset: u64, returns: bool, out: &Out) -> Result<Answer> {
    let offsets = reading.offsets(unit)?;
    let (found, code) = match offsets.at(offset, returns) {
        At::Statements(code) => ("statement", code),
        At::Before => ("before", Vec::new()),
        At::Behind => ("behind", Vec::new()),
        At::Unknown => ("unknown", Vec::new()),
    };
    let mut statements = Vec::new();
    if !code.is_empty() {
        let printed = reading.printed(unit)?;
        for code in code {
            let line = printed.line_of(code.line_id);
            let text = line.map(|line| reading.statement(line, out)).transpose()?.unwrap_or_default();
            let (line_id, offset, verb) = (code.line_id, code.offset, code.verb.clone());
            statements.push(Statement { line_id, line, offset, verb, text });
        }
    }
    Ok(Answer { program: unit.name().to_owned(), found, statements })
}

fn print(answer: &Answer, offset: u64, out: &mut Out) {
    let program = &answer.program;
    let why = match answer.found {
        "before" => "before its first statement, where the program begins",
        "behind" => "behind its code",
        "unknown" => "not known: it was compiled with neither OFFSET nor LIST",
        _ => "",
    };
    if !why.is_empty() {
        out.line(&format!("{program} +{offset:X}: {why}"));
    }
    for s in &answer.statements {
        let line = s.line.map_or_else(String::new, |line| format!(" (line {line})"));
        out.line(&format!("{program} +{offset:X}: LineID {}{line} {} at +{:X}", s.line_id, s.verb, s.offset));
        if !s.text.is_empty() {
            out.line(&format!("  {}", s.text));
        }
    }
}
