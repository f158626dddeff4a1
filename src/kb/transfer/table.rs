//! CSV: the names of the columns, then a row for each entry.

use super::input::Bytes;
use super::record::{FIELDS, MADE_BY_STORE, Value, is_list, set, split, unknown};
use super::{Flaw, LARGEST_ROW, Row, Taken, unreadable};
use crate::base::{Result, UserError};
use crate::store::NewEntry;
use ::csv::{ByteRecord, ErrorKind, ReaderBuilder};
use std::io::{self, Read};

const BUFFER: usize = 64 << 10;

/// The fields that the columns hold; `None` for what the store makes.
type Columns = Vec<Option<&'static str>>;

/// The entries of a CSV file.
///
/// # Errors
/// When the first row does not name the columns.
pub fn rows<R: Read>(input: R, bytes: &Bytes) -> Result<impl Iterator<Item = Result<Row>>> {
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).buffer_capacity(BUFFER).from_reader(input);
    let mut record = ByteRecord::new();
    bytes.row_begins();
    let named = reader.read_byte_record(&mut record).map_err(|e| unreadable(0, &e.into()))?;
    let columns = columns(named.then_some(&record))?;
    let bytes = bytes.clone();
    let (mut number, mut is_over) = (1, false);
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
                return Some(Ok(Row { number, entry: entry(&columns, &record) }));
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
            Ok(Row { number: number + 1, entry: Err(Flaw::row(reason)) })
        }
        ErrorKind::Io(e) => Err(unreadable(number, &e)),
        other => Err(unreadable(number, &io::Error::other(format!("{other:?}")))),
    }
}

fn columns(record: Option<&ByteRecord>) -> Result<Columns> {
    let hint = format!("the first row names the columns, separated by commas: {}", FIELDS.join(","));
    let bad =
        |cause: String| UserError::new("the CSV file cannot be imported").cause(cause).hint(hint.clone());
    let record = record.ok_or_else(|| bad("it is empty".to_owned()))?;
    let mut columns = Columns::new();
    for (at, name) in record.iter().enumerate() {
        let name = String::from_utf8_lossy(name).trim().to_lowercase();
        if record.len() == 1 && name.contains([';', '\t']) {
            return Err(bad("its columns are not separated by commas".to_owned()));
        }
        let field = FIELDS.into_iter().find(|field| *field == name);
        if field.is_none() && !MADE_BY_STORE.contains(&name.as_str()) {
            let flaw = unknown(&name);
            return Err(bad(format!(
                "column {} is \"{}\": {}",
                at + 1,
                flaw.field.escape_debug(),
                flaw.reason
            )));
        }
        if field.is_some() && columns.contains(&field) {
            return Err(bad(format!("column {} is \"{name}\" a second time", at + 1)));
        }
        columns.push(field);
    }
    if columns.contains(&Some("title")) {
        Ok(columns)
    } else {
        Err(bad("it has no column \"title\"".to_owned()))
    }
}

fn entry(columns: &Columns, record: &ByteRecord) -> Taken<NewEntry> {
    if record.len() != columns.len() {
        return Err(Flaw::row(format!(
            "it has {} columns in place of {}: put texts with commas, quotes or line ends in quotes",
            record.len(),
            columns.len()
        )));
    }
    let mut entry = NewEntry::default();
    for (field, bytes) in columns.iter().zip(record) {
        let Some(field) = field else { continue };
        let text = std::str::from_utf8(bytes)
            .map_err(|_| Flaw::new(field, "it is not UTF-8: save the file as UTF-8"))?;
        let value = if is_list(field) { Value::List(split(text)) } else { Value::Text(text.to_owned()) };
        set(&mut entry, field, value)?;
    }
    Ok(entry)
}
