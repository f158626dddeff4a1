//! What a search came to be: chosen from what the query asks and what was found by name.

use super::layers::Asked;
use crate::kb::query::Query;
use crate::store::Via;
use serde::{Deserialize, Serialize};

/// Parts of a query that is about its code: `sqlcode -811`, `file status 35`.
const CODE_PARTS: usize = 3;

/// How a query was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// Nothing was asked for: the most used.
    #[default]
    Browse,
    /// Only categories were asked for.
    CategoryFilter,
    /// Only tags were asked for, and other fields.
    TagFilter,
    /// Only fields were asked for.
    FieldFilter,
    /// Only patterns were asked for, and fields.
    Pattern,
    /// A code, whose entries come first.
    Code,
    /// The name or title of an entry.
    Exact,
    /// Words in a row, and nothing else.
    Phrase,
    /// Names, tags and text together.
    Hybrid,
    /// These, and what is like the best of them.
    Semantic,
}

impl Strategy {
    /// That of `query`, for which the layers have found `asked`.
    pub fn of(query: &Query, asked: &Asked) -> Self {
        if query.parts.is_empty() {
            return if !query.patterns.is_empty() {
                Self::Pattern
            } else if !query.tags.is_empty() {
                Self::TagFilter
            } else if !query.wants.is_empty() {
                Self::FieldFilter
            } else if !query.categories.is_empty() {
                Self::CategoryFilter
            } else {
                Self::Browse
            };
        }
        let by = |via: fn(Via) -> bool| asked.candidates.iter().any(|(_, found)| found.via.is_some_and(via));
        if !query.codes.is_empty() && query.parts.len() <= CODE_PARTS && by(|_| true) {
            return Self::Code;
        }
        if by(|via| via == Via::Title) || query.parts.len() == 1 && by(|via| via != Via::Code) {
            return Self::Exact;
        }
        if asked.candidates.iter().any(|(_, found)| found.like.is_some()) {
            return Self::Semantic;
        }
        if query.parts.iter().all(|part| part.phrase) { Self::Phrase } else { Self::Hybrid }
    }

    /// As people and programs read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Browse => "browse",
            Self::CategoryFilter => "category filter",
            Self::TagFilter => "tag filter",
            Self::FieldFilter => "field filter",
            Self::Pattern => "pattern",
            Self::Code => "code",
            Self::Exact => "exact",
            Self::Phrase => "phrase",
            Self::Hybrid => "hybrid",
            Self::Semantic => "semantic",
        }
    }
}
