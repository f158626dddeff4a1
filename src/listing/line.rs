//! One line of a listing: the heading of a page, the heading of a section, the end of a compile unit. Knows no lines before it.

use super::words::{begins, find, heading_text, number, rfind, shown, words};
use crate::base::Word;
use memchr::memmem::Finder;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// The middle of the ruler above the source, up to where code pages differ.
const RULER: &[u8] = b"----+-*A-1-B--+----2";
/// What stands before the day of the compilation.
static DATES: LazyLock<[Finder<'static>; 2]> = LazyLock::new(|| ["  Date ", "  DATE "].map(Finder::new));
/// How much of a line is looked at.
const LOOKED_AT: usize = 200;

/// How bad a message is, in the letters of the compiler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// `I`, return code 0.
    Informational,
    /// `W`, return code 4.
    Warning,
    /// `E`, return code 8.
    Error,
    /// `S`, return code 12.
    Severe,
    /// `U`, return code 16.
    Unrecoverable,
}

impl Severity {
    /// All of them, the mildest first.
    pub const ALL: [Self; 5] =
        [Self::Informational, Self::Warning, Self::Error, Self::Severe, Self::Unrecoverable];

    /// The letter behind the number of a message.
    pub fn letter(self) -> char {
        match self {
            Self::Informational => 'I',
            Self::Warning => 'W',
            Self::Error => 'E',
            Self::Severe => 'S',
            Self::Unrecoverable => 'U',
        }
    }

    /// The severity with this letter.
    pub fn of_letter(letter: char) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.letter() == letter.to_ascii_uppercase())
    }

    /// The one that a compile unit ended with: 0, 4, 8, 12 or 16.
    pub fn of_code(code: u32) -> Self {
        match code {
            0..4 => Self::Informational,
            4..8 => Self::Warning,
            8..12 => Self::Error,
            12..16 => Self::Severe,
            _ => Self::Unrecoverable,
        }
    }
}

/// What a section of a listing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    /// Parameters of the invocation, CBL and PROCESS statements.
    Parameters,
    /// Options in effect.
    Options,
    /// The source, with messages between its lines.
    Source,
    /// Cross-reference of data names.
    DataXref,
    /// Cross-reference of procedures.
    ProcedureXref,
    /// Cross-reference of programs.
    ProgramXref,
    /// Cross-reference of COPY and BASIS texts and their libraries.
    CopyXref,
    /// Cross-reference of verbs.
    VerbXref,
    /// Data Division Map.
    DataMap,
    /// Map of nested programs.
    NestedMap,
    /// Tables of the compiler: PGT, CGT, literal pools, PPAs, constants.
    Tables,
    /// Offsets of statements.
    Offset,
    /// The generated code.
    List,
    /// Maps of the run-time storage: TGT, DSA, static and automatic areas.
    Storage,
    /// The messages of the unit.
    Messages,
    /// Statistics.
    Statistics,
}

impl PartKind {
    /// What it is called, in lower case.
    pub fn title(self) -> &'static str {
        match self {
            Self::Parameters => "parameters",
            Self::Options => "options",
            Self::Source => "source",
            Self::DataXref => "data cross-reference",
            Self::ProcedureXref => "procedure cross-reference",
            Self::ProgramXref => "program cross-reference",
            Self::CopyXref => "COPY cross-reference",
            Self::VerbXref => "verb cross-reference",
            Self::DataMap => "data division map",
            Self::NestedMap => "nested program map",
            Self::Tables => "global tables",
            Self::Offset => "offsets",
            Self::List => "generated code",
            Self::Storage => "storage maps",
            Self::Messages => "messages",
            Self::Statistics => "statistics",
        }
    }
}

/// What the heading of a page says. Texts are as they are printed: the order of a date is that of the site.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Heading {
    /// `5655-EC6`; empty where a TITLE statement took its place, and for `GnuCOBOL`.
    pub product: Word,
    /// `Enterprise COBOL for z/OS`.
    pub compiler: Word,
    /// `6.3.0 P220314`.
    pub version: Word,
    /// The program, or the file that `GnuCOBOL` compiled; empty on the pages before it is known.
    pub program: String,
    /// The day of the compilation.
    pub date: Word,
    /// Its time.
    pub time: String,
    /// The number of the page.
    pub page: u32,
}

/// What the last line of a compile unit says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Closing {
    /// The program; empty if there was none.
    pub program: String,
    /// The highest severity as a return code; 0 as well where no statement was flagged.
    pub severity: Option<u32>,
}

/// What a line is, if it is something that parts a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// The heading of a page.
    Page(Box<Heading>),
    /// A section begins, or goes on on a new page.
    Part(PartKind),
    /// A compile unit ends.
    End(Closing),
    /// The return code of the compiler.
    Return(u32),
    /// `GnuCOBOL` counts so many warnings or errors.
    Counted(Severity, u32),
}

/// What headings of sections begin with, by kind.
const BEGINNINGS: &[(&[u8], PartKind)] = &[
    (b"Invocation parameters", PartKind::Parameters),
    (b"PROCESS(CBL) statements", PartKind::Parameters),
    (b"Options in effect", PartKind::Options),
    (b"LINE    PG/LN", PartKind::Source),
    (b"Context usage is indicated", PartKind::ProcedureXref),
    (b"Data Division Map", PartKind::DataMap),
    (b"Source   Hierarchy and", PartKind::DataMap),
    (b"SIZE  TYPE ", PartKind::DataMap),
    (b"Nested Program Map", PartKind::NestedMap),
    (b"PROGRAM GLOBAL TABLE", PartKind::Tables),
    (b"CONSTANT GLOBAL TABLE BEGINS", PartKind::Tables),
    (b"LITERAL POOL MAP", PartKind::Tables),
    (b"PPA1:", PartKind::Tables),
    (b"PPA2:", PartKind::Tables),
    (b"PPA4:", PartKind::Tables),
    (b"OFFSET OBJECT CODE", PartKind::List),
    (b"OFFSET  OBJECT CODE", PartKind::List),
    (b"TGT      WILL BE ALLOCATED", PartKind::Storage),
    (b"LineID  Message code", PartKind::Messages),
    (b"Error/Warning summary:", PartKind::Messages),
    (b"Messages    Total", PartKind::Messages),
    (b"* Statistics for", PartKind::Statistics),
    (b"Statistics for", PartKind::Statistics),
];

/// Maps of storage and what lies beside them, as the compilers from version 5 on head them: letters apart, between asterisks.
const STARRED: &[(&[u8], PartKind)] = &[
    (b"C O N S T A N T", PartKind::Tables),
    (b"S T A T I C", PartKind::Storage),
    (b"A U T O M A T I C", PartKind::Storage),
    (b"W S A", PartKind::Storage),
    (b"MEMORY MAP", PartKind::Storage),
    (b"VARIABLE PORTION", PartKind::Storage),
    (b"M A P", PartKind::Storage),
];

/// What tables of a cross-reference are of.
const TABLES: &[(&[u8], PartKind)] = &[
    (b"data", PartKind::DataXref),
    (b"procedure", PartKind::ProcedureXref),
    (b"program", PartKind::ProgramXref),
    (b"verb", PartKind::VerbXref),
];

/// Whether a line may be something that [`look`] knows. Most are told by a few bytes that they are not.
#[inline]
pub(super) fn may_part(line: &[u8]) -> bool {
    // What GnuCOBOL counts at the end begins with a number and ends with this letter.
    heading_text(line).is_some() || matches!(line, [.., b'p'] | [.., b'p', b'\r'])
}

/// What a line (without its line feed) is; `None` for all that does not part a listing, which most lines are.
#[inline]
pub fn look(line: &[u8]) -> Option<Seen> {
    if line.ends_with(b"compilation group") {
        return counted(line);
    }
    heading_text(line).and_then(|text| seen(text.get(..LOOKED_AT).unwrap_or(text)))
}

fn seen(text: &[u8]) -> Option<Seen> {
    match text.first()? {
        b'E' | b'e' if begins(text, b"End of compilation") => return Some(Seen::End(closing(text))),
        b'R' | b'r' if begins(text, b"Return code ") => {
            return number(text.get(12..)?.trim_ascii_start()).map(Seen::Return);
        }
        b'*' if begins(text, b"* Statistics for") => return Some(Seen::Part(PartKind::Statistics)),
        b'*' if begins(text, b"***") || begins(text, b"* * *") => {
            return STARRED.iter().find(|(w, _)| find(text, w).is_some()).map(|(_, kind)| Seen::Part(*kind));
        }
        // A message between two lines of the source may quote anything.
        b'=' | b'*' | b'"' => return None,
        _ => {}
    }
    if let Some(kind) = part(text) {
        return Some(Seen::Part(kind));
    }
    page(text).map(|heading| Seen::Page(Box::new(heading)))
}

/// The section that a line is the heading of.
fn part(text: &[u8]) -> Option<PartKind> {
    if let Some((_, kind)) = BEGINNINGS.iter().find(|(w, _)| begins(text, w)) {
        return Some(*kind);
    }
    let has = |words: &[u8]| find(text, words).is_some();
    match text.first()?.to_ascii_uppercase() {
        b'L' if begins(text, b"LineID") && memchr::memmem::find(text, RULER).is_some() => {
            Some(PartKind::Source)
        }
        // Between LINE and HEXLOC stands a number sign, which many code pages change.
        b'L' if has(b"HEXLOC") => Some(PartKind::Offset),
        b'L' if is_table(text, b"LABEL") => Some(PartKind::ProcedureXref),
        b'N' if is_table(text, b"NAME") => Some(PartKind::DataXref),
        b'F' if is_table(text, b"FUNCTION") => Some(PartKind::ProgramXref),
        b'P' if is_table(text, b"PROGRAM") => Some(PartKind::ProgramXref),
        b'A' if begins(text, b"An ") && has(b"preceding a data-name") => Some(PartKind::DataXref),
        b'C' if begins(text, b"COPY") && has(b"BASIS cross") => Some(PartKind::CopyXref),
        b'D' | b'C' if begins(text, b"Defined") || begins(text, b"C") => {
            let of = find(text, b"Cross-reference of ")?;
            let of = text.get(of + 19..)?;
            TABLES.iter().find(|(w, _)| begins(of, w)).map(|(_, kind)| *kind)
        }
        _ => None,
    }
}

/// The heading of a table of `GnuCOBOL`.
fn is_table(text: &[u8], first: &[u8]) -> bool {
    let mut words = words(text);
    words.next() == Some(first) && words.next() == Some(b"DEFINED") && words.next() == Some(b"REFERENCES")
}

/// The heading of a page. A TITLE statement may have replaced its left part, so it is told by its right one.
fn page(text: &[u8]) -> Option<Heading> {
    let ours = begins(text, b"GnuCOBOL ");
    if !ours && !begins(text, b"PP 5") && !DATES.iter().any(|d| d.find(text).is_some()) {
        return None;
    }
    let page_at = rfind(text, b" Page ")?;
    let page = number(text.get(page_at + 6..)?.trim_ascii_start())?;
    let left = text.get(..page_at)?;
    if ours {
        return gnucobol(left, page);
    }
    let time_at = rfind(left, b" Time ")?;
    let date_at = rfind(left.get(..time_at)?, b" Date ")?;
    let between = |from: usize, to: usize| shown(left.get(from..to).unwrap_or_default());
    let mut heading = Heading {
        date: between(date_at + 6, time_at).into(),
        time: between(time_at + 6, left.len()),
        page,
        ..Heading::default()
    };
    titles(left.get(..date_at)?, &mut heading);
    Some(heading)
}

/// What the left part of a heading says: number and name of the product, its version, the program.
fn titles(left: &[u8], heading: &mut Heading) {
    let text = shown(left);
    // In two columns at least: names of products have single blanks.
    let mut columns: Vec<&str> = text.split("  ").map(str::trim).filter(|c| !c.is_empty()).collect();
    let Some(rest) = columns.first().and_then(|c| c.strip_prefix("PP ")) else {
        // The title of a TITLE statement, and the program.
        if columns.len() > 1 {
            columns.pop().unwrap_or_default().clone_into(&mut heading.program);
        }
        return;
    };
    let (product, name) = rest.split_once(' ').unwrap_or((rest, ""));
    heading.product = product.into();
    let name = name.trim().strip_prefix("IBM ").unwrap_or(name.trim());
    let is_version = |c: &&str| c.starts_with(|c: char| c.is_ascii_digit()) && c.contains('.');
    let mut others = columns.iter().skip(1).copied().peekable();
    if let Some(version) = others.next_if(is_version) {
        heading.compiler = name.into();
        heading.version = version.into();
    } else {
        // VS COBOL II Release 4.0 09/15/92, COBOL for MVS & VM 1.2.2
        let words: Vec<&str> = name.split(' ').collect();
        let at = words.iter().position(is_version).unwrap_or(words.len());
        let (name, version) = words.split_at_checked(at).unwrap_or((&words, &[]));
        let name = name.join(" ");
        heading.compiler = name.strip_suffix(" Release").unwrap_or(&name).into();
        heading.version = version.first().copied().unwrap_or_default().into();
    }
    others.last().unwrap_or_default().clone_into(&mut heading.program);
}

/// `GnuCOBOL 3.2.0. PAYR010.cbl      Thu Nov 26 20:31:36 2026  Page 0001`.
fn gnucobol(left: &[u8], page: u32) -> Option<Heading> {
    let text = shown(left);
    let rest = text.get(9..)?;
    let (version, rest) = rest.split_once(". ")?;
    let (file, when) = rest.trim_start().split_once("  ").unwrap_or((rest, ""));
    let words: Vec<&str> = when.split_whitespace().collect();
    let word = |at: usize| words.get(at).copied().unwrap_or_default();
    Some(Heading {
        product: Word::default(),
        compiler: "GnuCOBOL".into(),
        version: version.into(),
        program: file.trim().to_owned(),
        date: format!("{} {} {}", word(1), word(2), word(4)).into(),
        time: word(3).to_owned(),
        page,
    })
}

/// `End of compilation 1,  program DB102A,  highest severity 12.`
fn closing(text: &[u8]) -> Closing {
    let text = shown(text);
    let words: Vec<&str> = text.split_whitespace().collect();
    let behind = |word: &str| {
        let at = words.iter().position(|w| w.eq_ignore_ascii_case(word))?;
        words.get(at + 1).map(|w| w.trim_end_matches([',', '.']))
    };
    let severity = match behind("severity") {
        Some(code) => code.parse().ok(),
        None => behind("statements").filter(|w| w.eq_ignore_ascii_case("flagged")).map(|_| 0),
    };
    // Where there is no program, a comma is behind the word itself.
    Closing { program: behind("program").unwrap_or_default().to_owned(), severity }
}

/// Whether a line is there for the page it is on only: the heading of a page, the ruler below it.
pub fn is_furniture(line: &[u8]) -> bool {
    let Some(text) = heading_text(line) else { return false };
    let text = text.get(..LOOKED_AT).unwrap_or(text);
    matches!(seen(text), Some(Seen::Page(_) | Seen::Part(PartKind::Source)))
}

/// `1 warning in compilation group` as `GnuCOBOL` ends a listing.
fn counted(line: &[u8]) -> Option<Seen> {
    let mut words = words(line);
    let count = number(words.next()?)?;
    let severity = match words.next()? {
        b"warning" | b"warnings" => Severity::Warning,
        b"error" | b"errors" => Severity::Error,
        _ => return None,
    };
    (words.next()? == b"in" && words.next()? == b"compilation").then_some(Seen::Counted(severity, count))
}
