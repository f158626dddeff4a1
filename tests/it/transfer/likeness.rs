//! Entries that say the same: what is left out, what is taken and named, and that an import can be repeated.

use super::{Home, free, home, take};
use greenbar::kb::transfer::{Duplicates, Fate, Format, Item, Options, Report, Rows, Why, import};
use greenbar::store::Store;
use std::fmt::Write as _;

const LONG: &str = "The nightly payroll run ended with a data exception because the hours came as spaces from the time system, and the \
    packed field was used in a COMPUTE before anybody had looked at whether it is numeric at all; the dump shows the field.";

fn with(store: &dyn Store, csv: &str, options: &Options) -> Report {
    import(store, Rows::read(csv.as_bytes(), Format::Csv).unwrap(), options, &free(), &mut |_| {}).unwrap()
}

type Said = (Fate, u64, Option<(String, Why)>);

fn said(report: &Report) -> Vec<Said> {
    let like = |item: &Item| item.like.clone().map(|like| (like.id, like.why));
    report.items.iter().map(|item| (item.fate, item.row, like(item))).collect()
}

fn csv() -> String {
    let near = LONG.replace("nightly", "weekly");
    format!(
        "id,title,category,problem\nA1,Hours are spaces,Batch,\"{LONG}\"\n,Hours are spaces,Batch,\" {LONG} \"\n\
         A2,Hours are spaces,Batch,\"{LONG}\"\n,Hours are spaces,Batch,\"{near}\"\n\
         C1,S0C7 in the payroll run,Batch,one\n,\"The payroll run: S0C7\",Batch,two\n,Something else,Batch,three\n"
    )
}

#[test]
fn rows_that_say_the_same_are_left_out_or_named() {
    let like = |id: &str, why| Some((id.to_owned(), why));
    let Home { store, _dir } = home();
    let options = Options { at: 1, ..Options::default() };
    let expected = [
        (Fate::Duplicate, 3, like("A1", Why::SameText)),
        (Fate::Added, 4, like("A1", Why::SameText)),
        (Fate::Added, 5, like("A1", Why::NearText)),
        (Fate::Added, 7, like("C1", Why::SameCodeAndTitle)),
    ];
    let preview = with(&store, &csv(), &Options { preview: true, ..options.clone() });
    assert_eq!(store.info().unwrap().entries, 0);
    let told: Vec<_> = said(&preview).into_iter().filter(|(.., like)| like.is_some()).collect();
    assert_eq!(told, expected);
    let report = with(&store, &csv(), &options);
    assert_eq!(said(&report), expected);
    assert_eq!((report.added, report.duplicates, report.alike), (6, 1, 3));
    assert_eq!(store.info().unwrap().entries, 6);
    let near = report.items.iter().find(|item| item.row == 5).unwrap().like.as_ref().unwrap().percent;
    assert!((80..100).contains(&near), "{near}");

    // Again: ids are known, and of the others the texts are.
    let report = with(&store, &csv(), &options);
    assert_eq!((report.added, report.unchanged, report.duplicates), (0, 3, 4));

    let Home { store, _dir } = home();
    let report = with(&store, &csv(), &Options { duplicates: Duplicates::Skip, ..options.clone() });
    assert_eq!((report.added, report.duplicates), (3, 4));
    let Home { store, _dir } = home();
    let report = with(&store, &csv(), &Options { duplicates: Duplicates::Keep, ..options });
    assert_eq!((report.added, report.duplicates), (7, 0));
}

#[test]
fn a_preview_says_what_the_import_then_does() {
    let Home { store, _dir } = home();
    let options = Options { at: 1, ..Options::default() };
    with(
        &store,
        "id,title,category,tags,notes\nA,a,Batch,x,\nB,b,Batch,,\nC,c,Batch,,old\nD,d,Batch,,\nE,e,Batch,,n\n",
        &options,
    );
    store.delete("D", 2).unwrap();
    let text = "id,title,category,tags,notes\nA,a,Batch,y,\nB,b2,CICS,,\nc,c,Batch,,\nD,d,Batch,,\nE,e,Batch,,m\nF,f,Batch,,\nG,,Batch,,\n";
    let preview = with(&store, text, &Options { preview: true, ..options.clone() });
    let fields = |id: &str| preview.items.iter().find(|i| i.id == id).unwrap().fields.join(" ");
    assert_eq!(["A", "B", "c", "D", "E"].map(fields), ["tags", "title category", "id", "deleted", "notes"]);
    let kept = with(&store, text, &Options { preview: true, keep: true, ..options.clone() });
    assert_eq!((kept.kept, kept.changed, kept.added), (5, 0, 1));
    let counts = |r: &Report| (r.added, r.changed, r.unchanged, r.kept, r.rejected_rows);
    assert_eq!(counts(&preview), (1, 5, 0, 0, 1));
    let report = with(&store, text, &options);
    assert_eq!(counts(&report), counts(&preview));
    assert_eq!(report.rejected, preview.rejected);
    assert_eq!(store.entry("E", &free()).unwrap().unwrap().notes, "m");
    // Notes that a file does not have stay.
    assert_eq!(store.entry("C", &free()).unwrap().unwrap().notes, "old");
    assert_eq!(with(&store, text, &options).unchanged, 6);
}

#[test]
fn an_import_that_was_stopped_goes_on_where_it_was() {
    let Home { store, _dir } = home();
    let mut text = "title,category,problem\n".to_owned();
    for n in 0..3_000 {
        let _ = writeln!(text, "Title {n},Batch,problem {n} of many");
    }
    let options = Options { at: 1, ..Options::default() };
    let part: String = text.lines().take(1_501).flat_map(|line| [line, "\n"]).collect();
    assert_eq!(with(&store, &part, &options).added, 1_500);
    let report = with(&store, &text, &options);
    assert_eq!((report.added, report.duplicates), (1_500, 1_500));
    assert_eq!(take(&store, &text, Format::Csv).unwrap().duplicates, 3_000);
    assert_eq!(store.info().unwrap().entries, 3_000);
}
