use super::*;
use crate::base::Cancel;
use crate::base::meter::NoMeter;
use crate::store::{
    CodeReference, Entry, EntryHead, EntryRow, ExactHit, Filter, NewEntry, Origin, PlanStep, Problem,
    PutOutcome, StoreInfo, TextHit, TextHits, TextQuery, UnixMs, Via,
};
use proptest::prelude::*;
use std::sync::Mutex;

/// A store in memory that answers as plainly as it can; layers can be made to fail.
#[derive(Default)]
struct Memory {
    entries: Vec<Entry>,
    failing: Vec<&'static str>,
    cancels: Option<Cancel>,
}

fn no() -> UserError {
    UserError::new("not in this store").exit(Exit::Store)
}

impl Memory {
    fn with(entries: &[NewEntry]) -> Self {
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
            damaged: false,
        });
        Self { entries: entries.collect(), ..Self::default() }
    }

    fn used(mut self, id: &str, uses: u64, worked: u64, failed: u64) -> Self {
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

impl Store for Memory {
    fn info(&self) -> Result<StoreInfo> {
        Err(no())
    }
    fn entry(&self, _: &str, _: &Budget) -> Result<Option<Entry>> {
        Err(no())
    }
    fn entries(&self, rows: &[EntryRow], _: &Budget) -> Result<Vec<Entry>> {
        Ok(rows.iter().filter_map(|row| self.entries.iter().find(|e| e.row == *row).cloned()).collect())
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
    fn find_tags(&self, tags: &[String], filter: &Filter, limit: usize, _: &Budget) -> Result<Vec<EntryRow>> {
        self.ok("tag")?;
        let carries = |e: &&Entry| tags.iter().all(|t| e.body.tags.contains(t));
        Ok(self.passing(filter).filter(carries).map(|e| e.row).take(limit).collect())
    }
    fn find_text(&self, text: &TextQuery, filter: &Filter, limit: usize, _: &Budget) -> Result<TextHits> {
        self.ok("text")?;
        let score = |e: &Entry| -> Option<f64> {
            let body =
                split(&[&e.body.title, &e.body.problem, &e.body.solution].map(String::as_str).join(" "));
            let title = split(&e.body.title);
            let last = text.parts.len() - 1;
            let matches = text.parts.iter().enumerate().map(|(at, part)| {
                let mut part = split(part);
                if text.last_is_prefix && at == last {
                    part.pop();
                }
                f64::from(u8::from(body.contains(&part))) + 2.0 * f64::from(u8::from(title.contains(&part)))
            });
            let matches: Vec<f64> = matches.collect();
            let fits =
                if text.any { matches.iter().any(|m| *m > 0.0) } else { matches.iter().all(|m| *m > 0.0) };
            let out = text.without.iter().any(|w| body.contains(&split(w)));
            (fits && !out).then(|| matches.iter().sum())
        };
        let mut hits: Vec<TextHit> = self
            .passing(filter)
            .filter_map(|e| {
                let snippet =
                    format!("{OPEN}{}{CLOSE}\nand more", e.body.title, OPEN = '\u{2}', CLOSE = '\u{3}');
                Some(TextHit { row: e.row, score: score(e)?, snippet })
            })
            .collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score));
        let total = u64::try_from(hits.len()).unwrap();
        hits.truncate(limit);
        Ok(TextHits { hits, total })
    }
    fn add_reference(&self, _: &str, _: &CodeReference, _: UnixMs) -> Result<bool> {
        Err(no())
    }
    fn references_of(&self, _: &str, _: &Budget) -> Result<Vec<CodeReference>> {
        Err(no())
    }
    fn references_to(&self, _: &str, _: &Budget) -> Result<Vec<(CodeReference, EntryHead)>> {
        Err(no())
    }
    fn record_search(&self, _: &str, _: u64, _: u64, _: UnixMs) -> Result<()> {
        Err(no())
    }
    fn recent_searches(&self, _: usize, _: &Budget) -> Result<Vec<String>> {
        Err(no())
    }
    fn record_metrics(&self, _: &str, _: u64, _: UnixMs) -> Result<()> {
        Err(no())
    }
    fn recent_metrics(&self, _: usize, _: &Budget) -> Result<Vec<(UnixMs, String)>> {
        Err(no())
    }
    fn search_plan(&self, _: &Filter, _: &Budget) -> Result<Vec<PlanStep>> {
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

fn entry(id: &str, title: &str, category: &str, tags: &[&str], aliases: &[&str], problem: &str) -> NewEntry {
    let list = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect();
    NewEntry {
        id: id.into(),
        title: title.into(),
        problem: problem.into(),
        category: category.into(),
        tags: list(tags),
        aliases: list(aliases),
        ..NewEntry::default()
    }
}

fn memory() -> Memory {
    let mut note = entry(
        "N-000001",
        "After REDEFINES of a group",
        "Batch",
        &["redefines"],
        &[],
        "It abends in WS-CUST-ID.",
    );
    note.codes = vec!["S0C7".into()];
    Memory::with(&[
        entry(
            "S0C7",
            "Data exception in a packed field",
            "Batch",
            &["comp-3", "numeric"],
            &["0C7"],
            "Bad digits.",
        ),
        entry(
            "SQL-811",
            "More than one row",
            "Db2",
            &["select"],
            &["SQLCODE -811"],
            "A SELECT INTO found several.",
        ),
        entry(
            "SQL-911",
            "Deadlock or timeout",
            "Db2",
            &["lock"],
            &[],
            "A lock was waited for; unit of work undone.",
        ),
        entry(
            "IEF450I",
            "Step ended abnormally",
            "JCL",
            &["abend"],
            &[],
            "The job log says which abend: S0C7, S806.",
        ),
        entry(
            "FS-35",
            "File not found at OPEN",
            "Files",
            &["open", "dd"],
            &["status 35"],
            "The DD is missing; data lock.",
        ),
        entry("AICA", "Runaway task", "CICS", &["loop"], &[], "A loop without a CICS lock request."),
        note,
    ])
}

fn ask(store: &Memory, text: &str) -> SearchResult {
    let request = SearchRequest { text: text.into(), limit: 20, typing: false, explain: false };
    search(store, &request, &Budget::unlimited(), &NoMeter).unwrap()
}

fn ids(result: &SearchResult) -> Vec<&str> {
    result.results.iter().map(|f| f.id.as_str()).collect()
}

#[test]
fn the_right_entry_is_first() {
    let store = memory();
    for (text, id, layer) in [
        ("S0C7", "S0C7", Layer::Exact),
        ("0c7", "S0C7", Layer::Exact),
        ("-811", "SQL-811", Layer::Exact),
        ("sqlcode -811", "SQL-811", Layer::Exact),
        ("WS-CUST-ID", "N-000001", Layer::Text),
        ("ief450", "IEF450I", Layer::Exact),
        ("status 35", "FS-35", Layer::Exact),
        ("\"data exception\"", "S0C7", Layer::Text),
        ("data exception packed", "S0C7", Layer::Text),
        ("category:db2 lock", "SQL-911", Layer::Tag),
        ("tag:comp-3", "S0C7", Layer::Tag),
        ("runaway task", "AICA", Layer::Exact),
        ("loop", "AICA", Layer::Tag),
        ("what does IEF450I say", "IEF450I", Layer::Exact),
    ] {
        let result = ask(&store, text);
        assert_eq!(ids(&result).first(), Some(&id), "{text}: {:?}", ids(&result));
        assert_eq!(result.results[0].layer, layer, "{text}");
    }
}

#[test]
fn an_entry_is_found_once_and_scores_fall() {
    let result = ask(&memory(), "s0c7 lock");
    let mut seen = ids(&result);
    assert_eq!(seen[0], "S0C7");
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), result.results.len());
    assert!(result.results.windows(2).all(|w| w[0].score >= w[1].score));
    assert!(result.results.iter().all(|f| f.why.ends_with('.') && !f.snippet.contains('\n')));
    assert_eq!(result.total, 6);
    assert_eq!(result.strategy, "exact + tag + text (all words, then any)");
}

#[test]
fn usage_and_success_lift_equals() {
    let pair = [
        entry("A-1", "Waiting for a lock", "Db2", &[], &[], "x"),
        entry("A-2", "Waiting for a lock", "Db2", &[], &[], "x"),
    ];
    assert_eq!(ids(&ask(&Memory::with(&pair).used("A-2", 9, 0, 0), "waiting")), ["A-2", "A-1"]);
    assert_eq!(ids(&ask(&Memory::with(&pair).used("A-2", 0, 5, 0), "waiting")), ["A-2", "A-1"]);
    assert_eq!(ids(&ask(&Memory::with(&pair).used("A-1", 0, 0, 5), "waiting")), ["A-2", "A-1"]);
    // A name beats any use.
    let result = ask(&memory().used("IEF450I", 1_000, 900, 0), "s0c7");
    assert_eq!(ids(&result)[..2], ["S0C7", "IEF450I"]);
}

#[test]
fn filters_and_exclusions_hold_in_every_layer() {
    let store = memory();
    assert!(ids(&ask(&store, "s0c7 category:db2")).is_empty());
    assert_eq!(ids(&ask(&store, "lock category:db2")), ["SQL-911"]);
    assert_eq!(ids(&ask(&store, "loop -cics")), Vec::<&str>::new());
    assert!(!ids(&ask(&store, "lock -cics")).contains(&"AICA"));
    assert!(!ids(&ask(&store, "-lock")).contains(&"SQL-911"));
    assert_eq!(ids(&ask(&store, "-lock")).len(), 4);
}

#[test]
fn nothing_asked_lists_the_most_used() {
    let result = ask(&memory().used("FS-35", 7, 1, 1).used("AICA", 9, 0, 0), " ");
    assert_eq!(ids(&result)[..2], ["AICA", "FS-35"]);
    assert_eq!((result.total, result.strategy.as_str()), (7, "browse"));
    assert_eq!(result.results[1].success_rate, Some(0.5));
    assert!(result.results.iter().all(|f| f.layer == Layer::Browse));
    let few = SearchRequest { limit: 2, ..SearchRequest::default() };
    let result = search(&memory(), &few, &Budget::unlimited(), &NoMeter).unwrap();
    assert_eq!((result.results.len(), result.total), (2, 7));
}

#[test]
fn the_last_word_is_a_beginning_only_while_typing() {
    let mut request = SearchRequest { text: "runa".into(), limit: 5, ..SearchRequest::default() };
    let store = memory();
    assert!(search(&store, &request, &Budget::unlimited(), &NoMeter).unwrap().results.is_empty());
    request.typing = true;
    let result = search(&store, &request, &Budget::unlimited(), &NoMeter).unwrap();
    assert_eq!(ids(&result), ["AICA"]);
    assert_eq!(result.layers.last().unwrap().asked, "runa*");
}

#[test]
fn a_code_is_found_before_it_is_typed_to_its_end() {
    let store = memory();
    for (text, id) in [("s0c", "S0C7"), ("-81", "SQL-811"), ("ief45", "IEF450I"), ("status 3", "FS-35")] {
        let mut request = SearchRequest { text: text.into(), limit: 5, typing: true, explain: false };
        let result = search(&store, &request, &Budget::unlimited(), &NoMeter).unwrap();
        assert_eq!(ids(&result).first(), Some(&id), "{text}");
        assert!(result.results[0].why.contains(id));
        request.typing = false;
        let result = search(&store, &request, &Budget::unlimited(), &NoMeter).unwrap();
        assert_ne!(ids(&result).first(), Some(&id), "{text}");
    }
}

#[test]
fn small_words_do_not_match_alone() {
    let result = ask(&memory(), "why is the deadlock in there");
    assert_eq!(ids(&result), ["SQL-911"]);
    assert_eq!(result.layers.last().unwrap().asked, "deadlock OR there");
}

#[test]
fn a_letter_o_is_suggested_not_equated() {
    let result = ask(&memory(), "SOC7 category:batch");
    assert!(result.results.is_empty());
    assert_eq!(result.suggestions, ["S0C7 category:batch"]);
    assert!(ask(&memory(), "SO13").suggestions.is_empty(), "nobody knows S013 here");
}

#[test]
fn what_is_spelt_wrong_is_suggested() {
    assert_eq!(ask(&memory(), "redefnes").suggestions, ["redefines"]);
    let result = ask(&memory(), "zzz category:bach");
    assert_eq!(result.suggestions, ["zzz category:Batch"]);
    assert!(result.notes[0].contains("bach") && result.notes[0].contains("CICS"));
}

#[test]
fn a_failed_layer_is_left_out_and_said() {
    let store = Memory { failing: vec!["tag"], ..memory() };
    let result = ask(&store, "lock");
    assert!(ids(&result).contains(&"SQL-911"));
    assert!(result.layers.iter().any(|r| r.layer == Layer::Tag && r.failed.is_some()));
    assert!(result.notes[0].starts_with("The tag layer was left out"), "{:?}", result.notes);
    let store = Memory { failing: vec!["exact", "tag", "text"], ..memory() };
    let request = SearchRequest { text: "lock".into(), limit: 5, ..SearchRequest::default() };
    assert_eq!(search(&store, &request, &Budget::unlimited(), &NoMeter).unwrap_err().exit, Exit::Store);
}

#[test]
fn cancelling_ends_it_and_late_layers_are_skipped() {
    let request = SearchRequest { text: "lock".into(), limit: 5, ..SearchRequest::default() };
    let cancel = Cancel::new();
    let store = Memory { cancels: Some(cancel.clone()), ..memory() };
    let error = search(&store, &request, &Budget::with_cancel(cancel), &NoMeter).unwrap_err();
    assert_eq!(error.exit, Exit::Interrupted);
    let late = Budget::unlimited().until(Instant::now());
    let store = Memory { failing: vec!["text"], ..memory() };
    let result = search(&store, &request, &late, &NoMeter).unwrap();
    assert!(result.notes.iter().any(|n| n.contains("out of time")), "{:?}", result.notes);
}

#[test]
fn every_layer_is_measured() {
    #[derive(Default)]
    struct Counting(Mutex<Vec<Op>>);
    impl Meter for Counting {
        fn record(&self, op: Op, _: u64, _: u64, _: bool) {
            self.0.lock().unwrap().push(op);
        }
    }
    let meter = Counting::default();
    let request = SearchRequest { text: "lock".into(), limit: 5, ..SearchRequest::default() };
    search(&memory(), &request, &Budget::unlimited(), &meter).unwrap();
    assert_eq!(*meter.0.lock().unwrap(), [Op::SearchExact, Op::SearchTag, Op::SearchText, Op::Search]);
}

#[test]
fn scores_are_explained_when_asked() {
    let request = SearchRequest { text: "lock".into(), limit: 5, explain: true, ..SearchRequest::default() };
    let result = search(&memory(), &request, &Budget::unlimited(), &NoMeter).unwrap();
    assert!(result.results[0].why.contains("usage 0.00, success 0.50"), "{}", result.results[0].why);
    assert!(result.notes.iter().any(|n| n.contains("0.6 text")));
}

#[test]
fn snippets_are_one_line_with_marks_in_pairs() {
    assert_eq!(snippet::tidy(" a\n\tb \u{3}\u{2}c\u{2}d\u{1b}[e"), "a b \u{2}cd [e\u{3}");
    let query = query::parse("digits bad");
    assert_eq!(snippet::of("Bad\ndigits, badly.", &query), "\u{2}Bad\u{3} \u{2}digits\u{3}, badly.");
    let long = format!("{} digits {}", "x ".repeat(200), "y ".repeat(200));
    let piece = snippet::of(&long, &query);
    assert!(piece.starts_with('…') && piece.ends_with('…') && piece.contains("\u{2}digits\u{3}"), "{piece}");
    assert!(piece.chars().count() < 180);
}

proptest! {
    #[test]
    fn any_text_can_be_searched_for(text in "\\PC{0,60}", typing: bool) {
        let request = SearchRequest { text, limit: 3, typing, explain: true };
        let result = search(&memory(), &request, &Budget::unlimited(), &NoMeter).unwrap();
        prop_assert!(result.results.len() <= 3);
        prop_assert!(result.total >= u64::try_from(result.results.len()).unwrap());
        prop_assert!(result.results.windows(2).all(|w| w[0].score >= w[1].score));
        prop_assert!(result.results.iter().all(|f| !f.why.is_empty()));
    }

    #[test]
    fn pieces_are_clean(text in "(\\PC|[\\x00-\\x1f]){0,300}", words in "\\PC{0,20}") {
        for piece in [snippet::tidy(&text), snippet::of(&text, &query::parse(&words))] {
            let marks: Vec<char> = piece.chars().filter(|c| c.is_control()).collect();
            prop_assert!(marks.chunks(2).all(|pair| pair == ['\u{2}', '\u{3}']), "{:?}", piece);
        }
    }
}
