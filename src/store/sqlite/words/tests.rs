//! The index after any series of changes is the one that is made anew of what is left; damage is seen; pieces are merged.

use super::super::{OpenOptions, SqliteStore};
use super::cut::Cutter;
use super::merge::{Segment, full, merge_full, segments};
use super::page::{Page, Reader, number, opened, put_number, sealed};
use super::*;
use crate::base::Budget;
use crate::base::meter::no_meter;
use crate::store::{NewEntry, Store};
use proptest::prelude::*;

fn store() -> (tempfile::TempDir, SqliteStore) {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&OpenOptions::new(dir.path().join("kb.db")), no_meter()).unwrap();
    (dir, store)
}

fn entry(id: usize, text: &str) -> NewEntry {
    NewEntry {
        id: format!("E{id}"),
        title: format!("entry {id}"),
        problem: text.into(),
        ..NewEntry::default()
    }
}

fn read<T>(store: &SqliteStore, work: impl FnOnce(&rusqlite::Connection) -> Sql<T>) -> T {
    store.read("test", &Budget::unlimited(), work).unwrap()
}

/// Every list: its stem with the places of live entries and what it says there.
fn lists(store: &SqliteStore) -> Vec<(String, Vec<(u32, u8)>)> {
    read(store, |sql| {
        let mut index = Index::open(sql)?;
        let mut all = Vec::new();
        for stem in index.stems()? {
            let list = index.list(&stem)?;
            let mut found = Vec::new();
            index.read(&list, Driver::From(0), |place, says| found.push((place, says)))?;
            found.retain(|(place, _)| !index.is_dead(*place));
            if !found.is_empty() {
                all.push((stem, found));
            }
        }
        Ok(all)
    })
}

fn problems(store: &SqliteStore) -> Vec<String> {
    read(store, super::problems)
}

#[test]
fn what_a_word_says_grows_with_its_place_and_number() {
    let says = |entry: &NewEntry, word: &str| {
        let mut cutter = Cutter::default();
        let words = cutter.cut(entry);
        let at = words.stems.iter().find(|(stem, _)| *cutter.stem_names[cut::at(*stem)] == *word);
        at.map(|(_, says)| *says)
    };
    let text = entry(1, "job job step of the WS-JOB-ID. Zürich, exceptions");
    assert!(says(&text, "job") > says(&text, "step"));
    assert!(says(&text, "entri") > says(&text, "step"), "a word of the title");
    for word in ["ws#job#id", "zurich", "except", "id"] {
        assert!(says(&text, word).is_some(), "{word}");
    }
    assert_eq!(says(&text, "zürich"), None);
    let long = entry(1, &format!("step {}", "word ".repeat(900)));
    assert!(says(&long, "step") < says(&text, "step"));
    assert_eq!(folded(&"ÄB".repeat(80)).len() / 2, 48, "cut, at a letter");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// What is kept in memory of the beginning of a word says of longer ones, and what is kept from some place on of all behind it,
    /// what the lists themselves say.
    #[test]
    fn what_is_known_of_more_says_what_is_asked(
        texts in prop::collection::vec("([ab]{1,5} ){1,6}", 1..60),
        typed in "[ab]{1,4}",
        from in prop::collection::vec(0..80_u32, 1..5),
    ) {
        let (_dir, store) = store();
        let some: Vec<NewEntry> = texts.iter().enumerate().map(|(id, text)| entry(id, text)).collect();
        store.put(&some, 1).unwrap();
        if texts.len() % 2 == 0 {
            store.write("tidy", super::super::writer::Durability::Normal, |tx| rebuild(tx)).unwrap();
        }
        for end in 1..=typed.len() {
            let known = read(&store, |sql| Index::with(sql, &store.memory)?.words_with(&typed[..end]));
            let told = read(&store, |sql| Index::open(sql)?.words_with(&typed[..end]));
            prop_assert_eq!(known, told);
        }
        let says = |of: &Spread, from: u32| (from..80).map(|place| of.at(place)).collect::<Vec<_>>();
        for from in from {
            let (known, told) = read(&store, |sql| {
                let mut index = Index::with(sql, &store.memory)?;
                let lists = [index.list(&stem(&typed))?, index.list("a")?];
                Ok((index.spread_for(&lists, from)?, index.spread_from(&lists, from)?))
            });
            prop_assert_eq!(says(&known, from), says(&told, from));
        }
    }
}

#[test]
fn large_stores_have_few_pieces_and_say_the_same_as_made_anew() {
    let (_dir, store) = store();
    let texts =
        ["the job ended", "a step of the job", "data exception in WS-JOB-ID", "a deadlock of the jobs"];
    for from in (0..2_400).step_by(80) {
        let some: Vec<NewEntry> = (from..from + 80).map(|id| entry(id, texts[id % texts.len()])).collect();
        store.put(&some, 1).unwrap();
    }
    for id in 0..40 {
        store.put(&[entry(id * 3, "changed to a record")], 2).unwrap();
        store.delete(&format!("E{}", id * 7 + 1), 3).unwrap();
    }
    let pieces = read(&store, segments).len();
    assert!((1..=8).contains(&pieces), "{pieces}");
    let before = lists(&store);
    assert!(before.iter().any(|(_, places)| places.len() > 2_000), "one that takes several pages");
    assert_eq!(problems(&store), [""; 0]);
    store.upkeep().unwrap();
    assert_eq!(read(&store, segments).len(), 1);
    assert_eq!(lists(&store), before);
    store.rebuild_index().unwrap();
    assert_eq!(lists(&store), before);
    assert_eq!(problems(&store), [""; 0]);
}

#[test]
fn pieces_of_a_store_too_large_for_one_become_few() {
    let (_dir, store) = store();
    for (from, many) in [(0, 700), (1_000, 600), (2_000, 500)] {
        let some: Vec<NewEntry> = (from..from + many).map(|id| entry(id, "the job ended")).collect();
        store.put(&some, 1).unwrap();
    }
    store.delete("E7", 2).unwrap();
    let (before, sizes) = (lists(&store), || -> Vec<u64> {
        read(&store, segments).iter().map(|piece| piece.entries).collect()
    });
    assert_eq!(sizes(), [700, 600, 500]);
    assert!(!store.at_leisure("test", |sql| merge_full(sql, 2_000)).unwrap(), "more may come to these");
    assert!(store.at_leisure("test", |sql| merge_full(sql, 1_400)).unwrap());
    assert_eq!(sizes(), [1_299, 500], "without the one that is gone");
    assert!(!store.at_leisure("test", |sql| merge_full(sql, 1_400)).unwrap());
    assert_eq!(lists(&store), before);
    assert_eq!(problems(&store), [""; 0]);
}

proptest! {
    /// Each entry is written once at most; in the end small pieces are only left at the end, where more may come to them.
    #[test]
    fn full_pieces_stay_as_they_are(sizes in prop::collection::vec(0..1_000_u64, 0..60), small: bool) {
        let (most, largest) = (100, if small { 50 } else { 120 });
        let sizes: Vec<u64> = sizes.into_iter().map(|size| 1 + size % largest).collect();
        let piece = |entries: &u64| Segment { id: 0, low: 0, high: 0, entries: *entries };
        let mut all: Vec<(Segment, bool)> = sizes.iter().map(|size| (piece(size), false)).collect();
        loop {
            let pieces: Vec<Segment> = all.iter().map(|(piece, _)| *piece).collect();
            let Some(some) = full(&pieces, most) else { break };
            let from = some.as_ptr_range().start.addr() - pieces.as_ptr_range().start.addr();
            let from = from / size_of::<Segment>();
            let entries: u64 = some.iter().map(|piece| piece.entries).sum();
            prop_assert!(some.len() > 1 && entries > most / 2 && entries <= most);
            let taken = all.splice(from..from + some.len(), [(piece(&entries), true)]);
            prop_assert!(taken.into_iter().all(|(_, was_merged)| !was_merged));
        }
        prop_assert_eq!(all.iter().map(|(piece, _)| piece.entries).sum::<u64>(), sizes.iter().sum::<u64>());
        let mut last = 0;
        let before = all.iter().rev().skip_while(|(piece, _)| {
            last += piece.entries;
            last <= most
        });
        prop_assert!(!small || before.into_iter().all(|(piece, _)| piece.entries > most / 2), "{:?}", sizes);
    }
}

#[test]
fn of_a_short_beginning_the_most_frequent_words_are_known() {
    let (_dir, store) = store();
    let text = |id: usize| {
        (0..8).map(|n| format!("sta{} ", id * 8 + n)).chain(["stack ".into()]).collect::<String>()
    };
    store.put(&(0..100).map(|id| entry(id, &text(id))).collect::<Vec<_>>(), 1).unwrap();
    store.put(&[entry(500, "stamp")], 1).unwrap();
    let words = |beginning: &str| read(&store, |sql| Ok((*Index::open(sql)?.words_with(beginning)?).clone()));
    for beginning in ["s", "st", "sta"] {
        let (words, all) = words(beginning);
        assert_eq!((words[0].clone(), all), (("stack".into(), 100), false), "{beginning}");
        assert!(words.contains(&("stamp".into(), 1)), "{beginning}");
    }
    let (some, all) = words("sta79");
    assert_eq!((some.len(), all), (11, true), "{some:?}");
    assert_eq!(words("stax"), (Vec::new(), true));
}

#[test]
fn damage_and_drift_are_seen() {
    let (dir, store) = store();
    store.put(&(0..200).map(|id| entry(id, "the job ended")).collect::<Vec<_>>(), 1).unwrap();
    store.put(&[entry(900, "a quasar")], 1).unwrap();
    let sql = rusqlite::Connection::open(dir.path().join("kb.db")).unwrap();
    assert_eq!(problems(&store), [""; 0]);
    sql.execute("UPDATE kb_entries SET problem = 'other words', hash = x'00' WHERE id = 'E3'", []).unwrap();
    assert_eq!(problems(&store), [""; 0], "its hash says so");
    sql.execute("INSERT INTO kb_dead (place) SELECT place FROM kb_entries WHERE id = 'E5'", []).unwrap();
    assert!(problems(&store)[0].contains("E5"), "{:?}", problems(&store));
    sql.execute_batch("DELETE FROM kb_dead; UPDATE kb_recent SET place = place + 1").unwrap();
    let found = problems(&store);
    assert!(found[0].contains("E900") && found[1].contains("1 entry"), "{found:?}");
    sql.execute(
        "UPDATE kb_word_pages SET data = CAST(substr(data, 1, 40) || x'07' || substr(data, 42) AS BLOB)",
        [],
    )
    .unwrap();
    let seen = store.check(&Budget::unlimited()).unwrap();
    assert!(seen.iter().any(|p| p.check == "fts" && p.advice.contains("--fix")), "{seen:?}");
    store.rebuild_index().unwrap();
    assert_eq!(problems(&store), [""; 0]);
}

proptest! {
    #[test]
    fn numbers_and_pages_come_back(numbers in prop::collection::vec(any::<u64>(), 0..20), words in prop::collection::btree_set("[a-c]{1,6}", 1..40)) {
        let mut bytes = Vec::new();
        for n in &numbers {
            put_number(&mut bytes, *n);
        }
        let mut rest = bytes.as_slice();
        prop_assert_eq!(std::iter::from_fn(|| number(&mut rest)).collect::<Vec<_>>(), numbers);
        let mut page = Page::default();
        for word in &words {
            page.push(word.as_bytes(), &[7]);
        }
        let bytes = page.take();
        let mut reader = Reader::new(opened(&bytes).unwrap());
        for word in &words {
            prop_assert_eq!(reader.next(), Some((word.as_bytes(), [7].as_slice())));
        }
        prop_assert_eq!(reader.next(), None);
    }

    /// Whatever the bytes, reading ends.
    #[test]
    fn bytes_that_nobody_wrote_are_read_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let sealed = sealed(bytes);
        let mut reader = Reader::new(opened(&sealed).unwrap());
        while reader.next().is_some() {}
        list::each(&sealed, 3, |_, _| {});
        list::Said::read(&sealed, 9);
    }

    #[test]
    fn postings_come_back(gaps in prop::collection::vec((prop_oneof![1_u32..4, 200_u32..300, 1_u32..100_000], any::<u8>()), 0..60), low in 0_u32..1_000) {
        let mut place = low;
        let wanted: Vec<(u32, u8)> = gaps.iter().map(|(gap, says)| { place += gap; (place, *says) }).collect();
        let (mut bytes, mut last) = (Vec::new(), low);
        for (place, says) in &wanted {
            list::put(&mut bytes, last, *place, *says);
            last = *place;
        }
        let mut found = Vec::new();
        prop_assert!(list::each(&bytes, low, |place, says| found.push((place, says))));
        prop_assert_eq!(found, wanted);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn words_that_hold_a_piece_are_those_that_a_look_at_each_word_finds(
        texts in prop::collection::vec(prop::collection::vec("[abé]{1,5}(-[ab]{1,3})?", 1..30), 1..40),
        recent in prop::collection::vec(prop::collection::vec("[abé]{1,5}", 1..9), 0..3),
        piece in "[ab]{1,3}",
    ) {
        let (_dir, store) = store();
        let entries = |texts: &[Vec<String>], from: usize| -> Vec<NewEntry> {
            texts.iter().enumerate().map(|(n, words)| entry(from + n, &words.join(" "))).collect()
        };
        // Several pieces, the first of several pages; recent ones.
        let many: Vec<String> = (0..1_500).map(|n| format!("{n:05}{}", ["ab", "ba", "bb"][n % 3])).collect();
        store.put(&[vec![entry(9_999, &many.join(" "))], entries(&vec![vec!["a".to_owned()]; 70], 500)].concat(), 1).unwrap();
        store.put(&[entries(&texts, 0), entries(&vec![vec!["b".to_owned()]; 70], 700)].concat(), 1).unwrap();
        store.put(&entries(&recent, 900), 1).unwrap();
        let (mut found, mut wanted) = (Vec::new(), Vec::new());
        let all = Budget::unlimited();
        store.each_word_inside(&piece, &all, &mut |word, with| found.push((word.to_owned(), with))).unwrap();
        let holds = |word: &str| word.char_indices().skip(1).any(|(at, _)| word[at..].starts_with(&piece));
        store.each_word("", &all, &mut |word, with| if holds(word) { wanted.push((word.to_owned(), with)) }).unwrap();
        prop_assert!(piece != "ab" || found.len() > 400);
        prop_assert_eq!(found, wanted);
    }
}
