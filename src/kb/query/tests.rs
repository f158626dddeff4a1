use super::*;
use proptest::prelude::*;

fn words(query: &Query) -> Vec<&str> {
    query.parts.iter().map(|p| p.text.as_str()).collect()
}

#[test]
fn what_a_query_is_understood_as() {
    let table = [
        ("  s0c7   comp-3 ", "s0c7 comp-3"),
        ("WS-CUST-ID", "WS-CUST-ID"),
        ("\"data exception\" -cics", "\"data exception\" -cics"),
        ("-811", "-811"),
        ("+100", "+100"),
        ("sqlcode -811 -cics", "sqlcode -811 -cics"),
        ("-\"end of file\"", "-\"end of file\""),
        ("category:db2 lock", "lock category:db2"),
        ("CATEGORY:\"My Shop\" tag:\"Two Words\"", "category:\"My Shop\" tag:\"two words\""),
        ("cat:CICS cat:cics tags:COMP-3", "category:CICS tag:comp-3"),
        ("lock -category:cics", "lock -category:cics"),
        ("category:db2,cics tag:lock,batch -tag:a,b", "category:db2 category:cics tag:lock,batch -tag:a,b"),
        (
            "author:Jo,ann author:JO code:0c7 code:-811,b37",
            "author:Jo author:ann code:S0C7 code:SQL-811 code:SB37",
        ),
        ("severity:>=error sev:info", "severity:info,error,severe"),
        ("severity:warn..e -severity:w", "severity:warning,error -severity:warning"),
        ("used:>10 used:0 -used:5..2", "used:>=11 used:0 -used:2..5"),
        (
            "since:30d before:2026-1 after:7 since:2026-01-31",
            "since:30d before:2026-01 since:7d since:2026-01-31",
        ),
        ("file:/u/payr010.cbl file:pay*", "file:PAYR010 file:PAY*"),
        ("id:n-000012 has:notes -has:l", "id:N-000012 has:notes -has:links"),
        ("abend* /s0c[47]/ -/a b/, x", "abend* x /s0c[47]/ -/a b/"),
        ("/u/payr/x and/or /usr", "\"/u/payr/x\" and/or \"/usr\""),
        ("code:xy code:\"return code\"", "\"xy\" \"return code\""),
        ("https://x.y foo:bar", "https://x.y foo:bar"),
        // What means nothing is left out.
        ("lock since:xyz severity:bad used:many has:x since:2026-13 used:<0 file:/", "lock"),
        ("\"open end", "\"open end\""),
        ("a\"b c\"d", "a \"b c\" d"),
        ("category: tag:", ""),
        ("\"\" - -- -", "- -- -"),
        ("why? IEF450I, then.", "why IEF450I then"),
        ("tab\there\u{2}x", "tab here x"),
        ("", ""),
    ];
    for (text, expected) in table {
        assert_eq!(parse(text).shown(), expected, "{text}");
    }
}

#[test]
fn only_a_bare_last_word_is_being_typed() {
    for (text, open) in [
        ("data exc", true),
        ("data exc ", false),
        ("\"data exc", false),
        ("data -exc", false),
        ("data tag:comp", false),
        ("", false),
        ("data category:x ex", true),
        ("data ex*", false),
        ("/data/", false),
        ("/data", true),
    ] {
        assert_eq!(parse(text).open, open, "{text}");
    }
}

#[test]
fn codes_are_found_across_words() {
    let codes = |text: &str| parse(text).codes.into_iter().map(|c| c.code).collect::<Vec<_>>();
    assert_eq!(codes("file status 35 category:batch"), ["FS-35"]);
    assert_eq!(codes("-811 lock"), ["SQL-811"]);
    assert_eq!(codes("category:b37"), Vec::<String>::new());
    assert_eq!(codes("0c7 -b37"), ["S0C7"]);
}

#[test]
fn a_long_query_is_cut_and_says_so() {
    let many: Vec<String> = (0..100).map(|n| format!("w{n}")).collect();
    let query = parse(&many.join(" "));
    assert_eq!((query.parts.len(), query.cut, query.open), (PARTS, true, false));
    let long = parse(&"\u{e9}".repeat(BYTES));
    assert!(long.cut && words(&long)[0].len() <= BYTES);
    assert!(!parse("short").cut);
}

#[test]
fn what_is_left_out_is_said_with_what_would_be_right() {
    let notes = parse("a since:xyz severity:bad").notes;
    assert_eq!(
        notes,
        [
            "since:xyz was left out, it means nothing: since:30d (h, d, w, m, y) or since:2026-01-31: changed then or later.",
            "severity:bad was left out, it means nothing: severity:error, severity:>=error, severity:info..error."
        ]
    );
    assert!(parse("since:3d since:2026- severity:e used:1 has:n tag:x").notes.is_empty());
}

#[test]
fn fields_become_clauses() {
    const DAY: i64 = 86_400_000;
    let query = parse("since:2d -used:>3 tag:a,b severity:severe -author:jo* has:links before:2026");
    let clauses = query.filter(10 * DAY).clauses;
    let of = |at: usize| (clauses[at].not, clauses[at].test.clone());
    assert_eq!(of(0), (false, Test::Changed(8 * DAY, i64::MAX)));
    assert_eq!(of(1), (true, Test::Used(4, u64::try_from(i64::MAX).unwrap())));
    assert_eq!(of(2), (false, Test::Named(Named::Tag, vec!["a".into(), "b".into()])));
    assert_eq!(of(3), (false, Test::Severity(vec![3])));
    assert_eq!(of(4), (true, Test::Named(Named::Author, vec!["jo*".into()])));
    assert_eq!(of(5), (false, Test::Has(crate::store::Part::Links)));
    // The first day of the year somewhere on earth.
    let Test::Changed(i64::MIN, before) = of(6).1 else { panic!("{clauses:?}") };
    assert!((before - 1_767_225_600_000).abs() < DAY, "{before}");
}

#[test]
fn a_slash_alone_makes_no_pattern_of_what_follows() {
    let query = parse("category:/\"\"/\"/\"");
    assert_eq!(parse(&query.shown()).shown(), query.shown());
    // Nor is a file of a name that only its end makes one.
    assert_eq!(parse("-file:!.<,A").shown(), "-file:A");
    assert_eq!(parse("/u/src lock").shown(), "\"/u/src\" lock");
    assert_eq!(parse("/s0c[47]/ lock").patterns.len(), 1);
}

proptest! {
    #[test]
    fn every_string_is_a_query(text in "(\\PC|[\\x00-\\x20\"+-]){0,80}") {
        let query = parse(&text);
        prop_assert!(query.parts.len() + query.without.len() <= PARTS);
        for part in &query.parts {
            prop_assert!(!part.text.is_empty() && !part.text.contains(char::is_control));
        }
    }

    #[test]
    fn what_is_shown_is_understood_the_same_again(
        text in "(-?(category:|tag:|code:|author:|file:|id:|severity:|used:|since:|before:|has:|/)?(\"[a-zA-Z0-9 .*/,-]{0,8}\"|[a-zA-Z0-9,.:+*/<>=!-]{0,8}|(0c7|-811|b37|error|info|>[0-9]|[0-9]{1,4}[hdwmy]?|notes|20[0-9]{2}-[0-9]{1,2})) ?){0,6}"
    ) {
        let query = parse(&text);
        let again = parse(&query.shown());
        prop_assert_eq!(&again.shown(), &query.shown());
        prop_assert_eq!(again.filter(9), query.filter(9));
        prop_assert_eq!((again.parts, again.without, again.patterns), (query.parts, query.without, query.patterns));
        prop_assert!(again.notes.is_empty());
    }
}
