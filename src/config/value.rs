//! What a setting may hold, and how text and file values become it.

use serde::Serialize;
use std::fmt;

/// What a setting may hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// true or false.
    Bool,
    /// A whole number.
    Int {
        /// Smallest.
        min: u64,
        /// Largest.
        max: u64,
    },
    /// A number.
    Float {
        /// Smallest.
        min: f64,
        /// Largest.
        max: f64,
    },
    /// One line of text.
    Text,
    /// One of these names, in any letter case.
    Choice(&'static [&'static str]),
    /// A number of bytes: `8388608`, `8 MiB`, `512k`.
    Size {
        /// Smallest.
        min: u64,
        /// Largest.
        max: u64,
    },
    /// A file or folder.
    Path,
    /// Folders, in order: a list, or one text with colons between them, as in `$PATH`.
    Paths,
}

impl fmt::Display for Kind {
    /// As it reads after "must be".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("true or false"),
            Self::Int { min, max } => write!(f, "a whole number from {min} to {max}"),
            Self::Float { min, max } => write!(f, "a number from {min} to {max}"),
            Self::Text => f.write_str("one line of text"),
            Self::Choice(names) => write!(f, "one of {}", names.join(", ")),
            Self::Size { min, max } => write!(f, "a size from {} to {}", show_size(*min), show_size(*max)),
            Self::Path => f.write_str("a path"),
            Self::Paths => f.write_str("a list of folders"),
        }
    }
}

/// The value of a setting. Sizes are numbers of bytes; choices and paths are text.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// true or false.
    Bool(bool),
    /// A whole number.
    Int(u64),
    /// A number.
    Float(f64),
    /// Text.
    Text(String),
    /// Texts.
    List(Vec<String>),
}

impl fmt::Display for Value {
    /// As it is written in a TOML file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(b) => write!(f, "{b}"),
            Self::Int(n) => write!(f, "{n}"),
            Self::Float(x) => write!(f, "{x:?}"),
            Self::Text(t) => write!(f, "{}", toml_edit::Value::from(t.as_str())),
            Self::List(l) => write!(f, "{}", l.iter().map(String::as_str).collect::<toml_edit::Array>()),
        }
    }
}

/// A field of the typed configuration.
pub(super) trait Field {
    /// Its value.
    fn value(&self) -> Value;
    /// Takes a value that was checked against its kind; one of another shape leaves it as it is.
    fn put(&mut self, value: &Value);
}

/// A field that is one variant of [`Value`].
macro_rules! field {
    ($($ty:ty => $variant:ident),*) => { $(
        impl Field for $ty {
            fn value(&self) -> Value {
                Value::$variant(self.clone())
            }

            fn put(&mut self, value: &Value) {
                if let Value::$variant(v) = value {
                    self.clone_from(v);
                }
            }
        }
    )* };
}

field!(bool => Bool, u64 => Int, f64 => Float, String => Text, Vec<String> => List);

impl Field for std::path::PathBuf {
    fn value(&self) -> Value {
        Value::Text(self.to_string_lossy().into_owned())
    }

    fn put(&mut self, value: &Value) {
        if let Value::Text(t) = value {
            *self = t.into();
        }
    }
}

/// How a value was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// As a TOML boolean.
    Bool,
    /// As a TOML whole number.
    Int,
    /// As a TOML number with a fraction.
    Float,
    /// In quotes.
    Text,
    /// Bare, so that the setting says what it is: YAML, environment, flags.
    Bare,
    /// Not there (YAML null).
    Nothing,
    /// As a list.
    List,
    /// As a date or time.
    Date,
}

/// A value as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Raw {
    /// How.
    pub written: Written,
    /// The text.
    pub text: String,
    /// What a list holds, if that is scalars only.
    pub items: Option<Vec<String>>,
}

impl Raw {
    /// A bare value.
    pub fn bare(text: impl Into<String>) -> Self {
        Self::scalar(Written::Bare, text)
    }

    /// A value that is no list.
    pub fn scalar(written: Written, text: impl Into<String>) -> Self {
        Self { written, text: text.into(), items: None }
    }

    /// A list; `None` if it holds other things than scalars.
    pub fn list(items: Option<Vec<String>>) -> Self {
        Self { written: Written::List, text: String::new(), items }
    }

    /// As it reads after "not", shortened so that a message stays a line.
    pub fn shown(&self) -> String {
        let short: String = self.text.chars().take(40).collect();
        let dots = if short.len() < self.text.len() { "…" } else { "" };
        match self.written {
            Written::Text => format!("the text {short:?}{dots}"),
            Written::Bare => format!("{short:?}{dots}"),
            Written::Bool | Written::Int | Written::Float => format!("{short}{dots}"),
            Written::Nothing => "empty".into(),
            Written::List => "a list".into(),
            Written::Date => "a date".into(),
        }
    }
}

/// The value of `kind` that `raw` is; `None` if it is of another type or out of range.
pub(super) fn check(kind: Kind, raw: &Raw) -> Option<Value> {
    use Written::{Bare, Bool, Float, Int, Text};
    let text = raw.text.trim();
    let is = |allowed: &[Written]| raw.written == Bare || allowed.contains(&raw.written);
    match kind {
        Kind::Bool if is(&[Bool]) => parse_bool(text).map(Value::Bool),
        Kind::Int { min, max } if is(&[Int]) => {
            parse_int(text).filter(|n| (min..=max).contains(n)).map(Value::Int)
        }
        Kind::Float { min, max } if is(&[Int, Float]) => {
            let number: f64 = text.parse().ok()?;
            (min..=max).contains(&number).then_some(Value::Float(number))
        }
        Kind::Size { min, max } if is(&[Int, Text]) => {
            parse_size(text).filter(|n| (min..=max).contains(n)).map(Value::Int)
        }
        Kind::Choice(names) if is(&[Bool, Int, Text]) => parse_choice(names, text),
        // A theme may be called 3270.
        Kind::Text | Kind::Path if is(&[Int, Text]) => {
            (!raw.text.chars().any(char::is_control)).then(|| Value::Text(raw.text.clone()))
        }
        Kind::Paths => {
            let paths = match raw.written {
                Written::List => raw.items.clone()?,
                Bare | Text => raw.text.split(':').map(str::to_owned).collect(),
                _ => return None,
            };
            let paths: Vec<String> = paths.into_iter().filter(|p| !p.is_empty()).collect();
            (!paths.iter().any(|p| p.chars().any(char::is_control))).then_some(Value::List(paths))
        }
        _ => None,
    }
}

/// `true` and `false`, and the words that YAML 1.1 and shells have for them.
fn parse_bool(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// A whole number, with `_` between digits, in base 10, 16 (`0x`) or 8 (`0o`).
fn parse_int(text: &str) -> Option<u64> {
    let plain = text.strip_prefix('+').unwrap_or(text).replace('_', "");
    if plain.starts_with(['+', '-']) {
        return None;
    }
    if let Some(hex) = plain.strip_prefix("0x") {
        return u64::from_str_radix(hex, 16).ok();
    }
    if let Some(octal) = plain.strip_prefix("0o") {
        return u64::from_str_radix(octal, 8).ok();
    }
    plain.parse().ok()
}

/// Units of sizes: the name of each in lower case and its bytes. A unit is always a power of 1024: so disks are read
/// here.
const UNITS: &[(&str, u64)] = &[
    ("", 1),
    ("b", 1),
    ("k", 1 << 10),
    ("kb", 1 << 10),
    ("kib", 1 << 10),
    ("m", 1 << 20),
    ("mb", 1 << 20),
    ("mib", 1 << 20),
    ("g", 1 << 30),
    ("gb", 1 << 30),
    ("gib", 1 << 30),
];

/// A number of bytes: `4194304`, `4 MiB`, `4m`.
fn parse_size(text: &str) -> Option<u64> {
    let split = text.find(|c: char| c.is_ascii_alphabetic() || c == ' ').unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(split)?;
    let unit = unit.trim().to_ascii_lowercase();
    let (_, bytes) = UNITS.iter().find(|(name, _)| *name == unit)?;
    parse_int(number)?.checked_mul(*bytes)
}

/// A size in the largest unit that leaves no rest.
pub(super) fn show_size(bytes: u64) -> String {
    let unit =
        UNITS.iter().rev().find(|(name, n)| name.len() == 3 && bytes >= *n && bytes.is_multiple_of(*n));
    match unit.map(|(_, n)| (bytes / n, *n)) {
        Some((count, n)) if n == 1 << 30 => format!("{count} GiB"),
        Some((count, n)) if n == 1 << 20 => format!("{count} MiB"),
        Some((count, _)) => format!("{count} KiB"),
        None => format!("{bytes} B"),
    }
}

/// A name of a choice; `true` and `false` are `on` and `off` where there are such names.
fn parse_choice(names: &[&str], text: &str) -> Option<Value> {
    let find = |want: &str| names.iter().find(|n| n.eq_ignore_ascii_case(want));
    let other = match parse_bool(text) {
        Some(true) => "on",
        Some(false) => "off",
        None => "",
    };
    find(text).or_else(|| find(other)).map(|n| Value::Text((*n).to_owned()))
}
