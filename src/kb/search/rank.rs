//! From candidates to an order: see the formula in the module above.

use super::facets::Facets;
use super::fold;
use super::layers::{Asked, Candidate, needed};
use super::pattern::Patterns;
use super::snippet::{self, Beginning, Seeker};
use super::words::{
    begins_in_upper_case, has_stem, is_setting, is_small, same_in_upper_case, stem, words_of,
};
use super::{Found, Layer, Parts, Plain, Shelf};
use crate::base::num::{to_f64, to_u64};
use crate::base::{Budget, Result, Word};
use crate::kb::query::Query;
use crate::store::{Entry, EntryHead, EntryRow, UnixMs, Via};
use foldhash::fast::RandomState;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

const TEXT: f64 = 0.6;
const TITLE: f64 = 0.3;
/// What a title is worth that has all words, but not in a row.
const SCATTERED: f64 = 0.7;
const TAGS: f64 = 0.2;
/// What a title or tag is worth that has a piece of the query inside a word.
const PIECE: f64 = 0.5;
const CATEGORY: f64 = 0.1;
const ABOUT: f64 = 0.5;
const BEGINS: f64 = 0.3;
const NAMED: f64 = 0.2;
const USAGE: f64 = 0.15;
const SUCCESS: f64 = 0.15;
/// What an entry that was asked for by name scores at least, and one whose name is being typed; more than all others can.
const FIRST: f64 = 3.0;
const SECOND: f64 = 2.0;

/// What is wanted of the candidates.
pub struct Wanted<'a> {
    /// The query.
    pub query: &'a Query,
    /// Its patterns.
    pub patterns: &'a Patterns,
    /// It is being typed.
    pub typing: bool,
    /// Results at most.
    pub limit: usize,
    /// Results that get a snippet, from the first on.
    pub snippets: usize,
    /// Say how each score came about.
    pub explain: bool,
    /// Count what the matches are, at this time.
    pub facets: Option<UnixMs>,
}

/// How the name of an entry fits the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    /// It is what was asked for; place among the names looked up.
    Is(usize),
    /// What is typed so far is nothing but the beginning of a code, and a name begins so.
    Becomes(Via),
    /// It is about a code that was asked for.
    About,
    /// A name begins with the word that is being typed.
    Begins,
    /// One word among others is its name, or a code that it is about.
    Word,
    /// Not at all.
    No,
}

impl Name {
    /// Those of a lower one come first.
    fn tier(self) -> u8 {
        match self {
            Self::Is(_) => 0,
            Self::Becomes(_) => 1,
            _ => 2,
        }
    }
}

/// Entries with their texts.
type Bodies = HashMap<EntryRow, Arc<Entry>, RandomState>;

/// An entry with its place.
struct Ranked<'c> {
    head: Arc<EntryHead>,
    candidate: &'c Candidate,
    name: Name,
    key: String,
    /// Where they are to be explained.
    parts: Option<Box<Parts>>,
    score: f64,
}

/// What was found, in order.
pub struct Ranking {
    /// Best first, at most as many as were wanted.
    pub results: Vec<Found>,
    /// Their rows.
    pub rows: Vec<EntryRow>,
    /// How many entries match.
    pub total: u64,
    /// How many of them stand behind others.
    pub folded: u64,
    /// What they are, if that was asked.
    pub facets: Option<Facets>,
    /// Ids of results whose stored text is damaged.
    pub damaged: Vec<String>,
}

/// Puts the candidates in order and reads the texts of those that are shown.
pub fn rank(shelf: &dyn Shelf, wanted: &Wanted<'_>, asked: &mut Asked, budget: &Budget) -> Result<Ranking> {
    let query = wanted.query;
    let candidates = std::mem::take(&mut asked.candidates);
    let rows: Vec<EntryRow> = candidates.iter().map(|(row, _)| *row).collect();
    if rows.is_empty() {
        let facets = wanted.facets.map(|now| Facets::of(&[], true, now));
        return Ok(Ranking {
            results: Vec::new(),
            rows: Vec::new(),
            total: asked.uncounted,
            folded: 0,
            facets,
            damaged: Vec::new(),
        });
    }
    let heads = shelf.heads(&rows, budget)?;
    let mut bodies = read_ahead(shelf, wanted, &candidates, budget)?;
    let most = heads.iter().map(|head| head.usage_count).max().unwrap_or(0);
    let weigher = Weigher::new(query, most, wanted.explain);
    // In the order of the candidates; those that are gone meanwhile are missing.
    let mut heads = heads.into_iter().peekable();
    let mut ranked: Vec<Ranked<'_>> = Vec::with_capacity(candidates.len());
    ranked.extend(candidates.iter().filter_map(|(row, candidate)| {
        let head = heads.next_if(|head| head.row == *row)?;
        let (name, key) = name_of(&head, candidate, asked);
        let body = bodies.get(row).map(|entry| &entry.body);
        let excluded = candidate.text.is_none()
            && !matches!(name, Name::Is(_))
            && body.is_some_and(|body| snippet::has_any(body, &query.without));
        let excluded = excluded || !body.is_none_or(|body| wanted.patterns.fit(body));
        (!excluded).then(|| weigher.weigh(head, candidate, (name, key)))
    }));
    ranked.sort_by(in_order);
    // How many of those that were not looked at fit a pattern is not known.
    let uncounted = if wanted.patterns.is_idle() { asked.uncounted } else { 0 };
    let total = to_u64(ranked.len()).saturating_add(uncounted);
    let facets = wanted.facets.map(|now| {
        let heads: Vec<&EntryHead> = ranked.iter().map(|r| &*r.head).collect();
        Facets::of(&heads, uncounted == 0 && !asked.more, now)
    });
    number(&mut ranked);
    let groups = folded(shelf, ranked, wanted.limit, &mut bodies, budget)?;
    let rows = groups.iter().map(|(first, _)| first.head.row).collect();
    let folded = groups.iter().map(|(_, alike)| to_u64(alike.len())).sum();
    let shown: Vec<EntryRow> = groups.iter().take(wanted.snippets).map(|(first, _)| first.head.row).collect();
    let texts = shelf.plain(&shown, budget)?;
    let texts: HashMap<EntryRow, Arc<Plain>, RandomState> =
        texts.into_iter().map(|text| (text.row, text)).collect();
    let seeker = Seeker::new(query, wanted.typing);
    let is_damaged = |r: &&Ranked<'_>| match texts.get(&r.head.row) {
        Some(text) => text.damaged,
        None => bodies.get(&r.head.row).is_some_and(|entry| entry.damaged),
    };
    let damaged = groups.iter().map(|(r, _)| r).filter(is_damaged).map(|r| r.head.id.clone()).collect();
    let has_all = has_all(query);
    let found = |r: &Ranked<'_>, read: bool| {
        let snippet = match texts.get(&r.head.row) {
            _ if !read => None,
            Some(text) => Some(snippet::of(text, &seeker)),
            None => bodies.get(&r.head.row).map(|entry| snippet::of(&Plain::of(entry), &seeker)),
        };
        r.found(&has_all, snippet.unwrap_or_default())
    };
    let results = groups
        .into_iter()
        .enumerate()
        .map(|(at, (first, alike))| {
            let alike = alike.iter().map(|r| found(r, true)).collect();
            Found { alike, ..found(&first, at < wanted.snippets) }
        })
        .collect();
    asked.candidates = candidates;
    Ok(Ranking { results, rows, total, folded, facets, damaged })
}

/// The first `limit` results, each with those that it stands for.
fn folded<'c>(
    shelf: &dyn Shelf,
    ranked: Vec<Ranked<'c>>,
    limit: usize,
    bodies: &mut Bodies,
    budget: &Budget,
) -> Result<Vec<(Ranked<'c>, Vec<Ranked<'c>>)>> {
    let by_id = |r: &Ranked<'_>| matches!(r.name, Name::Is(_)) && r.candidate.via == Some(Via::Id);
    let told: Vec<fold::Told<'_>> =
        ranked.iter().map(|r| fold::Told { head: &r.head, by_id: by_id(r) }).collect();
    let places = fold::in_question(&told);
    let rows = places.iter().filter_map(|at| told.get(*at)).map(|told| told.head.row);
    let missing: Vec<EntryRow> = rows.filter(|row| !bodies.contains_key(row)).collect();
    bodies.extend(read(shelf, &missing, budget)?);
    let texts =
        places.iter().filter_map(|at| Some((*at, &bodies.get(&told.get(*at)?.head.row)?.body))).collect();
    let mut into = fold::folded(&told, &places, &texts);
    let mut groups: Vec<(usize, Ranked<'c>, Vec<Ranked<'c>>)> = Vec::with_capacity(ranked.len());
    let mut behind: HashMap<usize, Vec<Ranked<'c>>> = HashMap::new();
    for (at, result) in ranked.into_iter().enumerate() {
        match into.remove(&at) {
            Some(stands) => behind.entry(stands).or_default().push(result),
            None => groups.push((at, result, Vec::new())),
        }
    }
    for (at, first, alike) in &mut groups {
        *alike = behind.remove(at).unwrap_or_default();
        // It stands where the best of them would.
        first.score = alike.iter().map(|r| r.score).fold(first.score, f64::max);
    }
    groups.sort_by(|a, b| b.1.score.total_cmp(&a.1.score));
    Ok(groups.into_iter().take(limit).map(|(_, first, alike)| (first, alike)).collect())
}

/// The entries whose place depends on their text.
fn read_ahead(
    shelf: &dyn Shelf,
    wanted: &Wanted<'_>,
    candidates: &[(EntryRow, Candidate)],
    budget: &Budget,
) -> Result<Bodies> {
    let by_pattern = !wanted.patterns.is_idle();
    let by_exclusion = by_pattern || !wanted.query.without.is_empty();
    // What the text layer found has been looked at.
    let needed = |(_, c): &&(EntryRow, Candidate)| if c.text.is_some() { by_pattern } else { by_exclusion };
    let rows: Vec<EntryRow> = candidates.iter().filter(needed).map(|(row, _)| *row).collect();
    read(shelf, &rows, budget)
}

fn read(shelf: &dyn Shelf, rows: &[EntryRow], budget: &Budget) -> Result<Bodies> {
    if rows.is_empty() {
        return Ok(Bodies::default());
    }
    Ok(shelf.entries(rows, budget)?.into_iter().map(|entry| (entry.row, entry)).collect())
}

/// The best first: entries asked for by name before all others, by the place of the name and how it is theirs; then those whose
/// name is being typed, by use; then all others.
fn in_order(a: &Ranked<'_>, b: &Ranked<'_>) -> Ordering {
    let by_name = match (a.name, b.name) {
        (Name::Is(one), Name::Is(other)) => one.cmp(&other).then(a.candidate.via.cmp(&b.candidate.via)),
        (Name::Becomes(one), Name::Becomes(other)) => {
            let used = b.head.usage_count.cmp(&a.head.usage_count);
            used.then(one.cmp(&other)).then_with(|| a.head.id.cmp(&b.head.id))
        }
        (one, other) => one.tier().cmp(&other.tier()),
    };
    by_name.then_with(|| b.score.total_cmp(&a.score))
}

/// Gives entries that are first by name their score, and keeps scores falling.
fn number(ranked: &mut [Ranked<'_>]) {
    let (mut first, mut second) = (0, 0);
    let mut above = f64::MAX;
    for entry in ranked {
        let (base, place) = match entry.name {
            Name::Is(_) => (FIRST, &mut first),
            Name::Becomes(_) => (SECOND, &mut second),
            _ => {
                entry.score = entry.score.min(above);
                above = entry.score;
                continue;
            }
        };
        *place += 1;
        entry.score = base + 1.0 / to_f64(*place);
    }
}

/// Which of the names looked up this entry has.
fn name_of(head: &EntryHead, candidate: &Candidate, asked: &Asked) -> (Name, String) {
    let begins = candidate.begins.and_then(|(place, via)| {
        let beginning = asked.beginnings.get(place)?;
        let mut names = std::iter::once(&head.id).chain(&head.aliases).chain(&head.codes);
        let which = names.find(|name| begins_in_upper_case(name, &beginning.prefix)).unwrap_or(&head.id);
        let name = if beginning.whole { Name::Becomes(via) } else { Name::Begins };
        Some((name, which.to_uppercase()))
    });
    let Some(via) = candidate.via else { return begins.unwrap_or((Name::No, String::new())) };
    if via == Via::Title {
        return (Name::Is(0), head.title.clone());
    }
    // The first key that one of the names is: each name is looked for among those before the one found so far.
    let find = |names: &mut dyn Iterator<Item = &String>| {
        let first = names.fold(asked.keys.len(), |first, name| {
            let before = asked.keys.get(..first).unwrap_or_default();
            before.iter().position(|key| same_in_upper_case(name, key)).unwrap_or(first)
        });
        asked.keys.get(first).map(|key| (first, key))
    };
    let names = find(&mut std::iter::once(&head.id).chain(&head.aliases));
    match (names, find(&mut head.codes.iter()), begins) {
        (Some((place, key)), ..) if place < asked.strong => (Name::Is(place), key.clone()),
        (_, _, Some((Name::Becomes(via), key))) => (Name::Becomes(via), key),
        (_, Some((place, key)), _) if place < asked.strong => (Name::About, key.clone()),
        (Some((_, key)), ..) | (_, Some((_, key)), _) => (Name::Word, key.clone()),
        // The store found it by a name that it spells in its own way.
        (None, None, _) if via == Via::Code => (Name::About, head.id.clone()),
        (None, None, _) => (Name::Is(asked.strong), head.id.clone()),
    }
}

/// What entries are weighed against.
struct Weigher<'a> {
    query: &'a Query,
    /// Stems of the words of the query that tell titles apart, and those of them that say something by themselves.
    row: Vec<String>,
    telling: Vec<String>,
    /// Where words may have each of these.
    begins: Vec<Option<Beginning>>,
    most: u64,
    explain: bool,
}

impl<'a> Weigher<'a> {
    fn new(query: &'a Query, most: u64, explain: bool) -> Self {
        let text = query.free_text();
        let all: Vec<&str> = words_of(&text).map(|(_, word)| word).collect();
        let only_setting = all.iter().all(|word| is_setting(word));
        let words = all.into_iter().filter(|word| only_setting || !is_setting(word));
        let row: Vec<String> = telling(words).map(stem).collect();
        let mut telling: Vec<String> = row.iter().filter(|word| !is_small(word)).cloned().collect();
        telling.sort();
        telling.dedup();
        // A stem is what its word begins with; letters outside ASCII may have other bytes in their other case.
        let begin = |stem: &String| (stem.is_ascii() && !stem.is_empty()).then(|| Beginning::of(stem));
        let begins = telling.iter().map(begin).collect();
        Self { query, row, telling, begins, most, explain }
    }

    fn weigh<'c>(&self, head: Arc<EntryHead>, candidate: &'c Candidate, name: (Name, String)) -> Ranked<'c> {
        let (name, key) = name;
        let text = match &candidate.text {
            Some((share, true)) => 0.5 + share / 2.0,
            Some((share, false)) => share / 2.0,
            None => 0.0,
        };
        let words = to_u64(self.query.parts.len().max(1));
        let mut places: Vec<usize> =
            candidate.tagged.iter().flat_map(|(_, places)| places).copied().collect();
        places.sort_unstable();
        places.dedup();
        let only_tags = self.query.parts.is_empty() && !candidate.tagged.is_empty();
        let tagged = if only_tags { 1 } else { to_u64(places.len()) };
        let tags = to_f64(tagged) / to_f64(words);
        let category = f64::from(u8::from(
            self.query.parts.iter().any(|part| part.text.eq_ignore_ascii_case(&head.category)),
        ));
        let named = match name {
            Name::About => ABOUT,
            Name::Begins => BEGINS,
            Name::Word => NAMED,
            Name::Is(_) | Name::Becomes(_) | Name::No => 0.0,
        };
        let piece = if candidate.pieces.is_empty() { 0.0 } else { PIECE };
        let title = self.title(&head).max(piece);
        let used = to_f64(head.usage_count).ln_1p();
        let usage = if self.most == 0 { 0.0 } else { used / to_f64(self.most).ln_1p() };
        let success = to_f64(head.worked + 1) / to_f64(head.worked.saturating_add(head.failed) + 2);
        // What is only listed is ordered by use alone.
        let success_weight = if candidate.listed { 0.0 } else { SUCCESS };
        let parts = Parts {
            text: TEXT * text,
            title: TITLE * title,
            tags: TAGS * tags,
            category: CATEGORY * category,
            name: named,
            like: super::sense::weigh(candidate.like, candidate.near),
            own: super::learned::gain(candidate.own),
            usage: USAGE * usage,
            success: success_weight * success,
        };
        let score = parts.named().into_iter().map(|(_, part)| part).sum();
        let parts = self.explain.then(|| Box::new(parts));
        Ranked { head, candidate, name, key, parts, score }
    }

    /// Whether the words of a name that tell names apart have those of the query in a row.
    fn stands_in<'w>(&self, words: impl Iterator<Item = &'w str>) -> bool {
        let words: Vec<&str> = telling(words).collect();
        let is = |words: &[&str]| words.iter().zip(&self.row).all(|(word, wanted)| has_stem(word, wanted));
        !self.row.is_empty() && words.windows(self.row.len()).any(is)
    }

    /// How well the title or one of the aliases fits: 1 if it has the query in a row.
    fn title(&self, head: &EntryHead) -> f64 {
        if self.telling.is_empty() {
            return 0.0;
        }
        let of = |name: &String| -> f64 {
            let own = || words_of(name).map(|(_, word)| word);
            let word_at = |from: usize| words_of(name.get(from..).unwrap_or_default()).next();
            let has = |(wanted, begin): &(&String, &Option<Beginning>)| match begin {
                Some(begin) => begin
                    .places(name)
                    .any(|from| word_at(from).is_some_and(|(_, word)| has_stem(word, wanted))),
                None => own().any(|word| has_stem(word, wanted)),
            };
            let has = self.telling.iter().zip(&self.begins).filter(has).count();
            if has == self.telling.len() && self.stands_in(own()) {
                return 1.0;
            }
            SCATTERED * to_f64(to_u64(has)) / to_f64(to_u64(self.telling.len()))
        };
        std::iter::once(&head.title).chain(&head.aliases).map(of).fold(0.0, f64::max)
    }
}

/// The words that tell titles apart; a "not" turns a title around, other small words do not.
fn telling<'w>(words: impl Iterator<Item = &'w str>) -> impl Iterator<Item = &'w str> {
    let turns = |word: &str| word.eq_ignore_ascii_case("not") || word.eq_ignore_ascii_case("no");
    words.filter(move |word| turns(word) || !is_small(word))
}

fn quoted(word: &str) -> String {
    if word.contains(' ') { format!("\"{word}\"") } else { word.to_owned() }
}

/// Why an entry is found whose text has all that `query` needs.
fn has_all(query: &Query) -> Word {
    Word::alone(&format!("Its text has {}.", needed(query).map(quoted).collect::<Vec<_>>().join(" and ")))
}

impl Ranked<'_> {
    fn layer(&self) -> Layer {
        if self.name != Name::No {
            Layer::Exact
        } else if !self.candidate.tagged.is_empty() {
            Layer::Tag
        } else if self.candidate.text.is_some() || !self.candidate.pieces.is_empty() {
            Layer::Text
        } else if self.candidate.like.is_some() {
            Layer::Semantic
        } else {
            Layer::Browse
        }
    }

    /// The result, as it leaves; `has_all` says why one is there that has all the words.
    fn found(&self, has_all: &Word, snippet: String) -> Found {
        let why = if self.has_all() { has_all.clone() } else { Word::alone(&self.why()) };
        let opened = || Word::alone(&format!("{why} You have opened it for this."));
        let why = if self.candidate.own > 0.0 { opened() } else { why };
        // Others have the head, too: what is shown of it is copied.
        let head = &*self.head;
        Found {
            parts: self.parts.clone(),
            alike: Vec::new(),
            success_rate: head.success_rate(),
            layer: self.layer(),
            score: self.score,
            id: head.id.clone(),
            title: head.title.clone(),
            category: head.category.clone(),
            severity: head.severity,
            tags: head.tags.clone(),
            usage_count: head.usage_count,
            snippet,
            why,
        }
    }

    /// Whether it is there for nothing but that its text has all the words.
    fn has_all(&self) -> bool {
        let candidate = self.candidate;
        self.name == Name::No && candidate.tagged.is_empty() && matches!(candidate.text, Some((_, true)))
    }

    /// Why it is there, if it is for something else.
    fn why(&self) -> String {
        let key = &self.key;
        match (self.name, self.candidate.via) {
            (Name::Is(_), _) if self.head.id.to_uppercase() == *key => {
                return format!("Its id is {key}.");
            }
            (Name::Is(_), Some(Via::Title)) => return "This is its title.".to_owned(),
            (Name::Is(_), _) => return format!("{key} is another name for it."),
            (Name::About | Name::Becomes(Via::Code), _) => return format!("It is about {key}."),
            (Name::Becomes(_) | Name::Begins, _) => {
                return format!("What is being typed may become {key}.");
            }
            (Name::Word, Some(Via::Code)) => return format!("It is about {key}, too."),
            (Name::Word, _) => return format!("One of its names is {key}."),
            (Name::No, _) => {}
        }
        if !self.candidate.tagged.is_empty() {
            let tags: Vec<String> = self.candidate.tagged.iter().map(|(tag, _)| quoted(tag)).collect();
            return format!("It is tagged {}.", tags.join(" and "));
        }
        if let Some(piece) = self.candidate.pieces.first().filter(|_| self.candidate.text.is_none()) {
            return format!("A word of its title or a tag has {piece} inside.");
        }
        match &self.candidate.text {
            None if self.candidate.like.is_some() => {
                "It has words of the best entries, but not those of the question.".to_owned()
            }
            Some(_) => "Its text has some of the words.".to_owned(),
            None => match self.head.usage_count {
                0 => "Nobody has used it yet.".to_owned(),
                1 => "It was used once.".to_owned(),
                n => format!("It was used {n} times."),
            },
        }
    }
}
