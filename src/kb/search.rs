//! Search in layers: exact names, tags, full text. Owns what is asked of the store, how the answers are merged and ranked,
//! and how each result is explained. Must not know SQL, nor who shows the results.
//!
//! Ranking. Entries whose id, alias or title is the whole query come first, then those of its codes and names in the order
//! of the query, then those of what these codes are special cases of: a score of 3 + 1/place. While a code is typed, entries
//! with a name that begins with it follow, the most used first: 2 + 1/place. All others score
//!
//! ```text
//! 0.6 text + 0.3 title + 0.2 tags + 0.1 category + name + like + own + 0.15 usage + 0.15 success
//! ```
//!
//! | part | is |
//! |---|---|
//! | text | BM25 as a share of the best hit: 0.5 to 1 where all words match (in other words of the trade: to 0.75), 0 to 0.5 where some do |
//! | title | 1: the query stands in the title or an alias; else 0.7 of the share of its words that do; 0.5 for a piece of a word |
//! | tags | share of the words that are tags of the entry |
//! | category | 1 if a word of the query is the entry's category |
//! | name | 0.5: about a code of the query; 0.3: a name begins with the word being typed; 0.2: one word among others |
//! | like | when the keys rest, see `sense`: 0.1 for the words of the best entries, 0.4 for what the words mean |
//! | own | what this user opened and rated for the question, see [`learned`]: 0.2 at most, and down as much |
//! | usage | ln(1 + uses) as a share of the most used candidate's |
//! | success | (worked + 1) / (rated + 2): half while nobody rated it |
//!
//! Invariants: filters hold in every layer; an entry is found once, with its best layer; a layer that fails is left out
//! and said, only when all fail the search fails; a cancelled search gives an error and nothing else; a hyphenated name is
//! found as part of longer names only where nobody has it itself.

mod basis;
pub mod complete;
pub mod facets;
mod fold;
mod layers;
pub mod learned;
mod pattern;
mod pieces;
mod rank;
mod sense;
mod shelf;
mod snippet;
mod strategy;
mod suggest;
mod synonyms;
mod typos;
mod words;

pub(in crate::kb) use basis::{Basis, Cut};
pub use facets::Facets;
pub(in crate::kb) use learned::Asking;
pub(in crate::kb) use shelf::{Names, Plain, Shelf, Unkept, categories, head_of, tags};
pub use strategy::Strategy;
pub(in crate::kb) use suggest::TAGS as SUGGESTED_TAGS;
pub(super) use words::is_small;

use super::query::{self, Query};
use crate::base::meter::measured;
use crate::base::num::thousands;
use crate::base::{Budget, Exit, Meter, Op, Result, Stop, UserError, Word};
use crate::cache::Level;
use crate::store::{PlanStep, Severity, Store, TextPlan, UnixMs};
use serde::{Deserialize, Serialize};
use std::time::Instant;

/// Marks the words of a query in texts.
pub struct Marker(Option<snippet::Seeker>);

impl Marker {
    /// For the words, phrases and codes of `query`; nothing is marked where it has none.
    pub fn new(query: &str) -> Self {
        let query = query::parse(query);
        Self((!query.parts.is_empty()).then(|| snippet::Seeker::new(&query, false)))
    }

    /// `text` with each match between U+0002 and U+0003.
    pub fn marked(&self, text: &str) -> String {
        self.0.as_ref().map_or_else(|| text.to_owned(), |seeker| seeker.marked(text))
    }
}

/// What to search for.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SearchRequest {
    /// The query, in the language of [`crate::kb::query`].
    pub text: String,
    /// Results wanted at most.
    pub limit: usize,
    /// The query is being typed: its last word may be the beginning of one.
    pub typing: bool,
    /// Say how each score came about, and how the store goes about it.
    pub explain: bool,
    /// Count what the matches are.
    #[serde(default)]
    pub facets: bool,
    /// Results that get a snippet, from the first on; all if it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snippets: Option<usize>,
    /// What time it is, for `since:30d`.
    #[serde(default)]
    pub now: UnixMs,
    /// Look for what is like the best entries, too, where that is worth its time: nobody types any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deep: Option<Depth>,
    /// A layer that fails, or is too slow, fails the search.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub strict: bool,
    /// Layers that are not asked, to see what they are worth.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub off: Vec<Layer>,
}

/// How the semantic layer is asked.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Depth {
    /// Its time, in milliseconds.
    pub timeout_ms: u64,
    /// What only this layer finds must be so near, 0 to 1.
    pub threshold: f64,
}

impl Depth {
    /// As the settings have it.
    pub fn of(settings: &crate::config::Search) -> Self {
        Self { timeout_ms: settings.ai_timeout_ms, threshold: settings.semantic_threshold }
    }
}

impl Default for Depth {
    fn default() -> Self {
        Self { timeout_ms: 5_000, threshold: 0.7 }
    }
}

/// How a result was found, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// By its id, an alias, a code or its whole title.
    Exact,
    /// By its tags.
    Tag,
    /// By words of its text.
    #[default]
    Text,
    /// It is like the best entries.
    Semantic,
    /// Nothing was asked for: it is among the most used.
    Browse,
}

impl Layer {
    /// As people and programs read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Tag => "tag",
            Self::Text => "text",
            Self::Semantic => "semantic",
            Self::Browse => "browse",
        }
    }
}

/// What one layer did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerReport {
    /// Which.
    pub layer: Layer,
    /// What it looked up.
    pub asked: String,
    /// How many entries it found; with `more`, at least.
    pub hits: u64,
    /// It did not count to the end.
    pub more: bool,
    /// How far it went: of the text layer alone.
    pub plan: Option<TextPlan>,
    /// Entries that it read in lists of words.
    pub looked: u64,
    /// How long it took, in microseconds.
    pub took_us: u64,
    /// Why it failed, if it did.
    pub failed: Option<String>,
}

impl LayerReport {
    /// How many entries it found, with a plus sign if these are not all.
    pub fn counted(&self) -> String {
        format!("{}{}", self.hits, plus(self.more))
    }

    /// How it went about words that are in many entries; `None` where that made no difference.
    pub fn went(&self) -> Option<String> {
        match self.plan? {
            TextPlan::Whole => None,
            TextPlan::Newest => {
                Some(format!("common words: the newest and those in use; {} read", thousands(self.looked)))
            }
        }
    }
}

/// A number of entries as people read it: `1,234`, and `1,000+` where they were not counted to the end.
pub fn at_least(number: u64, more: bool) -> String {
    format!("{}{}", thousands(number), plus(more))
}

fn plus(more: bool) -> &'static str {
    if more { "+" } else { "" }
}

/// What each thing adds to a score, its weight counted in.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Parts {
    /// The words of its text.
    pub text: f64,
    /// Its title and aliases.
    pub title: f64,
    /// Its tags.
    pub tags: f64,
    /// Its category.
    pub category: f64,
    /// Its names and codes.
    pub name: f64,
    /// How much it is like the best entries, and near to the question.
    #[serde(default)]
    pub like: f64,
    /// What the user has opened and rated for this question before.
    #[serde(default)]
    pub own: f64,
    /// How often it was used.
    pub usage: f64,
    /// How often it worked.
    pub success: f64,
}

impl Parts {
    /// All of them with what they are called, short.
    pub fn named(&self) -> [(&'static str, f64); 9] {
        [
            ("text", self.text),
            ("title", self.title),
            ("tags", self.tags),
            ("categ", self.category),
            ("name", self.name),
            ("like", self.like),
            ("own", self.own),
            ("uses", self.usage),
            ("rated", self.success),
        ]
    }
}

/// An entry that was found.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Found {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its category.
    pub category: Word,
    /// How bad what it is about is.
    pub severity: Severity,
    /// Its tags.
    pub tags: Vec<Word>,
    /// The best layer that found it.
    pub layer: Layer,
    /// What it is ranked by; comparable within one search only.
    pub score: f64,
    /// How often it was used.
    pub usage_count: u64,
    /// Share of ratings that say "worked", 0 to 1; `None` while nobody rated it.
    pub success_rate: Option<f64>,
    /// A line of its text with each match between U+0002 and U+0003, without other control characters; empty if it was not asked
    /// for.
    pub snippet: String,
    /// Why it is here, one sentence: that of one question, which most of its results share.
    #[serde(deserialize_with = "Word::read_alone")]
    pub why: Word,
    /// What its score is made of, where that is to be explained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<Box<Parts>>,
    /// Entries that say the same, or that this one has taken the place of; they are no results of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alike: Vec<Found>,
}

/// What a search gave.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SearchResult {
    /// The query as it was asked.
    pub query: String,
    /// The query as it was understood.
    pub shown: String,
    /// Words that no entry has, each with the one that was searched for in its place.
    #[serde(default)]
    pub read_as: Vec<(String, String)>,
    /// How it was answered.
    #[serde(default)]
    pub strategy: Strategy,
    /// Which layers were asked, in one line.
    pub asked: String,
    /// Best first, at most as many as were wanted.
    pub results: Vec<Found>,
    /// How many entries match, as far as the layers counted them; at least the number of results.
    pub total: u64,
    /// Some layer did not count to the end: there may be more.
    pub more: bool,
    /// How many of the matches stand behind others that say the same.
    #[serde(default)]
    pub folded: u64,
    /// What the matches are, if that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facets: Option<Facets>,
    /// What is like the best entries was not looked for, and may be worth its time.
    #[serde(default)]
    pub may_deepen: bool,
    /// The time was up before all layers had answered: there is better to come.
    #[serde(default)]
    pub partial: bool,
    /// How long it took to read the question and to see what to ask for, in microseconds.
    #[serde(default)]
    pub reading_us: u64,
    /// How long it took to put the matches in order and to read their texts, in microseconds.
    #[serde(default)]
    pub ranking_us: u64,
    /// How the store goes about it, where that is to be explained.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plan: Vec<PlanStep>,
    /// How long all of it took, in microseconds.
    pub took_us: u64,
    /// What each layer did, in order.
    pub layers: Vec<LayerReport>,
    /// Queries that may have been meant.
    pub suggestions: Vec<String>,
    /// What the person should know, as sentences.
    pub notes: Vec<String>,
    /// The level of the cache that it is from; none where it was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
}

/// Results that a screen shows at once: while a query is typed, these get a snippet, and others when they are gone to.
pub const SCREEN: usize = 24;

/// Candidates looked at beyond the results wanted, so that usage and success can lift some; at least, and at most.
const POOL: (usize, usize) = (50, 1_000);
/// Candidates of which it is counted what they are.
const COUNTED: usize = 400;
/// Candidates whose texts patterns are looked for in.
const MATCHED: usize = 400;

/// Searches `store`.
///
/// # Errors
/// `Exit::Interrupted` when `budget` was cancelled; the store's own error when every layer failed. When the time of
/// `budget` runs out, what was found until then is the result.
pub fn search(
    store: &dyn Store,
    request: &SearchRequest,
    budget: &Budget,
    meter: &dyn Meter,
) -> Result<SearchResult> {
    let start = Instant::now();
    let found = measured(meter, Op::Search, || {
        let asking = Asking::of(store, request);
        in_one_go(store, budget, asking, |asking| search_on(store, &Unkept(store), asking, budget, meter))
    });
    let (mut result, _) = found?;
    result.took_us = micros(start);
    super::slow::note(store, request, &result, Level::Made, result.took_us);
    Ok(result)
}

/// What `work` gives, which asks `store` all that the search needs; what is looked for deeply takes its time, and lets others go between.
pub(in crate::kb) fn in_one_go<'r, T>(
    store: &dyn Store,
    budget: &Budget,
    asking: Asking<'r>,
    work: impl FnOnce(Asking<'r>) -> Result<T>,
) -> Result<T> {
    if asking.request.deep.is_some() {
        return work(asking);
    }
    let (mut todo, mut done) = (Some((asking, work)), None);
    store.in_one_go(budget, &mut || done = todo.take().map(|(asking, work)| work(asking)));
    done.unwrap_or_else(|| Err(cancelled()))
}

/// The same with heads and texts from `shelf`, and with what the result stands on; not measured as a whole.
pub(in crate::kb) fn search_on(
    store: &dyn Store,
    shelf: &dyn Shelf,
    asking: Asking<'_>,
    budget: &Budget,
    meter: &dyn Meter,
) -> Result<(SearchResult, Basis)> {
    let Asking { request, mut query, mut opened, mut reading_us } = asking;
    let (patterns, mut misread) = pattern::Patterns::of(&query.patterns);
    let counted = if request.facets { COUNTED } else { POOL.0 };
    let least = if patterns.is_idle() { counted } else { MATCHED };
    let pool = request.limit.saturating_mul(2).clamp(least, POOL.1);
    let asking = (store, shelf);
    let mut asked = layers::ask(store, &query, request, pool, budget, meter)?;
    reading_us += asked.reading_us;
    let mut read_as = Vec::new();
    // The whole list of words is looked through: not for every key.
    let is_patient = !request.typing || request.deep.is_some();
    if asked.is_short() && is_patient && !request.off.contains(&Layer::Text) {
        let further = layers::Further { store, shelf, query: &query, request, pool, budget, meter };
        asked = pieces::with_pieces(&further, asked)?;
    }
    if asked.is_short() && !asked.has_pieces() {
        // Nobody asked for it: where it cannot be done, the question stays what it is.
        if let Ok(Some(corrected)) = typos::corrected(asking, &query, request.typing, budget) {
            let again = layers::ask(store, &corrected.query, request, pool, budget, meter)?;
            reading_us += again.reading_us;
            if !again.candidates.is_empty() {
                opened = learned::opened_for(store, &corrected.query, request.now);
                (query, asked, read_as) = (corrected.query, again, corrected.words);
            }
        }
    }
    // Reading the few candidates is bounded work: it is done even when the time is used up.
    let patient = Budget::with_cancel(budget.cancel.clone());
    let wanted = rank::Wanted {
        query: &query,
        patterns: &patterns,
        typing: request.typing,
        limit: request.limit,
        snippets: request.snippets.unwrap_or(request.limit),
        explain: request.explain,
        facets: request.facets.then_some(request.now),
    };
    let further = layers::Further { store, shelf, query: &query, request, pool, budget, meter };
    let (mut asked, worth) = sense::beyond(&further, &wanted, &opened, asked, &patient)?;
    let began = Instant::now();
    let ranked = rank::rank(shelf, &wanted, &mut asked, &patient)?;
    let ranking_us = micros(began);
    let mut notes = notes(&query, &asked);
    notes.append(&mut misread);
    if !patterns.is_idle() && asked.uncounted > 0 {
        notes.push(format!("The patterns were looked for in the first {} matches.", asked.candidates.len()));
    }
    for (was, is) in &read_as {
        notes.push(format!("No entry has \"{was}\": read as \"{is}\"; in quotes it is taken as it is."));
    }
    notes.extend(ranked.damaged.iter().map(|id| {
        format!("The stored text of {id} has changed by itself; `greenbar doctor` says what can be done.")
    }));
    if request.explain {
        notes.push(EXPLAINED.to_owned());
    }
    let results = ranked.results;
    let suggestions = suggest::suggestions(asking, &query, results.is_empty(), &mut notes, budget);
    if budget.cancel.is_cancelled() {
        return Err(cancelled());
    }
    let plan = if request.explain {
        store.search_plan(&query.filter(request.now), budget).unwrap_or_default()
    } else {
        Vec::new()
    };
    // What was opened for the question as it was read is not in the key of the one that was asked.
    let sound = ranked.damaged.is_empty() && read_as.is_empty();
    let basis = basis_of(&asked, request, sound);
    let result = SearchResult {
        query: request.text.clone(),
        shown: query.shown(),
        read_as,
        strategy: Strategy::of(&query, &asked),
        asked: asked.layers(),
        total: ranked.total,
        folded: ranked.folded,
        facets: ranked.facets,
        may_deepen: worth && request.deep.is_none(),
        partial: asked.out_of_time,
        reading_us,
        ranking_us,
        plan: plan
            .into_iter()
            .filter(|step| asked.reports.iter().any(|r| r.layer.name() == step.layer))
            .collect(),
        more: asked.more || !patterns.is_idle() && asked.uncounted > 0,
        results,
        took_us: 0,
        layers: asked.reports,
        suggestions,
        notes,
        level: None,
    };
    Ok((result, basis))
}

/// What a result made from `asked` stands on.
fn basis_of(asked: &layers::Asked, request: &SearchRequest, sound: bool) -> Basis {
    let mut rows: Vec<_> = asked.candidates.iter().map(|(row, _)| *row).collect();
    rows.sort_unstable();
    let mut cuts = asked.cuts.clone();
    if request.text.to_lowercase().contains("used:") {
        cuts.push(Cut::All);
    }
    cuts.dedup();
    let whole = sound && !asked.out_of_time && asked.reports.iter().all(|report| report.failed.is_none());
    Basis { rows, cuts, whole }
}

const EXPLAINED: &str = "Exact names come first (score 3 and more), then names that begin as typed (2 and more); others score \
                         0.6 text + 0.3 title + 0.2 tags + 0.1 category + name + like + own + 0.15 usage + 0.15 success.";

fn notes(query: &Query, asked: &layers::Asked) -> Vec<String> {
    let mut notes = query.notes.clone();
    if query.cut {
        notes.push(format!(
            "Only the first {} words and {} characters of the query were used.",
            query::PARTS,
            query::BYTES
        ));
    }
    for report in &asked.reports {
        if let Some(why) = &report.failed {
            notes.push(format!("The {} layer was left out: {why}.", report.layer.name()));
        }
    }
    if asked.some_words && !asked.candidates.is_empty() {
        notes.push("Few entries have all the words; those with some of them follow.".to_owned());
    }
    if asked.reports.iter().any(|report| report.plan == Some(TextPlan::Newest)) {
        notes.push(
            "Its words are in very many entries: these are the top matches, a rare word narrows them."
                .to_owned(),
        );
    }
    notes
}

fn cancelled() -> UserError {
    UserError::new("the search was stopped").cause("nobody waits for it any more").exit(Exit::Interrupted)
}

fn micros(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// `Err` if nobody wants the result any more; time that is used up is for the layers to say.
fn still_wanted(budget: &Budget) -> Result<()> {
    match budget.check() {
        Err(Stop::Cancelled) => Err(cancelled()),
        Ok(()) | Err(Stop::OutOfTime) => Ok(()),
    }
}

#[cfg(test)]
pub(in crate::kb) mod tests;
