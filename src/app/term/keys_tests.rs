//! Bytes to keys.

use super::*;
use proptest::prelude::*;

fn decode(bytes: &[u8]) -> Vec<TermEvent> {
    let (mut decoder, mut out) = (Decoder::default(), Vec::new());
    decoder.feed(bytes, &mut out);
    decoder.flush(&mut out);
    out
}

/// The keys in words, as `C-a` or `S-F1`.
fn keys(bytes: &[u8]) -> String {
    let word = |event: &TermEvent| match event {
        TermEvent::Key(k) => {
            let marks =
                [(KeyModifiers::CONTROL, "C-"), (KeyModifiers::ALT, "A-"), (KeyModifiers::SHIFT, "S-")];
            let marks: String =
                marks.iter().filter(|(m, _)| k.modifiers.contains(*m)).map(|(_, t)| *t).collect();
            match k.code {
                KeyCode::Char(c) => format!("{marks}{c}"),
                KeyCode::F(n) => format!("{marks}F{n}"),
                code => format!("{marks}{code:?}"),
            }
        }
        other => format!("{other:?}"),
    };
    decode(bytes).iter().map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn keys_of_all_kinds_of_terminals() {
    let table: &[(&[u8], &str)] = &[
        (b"aB \r\t\x7f\x08", "a S-B   Enter Tab Backspace Backspace"),
        (b"\x01\x1a\x00\x1c", "C-a C-z C-  C-4"),
        ("\u{e9}\u{c4}\u{6f22}".as_bytes(), "\u{e9} S-\u{c4} \u{6f22}"),
        (b"\x1b", "Esc"),
        (b"\x1b\x1b[A", "Esc Up"),
        (b"\x1bx\x1bX\x1b\r", "A-x"),
        (b"\x1b[A\x1b[B\x1b[C\x1b[D\x1b[H\x1b[F", "Up Down Right Left Home End"),
        (b"\x1bOA\x1bOH\x1bOP\x1bOS\x1bOM\x1bOq", "Up Home F1 F4 Enter 1"),
        (b"\x1b[1;5C\x1b[1;2A\x1b[1;3D\x1b[1;2P\x1b[1;2R", "C-Right S-Up A-Left S-F1 S-F3"),
        (
            b"\x1b[1~\x1b[2~\x1b[3~\x1b[4~\x1b[5~\x1b[6~\x1b[7~\x1b[8~",
            "Home Insert Delete End PageUp PageDown Home End",
        ),
        (b"\x1b[11~\x1b[15~\x1b[17~\x1b[21~\x1b[23~\x1b[24~", "F1 F5 F6 F10 F11 F12"),
        (b"\x1b[25~\x1b[26~\x1b[28~\x1b[29~\x1b[31~\x1b[34~", "F13 F14 F15 F16 F17 F20"),
        (b"\x1b[24;2~\x1b[5;5~", "S-F12 C-PageUp"),
        (b"\x1b[[A\x1b[[E", "F1 F5"),
        (b"\x1b[Z", "S-BackTab"),
        (b"\x1b[a\x1bOd\x1b[5^\x1b[6$\x1b[3@", "S-Up C-Left C-PageUp S-PageDown C-S-Delete"),
        (b"\x1b[97;5u\x1b[27;5;13~\x1b[97;1:3u", "C-a C-Enter"),
        (b"\x1b[", "A-["),
        (b"\x1bP", "A-S-P"),
        (b"\x1bO", "A-S-O"),
    ];
    for (bytes, want) in table {
        assert_eq!(keys(bytes), *want, "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn replies_and_rubbish_never_become_text() {
    let silent: &[&[u8]] = &[
        b"\x1b[?62;22c",
        b"\x1b[>41;354;0c",
        b"\x1b[12;40R",
        b"\x1b[0n",
        b"\x1b[?2026;2$y",
        b"\x1b]11;rgb:0000/0000/0000\x1b\\",
        b"\x1b]10;rgb:cccc/cccc/cccc\x07",
        b"\x1bP>|terminal(1)\x1b\\",
        b"\x1b[I\x1b[O",
        b"\x1b[M !!",
        b"\x1b[200;1;1;1;1t",
        b"\xff\xfe\x80",
        b"\xc2\x9b",
    ];
    for bytes in silent {
        assert_eq!(keys(bytes), "", "{:?}", String::from_utf8_lossy(bytes));
        assert_eq!(keys(&[bytes, b"x".as_slice()].concat()), "x", "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn a_paste_is_text_whatever_it_holds() {
    let one = |text: &str, dropped| vec![TermEvent::Paste { text: text.to_owned(), dropped }];
    assert_eq!(decode(b"\x1b[200~a\rq\x1b[Ab\x1b[201~"), one("a\rq\x1b[Ab", 0));
    assert_eq!(decode(b"\x1b[200~\x1b\x1b[201~"), one("\x1b", 0));
    assert_eq!(decode(b"\x1b[200~never ends"), one("never ends", 0));
    let mut long = b"\x1b[200~".to_vec();
    long.extend(std::iter::repeat_n(b'x', PASTE_KEPT + 500));
    long.extend_from_slice(PASTE_END);
    let events = decode(&long);
    assert!(matches!(&events[..], [TermEvent::Paste { text, dropped: 500 }] if text.len() == PASTE_KEPT));
}

#[test]
fn mouse_reports() {
    let events = decode(b"\x1b[<0;10;5M\x1b[<0;10;5m\x1b[<64;1;1M\x1b[<65;1;1M\x1b[<20;3;4M");
    let kinds: Vec<_> = events
        .iter()
        .map(|e| {
            if let TermEvent::Mouse(m) = e { (m.kind, m.column, m.row, m.modifiers) } else { panic!("{e:?}") }
        })
        .collect();
    let none = KeyModifiers::NONE;
    let left = MouseButton::Left;
    assert_eq!(kinds[0], (MouseEventKind::Down(left), 9, 4, none));
    assert_eq!(kinds[1], (MouseEventKind::Up(left), 9, 4, none));
    assert_eq!(kinds[2], (MouseEventKind::ScrollUp, 0, 0, none));
    assert_eq!(kinds[3], (MouseEventKind::ScrollDown, 0, 0, none));
    assert_eq!(kinds[4], (MouseEventKind::Down(left), 2, 3, KeyModifiers::SHIFT | KeyModifiers::CONTROL));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// However the bytes are cut into packets, the same comes out; and nothing panics.
    #[test]
    fn packets_do_not_matter(
        parts in prop::collection::vec(prop_oneof![
            Just(b"\x1b".to_vec()), Just(b"[".to_vec()), Just(b"\x1b[200~".to_vec()), Just(b"\x1b[201~".to_vec()),
            Just("\u{6f22}".as_bytes().to_vec()), Just(b"1;5".to_vec()), prop::collection::vec(any::<u8>(), 1..6),
        ], 0..30),
        cut in 1_usize..7,
    ) {
        let bytes = parts.concat();
        let (mut decoder, mut out) = (Decoder::default(), Vec::new());
        for packet in bytes.chunks(cut) {
            decoder.feed(packet, &mut out);
        }
        decoder.flush(&mut out);
        prop_assert_eq!(out, decode(&bytes));
    }
}
