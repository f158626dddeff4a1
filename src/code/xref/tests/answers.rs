//! What is known of a name: definitions, scopes, relations.

use super::*;

const PAYROLL: &str = "\
identification division.
program-id. pay.
environment division.
input-output section.
file-control.
    select pay-file assign to payin file status pay-status.
data division.
file section.
fd  pay-file.
01  pay-rec.
    05  pay-id pic x(4).
01  pay-head.
    05  head-id pic x(4).
working-storage section.
01  pay-status pic xx.
    88  pay-ok value '00'.
01  totals.
    05  gross pic 9(4).
    05  net pic 9(4).
        88  no-net value 0.
        88  full-net value 9999.
66  both-totals renames gross thru net.
01  totals-x redefines totals.
    05  totals-text pic x(8).
01  row-table.
    05  row occurs 5 indexed by ix.
        10  id pic x.
01  pay-out.
    05  id pic x.
    05  net pic 9(4).
01  pgm pic x(8) value 'PAYSUB1'.
01  pgm2 pic x(8).
    88  is-sub3 value 'PAYSUB3'.
procedure division.
main section.
start-up.
    open input pay-file
    read pay-file
    move zero to totals
    move spaces to totals-x
    move pay-rec to pay-out
    set no-net to true
    if full-net display 'full' end-if
    move 1 to net of totals
    move corresponding totals to pay-out
    display both-totals
    search row when id of row (ix) = '1' continue end-search
    display id
    display unknown-thing
    move 8 to return-code
    move 'PAYSUB2' to pgm2
    call pgm
    call pgm2
    call 'PAYSUB1'.
end program pay.
";

/// The references of an answer: line, access, what it is through, the definitions.
fn said(text: &str, query: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut definitions = 0;
    for unit in all(text) {
        let answer = unit.answer(&Query::parse(query).unwrap(), definitions);
        definitions += answer.definitions.len();
        found.extend(answer.references.iter().map(|r| {
            let via = r.via.as_ref().map_or_else(String::new, |v| {
                format!(" via {} {}", serde_json::to_string(&v.relation).unwrap().trim_matches('"'), v.name)
            });
            let of: Vec<String> = r.definitions.iter().map(ToString::to_string).collect();
            let dynamic = if r.dynamic { " dynamic" } else { "" };
            format!("{} {}{via}{dynamic} [{}]", r.line, r.access.word(), of.join(" "))
        }));
    }
    found
}

fn defined(text: &str, query: &str) -> Vec<String> {
    let answers = all(text).into_iter().map(|u| u.answer(&Query::parse(query).unwrap(), 0));
    answers
        .flat_map(|a| a.definitions)
        .map(|d| {
            let line = d.line.map_or(0, LineNo::get);
            format!("{line} {:?} {} of {}", d.kind, d.name, d.of.join(" of "))
        })
        .collect()
}

#[test]
fn a_group_its_parts_and_what_shares_its_storage() {
    assert_eq!(
        said(PAYROLL, "TOTALS"),
        [
            "23 use [0]",
            "39 write [0]",
            "40 write via redefines totals-x [0]",
            "42 write via part no-net [0]",
            "43 read via part full-net [0]",
            "44 write via part net [0]",
            "44 qualify [0]",
            "45 read [0]",
            "46 read via renames both-totals [0]",
        ]
    );
    assert_eq!(
        said(PAYROLL, "net of totals"),
        [
            "22 use [0]",
            "39 write via group totals [0]",
            "40 write via redefines totals-x [0]",
            "42 write via condition no-net [0]",
            "43 read via condition full-net [0]",
            "44 write [0]",
            "45 read via group totals [0]",
            "45 read via corresponding totals [0]",
            "46 read via renames both-totals [0]",
        ]
    );
    assert_eq!(
        said(PAYROLL, "net in pay-out"),
        [
            "41 write via group pay-out [0]",
            "45 write via group pay-out [0]",
            "45 write via corresponding pay-out [0]"
        ]
    );
    assert_eq!(defined(PAYROLL, "net"), ["19 Data net of totals", "30 Data net of pay-out"]);
}

#[test]
fn conditions_indexes_files_and_registers() {
    assert_eq!(
        said(PAYROLL, "full-net"),
        [
            "39 write via group totals [0]",
            "40 write via redefines totals-x [0]",
            "42 write via condition no-net [0]",
            "43 read [0]",
            "44 write via item net [0]",
            "45 read via group totals [0]",
            "46 read via renames both-totals [0]",
        ]
    );
    assert_eq!(said(PAYROLL, "IX"), ["47 both via table row [0]", "47 read [0]"]);
    assert_eq!(said(PAYROLL, "pay-id"), ["38 write via file pay-file [0]", "41 read via group pay-rec [0]"]);
    assert_eq!(
        said(PAYROLL, "pay-status"),
        ["6 use [0]", "37 write via status pay-file [0]", "38 write via status pay-file [0]"]
    );
    assert_eq!(said(PAYROLL, "pay-file"), ["6 use [0]", "37 read [0]", "38 read [0]"]);
    assert_eq!(said(PAYROLL, "RETURN-CODE"), ["50 write [0]"]);
    assert_eq!(defined(PAYROLL, "RETURN-CODE"), ["0 Register return-code of "]);
}

#[test]
fn ambiguous_and_unknown_names_are_said_to_be_so() {
    let id = said(PAYROLL, "id");
    assert!(id.contains(&"48 read [0 1]".to_owned()), "{id:?}");
    assert!(id.contains(&"47 read [0]".to_owned()), "{id:?}");
    assert_eq!(said(PAYROLL, "unknown-thing"), ["49 read []"]);
    assert_eq!(said(PAYROLL, "nowhere"), [""; 0]);
    assert_eq!(said(PAYROLL, "net of nowhere"), [""; 0]);
}

#[test]
fn programs_called_by_name_and_by_what_an_item_holds() {
    assert_eq!(said(PAYROLL, "paysub1"), ["52 call via held pgm dynamic []", "54 call []"]);
    assert_eq!(said(PAYROLL, "PAYSUB2"), ["53 call via held pgm2 dynamic []"]);
    assert_eq!(said(PAYROLL, "PAYSUB3"), ["53 call via held pgm2 dynamic []"]);
    assert_eq!(said(PAYROLL, "pay"), ["55 use [0]"]);
}

const NESTED: &str = "\
identification division.
program-id. outer.
data division.
working-storage section.
01  shared global pic x.
01  own pic x.
procedure division.
p1.
    move shared to own.
identification division.
program-id. inner.
data division.
working-storage section.
01  own pic x.
procedure division.
p1.
    move shared to own
    perform p1.
end program inner.
end program outer.
id division.
program-id. next-one.
data division.
working-storage section.
01  own pic x.
procedure division.
    move shared to own.
id division.
program-id. last-one.
data division.
working-storage section.
01  own pic x global.
procedure division.
    move own to own.
";

#[test]
fn nested_programs_see_what_is_global_and_others_do_not() {
    assert_eq!(said(NESTED, "shared"), ["9 read [0]", "17 read [0]", "27 read []"]);
    assert_eq!(
        said(NESTED, "own"),
        ["9 write [0]", "17 write [1]", "27 write [2]", "34 read [3]", "34 write [3]"]
    );
    assert_eq!(said(NESTED, "p1"), ["8 fall_through [0]", "16 fall_through [1]", "18 perform [1]"]);
    let names = |text: &str| -> Vec<String> {
        let units = all(text);
        units
            .iter()
            .flat_map(|u| (0..u.programs()).map(|p| format!("{}/{}", u.unit_name(p), u.program_name(p))))
            .collect()
    };
    assert_eq!(names(NESTED), ["outer/outer", "outer/inner", "next-one/next-one", "last-one/last-one"]);
}

#[test]
fn names_of_the_configuration_and_copybooks_without_headers() {
    let text = "\
id division.
program-id. c.
environment division.
configuration section.
source-computer. z with debugging mode.
object-computer. z program collating sequence is alpha.
special-names.
    c01 is top-of-page sysout is printer
    upsi-0 is sw on status is sw-on off status is sw-off
    alphabet alpha is ebcdic class vowel is 'A' 'E'
    symbolic characters bell is 8 crt status is crt-stat.
data division.
working-storage section.
01  crt-stat pic 9(4).
procedure division.
    if sw-on or crt-stat is vowel display bell upon printer end-if
    set sw to off.
";
    for (name, wanted) in [
        ("alpha", vec!["6 use [0]"]),
        ("top-of-page", vec![]),
        ("printer", vec!["16 use [0]"]),
        ("sw-on", vec!["16 read [0]"]),
        ("sw", vec!["17 write [0]"]),
        ("vowel", vec!["16 read [0]"]),
        ("bell", vec!["16 read [0]"]),
        ("crt-stat", vec!["11 write [0]", "16 read [0]"]),
    ] {
        assert_eq!(said(text, name), wanted, "{name}");
        assert_eq!(defined(text, name).len(), 1, "{name}");
    }
    assert_eq!(said("    05  a pic x.\n    05  b redefines a pic 9.\n", "a"), ["2 use [0]"]);
    assert_eq!(
        said("main-para.\n    move x to y.\n    perform main-para.\n", "main-para"),
        ["1 fall_through [0]", "3 perform [0]"]
    );
    assert_eq!(said("    move x to y\n    add 1 to x.\n", "x"), ["1 read []", "2 both []"]);
}

#[test]
fn where_statements_end_and_headers_begin() {
    let fixed = |text: &str, name: &str| -> Vec<u64> {
        let units = units(text.as_bytes(), crate::code::SourceFormat::Fixed, Want::All);
        let answers = units.iter().map(|u| u.answer(&Query::parse(name).unwrap(), 0));
        answers.flat_map(|a| a.definitions).filter_map(|d| d.line).map(LineNo::get).collect()
    };
    let text = "\
       PROCEDURE DIVISION.
       P1.
           MOVE A TO
       B.
           CONTINUE
       P2.
           DISPLAY A
       P3.
           GO TO
       P1.
       100.
       P4 SECTION 50.
       P5. EXIT.
         P6.
           EXEC SQL SELECT X
       P7.
           DISPLAY 'P8.'.
";
    for (name, lines) in [
        ("P1", vec![2]),
        ("B", vec![]),
        ("P2", vec![6]),
        ("P3", vec![8]),
        ("100", vec![11]),
        ("P4", vec![12]),
        ("P5", vec![13]),
        ("P6", vec![14]),
        ("P7", vec![16]),
        ("P8", vec![]),
    ] {
        assert_eq!(fixed(text, name), lines, "{name}");
    }
}
