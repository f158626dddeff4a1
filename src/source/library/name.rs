//! Names of members. What may be looked for at all is decided here, before any folder is.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// Extensions that files of members have, in the order in which they are preferred. The first is none.
const EXTENSIONS: [&str; 7] = ["", "CPY", "COPY", "INC", "DCL", "COB", "CBL"];

/// Letters of a name at most.
const LONGEST: usize = 30;

/// A name that a member can have: letters, digits, `@ # $ - _`, at most 30, in upper case. Nothing in it means anything
/// to a file system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemberName(Box<str>);

impl MemberName {
    /// The name that `text` is, in any letter case; `None` if no member can have it.
    pub fn new(text: &str) -> Option<Self> {
        Self::of_bytes(text.as_bytes())
    }

    fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let good = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'@' | b'#' | b'$' | b'-' | b'_');
        if bytes.is_empty() || bytes.len() > LONGEST || !bytes.iter().all(good) {
            return None;
        }
        let upper = bytes.iter().map(|b| char::from(b.to_ascii_uppercase())).collect::<String>();
        Some(Self(upper.into()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A member as a program or a file names it: a name, and the place of its extension among those that are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub name: MemberName,
    pub extension: usize,
}

impl Named {
    /// What a program wrote, quotes left out. An extension is taken as such only if it is a known one.
    pub fn written(text: &str) -> Option<Self> {
        Self::of_bytes(text.as_bytes())
    }

    /// What a file is called.
    pub fn of_file(file: &OsStr) -> Option<Self> {
        Self::of_bytes(file.as_bytes())
    }

    fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let dot = bytes.iter().rposition(|b| *b == b'.');
        let (stem, extension) = match dot.and_then(|at| bytes.split_at_checked(at)) {
            Some((stem, rest)) => {
                let rest = rest.get(1..).filter(|r| !r.is_empty())?;
                (stem, EXTENSIONS.iter().position(|e| rest.eq_ignore_ascii_case(e.as_bytes()))?)
            }
            None => (bytes, 0),
        };
        Some(Self { name: MemberName::of_bytes(stem)?, extension })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_extensions() {
        for (written, wanted) in [
            ("payrec", Some(("PAYREC", 0))),
            ("PayRec.Cpy", Some(("PAYREC", 1))),
            ("a@#$-_9.copy", Some(("A@#$-_9", 2))),
            ("X.cbl", Some(("X", 6))),
            ("123456789012345678901234567890", Some(("123456789012345678901234567890", 0))),
            ("1234567890123456789012345678901", None),
            ("", None),
            (".cpy", None),
            ("X.", None),
            ("X.txt", None),
            ("X.cpy.bak", None),
            ("a/b", None),
            ("..", None),
            ("Ä", None),
            ("A B", None),
            ("A\0", None),
        ] {
            let named = Named::written(written);
            let got = named.as_ref().map(|n| (n.name.as_str(), n.extension));
            assert_eq!(got, wanted, "{written:?}");
        }
    }
}
