//! TOML to the flat list.

use std::path::Path;
use toml_edit::{Document, TableLike, Value};

use super::{Item, Raw, Written};
use crate::config::{FileLayer, Notice, Origin};

/// The values of a TOML file, by line. A file that is not TOML is refused as a whole.
pub(in crate::config) fn toml(layer: FileLayer, path: &Path, text: &str) -> Result<Vec<Item>, Box<Notice>> {
    let lines = Lines::new(text);
    let document = Document::parse(text).map_err(|e| {
        let line = e.span().map_or(0, |span| lines.of(span.start));
        let origin = Origin::File { layer, path: path.to_owned(), line };
        // The parser's messages have several lines; a notice has one.
        let cause = e.message().split_whitespace().collect::<Vec<_>>().join(" ");
        Box::new(Notice::file(
            origin,
            "the file is not used, this is not TOML",
            cause,
            "mend the line; texts stand in double quotes",
        ))
    })?;
    let mut items = Vec::new();
    table(document.as_table(), &mut Vec::new(), &lines, &mut items);
    items.sort_by_key(|item| item.line);
    Ok(items)
}

/// Adds the values of `table` and of the tables in it. The parser has bounded the depth.
fn table(table_: &dyn TableLike, path: &mut Vec<String>, lines: &Lines, items: &mut Vec<Item>) {
    for (name, item) in table_.iter() {
        let key = table_.get_key_value(name).and_then(|(key, _)| key.span());
        let line = key.or_else(|| item.span()).map_or(0, |span| lines.of(span.start));
        path.push(name.to_owned());
        if let Some(inner) = item.as_table_like() {
            table(inner, path, lines, items);
        } else {
            items.push(Item { path: path.clone(), raw: raw(item.as_value()), line });
        }
        path.pop();
    }
}

/// A value as it was written; a list of tables counts as a list.
fn raw(value: Option<&Value>) -> Raw {
    match value {
        Some(Value::String(s)) => Raw::scalar(Written::Text, s.value()),
        Some(Value::Integer(n)) => Raw::scalar(Written::Int, n.value().to_string()),
        Some(Value::Float(x)) => Raw::scalar(Written::Float, x.value().to_string()),
        Some(Value::Boolean(b)) => Raw::scalar(Written::Bool, b.value().to_string()),
        Some(Value::Datetime(d)) => Raw::scalar(Written::Date, d.value().to_string()),
        Some(Value::Array(list)) => Raw::list(list.iter().map(|v| v.as_str().map(str::to_owned)).collect()),
        Some(Value::InlineTable(_)) | None => Raw::list(None),
    }
}

/// Where lines begin.
struct Lines(Vec<usize>);

impl Lines {
    fn new(text: &str) -> Self {
        Self(memchr::memchr_iter(b'\n', text.as_bytes()).collect())
    }

    /// Line, from 1, of the byte at `offset`.
    fn of(&self, offset: usize) -> usize {
        self.0.partition_point(|newline| *newline < offset).saturating_add(1)
    }
}
