//! Pieces of text to lines of a width: words are kept whole where they fit, lines hang under the text of their item.

use super::inline::{inline, literal};
use super::{Head, Kind, Line, Span};
use crate::base::text::{clean, clean_block, glyphs, width};

/// Below this width nothing is indented.
const NARROW: usize = 16;

/// Builds lines.
pub struct Wrap {
    width: usize,
    out: Vec<Line>,
    /// An empty line comes before the next one.
    gap: bool,
    line: Line,
    /// Cells of `line` that are taken, its indent included.
    used: usize,
    /// Whether `line` holds more than the mark of an item.
    has_text: bool,
    /// Indent of the lines that follow `line` in its paragraph.
    hang: usize,
    /// Blanks between what is on the line and `word`.
    blanks: (usize, Kind),
    /// A word that has not come to its end, and its cells.
    word: Vec<Span>,
    word_cells: usize,
}

impl Wrap {
    pub fn new(width: usize) -> Self {
        Self {
            width: width.max(1),
            out: Vec::new(),
            gap: false,
            line: Line::default(),
            used: 0,
            has_text: false,
            hang: 0,
            blanks: (0, Kind::Text),
            word: Vec::new(),
            word_cells: 0,
        }
    }

    /// An empty line, unless nothing comes before or behind it.
    pub fn gap(&mut self) {
        self.gap = true;
    }

    pub fn finish(self) -> Vec<Line> {
        self.out
    }

    /// A line that is not wrapped.
    pub fn code(&mut self, text: &str, indent: usize) {
        let mut line = Line { spans: Vec::new(), indent: self.indent(indent) };
        literal(text, Kind::Code, |piece, kind| {
            line.spans.push(Span { text: clean_block(piece).into_owned(), kind });
        });
        self.push_line(line);
    }

    /// A line of pieces that is not wrapped.
    pub fn spans(&mut self, spans: Vec<Span>, indent: usize) {
        self.push_line(Line { spans, indent: self.indent(indent) });
    }

    /// Cells that are left behind an indent.
    pub fn room(&self, indent: usize) -> usize {
        self.width.saturating_sub(self.indent(indent))
    }

    /// A paragraph; `base` is what plain text in it is.
    pub fn paragraph(&mut self, head: &Head, text: &str, base: Kind) {
        let indent = self.indent(head.indent);
        self.line = Line { spans: Vec::new(), indent };
        (self.used, self.hang, self.has_text) = (indent, indent, false);
        if let Some((mark, kind)) = &head.mark {
            if self.width < NARROW {
                self.feed(mark, *kind);
            } else {
                self.push(mark, *kind);
                self.used += mark.len();
                self.hang = self.used;
            }
        }
        inline(text, base, |piece, kind| self.feed(piece, kind));
        self.end_word();
        self.blanks.0 = 0;
        let line = std::mem::take(&mut self.line);
        if !line.spans.is_empty() {
            self.push_line(line);
        }
    }

    /// An indent that leaves most of the width to the text.
    fn indent(&self, wanted: usize) -> usize {
        if self.width < NARROW { 0 } else { wanted.min(self.width / 3) }
    }

    fn push_line(&mut self, line: Line) {
        if std::mem::take(&mut self.gap) && !self.out.is_empty() {
            self.out.push(Line::default());
        }
        self.out.push(line);
    }

    fn feed(&mut self, text: &str, kind: Kind) {
        for piece in text.split_inclusive([' ', '\t', '\n']) {
            let (word, blank) = match piece.as_bytes().last() {
                Some(b @ (b' ' | b'\t' | b'\n')) => {
                    (piece.get(..piece.len() - 1).unwrap_or_default(), Some(*b))
                }
                _ => (piece, None),
            };
            if !word.is_empty() {
                let word = clean(word);
                self.word_cells += width(&word);
                self.word.push(Span { text: word.into_owned(), kind });
            }
            match blank {
                Some(b'\n') => {
                    self.end_word();
                    self.blanks.0 = 0;
                    self.end_line();
                }
                Some(_) => {
                    self.end_word();
                    // Blanks of code are part of it.
                    let blanks = if kind == Kind::Code { self.blanks.0 + 1 } else { self.blanks.0.max(1) };
                    self.blanks = (blanks, kind);
                }
                None => {}
            }
        }
    }

    /// Puts the word on this line or, where it does not fit, on the next.
    fn end_word(&mut self) {
        if self.word.is_empty() {
            return;
        }
        let (blanks, kind) = std::mem::replace(&mut self.blanks, (0, Kind::Text));
        if self.has_text && self.used + blanks + self.word_cells > self.width {
            self.end_line();
        }
        if self.has_text && blanks > 0 {
            self.push(&" ".repeat(blanks), kind);
            self.used += blanks;
        }
        let mut word = std::mem::take(&mut self.word);
        if self.used + self.word_cells <= self.width {
            self.used += self.word_cells;
            for span in word.drain(..) {
                self.push(&span.text, span.kind);
            }
        } else {
            for span in word.drain(..) {
                self.split(&span);
            }
        }
        self.has_text = true;
        // The room it has is used again.
        self.word = word;
        self.word_cells = 0;
    }

    /// Puts a word that is longer than a line on as many lines as it takes.
    fn split(&mut self, span: &Span) {
        for (glyph, cells) in glyphs(&span.text) {
            if self.has_text && self.used + cells > self.width {
                self.end_line();
            }
            self.push(glyph, span.kind);
            self.used += cells;
            self.has_text = true;
        }
    }

    fn end_line(&mut self) {
        let next = Line { spans: Vec::new(), indent: self.hang };
        let line = std::mem::replace(&mut self.line, next);
        self.push_line(line);
        (self.used, self.has_text) = (self.hang, false);
    }

    fn push(&mut self, text: &str, kind: Kind) {
        match self.line.spans.last_mut() {
            Some(last) if last.kind == kind => last.text.push_str(text),
            _ => self.line.spans.push(Span { text: text.to_owned(), kind }),
        }
    }
}
