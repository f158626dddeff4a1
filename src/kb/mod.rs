//! `kb`: see the map in `lib.rs`.

pub mod about;
pub mod advisor;
pub mod codes;
pub mod entry;
pub mod history;
pub mod markdown;
pub mod query;
pub mod recall;
pub mod related;
pub mod relevance;
pub mod search;
pub mod semantic;
pub mod slow;
pub mod starter;
pub mod transfer;
pub mod trial;
