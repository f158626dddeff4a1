//! `greenbar find PATTERN FILE ...`.

mod many;

use super::interrupt;
use super::out::{Out, Progress, note};
use super::source::{self, FormatArgs, Opened};
use crate::base::{Budget, Exit, LineNo, Result, num};
use crate::source::{
    Anchor, Columns, FindProgress, Hit, Needle, NeedleKind, NeedleSpec, PageLine, PageRequest, Part,
};
use serde::Serialize;
use std::path::PathBuf;
use std::time::Instant;

/// What to find, and where.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The text, in any letter case unless --case is given.
    #[arg(allow_hyphen_values = true)]
    pattern: String,
    /// Files, directories with all in them, and archives (tar, XMIT, IEBUPDTE) with all their members; 'lib.xmi(PAY*)' is
    /// the members whose names fit.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    format: FormatArgs,
    /// The text is a regular expression.
    #[arg(long)]
    regex: bool,
    /// Upper and lower case are not the same.
    #[arg(long)]
    case: bool,
    /// Whole words only: WS-NET is not found in WS-NET-PAY.
    #[arg(long)]
    word: bool,
    /// Only where a word begins with it and goes on.
    #[arg(long, conflicts_with = "word")]
    prefix: bool,
    /// Only where a word ends with it and begins before it.
    #[arg(long, conflicts_with_all = ["word", "prefix"])]
    suffix: bool,
    /// The text is a picture as ISPF has it: = any, @ letter, # digit, $ special, ^ not blank, . not displayable, - not a
    /// digit, < small letter, > capital letter.
    #[arg(long, conflicts_with = "regex")]
    picture: bool,
    /// The text is bytes, as pairs of hexadecimal digits.
    #[arg(long, conflicts_with_all = ["regex", "picture"])]
    hex: bool,
    /// Only in these columns (bytes of the line, from 1): A for a match that begins there, A-B for one from A to B.
    #[arg(long, value_name = "A[-B]", value_parser = columns)]
    columns: Option<Columns>,
    /// Show at most N matches; all are counted.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    limit: usize,
    /// Only say how many lines of each file match.
    #[arg(long)]
    count: bool,
}

impl Args {
    fn needle(&self) -> NeedleSpec {
        let kind = match (self.regex, self.picture, self.hex) {
            (true, ..) => NeedleKind::Regex,
            (_, true, _) => NeedleKind::Picture,
            (.., true) => NeedleKind::Hex,
            _ => NeedleKind::Literal,
        };
        let part = match (self.word, self.prefix, self.suffix) {
            (true, ..) => Part::Word,
            (_, true, _) => Part::Prefix,
            (.., true) => Part::Suffix,
            _ => Part::Chars,
        };
        let columns = self.columns;
        NeedleSpec { text: self.pattern.clone(), ignore_case: !self.case, kind, part, columns }
    }
}

/// `8` or `8-72`.
fn columns(text: &str) -> std::result::Result<Columns, String> {
    let why = || "a match begins in column A, or is in columns A-B, counted from 1".to_owned();
    let number = |n: &str| n.trim().parse::<u32>().map_err(|_| why());
    match text.split_once('-') {
        Some((first, last)) => Ok(Columns { first: number(first)?, last: Some(number(last)?) }),
        None => Ok(Columns { first: number(text)?, last: None }),
    }
}

#[derive(Serialize)]
struct Document<'a> {
    file: String,
    pattern: &'a str,
    matches: Vec<Match>,
    total: u64,
    /// Lines that have a match.
    lines: u64,
    /// All of the file was searched.
    complete: bool,
    took_ms: f64,
}

/// A match as JSON has it.
#[derive(Serialize)]
struct Match {
    line: Option<LineNo>,
    /// Byte of the line at which the match begins, from 1.
    column: u64,
    /// Bytes that match.
    length: u64,
    /// The line, or of a long line what is around the match.
    text: String,
}

/// Bytes of a long line shown before its match.
const BEFORE: u64 = 200;

/// Finds all matches and prints the first ones.
pub fn run(args: &Args, out: &mut Out) -> Result<Exit> {
    let file = match args.files.as_slice() {
        [file] if !many::is_many(file) => file,
        files => return many::run(args, files, out),
    };
    let opened = source::open(file, args.format.wanted())?;
    let needle = Needle::in_encoding(&args.needle(), opened.facts.encoding())?;
    let budget = interrupt::budget();
    let begun = Instant::now();
    let mut progress = Progress::new(out.is_json());
    let mut told = |p: FindProgress| source::show(&mut progress, p.done, p.total);
    let (count, hits) =
        opened.source.find_all(&needle, if args.count { 0 } else { args.limit }, &budget, &mut told)?;
    drop(progress);
    opened.go_on(&budget)?;
    let took_ms = num::to_f64(num::nanos(begun.elapsed())) / 1e6;
    if !count.complete {
        note("the file changed or a part of it cannot be read: there may be more matches");
    }
    if out.is_json() {
        let mut matches = Vec::with_capacity(hits.len());
        let mut lines = Lines::new(&opened, &budget);
        for hit in &hits {
            let text = opened.text(&lines.of(hit)?.text);
            matches.push(Match { line: hit.line, column: lines.column(hit), length: hit.length, text });
        }
        out.document(&Document {
            file: file.display().to_string(),
            pattern: &args.pattern,
            matches,
            total: count.matches,
            lines: count.lines,
            complete: count.complete,
            took_ms,
        });
    } else if args.count {
        out.line(&count.lines.to_string());
    } else {
        let mut lines = Lines::new(&opened, &budget);
        for hit in &hits {
            if !out.is_open() {
                break;
            }
            let charset = out.charset();
            let text = opened.shown(&lines.of(hit)?.text, charset, 0, false);
            let number = hit.line.map_or_else(|| "?".to_owned(), |n| n.to_string());
            out.line(&format!("{number}:{}: {}", lines.column(hit), text.text()));
        }
        if num::to_u64(hits.len()) < count.matches {
            note(&format!("{} of {} matches shown; --limit N shows more", hits.len(), count.matches));
        }
    }
    // As grep has it: what could not be read may hold what was not found.
    Ok(match (count.complete, count.matches) {
        (false, _) => Exit::BadInput,
        (true, 0) => Exit::NotFound,
        (true, _) => Exit::Done,
    })
}

/// The lines of matches; those of one line that follow each other read it once.
struct Lines<'a> {
    opened: &'a Opened,
    budget: &'a Budget,
    last: Option<(u64, u64, PageLine)>,
}

impl<'a> Lines<'a> {
    fn new(opened: &'a Opened, budget: &'a Budget) -> Self {
        Self { opened, budget, last: None }
    }

    fn of(&mut self, hit: &Hit) -> Result<PageLine> {
        let inside = hit.offset.0.saturating_sub(hit.line_start.0);
        let end = inside.saturating_add(hit.length);
        let fits = end <= num::to_u64(crate::source::LINE_CLIP);
        let skip = if fits { 0 } else { inside.saturating_sub(BEFORE) };
        if let Some((start, skipped, line)) = &self.last
            && (*start, *skipped) == (hit.line_start.0, skip)
        {
            return Ok(line.clone());
        }
        let request = PageRequest { anchor: Anchor::Offset(hit.offset), before: 0, after: 0, skip, piece: 0 };
        let mut page = self.opened.source.page(&request, self.budget)?;
        let printed = page.printed;
        let mut line = page.lines.pop().ok_or_else(|| {
            crate::base::UserError::new(format!("{} has changed", self.opened.source.path().display()))
                .cause("the line of a match is not there any more")
                .hint("search again")
        })?;
        if !printed {
            line.printed.control = 0;
        } else if skip == 0 {
            line.text.drain(..usize::from(line.printed.control).min(line.text.len()));
        }
        self.last = Some((hit.line_start.0, skip, line.clone()));
        Ok(line)
    }

    /// The column of a match whose line was looked at last.
    fn column(&self, hit: &Hit) -> u64 {
        let control = self.last.as_ref().map_or(0, |(.., line)| u64::from(line.printed.control));
        hit.offset.0.saturating_sub(hit.line_start.0.saturating_add(control)).saturating_add(1)
    }
}
