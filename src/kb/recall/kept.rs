//! What is kept of a search and of entries, and what it takes.

use crate::base::Word;
use crate::cache::Value;
use crate::kb::search::{Basis, Found, Plain, SearchResult};
use crate::store::{Entry, EntryHead, EntryRow};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

/// The result of a search with what it stands on.
#[derive(Debug, Default)]
pub struct Remembered {
    /// What was found.
    pub result: SearchResult,
    /// What it was made from.
    pub basis: Basis,
    /// The number of the newest use of an entry that it is known to hold after.
    pub uses: AtomicI64,
    /// When that use was, for one that is kept beyond the process.
    pub use_at: i64,
    /// It comes from outside the process: whether it is of this store is not known yet.
    pub foreign: AtomicBool,
}

impl Remembered {
    /// A result that nothing is known about.
    pub fn of(result: SearchResult) -> Self {
        Self { result, ..Self::default() }
    }
}

impl Value for Remembered {
    fn size(&self) -> usize {
        let rows = self.basis.rows.capacity() * size_of::<EntryRow>();
        size_of::<Self>() + rows + of_result(&self.result)
    }

    fn to_bytes(&self) -> Option<Vec<u8>> {
        let uses = self.uses.load(Ordering::Relaxed);
        serde_json::to_vec(&(&self.result, &self.basis, uses, self.use_at)).ok()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (result, basis, uses, use_at) = serde_json::from_slice(bytes).ok()?;
        Some(Self { result, basis, uses: AtomicI64::new(uses), use_at, foreign: AtomicBool::new(true) })
    }
}

/// What an allocation takes beside its bytes, about.
const ALLOCATION: usize = 16;

fn of_text(text: &str) -> usize {
    if text.is_empty() { 0 } else { text.len() + ALLOCATION }
}

fn of_texts(texts: &[String]) -> usize {
    texts.iter().map(|text| size_of::<String>() + of_text(text)).sum::<usize>() + ALLOCATION
}

/// Words are in memory once, whoever has them.
fn of_words(words: &[Word]) -> usize {
    size_of_val(words) + ALLOCATION
}

fn of_result(result: &SearchResult) -> usize {
    let texts = [&result.query, &result.shown, &result.asked].map(|text| of_text(text));
    let layers = result.layers.iter().map(|layer| size_of_val(layer) + of_text(&layer.asked));
    let facets = result.facets.iter().flat_map(|facets| &facets.groups).map(|group| group.values.len() * 160);
    texts.iter().sum::<usize>()
        + result.results.iter().map(of_found).sum::<usize>()
        + layers.sum::<usize>()
        + facets.sum::<usize>()
        + of_texts(&result.notes)
        + of_texts(&result.suggestions)
        + result.plan.len() * 256
}

fn of_found(found: &Found) -> usize {
    // Most results of a search share why they are there.
    let texts = [&found.id, &found.title, &found.snippet].map(|t| of_text(t));
    let alike: usize = found.alike.iter().map(of_found).sum();
    size_of::<Found>() + texts.iter().sum::<usize>() + of_words(&found.tags) + alike
}

/// Something of an entry that also says how often it was used.
#[derive(Debug)]
pub struct Stamped<T> {
    /// It.
    pub value: Arc<T>,
    /// The number of the newest use, of any entry, when it was read; the largest of all for what no use changes.
    pub uses: i64,
}

impl Value for Stamped<EntryHead> {
    fn size(&self) -> usize {
        let head = &*self.value;
        let lists = [&head.aliases, &head.codes].map(|list| of_texts(list));
        let texts = [&head.id, &head.title].map(|text| of_text(text));
        size_of::<Self>()
            + size_of::<EntryHead>()
            + of_words(&head.tags)
            + lists.iter().sum::<usize>()
            + texts.iter().sum::<usize>()
    }
}

impl Value for Stamped<Plain> {
    fn size(&self) -> usize {
        let texts = [&self.value.problem, &self.value.solution].map(|text| of_text(text));
        size_of::<Self>() + size_of::<Plain>() + texts.iter().sum::<usize>()
    }
}

impl Value for Stamped<Entry> {
    fn size(&self) -> usize {
        let body = &self.value.body;
        let lists = [&body.tags, &body.aliases, &body.codes, &body.references, &body.related];
        let texts = [&body.id, &body.title, &body.category, &body.problem, &body.solution, &self.value.notes];
        size_of::<Self>()
            + size_of::<Entry>()
            + lists.map(|list| of_texts(list)).iter().sum::<usize>()
            + texts.map(|text| of_text(text)).iter().sum::<usize>()
    }
}

/// Names, each with how many entries have it.
impl Value for Vec<(String, u64)> {
    fn size(&self) -> usize {
        self.iter().map(|(name, _)| size_of::<(String, u64)>() + of_text(name)).sum()
    }

    fn to_bytes(&self) -> Option<Vec<u8>> {
        postcard::to_stdvec(self).ok()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }
}
