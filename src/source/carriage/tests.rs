use super::*;
use crate::source::encoding::Encoding;
use proptest::prelude::*;

fn told(lines: &[&str]) -> Carriage {
    let ascii = detect(lines.iter().map(|l| l.as_bytes()), false).0;
    let ebcdic: Vec<Vec<u8>> = lines.iter().map(|l| Encoding::Cp1047.encode(l).unwrap()).collect();
    assert_eq!(detect(ebcdic.iter().map(Vec::as_slice), true).0, ascii, "{lines:?}");
    ascii
}

#[test]
fn kinds_are_told_from_lines() {
    let log = [
        "1                     J E S 2  J O B  L O G  --  S Y S T E M  C E C 3",
        "0",
        "02.07.44 JOB07186 ---- FRIDAY,    12 JUL 2019 ----",
        "02.07.44 JOB07186  IRR010I  USERID USER001  IS ASSIGNED TO THIS JOB.",
        "21.08.44 JOB07186  $HASP373 TESTJOB1 STARTED",
        "------ JES2 JOB STATISTICS ------",
        "-           22 CARDS READ",
    ];
    assert_eq!(told(&log), Carriage::Mixed);
    let listing = [
        "1PP 5655-EC6 IBM Enterprise COBOL for z/OS  6.3.0",
        "0Options in effect:",
        "     ADATA",
        "     ADV",
        "0                           ",
        "   000001         IDENTIFICATION DIVISION.",
    ];
    assert_eq!(told(&listing), Carriage::Asa);
    for none in [
        &["000100 IDENTIFICATION DIVISION.", "000200 PROGRAM-ID. A.", "100000     STOP RUN."][..],
        &["       IDENTIFICATION DIVISION.", "      * a", "       PROGRAM-ID. A."],
        &["1 apple", "2 pears", "3 plums"],
        &["1. Introduction", "   text", "   more"],
        &["1 1:0.5 2:3", "0 1:0.7", "1 3:1"],
        &["- a", "- b", "+ c"],
        &["\tint a;", "\tint b;"],
        &[],
    ] {
        assert_eq!(told(none), Carriage::None, "{none:?}");
    }
    assert_eq!(told(&["text", "\u{c}", "more"]), Carriage::Feeds);
    let machine: [&[u8]; 4] = [b"\x8b", b"\x09\xc8", b"\x19\xc9", b"\x89"];
    assert_eq!(detect(machine.into_iter(), true).0, Carriage::Machine);
    assert_eq!(detect(machine.into_iter(), false).0, Carriage::Machine);
}

#[test]
fn the_same_byte_is_control_on_one_line_and_text_on_another() {
    let bytes = |kind, line: &str| Decider::new(kind, false).bytes(line.as_bytes());
    for (line, asa, mixed) in [
        ("1                J E S 2", 1, 1),
        ("10.25.48 JOB00134", 0, 0),
        ("0", 1, 1),
        ("02:07:44", 0, 0),
        ("100 records", 1, 0),
        ("-           22 CARDS READ", 1, 1),
        ("------ JES2 JOB STATISTICS", 0, 0),
        (" text", 1, 0),
        ("+____", 1, 1),
        ("+----+", 0, 0),
        ("+IEF", 1, 0),
        ("A heading", 1, 0),
        ("ABEND", 0, 0),
        ("text", 0, 0),
        ("\u{c}1 text", 1, 1),
        ("", 0, 0),
    ] {
        assert_eq!((bytes(Carriage::Asa, line), bytes(Carriage::Mixed, line)), (asa, mixed), "{line:?}");
        assert_eq!(bytes(Carriage::None, line), 0);
    }
}

/// The control characters for machines as the manual lists them: code, lines to space (or none for a skip), channel, at once.
fn listed() -> Vec<(u8, Option<u8>, u8, bool)> {
    let mut all = vec![(0x01, Some(0), 0, false), (0x09, Some(1), 0, false), (0x11, Some(2), 0, false)];
    all.extend([(0x19, Some(3), 0, false), (0x03, Some(0), 0, true), (0x0b, Some(1), 0, true)]);
    all.extend([(0x13, Some(2), 0, true), (0x1b, Some(3), 0, true)]);
    let skips = [0x89, 0x91, 0x99, 0xa1, 0xa9, 0xb1, 0xb9, 0xc1, 0xc9, 0xd1, 0xd9, 0xe1];
    let at_once = [0x8b, 0x93, 0x9b, 0xa3, 0xab, 0xb3, 0xbb, 0xc3, 0xcb, 0xd3, 0xdb, 0xe3];
    for (codes, now) in [(skips, false), (at_once, true)] {
        all.extend((1u8..).zip(codes).map(|(channel, code)| (code, None, channel, now)));
    }
    all
}

#[test]
fn machine_codes_are_those_of_the_manual() {
    let listed = listed();
    for code in 0..=255u8 {
        let control = Decider::new(Carriage::Machine, true).of(&[code, 0xc1]);
        let Some((_, space, channel, now)) = listed.iter().find(|l| l.0 == code) else {
            assert_eq!(control.bytes, u8::from(code == 0x0c), "{code:02x}");
            continue;
        };
        assert_eq!(control.bytes, 1, "{code:02x}");
        assert_eq!(control.next_over, *space == Some(0) && !now, "{code:02x}");
        assert_eq!(control.next_page, *channel == 1, "{code:02x}");
        assert!(!control.over && !control.page);
    }
}

#[test]
fn a_form_feed_ends_a_page_behind_text_and_begins_one_before_it() {
    let feeds = Decider::new(Carriage::Feeds, false);
    assert!(feeds.of(b"\x0ctext").page && feeds.of(b"\x0c").page);
    assert!(!feeds.of(b"\x0c").ending_with(1, FEED).next_page);
    assert!(feeds.of(b"text\x0c").ending_with(5, FEED).next_page);
}

proptest! {
    /// Any bytes: at most one byte is control, the same is decided from the first bytes as from all of them, and no control is
    /// decided where there is none.
    #[test]
    fn the_first_bytes_decide(line in proptest::collection::vec(any::<u8>(), 0..12), kind in 0usize..5, ebcdic in any::<bool>()) {
        let decider = Decider::new(NAMES[kind].1, ebcdic);
        let control = decider.of(&line);
        prop_assert_eq!(control, decider.of(&line[..line.len().min(LOOK)]));
        prop_assert!(usize::from(control.bytes) <= line.len().min(1));
        if control.bytes == 0 {
            prop_assert_eq!(control, Control::default());
        }
        prop_assert_eq!(NAMES[kind].1.to_string().parse::<Carriage>().unwrap(), NAMES[kind].1);
    }

    /// What is ASA in ASCII is ASA in EBCDIC.
    #[test]
    fn encodings_agree(line in "[ 0-9+A-D._:-]{0,8}", kind in 0usize..3) {
        let kind = NAMES[kind].1;
        let there = Encoding::Cp1047.encode(&line).unwrap();
        prop_assert_eq!(Decider::new(kind, true).of(&there), Decider::new(kind, false).of(line.as_bytes()));
    }
}
