//! The fields of an entry in a file, and how they are set.

use super::{Flaw, Taken};
use crate::kb::entry::{SEVERITY_WORDS, severity_of, severity_word};
use crate::store::NewEntry;
use serde::Serialize;

/// The fields in the order in which they are written.
pub const FIELDS: [&str; 11] = [
    "id",
    "title",
    "problem",
    "solution",
    "category",
    "severity",
    "tags",
    "aliases",
    "references",
    "related",
    "author",
];

/// Fields that the store makes and shows with an entry; in a file they mean nothing.
pub const MADE_BY_STORE: [&str; 11] = [
    "codes",
    "starter_version",
    "row",
    "origin",
    "notes",
    "usage_count",
    "worked",
    "failed",
    "created_at",
    "updated_at",
    "damaged",
];

/// What a field holds.
pub enum Value {
    Text(String),
    List(Vec<String>),
}

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
}

impl<'e> From<&'e NewEntry> for Written<'e> {
    fn from(entry: &'e NewEntry) -> Self {
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
        }
    }
}

impl Written<'_> {
    /// The columns of a CSV row, as [`FIELDS`] names them.
    pub fn columns(&self) -> [String; FIELDS.len()] {
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
        ]
    }
}

/// Whether the field is a list.
pub fn is_list(field: &str) -> bool {
    matches!(field, "tags" | "aliases" | "references" | "related")
}

/// Sets `field`, one of [`FIELDS`].
pub fn set(entry: &mut NewEntry, field: &str, value: Value) -> Taken<()> {
    match (field, value) {
        ("id", Value::Text(text)) => entry.id = text,
        ("title", Value::Text(text)) => entry.title = text,
        ("problem", Value::Text(text)) => entry.problem = text,
        ("solution", Value::Text(text)) => entry.solution = text,
        ("category", Value::Text(text)) => entry.category = text,
        ("author", Value::Text(text)) => entry.author = text,
        ("severity", Value::Text(text)) if text.trim().is_empty() => {}
        ("severity", Value::Text(text)) => {
            entry.severity = severity_of(&text).ok_or_else(|| {
                let text: String = text.chars().take(40).collect();
                Flaw::new(field, format!("it is \"{}\": write {SEVERITY_WORDS}", text.escape_debug()))
            })?;
        }
        ("tags", Value::List(items)) => entry.tags = items,
        ("aliases", Value::List(items)) => entry.aliases = items,
        ("references", Value::List(items)) => entry.references = items,
        ("related", Value::List(items)) => entry.related = items,
        _ => return Err(unknown(field)),
    }
    Ok(())
}

/// A field that no entry has.
pub fn unknown(field: &str) -> Flaw {
    let name: String = field.chars().take(60).collect();
    let near = FIELDS
        .iter()
        .map(|known| (strsim::damerau_levenshtein(&name.to_lowercase(), known), known))
        .min()
        .filter(|(distance, _)| *distance <= 2)
        .map(|(_, known)| format!(" (\"{known}\"?)"))
        .unwrap_or_default();
    let reason = format!(
        "entries have no such field{near}: rename it or take it out; there are {}",
        FIELDS.join(", ")
    );
    Flaw::new(&name, reason)
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
