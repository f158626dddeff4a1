#![allow(clippy::unwrap_used)]
use super::near::{Known, NEAR, Print, Why};
use super::record::{join, split};
use super::*;
use crate::store::NewEntry;
use proptest::prelude::*;
use std::collections::HashSet;
use std::io::BufReader;

fn texts(items: &[&str]) -> Vec<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

#[test]
fn lists_are_joined_and_split_as_people_write_them() {
    for (joined, items) in [
        ("", &[][..]),
        ("a;b", &["a", "b"]),
        ("a\\;b;c", &["a;b", "c"]),
        ("C:\\dir\\x;b", &["C:\\dir\\x", "b"]),
        ("a\\\\;b", &["a\\", "b"]),
        ("a\\\\", &["a\\"]),
        ("\\\\host\\x", &["\\\\host\\x"]),
    ] {
        assert_eq!(split(joined), items, "{joined}");
        assert_eq!(join(&texts(items)), joined);
    }
    assert_eq!(split(" a ; b;; c\t;"), ["a", "b", "c"]);
    assert_eq!(split("dir\\"), ["dir\\"]);
}

#[test]
fn the_format_is_in_the_name() {
    for (name, format) in [
        ("a.json", Format::Json),
        ("b/c.JSONL", Format::Jsonl),
        ("x.ndjson", Format::Jsonl),
        ("kb.2024.Csv", Format::Csv),
    ] {
        assert_eq!(Format::of(Path::new(name)), Ok(format));
    }
    let error = Format::of(Path::new("kb.xlsx")).unwrap_err();
    assert!(error.what.contains("kb.xlsx") && error.cause.contains(".csv"), "{error}");
    assert!(Format::of(Path::new("csv")).is_err());
}

/// What a list is cut into: the title of each entry, or why there is none; read `capacity` bytes at a time.
fn cut(text: &str, capacity: usize) -> Vec<String> {
    json::list(BufReader::with_capacity(capacity, text.as_bytes()))
        .map(|row| {
            row.unwrap()
                .draft
                .map_or_else(|flaw| format!("{}: {}", flaw.field, flaw.reason), |d| d.entry.title)
        })
        .collect()
}

#[test]
fn a_bad_item_costs_only_itself() {
    let found =
        cut("\n[ {\"title\": \"a]},{\\\"\"}, {\"title\": }, 7, \"x\", }, [[1],{}], {\"title\":\"b\"} ] ", 3);
    assert_eq!((found[0].as_str(), found[6].as_str()), ("a]},{\"", "b"));
    assert!(found[1].contains("not JSON"), "{found:?}");
    assert!(
        found[2].contains("a number") && found[3].contains("text") && found[5].contains("a list"),
        "{found:?}"
    );
    assert!(found[4].contains("not JSON"), "{found:?}");
    assert_eq!(found.len(), 7);
}

#[test]
fn what_is_around_the_list_is_looked_at() {
    assert_eq!(cut("{\"title\":\"a\"}{\"title\":\"b\"}\n,{\"title\":\"{\"}", 1), ["a", "b", "{"]);
    assert!(cut("[]", 9).is_empty());
    for (text, part) in [
        ("", "empty"),
        ("\n ", "empty"),
        ("null", "no list"),
        ("[", "before the ]"),
        ("[{\"title\":\"a\"}, ", "before the ]"),
        ("[{\"title\":\"a\"", "inside this entry"),
        ("[] x", "more behind"),
        ("{\"title\":\"a\"} x", "no list"),
    ] {
        let found = cut(text, 2);
        assert!(found.last().unwrap().contains(part), "{text}: {found:?}");
    }
}

/// A text of `words` words, of which every `every`th is another one than in the text of the same seed without changes.
fn words(seed: u64, words: u64, every: u64) -> Vec<String> {
    let number = |n: u64| (n.wrapping_mul(0x5851_F42D_4C95_7F2D) ^ seed.wrapping_mul(0x9E37_79B9)) >> 40;
    let changed = |n: u64| every > 0 && n % every == every / 2;
    (0..words)
        .map(|n| format!("w{}{}", number(n + seed * 1_000) % 3_000, if changed(n) { "x" } else { "" }))
        .collect()
}

fn of_words(words: &[String]) -> NewEntry {
    NewEntry { title: "One title".into(), problem: words.join(" "), ..NewEntry::default() }
}

/// Rows of three words that two texts have in common, in percent of those that either has.
fn shared(a: &[String], b: &[String]) -> usize {
    let rows = |words: &[String]| -> HashSet<Vec<String>> {
        let title = ["one".to_owned(), "title".to_owned()];
        let all: Vec<String> = title.iter().chain(words).cloned().collect();
        all.windows(3).map(<[String]>::to_vec).collect()
    };
    let (a, b) = (rows(a), rows(b));
    a.intersection(&b).count() * 100 / a.union(&b).count()
}

#[test]
fn texts_that_are_nearly_the_same_are_found_and_others_are_not() {
    for (every, least, most) in [(60, 195, 200), (30, 90, 200), (6, 0, 2), (0, 200, 200)] {
        let mut known = Known::default();
        let mut off = 0;
        let texts: Vec<Vec<String>> = (1..=200).map(|seed| words(seed, 300, 0)).collect();
        for (seed, text) in texts.iter().enumerate() {
            known.add(&format!("K{seed}"), &Print::of(&of_words(text)));
        }
        let mut found = 0;
        for (seed, text) in texts.iter().enumerate() {
            let other = words(u64::try_from(seed).unwrap() + 1, 300, every);
            let Some(like) = known.like(&Print::of(&of_words(&other))) else { continue };
            let share = shared(text, &other);
            off += share.abs_diff(usize::from(like.percent));
            assert!(like.percent >= NEAR && like.id == format!("K{seed}"), "{like:?}");
            assert_eq!(like.why == Why::SameText, every == 0);
            found += 1;
        }
        assert!((least..=most).contains(&found), "{every}: {found}");
        assert!(off <= found * 6, "{every}: off by {off} over {found}");
    }
    let short = |problem: &str| Print::of(&NewEntry { problem: problem.into(), ..NewEntry::default() });
    let mut known = Known::default();
    known.add("A", &short("too few words to say"));
    assert_eq!(known.like(&short("too few words to tell")), None);
    assert!(known.like(&short(" too few words to say\n")).is_some());
    known.forget(&short("too few words to say"));
    assert_eq!(known.like(&short("too few words to say")), None);
}

proptest! {
    #[test]
    fn joined_lists_are_split_to_what_they_were(items in proptest::collection::vec("[a;\\\\ ä]{1,8}", 0..5)) {
        let items: Vec<String> =
            items.iter().map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect();
        prop_assert_eq!(split(&join(&items)), items);
    }

    #[test]
    fn lists_are_cut_as_a_parser_reads_them(titles in proptest::collection::vec(any::<String>(), 0..6), capacity in 1_usize..40) {
        let list: Vec<_> = titles.iter().map(|title| serde_json::json!({"title": title, "tags": ["]", "}"]})).collect();
        for text in [serde_json::to_string(&list).unwrap(), serde_json::to_string_pretty(&list).unwrap()] {
            prop_assert_eq!(&cut(&text, capacity), &titles);
        }
    }

    #[test]
    fn anything_is_cut_to_an_end(text in "[\\[\\]{},\":a1\\\\ \n]{0,40}", capacity in 1_usize..8) {
        prop_assert!(cut(&text, capacity).len() <= text.len() + 1);
    }
}
