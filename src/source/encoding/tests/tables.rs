//! The tables beside what `iconv` says, and how they are written.

use super::*;
use crate::source::encoding::name::{Make, Repertoire};
use crate::source::encoding::page::{UNDEFINED, WORDS};
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// What `iconv` calls the page.
fn charset(encoding: Encoding) -> String {
    encoding.name().replace("cp", "IBM")
}

/// `bytes` as `iconv` decodes them, with what it cannot decode left out; `None` where there is no iconv with EBCDIC.
fn iconv(from: &str, bytes: &[u8]) -> Option<String> {
    let mut child = Command::new("iconv")
        .args(["-c", "-f", from, "-t", "UTF-8"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut stdin = child.stdin.take().unwrap();
    let input = bytes.to_vec();
    let writer = std::thread::spawn(move || {
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    String::from_utf8(output.stdout).ok().filter(|text| !text.is_empty())
}

fn has_iconv() -> bool {
    ebcdic().all(|e| iconv(&charset(e), b"\xC1\x81").is_some_and(|text| !text.is_empty()))
}

/// The characters of all bytes as `iconv` has them; shifts are controls.
fn page_of_iconv(encoding: Encoding) -> Vec<char> {
    let is_shift = |byte: u8| matches!(byte, 0x0E | 0x0F);
    // Each byte stands behind a letter, so that one that is left out is seen.
    let bytes: Vec<u8> = (0..=255).filter(|b| !is_shift(*b)).flat_map(|b| [0xC1, b]).collect();
    let text = iconv(&charset(encoding), &bytes).unwrap();
    let mut chars = text.chars().peekable();
    let one = |byte: u8| {
        if is_shift(byte) {
            return char::from(byte);
        }
        assert_eq!(chars.next(), Some('A'), "{encoding} {byte:02X}");
        chars.next_if(|c| *c != 'A' || byte == 0xC1).unwrap_or(UNDEFINED)
    };
    (0..=255).map(one).collect()
}

/// The characters of all pairs as `iconv` has them.
fn pairs_of_iconv(encoding: Encoding) -> Vec<([u8; 2], char)> {
    let mut found = Vec::new();
    let halves = 0x41..=0xFE_u8;
    for first in halves.clone() {
        let bytes: Vec<u8> = halves.clone().flat_map(|second| [0x0E, first, second, 0x0F, 0xC1]).collect();
        let text = iconv(&charset(encoding), &bytes).unwrap();
        let parts: Vec<&str> = text.split('A').collect();
        assert_eq!(parts.len(), 191);
        for (second, part) in halves.clone().zip(parts) {
            let mut chars = part.chars();
            if let Some(c) = chars.next() {
                found.push(([first, second], c));
            }
            assert_eq!(chars.next(), None);
        }
    }
    found
}

#[test]
fn every_byte_is_what_iconv_says() {
    if !has_iconv() {
        return;
    }
    for encoding in ebcdic() {
        let page = encoding.page().unwrap();
        for (byte, theirs) in (0..=255_u8).zip(page_of_iconv(encoding)) {
            assert_eq!(page.char_of(byte), theirs, "{encoding} {byte:02X}");
        }
    }
}

#[test]
fn every_pair_is_what_iconv_says() {
    if !has_iconv() {
        return;
    }
    for encoding in ebcdic() {
        let Make::Mixed(repertoire) = encoding.make() else { continue };
        let pairs = repertoire.pairs();
        let mut theirs = pairs_of_iconv(encoding).into_iter().peekable();
        for first in 0x41..=0xFE_u8 {
            for second in 0x41..=0xFE_u8 {
                let pair = [first, second];
                let c = theirs.next_if(|(p, _)| *p == pair).map(|(_, c)| c);
                assert_eq!(pairs.char_of(pair), c, "{encoding} {pair:02X?}");
            }
        }
        assert_eq!(theirs.next(), None);
    }
}

#[test]
fn tables_without_iconv() {
    // Facts of the manuals that hold wherever the test runs: letters and digits of all, and what tells the pages apart.
    for encoding in ebcdic() {
        let page = encoding.page().unwrap();
        let text: String = b"\xC1\xC9\xD1\xD9\xE2\xE9\xF0\xF9\x40\x4B\x4D\x5D\x5C\x7D\x60\x7E"
            .iter()
            .map(|b| page.char_of(*b))
            .collect();
        assert_eq!(text, "AIJRSZ09 .()*'-=", "{encoding}");
        let known = (0..=255).filter(|b| page.char_of(*b) != UNDEFINED).count();
        let least = if encoding == Encoding::Cp1388 { 165 } else { 228 };
        assert!(known >= least, "{encoding} {known}");
        assert_eq!(page.char_of(0x15), '\u{85}');
        assert_eq!(page.char_of(0x25), '\n');
    }
    let table: [(Encoding, &[u8], &str); 12] = [
        (Encoding::Cp037, b"\xBA\xBB\xB0\x5F\x4A", "[]^¬¢"),
        (Encoding::Cp1047, b"\xAD\xBD\x5F\xB0\x4A", "[]^¬¢"),
        (Encoding::Cp500, b"\x4A\x5A\x5F\xBA\x4F", "[]^¬!"),
        (Encoding::Cp273, b"\x4A\xE0\x5A\xC0\x6A\xD0\xA1", "ÄÖÜäöüß"),
        (Encoding::Cp277, b"\x7B\x7C\x5B\xC0\x6A\xD0", "ÆØÅæøå"),
        (Encoding::Cp1142, b"\x5A\x7B", "€Æ"),
        (Encoding::Cp1140, b"\x9F", "€"),
        (Encoding::Cp875, b"\x41\x8A", "Αα"),
        (Encoding::Cp1025, b"\xB9\xCD", "АК"),
        (Encoding::Cp1026, b"\x5B\x79", "İı"),
        (Encoding::Cp930, b"\x81\x62", "ｱa"),
        (Encoding::Cp939, b"\x81\x0E\x45\x62\x0F", "a日"),
    ];
    for (encoding, bytes, text) in table {
        assert_eq!(encoding.text(bytes, Start::Line), text, "{encoding}");
    }
}

fn word_of(c: char) -> String {
    WORDS.iter().find(|(_, known)| *known == c).map_or_else(|| c.to_string(), |(word, _)| (*word).to_owned())
}

/// Writes the tables anew: run it by its name with `--ignored` on a machine whose iconv has the pages.
#[test]
#[ignore = "writes into the source tree"]
fn write_the_tables() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/source/encoding/tables");
    let mut charts = String::new();
    for encoding in ebcdic() {
        let chars = page_of_iconv(encoding);
        let _ = writeln!(charts, "{encoding}");
        for row in chars[64..].chunks(16) {
            // FF is a control in all pages.
            let words: Vec<String> = row.iter().filter(|c| **c != '\u{9F}').map(|c| word_of(*c)).collect();
            let _ = writeln!(charts, "{}", words.join(" "));
        }
    }
    std::fs::write(folder.join("pages.txt"), charts).unwrap();
    for (name, encoding) in [("kanji.txt", Encoding::Cp939), ("hanzi.txt", Encoding::Cp1388)] {
        let mut text = String::new();
        let mut open: Option<(u16, u32, u32)> = None;
        let pairs = pairs_of_iconv(encoding);
        let code = |pair: [u8; 2]| u16::from_be_bytes(pair);
        let is_plain = |c: char| c.is_alphanumeric() || (!c.is_control() && !crate::base::text::is_hidden(c));
        let spelt = |c: char| !is_plain(c) || crate::base::text::char_width(c) == 0 || private(c);
        for (pair, c) in pairs {
            let n = u32::from(c);
            match &mut open {
                Some((last, _, to)) if spelt(c) && *last + 1 == code(pair) && *to + 1 == n => {
                    (*last, *to) = (code(pair), n);
                }
                Some((last, 0, 0)) if !spelt(c) && *last + 1 == code(pair) => {
                    text.push(c);
                    *last = code(pair);
                }
                _ => {
                    close(&mut text, open.take());
                    let _ = write!(text, "{:04X} ", code(pair));
                    if spelt(c) {
                        open = Some((code(pair), n, n));
                    } else {
                        text.push(c);
                        open = Some((code(pair), 0, 0));
                    }
                }
            }
        }
        close(&mut text, open);
        std::fs::write(folder.join(name), text).unwrap();
    }
}

fn private(c: char) -> bool {
    ('\u{E000}'..='\u{F8FF}').contains(&c)
}

fn close(text: &mut String, open: Option<(u16, u32, u32)>) {
    match open {
        Some((_, 0, 0)) => text.push('\n'),
        Some((_, from, to)) => {
            let _ = writeln!(text, "U+{from:04X}..U+{to:04X}");
        }
        None => {}
    }
}

#[test]
fn repertoires_go_both_ways() {
    for repertoire in [Repertoire::Kanji, Repertoire::Hanzi] {
        let pairs = repertoire.pairs();
        let mut count = 0;
        for first in 0x40..=0xFF {
            for second in 0x40..=0xFF {
                if let Some(c) = pairs.char_of([first, second]) {
                    assert_eq!(pairs.pair_of(c), Some([first, second]), "{c:?}");
                    count += 1;
                }
            }
        }
        assert!(count > 11_000, "{count}");
    }
}
