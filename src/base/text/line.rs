//! One line of a file as it is shown, with the map between its bytes and its cells.

use super::marks::{Mark, Piece, Room, ascii_run, is_hidden, next_piece, push};
use super::{Charset, char_width};
use std::ops::Range;

/// Where tabs go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tabs<'a> {
    /// To the next multiple of so many cells (0 counts as 1).
    Every(usize),
    /// To the next of these columns (cells from 0, ascending); one blank behind the last.
    At(&'a [usize]),
}

impl Tabs<'_> {
    /// Cells that a tab in column `cell` takes, at least one.
    fn cells(self, cell: usize) -> usize {
        match self {
            Self::Every(step) => step.max(1) - cell % step.max(1),
            Self::At(stops) => stops.iter().find(|stop| **stop > cell).map_or(1, |stop| stop - cell),
        }
    }
}

/// How a line is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineOptions<'a> {
    /// Where tabs go.
    pub tabs: Tabs<'a>,
    /// What the terminal can show.
    pub charset: Charset,
    /// Bytes are ISO 8859-1 rather than UTF-8.
    pub latin1: bool,
    /// Bytes at the start that are not shown (a byte order mark, carriage control); offsets still count them.
    pub skip: usize,
    /// The column of the first byte shown, for tab stops when a part of a long line is decoded.
    pub first_cell: usize,
    /// Bytes that are no text take one cell each rather than a mark like `<9B>`: columns stay where they are.
    pub columns: bool,
}

impl Default for LineOptions<'_> {
    fn default() -> Self {
        Self {
            tabs: Tabs::Every(8),
            charset: Charset::Unicode,
            latin1: false,
            skip: 0,
            first_cell: 0,
            columns: true,
        }
    }
}

/// What some bytes of a line stand for in a code that is not of ASCII's family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// A character, or a control, of one column of the code.
    Char(char),
    /// A character of two columns of the code. It takes two cells, whatever the terminal makes of it by itself.
    Wide(char),
    /// A shift between sizes of characters: a blank on the screen.
    Shift,
    /// No character: each byte is shown as a mark.
    Unknown,
}

/// A run of units of the same make: each `unit.bytes` bytes of the file, shown as `unit.text` bytes in `unit.cells` cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    byte: usize,
    cell: usize,
    text: usize,
    unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Unit {
    bytes: usize,
    cells: usize,
    text: usize,
    mark: bool,
}

const ONE: Unit = Unit { bytes: 1, cells: 1, text: 1, mark: false };

/// The display form of one line of a file. Nothing in [`Line::text`] is a control or hidden; every byte of the file has
/// a cell and every cell a byte, so columns stay right whatever the line holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    text: String,
    /// Empty if every byte shown is one cell and one byte of text.
    runs: Vec<Run>,
    skip: usize,
    bytes: usize,
    cells: usize,
}

impl Line {
    /// Decodes `bytes`, one line without its end.
    pub fn decode(bytes: &[u8], options: &LineOptions<'_>) -> Self {
        let skip = options.skip.min(bytes.len());
        let shown = bytes.get(skip..).unwrap_or_default();
        if ascii_run(shown) == shown.len() {
            let text = String::from_utf8_lossy(shown).into_owned();
            return Self { text, runs: Vec::new(), skip, bytes: bytes.len(), cells: shown.len() };
        }
        let line = Self {
            text: String::with_capacity(shown.len() + 16),
            runs: Vec::new(),
            skip,
            bytes: skip,
            cells: 0,
        };
        let mut decoder = Decoder { line, options, has_base: false };
        if options.latin1 {
            decoder.latin1(shown);
        } else {
            for chunk in shown.utf8_chunks() {
                decoder.utf8(chunk.valid());
                for byte in chunk.invalid() {
                    decoder.mark(1, Mark::Byte(*byte));
                }
            }
        }
        decoder.line
    }

    /// The display form of `bytes`, of which a decoder of another code says what each few stand for, from byte
    /// `options.skip` on. What it leaves out at the end is not in the line.
    pub fn of_signs(
        bytes: &[u8],
        signs: impl IntoIterator<Item = (usize, Sign)>,
        options: &LineOptions<'_>,
    ) -> Self {
        let skip = options.skip.min(bytes.len());
        let text = String::with_capacity(bytes.len() + 16);
        let line = Self { text, runs: Vec::new(), skip, bytes: skip, cells: 0 };
        let mut decoder = Decoder { line, options, has_base: false };
        for (length, sign) in signs {
            let at = decoder.line.bytes;
            decoder.sign(bytes.get(at..at.saturating_add(length)).unwrap_or_default(), sign);
        }
        let mut line = decoder.line;
        if matches!(line.runs.as_slice(), [Run { unit: ONE, .. }]) {
            line.runs.clear();
        }
        line
    }

    /// What is shown.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Cells that the line takes.
    pub fn cells(&self) -> usize {
        self.cells
    }

    /// Bytes of the file that the line covers, those skipped included.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether every byte shown is one printable ASCII character.
    pub fn is_plain(&self) -> bool {
        self.runs.is_empty()
    }

    /// The first cell of what byte `byte` (from 0) is shown in; skipped bytes are at cell 0, bytes behind the end at the
    /// cell behind the last.
    pub fn cell_of_byte(&self, byte: usize) -> usize {
        if byte >= self.bytes {
            return self.cells;
        }
        let byte = byte.max(self.skip);
        let (run, nth) = self.unit_at(|run| run.byte, |unit| unit.bytes, byte);
        run.cell + nth * run.unit.cells
    }

    /// The first byte of what is shown at `cell` (from 0); behind the end, the number of bytes.
    pub fn byte_of_cell(&self, cell: usize) -> usize {
        if cell >= self.cells {
            return self.bytes;
        }
        let (run, nth) = self.unit_at(|run| run.cell, |unit| unit.cells, cell);
        run.byte + nth * run.unit.bytes
    }

    /// The cells of a range of bytes: from the first cell of its first byte to behind the last cell of its last byte.
    pub fn cells_of_bytes(&self, bytes: Range<usize>) -> Range<usize> {
        let start = self.cell_of_byte(bytes.start);
        if bytes.end <= bytes.start || bytes.end <= self.skip {
            return start..start;
        }
        let last = (bytes.end - 1).min(self.bytes.saturating_sub(1)).max(self.skip);
        if last >= self.bytes {
            return start..start;
        }
        let (run, nth) = self.unit_at(|run| run.byte, |unit| unit.bytes, last);
        start..(run.cell + (nth + 1) * run.unit.cells).max(start)
    }

    /// The text from cell `from`, at most `cells` cells of it, and the cell it starts in: a wide character or tab that
    /// `from` would cut is left out, so the start may be right of `from`.
    pub fn slice(&self, from: usize, cells: usize) -> (usize, &str) {
        let (start, start_text) = self.ceil(from);
        let end_text = self.floor(from.saturating_add(cells));
        (start, self.text.get(start_text..end_text).unwrap_or_default())
    }

    /// Where a row of `cells` cells that begins at `from` ends: before what would not be whole, and behind at least one cell;
    /// at most at the end of the line.
    pub fn break_at(&self, from: usize, cells: usize) -> usize {
        let to = from.saturating_add(cells.max(1));
        if to >= self.cells {
            return self.cells.max(from);
        }
        let (run, nth) = self.unit_at(|run| run.cell, |unit| unit.cells, to);
        let start = run.cell + nth * run.unit.cells;
        if run.unit.cuts() || start <= from { to } else { start }
    }

    /// Cells that hold marks in place of what cannot be shown, to be told from text that only looks like one.
    pub fn marks(&self) -> impl Iterator<Item = Range<usize>> {
        self.runs.iter().enumerate().filter(|(_, run)| run.unit.mark).map(|(i, run)| {
            let end = self.runs.get(i + 1).map_or(self.cells, |next| next.cell);
            run.cell..end
        })
    }

    /// The run that holds position `at` in one of the three measures, and which unit of it.
    fn unit_at(
        &self,
        start: impl Fn(&Run) -> usize,
        size: impl Fn(&Unit) -> usize,
        at: usize,
    ) -> (Run, usize) {
        let whole = Run { byte: self.skip, cell: 0, text: 0, unit: ONE };
        let after = self.runs.partition_point(|run| start(run) <= at);
        let run = after.checked_sub(1).and_then(|i| self.runs.get(i)).copied().unwrap_or(whole);
        (run, at.saturating_sub(start(&run)) / size(&run.unit).max(1))
    }

    /// The first unit that starts at or right of `cell`: its cell and its place in the text. A tab's blanks may be cut.
    fn ceil(&self, cell: usize) -> (usize, usize) {
        if cell >= self.cells {
            return (self.cells, self.text.len());
        }
        let (run, nth) = self.unit_at(|run| run.cell, |unit| unit.cells, cell);
        let start = run.cell + nth * run.unit.cells;
        let text = run.text + nth * run.unit.text;
        match cell - start {
            0 => (start, text),
            inside if run.unit.cuts() => (cell, text + inside),
            _ => (start + run.unit.cells, text + run.unit.text),
        }
    }

    /// The place in the text behind the last unit that ends at or left of `cell`.
    fn floor(&self, cell: usize) -> usize {
        if cell >= self.cells {
            return self.text.len();
        }
        let (run, nth) = self.unit_at(|run| run.cell, |unit| unit.cells, cell);
        let inside = cell - (run.cell + nth * run.unit.cells);
        run.text + nth * run.unit.text + if run.unit.cuts() { inside } else { 0 }
    }
}

impl Unit {
    /// Whether the unit may be cut between its cells: it is shown in ASCII.
    fn cuts(self) -> bool {
        self.cells == self.text
    }
}

struct Decoder<'a> {
    line: Line,
    options: &'a LineOptions<'a>,
    has_base: bool,
}

impl Decoder<'_> {
    fn utf8(&mut self, text: &str) {
        let mut rest = text;
        while let Some(piece) = next_piece(rest, self.options.charset, self.has_base) {
            let Some((this, tail)) = rest.split_at_checked(piece.len()) else { break };
            match piece {
                Piece::Ascii(_) => self.ascii(this),
                Piece::Tab => self.tab(),
                Piece::Glyph { len, cells } => {
                    self.line.text.push_str(this);
                    self.unit(1, Unit { bytes: len, cells, text: len, mark: false });
                }
                Piece::Orphan { len } => {
                    self.line.text.push('◌');
                    self.line.text.push_str(this);
                    self.unit(1, Unit { bytes: len, cells: 1, text: '◌'.len_utf8() + len, mark: true });
                }
                Piece::Mark { len, mark } => self.mark(len, mark),
            }
            self.has_base = piece.is_base();
            rest = tail;
        }
    }

    fn latin1(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some((first, tail)) = rest.split_first() {
            let run = ascii_run(rest);
            if run > 0 {
                let Some((this, tail)) = rest.split_at_checked(run) else { break };
                self.ascii(&String::from_utf8_lossy(this));
                rest = tail;
                continue;
            }
            let c = char::from(*first);
            match c {
                '\t' => self.tab(),
                _ if c.is_ascii() => self.mark(1, Mark::Control(*first)),
                _ if c.is_control() || is_hidden(c) => self.mark(1, Mark::Byte(*first)),
                _ if self.options.charset == Charset::Ascii => self.mark(1, Mark::Foreign(c, 1)),
                _ => {
                    self.line.text.push(c);
                    self.unit(1, Unit { bytes: 1, cells: 1, text: c.len_utf8(), mark: false });
                }
            }
            rest = tail;
        }
    }

    fn sign(&mut self, bytes: &[u8], sign: Sign) {
        match sign {
            Sign::Char('\t') => self.tab(),
            Sign::Char(c @ ' '..='~') => {
                self.line.text.push(c);
                self.unit(1, Unit { bytes: bytes.len(), ..ONE });
            }
            Sign::Char(c) if c.is_ascii() => {
                self.mark(bytes.len(), Mark::Control(u8::try_from(u32::from(c)).unwrap_or(0)));
            }
            Sign::Char(c) => self.glyph(bytes, c, 1),
            Sign::Wide(c) => self.glyph(bytes, c, 2),
            Sign::Shift => {
                self.line.text.push(' ');
                self.unit(1, Unit { bytes: bytes.len(), ..ONE });
            }
            Sign::Unknown => bytes.iter().for_each(|byte| self.mark(1, Mark::Byte(*byte))),
        }
    }

    /// A character in as many cells as its code gives it, filled with a blank; in none but these it is a mark.
    fn glyph(&mut self, bytes: &[u8], c: char, cells: usize) {
        let fill = cells.checked_sub(char_width(c)).filter(|_| char_width(c) > 0);
        match fill {
            Some(fill) if !c.is_control() && !is_hidden(c) && c != '\u{FFFD}' => {
                if self.options.charset == Charset::Ascii {
                    return self.mark(bytes.len(), Mark::Foreign(c, cells));
                }
                self.line.text.push(c);
                self.line.text.extend(std::iter::repeat_n(' ', fill));
                self.unit(1, Unit { bytes: bytes.len(), cells, text: c.len_utf8() + fill, mark: false });
            }
            _ => bytes.iter().for_each(|byte| self.mark(1, Mark::Byte(*byte))),
        }
    }

    fn ascii(&mut self, text: &str) {
        self.line.text.push_str(text);
        self.unit(text.len(), ONE);
    }

    fn tab(&mut self) {
        let cells = self.options.tabs.cells(self.options.first_cell.saturating_add(self.line.cells));
        self.line.text.extend(std::iter::repeat_n(' ', cells));
        self.unit(1, Unit { bytes: 1, cells, text: cells, mark: false });
        self.has_base = false;
    }

    fn mark(&mut self, bytes: usize, mark: Mark) {
        let before = self.line.text.len();
        let room = if self.options.columns { Room::Columns } else { Room::Line };
        let cells = push(&mut self.line.text, mark, self.options.charset, room);
        let text = self.line.text.len() - before;
        self.unit(1, Unit { bytes, cells, text, mark: true });
        self.has_base = false;
    }

    /// Records `count` units whose text was just appended.
    fn unit(&mut self, count: usize, unit: Unit) {
        let line = &mut self.line;
        if line.runs.last().is_none_or(|run| run.unit != unit) {
            let text = line.text.len() - count * unit.text;
            line.runs.push(Run { byte: line.bytes, cell: line.cells, text, unit });
        }
        line.bytes += count * unit.bytes;
        line.cells += count * unit.cells;
    }
}
