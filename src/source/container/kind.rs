//! What a member is, as far as its name and its first bytes tell: for a list, in which nobody waits for a parser.

use super::super::encoding::{self, Encoding, Start};
use serde::{Deserialize, Serialize};

/// What a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A COBOL program.
    Cobol,
    /// A copybook.
    Copybook,
    /// JCL, or a procedure.
    Jcl,
    /// A compiler listing or other output for a printer.
    Listing,
    /// Assembler.
    Assembler,
    /// REXX.
    Rexx,
    /// PL/I.
    Pli,
    /// Another text.
    Text,
    /// A load module or an object.
    Load,
    /// A compressed file.
    Packed,
    /// A file with members.
    Archive,
    /// A folder.
    Folder,
    /// A link to something else.
    Link,
    /// A pipe, a socket or a device.
    Device,
    /// It has no bytes.
    Empty,
    /// Bytes that are no text.
    Binary,
    /// Nobody looked.
    #[default]
    Unknown,
}

/// Names of the kinds.
const NAMES: [(Kind, &str); 17] = [
    (Kind::Cobol, "COBOL"),
    (Kind::Copybook, "copybook"),
    (Kind::Jcl, "JCL"),
    (Kind::Listing, "listing"),
    (Kind::Assembler, "assembler"),
    (Kind::Rexx, "REXX"),
    (Kind::Pli, "PL/I"),
    (Kind::Text, "text"),
    (Kind::Load, "load"),
    (Kind::Packed, "packed"),
    (Kind::Archive, "archive"),
    (Kind::Folder, "folder"),
    (Kind::Link, "link"),
    (Kind::Device, "device"),
    (Kind::Empty, "empty"),
    (Kind::Binary, "binary"),
    (Kind::Unknown, ""),
];

/// Extensions that say what a file is.
const EXTENSIONS: &[(Kind, &[&str])] = &[
    (Kind::Cobol, &["CBL", "COB", "COBOL", "CCP", "SQB"]),
    (Kind::Copybook, &["CPY", "COPY", "DCL"]),
    (Kind::Jcl, &["JCL", "PROC", "PRC"]),
    (Kind::Listing, &["LST", "LIST", "LISTING", "SYSPRINT", "SYSOUT"]),
    (Kind::Assembler, &["ASM", "HLA", "HLASM", "MAC", "BMS"]),
    (Kind::Rexx, &["REXX", "REX", "EXEC"]),
    (Kind::Pli, &["PLI", "PL1"]),
    (Kind::Text, &["TXT", "MD", "LOG"]),
    (Kind::Load, &["OBJ", "LOAD"]),
    (Kind::Packed, &["GZ", "ZST", "TGZ", "Z", "BZ2", "XZ", "ZIP"]),
    (Kind::Archive, &["XMI", "XMIT", "TAR", "PAX", "IEBUPDTE"]),
];

/// What the first lines of a member hold, the surest first.
const WORDS: &[(Kind, &[&str])] = &[
    (Kind::Cobol, &["IDENTIFICATION DIVISION", "ID DIVISION", " PROGRAM-ID"]),
    (Kind::Listing, &["PP 5655-", "PP 5668-", "INVOCATION PARAMETERS", "J E S 2  J O B  L O G"]),
    (Kind::Rexx, &["/* REXX", "/*REXX"]),
    (Kind::Pli, &["OPTIONS(MAIN)", "PROC OPTIONS", "%PROCESS"]),
    (Kind::Assembler, &[" CSECT", " DSECT", " MACRO", " DFHMSD", " TITLE '"]),
    (Kind::Copybook, &[" PIC X", " PIC S9", " PIC 9", " PICTURE "]),
];

/// Bytes at the start of a member that are looked at.
pub const LOOK: usize = 1024;

impl Kind {
    /// Its name.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// What the extension of `name` says.
    pub fn of_name(name: &str) -> Option<Self> {
        let last = name.rsplit('/').next()?;
        let (stem, extension) = last.rsplit_once('.')?;
        if stem.is_empty() {
            return None;
        }
        let has = |list: &[&str]| list.iter().any(|e| e.eq_ignore_ascii_case(extension));
        EXTENSIONS.iter().find(|(_, list)| has(list)).map(|(kind, _)| *kind)
    }

    /// What the first bytes say, at most `LOOK` of them.
    pub fn of_bytes(start: &[u8]) -> Self {
        let start = start.get(..LOOK).unwrap_or(start);
        if start.is_empty() {
            return Self::Empty;
        }
        if super::packed::Packing::of(start).is_some() {
            return Self::Packed;
        }
        if is_object(start) {
            return Self::Load;
        }
        let blanks = memchr::memchr_iter(0x40, start).count();
        let high = start.iter().filter(|b| **b > 0x80).count();
        let ebcdic = high * 2 > start.len() || blanks + high > start.len() / 2 && !start.contains(&b'\n');
        let encoding = if ebcdic { Encoding::Cp1047 } else { encoding::detect(&[start]).encoding };
        let text = encoding.text(start, Start::Line).to_uppercase();
        let odd = text.chars().filter(|c| c.is_control() && !c.is_whitespace() || *c == '\u{fffd}').count();
        if odd * 8 > text.chars().count() {
            return Self::Binary;
        }
        if let Some((kind, _)) = WORDS.iter().find(|(_, words)| words.iter().any(|w| text.contains(w))) {
            return *kind;
        }
        if text.starts_with("//")
            && [" JOB", " EXEC ", " DD ", " PROC", "//*"].iter().any(|w| text.contains(w))
        {
            return Self::Jcl;
        }
        Self::Text
    }

    /// What name and first bytes say together.
    pub fn of(name: &str, start: &[u8]) -> Self {
        if start.is_empty() {
            Self::Empty
        } else {
            Self::of_name(name).unwrap_or_else(|| Self::of_bytes(start))
        }
    }
}

/// Whether it begins as an object deck does: X'02' and ESD or TXT in EBCDIC.
fn is_object(start: &[u8]) -> bool {
    start.starts_with(&[0x02, 0xc5, 0xe2, 0xc4]) || start.starts_with(&[0x02, 0xe3, 0xe7, 0xe3])
}
