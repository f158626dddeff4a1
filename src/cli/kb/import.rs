//! `greenbar kb import PATH`.

use super::{Context, Form, Out};
use crate::base::num::{self, counted, thousands};
use crate::base::{Exit, Result, UserError};
use crate::cli::interrupt;
use crate::cli::out::Progress;
use crate::kb::transfer::{Duplicates, Fate, Format, Item, Like, Options, Report, Rows, Why, import};
use crate::work::{holds_documents, import_rows, nothing_to_import};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Rows of each kind that are printed without --all.
const SHOWN: usize = 20;
/// Time between two signs of life.
const SHOW_EVERY: Duration = Duration::from_millis(250);

/// What to import, and how.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file, or a folder or archive of documents; - is standard input.
    file: PathBuf,
    /// How it is written down; without this its name says so.
    #[arg(long)]
    format: Option<Form>,
    /// Show what would be added, changed, left out and rejected, and write nothing.
    #[arg(long)]
    preview: bool,
    /// Which rows are left out because another entry says the same.
    #[arg(long, value_name = "WHICH", default_value = "same")]
    duplicates: Which,
    /// Leave entries that are there already as they are.
    #[arg(long)]
    keep_existing: bool,
    /// Category of rows that have none; documents take the name of their folder first.
    #[arg(long, value_name = "NAME")]
    category: Option<String>,
    /// Print all rows that there is something to say about, not the first of each kind.
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Which {
    /// None; texts are not compared.
    Keep,
    /// Those without an id of their own whose text is that of another entry.
    Same,
    /// All whose text is that of another entry, or nearly.
    Skip,
}

/// Imports what is fit to be kept and reports the rest.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    let budget = interrupt::budget();
    let category = args.category.clone().unwrap_or_default();
    let is_input = args.file == Path::new("-");
    let many = !is_input && holds_documents(&args.file);
    let format = match args.format {
        Some(form) => Some(Format::from(form)),
        None if is_input => {
            return Err(UserError::new("standard input has no known format")
                .hint("say which with --format json, jsonl or csv"));
        }
        None if many => None,
        None => Some(Format::of(&args.file)?),
    };
    if is_input && format.is_some_and(Format::is_document) {
        return Err(UserError::new("a document on standard input has no name")
            .hint("`greenbar kb add --file -` takes one; import reads files and folders"));
    }
    let named = |e: UserError| UserError { what: format!("{}: {}", args.file.display(), e.what), ..e };
    let store = context.store()?;
    let mut size = None;
    let rows = match format {
        Some(format) if is_input => {
            let reader: Box<dyn Read> = Box::new(std::io::stdin().lock());
            Rows::read(BufReader::with_capacity(256 << 10, reader), format).map_err(named)?
        }
        format => {
            let (rows, known) = import_rows(&args.file, format, &category, &budget)?;
            size = known;
            rows
        }
    };
    let options = Options {
        at: context.now(),
        preview: args.preview,
        duplicates: match args.duplicates {
            Which::Keep => Duplicates::Keep,
            Which::Same => Duplicates::Same,
            Which::Skip => Duplicates::Skip,
        },
        keep: args.keep_existing,
        category: category.clone(),
        list_same: false,
    };
    let mut progress = Progress::new(out.is_json());
    let mut last = Instant::now();
    let mut told = |p: crate::kb::transfer::Progress| {
        if last.elapsed() < SHOW_EVERY {
            return;
        }
        last = Instant::now();
        let part = size.map_or(String::new(), |size| format!("  {} %", num::percent(p.bytes, size)));
        let known = format!("{} known texts read, ", thousands(p.known));
        let known = if p.known > 0 { known.as_str() } else { "" };
        progress.show(&format!("{known}{} rows{part}", thousands(p.rows)));
    };
    let report = import(store.as_ref(), rows, &options, &budget, &mut told).map_err(named)?;
    drop(progress);
    if report.rows == 0 && many {
        return Err(nothing_to_import(&args.file));
    }
    if out.is_json() {
        out.document(&report);
    } else {
        tell(&report, args.all, out);
    }
    Ok(if report.rejected_rows == 0 { Exit::Done } else { Exit::BadInput })
}

fn tell(report: &Report, all: bool, out: &mut Out) {
    let tense = if report.preview { ", if it were imported (nothing was written)" } else { "" };
    let mut parts = vec![
        format!("{} added", thousands(report.added)),
        format!("{} changed", thousands(report.changed)),
        format!("{} unchanged", thousands(report.unchanged)),
    ];
    for (count, words) in [
        (report.kept, "left as they were"),
        (report.duplicates, "left out because another entry says the same"),
    ] {
        if count > 0 {
            parts.push(format!("{} {words}", thousands(count)));
        }
    }
    parts.push(format!("{} rejected", thousands(report.rejected_rows)));
    out.line(&format!("{}{tense}", parts.join(", ")));
    if report.alike > 0 {
        let of = counted(report.alike, "entry is", "entries are");
        out.line(&format!("{of} like another one and taken all the same; --duplicates skip leaves such out"));
    }
    for fate in [Fate::Added, Fate::Changed, Fate::Kept, Fate::Duplicate] {
        let items: Vec<&Item> = report.items.iter().filter(|item| item.fate == fate).collect();
        let total = match fate {
            Fate::Added if report.preview => report.added,
            Fate::Added => report.alike,
            Fate::Changed => report.changed,
            Fate::Unchanged => report.unchanged,
            Fate::Kept => report.kept,
            Fate::Duplicate => report.duplicates,
        };
        let shown = few(&items, all);
        for item in shown {
            out.line(&row_of(item));
        }
        more(shown.len(), if items.is_empty() { 0 } else { total }, word(fate), out);
    }
    let shown = few(&report.rejected, all);
    for rejected in shown {
        let field = if rejected.field.is_empty() { String::new() } else { format!("{}: ", rejected.field) };
        out.line(&format!("{}: {field}{}", place(&rejected.file, rejected.row), rejected.reason));
    }
    more(shown.len(), report.rejected_rows, "rejected", out);
    for unused in few(&report.unused, all) {
        let place = place(&unused.file, unused.row);
        let times =
            if unused.times > 1 { format!(", {} times", thousands(unused.times)) } else { String::new() };
        out.line(&format!("not used: \"{}\", no field of an entry ({place}{times})", unused.name));
    }
    for remark in few(&report.remarks, all) {
        out.line(remark);
    }
}

fn few<T>(items: &[T], all: bool) -> &[T] {
    let end = if all { items.len() } else { items.len().min(SHOWN) };
    items.get(..end).unwrap_or_default()
}

fn more(shown: usize, total: u64, word: &str, out: &mut Out) {
    let rest = total.saturating_sub(num::to_u64(shown));
    if rest > 0 {
        out.line(&format!("… and {} more {word}; --all shows up to 10,000 of a kind", thousands(rest)));
    }
}

fn word(fate: Fate) -> &'static str {
    match fate {
        Fate::Added => "added",
        Fate::Changed => "changed",
        Fate::Unchanged => "unchanged",
        Fate::Kept => "kept",
        Fate::Duplicate => "left out",
    }
}

fn place(file: &str, row: u64) -> String {
    match file {
        "" => format!("row {row}"),
        file if row > 1 => format!("{file} line {row}"),
        file => file.to_owned(),
    }
}

fn row_of(item: &Item) -> String {
    let id = if item.id.is_empty() { "(a number)" } else { &item.id };
    let mut line = format!("{:<9} {}  {id}  {}", word(item.fate), place(&item.file, item.row), item.title);
    if !item.fields.is_empty() {
        line.push_str(&format!("  [{}]", item.fields.join(", ")));
    }
    if let Some(like) = &item.like {
        line.push_str(&format!("  ({})", likeness(like)));
    }
    line
}

fn likeness(like: &Like) -> String {
    match like.why {
        Why::SameText => format!("the same text as {}", like.id),
        Why::NearText => format!("about {} % of the text of {}", like.percent, like.id),
        Why::SameCodeAndTitle => {
            format!("code and title of {}, about {} % of its text", like.id, like.percent)
        }
    }
}
