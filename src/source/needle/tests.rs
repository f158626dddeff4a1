use super::*;
use crate::source::cut::Cut;
use proptest::prelude::*;

fn spec(kind: NeedleKind, text: &str) -> NeedleSpec {
    NeedleSpec { text: text.into(), kind, ..NeedleSpec::default() }
}

/// What is found in a line.
fn found<'a>(spec: &NeedleSpec, line: &'a str) -> Vec<&'a str> {
    let needle = Needle::new(spec).unwrap();
    needle.find_in_line(line.as_bytes()).into_iter().map(|(s, e)| &line[s..e]).collect()
}

/// Where matches begin in a window, from 0.
fn starts(spec: &NeedleSpec, window: &[u8]) -> Vec<usize> {
    let mut all = Vec::new();
    let _ = Needle::new(spec).unwrap().each(window, &Cut::TEXT, 0, &mut |s, _| {
        all.push(s);
        ControlFlow::Continue(())
    });
    all
}

#[test]
fn pictures_are_those_of_the_manual() {
    let p = |picture: &str, line| found(&spec(NeedleKind::Picture, picture), line).join("|");
    let line = "aB 9-\t$Ä";
    for (picture, want) in [
        ("=", "a|B| |9|-|\t|$|Ä"),
        ("¬", "a|B|9|-|\t|$|Ä"),
        ("^", "a|B|9|-|\t|$|Ä"),
        (".", "\t"),
        ("#", "9"),
        ("-", "a|B| |-|\t|$|Ä"),
        ("@", "a|B|Ä"),
        ("<", "a"),
        (">", "B|Ä"),
        ("$", "-|$"),
        ("@@ #", "aB 9"),
        ("B #", "B 9"),
        ("b #", ""),
    ] {
        assert_eq!(p(picture, line), want, "{picture}");
    }
    let any_case = NeedleSpec { ignore_case: true, ..spec(NeedleKind::Picture, "b #") };
    assert_eq!(found(&any_case, line), ["B 9"]);
    assert_eq!(
        p("ws-####", "ws-1234 ws99999 wsx1234"),
        "ws-1234|wsx1234",
        "a hyphen stands for what is no digit"
    );
}

#[test]
fn what_cannot_be_displayed_is_found_and_letters_of_any_code_are_not() {
    let dots = spec(NeedleKind::Picture, ".");
    // Packed digits, the control characters of ISO 8859-1; a line end is no character of the line.
    assert_eq!(starts(&dots, b"AB\x12\x34\x5C \r\nC\xE4 \x85\n"), [2, 11]);
    assert_eq!(starts(&dots, "\u{e4}\u{20ac}\u{1f600}\u{85}\n".as_bytes()), [9]);
    // Where the character before the one that is looked for has several bytes, the others are further away.
    assert_eq!(starts(&spec(NeedleKind::Picture, "<@@#"), "xA\u{e4}1\n".as_bytes()), [0]);
    // The bytes of one character are not letters of their own.
    assert_eq!(starts(&spec(NeedleKind::Picture, "@="), "\u{e4}\u{e4}x\u{e4}y\n".as_bytes()), [0, 4]);
    assert_eq!(starts(&spec(NeedleKind::Picture, "@="), b"\xE4\xE4x\n\xE4\n"), [0]);
}

#[test]
fn a_picture_never_reaches_over_a_line_end() {
    assert_eq!(starts(&spec(NeedleKind::Picture, "a="), b"a\r\nab\r\na\nac\n"), [3, 9]);
    assert_eq!(starts(&spec(NeedleKind::Picture, "="), b"\r\n\n\r\nx\n"), [5]);
    assert_eq!(starts(&spec(NeedleKind::Picture, "="), b"\rx\n"), [0, 1]);
}

#[test]
fn words_prefixes_and_suffixes_are_those_of_ispf_with_names_of_cobol() {
    let line = "DO DONT ADO ADOPT 'DO' +ADO (DONT) ADO- WS-DO DO-IT";
    let at = |part| {
        let spec = NeedleSpec { part, ..spec(NeedleKind::Literal, "DO") };
        starts(&spec, line.as_bytes())
    };
    assert_eq!(at(Part::Word), [0, 19]);
    assert_eq!(at(Part::Prefix), [3, 29, 46]);
    assert_eq!(at(Part::Suffix), [9, 25, 43]);
    assert_eq!(at(Part::Chars).len(), 10);
}

#[test]
fn columns_hold_the_whole_match_or_its_very_start() {
    let window = b"abc abc abc\r\nabcabc\n  abc\nabc\n";
    let at = |first, last| {
        let columns = Some(Columns { first, last });
        starts(&NeedleSpec { columns, ..spec(NeedleKind::Literal, "abc") }, window)
    };
    assert_eq!(at(1, None), [0, 13, 26]);
    assert_eq!(at(3, None), [22]);
    assert_eq!(at(5, Some(11)), [4, 8]);
    assert_eq!(at(5, Some(10)), [4]);
    assert_eq!(at(2, Some(6)), [16, 22]);
    assert_eq!(at(12, None), [0_usize; 0]);
    // A shorter match within the columns is found where a longer one is not.
    let any =
        NeedleSpec { columns: Some(Columns { first: 2, last: Some(3) }), ..spec(NeedleKind::Regex, "a*") };
    assert_eq!(starts(&any, b"aaa\naaaa\n"), [1]);
    // In the part of a line that is on the screen columns count from where the line begins.
    let columns = Some(Columns { first: 9, last: None });
    let needle = Needle::new(&NeedleSpec { columns, ..spec(NeedleKind::Literal, "abc") }).unwrap();
    assert_eq!(needle.find_in_part(b" abc abc", 3), [(5, 8)]);
}

#[test]
fn bytes_are_found_as_they_are() {
    assert_eq!(starts(&spec(NeedleKind::Hex, "00fF"), b"a\x00\xFF\n\x00\xFF"), [1, 4]);
    assert_eq!(
        starts(&spec(NeedleKind::Hex, "0D0A"), b"a\r\nb\r\n"),
        [0_usize; 0],
        "no match reaches over a line end"
    );
    assert_eq!(starts(&spec(NeedleKind::Hex, "0d"), b"a\rb\r\n"), [1]);
    for digits in ["0", "0g", "\u{e4}\u{e4}", "+1"] {
        let error = Needle::new(&spec(NeedleKind::Hex, digits)).unwrap_err();
        assert!(error.what.contains("hexadecimal") && !error.hint.is_empty(), "{error}");
    }
    assert!(Needle::new(&spec(NeedleKind::Picture, &"#".repeat(257))).is_err());
    let columns = Some(Columns { first: 8, last: Some(7) });
    assert!(Needle::new(&NeedleSpec { columns, ..spec(NeedleKind::Literal, "a") }).is_err());
    let columns = Some(Columns { first: 0, last: None });
    assert!(Needle::new(&NeedleSpec { columns, ..spec(NeedleKind::Literal, "a") }).is_err());
}

fn kind() -> impl Strategy<Value = (NeedleKind, &'static str)> {
    prop_oneof![
        Just((NeedleKind::Literal, "ab")),
        Just((NeedleKind::Literal, "a")),
        Just((NeedleKind::Picture, "a=")),
        Just((NeedleKind::Picture, "=-#")),
        Just((NeedleKind::Picture, ".@")),
        Just((NeedleKind::Picture, "¬")),
        Just((NeedleKind::Picture, "<>")),
        Just((NeedleKind::Hex, "6162")),
        Just((NeedleKind::Hex, "0d")),
        Just((NeedleKind::Regex, "a+b?")),
        Just((NeedleKind::Regex, "[^a]$")),
    ]
}

/// What windows are made of.
const PIECES: [&[u8]; 14] = [
    b"a",
    b"b",
    b"A",
    b"1",
    b" ",
    b"\r",
    b"\n",
    b"\r\n",
    b"\xC3\xA4",
    b"\xE4",
    b"\xC3",
    b"\x84",
    b"\x01",
    b"\xE2\x82\xAC",
];

proptest! {
    /// What a window has is what its lines have, each alone.
    #[test]
    fn a_window_has_what_its_lines_have(
        parts in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..60),
        (kind, text) in kind(),
        part in prop_oneof![Just(Part::Chars), Just(Part::Word), Just(Part::Prefix), Just(Part::Suffix)],
        first in 1_u32..6, last in proptest::option::of(0_u32..5), bounded: bool, ignore_case: bool,
    ) {
        let columns = bounded.then_some(Columns { first, last: last.map(|l| first + l) });
        let spec = NeedleSpec { text: text.into(), kind, ignore_case, part, columns };
        let window = parts.concat();
        let needle = Needle::new(&spec).unwrap();
        let (mut wanted, mut at) = (Vec::new(), 0);
        for line in window.split_inclusive(|b| *b == b'\n') {
            let text = line.strip_suffix(b"\n").map_or(line, |l| l.strip_suffix(b"\r").unwrap_or(l));
            for (s, e) in needle.find_in_line(text) {
                if let Some(c) = columns {
                    let first = c.first as usize - 1;
                    prop_assert!(c.last.map_or(s == first, |last| s >= first && e <= last as usize));
                }
                wanted.push(at + s);
            }
            at += line.len();
        }
        prop_assert_eq!(starts(&spec, &window), wanted);
    }

    /// Which part of a picture is looked for first makes no difference.
    #[test]
    fn a_picture_is_found_where_a_plain_look_at_every_place_finds_it(
        parts in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..40),
        picture in "[=#@ab1^.<-]{1,4}|ab[=#@]b|[=@\u{e4}]{1,2}ab|[=@]\u{e4}[=.]", ignore_case: bool,
    ) {
        let line: Vec<u8> = parts.concat().into_iter().filter(|b| *b != b'\n').collect();
        let all = Needle::new(&NeedleSpec { ignore_case, ..spec(NeedleKind::Picture, &picture) }).unwrap();
        // Characters as they are shown.
        let mut chars = Vec::new();
        let mut at = 0;
        for chunk in line.utf8_chunks() {
            for c in chunk.valid().chars() {
                chars.push((at, c));
                at += c.len_utf8();
            }
            for b in chunk.invalid() {
                chars.push((at, char::from(*b)));
                at += 1;
            }
        }
        chars.push((at, '\n'));
        let takes = |p: char, c: char| match p {
            '=' => true,
            '^' => c != ' ',
            '.' => c.is_control(),
            '#' => c.is_ascii_digit(),
            '-' => !c.is_ascii_digit(),
            '@' => c.is_alphabetic(),
            '<' => c.is_lowercase(),
            p => p == c || ignore_case && p.to_lowercase().eq(c.to_lowercase()),
        };
        let (mut wanted, mut i) = (Vec::new(), 0);
        let length = picture.chars().count();
        while i + length < chars.len() {
            if picture.chars().zip(&chars[i..]).all(|(p, (_, c))| takes(p, *c)) {
                wanted.push((chars[i].0, chars[i + length].0));
                i += length;
            } else {
                i += 1;
            }
        }
        prop_assert_eq!(all.find_in_line(&line), wanted);
    }

    /// A picture of one character takes exactly the characters of its class.
    #[test]
    fn a_picture_takes_its_class(text in "[a-cA-C0-2 .$\u{e4}\u{c4}\u{20ac}\t]{0,20}", picture in "[=^.#@<>$-]") {
        let is = |c: char| match picture.as_str() {
            "=" => true,
            "^" => c != ' ',
            "." => c == '\t',
            "#" => c.is_numeric(),
            "-" => !c.is_numeric(),
            "@" => c.is_alphabetic(),
            "<" => c.is_lowercase(),
            ">" => c.is_uppercase(),
            _ => ".$\u{20ac}".contains(c),
        };
        let wanted: Vec<usize> = text.char_indices().filter(|(_, c)| is(*c)).map(|(at, _)| at).collect();
        let needle = Needle::new(&spec(NeedleKind::Picture, &picture)).unwrap();
        let got: Vec<usize> = needle.find_in_line(text.as_bytes()).into_iter().map(|m| m.0).collect();
        prop_assert_eq!(got, wanted);
    }
}
