//! From candidates to an order: see the formula in the module above.

use super::layers::{Asked, Candidate};
use super::{Found, Layer, snippet};
use crate::base::num::{to_f64, to_u64};
use crate::base::{Budget, Result};
use crate::kb::query::Query;
use crate::store::{Entry, Store, Via};
use std::collections::{HashMap, HashSet};

const TEXT: f64 = 0.6;
const TAGS: f64 = 0.2;
const ABOUT: f64 = 0.5;
const BEGINS: f64 = 0.7;
const NAMED: f64 = 0.2;
const USAGE: f64 = 0.15;
const SUCCESS: f64 = 0.15;
/// What an entry that was asked for by name scores at least; more than all others can.
const FIRST: f64 = 2.0;

/// How the name of an entry fits the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    /// It is what was asked for; place among the names looked up.
    Is(usize),
    /// A code that is being typed may become its name.
    Begins,
    /// It is about a code that was asked for.
    About,
    /// One word among others is its name, or a code that it is about.
    Word,
    /// It is about what a code that is being typed may become.
    Near,
    /// Not at all.
    No,
}

/// An entry with its place.
pub struct Ranked {
    entry: Entry,
    candidate: Candidate,
    name: Name,
    key: String,
    parts: [f64; 5],
    score: f64,
}

/// Everything that was found, in order.
pub struct Ranking {
    /// Best first.
    pub entries: Vec<Ranked>,
    /// How many entries match.
    pub total: u64,
    /// Ids of entries whose stored text is damaged.
    pub damaged: Vec<String>,
}

/// Reads the candidates and puts them in order.
pub fn rank(store: &dyn Store, query: &Query, asked: &mut Asked, budget: &Budget) -> Result<Ranking> {
    let candidates = std::mem::take(&mut asked.candidates);
    let rows: Vec<_> = candidates.iter().map(|(row, _)| *row).collect();
    let mut entries: HashMap<_, _> = if rows.is_empty() {
        HashMap::new()
    } else {
        store.entries(&rows, budget)?.into_iter().map(|entry| (entry.row, entry)).collect()
    };
    let most = entries.values().map(|entry| entry.usage_count).max().unwrap_or(0);
    let mut ranked: Vec<Ranked> = candidates
        .iter()
        .filter_map(|(row, candidate)| {
            let entry = entries.remove(row)?;
            let (name, key) = name_of(&entry, candidate.via, asked);
            let excluded = candidate.text.is_none()
                && !matches!(name, Name::Is(_))
                && snippet::has_any(&entry, &query.without);
            (!excluded).then(|| weigh(entry, candidate.clone(), name, key, query, most))
        })
        .collect();
    asked.candidates = candidates;
    ranked.sort_by(|a, b| order(a).cmp(&order(b)).then(b.score.total_cmp(&a.score)));
    for (place, entry) in ranked.iter_mut().take_while(|r| matches!(r.name, Name::Is(_))).enumerate() {
        entry.score = FIRST + 1.0 / (1.0 + to_f64(to_u64(place)));
    }
    let damaged = ranked.iter().filter(|r| r.entry.damaged).map(|r| r.entry.body.id.clone()).collect();
    let total = to_u64(ranked.len()).saturating_add(asked.uncounted);
    Ok(Ranking { entries: ranked, total, damaged })
}

/// Entries asked for by name before all others, by the place of the name and how it is theirs.
fn order(ranked: &Ranked) -> (usize, Option<Via>) {
    match ranked.name {
        Name::Is(place) => (place, ranked.candidate.via),
        _ => (usize::MAX, None),
    }
}

/// Which of the names looked up this entry has.
fn name_of(entry: &Entry, via: Option<Via>, asked: &Asked) -> (Name, String) {
    let Some(via) = via else { return (Name::No, String::new()) };
    let is = |name: &String, key: &str| name.to_uppercase() == key;
    let find = |names: &[&String]| {
        asked.keys.iter().enumerate().find(|(_, key)| names.iter().any(|name| is(name, key)))
    };
    let names: Vec<&String> = std::iter::once(&entry.body.id).chain(&entry.body.aliases).collect();
    let codes: Vec<&String> = entry.body.codes.iter().collect();
    if via == Via::Title {
        return (Name::Is(0), entry.body.title.clone());
    }
    match (find(&names), find(&codes)) {
        (Some((place, key)), _) if place < asked.strong => (Name::Is(place), key.clone()),
        (_, Some((place, key))) if place < asked.strong => (Name::About, key.clone()),
        (Some((place, key)), _) if place >= asked.guessed => (Name::Begins, key.clone()),
        (None, Some((place, key))) if place >= asked.guessed => (Name::Near, key.clone()),
        (Some((_, key)), _) | (_, Some((_, key))) => (Name::Word, key.clone()),
        // The store found it by a name that it spells in its own way.
        (None, None) if via == Via::Code => (Name::About, entry.body.id.clone()),
        (None, None) => (Name::Is(asked.strong), entry.body.id.clone()),
    }
}

fn weigh(entry: Entry, candidate: Candidate, name: Name, key: String, query: &Query, most: u64) -> Ranked {
    let text = match &candidate.text {
        Some((share, true, _)) => 0.5 + share / 2.0,
        Some((share, false, _)) => share / 2.0,
        None => 0.0,
    };
    let words = to_u64(query.parts.len().max(1));
    let places: HashSet<usize> = candidate.tagged.iter().flat_map(|(_, places)| places).copied().collect();
    let only_tags = query.parts.is_empty() && !candidate.tagged.is_empty();
    let tagged = if only_tags { 1 } else { to_u64(places.len()) };
    let tags = to_f64(tagged) / to_f64(words);
    let named = match name {
        Name::Begins => BEGINS,
        Name::About => ABOUT,
        Name::Word => NAMED,
        Name::Is(_) | Name::Near | Name::No => 0.0,
    };
    let usage = if most == 0 { 0.0 } else { to_f64(entry.usage_count).ln_1p() / to_f64(most).ln_1p() };
    let success = to_f64(entry.worked + 1) / to_f64(entry.worked.saturating_add(entry.failed) + 2);
    // What is only listed is ordered by use alone.
    let success_weight = if candidate.listed { 0.0 } else { SUCCESS };
    let score = TEXT * text + TAGS * tags + named + USAGE * usage + success_weight * success;
    Ranked { entry, candidate, name, key, parts: [text, tags, named, usage, success], score }
}

impl Ranked {
    fn layer(&self) -> Layer {
        if self.name != Name::No {
            Layer::Exact
        } else if !self.candidate.tagged.is_empty() {
            Layer::Tag
        } else if self.candidate.text.is_some() {
            Layer::Text
        } else {
            Layer::Browse
        }
    }

    /// The result, as it leaves.
    pub fn found(&self, query: &Query, explain: bool) -> Found {
        let head = self.entry.head();
        let marked = self.candidate.text.as_ref().map(|(_, _, text)| snippet::tidy(text));
        let snippet = match marked {
            Some(text) if !text.is_empty() => text,
            _ => snippet::of(&self.entry.body.problem, query),
        };
        let mut why = self.why(query);
        if explain {
            let [text, tags, name, usage, success] = self.parts;
            why = format!(
                "{why} Text {text:.2}, tags {tags:.2}, name {name:.2}, usage {usage:.2}, success {success:.2}."
            );
        }
        Found {
            success_rate: head.success_rate(),
            id: head.id,
            title: head.title,
            category: head.category,
            severity: head.severity,
            tags: head.tags,
            layer: self.layer(),
            score: self.score,
            usage_count: head.usage_count,
            snippet,
            why,
        }
    }

    fn why(&self, query: &Query) -> String {
        let key = &self.key;
        match (self.name, self.candidate.via) {
            (Name::Is(_), _) if self.entry.body.id.to_uppercase() == *key => {
                return format!("Its id is {key}.");
            }
            (Name::Is(_), Some(Via::Title)) => return "This is its title.".to_owned(),
            (Name::Is(_), _) => return format!("{key} is another name for it."),
            (Name::Begins, _) => return format!("What is being typed may become {key}."),
            (Name::About, _) => return format!("It is about {key}."),
            (Name::Near, _) | (Name::Word, Some(Via::Code)) => return format!("It is about {key}, too."),
            (Name::Word, _) => return format!("One of its names is {key}."),
            (Name::No, _) => {}
        }
        let quoted = |word: &str| if word.contains(' ') { format!("\"{word}\"") } else { word.to_owned() };
        if !self.candidate.tagged.is_empty() {
            let tags: Vec<String> = self.candidate.tagged.iter().map(|(tag, _)| quoted(tag)).collect();
            return format!("It is tagged {}.", tags.join(" and "));
        }
        match &self.candidate.text {
            Some((_, true, _)) => {
                let words: Vec<String> = query.parts.iter().map(|part| quoted(&part.text)).collect();
                format!("Its text has {}.", words.join(" and "))
            }
            Some((_, false, _)) => "Its text has some of the words.".to_owned(),
            None => match self.entry.usage_count {
                0 => "Nobody has used it yet.".to_owned(),
                1 => "It was used once.".to_owned(),
                n => format!("It was used {n} times."),
            },
        }
    }
}
