//! One row of an import by itself: what it says, beside what the store has or the entry that it is like. Must not know who looks.

use super::import::{Import, Ready};
use super::{Flaw, Options, Row, Rows, fields};
use crate::base::{Budget, Result};
use crate::kb::history::{Row as Line, differing};
use crate::store::{NewEntry, Store};
use serde::{Deserialize, Serialize};

/// Rows between two looks at the budget.
const STRIDE: u64 = 64;

/// Which row is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// The file, where there are several.
    pub file: String,
    /// Where in it, as the report has it.
    pub row: u64,
    /// The entry that it is like, or its row, as the report has it.
    pub like: Option<String>,
}

/// What a row says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Look {
    /// Its id; empty where the store gives it a number.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The entry beside which it is shown; empty if there is none.
    pub beside: String,
    /// Why it cannot be imported; empty if it can.
    pub reason: String,
    /// What it says; beside an entry what differs.
    pub lines: Vec<Line>,
}

/// Reads `rows` up to the one that is `wanted`; `None` if it is not there any more.
///
/// # Errors
/// When the reader or the store fails, and with `Exit::Interrupted` when `budget` ends.
pub fn look(
    store: &dyn Store,
    rows: Rows<'_>,
    options: &Options,
    wanted: &Wanted,
    budget: &Budget,
) -> Result<Option<Look>> {
    let mut nobody = |_| {};
    let mut import = Import::new(store, options, budget, &mut nobody);
    let mut like = None;
    for (nth, row) in (0_u64..).zip(rows.each()) {
        if nth.is_multiple_of(STRIDE) {
            budget.check().map_err(|stop| import.stopped(stop))?;
        }
        let Row { file, number, draft } = row?;
        let here = if wanted.file.is_empty() { number == wanted.row } else { *file == *wanted.file };
        if !here {
            if let Ok(draft) = draft
                && let Ok(ready) = import.fit(draft, &file, number)
                && wanted.like.as_ref().is_some_and(|like| *like == ready.name())
            {
                like = Some(ready.entry);
            }
            continue;
        }
        let said = draft.as_ref().ok().map(|draft| (draft.entry.clone(), draft.notes.clone()));
        return match draft.and_then(|draft: fields::Draft| import.fit(draft, &file, number)) {
            Ok(ready) => beside(store, ready, wanted, like, budget).map(Some),
            Err(flaw) => Ok(Some(flawed(said, &flaw))),
        };
    }
    Ok(None)
}

/// A row that can be imported.
fn beside(
    store: &dyn Store,
    ready: Ready,
    wanted: &Wanted,
    like: Option<NewEntry>,
    budget: &Budget,
) -> Result<Look> {
    let Ready { entry, notes, .. } = ready;
    let there = store.standing(std::slice::from_ref(&entry.id), budget)?.pop().flatten();
    let other = match (there, like, &wanted.like) {
        (Some((old, _)), ..) => Some((old.body.id.clone(), old.body, old.notes)),
        (None, Some(like), Some(name)) => Some((name.clone(), like, String::new())),
        (None, None, Some(id)) => store.entry(id, budget)?.map(|old| (id.clone(), old.body, old.notes)),
        (None, _, None) => None,
    };
    // Notes that the row does not have are left alone.
    let kept = |old: &str| if notes.is_empty() { old.to_owned() } else { notes.clone() };
    let (beside, lines) = match &other {
        Some((id, old, noted)) => (id.clone(), differing(Some((old, noted)), (&entry, &kept(noted)))),
        None => (String::new(), differing(None, (&entry, &notes))),
    };
    Ok(Look { id: entry.id, title: entry.title, beside, reason: String::new(), lines })
}

/// A row that cannot be imported, as far as it was read.
fn flawed(said: Option<(NewEntry, String)>, flaw: &Flaw) -> Look {
    let reason =
        if flaw.field.is_empty() { flaw.reason.clone() } else { format!("{}: {}", flaw.field, flaw.reason) };
    let Some((entry, notes)) = said else { return Look { reason, ..Look::default() } };
    let lines = differing(None, (&entry, &notes));
    Look { id: entry.id, title: entry.title, reason, lines, ..Look::default() }
}
