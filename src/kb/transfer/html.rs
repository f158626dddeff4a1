//! HTML as ticket and knowledge systems export it, to plain markdown: paragraphs, lists, headings, code, links. No tree is
//! made: one pass, in time that grows with the text. What is no tag known here stays text: `<dsn>` in a message is none.

use std::borrow::Cow;

/// Tags that say that a text is HTML.
const TELLING: [&str; 18] = [
    "p", "br", "div", "span", "li", "ul", "ol", "table", "tr", "td", "h1", "h2", "h3", "strong", "pre",
    "html", "body", "font",
];
/// Tags that leave nothing behind.
const SILENT: [&str; 30] = [
    "span",
    "font",
    "html",
    "body",
    "head",
    "tbody",
    "thead",
    "tfoot",
    "u",
    "small",
    "big",
    "sub",
    "sup",
    "abbr",
    "section",
    "article",
    "main",
    "header",
    "footer",
    "nav",
    "figure",
    "figcaption",
    "label",
    "meta",
    "link",
    "wbr",
    "center",
    "col",
    "colgroup",
    "form",
];
/// Longest tag and longest entity that is looked at.
const LONGEST_TAG: usize = 8 << 10;
const LONGEST_ENTITY: usize = 12;
/// Lists in lists that are indented.
const DEEPEST: usize = 16;

/// Whether a text is HTML: it has the end of a tag, or a line break of HTML.
pub fn is_html(text: &str) -> bool {
    let mut rest = text;
    for _ in 0..200 {
        let Some(at) = rest.find('<') else { return false };
        rest = rest.get(at + 1..).unwrap_or_default();
        let name = name_of(rest.strip_prefix('/').unwrap_or(rest));
        let behind = rest.trim_start_matches('/').get(name.len()..).unwrap_or_default();
        let ends = behind.trim_start().starts_with(['>', '/']) || behind.starts_with(' ');
        if ends && TELLING.iter().any(|tag| name.eq_ignore_ascii_case(tag)) {
            return true;
        }
    }
    false
}

fn name_of(text: &str) -> &str {
    let end = text.bytes().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// `text` as markdown.
pub fn to_markdown(text: &str) -> String {
    let mut pen = Pen { out: String::with_capacity(text.len()), ..Pen::default() };
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        pen.text(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).unwrap_or_default();
        let used = pen.tag(rest);
        if used == 0 {
            pen.text("<");
            rest = rest.get(1..).unwrap_or_default();
        } else {
            rest = rest.get(used..).unwrap_or_default();
        }
    }
    pen.text(rest);
    pen.finish()
}

/// What is written so far.
#[derive(Default)]
struct Pen {
    out: String,
    /// Inside `pre`: blanks count.
    pre: bool,
    /// Lists that are open: the number of the next item, 0 for those with bullets.
    lists: Vec<usize>,
    /// Where the link leads that is open, and where its text begins.
    link: Option<(String, usize)>,
}

impl Pen {
    fn text(&mut self, text: &str) {
        let text = unescaped(text);
        if self.pre {
            self.out.push_str(&text);
            return;
        }
        for (at, word) in text.split([' ', '\t', '\n', '\r', '\u{A0}']).enumerate() {
            if at > 0 && !self.out.is_empty() && !self.out.ends_with([' ', '\n']) {
                self.out.push(' ');
            }
            self.out.push_str(word);
        }
    }

    fn trim(&mut self) {
        let end = self.out.trim_end_matches(' ').len();
        self.out.truncate(end);
    }

    fn line(&mut self) {
        self.trim();
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    fn block(&mut self) {
        self.line();
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// Takes the tag at the start of `rest`: how many bytes it has, 0 if it is none.
    fn tag(&mut self, rest: &str) -> usize {
        if rest.starts_with("<!--") {
            return rest.find("-->").map_or(rest.len(), |at| at + 3);
        }
        if rest.starts_with("<!") || rest.starts_with("<?") {
            return memchr::memchr(b'>', rest.as_bytes()).map_or(0, |at| at + 1);
        }
        let inner = rest.get(1..).unwrap_or_default();
        let (closing, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
        let name = name_of(inner);
        if name.is_empty() {
            return 0;
        }
        let head = rest.as_bytes().get(..rest.len().min(LONGEST_TAG)).unwrap_or_default();
        let Some(end) = memchr::memchr(b'>', head) else { return 0 };
        let attributes = inner.get(name.len()..(end - 1 - usize::from(closing))).unwrap_or_default();
        let name = name.to_ascii_lowercase();
        if !closing && matches!(name.as_str(), "script" | "style" | "title") {
            return end + 1 + skipped(rest.get(end + 1..).unwrap_or_default(), &name);
        }
        if self.known(&name, closing, attributes) { end + 1 } else { 0 }
    }

    fn known(&mut self, name: &str, closing: bool, attributes: &str) -> bool {
        match name {
            "br" => {
                self.trim();
                self.out.push('\n');
            }
            "p" | "table" | "blockquote" | "dl" => self.block(),
            "div" | "tr" | "dt" | "dd" | "caption" => self.line(),
            "ul" | "ol" => self.list(name == "ol", closing),
            "li" if !closing => self.item(),
            "td" | "th" if closing => self.out.push_str(" | "),
            "hr" => {
                self.block();
                self.out.push_str("---\n\n");
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.block();
                if !closing {
                    let level = name.bytes().last().map_or(1, |b| usize::from(b - b'0'));
                    self.out.extend(std::iter::repeat_n('#', level));
                    self.out.push(' ');
                }
            }
            "pre" if closing == self.pre => {
                self.pre = !closing;
                if closing {
                    self.line();
                    self.out.push_str("```\n\n");
                } else {
                    self.block();
                    self.out.push_str("```\n");
                }
            }
            "b" | "strong" if !self.pre => self.out.push_str("**"),
            "i" | "em" if !self.pre => self.out.push('*'),
            "code" | "tt" | "kbd" | "samp" if !self.pre => self.out.push('`'),
            // What says nothing here: the end of an item, the beginning of a cell, anything inside `pre`.
            "pre" | "li" | "td" | "th" | "b" | "strong" | "i" | "em" | "code" | "tt" | "kbd" | "samp" => {}
            "a" => self.anchor(closing, attributes),
            "img" => self.text(attribute(attributes, "alt").unwrap_or_default()),
            _ => return SILENT.contains(&name),
        }
        true
    }

    fn list(&mut self, numbered: bool, closing: bool) {
        if closing {
            self.lists.pop();
        }
        if self.lists.is_empty() {
            self.block();
        } else {
            self.line();
        }
        if !closing {
            self.lists.push(usize::from(numbered));
        }
    }

    fn item(&mut self) {
        self.line();
        let depth = self.lists.len().saturating_sub(1).min(DEEPEST);
        self.out.extend(std::iter::repeat_n("  ", depth));
        match self.lists.last_mut() {
            Some(next) if *next > 0 => {
                self.out.push_str(&format!("{next}. "));
                *next = next.saturating_add(1);
            }
            _ => self.out.push_str("- "),
        }
    }

    fn anchor(&mut self, closing: bool, attributes: &str) {
        if !closing {
            let to = attribute(attributes, "href").map(|to| unescaped(to).trim().to_owned());
            self.link = to.filter(|to| to.contains("://")).map(|to| (to, self.out.len()));
        } else if let Some((to, begin)) = self.link.take() {
            let text = self.out.get(begin..).unwrap_or_default();
            if text.trim() != to {
                self.out.push_str(&format!(" ({to})"));
            }
        }
    }

    fn finish(mut self) -> String {
        if self.pre {
            self.line();
            self.out.push_str("```");
        }
        let mut lines: Vec<&str> = Vec::new();
        for line in self.out.lines() {
            // A row of a table ends with a bar that divides nothing.
            let line = line.trim_end().trim_end_matches(" |");
            if !(line.is_empty() && lines.last().is_none_or(|last| last.is_empty())) {
                lines.push(line);
            }
        }
        lines.join("\n").trim_end().to_owned()
    }
}

/// Bytes up to the end of the element `name`.
fn skipped(rest: &str, name: &str) -> usize {
    let mut at = 0;
    while let Some(next) = rest.get(at..).and_then(|r| memchr::memchr(b'<', r.as_bytes())) {
        let tag = rest.get(at + next + 1..).unwrap_or_default();
        at += next + 1;
        if tag.starts_with('/') && name_of(tag.get(1..).unwrap_or_default()).eq_ignore_ascii_case(name) {
            return tag.find('>').map_or(rest.len(), |end| at + end + 1);
        }
    }
    rest.len()
}

/// The value of an attribute.
fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let lower = attributes.to_ascii_lowercase();
    let at = lower.find(&format!("{name}="))? + name.len() + 1;
    let value = attributes.get(at..)?;
    match value.chars().next()? {
        quote @ ('"' | '\'') => value.get(1..)?.split(quote).next(),
        _ => value.split_whitespace().next(),
    }
}

/// Text without entities; those that are not known stay.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).unwrap_or_default();
        let head = rest.as_bytes().get(..rest.len().min(LONGEST_ENTITY)).unwrap_or_default();
        let entity = memchr::memchr(b';', head).and_then(|end| Some((rest.get(1..end)?, end)));
        match entity.and_then(|(name, end)| Some((character(name)?, end))) {
            Some((c, end)) => {
                out.push(c);
                rest = rest.get(end + 1..).unwrap_or_default();
            }
            None => {
                out.push('&');
                rest = rest.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn character(name: &str) -> Option<char> {
    const NAMED: [(&str, char); 26] = [
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", ' '),
        ("ndash", '–'),
        ("mdash", '—'),
        ("hellip", '…'),
        ("lsquo", '‘'),
        ("rsquo", '’'),
        ("ldquo", '“'),
        ("rdquo", '”'),
        ("bull", '•'),
        ("copy", '©'),
        ("reg", '®'),
        ("rarr", '→'),
        ("larr", '←'),
        ("auml", 'ä'),
        ("ouml", 'ö'),
        ("uuml", 'ü'),
        ("Auml", 'Ä'),
        ("Ouml", 'Ö'),
        ("Uuml", 'Ü'),
        ("szlig", 'ß'),
        ("eacute", 'é'),
    ];
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| !c.is_control() || matches!(c, '\n' | '\t'));
    }
    NAMED.iter().find(|(known, _)| *known == name).map(|(_, c)| *c)
}
