//! Whether the index stands for exactly the texts of the entries: each stem of each entry, at its place, with what it says. Both
//! are summed up by entry, so that a store of millions needs some dozen bytes for each.

use super::super::{codec, sql};
use super::Sql;
use super::cut::{Cutter, at};
use super::list::Driver;
use super::seek::Index;
use crate::base::num;
use rusqlite::Connection;
use std::collections::HashMap;

/// Differences that are told one by one.
const TOLD: usize = 20;
/// Entries that are cut into words at a time.
const AT_ONCE: usize = 4_000;

/// What an entry's words come to: their number and the sum of their hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Sum {
    words: u32,
    hashes: u64,
}

impl Sum {
    fn add(&mut self, stem: &str, says: u8) {
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(stem.as_bytes());
        // The sum of two check sums of different lengths of the same: one alone would let two swapped words pass.
        let first = u64::from(hasher.clone().finalize());
        hasher.update(&[says, 0x5A]);
        self.words = self.words.saturating_add(1);
        self.hashes = self.hashes.wrapping_add((first << 32) | u64::from(hasher.finalize()));
    }
}

/// What does not fit, as sentences.
pub fn problems(sql: &Connection) -> Sql<Vec<String>> {
    let mut index = Index::open(sql)?;
    let mut sums: HashMap<u32, Sum> = HashMap::new();
    for stem in index.stems()? {
        let list = index.list(&stem)?;
        index.forget();
        index.read(&list, Driver::From(0), |place, says| sums.entry(place).or_default().add(&stem, says))?;
    }
    for place in index.dead() {
        sums.remove(place);
    }
    let mut found = Vec::new();
    let mut cutter = Cutter::default();
    let mut prepared = sql.prepare_cached(sql::words::LIVE)?;
    let columns = codec::Columns::of(&prepared)?;
    let mut rows = prepared.query((i64::MIN, i64::MAX))?;
    let mut cut = 0;
    while let Some(row) = rows.next()? {
        let place: i64 = row.get("place")?;
        let (entry, _) = columns.entry(row)?;
        let words = cutter.cut(&entry.body);
        let mut wanted = Sum::default();
        for (number, says) in &words.stems {
            if let Some(stem) = cutter.stem_names.get(at(*number)) {
                wanted.add(stem, *says);
            }
        }
        let stored = u32::try_from(place).ok().and_then(|place| sums.remove(&place)).unwrap_or_default();
        // What is damaged is said by its hash.
        if stored != wanted && !entry.damaged {
            found.push(format!("the words of {} are not those of its text", entry.body.id));
        }
        cut += 1;
        if cut % AT_ONCE == 0 {
            cutter = Cutter::default();
        }
        if found.len() >= TOLD {
            return Ok(found);
        }
    }
    if !sums.is_empty() {
        let many = num::counted(num::to_u64(sums.len()), "entry", "entries");
        found.push(format!("it has words of {many} that are not there"));
    }
    Ok(found)
}
