//! The encodings and what people call them.

use crate::base::UserError;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// How an encoding is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Make {
    Utf8,
    Latin1,
    /// EBCDIC, one byte a character.
    Single,
    /// EBCDIC with shifts to two bytes a character, of this repertoire.
    Mixed(Repertoire),
}

/// The two-byte part of a page with shifts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repertoire {
    /// CCSID 300.
    Kanji,
    /// CCSID 4933.
    Hanzi,
}

macro_rules! encodings {
    ($($(#[$extra:meta])* $variant:ident $name:literal $make:expr, $title:literal;)*) => {
        /// What the bytes of a file mean. As text and in documents it is its [`name`](Encoding::name).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
        pub enum Encoding {
            $($(#[$extra])* #[doc = concat!("`", $name, "`: ", $title, ".")] $variant,)*
        }

        impl Encoding {
            /// All of them, in the order in which they are listed for people.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            fn facts(self) -> (&'static str, Make, &'static str) {
                match self { $(Self::$variant => ($name, $make, $title),)* }
            }
        }
    };
}

encodings! {
    #[default] Utf8 "utf-8" Make::Utf8, "Unicode, and ASCII";
    Latin1 "iso-8859-1" Make::Latin1, "Latin-1";
    Cp037 "cp037" Make::Single, "EBCDIC, United States, Canada, Portugal, Netherlands";
    Cp1047 "cp1047" Make::Single, "EBCDIC, Latin-1 of open systems";
    Cp1140 "cp1140" Make::Single, "037 with the euro sign";
    Cp273 "cp273" Make::Single, "EBCDIC, Germany, Austria";
    Cp1141 "cp1141" Make::Single, "273 with the euro sign";
    Cp277 "cp277" Make::Single, "EBCDIC, Denmark, Norway";
    Cp1142 "cp1142" Make::Single, "277 with the euro sign";
    Cp278 "cp278" Make::Single, "EBCDIC, Finland, Sweden";
    Cp1143 "cp1143" Make::Single, "278 with the euro sign";
    Cp280 "cp280" Make::Single, "EBCDIC, Italy";
    Cp1144 "cp1144" Make::Single, "280 with the euro sign";
    Cp284 "cp284" Make::Single, "EBCDIC, Spain, Latin America";
    Cp1145 "cp1145" Make::Single, "284 with the euro sign";
    Cp285 "cp285" Make::Single, "EBCDIC, United Kingdom";
    Cp1146 "cp1146" Make::Single, "285 with the euro sign";
    Cp297 "cp297" Make::Single, "EBCDIC, France";
    Cp1147 "cp1147" Make::Single, "297 with the euro sign";
    Cp500 "cp500" Make::Single, "EBCDIC, international, Belgium, Switzerland";
    Cp1148 "cp1148" Make::Single, "500 with the euro sign";
    Cp870 "cp870" Make::Single, "EBCDIC, Latin-2, central Europe";
    Cp875 "cp875" Make::Single, "EBCDIC, Greece";
    Cp1025 "cp1025" Make::Single, "EBCDIC, Cyrillic";
    Cp1026 "cp1026" Make::Single, "EBCDIC, Turkey";
    Cp1112 "cp1112" Make::Single, "EBCDIC, Baltic";
    Cp1122 "cp1122" Make::Single, "EBCDIC, Estonia";
    Cp930 "cp930" Make::Mixed(Repertoire::Kanji), "EBCDIC, Japan, katakana and kanji";
    Cp939 "cp939" Make::Mixed(Repertoire::Kanji), "EBCDIC, Japan, Latin and kanji";
    Cp1388 "cp1388" Make::Mixed(Repertoire::Hanzi), "EBCDIC, China";
}

/// Bytes that may end a line in files of ASCII's family.
const ASCII_NEWLINES: &[&[u8]] = &[b"\n", b"\r\n"];
/// The same in EBCDIC: NEL (0x15) as z/OS UNIX writes it, LF (0x25), each also behind a CR.
const EBCDIC_NEWLINES: &[&[u8]] = &[b"\x15", b"\x25", b"\x0D\x15", b"\x0D\x25"];

/// Names beside `cpNNN`, as they are left when signs and prefixes are taken off.
const ALIASES: &[(&str, Encoding)] = &[
    ("utf8", Encoding::Utf8),
    ("u8", Encoding::Utf8),
    ("utf", Encoding::Utf8),
    ("unicode", Encoding::Utf8),
    ("ascii", Encoding::Utf8),
    ("usascii", Encoding::Utf8),
    ("1208", Encoding::Utf8),
    ("latin1", Encoding::Latin1),
    ("l1", Encoding::Latin1),
    ("iso88591", Encoding::Latin1),
    ("88591", Encoding::Latin1),
    ("819", Encoding::Latin1),
    ("ebcdic", Encoding::Cp1047),
];

impl Encoding {
    /// The name it is shown and stored by: `utf-8`, `iso-8859-1`, `cp1047`.
    pub fn name(self) -> &'static str {
        self.facts().0
    }

    /// Where it is used, for lists: `EBCDIC, Germany, Austria`.
    pub fn title(self) -> &'static str {
        self.facts().2
    }

    pub(super) fn make(self) -> Make {
        self.facts().1
    }

    /// Whether it is a code page of EBCDIC.
    pub fn is_ebcdic(self) -> bool {
        matches!(self.make(), Make::Single | Make::Mixed(_))
    }

    /// Whether shifts lead to characters of two bytes.
    pub fn has_shifts(self) -> bool {
        matches!(self.make(), Make::Mixed(_))
    }

    /// The byte of a blank.
    pub fn blank(self) -> u8 {
        if self.is_ebcdic() { 0x40 } else { b' ' }
    }

    /// What may end a line in such a file; which of them does, and whether any, is for the record format to say. In EBCDIC
    /// [`Encoding::text`] gives 0x15 as U+0085 and 0x25 as a line feed: files of z/OS UNIX end their lines with the former.
    pub fn newlines(self) -> &'static [&'static [u8]] {
        if self.is_ebcdic() { EBCDIC_NEWLINES } else { ASCII_NEWLINES }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// `name` in small letters without signs, prefixes of makers and zeros in front.
fn folded(name: &str) -> String {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let mut rest = plain.as_str();
    while let Some(tail) =
        ["ibm", "ccsid", "cp", "ebcdic", "cs", "x"].iter().find_map(|prefix| rest.strip_prefix(prefix))
        && !tail.is_empty()
    {
        rest = tail;
    }
    if rest.bytes().all(|b| b.is_ascii_digit()) { rest.trim_start_matches('0') } else { rest }.to_owned()
}

impl FromStr for Encoding {
    type Err = UserError;

    /// Takes what people type: `1047`, `cp037`, `IBM-1047`, `ibm01140`, `latin1`, `UTF8`.
    fn from_str(name: &str) -> Result<Self, UserError> {
        let wanted = folded(name);
        let by_number =
            |e: &&Self| e.is_ebcdic() && e.name().trim_start_matches("cp").trim_start_matches('0') == wanted;
        if let Some(found) = Self::ALL.iter().find(by_number) {
            return Ok(*found);
        }
        if let Some((_, found)) = ALIASES.iter().find(|(alias, _)| *alias == wanted) {
            return Ok(*found);
        }
        let shown: String = name.chars().take(40).collect();
        let pages = Self::ALL.iter().filter(|e| e.is_ebcdic());
        let pages: Vec<&str> = pages.map(|e| e.name().trim_start_matches("cp")).collect();
        Err(UserError::new(format!("the encoding {shown:?} is not known"))
            .cause(format!("known are utf-8 iso-8859-1 {}", pages.join(" ")))
            .hint("give one of these, as in 1047 or cp1047"))
    }
}

impl Serialize for Encoding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Encoding {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        name.parse().map_err(D::Error::custom)
    }
}
