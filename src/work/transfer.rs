//! The knowledge base in files: what an import would do and does, one row of it, and the export. Owns how a path becomes rows,
//! and the files that an export writes; must not know panes.

use super::documents;
use super::redact::{mask, redacted_sentence};
use crate::base::num::percent;
use crate::base::{Budget, NewFile, Result, UserError, name};
use crate::kb::transfer::{
    Duplicates, Exported, Format, Look, Options, Progress, Report, Rows, Wanted, export_documents,
    export_whole, import, look,
};
use crate::source::RegularFile;
use crate::store::{Store, UnixMs};
use serde::{Deserialize, Serialize};
use std::fs::OpenOptions;
use std::io::{BufReader, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

/// Category of documents that say none and lie in no folder.
const GENERAL: &str = "General";
/// Time between two signs of life.
const TELL_EVERY: Duration = Duration::from_millis(250);
/// Bytes that are read ahead.
const AHEAD: usize = 256 << 10;

/// What is imported, and how.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ImportOf {
    /// The file, or a folder or archive of documents.
    pub path: String,
    /// How it is written down; `None` where its name says so.
    pub format: Option<Format>,
    /// Which rows are left out because another entry says the same.
    pub duplicates: Duplicates,
    /// Entries that are there stay as they are.
    pub keep: bool,
    /// Category of rows that have none; empty for none.
    pub category: String,
}

/// Something about many entries at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferAsk {
    /// What an import would do.
    Preview(ImportOf),
    /// Import.
    Import(ImportOf),
    /// What one row says, beside what is there.
    Look(ImportOf, Wanted),
    /// Write all entries to a file, or as documents into a folder.
    Export {
        /// Where to; its ending says how.
        path: String,
        /// It may be there already.
        replace: bool,
    },
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferAnswer {
    /// How far it is, in percent where the size is known.
    Progress(Progress, Option<u8>),
    /// What an import would do, or did.
    Report(Box<Report>),
    /// What a row says; `None` if it is not there any more.
    Look(Option<Box<Look>>),
    /// Entries were written to a file or folder.
    Exported {
        /// Where to.
        path: String,
        /// How many.
        entries: u64,
    },
}

impl TransferAsk {
    /// Its name, for the log and for errors.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Preview(_) => "the preview of the import",
            Self::Import(_) => "the import",
            Self::Look(..) => "reading the row",
            Self::Export { .. } => "the export",
        }
    }
}

impl TransferAnswer {
    /// Masks the texts of entries.
    pub(super) fn mask(&mut self) {
        match self {
            Self::Report(report) => {
                for item in &mut report.items {
                    mask(&mut item.file);
                    mask(&mut item.title);
                }
                for rejected in &mut report.rejected {
                    mask(&mut rejected.file);
                    rejected.reason = redacted_sentence(&rejected.reason);
                }
                for unused in &mut report.unused {
                    mask(&mut unused.file);
                    mask(&mut unused.name);
                }
                report.remarks.iter_mut().for_each(mask);
            }
            Self::Look(Some(look)) => {
                mask(&mut look.title);
                look.reason = redacted_sentence(&look.reason);
                look.lines.iter_mut().flat_map(|row| &mut row.pieces).for_each(|(text, _)| mask(text));
            }
            Self::Exported { path, .. } => mask(path),
            Self::Progress(..) | Self::Look(None) => {}
        }
    }
}

/// Whether `path` holds documents, each of them an entry, if no format was said.
pub fn holds_documents(path: &Path) -> bool {
    match Format::of(path) {
        _ if path.is_dir() => true,
        Ok(format) => format.is_document(),
        // An archive of documents, or a note whose name ends in nothing.
        Err(_) => crate::source::has_members(path) || path.extension().is_none_or(|e| e == "log"),
    }
}

/// The rows of a file, a folder or an archive, and the size in bytes where that is known. `category` is that of documents that
/// say none and lie in no folder; without one it is `General`.
///
/// # Errors
/// When it cannot be read, or its name does not say how it is written down.
pub fn import_rows<'r>(
    path: &Path,
    format: Option<Format>,
    category: &'r str,
    budget: &Budget,
) -> Result<(Rows<'r>, Option<u64>)> {
    let many = holds_documents(path);
    let format = match format {
        None if many => None,
        None => Some(Format::of(path)?),
        said => said,
    };
    match format {
        Some(format) if !format.is_document() => {
            if path.is_dir() || crate::source::has_members(path) {
                return Err(UserError::new(format!("{} is a folder", path.display()))
                    .cause("a folder holds documents, one for each entry")
                    .hint("name the file in it, or say that the format is markdown or text"));
            }
            let file = RegularFile::open(path)?;
            let size = file.size();
            let rows = Rows::read(BufReader::with_capacity(AHEAD, file), format);
            Ok((rows.map_err(|e| of_file(e, path.display()))?, Some(size)))
        }
        format => {
            let folder = if category.is_empty() { GENERAL } else { category };
            Ok((Rows::documents(documents(path, format, budget)?, folder), None))
        }
    }
}

/// What was to be imported held nothing.
pub fn nothing_to_import(path: &Path) -> UserError {
    UserError::new(format!("nothing was imported from {}", path.display()))
        .cause("it is a directory or an archive without documents")
        .hint(
            "documents are files that end in .md, .txt, .log, .html or in nothing; hidden ones are not read",
        )
}

/// Writes all entries to a file, which appears whole or not at all, or as documents into a folder.
///
/// # Errors
/// The store's, those of files, and with `Exit::Interrupted` when `budget` ends.
pub fn export_all(
    store: &dyn Store,
    to: (&Path, Format),
    replace: bool,
    budget: &Budget,
) -> Result<Exported> {
    let (path, format) = to;
    if format == Format::Markdown {
        let folder = Folder::begin(path, replace)?;
        return export_documents(store, budget, &mut |name, text| folder.write(name, text));
    }
    let mut file = NewFile::create(path)?;
    let exported = export_whole(store, &mut file, format, budget)?;
    file.finish()?;
    Ok(exported)
}

/// Answers; `tell` is told how far it is.
pub(super) fn ask(
    store: &dyn Store,
    ask: TransferAsk,
    now: UnixMs,
    budget: &Budget,
    tell: &mut dyn FnMut(TransferAnswer),
) -> Result<TransferAnswer> {
    match ask {
        TransferAsk::Preview(of) => carry_in(store, &of, (now, true), budget, tell),
        TransferAsk::Import(of) => carry_in(store, &of, (now, false), budget, tell),
        TransferAsk::Look(of, wanted) => {
            let path = name::path_of(&of.path);
            let (rows, _) = import_rows(&path, of.format, &of.category, budget)?;
            let options = options(&of, now, true);
            let found = look(store, rows, &options, &wanted, budget).map_err(|e| of_file(e, &of.path))?;
            Ok(TransferAnswer::Look(found.map(Box::new)))
        }
        TransferAsk::Export { path, replace } => {
            let to = name::path_of(&path);
            let format = match to.extension() {
                None => Format::Markdown,
                Some(_) => Format::of(&to)?,
            };
            if format == Format::Text || (format == Format::Markdown && to.extension().is_some()) {
                return Err(UserError::new("documents go into a folder, one for each entry")
                    .hint("name a folder, or a file that ends in .json, .jsonl or .csv"));
            }
            if !replace && format != Format::Markdown && to.symlink_metadata().is_ok() {
                return Err(UserError::new(format!("{path} is there already"))
                    .cause("nothing was written")
                    .hint("name another file, or say REPLACE"));
            }
            let exported = export_all(store, (&to, format), replace, budget)?;
            match exported.complaint() {
                Some(complaint) => Err(complaint),
                None => Ok(TransferAnswer::Exported { path, entries: exported.written }),
            }
        }
    }
}

fn options(of: &ImportOf, now: UnixMs, preview: bool) -> Options {
    Options {
        at: now,
        preview,
        duplicates: of.duplicates,
        keep: of.keep,
        category: of.category.clone(),
        list_same: preview,
    }
}

fn of_file(error: UserError, path: impl std::fmt::Display) -> UserError {
    UserError { what: format!("{path}: {}", error.what), ..error }
}

fn carry_in(
    store: &dyn Store,
    of: &ImportOf,
    (now, preview): (UnixMs, bool),
    budget: &Budget,
    tell: &mut dyn FnMut(TransferAnswer),
) -> Result<TransferAnswer> {
    let path = name::path_of(&of.path);
    let (rows, size) = import_rows(&path, of.format, &of.category, budget)?;
    let mut last = Instant::now();
    let mut told = |progress: Progress| {
        if last.elapsed() >= TELL_EVERY {
            last = Instant::now();
            tell(TransferAnswer::Progress(progress, size.map(|size| percent(progress.bytes, size))));
        }
    };
    let report = import(store, rows, &options(of, now, preview), budget, &mut told)
        .map_err(|e| of_file(e, &of.path))?;
    if report.rows == 0 && size.is_none() {
        return Err(nothing_to_import(&path));
    }
    if !preview && report.added + report.changed > 0 {
        // It only costs time later if it fails.
        drop(store.upkeep());
    }
    Ok(TransferAnswer::Report(Box::new(report)))
}

/// The folder that documents are written into.
struct Folder<'p> {
    path: &'p Path,
    replace: bool,
}

impl<'p> Folder<'p> {
    /// Makes it, or sees that it is empty.
    fn begin(path: &'p Path, replace: bool) -> Result<Self> {
        let refused = |cause: String, hint: &str| {
            UserError::new(format!("cannot export to {}", path.display())).cause(cause).hint(hint)
        };
        let empty = std::fs::read_dir(path).map(|mut names| names.next().is_none());
        match empty {
            Ok(false) if !replace => {
                return Err(refused(
                    "the folder is not empty".to_owned(),
                    "name a new one, or say REPLACE (--replace in the shell) to write over documents of the same names",
                ));
            }
            Ok(_) => {}
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                std::fs::create_dir(path)
                    .map_err(|e| refused(e.to_string(), "check the folder around it and its permissions"))?;
            }
            Err(e) => return Err(refused(e.to_string(), "Markdown needs a folder: name a new one")),
        }
        Ok(Self { path, replace })
    }

    fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.path.join(name);
        let failed = |e: std::io::Error| {
            UserError::new(format!("cannot write {}", path.display()))
                .cause(e)
                .hint("check the folder, its permissions and the room on the disk; export again")
        };
        if self.replace {
            // A link of that name goes, not what it leads to.
            match std::fs::remove_file(&path) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(failed(e)),
                _ => {}
            }
        }
        let mut file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(failed)?;
        file.write_all(text.as_bytes()).map_err(failed)
    }
}

#[cfg(test)]
mod tests;
