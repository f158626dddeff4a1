use super::*;
use proptest::prelude::*;

fn codes(found: Vec<Code>) -> Vec<String> {
    found.into_iter().map(|c| c.code).collect()
}

#[test]
fn every_pattern_compiles_and_has_its_code() {
    for rule in &RULES {
        let pattern = rule.pattern().unwrap();
        assert!(pattern.capture_names().flatten().any(|n| n == "code"), "{pattern}");
    }
}

proptest! {
    /// No rule finds a code in a text that is not even looked at.
    #[test]
    fn a_text_with_a_code_has_what_its_rule_says(pieces in prop::collection::vec(prop::sample::select(&[
        "SQLSTATE", "HY000", "SQL", "CODE", "IS", "-", "+", "811", "0", "100", "FILE", "STATUS", "FS", "KEY", "35", "IMS", "U",
        "4038", "ABEND", "USER", "COMPLETION", "=", ":", "GE", "DL/I", "DLI", "PCB", "VSAM", "OPEN", "RPL", "FDBK", "MQ", "RC",
        "REASON", "2033", "RSN", "00C90088", "'", "EIB", "DFH", "RESP", "13", "NOTFND", "(", ")", "SYSTEM", "0C7", "S", "S0C7",
        "B37", "18", "IEC", "141I", "IGYPS", "2121", "HASP", "$", "395", "IEF450I", "ASRA", "AEI0", ",", "WORD",
    ][..]), 1..7), gaps in prop::collection::vec(0..3_usize, 7), lower: bool) {
        let text: String = pieces.iter().zip(gaps).flat_map(|(piece, gap)| [piece, &"  "[..gap]]).collect();
        let text = if lower { text.to_lowercase() } else { text };
        for rule in &RULES {
            for source in [text.clone(), text.to_uppercase()] {
                for captures in rule.pattern().unwrap().captures_iter(&source) {
                    prop_assert!(rule.may_be_in(&source) || (rule.make)(&captures).is_empty(), "{source}");
                }
            }
        }
    }
}

#[test]
fn one_form_for_all_ways_to_write_a_code() {
    let table: &[(&str, &[&str])] = &[
        ("S0C7", &["S0C7"]),
        ("s0c7", &["S0C7"]),
        ("0c7", &["S0C7"]),
        ("S0C-7", &["S0C7"]),
        ("0C-7", &["S0C7"]),
        ("ABEND0C7", &["S0C7"]),
        ("ABEND=S0C7", &["S0C7"]),
        ("abend s0c7 u0000", &["S0C7"]),
        ("ASRA/0C7", &["ASRA", "S0C7"]),
        ("SYSTEM COMPLETION CODE=0C4 REASON CODE=00000011", &["S0C4-11"]),
        ("SYSTEM=806", &["S806"]),
        ("abend 806", &["S806"]),
        ("806", &["S806", "SQL-806", "SQL+806"]),
        ("S013-18", &["S013-18"]),
        ("013-18", &["S013-18"]),
        ("S806 RC=04", &["S806-04"]),
        ("S806-00000004", &["S806-4"]),
        ("s0c7-0", &["S0C7"]),
        ("b37", &["SB37"]),
        ("SOC7", &[]),
        ("seed add bad", &[]),
        ("WS-B37-FLAG", &[]),
        ("WS-CUST-ID", &[]),
        ("X-S0C7", &[]),
        ("U4038", &["U4038"]),
        ("user abend 456", &["U0456"]),
        ("USER COMPLETION CODE=4039", &["U4039"]),
        ("IMS-U0456", &["U0456"]),
        ("ABENDU4038", &["U4038"]),
        ("4038", &["U4038", "SQL-4038", "SQL+4038"]),
        ("2033", &["U2033", "MQ-2033", "SQL-2033", "SQL+2033"]),
        ("SQLCODE=-811", &["SQL-811"]),
        ("SQLCODE -811", &["SQL-811"]),
        ("sqlcode = -0811", &["SQL-811"]),
        ("SQLCODE: 811", &["SQL-811", "SQL+811"]),
        ("sqlcode 100", &["SQL+100"]),
        ("-811", &["SQL-811"]),
        ("\u{2212}811", &["SQL-811"]),
        ("+100", &["SQL+100"]),
        ("-811 -805", &["SQL-811", "SQL-805"]),
        ("SQL-30081", &["SQL-30081"]),
        ("DSNT408I SQLCODE = -904", &["DSNT408I", "SQL-904"]),
        ("SQLCODE 0", &[]),
        ("SQLSTATE 21000", &["SQLSTATE 21000"]),
        ("sqlstate=57011,", &["SQLSTATE 57011"]),
        ("sqlstate value", &[]),
        ("file status 35", &["FS-35"]),
        ("FILE STATUS IS '35'", &["FS-35"]),
        ("status 35", &["FS-35"]),
        ("status=00", &["FS-00"]),
        ("FS 35", &["FS-35"]),
        ("fs-35", &["FS-35"]),
        ("35", &["FS-35"]),
        ("http status 404", &[]),
        ("status GE", &["IMS-GE"]),
        ("ims gb", &["IMS-GB"]),
        ("status is GE", &["IMS-GE"]),
        ("status is not set", &[]),
        ("VSAM OPEN 168", &["VSAM-OPEN-168"]),
        ("vsam-rpl-8", &["VSAM-RPL-8"]),
        ("VSAM FDBK 8", &["VSAM-RPL-8"]),
        ("RC=2033", &["MQ-2033"]),
        ("MQRC 2033", &["MQ-2033"]),
        ("mq reason code 2035", &["MQ-2035"]),
        ("RC=12", &[]),
        ("00c90088", &["00C90088"]),
        ("REASON X'00C9008E'", &["00C9008E"]),
        ("NOTFND", &["RESP-NOTFND"]),
        ("RESP-NOTFND", &["RESP-NOTFND"]),
        ("EIBRESP=13", &["RESP-NOTFND"]),
        ("resp 27", &["RESP-PGMIDERR"]),
        ("DFHRESP(DISABLED)", &["RESP-DISABLED"]),
        ("file disabled", &[]),
        ("ASRA", &["ASRA"]),
        ("aei0", &["AEI0"]),
        ("IEF450I", &["IEF450I"]),
        ("ief450", &["IEF450"]),
        ("DFHAC2206", &["DFHAC2206"]),
        ("CEE3207S", &["CEE3207S"]),
        ("IGZ0035S", &["IGZ0035S"]),
        ("igyps2121s", &["IGYPS2121-S"]),
        ("IGYPS2121-S", &["IGYPS2121-S"]),
        ("ICE046A", &["ICE046A"]),
        ("IDC3009I", &["IDC3009I"]),
        ("/HASP395 ended", &["$HASP395"]),
        ("IEC141I 013-18,DDIN", &["IEC141I-013-18", "S013-18", "IEC141I"]),
        ("S0C7 in 2100-CALC", &["S0C7"]),
        ("IEF450I PAYJOB STEP1 - ABEND=S0C7 U0000 REASON=00000007", &["IEF450I", "S0C7"]),
    ];
    for (text, expected) in table {
        assert_eq!(codes(in_query(text)), *expected, "{text}");
    }
}

#[test]
fn texts_are_read_conservatively() {
    let table: &[(&str, &[&str])] = &[
        ("An S0C7 follows IEF450I; see FS-35 and SQLCODE -811.", &["S0C7", "IEF450I", "FS-35", "SQL-811"]),
        ("Look at the area also when the status 35 bytes are 806 or -5", &[]),
        ("The step ends with system abend 806, or user abend 4038.", &["S806", "U4038"]),
        ("COPY PAYR010 AREA ADD B37", &[]),
        ("EXEC CICS READ gives NOTFND, then AEIM", &["RESP-NOTFND", "AEIM"]),
        ("the record is locked or disabled", &[]),
    ];
    for (text, expected) in table {
        assert_eq!(codes(in_text(text)), *expected, "{text}");
    }
}

#[test]
fn names_lead_to_ids_and_aliases_the_same_code_first() {
    // What means the very code, and what it is a special case of.
    let table: &[(&str, &[&str], &[&str])] = &[
        ("0c7", &["S0C7", "0C7"], &[]),
        ("S806-4", &["S806-4", "S806-04", "806-4", "806-04"], &["S806", "806"]),
        ("S013-18", &["S013-18", "013-18"], &["S013", "013"]),
        ("-811", &["SQL-811", "SQLCODE -811"], &[]),
        ("status 35", &["FS-35", "STATUS 35"], &[]),
        ("ief450", &["IEF450"], &["IEF450I", "IEF450E", "IEF450W"]),
        ("IEF450A", &["IEF450A"], &["IEF450", "IEF450I"]),
        ("IGYPS2121", &["IGYPS2121"], &["IGYPS2121-I", "IGYPS2121-E", "IGYPS2121-W", "IGYPS2121-S"]),
        ("IGYPS2121-E", &["IGYPS2121-E"], &["IGYPS2121", "IGYPS2121-I"]),
        ("rc=2033", &["MQ-2033", "MQRC 2033"], &[]),
        ("U456", &["U0456", "IMS-U0456", "U456"], &[]),
        ("EIBRESP 13", &["RESP-NOTFND", "NOTFND"], &[]),
        ("HASP395", &["$HASP395", "HASP395"], &[]),
        ("VSAM OPEN 168", &["VSAM-OPEN-168", "VSAM OPEN 168"], &[]),
    ];
    for (text, same, wider) in table {
        let names = in_query(text)[0].names();
        assert_eq!(names.same, *same, "{text}");
        assert_eq!(names.wider[..wider.len()], **wider, "{text}");
        assert!(names.same.iter().all(|name| !names.wider.contains(name)), "{text}");
    }
}

#[test]
fn names_of_several_codes_are_in_order() {
    let table: &[(&str, &[&str])] = &[
        ("913", &["S913", "913", "SQL-913", "SQLCODE -913", "SQL+913", "SQLCODE +913"]),
        // What reports a code comes after the code.
        ("IEF450I S0C7", &["S0C7", "0C7", "IEF450I", "IEF450"]),
        ("DSNT408I SQLCODE = -805", &["SQL-805", "SQLCODE -805", "DSNT408I"]),
        ("IEF450I IEF472I", &["IEF450I", "IEF472I", "IEF450"]),
        ("IGZ0035S FS-35", &["IGZ0035S", "FS-35"]),
    ];
    for (text, names) in table {
        let mut found = names_of(&in_query(text));
        if text.starts_with("IEC") {
            found.retain(|name| !name.starts_with("IEC141") || name.len() != 7 || name == "IEC141I");
        }
        assert_eq!(found[..names.len().min(found.len())], **names, "{text}");
    }
}

#[test]
fn a_number_is_what_the_words_around_it_say() {
    let table: &[(&str, &[&str])] = &[
        ("file not found open 35", &["FS-35"]),
        ("mq queue not authorized 2035", &["MQ-2035"]),
        ("db2 deadlock 911", &["SQL-911"]),
        ("mq queue 1999", &[]),
        ("read 35 records", &[]),
        ("35 files to open", &[]),
        ("s0c7 in file 12", &["S0C7"]),
        ("line 35", &[]),
    ];
    for (text, expected) in table {
        assert_eq!(codes(in_query(text)), *expected, "{text}");
    }
}

#[test]
fn a_code_that_is_typed_has_beginnings() {
    // The prefixes; those behind a bar are not all that was typed.
    let table: &[(&str, &str)] = &[
        ("s0c", "S0C"),
        ("s", ""),
        ("0c", "S0C 0C"),
        ("013-1", "S013-1 013-1"),
        ("sb3", "SB3"),
        ("ASR", "ASR"),
        ("-81", "SQL-81 -81"),
        ("-8", "SQL-8 -8"),
        ("sqlcode -81", "SQL-81 SQLCODE_-81 | -81"),
        ("sqlcode=-81", "SQL-81 SQLCODE=-81 | -81"),
        ("sql-8", "SQL-8"),
        ("sqlcode 81", "SQL-81 SQL+81 SQLCODE_81 | 81"),
        ("lock -91", "| SQL-91 -91"),
        ("fs-3", "FS-3"),
        ("FS-", "FS-"),
        ("file status 3", "FS-3 FILE_STATUS_3"),
        ("ief45", "IEF45"),
        ("ief", "IEF"),
        ("mq-203", "MQ-203"),
        ("hasp3", "$HASP3 HASP3"),
        ("vsam open 16", "VSAM_OPEN_16 | 16"),
        ("deadl", "| DEADL"),
        ("data exc", "| EXC"),
        ("a b", ""),
        ("", ""),
        ("line 3", ""),
    ];
    for (text, expected) in table {
        let (sure, other): (Vec<Beginning>, Vec<Beginning>) =
            beginnings(text).into_iter().partition(|b| b.whole);
        let list =
            |of: &[Beginning]| of.iter().map(|b| b.prefix.replace(' ', "_")).collect::<Vec<_>>().join(" ");
        let shown =
            if other.is_empty() { list(&sure) } else { format!("{} | {}", list(&sure), list(&other)) };
        assert_eq!(shown.trim(), *expected, "{text}");
    }
}

#[test]
fn a_letter_o_is_asked_about_and_never_equated() {
    let table = [
        ("SOC7", Some("S0C7")),
        ("soc-7", Some("S0C7")),
        ("OC7", Some("S0C7")),
        ("SO13-18", Some("S013-18")),
        ("U4O38", Some("U4038")),
        ("IEF45OI", Some("IEF450I")),
        ("AEIO", Some("AEI0")),
        ("AEI0", Some("AEIO")),
        ("AEYI", Some("AEY1")),
        ("AEY1", Some("AEYI")),
        ("soc7 in pay", Some("S0C7 IN PAY")),
        ("S0C7", None),
        ("SODA", None),
        ("ODD", None),
        ("IEF450I", None),
        ("ICE046A", None),
        ("WS-IO-COUNT-1", None),
        ("io", None),
        ("", None),
    ];
    for (text, expected) in table {
        assert_eq!(did_you_mean(text).as_deref(), expected, "{text}");
    }
    assert!(!names_of(&in_query("SOC7")).contains(&"S0C7".to_owned()));
    assert!(!names_of(&in_query("AEI0")).contains(&"AEIO".to_owned()));
}

proptest! {
    #[test]
    fn any_text_can_be_read(text in ".{0,200}") {
        let found = in_query(&text);
        let _ = (in_text(&text), did_you_mean(&text), beginnings(&text));
        for code in found {
            prop_assert!(!code.code.chars().any(|c| c.is_ascii_lowercase()));
            prop_assert_eq!(code.names().same.into_iter().next(), Some(code.code));
        }
    }

    #[test]
    fn what_is_found_in_its_own_normal_form_is_itself(
        text in "[SU]?[0-9A-F]{3,4}(-[0-9A-F]{1,4})?|SQL[+-][1-9][0-9]{1,4}|[A-Z]{3}[0-9]{3}[IEWS]|status [0-9]{2}"
    ) {
        for code in in_query(&text) {
            let again = in_query(&code.code);
            prop_assert!(again.contains(&code), "{:?} in {:?}", code, again);
        }
    }
}

#[test]
fn lines_of_sources_compare_with_codes() {
    let codes = |line: &str| in_line(line).into_iter().map(|c| c.code).collect::<Vec<_>>();
    assert_eq!(codes("           IF WS-FILE-STATUS NOT = '35'"), ["FS-35"]);
    assert_eq!(codes("    WHEN SQLCODE EQUAL TO -811 DISPLAY 'TWO'"), ["SQL-811"]);
    assert_eq!(codes("      * S0C7 IF THE FIELD IS BLANK; SEE IGZ0035S"), ["S0C7", "IGZ0035S"]);
    assert!(codes("017600     MOVE 35 TO WS-COUNT").is_empty());
    assert!(codes("           ADD 1 TO WS-TOTAL.").is_empty());
}
