//! What can be asked about the searches made or kept before.

use serde::{Deserialize, Serialize};

/// What is done with the searches made or kept before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchesAsk {
    /// Nothing.
    List,
    /// One led somewhere.
    Remember {
        /// What was asked.
        query: String,
        /// How many entries it found.
        hits: u64,
        /// How long it took, in microseconds.
        took_us: u64,
    },
    /// Forget one.
    Forget(String),
    /// Keep one under a name; an empty one takes the name away.
    Save {
        /// The name.
        name: String,
        /// What is asked.
        query: String,
    },
}
