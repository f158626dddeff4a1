//! What holds for every text: nothing panics, each line has an origin, and replacing is what a plain list of words says.

use super::super::words::{Kind, Stream, Text};
use super::*;
use crate::base::num::to_usize;
use proptest::prelude::*;
use std::ops::Range;

/// A word, and whether a blank is before it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Item {
    text: String,
    gap: bool,
}

const WORDS: [&str; 10] =
    ["A", "b", "AB", "WS-A", "t", "99", "Z.ZZ", "+1", "A-VERY-LONG-NAME-OF-30-LETTERS", "a"];

/// Words with signs and literals between them: only signs stand close to others.
fn items(most: usize) -> impl Strategy<Value = Vec<Item>> {
    let literal = prop_oneof![
        Just("'a'"),
        Just("\"A\""),
        Just("'it''s  a -- long one, with \"quotes\" in it'"),
        Just("''")
    ];
    let one = prop_oneof![
        8 => (0..WORDS.len()).prop_map(|i| WORDS[i].to_owned()),
        2 => prop_oneof![Just("("), Just(")"), Just(":"), Just(":"), Just("=")].prop_map(str::to_owned),
        1 => literal.prop_map(str::to_owned),
        1 => prop_oneof![Just("."), Just(",")].prop_map(str::to_owned),
    ];
    proptest::collection::vec((one, any::<bool>()), 0..most).prop_map(|parts| {
        let is_sign = |t: &str| matches!(t, "(" | ")" | ":" | "=");
        let is_end = |t: &str| matches!(t, "." | ",");
        let mut items: Vec<Item> = Vec::new();
        let mut width = 0;
        for (text, wanted) in parts {
            let gap = match items.last() {
                None => true,
                Some(last) if is_end(&last.text) => true,
                // Two of them are one delimiter of pseudo-text.
                Some(last) if text == "=" && last.text == "=" => true,
                Some(last) => {
                    wanted && !is_end(&text) || !(is_sign(&last.text) || is_sign(&text) || is_end(&text))
                }
            };
            // What stands together fits a line.
            let gap = gap || width + text.len() > 55;
            width = if gap { 0 } else { width } + text.len();
            items.push(Item { text, gap });
        }
        items
    })
}

/// Lines of fixed format, of these lengths about, with comments and blank lines among them.
fn laid_out(items: &[Item], breaks: &[u8]) -> String {
    let mut text = String::new();
    let mut line = String::new();
    let mut breaks = breaks.iter().copied().cycle();
    for (at, item) in items.iter().enumerate() {
        let rest = items[at + 1..].iter().take_while(|i| !i.gap);
        let width = item.text.len() + rest.map(|i| i.text.len()).sum::<usize>();
        let next = breaks.next().unwrap_or(0);
        if item.gap && (next < 40 || line.len() + 3 + width > 61) && !line.is_empty() {
            text += &format!("000100     {line:61}IDENT\n");
            line.clear();
            text += match next {
                0..=5 => "      * A COMMENT, 'with a quote\n",
                6..=8 => "\n",
                9..=10 => "      /\n",
                _ => "",
            };
        }
        if item.gap && !line.is_empty() {
            line += if next % 3 == 0 { "   " } else { " " };
        }
        line += &item.text;
    }
    if !line.is_empty() {
        text += &format!("           {line}\n");
    }
    text
}

/// Words as they stand together. A period or a parenthesis is a word of its own wherever it stands: behind words that were
/// replaced over a comment it stands on the line that it was on.
fn groups(items: &[Item]) -> Vec<String> {
    let mut groups: Vec<String> = Vec::new();
    let mut gap = true;
    let alone = |item: &Item| matches!(item.text.as_str(), "." | "(" | ")");
    for item in items {
        gap |= item.gap || alone(item);
        if item.text != "," {
            match groups.last_mut().filter(|_| !gap) {
                Some(group) => *group += &item.text,
                None => groups.push(item.text.clone()),
            }
            gap = alone(item);
        }
    }
    groups
}

fn groups_of(text: &[u8], from: usize) -> Vec<String> {
    let text = Text::new(&text[from..], SourceFormat::Fixed);
    let mut stream = Stream::new(&text);
    let mut items = Vec::new();
    while let Some(word) = stream.next() {
        let shown = String::from_utf8(text.bytes(&word).into_owned()).unwrap();
        match word.kind {
            Kind::Comment | Kind::Directive => {}
            _ => items.push(Item { text: shown, gap: !word.glued }),
        }
    }
    groups(&items)
}

/// Replacing as the language has it, on a list of words.
fn replaced(items: &[Item], rules: &[(Vec<Item>, Vec<Item>)]) -> Vec<Item> {
    let counts = |i: &&Item| i.text != ",";
    let same = |a: &Item, b: &Item| {
        if a.text.starts_with(['\'', '"']) { a.text == b.text } else { a.text.eq_ignore_ascii_case(&b.text) }
    };
    let matches = |at: usize, from: &[Item]| -> Option<Range<usize>> {
        // A comma counts for a pattern that is nothing else.
        let wanted: Vec<&Item> = from.iter().filter(|i| counts(i) || from.len() == 1).collect();
        let mut end = at;
        for (number, wanted) in wanted.iter().enumerate() {
            while number > 0 && items.get(end)?.text == "," {
                end += 1;
            }
            if !same(items.get(end)?, wanted) {
                return None;
            }
            end += 1;
        }
        (!wanted.is_empty()).then_some(at..end)
    };
    let mut out = Vec::new();
    let (mut at, mut gap) = (0, false);
    while let Some(item) = items.get(at) {
        gap |= item.gap;
        let Some((range, to)) = rules.iter().find_map(|(from, to)| Some((matches(at, from)?, to))) else {
            out.push(Item { text: item.text.clone(), gap: std::mem::take(&mut gap) });
            at += 1;
            continue;
        };
        for (number, new) in to.iter().enumerate() {
            let gap = std::mem::take(&mut gap) || (number > 0 && new.gap);
            out.push(Item { text: new.text.clone(), gap });
        }
        gap |= to.last().is_some_and(|i| matches!(i.text.as_str(), "." | ","));
        at = range.end;
    }
    out
}

/// Pseudo-text without blanks at its ends.
fn pseudo(items: &[Item], breaks: &[u8]) -> String {
    let mut items = items.to_vec();
    match items.as_mut_slice() {
        [] => items.push(Item { text: "====".to_owned(), gap: true }),
        [first, ..] => {
            first.text.insert_str(0, "==");
            if let Some(last) = items.last_mut() {
                last.text += "==";
            }
        }
    }
    laid_out(&items, breaks)
}

/// The same without equals signs, which would be taken for a part of the delimiters.
fn pseudo_items(most: usize) -> impl Strategy<Value = Vec<Item>> {
    items(most).prop_map(|mut items| {
        for item in &mut items {
            if item.text == "=" {
                ":".clone_into(&mut item.text);
            }
        }
        items
    })
}

fn any_text() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just("COPY "),
        Just("M"),
        Just("N"),
        Just(" REPLACING "),
        Just("=="),
        Just(" BY "),
        Just("."),
        Just(". "),
        Just(" OF "),
        Just("LEADING "),
        Just("TRAILING "),
        Just("\n       "),
        Just("\n           "),
        Just("\n      -    "),
        Just("\n      *"),
        Just("\nD"),
        Just("\n      D    "),
        Just("'"),
        Just("\""),
        Just("A"),
        Just(":T:"),
        Just("("),
        Just(")"),
        Just("REPLACE "),
        Just("OFF"),
        Just("ALSO "),
        Just("EXEC SQL "),
        Just("INCLUDE "),
        Just("END-EXEC"),
        Just("\r\n"),
        Just("\t"),
        Just("++INCLUDE M\n"),
        Just("-INC M\n"),
        Just(">>SOURCE FREE\n"),
        Just("       >>SOURCE FORMAT FIXED\n"),
        Just(" *> "),
        Just("ä"),
        Just("日本"),
        Just(","),
        Just("=")
    ];
    let known = proptest::collection::vec(piece, 0..60).prop_map(|p| p.concat().into_bytes());
    prop_oneof![3 => known, 1 => proptest::collection::vec(any::<u8>(), 0..300)]
}

fn formats() -> impl Strategy<Value = SourceFormat> {
    prop_oneof![Just(SourceFormat::Fixed), Just(SourceFormat::Free), Just(SourceFormat::Variable)]
}

/// How many texts are tried: enough for a push, or the number that `GREENBAR_TEST_CASES` says.
fn tries() -> ProptestConfig {
    let asked = std::env::var("GREENBAR_TEST_CASES").ok().and_then(|n| n.parse().ok());
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(asked.unwrap_or(400)) }
}

proptest! {
    #![proptest_config(tries())]

    #[test]
    fn any_text_is_taken(program in any_text(), member in any_text(), other in any_text(), format in formats()) {
        let shelf = Shelf::of([("M", member), ("N", other)]);
        let expanded = shelf.expand(&program, format);
        prop_assert!(expanded.origins.iter().all(|o| to_usize(o.source.into()) <= expanded.copies.len()));
        if expanded.copies.is_empty() && !expanded.text.windows(7).any(|w| w == b"REPLACE") {
            prop_assert_eq!(&expanded.text, &program);
        }
        for (number, copy) in expanded.copies.iter().enumerate() {
            prop_assert!(to_usize(copy.at.source.into()) <= number, "what it is in comes before it");
        }
    }

    #[test]
    fn replacing_is_what_a_list_of_words_says(
        member in items(60),
        rules in proptest::collection::vec((pseudo_items(4), pseudo_items(9)), 1..4),
        breaks in proptest::collection::vec(any::<u8>(), 1..20),
        by_copy: bool,
    ) {
        let pairs: String = rules.iter().map(|(from, to)| pseudo(from, &breaks) + "           BY\n" + &pseudo(to, &breaks)).collect();
        let body = laid_out(&member, &breaks);
        let shelf = Shelf::of([("M", body.clone())]);
        let program = if by_copy {
            format!("           COPY M REPLACING\n{pairs}           .\n")
        } else {
            format!("           REPLACE\n{pairs}           .\n{body}")
        };
        let expanded = shelf.expand(&program, SourceFormat::Fixed);
        prop_assert!(expanded.problems.is_empty(), "{:?}\n{program}", expanded.problems);
        let text = String::from_utf8(expanded.text.clone()).unwrap();
        for line in text.lines() {
            prop_assert!(line.get(72..).is_none_or(|rest| rest.is_empty() || rest == "IDENT"), "{line:?}");
        }
        prop_assert_eq!(groups_of(&expanded.text, 0), groups(&replaced(&member, &rules)), "{}\n{}\n{}", program, body, text);
    }
}
