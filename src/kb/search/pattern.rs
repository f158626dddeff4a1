//! Patterns of a query: regular expressions that the texts of entries must match, in any letter case. Owns how large one may be
//! and what is said of one that is none. Invariant: a pattern is found in a time that grows with the text only.

use crate::kb::query::Pattern;
use crate::store::NewEntry;
use regex::{Regex, RegexBuilder};

/// Bytes that one pattern may take, compiled.
const COMPILED: usize = 1 << 20;

/// The patterns of a query, ready to be looked for.
#[derive(Debug, Default)]
pub struct Patterns(Vec<(bool, Regex)>);

impl Patterns {
    /// Those of a query, and what is wrong with those that are none.
    pub fn of(patterns: &[Pattern]) -> (Self, Vec<String>) {
        let (mut compiled, mut wrong) = (Vec::new(), Vec::new());
        for pattern in patterns {
            // A slash is escaped for the query only.
            let built = RegexBuilder::new(&pattern.text.replace("\\/", "/"))
                .case_insensitive(true)
                .multi_line(true)
                .size_limit(COMPILED)
                .dfa_size_limit(COMPILED)
                .build();
            match built {
                Ok(regex) => compiled.push((pattern.not, regex)),
                Err(error) => wrong.push(format!("/{}/ was left out: {}.", pattern.text, reason(&error))),
            }
        }
        (Self(compiled), wrong)
    }

    /// There are none.
    pub fn is_idle(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether all of them are in the title, the problem, the solution or a tag of an entry; those that must not be are not.
    pub fn fit(&self, entry: &NewEntry) -> bool {
        self.0.iter().all(|(not, regex)| {
            let texts = [&entry.title, &entry.problem, &entry.solution].into_iter().chain(&entry.tags);
            *not != texts.into_iter().any(|text| regex.is_match(text))
        })
    }
}

/// Why a pattern is none, in one line, with the place.
fn reason(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(limit) => format!("it is too large (over {} KiB compiled)", limit >> 10),
        regex::Error::Syntax(told) => {
            // Told over several lines: the pattern, a line with ^ below the place, and the reason.
            let lines: Vec<&str> = told.lines().collect();
            let place =
                lines.iter().find(|line| line.trim_start().starts_with('^')).and_then(|l| l.find('^'));
            let why =
                lines.iter().rev().find_map(|line| line.strip_prefix("error: ")).unwrap_or("not a pattern");
            // The pattern is indented there by four.
            place.map_or(why.to_owned(), |at| format!("{why}, at character {}", at.saturating_sub(3)))
        }
        _ => "it is not a pattern".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(of: &[&str]) -> (Patterns, Vec<String>) {
        let one = |text: &&str| Pattern {
            not: text.starts_with('-'),
            text: text.trim_start_matches('-').to_owned(),
        };
        Patterns::of(&of.iter().map(one).collect::<Vec<_>>())
    }

    #[test]
    fn what_is_no_pattern_is_said_with_its_place() {
        let (kept, wrong) = patterns(&["ab(c", "s0c[47]", "x{1000}{1000}"]);
        assert_eq!(kept.0.len(), 1);
        assert_eq!(wrong[0], "/ab(c/ was left out: unclosed group, at character 3.");
        assert!(wrong[1].contains("too large"), "{wrong:?}");
    }

    #[test]
    fn every_text_of_an_entry_counts() {
        let entry = NewEntry {
            title: "S0C7 in PAYR010".into(),
            problem: "one\n/u/two".into(),
            tags: vec!["packed".into()],
            ..NewEntry::default()
        };
        for (of, fits) in [
            (&["s0c[47]"][..], true),
            (&["^/u", "pack"][..], true),
            (&["\\/u\\/"][..], true),
            (&["s0c4"][..], false),
            (&["-s0c4", "payr\\d{3}"][..], true),
            (&["-payr"][..], false),
        ] {
            assert_eq!(patterns(of).0.fit(&entry), fits, "{of:?}");
        }
    }
}
