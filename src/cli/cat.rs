//! `greenbar cat FILE`: the lines of a file of any size, read as they are printed, and with `--follow` those that come.

mod follow;

use super::interrupt;
use super::out::Out;
use super::source::{self, FormatArgs, Opened};
use crate::base::{Exit, LineNo, Result, UserError, num};
use crate::source::encoding::Encoding;
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::PathBuf;

/// What to print.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file.
    file: PathBuf,
    #[command(flatten)]
    format: FormatArgs,
    /// Only these lines: A:B, A:, :B, or A alone; they count from 1.
    #[arg(long, value_name = "A:B", value_parser = parse)]
    lines: Option<Range>,
    /// The bytes too: below each line one row of first and one of second hexadecimal digits.
    #[arg(long)]
    hex: bool,
    /// Go on with what is written to the file, also to a new file of its name, until it is stopped. Begins with the last ten
    /// lines, or those of `--lines A:`.
    #[arg(long, short = 'F')]
    follow: bool,
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

/// Prints the lines.
pub fn run(args: &Args, out: &mut Out) -> Result<Exit> {
    let open = if args.hex { source::open_bytes } else { source::open };
    let opened = open(&args.file, args.format.wanted())?;
    let budget = interrupt::budget();
    if args.follow {
        return follow::run(args, opened, &budget, out);
    }
    if out.is_json() {
        // The document begins with how many bytes there are.
        opened.source.reach(u64::MAX, &budget)?;
    }
    let range = args.lines.unwrap_or(Range { first: 1, last: u64::MAX });
    let from = opened.source.offset_of_line(LineNo::new(range.first), &budget)?;
    let mut sheet = Sheet::new(&opened, args, range.first, out);
    sheet.begin();
    if let Some(from) = from {
        let mut wanted = range.last - range.first;
        let whole =
            opened.source.lines(from, &budget, &mut |part, ends| sheet.take(part, ends, &mut wanted))?;
        sheet.failed = !whole;
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
    /// Parts of it that are printed: bytes and columns.
    bytes: u64,
    cells: usize,
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
            bytes: 0,
            cells: 0,
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

    /// Takes the next part of a line. Breaks off once the last line that is `wanted` has ended.
    fn take(&mut self, part: &[u8], ends: bool, wanted: &mut u64) -> ControlFlow<()> {
        self.print(part, ends);
        if ends {
            self.printed += 1;
            self.number += 1;
            (self.bytes, self.cells) = (0, 0);
            if *wanted == 0 {
                return ControlFlow::Break(());
            }
            *wanted -= 1;
        }
        if self.out.is_open() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
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
        let wide = !part.is_ascii() && self.opened.facts.encoding() == Encoding::Utf8;
        let one_each: Vec<u8> = if wide {
            // A character of several bytes stands over its first one, so that digits stay below what they are of.
            part.iter().map(|b| if b.is_ascii() { *b } else { b'.' }).collect()
        } else {
            part.to_vec()
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

fn hex_digit(nibble: u8) -> char {
    char::from_digit(nibble.into(), 16).unwrap_or('0').to_ascii_uppercase()
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|b| [hex_digit(b >> 4), hex_digit(b & 0xF)]).collect()
}
