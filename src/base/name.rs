//! Names of files as text and back. A name is bytes to the system and need not be UTF-8; in messages, records and links it
//! is text. Bytes that are no text travel as private-use characters, so that the way back gives the very name.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// Byte `b` travels as the character `FIRST + b`, in the last private-use plane.
const FIRST: u32 = 0x10_F700;

/// `path` as text; [`path_of`] gives it back.
pub fn text_of(path: &Path) -> String {
    let mut out = String::new();
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        for c in chunk.valid().chars() {
            if byte_of(c).is_none() {
                out.push(c);
            } else {
                // A name that holds such a character by itself comes back as it was, too.
                out.extend(c.encode_utf8(&mut [0; 4]).bytes().filter_map(char_of));
            }
        }
        out.extend(chunk.invalid().iter().copied().filter_map(char_of));
    }
    out
}

/// The path that `text` stands for.
pub fn path_of(text: &str) -> PathBuf {
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match byte_of(c) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    PathBuf::from(OsString::from_vec(bytes))
}

/// The byte that `c` stands for in a name, if it stands for one.
pub fn byte_of(c: char) -> Option<u8> {
    u32::from(c).checked_sub(FIRST).and_then(|n| u8::try_from(n).ok())
}

fn char_of(byte: u8) -> Option<char> {
    char::from_u32(FIRST + u32::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_names_stay_as_they_are() {
        assert_eq!(text_of(Path::new("/a/Löhne.cbl")), "/a/Löhne.cbl");
        assert_eq!(path_of("/a/Löhne.cbl"), Path::new("/a/Löhne.cbl"));
    }

    proptest! {
        #[test]
        fn any_name_comes_back(bytes in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..40),
            "[\u{10F6F0}-\u{10F810}a-c]{0,9}".prop_map(String::into_bytes),
        ]) {
            let path = PathBuf::from(OsString::from_vec(bytes));
            prop_assert_eq!(path_of(&text_of(&path)), path);
        }
    }
}
