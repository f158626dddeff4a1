//! The fields of an entry: what files call them, and how a value becomes what an entry holds. A field under its own name is
//! taken as it is, for what is exported must come back; under another name, or from a text that somebody wrote for other
//! readers, blanks, separators, letter case and HTML are made into what entries have.

use super::{Flaw, Taken, html, sections};
use crate::kb::entry::{SEVERITY_WORDS, severity_of};
use crate::store::{NewEntry, Severity};

/// A field that a file can give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Id,
    Title,
    Problem,
    Solution,
    Category,
    Severity,
    Tags,
    Aliases,
    References,
    Related,
    Author,
    Notes,
    /// Codes that the entry is about. They are found in what it says; others that somebody gives become aliases.
    Codes,
    /// A whole article: its headings say what is the problem and what the solution.
    Body,
    /// Why it happens: a part of the problem.
    Cause,
}

/// The fields that are exported, in their order.
pub const EXPORTED: [&str; 12] = [
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
    "notes",
];

/// What files call the fields; the first is the field's own name. Compared in lower case, with blanks for other signs.
const NAMES: [(Field, &[&str]); 15] = [
    (
        Field::Id,
        &["id", "number", "kb number", "kb id", "article number", "article id", "knowledge number", "key"],
    ),
    (
        Field::Title,
        &[
            "title",
            "short description",
            "summary",
            "subject",
            "headline",
            "name",
            "article title",
            "topic title",
        ],
    ),
    (
        Field::Problem,
        &[
            "problem",
            "symptom",
            "symptoms",
            "description",
            "problem description",
            "issue",
            "question",
            "details",
            "error description",
        ],
    ),
    (
        Field::Solution,
        &[
            "solution",
            "resolution",
            "fix",
            "answer",
            "workaround",
            "resolution notes",
            "close notes",
            "resolution steps",
            "action",
            "remedy",
        ],
    ),
    (
        Field::Category,
        &[
            "category",
            "categories",
            "kb category",
            "knowledge category",
            "component",
            "area",
            "product",
            "topic",
        ],
    ),
    (Field::Severity, &["severity", "priority", "impact", "urgency"]),
    (Field::Tags, &["tags", "tag", "keywords", "keyword", "labels", "label", "meta"]),
    (Field::Aliases, &["aliases", "alias", "also known as", "aka", "synonyms", "other names"]),
    (Field::References, &["references", "reference", "refs", "links", "link", "url", "source", "see"]),
    (Field::Related, &["related", "related articles", "related entries", "see also", "related ids"]),
    (Field::Author, &["author", "authors", "owner", "created by", "written by", "sys created by"]),
    (Field::Notes, &["notes", "note", "comments", "comment", "work notes", "remarks"]),
    (
        Field::Codes,
        &["codes", "code", "error code", "error codes", "abend", "abend code", "message id", "message ids"],
    ),
    (
        Field::Body,
        &["body", "text", "article body", "article", "content", "article text", "kb text", "wiki", "html"],
    ),
    (Field::Cause, &["cause", "root cause", "causes", "reason"]),
];

/// What the store makes itself: in a file it means nothing, and nothing is lost with it.
const MADE: [&str; 27] = [
    "starter version",
    "row",
    "origin",
    "usage count",
    "worked",
    "failed",
    "success rate",
    "created at",
    "updated at",
    "damaged",
    "created",
    "updated",
    "date",
    "created on",
    "updated on",
    "modified",
    "last modified",
    "lastmod",
    "last updated",
    "sys created on",
    "sys updated on",
    "sys updated by",
    "sys id",
    "sys mod count",
    "published",
    "view count",
    "use count",
];

/// What a name in a file stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A field, by its own name or by another.
    Field(Field, bool),
    /// What the store makes itself.
    Made,
    /// Nothing that entries have.
    Unknown,
}

impl Field {
    /// What a file calls so.
    pub fn named(name: &str) -> Meaning {
        let name = plain(name);
        let found = NAMES.iter().find_map(|(field, names)| {
            names.iter().position(|n| *n == name).map(|at| Meaning::Field(*field, at == 0))
        });
        found.unwrap_or(if MADE.contains(&name.as_str()) { Meaning::Made } else { Meaning::Unknown })
    }

    /// Its own name.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(field, _)| *field == self).and_then(|(_, names)| names.first()).unwrap_or(&"")
    }

    /// Whether it holds several texts.
    pub fn is_list(self) -> bool {
        matches!(self, Self::Tags | Self::Aliases | Self::References | Self::Related | Self::Codes)
    }

    /// Whether it is a text of many lines, of which another one may be a part.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Problem | Self::Solution | Self::Notes | Self::Body | Self::Cause)
    }
}

/// A name in lower case, with one blank for all other signs.
fn plain(name: &str) -> String {
    let lower = name.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A name of a file that is nearly that of a field: somebody has misspelt it.
pub fn misspelt(name: &str) -> Option<Flaw> {
    let name: String = name.chars().take(60).collect();
    let lower = plain(&name);
    let most = match lower.chars().count() {
        0..4 => 0,
        4..6 => 1,
        _ => 2,
    };
    let near = EXPORTED
        .iter()
        .map(|known| (strsim::damerau_levenshtein(&lower, known), known))
        .min()
        .filter(|(distance, _)| *distance <= most)
        .map(|(_, known)| *known)?;
    let reason = format!(
        "entries have no such field (\"{near}\"?): rename it or take it out; there are {}",
        EXPORTED.join(", ")
    );
    Some(Flaw::new(&name, reason))
}

/// What a field holds.
#[derive(Debug)]
pub enum Value {
    Text(String),
    List(Vec<String>),
}

impl Value {
    fn text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::List(items) => items.join(", "),
        }
    }

    fn items(self, comma: bool) -> Vec<String> {
        let text = match self {
            Self::List(items) => return items,
            Self::Text(text) => text,
        };
        let by = |c: char| matches!(c, ';' | '\n') || (comma && c == ',');
        text.split(by).map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }
}

/// An entry as far as it was read.
#[derive(Debug, Default)]
pub struct Draft {
    /// The entry.
    pub entry: NewEntry,
    /// Notes of the site; empty for none.
    pub notes: String,
    /// Codes that somebody gave.
    pub codes: Vec<String>,
    /// Names in the file that mean nothing here.
    pub unused: Vec<String>,
    /// The id was not said: it is made from the name of the file.
    pub made_id: bool,
    /// What is worth knowing about how it was read.
    pub remark: Option<&'static str>,
}

impl Draft {
    /// Sets a field under its own name: as it is.
    ///
    /// # Errors
    /// When a severity is none.
    pub fn set(&mut self, field: Field, value: Value) -> Taken<()> {
        let entry = &mut self.entry;
        match field {
            Field::Id => entry.id = value.text(),
            Field::Title => entry.title = value.text(),
            Field::Problem => entry.problem = value.text(),
            Field::Solution => entry.solution = value.text(),
            Field::Category => entry.category = value.text(),
            Field::Author => entry.author = value.text(),
            Field::Notes => self.notes = value.text(),
            Field::Severity => {
                let text = value.text();
                if !text.trim().is_empty() {
                    entry.severity = severity_of(&text).ok_or_else(|| no_severity(&text))?;
                }
            }
            Field::Tags => entry.tags = value.items(false),
            Field::Aliases => entry.aliases = value.items(false),
            Field::References => entry.references = value.items(false),
            Field::Related => entry.related = value.items(false),
            Field::Codes => self.codes = value.items(true),
            Field::Body | Field::Cause => self.add_text(field, "", value.text()),
        }
        Ok(())
    }

    /// Sets a field that was written for other readers: `name` is what the file calls it.
    ///
    /// # Errors
    /// When a severity is none.
    pub fn set_loose(&mut self, field: Field, name: &str, value: Value) -> Taken<()> {
        match field {
            Field::Severity => {
                let text = value.text();
                if !text.trim().is_empty() {
                    self.entry.severity = loose_severity(&text).ok_or_else(|| no_severity(&text))?;
                }
                Ok(())
            }
            Field::Tags => {
                self.entry.tags = tags(value.items(true));
                Ok(())
            }
            Field::Problem | Field::Solution | Field::Notes | Field::Body | Field::Cause => {
                self.add_text(field, name, value.text());
                Ok(())
            }
            Field::References => self.set(field, Value::List(one_line_each(&value.items(false)))),
            _ if field.is_list() => self.set(field, Value::List(one_line_each(&value.items(true)))),
            _ => self.set(field, Value::Text(one_line(&value.text()))),
        }
    }

    /// Puts a text into its field, behind what is there.
    fn add_text(&mut self, field: Field, name: &str, text: String) {
        let text = if html::is_html(&text) { html::to_markdown(&text) } else { text };
        let text = text.trim_end().trim_start_matches(['\r', '\n']);
        if text.trim().is_empty() {
            return;
        }
        match field {
            Field::Body => {
                let parts = sections::split(text, sections::Style::Markdown);
                if self.entry.title.is_empty() {
                    self.entry.title = parts.title;
                }
                append(&mut self.entry.problem, "", &parts.problem);
                append(&mut self.entry.solution, "", &parts.solution);
            }
            Field::Cause => append(&mut self.entry.problem, "Cause", text),
            Field::Solution => append(&mut self.entry.solution, name, text),
            Field::Notes => append(&mut self.notes, name, text),
            _ => append(&mut self.entry.problem, name, text),
        }
    }

    /// A name that means nothing here.
    ///
    /// # Errors
    /// When it looks like a field's name that was misspelt.
    pub fn unknown(&mut self, name: &str) -> Taken<()> {
        match misspelt(name) {
            Some(flaw) => Err(flaw),
            None => {
                self.unused.push(name.chars().take(60).collect());
                Ok(())
            }
        }
    }
}

/// `text` behind what is in `to`, under a heading if there is something.
pub fn append(to: &mut String, heading: &str, text: &str) {
    if text.is_empty() {
        return;
    }
    if !to.is_empty() {
        to.push_str("\n\n");
        if !heading.is_empty() {
            to.push_str("## ");
            to.push_str(heading);
            to.push_str("\n\n");
        }
    }
    to.push_str(text);
}

fn no_severity(text: &str) -> Flaw {
    let text: String = text.chars().take(40).collect();
    Flaw::new("severity", format!("it is \"{}\": write {SEVERITY_WORDS}", text.escape_debug()))
}

/// Words and numbers that other programs have for severities: `1 - Critical`, `P2`, `high`.
const SEVERITIES: [(Severity, &[&str]); 4] = [
    (Severity::Severe, &["critical", "severe", "fatal", "disaster", "1", "p1", "s", "u"]),
    (Severity::Error, &["high", "error", "major", "important", "2", "p2", "e"]),
    (Severity::Warning, &["moderate", "medium", "normal", "warning", "warn", "minor", "3", "p3", "w"]),
    (
        Severity::Info,
        &["low", "planning", "info", "information", "informational", "trivial", "4", "5", "p4", "p5", "i"],
    ),
];

/// The severity that other programs call so.
fn loose_severity(text: &str) -> Option<Severity> {
    if let Some(severity) = severity_of(text) {
        return Some(severity);
    }
    plain(text).split(' ').find_map(|word| {
        SEVERITIES.iter().find(|(_, words)| words.contains(&word)).map(|(severity, _)| *severity)
    })
}

/// Tags as entries have them: lower case words with hyphens.
fn tags(items: Vec<String>) -> Vec<String> {
    let mut made: Vec<String> = Vec::new();
    for item in items {
        let lower = item.to_lowercase();
        let words =
            lower.split(|c: char| c.is_whitespace() || c.is_control() || matches!(c, ',' | ';' | '"'));
        let tag = words.filter(|w| !w.is_empty()).collect::<Vec<_>>().join("-");
        let tag = tag.trim_start_matches('#').to_owned();
        // A letter whose lower case is none, as of some scripts, cannot be in a tag.
        if !tag.is_empty() && !tag.contains(char::is_uppercase) && !made.contains(&tag) {
            made.push(tag);
        }
    }
    made
}

fn one_line_each(items: &[String]) -> Vec<String> {
    items.iter().map(|item| one_line(item)).filter(|item| !item.is_empty()).collect()
}

/// Blanks, line ends and controls in a row as one blank; nothing at the ends.
pub fn one_line(text: &str) -> String {
    let parts = text.split(|c: char| c.is_whitespace() || c.is_control());
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
