//! The text document of an entry: front matter in TOML between two lines `+++`, then the sections `# Problem` and
//! `# Solution` in markdown.
//!
//! Invariant: a document is read back exactly. A line of a text that looks like one of the two headings gets a backslash
//! in front, which reading takes away; a document is written with LF, and only one whose first line ends in CR LF has
//! all its CR LF turned to LF.

use super::{SEVERITY_WORDS, severity_of, severity_word};
use crate::base::{Result, UserError};
use crate::store::NewEntry;
use std::borrow::Cow;
use toml::de::{DeTable, DeValue};

const FENCE: &str = "+++";
const PROBLEM: &str = "# Problem";
const SOLUTION: &str = "# Solution";
const FIELDS: &str = "id, title, category, severity, tags, aliases, references, related and author";
/// A list whose items have more bytes than this gets a line for each.
const WIDE_LIST: usize = 70;

/// A field's value, or what was wanted in its place.
type Field<T> = std::result::Result<T, String>;

/// `entry` as a text document that people can edit.
pub fn to_document(entry: &NewEntry) -> String {
    to_file(entry, "")
}

/// The same with the notes of the site, for a file that is to be imported again.
pub fn to_file(entry: &NewEntry, notes: &str) -> String {
    let mut out = String::with_capacity(entry.problem.len() + entry.solution.len() + 1_024);
    out.push_str("+++\n");
    let mut field = |name: &str, value: &str| {
        for part in [name, " = ", value, "\n"] {
            out.push_str(part);
        }
    };
    field("id", &quoted(&entry.id));
    field("title", &quoted(&entry.title));
    field("category", &quoted(&entry.category));
    field("severity", &quoted(severity_word(entry.severity)));
    field("tags", &list(&entry.tags));
    field("aliases", &list(&entry.aliases));
    field("references", &list(&entry.references));
    field("related", &list(&entry.related));
    field("author", &quoted(&entry.author));
    if !notes.is_empty() {
        field("notes", &lines(notes));
    }
    out.push_str("+++\n");
    for (heading, text) in [(PROBLEM, &entry.problem), (SOLUTION, &entry.solution)] {
        out.push('\n');
        out.push_str(heading);
        out.push_str("\n\n");
        for (at, line) in text.split('\n').enumerate() {
            if at > 0 {
                out.push('\n');
            }
            if section_of(line.trim_start_matches('\\')).is_some() {
                out.push('\\');
            }
            out.push_str(line);
        }
        out.push('\n');
    }
    out
}

/// A TOML string on one line. JSON escapes mean the same in TOML; only DEL is not escaped there.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\x7F', "\\u007F")
}

/// A TOML string on as many lines as the text has.
fn lines(text: &str) -> String {
    if !text.contains('\n') {
        return quoted(text);
    }
    // Quotes in a line have a backslash in front, so three of them never end the text.
    let inner = |line: &str| {
        let quoted = quoted(line);
        let inner = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
        // A line that would end the fields is written so that it does not.
        if inner.trim_end() == FENCE { inner.replacen('+', "\\u002B", 1) } else { inner.to_owned() }
    };
    let lines: Vec<String> = text.split('\n').map(inner).collect();
    format!("\"\"\"\n{}\"\"\"", lines.join("\n"))
}

fn list(items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|item| quoted(item)).collect();
    if items.iter().map(String::len).sum::<usize>() > WIDE_LIST {
        format!("[\n    {},\n]", items.join(",\n    "))
    } else {
        format!("[{}]", items.join(", "))
    }
}

/// Which section a line begins.
fn section_of(line: &str) -> Option<&'static str> {
    [PROBLEM, SOLUTION].into_iter().find(|heading| line.trim_end() == *heading)
}

/// The entry that a document says. Not checked for being fit to be kept: see [`validate`](super::validate).
///
/// # Errors
/// Names the line and the field that cannot be used and what to write instead.
pub fn from_document(text: &str) -> Result<NewEntry> {
    match from_file(text)? {
        (entry, notes) if notes.is_empty() => Ok(entry),
        _ => Err(UserError::new("the document has notes of the site, which are not part of the entry").hint(
            "`greenbar kb import` takes both; or take them out, and write them with `greenbar kb note`",
        )),
    }
}

/// The entry that a file says, and the notes of the site.
///
/// # Errors
/// As [`from_document`].
pub fn from_file(text: &str) -> Result<(NewEntry, String)> {
    let text = unix_lines(text.strip_prefix('\u{FEFF}').unwrap_or(text));
    let (front, body, body_line) = split(&text)?;
    let (mut entry, notes) = front_matter(front)?;
    (entry.problem, entry.solution) = sections(body, body_line)?;
    Ok((entry, notes))
}

fn unix_lines(text: &str) -> Cow<'_, str> {
    let windows = text.split('\n').next().is_some_and(|first| first.ends_with('\r'));
    if windows { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) }
}

/// The front matter (which begins on line 2), what is behind it, and the line on which that begins.
fn split(text: &str) -> Result<(&str, &str, usize)> {
    let shape = "write the fields between two lines +++, then # Problem and # Solution";
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    if first.trim_end() != FENCE {
        return Err(at(1, "the document does not begin with +++").hint(shape));
    }
    let mut length = 0;
    for (nth, line) in lines.enumerate() {
        if line.trim_end() == FENCE {
            let (start, end) = (first.len(), first.len() + length);
            let front = text.get(start..end).unwrap_or_default();
            let body = text.get(end + line.len()..).unwrap_or_default();
            return Ok((front, body, nth + 3));
        }
        length += line.len();
    }
    Err(at(1, "the +++ that ends the fields is missing").hint(shape))
}

fn at(line: usize, what: &str) -> UserError {
    UserError::new(format!("line {line}: {what}"))
}

/// The entry without its texts, and the notes.
fn front_matter(front: &str) -> Result<(NewEntry, String)> {
    // The front matter begins on line 2 of the document.
    let line_of = |byte: usize| front.bytes().take(byte).filter(|b| *b == b'\n').count() + 2;
    let table = DeTable::parse(front).map_err(|error| {
        let line = line_of(error.span().map_or(0, |span| span.start));
        at(line, "the fields cannot be read")
            .cause(error.message())
            .hint("write each as name = \"text\" or name = [\"item\", \"item\"]")
    })?;
    let (mut entry, mut notes) = (NewEntry::default(), String::new());
    for (key, value) in table.into_inner() {
        let line = line_of(key.span().start);
        let name = key.into_inner();
        let done = if name == "notes" {
            text(value.get_ref()).map(|text| notes = text)
        } else {
            set(&mut entry, &name, value.get_ref())
        };
        done.map_err(|wanted| at(line, &format!("{name} cannot be used")).hint(wanted))?;
    }
    Ok((entry, notes))
}

/// Sets the field `name`. What was wanted when the value does not fit.
fn set(entry: &mut NewEntry, name: &str, value: &DeValue<'_>) -> Field<()> {
    match name {
        "id" => entry.id = text(value)?,
        "title" => entry.title = text(value)?,
        "category" => entry.category = text(value)?,
        "author" => entry.author = text(value)?,
        "severity" => {
            entry.severity = severity_of(&text(value)?).ok_or_else(|| format!("write {SEVERITY_WORDS}"))?;
        }
        "tags" => entry.tags = texts(value)?,
        "aliases" => entry.aliases = texts(value)?,
        "references" => entry.references = texts(value)?,
        "related" => entry.related = texts(value)?,
        _ => return Err(format!("the fields are {FIELDS}")),
    }
    Ok(())
}

fn text(value: &DeValue<'_>) -> Field<String> {
    value.as_str().map(str::to_owned).ok_or_else(|| "write text in quotes".to_owned())
}

fn texts(value: &DeValue<'_>) -> Field<Vec<String>> {
    let wanted = || "write a list of texts: [\"item\", \"item\"]".to_owned();
    let items = value.as_array().ok_or_else(wanted)?;
    items.iter().map(|item| text(item.get_ref()).map_err(|_| wanted())).collect()
}

/// The texts of the two sections of `body`, which begins on line `first_line` of the document.
fn sections(body: &str, first_line: usize) -> Result<(String, String)> {
    let mut found: Vec<(&'static str, String)> = Vec::with_capacity(2);
    for (nth, line) in body.split_inclusive('\n').enumerate() {
        let bare = line.trim_start_matches('\\');
        let escaped = bare.len() < line.len();
        match section_of(bare) {
            Some(heading) if !escaped => {
                if found.iter().any(|(there, _)| *there == heading) {
                    return Err(at(first_line + nth, &format!("{heading} is there twice"))
                        .hint(format!("put both texts under one heading; inside a text write \\{heading}")));
                }
                found.push((heading, String::new()));
            }
            quoted => match found.last_mut() {
                Some((_, text)) if quoted.is_some() => text.push_str(line.get(1..).unwrap_or_default()),
                Some((_, text)) => text.push_str(line),
                None if line.trim().is_empty() => {}
                None => {
                    return Err(at(first_line + nth, "there is text before # Problem")
                        .hint("put it under # Problem or # Solution"));
                }
            },
        }
    }
    let last = found.len().saturating_sub(1);
    let text = |heading: &str| {
        let section = found.iter().enumerate().find(|(_, (there, _))| *there == heading);
        section.map(|(nth, (_, text))| unframed(text, nth == last).to_owned()).ok_or_else(|| {
            UserError::new(format!("the section {heading} is missing"))
                .hint(format!("write a line {heading}; its text may be empty"))
        })
    };
    Ok((text(PROBLEM)?, text(SOLUTION)?))
}

/// A section's text without the empty line before it, its last line end and, unless it is the last section, the empty
/// line behind it.
fn unframed(text: &str, last: bool) -> &str {
    let text = text.strip_prefix('\n').unwrap_or(text);
    let framed = if last { None } else { text.strip_suffix("\n\n") };
    framed.or_else(|| text.strip_suffix('\n')).unwrap_or(text)
}
