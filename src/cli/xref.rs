//! `greenbar xref FILE [NAME]`: where names are defined, read, changed, performed and called, and where control goes.

use super::context::Context;
use super::interrupt;
use super::near::Near;
use super::out::{Out, note};
use super::reading::{Reading, RemarkAt};
use super::source::{self, FormatArgs};
use crate::base::num::{counted, to_u64};
use crate::base::{Exit, Result, UserError};
use crate::code::xref::{Answer, Query, Unit, Want};
use serde::Serialize;
use std::path::PathBuf;

mod compiler;
mod lists;
mod sheet;
mod whole;

/// Which file, and what of it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A COBOL source or a compiler listing.
    file: PathBuf,
    #[command(flatten)]
    format: FormatArgs,
    /// A data item, file, paragraph, section or program, qualified if need be: A OF B. All of them without it.
    #[arg(num_args = 0..)]
    name: Vec<String>,
    /// What is performed and called, as a tree: from the start of the program, or from the paragraph NAME.
    #[arg(long, group = "list")]
    tree: bool,
    /// Paragraphs and sections that control never reaches.
    #[arg(long, group = "list", conflicts_with = "name")]
    unreachable: bool,
    /// GO TOs that leave a range while it is being performed.
    #[arg(long, group = "list", conflicts_with = "name")]
    left: bool,
    /// Show at most N references; all are counted.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    limit: usize,
}

#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    head: source::Head,
    name: String,
    #[serde(flatten)]
    answer: &'a Answer,
    total: u64,
    /// What the compiler of a listing lists of each definition.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    printed: Vec<compiler::Row>,
    /// What may be missing from what is told.
    problems: Vec<RemarkAt<'a>>,
}

/// Prints what is asked for.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    let budget = interrupt::budget();
    let reading = Reading::open(context, &args.file, args.format.wanted(), &budget)?;
    let name = args.name.join(" ");
    let exit = if args.tree || args.unreachable || args.left {
        let list = match (args.tree, args.unreachable) {
            (true, _) => lists::List::Tree(Some(name).filter(|n| !n.is_empty())),
            (_, true) => lists::List::Unreachable,
            _ => lists::List::Left,
        };
        lists::print(&reading, &list, out)?
    } else if name.is_empty() {
        whole::print(&reading, out)?
    } else {
        one(&reading, &name, args.limit, out)?
    };
    if !out.is_json() {
        reading.tell();
    }
    Ok(exit)
}

/// All about one name.
fn one(reading: &Reading, name: &str, limit: usize, out: &mut Out) -> Result<Exit> {
    let query = Query::parse(name).ok_or_else(|| {
        UserError::new(format!("{name} is no name"))
            .hint("give a name, or a name OF the group or section that it is in")
    })?;
    let mut near = Near::to(&query.name);
    let mut answer = Answer::default();
    let mut total = 0;
    let mut full = false;
    reading.units(&Want::Name(query.name.clone()), out.is_json(), &mut |unit: Unit| {
        full |= unit.is_full();
        let found = unit.answer(&query, answer.definitions.len());
        total += to_u64(found.references.len());
        if answer.definitions.is_empty() && total == 0 {
            unit.defined_names().for_each(|n| near.see(&n));
        }
        answer.definitions.extend(found.definitions);
        let room = limit.saturating_sub(answer.references.len());
        answer.references.extend(found.references.into_iter().take(room));
    })?;
    if answer.definitions.is_empty() && total == 0 {
        let names = near.names();
        let hint = if names.is_empty() {
            "no name in it is like this one; leave the name out to see all".to_owned()
        } else {
            format!("did you mean {}?", names.join(", "))
        };
        return Err(UserError::new(format!("{} has no {name}", reading.path()))
            .cause("nothing is called so, and nothing is mentioned by this name")
            .hint(hint)
            .exit(Exit::NotFound));
    }
    // Where not all references are here there is nothing to compare.
    let all = to_u64(answer.references.len()) == total;
    let printed = if all { compiler::rows(reading, &answer, out.is_json())? } else { Vec::new() };
    if out.is_json() {
        let problems = reading.remarks().collect();
        out.document(&Document {
            head: reading.head(),
            name: name.to_owned(),
            answer: &answer,
            total,
            printed,
            problems,
        });
    } else {
        sheet::print(reading, &answer, out)?;
        compiler::print(&printed, &answer, out);
        if to_u64(answer.references.len()) < total {
            let shown = answer.references.len();
            note(&format!(
                "{shown} of {} shown; --limit N shows more",
                counted(total, "reference", "references")
            ));
        }
    }
    if full {
        note("the program has more names or references than are kept: some are left out");
    }
    Ok(Exit::Done)
}
