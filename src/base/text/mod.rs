//! Text that is safe to show. Owns the sanitiser that every way to the screen and to standard output goes through, the
//! measure of text in terminal cells, and the display form of one line of a file with its map of bytes and cells.
//! Must not know colours, panes or file formats.
//!
//! Invariants:
//! - nothing that comes out holds a control character (C0, DEL, C1), a bidirectional control, or any code point that
//!   shows nothing; each is replaced by a mark that can be seen, none is silently dropped;
//! - the width of text is the sum over its code points as terminals count them (`wcwidth`), so a frame never drifts:
//!   whatever terminals disagree on (joiners, variation selectors, skin tones) is shown as a mark;
//! - a base has at most 15 combining marks behind it, the rest is counted in a mark;
//! - cleaning what is clean changes nothing.

mod clean;
mod line;
mod marks;
mod measure;

pub use clean::{clean, clean_block, clean_block_in, clean_in, clean_json};
pub use line::{Line, LineOptions, Sign, Tabs};
pub use marks::is_hidden;
pub use measure::{char_width, clip, clip_start, glyphs, pad, pad_left, width, wrap};

use serde::{Deserialize, Serialize};

/// What the terminal (or the file that output goes to) can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Charset {
    /// UTF-8.
    #[default]
    Unicode,
    /// Bytes 0x20 to 0x7E only.
    Ascii,
}

impl Charset {
    /// The character set of the locale: the first of `LC_ALL`, `LC_CTYPE`, `LANG` that is set says UTF-8 or it is ASCII.
    pub fn detect(env: &super::Env) -> Self {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| env.var(name)).unwrap_or_default();
        let folded = locale.to_ascii_lowercase();
        if folded.contains("utf-8") || folded.contains("utf8") { Self::Unicode } else { Self::Ascii }
    }
}

#[cfg(test)]
mod tests;
