pub(in crate::kb) mod memory;

use super::*;
use crate::base::Cancel;
use crate::base::meter::NoMeter;
use crate::store::{Entry, EntryRow, NewEntry};
use memory::Memory;
use proptest::prelude::*;
use std::sync::Mutex;

pub(in crate::kb) fn entry(
    id: &str,
    title: &str,
    category: &str,
    tags: &[&str],
    aliases: &[&str],
    problem: &str,
) -> NewEntry {
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
    let request = SearchRequest {
        text: text.into(),
        limit: 20,
        typing: false,
        explain: false,
        ..SearchRequest::default()
    };
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
fn of_very_many_words_those_with_some_are_asked_for_and_one_with_all_is_first() {
    let words: Vec<String> = (0..17).map(|n| format!("w{}rd", char::from(b'a' + n))).collect();
    let some = words.iter().step_by(2).map(String::as_str).collect::<Vec<_>>().join(" ");
    let all = format!("{} and more of what says nothing here", words.join(" "));
    let store = Memory::with(&[
        entry("SOME", "Some of the words", "Batch", &[], &[], &some),
        entry("ALL", "All of the words", "Batch", &[], &[], &all),
    ]);
    for (count, asked) in [(16, 2), (17, 1)] {
        let text = words[..count].join(" ");
        let request = SearchRequest { text, limit: 5, explain: true, ..SearchRequest::default() };
        let result = search(&store, &request, &Budget::unlimited(), &NoMeter).unwrap();
        assert_eq!(ids(&result), ["ALL", "SOME"], "{count}");
        let texts = result.layers.iter().filter(|report| report.layer == Layer::Text).count();
        assert_eq!(texts, asked, "{count}: {:?}", result.layers);
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
    assert_eq!(result.asked, "exact + tag + text (all words, then any)");
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
    assert_eq!((result.total, result.strategy), (7, super::Strategy::Browse));
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
        let mut request = SearchRequest {
            text: text.into(),
            limit: 5,
            typing: true,
            explain: false,
            ..SearchRequest::default()
        };
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
fn what_is_spelt_wrong_is_read_as_what_is_there() {
    let result = ask(&memory(), "redefnes");
    assert_eq!(ids(&result), ids(&ask(&memory(), "redefines")));
    assert!(
        result.notes.iter().any(|note| note.contains("redefnes") && note.contains("\"redefines\"")),
        "{result:?}"
    );
    assert!(ask(&memory(), "\"redefnes\"").results.is_empty(), "in quotes it is taken as it is");
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
    // The text is asked a second time in other words of the trade.
    let asked = [Op::SearchExact, Op::SearchTag, Op::SearchText, Op::SearchText, Op::Search];
    assert_eq!(*meter.0.lock().unwrap(), asked);
}

#[test]
fn scores_are_explained_when_asked() {
    let request = SearchRequest { text: "lock".into(), limit: 5, explain: true, ..SearchRequest::default() };
    let result = search(&memory(), &request, &Budget::unlimited(), &NoMeter).unwrap();
    let first = &result.results[0];
    let parts = first.parts.as_deref().unwrap();
    assert!(parts.usage == 0.0 && (parts.success - 0.075).abs() < 1e-9, "{parts:?}");
    let sum: f64 = parts.named().into_iter().map(|(_, part)| part).sum();
    assert!((sum - first.score).abs() < 1e-9, "{first:?}");
    assert!(result.notes.iter().any(|n| n.contains("0.6 text")));
}

fn plain(problem: &str, solution: &str) -> Plain {
    let [problem, solution] = [problem, solution].map(snippet::plain);
    Plain { row: EntryRow(1), damaged: false, problem, solution }
}

fn piece(problem: &str, solution: &str, asked: &str) -> String {
    snippet::of(&plain(problem, solution), &snippet::Seeker::new(&query::parse(asked), false))
        .replace('\u{2}', "[")
        .replace('\u{3}', "]")
}

#[test]
fn snippets_are_one_plain_line_around_the_match() {
    assert_eq!(piece("Bad\ndigits, badly.", "", "digits bad"), "[Bad] [digits], badly.");
    // Forms and other spellings of a word are the word; a longer word is not.
    assert_eq!(piece("It locked the locks; clocks.", "", "lock"), "It [locked] the [locks]; clocks.");
    assert_eq!(
        piece("The user is not authorised.", "", "authorized user"),
        "The [user] is not [authorised]."
    );
    // Markdown is left out: headings, lists, backticks, bold.
    let problem = "## Meaning\n\nA **packed** field.\n\n## Likely causes\n\n1. `MOVE` of blanks.\n   And more.\n2. Other.\n\n---\n";
    assert_eq!(piece(problem, "", "packed"), "A [packed] field. MOVE of blanks. And more. Other.");
    assert_eq!(piece("- a\n* b (*)\n> c\n```\nd\n```\n#e", "", "zz"), "a b (*) c d #e");
    // From the sentence with the match on, or from a word.
    let far = format!("{} One thing. The digits are bad. {}", "Word. ".repeat(40), "More. ".repeat(60));
    assert!(
        piece(&far, "", "digits").starts_with("…The [digits] are bad. More."),
        "{}",
        piece(&far, "", "digits")
    );
    let long = format!("{} digits {}", "x ".repeat(200), "y ".repeat(200));
    let text = piece(&long, "", "digits");
    assert!(text.starts_with("…x ") && text.ends_with('…') && text.contains(" [digits] "), "{text}");
    assert!(text.chars().count() < 180);
    // The piece with most of the words, in the problem or in the solution.
    let apart = format!("A lock. {} A lock after a timeout.", "Other words. ".repeat(30));
    assert!(piece(&apart, "", "timeout lock").contains("[lock] after a [timeout]"));
    assert_eq!(
        piece("A lock.", "See `-DISPLAY` for the lock timeout.", "lock timeout"),
        "See -DISPLAY for the [lock] [timeout]."
    );
    // Codes in their normal form, numbers with their sign, names as a whole.
    assert_eq!(piece("It is an S0C7.", "", "0c7"), "It is an [S0C7].");
    assert_eq!(piece("As -911, but x-911.", "", "-911"), "As [-911], but x-[911].");
    assert_eq!(piece("MOVE WS-CUST-ID.", "", "ws-cust-id"), "MOVE [WS-CUST-ID].");
    assert_eq!(piece("", "", "x"), "");
}

#[test]
fn the_last_word_is_marked_while_it_is_typed() {
    let body = plain("A runaway task ran.", "");
    let seeker = |typing| snippet::Seeker::new(&query::parse("runa"), typing);
    assert_eq!(snippet::of(&body, &seeker(true)), "A \u{2}runaway\u{3} task ran.");
    assert_eq!(snippet::of(&body, &seeker(false)), "A runaway task ran.");
}

#[test]
fn the_same_code_beats_wider_ones_however_much_these_are_used() {
    let plain = |id: &str, aliases: &[&str]| entry(id, "Something", "Batch", &[], aliases, "x");
    let store = Memory::with(&[
        plain("S013", &["013"]),
        plain("S013-18", &["013-18"]),
        plain("IEF450A", &[]),
        plain("IEF450I", &[]),
        plain("SQL-913", &[]),
        plain("S913", &["913"]),
    ]);
    let store =
        store.used("S013", 5_000, 900, 0).used("IEF450A", 5_000, 900, 0).used("SQL-913", 5_000, 900, 0);
    assert_eq!(ids(&ask(&store, "S013-18")), ["S013-18", "S013"]);
    assert_eq!(ids(&ask(&store, "IEF450I")), ["IEF450I", "IEF450A"]);
    assert_eq!(ids(&ask(&store, "913")), ["S913", "SQL-913"]);
    assert_eq!(ids(&ask(&store, "-913")), ["SQL-913"]);
    assert_eq!(ids(&ask(&store, "S013-20")), ["S013"], "the nearest there is");
}

#[test]
fn the_whole_query_as_a_name_beats_codes_in_it() {
    let store = Memory::with(&[
        entry("ASRA", "Program check", "CICS", &[], &[], "x"),
        entry("S0C7", "Data exception", "Batch", &[], &["0C7", "ASRA/0C7"], "x"),
        entry("DSNT408I", "SQL error report", "Db2", &[], &[], "x"),
        entry("SQL-805", "Package not found", "Db2", &[], &["DSNT408I -805"], "x"),
        entry("N-1", "S0C7 after ASRA in PAY", "CICS", &[], &[], "x"),
    ]);
    let store = store.used("ASRA", 5_000, 900, 0).used("DSNT408I", 5_000, 900, 0);
    assert_eq!(ids(&ask(&store, "ASRA/0C7"))[..2], ["S0C7", "ASRA"]);
    assert_eq!(ids(&ask(&store, "DSNT408I -805"))[..2], ["SQL-805", "DSNT408I"]);
    assert_eq!(ids(&ask(&store, "DSNT408I SQLCODE = -805, ERROR"))[..2], ["SQL-805", "DSNT408I"]);
    assert_eq!(ids(&ask(&store, "s0c7 after asra in pay"))[0], "N-1");
}

#[test]
fn plain_words_that_are_names_pin_only_as_the_whole_query() {
    let store = Memory::with(&[
        entry("RESP-LOCKED", "EIBRESP 100", "CICS", &[], &["LOCKED"], "Other."),
        entry("ICE007A", "Control statement", "Utilities", &[], &["SYNTAX ERROR"], "Other."),
        entry(
            "N-1",
            "Record locked by a batch job",
            "VSAM",
            &["locked", "record"],
            &[],
            "The record is locked.",
        ),
        entry(
            "N-2",
            "JCL with a syntax error",
            "JCL",
            &["jcl", "syntax-error"],
            &[],
            "A syntax error of JCL.",
        ),
    ]);
    assert_eq!(ids(&ask(&store, "locked"))[0], "RESP-LOCKED");
    assert_eq!(ids(&ask(&store, "record locked"))[0], "N-1");
    assert_eq!(ids(&ask(&store, "syntax error"))[0], "ICE007A");
    assert_eq!(ids(&ask(&store, "\"syntax error\""))[0], "ICE007A");
    assert_eq!(ids(&ask(&store, "\"syntax error\" jcl"))[0], "N-2");
    assert!(ask(&store, "record locked").results.iter().all(|f| f.score < 2.0));
}

#[test]
fn a_name_is_not_a_longer_name_that_holds_it() {
    let other = entry(
        "N-1",
        "OLD-WS-CUST-ID-2 of WS-CUST-ID-X",
        "Batch",
        &["ws-cust-id-2"],
        &[],
        "OLD-WS-CUST-ID-2 WS-CUST-ID-X",
    );
    let store =
        Memory::with(&[other, entry("N-2", "Blanks", "Batch", &[], &[], "Then WS-CUST-ID is blank.")]);
    let store = store.used("N-1", 5_000, 900, 0);
    assert_eq!(ids(&ask(&store, "WS-CUST-ID")), ["N-2"]);
    assert_eq!(ids(&ask(&store, "ws-cust-id blank"))[0], "N-2");
    assert_eq!(ids(&ask(&store, "OLD-WS-CUST-ID-2")), ["N-1"]);
}

#[test]
fn names_that_begin_as_typed_come_after_exact_ones_by_use() {
    let plain = |id: &str, aliases: &[&str]| entry(id, "Something", "Batch", &[], aliases, "x");
    let mut about = plain("N-1", &[]);
    about.codes = vec!["S0C4".into()];
    let store = Memory::with(&[
        plain("S0C", &[]),
        plain("S0C1", &[]),
        plain("S0C7", &["0C7"]),
        about,
        plain("SQL-811", &["SQLCODE -811"]),
        entry("N-2", "S0C things", "Batch", &["s0c"], &[], "s0c s0c"),
    ]);
    let store = store.used("S0C7", 3, 0, 0).used("N-2", 900, 900, 0);
    let typed = |text: &str| {
        let request = SearchRequest {
            text: text.into(),
            limit: 9,
            typing: true,
            explain: false,
            ..SearchRequest::default()
        };
        let result = search(&store, &request, &Budget::unlimited(), &NoMeter).unwrap();
        result.results.iter().map(|f| f.id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(typed("s0c"), ["S0C", "S0C7", "S0C1", "N-1", "N-2"]);
    assert_eq!(typed("0c"), ["S0C7", "S0C", "S0C1", "N-1"]);
    for text in ["-81", "sqlcode -81", "SQLCODE=-81", "sql-81", "sqlcode 81"] {
        assert_eq!(typed(text)[0], "SQL-811", "{text}");
    }
    assert_eq!(typed("811 some s0c7")[0], "S0C7");
}

proptest! {
    #[test]
    fn any_text_can_be_searched_for(text in "\\PC{0,60}", typing: bool) {
        let request = SearchRequest { text, limit: 3, typing, explain: true, ..SearchRequest::default() };
        let result = search(&memory(), &request, &Budget::unlimited(), &NoMeter).unwrap();
        prop_assert!(result.results.len() <= 3);
        prop_assert!(result.total >= u64::try_from(result.results.len()).unwrap());
        prop_assert!(result.results.windows(2).all(|w| w[0].score >= w[1].score));
        prop_assert!(result.results.iter().all(|f| !f.why.is_empty()));
    }

    #[test]
    fn pieces_are_clean(text in "(\\PC|[\\x00-\\x1f]){0,300}", words in "\\PC{0,20}") {
        let text = plain(&text, &text);
        for typing in [false, true] {
            let piece = snippet::of(&text, &snippet::Seeker::new(&query::parse(&words), typing));
            let marks: Vec<char> = piece.chars().filter(|c| c.is_control()).collect();
            prop_assert!(marks.chunks(2).all(|pair| pair == ['\u{2}', '\u{3}']), "{:?}", piece);
        }
    }
}
