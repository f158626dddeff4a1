//! Pictures, sizes and places beside values worked out by hand from the rules of the language.

use super::*;
use crate::code::SourceFormat;
use proptest::prelude::*;

/// Fixed format: each line of `text` in area B, lines that begin with `01`, `77` or a word of a header in area A. No line may
/// be so long that a part of it is no code.
fn fixed(text: &str) -> String {
    let line = |line: &str| {
        let line = line.trim();
        let area_a = ["01 ", "77 ", "FD ", "SD "].iter().any(|a| line.starts_with(a))
            || [" DIVISION", " SECTION", "-ID."].iter().any(|a| line.contains(a));
        let line = format!("       {}{line}\n", if area_a { "" } else { "    " });
        assert!(line.len() < 74, "{line}");
        line
    };
    text.lines().map(line).collect()
}

fn read(text: &str) -> (Vec<Record>, Vec<String>) {
    let (records, problems) = layout(fixed(text).as_bytes(), SourceFormat::Fixed);
    let all = records.iter().flat_map(|r| &r.problems).chain(&problems);
    let said = all.map(|p| format!("{}: {}", p.line, p.message)).collect();
    (records, said)
}

/// Level, name and notation of each item, slack and variable places marked.
fn shown(text: &str) -> (Vec<String>, Vec<String>) {
    let (records, said) = read(text);
    let one = |item: &Item| {
        let mut line = format!("{} {} {}", item.entry.level, item.name(), item.notation());
        for (set, mark) in [(item.slack, " before"), (item.slack_inside, " inside")] {
            if set > 0 {
                line += &format!(" {set}{mark}");
            }
        }
        line += if item.moves { " moves" } else { "" };
        line.trim_end().to_owned()
    };
    (records.iter().flat_map(|r| &r.items).map(one).collect(), said)
}

#[track_caller]
fn is_laid_out(text: &str, wanted: &[&str]) {
    let (lines, said) = shown(text);
    assert_eq!(lines, wanted);
    assert_eq!(said, [""; 0]);
}

#[track_caller]
fn is_said(text: &str, wanted: &[&str], problems: &[&str]) {
    let (lines, said) = shown(text);
    assert_eq!(lines, wanted);
    assert_eq!(said, problems);
}

#[test]
fn pictures_say_what_they_describe() {
    use Category as C;
    for (text, category, positions, digits, scale, signed) in [
        ("X(10)", C::Alphanumeric, 10, 0, 0, false),
        ("xx", C::Alphanumeric, 2, 0, 0, false),
        ("A(3)", C::Alphabetic, 3, 0, 0, false),
        ("A9", C::Alphanumeric, 2, 0, 0, false),
        ("XXBX(3)/0", C::AlphanumericEdited, 8, 0, 0, false),
        ("AB", C::AlphanumericEdited, 2, 0, 0, false),
        ("9(07)", C::Numeric, 7, 7, 0, false),
        ("S9(5)V99", C::Numeric, 7, 7, 2, true),
        ("s9(4)v9(2)", C::Numeric, 6, 6, 2, true),
        ("V9", C::Numeric, 1, 1, 1, false),
        ("9V", C::Numeric, 1, 1, 0, false),
        ("9(3)V9(2)9", C::Numeric, 6, 6, 3, false),
        ("SP(3)99", C::Numeric, 2, 2, 5, true),
        ("VPP9", C::Numeric, 1, 1, 3, false),
        ("99P(2)V", C::Numeric, 2, 2, -2, false),
        ("9(31)", C::Numeric, 31, 31, 0, false),
        ("Z(5)9", C::NumericEdited, 6, 6, 0, false),
        ("Z,ZZ9.99", C::NumericEdited, 8, 6, 2, false),
        ("**9.99CR", C::NumericEdited, 8, 5, 2, true),
        ("$$,$$9.99-", C::NumericEdited, 10, 6, 2, true),
        ("+++9", C::NumericEdited, 4, 3, 0, true),
        ("-9(3)", C::NumericEdited, 4, 3, 0, true),
        ("+$99", C::NumericEdited, 4, 2, 0, true),
        ("99/99/9(4)", C::NumericEdited, 10, 8, 0, false),
        ("9(3)DB", C::NumericEdited, 5, 3, 0, true),
        ("ZZZV99", C::NumericEdited, 5, 5, 2, false),
        ("ZZ9PP", C::NumericEdited, 3, 3, -2, false),
        (".99", C::NumericEdited, 3, 2, 2, false),
        ("B99B", C::NumericEdited, 4, 2, 0, false),
        ("+9.9(7)E+99", C::Float, 14, 8, 7, true),
        ("-9(3)VE-99", C::Float, 8, 3, 0, true),
        ("G(4)", C::Dbcs, 4, 0, 0, false),
        ("GGBG", C::Dbcs, 4, 0, 0, false),
        ("N(4)", C::National, 4, 0, 0, false),
        ("NN/NN", C::NationalEdited, 5, 0, 0, false),
        ("U(6)", C::Utf8, 6, 0, 0, false),
    ] {
        let picture = Picture::parse(text, &Symbols::default());
        assert_eq!(picture, Ok(Picture { category, positions, digits, scale, signed }), "{text}");
    }
}

#[test]
fn what_is_no_picture_is_said() {
    for (text, why) in [
        ("", "empty"),
        ("Q", "has Q"),
        ("9S", "S elsewhere"),
        ("SS9", "S elsewhere"),
        ("S", "no 9"),
        ("PPP", "no 9"),
        ("9V9V9", "more than one V"),
        ("9VV9", "more than one V"),
        ("9P9", "V or P where"),
        ("PPV99", "V or P where"),
        ("9(", "parenthesis without"),
        ("9()", "parenthesis without"),
        ("9(3", "parenthesis without"),
        ("9)", "parenthesis without"),
        ("9(0)", "0 times"),
        ("X(LEN)", "something else"),
        ("X9.9", "a decimal point beside"),
        ("N9", "9 beside"),
        ("GX", "X beside"),
        ("UX", "X beside"),
        ("9.9.9", "more than one decimal point"),
        ("ZZ.", "ends with a decimal point"),
        ("9Z", "Z behind a 9"),
        ("Z*9", "more than one kind of suppression"),
        ("++Z9", "more than one kind of suppression"),
        ("Z.Z9", "a 9 behind suppressed"),
        ("+9-", "more than one kind of sign"),
        ("+9CR", "more than one kind of sign"),
        ("9+9", "+ in the wrong place"),
        ("CR9", "CR or DB in the wrong place"),
        ("S9.9", "S in the wrong place"),
        ("99$", "$ in the wrong place"),
        ("B$9", "$ in the wrong place"),
        ("0B/", "no digit"),
        ("+", "no digit"),
        ("ZPZ", "P between"),
        ("ZP.Z", "P and a decimal point"),
        ("9.9E99", "floating-point"),
        ("+9E+9", "floating-point"),
        ("+99E+99E+99", "floating-point"),
        ("E", "no sign, mantissa"),
    ] {
        let error = Picture::parse(text, &Symbols::default()).unwrap_err().to_string();
        assert!(error.contains(why), "{text}: {error}");
    }
    assert!(Picture::parse(&"9".repeat(300), &Symbols::default()).is_err());
    let huge = Picture::parse("X(99999999999999999999)X(9)", &Symbols::default()).unwrap();
    assert_eq!(huge.positions, u64::MAX);
}

#[test]
fn special_names_change_pictures() {
    let mut comma = Symbols::default();
    comma.decimal_comma = true;
    let picture = Picture::parse("Z.ZZ9,99", &comma).unwrap();
    assert_eq!((picture.positions, picture.scale), (8, 2));
    assert!(Picture::parse("Z,ZZ9,99", &comma).is_err());

    let mut euro = Symbols::default();
    euro.add_currency("EUR", Some('U'));
    euro.add_currency("£", None);
    let parse = |text| Picture::parse(text, &euro);
    assert_eq!(parse("U9.99").unwrap().positions, 7);
    // The first symbol is the sign, each other one a digit.
    assert_eq!(parse("UU,UU9").unwrap().positions, 8);
    assert_eq!(parse("UU,UU9").unwrap().digits, 4);
    assert_eq!(parse("££9").unwrap().positions, 3);
    // The declared ones replace the default.
    assert!(parse("$9").is_err());
}

#[test]
fn each_usage_has_its_size() {
    for (description, wanted) in [
        ("PIC S9(4) COMP", "BI 1:2"),
        ("PIC S9(5) COMP", "BI 1:4"),
        ("PIC S9(9) BINARY", "BI 1:4"),
        ("PIC S9(10) COMP-4", "BI 1:8"),
        ("PIC S9(18) USAGE IS COMPUTATIONAL", "BI 1:8"),
        ("PIC 9 COMP-5", "BI 1:2"),
        ("PIC 9(3)P(6) COMP", "BI 1:2"),
        ("PIC S9(5)V99 COMP-3", "PD 1:4"),
        ("PIC 9(6) PACKED-DECIMAL", "PD 1:4"),
        ("PIC 9(31) COMP-3", "PD 1:16"),
        ("COMP-1", "FP 1:4"),
        ("COMPUTATIONAL-2", "FP 1:8"),
        ("PIC S9(4)", "ZD 1:4"),
        ("PIC S9(4) SIGN LEADING SEPARATE CHARACTER", "ZD 1:5"),
        ("PIC S9(4) TRAILING SEPARATE", "ZD 1:5"),
        ("PIC S9(4) SIGN IS LEADING", "ZD 1:4"),
        ("PIC 9(4) SIGN LEADING SEPARATE", "ZD 1:4"),
        ("PIC S9(4) COMP-3 SIGN LEADING SEPARATE", "PD 1:3"),
        ("PIC Z(3)9.99", "NE 1:7"),
        ("PIC +9.99E+99", "EF 1:9"),
        ("PIC X(9) USAGE DISPLAY", "AN 1:9"),
        ("PIC A(2)", "AN 1:2"),
        ("PIC N(4)", "NA 1:8"),
        ("PIC N(4) USAGE NATIONAL", "NA 1:8"),
        ("PIC N(4) DISPLAY-1", "DB 1:8"),
        ("PIC G(4) DISPLAY-1", "DB 1:8"),
        ("PIC G(4)", "DB 1:8"),
        ("PIC 9(5) NATIONAL", "ND 1:10"),
        ("PIC S9(5) NATIONAL SIGN LEADING SEPARATE", "ND 1:12"),
        ("PIC ZZ9 NATIONAL", "ND 1:6"),
        ("PIC U(10)", "U8 1:40"),
        ("PIC U BYTE-LENGTH IS 12 USAGE UTF-8", "U8 1:12"),
        ("INDEX", "IX 1:4"),
        ("USAGE IS POINTER", "PT 1:4"),
        ("POINTER-32", "PT 1:4"),
        ("PROCEDURE-POINTER", "PT 1:8"),
        ("FUNCTION-POINTER", "PT 1:4"),
        ("USAGE OBJECT REFERENCE ANY-CLASS", "PT 1:4"),
    ] {
        is_laid_out(&format!("01 A {description}."), &[&format!("1 A {wanted}")]);
    }
    for (description, wanted) in [
        ("INDEX", "IX 1:8"),
        ("POINTER", "PT 1:8"),
        ("POINTER-32", "PT 1:4"),
        ("PROCEDURE-POINTER", "PT 1:8"),
    ] {
        let text = format!("       CBL NODYNAM,LP(64)\n       01  A {description}.\n");
        let (records, _) = layout(text.as_bytes(), SourceFormat::Fixed);
        assert_eq!(records[0].items[0].notation(), wanted);
    }
}

#[test]
fn what_has_no_size_is_said_and_makes_what_follows_unknown() {
    for (description, said) in [
        ("PIC 9Q", "PICTURE 9Q has Q, which is no symbol of a PICTURE: its length is unknown"),
        ("PIC X COMP", "this USAGE takes numbers only"),
        ("PIC S9(19) COMP", "a binary item has at most 18 digits"),
        ("PIC X(3) NATIONAL", "USAGE NATIONAL takes no A or X"),
        ("PIC N(3) DISPLAY", "USAGE DISPLAY takes no G, N or U"),
        ("PIC X DISPLAY-1", "USAGE DISPLAY-1 takes G or N only"),
        ("USAGE COMP-X PIC 9(4)", "USAGE COMP-X is not known: the length is unknown"),
        ("USAGE SQL TYPE IS CLOB(1M)", "USAGE SQL is not known: the length is unknown"),
        ("PIC X DYNAMIC LIMIT 40", "DYNAMIC LENGTH decides about the length: it is unknown"),
        ("TYPE TO MONEY", "TYPE decides about the length: it is unknown"),
        ("COMP", "no PICTURE and no items under it: its length is unknown"),
        ("VALUE 'X'", "no PICTURE and no items under it: its length is unknown"),
        ("PIC", "PICTURE without a character string"),
    ] {
        let (lines, said_now) = shown(&format!("01 A.\n05 B {description}.\n05 C PIC X(2)."));
        assert!(said_now.iter().any(|s| s.contains(said)), "{description}: {said_now:?}");
        assert_eq!((lines[0].as_str(), lines[2].as_str()), ("1 A GR 1:2+", "5 C AN ?:2"), "{description}");
    }
}

#[test]
fn more_digits_than_the_language_has_are_said() {
    is_laid_out("01 A PIC 9(28)P(3).", &["1 A ZD 1:28"]);
    for description in ["PIC 9(37)", "PIC 9(28)P(4) COMP-3", "PIC VP(20)9(12)", "PIC Z(32)"] {
        let (lines, said) = shown(&format!("01 A {description}."));
        assert!(!lines[0].contains('+') && said[0].contains("more than 31 digits"), "{lines:?} {said:?}");
    }
}

#[test]
fn usage_and_sign_of_a_group_are_those_of_its_items() {
    is_laid_out(
        "01 A COMP-3.
         05 B PIC 9(5).
         05 C.
            10 D PIC S9(7)V99.
         01 E SIGN LEADING SEPARATE.
         05 F PIC S9(3).
         05 G PIC 9(3).
         05 H PIC S9(3) SIGN TRAILING.
         05 I PIC X(3).
         05 J PIC S9(3) COMP.
         01 K GROUP-USAGE NATIONAL.
         05 L PIC N(2).
         05 M PIC S9(2) SIGN LEADING SEPARATE.",
        &[
            "1 A GR 1:8",
            "5 B PD 1:3",
            "5 C GR 4:5",
            "10 D PD 4:5",
            "1 E GR 1:15",
            "5 F ZD 1:4",
            "5 G ZD 5:3",
            "5 H ZD 8:3",
            "5 I AN 11:3",
            "5 J BI 14:2",
            "1 K GN 1:10",
            "5 L NA 1:4",
            "5 M ND 5:6",
        ],
    );
    is_said(
        "01 A COMP-3.\n05 B PIC 9(5) COMP.\n05 C PIC 9.",
        &["1 A GR 1:5", "5 B BI 1:4", "5 C PD 5:1"],
        &["2: USAGE COMP in a group of USAGE COMP-3"],
    );
}

#[test]
fn synchronized_items_have_slack_bytes_before_them() {
    // Before an item, before the group that it begins, after a halfword.
    is_laid_out(
        "01 A.
         05 B PIC X(5).
         05 C.
            10 D PIC XX.
            10 E PIC S9(6) COMP SYNC.
         05 F PIC X.
         05 G.
            10 H.
               15 I PIC S9(6) COMP SYNC RIGHT.
                  88 I-ZERO VALUE 0.
            10 X PIC X(4).
            10 J PIC S9(4) COMP SYNC.
            10 K PIC S9(18) COMP SYNCHRONIZED LEFT.
         05 L COMP-2 SYNC.
         05 M COMP-1 SYNC.
         05 N PIC X.
         05 O INDEX SYNC.
         05 P PIC X(3) SYNC.
         05 Q PIC 9(3) COMP-3 SYNC.
         05 R PROCEDURE-POINTER SYNC.
         05 S PIC S9(6) COMP.",
        &[
            "1 A GR 1:80",
            "5 B AN 1:5",
            "5 C GR 6:7",
            "10 D AN 6:2",
            "10 E BI 9:4 1 before",
            "5 F AN 13:1",
            "5 G GR 17:20 3 before",
            "10 H GR 17:4",
            "15 I BI 17:4",
            "88 I-ZERO",
            "10 X AN 21:4",
            "10 J BI 25:2",
            // On a fullword: only COMP-2 goes to a doubleword.
            "10 K BI 29:8 2 before",
            "5 L FP 41:8 4 before",
            "5 M FP 49:4",
            "5 N AN 53:1",
            "5 O IX 57:4 3 before",
            "5 P AN 61:3",
            "5 Q PD 64:2",
            "5 R PT 69:8 3 before",
            "5 S BI 77:4",
        ],
    );
    is_laid_out(
        "01 A SYNC.\n05 B PIC X.\n05 C PIC 9(9) COMP.\n05 D PIC X.",
        &["1 A GR 1:9", "5 B AN 1:1", "5 C BI 5:4 3 before", "5 D AN 9:1"],
    );
}

#[test]
fn occurrences_have_slack_bytes_at_their_end() {
    // The group takes 1 + 2 + 4 + 2 + 5 bytes; 2 more make the next occurrence begin as this one did.
    is_laid_out(
        "01 W.
         05 X PIC X.
         05 T OCCURS 10 TIMES.
            10 A PIC X.
            10 B PIC S9(4)V99 COMP SYNC.
            10 C PIC S9(3) COMP SYNC.
            10 D PIC X(5).
         05 Z PIC X.",
        &[
            "1 W GR 1:162",
            "5 X AN 1:1",
            "5 T GR 2:16 2 inside",
            "10 A AN 2:1",
            "10 B BI 5:4 2 before",
            "10 C BI 9:2",
            "10 D AN 11:5",
            "5 Z AN 162:1",
        ],
    );
    // The largest boundary of any item inside counts, however deep it is; tables inside tables are padded each.
    is_laid_out(
        "01 W.
         05 T OCCURS 2.
            10 A COMP-2 SYNC.
            10 U OCCURS 3.
               15 B PIC X.
               15 C PIC S9(4) COMP SYNC.
               15 D PIC X.
            10 E PIC X.
         05 F PIC X.",
        &[
            "1 W GR 1:65",
            "5 T GR 1:32 5 inside",
            "10 A FP 1:8",
            "10 U GR 9:6 1 inside",
            "15 B AN 9:1",
            "15 C BI 11:2 1 before",
            "15 D AN 13:1",
            "10 E AN 27:1",
            "5 F AN 65:1",
        ],
    );
    let (records, _) =
        read("01 W.\n05 T OCCURS 2.\n10 U OCCURS 3 INDEXED BY IX IY.\n15 V PIC X(4) OCCURS 5.\n15 Y PIC X.");
    let dimensions: Vec<(u64, u64)> =
        records[0].items[3].dimensions.iter().map(|d| (d.times.unwrap(), d.stride.unwrap())).collect();
    assert_eq!(dimensions, [(2, 63), (3, 21), (5, 4)]);
    let u = &records[0].items[2];
    assert_eq!(
        (u.total, u.entry.occurs.as_ref().unwrap().indexes.join(" ")),
        (Length::exactly(63), "IX IY".to_owned())
    );
}

#[test]
fn redefinitions_lie_over_what_they_redefine() {
    is_laid_out(
        "01 A.
         05 B PIC X(8).
         05 C REDEFINES B.
            10 D PIC 9(4).
            10 E PIC 9(2) OCCURS 2.
         05 F REDEFINES C PIC X(3).
         05 FILLER REDEFINES B PIC 9(8).
         05 REDEFINES B PIC S9(4) COMP.
         05 G PIC X.
         01 H REDEFINES A PIC X(100).
         01 I REDEFINES H PIC X(2).
         77 J PIC 9(4).
         77 K REDEFINES J PIC X(4).",
        &[
            "1 A GR 1:9",
            "5 B AN 1:8",
            "5 C GR 1:8",
            "10 D ZD 1:4",
            "10 E ZD 5:2",
            "5 F AN 1:3",
            "5 FILLER ZD 1:8",
            "5 FILLER BI 1:2",
            "5 G AN 9:1",
            "1 H AN 1:100",
            "1 I AN 1:2",
            "77 J ZD 1:4",
            "77 K AN 1:4",
        ],
    );
    is_said(
        "01 A.\n05 B PIC X(4).\n05 C REDEFINES B PIC X(6).\n05 D PIC X.",
        &["1 A GR 1:7", "5 B AN 1:4", "5 C AN 1:6", "5 D AN 7:1"],
        &["3: 2 bytes longer than what it redefines: what follows begins behind it"],
    );
    // The name means the item beside it, not one elsewhere.
    is_said(
        "01 A.\n05 B.\n10 C PIC X(3).\n05 D REDEFINES C PIC X.\n05 E PIC X.",
        &["1 A GR 1:4+", "5 B GR 1:3", "10 C AN 1:3", "5 D AN ?:1", "5 E AN ?:1"],
        &["4: REDEFINES C, which is not beside it: its place is unknown"],
    );
    is_said(
        "01 A.\n05 B PIC X(4).\n05 C PIC X.\n05 D REDEFINES B PIC X(2).\n05 E PIC X.",
        &["1 A GR 1:6", "5 B AN 1:4", "5 C AN 5:1", "5 D AN 1:2", "5 E AN 6:1"],
        &["4: REDEFINES B, but other items with storage stand between them"],
    );
    is_said(
        "01 A PIC X.\n01 B REDEFINES C PIC X.\n01 D PIC X.\n01 E REDEFINES A PIC X.",
        &["1 A AN 1:1", "1 B AN 1:1", "1 D AN 1:1", "1 E AN 1:1"],
        &["2: REDEFINES C, which is not the record before", "4: REDEFINES A, which is not the record before"],
    );
    // Of two with the name the nearer is meant.
    is_laid_out(
        "01 A.\n05 B PIC X.\n05 B PIC XX.\n05 C REDEFINES B PIC X.\n05 D PIC X.",
        &["1 A GR 1:4", "5 B AN 1:1", "5 B AN 2:2", "5 C AN 2:1", "5 D AN 4:1"],
    );
    is_said(
        "01 A.\n05 X PIC X.\n05 B PIC X(4).\n05 C REDEFINES B PIC S9(9) COMP SYNC.",
        &["1 A GR 1:5", "5 X AN 1:1", "5 B AN 2:4", "5 C BI 2:4"],
        &["4: SYNCHRONIZED where it redefines bytes that are not aligned: no slack bytes are added"],
    );
}

#[test]
fn tables_of_variable_length_move_what_follows() {
    let text = "01 A.
         05 N PIC 99.
         05 T OCCURS 2 TO 5 TIMES DEPENDING ON N OF A
            ASCENDING KEY IS K INDEXED BY TX.
            10 K PIC X(3).
         05 B PIC X.
         05 U OCCURS 4 DEPENDING ON N PIC XX.";
    is_laid_out(
        text,
        &["1 A GR 1:26", "5 N ZD 1:2", "5 T GR 3:3", "10 K AN 3:3", "5 B AN 18:1 moves", "5 U AN 19:2 moves"],
    );
    let (records, _) = read(text);
    let items = &records[0].items;
    assert_eq!((items[0].least, items[2].least, items[5].least), (11, 6, 2));
    let occurs = items[2].entry.occurs.as_ref().unwrap();
    assert_eq!((occurs.min, occurs.max), (2, Some(5)));
    assert_eq!(occurs.depending.as_ref().unwrap().to_string(), "N OF A");
    assert_eq!((occurs.keys[0].ascending, occurs.keys[0].names[0].to_string()), (true, "K".to_owned()));
    assert_eq!(items[5].entry.occurs.as_ref().unwrap().min, 1);
    is_said(
        "01 A.\n05 T OCCURS 1 TO UNBOUNDED DEPENDING ON N PIC X(3).\n05 B PIC X.",
        &["1 A GR 1:4+", "5 T AN 1:3", "5 B AN ?:1 moves"],
        &["2: OCCURS without a number of times: how many there are is unknown"],
    );
}

#[test]
fn levels_need_not_be_regular() {
    is_laid_out(
        "01 A.\n10 B.\n49 C PIC S9(4) COMP.\n49 D PIC X(20).\n10 E PIC X.",
        &["1 A GR 1:23", "10 B GR 1:22", "49 C BI 1:2", "49 D AN 3:20", "10 E AN 23:1"],
    );
    is_said(
        "1 A.\n05 B.\n10 C PIC X(10).\n04 D.\n08 E PIC X(4).\n04 F REDEFINES D PIC X.",
        &["1 A GR 1:14", "5 B GR 1:10", "10 C AN 1:10", "4 D GR 11:4", "8 E AN 11:4", "4 F AN 11:1"],
        &["4: level 04 follows level 05: taken to be beside it"],
    );
    is_said(
        "01 A PIC X(9).\n05 B PIC X(2).\n77 C PIC X.\n05 D PIC X(3).",
        &["1 A GR 1:2", "5 B AN 1:2", "77 C GR 1:3", "5 D AN 1:3"],
        &[
            "1: a PICTURE on a group: it is left out",
            "3: a PICTURE on a group: it is left out",
            "4: level 05 under a level 77, which has no items under it",
        ],
    );
}

#[test]
fn a_copybook_may_begin_with_any_level() {
    is_laid_out(
        "05 A PIC X(3).\n05 B.\n10 C PIC X.\n05 D REDEFINES B PIC X.\n88 E VALUE 'E'.\n05 F PIC X.",
        &["5 A AN 1:3", "5 B GR 4:1", "10 C AN 4:1", "5 D AN 4:1", "88 E", "5 F AN 5:1"],
    );
}

#[test]
fn renames_and_conditions_take_no_storage() {
    let text = "01 A.
         05 B PIC X(3).
         05 C.
            10 D PIC 9(2).
            88 D-LOW VALUE 1 THRU 3,
                7 THRU 8.
            88 D-HIGH VALUES ARE 90 THROUGH 99
               WHEN SET TO FALSE IS 0.
            10 E PIC X OCCURS 2.
         05 G PIC X.
         66 R RENAMES B.
         66 S RENAMES D OF C THRU E IN C.
         66 T RENAMES B THRU C.
         66 U RENAMES NOWHERE.
         66 V RENAMES C THRU B.";
    is_said(
        text,
        &[
            "1 A GR 1:8",
            "5 B AN 1:3",
            "5 C GR 4:4",
            "10 D ZD 4:2",
            "88 D-LOW",
            "88 D-HIGH",
            "10 E AN 6:1",
            "5 G AN 8:1",
            "66 R GR 1:3",
            "66 S GR 4:4",
            "66 T GR 1:7",
            "66 U GR ?:0+",
            "66 V GR 4:0+",
        ],
        &[
            "14: RENAMES NOWHERE, which is not in this record: its place is unknown",
            "15: RENAMES to B, which ends before it begins",
        ],
    );
    let (records, _) = read(text);
    let values = |at: usize| {
        let one = |v: &Value| format!("{}-{}", v.from, v.through.clone().unwrap_or_default());
        records[0].items[at].entry.values.iter().map(one).collect::<Vec<_>>().join(" ")
    };
    assert_eq!((values(4), values(5)), ("1-3 7-8".to_owned(), "90-99".to_owned()));
    assert_eq!(records[0].items[5].entry.when_false.as_deref(), Some("0"));
    assert_eq!(records[0].items[5].parent, Some(3));
}

#[test]
fn records_of_a_file_share_its_area() {
    // The description of the first file has no period.
    let text = "IDENTIFICATION DIVISION.
        PROGRAM-ID. 'PROG1'.
        DATA DIVISION.
        FILE SECTION.
        FD IN-FILE BLOCK CONTAINS 0 RECORDS
           RECORD CONTAINS 80 CHARACTERS
        01 A PIC X(80).
        01 B.
           05 C PIC X(80).
        SD SORT-FILE.
        01 D PIC X.
        WORKING-STORAGE SECTION.
        77 E PIC X.
        LOCAL-STORAGE SECTION.
        01 F PIC X.
        LINKAGE SECTION.
        01 G PIC X.
        PROCEDURE DIVISION.
        01 MOVE PIC X.
        END PROGRAM 'PROG1'.
        ID DIVISION.
        PROGRAM-ID. PROG2 IS INITIAL.
        DATA DIVISION.
        WORKING-STORAGE SECTION.
        01 H PIC X.
        REPORT SECTION.
        01 I PIC X.
        LINKAGE SECTION.
        01 J PIC X.";
    let (records, said) = read(text);
    let place = |r: &Record| {
        let item = &r.items[0];
        let shares =
            item.redefines.as_ref().map(|n| format!(" over {n} {}", item.implicit)).unwrap_or_default();
        let (program, file) =
            (r.place.program.clone().unwrap_or_default(), r.place.file.clone().unwrap_or_default());
        format!("{program} {} {file} {}{shares}", r.place.section.name(), item.name())
    };
    assert_eq!(
        records.iter().map(place).collect::<Vec<_>>(),
        [
            "PROG1 FILE IN-FILE A",
            "PROG1 FILE IN-FILE B over A true",
            "PROG1 FILE SORT-FILE D",
            "PROG1 WORKING-STORAGE  E",
            "PROG1 LOCAL-STORAGE  F",
            "PROG1 LINKAGE  G",
            "PROG2 WORKING-STORAGE  H",
            "PROG2 LINKAGE  J",
        ]
    );
    assert_eq!(said, ["7: a period is missing before this", "26: REPORT SECTION is not laid out"]);
}

#[test]
fn what_is_not_here_makes_unknown_what_depends_on_it() {
    is_said(
        "01 A.
         05 B PIC X(4).
         COPY MEMBER.
         05 C PIC X(2).
         05 D.
            10 E PIC X.
         01 F.
         EXEC SQL INCLUDE DCLGEN END-EXEC.
         01 G PIC X.
            COPY 'REST' OF LIB REPLACING ==:T:== BY ==A. B==.
         EXEC SQL INCLUDE SQLCA END-EXEC
         01 H.
         05 I COPY OLD.
         05 J PIC X.
         EXEC SQL DECLARE T TABLE (C CHAR(3)).
         01 K.
         05 L PIC X.
         EXEC SQL INCLUDE SQLDA END-EXEC.
         01 M.
++INCLUDE PANV
         05 N PIC X.",
        &[
            "1 A GR 1:7+",
            "5 B AN 1:4",
            "0 MEMBER",
            "5 C AN ?:2",
            "5 D GR ?:1",
            "10 E AN ?:1",
            "1 F GR 1:0+",
            "0 DCLGEN",
            "1 G AN 1:1",
            "1 H GR 1:1+",
            "5 I GR 1:0+",
            "0 OLD",
            "5 J AN ?:1",
            "1 K GR 1:1",
            "5 L AN 1:1",
            "1 M GR 1:1+",
            "0 PANV",
            "5 N AN ?:1",
        ],
        &[
            "3: copybook MEMBER is not put in: if it goes on with this record, offsets behind it are unknown",
            "8: copybook DCLGEN is not put in: if it goes on with this record, offsets behind it are unknown",
            "10: copybook REST is not put in",
            "11: copybook SQLCA is not put in",
            "13: copybook OLD is not put in: if it goes on with this record, offsets behind it are unknown",
            "16: a period is missing before this",
            "18: copybook SQLDA is not put in",
            "20: copybook PANV is not put in: if it goes on with this record, offsets behind it are unknown",
        ],
    );
}

#[test]
fn what_is_not_understood_costs_itself() {
    is_said(
        "01 A.
         05 B PIC X(4) FLAVOUR SWEET VALUE 'X'
         05 C PIC X(2).
         05 D PIC X, VALUE 'A. B' ; JUST RIGHT.
         05 DATE PIC X(6).
         05 TYPE.
            10 :TAG:-E PIC X.
            10 (TAG)-F PIC X.
         05 G PIC 9(4) DATE FORMAT YYYYXX BLANK WHEN ZERO
            EXTERNAL AS 'G' GLOBAL VOLATILE.
         78 K VALUE 5.
         05 H OCCURS K TIMES PIC X.
         05 I PIC X.",
        &[
            "1 A GR 1:20+",
            "5 B AN 1:4",
            "5 C AN 5:2",
            "5 D AN 7:1",
            "5 DATE AN 8:6",
            "5 TYPE GR 14:2",
            "10 :TAG:-E AN 14:1",
            "10 (TAG)-F AN 15:1",
            "5 G ZD 16:4",
            "78 K",
            "5 H AN 20:1",
            "5 I AN ?:1",
        ],
        &[
            "2: FLAVOUR is no clause that is known here: it is left out",
            "3: the entry before has no period",
            "12: OCCURS without a number of times: how many there are is unknown",
        ],
    );
    is_said(
        "DATA DIVISION.\nWORKING-STORAGE SECTION.\nWHAT IS THIS.\n01 A PIC X.\nREPLACE ==A== BY ==B==.\nREPLACE OFF.",
        &["1 A AN 1:1"],
        &[
            "5: REPLACE is not carried out: what follows is shown as it is written",
            "3: WHAT is not understood in the DATA DIVISION: left out up to its period",
        ],
    );
}

#[test]
fn formats_and_special_names_are_obeyed() {
    let text = "\
       ID DIVISION.
       PROGRAM-ID. P.
       ENVIRONMENT DIVISION.
       CONFIGURATION SECTION.
       SOURCE-COMPUTER. X WITH DEBUGGING MODE.
       SPECIAL-NAMES. CURRENCY SIGN IS 'EUR' WITH PICTURE SYMBOL 'e'
           DECIMAL-POINT IS COMMA.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  A.
      *    05  NOT-HERE PIC X.
      D    05  B PIC X(2).
           05  C
      -        -LONG PIC
                   IS e.eee,99.                                         CHANGED
           05  D   PIC X VALUE 'IT''S
      -    ' 05 E PIC X.'.
           EJECT
           05  F   PIC X.
";
    let (records, problems) = layout(text.as_bytes(), SourceFormat::Fixed);
    let shown: Vec<String> =
        records[0].items.iter().map(|i| format!("{} {}", i.name(), i.notation())).collect();
    assert_eq!(shown[..3], ["A GR 1:14", "B AN 1:2", "C-LONG NE 3:10"]);
    assert_eq!(shown.last().unwrap(), "F AN 14:1");
    assert!(problems.is_empty(), "{problems:?}");
    let second = "
       ID DIVISION.
       PROGRAM-ID. Q.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  A PIC $9.9.
      D01  B PIC X.
";
    let (records, problems) = layout((text.to_owned() + second).as_bytes(), SourceFormat::Fixed);
    let shown: Vec<String> = records.iter().map(|r| r.items[0].notation()).collect();
    assert_eq!((shown, problems.len()), (vec!["GR 1:14".to_owned(), "NE 1:4".to_owned()], 0));
    let free = "*> a copybook\n01 a. 05 b pic x(3). *> 05 no pic x.\n05 c pic 9(4) comp\n  value 1.\n";
    let (records, _) = layout(free.as_bytes(), SourceFormat::Free);
    let shown: Vec<String> = records[0]
        .items
        .iter()
        .map(|i| format!("{} {} {}", i.entry.at.line, i.name(), i.notation()))
        .collect();
    assert_eq!(shown, ["2 a GR 1:5", "2 b AN 1:3", "3 c BI 4:2"]);
}

#[test]
fn names_are_found_by_what_they_are_in() {
    let (records, _) = read("FD F.\n01 A.\n05 B.\n10 C PIC X.\n05 D.\n10 C PIC X.\n10 E PIC X.");
    let meant = |parts: &[&str]| {
        let name = DataName { parts: parts.iter().map(|p| (*p).to_owned()).collect() };
        (0..records[0].items.len()).filter(|i| records[0].is_meant(*i, &name)).collect::<Vec<_>>()
    };
    assert_eq!(meant(&["c"]), [2, 4]);
    assert_eq!(meant(&["C", "D"]), [4]);
    assert_eq!(meant(&["C", "B", "A"]), [2]);
    assert_eq!(meant(&["C", "A", "B"]), [0; 0]);
    assert_eq!(meant(&["C", "F"]), [2, 4]);
    assert_eq!(meant(&["B", "C"]), [0; 0]);
    assert_eq!(records[0].under(3), 3..6);
    assert_eq!(records[0].under(0), 0..6);
    assert_eq!(records[0].under(2), 2..3);
}

#[test]
fn large_sources_are_read_in_pieces() {
    let mut text =
        fixed("IDENTIFICATION DIVISION.\nPROGRAM-ID. BIG.\nDATA DIVISION.\nWORKING-STORAGE SECTION.");
    let head = text.lines().count();
    for n in 0..20_000 {
        text += &format!(
            "       01  REC-{n}.\n           05  A PIC X({}).\n           05  B COMP-2 SYNC.\n",
            n % 50 + 1
        );
    }
    assert!(text.len() > 1 << 20);
    let (records, problems) = layout(text.as_bytes(), SourceFormat::Fixed);
    assert_eq!((records.len(), problems.len()), (20_000, 0));
    for (n, record) in records.iter().enumerate() {
        assert_eq!(record.items[0].name(), format!("REC-{n}"));
        assert_eq!(record.items[0].entry.at.line.get(), (head + 3 * n + 1) as u64);
        assert_eq!(record.items[2].offset, Some((n as u64 % 50 + 1).next_multiple_of(8)));
    }
    // What looks like a record at the start of a line may be the rest of an entry.
    let text = "01 A PIC X.\n88 B VALUES 05\n01 THRU 04.\n".repeat(20_000);
    let (records, problems) = layout(text.as_bytes(), SourceFormat::Free);
    assert_eq!((records.len(), problems.len()), (20_000, 0));
    assert!(records.iter().all(|r| r.problems.is_empty() && r.items[1].entry.values.len() == 2));
    // A record that is larger than a piece.
    let mut text = String::from("       01  REC.\n");
    for n in 0..150_000 {
        text += &format!("           05  AN-ITEM-WITH-A-LONG-NAME-{n} PIC X(2).\n");
    }
    assert!(text.len() > 7 << 20);
    let (records, problems) = layout(text.as_bytes(), SourceFormat::Fixed);
    assert_eq!((records.len(), problems.len(), records[0].problems.len()), (1, 0, 0));
    assert_eq!(records[0].items[0].length, Length::exactly(300_000));
    assert_eq!(records[0].items.last().unwrap().entry.at.line.get(), 150_001);
}

#[test]
fn a_record_without_end_is_cut() {
    let text = String::from("01 A.\n") + &"05 B PIC X.\n".repeat(200_100);
    let (records, _) = layout(text.as_bytes(), SourceFormat::Free);
    assert_eq!(records[0].items.len(), 200_001);
    assert_eq!(records[0].items[0].length, Length::at_least(199_999));
    assert!(records[0].problems[0].message.contains("101 were left out"), "{:?}", records[0].problems);
}

const MIXED: &str = "\
       ID DIVISION.
       PROGRAM-ID. P.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  A.
           05  B PIC X(3) OCCURS 1 TO 3 DEPENDING ON C.
           05  D REDEFINES B PIC S9(9) COMP SYNC.
           COPY X REPLACING ==A== BY ==B==.
           66  E RENAMES B THRU D.
           88  F VALUE 'A' THRU 'B' WHEN SET TO FALSE 'C'.
       FD  F COPY Y.
       PROCEDURE DIVISION.
           EXEC SQL INCLUDE Z END-EXEC.
";

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn chunks_do_not_matter(cuts in proptest::collection::vec(0usize..600, 0..9)) {
        let whole = layout(MIXED.as_bytes(), SourceFormat::Fixed);
        let mut cuts: Vec<usize> = cuts.into_iter().map(|c| c.min(MIXED.len())).collect();
        cuts.extend([0, MIXED.len()]);
        cuts.sort_unstable();
        let mut records = Vec::new();
        let mut extract = Extract::new(SourceFormat::Fixed, |record| records.push(record));
        for pair in cuts.windows(2) {
            prop_assert_eq!(extract.next().0, pair[0] as u64);
            extract.chunk(ByteOffset(pair[0] as u64), &MIXED.as_bytes()[pair[0]..pair[1]]);
        }
        let problems = extract.finish();
        prop_assert_eq!((records, problems), whole);
    }

    #[test]
    fn any_bytes_are_taken(bytes in proptest::collection::vec(any::<u8>(), 0..300), at in 0usize..700, free: bool) {
        let mut text = MIXED.as_bytes().to_vec();
        let at = at.min(text.len());
        text.splice(at..at, bytes);
        let (records, _) = layout(&text, if free { SourceFormat::Free } else { SourceFormat::Fixed });
        for item in records.iter().flat_map(|r| &r.items) {
            prop_assert!(item.notation().len() < 60);
        }
    }

    #[test]
    fn any_words_are_taken(picks in proptest::collection::vec(0usize..WORDS.len(), 0..60)) {
        let text: Vec<&str> = picks.iter().map(|p| WORDS[*p]).collect();
        let (records, _) = layout(text.join(" ").as_bytes(), SourceFormat::Free);
        for record in &records {
            for (at, item) in record.items.iter().enumerate() {
                prop_assert!(item.parent.is_none_or(|p| (p as usize) < at));
                prop_assert!(!item.total.exact || item.least <= item.total.known);
            }
        }
    }

    #[test]
    fn any_picture_is_taken(text in "[AXSVPZ9BEGNU0CRD/*+,.$()-]{0,12}") {
        if let Ok(picture) = Picture::parse(&text, &Symbols::default()) {
            prop_assert!(picture.positions >= picture.digits.saturating_sub(1));
        }
    }
}

const WORDS: &[&str] = &[
    "01",
    "05",
    "10",
    "77",
    "66",
    "88",
    "78",
    "49",
    "A",
    "B",
    "C",
    "D",
    "FILLER",
    "PIC X(3).",
    "PIC S9(4) COMP SYNC.",
    ".",
    ".",
    "REDEFINES A",
    "REDEFINES B",
    "OCCURS 3",
    "OCCURS 1 TO 4 DEPENDING ON C",
    "OCCURS",
    "RENAMES A THRU B",
    "VALUE 5 THRU",
    "COPY X.",
    "COMP-3",
    "SIGN LEADING",
    "SECTION",
    "FILE",
    "LINKAGE",
    "FD",
    "EXEC SQL",
    "END-EXEC",
    "==",
    "'",
    "COMP-2 SYNC.",
    "OCCURS 99999999999",
    "PIC 9(",
    "INDEXED BY",
    "TYPEDEF",
    "REPLACE",
    "PROCEDURE DIVISION.",
    "DATA DIVISION.",
    "ID DIVISION.",
];
