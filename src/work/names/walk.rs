//! Lists to walk along: what is performed and called in a program, what control never reaches, what a GO TO leaves.

use super::copied::copied;
use super::{Place, Program, Programs, Spot};
use crate::base::{Budget, LineNo, Result};
use crate::code::xref::{self, Access, Flow, Left, Step, Unreached};
use serde::{Deserialize, Serialize};

/// Most rows that a list gives.
const MOST_ROWS: usize = 20_000;
/// Lines that one row lists.
const LINES: usize = 6;

/// What a list is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WalkOf {
    /// Where control goes.
    Flow(FlowOf),
    /// The lines that a COPY puts in.
    Copied,
    /// Entries of the knowledge base that fit a line.
    Known,
    /// Notes on lines, and entries that are linked to them: the pane has them.
    Notes,
    /// Files of sessions before: the pane has them.
    Recent,
}

/// What of the flow of control a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlowOf {
    /// What the procedure around a line performs and calls, as a tree; of the program, outside of procedures.
    Procedure,
    /// The same from the start of the program.
    Program,
    /// Procedures that control never reaches.
    Unreached,
    /// GO TOs that leave a range while it is being performed.
    Left,
}

/// A list of places to walk along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walk {
    /// Which.
    pub of: WalkOf,
    /// The procedure or program that it is about; of what is copied, the path of the copybook.
    pub about: String,
    /// Its rows.
    pub rows: Vec<WalkRow>,
    /// There are more, or not all of the program was looked at.
    pub cut: bool,
}

/// A row of such a list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WalkRow {
    /// How many rows above it is inside of.
    pub depth: usize,
    /// The procedure, program or range; of what is copied, the text of the line.
    pub name: String,
    /// What leads to it, or what it is: `perform`, `call`, `paragraph`, `go to`.
    pub how: String,
    /// What more there is to say.
    pub note: String,
    /// The statement that leads to it, or the place that the row is about.
    pub at: Option<Spot>,
    /// Where the procedure begins, if it is in this program.
    pub begins: Option<Spot>,
    /// The id of the entry that the row is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
}

impl Programs {
    /// A list of the program around line `line`; `None` if there are no procedures, or no COPY on the line.
    ///
    /// # Errors
    /// As [`Programs::names`].
    pub fn walk(&self, place: &Place<'_>, line: LineNo, of: WalkOf, budget: &Budget) -> Result<Option<Walk>> {
        match of {
            WalkOf::Copied => copied(place, line, budget),
            WalkOf::Known | WalkOf::Notes | WalkOf::Recent => Ok(None),
            WalkOf::Flow(of) => Ok(self.program(place, line, budget)?.walk(line, of)),
        }
    }
}

impl Program {
    fn walk(&self, line: LineNo, of: FlowOf) -> Option<Walk> {
        let line = LineNo::new(line.get().checked_sub(self.base)?);
        let inside = self.expanded.lines_of(None, line).into_iter().next().unwrap_or(line);
        // The procedures that begin last before the line; before all of them, the first.
        let flows = self.units.iter().flat_map(|unit| {
            let programs =
                if unit.programs() == 0 { vec![unit.root_program()] } else { (0..unit.programs()).collect() };
            programs.into_iter().filter_map(move |p| Some((unit, p, unit.flow(p)?)))
        });
        let mut chosen = None;
        for (unit, program, flow) in flows {
            let begins = flow.first().map_or(0, |p| p.line.get());
            if chosen.is_none() || begins <= inside.get() {
                chosen = Some((unit.program_name(program), unit.is_full(), flow));
            }
        }
        let (program, full, flow) = chosen?;
        let procedure = if of == FlowOf::Procedure { flow.procedure_at(inside) } else { None };
        let (mut rows, cut) = self.rows(&flow, of, procedure.as_deref());
        let cut = cut || full || rows.len() > MOST_ROWS;
        rows.truncate(MOST_ROWS);
        Some(Walk { of: WalkOf::Flow(of), about: procedure.unwrap_or(program), rows, cut })
    }

    fn rows(&self, flow: &Flow<'_>, of: FlowOf, from: Option<&str>) -> (Vec<WalkRow>, bool) {
        match of {
            FlowOf::Procedure | FlowOf::Program => {
                let tree = flow.tree(from);
                (tree.steps.iter().map(|s| self.step(s)).collect(), tree.cut)
            }
            FlowOf::Unreached => (flow.unreachable().iter().map(|u| self.unreached(u)).collect(), false),
            FlowOf::Left => {
                let (left, whole) = flow.left();
                (left.iter().map(|l| self.left(l)).collect(), !whole)
            }
        }
    }

    fn spot_of(&self, place: &xref::Place) -> Spot {
        self.spot(place.line)
    }

    /// Some places in a row.
    fn lines(&self, places: &[xref::Place]) -> String {
        let mut lines: Vec<String> = places.iter().take(LINES).map(|p| self.spot_of(p).shown()).collect();
        if places.len() > LINES {
            lines.push(format!("and {} more", places.len() - LINES));
        }
        lines.join(" ")
    }

    fn step(&self, step: &Step) -> WalkRow {
        let thru = step.thru.as_ref().map(|t| format!("THRU {t}"));
        let held = (!step.programs.is_empty()).then(|| format!("may be {}", step.programs.join(", ")));
        let mark = match (step.recursive, step.again) {
            (true, _) => Some("is being performed already".to_owned()),
            (_, true) => Some("see above".to_owned()),
            _ => None,
        };
        WalkRow {
            depth: step.depth,
            name: step.name.clone(),
            how: step.by.map(Access::word).unwrap_or_default().replace('_', " "),
            note: [thru, held, mark].into_iter().flatten().collect::<Vec<_>>().join("  "),
            at: step.at.as_ref().map(|p| self.spot_of(p)),
            begins: step.defined.as_ref().map(|p| self.spot_of(p)),
            entry: None,
        }
    }

    fn unreached(&self, one: &Unreached) -> WalkRow {
        let section = one.section.as_ref().map(|s| format!("of {s}"));
        let named = if one.named.is_empty() {
            "nothing names it".to_owned()
        } else {
            format!("named where control never comes: {}", self.lines(&one.named))
        };
        let at = self.spot_of(&one.place);
        WalkRow {
            depth: 0,
            name: one.name.clone(),
            how: format!("{:?}", one.kind).to_lowercase(),
            note: section.into_iter().chain([named]).collect::<Vec<_>>().join("  "),
            at: Some(at.clone()),
            begins: Some(at),
            entry: None,
        }
    }

    fn left(&self, one: &Left) -> WalkRow {
        let range =
            one.thru.as_ref().map_or_else(|| one.begin.clone(), |t| format!("{} THRU {t}", one.begin));
        let then = one.then.words();
        WalkRow {
            depth: 0,
            name: one.to.clone(),
            how: "go to".to_owned(),
            note: format!("{then}; leaves PERFORM {range}, line {}", self.lines(&one.performed)),
            at: Some(self.spot_of(&one.place)),
            begins: Some(self.spot_of(&one.place)),
            entry: None,
        }
    }
}
