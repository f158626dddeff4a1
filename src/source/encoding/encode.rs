//! Text to bytes, for needles: what is looked for is translated, never the file.

use super::decode::{SI, SO};
use super::name::{Encoding, Make};
use super::page::{Page, UNDEFINED};
use crate::base::{Result, UserError};

/// How text is written in double bytes.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Size {
    Single,
    Double,
}

impl Encoding {
    /// `text` in this encoding, with all shifts that it needs, ending as it began: with one byte a character.
    ///
    /// # Errors
    /// If a character is not in the encoding; the cause names the first.
    pub fn encode(self, text: &str) -> Result<Vec<u8>> {
        let Some(page) = self.page() else { return Ok(text.as_bytes().to_vec()) };
        let mut out = Vec::with_capacity(text.len() + 2);
        let mut size = Size::Single;
        for c in text.chars() {
            let (bytes, wanted) = self.char_bytes(page, c).ok_or_else(|| self.lacks(c))?;
            if wanted != size {
                out.push(if wanted == Size::Double { SO } else { SI });
                size = wanted;
            }
            out.extend_from_slice(bytes.get(usize::from(size == Size::Single)..).unwrap_or_default());
        }
        if size == Size::Double {
            out.push(SI);
        }
        Ok(out)
    }

    /// `text` as it stands in the middle of other text: [`Self::encode`] without a shift at either end. Where double-byte
    /// text is involved, [`Self::text_at`] says whether bytes that are equal are the text.
    ///
    /// # Errors
    /// As [`Self::encode`].
    pub fn encode_needle(self, text: &str) -> Result<Vec<u8>> {
        let mut bytes = self.encode(text)?;
        if self.has_shifts() {
            if bytes.last() == Some(&SI) {
                bytes.pop();
            }
            if bytes.first() == Some(&SO) {
                bytes.remove(0);
            }
        }
        Ok(bytes)
    }

    /// For each byte the byte of the capital letter, for comparing in any letter case; of UTF-8 only the letters of ASCII. In
    /// double-byte text it may take different characters for the same one: [`Self::text_at`] tells.
    pub fn fold_table(self) -> [u8; 256] {
        let mut bytes = 0_u8..=u8::MAX;
        let page = self.page();
        [(); 256].map(|()| {
            let byte = bytes.next().unwrap_or_default();
            let Some(page) = page else { return byte.to_ascii_uppercase() };
            let mut capital = page.char_of(byte).to_uppercase();
            match (capital.next(), capital.next()) {
                (Some(c), None) if c != UNDEFINED => page.byte_of(c).unwrap_or(byte),
                _ => byte,
            }
        })
    }

    /// The bytes of a character, the last of them if it is of one.
    fn char_bytes(self, page: &Page, c: char) -> Option<([u8; 2], Size)> {
        let Make::Mixed(repertoire) = self.make() else {
            return page.byte_of(c).map(|byte| ([0, byte], Size::Single));
        };
        let single = page.byte_of(c).filter(|byte| !matches!(*byte, SO | SI));
        match single {
            Some(byte) => Some(([0, byte], Size::Single)),
            None => repertoire.pairs().pair_of(c).map(|pair| (pair, Size::Double)),
        }
    }

    fn lacks(self, c: char) -> UserError {
        UserError::new(format!("this cannot be written in {self}"))
            .cause(format!("{self} lacks the character {c:?} (U+{:04X})", u32::from(c)))
            .hint("leave the character out, or say which encoding the file has if it is another")
    }
}
