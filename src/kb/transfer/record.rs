//! An entry as it is written to a file, and lists as one text.

use super::fields::EXPORTED;
use crate::kb::entry::severity_word;
use crate::store::Entry;
use serde::Serialize;

/// An entry as it is written.
#[derive(Serialize)]
pub struct Written<'e> {
    id: &'e str,
    title: &'e str,
    problem: &'e str,
    solution: &'e str,
    category: &'e str,
    severity: &'e str,
    tags: &'e [String],
    aliases: &'e [String],
    references: &'e [String],
    related: &'e [String],
    author: &'e str,
    notes: &'e str,
}

impl<'e> From<&'e Entry> for Written<'e> {
    fn from(Entry { body: entry, notes, .. }: &'e Entry) -> Self {
        Self {
            id: &entry.id,
            title: &entry.title,
            problem: &entry.problem,
            solution: &entry.solution,
            category: &entry.category,
            severity: severity_word(entry.severity),
            tags: &entry.tags,
            aliases: &entry.aliases,
            references: &entry.references,
            related: &entry.related,
            author: &entry.author,
            notes,
        }
    }
}

impl Written<'_> {
    /// The columns of a CSV row, as [`EXPORTED`] names them.
    pub fn columns(&self) -> [String; EXPORTED.len()] {
        [
            self.id.to_owned(),
            self.title.to_owned(),
            self.problem.to_owned(),
            self.solution.to_owned(),
            self.category.to_owned(),
            self.severity.to_owned(),
            join(self.tags),
            join(self.aliases),
            join(self.references),
            join(self.related),
            self.author.to_owned(),
            self.notes.to_owned(),
        ]
    }
}

/// Items as one text. Before a `;` inside an item stands a backslash, and backslashes before it, or at the end of an item,
/// are doubled.
pub fn join(items: &[String]) -> String {
    let mut out = String::new();
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(';');
        }
        let mut backslashes = 0;
        for c in item.chars() {
            if c == ';' {
                out.extend(std::iter::repeat_n('\\', backslashes + 1));
            }
            backslashes = if c == '\\' { backslashes + 1 } else { 0 };
            out.push(c);
        }
        out.extend(std::iter::repeat_n('\\', backslashes));
    }
    out
}

/// What [`join`] joined. Blanks around items and empty items, as people write them, are left out.
pub fn split(text: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut backslashes = 0;
    for c in text.chars().map(Some).chain([None]) {
        if c == Some('\\') {
            backslashes += 1;
            continue;
        }
        let ends = matches!(c, Some(';') | None);
        let kept = if ends { backslashes / 2 } else { backslashes };
        let literal = ends && backslashes % 2 == 1;
        backslashes = 0;
        if let Some(item) = items.last_mut() {
            item.extend(std::iter::repeat_n('\\', kept));
            match c {
                // One backslash before the end of the text has nothing to hide: somebody wrote it.
                None if literal => item.push('\\'),
                Some(c) if c != ';' || literal => item.push(c),
                _ => {}
            }
        }
        if c == Some(';') && !literal {
            items.push(String::new());
        }
    }
    items.into_iter().map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
}
