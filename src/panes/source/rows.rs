//! The lines at hand: from the lines of a page to what is drawn of them.

use super::carriage::Over;
use super::file::File;
use crate::base::LineNo;
use crate::base::text::{Line, LineOptions, Tabs};
use crate::code::{LineContext, SourceFormat, Span, highlight};
use crate::source::encoding::{Encoding, Start, Transcriber};
use crate::source::{Page, PageLine, Printed};
use crate::ui::Role;
use crate::work::FileFacts;
use std::borrow::Cow;
use std::ops::Range;

/// A line at hand.
#[derive(Debug, Clone)]
pub struct Row {
    /// Where it begins; of a part of a line, where that begins.
    pub start: u64,
    /// Where its line begins.
    pub line_start: u64,
    /// Its length in bytes.
    pub length: u64,
    /// Its number, if it is known.
    pub number: Option<LineNo>,
    /// The number that the compiler gave to it, in a listing.
    pub line_id: Option<u32>,
    /// Bytes of the line before `bytes`.
    pub skip: u64,
    /// The cells of `line` that it shows; `None` for all.
    pub part: Option<Range<usize>>,
    /// Its bytes, as far as they were read.
    pub bytes: Vec<u8>,
    /// Its display form.
    pub line: Line,
    /// What its parts are.
    pub spans: Vec<Span>,
    /// Some of it could not be read.
    pub unreadable: bool,
    /// It goes on before or after what was read.
    pub cut: bool,
    /// It stands for so many lines that are not shown; 0 for a line.
    pub hidden: u64,
    /// What carriage control makes of it.
    pub printed: Printed,
    /// Bytes of `bytes` that are control and not shown.
    pub(super) control: usize,
    /// Where the first byte of its text is in the file.
    pub(super) text_at: u64,
    /// Where the row behind it begins.
    pub(super) next: u64,
    /// Records that are printed over it, what is seen then, and what of that is underlined or bold.
    pub(super) over: Vec<Over>,
    pub(super) merged: Vec<u8>,
    pub(super) strikes: Vec<(Range<usize>, Role)>,
}

impl File {
    /// The lines of a page.
    pub(super) fn rows_of(&self, page: Page, tabs: Tabs<'_>) -> Vec<Row> {
        let encoding = self.facts.as_ref().map_or_else(Default::default, FileFacts::encoding);
        let plain = Transcriber::new(encoding, None);
        let format = self.facts.as_ref().map_or_else(Default::default, |f| f.format);
        let mut contexts = self.contexts.iter().copied();
        let mut context = contexts.next().unwrap_or(LineContext { format, ..LineContext::default() });
        let mut rows: Vec<Row> = Vec::with_capacity(page.lines.len());
        for line in page.lines {
            let mut spans = Vec::new();
            let mut line_id = None;
            let skip = page.skip.saturating_add(line.inside);
            let start = if skip == 0 { Start::Line } else { Start::Inside };
            if skip == 0 && format != SourceFormat::NotCobol {
                let mut text = Cow::Borrowed(line.text.as_slice());
                if !plain.is_identity() {
                    plain.in_place(text.to_mut());
                }
                line_id = context.format.line_id(&text);
                context = highlight(&text, context, &mut spans);
            }
            if line.hidden > 0 {
                context = contexts.next().unwrap_or(context);
            }
            // What is in pieces is no line that another one could be printed over.
            let torn = page.piece > 0 && (line.inside > 0 || !line.is_last_piece());
            let over = rows.last_mut().filter(|_| page.printed && line.printed.over && !torn);
            if let Some(row) = over
                && row.print_over(&line, encoding, page.skip)
            {
                row.line = line_of(row.seen(), row.control, (encoding, start), tabs);
                continue;
            }
            let row = row_of(line, spans, (encoding, start), (page.printed, skip), tabs);
            rows.push(Row { line_id, cut: row.cut || torn, ..row });
        }
        rows
    }
}

fn row_of(
    line: PageLine,
    spans: Vec<Span>,
    encoding: (Encoding, Start),
    (printed, skip): (bool, u64),
    tabs: Tabs<'_>,
) -> Row {
    let taken_out = if printed { line.printed.control } else { 0 };
    let control = if skip == 0 { usize::from(taken_out) } else { 0 };
    Row {
        start: line.start.0.saturating_add(line.inside),
        line_start: line.start.0,
        skip,
        part: None,
        length: line.length,
        number: line.number,
        line_id: None,
        line: line_of(&line.text, control, encoding, tabs),
        spans,
        unreadable: line.unreadable,
        cut: line.cut_start || line.cut_end,
        hidden: line.hidden,
        printed: line.printed,
        control,
        text_at: line.start.0.saturating_add(skip).saturating_add(u64::from(taken_out)),
        next: line.next().0,
        over: Vec::new(),
        merged: Vec::new(),
        strikes: Vec::new(),
        bytes: line.text,
    }
}

/// The display form of a line without the control at its start.
fn line_of(text: &[u8], control: usize, (encoding, start): (Encoding, Start), tabs: Tabs<'_>) -> Line {
    encoding.line(text, start, &LineOptions { tabs, columns: true, skip: control, ..LineOptions::default() })
}
