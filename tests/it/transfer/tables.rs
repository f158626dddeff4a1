//! CSV as spreadsheets and ticket systems write it.

use super::{Home, all, free, home, import, take};
use greenbar::kb::transfer::{Format, Options, Rows};
use greenbar::store::{NewEntry, Severity};
use proptest::prelude::*;

fn one(csv: impl AsRef<[u8]>) -> NewEntry {
    let Home { store, _dir } = home();
    let report = take(&store, csv, Format::Csv).unwrap();
    assert_eq!((report.added, &report.rejected[..]), (1, &[][..]));
    all(&store).remove(0)
}

#[test]
fn spreadsheets_part_columns_as_they_like() {
    for text in [
        "\u{FEFF}ID;Title;CATEGORY;Problem\r\nK1;Ünder;Batch;\"a;b\r\nc, \"\"d\"\"\"\r\n".to_owned(),
        "sep=;\r\nID;Title;CATEGORY;Problem\r\nK1;Ünder;Batch;\"a;b\r\nc, \"\"d\"\"\"\r\n".to_owned(),
        "ID\tTitle\tCATEGORY\tProblem\nK1\tÜnder\tBatch\t\"a;b\r\nc, \"\"d\"\"\"\n".to_owned(),
        "ID,Title,CATEGORY,Problem\nK1,Ünder,Batch,\"a;b\r\nc, \"\"d\"\"\"".to_owned(),
    ] {
        let entry = one(&text);
        assert_eq!(
            (entry.id.as_str(), entry.title.as_str(), entry.problem.as_str()),
            ("K1", "Ünder", "a;b\r\nc, \"d\"")
        );
        let wide: Vec<u16> = text.trim_start_matches('\u{FEFF}').encode_utf16().collect();
        let little: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain(wide.iter().flat_map(|u| u.to_le_bytes())).collect();
        let big: Vec<u8> =
            [0xFE, 0xFF].into_iter().chain(wide.iter().flat_map(|u| u.to_be_bytes())).collect();
        assert_eq!((one(&little), one(&big)), (entry.clone(), entry));
    }
    let entry = one(b"title;category;problem\nL\xF6hne \x96 \x80;Batch;x\n");
    assert_eq!(entry.title, "Löhne – €");
    let Home { store, _dir } = home();
    let report = take(&store, b"title,category\n\xC3\xA4 \xE4,Batch\n", Format::Csv).unwrap();
    assert!(report.rejected[0].reason.contains("save the file as UTF-8"), "{:?}", report.rejected);
}

#[test]
fn an_export_of_a_ticket_system_is_understood() {
    let text = "\"number\",\"short_description\",\"kb_category\",\"priority\",\"text\",\"meta\",\"author\",\"workflow_state\",\"sys_updated_on\"\n\
        \"KB0010001\",\"  DB2 deadlock \n in payroll \",\"Db2\",\"2 - High\",\"<p>Symptoms here &amp; there.</p><h2>Cause</h2><p>Order.</p>\
        <h2>Resolution</h2><ul><li>Rerun</li><li>See <a href=\"\"https://x/1\"\">this</a></li></ul>\",\"Lock, Payroll Run\",\"jd\",\"published\",\"2024\"\n";
    let Home { store, _dir } = home();
    let report = take(&store, text, Format::Csv).unwrap();
    assert_eq!((report.added, &report.rejected[..]), (1, &[][..]));
    assert_eq!(report.unused.iter().map(|u| u.name.as_str()).collect::<Vec<_>>(), ["workflow_state"]);
    let entry = all(&store).remove(0);
    assert_eq!((entry.id.as_str(), entry.title.as_str()), ("KB0010001", "DB2 deadlock in payroll"));
    assert_eq!((entry.category.as_str(), entry.severity), ("Db2", Severity::Error));
    assert_eq!(entry.tags, ["lock", "payroll-run"]);
    assert_eq!(entry.problem, "Symptoms here & there.\n\n## Cause\n\nOrder.");
    assert_eq!(entry.solution, "- Rerun\n- See this (https://x/1)");
}

#[test]
fn other_names_of_columns_are_known_and_texts_put_together() {
    let entry = one(
        "Summary,Description,Symptom,Root Cause,Resolution,Category,Title\nlong,seen,slow,locks,wait,Db2,short\n",
    );
    assert_eq!(entry.title, "short");
    assert_eq!(entry.problem, "seen\n\n## Symptom\n\nslow\n\n## Cause\n\nlocks");
    assert_eq!(entry.solution, "wait");
    let Home { store, _dir } = home();
    let rows = Rows::read(&b"Headline,Answer\nHow?,So.\n"[..], Format::Csv).unwrap();
    let options = Options { category: "FAQ".to_owned(), ..Options::default() };
    let report = greenbar::kb::transfer::import(&store, rows, &options, &free(), &mut |_| {}).unwrap();
    assert_eq!((report.added, all(&store)[0].category.as_str()), (1, "FAQ"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn any_bytes_come_to_an_end(
        head in proptest::sample::select(vec!["", "title,category\n", "id;title;text\n", "sep=|\n", "[", "{\"title\":\"a\"", "\u{FEFF}"]),
        text in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..200),
            "[\"\\\\,;\\[\\]{}:\n\r a<>/&#x0é]{0,80}".prop_map(String::into_bytes),
        ],
        wide in 0_usize..3,
        format in proptest::sample::select(vec![Format::Json, Format::Jsonl, Format::Csv]),
    ) {
        let mark: &[u8] = [&b""[..], b"\xFF\xFE", b"\xFE\xFF"][wide];
        let bytes = [mark, head.as_bytes(), &text].concat();
        let Home { store, _dir } = home();
        if let Ok(report) = import(&store, &bytes[..], format, &free(), &mut |_| {}) {
            prop_assert_eq!(report.added + report.changed + report.unchanged + report.duplicates + report.rejected_rows, report.rows);
        }
    }
}
