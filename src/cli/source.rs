//! What the subcommands about a file share: how it is opened and what is said about its form.

use super::out::{Progress, note};
use crate::base::meter::no_meter;
use crate::base::text::{Charset, Line, LineOptions, Tabs};
use crate::base::{Budget, ByteOffset, Exit, Result, Stop, UserError, num};
use crate::code::SourceFormat;
use crate::source::encoding::{Encoding, Start};
use crate::source::{Carriage, Change, Records, SourceFile, Wanted, archive};
use crate::work::{FileFacts, facts_of};
use serde::Serialize;
use std::path::Path;
use std::str::FromStr;

/// Bytes of a file that is taken whole, at most.
const WHOLE_MAX: u64 = 256 << 20;
/// Bytes that are read of it at once.
pub const PIECE: usize = 1 << 20;

/// What a person says of the bytes of a file.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct FormatArgs {
    /// What the bytes mean, instead of what they look like: utf-8, iso-8859-1, cp037, cp1047, ...
    #[arg(long, value_name = "NAME", value_parser = parsed::<Encoding>)]
    pub encoding: Option<Encoding>,
    /// How they are cut into lines: lf, cr, nl, f80 (fixed), v, vb (with descriptors), ...
    #[arg(long, value_name = "FORMAT", value_parser = parsed::<Records>)]
    pub records: Option<Records>,
    /// Lines are taken as they are printed, without this carriage control: asa, mixed (ASA on headings only), machine, ff
    /// (form feeds), auto (what the file looks like).
    #[arg(long, value_name = "KIND", value_parser = carriage)]
    pub carriage: Option<Said>,
}

/// What a person says of carriage control: a kind, or that it is to be told from the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said(Option<Carriage>);

fn carriage(text: &str) -> std::result::Result<Said, String> {
    if text.eq_ignore_ascii_case("auto") { Ok(Said(None)) } else { parsed(text).map(|kind| Said(Some(kind))) }
}

impl FormatArgs {
    /// The same as the source layer takes it.
    pub fn wanted(self) -> Wanted {
        Wanted {
            encoding: self.encoding,
            records: self.records,
            carriage: self.carriage.and_then(|said| said.0),
            printed: self.carriage.is_some_and(|said| said.0 != Some(Carriage::None)),
        }
    }
}

/// A value of a flag, or why it is none.
fn parsed<T: FromStr<Err = UserError>>(text: &str) -> std::result::Result<T, String> {
    text.parse().map_err(|e: UserError| {
        [e.what, e.cause, e.hint].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
    })
}

/// An open file and what its start tells.
pub struct Opened {
    /// The file.
    pub source: SourceFile,
    /// What its start tells.
    pub facts: FileFacts,
}

/// Opens `path`, whose text is wanted: an archive has none, unless somebody says how its bytes are to be taken.
pub fn open(path: &Path, wanted: Wanted) -> Result<Opened> {
    if wanted == Wanted::default()
        && let Some(what) = archive(path)
    {
        let shown = path.display();
        return Err(UserError::new(format!("cannot read {shown} as a text"))
            .cause(format!("it is {what}"))
            .hint(format!("name a member of it, as {shown}(MEMBER); `greenbar members` lists them")));
    }
    open_bytes(path, wanted)
}

/// Opens `path`, whatever its bytes are.
pub fn open_bytes(path: &Path, wanted: Wanted) -> Result<Opened> {
    let source = SourceFile::open_as(path, wanted, no_meter())?;
    let facts = facts_of(&source);
    Ok(Opened { source, facts })
}

/// What is said about a file before its content.
#[derive(Debug, Clone, Serialize)]
pub struct Head {
    file: String,
    kind: &'static str,
    encoding: &'static str,
    record_format: String,
    source_format: Option<&'static str>,
    bytes: u64,
}

impl Opened {
    /// What is said about it.
    pub fn head(&self) -> Head {
        let (kind, source_format) = match self.facts.format {
            SourceFormat::Fixed => ("cobol", Some("fixed")),
            SourceFormat::Free => ("cobol", Some("free")),
            SourceFormat::Variable => ("cobol", Some("variable")),
            SourceFormat::Listing(_) => ("listing", Some("listing")),
            SourceFormat::NotCobol => ("text", None),
        };
        Head {
            file: self.source.path().display().to_string(),
            kind,
            encoding: self.facts.encoding().name(),
            record_format: self.facts.text.format.records.to_string(),
            source_format,
            bytes: self.source.size(),
        }
    }

    /// Bytes of a line, or a part of one, as text.
    pub fn text(&self, bytes: &[u8]) -> String {
        self.facts.encoding().text(bytes, Start::Line)
    }

    /// All of it, for work that needs it whole.
    ///
    /// # Errors
    /// If it is too large for that, cannot be read, or changes meanwhile.
    pub fn all(&self, budget: &Budget) -> Result<Vec<u8>> {
        let file = self.source.path().display();
        self.source.reach(WHOLE_MAX + 1, budget)?;
        let size = self.source.size();
        if size > WHOLE_MAX {
            return Err(UserError::new(format!("{file} is too large for this"))
                .cause(format!("it has {} MiB, and at most {} are taken whole", size >> 20, WHOLE_MAX >> 20))
                .hint("cut out the program that matters: `greenbar cat FILE --lines A:B`"));
        }
        let mut all = Vec::with_capacity(num::to_usize(size));
        while num::to_u64(all.len()) < size {
            self.go_on(budget)?;
            let (bytes, whole) = self.source.read(ByteOffset(num::to_u64(all.len())), PIECE);
            if !whole || bytes.is_empty() {
                self.still_there()?;
                return Err(UserError::new(format!("cannot read all of {file}"))
                    .cause("some bytes of it cannot be read")
                    .hint("check the disk, or copy what can be read"));
            }
            all.extend_from_slice(&bytes);
        }
        self.still_there()?;
        Ok(all)
    }

    /// The same as it is shown, the part beginning in column `first_cell` of its line. Nothing in it acts on a terminal.
    /// With `columns` every byte that is no text takes one column.
    pub fn shown(&self, bytes: &[u8], charset: Charset, first_cell: usize, columns: bool) -> Line {
        let tabs = Tabs::Every(if columns { 1 } else { 8 });
        let start = if first_cell == 0 { Start::Line } else { Start::Inside };
        let options = LineOptions { tabs, charset, first_cell, columns, ..LineOptions::default() };
        self.facts.encoding().line(bytes, start, &options)
    }

    /// Whether the file is still what it was when it was opened, or has only grown.
    ///
    /// # Errors
    /// Says what happened to it.
    pub fn still_there(&self) -> Result<()> {
        let cause = match self.source.changed() {
            Change::Same | Change::Grew => return self.all_unpacked(),
            Change::Shrank => "it became shorter while it was read",
            Change::Replaced => "another file took its place while it was read",
            Change::Vanished => "it was removed while it was read",
            Change::Unreadable => "it cannot be read any more",
        };
        Err(UserError::new(format!("{} has changed", self.source.path().display()))
            .cause(cause)
            .hint("what was printed may not be whole: try again"))
    }

    /// Whether a packed file could be unpacked, as far as that was needed.
    fn all_unpacked(&self) -> Result<()> {
        let Some(unpacked) = self.source.unpacked() else { return Ok(()) };
        let Some(problem) = unpacked.problem else { return Ok(()) };
        let file = self.source.path().display();
        if unpacked.whole {
            note(&format!("{file}: {problem}"));
            return Ok(());
        }
        Err(UserError::new(format!("cannot read all of {file}")).cause(problem).hint(format!(
            "what could be unpacked was read: {} bytes; get the file anew, or repair it",
            num::thousands(self.source.size())
        )))
    }

    /// The error of work on it that was stopped, if it was.
    ///
    /// # Errors
    /// With `Exit::Interrupted`.
    pub fn go_on(&self, budget: &Budget) -> Result<()> {
        budget.check().map_err(|stop: Stop| {
            UserError::new(format!("stopped reading {}", self.source.path().display()))
                .cause(stop)
                .exit(Exit::Interrupted)
        })
    }
}

/// Bytes as text.
pub fn text(bytes: &[u8], latin1: bool) -> String {
    if latin1 {
        bytes.iter().map(|b| char::from(*b)).collect()
    } else {
        String::from_utf8_lossy(bytes).into_owned()
    }
}

/// Shows how far a pass over a file is.
pub fn show(progress: &mut Progress, done: u64, total: u64) {
    let mib = |n: u64| n >> 20;
    progress.show(&format!("{} %  {} of {} MiB", num::percent(done, total), mib(done), mib(total)));
}
