use super::*;
use crate::base::Exit;
use crate::base::meter::no_meter;
use crate::kb::history::Sign;
use crate::kb::transfer::Fate;
use crate::store::{NewEntry, OpenOptions, SqliteStore};

fn long(word: &str) -> String {
    (0..60).map(|n| format!("{word}{n} of the nightly run")).collect::<Vec<_>>().join(" ")
}

fn store(dir: &Path) -> SqliteStore {
    let store = SqliteStore::open(&OpenOptions::new(dir.join("kb.db")), no_meter()).unwrap();
    let entry = |id: &str, text: &str| NewEntry {
        id: id.into(),
        title: format!("Title of {id}"),
        problem: text.into(),
        category: "Batch".into(),
        ..NewEntry::default()
    };
    store.put(&[entry("OLD-1", "before"), entry("OLD-2", &long("step"))], 1).unwrap();
    store
}

fn asked(store: &SqliteStore, what: TransferAsk) -> Result<TransferAnswer> {
    ask(store, what, 5, &Budget::unlimited(), &mut |_| {})
}

#[test]
fn rows_are_previewed_looked_at_and_imported() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let file = dir.path().join("in.jsonl");
    let line = |id: &str, title: &str, problem: &str| {
        serde_json::json!({"id": id, "title": title, "problem": problem, "category": "Batch"}).to_string()
    };
    let near = long("step").replace("step7 ", "stage7 ");
    let lines = [
        line("OLD-1", "Title of OLD-1", "after"),
        line("", "Something new", "first line\nsecond line"),
        line("", "", "no title"),
        line("", "Nearly the same", &near),
    ];
    std::fs::write(&file, lines.join("\n")).unwrap();
    let of = ImportOf { path: file.display().to_string(), ..ImportOf::default() };
    let TransferAnswer::Report(report) = asked(&store, TransferAsk::Preview(of.clone())).unwrap() else {
        panic!()
    };
    assert_eq!((report.added, report.changed, report.alike, report.rejected_rows), (2, 1, 1, 1));
    assert_eq!(store.info().unwrap().entries, 2);
    let look = |row: u64, like: Option<&str>| {
        let wanted = Wanted { file: String::new(), row, like: like.map(str::to_owned) };
        match asked(&store, TransferAsk::Look(of.clone(), wanted)).unwrap() {
            TransferAnswer::Look(look) => look.map(|look| *look),
            other => panic!("{other:?}"),
        }
    };
    let signs = |look: &Look, sign| look.lines.iter().filter(|l| l.sign == sign).count();
    let changed = look(1, None).unwrap();
    assert_eq!(
        (changed.beside.as_str(), signs(&changed, Sign::Old), signs(&changed, Sign::New)),
        ("OLD-1", 1, 1)
    );
    let new = look(2, None).unwrap();
    assert_eq!((new.beside.as_str(), signs(&new, Sign::Old)), ("", 0));
    assert!(new.lines.iter().any(|l| l.text() == "second line" && l.sign == Sign::New));
    let rejected = look(3, None).unwrap();
    assert!(rejected.reason.starts_with("title: "), "{rejected:?}");
    let like = report.items.iter().find_map(|i| i.like.as_ref()).unwrap().id.clone();
    let near = look(4, Some(&like)).unwrap();
    assert_eq!(near.beside, "OLD-2");
    assert!(signs(&near, Sign::Old) > 0 && signs(&near, Sign::New) > 0);
    assert_eq!(look(9, None), None);
    let TransferAnswer::Report(done) = asked(&store, TransferAsk::Import(of.clone())).unwrap() else {
        panic!()
    };
    assert_eq!((done.added, done.changed), (2, 1));
    // What was imported is the same when it is looked at again; near texts have their row for a name.
    let TransferAnswer::Report(again) = asked(&store, TransferAsk::Preview(of)).unwrap() else { panic!() };
    assert_eq!((again.added, again.changed, again.duplicates), (0, 0, 2));
    assert!(again.items.iter().any(|i| i.fate == Fate::Unchanged), "rows that are the same are listed");
}

#[test]
fn an_import_that_is_stopped_says_how_far_it_came() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let file = dir.path().join("in.jsonl");
    let lines: Vec<String> = (0..5_000)
        .map(|n| {
            serde_json::json!({"id": format!("I-{n}"), "title": "t", "problem": "p", "category": "c"})
                .to_string()
        })
        .collect();
    std::fs::write(&file, lines.join("\n")).unwrap();
    let of =
        ImportOf { path: file.display().to_string(), duplicates: Duplicates::Keep, ..ImportOf::default() };
    let budget = Budget::unlimited();
    budget.cancel.cancel();
    let stopped = ask(&store, TransferAsk::Import(of.clone()), 5, &budget, &mut |_| {}).unwrap_err();
    assert_eq!(stopped.exit, Exit::Interrupted);
    assert!(stopped.hint.contains("run it again"), "{stopped:?}");
    let TransferAnswer::Report(done) = asked(&store, TransferAsk::Import(of)).unwrap() else { panic!() };
    assert_eq!(done.added, 5_000);
}

#[test]
fn everything_is_exported_and_nothing_is_written_over() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let to = |name: &str| dir.path().join(name).display().to_string();
    for name in ["all.jsonl", "all.csv", "all.json", "folder"] {
        let export = |replace| asked(&store, TransferAsk::Export { path: to(name), replace });
        assert_eq!(export(false).unwrap(), TransferAnswer::Exported { path: to(name), entries: 2 });
        assert!(export(false).is_err(), "{name} is there");
        assert!(export(true).is_ok(), "{name}");
    }
    assert!(asked(&store, TransferAsk::Export { path: to("all.txt"), replace: false }).is_err());
}
