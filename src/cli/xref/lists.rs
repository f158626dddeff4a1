//! Where control goes, as lists: the tree of PERFORMs, what is never reached, ranges that are left.

use super::super::out::Out;
use super::super::reading::{Reading, shown};
use super::whole::begin;
use crate::base::num::{counted, to_u64};
use crate::base::{Exit, Result, UserError};
use crate::code::xref::{Access, Flow, Left, Place, Step, Tree, Unit, Unreached, Want};
use serde::Serialize;

/// How wide a line may be.
const WIDTH: usize = 80;
/// Places that a line lists.
const PLACES: usize = 6;
/// Deepest step that is indented as deep as it is.
const DEEPEST: usize = 12;

/// Which list.
pub enum List {
    /// What is performed and called, perhaps from one procedure on.
    Tree(Option<String>),
    Unreachable,
    Left,
}

/// What a document says of one program.
#[derive(Serialize)]
struct OfProgram {
    unit: String,
    program: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tree: Option<Tree>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unreachable: Option<Vec<Unreached>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    left: Option<Vec<Left>>,
    /// All of it was looked at.
    complete: bool,
}

/// Prints a list of each program.
pub fn print(reading: &Reading, list: &List, out: &mut Out) -> Result<Exit> {
    let json = out.is_json();
    if json {
        begin(&reading.head(), out);
    }
    let (mut programs, mut found) = (0u64, 0u64);
    reading.units(&Want::Flow, json, &mut |unit: Unit| {
        let all =
            (0..unit.programs().max(1)).map(|p| if unit.programs() == 0 { unit.root_program() } else { p });
        for program in all {
            let Some(flow) = unit.flow(program).filter(|_| out.is_open()) else { continue };
            let row = of_program(&unit, program, &flow, list);
            let rows = row.rows();
            if json {
                let text = serde_json::to_string(&row).unwrap_or_default();
                out.json(&format!("{}{text}", if programs > 0 { ",\n" } else { "\n" }));
            } else if rows > 0 || matches!(list, List::Unreachable | List::Left) {
                if programs > 0 {
                    out.line("");
                }
                text(&row, out);
            }
            programs += 1;
            found += rows;
        }
    })?;
    if json {
        let problems = serde_json::to_string(&reading.remarks().collect::<Vec<_>>()).unwrap_or_default();
        out.json(&format!("\n],\"problems\":{problems}}}\n"));
    }
    if let List::Tree(Some(name)) = list
        && found == 0
    {
        return Err(UserError::new(format!("{} has no procedure {name}", reading.path()))
            .cause("no paragraph and no section is called so")
            .hint("`greenbar outline FILE` lists them")
            .exit(Exit::NotFound));
    }
    if programs == 0 && !json {
        out.line("there are no procedures in it");
    }
    Ok(if found == 0 { Exit::NotFound } else { Exit::Done })
}

fn of_program(unit: &Unit, program: u32, flow: &Flow, list: &List) -> OfProgram {
    let mut row = OfProgram {
        unit: unit.unit_name(program),
        program: unit.program_name(program),
        tree: None,
        unreachable: None,
        left: None,
        complete: !unit.is_full(),
    };
    match list {
        List::Tree(from) => {
            let tree = flow.tree(from.as_deref());
            row.complete &= !tree.cut;
            row.tree = Some(tree);
        }
        List::Unreachable => row.unreachable = Some(flow.unreachable()),
        List::Left => {
            let (left, whole) = flow.left();
            row.complete &= whole;
            row.left = Some(left);
        }
    }
    row
}

impl OfProgram {
    fn rows(&self) -> u64 {
        let tree = self.tree.as_ref().map_or(0, |t| t.steps.len());
        let others = self.unreachable.as_ref().map_or(0, Vec::len) + self.left.as_ref().map_or(0, Vec::len);
        to_u64(tree + others)
    }
}

fn text(row: &OfProgram, out: &mut Out) {
    out.line(if row.program.is_empty() { "(no program)" } else { &row.program });
    for step in row.tree.iter().flat_map(|t| &t.steps) {
        out.line(&step_line(step));
    }
    if let Some(unreached) = &row.unreachable {
        for one in unreached {
            let section = one.section.as_ref().map_or_else(String::new, |s| format!(" of {s}"));
            let named = match one.named.as_slice() {
                [] => "nothing names it".to_owned(),
                named => format!("named where control never comes: {}", places(named)),
            };
            out.line(&cut(format!("{:>8}  {}{section}  {named}", shown(&one.place), one.name)));
        }
        let all = counted(to_u64(unreached.len()), "procedure is", "procedures are");
        out.line(&format!("{all} never reached"));
    }
    if let Some(left) = &row.left {
        for one in left {
            let range =
                one.thru.as_ref().map_or_else(|| one.begin.clone(), |t| format!("{} THRU {t}", one.begin));
            let then = one.then.words();
            let inside = one.inside.as_deref().unwrap_or("-");
            out.line(&cut(format!("{:>8}  {inside}: GO TO {}  {then}", shown(&one.place), one.to)));
            out.line(&cut(format!("{:>8}  leaves PERFORM {range}, line {}", "", places(&one.performed))));
        }
        let all = counted(to_u64(left.len()), "GO TO leaves", "GO TOs leave");
        out.line(&format!("{all} a range that is performed"));
    }
    if !row.complete {
        out.line("not all of it was looked at: it is too large");
    }
}

/// A step, indented; numbers of what is very deep say how deep it is.
fn step_line(step: &Step) -> String {
    let indent = "  ".repeat(step.depth.min(DEEPEST));
    let deep = if step.depth > DEEPEST { format!("{}> ", step.depth) } else { String::new() };
    let verb = match step.by {
        None | Some(Access::Perform) => "",
        Some(Access::Sort) => "SORT ",
        Some(Access::Processing) => "XML PARSE ",
        Some(Access::Call) => "CALL ",
        Some(Access::Cancel) => "CANCEL ",
        Some(Access::Link) => "LINK ",
        Some(Access::Xctl) => "XCTL ",
        Some(_) => "START ",
    };
    let thru = step.thru.as_ref().map_or_else(String::new, |t| format!(" THRU {t}"));
    let programs = match step.programs.as_slice() {
        [] => String::new(),
        all => format!(" ({})", all.join(", ")),
    };
    let mark = match (step.recursive, step.again) {
        (true, _) => "  recursive",
        (_, true) => "  see above",
        _ => "",
    };
    let at = step.at.as_ref().or(step.defined.as_ref()).map_or_else(String::new, shown);
    cut(format!("{at:>8}  {indent}{deep}{verb}{}{thru}{programs}{mark}", step.name))
}

/// Some places in a row.
fn places(all: &[Place]) -> String {
    let some: Vec<String> = all.iter().take(PLACES).map(shown).collect();
    let more = if all.len() > PLACES { format!(" and {} more", all.len() - PLACES) } else { String::new() };
    format!("{}{more}", some.join(" "))
}

fn cut(line: String) -> String {
    if line.chars().count() <= WIDTH { line } else { line.chars().take(WIDTH).collect() }
}
