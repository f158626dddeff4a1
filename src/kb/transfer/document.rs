//! One document, one entry: markdown with front matter, plain text, HTML. A document that an export wrote is read back
//! exactly; of any other title, problem and solution are found in what somebody wrote for readers.

use super::fields::{Draft, Field, Meaning, one_line};
use super::front::{self, Cut};
use super::sections::{self, Style};
use super::{Flaw, Row, Taken, html};
use crate::kb::entry::{self, LONGEST_ID, LONGEST_TITLE};
use std::path::Path;

/// How the text of a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Markdown, with front matter or without.
    Markdown,
    /// Lines of text: notes, logs.
    Text,
    /// A page.
    Html,
}

/// A document that is to become an entry.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its name within what is imported, with `/` between folders.
    pub name: String,
    /// How its text is written.
    pub manner: Manner,
    /// Its text, or why it has none.
    pub text: std::result::Result<String, String>,
    /// Bytes of the file.
    pub bytes: u64,
    /// How it was decoded, where that was a guess.
    pub remark: Option<&'static str>,
}

impl Document {
    /// The entry that it is. `category` is for those that say none and lie in no folder.
    pub(super) fn row(self, category: &str) -> Row {
        let Self { name, manner, text, remark, .. } = self;
        let draft = text.map_err(Flaw::row).and_then(|text| {
            let mut draft = read(&name, manner, &text)?;
            complete(&mut draft, &name, category);
            draft.remark = remark;
            Ok(draft)
        });
        let number = draft.as_ref().err().and_then(|flaw| flaw.line).unwrap_or(1);
        Row { file: name.into(), number, draft }
    }
}

fn read(name: &str, manner: Manner, text: &str) -> Taken<Draft> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    match manner {
        Manner::Text => Ok(plain(text)),
        Manner::Html => markdown(&html::to_markdown(text)),
        Manner::Markdown => {
            // What an export wrote.
            if let Ok((entry, notes)) = entry::from_file(text) {
                return Ok(Draft { entry, notes, ..Draft::default() });
            }
            markdown(text)
        }
    }
    .map(|mut draft| {
        if draft.entry.title.is_empty() {
            draft.entry.title = title_of(name);
        }
        draft
    })
}

/// What nobody said: an id, a category.
fn complete(draft: &mut Draft, name: &str, category: &str) {
    if draft.entry.id.is_empty() {
        draft.entry.id = id_of(name);
        draft.made_id = true;
    }
    if draft.entry.category.is_empty() {
        let folder = name.split_once('/').map(|(folder, _)| one_line(folder)).unwrap_or_default();
        let fits = !folder.is_empty() && folder.chars().count() <= entry::LONGEST_CATEGORY;
        draft.entry.category = if fits { folder } else { category.to_owned() };
    }
}

fn markdown(text: &str) -> Taken<Draft> {
    let Cut { front, body } = front::cut(text);
    let mut draft = Draft::default();
    if let Some((kind, fields)) = front {
        for (name, line, value) in front::fields(kind, fields)? {
            let set = match (Field::named(&name), value) {
                (Meaning::Made, _) => Ok(()),
                (Meaning::Unknown, _) => draft.unknown(&name),
                (Meaning::Field(..), None) => {
                    draft.unused.push(name);
                    Ok(())
                }
                (Meaning::Field(field, _), Some(value)) => draft.set_loose(field, &name, value),
            };
            set.map_err(|flaw| flaw.on_line(line))?;
        }
    }
    let body = if html::is_html(body) && !body.contains("```") && body.trim_start().starts_with('<') {
        html::to_markdown(body)
    } else {
        body.replace("\r\n", "\n")
    };
    let parts = sections::split(&body, Style::Markdown);
    if draft.entry.title.is_empty() {
        draft.entry.title = fitting(&parts.title);
    }
    if draft.entry.title.is_empty() {
        draft.entry.title = first_line(&parts.problem).unwrap_or_default();
    }
    super::fields::append(&mut draft.entry.problem, "", &parts.problem);
    super::fields::append(&mut draft.entry.solution, "", &parts.solution);
    Ok(draft)
}

/// Lines of text: the first one is the title.
fn plain(text: &str) -> Draft {
    let text = text.replace("\r\n", "\n");
    let mut draft = Draft::default();
    let mut body = sections::trimmed(&text);
    if let Some(title) = first_line(body) {
        draft.entry.title = title;
        // Above an empty line or a ruler it is nothing but a title.
        let (_, rest) = body.split_once('\n').unwrap_or((body, ""));
        let next = rest.lines().next().unwrap_or_default().trim();
        let ruler = next.len() >= 3 && next.bytes().all(|b| b"=-*~".contains(&b));
        if ruler {
            body = rest.split_once('\n').map_or("", |(_, rest)| rest);
        } else if next.is_empty() && !rest.trim().is_empty() {
            body = rest;
        }
    }
    let parts = sections::split(body, Style::Plain);
    draft.entry.problem = parts.problem;
    draft.entry.solution = parts.solution;
    draft
}

/// The first line that says something, as a title, if it fits.
fn first_line(text: &str) -> Option<String> {
    let line = text.lines().map(str::trim).find(|line| line.chars().any(char::is_alphanumeric))?;
    let title = one_line(line.trim_matches(|c: char| matches!(c, '#' | '*' | '=' | '-' | ' ' | '\t')));
    (!title.is_empty() && title.chars().count() <= LONGEST_TITLE).then_some(title)
}

/// A title, if it fits.
fn fitting(title: &str) -> String {
    let title = one_line(title);
    if title.chars().count() <= LONGEST_TITLE { title } else { String::new() }
}

/// A title from the name of a file.
fn title_of(name: &str) -> String {
    let stem =
        Path::new(name).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let words = one_line(&stem.replace(['_', '-'], " "));
    let title: String = words.chars().take(LONGEST_TITLE).collect();
    if title.trim().is_empty() { "Untitled".to_owned() } else { title.trim().to_owned() }
}

/// The id of a document that says none: always the same for the same name, so that it is known again when it is imported
/// again. No code is read from it, and no starter entry has such an id.
fn id_of(name: &str) -> String {
    let path = Path::new(name);
    let stem = path.with_extension("");
    let stem = stem.to_string_lossy();
    let mut id = String::from("F-");
    for c in stem.to_uppercase().chars() {
        if c.is_alphanumeric() {
            id.push(c);
        } else if !id.ends_with('-') {
            id.push('-');
        }
    }
    let id = id.trim_end_matches('-');
    if id.chars().count() <= LONGEST_ID && id.len() > 2 {
        return id.to_owned();
    }
    let hash = blake3::hash(name.as_bytes()).to_hex();
    let short: String = id.chars().take(LONGEST_ID - 9).collect();
    format!("{short}-{}", hash.get(..8).unwrap_or_default().to_uppercase())
}
