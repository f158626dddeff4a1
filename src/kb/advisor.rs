//! Advice on indexes: those of the schema that are gone, those that statements miss which really ran, those that nobody uses and
//! those that say the same as others. Owns what is advised, and why. Must not know how it is measured or made: the store does
//! that.

mod columns;

use crate::base::num::thousands;
use crate::base::{Budget, Result};
use crate::store::{
    Applied, Gain, IndexChange, IndexFacts, RanStatement, Store, Workings, full_scan_of, plan_in_words,
};
use columns::{compared, table_of};
use serde::{Deserialize, Serialize};

/// Rows that one run reads of a whole table before an index is looked for.
const MANY_ROWS: u64 = 500;
/// Rows that all runs together must have read.
const ENOUGH_ROWS: u64 = 2_000;
/// Uses in thirty days below which an index is not used.
const FEW_USES: u64 = 10;
/// Days for which uses must have been counted before an index can be called unused.
const DAYS: u64 = 30;
/// Pieces of advice at most.
const MOST: usize = 20;

/// What kind of advice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An index of the schema is gone.
    Restore,
    /// Statements read whole tables that an index would spare them.
    Create,
    /// Nobody uses it.
    Unused,
    /// Another one begins with the same columns.
    Duplicate,
}

impl Kind {
    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Restore => "missing",
            Self::Create => "wanted",
            Self::Unused => "unused",
            Self::Duplicate => "duplicate",
        }
    }
}

/// A piece of advice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    /// Which kind.
    pub kind: Kind,
    /// Why, one sentence with figures.
    pub why: String,
    /// What is to be gained, as far as that can be said without a try.
    pub estimate: String,
    /// What a try in a scratch copy of the store gained.
    pub gain: Option<Gain>,
    /// The change, how it is undone and how it is measured.
    pub change: IndexChange,
}

impl Advice {
    /// What was measured, in words.
    pub fn measured(&self) -> String {
        self.gain.as_ref().map_or_else(|| "not measured".to_owned(), gained)
    }
}

/// A gain in words.
pub fn gained(gain: &Gain) -> String {
    let used = if gain.used { "" } else { ", without the index" };
    format!("{} before, {} after{used}", nanos(gain.before_ns), nanos(gain.after_ns))
}

/// Nanoseconds as people read them.
pub fn nanos(ns: u64) -> String {
    let us = crate::base::num::to_f64(ns) / 1_000.0;
    if us < 10.0 { format!("{us:.1} us") } else { crate::metrics::time(us / 1_000.0) }
}

/// All advice that there is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Advised {
    /// The most worth first.
    pub advice: Vec<Advice>,
    /// For how many days uses of indexes have been counted.
    pub days: u64,
    /// Indexes that were looked at.
    pub indexes: u64,
    /// Statements that were looked at.
    pub statements: u64,
    /// Indexes of the schema with few uses in thirty days. They stay: later versions of the program count on them.
    pub idle: Vec<String>,
}

/// Looks for advice; with `tries`, what is to be made is measured in a scratch copy, and what would not help is left out.
///
/// # Errors
/// Those of the store.
pub fn advise(store: &dyn Store, tries: bool, budget: &Budget) -> Result<Advised> {
    let workings = store.workings(budget)?;
    let mut advice = from(&workings);
    if tries {
        let changes: Vec<IndexChange> = advice.iter().map(|a| a.change.clone()).collect();
        for (advice, gain) in advice.iter_mut().zip(store.try_changes(&changes, budget)?) {
            advice.gain = gain;
        }
        advice.retain(|a| a.kind != Kind::Create || a.gain.is_none_or(|gain| gain.helps()));
    }
    Ok(Advised {
        advice,
        days: workings.days,
        indexes: crate::base::num::to_u64(workings.indexes.iter().filter(|i| i.present).count()),
        statements: crate::base::num::to_u64(workings.statements.len()),
        idle: workings
            .indexes
            .iter()
            .filter(|index| index.of_schema && !index.create.is_empty() && is_idle(&workings, index))
            .map(|index| index.name.clone())
            .collect(),
    })
}

/// Follows a piece of advice: makes the change, measures it in the store and takes it back if it did not help.
///
/// # Errors
/// Those of the store.
pub fn apply(store: &dyn Store, advice: &Advice, budget: &Budget) -> Result<Applied> {
    store.apply_change(&advice.change, budget)
}

/// The advice that these workings lead to.
pub fn from(workings: &Workings) -> Vec<Advice> {
    let mut advice: Vec<Advice> = workings
        .indexes
        .iter()
        .filter(|index| !index.present && !index.create.is_empty())
        .map(|index| restored(workings, index))
        .collect();
    let gone: Vec<String> = advice.iter().map(|a| a.change.table.clone()).collect();
    for statement in &workings.statements {
        for found in wanted(workings, statement) {
            // What the schema lacks comes first: with it the statement may be as it was.
            let known = advice.iter().any(|a| a.change.index == found.change.index);
            if !known && !gone.contains(&found.change.table) {
                advice.push(found);
            }
        }
    }
    advice.extend(workings.indexes.iter().filter_map(|index| duplicate(workings, index)));
    advice.extend(workings.indexes.iter().filter_map(|index| unused(workings, index)));
    advice.truncate(MOST);
    advice
}

/// The statement that suffers most from what a table lacks.
fn sufferer<'w>(workings: &'w Workings, table: &str, column: &str) -> Option<&'w RanStatement> {
    workings.statements.iter().find(|ran| {
        let scans =
            scans(ran).any(|scanned| table_of(&ran.text, scanned, workings).as_deref() == Some(table));
        scans && compared(&ran.text, table, workings).iter().any(|(name, _)| name == column)
    })
}

fn scans(ran: &RanStatement) -> impl Iterator<Item = &str> {
    ran.plan.iter().filter_map(|step| full_scan_of(step))
}

/// The name of a column without how it is compared.
fn plain(column: &str) -> &str {
    column.split(' ').next().unwrap_or_default()
}

fn restored(workings: &Workings, index: &IndexFacts) -> Advice {
    let column = index.columns.first().map_or("", |column| plain(column));
    let sufferer = sufferer(workings, &index.table, column);
    let why = match sufferer {
        Some(ran) => format!(
            "the schema has it, and it is gone; a statement that needs it {} ({} runs, {} rows read in all)",
            ran.plan.first().map_or_else(String::new, |step| plan_in_words(step)),
            thousands(ran.runs),
            thousands(ran.scanned)
        ),
        None => "the schema has it, and it is gone: somebody has dropped it".to_owned(),
    };
    Advice {
        kind: Kind::Restore,
        why,
        estimate: spared(index.rows),
        gain: None,
        change: IndexChange {
            index: index.name.clone(),
            table: index.table.clone(),
            column: column.to_owned(),
            change: index.create.clone(),
            undo: format!("DROP INDEX \"{}\"", index.name),
            example: sufferer.and_then(|ran| ran.example.clone()),
            restores: true,
        },
    }
}

fn spared(rows: u64) -> String {
    let steps = 64 - rows.leading_zeros();
    format!("a look-up reads {} rows without it, about {steps} steps with it", thousands(rows))
}

/// Indexes that a statement misses.
fn wanted(workings: &Workings, ran: &RanStatement) -> Vec<Advice> {
    if ran.worst < MANY_ROWS || ran.scanned < ENOUGH_ROWS {
        return Vec::new();
    }
    let of_table = |scanned: &str| {
        let table = table_of(&ran.text, scanned, workings)?;
        let mut columns: Vec<String> = Vec::new();
        let compared = compared(&ran.text, &table, workings);
        columns.extend(compared.iter().filter(|(_, equal)| *equal).map(|(name, _)| name.clone()).take(3));
        columns.extend(compared.iter().find(|(_, equal)| !equal).map(|(name, _)| name.clone()));
        columns.dedup();
        let first = columns.first()?.clone();
        let present = workings.indexes.iter().filter(|index| index.present && index.table == table);
        let mut begins = present.map(|index| index.columns.iter().map(|column| plain(column)));
        let listed = columns.join(", ");
        if begins.any(|mut there| columns.iter().all(|column| there.next() == Some(column))) {
            return None;
        }
        let rows = workings.tables.iter().find(|(name, ..)| *name == table).map_or(0, |(_, rows, _)| *rows);
        let index = format!("advised_{table}_{}", columns.join("_"));
        Some(Advice {
            kind: Kind::Create,
            why: format!(
                "{} runs of a statement read {} rows of {table}, which has no index on {listed}",
                thousands(ran.runs),
                thousands(ran.scanned)
            ),
            estimate: spared(rows),
            gain: None,
            change: IndexChange {
                change: format!("CREATE INDEX \"{index}\" ON \"{table}\" ({listed})"),
                undo: format!("DROP INDEX \"{index}\""),
                column: first,
                example: ran.example.clone(),
                restores: false,
                index,
                table,
            },
        })
    };
    scans(ran).filter_map(of_table).collect()
}

/// Whether `index` may be dropped at all: it keeps nothing apart, and no schema counts on it.
fn may_go(index: &IndexFacts) -> bool {
    index.present && !index.unique && !index.of_schema && !index.create.is_empty()
}

fn dropped(index: &IndexFacts, kind: Kind, why: String) -> Advice {
    Advice {
        kind,
        why,
        estimate: "each write is spared the upkeep of one index".to_owned(),
        gain: None,
        change: IndexChange {
            index: index.name.clone(),
            table: index.table.clone(),
            column: index.columns.first().map_or_else(String::new, |column| plain(column).to_owned()),
            change: format!("DROP INDEX \"{}\"", index.name),
            undo: index.create.clone(),
            example: None,
            restores: false,
        },
    }
}

fn duplicate(workings: &Workings, index: &IndexFacts) -> Option<Advice> {
    if !may_go(index) || index.partial {
        return None;
    }
    let other = workings.indexes.iter().find(|other| {
        let same = other.columns.len() == index.columns.len();
        // Of two that are the same the one with the later name goes.
        let stays = !same || other.of_schema || other.name < index.name;
        let covers = other.columns.starts_with(&index.columns) && index.columns.iter().all(|c| !c.is_empty());
        other.present
            && other.name != index.name
            && other.table == index.table
            && !other.partial
            && covers
            && stays
    })?;
    let why = format!("{} begins with the same columns ({})", other.name, other.columns.join(", "));
    Some(dropped(index, Kind::Duplicate, why))
}

/// Whether an index was hardly used for as long as that takes to be said.
fn is_idle(workings: &Workings, index: &IndexFacts) -> bool {
    index.present && !index.unique && index.uses < FEW_USES && workings.days >= DAYS
}

fn unused(workings: &Workings, index: &IndexFacts) -> Option<Advice> {
    if !may_go(index) || !is_idle(workings, index) || duplicate(workings, index).is_some() {
        return None;
    }
    Some(dropped(index, Kind::Unused, format!("{} uses in {DAYS} days", index.uses)))
}

#[cfg(test)]
mod tests;
