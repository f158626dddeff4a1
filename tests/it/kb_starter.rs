//! The starter knowledge: every entry is whole and leads where it says; a store gets it once and keeps what people did.

use greenbar::base::meter::no_meter;
use greenbar::base::text::width;
use greenbar::base::{Budget, Cancel, Exit};
use greenbar::kb::{entry, starter};
use greenbar::store::{Access, NewEntry, OpenOptions, Origin, PutOutcome, SqliteStore, Store};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

const CATEGORIES: [&str; 17] = [
    "Batch",
    "LE",
    "COBOL",
    "Files",
    "VSAM",
    "Db2",
    "CICS",
    "IMS",
    "JCL",
    "Utilities",
    "MQ",
    "Compiler",
    "Security",
    "TSO",
    "System",
    "Network",
    "Problems",
];

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/kb/starter"))
}

/// Everything that is wrong, one to a line, so that one run shows all of it.
#[derive(Default)]
struct Faults(String);

impl Faults {
    fn unless(&mut self, fine: bool, id: &str, what: impl std::fmt::Display) {
        if !fine {
            let _ = writeln!(self.0, "{id}: {what}");
        }
    }

    fn none(self) {
        assert!(self.0.is_empty(), "\n{}", self.0);
    }
}

#[test]
fn every_file_of_the_folder_is_in_the_program() {
    let there: BTreeSet<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "toml"))
        .collect();
    let known: BTreeSet<String> = starter::FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(known, there);
}

#[test]
fn every_entry_is_whole() {
    let entries = starter::entries().unwrap();
    assert!(entries.len() >= 1_100, "{} entries", entries.len());
    let mut faults = Faults::default();
    for new in &entries {
        let id = new.id.as_str();
        if let Err(error) = entry::validate(new) {
            faults.unless(false, id, error);
        }
        faults.unless(!id.is_empty() && !id.contains(' '), id, "is no id");
        faults.unless(width(&new.title) <= 72, id, format!("title has {} cells", width(&new.title)));
        faults.unless(!new.title.contains(id) || id.len() < 3, id, "title repeats the id");
        faults.unless(CATEGORIES.contains(&new.category.as_str()), id, format!("category {}", new.category));
        faults.unless((2..=6).contains(&new.tags.len()), id, format!("{} tags", new.tags.len()));
        faults.unless(!new.references.is_empty(), id, "no references");
        faults.unless(new.starter_version.is_some(), id, "no version");
        for heading in ["## Meaning\n", "## What the system did\n", "## Likely causes\n"] {
            faults.unless(new.problem.contains(heading), id, format!("no {heading}"));
        }
        for heading in ["## Look at\n", "## Fix now\n", "## Fix properly\n"] {
            faults.unless(new.solution.contains(heading), id, format!("no {heading}"));
        }
        faults.unless(new.problem.contains("\n2. "), id, "only one likely cause");
        let text = format!("{}{}", new.problem, new.solution);
        faults.unless(!text.contains(|c: char| c.is_control() && c != '\n'), id, "a control character");
    }
    faults.none();
}

#[test]
fn names_lead_to_one_entry_and_related_ones_exist() {
    let entries = starter::entries().unwrap();
    let mut faults = Faults::default();
    let mut owner: BTreeMap<String, &str> = BTreeMap::new();
    for new in &entries {
        let other = owner.insert(new.id.to_uppercase(), &new.id);
        faults.unless(other.is_none(), &new.id, "the id is there twice");
    }
    for new in &entries {
        for alias in &new.aliases {
            let of = *owner.entry(alias.to_uppercase()).or_insert(&new.id);
            faults.unless(of == new.id, &new.id, format!("alias {alias} also leads to {of}"));
        }
    }
    for new in &entries {
        for related in &new.related {
            let known = entries.iter().any(|other| other.id == *related);
            let hint = owner.get(&related.to_uppercase()).map(|id| format!(", but {id}")).unwrap_or_default();
            faults.unless(known, &new.id, format!("related {related} is no id{hint}"));
            faults.unless(*related != new.id, &new.id, "is related to itself");
        }
    }
    faults.none();
}

#[test]
fn no_two_entries_have_one_title() {
    let mut faults = Faults::default();
    let mut titles: BTreeMap<String, String> = BTreeMap::new();
    for new in starter::entries().unwrap() {
        if let Some(other) = titles.insert(new.title.to_lowercase(), new.id.clone()) {
            faults.unless(false, &new.id, format!("has the title of {other}"));
        }
    }
    faults.none();
}

#[test]
fn rendering_is_stable() {
    let entries = starter::entries().unwrap();
    let s0c7 = entries.iter().find(|new| new.id == "S0C7").unwrap();
    let headings = |text: &str| -> Vec<String> {
        text.lines().filter(|line| line.starts_with("## ")).map(str::to_owned).collect()
    };
    assert_eq!(headings(&s0c7.problem), ["## Meaning", "## What the system did", "## Likely causes"]);
    assert_eq!(headings(&s0c7.solution)[..3], ["## Look at", "## Fix now", "## Fix properly"]);
    assert!(
        s0c7.problem.contains("\n\n## Likely causes\n\n1. ")
            && s0c7.solution.starts_with("## Look at\n\n1. ")
    );
    assert!(s0c7.codes.contains(&"S0C7".to_owned()), "{:?}", s0c7.codes);
    assert_eq!(s0c7.category, "Batch");
}

fn open(dir: &Path) -> SqliteStore {
    SqliteStore::open(&OpenOptions::new(dir.join("kb.db")), no_meter()).unwrap()
}

fn free() -> Budget {
    Budget::unlimited()
}

#[test]
fn a_store_gets_it_once_and_keeps_what_people_did() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let all = starter::entries().unwrap();
    // A person had this one before.
    let own =
        NewEntry { title: "Ours".into(), category: "Batch".into(), id: "s0c4".into(), ..NewEntry::default() };
    store.put(&[own], 1).unwrap();
    assert_eq!(starter::install(&store, 2, &free()).unwrap(), all.len() - 1);
    let s0c7 = store.entry("S0C7", &free()).unwrap().unwrap();
    assert_eq!((s0c7.origin, s0c7.damaged), (Origin::Starter, false));
    assert_eq!(store.entry("S0C4", &free()).unwrap().unwrap().body.title, "Ours");

    let writes = store.info().unwrap().commits;
    assert_eq!(starter::install(&store, 3, &free()).unwrap(), 0);
    assert_eq!(store.info().unwrap().commits, writes, "nothing new, nothing written");

    // As if another set had been installed before: what is the same is not renewed, what is older is, notes stay.
    store.set_notes("S0C7", "ask the payroll team", 4).unwrap();
    store.delete("S0CB", 4).unwrap();
    store.set_meta("starter_set", "older").unwrap();
    assert_eq!(starter::install(&store, 5, &free()).unwrap(), 0);
    assert_eq!(store.entry("S0C7", &free()).unwrap().unwrap().notes, "ask the payroll team");
    assert!(store.entry("S0CB", &free()).unwrap().is_none(), "what people deleted stays deleted");
}

#[test]
fn an_older_set_is_renewed() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let old: Vec<NewEntry> = starter::entries()
        .unwrap()
        .into_iter()
        .take(3)
        .map(|new| NewEntry { starter_version: Some(0), solution: "older".into(), ..new })
        .collect();
    store.put(&old, 1).unwrap();
    let all = starter::entries().unwrap();
    assert_eq!(starter::install(&store, 2, &free()).unwrap(), all.len());
    assert_eq!(store.entry(&old[0].id, &free()).unwrap().unwrap().body, all[0]);
}

#[test]
fn an_install_that_was_stopped_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let cancel = Cancel::new();
    cancel.cancel();
    let error = starter::install(&store, 1, &Budget::with_cancel(cancel)).unwrap_err();
    assert_eq!(error.exit, Exit::Interrupted);
    assert_eq!(starter::install(&store, 2, &free()).unwrap(), starter::entries().unwrap().len());
}

#[test]
fn a_store_that_cannot_be_written_is_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()));
    // A store that a newer program has written is only read.
    let newer = rusqlite::Connection::open(dir.path().join("kb.db")).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    let store = open(dir.path());
    assert_ne!(*store.access(), Access::ReadWrite);
    assert_eq!(starter::install(&store, 1, &free()).unwrap(), 0);
}

#[test]
fn saving_a_starter_entry_unchanged_leaves_it_one() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    starter::install(&store, 1, &free()).unwrap();
    let shown = store.entry("S0C7", &free()).unwrap().unwrap();
    let again = entry::from_document(&entry::to_document(&shown.body)).unwrap();
    assert_eq!(entry::save(&store, &again, 2).unwrap(), PutOutcome::Unchanged("S0C7".into()));
    let edited = NewEntry { solution: "Call Ann.".into(), ..again };
    assert_eq!(entry::save(&store, &edited, 3).unwrap(), PutOutcome::Changed("S0C7".into()));
    let now = store.entry("S0C7", &free()).unwrap().unwrap();
    assert_eq!((now.origin, now.body.starter_version), (Origin::Local, None));
    assert!(now.body.codes.contains(&"S0C7".to_owned()));
}

#[test]
fn what_is_not_fit_is_not_saved() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let bad = NewEntry { title: "x".into(), ..NewEntry::default() };
    assert!(entry::save(&store, &bad, 1).unwrap_err().what.starts_with("category"));
    let good =
        NewEntry { category: "Db2".into(), problem: "We got SQLCODE = -811 in PAYR010.".into(), ..bad };
    assert_eq!(entry::save(&store, &good, 1).unwrap(), PutOutcome::Added("N-000001".into()));
    assert_eq!(store.entry("n-000001", &free()).unwrap().unwrap().body.codes, ["SQL-811"]);
}
