//! JSON and JSONL, one entry at a time. A list is cut into its items without understanding them, so that an item that is
//! no JSON, or too large, costs only itself.

use super::fields::{Draft, Field, Meaning, Value};
use super::{Flaw, LARGEST_ROW, Row, Taken, to_u64, unreadable};
use crate::base::Result;
use serde_json::Value as Json;
use std::io::BufRead;

/// The entries of a JSONL file; empty lines are skipped.
pub fn lines(mut input: impl BufRead) -> impl Iterator<Item = Result<Row>> {
    let mut number = 0;
    std::iter::from_fn(move || {
        loop {
            let mut line = Piece::default();
            match line.read_line(&mut input) {
                Ok(0) => return None,
                Ok(_) => number += 1,
                Err(e) => return Some(Err(unreadable(number, &e))),
            }
            if !line.is_blank() {
                return Some(Ok(Row::new(number, line.draft())));
            }
        }
    })
}

/// The entries of a JSON list. Objects without a list around them are taken as they come.
pub fn list(mut input: impl BufRead) -> impl Iterator<Item = Result<Row>> {
    let mut cutter = Cutter { state: State::Start, number: 0 };
    std::iter::from_fn(move || cutter.next(&mut input).map_err(|e| unreadable(cutter.number, &e)).transpose())
}

/// Bytes of one entry, at most [`LARGEST_ROW`] of them.
#[derive(Default)]
struct Piece {
    bytes: Vec<u8>,
    too_large: bool,
}

impl Piece {
    fn add(&mut self, bytes: &[u8]) {
        self.too_large |= to_u64(self.bytes.len() + bytes.len()) > LARGEST_ROW;
        if self.too_large {
            self.bytes.clear();
        } else {
            self.bytes.extend_from_slice(bytes);
        }
    }

    /// Reads to the end of the line; the bytes read.
    fn read_line(&mut self, input: &mut impl BufRead) -> std::io::Result<usize> {
        let mut all = 0;
        loop {
            let buffer = fill(input)?;
            let end = memchr::memchr(b'\n', buffer);
            let used = end.map_or(buffer.len(), |at| at + 1);
            self.add(buffer.get(..used).unwrap_or_default());
            input.consume(used);
            all += used;
            if end.is_some() || used == 0 {
                return Ok(all);
            }
        }
    }

    fn is_blank(&self) -> bool {
        !self.too_large && self.bytes.trim_ascii().is_empty()
    }

    fn draft(&self) -> Taken<Draft> {
        if self.too_large {
            return Err(Flaw::row(format!("it has more than {} MiB: split it", LARGEST_ROW >> 20)));
        }
        let text = std::str::from_utf8(self.bytes.trim_ascii())
            .map_err(|_| Flaw::row("it is not UTF-8: save the file as UTF-8"))?;
        let value: Json =
            serde_json::from_str(text).map_err(|e| Flaw::row(format!("it is not JSON: {e}")))?;
        object(value)
    }
}

/// `fill_buf` that goes on when a signal came in between.
fn fill(input: &mut impl BufRead) -> std::io::Result<&[u8]> {
    loop {
        match input.fill_buf() {
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            other => {
                other?;
                break;
            }
        }
    }
    input.fill_buf()
}

fn object(value: Json) -> Taken<Draft> {
    let Json::Object(fields) = value else {
        return Err(Flaw::row(format!("it is {}, not an object with the fields of an entry", kind(&value))));
    };
    let mut draft = Draft::default();
    for (name, value) in fields {
        if value.is_null() {
            continue;
        }
        match Field::named(&name) {
            Meaning::Made => {}
            Meaning::Unknown => draft.unknown(&name)?,
            Meaning::Field(field, true) => draft.set(field, strict(field, &name, value)?)?,
            Meaning::Field(field, false) => draft.set_loose(field, &name, loose(&name, value)?)?,
        }
    }
    Ok(draft)
}

/// A field under its own name has its own kind of value.
fn strict(field: Field, name: &str, value: Json) -> Taken<Value> {
    if !field.is_list() {
        return text(name, value).map(Value::Text);
    }
    match value {
        Json::Array(items) => {
            items.into_iter().map(|item| text(name, item)).collect::<Taken<_>>().map(Value::List)
        }
        other => Err(Flaw::new(name, format!("it is {}: write a list of texts", kind(&other)))),
    }
}

fn loose(name: &str, value: Json) -> Taken<Value> {
    match value {
        Json::Array(items) => {
            items.into_iter().map(|item| text(name, item)).collect::<Taken<_>>().map(Value::List)
        }
        Json::Number(number) => Ok(Value::Text(number.to_string())),
        other => text(name, other).map(Value::Text),
    }
}

fn text(name: &str, value: Json) -> Taken<String> {
    match value {
        Json::String(text) => Ok(text),
        other => {
            Err(Flaw::new(name, format!("there is {} where text must be: put it in quotes", kind(&other))))
        }
    }
}

fn kind(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "true or false",
        Json::Number(_) => "a number",
        Json::String(_) => "text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing but blanks so far.
    Start,
    /// Inside the list, before an item or the end.
    InList,
    /// Objects without a list.
    Loose,
    /// Behind the end of the list.
    Behind,
    /// Nothing more is read.
    Done,
}

/// Cuts a list into its items.
struct Cutter {
    state: State,
    number: u64,
}

impl Cutter {
    fn next(&mut self, input: &mut impl BufRead) -> std::io::Result<Option<Row>> {
        while self.state != State::Done {
            let Some(byte) = fill(input)?.first().copied() else {
                let was = std::mem::replace(&mut self.state, State::Done);
                return Ok(match was {
                    State::Start => Some(self.flaw("the file is empty: write [] for a list of nothing")),
                    State::InList => Some(self.flaw("the file ends before the ] of the list: is it whole?")),
                    _ => None,
                });
            };
            match (self.state, byte) {
                (_, b' ' | b'\t' | b'\r' | b'\n') | (State::InList | State::Loose, b',') => input.consume(1),
                (State::Start, b'[') => {
                    input.consume(1);
                    self.state = State::InList;
                }
                (State::InList, b']') => {
                    input.consume(1);
                    self.state = State::Behind;
                }
                (State::Behind, _) => {
                    self.state = State::Done;
                    return Ok(Some(self.flaw("there is more behind the ] of the list, which was not read")));
                }
                (State::Start | State::Loose, b'{') => {
                    self.state = State::Loose;
                    return self.item(input).map(Some);
                }
                (State::Start | State::Loose, _) => {
                    self.state = State::Done;
                    return Ok(Some(
                        self.flaw("there is no list of entries here: write [ { ... }, { ... } ]"),
                    ));
                }
                (State::InList | State::Done, _) => return self.item(input).map(Some),
            }
        }
        Ok(None)
    }

    fn flaw(&mut self, reason: &str) -> Row {
        self.number += 1;
        Row::new(self.number, Err(Flaw::row(reason)))
    }

    /// Reads one item, up to the comma or bracket behind it.
    fn item(&mut self, input: &mut impl BufRead) -> std::io::Result<Row> {
        self.number += 1;
        let mut piece = Piece::default();
        let mut scan = Scan { loose: self.state == State::Loose, ..Scan::default() };
        loop {
            let buffer = fill(input)?;
            if buffer.is_empty() {
                if scan.closed {
                    return Ok(Row::new(self.number, piece.draft()));
                }
                self.state = State::Done;
                let flaw = Flaw::row("the file ends inside this entry: is it whole, are all quotes closed?");
                return Ok(Row::new(self.number, Err(flaw)));
            }
            let end = buffer.iter().position(|byte| scan.ends_before(*byte));
            let used = end.unwrap_or(buffer.len());
            piece.add(buffer.get(..used).unwrap_or_default());
            input.consume(used);
            if end.is_some() {
                return Ok(Row::new(self.number, piece.draft()));
            }
        }
    }
}

/// Where inside an item a byte is.
#[derive(Default)]
struct Scan {
    depth: usize,
    in_text: bool,
    escaped: bool,
    /// The item stands in no list: it ends with its own bracket.
    loose: bool,
    closed: bool,
}

impl Scan {
    /// Whether the item has ended before this byte.
    fn ends_before(&mut self, byte: u8) -> bool {
        if self.in_text {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_text = false,
                _ => {}
            }
            return false;
        }
        match byte {
            _ if self.closed => return true,
            b',' | b']' if self.depth == 0 => return true,
            b'"' => self.in_text = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                self.closed = self.loose && self.depth == 0;
            }
            _ => {}
        }
        false
    }
}
