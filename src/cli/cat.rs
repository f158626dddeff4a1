//! `greenbar cat FILE`: the lines of a file of any size, read as they are printed.

use super::interrupt;
use super::out::Out;
use super::source::{self, Opened};
use crate::base::{ByteOffset, Exit, LineNo, Result, UserError, num};
use std::fmt::Write as _;
use std::path::PathBuf;

/// What to print.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file.
    file: PathBuf,
    /// Only these lines: A:B, A:, :B, or A alone; they count from 1.
    #[arg(long, value_name = "A:B", value_parser = parse)]
    lines: Option<Range>,
    /// The bytes too: below each line one row of first and one of second hexadecimal digits.
    #[arg(long)]
    hex: bool,
    /// The number of each line before it.
    #[arg(long, short)]
    numbers: bool,
}

/// Lines from one to another, from 1; the last is `u64::MAX` for all that follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range {
    first: u64,
    last: u64,
}

fn parse(text: &str) -> std::result::Result<Range, String> {
    let number = |text: &str, none: u64| match text {
        "" => Ok(none),
        _ => {
            text.parse::<u64>().ok().filter(|n| *n > 0).ok_or("lines are numbers from 1 on: A:B, A:, :B or A")
        }
    };
    let (first, last) = match text.split_once(':') {
        Some((first, last)) => (number(first, 1)?, number(last, u64::MAX)?),
        None if text.is_empty() => return Err("give A:B, A:, :B or A".to_owned()),
        None => (number(text, 1)?, number(text, 1)?),
    };
    if first > last {
        return Err(format!("line {first} is behind line {last}"));
    }
    Ok(Range { first, last })
}

/// Bytes read at once.
const CHUNK: usize = 256 << 10;
/// A longer line is printed in parts.
const PART: usize = 64 << 10;

/// Prints the lines.
pub fn run(args: &Args, out: &mut Out) -> Result<Exit> {
    let opened = source::open(&args.file)?;
    let budget = interrupt::budget();
    let range = args.lines.unwrap_or(Range { first: 1, last: u64::MAX });
    let from = opened.source.offset_of_line(LineNo::new(range.first), &budget)?;
    let mut sheet = Sheet::new(&opened, args, range.first, out);
    sheet.begin();
    if let Some(from) = from {
        let mut at = from.0;
        let mut wanted = range.last - range.first;
        loop {
            opened.go_on(&budget)?;
            let (bytes, whole) = opened.source.read(ByteOffset(at), CHUNK);
            if !whole {
                sheet.failed = true;
            }
            if bytes.is_empty() {
                sheet.finish_line();
                break;
            }
            at += num::to_u64(bytes.len());
            if !sheet.take(&bytes, &mut wanted) || !sheet.out.is_open() {
                break;
            }
        }
    }
    let (printed, failed) = (sheet.printed, sheet.failed);
    sheet.end();
    opened.still_there()?;
    if failed {
        return Err(UserError::new(format!("cannot read all of {}", args.file.display()))
            .cause("some bytes of it cannot be read; they were printed as zeros")
            .hint("check the disk, or copy what can be read"));
    }
    Ok(if printed == 0 && args.lines.is_some() { Exit::NotFound } else { Exit::Done })
}

/// The lines as they are printed.
struct Sheet<'a> {
    opened: &'a Opened,
    out: &'a mut Out,
    hex: bool,
    numbers: bool,
    /// Number of the line being printed.
    number: u64,
    /// What was read of it and is not printed yet.
    part: Vec<u8>,
    /// Parts of it that are printed: bytes and columns.
    bytes: u64,
    cells: usize,
    /// A part of it is printed or something of it was read.
    open: bool,
    printed: u64,
    failed: bool,
}

impl<'a> Sheet<'a> {
    fn new(opened: &'a Opened, args: &Args, number: u64, out: &'a mut Out) -> Self {
        Self {
            opened,
            out,
            hex: args.hex,
            numbers: args.numbers,
            number,
            part: Vec::new(),
            bytes: 0,
            cells: 0,
            open: false,
            printed: 0,
            failed: false,
        }
    }

    fn begin(&mut self) {
        if self.out.is_json() {
            let head = serde_json::to_string(&self.opened.head()).unwrap_or_default();
            let head = head.strip_suffix('}').unwrap_or_default().to_owned();
            self.out.json(&format!("{head},\"lines\":["));
        }
    }

    fn end(self) {
        if self.out.is_json() {
            self.out.json("\n]}\n");
        }
    }

    /// Takes the next bytes. False once the last line that is `wanted` has ended.
    fn take(&mut self, bytes: &[u8], wanted: &mut u64) -> bool {
        for piece in bytes.split_inclusive(|b| *b == b'\n') {
            self.open = true;
            self.part.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                self.part.pop();
                if self.part.last() == Some(&b'\r') {
                    self.part.pop();
                }
                self.finish_line();
                if *wanted == 0 {
                    return false;
                }
                *wanted -= 1;
                if !self.out.is_open() {
                    return false;
                }
            }
        }
        while self.part.len() > PART {
            let length = cut(&self.part, PART, self.opened.facts.latin1);
            let rest = self.part.split_off(length);
            let part = std::mem::replace(&mut self.part, rest);
            self.print(&part, false);
        }
        true
    }

    /// Prints what is left of the line and ends it; nothing if there is no line.
    fn finish_line(&mut self) {
        if !self.open {
            return;
        }
        let part = std::mem::take(&mut self.part);
        self.print(&part, true);
        self.printed += 1;
        self.number += 1;
        (self.bytes, self.cells, self.open) = (0, 0, false);
    }

    fn print(&mut self, part: &[u8], last: bool) {
        if self.out.is_json() {
            self.print_json(part, last);
        } else if self.hex {
            self.print_hex(part);
        } else {
            if self.numbers && self.bytes == 0 {
                self.out.piece(&format!("{:>6}  ", self.number));
            }
            let shown = self.opened.shown(part, self.out.charset(), self.cells, false);
            self.out.piece(shown.text());
            self.cells += shown.cells();
            if last {
                self.out.end_line();
            }
        }
        self.bytes += num::to_u64(part.len());
    }

    /// A line as an object. With `hex` each part of a long line is one, with the column where it begins.
    fn print_json(&mut self, part: &[u8], last: bool) {
        let text = serde_json::to_string(&self.opened.text(part)).unwrap_or_default();
        let inside = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
        let mut json = String::with_capacity(inside.len() + 64);
        if self.bytes == 0 || self.hex {
            let gap = if self.printed == 0 && self.bytes == 0 { "" } else { "," };
            // Writing to a string cannot fail.
            let _ = write!(json, "{gap}\n{{\"number\":{},", self.number);
            if self.hex {
                let _ = write!(json, "\"column\":{},\"hex\":\"{}\",", self.bytes + 1, digits(part));
            }
            json.push_str("\"text\":\"");
        }
        json.push_str(inside);
        if last || self.hex {
            json.push_str("\"}");
        }
        self.out.json(&json);
    }

    /// A line with its bytes below it, as HEX ON shows it.
    fn print_hex(&mut self, part: &[u8]) {
        let margin = if self.numbers { format!("{:>6}  ", self.number) } else { String::new() };
        let blank = " ".repeat(margin.len());
        let one_each: Vec<u8> = if self.opened.facts.latin1 || part.is_ascii() {
            part.to_vec()
        } else {
            // A character of several bytes stands over its first one, so that digits stay below what they are of.
            part.iter().map(|b| if b.is_ascii() { *b } else { b'.' }).collect()
        };
        let shown = self.opened.shown(&one_each, self.out.charset(), 0, true);
        self.out.piece(&margin);
        self.out.piece(shown.text());
        self.out.end_line();
        for shift in [4, 0] {
            let row: String = part.iter().map(|b| hex_digit(b >> shift & 0xF)).collect();
            self.out.line(&format!("{blank}{row}"));
        }
    }
}

/// Length of the first part of a long line: at most `most` bytes, ending between two characters.
fn cut(bytes: &[u8], most: usize, latin1: bool) -> usize {
    let is_inside = |at: usize| bytes.get(at).is_some_and(|b| b & 0xC0 == 0x80);
    // Four bytes back there is a character's start, or this is no UTF-8.
    let end = if latin1 {
        most
    } else {
        (most.saturating_sub(3)..=most).rev().find(|at| !is_inside(*at)).unwrap_or(most)
    };
    // A carriage return may belong to the end of the line.
    if end > 1 && bytes.get(end - 1) == Some(&b'\r') { end - 1 } else { end }
}

fn hex_digit(nibble: u8) -> char {
    char::from_digit(nibble.into(), 16).unwrap_or('0').to_ascii_uppercase()
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|b| [hex_digit(b >> 4), hex_digit(b & 0xF)]).collect()
}
