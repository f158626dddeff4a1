//! Entries that are made up: a vocabulary in which a few words are in most texts and most words in few, names and codes as
//! shops have them, categories, tags and uses; texts of half a kilobyte to many.

use super::random::Random;
use crate::base::num::{to_u64, to_usize};
use crate::base::{Budget, Exit, Result, Stop, UserError};
use crate::kb::entry::codes_of;
use crate::store::{NewEntry, Severity, Store, UnixMs};

/// Changes whenever the entries do.
pub const EDITION: u32 = 2;
/// Length of title, problem and solution of an entry together, on average, in bytes.
pub const AVERAGE_BYTES: u64 = 3_500;
/// Where a store says that it was made up.
const META_KEY: &str = "trial";
/// Entries put at once.
const BATCH: usize = 1_000;
/// Different words, those of [`WORDS`] included.
const VOCABULARY: usize = 200_000;
/// One entry of so many has an alias.
const NAMED: u64 = 50;

/// Words by how common they are, the most common first.
const WORDS: &str = "the a is of to and in job for step data error file with when it program not on run record set this abend by \
  field be or value after check table output input system code the message was dataset from as at read line batch member \
  return database that call open name reason space volume an are time key region update queue index key lock status load \
  library module if before section copy print length storage catalog buffer transaction control statement wait release \
  request restart resource dump register address log list user exit sort group print backup missing invalid found failed \
  failure full type number change default option catch parameter report window schedule operator console tape disk unit \
  allocation authority access security profile owner limit memory stack counter loop branch move compute packed decimal \
  numeric exception digits sign zoned binary character blank zero overflow divide subscript occurs redefines working \
  linkage procedure division paragraph compile link edit binder map option level version fix maintenance test production \
  cursor commit rollback deadlock timeout package plan bind row column predicate tablespace partition utility reorg image \
  recover subsystem thread pool channel manager listener trigger dead letter persistent browse segment parent child root \
  dependent checkpoint extended scheduling terminal screen attribute symbolic cluster component interval area split \
  alternate path verify share option reuse spanned blocked variable fixed undefined concatenation generation cross memory \
  dispatcher interrupt supervisor recovery routine enclave condition handler token heap initialise finalise preserve \
  quiesce drain offline vary mount label retention expiry migrate recall compress encrypt certificate keyring signon \
  signoff revoke suspend authorise permit deny audit trail journal archive restore replicate mirror failover takeover";

/// What an entry is about: category, words that are frequent in its texts, tags.
const TOPICS: [(&str, &str, &str); 14] = [
    (
        "Batch",
        "packed decimal digits field move compute numeric exception sign",
        "comp-3 numeric data-exception s0c7",
    ),
    ("Batch", "space volume allocation dataset extent secondary directory", "space b37 dataset allocation"),
    ("Batch", "restart checkpoint step schedule window operator", "restart scheduling operations"),
    ("Db2", "deadlock timeout lock commit row cursor thread", "lock deadlock timeout sqlcode"),
    ("Db2", "package plan bind timestamp consistency version", "bind package plan"),
    ("Db2", "tablespace partition copy pending reorg image recover", "utility reorg copy-pending"),
    ("CICS", "transaction terminal screen symbolic attribute dump", "transaction abend screen"),
    ("CICS", "program storage violation loop runaway task", "loop storage"),
    ("IMS", "segment parent root checkpoint scheduling dependent", "database segment"),
    ("MQ", "queue channel listener trigger dead letter persistent", "queue channel"),
    ("VSAM", "cluster interval area split alternate path verify share", "open cluster key"),
    ("JCL", "statement symbol parameter procedure override member", "syntax procedure dd"),
    ("Security", "authority profile access permit revoke owner user", "racf access"),
    ("Utilities", "sort control input output record length work", "sort utility"),
];

/// Prefixes and pieces of names.
const SYSTEMS: [&str; 12] =
    ["PAYR", "GLED", "ACCT", "BILL", "CUST", "ORDR", "STOK", "HRMS", "LOAN", "CARD", "CLMS", "TRAD"];
const PIECES: [&str; 24] = [
    "CUST", "ACCT", "TOTAL", "AMT", "RATE", "DATE", "CODE", "STATUS", "NAME", "COUNT", "INDEX", "FLAG",
    "GROSS", "NET", "TAX", "HOURS", "BRANCH", "LIMIT", "SEQ", "KEY", "BALANCE", "ORDER", "ITEM", "UNIT",
];
const MESSAGES: [&str; 10] = ["IEF", "IEC", "IGZ", "DSNT", "DFHAC", "ICH", "IKJ", "CSV", "IDC", "ICE"];
const ABENDS: [&str; 12] =
    ["S0C7", "S0C4", "SB37", "SD37", "S806", "S322", "S013", "S222", "S913", "S0CB", "SE37", "S878"];
/// Words that belong together.
const PAIRS: [&str; 5] = ["data set", "return code", "job step", "file status", "unit of work"];
/// What rare words are made of: each stands for four bits of the word's number.
const SYLLABLES: [&str; 16] = [
    "ba", "den", "fi", "gor", "hal", "jun", "ka", "lem", "mor", "ni", "pel", "ro", "sta", "tu", "vin", "zer",
];

/// Makes entries; the texts of each are drawn from a sequence that depends on its number alone.
#[derive(Debug)]
pub struct Made {
    words: Vec<&'static str>,
    topics: Vec<(&'static str, Vec<&'static str>, Vec<&'static str>)>,
}

impl Default for Made {
    fn default() -> Self {
        Self::new()
    }
}

impl Made {
    /// Ready to make entries.
    pub fn new() -> Self {
        let split = |text: &'static str| text.split_whitespace().collect();
        Self {
            words: split(WORDS),
            topics: TOPICS
                .iter()
                .map(|(category, words, tags)| (*category, split(words), split(tags)))
                .collect(),
        }
    }

    /// Entry number `n`, counted from 1.
    pub fn entry(&self, n: u64) -> NewEntry {
        let random = &mut Random::new(n.wrapping_mul(0x5851_F42D));
        let at = random.below(self.topics.len());
        let (category, topic, all_tags) = match self.topics.get(at) {
            Some((category, topic, tags)) => (*category, topic.as_slice(), tags.as_slice()),
            None => ("", [].as_slice(), [].as_slice()),
        };
        let mut tags: Vec<String> =
            all_tags.iter().filter(|_| random.below(3) > 0).map(|tag| (*tag).to_owned()).collect();
        if random.below(4) == 0 {
            tags.push(random.of(&SYSTEMS).to_lowercase());
        }
        let code = code(random);
        let mut title = capital(random.of(topic));
        for part in [" ", &self.word(random), " in ", &name(random), ": "] {
            title.push_str(part);
        }
        title.push_str(&if random.below(3) == 0 { code.clone() } else { self.word(random) });
        title.push(' ');
        title.push_str(random.of(topic));
        let sentences = (2 + random_length(random, 2), 4 + random_length(random, 5));
        let (problem, solution) =
            (self.text(random, topic, sentences.0), self.text(random, topic, sentences.1));
        let mut entry = NewEntry {
            id: format!("B-{n:07}"),
            title,
            problem,
            solution,
            category: category.into(),
            severity: severity(random),
            tags,
            aliases: if n.is_multiple_of(NAMED) { vec![format!("KNOWN-{n}")] } else { Vec::new() },
            author: format!("U{:04}", random.below(400)),
            ..NewEntry::default()
        };
        entry.codes = codes_of(&entry);
        entry
    }

    /// A word of the vocabulary, common ones most often.
    pub fn word(&self, random: &mut Random) -> String {
        let rank = random.zipf(VOCABULARY);
        self.words.get(rank).map_or_else(|| rare(rank), |word| (*word).to_owned())
    }

    fn text(&self, random: &mut Random, topic: &[&'static str], sentences: usize) -> String {
        let mut text = String::with_capacity(sentences * 80);
        for sentence in 0..sentences {
            let words = 7 + random.below(10);
            for at in 0..words {
                let begin = text.len();
                match random.below(20) {
                    0 => text.push_str(&name(random)),
                    1 if random.below(3) == 0 => text.push_str(&code(random)),
                    2..5 => text.push_str(random.of(topic)),
                    5 => text.push_str(random.of(&PAIRS)),
                    _ => text.push_str(&self.word(random)),
                }
                if at == 0
                    && let Some(first) = text.get_mut(begin..begin + 1)
                {
                    first.make_ascii_uppercase();
                }
                text.push(if at + 1 == words { '.' } else { ' ' });
            }
            text.push(if sentence % 5 == 4 { '\n' } else { ' ' });
        }
        text.truncate(text.trim_end().len());
        text
    }
}

/// A number of sentences: mostly few, now and then many.
fn random_length(random: &mut Random, doublings: usize) -> usize {
    let longest = 8 << random.below(doublings);
    random.below(longest)
}

fn severity(random: &mut Random) -> Severity {
    match random.below(4) {
        0 => Severity::Info,
        1 => Severity::Warning,
        2 => Severity::Error,
        _ => Severity::Severe,
    }
}

/// The word of this rank beyond the list.
fn rare(rank: usize) -> String {
    let mut rest = rank;
    let mut word = String::new();
    while rest > 0 {
        word.push_str(SYLLABLES.get(rest % SYLLABLES.len()).copied().unwrap_or_default());
        rest /= SYLLABLES.len();
    }
    word
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// A name as a shop has them: of a field, a program, a job, a data set.
pub(super) fn name(random: &mut Random) -> String {
    match random.below(4) {
        0 => format!("WS-{}-{}", random.of(&PIECES), random.of(&PIECES)),
        1 => format!("{}{:03}", random.of(&SYSTEMS), random.below(900)),
        2 => format!("{}J{:02}", random.of(&SYSTEMS), random.below(99)),
        _ => format!("PROD.{}.{}", random.of(&SYSTEMS), random.of(&PIECES)),
    }
}

/// A code as people write it.
pub(super) fn code(random: &mut Random) -> String {
    match random.below(6) {
        0 | 1 => random.early(&ABENDS).to_owned(),
        2 => format!("{}{:03}I", random.of(&MESSAGES), random.below(900)),
        3 => format!("SQLCODE -{}", 100 + random.below(850)),
        4 => format!("RC={}", 4 * (1 + random.below(4))),
        _ => format!("U{:04}", random.below(4000)),
    }
}

/// Whether `store` holds a knowledge base that was made up, of this edition, and how many entries it was made with.
///
/// # Errors
/// The store's own.
pub fn is_made(store: &dyn Store) -> Result<Option<u64>> {
    let said = store.meta(META_KEY)?.unwrap_or_default();
    let (edition, entries) = said.split_once(' ').unwrap_or_default();
    Ok(if edition == EDITION.to_string() { entries.parse().ok() } else { None })
}

/// Puts made-up entries into `store` up to number `entries`; `told` hears how many there are. What an earlier call put is not
/// put again. A few hundred of them are used now and then, the first most.
///
/// # Errors
/// `Exit::BadInput` for a store with entries that people wrote; `Exit::Interrupted` at the end of `budget`, with what was put
/// until then in the store; the store's own.
pub fn fill(
    store: &dyn Store,
    entries: u64,
    at: UnixMs,
    budget: &Budget,
    told: &mut dyn FnMut(u64),
) -> Result<()> {
    let known = is_made(store)?;
    if known.is_none() && store.info()?.entries > 0 {
        return Err(UserError::new(format!("{} holds entries of its own", store.info()?.location))
            .cause("made-up entries are not mixed with those that people wrote")
            .hint("name a file that is not there yet"));
    }
    let made = Made::new();
    let begun = known.unwrap_or(0);
    let mut done = begun;
    while done < entries {
        if budget.check() == Err(Stop::Cancelled) {
            return Err(UserError::new("stopped making entries")
                .cause(format!("{done} of {entries} are there"))
                .hint("the same command goes on from there")
                .exit(Exit::Interrupted));
        }
        let to = done.saturating_add(to_u64(BATCH)).min(entries);
        let batch: Vec<NewEntry> = (done + 1..=to).map(|n| made.entry(n)).collect();
        store.put(&batch, at)?;
        done = to;
        store.set_meta(META_KEY, &format!("{EDITION} {done}"))?;
        told(done);
    }
    for (n, uses) in uses(begun, entries) {
        for use_number in 0..uses {
            let worked = (use_number % 3 == 0).then_some(use_number % 4 != 0);
            store.record_use(&format!("B-{n:07}"), worked, at)?;
        }
    }
    store.upkeep()
}

/// How often each new entry is used that is used at all, as (number of the entry, uses): a few often, most never.
fn uses(begun: u64, entries: u64) -> impl Iterator<Item = (u64, usize)> {
    let random = &mut Random::new(7);
    let used: Vec<(u64, usize)> = (1..=400)
        .map(|rank| {
            (begun + 1 + to_u64(random.below(to_usize(entries.saturating_sub(begun)))), 1 + 400 / rank)
        })
        .collect();
    used.into_iter().filter(move |_| entries > begun)
}
