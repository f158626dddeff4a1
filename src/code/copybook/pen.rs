//! Laying out: groups of words to lines of a format. Words stay in their columns where there is room, no line goes beyond
//! its last column, and what is too long for one line is continued as the format has it.

use super::trace::{Lineage, Origin, Traced};
use super::weave::{Body, Cell, CellKind};
use super::words::Text;
use crate::code::format::columns;
use crate::code::mask::{MARGIN, Measure, measure};
use crate::code::model::SourceFormat;
use std::borrow::Cow;
use unicode_width::UnicodeWidthChar;

/// First columns of the areas A and B, from 0.
const AREA_A: usize = 7;
const AREA_B: usize = 11;
/// Where lines of the other formats end that would grow without end.
const SOFT_MARGIN: usize = 120;
/// How much a line that goes on is indented.
const INDENT: usize = 4;

/// Words that nothing may come between.
pub(super) struct Group<'c> {
    first: &'c Cell,
    bytes: Vec<u8>,
    /// Ends of the parts that are cells, and whether each is a literal.
    ends: Vec<(usize, bool)>,
    changed: bool,
}

impl<'c> Group<'c> {
    /// `cells` must not be empty.
    pub fn new(text: &Text<'_>, cells: &'c [Cell]) -> Option<Self> {
        let mut group = Self { first: cells.first()?, bytes: Vec::new(), ends: Vec::new(), changed: false };
        for cell in cells {
            group.bytes.extend_from_slice(&bytes_of(text, cell));
            group.ends.push((group.bytes.len(), cell.kind == CellKind::Literal));
            group.changed |= cell.changed;
        }
        Some(group)
    }
}

fn bytes_of<'t>(text: &'t Text<'_>, cell: &'t Cell) -> Cow<'t, [u8]> {
    match &cell.body {
        Body::Word(word) => text.bytes(word),
        Body::Raw(range) => Cow::Borrowed(columns(text.raw, range.start, range.end)),
        Body::Made(bytes) => Cow::Borrowed(bytes),
        Body::Lines(_) => Cow::Borrowed(&[]),
    }
}

/// Writes the lines of one unit.
pub(super) struct Pen<'p, 't> {
    text: &'p Text<'t>,
    lineage: Lineage<'p>,
    format: SourceFormat,
    out: &'p mut Traced,
    /// The line being written and its width; `None` between lines.
    line: Option<Line>,
    /// The line of the text whose sequence and identification areas were taken last.
    taken: Option<u32>,
    /// Letters of several bytes are letters.
    utf8: bool,
    /// Where the first words of the last line of the text began.
    indent: usize,
}

#[derive(Default)]
struct Line {
    bytes: Vec<u8>,
    width: usize,
    /// Nothing is on it but what stands before the code.
    blank: bool,
    origin: u32,
    changed: bool,
    debug: bool,
    /// What stands behind the last column of the code.
    ident: Vec<u8>,
    cr: bool,
    margin: usize,
}

impl<'p, 't> Pen<'p, 't> {
    pub fn new(text: &'p Text<'t>, lineage: Lineage<'p>, format: SourceFormat, out: &'p mut Traced) -> Self {
        Self { text, lineage, format, out, line: None, taken: None, utf8: true, indent: 0 }
    }

    /// Takes bytes for letters as the mask will: characters if all of it is UTF-8.
    pub fn measure_by<'c>(&mut self, mut cells: impl Iterator<Item = &'c Cell>) {
        self.utf8 = cells.all(|c| std::str::from_utf8(&bytes_of(self.text, c)).is_ok());
    }

    fn is_free(&self) -> bool {
        self.format == SourceFormat::Free
    }

    fn is_fixed(&self) -> bool {
        matches!(self.format, SourceFormat::Fixed | SourceFormat::NotCobol)
    }

    fn width(&self, bytes: &[u8]) -> usize {
        if bytes.is_ascii() {
            return bytes.len();
        }
        match std::str::from_utf8(bytes) {
            Ok(text) if self.utf8 => text.chars().map(|c| c.width().unwrap_or(1)).sum(),
            _ => bytes.len(),
        }
    }

    /// Ends the line being written, if there is one.
    pub fn end_line(&mut self) {
        let Some(mut line) = self.line.take() else { return };
        if !line.ident.is_empty() {
            line.bytes.resize(line.bytes.len() + MARGIN.saturating_sub(line.width), b' ');
            line.bytes.extend_from_slice(&line.ident);
        }
        if line.cr {
            line.bytes.push(b'\r');
        }
        line.bytes.push(b'\n');
        let origin = self.lineage.of(line.origin);
        self.out.push(&line.bytes, Origin { changed: origin.changed || line.changed, ..origin });
    }

    /// Begins a line for what is from line `from` of the text.
    fn begin(&mut self, from: u32, indicator: u8) {
        self.end_line();
        let raw = self.text.line(from);
        let cr = self.text.raw.get(self.text.start(from) + raw.len()) == Some(&b'\r');
        let mut line = Line { blank: true, origin: from, debug: indicator == b'D', cr, ..Line::default() };
        line.margin = if self.is_fixed() { MARGIN } else { SOFT_MARGIN.max(self.width(raw)) };
        let own = self.taken != Some(from);
        self.taken = Some(from);
        if self.is_free() {
            if indicator == b'D' {
                line.bytes.extend_from_slice(b">>D ");
            }
        } else {
            let Measure { code_at, code_to, tabbed, .. } =
                measure(raw, if self.is_fixed() { MARGIN } else { usize::MAX });
            let sequence =
                if own && !tabbed && code_at == AREA_A { columns(raw, 0, AREA_A - 1) } else { &[] };
            line.bytes.extend_from_slice(sequence);
            line.bytes.resize(AREA_A - 1, b' ');
            line.bytes.push(indicator);
            if own && self.is_fixed() {
                line.ident = columns(raw, code_to, raw.len()).trim_ascii_end().to_vec();
            }
        }
        line.width = line.bytes.len();
        self.line = Some(line);
    }

    /// Fills up to `column` and writes.
    fn put(&mut self, column: usize, bytes: &[u8], changed: bool) {
        let width = self.width(bytes);
        let Some(line) = &mut self.line else { return };
        let blanks = column.saturating_sub(line.width);
        line.bytes.resize(line.bytes.len() + blanks, b' ');
        line.bytes.extend_from_slice(bytes);
        line.width += blanks + width;
        line.blank = false;
        line.changed |= changed;
    }

    /// Lines as they are.
    pub fn lines(&mut self, lines: Traced) {
        self.end_line();
        self.out.append(lines);
    }

    /// A comment, or code that becomes one.
    pub fn comment(&mut self, cell: &Cell) {
        let bytes = bytes_of(self.text, cell).into_owned();
        let (width, column) = (self.width(&bytes), cell.column.unwrap_or(0));
        let inline = cell.kind == CellKind::Comment && bytes.starts_with(b"*>");
        let room = self.line.as_ref().filter(|l| !l.blank && !cell.fresh).map(|l| column.max(l.width + 1));
        if let Some(column) = room
            && inline
            && (column + width <= self.line.as_ref().map_or(0, |l| l.margin) || self.is_free())
        {
            self.put(column, &bytes, cell.changed);
            return self.end_line();
        }
        if self.is_free() {
            self.begin(cell.line, b' ');
            if inline {
                self.put(column, &bytes, cell.changed);
            } else {
                self.put(column.saturating_sub(3), b"*> ", cell.changed);
                self.put(0, &bytes, cell.changed);
            }
        } else {
            if column < AREA_A {
                // What stands there is the text itself and no sequence number.
                self.taken = Some(cell.line);
            }
            self.begin(cell.line, b'*');
            let bytes = if inline { &bytes } else { bytes.strip_prefix(b"*").unwrap_or(&bytes) };
            self.put(column, bytes, cell.changed);
        }
        self.end_line();
    }

    /// Words that stay together.
    pub fn group(&mut self, group: &Group<'_>) {
        let cell = group.first;
        let width = self.width(&group.bytes);
        let least = if self.is_free() { 0 } else { AREA_A };
        let other_line = |l: &Line| l.origin != cell.line && cell.column.is_some() && !l.blank;
        if self.line.as_ref().is_some_and(|l| cell.fresh || l.debug != cell.debug || other_line(l)) {
            self.end_line();
        }
        let indicator = if cell.debug { b'D' } else { b' ' };
        let column = match &self.line {
            Some(line) => {
                let close = line.width + cell.gap;
                let wanted = close.max(cell.column.unwrap_or(0));
                let fits = |column: &usize| column + width <= line.margin;
                [wanted, close].into_iter().find(fits)
            }
            None => {
                self.begin(cell.line, indicator);
                self.indent = cell.column.unwrap_or(AREA_B).max(least);
                let margin = self.margin();
                let left = if self.indent >= AREA_B { AREA_B } else { self.indent };
                let wanted = self.indent.max(self.line.as_ref().map_or(0, |l| l.width));
                if wanted + width <= margin || self.is_free() {
                    Some(wanted)
                } else {
                    Some(margin.saturating_sub(width).max(left))
                }
            }
        };
        let column = column.unwrap_or_else(|| {
            self.begin(cell.line, indicator);
            let indent = self.indent + INDENT;
            let last = self.margin().saturating_sub(width);
            if self.is_free() { indent } else { indent.min(last).max(AREA_B) }
        });
        if column + width <= self.margin() || !self.is_fixed() {
            self.put(column, &group.bytes, group.changed);
        } else {
            self.long(group, column);
        }
    }

    fn margin(&self) -> usize {
        self.line.as_ref().map_or(MARGIN, |l| l.margin)
    }

    /// Words that are too long for a line of fixed format: the line is filled, and the next one goes on.
    fn long(&mut self, group: &Group<'_>, column: usize) {
        let atoms = self.atoms(group);
        let indicator = if group.first.debug { b'D' } else { b' ' };
        let part = |atom: usize| atoms.get(atom).map_or(group.bytes.len(), |a| a.start);
        let (mut at, mut column, mut open) = (0, column, None);
        while at < atoms.len() {
            // A blank more before it may make a literal end in the last column.
            let cut = [column, column + 1].into_iter().find_map(|c| Some((c, cut(&atoms, at, c)?)));
            // Where nothing can be continued the words are parted, rather than lost behind the margin.
            let (from, (end, goes_on)) = cut.unwrap_or((column, (fill(&atoms, at, column).0, GoesOn::Apart)));
            if let Some(quote) = open {
                self.put(from - 1, &[quote], group.changed);
            }
            self.put(from, columns(&group.bytes, part(at), part(end)), group.changed);
            at = end;
            if at < atoms.len() {
                self.begin(group.first.line, if goes_on == GoesOn::Apart { indicator } else { b'-' });
                open = if let GoesOn::Literal(quote) = goes_on { Some(quote) } else { None };
                column = AREA_B + usize::from(open.is_some());
            }
        }
    }

    /// The parts of a group that are not cut.
    fn atoms(&self, group: &Group<'_>) -> Vec<Atom> {
        let mut atoms = Vec::new();
        let mut start = 0;
        for (end, is_literal) in group.ends.iter().copied() {
            let part = columns(&group.bytes, start, end);
            let quote = part.iter().copied().find(|b| is_literal && matches!(*b, b'"' | b'\''));
            let mut inside = false;
            let mut at = 0;
            while let Some(first) = part.get(at).copied() {
                let length = self.letter(columns(part, at, part.len()));
                let before = match (quote, inside) {
                    (Some(quote), true) => Before::Inside(quote),
                    (None, _) if at > 0 || start > 0 => Before::Word,
                    _ => Before::Never,
                };
                let bytes = columns(part, at, at + length);
                atoms.push(Atom { start: start + at, width: self.width(bytes), before });
                // Of two quotes that are one the second opens the literal again, and nothing may come before it.
                inside ^= quote == Some(first);
                at += length;
            }
            start = end;
        }
        // Behind a closing quote a hyphen would make one literal of two.
        for at in 1..atoms.len() {
            let behind_quote = atoms.get(at).is_some_and(|a| {
                a.before == Before::Word
                    && matches!(group.bytes.get(a.start.wrapping_sub(1)), Some(b'"' | b'\''))
            });
            if behind_quote && let Some(atom) = atoms.get_mut(at) {
                atom.before = Before::Never;
            }
        }
        atoms
    }

    /// Bytes of the letter that a text begins with.
    fn letter(&self, text: &[u8]) -> usize {
        let length = match text.first() {
            Some(0xC0..=0xDF) => 2,
            Some(0xE0..=0xEF) => 3,
            Some(0xF0..) => 4,
            _ => 1,
        };
        if self.utf8 { length.min(text.len()) } else { 1 }
    }
}

/// What may happen before a part of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing.
    Never,
    /// The word may go on on the next line.
    Word,
    /// The literal in these quotes may go on on the next line, if this one is full to the last column.
    Inside(u8),
}

#[derive(Debug, Clone, Copy)]
struct Atom {
    start: usize,
    width: usize,
    before: Before,
}

/// How far atoms from `at` on go on a line from `column` on: the first that has no room, and the column reached.
fn fill(atoms: &[Atom], at: usize, column: usize) -> (usize, usize) {
    let mut width = column;
    let mut end = at;
    for atom in atoms.iter().skip(at) {
        if width + atom.width > MARGIN && end > at {
            break;
        }
        width += atom.width;
        end += 1;
    }
    (end, width)
}

/// How the next line goes on with a word or literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum GoesOn {
    /// Not at all.
    Apart,
    Word,
    /// With the quotes that it begins with.
    Literal(u8),
}

/// Where a line from `column` on is cut, and how the next one goes on. `None` if there is no place.
fn cut(atoms: &[Atom], at: usize, column: usize) -> Option<(usize, GoesOn)> {
    let (end, width) = fill(atoms, at, column);
    let Some(next) = atoms.get(end) else { return Some((end, GoesOn::Apart)) };
    match next.before {
        Before::Inside(quote) if width == MARGIN => return Some((end, GoesOn::Literal(quote))),
        Before::Word => return Some((end, GoesOn::Word)),
        _ => {}
    }
    let back = (at + 1..end).rev().find(|e| atoms.get(*e).is_some_and(|a| a.before == Before::Word))?;
    Some((back, GoesOn::Word))
}
