use super::*;

fn find_of(line: &str) -> Find {
    match parse(line) {
        Ok(Some(Command::Find(f))) => f,
        other => panic!("{line}: {other:?}"),
    }
}

#[test]
fn words_and_abbreviations() {
    for (line, want) in [
        ("rfind", Command::Rfind),
        ("RES", Command::Reset),
        ("hex on", Command::Hex(Switch::On)),
        ("COLS", Command::Cols(Switch::Toggle)),
        ("l 120", Command::Locate(Place::Line(120))),
        ("1,204", Command::Locate(Place::Line(1204))),
        ("50%", Command::Locate(Place::Percent(50))),
        ("locate 2100-calc-net", Command::Locate(Place::Symbol("2100-CALC-NET".into()))),
        ("l .A", Command::Locate(Place::Symbol("A".into()))),
        ("$", Command::Locate(Place::Bottom)),
        ("=4", Command::Pane(4)),
        ("=x", Command::Quit),
        ("scroll half", Command::Scroll(ScrollBy::Half)),
        ("SCROLL 5", Command::Scroll(ScrollBy::Lines(5))),
        ("s s0c7 comp-3", Command::Search("s0c7 comp-3".into())),
        ("next-theme", Command::Action("next-theme".into())),
    ] {
        assert_eq!(parse(line), Ok(Some(want)), "{line}");
    }
    assert_eq!(parse("   "), Ok(None));
}

#[test]
fn find_strings() {
    assert_eq!(find_of("f abc"), Find { text: "abc".into(), ..Find::default() });
    assert_eq!(find_of("f 'a b' last"), Find { text: "a b".into(), from: FindFrom::Last, ..Find::default() });
    assert_eq!(find_of("find c'Ab' word prev").kind, FindKind::Case);
    assert_eq!(find_of("find 'Ab'c").kind, FindKind::Case);
    assert_eq!(
        find_of("f x'00ff' all"),
        Find { text: "00ff".into(), kind: FindKind::Hex, from: FindFrom::All, word: false }
    );
    assert_eq!(find_of("f * prev"), Find { from: FindFrom::Prev, ..Find::default() });
    assert_eq!(find_of("f \"it's\"").text, "it's");
    assert_eq!(find_of("f x"), Find { text: "x".into(), ..Find::default() });
}

#[test]
fn errors_name_the_word_and_the_way_out() {
    for (line, what) in [
        ("fimd x", "FIMD is not a command"),
        ("f", "FIND: a string is missing"),
        ("f 'abc", "FIND: the closing ' is missing"),
        ("f x'0'", "FIND: X'0' is not pairs of hexadecimal digits"),
        ("f a b c", "FIND: B is not an operand it knows (put a string of several words in quotes)"),
        ("hex maybe", "HEX: MAYBE is neither ON nor OFF"),
        ("scroll 0", "SCROLL: not an amount it knows"),
    ] {
        let error = parse(line).unwrap_err();
        assert_eq!(error.what, what);
        assert!(!error.hint.is_empty(), "{line}");
    }
}

proptest::proptest! {
    #[test]
    fn any_line_is_a_command_or_a_clear_error(line in ".{0,60}") {
        if let Err(error) = parse(&line) {
            proptest::prop_assert!(!error.hint.is_empty());
        }
    }
}
