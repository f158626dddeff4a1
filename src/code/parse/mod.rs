//! The parse pass: one chunk of masked text becomes its [`Structure`]. Trees live for a unit of some 64 KiB only, so a
//! cancelled parse stops at once and memory does not grow with the chunk.
//!
//! Knows nothing of files and of what is before or after the chunk: the grammar may begin at any header, level number or
//! statement.

mod dense;
mod kinds;
mod structure;
mod units;
mod walk;

pub use structure::*;

use crate::base::cancel::{Budget, Stop};
use dense::Dense;
use kinds::LANGUAGE;
use std::ops::ControlFlow;
use tree_sitter::{Language, ParseOptions, ParseState, Parser};
use units::Units;
use walk::Walk;

/// Changes when the same text yields another structure, so that what was stored before is not taken for it.
pub const VERSION: u32 = 5;

/// The structure of a chunk of masked text (see [`mask`](super::mask())), which should be less than 4 GiB.
///
/// # Errors
/// Says why the budget ended it.
pub fn parse(masked: &[u8], budget: &Budget) -> Result<Structure, Stop> {
    parse_as(&LANGUAGE, Dense::fill, Units::new(masked), masked, budget)
}

/// The same, with units of other lengths.
#[cfg(test)]
pub(super) fn parse_sized(masked: &[u8], unit: usize, long: usize) -> Structure {
    let units = Units::sized(masked, unit, long);
    parse_as(&LANGUAGE, Dense::fill, units, masked, &Budget::unlimited()).unwrap_or_default()
}

/// The same by a language of these nodes, from what `fill` makes of each unit.
fn parse_as(
    language: &Language,
    fill: fn(&mut Dense, &[u8]),
    units: Units,
    masked: &[u8],
    budget: &Budget,
) -> Result<Structure, Stop> {
    let mut dense = Dense::default();
    let mut walk = Walk::new(masked);
    let mut parser = Parser::new();
    // Fails for a language of another ABI only, which a test of the grammar rules out; then there is no structure.
    if parser.set_language(language).is_err() {
        return Ok(walk.finish());
    }
    for unit in units {
        budget.check()?;
        fill(&mut dense, masked.get(unit.clone()).unwrap_or_default());
        let mut go_on = |_: &ParseState| match budget.check() {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        };
        let options = ParseOptions::new().progress_callback(&mut go_on);
        let mut read = |at: usize, _| dense.text().get(at..).unwrap_or_default();
        match parser.parse_with_options(&mut read, None, Some(options)) {
            Some(tree) => dense = walk.tree(&tree, unit.start, dense),
            None => budget.check()?,
        }
        // What a cancelled parse left must not go on in the next unit.
        parser.reset();
    }
    Ok(walk.finish())
}

#[cfg(test)]
mod tests;
