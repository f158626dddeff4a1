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
    /// An entry was opened from the results, or rated.
    Opened {
        /// What was asked.
        query: String,
        /// The entry.
        id: String,
        /// Where it stood among the results, from 1.
        place: u64,
        /// It was rated, and so.
        worked: Option<bool>,
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
