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
        ("4038", &["U4038", "MQ-4038", "SQL-4038", "SQL+4038"]),
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
fn keys_lead_to_ids_and_aliases() {
    let table: &[(&str, &[&str])] = &[
        ("0c7", &["S0C7", "0C7"]),
        ("S806-4", &["S806-4", "S806-04", "806-4", "806-04", "S806", "806"]),
        ("-811", &["SQL-811", "SQLCODE -811"]),
        ("status 35", &["FS-35", "STATUS 35"]),
        ("ief450", &["IEF450", "IEF450I", "IEF450A"]),
        ("IEF450A", &["IEF450A", "IEF450", "IEF450I"]),
        ("IGYPS2121", &["IGYPS2121", "IGYPS2121-S"]),
        ("IGYPS2121-E", &["IGYPS2121-E", "IGYPS2121", "IGYPS2121-S"]),
        ("rc=2033", &["MQ-2033", "MQRC 2033"]),
        ("U456", &["U0456", "IMS-U0456", "U456"]),
        ("EIBRESP 13", &["RESP-NOTFND", "NOTFND"]),
        ("IEC141I-013-18", &["IEC141I-013-18", "IEC141I", "S013-18", "S013"]),
        ("HASP395", &["$HASP395", "HASP395"]),
        ("VSAM OPEN 168", &["VSAM-OPEN-168", "VSAM OPEN 168"]),
    ];
    for (text, expected) in table {
        let keys: Vec<String> = in_query(text).iter().flat_map(Code::keys).collect();
        for key in *expected {
            assert!(keys.iter().any(|k| k == key), "{text}: {key} is not in {keys:?}");
        }
        assert_eq!(keys.first().unwrap(), expected[0], "{text}");
    }
}

#[test]
fn a_code_that_is_typed_has_few_endings() {
    let table: &[(&str, usize, &str)] = &[
        ("s0c", 16, "S0C7"),
        ("0c", 16, "S0C7"),
        ("sb3", 16, "SB37"),
        ("sql-8", 110, "SQL-811"),
        ("lock -91", 10, "SQL-911"),
        ("+1", 110, "SQL+100"),
        ("fs-3", 10, "FS-35"),
        ("file status 3", 10, "FS-35"),
        ("ief45", 60, "IEF450I"),
        ("dfhac220", 60, "DFHAC2206"),
        ("igz003", 60, "IGZ0035S"),
        ("mq-203", 10, "MQ-2033"),
        ("u403", 10, "U4038"),
        ("aei", 36, "AEI0"),
    ];
    for (text, many, one) in table {
        let endings = endings(text);
        assert_eq!(endings.len(), *many, "{text}");
        assert!(endings.iter().any(|e| e == one), "{text}");
    }
    for text in ["", "s", "add", "line 3", "payr01", "mq-", "-", "sql-811", "status", "aeix"] {
        assert_eq!(endings(text), Vec::<String>::new(), "{text}");
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
        ("AEYI", Some("AEY1")),
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
    assert!(in_query("SOC7").iter().all(|c| !c.keys().contains(&"S0C7".to_owned())));
}

proptest! {
    #[test]
    fn any_text_can_be_read(text in ".{0,200}") {
        let found = in_query(&text);
        let _ = (in_text(&text), did_you_mean(&text), endings(&text));
        for code in found {
            prop_assert!(!code.code.chars().any(|c| c.is_ascii_lowercase()));
            prop_assert_eq!(code.keys().into_iter().next(), Some(code.code));
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
