//! What is read of a source by those who need its copybooks: with them put in if it is not too large for that, else as it is. A
//! listing is read as it is, too: its compiler has put them in.

use super::context::Context;
use super::out::{Out, Progress, note};
use super::source::{self, Head, Opened};
use crate::base::num::to_usize;
use crate::base::text::{Line, LineOptions};
use crate::base::{Budget, ByteOffset, LineNo, Result, UserError};
use crate::code::copybook::{Expanded, Remark, RemarkKind, expand};
use crate::code::xref::{Collector, Place, Unit, Want};
use crate::code::{SourceFormat, code_of};
use crate::listing::{self, Contents, Finder, Offsets};
use crate::source::{ChunkSink, LINE_CLIP, ScanEnd, ScanProgress, Wanted};
use crate::work::{Printed, library_for, offsets};
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;

/// Largest source that copybooks are put in: it is held in memory for that.
const EXPANDED_MAX: u64 = 8 << 20;

/// An open source.
pub struct Reading<'b> {
    opened: Opened,
    budget: &'b Budget,
    expanded: Option<Arc<Expanded>>,
    /// Where the lines of the expansion begin.
    starts: Vec<usize>,
}

/// Something about a copybook, and where its statement stands.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct RemarkAt<'r> {
    line: LineNo,
    column: u32,
    /// The file of the copybook it is in; `None` for the source itself.
    file: Option<&'r str>,
    message: &'r str,
    #[serde(skip)]
    kind: RemarkKind,
}

impl<'b> Reading<'b> {
    /// Opens a source.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn open(context: &Context, file: &Path, wanted: Wanted, budget: &'b Budget) -> Result<Self> {
        let opened = source::open(file, wanted)?;
        let mut reading = Self { opened, budget, expanded: None, starts: Vec::new() };
        if reading.opened.facts.format.is_listing() {
            return Ok(reading);
        }
        reading.opened.source.reach(EXPANDED_MAX + 1, budget)?;
        if reading.opened.source.size() > EXPANDED_MAX {
            note(&format!("it has more than {} MiB: copybooks are not put in", EXPANDED_MAX >> 20));
            return Ok(reading);
        }
        let text = reading.opened.all(budget)?;
        let library = library_for(file, &context.env, context.config());
        let expanded = expand(&text, reading.opened.facts.format, &library, budget);
        reading.opened.go_on(budget)?;
        reading.starts =
            std::iter::once(0).chain(memchr::memchr_iter(b'\n', &expanded.text).map(|at| at + 1)).collect();
        reading.expanded = Some(Arc::new(expanded));
        Ok(reading)
    }

    /// The file as it was given.
    pub fn path(&self) -> String {
        self.opened.source.path().display().to_string()
    }

    /// What is said about the file.
    pub fn head(&self) -> Head {
        self.opened.head()
    }

    /// The source with its copybooks, if they were put in.
    pub fn expanded(&self) -> Option<&Expanded> {
        self.expanded.as_deref()
    }

    /// The format of what is read.
    pub fn format(&self) -> SourceFormat {
        self.opened.facts.format
    }

    /// What is worth knowing of the copybooks: those that are not in, and other reasons why something may be missing.
    pub fn remarks(&self) -> impl Iterator<Item = RemarkAt<'_>> {
        let remarks = self.expanded().map(|e| e.problems.as_slice()).unwrap_or_default();
        let matters = remarks.iter().filter(|r| !matches!(r.kind, RemarkKind::Elsewhere));
        matters.map(|r: &Remark| RemarkAt {
            line: r.at.line_no(),
            column: r.column,
            file: self.expanded().and_then(|e| e.copy_of(r.at)?.file.as_deref()),
            message: &r.message,
            kind: r.kind,
        })
    }

    /// Tells people so, on standard error.
    pub fn tell(&self) {
        for remark in self.remarks() {
            let file = remark.file.map_or_else(|| self.path(), str::to_owned);
            note(&format!("greenbar: {file} line {}: {}", remark.line, remark.message));
        }
    }

    /// Where a line of what is read is from: its number, and the file of the copybook if it is from one.
    pub fn place(&self, line: LineNo) -> (LineNo, Option<&str>) {
        let from = self.expanded().and_then(|e| Some((e, e.origin(line)?)));
        from.map_or((line, None), |(expanded, origin)| {
            (origin.line_no(), expanded.copy_of(origin).and_then(|c| c.file.as_deref()))
        })
    }

    /// Why the copybook of the statement on a line of what is read was not put in, in a few words.
    pub fn why_not(&self, line: LineNo) -> String {
        let (number, file) = self.place(line);
        let here =
            self.remarks().find(|r| r.line == number && r.file == file && r.kind != RemarkKind::Syntax);
        match here.map(|r| (r.kind, r.message)) {
            // The names of the members are behind that.
            Some((RemarkKind::Cycle, message)) => {
                message.split_once(": ").map_or(message, |(_, circle)| circle).to_owned() + ": a circle"
            }
            Some((RemarkKind::Refused | RemarkKind::Limit, _)) => "not put in".to_owned(),
            _ => "not here".to_owned(),
        }
    }

    /// Reads the compile units, each of which is handed to `each`.
    ///
    /// # Errors
    /// When it cannot be read to its end.
    pub fn units(&self, want: &Want, json: bool, each: &mut dyn FnMut(Unit)) -> Result<()> {
        let mut collector = Collector::new(self.format(), want.clone(), each);
        if let Some(expanded) = &self.expanded {
            collector = collector.expanded(Arc::clone(expanded));
        }
        self.scan(&mut collector, json)?;
        collector.finish();
        Ok(())
    }

    /// The units and sections of a listing; nothing of a source.
    ///
    /// # Errors
    /// When it cannot be read to its end.
    pub fn contents(&self, json: bool) -> Result<Contents> {
        let mut finder = Finder::default();
        if self.format().is_listing() {
            self.scan(&mut finder, json)?;
        }
        Ok(finder.finish())
    }

    /// What the compiler printed about a unit.
    ///
    /// # Errors
    /// When the reading is stopped.
    pub fn printed(&self, unit: &listing::Unit) -> Result<Printed> {
        Printed::read(&self.opened.source, self.format(), unit, self.budget)
    }

    /// Where the statements of a unit are in its code.
    ///
    /// # Errors
    /// When the reading is stopped.
    pub fn offsets(&self, unit: &listing::Unit) -> Result<Offsets> {
        offsets(&self.opened.source, unit, self.budget)
    }

    /// Hands what is read to `sink`.
    ///
    /// # Errors
    /// When it cannot be read to its end.
    pub fn scan(&self, sink: &mut dyn ChunkSink, json: bool) -> Result<()> {
        if let Some(expanded) = &self.expanded {
            for piece in expanded.text.chunks(source::PIECE) {
                self.opened.go_on(self.budget)?;
                sink.chunk(ByteOffset(0), piece);
            }
            return self.opened.go_on(self.budget);
        }
        let mut progress = Progress::new(json);
        let mut told = |p: ScanProgress| source::show(&mut progress, p.done, p.total);
        let end = self.opened.source.scan(&mut [sink], self.budget, &mut told)?;
        self.opened.go_on(self.budget)?;
        self.opened.still_there()?;
        let failed = |what: &str| UserError::new(format!("{what} {}", self.path()));
        match end {
            ScanEnd::Complete { unreadable: 0, .. } => Ok(()),
            ScanEnd::Complete { unreadable, .. } => Err(failed("cannot read all of")
                .cause(format!("{unreadable} bytes of it cannot be read"))
                .hint("check the disk, or copy what can be read")),
            ScanEnd::Stopped { .. } | ScanEnd::Changed(_) => {
                Err(failed("cannot follow").cause("it changed while it was read").hint("try again"))
            }
        }
    }

    /// What a line of the text that is read says, without its margins, blanks in a row as one.
    ///
    /// # Errors
    /// When the file cannot be read any more.
    pub fn statement(&self, line: LineNo, out: &Out) -> Result<String> {
        let bytes = if let Some(expanded) = &self.expanded {
            let from = self.starts.get(to_usize(line.index())).copied().unwrap_or_default();
            let to =
                self.starts.get(to_usize(line.get())).map_or(expanded.text.len(), |to| to.saturating_sub(1));
            expanded.text.get(from..to).unwrap_or_default().to_vec()
        } else {
            let at = self.opened.source.offset_of_line(line, self.budget)?.unwrap_or_default();
            let (mut text, _) = self.opened.source.read(at, LINE_CLIP);
            text.truncate(memchr::memchr(b'\n', &text).unwrap_or(text.len()));
            text
        };
        let code = code_of(&bytes, self.opened.facts.format);
        let latin1 = std::str::from_utf8(code).is_err();
        let shown =
            Line::decode(code, &LineOptions { charset: out.charset(), latin1, ..LineOptions::default() });
        Ok(shown.text().split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

/// A place as it is shown: the number of the line, behind the name of the copybook if it is from one.
pub fn shown(place: &Place) -> String {
    shown_in(place.file.as_deref(), place.line)
}

/// The same of its parts.
pub fn shown_in(file: Option<&str>, line: LineNo) -> String {
    match file {
        None => line.to_string(),
        Some(file) => {
            let name = Path::new(file).file_stem().map(|n| n.to_string_lossy().into_owned());
            format!("{}:{line}", name.unwrap_or_default())
        }
    }
}
