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
        ("lock -category:cics", "lock -cics"),
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
        text in "((category:|tag:|-)?(\"[a-zA-Z0-9 .-]{0,8}\"|[a-zA-Z0-9,.:+-]{0,8}) ?){0,6}"
    ) {
        let query = parse(&text);
        let again = parse(&query.shown());
        prop_assert_eq!(&again.shown(), &query.shown());
        prop_assert_eq!((again.parts, again.without, again.tags), (query.parts, query.without, query.tags));
    }
}
