//! What the entries that match are: how many of each category, severity, tag and age, each with the piece of a query that asks for
//! just these. Owns what is counted; must not know who shows it.

use crate::base::Word;
use crate::base::num::to_u64;
use crate::kb::query::{Field, Moment, Query, Unit, parse, severity_name, value_shown};
use crate::store::{EntryHead, Named, Severity, UnixMs};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Categories and tags that are given, the most frequent ones.
const CATEGORIES: usize = 8;
const TAGS: usize = 12;

/// What the entries that match are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Facets {
    /// How many entries were counted.
    pub of: u64,
    /// These are all that match.
    pub whole: bool,
    /// Category, severity, tag and age, in this order; those that say nothing are left out.
    pub groups: Vec<Group>,
}

/// The values of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// `category`, `severity`, `tag` or `age`.
    pub name: String,
    /// Its values, the most frequent first; of severity the worst, of age the newest.
    pub values: Vec<Value>,
}

/// A value of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value {
    /// As people read it.
    pub name: String,
    /// What asks for it in a query: `category:db2`.
    pub asks: String,
    /// How many of the entries have it.
    pub entries: u64,
}

/// How old entries may be at most, as people read it and in hours; older ones are all others.
const AGES: [(&str, Moment); 4] = [
    ("last day", Moment::Ago(1, Unit::Day)),
    ("last week", Moment::Ago(7, Unit::Day)),
    ("last 30 days", Moment::Ago(30, Unit::Day)),
    ("last year", Moment::Ago(1, Unit::Year)),
];

impl Facets {
    /// Counts `heads`; `whole` says that these are all that match.
    pub fn of(heads: &[&EntryHead], whole: bool, now: UnixMs) -> Self {
        let mut groups = Vec::new();
        let mut add = |name: &str, values: Vec<Value>| {
            if !values.is_empty() {
                groups.push(Group { name: name.to_owned(), values });
            }
        };
        add("category", most(heads.iter().map(|head| head.category.as_str()), Named::Category, CATEGORIES));
        let severities = [Severity::Severe, Severity::Error, Severity::Warning, Severity::Info];
        let of_severity = severities.iter().map(|severity| {
            let name = severity_name(*severity);
            let entries = heads.iter().filter(|head| head.severity == *severity).count();
            Value { name: name.to_owned(), asks: format!("severity:{name}"), entries: to_u64(entries) }
        });
        add("severity", of_severity.filter(|value| value.entries > 0).collect());
        add("tag", most(heads.iter().flat_map(|head| head.tags.iter().map(Word::as_str)), Named::Tag, TAGS));
        add("age", ages(heads, now));
        Self { of: to_u64(heads.len()), whole, groups }
    }
}

/// The most frequent of `names`.
fn most<'h>(names: impl Iterator<Item = &'h str>, field: Named, at_most: usize) -> Vec<Value> {
    let mut counted: HashMap<&str, u64> = HashMap::new();
    for name in names {
        *counted.entry(name).or_default() += 1;
    }
    let mut counted: Vec<(&str, u64)> = counted.into_iter().collect();
    counted.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    counted.truncate(at_most);
    let field = Field::Named(field).name();
    let value = |(name, entries): (&str, u64)| Value {
        name: name.to_owned(),
        asks: format!("{field}:{}", value_shown(name)),
        entries,
    };
    counted.into_iter().map(value).collect()
}

/// How many were changed in the last day, week and so on, each holding those before it, and how many earlier.
fn ages(heads: &[&EntryHead], now: UnixMs) -> Vec<Value> {
    let mut ages: Vec<Value> = Vec::new();
    for (name, moment) in AGES {
        let entries = to_u64(heads.iter().filter(|head| head.updated_at >= moment.at(now)).count());
        if entries > ages.last().map_or(0, |age| age.entries) {
            ages.push(Value { name: name.to_owned(), asks: format!("since:{}", moment.shown()), entries });
        }
    }
    let year = Moment::Ago(1, Unit::Year);
    let older = to_u64(heads.iter().filter(|head| head.updated_at < year.at(now)).count());
    if older > 0 {
        let asks = format!("before:{}", year.shown());
        ages.push(Value { name: "older".to_owned(), asks, entries: older });
    }
    ages
}

/// Whether `text` asks for what `asks` does.
pub fn is_asked(text: &str, asks: &str) -> bool {
    pieces(text).contains(&shown(asks))
}

/// `text` with what `asks` does, or without it where it was in it.
pub fn toggled(text: &str, asks: &str) -> String {
    let asked = shown(asks);
    let all = pieces(text);
    if all.contains(&asked) {
        let rest: Vec<String> = all.into_iter().filter(|piece| *piece != asked).collect();
        return rest.join(" ");
    }
    let gap = if text.is_empty() || text.ends_with(' ') { "" } else { " " };
    format!("{text}{gap}{asks} ")
}

fn shown(asks: &str) -> String {
    parse(asks).shown()
}

/// The pieces of a query, each as it is written.
fn pieces(text: &str) -> Vec<String> {
    let query: Query = parse(text);
    query.pieces()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::EntryRow;

    fn head(row: i64, category: &str, severity: Severity, tags: &[&str], updated_at: UnixMs) -> EntryHead {
        EntryHead {
            row: EntryRow(row),
            id: format!("E{row}"),
            title: String::new(),
            category: category.into(),
            severity,
            tags: tags.iter().map(|tag| Word::from(*tag)).collect(),
            aliases: Vec::new(),
            codes: Vec::new(),
            usage_count: 0,
            worked: 0,
            failed: 0,
            updated_at,
        }
    }

    #[test]
    fn values_are_counted_with_what_asks_for_them() {
        const DAY: i64 = 86_400_000;
        let now = 1_000 * DAY;
        let heads = [
            head(1, "Db2", Severity::Error, &["lock", "two words"], now - DAY / 2),
            head(2, "Db2", Severity::Severe, &["lock"], now - 3 * DAY),
            head(3, "CICS", Severity::Error, &[], now - 500 * DAY),
        ];
        let facets = Facets::of(&heads.iter().collect::<Vec<_>>(), true, now);
        let told: Vec<String> = facets
            .groups
            .iter()
            .flat_map(|group| &group.values)
            .map(|value| format!("{} {}", value.asks, value.entries))
            .collect();
        assert_eq!(
            told,
            [
                "category:Db2 2",
                "category:CICS 1",
                "severity:severe 1",
                "severity:error 2",
                "tag:lock 2",
                "tag:\"two words\" 1",
                "since:1d 1",
                "since:7d 2",
                "before:1y 1"
            ]
        );
        assert_eq!((facets.of, facets.whole), (3, true));
    }

    #[test]
    fn what_is_picked_goes_into_the_query_and_out_again() {
        for (text, asks, with) in [
            ("lock", "category:Db2", "lock category:Db2 "),
            ("", "tag:\"two words\"", "tag:\"two words\" "),
            ("lock category:CICS ", "category:Db2", "lock category:CICS category:Db2 "),
        ] {
            assert_eq!(toggled(text, asks), with);
            assert!(is_asked(with, asks) && !is_asked(text, asks), "{text}");
            assert_eq!(toggled(with, asks), text.trim_end());
        }
    }
}
