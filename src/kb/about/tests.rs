use super::*;
use crate::kb::codes::in_line;
use crate::kb::search::tests::{entry, memory::Memory};

fn store() -> Memory {
    let mut noted = entry("N-1", "The Monday run", "Batch", &[], &[], "Blanks come in TR-HOURS on Mondays.");
    noted.solution = "Send the file again.".into();
    Memory::with(&[
        noted,
        entry("N-2", "Hours", "Batch", &[], &[], "tr hours are late, and so is MY-TR-HOURS or TR-HOURS-2."),
        entry("S0C7", "Data exception", "Batch", &[], &["0C7"], "Bad digits."),
        entry("S013", "Open failed", "Batch", &[], &[], "The member is not there."),
        entry("FS-35", "File not found", "File", &[], &[], "OPEN of what is not there."),
        entry("LOCK", "The lock of a batch", "Db2", &[], &["DB-LOCK"], "Total of all HOURS."),
    ])
}

fn fits(clues: &Clues) -> Vec<(String, String)> {
    let found = about(&store(), clues, &Budget::unlimited()).unwrap();
    found.into_iter().map(|fit| (fit.head.id.clone(), fit.reason())).collect()
}

fn head(id: &str) -> EntryHead {
    store().entries.iter().find(|e| e.body.id == id).unwrap().head()
}

fn owned(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

#[test]
fn links_come_first_then_codes_then_names_each_entry_once() {
    let clues = Clues {
        line: 182,
        around: Some(("2100-GROSS".into(), 180..=188)),
        codes: in_line("*  TR-HOURS WITH BLANKS: S0C7, OR S013-18"),
        names: vec!["TR-HOURS".into()],
        links: vec![
            (182, String::new(), "here".into(), head("LOCK")),
            (185, String::new(), String::new(), head("N-1")),
            (400, "2100-gross".into(), String::new(), head("FS-35")),
            (500, "OTHER".into(), String::new(), head("N-2")),
        ],
    };
    assert_eq!(
        fits(&clues),
        owned(&[
            ("LOCK", "linked to this line: here"),
            ("N-1", "linked to line 185, 2100-GROSS; has TR-HOURS"),
            ("FS-35", "linked to line 400, 2100-GROSS"),
            ("S0C7", "about S0C7"),
            ("S013", "about codes like S013-18"),
        ])
    );
}

#[test]
fn a_name_is_a_whole_word_and_a_plain_word_is_no_name() {
    let with = |names: &[&str]| {
        fits(&Clues { names: names.iter().map(|n| (*n).to_owned()).collect(), ..Clues::default() })
    };
    assert_eq!(with(&["tr-hours"]), owned(&[("N-1", "has tr-hours")]));
    // Words of prose are found only where they are the name of an entry.
    assert_eq!(with(&["HOURS", "TOTAL", "WS-NONE"]), owned(&[]));
    assert_eq!(with(&["DB-LOCK", "LOCK"]), owned(&[("LOCK", "has DB-LOCK, LOCK")]));
    assert!(stands_in("USE TR-HOURS-", "TR-HOURS") && stands_in("(TR-HOURS)", "TR-HOURS"));
    assert!(!stands_in("XTR-HOURS TR-HOURS2 A-TR-HOURS TR-HOURS-A", "TR-HOURS"));
}
