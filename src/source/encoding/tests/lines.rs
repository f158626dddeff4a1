//! Decoding, transcription and needles.

use super::*;
use crate::base::text::{LineOptions, Sign, char_width, width};
use proptest::prelude::*;

fn any_encoding() -> impl Strategy<Value = Encoding> {
    proptest::sample::select(Encoding::ALL)
}

/// Bytes as files have them: text, shifts in and out of order, anything.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        4 => "[A-Z0-9a-z .]{1,9}".prop_map(|text| Encoding::Cp1047.encode(&text).unwrap()),
        2 => proptest::collection::vec(0x40..=0xFF_u8, 0..9),
        2 => proptest::collection::vec(any::<u8>(), 0..5),
        3 => Just(vec![0x0E]),
        3 => Just(vec![0x0F]),
        2 => Just(vec![0x45, 0x66, 0x45, 0x41]),
        1 => Just(vec![0x15]),
        1 => "[ -~äß漢€]{0,4}".prop_map(String::into_bytes),
    ];
    proptest::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

/// Text of an encoding: characters of its page and, where it has shifts, of its pairs.
fn text_of(encoding: Encoding) -> BoxedStrategy<String> {
    let plain = |c: char| !matches!(c, '\u{FFFD}' | '\u{0E}' | '\u{0F}');
    let single: Vec<char> = encoding.page().map_or_else(
        || "aZ09 äß漢😀\n".chars().collect(),
        |page| page.chars().iter().copied().filter(|c| plain(*c)).collect(),
    );
    let single = proptest::sample::select(single);
    let wide = proptest::sample::select("日本語、。アｶ漢字　給与Ａ".chars().collect::<Vec<_>>());
    match encoding {
        Encoding::Cp930 | Encoding::Cp939 => {
            proptest::collection::vec(prop_oneof![single, wide], 0..20).prop_map(String::from_iter).boxed()
        }
        _ => proptest::collection::vec(single, 0..20).prop_map(String::from_iter).boxed(),
    }
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn every_byte_is_covered_once(bytes in bytes(), encoding in any_encoding(), inside in any::<bool>()) {
        let start = if inside { Start::Inside } else { Start::Line };
        let mut at = 0;
        for unit in encoding.units(&bytes, start) {
            prop_assert_eq!(unit.at, at);
            prop_assert!((1..=4).contains(&unit.length));
            at += unit.length;
        }
        prop_assert_eq!(at, bytes.len());
    }

    #[test]
    fn lines_map_bytes_and_cells(
        bytes in bytes(), encoding in any_encoding(), inside in any::<bool>(), ascii in any::<bool>(),
        columns in any::<bool>(), skip in 0_usize..3,
    ) {
        use crate::base::text::{Charset, Tabs};
        let start = if inside { Start::Inside } else { Start::Line };
        let charset = if ascii { Charset::Ascii } else { Charset::Unicode };
        let options = LineOptions { charset, columns, skip, tabs: Tabs::Every(4), ..LineOptions::default() };
        let line = encoding.line(&bytes, start, &options);
        prop_assert_eq!(line.bytes(), bytes.len());
        prop_assert_eq!(width(line.text()), line.cells(), "{:?}", line.text());
        prop_assert!(!line.text().chars().any(|c| c.is_control() || crate::base::text::is_hidden(c)));
        prop_assert!(!ascii || line.text().is_ascii());
        let skip = skip.min(bytes.len());
        let mut cell = 0;
        // In UTF-8 a mark over the character before it is one with it on the screen: base::text has its own tests.
        let clusters = encoding == Encoding::Utf8;
        for unit in encoding.units(&bytes[skip..], start).filter(|_| !clusters) {
            prop_assert_eq!(line.cell_of_byte(skip + unit.at), cell, "{:02X?}", bytes);
            prop_assert_eq!(line.byte_of_cell(cell), skip + unit.at);
            cell = line.cells_of_bytes(skip + unit.at..skip + unit.at + unit.length).end;
        }
        prop_assert!(clusters || cell == line.cells());
        if encoding.is_ebcdic() && columns && !bytes.contains(&0x05) {
            prop_assert_eq!(line.cells(), bytes.len() - skip, "columns stay: {:?}", line.text());
        }
    }

    #[test]
    fn transcription_keeps_its_length(bytes in bytes(), encoding in any_encoding(), newline in any::<Option<u8>>()) {
        let transcriber = Transcriber::new(encoding, newline);
        let mut out = b"before".to_vec();
        transcriber.append(&bytes, &mut out);
        prop_assert_eq!(out.len(), bytes.len() + 6);
        prop_assert_eq!(&out[..6], b"before");
        if transcriber.is_identity() {
            prop_assert_eq!(&out[6..], &bytes);
        } else if !encoding.has_shifts() {
            for (from, to) in bytes.iter().zip(&out[6..]) {
                prop_assert_eq!(*to == b'\n', Some(*from) == newline);
            }
        }
    }

    #[test]
    fn what_is_encoded_decodes((encoding, text) in any_encoding().prop_flat_map(|e| (Just(e), text_of(e)))) {
        let bytes = encoding.encode(&text).unwrap();
        prop_assert_eq!(encoding.text(&bytes, Start::Line), text.as_str(), "{:02X?}", &bytes);
        let needle = encoding.encode_needle(&text).unwrap();
        if let Some(at) = (0..=bytes.len() - needle.len()).find(|at| bytes[*at..].starts_with(&needle)) {
            let found = encoding.text_at(&bytes, Start::Line, &(at..at + needle.len()));
            prop_assert!(encoding == Encoding::Utf8 || found == Some(text), "{:02X?} {:02X?}", bytes, needle);
        }
    }
}

#[test]
fn names_that_people_type() {
    let table = [
        ("cp037", Encoding::Cp037),
        ("037", Encoding::Cp037),
        ("37", Encoding::Cp037),
        ("IBM-1047", Encoding::Cp1047),
        ("ibm1047", Encoding::Cp1047),
        ("IBM01140", Encoding::Cp1140),
        ("CCSID 273", Encoding::Cp273),
        ("cp_939", Encoding::Cp939),
        ("latin1", Encoding::Latin1),
        ("Latin-1", Encoding::Latin1),
        ("ISO_8859-1", Encoding::Latin1),
        ("iso8859-1", Encoding::Latin1),
        ("utf-8", Encoding::Utf8),
        ("UTF8", Encoding::Utf8),
        ("EBCDIC", Encoding::Cp1047),
        ("EBCDIC-CP-500", Encoding::Cp500),
        ("x-IBM930", Encoding::Cp930),
    ];
    for (name, encoding) in table {
        assert_eq!(name.parse::<Encoding>().unwrap(), encoding, "{name}");
    }
    for encoding in Encoding::ALL {
        assert_eq!(encoding.to_string().parse::<Encoding>().unwrap(), *encoding);
        let json = serde_json::to_string(encoding).unwrap();
        assert_eq!(json, format!("\"{encoding}\""));
        assert_eq!(serde_json::from_str::<Encoding>(&json).unwrap(), *encoding);
    }
    for name in ["", "cp", "cp438", "utf-16", "0", "10470", "iso-8859-15", "\x1b[2J"] {
        let error = name.parse::<Encoding>().unwrap_err();
        assert!(error.cause.contains(" 1047 ") && !error.what.contains('\x1b'), "{error}");
    }
    assert!(serde_json::from_str::<Encoding>("\"cp9\"").unwrap_err().to_string().contains("cp9"));
}

fn signs(encoding: Encoding, bytes: &[u8], start: Start) -> String {
    let one = |unit: Unit| match unit.sign {
        Sign::Char(c) | Sign::Wide(c) => c.to_string(),
        Sign::Shift => "|".to_owned(),
        Sign::Unknown => "?".repeat(unit.length),
    };
    encoding.units(bytes, start).map(one).collect()
}

#[test]
fn shifts_in_and_out_of_order() {
    let table: [(&[u8], Start, &str); 14] = [
        (b"\xC1\x0E\x45\x62\x45\x41\x0F\xC2", Start::Line, "A|日一|B"),
        (b"\x0E\x0F", Start::Line, "||"),
        (b"\x0E\x45\x62", Start::Line, "|日"),
        (b"\x0E\x45\x62\x45", Start::Line, "|日?"),
        (b"\x0E\x45\x62\x45\x0F\xC1", Start::Line, "|日?|A"),
        (b"\x0E\x7F\xFE\x0F", Start::Line, "|\u{F111}|"),
        (b"\x0E\x45\x40\x0F", Start::Line, "|??|"),
        (b"\x0E\x40\x40\x0F", Start::Line, "|\u{3000}|"),
        // A binary field that holds the byte of a shift-out: letters are no pairs.
        (b"\x0E\xC1\xC2\xC3\xC4", Start::Line, "\u{0E}ABCD"),
        (b"\x0E\x45\x62\x00\x0F", Start::Line, "\u{0E}\u{F8}\u{C3}\0\u{0F}"),
        (b"\x0F\xC1", Start::Line, "\u{0F}A"),
        (b"\x62\x45\x41\x0F\xC1", Start::Inside, "?一|A"),
        (b"\x45\x41\x0F\xC1\x0E\x45\x62", Start::Inside, "一|A|日"),
        (b"\xC1\xC2", Start::Inside, "AB"),
    ];
    for (bytes, start, shown) in table {
        let shown = shown.replace('\u{F8}', &Encoding::Cp939.text(b"\x45", Start::Line));
        let shown = shown.replace('\u{C3}', &Encoding::Cp939.text(b"\x62", Start::Line));
        assert_eq!(signs(Encoding::Cp939, bytes, start), shown, "{bytes:02X?}");
    }
}

#[test]
fn cells_go_with_the_columns_of_the_record() {
    let bytes = Encoding::Cp939.encode("A日α B").unwrap();
    let line = Encoding::Cp939.line(&bytes, Start::Line, &LineOptions::default());
    assert_eq!(line.text(), "A 日α   B", "a narrow letter of two bytes takes two cells");
    assert_eq!((line.cells(), line.bytes()), (bytes.len(), bytes.len()));
    let line = Encoding::Cp273.line(b"\xC1\x00\xD0\xCA\x04\x40\x5A", Start::Line, &LineOptions::default());
    assert_eq!(line.text(), "A·ü␦␦ Ü");
    assert!(Encoding::Cp037.line(b"\xC1\x5B\xF0", Start::Line, &LineOptions::default()).is_plain());
}

#[test]
fn characters_of_the_pages_can_be_shown() {
    for encoding in ebcdic() {
        for byte in 0x40..=0xFE_u8 {
            if let Sign::Char(c) = encoding.units(&[byte], Start::Line).next().unwrap().sign {
                assert!(char_width(c) == 1 || c == '\u{AD}', "{encoding} {byte:02X} {c:?}");
            }
        }
    }
}

#[test]
fn needles() {
    let table: [(Encoding, &str, &[u8]); 7] = [
        (Encoding::Cp037, "WS-A[1]", b"\xE6\xE2\x60\xC1\xBA\xF1\xBB"),
        (Encoding::Cp1047, "[", b"\xAD"),
        (Encoding::Cp939, "日本", b"\x45\x62\x45\x66"),
        (Encoding::Cp939, "A日", b"\xC1\x0E\x45\x62"),
        (Encoding::Cp939, "日A", b"\x45\x62\x0F\xC1"),
        (Encoding::Cp939, "～", b"\x43\xA1"),
        (Encoding::Latin1, "é", b"\xE9"),
    ];
    for (encoding, text, bytes) in table {
        assert_eq!(encoding.encode_needle(text).unwrap(), bytes, "{encoding} {text}");
    }
    let error = Encoding::Cp037.encode("a€").unwrap_err();
    assert!(error.cause.contains("cp037") && error.cause.contains("U+20AC"), "{error}");
    assert!(Encoding::Cp939.encode("\u{0E}").is_err(), "a shift is not text");
    // The bytes of AB inside of a pair, and of two pairs that overlap.
    let line = b"\x0E\x45\x41\x41\x45\x66\x41\x0F\x81";
    for (bytes, text) in [
        (1..3, Some("一")),
        (2..4, None),
        (3..5, Encoding::Cp939.text_at(b"\x0E\x41\x45\x0F", Start::Line, &(1..3)).as_deref()),
        (5..9, Some("鑷a")),
        (0..1, Some("")),
        (8..9, Some("a")),
        (8..10, None),
    ] {
        let found = Encoding::Cp939.text_at(line, Start::Line, &bytes);
        assert_eq!(found.as_deref(), text, "{bytes:?}");
    }
}

#[test]
fn letters_fold_in_their_page() {
    for encoding in ebcdic() {
        let fold = encoding.fold_table();
        let same = |a: &str, b: &str| {
            let bytes = |text: &str| {
                encoding.encode(text).unwrap().iter().map(|b| fold[usize::from(*b)]).collect::<Vec<u8>>()
            };
            bytes(a) == bytes(b)
        };
        if encoding != Encoding::Cp930 {
            assert!(same("Move-1 ws-total", "MOVE-1 WS-TOTAL"), "{encoding}");
        }
        assert!(!same("A", "B"));
    }
    let fold = |encoding: Encoding, text: &str| {
        let table = encoding.fold_table();
        let bytes: Vec<u8> = encoding.encode(text).unwrap().iter().map(|b| table[usize::from(*b)]).collect();
        encoding.text(&bytes, Start::Line)
    };
    assert_eq!(fold(Encoding::Cp273, "äöüß"), "ÄÖÜß");
    assert_eq!(fold(Encoding::Cp1025, "привет"), "ПРИВЕТ");
    assert_eq!(fold(Encoding::Cp875, "ως"), "ΩΣ");
    assert_eq!(fold(Encoding::Cp930, "aｱ"), "Aｱ");
    assert_eq!(Encoding::Utf8.fold_table()[usize::from(b'a')], b'A');
    assert_eq!(Encoding::Utf8.fold_table()[0xE9], 0xE9);
}

fn transcribed(encoding: Encoding, bytes: &[u8], newline: Option<u8>) -> Vec<u8> {
    let mut out = Vec::new();
    Transcriber::new(encoding, newline).append(bytes, &mut out);
    out
}

#[test]
fn cobol_reads_the_transcription() {
    let source = "       01  KÄSE-PREIS PIC $9. *> #@$";
    for encoding in [Encoding::Cp273, Encoding::Cp037, Encoding::Cp278, Encoding::Cp1148] {
        let bytes = encoding.encode(source).unwrap();
        let latin: Vec<u8> = source.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        assert_eq!(transcribed(encoding, &bytes, None), latin, "{encoding}");
    }
    // Line ends are what the caller says, and nothing else is one.
    assert_eq!(transcribed(Encoding::Cp1047, b"\xC1\x15\xC2\x25\xC3", Some(0x15)), b"A\nB\x1AC");
    assert_eq!(transcribed(Encoding::Cp1047, b"\xC1\x15\xC2\x25\xC3", None), b"A\x1AB\x1AC");
    assert_eq!(transcribed(Encoding::Cp037, b"\xC1\x0D\x25", Some(0x25)), b"A\r\n");
    assert_eq!(transcribed(Encoding::Utf8, "é\n".as_bytes(), None), "é\n".as_bytes());
    // Double-byte text: letters to a parser, quotes and shifts in their places, no UTF-8.
    let bytes = Encoding::Cp939.encode("MOVE G'日本　' TO X").unwrap();
    let out = transcribed(Encoding::Cp939, &bytes, None);
    let (head, tail) = (b"MOVE G'\x0E", b"  \x0F' TO X");
    assert!(out.starts_with(head) && out.ends_with(tail), "{out:02X?}");
    let middle = &out[head.len()..out.len() - tail.len()];
    assert_eq!(middle.len(), 4);
    assert!(middle.iter().all(|b| *b >= 0x80 || b.is_ascii_alphanumeric()), "{middle:02X?}");
    assert!(std::str::from_utf8(&out).is_err());
    // An unclosed shift ends with the line.
    let out = transcribed(Encoding::Cp939, b"\x0E\x45\x66\x15\xC1\xC2", Some(0x15));
    assert_eq!(&out[3..], b"\nAB");
}

#[test]
fn different_letters_stay_different() {
    for encoding in ebcdic() {
        let table = encoding.ascii_table();
        let page = encoding.page().unwrap();
        let mut seen = std::collections::HashMap::new();
        for byte in 0x40..=0xFE_u8 {
            let c = page.char_of(byte);
            if c == '\u{FFFD}' {
                continue;
            }
            let to = table[usize::from(byte)];
            assert_eq!(to < 0x80, c.is_ascii(), "{encoding} {c:?}");
            assert_eq!(seen.insert(to, c), None, "{encoding} {c:?}");
        }
    }
    let mut seen = std::collections::HashSet::new();
    for first in 0x41..=0x7F_u8 {
        for second in 0x41..=0xFE_u8 {
            let out = transcribed(Encoding::Cp930, &[0x0E, first, second, 0x0F], None);
            assert!(std::str::from_utf8(&out).is_err(), "{first:02X}{second:02X}");
            assert!(seen.insert(out), "{first:02X}{second:02X}");
        }
    }
}
