//! The store: what people wrote and what was counted, kept for good. Owns the trait [`Store`], its plain values and the
//! SQLite implementation. Must not know how a search is planned or ranked: it answers primitives, `kb` asks them.
//!
//! Invariants: what a person wrote is on disk when the call returns (synchronous FULL); counters may lose the last
//! seconds; every call takes a [`Budget`] and stops at its end; nothing stored is lost by an update of the program.

mod changes;
mod dossier;
mod filter;
mod model;
pub mod sqlite;
mod workings;

pub use changes::{Changes, StoreState, Use};
pub use dossier::Dossier;
pub use filter::{Clause, Filter, Named, Part, Test, member_name};
pub use model::*;
pub use sqlite::{OpenOptions, SqliteStore};
pub use workings::*;

use crate::base::{Budget, Result};

/// Everything the program asks of a store. Calls block (threads compute); all are safe to make from many threads.
///
/// # Errors
/// Every call fails with `Exit::Store` when the store is unusable, with "read-only" as its cause when only writing is
/// not possible, and with `Exit::Interrupted` when its budget was cancelled.
pub trait Store: Dossier + Searches + Changes + Inside {
    /// Runs `work`, which asks many things one after the other for one who waits. As far as it can, the store answers them from one view
    /// and on one connection, and lets those who come at the same time do so in turn.
    fn in_one_go(&self, _budget: &Budget, work: &mut dyn FnMut()) {
        work();
    }

    /// Where it is, how it is open, how large it is.
    fn info(&self) -> Result<StoreInfo>;

    /// One entry by its id (any letter case), its content hash verified: see [`Entry::damaged`].
    fn entry(&self, id: &str, budget: &Budget) -> Result<Option<Entry>>;
    /// The entry of each of these ids, also one that is deleted, and whether it is; `None` where there is none.
    fn standing(&self, ids: &[String], budget: &Budget) -> Result<Vec<Option<(Entry, bool)>>>;
    /// Entries by row, in the order asked for; rows that are gone are left out.
    fn entries(&self, rows: &[EntryRow], budget: &Budget) -> Result<Vec<Entry>>;
    /// Heads of entries (no bodies) by row, in the order asked for; rows that are gone are left out.
    fn heads(&self, rows: &[EntryRow], budget: &Budget) -> Result<Vec<EntryHead>>;
    /// Heads of entries (no bodies) that pass `filter`, most used first, `offset` skipped, at most `limit`.
    fn list(&self, filter: &Filter, offset: usize, limit: usize, budget: &Budget) -> Result<Vec<EntryHead>>;
    /// How many entries there are, by category, most first.
    fn categories(&self, budget: &Budget) -> Result<Vec<(String, u64)>>;
    /// How many entries are of `categories` (in any letter case), or of any if there are none.
    fn count(&self, categories: &[String], budget: &Budget) -> Result<u64>;
    /// How many entries carry each tag, most first, at most `limit`.
    fn tags(&self, limit: usize, budget: &Budget) -> Result<Vec<(String, u64)>>;

    /// Adds or replaces entries by id, all in one transaction per batch of at most 1,000. Starter entries (see
    /// [`Origin`]) replace only starter entries of an older version and never touch local notes, ratings or local edits.
    fn put(&self, entries: &[NewEntry], at: UnixMs) -> Result<Vec<PutOutcome>>;
    /// Marks an entry deleted; it can be brought back. False if there is none.
    fn delete(&self, id: &str, at: UnixMs) -> Result<bool>;
    /// Brings a deleted entry back. False if there is none.
    fn undelete(&self, id: &str, at: UnixMs) -> Result<bool>;
    /// Sets the local notes of an entry, a layer of its own that updates leave alone.
    fn set_notes(&self, id: &str, notes: &str, at: UnixMs) -> Result<bool>;
    /// The same for many entries at once, each with its id, all in one transaction; ids that no entry has are passed over.
    fn set_all_notes(&self, notes: &[(String, String)], at: UnixMs) -> Result<()>;
    /// Records that an entry was opened, or rated when `worked` is given: counts use and success, adds a usage row.
    fn record_use(&self, id: &str, worked: Option<bool>, at: UnixMs) -> Result<Option<EntryHead>>;

    /// Rows whose id, alias or code equals one of `keys` (already upper case), or whose title equals `title` in any case.
    /// Of a name that very many have, the newest two hundred and those that are used most.
    fn find_exact(
        &self,
        keys: &[String],
        title: &str,
        filter: &Filter,
        budget: &Budget,
    ) -> Result<Vec<ExactHit>>;
    /// Rows that have an id, alias or code that begins with `prefix` (already upper case), each with the best of these,
    /// most used first, at most `limit`. Of a beginning that very many names have, some hundred names are looked at.
    fn find_prefix(
        &self,
        prefix: &str,
        filter: &Filter,
        limit: usize,
        budget: &Budget,
    ) -> Result<Vec<ExactHit>>;
    /// Rows that carry all of `tags` (lower case; without tags: all rows that pass), most used first, at most `limit`. Of one tag that more carry than are asked
    /// for, the most used and the newest.
    fn find_tags(
        &self,
        tags: &[String],
        filter: &Filter,
        limit: usize,
        budget: &Budget,
    ) -> Result<Vec<EntryRow>>;
    /// The same for each of `tags` by itself.
    fn find_each_tag(
        &self,
        tags: &[String],
        filter: &Filter,
        limit: usize,
        budget: &Budget,
    ) -> Result<Vec<Vec<EntryRow>>> {
        tags.iter().map(|tag| self.find_tags(std::slice::from_ref(tag), filter, limit, budget)).collect()
    }
    /// Calls `take` with words that entries have and that begin with `beginning` (lower case, without accents), each with the
    /// number of entries that have it, at most some hundred thousand; one may come several times, and some may be of entries
    /// that are gone.
    fn each_word(&self, beginning: &str, budget: &Budget, take: &mut dyn FnMut(&str, u64)) -> Result<()>;
    /// The same for words that hold `piece` (lower case, without accents, not empty) behind their first letter.
    fn each_word_inside(&self, piece: &str, budget: &Budget, take: &mut dyn FnMut(&str, u64)) -> Result<()> {
        self.each_word("", budget, &mut |word, entries| {
            let mut behind = word.char_indices().skip(1).filter_map(|(at, _)| word.get(at..));
            if behind.any(|rest| rest.starts_with(piece)) {
                take(word, entries);
            }
        })
    }
    /// Rows that match `text`, best first, at most `limit`, with the number of all that match. A hyphenated name is found as part of
    /// longer names only if no entry has it itself.
    fn find_text(&self, text: &TextQuery, filter: &Filter, limit: usize, budget: &Budget)
    -> Result<TextHits>;
    /// Whether any entry matches `text`.
    fn has_text(&self, text: &TextQuery, budget: &Budget) -> Result<bool> {
        Ok(self.find_text(text, &Filter::default(), 1, budget)?.total > 0)
    }

    /// Links an entry to a line of a file.
    fn add_reference(&self, entry_id: &str, reference: &CodeReference, at: UnixMs) -> Result<bool>;
    /// Keeps that a link of an entry is at `line` now, by `anchor`. False if it is gone, or if there is one like it already.
    fn move_reference(&self, entry_id: &str, link: &CodeReference, line: u64, anchor: &str) -> Result<bool>;
    /// The links of an entry.
    fn references_of(&self, entry_id: &str, budget: &Budget) -> Result<Vec<CodeReference>>;
    /// Entries linked to a file, with the line of each, by line.
    fn references_to(&self, file: &str, budget: &Budget) -> Result<Vec<(CodeReference, EntryHead)>>;

    /// Notes on lines of a file, by line.
    fn line_notes(&self, file: &str, budget: &Budget) -> Result<Vec<LineNote>>;
    /// The newest notes on lines of all files, each with its file, newest first, at most `limit`.
    fn all_line_notes(&self, limit: usize, budget: &Budget) -> Result<Vec<(String, LineNote)>>;
    /// Keeps a note on a line of a file: a new one (number 0), one that was changed, or none where the text is empty. Gives its
    /// number; `None` if it was not there any more.
    fn put_line_note(&self, file: &str, note: &LineNote) -> Result<Option<i64>>;

    /// Keeps a document of metrics (JSON) for the history; old ones beyond `keep` rows are dropped.
    fn record_metrics(&self, document: &str, keep: u64, at: UnixMs) -> Result<()>;

    /// The newest documents of metrics with the time of each, newest first, at most `limit`.
    fn recent_metrics(&self, limit: usize, budget: &Budget) -> Result<Vec<(UnixMs, String)>>;
    /// Keeps blocks of the history of figures, each at its place, over what stood there: it stays as large as there are places.
    fn keep_metric_blocks(&self, blocks: &[(i64, UnixMs, String)]) -> Result<()>;
    /// The blocks at the places from `first` to before `end`, in no order.
    fn metric_blocks(&self, first: i64, end: i64, budget: &Budget) -> Result<Vec<String>>;
    /// How the database carries out each layer of a search with `filter`, step by step.
    fn search_plan(&self, filter: &Filter, budget: &Budget) -> Result<Vec<PlanStep>>;

    /// What was kept under `key` by [`Store::set_meta`]: small facts about the store itself, not what people wrote.
    fn meta(&self, key: &str) -> Result<Option<String>>;
    /// Keeps `value` under `key`, in place of what was there.
    fn set_meta(&self, key: &str, value: &str) -> Result<()>;

    /// Small housekeeping (statistics for plans, checkpoint, memory given back): after many writes, and before the end. Safe
    /// at any time.
    fn upkeep(&self) -> Result<()>;
    /// Gives back what is held in memory only to be quick.
    fn shrink(&self) {}
    /// Integrity, full-text integrity (rank = 1), foreign keys, entry hashes; each problem as a sentence.
    fn check(&self, budget: &Budget) -> Result<Vec<Problem>>;
}

/// What helps a user to write a search: those made or kept before (each user of a shared store has his own), and names that there
/// are.
///
/// # Errors
/// Those of [`Store`].
pub trait Searches {
    /// Remembers a search for the history.
    fn record_search(&self, query: &str, hits: u64, took_us: u64, at: UnixMs) -> Result<()>;
    /// Searches that were made, at most `limit`: first those made often and lately. What a search weighs halves in a week, and
    /// it weighs one more each time it is made.
    fn past_searches(&self, limit: usize, budget: &Budget) -> Result<Vec<PastSearch>>;
    /// Notes that an entry was opened for a question, or rated: what it weighs for that question changes by `weight`.
    fn record_opened(&self, question: &str, entry: &str, weight: f64, at: UnixMs) -> Result<()>;
    /// Entries that were opened for a question, each with what it weighs at this time: half of it is gone in four weeks.
    fn opened_for(&self, question: &str, at: UnixMs) -> Result<Vec<(EntryRow, f64)>>;
    /// Forgets what was opened for a question.
    fn forget_opened(&self, question: &str) -> Result<()>;
    /// Forgets a search, or all of them and what was opened for them; how many these were.
    fn forget_searches(&self, query: Option<&str>) -> Result<u64>;
    /// Keeps a search under a name, in place of what was there; an empty one takes the name away. Whether something was done.
    fn save_search(&self, name: &str, query: &str, at: UnixMs) -> Result<bool>;
    /// Names that there are of a field that begin so (upper case where the store keeps them so, else in any case), each with how
    /// many entries have it, the most frequent first, at most `limit`.
    fn names(&self, field: Named, begins: &str, limit: usize, budget: &Budget) -> Result<Vec<(String, u64)>>;
    /// The searches that were kept, each with its name, by name.
    fn saved_searches(&self, budget: &Budget) -> Result<Vec<(String, String)>>;
}
