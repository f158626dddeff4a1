//! How a file is cut into lines: by the bytes that end them, by one length, or by the descriptors before them. Knows
//! neither what the bytes mean nor how they are read.
//!
//! Record formats as z/OS DFSMS Using Data Sets (SC23-6855) has them: F and FB, V with record descriptor words, VB with block
//! descriptor words before them. Records of undefined length (U) are blocks, whose ends a copy does not keep: they are taken to be of one
//! length, that of the largest block.

use crate::base::{Result, UserError};
use serde::{Deserialize, Serialize};
use std::num::NonZeroU32;

/// The longest record that a descriptor can tell of, and the longest fixed length taken.
pub const LONGEST_RECORD: u32 = 0x7fff;
/// The largest block of a data set of undefined record length (SC23-6855, BLKSIZE of RECFM=U), and the length taken if none is said.
const LARGEST_BLOCK: u32 = 32_760;

/// The byte that ends a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineFeed {
    /// LF, X'0A', which may have a CR before it.
    Lf,
    /// CR alone, X'0D'.
    Cr,
    /// The new line of EBCDIC, X'15'.
    EbcdicNl,
    /// The line feed of EBCDIC, X'25', which may have a CR before it.
    EbcdicLf,
    /// NEL of ISO 8859, X'85'.
    Nel,
}

impl LineFeed {
    /// The byte.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Lf => b'\n',
            Self::Cr => b'\r',
            Self::EbcdicNl => 0x15,
            Self::EbcdicLf => 0x25,
            Self::Nel => 0x85,
        }
    }

    /// Whether a carriage return before it belongs to it.
    pub const fn takes_cr(self) -> bool {
        matches!(self, Self::Lf | Self::EbcdicLf)
    }
}

/// What stands before each record of a variable length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Descriptors {
    /// Blocks have descriptors, too (VB as it is on the disk).
    pub blocked: bool,
    /// The length is in the second half of the word, the lower byte first, as some tools write it.
    pub little: bool,
    /// The length counts the descriptor itself, as systems write it; tools may not.
    pub inclusive: bool,
    /// Bytes before the first descriptor, which belong to no record.
    pub from: u32,
}

impl Descriptors {
    /// As an access method writes them.
    pub const PLAIN: Self = Self { blocked: false, little: false, inclusive: true, from: 0 };
}

/// How a file is cut into lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Records {
    /// Lines that end with a byte.
    Lines(LineFeed),
    /// Records of so many bytes.
    Fixed(NonZeroU32),
    /// Records with descriptors before them.
    Variable(Descriptors),
}

impl Default for Records {
    fn default() -> Self {
        Self::Lines(LineFeed::Lf)
    }
}

impl Records {
    /// Whether a record says how long it is, so that any byte may be in it.
    pub fn are_counted(self) -> bool {
        !matches!(self, Self::Lines(_))
    }
}

/// Names of the kinds that take no number.
const NAMES: [(&str, Records); 9] = [
    ("lf", Records::Lines(LineFeed::Lf)),
    ("cr", Records::Lines(LineFeed::Cr)),
    ("nl", Records::Lines(LineFeed::EbcdicNl)),
    ("lf25", Records::Lines(LineFeed::EbcdicLf)),
    ("nel", Records::Lines(LineFeed::Nel)),
    ("v", Records::Variable(Descriptors::PLAIN)),
    ("vb", Records::Variable(Descriptors { blocked: true, ..Descriptors::PLAIN })),
    ("vle", Records::Variable(Descriptors { little: true, ..Descriptors::PLAIN })),
    ("vx", Records::Variable(Descriptors { inclusive: false, ..Descriptors::PLAIN })),
];

impl std::fmt::Display for Records {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fixed(length) => write!(f, "f{length}"),
            Self::Variable(d) => {
                let x = if d.inclusive { "" } else { "x" };
                let le = if d.little { "le" } else { "" };
                write!(f, "v{}{x}{le}", if d.blocked { "b" } else { "" })?;
                if d.from > 0 { write!(f, "+{}", d.from) } else { Ok(()) }
            }
            Self::Lines(_) => {
                f.write_str(NAMES.iter().find(|(_, r)| r == self).map_or("lf", |(name, _)| name))
            }
        }
    }
}

impl std::str::FromStr for Records {
    type Err = UserError;

    /// `lf`, `cr`, `nl`, `lf25`, `nel`, `f80` or `fb80`, `u` or `u6233` (blocks whose ends are not kept: of one length), `v`, `vb`, each `v` also with `x` (lengths without the descriptor), `le`
    /// (lower byte first) and `+n` (bytes before the first descriptor).
    fn from_str(text: &str) -> Result<Self> {
        // `FB 80` and `FB,80` are what people type, too.
        let lower = text.replace([' ', ','], "").to_ascii_lowercase();
        if let Some((_, records)) = NAMES.iter().find(|(name, _)| *name == lower) {
            return Ok(*records);
        }
        let wrong = || {
            UserError::new(format!("there is no record format {text:?}"))
                .cause("known are lf, cr, nl (X'15'), lf25 (X'25'), nel (X'85'), fN (as f80), uN, v and vb")
                .hint(format!(
                    "fixed records: f80 (1 to {LONGEST_RECORD}); blocks of undefined length: u6233 (1 to {LARGEST_BLOCK}, which u alone is); variable records: v or vb, behind it x if lengths leave the descriptor out, le if the lower byte is first, +n for n bytes before the first"
                ))
        };
        if let Some(block) = lower.strip_prefix('u') {
            let block = if block.is_empty() { Ok(LARGEST_BLOCK) } else { block.parse::<u32>() };
            let block = block.ok().and_then(NonZeroU32::new).filter(|n| n.get() <= LARGEST_BLOCK);
            return block.map(Self::Fixed).ok_or_else(wrong);
        }
        if let Some(length) = lower.strip_prefix("fb").or_else(|| lower.strip_prefix('f')) {
            let length = length.parse::<NonZeroU32>().ok().filter(|n| n.get() <= LONGEST_RECORD);
            return length.map(Self::Fixed).ok_or_else(wrong);
        }
        let rest = lower.strip_prefix('v').ok_or_else(wrong)?;
        let (rest, from) = match rest.split_once('+') {
            Some((rest, from)) => (rest, from.parse().map_err(|_| wrong())?),
            None => (rest, 0),
        };
        let mut descriptors = Descriptors { from, ..Descriptors::PLAIN };
        let rest = rest.strip_prefix('b').inspect(|_| descriptors.blocked = true).unwrap_or(rest);
        let rest = rest.strip_prefix('x').inspect(|_| descriptors.inclusive = false).unwrap_or(rest);
        let rest = rest.strip_prefix("le").inspect(|_| descriptors.little = true).unwrap_or(rest);
        if rest.is_empty() { Ok(Self::Variable(descriptors)) } else { Err(wrong()) }
    }
}
