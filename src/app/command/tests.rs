use super::*;
use crate::source::{Columns, Part};

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
        ("RES", Command::Reset(Vec::new())),
        ("hex on", Command::Hex(HexSwitch::Vertical(Switch::On))),
        ("hex dump", Command::Hex(HexSwitch::Dump)),
        ("HEX", Command::Hex(HexSwitch::Vertical(Switch::Toggle))),
        ("COLS", Command::Cols(Switch::Toggle)),
        ("l 120", Command::Locate(Place::Line(120))),
        ("1,204", Command::Locate(Place::Line(1204))),
        ("50%", Command::Locate(Place::Percent(50))),
        ("locate 2100-calc-net", Command::Locate(Place::Symbol("2100-CALC-NET".into()))),
        ("l .A", Command::Locate(Place::Label("A".into()))),
        ("$", Command::Locate(Place::Bottom)),
        ("=4", Command::Pane(4)),
        ("=x", Command::Quit),
        ("scroll half", Command::Scroll(ScrollBy::Half)),
        ("SCROLL 5", Command::Scroll(ScrollBy::Lines(5))),
        ("s s0c7 comp-3", Command::Search("s0c7 comp-3".into())),
        ("next-theme", Command::Action("next-theme".into())),
        ("hex on vert", Command::Hex(HexSwitch::Vertical(Switch::On))),
        ("hex on data", Command::Hex(HexSwitch::Dump)),
        ("down", Command::Go(Move::PageDown, None)),
        ("UP max", Command::Go(Move::PageUp, Some(ScrollBy::Max))),
        ("right 20", Command::Go(Move::Right, Some(ScrollBy::Lines(20)))),
        ("LEFT M", Command::Go(Move::Left, Some(ScrollBy::Max))),
        ("flip", Command::Fold(FoldHow::Flip)),
        ("can", Command::End),
        (".here", Command::Label("HERE".into())),
        ("x3", Command::Exclude(Exclude::Here(3))),
        ("XX", Command::Exclude(Exclude::Block)),
        ("f3", Command::Fold(FoldHow::First(3))),
        ("L12", Command::Fold(FoldHow::Last(12))),
        ("s2", Command::Fold(FoldHow::Outermost(2))),
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
        Find { text: "00ff".into(), kind: FindKind::Hex, from: FindFrom::All, ..Find::default() }
    );
    assert_eq!(find_of("f * prev"), Find { from: FindFrom::Prev, ..Find::default() });
    assert_eq!(find_of("f \"it's\"").text, "it's");
    assert_eq!(find_of("f x"), Find { text: "x".into(), ..Find::default() });
    assert_eq!(find_of("f 'it''s' all").text, "it's");
    assert_eq!(find_of("f \"say \"\"no\"\"\"").text, "say \"no\"");
    assert_eq!(
        (find_of("f p'¬#'").kind, find_of("f '##'p prev").kind),
        (FindKind::Picture, FindKind::Picture)
    );
}

#[test]
fn operands_come_in_any_order() {
    let columns = |first, last| Some(Columns { first, last });
    let all = Find {
        text: "ABC".into(),
        from: FindFrom::Last,
        part: Part::Suffix,
        columns: columns(8, Some(72)),
        hidden: Some(false),
        lines: Some(LineRange::Labels("A".into(), "ZLAST".into())),
        ..Find::default()
    };
    for line in [
        "f ABC last suffix nx 8 72 .a .zlast",
        "f 8 .a nx last 'ABC' 72 suf .zlast",
        "FIND .A .ZLAST NX SUFFIX LAST 72 8 ABC",
    ] {
        assert_eq!(find_of(line), all, "{line}");
    }
    assert_eq!(find_of("f x 'a' 7").hidden, Some(true));
    assert_eq!(find_of("f a 7").columns, columns(7, None));
    assert_eq!(find_of("f a 10:20").lines, Some(LineRange::Lines(10, 20)));
    assert_eq!(find_of("f a .b").lines, Some(LineRange::Labels("B".into(), "B".into())));
    // What could be an operand is the string if nothing else is one.
    assert_eq!((find_of("f all all").text.as_str(), find_of("f all all").from), ("all", FindFrom::All));
    assert_eq!((find_of("f 12 7").text.as_str(), find_of("f 12 7").columns), ("12", columns(7, None)));
}

#[test]
fn errors_name_the_word_and_the_way_out() {
    for (line, what) in [
        ("fimd x", "FIMD is not a command"),
        ("f", "FIND: a string is missing"),
        ("f 'abc", "FIND: the closing ' is missing"),
        ("f x'0'", "FIND: X'0' is not pairs of hexadecimal digits"),
        ("f a 'b'", "FIND: 'b' is a second string"),
        ("f a 1 2 3", "FIND: more than two columns"),
        ("f a 0", "FIND: columns count from 1"),
        ("f a .x .y .z", "FIND: more than two labels"),
        (".a1", ".a1 is no label: that is a period and one to five letters, without digits, as .A"),
        (
            "label .toolong",
            "LABEL: .toolong is no label: that is a period and one to five letters, without digits, as .A",
        ),
        ("f a .b2", "FIND: .b2 is no label: that is a period and one to five letters, without digits, as .A"),
        (
            "sort .b2",
            "SORT: .b2 is no label: that is a period and one to five letters, without digits, as .A",
        ),
        ("f a b c", "FIND: B is not an operand it knows (put a string of several words in quotes)"),
        ("hex maybe", "HEX: MAYBE is neither ON nor OFF"),
        ("scroll 0", "SCROLL: lines and columns are 1 to 9999"),
        ("scroll", "SCROLL: an amount is missing"),
        ("down often", "DOWN: OFTEN is not an amount it knows"),
        ("hex on off", "HEX: ON OFF is neither ON nor OFF"),
        ("f0", "F0 is not a command"),
        ("s806", "S806 is not a command"),
    ] {
        let error = parse(line).unwrap_err();
        assert_eq!(error.what, what);
        assert!(!error.hint.is_empty(), "{line}");
    }
    // The list of what is known fits below the text of a small screen.
    for (line, known) in [("enc utf-16", "iso-8859-1 037 "), ("recfm fbs", "fN (as f80)")] {
        let error = parse(line).unwrap_err();
        let told = format!("{} ({})", error.what, error.hint);
        assert!(told.contains(known) && told.len() < 3 * 80 - 12, "{} {told}", told.len());
    }
    for (word, hint) in [
        ("change a b all", "files are never changed here"),
        ("s806", "SEARCH S806 looks it up"),
        ("m", "DOWN M does the same"),
        ("locat 5", "did you mean LOCATE? HELP lists all"),
        ("exlude all", "did you mean EXCLUDE? HELP lists all"),
        ("bottum", "did you mean BOTTOM? HELP lists all"),
        ("swapp", "did you mean SWAP? HELP lists all"),
        ("xyzzyx", "HELP lists them"),
    ] {
        let is = parse(word).unwrap_err().hint;
        assert!(is.contains(hint), "{word}: {is}");
    }
    assert!(parse("=391260").unwrap_err().hint.contains("LOCATE =391260 goes to line 391260"));
    assert!(!parse("=391260x").unwrap_err().hint.contains("LOCATE ="));
}

proptest::proptest! {
    #[test]
    fn any_line_is_a_command_or_a_clear_error(line in ".{0,60}") {
        if let Err(error) = parse(&line) {
            proptest::prop_assert!(!error.hint.is_empty());
        }
    }
}

#[test]
fn several_commands_stand_on_a_line() {
    for (line, first, rest) in [
        ("x all;f all 'a'", "x all", "f all 'a'"),
        ("  ; reset ; cols", "reset ", " cols"),
        ("f 'a;b' last;top", "f 'a;b' last", "top"),
        ("f 'it''s; so' ;top", "f 'it''s; so' ", "top"),
        ("f c\"a;b\";top", "f c\"a;b\"", "top"),
        ("f don't;top", "f don't", "top"),
        ("f 'open;top", "f 'open", "top"),
        ("note see JCL; it's late", "note see JCL; it's late", ""),
        ("s a;b", "s a;b", ""),
        ("s;b", "s;b", ""),
        ("cols", "cols", ""),
        (";", "", ""),
    ] {
        assert_eq!(first_of(line), (first, rest), "{line}");
    }
}

#[test]
fn fields_of_sort_have_a_direction_each() {
    let fields = |line: &str| match parse(line) {
        Ok(Some(Command::Sort(sort))) => {
            let one = |f: &crate::work::SortField| (f.columns.first, f.columns.last, f.descending);
            (sort.fields.iter().map(one).collect::<Vec<_>>(), sort.hidden, sort.lines)
        }
        other => panic!("{line}: {other:?}"),
    };
    assert_eq!(fields("sort"), (vec![], None, None));
    assert_eq!(fields("sort d").0, [(1, None, true)]);
    assert_eq!(fields("sort 1 8 d").0, [(1, Some(8), true)]);
    assert_eq!(fields("sort d 1 8 a 10 12").0, [(1, Some(8), true), (10, Some(12), false)]);
    assert_eq!(
        fields("sort 1 8 10 12 20").0,
        [(1, Some(8), false), (10, Some(12), false), (20, None, false)]
    );
    for (text, range) in [
        ("10:20", Some(LineRange::Lines(10, 20))),
        ("=10:=20", Some(LineRange::FileLines(10, 20))),
        ("=10:20", Some(LineRange::FileLines(10, 20))),
    ] {
        let Some(Command::Export(Export { lines, .. })) = parse(&format!("export f {text}")).unwrap() else {
            panic!()
        };
        assert_eq!(lines, range, "{text}");
    }
    let labels = Some(LineRange::Labels("A".into(), "B".into()));
    assert_eq!(fields("sort x .a 7 .b"), (vec![(7, None, false)], Some(true), labels));
    let Ok(Some(Command::Sort(members))) = parse("sort changed") else { panic!() };
    assert_eq!((members.members, members.fields.len()), (Some(crate::source::SortBy::Changed), 0));
    assert_eq!(parse("sort up").unwrap_err().what, "SORT: UP is not an operand it knows");
    assert_eq!(parse("sort 0").unwrap_err().what, "SORT: columns count from 1");
}
