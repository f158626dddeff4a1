//! Markdown as lines for a terminal: headings, lists with hanging indent, tables, code, bold, marked matches. Owns what of
//! markdown is understood and how it is wrapped. Must not know colours; the drawer gives each [`Kind`] its look.
//!
//! Invariants: never fails, whatever the text; time is linear in its length; every span is clean (see `base::text`); a
//! line that is not code or a table takes at most `width` cells (2 where a wide character does not fit in 1).
//! What markdown has and people here mean literally stays as written: `*` and `_` around words, HTML, links.

mod code;
mod inline;
mod table;
#[cfg(test)]
mod tests;
mod wrap;

use wrap::Wrap;

/// What a span is, for its look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A heading.
    Heading,
    /// Plain text.
    Text,
    /// Code, in a line or as a line.
    Code,
    /// A piece of code in a language that is known.
    Source(crate::code::Role),
    /// The mark of a bullet list: `- `.
    Bullet,
    /// The number of a numbered list: `1. `.
    Number,
    /// Bold text.
    Strong,
    /// A match of a search: what stood between U+0002 and U+0003.
    Mark,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Clean text.
    pub text: String,
    /// What it is.
    pub kind: Kind,
}

/// A line of the screen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// Its pieces from left to right.
    pub spans: Vec<Span>,
    /// Empty cells before the first piece.
    pub indent: usize,
}

/// Blanks before a line that make it code outside lists.
const CODE_INDENT: usize = 4;
const TAB: usize = 4;
const BULLET: &str = "- ";
/// Most digits of an item's number.
const DIGITS: usize = 3;

/// `text` as lines of `width` cells. Code (fenced, or indented by four) and table rows are not wrapped. Empty lines are
/// kept, one for many, none at the start and the end.
pub fn lines(text: &str, width: usize) -> Vec<Line> {
    let mut blocks = Blocks {
        wrap: Wrap::new(width),
        paragraph: String::new(),
        head: Head::default(),
        fence: None,
        code: Vec::new(),
        code_at: 0,
        rows: Vec::new(),
        item: 0,
    };
    for line in text.split('\n') {
        blocks.line(line.strip_suffix('\r').unwrap_or(line));
    }
    let said = blocks.fence.take().map(|fence| fence.said).unwrap_or_default();
    blocks.end_code(&said);
    blocks.end_paragraph();
    blocks.wrap.finish()
}

/// How a paragraph begins.
#[derive(Debug, Default)]
struct Head {
    indent: usize,
    mark: Option<(String, Kind)>,
}

/// A code fence that is open.
struct Fence {
    sign: char,
    length: usize,
    indent: usize,
    /// What it says of the language.
    said: String,
}

/// Where in the structure of the text a line is.
struct Blocks {
    wrap: Wrap,
    /// The lines of the paragraph so far; a line end that counts is kept, others are blanks.
    paragraph: String,
    head: Head,
    fence: Option<Fence>,
    /// The lines of the code so far, and the column that it stands at.
    code: Vec<String>,
    code_at: usize,
    /// The rows of the table so far.
    rows: Vec<String>,
    /// Column of the text of the last list item; 0 outside lists.
    item: usize,
}

impl Blocks {
    fn line(&mut self, line: &str) {
        let bare = line.trim_start_matches([' ', '\t']);
        if let Some(fence) = &self.fence {
            if closes(bare, fence) {
                let said = self.fence.take().map(|fence| fence.said).unwrap_or_default();
                self.end_code(&said);
            } else {
                self.code_at = fence.indent;
                self.code.push(without_indent(line, fence.indent).to_owned());
            }
            return;
        }
        let indent = columns(line.get(..line.len() - bare.len()).unwrap_or_default());
        let is_block = bare.is_empty()
            || bare.starts_with('|')
            || fence_of(bare).is_some()
            || heading_of(bare).is_some();
        let is_code = self.is_empty() && !is_block && indent >= self.item + CODE_INDENT;
        if !is_code {
            self.end_code("");
        }
        if !bare.starts_with('|') {
            self.end_table();
        }
        if bare.is_empty() {
            self.end_paragraph();
            self.wrap.gap();
        } else if let Some((sign, length)) = fence_of(bare) {
            self.end_paragraph();
            let said = bare.trim_start_matches(sign).trim().to_owned();
            self.fence = Some(Fence { sign, length, indent, said });
        } else if let Some(heading) = heading_of(bare) {
            self.end_paragraph();
            self.item = 0;
            self.wrap.paragraph(&Head::default(), heading, Kind::Heading);
        } else if bare.starts_with('|') {
            if self.rows.is_empty() {
                self.end_paragraph();
            }
            self.code_at = indent;
            self.rows.push(bare.trim_end().to_owned());
        } else if is_code {
            self.code_at = self.item;
            self.code.push(without_indent(line, self.item + CODE_INDENT).to_owned());
        } else if let Some((mark, kind, rest)) = self.item_of(bare) {
            self.end_paragraph();
            self.item = indent + mark.len();
            self.head = Head { indent, mark: Some((mark, kind)) };
            self.add(rest);
        } else {
            if self.is_empty() {
                self.item = if indent >= BULLET.len() { self.item } else { 0 };
                self.head = Head { indent: self.item, mark: None };
            }
            self.add(bare);
        }
    }

    /// Whether no paragraph has begun.
    fn is_empty(&self) -> bool {
        self.paragraph.is_empty() && self.head.mark.is_none()
    }

    fn add(&mut self, line: &str) {
        if !self.paragraph.is_empty() && !self.paragraph.ends_with('\n') {
            self.paragraph.push(' ');
        }
        let text = line.trim_end_matches([' ', '\t']);
        match text.strip_suffix('\\') {
            Some(text) => self.paragraph.extend([text, "\n"]),
            None if line.ends_with("  ") => self.paragraph.extend([text, "\n"]),
            None => self.paragraph.push_str(text),
        }
    }

    /// The lines of code so far stand in their colours.
    fn end_code(&mut self, said: &str) {
        let lines = std::mem::take(&mut self.code);
        if !lines.is_empty() {
            let language = code::language(said, &lines);
            for spans in code::highlighted(&lines, language) {
                self.wrap.spans(spans, self.code_at);
            }
        }
    }

    /// The rows of the table so far are laid out; what fits nowhere stays as it was written.
    fn end_table(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        if rows.is_empty() {
            return;
        }
        match table::lines(&rows, self.wrap.room(self.code_at)) {
            Some(lines) => lines.into_iter().for_each(|line| self.wrap.spans(line.spans, self.code_at)),
            None => rows.iter().for_each(|row| self.wrap.code(row, self.code_at)),
        }
    }

    fn end_paragraph(&mut self) {
        self.end_table();
        if !self.is_empty() {
            let head = std::mem::take(&mut self.head);
            self.wrap.paragraph(&head, &self.paragraph, Kind::Text);
            self.paragraph.clear();
        }
    }

    /// The mark of the list item that `line` begins, and its text. Inside a paragraph only 1 begins a numbered list: any
    /// other number may just have come to stand first in its line.
    fn item_of<'t>(&self, line: &'t str) -> Option<(String, Kind, &'t str)> {
        let text_of =
            |rest: &'t str| (rest.is_empty() || rest.starts_with([' ', '\t'])).then(|| rest.trim_start());
        if let Some(text) = line.strip_prefix(['-', '*', '+']).and_then(text_of) {
            return Some((BULLET.to_owned(), Kind::Bullet, text));
        }
        let after = line.trim_start_matches(|c: char| c.is_ascii_digit());
        let number = line.strip_suffix(after).filter(|n| (1..=DIGITS).contains(&n.len()))?;
        let text = after.strip_prefix(['.', ')']).and_then(text_of)?;
        let may_begin = self.is_empty() || self.item > 0 || number == "1";
        may_begin.then(|| (format!("{number}. "), Kind::Number, text))
    }
}

/// Columns that blanks and tabs take.
fn columns(blanks: &str) -> usize {
    blanks.bytes().fold(0, |at, b| if b == b'\t' { at + TAB - at % TAB } else { at + 1 })
}

/// `line` without its first `most` columns of blanks.
fn without_indent(line: &str, most: usize) -> &str {
    let mut column = 0;
    line.trim_start_matches(|c| {
        column += match c {
            '\t' => TAB - column % TAB,
            _ => 1,
        };
        matches!(c, ' ' | '\t') && column <= most
    })
}

/// Sign and length of the fence that `line` opens.
fn fence_of(line: &str) -> Option<(char, usize)> {
    let sign = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let rest = line.trim_start_matches(sign);
    let length = line.len() - rest.len();
    (length >= 3 && !(sign == '`' && rest.contains('`'))).then_some((sign, length))
}

fn closes(line: &str, fence: &Fence) -> bool {
    let line = line.trim_end();
    line.len() >= fence.length && line.chars().all(|c| c == fence.sign)
}

fn heading_of(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches('#');
    let level = line.len() - rest.len();
    let fits = (1..=6).contains(&level) && (rest.is_empty() || rest.starts_with([' ', '\t']));
    fits.then(|| rest.trim().trim_end_matches('#').trim_end())
}
