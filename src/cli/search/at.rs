//! `greenbar search --at FILE:LINE`: what the knowledge base knows of a line.

use crate::base::meter::no_meter;
use crate::base::text::clean;
use crate::base::{Exit, LineNo, Result, num};
use crate::cli::context::Context;
use crate::cli::out::Out;
use crate::cli::{files, interrupt};
use crate::code::{Outline, SourceFormat};
use crate::kb::about::{Fit, Why, about};
use crate::source::SourceFile;
use crate::store::Severity;
use crate::work::{clues, facts_of, whole_outline};
use serde::Serialize;
use std::path::Path;

/// Of larger files the paragraph around a line is not looked for, in bytes.
const WHOLE: u64 = 64 << 20;

#[derive(Serialize)]
struct Document<'f> {
    file: &'f str,
    line: u64,
    /// The paragraph, section, file or record around the line.
    around: Option<&'f str>,
    codes: Vec<&'f str>,
    names: &'f [String],
    /// How many entries fit.
    total: usize,
    results: Vec<Row<'f>>,
}

#[derive(Serialize)]
struct Row<'f> {
    id: &'f str,
    title: &'f str,
    category: &'f str,
    severity: Severity,
    usage_count: u64,
    success_rate: Option<f64>,
    why: String,
    /// What it was found by: `line`, `around`, `code`, `wider_code`, `name`.
    by: Vec<&'static str>,
}

/// Lists the entries that fit a line.
pub fn run(context: &Context, place: &str, limit: Option<usize>, out: &mut Out) -> Result<Exit> {
    let (name, line) = files::place(place)?;
    let line = line.ok_or_else(|| files::no_line(place, ""))?;
    let store = context.store()?;
    let budget = interrupt::budget();
    let source = SourceFile::open(Path::new(name), no_meter())?;
    let facts = facts_of(&source);
    let number = LineNo::new(line);
    let at = source.offset_of_line(number, &budget)?.ok_or_else(|| files::too_few(name, line))?;
    let is_small = facts.format != SourceFormat::NotCobol && source.size() <= WHOLE;
    let outline = if is_small {
        whole_outline(&source, &facts, &*no_meter(), &budget, &mut |_| {})?.0
    } else {
        Outline::default()
    };
    let path = files::absolute(Path::new(name));
    let clues = clues(store.as_ref(), (&source, &facts, &outline), &path, (number, at), &budget)?;
    let all = about(store.as_ref(), &clues, &budget)?;
    let configured = num::to_usize(context.config().performance.search.max_results);
    let fits = all.get(..limit.unwrap_or(configured).min(all.len())).unwrap_or_default();
    if out.is_json() {
        out.document(&Document {
            file: &path,
            line,
            around: clues.around.as_ref().map(|(name, _)| name.as_str()),
            codes: clues.codes.iter().map(|c| c.code.as_str()).collect(),
            names: &clues.names,
            total: all.len(),
            results: fits.iter().map(row).collect(),
        });
    } else {
        print(out, (place, &clues.names), fits, all.len());
    }
    Ok(if fits.is_empty() { Exit::NotFound } else { Exit::Done })
}

fn row(fit: &Fit) -> Row<'_> {
    let head = &fit.head;
    Row {
        id: &head.id,
        title: &head.title,
        category: &head.category,
        severity: head.severity,
        usage_count: head.usage_count,
        success_rate: head.success_rate(),
        why: fit.reason(),
        by: fit.why.iter().map(Why::kind).collect(),
    }
}

fn print(out: &mut Out, (place, names): (&str, &[String]), fits: &[Fit], total: usize) {
    if fits.is_empty() {
        let tried =
            if names.is_empty() { String::new() } else { format!("; its names: {}", names.join(", ")) };
        out.line(&clean(&format!("no entry fits {place}{tried}")));
        return;
    }
    out.line(&format!("{} of {total} for {}", fits.len(), clean(place)));
    let ids = fits.iter().map(|fit| fit.head.id.chars().count()).max().unwrap_or(0);
    for fit in fits {
        out.line(&format!("{:ids$}  {}", fit.head.id, fit.head.title));
        out.line(&format!("{:ids$}  {}", "", fit.reason()));
    }
}
