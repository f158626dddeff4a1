//! CSV: the names of the columns, then a row for each entry. Commas, semicolons or tabs part the columns, as the first row
//! has them; names are those of the fields or what other programs call them.

use super::fields::{Draft, EXPORTED, Field, Meaning, Value, misspelt};
use super::input::{Bytes, Input, windows_1252};
use super::record::split;
use super::{Flaw, LARGEST_ROW, Row, Taken, unreadable};
use crate::base::{Result, UserError};
use ::csv::{ByteRecord, ErrorKind, ReaderBuilder};
use std::borrow::Cow;
use std::io::{self, BufRead};

const BUFFER: usize = 64 << 10;

/// What the columns hold.
struct Columns {
    /// `None` for what means nothing here.
    fields: Vec<Option<Column>>,
    /// Names of those that hold something which entries have no field for.
    unused: Vec<String>,
}

struct Column {
    field: Field,
    /// What the file calls it, if that is not the field's own name.
    name: Option<String>,
}

/// The entries of a CSV file.
///
/// # Errors
/// When the first row does not name the columns.
pub fn rows<R: BufRead>(mut input: Input<R>, bytes: Bytes) -> Result<impl Iterator<Item = Result<Row>>> {
    let mut number = 0;
    let mut head = std::mem::take(&mut input.head);
    let said = said_separator(&head);
    if said.is_some() {
        // Excel writes `sep=;` into a line of its own.
        let mut line = Vec::new();
        input.read_until(b'\n', &mut line).map_err(|e| unreadable(0, &e))?;
        head.drain(..line.len().min(head.len()));
        number += 1;
    }
    let separator = said.unwrap_or_else(|| separator(&head));
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .buffer_capacity(BUFFER)
        .from_reader(input);
    let mut record = ByteRecord::new();
    bytes.row_begins();
    let named = reader.read_byte_record(&mut record).map_err(|e| unreadable(0, &e.into()))?;
    let mut columns = columns(named.then_some(&record))?;
    number += 1;
    let mut is_over = false;
    Ok(std::iter::from_fn(move || {
        while !is_over {
            bytes.row_begins();
            match reader.read_byte_record(&mut record) {
                Ok(false) => break,
                Ok(true) => number += 1,
                Err(error) => {
                    is_over = true;
                    return Some(failed(number, error));
                }
            }
            if record.iter().any(|field| !field.is_empty()) {
                let mut draft = draft(&columns, &record);
                if let Ok(draft) = &mut draft {
                    // Said once, with the first row.
                    draft.unused = std::mem::take(&mut columns.unused);
                }
                return Some(Ok(Row::new(number, draft)));
            }
        }
        None
    }))
}

fn failed(number: u64, error: ::csv::Error) -> Result<Row> {
    match error.into_kind() {
        ErrorKind::Io(e) if e.kind() == io::ErrorKind::FileTooLarge => {
            let reason = format!(
                "it has more than {} MiB: is a quote not closed? Nothing behind it was read",
                LARGEST_ROW >> 20
            );
            Ok(Row::new(number + 1, Err(Flaw::row(reason))))
        }
        ErrorKind::Io(e) => Err(unreadable(number, &e)),
        other => Err(unreadable(number, &io::Error::other(format!("{other:?}")))),
    }
}

/// The separator of a first line `sep=;`.
fn said_separator(head: &[u8]) -> Option<u8> {
    let line = head.split(|b| *b == b'\n').next()?.trim_ascii_end();
    match line {
        [s, e, p, b'=', separator] if [*s, *e, *p].eq_ignore_ascii_case(b"sep") => Some(*separator),
        _ => None,
    }
}

/// What parts the columns: the sign with which most names in the first row are known.
fn separator(head: &[u8]) -> u8 {
    let known = |separator: u8| {
        let mut reader =
            ReaderBuilder::new().has_headers(false).delimiter(separator).flexible(true).from_reader(head);
        let mut record = ByteRecord::new();
        let read = reader.read_byte_record(&mut record).unwrap_or(false);
        let names = record.iter().filter(|_| read).take(1_000);
        names.filter(|name| Field::named(&String::from_utf8_lossy(name)) != Meaning::Unknown).count()
    };
    // The last of those that are as good: a comma.
    [b'\t', b'|', b';', b','].into_iter().max_by_key(|separator| known(*separator)).unwrap_or(b',')
}

fn columns(record: Option<&ByteRecord>) -> Result<Columns> {
    let hint = format!("the first row names the columns, separated by commas: {}", EXPORTED.join(","));
    let bad =
        |cause: String| UserError::new("the CSV file cannot be imported").cause(cause).hint(hint.clone());
    let record = record.ok_or_else(|| bad("it is empty".to_owned()))?;
    let names: Vec<String> =
        record.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
    let meanings: Vec<Meaning> = names.iter().map(|name| Field::named(name)).collect();
    let mut columns = Columns { fields: Vec::new(), unused: Vec::new() };
    for (at, (name, meaning)) in names.iter().zip(&meanings).enumerate() {
        let there = |other: &Meaning| meanings.iter().take(at).any(|before| before == other);
        columns.fields.push(match *meaning {
            Meaning::Field(_, true) if there(meaning) => {
                return Err(bad(format!("column {} is \"{name}\" a second time", at + 1)));
            }
            Meaning::Field(field, true) => Some(Column { field, name: None }),
            // Of several columns for one field the one with its own name counts, then the first; texts are put together.
            Meaning::Field(field, false)
                if field.is_text()
                    || (!meanings.contains(&Meaning::Field(field, true)) && !there(meaning)) =>
            {
                Some(Column { field, name: Some(name.clone()) })
            }
            Meaning::Made => None,
            Meaning::Field(..) | Meaning::Unknown => {
                if let Some(flaw) = misspelt(name).filter(|_| *meaning == Meaning::Unknown) {
                    let (at, name) = (at + 1, flaw.field.escape_debug());
                    return Err(bad(format!("column {at} is \"{name}\": {}", flaw.reason)));
                }
                if !name.is_empty() {
                    columns.unused.push(name.chars().take(60).collect());
                }
                None
            }
        });
    }
    if columns.fields.iter().flatten().any(|column| matches!(column.field, Field::Title | Field::Body)) {
        Ok(columns)
    } else {
        let found: String = names.join(", ").chars().take(200).collect();
        Err(bad(format!("it has no column \"title\"; there are {}", found.escape_debug())))
    }
}

fn draft(columns: &Columns, record: &ByteRecord) -> Taken<Draft> {
    if record.len() != columns.fields.len() {
        return Err(Flaw::row(format!(
            "it has {} columns in place of {}: put texts with commas, quotes or line ends in quotes",
            record.len(),
            columns.fields.len()
        )));
    }
    let mut draft = Draft::default();
    for (column, bytes) in columns.fields.iter().zip(record) {
        let Some(Column { field, name }) = column else { continue };
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => {
                draft.remark = Some("is not UTF-8 and was read as Windows-1252");
                Cow::Owned(windows_1252(bytes).ok_or_else(|| {
                    Flaw::new(field.name(), "it is UTF-8 only in a part: save the file as UTF-8")
                })?)
            }
        };
        match name {
            None if field.is_list() => draft.set(*field, Value::List(split(&text)))?,
            None => draft.set(*field, Value::Text(text.into_owned()))?,
            Some(name) => draft.set_loose(*field, name, Value::Text(text.into_owned()))?,
        }
    }
    Ok(draft)
}
