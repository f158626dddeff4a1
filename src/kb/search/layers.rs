//! The layers: what is asked of the store, one after the other, and what each found.

mod more;

pub use more::Further;

use super::synonyms::meant;
use super::words::{is_setting, is_small, others};
use super::{Cut, Layer, LayerReport, SearchRequest, cancelled, micros, still_wanted};
use crate::base::meter::measured;
use crate::base::num::to_u64;
use crate::base::{Budget, Meter, Op, Result, Stop, UserError};
use crate::kb::codes::{self, Beginning, Code, CodeKind};
use crate::kb::query::{Part, Query, Want};
use crate::store::{EntryRow, ExactHit, Filter, Store, TextHits, TextPlan, TextQuery, Via};
use foldhash::fast::RandomState;
use std::collections::{HashMap, HashSet};
use std::time::Instant;

/// Names looked up at most.
const KEYS: usize = 240;
/// Longest name looked up, in bytes.
const LONGEST_KEY: usize = 200;
/// Entries with a name looked up that a store gives at most.
const NAMED: usize = 1_000;
/// Entries with one name that a store gives at most, those that are used most and the newest.
const OF_A_NAME: usize = 200;
/// Tags looked up at most.
const TAGS: usize = 16;
/// With fewer hits than this for all words, entries with some of them are shown too.
const FEW: u64 = 5;
/// Of more words than this, a line out of a log that somebody pasted, no entry has all, and to look for one takes as long as to look
/// for those with some of them: among these, one with all would be the first.
const MANY: usize = 16;
/// What entries count that have a question's words in other words only.
const HALF: f64 = 0.5;

/// An entry that some layer found.
#[derive(Debug, Clone, Default)]
pub struct Candidate {
    /// By a name.
    pub via: Option<Via>,
    /// By the beginning of a name: how, and the place among the beginnings that were looked up.
    pub begins: Option<(usize, Via)>,
    /// Tags that words of the query are, with the places of these words.
    pub tagged: Vec<(String, Vec<usize>)>,
    /// By its text: share of the best hit's score (0 to 1), and whether all words match.
    pub text: Option<(f64, bool)>,
    /// Pieces of the query that stand inside a word of its title or tags.
    pub pieces: Vec<String>,
    /// How much it is like the best entries, 0 to 1.
    pub like: Option<f64>,
    /// How near its text is to the question, 0 to 1.
    pub near: Option<f64>,
    /// What it weighs for the user who has opened and rated it for this question.
    pub own: f64,
    /// Its place in the list, when nothing was asked for.
    pub listed: bool,
}

/// What all layers found.
#[derive(Debug, Default)]
pub struct Asked {
    /// Entries in the order in which they were found first.
    pub candidates: Vec<(EntryRow, Candidate)>,
    /// One for each question to a layer.
    pub reports: Vec<LayerReport>,
    /// Names that were looked up; the first `strong` are the whole query, its codes, and words that can only be names.
    pub keys: Vec<String>,
    /// How many of `keys` put an entry first.
    pub strong: usize,
    /// What names that are being typed begin with.
    pub beginnings: Vec<Beginning>,
    /// Entries with some of the words were asked for.
    pub some_words: bool,
    /// So few entries have all the words that others were looked for.
    pub few: bool,
    /// How many entries have all the words, as far as it was counted.
    pub with_all: u64,
    /// Matches that the layers counted but did not give.
    pub uncounted: u64,
    /// Some layer did not count to the end.
    pub more: bool,
    /// Some layer had no time left.
    pub out_of_time: bool,
    /// Lists of entries that were cut where the less used ones begin.
    pub cuts: Vec<Cut>,
    /// What it took beside the layers to see what to ask them, in microseconds.
    pub reading_us: u64,
    places: HashMap<EntryRow, usize, RandomState>,
    errors: Vec<UserError>,
}

impl Asked {
    fn at(&mut self, row: EntryRow) -> Option<&mut Candidate> {
        let place = *self.places.entry(row).or_insert_with(|| {
            self.candidates.push((row, Candidate::default()));
            self.candidates.len() - 1
        });
        self.candidates.get_mut(place).map(|(_, candidate)| candidate)
    }

    /// Whether hardly anything was found: no name, and few entries with all the words.
    pub fn is_short(&self) -> bool {
        self.few && self.candidates.iter().all(|(_, candidate)| candidate.via.is_none())
    }

    /// Takes what the user has opened for this question; what no layer found stays out.
    pub fn take_opened(&mut self, opened: &[(EntryRow, f64)]) {
        for (row, weight) in opened {
            let place = self.places.get(row).copied();
            if let Some((_, candidate)) = place.and_then(|place| self.candidates.get_mut(place)) {
                candidate.own = *weight;
            }
        }
    }

    /// Why a layer failed, if one did.
    pub fn failure(&self) -> Option<UserError> {
        self.errors.first().cloned()
    }

    /// Whether a word of the query was found inside words of titles or tags.
    pub fn has_pieces(&self) -> bool {
        self.candidates.iter().any(|(_, candidate)| !candidate.pieces.is_empty())
    }

    /// Which layers were asked, in one line.
    pub fn layers(&self) -> String {
        let mut names: Vec<&str> = Vec::new();
        for report in self.reports.iter().filter(|r| r.failed.is_none()) {
            if !names.contains(&report.layer.name()) {
                names.push(report.layer.name());
            }
        }
        let words = if self.some_words { " (all words, then any)" } else { "" };
        format!("{}{words}", names.join(" + "))
    }
}

/// Tags of an entry, with the places of the words that they are.
type Tagged = Vec<(String, Vec<usize>)>;

struct Asking<'a> {
    store: &'a dyn Store,
    query: &'a Query,
    filter: Filter,
    pool: usize,
    budget: &'a Budget,
    meter: &'a dyn Meter,
    asked: Asked,
}

/// Asks every layer that has something to say to `query`.
pub fn ask(
    store: &dyn Store,
    query: &Query,
    request: &SearchRequest,
    pool: usize,
    budget: &Budget,
    meter: &dyn Meter,
) -> Result<Asked> {
    let began = Instant::now();
    let typing = request.typing && query.open;
    let asks = |layer: Layer| !request.off.contains(&layer);
    let filter = query.filter(request.now);
    let mut asking = Asking { store, query, filter, pool, budget, meter, asked: Asked::default() };
    if query.parts.is_empty() {
        if query.tags.is_empty() && query.wants.is_empty() { asking.browse()? } else { asking.filtered()? }
    } else {
        if asks(Layer::Exact) {
            asking.exact(typing)?;
        }
        if asks(Layer::Tag) {
            asking.tags()?;
        }
        if asks(Layer::Text) {
            asking.text(typing)?;
        }
    }
    let mut asked = asking.asked;
    let in_layers: u64 = asked.reports.iter().map(|report| report.took_us).sum();
    asked.reading_us = micros(began).saturating_sub(in_layers);
    let all_failed = !asked.reports.is_empty() && asked.reports.iter().all(|r| r.failed.is_some());
    let failed = all_failed || request.strict;
    // Nothing answered: an empty result would be a lie.
    if failed && !asked.errors.is_empty() {
        return Err(asked.errors.swap_remove(0));
    }
    Ok(asked)
}

impl Asking<'_> {
    /// Runs one layer: measured, reported, left out if it fails.
    fn layer<T>(
        &mut self,
        layer: Layer,
        what: String,
        count: impl FnOnce(&T) -> u64,
        work: impl FnOnce(&Self) -> Result<T>,
    ) -> Result<Option<T>> {
        still_wanted(self.budget)?;
        let start = Instant::now();
        let answer = match layer {
            Layer::Exact => measured(self.meter, Op::SearchExact, || work(self)),
            Layer::Tag => measured(self.meter, Op::SearchTag, || work(self)),
            Layer::Text => measured(self.meter, Op::SearchText, || work(self)),
            Layer::Semantic => measured(self.meter, Op::SearchSemantic, || work(self)),
            Layer::Browse => work(self),
        };
        let took_us = micros(start);
        let mut report = LayerReport {
            layer,
            asked: what,
            hits: 0,
            more: false,
            plan: None,
            looked: 0,
            took_us,
            failed: None,
        };
        let answer = match answer {
            Ok(answer) => {
                report.hits = count(&answer);
                Some(answer)
            }
            Err(_) if self.budget.cancel.is_cancelled() => return Err(cancelled()),
            Err(error) => {
                let late = self.budget.check() == Err(Stop::OutOfTime);
                self.asked.out_of_time |= late;
                report.failed = Some(if late { "out of time".to_owned() } else { error.to_string() });
                self.asked.errors.push(error);
                None
            }
        };
        self.asked.reports.push(report);
        Ok(answer)
    }

    /// The last layer did not count to the end, if `more` says so.
    fn counted(&mut self, more: bool) {
        self.asked.more |= more;
        if let Some(report) = self.asked.reports.last_mut() {
            report.more = more;
        }
    }

    fn exact(&mut self, typing: bool) -> Result<()> {
        let (keys, strong) = keys(self.query);
        let title = self.query.free_text();
        let mut beginnings = if typing { codes::beginnings(&title) } else { Vec::new() };
        beginnings.extend(begun(self.query));
        let names = keys.iter().take(12).cloned();
        let what: Vec<String> = names.chain(beginnings.iter().map(|b| format!("{}*", b.prefix))).collect();
        let hits = self.layer(
            Layer::Exact,
            what.join(", "),
            |(exact, begun): &(Vec<ExactHit>, Vec<(usize, ExactHit)>)| {
                let rows: HashSet<EntryRow> =
                    exact.iter().chain(begun.iter().map(|(_, hit)| hit)).map(|hit| hit.row).collect();
                to_u64(rows.len())
            },
            |it| {
                let exact = it.store.find_exact(&keys, &title, &it.filter, it.budget)?;
                let mut begun = Vec::new();
                for (place, beginning) in beginnings.iter().enumerate() {
                    let hits = it.store.find_prefix(&beginning.prefix, &it.filter, it.pool, it.budget)?;
                    begun.extend(hits.into_iter().map(|hit| (place, hit)));
                }
                Ok((exact, begun))
            },
        )?;
        let (exact, begun) = hits.unwrap_or_default();
        self.counted(exact.len() >= NAMED || begun.len() >= self.pool);
        if exact.len() >= OF_A_NAME {
            self.asked.cuts.push(Cut::All);
        }
        for (place, beginning) in beginnings.iter().enumerate() {
            if begun.iter().filter(|(of, _)| *of == place).count() >= self.pool {
                self.asked.cuts.push(Cut::Name(beginning.prefix.clone()));
            }
        }
        for hit in exact {
            if let Some(candidate) = self.asked.at(hit.row) {
                candidate.via = Some(candidate.via.map_or(hit.via, |via| via.min(hit.via)));
            }
        }
        for (place, hit) in begun {
            if let Some(candidate) = self.asked.at(hit.row) {
                candidate.begins.get_or_insert((place, hit.via));
            }
        }
        (self.asked.keys, self.asked.strong, self.asked.beginnings) = (keys, strong, beginnings);
        Ok(())
    }

    fn tags(&mut self) -> Result<()> {
        let wanted = tags(&self.query.parts);
        let what = wanted.iter().map(|(tag, _)| tag.as_str()).collect::<Vec<_>>().join(", ");
        let found = self.layer(
            Layer::Tag,
            what,
            |found: &HashMap<EntryRow, Tagged>| to_u64(found.len()),
            |it| {
                let mut found: HashMap<EntryRow, Tagged> = HashMap::new();
                let tags: Vec<String> = wanted.iter().map(|(tag, _)| tag.clone()).collect();
                let rows = it.store.find_each_tag(&tags, &it.filter, it.pool, it.budget)?;
                for ((tag, places), rows) in wanted.iter().zip(rows) {
                    for row in rows {
                        found.entry(row).or_default().push((tag.clone(), places.clone()));
                    }
                }
                Ok(found)
            },
        )?;
        let mut found: Vec<_> = found.unwrap_or_default().into_iter().collect();
        self.counted(found.len() >= self.pool);
        for (tag, _) in &wanted {
            if found.iter().filter(|(_, tagged)| tagged.iter().any(|(t, _)| t == tag)).count() >= self.pool {
                self.asked.cuts.push(Cut::Tag(tag.clone()));
            }
        }
        found.sort_unstable();
        for (row, tagged) in found {
            if let Some(candidate) = self.asked.at(row) {
                candidate.tagged = tagged;
            }
        }
        Ok(())
    }

    fn text(&mut self, prefix: bool) -> Result<()> {
        let text = all_of(self.query, prefix);
        let many = text.parts.len() > MANY;
        let all = if many { None } else { self.text_layer(&text)? };
        let few = many || all.as_ref().is_some_and(|hits| hits.total < FEW);
        self.asked.few = few;
        self.asked.with_all = all.as_ref().map_or(0, |hits| hits.total);
        if let Some(hits) = all {
            self.take_text(&hits, true, 1.0);
        }
        if let Some(other) = in_other_words(self.query, prefix).filter(|_| !many) {
            let hits = self.text_layer(&other)?;
            if let Some(hits) = hits {
                self.take_text(&hits, true, HALF);
            }
        }
        if few && text.parts.len() + text.helpful.len() > 1 {
            let any = TextQuery { any: true, ..text };
            if let Some(hits) = self.text_layer(&any)? {
                self.asked.some_words = to_u64(hits.hits.len()) > 0;
                self.take_text(&hits, false, 1.0);
            }
        }
        Ok(())
    }

    fn text_layer(&mut self, text: &TextQuery) -> Result<Option<TextHits>> {
        let hits = self.layer(
            Layer::Text,
            shown(text),
            |hits: &TextHits| hits.total,
            |it| it.store.find_text(text, &it.filter, it.pool, it.budget),
        )?;
        if let Some(hits) = &hits {
            self.counted(hits.more);
            if let Some(report) = self.asked.reports.last_mut() {
                (report.plan, report.looked) = (Some(hits.plan), hits.looked);
            }
            if hits.plan == TextPlan::Newest {
                self.asked.cuts.push(Cut::All);
            }
        }
        Ok(hits)
    }

    fn take_text(&mut self, hits: &TextHits, all: bool, weight: f64) {
        self.asked.candidates.reserve(hits.hits.len());
        self.asked.places.reserve(hits.hits.len());
        let best = hits.hits.iter().map(|hit| hit.score).fold(f64::MIN_POSITIVE, f64::max);
        // What a second question counts holds what the first one did.
        let uncounted = hits.total.saturating_sub(to_u64(hits.hits.len()));
        self.asked.uncounted = self.asked.uncounted.max(uncounted);
        for hit in &hits.hits {
            if let Some(candidate) = self.asked.at(hit.row)
                && candidate.text.is_none()
            {
                candidate.text = Some(((hit.score / best).clamp(0.0, 1.0) * weight, all));
            }
        }
    }

    /// Only fields were asked for: what passes.
    fn filtered(&mut self) -> Result<()> {
        let tags = self.query.tags.clone();
        let (layer, what) = if tags.is_empty() {
            (Layer::Browse, self.query.wants.iter().map(Want::shown).collect::<Vec<_>>().join(" "))
        } else {
            (Layer::Tag, tags.join(", "))
        };
        let rows = self.layer(
            layer,
            what,
            |rows: &Vec<EntryRow>| to_u64(rows.len()),
            |it| it.store.find_tags(&tags, &it.filter, super::POOL.1, it.budget),
        )?;
        let rows = rows.unwrap_or_default();
        self.counted(rows.len() >= super::POOL.1);
        self.asked.uncounted = to_u64(rows.len().saturating_sub(self.pool));
        if rows.len() >= self.pool {
            self.asked.cuts.push(tags.first().map_or(Cut::All, |tag| Cut::Tag(tag.clone())));
        }
        for row in rows.into_iter().take(self.pool) {
            if let Some(candidate) = self.asked.at(row) {
                candidate.listed = tags.is_empty();
                candidate.tagged = tags.iter().map(|tag| (tag.clone(), Vec::new())).collect();
            }
        }
        Ok(())
    }

    /// No word was asked for: the most used.
    fn browse(&mut self) -> Result<()> {
        let what = if self.query.categories.is_empty() {
            "the most used".to_owned()
        } else {
            format!("the most used of {}", self.query.categories.join(", "))
        };
        let listed = self.layer(
            Layer::Browse,
            what,
            |(_, all): &(Vec<EntryRow>, u64)| *all,
            |it| {
                let heads = it.store.list(&it.filter, 0, it.pool, it.budget)?;
                let all = it.store.count(&it.filter.categories, it.budget)?;
                Ok((heads.iter().map(|head| head.row).collect(), all))
            },
        )?;
        let (rows, all) = listed.unwrap_or_default();
        if rows.len() >= self.pool {
            self.asked.cuts.push(Cut::All);
        }
        self.asked.uncounted = all.saturating_sub(to_u64(rows.len()));
        for row in rows {
            if let Some(candidate) = self.asked.at(row) {
                candidate.listed = true;
            }
        }
        Ok(())
    }
}

/// Names to look up, upper case, and how many of them put an entry first: the whole query, its codes, and words with
/// letters and digits, which can hardly be anything but names. Plain words are names of some entries, too (`LOCKED`): among
/// other words they are words.
fn keys(query: &Query) -> (Vec<String>, usize) {
    let mut keys: Vec<String> = Vec::new();
    let add = |keys: &mut Vec<String>, key: String| {
        if key.len() <= LONGEST_KEY && keys.len() < KEYS && !keys.contains(&key) {
            keys.push(key);
        }
    };
    add(&mut keys, query.free_text().to_uppercase());
    for name in codes::names_of(&query.codes) {
        add(&mut keys, name);
    }
    let is_name = |part: &&Part| {
        part.text.contains(|c: char| c.is_ascii_digit()) && part.text.contains(char::is_alphabetic)
    };
    for part in query.parts.iter().filter(is_name) {
        add(&mut keys, part.text.to_uppercase());
    }
    let strong = keys.len();
    for part in query.parts.iter().filter(|part| part.text.chars().count() > 1) {
        add(&mut keys, part.text.to_uppercase());
    }
    (keys, strong)
}

/// Beginnings of names that are written with a `*`.
fn begun(query: &Query) -> impl Iterator<Item = Beginning> {
    let whole = query.parts.len() == 1;
    let begins = |part: &Part| {
        part.text.strip_suffix('*').filter(|text| !part.phrase && text.len() > 1).map(str::to_uppercase)
    };
    query.parts.iter().filter_map(begins).take(4).map(move |prefix| Beginning { prefix, whole })
}

/// Tags that the words may be, each with the places of its words: every word, and two in a row as tags spell them.
fn tags(parts: &[Part]) -> Vec<(String, Vec<usize>)> {
    let lower: Vec<String> = parts.iter().map(|part| part.text.to_lowercase().replace(' ', "-")).collect();
    let singles = lower.iter().enumerate().map(|(at, tag)| (tag.clone(), vec![at]));
    let pairs = lower.windows(2).enumerate().filter_map(|(at, pair)| match pair {
        [a, b] => Some((format!("{a}-{b}"), vec![at, at + 1])),
        _ => None,
    });
    singles.chain(pairs).take(TAGS).collect()
}

/// What to look for in texts for a word: texts call a system abend by its normal form.
fn text_of(part: &Part) -> String {
    if !part.phrase
        && let [Code { kind: CodeKind::SystemAbend, code }] = codes::in_query(&part.text).as_slice()
        && !code.contains('-')
    {
        return code.clone();
    }
    part.text.clone()
}

/// Words and phrases that a text must have: small words, and words that only say where something happened, help to find an
/// entry and are not asked of it, unless there are no others.
pub fn needed(query: &Query) -> impl Iterator<Item = &str> {
    parts_needed(query, false).0.into_iter().map(|part| part.text.as_str())
}

/// The parts that must match, and those that are good to have; `typed` says that the last part is being typed.
fn parts_needed(query: &Query, typed: bool) -> (Vec<&Part>, Vec<&Part>) {
    let last = if typed { query.parts.len().checked_sub(1) } else { None };
    let telling = |(at, part): &(usize, &Part)| part.phrase || last == Some(*at) || !is_small(&part.text);
    let strict = |(at, part): &(usize, &Part)| part.phrase || last == Some(*at) || !is_setting(&part.text);
    let (some, small): (Vec<_>, Vec<_>) = query.parts.iter().enumerate().partition(telling);
    let (needed, helpful): (Vec<_>, Vec<_>) = some.iter().copied().partition(strict);
    let (needed, helpful) = if !needed.is_empty() {
        (needed, helpful)
    } else if some.is_empty() {
        (small, some)
    } else {
        (some, needed)
    };
    let parts = |of: Vec<(usize, _)>| of.into_iter().map(|(_, part)| part).collect();
    (parts(needed), parts(helpful))
}

/// What to ask the full text for.
fn all_of(query: &Query, prefix: bool) -> TextQuery {
    let (needed, helpful) = parts_needed(query, prefix);
    let also = needed.iter().enumerate().filter(|(_, part)| !part.phrase);
    TextQuery {
        also: also
            .flat_map(|(at, part)| others(&part.text).into_iter().map(move |other| (at, other)))
            .collect(),
        parts: needed.into_iter().map(text_of).collect(),
        helpful: helpful.into_iter().map(|part| part.text.clone()).collect(),
        without: query.without.clone(),
        last_is_prefix: prefix,
        any: false,
    }
}

/// What to ask the full text for in other words of the trade.
fn in_other_words(query: &Query, prefix: bool) -> Option<TextQuery> {
    let pieces = meant(&query.parts)?;
    let strict = |text: &str| !text.contains(' ') && is_setting(text);
    let (helpful, needed): (Vec<_>, Vec<_>) =
        pieces.into_iter().partition(|piece| piece.others.is_empty() && strict(&piece.text));
    let also = needed.iter().enumerate();
    Some(TextQuery {
        also: also
            .flat_map(|(at, piece)| piece.others.iter().map(move |other| (at, other.clone())))
            .collect(),
        parts: needed.iter().map(|piece| piece.text.clone()).collect(),
        helpful: helpful.into_iter().map(|piece| piece.text).collect(),
        without: query.without.clone(),
        last_is_prefix: prefix,
        any: false,
    })
}

/// A text query as people read it.
fn shown(text: &TextQuery) -> String {
    let last = text.parts.len().saturating_sub(1);
    let parts = text.parts.iter().enumerate().map(|(at, part)| {
        let star = if text.last_is_prefix && at == last { "*" } else { "" };
        let others = text.also.iter().filter(|(of, _)| *of == at).map(|(_, other)| format!("/{other}"));
        std::iter::once(format!("{part}{star}")).chain(others).collect::<String>()
    });
    let mut asked = parts.collect::<Vec<_>>().join(if text.any { " OR " } else { " AND " });
    for helpful in &text.helpful {
        asked.push_str(if text.any { " OR " } else { " MAYBE " });
        asked.push_str(helpful);
    }
    std::iter::once(&asked).chain(&text.without).map(String::as_str).collect::<Vec<_>>().join(" NOT ")
}
