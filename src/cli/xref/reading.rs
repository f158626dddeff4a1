//! The source of a cross-reference: with its copybooks put in if it is not too large for that, else read as it is.

use super::super::context::Context;
use super::super::out::{Out, Progress, note};
use super::super::source::{self, Head, Opened};
use crate::base::num::to_usize;
use crate::base::text::{Line, LineOptions};
use crate::base::{Budget, LineNo, Result, UserError};
use crate::code::code_of;
use crate::code::copybook::{Expanded, expand};
use crate::code::xref::{Collector, Place, Unit, Want};
use crate::source::{Anchor, ChunkSink, PageRequest, ScanEnd, ScanProgress};
use crate::work::library_for;
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

impl<'b> Reading<'b> {
    /// Opens a source.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn open(context: &Context, file: &Path, budget: &'b Budget) -> Result<Self> {
        let opened = source::open(file)?;
        let mut reading = Self { opened, budget, expanded: None, starts: Vec::new() };
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

    /// Reads the compile units, each of which is handed to `each`.
    ///
    /// # Errors
    /// When it cannot be read to its end.
    pub fn units(&self, want: &Want, json: bool, each: &mut dyn FnMut(Unit)) -> Result<()> {
        if let Some(expanded) = &self.expanded {
            let mut collector =
                Collector::new(expanded.format, want.clone(), each).expanded(Arc::clone(expanded));
            for piece in expanded.text.chunks(source::PIECE) {
                self.opened.go_on(self.budget)?;
                collector.chunk(crate::base::ByteOffset(0), piece);
            }
            collector.finish();
            return Ok(());
        }
        let mut progress = Progress::new(json);
        let mut told = |p: ScanProgress| source::show(&mut progress, p.done, p.total);
        let mut collector = Collector::new(self.opened.facts.format, want.clone(), each);
        let end = self.opened.source.scan(&mut [&mut collector], self.budget, &mut told)?;
        self.opened.go_on(self.budget)?;
        self.opened.still_there()?;
        let failed = |what: &str| UserError::new(format!("{what} {}", self.path()));
        match end {
            ScanEnd::Complete { unreadable: 0, .. } => {}
            ScanEnd::Complete { unreadable, .. } => {
                return Err(failed("cannot read all of")
                    .cause(format!("{unreadable} bytes of it cannot be read"))
                    .hint("check the disk, or copy what can be read"));
            }
            ScanEnd::Stopped { .. } | ScanEnd::Changed(_) => {
                return Err(failed("cannot follow").cause("it changed while it was read").hint("try again"));
            }
        }
        collector.finish();
        Ok(())
    }

    /// What a line of the text that is read says, without its margins, blanks in a row as one.
    ///
    /// # Errors
    /// When the file cannot be read any more.
    pub fn statement(&self, line: LineNo, out: &Out) -> Result<String> {
        let page;
        let bytes = if let Some(expanded) = &self.expanded {
            let from = self.starts.get(to_usize(line.index())).copied().unwrap_or_default();
            let to =
                self.starts.get(to_usize(line.get())).map_or(expanded.text.len(), |to| to.saturating_sub(1));
            expanded.text.get(from..to).unwrap_or_default()
        } else {
            let request = PageRequest::at(Anchor::Line(line), 1);
            page = self.opened.source.page(&request, self.budget)?;
            page.lines.first().map(|l| l.text.as_slice()).unwrap_or_default()
        };
        let code = code_of(bytes, self.opened.facts.format);
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
