//! A knowledge base of any size that is the same each time: entries with a vocabulary in which few words are in most texts
//! and most words in few, names and codes as shops have them, categories, tags and uses. Owns these texts; knows nothing of
//! searches.

use greenbar::store::{NewEntry, Severity};

/// Changes whenever the entries do: stores that were made before are made again.
pub const EDITION: u32 = 1;

/// Words by how common they are, the most common first: of a text of some 130 words, the first are in nearly all, those at
/// the end of the list in one of ten.
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

/// Numbers that look random and are the same each time (`SplitMix64`).
pub struct Random(u64);

impl Random {
    /// A sequence of its own for each `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((x ^ (x >> 31)) % end as u64).unwrap()
    }

    fn of<'t, T>(&mut self, list: &'t [T]) -> &'t T {
        &list[self.below(list.len())]
    }
}

/// Draws words: the first of the list most often.
struct Words {
    all: Vec<&'static str>,
    /// Sums of the weights, in millionths of that of the first.
    sums: Vec<usize>,
}

impl Words {
    fn new() -> Self {
        let all: Vec<&str> = WORDS.split_whitespace().collect();
        let mut sum = 0;
        let sums = (0..all.len()).map(|rank| {
            sum += 1_000_000 / (rank + 4);
            sum
        });
        Self { sums: sums.collect(), all }
    }

    fn draw(&self, random: &mut Random) -> &'static str {
        let at = random.below(*self.sums.last().unwrap());
        self.all[self.sums.partition_point(|sum| *sum <= at)]
    }
}

/// Makes entries; the texts of each are drawn from a sequence that depends on its number alone.
pub struct Knowledge(Words);

impl Knowledge {
    /// Ready to make entries.
    pub fn new() -> Self {
        Self(Words::new())
    }

    /// Entry number `n`, counted from 1.
    pub fn entry(&self, n: usize) -> NewEntry {
        let random = &mut Random::new(n as u64 * 0x5851_F42D);
        let (category, topic, tags) = *random.of(&TOPICS);
        let topic: &[&str] = &topic.split_whitespace().collect::<Vec<_>>();
        let mut tags: Vec<String> =
            tags.split_whitespace().filter(|_| random.below(3) > 0).map(str::to_owned).collect();
        if random.below(4) == 0 {
            tags.push(random.of(&SYSTEMS).to_lowercase());
        }
        tags.dedup();
        let code = code(random);
        let title = format!(
            "{} {} in {}: {} {}",
            capital(random.of::<&str>(topic)),
            self.0.draw(random),
            name(random),
            if random.below(3) == 0 { code.clone() } else { self.0.draw(random).to_owned() },
            random.of(topic)
        );
        let problem = self.text(random, topic, 5);
        let solution = self.text(random, topic, 6);
        NewEntry {
            id: format!("B-{n:06}"),
            title,
            problem,
            solution,
            category: category.into(),
            severity: *random.of(&[Severity::Info, Severity::Warning, Severity::Error, Severity::Severe]),
            tags,
            aliases: if n.is_multiple_of(50) { vec![format!("KNOWN-{n}")] } else { Vec::new() },
            codes: if random.below(3) == 0 { vec![code] } else { Vec::new() },
            author: format!("U{:04}", random.below(400)),
            ..NewEntry::default()
        }
    }

    fn text(&self, random: &mut Random, topic: &[&str], sentences: usize) -> String {
        let mut text = String::new();
        for _ in 0..sentences {
            let words = 7 + random.below(10);
            for at in 0..words {
                let word = match random.below(20) {
                    0 => name(random),
                    1 => code(random),
                    2..5 => (*random.of(topic)).to_owned(),
                    // Words that belong together stand together.
                    5 => {
                        (*random.of(&["data set", "return code", "job step", "file status", "unit of work"]))
                            .into()
                    }
                    _ => self.0.draw(random).to_owned(),
                };
                text.push_str(&if at == 0 { capital(&word) } else { word });
                text.push_str(if at + 1 == words { ". " } else { " " });
            }
        }
        text
    }
}

/// How often each entry is used that is used at all, as (number of the entry, uses): a few often, most never.
pub fn uses(entries: usize) -> Vec<(usize, usize)> {
    let random = &mut Random::new(7);
    (1..=400).map(|rank| (1 + random.below(entries), 1 + 400 / rank)).collect()
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn name(random: &mut Random) -> String {
    match random.below(4) {
        0 => format!("WS-{}-{}", random.of(&PIECES), random.of(&PIECES)),
        1 => format!("{}{:03}", random.of(&SYSTEMS), random.below(900)),
        2 => format!("{}J{:02}", random.of(&SYSTEMS), random.below(99)),
        _ => format!("PROD.{}.{}", random.of(&SYSTEMS), random.of(&PIECES)),
    }
}

fn code(random: &mut Random) -> String {
    match random.below(6) {
        0 | 1 => (*random.of(&ABENDS)).to_owned(),
        2 => format!("{}{:03}I", random.of(&MESSAGES), random.below(900)),
        3 => format!("SQLCODE -{}", 100 + random.below(850)),
        4 => format!("RC={}", 4 * (1 + random.below(4))),
        _ => format!("U{:04}", random.below(4000)),
    }
}
