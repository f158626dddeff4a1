//! What a compiler listing says of its own source.

use crate::Unit;
use crate::listing::{self, Table};
use crate::score::{Oracle, Place};
use std::collections::BTreeSet;

/// The programs in a listing; none if it is no listing.
pub fn units(text: &[u8]) -> Vec<Unit> {
    listing::units(text)
        .into_iter()
        .map(|unit| {
            // A short cross-reference lists only what is used; one without entries lists nothing.
            let oracle = Oracle {
                data: places(&unit.data),
                labels: places(&unit.procedures),
                references: references(&unit.procedures),
                complete: unit.full,
                ..Oracle::default()
            };
            Unit { text: unit.text, format: unit.format, numbers: unit.numbers, oracle: Some(oracle) }
        })
        .collect()
}

/// The names of a table that stand in the source.
fn places(table: &Table) -> BTreeSet<Place> {
    let is_name = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_$#@".contains(&b));
    let keys = table.keys().filter(|(name, line)| *line > 0 && is_name(name));
    keys.map(|(name, line)| (name.clone(), u32::try_from(*line).unwrap())).collect()
}

/// Where procedures are performed (`P`), end a range (`E`) or are gone to (`G`).
fn references(table: &Table) -> BTreeSet<Place> {
    let marked = table.iter().flat_map(|((name, _), marks)| marks.iter().map(move |mark| (name, mark)));
    let jumps = marked.filter(|(_, (letter, _))| matches!(letter, 'P' | 'E' | 'G'));
    jumps.map(|(name, (_, line))| (name.clone(), u32::try_from(*line).unwrap())).collect()
}
