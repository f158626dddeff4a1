//! USAGE: how many bytes an elementary item takes, how SYNCHRONIZED aligns it, and the two letters that name its type.

use super::picture::{Category, Picture};
use serde::{Serialize, Serializer};

/// Where data is kept and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Usage {
    /// One byte a character or digit.
    Display,
    /// Two bytes of EBCDIC DBCS a character.
    Display1,
    /// Two bytes of UTF-16 a character or digit.
    National,
    /// UTF-8.
    Utf8,
    /// COMP, COMP-4, BINARY.
    Binary,
    /// COMP-5: binary of native range.
    Native,
    /// COMP-3, PACKED-DECIMAL.
    Packed,
    /// COMP-1: short floating point.
    Float,
    /// COMP-2: long floating point.
    Double,
    /// INDEX.
    Index,
    /// POINTER.
    Pointer,
    /// POINTER-32.
    Pointer32,
    /// PROCEDURE-POINTER.
    ProcedurePointer,
    /// FUNCTION-POINTER.
    FunctionPointer,
    /// OBJECT REFERENCE.
    ObjectReference,
}

/// Words that name a usage, in order, and the usage; those of more than one word have the first here.
pub(super) const WORDS: &[(&str, Usage)] = &[
    ("BINARY", Usage::Binary),
    ("COMP", Usage::Binary),
    ("COMP-1", Usage::Float),
    ("COMP-2", Usage::Double),
    ("COMP-3", Usage::Packed),
    ("COMP-4", Usage::Binary),
    ("COMP-5", Usage::Native),
    ("COMPUTATIONAL", Usage::Binary),
    ("COMPUTATIONAL-1", Usage::Float),
    ("COMPUTATIONAL-2", Usage::Double),
    ("COMPUTATIONAL-3", Usage::Packed),
    ("COMPUTATIONAL-4", Usage::Binary),
    ("COMPUTATIONAL-5", Usage::Native),
    ("DISPLAY", Usage::Display),
    ("DISPLAY-1", Usage::Display1),
    ("FUNCTION-POINTER", Usage::FunctionPointer),
    ("INDEX", Usage::Index),
    ("KANJI", Usage::Display1),
    ("NATIONAL", Usage::National),
    ("OBJECT", Usage::ObjectReference),
    ("PACKED-DECIMAL", Usage::Packed),
    ("POINTER", Usage::Pointer),
    ("POINTER-32", Usage::Pointer32),
    ("PROCEDURE-POINTER", Usage::ProcedurePointer),
    ("UTF-8", Usage::Utf8),
];

/// Bytes of an address: LP(32) or LP(64).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Addresses {
    /// Four bytes.
    #[default]
    Lp32,
    /// Eight bytes.
    Lp64,
}

impl Addresses {
    fn bytes(self) -> u64 {
        match self {
            Self::Lp32 => 4,
            Self::Lp64 => 8,
        }
    }
}

/// Bytes and boundary of an elementary item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Storage {
    /// Bytes of one occurrence.
    pub bytes: u64,
    /// SYNCHRONIZED makes its offset a multiple of this.
    pub boundary: u64,
}

impl Usage {
    /// The usage that a word in capitals names.
    pub fn of_word(word: &str) -> Option<Self> {
        let at = WORDS.binary_search_by(|(known, _)| (*known).cmp(word)).ok()?;
        WORDS.get(at).map(|(_, usage)| *usage)
    }

    /// How it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Display => "DISPLAY",
            Self::Display1 => "DISPLAY-1",
            Self::National => "NATIONAL",
            Self::Utf8 => "UTF-8",
            Self::Binary => "COMP",
            Self::Native => "COMP-5",
            Self::Packed => "COMP-3",
            Self::Float => "COMP-1",
            Self::Double => "COMP-2",
            Self::Index => "INDEX",
            Self::Pointer => "POINTER",
            Self::Pointer32 => "POINTER-32",
            Self::ProcedurePointer => "PROCEDURE-POINTER",
            Self::FunctionPointer => "FUNCTION-POINTER",
            Self::ObjectReference => "OBJECT REFERENCE",
        }
    }

    /// The usage of an item whose description names none: the picture tells.
    pub fn implied(category: Category) -> Self {
        match category {
            Category::Dbcs => Self::Display1,
            Category::National | Category::NationalEdited => Self::National,
            Category::Utf8 => Self::Utf8,
            _ => Self::Display,
        }
    }

    /// Whether the item has no PICTURE.
    pub fn stands_alone(self) -> bool {
        !matches!(
            self,
            Self::Display
                | Self::Display1
                | Self::National
                | Self::Utf8
                | Self::Binary
                | Self::Native
                | Self::Packed
        )
    }

    /// Storage of an item without a PICTURE; `None` if it needs one.
    pub fn storage_alone(self, addresses: Addresses) -> Option<Storage> {
        let address = addresses.bytes();
        let (bytes, boundary) = match self {
            Self::Float | Self::Pointer32 => (4, 4),
            Self::Double => (8, 8),
            Self::Index | Self::Pointer | Self::FunctionPointer | Self::ObjectReference => (address, address),
            Self::ProcedurePointer => (8, address),
            _ => return None,
        };
        Some(Storage { bytes, boundary })
    }

    /// Storage of an item with a PICTURE. `separate` is a sign of its own, `byte_length` a BYTE-LENGTH phrase.
    ///
    /// # Errors
    /// Says why the usage and the picture do not go together.
    pub fn storage(
        self,
        picture: &Picture,
        separate: bool,
        byte_length: Option<u64>,
    ) -> Result<Storage, &'static str> {
        use Category as C;
        let category = picture.category;
        let positions = picture.positions.saturating_add(u64::from(separate && picture.signed));
        let characters = |bytes: u64| Ok(Storage { bytes: positions.saturating_mul(bytes), boundary: 1 });
        match (self, category) {
            (Self::Utf8, C::Utf8) => {
                Ok(Storage { bytes: byte_length.unwrap_or(positions.saturating_mul(4)), boundary: 1 })
            }
            (Self::Display1, C::Dbcs | C::National) => characters(2),
            (Self::Display1, C::NationalEdited) => Err("USAGE DISPLAY-1 takes no 0 or /"),
            (Self::National, C::National | C::NationalEdited | C::Numeric | C::NumericEdited | C::Float) => {
                characters(2)
            }
            (Self::Display, C::Dbcs | C::National | C::NationalEdited | C::Utf8) => {
                Err("USAGE DISPLAY takes no G, N or U")
            }
            (Self::Display, _) => characters(1),
            (Self::Binary | Self::Native, C::Numeric) => {
                let bytes = match picture.digits {
                    0..=4 => 2,
                    5..=9 => 4,
                    10..=18 => 8,
                    _ => return Err("a binary item has at most 18 digits"),
                };
                // A doubleword binary is aligned on a fullword: only COMP-2 is aligned on a doubleword.
                Ok(Storage { bytes, boundary: bytes.min(4) })
            }
            (Self::Packed, C::Numeric) => Ok(Storage { bytes: picture.digits / 2 + 1, boundary: 1 }),
            (Self::Binary | Self::Native | Self::Packed, _) => Err("this USAGE takes numbers only"),
            (Self::National, _) => Err("USAGE NATIONAL takes no A or X"),
            (Self::Display1, _) => Err("USAGE DISPLAY-1 takes G or N only"),
            (Self::Utf8, _) => Err("USAGE UTF-8 takes U only"),
            _ => Err("this USAGE takes no PICTURE"),
        }
    }

    /// The two letters of the type of an item, as in `PD 131:5`.
    pub fn type_code(self, category: Option<Category>) -> &'static str {
        use Category as C;
        match (self, category) {
            (Self::Binary | Self::Native, _) => "BI",
            (Self::Packed, _) => "PD",
            (Self::Float | Self::Double, _) => "FP",
            (Self::Index, _) => "IX",
            (Self::Display1, _) => "DB",
            (Self::Utf8, _) => "U8",
            (Self::National, Some(C::Numeric | C::NumericEdited | C::Float)) => "ND",
            (Self::National, _) => "NA",
            (Self::Display, Some(C::Numeric)) => "ZD",
            (Self::Display, Some(C::NumericEdited)) => "NE",
            (Self::Display, Some(C::Float)) => "EF",
            (Self::Display, _) => "AN",
            _ => "PT",
        }
    }
}

impl Serialize for Usage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
