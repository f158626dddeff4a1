//! The operands of FIND, in any order as ISPF has them: a string, where to start, where in a word, which columns, which
//! lines.

use crate::source::{Columns, Part};
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
    /// A picture of characters (`P'…'`).
    Picture,
}

impl FindKind {
    fn of(letter: char) -> Option<Self> {
        Some(match letter.to_ascii_uppercase() {
            'T' => Self::Text,
            'C' => Self::Case,
            'X' => Self::Hex,
            'P' => Self::Picture,
            'R' => Self::Regex,
            _ => return None,
        })
    }
}

/// Lines that a command is meant for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LineRange {
    /// From the line with the first label to that with the second, without their periods, upper case.
    Labels(String, String),
    /// From line to line, by the numbers that LOCATE takes.
    Lines(u64, u64),
    /// From line to line of the file, both counted from 1.
    FileLines(u64, u64),
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
    /// Where in a word it must be.
    pub part: Part,
    /// Where in a line it must be.
    pub columns: Option<Columns>,
    /// Only in lines that are not shown (`X`), or only in those that are (`NX`).
    pub hidden: Option<bool>,
    /// Only in these lines.
    pub lines: Option<LineRange>,
}

/// What is written between blanks, or between quotes.
enum Token<'a> {
    Quoted(FindKind, String),
    Bare(&'a str),
}

/// The operands of FIND.
///
/// # Errors
/// Says which operand is wrong.
pub(super) fn parse(text: &str) -> Result<Find, String> {
    let (find, string) = operands(text, true)?;
    if string { Ok(find) } else { Err("a string is missing".to_owned()) }
}

/// Reads operands; whether there was a string. With `must` a word that could be anything is taken for the string if nothing
/// else is one.
pub(super) fn operands(text: &str, must: bool) -> Result<(Find, bool), String> {
    let mut tokens = tokens(text)?;
    let mut find = Find::default();
    // `F ALL` looks for ALL.
    let is_string = |t: &Token<'_>| match t {
        Token::Quoted(..) => true,
        Token::Bare(word) => Operand::of(word).is_none(),
    };
    let mut string = tokens.iter().position(is_string).or((must && !tokens.is_empty()).then_some(0));
    let had = string.is_some();
    if let Some(at) = string.take() {
        match tokens.remove(at) {
            Token::Quoted(kind, text) => (find.kind, find.text) = checked(kind, text)?,
            Token::Bare("*") => {}
            Token::Bare(word) => word.clone_into(&mut find.text),
        }
    }
    let (mut columns, mut labels) = (Vec::new(), Vec::new());
    for token in tokens {
        let word = match token {
            Token::Quoted(_, text) => return Err(format!("'{text}' is a second string")),
            Token::Bare(word) => word,
        };
        match Operand::of(word) {
            Some(Operand::From(from)) => find.from = from,
            Some(Operand::Part(part)) => find.part = part,
            Some(Operand::Hidden(hidden)) => find.hidden = Some(hidden),
            Some(Operand::Column(column)) => columns.push(column),
            Some(Operand::Label(label)) => labels.push(label),
            Some(Operand::Lines(lines)) => find.lines = Some(lines),
            None if word.starts_with('.') => labels.push(label(word)?),
            None => {
                return Err(format!(
                    "{} is not an operand it knows (put a string of several words in quotes)",
                    word.to_uppercase()
                ));
            }
        }
    }
    find.columns = columns_of(&columns)?;
    match labels.as_slice() {
        [] => {}
        [one] => find.lines = Some(LineRange::Labels(one.clone(), one.clone())),
        [from, to] => find.lines = Some(LineRange::Labels(from.clone(), to.clone())),
        _ => return Err("more than two labels".to_owned()),
    }
    Ok((find, had))
}

/// One column, or the first and the last of several.
pub(super) fn columns_of(columns: &[u32]) -> Result<Option<Columns>, String> {
    match *columns {
        [] => Ok(None),
        [0, ..] | [_, 0] => Err("columns count from 1".to_owned()),
        [first] => Ok(Some(Columns { first, last: None })),
        [first, last] => Ok(Some(Columns { first: first.min(last), last: Some(first.max(last)) })),
        _ => Err("more than two columns".to_owned()),
    }
}

/// The operands of BOUNDS.
///
/// # Errors
/// Says which operand is wrong.
pub(super) fn bounds(text: &str) -> Result<Option<Columns>, String> {
    let number = |n: &str| n.parse().map_err(|_| format!("{n} is not a column"));
    let columns = text.split_whitespace().map(number).collect::<Result<Vec<u32>, String>>()?;
    let last = |c: Columns| Columns { last: Some(c.last.unwrap_or(u32::MAX)), ..c };
    Ok(columns_of(&columns)?.map(last))
}

/// A word that means something by itself.
pub(super) enum Operand {
    From(FindFrom),
    Part(Part),
    Hidden(bool),
    Column(u32),
    Label(String),
    Lines(LineRange),
}

impl Operand {
    pub(super) fn of(word: &str) -> Option<Self> {
        Some(match word.to_uppercase().as_str() {
            "NEXT" => Self::From(FindFrom::Next),
            "PREV" => Self::From(FindFrom::Prev),
            "FIRST" => Self::From(FindFrom::First),
            "LAST" => Self::From(FindFrom::Last),
            "ALL" => Self::From(FindFrom::All),
            "CHARS" => Self::Part(Part::Chars),
            "WORD" => Self::Part(Part::Word),
            "PREFIX" | "PRE" => Self::Part(Part::Prefix),
            "SUFFIX" | "SUF" => Self::Part(Part::Suffix),
            "X" | "EX" => Self::Hidden(true),
            "NX" => Self::Hidden(false),
            upper => match (label(upper), upper.split_once(':')) {
                (Ok(label), _) => Self::Label(label),
                (Err(_), Some((from, to))) => Self::Lines(line_range(from, to)?),
                (Err(_), None) => Self::Column(upper.parse().ok()?),
            },
        })
    }
}

/// `10:20`, or `=10:=20` for lines of the file.
fn line_range(from: &str, to: &str) -> Option<LineRange> {
    match (from.strip_prefix('='), to.strip_prefix('=')) {
        (None, None) => Some(LineRange::Lines(from.parse().ok()?, to.parse().ok()?)),
        (Some(from), to_file) => {
            Some(LineRange::FileLines(from.parse().ok()?, to_file.unwrap_or(to).parse().ok()?))
        }
        (None, Some(_)) => None,
    }
}

/// Letters of a label, as ISPF has them.
const LABEL: usize = 5;
/// Labels that are always there and have more letters.
const LONGER: [&str; 1] = ["ZFIRST"];

/// The name of a label without its period, upper case.
///
/// # Errors
/// Says what a label is.
pub(super) fn label(word: &str) -> Result<String, String> {
    let name = word.strip_prefix('.').unwrap_or_default().to_uppercase();
    let letters = !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase());
    if letters && (name.len() <= LABEL || LONGER.contains(&name.as_str())) {
        return Ok(name);
    }
    Err(format!("{word} is no label: that is a period and one to five letters, without digits, as .A"))
}

/// Words and strings: `'a b'`, `"a"`, `C'a'`, `'a'C`, `word`. A quote in a string between such quotes is written twice.
fn tokens(text: &str) -> Result<Vec<Token<'_>>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let mut kind = FindKind::of(first);
        let quote_at = usize::from(kind.is_some());
        let quote = rest.chars().nth(quote_at).filter(|c| matches!(c, '\'' | '"'));
        if let Some(quote) = quote {
            let body = rest.get(quote_at + 1..).unwrap_or_default();
            let (string, after) = quoted(body, quote)?;
            rest = after;
            if kind.is_none() {
                let suffix = rest.chars().next().and_then(FindKind::of);
                kind = suffix.filter(|_| rest.chars().nth(1).is_none_or(char::is_whitespace));
                rest = rest.get(usize::from(kind.is_some())..).unwrap_or_default();
            }
            tokens.push(Token::Quoted(kind.unwrap_or_default(), string));
        } else {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            tokens.push(Token::Bare(word));
            rest = after;
        }
        rest = rest.trim_start();
    }
    Ok(tokens)
}

/// The string before the closing quote, and what is behind it.
fn quoted(body: &str, quote: char) -> Result<(String, &str), String> {
    let (mut string, mut rest) = (String::new(), body);
    loop {
        let Some((before, after)) = rest.split_once(quote) else {
            return Err(format!("the closing {quote} is missing"));
        };
        string.push_str(before);
        match after.strip_prefix(quote) {
            Some(more) => {
                string.push(quote);
                rest = more;
            }
            None => return Ok((string, after)),
        }
    }
}

fn checked(kind: FindKind, text: String) -> Result<(FindKind, String), String> {
    if text.is_empty() {
        return Err("the string is empty".to_owned());
    }
    if kind == FindKind::Hex
        && (!text.len().is_multiple_of(2) || !text.bytes().all(|b| b.is_ascii_hexdigit()))
    {
        return Err(format!("X'{text}' is not pairs of hexadecimal digits"));
    }
    Ok((kind, text))
}
