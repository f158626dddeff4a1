//! `greenbar notes [FILE[:LINE] [TEXT]]`: notes on lines of files.

use super::out::Out;
use super::{Context, files, interrupt};
use crate::base::meter::no_meter;
use crate::base::{Exit, LineNo, Result, UserError};
use crate::kb::entry::LARGEST_TEXT;
use crate::source::SourceFile;
use crate::store::LineNote;
use crate::work::{Marks, anchor_at, facts_of, marks};
use serde::Serialize;
use std::path::Path;

/// Of which line, and what to note.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file, or a line of it: PAYR010.cbl:1204. Without one the newest notes of all files are listed.
    #[arg(value_name = "FILE[:LINE]")]
    place: Option<String>,
    /// What to note on the line, in place of what is noted there; an empty text takes the note away.
    #[arg(requires = "place", allow_hyphen_values = true)]
    text: Option<String>,
    /// At most so many of all files.
    #[arg(long, default_value_t = 100, value_name = "N")]
    limit: usize,
}

#[derive(Serialize)]
struct Document<'n> {
    notes: Vec<Row<'n>>,
}

#[derive(Serialize)]
struct Row<'n> {
    file: &'n str,
    #[serde(flatten)]
    note: &'n LineNote,
}

/// Lists notes, or writes one.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    let store = context.store()?;
    let Some(place) = &args.place else {
        let all = store.all_line_notes(args.limit, &interrupt::budget())?;
        return Ok(list(&all, out));
    };
    let (file, line) = files::place(place)?;
    let source = SourceFile::open(Path::new(file), no_meter())?;
    let path = files::absolute(Path::new(file));
    let (facts, budget) = (facts_of(&source), interrupt::budget());
    let Marks { notes, .. } = marks(store.as_ref(), (&source, &facts), (&path, None), &budget)?;
    let Some(text) = &args.text else {
        let wanted = |n: &LineNote| line.is_none_or(|line| n.line == line);
        let notes: Vec<_> = notes.into_iter().filter(wanted).map(|n| (path.clone(), n)).collect();
        return Ok(list(&notes, out));
    };
    let Some(line) = line else { return Err(files::no_line(place, "")) };
    if source.offset_of_line(LineNo::new(line), &budget)?.is_none() {
        return Err(files::too_few(file, line));
    }
    if text.len() > LARGEST_TEXT || text.contains('\0') {
        return Err(UserError::new("that cannot be kept as a note")
            .cause(format!("it has {} bytes; {LARGEST_TEXT} are allowed, and no NUL", text.len())));
    }
    let old = notes.iter().find(|n| n.line == line && !n.lost);
    let note = LineNote {
        id: old.map_or(0, |n| n.id),
        line,
        anchor: anchor_at(&source, line, facts.format, facts.encoding(), &budget)?,
        text: text.clone(),
        updated_at: context.now(),
        lost: false,
    };
    if old.is_none() && text.trim().is_empty() {
        out.line(&format!("no note on {file}:{line}"));
        return Ok(Exit::NotFound);
    }
    let id = store.put_line_note(&path, &note)?.unwrap_or_default();
    let note = LineNote { id, ..note };
    if out.is_json() {
        out.document(&Document { notes: vec![Row { file: &path, note: &note }] });
    } else {
        let what = if text.trim().is_empty() { "note taken away" } else { "noted" };
        out.line(&format!("{what}: {path}:{line}"));
    }
    Ok(Exit::Done)
}

fn list(notes: &[(String, LineNote)], out: &mut Out) -> Exit {
    if out.is_json() {
        out.document(&Document { notes: notes.iter().map(|(file, note)| Row { file, note }).collect() });
    } else {
        for (file, note) in notes {
            let gone = if note.lost { " (that line is gone)" } else { "" };
            out.line(&format!("{file}:{}: {}{gone}", note.line, note.text));
        }
    }
    if notes.is_empty() { Exit::NotFound } else { Exit::Done }
}
