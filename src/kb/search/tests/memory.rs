//! A store in memory, for tests of what is asked of a store and made of its answers.

use super::*;
use crate::store::{
    Attachment, ChangeKind, CodeReference, Dossier, EntryHead, EntryRow, EntryVersion, ExactHit, Filter,
    Incident, LineNote, Origin, Problem, PutOutcome, StoreInfo, TextHit, TextHits, TextQuery, UnixMs,
    VersionHead, Via,
};

/// A store in memory that answers as plainly as it can; layers can be made to fail.
#[derive(Default)]
pub struct Memory {
    pub entries: Vec<Entry>,
    pub failing: Vec<&'static str>,
    pub cancels: Option<Cancel>,
}

fn no() -> UserError {
    UserError::new("not in this store").exit(Exit::Store)
}

impl Memory {
    pub fn with(entries: &[NewEntry]) -> Self {
        let entries = entries.iter().zip(1..).map(|(body, row)| Entry {
            row: EntryRow(row),
            body: body.clone(),
            origin: Origin::Local,
            notes: String::new(),
            usage_count: 0,
            worked: 0,
            failed: 0,
            created_at: 0,
            updated_at: 0,
            version: 1,
            damaged: false,
        });
        Self { entries: entries.collect(), ..Self::default() }
    }

    pub fn used(mut self, id: &str, uses: u64, worked: u64, failed: u64) -> Self {
        let entry = self.entries.iter_mut().find(|e| e.body.id == id).unwrap();
        (entry.usage_count, entry.worked, entry.failed) = (uses, worked, failed);
        self
    }

    fn ok(&self, call: &str) -> Result<()> {
        if let Some(cancel) = &self.cancels {
            cancel.cancel();
            return Err(UserError::new("stopped").exit(Exit::Interrupted));
        }
        if self.failing.contains(&call) { Err(no()) } else { Ok(()) }
    }

    fn passing<'a>(&'a self, filter: &'a Filter) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().filter(|e| {
            let category = e.body.category.to_lowercase();
            (filter.categories.is_empty() || filter.categories.iter().any(|c| c.to_lowercase() == category))
                && filter.tags.iter().all(|t| e.body.tags.contains(t))
        })
    }
}

/// The words of a text, as an index splits it, with a blank before and after each.
fn split(text: &str) -> String {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    format!(" {} ", words.join(" "))
}

impl Dossier for Memory {
    fn put_as(&self, _: &[NewEntry], _: ChangeKind, _: UnixMs) -> Result<Vec<PutOutcome>> {
        Err(no())
    }
    fn put_seen(&self, _: &NewEntry, _: u64, _: UnixMs) -> Result<PutOutcome> {
        Err(no())
    }
    fn versions(&self, _: &str, _: usize, _: &Budget) -> Result<Vec<VersionHead>> {
        Err(no())
    }
    fn version(&self, _: &str, _: u64, _: &Budget) -> Result<Option<EntryVersion>> {
        Err(no())
    }
    fn restore_version(&self, _: &str, _: u64, _: bool, _: UnixMs) -> Result<Option<PutOutcome>> {
        Err(no())
    }
    fn add_incident(&self, _: &Incident) -> Result<i64> {
        Err(no())
    }
    fn resolve_incident(&self, _: i64, _: Option<UnixMs>) -> Result<bool> {
        Err(no())
    }
    fn incidents(&self, _: Option<&str>, _: usize, _: &Budget) -> Result<Vec<Incident>> {
        Err(no())
    }
    fn count_incidents(&self, _: &str, _: &Budget) -> Result<u64> {
        Err(no())
    }
    fn attach(&self, _: &str, _: &Attachment) -> Result<bool> {
        Err(no())
    }
    fn detach(&self, _: &str, _: &str) -> Result<bool> {
        Err(no())
    }
    fn attachments(&self, _: &str, _: &Budget) -> Result<Vec<Attachment>> {
        Err(no())
    }
    fn opened_with(&self, _: &str, _: UnixMs, _: usize, _: &Budget) -> Result<Vec<(EntryRow, u64)>> {
        Err(no())
    }
}

impl crate::store::Changes for Memory {}

impl crate::store::Inside for Memory {}

impl Store for Memory {
    fn info(&self) -> Result<StoreInfo> {
        Err(no())
    }
    fn entry(&self, _: &str, _: &Budget) -> Result<Option<Entry>> {
        Err(no())
    }
    fn standing(&self, _: &[String], _: &Budget) -> Result<Vec<Option<(Entry, bool)>>> {
        Err(no())
    }
    fn entries(&self, rows: &[EntryRow], _: &Budget) -> Result<Vec<Entry>> {
        Ok(rows.iter().filter_map(|row| self.entries.iter().find(|e| e.row == *row).cloned()).collect())
    }
    fn heads(&self, rows: &[EntryRow], budget: &Budget) -> Result<Vec<EntryHead>> {
        Ok(self.entries(rows, budget)?.iter().map(Entry::head).collect())
    }
    fn list(&self, filter: &Filter, offset: usize, limit: usize, _: &Budget) -> Result<Vec<EntryHead>> {
        self.ok("list")?;
        let mut heads: Vec<EntryHead> = self.passing(filter).map(Entry::head).collect();
        heads.sort_by_key(|h| std::cmp::Reverse(h.usage_count));
        Ok(heads.into_iter().skip(offset).take(limit).collect())
    }
    fn categories(&self, _: &Budget) -> Result<Vec<(String, u64)>> {
        let mut counts = std::collections::BTreeMap::new();
        for entry in &self.entries {
            *counts.entry(entry.body.category.clone()).or_insert(0) += 1;
        }
        Ok(counts.into_iter().collect())
    }
    fn count(&self, categories: &[String], _: &Budget) -> Result<u64> {
        let is_of =
            |category: &String| categories.iter().any(|c| c.to_lowercase() == category.to_lowercase());
        let found = self.entries.iter().filter(|e| categories.is_empty() || is_of(&e.body.category));
        Ok(crate::base::num::to_u64(found.count()))
    }
    fn tags(&self, limit: usize, _: &Budget) -> Result<Vec<(String, u64)>> {
        let tags = self.entries.iter().flat_map(|e| e.body.tags.clone());
        Ok(tags.map(|t| (t, 1)).take(limit).collect())
    }
    fn put(&self, _: &[NewEntry], _: UnixMs) -> Result<Vec<PutOutcome>> {
        Err(no())
    }
    fn delete(&self, _: &str, _: UnixMs) -> Result<bool> {
        Err(no())
    }
    fn undelete(&self, _: &str, _: UnixMs) -> Result<bool> {
        Err(no())
    }
    fn set_notes(&self, _: &str, _: &str, _: UnixMs) -> Result<bool> {
        Err(no())
    }
    fn set_all_notes(&self, _: &[(String, String)], _: UnixMs) -> Result<()> {
        Err(no())
    }
    fn record_use(&self, _: &str, _: Option<bool>, _: UnixMs) -> Result<Option<EntryHead>> {
        Err(no())
    }
    fn find_exact(&self, keys: &[String], title: &str, filter: &Filter, _: &Budget) -> Result<Vec<ExactHit>> {
        self.ok("exact")?;
        let has = |names: &[String]| names.iter().any(|n| keys.contains(&n.to_uppercase()));
        let via = |e: &Entry| {
            if keys.contains(&e.body.id.to_uppercase()) {
                Some(Via::Id)
            } else if has(&e.body.aliases) {
                Some(Via::Alias)
            } else if has(&e.body.codes) {
                Some(Via::Code)
            } else {
                (e.body.title.to_lowercase() == title.to_lowercase()).then_some(Via::Title)
            }
        };
        Ok(self.passing(filter).filter_map(|e| Some(ExactHit { row: e.row, via: via(e)? })).collect())
    }
    fn find_prefix(&self, prefix: &str, filter: &Filter, limit: usize, _: &Budget) -> Result<Vec<ExactHit>> {
        self.ok("exact")?;
        let begins = |names: &[String]| names.iter().any(|n| n.to_uppercase().starts_with(prefix));
        let via = |e: &Entry| {
            let kinds = [
                (std::slice::from_ref(&e.body.id), Via::Id),
                (e.body.aliases.as_slice(), Via::Alias),
                (e.body.codes.as_slice(), Via::Code),
            ];
            kinds.into_iter().find(|(names, _)| begins(names)).map(|(_, via)| via)
        };
        let hits = self.passing(filter).filter_map(|e| Some(ExactHit { row: e.row, via: via(e)? }));
        Ok(hits.take(limit).collect())
    }
    fn find_tags(&self, tags: &[String], filter: &Filter, limit: usize, _: &Budget) -> Result<Vec<EntryRow>> {
        self.ok("tag")?;
        let carries = |e: &&Entry| tags.iter().all(|t| e.body.tags.contains(t));
        Ok(self.passing(filter).filter(carries).map(|e| e.row).take(limit).collect())
    }
    fn each_word(&self, beginning: &str, _: &Budget, take: &mut dyn FnMut(&str, u64)) -> Result<()> {
        for entry in &self.entries {
            let body = &entry.body;
            let words = split(&[&body.title, &body.problem, &body.solution].map(String::as_str).join(" "));
            words
                .split_whitespace()
                .filter(|word| word.starts_with(beginning))
                .for_each(|word| take(word, 1));
        }
        Ok(())
    }
    fn find_text(&self, text: &TextQuery, filter: &Filter, limit: usize, _: &Budget) -> Result<TextHits> {
        self.ok("text")?;
        // Where some entry has a name as it is, longer names are not meant.
        let whole = |name: &str, e: &Entry| {
            let text = [&e.body.title, &e.body.problem, &e.body.solution].map(String::as_str).join(" ");
            text.split_whitespace().any(|word| word.eq_ignore_ascii_case(name))
        };
        let names: Vec<&String> = text.parts.iter().filter(|part| part.contains('-')).collect();
        let known = |name: &&String| self.entries.iter().any(|e| whole(name, e));
        let names: Vec<&String> = names.into_iter().filter(known).collect();
        let score = |e: &Entry| -> Option<f64> {
            if !names.iter().all(|name| whole(name, e)) {
                return None;
            }
            let body =
                split(&[&e.body.title, &e.body.problem, &e.body.solution].map(String::as_str).join(" "));
            let title = split(&e.body.title);
            let last = text.parts.len() - 1;
            let matches = text.parts.iter().enumerate().map(|(at, part)| {
                let others = text.also.iter().filter(|(of, _)| *of == at).map(|(_, other)| other);
                let ways = std::iter::once(part).chain(others).map(|way| {
                    let mut way = split(way);
                    if text.last_is_prefix && at == last {
                        way.pop();
                    }
                    f64::from(u8::from(body.contains(&way))) + 2.0 * f64::from(u8::from(title.contains(&way)))
                });
                ways.fold(0.0, f64::max)
            });
            let matches: Vec<f64> = matches.collect();
            let fits =
                if text.any { matches.iter().any(|m| *m > 0.0) } else { matches.iter().all(|m| *m > 0.0) };
            let out = text.without.iter().any(|w| body.contains(&split(w)));
            let helpful = text.helpful.iter().filter(|part| body.contains(&split(part))).count();
            (fits && !out).then(|| matches.iter().sum::<f64>() + f64::from(u8::try_from(helpful).unwrap()))
        };
        let mut hits: Vec<TextHit> =
            self.passing(filter).filter_map(|e| Some(TextHit { row: e.row, score: score(e)? })).collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score));
        let total = u64::try_from(hits.len()).unwrap();
        hits.truncate(limit);
        Ok(TextHits { hits, total, ..TextHits::default() })
    }
    fn add_reference(&self, _: &str, _: &CodeReference, _: UnixMs) -> Result<bool> {
        Err(no())
    }
    fn move_reference(&self, _: &str, _: &CodeReference, _: u64, _: &str) -> Result<bool> {
        Err(no())
    }
    fn references_of(&self, _: &str, _: &Budget) -> Result<Vec<CodeReference>> {
        Err(no())
    }
    fn references_to(&self, _: &str, _: &Budget) -> Result<Vec<(CodeReference, EntryHead)>> {
        Err(no())
    }
    fn line_notes(&self, _: &str, _: &Budget) -> Result<Vec<LineNote>> {
        Err(no())
    }
    fn all_line_notes(&self, _: usize, _: &Budget) -> Result<Vec<(String, LineNote)>> {
        Err(no())
    }
    fn put_line_note(&self, _: &str, _: &LineNote) -> Result<Option<i64>> {
        Err(no())
    }
    fn recent_metrics(&self, _limit: usize, _budget: &Budget) -> Result<Vec<(UnixMs, String)>> {
        Ok(Vec::new())
    }

    fn search_plan(&self, _filter: &Filter, _budget: &Budget) -> Result<Vec<crate::store::PlanStep>> {
        Ok(Vec::new())
    }

    fn keep_metric_blocks(&self, _: &[(i64, UnixMs, String)]) -> Result<()> {
        Err(no())
    }
    fn metric_blocks(&self, _: i64, _: i64, _: &Budget) -> Result<Vec<String>> {
        Ok(Vec::new())
    }
    fn record_metrics(&self, _: &str, _: u64, _: UnixMs) -> Result<()> {
        Err(no())
    }
    fn meta(&self, _: &str) -> Result<Option<String>> {
        Err(no())
    }
    fn set_meta(&self, _: &str, _: &str) -> Result<()> {
        Err(no())
    }
    fn upkeep(&self) -> Result<()> {
        Err(no())
    }
    fn check(&self, _: &Budget) -> Result<Vec<Problem>> {
        Err(no())
    }
}

impl crate::store::Searches for Memory {
    fn record_search(&self, _: &str, _: u64, _: u64, _: UnixMs) -> Result<()> {
        Err(no())
    }
    fn past_searches(&self, _: usize, _: &Budget) -> Result<Vec<crate::store::PastSearch>> {
        Err(no())
    }
    fn record_opened(&self, _: &str, _: &str, _: f64, _: UnixMs) -> Result<()> {
        Err(no())
    }
    fn opened_for(&self, _: &str, _: UnixMs) -> Result<Vec<(EntryRow, f64)>> {
        Err(no())
    }
    fn forget_opened(&self, _: &str) -> Result<()> {
        Err(no())
    }
    fn forget_searches(&self, _: Option<&str>) -> Result<u64> {
        Err(no())
    }
    fn save_search(&self, _: &str, _: &str, _: UnixMs) -> Result<bool> {
        Err(no())
    }
    fn names(&self, _: crate::store::Named, _: &str, _: usize, _: &Budget) -> Result<Vec<(String, u64)>> {
        Err(no())
    }
    fn saved_searches(&self, _: &Budget) -> Result<Vec<(String, String)>> {
        Err(no())
    }
}
