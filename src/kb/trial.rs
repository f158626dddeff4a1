//! A trial of the search: a knowledge base that is made up, people who ask it, and what they waited. Owns the texts
//! ([`Made`]), what is asked and typed ([`Person`]) and how the clients of a trial run ([`run`]). Must not know where a store
//! lies nor how a report is shown.
//!
//! Invariants: entry number `n` is the same on every machine and in every store, and so is what person `p` asks; a store
//! that was not made up is only read.

mod clients;
mod made;
mod people;
mod random;
mod report;

pub use clients::{Plan, run};
pub use made::{AVERAGE_BYTES, EDITION, Made, fill, is_made};
pub use people::{Ask, Person};
pub use random::Random;
pub use report::{Share, Tally, TrialReport};

#[cfg(test)]
mod tests;
