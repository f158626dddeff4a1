//! D16: whatever is typed is looked up, never executed and never an error; what is quoted is found as it stands.

use super::{entry, free, open, scaled};
use greenbar::store::{Clause, Filter, Named, NewEntry, Store, Test, TextQuery};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// What people of the field type, and what breaks a MATCH or an SQL text when it is not quoted.
const TYPED: [&str; 72] = [
    "S0C7-01",
    "WS-AMT(3)",
    "C:\\path",
    "100%",
    "O'Brien",
    "NEAR(",
    "-811",
    "*",
    "\"",
    "\"\"",
    "'",
    "''",
    "S0C7",
    "0c7",
    "IEF450I",
    "status 35",
    "WS-CUST-ID",
    "A.B.C",
    "SYS1.PARMLIB(IEASYS00)",
    "//STEP1 EXEC PGM=IEFBR14",
    "a AND",
    "AND",
    "OR",
    "NOT",
    "a NOT",
    "NEAR(a b, 3)",
    "NEAR(a b",
    "title:",
    "title : x",
    "{title tags} : x",
    "- title : x",
    "^x",
    "^",
    "x*",
    "*x",
    "x * y",
    "x + y",
    "+",
    "(",
    ")",
    "((((((((((",
    "a) OR (b",
    "col:val",
    "a:b:c",
    ":",
    "{",
    "}",
    "$amount",
    "@here",
    "#total",
    "@#$",
    "U+0002",
    "; DROP TABLE kb_entries; --",
    "' OR 1=1 --",
    "?1",
    ":name",
    "@p",
    "%",
    "_",
    "[a-z]",
    "\\",
    "\\\"",
    "/*",
    "*/",
    "--",
    "\u{0}",
    "a\u{0}b",
    "\u{2}x\u{3}",
    "é",
    "e\u{301}",
    "日本語",
    "🧨",
];

/// Every field is asked for the text, also as a beginning, and not to be it.
fn clauses(text: &str) -> Vec<Clause> {
    let names = || vec![text.to_owned(), format!("{text}*")];
    let fields = [Named::Category, Named::Author, Named::Id, Named::Code, Named::Tag, Named::File];
    let clause = |field| [false, true].map(|not| Clause { not, test: Test::Named(field, names()) });
    fields.into_iter().flat_map(clause).collect()
}

fn ask(store: &dyn Store, text: &str) {
    let (categories, tags) = (vec![text.to_owned()], vec![text.to_lowercase()]);
    let mut filters = vec![Filter::default(), Filter { categories, tags, ..Filter::default() }];
    let one = |clause| Filter { clauses: vec![clause], ..Filter::default() };
    filters.extend(clauses(text).into_iter().map(one));
    filters.push(Filter { clauses: clauses(text), ..Filter::default() });
    for filter in &filters {
        let parts = vec![vec![text.to_owned()], text.split_whitespace().map(str::to_owned).collect()];
        for parts in parts {
            for (last_is_prefix, any) in [(false, false), (true, false), (false, true)] {
                let without = vec![text.to_owned()];
                let query = TextQuery { parts: parts.clone(), last_is_prefix, any, ..TextQuery::default() };
                store.find_text(&query, filter, 5, &free()).unwrap();
                store.find_text(&TextQuery { without, ..query.clone() }, filter, 5, &free()).unwrap();
                let (also, helpful) = (vec![(0, text.to_owned())], vec![text.to_owned()]);
                store.find_text(&TextQuery { also, helpful, ..query }, filter, 5, &free()).unwrap();
            }
        }
        store.find_exact(&[text.to_uppercase()], text, filter, &free()).unwrap();
        store.find_prefix(&text.to_uppercase(), filter, 5, &free()).unwrap();
        store.find_tags(&[text.to_lowercase()], filter, 5, &free()).unwrap();
    }
    store.entry(text, &free()).unwrap();
    store.references_to(text, &free()).unwrap();
}

/// Whether the tokenizer of the index finds a word in it.
fn has_word(text: &str) -> bool {
    text.chars().any(|c| c.is_alphanumeric() || "@#$".contains(c))
}

#[test]
fn d16_what_people_type_is_found_as_it_stands() {
    let home = tempfile::tempdir().unwrap();
    let store = open(&home.path().join("kb.db"));
    let of = |n: usize, text: &str| NewEntry {
        id: format!("E{n}"),
        title: format!("before {text} after"),
        aliases: vec![text.to_uppercase()],
        tags: vec![text.to_lowercase()],
        ..entry("x")
    };
    let entries: Vec<NewEntry> = TYPED.iter().enumerate().map(|(n, text)| of(n, text)).collect();
    store.put(&entries, 1).unwrap();
    for (n, text) in TYPED.iter().enumerate() {
        ask(&store, text);
        let row = store.entry(&format!("E{n}"), &free()).unwrap().unwrap().row;
        let exact = store.find_exact(&[text.to_uppercase()], "", &Filter::default(), &free()).unwrap();
        assert!(exact.iter().any(|hit| hit.row == row), "{text:?} by alias");
        let tagged = store.find_tags(&[text.to_lowercase()], &Filter::default(), 99, &free()).unwrap();
        assert!(tagged.contains(&row), "{text:?} by tag");
        let query = TextQuery { parts: vec![(*text).to_owned()], ..TextQuery::default() };
        let found = store.find_text(&query, &Filter::default(), 99, &free()).unwrap();
        assert_eq!(found.hits.iter().any(|hit| hit.row == row), has_word(text), "{text:?} by text");
        let begun = store.find_prefix(&text.to_uppercase(), &Filter::default(), 99, &free()).unwrap();
        assert!(begun.iter().any(|hit| hit.row == row), "{text:?} by its beginning");
    }
    assert_eq!(store.info().unwrap().entries, u64::try_from(TYPED.len()).unwrap());
    assert!(store.check(&free()).unwrap().is_empty());
}

#[test]
fn d16_random_texts_are_never_an_error() {
    let home = tempfile::tempdir().unwrap();
    let store = open(&home.path().join("kb.db"));
    store.put(&(0..50).map(|n| entry(&format!("S0C{n}"))).collect::<Vec<_>>(), 1).unwrap();
    // Each text is asked in 30 ways.
    let cases = u32::try_from(scaled(150, 1_000_000 / 30)).unwrap();
    let piece = prop_oneof![
        proptest::sample::select(TYPED.as_slice()).prop_map(str::to_owned),
        "\\PC{0,8}",
        "[\"'()*:^{}+,. -]{1,6}",
        proptest::collection::vec(any::<char>(), 0..6).prop_map(String::from_iter),
    ];
    let text = proptest::collection::vec(piece, 1..8)
        .prop_flat_map(|pieces| prop_oneof![Just(pieces.concat()), Just(pieces.join(" "))]);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let tried = TestRunner::new(config).run(&text, |text| {
        ask(&store, &text);
        Ok(())
    });
    if let Err(failed) = tried {
        panic!("{failed}");
    }
}

#[test]
fn d16_enormous_questions_are_cut() {
    let home = tempfile::tempdir().unwrap();
    let store = open(&home.path().join("kb.db"));
    store.put(&[entry("S0C7")], 1).unwrap();
    let parts: Vec<String> = (0..20_000).map(|n| format!("w{n}")).chain(["operands".into()]).collect();
    let query = TextQuery { parts, any: true, ..TextQuery::default() };
    assert_eq!(store.find_text(&query, &Filter::default(), 5, &free()).unwrap().total, 0);
    ask(&store, &"(".repeat(100_000));
    ask(&store, &"a ".repeat(100_000));
    ask(&store, &"x".repeat(1_000_000));
}
