//! Roles for one line at a time. What a line needs to know of the lines before is in a [`LineContext`], so a page can be
//! coloured from its first line on; a parser may later give a better context, the spans stay the same.

use super::cards::Card;
use super::format::{areas, columns, line_kind};
use super::mask::switched;
use super::model::{LineContext, LineKind, Role, SourceFormat, Span};
use super::words::{Word, is_word_byte, word, word_length};

/// Replaces `spans` by those of `line` (without its ending), in order and without overlaps, and gives the context of the
/// next line.
pub fn highlight(line: &[u8], context: LineContext, spans: &mut Vec<Span>) -> LineContext {
    spans.clear();
    let mut out = Out { spans, context };
    match context.format {
        SourceFormat::NotCobol => {}
        SourceFormat::Free => out.free(line),
        SourceFormat::Fixed | SourceFormat::Variable => out.fixed(line),
        SourceFormat::Listing(mut cards) => {
            let card = cards.take(line);
            out.context.format = SourceFormat::Listing(cards);
            if let Some(card) = card {
                out.card(line, card, cards.is_free());
            }
        }
    }
    out.context
}

/// The spans of a line as a value: see [`highlight`].
pub fn spans(line: &[u8], context: LineContext) -> Vec<Span> {
    let mut out = Vec::new();
    highlight(line, context, &mut out);
    out
}

struct Out<'a> {
    spans: &'a mut Vec<Span>,
    context: LineContext,
}

/// A column as a span has it.
fn column(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl Out<'_> {
    fn put(&mut self, start: usize, length: usize, role: Role) {
        if length > 0 {
            self.spans.push(Span { start: column(start), length: column(length), role });
        }
    }

    /// A line of a listing: the number, the card by its format, and what is printed beside it.
    fn card(&mut self, line: &[u8], card: Card, free: bool) {
        let (at, source) = (column(card.at), card.of(line));
        self.put(card.number_at, card.at.min(line.len()).saturating_sub(card.number_at), Role::Sequence);
        let first = self.spans.len();
        if free {
            self.free(source);
        } else {
            self.fixed(source);
        }
        for span in self.spans.iter_mut().skip(first) {
            span.start = span.start.saturating_add(at);
        }
    }

    fn free(&mut self, line: &[u8]) {
        match line_kind(line, SourceFormat::Free) {
            LineKind::Blank => {}
            LineKind::Comment => self.put(0, line.len(), Role::Comment),
            LineKind::Directive => self.directive(line, 0, line),
            _ => self.code(line, 0),
        }
    }

    /// A line for the compiler: it may say in which format the lines after it are.
    fn directive(&mut self, said: &[u8], at: usize, shown: &[u8]) {
        self.put(at, shown.len(), Role::Keyword);
        if let Some(format) = switched(said.trim_ascii_start()) {
            self.context.format = self.context.format.changed_to(Some(format));
        }
    }

    fn fixed(&mut self, line: &[u8]) {
        let kind = line_kind(line, SourceFormat::Fixed);
        let areas = areas(line);
        if kind == LineKind::Directive
            && !columns(line, 0, 6).trim_ascii().is_empty()
            && areas.indicator != b'$'
        {
            // A card that begins in column 1 has no sequence area.
            let card =
                word_length(line.trim_ascii_start()) > 0 && !line.first().is_some_and(u8::is_ascii_digit);
            if card || matches!(line.first(), Some(b'-' | b'+' | b'>')) {
                return self.directive(line, 0, line);
            }
        }
        self.put(0, areas.sequence.len(), Role::Sequence);
        if areas.indicator != b' ' {
            self.put(6, 1, Role::Indicator);
        }
        match kind {
            LineKind::Blank => {}
            LineKind::Comment => self.put(areas.code_at, areas.code.len(), Role::Comment),
            LineKind::Directive => self.directive(columns(line, 6, line.len()), areas.code_at, areas.code),
            LineKind::Code | LineKind::Debug | LineKind::Continuation => {
                self.code(areas.code, areas.code_at);
            }
        }
        self.put(line.len() - areas.ident.len(), areas.ident.len(), Role::Ident);
    }

    /// The code of a line, which begins at `base`.
    fn code(&mut self, code: &[u8], base: usize) {
        let mut at = 0;
        let mut first = true;
        while let Some(byte) = code.get(at).copied() {
            if byte.is_ascii_whitespace() {
                at += 1;
                continue;
            }
            let rest = code.get(at..).unwrap_or_default();
            let length = if rest.starts_with(b"*>") {
                self.put(base + at, rest.len(), Role::Comment);
                rest.len()
            } else if self.context.in_exec {
                self.exec(rest, base + at)
            } else if self.context.in_picture {
                self.picture(rest, base + at)
            } else {
                self.token(byte, rest, base + at, first)
            };
            first = false;
            at += length.max(1);
        }
    }

    /// Text of an EXEC block up to its end or to the end of the line.
    fn exec(&mut self, rest: &[u8], at: usize) -> usize {
        let end = rest.windows(8).position(|w| w.eq_ignore_ascii_case(b"END-EXEC"));
        match end {
            Some(0) => {
                self.context.in_exec = false;
                self.put(at, 8, Role::Keyword);
                8
            }
            end => {
                let text = columns(rest, 0, end.unwrap_or(rest.len()));
                self.put(at, text.trim_ascii_end().len(), Role::Exec);
                text.len()
            }
        }
    }

    /// The character string of a PICTURE, which IS may precede. A period before a blank ends the sentence.
    fn picture(&mut self, rest: &[u8], at: usize) -> usize {
        let end = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
        let text = columns(rest, 0, end);
        if text.eq_ignore_ascii_case(b"IS") {
            self.put(at, 2, Role::Keyword);
            return 2;
        }
        self.context.in_picture = false;
        let text = text.strip_suffix(b".").or_else(|| text.strip_suffix(b",")).unwrap_or(text);
        self.put(at, text.len(), Role::Picture);
        text.len()
    }

    /// Any other token.
    fn token(&mut self, byte: u8, rest: &[u8], at: usize, first: bool) -> usize {
        if byte == b'\'' || byte == b'"' {
            return self.literal(rest, at, 0);
        }
        let length = match byte {
            b'+' | b'-' if rest.get(1).is_some_and(u8::is_ascii_digit) => {
                1 + word_length(columns(rest, 1, rest.len()))
            }
            _ if is_word_byte(byte) => word_length(rest),
            _ => return 1,
        };
        let text = columns(rest, 0, length);
        // X'C1', N'..', Z'..' and the like.
        if length <= 2
            && matches!(rest.get(length), Some(b'\'' | b'"'))
            && text.iter().all(u8::is_ascii_alphabetic)
        {
            return self.literal(rest, at, length);
        }
        let digits = text.iter().skip(usize::from(matches!(byte, b'+' | b'-')));
        if digits.clone().count() > 0 && digits.clone().all(u8::is_ascii_digit) {
            let level = first && length <= 2 && matches!(rest.get(length), Some(b' ' | b'\t'));
            let fraction = rest.get(length).filter(|b| matches!(b, b'.' | b',')).map_or(0, |_| {
                columns(rest, length + 1, rest.len()).iter().take_while(|b| b.is_ascii_digit()).count()
            });
            let length = if fraction > 0 { length + 1 + fraction } else { length };
            self.put(at, length, if level { Role::Level } else { Role::Number });
            return length;
        }
        let role = match word(text) {
            Some(Word::Plain) => Role::Keyword,
            Some(Word::Constant) => Role::Literal,
            None if first && self.is_heading(at, columns(rest, length, rest.len())) => Role::Heading,
            None => Role::Name,
        };
        self.put(at, length, role);
        if role == Role::Keyword {
            let is = |w: &[u8]| text.eq_ignore_ascii_case(w);
            self.context.in_exec = is(b"EXEC") || is(b"EXECUTE");
            self.context.in_picture = is(b"PIC") || is(b"PICTURE");
        }
        length
    }

    /// Whether the name at `at` that begins a line, with `rest` behind it, is that of a paragraph or section: it is in area A;
    /// where there is none, nothing but a period or SECTION follows.
    fn is_heading(&self, at: usize, rest: &[u8]) -> bool {
        if self.context.format != SourceFormat::Free {
            return (7..11).contains(&at);
        }
        let rest = rest.trim_ascii();
        rest == b"." || rest.get(..7).is_some_and(|w| w.eq_ignore_ascii_case(b"SECTION"))
    }

    /// A literal whose quote is at `quote`; a doubled quote is part of it. It ends with the line at the latest.
    fn literal(&mut self, rest: &[u8], at: usize, quote: usize) -> usize {
        let mark = rest.get(quote).copied().unwrap_or(b'\'');
        let mut end = quote + 1;
        while let Some(byte) = rest.get(end) {
            end += 1;
            if *byte == mark {
                if rest.get(end) != Some(&mark) {
                    break;
                }
                end += 1;
            }
        }
        self.put(at, end.min(rest.len()), Role::Literal);
        end
    }
}
