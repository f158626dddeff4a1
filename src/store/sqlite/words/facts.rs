//! What an entry is, beside its words: category, tags, severity, codes, author. Each value has a list in the index as a word
//! has, under a name that no word can have, so that a filter is one more list. Owns these names.

use super::super::codec::severity_number;
use super::LONGEST;
use crate::store::{Named, NewEntry, Test};
use std::collections::BTreeSet;

/// What stands before the name of a list: no word has it.
const MARK: char = '\u{1}';
const SEVERITY: char = 'v';

/// The letter of a field that has lists, and how its names are written there, as statements compare them.
type Field = (char, fn(&str) -> String);

/// See [`Field`]; `None` for one without lists.
fn field(named: Named) -> Option<Field> {
    match named {
        Named::Category => Some(('c', str::to_lowercase)),
        Named::Tag => Some(('t', str::to_lowercase)),
        Named::Code => Some(('o', str::to_uppercase)),
        Named::Author => Some(('a', str::to_ascii_lowercase)),
        Named::Id | Named::File => None,
    }
}

/// The list of a value; `None` for one that is too long to have one.
fn list(field: char, name: &str) -> Option<String> {
    let list = format!("{MARK}{field}{name}");
    (list.len() <= LONGEST).then_some(list)
}

/// What the lists of `named` begin with whose values begin with `begins`; `None` if it has no lists.
pub fn beginning(named: Named, begins: &str) -> Option<String> {
    let (letter, written) = field(named)?;
    Some(format!("{MARK}{letter}{}", written(begins)))
}

/// The value that a list is of.
pub fn value(list: &str) -> &str {
    let mut rest = list.chars();
    rest.by_ref().take(2).for_each(drop);
    rest.as_str()
}

/// The lists that `entry` is on.
pub fn of(entry: &NewEntry) -> BTreeSet<String> {
    let one = std::slice::from_ref;
    let fields = [
        (Named::Category, one(&entry.category)),
        (Named::Author, one(&entry.author)),
        (Named::Tag, &entry.tags),
        (Named::Code, &entry.codes),
    ];
    let named = fields.into_iter().filter_map(|(named, names)| Some((field(named)?, names)));
    named
        .flat_map(|((letter, written), names)| {
            names.iter().filter_map(move |name| list(letter, &written(name)))
        })
        .chain(list(SEVERITY, &severity_number(entry.severity).to_string()))
        .collect()
}

/// The lists of which an entry must be on one for `test` to hold; `None` where lists do not tell.
pub fn lists(test: &Test) -> Option<Vec<String>> {
    match test {
        Test::Named(named, names) => {
            let (letter, written) = field(*named)?;
            let whole = |name: &&String| !name.ends_with('*');
            names
                .iter()
                .map(|name| Some(name).filter(whole).and_then(|name| list(letter, &written(name))))
                .collect()
        }
        Test::Severity(of) => of.iter().map(|number| list(SEVERITY, &number.to_string())).collect(),
        Test::Used(..) | Test::Changed(..) | Test::Has(_) => None,
    }
}
