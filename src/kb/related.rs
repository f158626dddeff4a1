//! Entries that belong to another one, each with its reason: named by it, about the same codes, opened with it by people, or
//! with its words. Owns which words of an entry are telling. Must not know how they are shown.

use super::search::is_small;
use crate::base::{Budget, Result};
use crate::store::{Entry, EntryHead, Filter, Store, TextQuery, UnixMs};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Two entries that were opened within this time belong to one piece of work, in milliseconds.
const WITHIN: UnixMs = 30 * 60 * 1_000;
/// Words that are looked for.
const WORDS: usize = 8;
/// Entries with these words that are looked at.
const ALIKE: usize = 12;
/// Words that an entry has to have in its title or tags to be alike.
const SHARED: usize = 2;
/// Letters of a telling word, at least.
const LETTERS: usize = 4;

/// An entry that belongs to another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Why it belongs there.
    pub why: String,
}

/// A candidate: how much speaks for it, its title, and the reasons.
#[derive(Default)]
struct Candidate {
    weight: u64,
    title: String,
    why: Vec<String>,
}

/// The entries that belong to `entry`, at most `limit`, those for which most speaks first.
///
/// # Errors
/// The store's.
pub fn related(store: &dyn Store, entry: &Entry, limit: usize, budget: &Budget) -> Result<Vec<Related>> {
    let mut found: HashMap<String, Candidate> = HashMap::new();
    let own = entry.body.id.to_uppercase();
    let mut add = |head: &EntryHead, weight: u64, why: String| {
        if !head.id.eq_ignore_ascii_case(&own) {
            let candidate = found.entry(head.id.clone()).or_default();
            candidate.weight = candidate.weight.saturating_add(weight);
            candidate.title.clone_from(&head.title);
            candidate.why.push(why);
        }
    };
    let all = Filter::default();
    let upper = |texts: &[String]| -> Vec<String> { texts.iter().map(|text| text.to_uppercase()).collect() };

    let heads = |keys: &[String]| -> Result<Vec<EntryHead>> {
        let rows: Vec<_> = store.find_exact(keys, "", &all, budget)?.iter().map(|hit| hit.row).collect();
        store.heads(&rows, budget)
    };
    for (nth, head) in heads(&upper(&entry.body.related))?.iter().enumerate() {
        let named = entry.body.related.iter().any(|id| id.eq_ignore_ascii_case(&head.id));
        if named {
            add(head, 60_u64.saturating_sub(crate::base::num::to_u64(nth)), "named by it".to_owned());
        }
    }
    let codes = upper(&entry.body.codes);
    for head in heads(&codes)? {
        let shared: Vec<String> =
            upper(&head.codes).into_iter().filter(|code| codes.contains(code)).collect();
        if let Some(first) = shared.first() {
            let more =
                if shared.len() > 1 { format!(" and {} more", shared.len() - 1) } else { String::new() };
            add(&head, 40 + crate::base::num::to_u64(shared.len().min(5)), format!("shares {first}{more}"));
        }
    }
    let opened = store.opened_with(&entry.body.id, WITHIN, limit.saturating_mul(2), budget)?;
    let rows: Vec<_> = opened.iter().map(|(row, _)| *row).collect();
    for head in store.heads(&rows, budget)? {
        let times = opened.iter().find(|(row, _)| *row == head.row).map_or(0, |(_, times)| *times);
        let often = if times == 1 { "once".to_owned() } else { format!("{times} times") };
        add(&head, 20 + times.saturating_mul(3).min(30), format!("opened with it {often}"));
    }
    let words = telling(entry);
    if words.len() >= SHARED {
        let text = TextQuery { parts: words.clone(), any: true, ..TextQuery::default() };
        let hits = store.find_text(&text, &all, ALIKE, budget)?;
        let rows: Vec<_> = hits.hits.iter().map(|hit| hit.row).collect();
        for head in store.heads(&rows, budget)? {
            let about = format!("{} {}", head.title, head.tags.join(" ")).to_lowercase();
            let shared: Vec<&str> =
                words.iter().map(String::as_str).filter(|word| about.contains(word)).collect();
            if shared.len() >= SHARED {
                let told: Vec<&str> = shared.iter().copied().take(3).collect();
                let weight = 10 + crate::base::num::to_u64(shared.len()).saturating_mul(2);
                add(&head, weight, format!("like it: {}", told.join(", ")));
            }
        }
    }

    let mut found: Vec<(String, Candidate)> = found.into_iter().collect();
    found.sort_by(|a, b| b.1.weight.cmp(&a.1.weight).then_with(|| a.0.cmp(&b.0)));
    let named = |(id, c): (String, Candidate)| Related { id, title: c.title, why: c.why.join(", ") };
    Ok(found.into_iter().take(limit).map(named).collect())
}

/// The words that tell what an entry is about: of its title, and its tags.
fn telling(entry: &Entry) -> Vec<String> {
    let title = entry.body.title.to_lowercase();
    let words = title
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .chain(entry.body.tags.iter().map(String::as_str));
    let mut telling: Vec<String> = Vec::new();
    for word in words {
        let word = word.trim_matches('-');
        if word.chars().count() >= LETTERS && !is_small(word) && !telling.iter().any(|known| known == word) {
            telling.push(word.to_owned());
        }
    }
    telling.truncate(WORDS);
    telling
}
