//! Small values of requests and effects: what is done with searches, and how a message is meant.

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

/// How a message is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Something is done.
    Done,
    /// Good to know.
    Info,
    /// Look here.
    Warning,
    /// It failed.
    Error,
}
