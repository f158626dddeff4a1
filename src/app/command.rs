//! The ISPF command line: what a person types after `Command ===>`. Owns the words and their abbreviations and turns a
//! line into a [`Command`]; must not know how a command is carried out. Words and operands follow the z/OS ISPF Edit and
//! Edit Macros manual (FIND, LOCATE, RESET, HEX, COLS) as far as the panes support them.

use crate::base::{Result, UserError};
use serde::{Deserialize, Serialize};

/// Where FIND looks next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum FindFrom {
    /// From the cursor on.
    #[default]
    Next,
    /// From the cursor back.
    Prev,
    /// From the top.
    First,
    /// From the bottom back.
    Last,
    /// From the top, and count every match.
    All,
}

/// How FIND takes its string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum FindKind {
    /// Text in any letter case (`T'…'`, and what has no prefix).
    #[default]
    Text,
    /// Text with its letter case (`C'…'`).
    Case,
    /// A regular expression (`R'…'`, ours).
    Regex,
    /// Bytes in hexadecimal (`X'…'`).
    Hex,
}

/// One FIND.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Find {
    /// The string without its quotes; empty means the last one again (`FIND *`).
    pub text: String,
    /// How it is taken.
    pub kind: FindKind,
    /// Where it starts.
    pub from: FindFrom,
    /// Whole words only (`WORD`).
    pub word: bool,
}

/// On, off, or the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Switch {
    /// `ON`
    On,
    /// `OFF`
    Off,
    /// No operand.
    Toggle,
}

impl Switch {
    /// What it makes of `was`.
    pub fn of(self, was: bool) -> bool {
        match self {
            Self::On => true,
            Self::Off => false,
            Self::Toggle => !was,
        }
    }
}

/// Where LOCATE goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// Line from 1.
    Line(u64),
    /// Percent of the file, 0 to 100.
    Percent(u8),
    /// The first line.
    Top,
    /// The last line.
    Bottom,
    /// A name of the outline: paragraph, section, data item.
    Symbol(String),
}

/// How far one page goes (`Scroll ===>`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ScrollBy {
    /// A page, but the cursor's line stays in sight: it becomes the first or last one.
    #[default]
    Cursor,
    /// A page.
    Page,
    /// Half a page.
    Half,
    /// To the very end.
    Max,
    /// A page less one line.
    Data,
    /// So many lines.
    Lines(u32),
}

impl From<ScrollBy> for crate::panes::source::Scroll {
    fn from(by: ScrollBy) -> Self {
        match by {
            ScrollBy::Cursor => Self::Cursor,
            ScrollBy::Page => Self::Page,
            ScrollBy::Half => Self::Half,
            ScrollBy::Max => Self::Max,
            ScrollBy::Data => Self::Data,
            ScrollBy::Lines(n) => Self::Lines(n),
        }
    }
}

impl std::fmt::Display for ScrollBy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Cursor => f.write_str("CSR"),
            Self::Page => f.write_str("PAGE"),
            Self::Half => f.write_str("HALF"),
            Self::Max => f.write_str("MAX"),
            Self::Data => f.write_str("DATA"),
            Self::Lines(n) => n.fmt(f),
        }
    }
}

/// A command, ready to be carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Find in the source.
    Find(Find),
    /// The last FIND again, in the same direction.
    Rfind,
    /// Go to a place in the source.
    Locate(Place),
    /// Hexadecimal view.
    Hex(Switch),
    /// Column ruler.
    Cols(Switch),
    /// Back to the plain view: no ruler, no hex, no marked matches.
    Reset,
    /// Leave what is shown.
    End,
    /// Leave the program.
    Quit,
    /// Keys and commands that work here.
    Help,
    /// The other of the last two panes.
    Swap,
    /// The last command, to change it.
    Retrieve,
    /// Search the knowledge base.
    Search(String),
    /// Open a file.
    Open(String),
    /// Use a theme.
    Theme(String),
    /// How far a page goes.
    Scroll(ScrollBy),
    /// A pane by its number.
    Pane(u8),
    /// An action by its name, as the palette and the key file have them.
    Action(String),
}

/// A word of the command line.
pub struct Word {
    /// Its full name, upper case.
    pub name: &'static str,
    /// Other names, upper case.
    pub short: &'static [&'static str],
    /// Its operands, for the help.
    pub operands: &'static str,
    /// What it does, for the help.
    pub help: &'static str,
    parse: fn(&str) -> std::result::Result<Command, String>,
}

/// All words, in the order in which the help shows them.
pub const WORDS: &[Word] = &[
    Word {
        name: "FIND",
        short: &["F"],
        operands: "'string' [NEXT|PREV|FIRST|LAST|ALL] [WORD]",
        help: "find text; C'..' keeps the case, X'..' is hex, R'..' a regular expression, * the last string",
        parse: find,
    },
    Word { name: "RFIND", short: &["RF"], operands: "", help: "find again", parse: |_| Ok(Command::Rfind) },
    Word {
        name: "LOCATE",
        short: &["LOC", "L"],
        operands: "line | n% | name",
        help: "go to a line, a percentage or a name of the outline",
        parse: locate,
    },
    Word {
        name: "HEX",
        short: &[],
        operands: "[ON|OFF]",
        help: "show each line's bytes",
        parse: |a| Ok(Command::Hex(switch(a)?)),
    },
    Word {
        name: "COLS",
        short: &["COL"],
        operands: "[ON|OFF]",
        help: "show the column ruler",
        parse: |a| Ok(Command::Cols(switch(a)?)),
    },
    Word {
        name: "RESET",
        short: &["RES"],
        operands: "",
        help: "plain view again: no ruler, no hex, no marks",
        parse: |_| Ok(Command::Reset),
    },
    Word {
        name: "TOP",
        short: &[],
        operands: "",
        help: "go to the first line",
        parse: |_| Ok(Command::Locate(Place::Top)),
    },
    Word {
        name: "BOTTOM",
        short: &["BOT"],
        operands: "",
        help: "go to the last line",
        parse: |_| Ok(Command::Locate(Place::Bottom)),
    },
    Word {
        name: "SCROLL",
        short: &[],
        operands: "CSR|PAGE|HALF|DATA|MAX|n",
        help: "how far one page goes",
        parse: scroll,
    },
    Word {
        name: "SEARCH",
        short: &["S", "LOOKUP"],
        operands: "words",
        help: "search the knowledge base",
        parse: |a| Ok(Command::Search(a.to_owned())),
    },
    Word {
        name: "OPEN",
        short: &["VIEW", "BROWSE", "E"],
        operands: "file",
        help: "open a file in the Source pane",
        parse: |a| needs(a, "a file").map(Command::Open),
    },
    Word {
        name: "THEME",
        short: &[],
        operands: "name",
        help: "use another theme",
        parse: |a| needs(a, "the name of a theme").map(Command::Theme),
    },
    Word {
        name: "SWAP",
        short: &[],
        operands: "",
        help: "the other of the last two panes",
        parse: |_| Ok(Command::Swap),
    },
    Word {
        name: "RETRIEVE",
        short: &["RET"],
        operands: "",
        help: "bring the last command back",
        parse: |_| Ok(Command::Retrieve),
    },
    Word {
        name: "HELP",
        short: &["H"],
        operands: "",
        help: "keys and commands that work here",
        parse: |_| Ok(Command::Help),
    },
    Word { name: "END", short: &[], operands: "", help: "leave what is shown", parse: |_| Ok(Command::End) },
    Word {
        name: "QUIT",
        short: &["Q", "EXIT", "=X"],
        operands: "",
        help: "leave greenbar",
        parse: |_| Ok(Command::Quit),
    },
];

/// Turns a line into a command. An empty line is none.
///
/// # Errors
/// Says which word or operand is not known, and what would be.
pub fn parse(line: &str) -> Result<Option<Command>> {
    let line = line.trim();
    if line.is_empty() {
        return Ok(None);
    }
    if let Some(place) = bare_place(line) {
        return Ok(Some(Command::Locate(place)));
    }
    if let Some(pane) = line.strip_prefix('=').and_then(|n| n.parse().ok()) {
        return Ok(Some(Command::Pane(pane)));
    }
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let upper = word.to_uppercase();
    if let Some(found) = WORDS.iter().find(|w| w.name == upper || w.short.contains(&upper.as_str())) {
        return (found.parse)(rest.trim()).map(Some).map_err(|why| {
            UserError::new(format!("{}: {why}", found.name))
                .hint(format!("{} {}", found.name, found.operands))
        });
    }
    if rest.is_empty() && word.contains('-') {
        return Ok(Some(Command::Action(word.to_lowercase())));
    }
    Err(UserError::new(format!("{upper} is not a command")).hint(nearest(&upper)))
}

fn nearest(upper: &str) -> String {
    let first = upper.chars().next();
    let like: Vec<&str> = WORDS.iter().map(|w| w.name).filter(|n| n.chars().next() == first).collect();
    if like.is_empty() {
        "HELP lists them".to_owned()
    } else {
        format!("did you mean {}? HELP lists all", like.join(", "))
    }
}

/// `1204`, `50%`, `$`: LOCATE without its word.
fn bare_place(text: &str) -> Option<Place> {
    match text {
        "$" => Some(Place::Bottom),
        "^" => Some(Place::Top),
        _ => match text.strip_suffix('%') {
            Some(n) => n.trim().parse().ok().map(|p: u8| Place::Percent(p.min(100))),
            None => text.replace(',', "").parse().ok().map(Place::Line),
        },
    }
}

fn locate(text: &str) -> std::result::Result<Command, String> {
    let text = needs(text, "a line, a percentage or a name")?;
    let place = bare_place(&text).unwrap_or_else(|| match text.to_uppercase().as_str() {
        "TOP" | "FIRST" => Place::Top,
        "BOTTOM" | "LAST" | "MAX" => Place::Bottom,
        name => Place::Symbol(name.trim_start_matches('.').to_owned()),
    });
    Ok(Command::Locate(place))
}

fn scroll(text: &str) -> std::result::Result<Command, String> {
    Ok(Command::Scroll(match text.to_uppercase().as_str() {
        "CSR" | "C" | "CUR" => ScrollBy::Cursor,
        "PAGE" | "P" => ScrollBy::Page,
        "HALF" | "H" => ScrollBy::Half,
        "MAX" | "M" => ScrollBy::Max,
        "DATA" | "D" => ScrollBy::Data,
        n => ScrollBy::Lines(
            n.parse().ok().filter(|n| (1..=9999).contains(n)).ok_or("not an amount it knows")?,
        ),
    }))
}

fn switch(text: &str) -> std::result::Result<Switch, String> {
    match text.to_uppercase().as_str() {
        "" => Ok(Switch::Toggle),
        "ON" => Ok(Switch::On),
        "OFF" => Ok(Switch::Off),
        other => Err(format!("{other} is neither ON nor OFF")),
    }
}

fn needs(text: &str, what: &str) -> std::result::Result<String, String> {
    if text.is_empty() { Err(format!("{what} is missing")) } else { Ok(text.to_owned()) }
}

fn find(text: &str) -> std::result::Result<Command, String> {
    let (kind, string, rest) = string(text)?;
    let mut find = Find { text: string, kind, ..Find::default() };
    for word in rest.split_whitespace() {
        match word.to_uppercase().as_str() {
            "NEXT" => find.from = FindFrom::Next,
            "PREV" => find.from = FindFrom::Prev,
            "FIRST" => find.from = FindFrom::First,
            "LAST" => find.from = FindFrom::Last,
            "ALL" => find.from = FindFrom::All,
            "WORD" => find.word = true,
            "CHARS" => find.word = false,
            other => {
                return Err(format!(
                    "{other} is not an operand it knows (put a string of several words in quotes)"
                ));
            }
        }
    }
    Ok(Command::Find(find))
}

/// The string of a FIND and what follows it: `'a b'`, `"a"`, `C'a'`, `'a'C`, `word`, `*`.
fn string(text: &str) -> std::result::Result<(FindKind, String, &str), String> {
    let kind_of = |c: char| match c.to_ascii_uppercase() {
        'T' => Some(FindKind::Text),
        'C' => Some(FindKind::Case),
        'X' => Some(FindKind::Hex),
        'R' => Some(FindKind::Regex),
        _ => None,
    };
    let mut chars = text.chars();
    let first = chars.next().ok_or("a string is missing")?;
    let quoted = |body: &str, quote: char| -> std::result::Result<usize, String> {
        body.find(quote).ok_or_else(|| format!("the closing {quote} is missing"))
    };
    let is_quote = |c: char| c == '\'' || c == '"';
    if let (Some(kind), Some(quote)) = (kind_of(first), chars.next().filter(|c| is_quote(*c))) {
        let body = chars.as_str();
        let end = quoted(body, quote)?;
        return checked(kind, body.get(..end).unwrap_or(""), body.get(end + 1..).unwrap_or(""));
    }
    if is_quote(first) {
        let body = text.get(1..).unwrap_or("");
        let end = quoted(body, first)?;
        let rest = body.get(end + 1..).unwrap_or("");
        let suffix = rest
            .chars()
            .next()
            .and_then(kind_of)
            .filter(|_| rest.chars().nth(1).is_none_or(char::is_whitespace));
        let (kind, rest) = suffix.map_or((FindKind::Text, rest), |k| (k, rest.get(1..).unwrap_or("")));
        return checked(kind, body.get(..end).unwrap_or(""), rest);
    }
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    if word == "*" {
        return Ok((FindKind::Text, String::new(), rest));
    }
    checked(FindKind::Text, word, rest)
}

fn checked<'a>(
    kind: FindKind,
    text: &str,
    rest: &'a str,
) -> std::result::Result<(FindKind, String, &'a str), String> {
    if text.is_empty() {
        return Err("the string is empty".to_owned());
    }
    if kind == FindKind::Hex
        && (!text.len().is_multiple_of(2) || !text.bytes().all(|b| b.is_ascii_hexdigit()))
    {
        return Err(format!("X'{text}' is not pairs of hexadecimal digits"));
    }
    Ok((kind, text.to_owned(), rest))
}

#[cfg(test)]
mod tests;
