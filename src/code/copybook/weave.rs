//! Weaving: a text is gone through word by word, some words go, others come, whole lines are put in, and out come lines
//! again. Lines on which nothing happened come out byte for byte; the others are laid out anew by a [`Pen`].

use super::pattern::{Match, Piece};
use super::pen::{Group, Pen};
use super::trace::{Lineage, Traced};
use super::words::{Kind, Text, Word};
use crate::base::num::to_usize;
use crate::code::format::columns;
use crate::code::mask::{MARGIN, mark, measure};
use crate::code::model::SourceFormat;
use std::ops::Range;
use std::sync::Arc;

/// Something on a line that is laid out anew.
#[derive(Debug)]
pub(super) struct Cell {
    pub body: Body,
    pub kind: CellKind,
    /// Where it stood or is wanted, from 0; behind what is before it if there is none.
    pub column: Option<usize>,
    /// It begins a line in any case.
    pub fresh: bool,
    /// Blanks before it at least, unless it begins a line.
    pub gap: usize,
    /// Nothing may come between it and what is before it.
    pub glued: bool,
    pub debug: bool,
    /// The line of the text that it is from.
    pub line: u32,
    pub changed: bool,
}

/// What a cell holds.
#[derive(Debug)]
pub(super) enum Body {
    /// A word of the text.
    Word(Word),
    /// Bytes of the text as they are.
    Raw(Range<usize>),
    /// Bytes from elsewhere.
    Made(Arc<[u8]>),
    /// Lines.
    Lines(Traced),
}

/// How a cell is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CellKind {
    Code,
    Literal,
    /// A comment, which stays on its line if there is room.
    Comment,
    /// Code that becomes a comment.
    Note,
    Block,
}

impl CellKind {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Literal => Self::Literal,
            Kind::Comment | Kind::Directive => Self::Comment,
            _ => Self::Code,
        }
    }

    fn is_code(self) -> bool {
        matches!(self, Self::Code | Self::Literal)
    }
}

/// Lines that are laid out together: one, or those that joints hold together.
#[derive(Debug)]
struct Unit {
    first: u32,
    last: u32,
    format: SourceFormat,
    cells: Vec<Cell>,
    touched: bool,
}

/// Takes the words of a text in order and gives lines.
#[derive(Debug)]
pub(super) struct Weaver<'t> {
    text: &'t Text<'t>,
    lineage: Lineage<'t>,
    out: Traced,
    /// The first line that is not in `out` yet.
    done: u32,
    unit: Option<Unit>,
    /// What was put last ends where the last word of the text ended.
    touches: bool,
}

impl<'t> Weaver<'t> {
    pub fn new(text: &'t Text<'t>, lineage: Lineage<'t>) -> Self {
        Self { text, lineage, out: Traced::default(), done: 0, unit: None, touches: false }
    }

    /// A word stays as it is.
    pub fn keep(&mut self, word: &Word) {
        let glued = word.glued && self.touches;
        self.enter(word, word.glued);
        self.touches = true;
        self.cell(Cell {
            body: Body::Word(*word),
            kind: CellKind::of(word.kind),
            column: Some(self.text.column_of(word)),
            fresh: false,
            gap: 1,
            glued,
            debug: word.debug,
            line: word.line,
            changed: false,
        });
    }

    /// The words of a match go, and what replaces them comes; `next` is the word behind them.
    pub fn replace(&mut self, words: &[Word], found: &Match<'_>, next: Option<Word>) {
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
        let mut attached = first.glued && self.touches;
        self.enter(first, first.glued);
        self.touch();
        let mut column = Some(self.text.column_of(first));
        if found.kept.0 > 0 {
            self.part(first, 0..found.kept.0, column.take(), attached);
            attached = true;
        }
        self.touches = attached;
        for (number, piece) in found.replacement.to.iter().enumerate() {
            let glued = piece.gap == 0 && piece.fresh.is_none() && (number > 0 || attached);
            self.piece(first, piece, column.take(), glued);
            self.touches = true;
        }
        self.touches &= !found.replacement.tail;
        // What stands close behind the last word stays so. Comments between the words can only be kept if nothing does
        // but what ends a word anyway.
        let aside = |w: &Word| matches!(w.kind, Kind::Comment | Kind::Directive);
        let close = next.is_some_and(|n| n.glued && !matches!(n.kind, Kind::Period | Kind::Comma));
        let together = close || !words.iter().any(aside);
        for word in words.iter().skip(1) {
            if aside(word) && !together {
                self.keep(word);
                self.touches = false;
            } else {
                self.enter(word, word.glued || together);
                self.touch();
            }
        }
        if found.kept.1 > 0 {
            let length = self.text.bytes(last).len();
            self.part(last, length.saturating_sub(found.kept.1)..length, column, self.touches);
            self.touches = true;
        }
    }

    /// A part of a word that was compared in part.
    fn part(&mut self, word: &Word, part: Range<usize>, column: Option<usize>, glued: bool) {
        let bytes = self.text.bytes(word);
        let bytes = columns(&bytes, part.start, part.end).into();
        self.cell(Cell {
            body: Body::Made(bytes),
            kind: CellKind::Code,
            column,
            fresh: false,
            gap: 1,
            glued,
            debug: word.debug,
            line: word.line,
            changed: true,
        });
    }

    fn piece(&mut self, at: &Word, piece: &Piece, column: Option<usize>, glued: bool) {
        let fresh = piece.fresh.map(|c| to_usize(c.into()));
        self.cell(Cell {
            body: Body::Made(Arc::clone(&piece.bytes)),
            kind: CellKind::of(piece.kind),
            column: fresh.or(column),
            fresh: fresh.is_some(),
            gap: to_usize(piece.gap.max(1).into()),
            glued,
            debug: at.debug || piece.debug,
            line: at.line,
            changed: true,
        });
    }

    /// The code from byte `from` of line `first` to byte `to` of line `last` becomes comments.
    pub fn note(&mut self, (first, from): (u32, usize), (last, to): (u32, usize), format: SourceFormat) {
        for line in first..=last {
            let start = self.text.start(line);
            let (code_at, code_to) = match format {
                SourceFormat::Free => (0, self.text.line(line).len()),
                SourceFormat::Variable => {
                    let m = measure(self.text.line(line), usize::MAX);
                    (m.code_at, m.code_to)
                }
                SourceFormat::Fixed | SourceFormat::Listing(_) | SourceFormat::NotCobol => {
                    let m = measure(self.text.line(line), MARGIN);
                    (m.code_at, m.code_to)
                }
            };
            let part = from.max(start + if line == first { 0 } else { code_at })..to.min(start + code_to);
            let mut marks = self.text.masked(part.start, part.end).iter();
            let seen = marks.find(|b| **b > b' ' || matches!(**b, mark::COMMENT | mark::DIRECTIVE));
            let aside = seen.is_some_and(|b| *b <= b' ') && line != first;
            if seen.is_none() || aside {
                continue;
            }
            // The quotes that go on with a literal are masked, so the text itself is trimmed.
            let text = columns(self.text.raw, part.start, part.end);
            let (blanks, tail) =
                (text.len() - text.trim_ascii_start().len(), text.len() - text.trim_ascii_end().len());
            self.note_part(line, part.start + blanks..part.end - tail, format);
        }
    }

    /// Some bytes of line `line` become a comment.
    pub fn note_part(&mut self, line: u32, part: Range<usize>, format: SourceFormat) {
        self.enter_line(line, line, false, format);
        self.touch();
        self.touches = false;
        let column = self.text.column(line, u32::try_from(part.start).unwrap_or(u32::MAX));
        self.cell(Cell {
            body: Body::Raw(part),
            kind: CellKind::Note,
            column: Some(column),
            fresh: true,
            gap: 0,
            glued: false,
            debug: false,
            line,
            changed: false,
        });
    }

    /// Lines come in behind what was put last.
    pub fn block(&mut self, lines: Traced) {
        let Some(line) = self.unit.as_ref().map(|u| u.last) else { return };
        self.cell(Cell {
            body: Body::Lines(lines),
            kind: CellKind::Block,
            column: None,
            fresh: true,
            gap: 0,
            glued: false,
            debug: false,
            line,
            changed: false,
        });
    }

    /// The last line that the words so far are on or reach to.
    pub fn line(&self) -> Option<u32> {
        self.unit.as_ref().map(|u| u.last)
    }

    /// All lines; those whose words were not shown come out as they are.
    pub fn finish(mut self) -> Traced {
        self.flush();
        self.verbatim(self.text.lines());
        self.out
    }

    fn enter(&mut self, word: &Word, glued: bool) {
        self.enter_line(word.line, word.last, glued, word.format);
    }

    fn enter_line(&mut self, line: u32, last: u32, glued: bool, format: SourceFormat) {
        if let Some(unit) = &mut self.unit
            && (line <= unit.last || glued)
        {
            unit.last = unit.last.max(last);
            return;
        }
        let mut cells = self.flush();
        cells.clear();
        self.touches = false;
        self.unit = Some(Unit { first: line, last, format, cells, touched: false });
    }

    fn touch(&mut self) {
        if let Some(unit) = &mut self.unit {
            unit.touched = true;
        }
    }

    fn cell(&mut self, cell: Cell) {
        if let Some(unit) = &mut self.unit {
            unit.cells.push(cell);
        }
    }

    /// Lays out the unit in hand, if something happened to it. Gives its cells back, to be used again.
    fn flush(&mut self) -> Vec<Cell> {
        let Some(mut unit) = self.unit.take() else { return Vec::new() };
        if unit.touched {
            self.verbatim(unit.first);
            self.lay_out(&mut unit);
            self.done = unit.last + 1;
        }
        unit.cells
    }

    /// Lines up to `line` as they are.
    fn verbatim(&mut self, line: u32) {
        if line <= self.done {
            return;
        }
        let bytes = columns(self.text.raw, self.text.start(self.done), self.text.start(line));
        self.out.end_line();
        self.out.text.extend_from_slice(bytes);
        self.out.origins.extend((self.done..line).map(|l| self.lineage.of(l)));
        self.done = line;
    }

    fn lay_out(&mut self, unit: &mut Unit) {
        self.out.end_line();
        let mut pen = Pen::new(self.text, self.lineage, unit.format, &mut self.out);
        pen.measure_by(unit.cells.iter());
        let mut at = 0;
        while let Some(cell) = unit.cells.get_mut(at) {
            at += 1;
            if let Body::Lines(lines) = &mut cell.body {
                pen.lines(std::mem::take(lines));
            } else if !cell.kind.is_code() {
                pen.comment(cell);
            } else {
                let glued = |c: &&Cell| c.glued && c.kind.is_code();
                let more = unit.cells.iter().skip(at).take_while(glued).count();
                let cells = unit.cells.get(at - 1..at + more).unwrap_or_default();
                if let Some(group) = Group::new(self.text, cells) {
                    pen.group(&group);
                }
                at += more;
            }
        }
        pen.end_line();
    }
}
