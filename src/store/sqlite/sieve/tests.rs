//! What a filter lets pass is what a plain look at each entry says, in every layer; and its lists are read from indexes.

use super::super::{OpenOptions, SqliteStore};
use super::*;
use crate::base::Budget;
use crate::base::meter::no_meter;
use crate::store::{
    Attachment, CodeReference, Dossier, Entry, Incident, NewEntry, Severity, Store, TextQuery, member_name,
};
use proptest::prelude::*;
use std::collections::HashSet;
use std::sync::OnceLock;

const NAMES: [&str; 4] = ["db2", "cics", "Db2x", "ims"];
const PARTS: [Part; 12] = [
    Part::Notes,
    Part::Links,
    Part::Attachments,
    Part::Incidents,
    Part::OpenIncidents,
    Part::History,
    Part::Ratings,
    Part::Tags,
    Part::Codes,
    Part::Aliases,
    Part::References,
    Part::Related,
];
const AUTHORS: [&str; 3] = ["jo", "ANN", ""];

struct Known {
    entry: Entry,
    files: Vec<&'static str>,
    /// Incidents, and those of them that are open.
    incidents: (usize, usize),
    attached: bool,
    versions: usize,
}

/// A store of 90 entries, of which some are gone, and what is known of each.
fn store() -> &'static (tempfile::TempDir, SqliteStore, Vec<Known>) {
    static STORE: OnceLock<(tempfile::TempDir, SqliteStore, Vec<Known>)> = OnceLock::new();
    STORE.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&OpenOptions::new(dir.path().join("kb.db")), no_meter()).unwrap();
        let severities = [Severity::Info, Severity::Warning, Severity::Error, Severity::Severe];
        for n in 0_usize..90 {
            let pick = |of: &[&str], by: usize| of[n / by % of.len()].to_owned();
            let entry = NewEntry {
                id: format!("E{n}"),
                title: format!("job {n}"),
                problem: "the job ended".into(),
                category: pick(&NAMES, 1),
                severity: severities[n / 3 % 4],
                tags: vec![pick(&NAMES, 2).to_lowercase(), format!("t{}", n % 7)],
                codes: if n.is_multiple_of(3) { vec![format!("S{:03}", n % 5)] } else { Vec::new() },
                author: pick(&AUTHORS, 4),
                aliases: if n % 12 == 1 { vec![format!("ALIAS{n}")] } else { Vec::new() },
                references: if n % 10 == 1 { vec!["a manual".into()] } else { Vec::new() },
                related: if n % 9 == 2 { vec!["E1".into()] } else { Vec::new() },
                ..NewEntry::default()
            };
            store.put(&[entry], i64::try_from(n).unwrap()).unwrap();
        }
        let mut known = Vec::new();
        for n in 0_usize..90 {
            let id = format!("E{n}");
            for _ in 0..n % 4 {
                store.record_use(&id, None, 1).unwrap();
            }
            if n.is_multiple_of(5) {
                store.set_notes(&id, "note", 1).unwrap();
            }
            let mut files = Vec::new();
            if n.is_multiple_of(6) {
                let file = ["/u/payr010.cbl", "lib.xmi(PAYR020)"][n / 6 % 2];
                let reference = CodeReference {
                    file: file.into(),
                    line: 1,
                    symbol: String::new(),
                    note: String::new(),
                    anchor: String::new(),
                };
                store.add_reference(&id, &reference, 1).unwrap();
                files.push(file);
            }
            if n.is_multiple_of(8) {
                for at in 0..2 {
                    let resolved_at = (n % 16 == 0 || at == 0).then_some(5);
                    let incident =
                        Incident { entry: Some(id.clone()), at, resolved_at, ..Incident::default() };
                    store.add_incident(&incident).unwrap();
                }
            }
            if n.is_multiple_of(7) {
                let (path, author) = ("/u/log".to_owned(), String::new());
                store.attach(&id, &Attachment { path, hash: [1; 32], bytes: 1, at: 1, author }).unwrap();
            }
            if n.is_multiple_of(13) {
                store.record_use(&id, Some(n.is_multiple_of(2)), 1).unwrap();
            }
            if n.is_multiple_of(11) {
                store.delete(&id, 2).unwrap();
            } else {
                let entry = store.entry(&id, &Budget::unlimited()).unwrap().unwrap();
                let free = Budget::unlimited();
                let incidents = store.incidents(Some(&id), 9, &free).unwrap();
                let open = incidents.iter().filter(|i| i.resolved_at.is_none()).count();
                known.push(Known {
                    files,
                    incidents: (incidents.len(), open),
                    attached: !store.attachments(&id, &free).unwrap().is_empty(),
                    versions: store.versions(&id, 9, &free).unwrap().len(),
                    entry,
                });
            }
        }
        (dir, store, known)
    })
}

fn holds(known: &Known, clause: &Clause) -> bool {
    let entry = &known.entry;
    let is = |names: &[String], value: &str| {
        let value = value.to_lowercase();
        names.iter().map(|name| name.to_lowercase()).any(|name| match name.strip_suffix('*') {
            Some(begin) => value.starts_with(begin),
            None => value == name,
        })
    };
    let holds = match &clause.test {
        Test::Named(Named::Category, names) => is(names, &entry.body.category),
        Test::Named(Named::Author, names) => is(names, &entry.body.author),
        Test::Named(Named::Id, names) => is(names, &entry.body.id),
        Test::Named(Named::Code, names) => entry.body.codes.iter().any(|code| is(names, code)),
        Test::Named(Named::Tag, names) => entry.body.tags.iter().any(|tag| is(names, tag)),
        Test::Named(Named::File, names) => known.files.iter().any(|file| is(names, &member_name(file))),
        Test::Severity(of) => of.contains(&(entry.body.severity as i64)),
        Test::Used(from, to) => (*from..=*to).contains(&entry.usage_count),
        Test::Changed(from, before) => (*from..*before).contains(&entry.updated_at),
        Test::Has(part) => match part {
            Part::Notes => !entry.notes.is_empty(),
            Part::Links => !known.files.is_empty(),
            Part::Attachments => known.attached,
            Part::Incidents => known.incidents.0 > 0,
            Part::OpenIncidents => known.incidents.1 > 0,
            Part::History => known.versions > 1,
            Part::Ratings => entry.worked + entry.failed > 0,
            Part::Tags => !entry.body.tags.is_empty(),
            Part::Codes => !entry.body.codes.is_empty(),
            Part::Aliases => !entry.body.aliases.is_empty(),
            Part::References => !entry.body.references.is_empty(),
            Part::Related => !entry.body.related.is_empty(),
        },
    };
    holds != clause.not
}

fn any_clause() -> impl Strategy<Value = Clause> {
    let name = prop_oneof![
        prop::sample::select(vec![
            "db2", "DB2*", "cics", "c*", "jo", "ann", "a*", "*", "E1", "e1*", "E44", "S003", "s00*", "t1",
            "t*", "PAYR010", "pay*", "none", "",
        ])
        .prop_map(str::to_owned)
    ];
    let field = prop::sample::select(vec![
        Named::Category,
        Named::Author,
        Named::Id,
        Named::Code,
        Named::Tag,
        Named::File,
    ]);
    let test = prop_oneof![
        4 => (field, prop::collection::vec(name, 1..4)).prop_map(|(field, names)| Test::Named(field, names)),
        1 => prop::collection::vec(0_i64..4, 1..3).prop_map(Test::Severity),
        1 => (0_u64..4, 0_u64..5).prop_map(|(from, more)| Test::Used(from, from + more)),
        1 => (0_i64..90, 0_i64..90).prop_map(|(from, more)| Test::Changed(from, from + more)),
        2 => prop::sample::select(PARTS.to_vec()).prop_map(Test::Has),
    ];
    (any::<bool>(), test).prop_map(|(not, test)| Clause { not, test })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_filter_lets_pass_what_a_look_at_each_entry_says(clauses in prop::collection::vec(any_clause(), 1..4)) {
        let (_dir, store, known) = store();
        let filter = Filter { clauses, ..Filter::default() };
        let wanted: HashSet<EntryRow> = known
            .iter()
            .filter(|known| filter.clauses.iter().all(|clause| holds(known, clause)))
            .map(|known| known.entry.row)
            .collect();
        let free = Budget::unlimited();
        let listed = store.find_tags(&[], &filter, 500, &free).unwrap();
        prop_assert_eq!(listed.len(), wanted.len());
        prop_assert_eq!(&listed.iter().copied().collect::<HashSet<_>>(), &wanted);
        let heads = store.list(&filter, 0, 500, &free).unwrap();
        prop_assert!(heads.windows(2).all(|pair| pair[0].usage_count >= pair[1].usage_count));
        let text = TextQuery { parts: vec!["job".into()], ..TextQuery::default() };
        let hits = store.find_text(&text, &filter, 500, &free).unwrap();
        prop_assert_eq!(&hits.hits.iter().map(|hit| hit.row).collect::<HashSet<_>>(), &wanted);
        let named = store.find_prefix("E", &filter, 500, &free).unwrap();
        prop_assert_eq!(&named.iter().map(|hit| hit.row).collect::<HashSet<_>>(), &wanted);
        let keys: Vec<String> = known.iter().map(|known| known.entry.body.id.clone()).collect();
        let exact = store.find_exact(&keys, "", &filter, &free).unwrap();
        prop_assert_eq!(&exact.iter().map(|hit| hit.row).collect::<HashSet<_>>(), &wanted);
    }
}

#[test]
fn lists_by_fields_are_read_from_indexes() {
    let (_dir, store, _) = store();
    let named = |field, name: &str| Clause { not: false, test: Test::Named(field, vec![name.to_owned()]) };
    let scan = "SCAN e USING COVERING INDEX kb_entries_by_usage";
    for (clause, wanted) in [
        (
            named(Named::Category, "db2"),
            "SEARCH kb_entries USING COVERING INDEX kb_entries_by_category (category_key=?)",
        ),
        (named(Named::Category, "db*"), scan),
        (named(Named::Author, "jo"), scan),
        (Clause { not: false, test: Test::Severity(vec![3]) }, scan),
        (Clause { not: true, test: Test::Used(3, 9) }, scan),
        (Clause { not: false, test: Test::Changed(3, 9) }, scan),
        (named(Named::Id, "E1"), "SEARCH kb_entries USING INDEX sqlite_autoindex_kb_entries_1 (id_key=?)"),
        (named(Named::Code, "S003"), "SEARCH kb_codes USING COVERING INDEX kb_codes_by_code (code=?)"),
        (
            named(Named::Code, "S0*"),
            "SEARCH kb_codes USING COVERING INDEX kb_codes_by_code (code>? AND code<?)",
        ),
        (named(Named::Tag, "t1"), "SEARCH kb_tags USING COVERING INDEX kb_tags_by_tag (tag=?)"),
        (named(Named::File, "PAYR010"), "SCAN code_references USING COVERING INDEX code_references_by_"),
        (Clause { not: false, test: Test::Has(Part::Notes) }, "SCAN kb_notes"),
        (Clause { not: false, test: Test::Has(Part::Attachments) }, "SCAN kb_attachments"),
        (Clause { not: false, test: Test::Has(Part::Incidents) }, "S"),
        (
            Clause { not: false, test: Test::Has(Part::Links) },
            "SCAN code_references USING COVERING INDEX code_references_by_",
        ),
    ] {
        let filter = Filter { clauses: vec![clause], ..Filter::default() };
        let steps = store
            .read("explain", &Budget::unlimited(), |sql| {
                let statement = Sieve::of(&filter).plan(sql)?;
                let mut prepared = sql.prepare(&format!("EXPLAIN QUERY PLAN {statement}"))?;
                prepared.raw_query().mapped(|row| row.get(3)).collect::<rusqlite::Result<Vec<String>>>()
            })
            .unwrap();
        assert!(steps.iter().any(|step| step.starts_with(wanted)), "{filter:?}\n{steps:#?}");
        let whole = steps.iter().any(|step| step == "SCAN e" || step == "SCAN kb_entries");
        assert!(!whole, "{filter:?}\n{steps:#?}");
    }
}

#[test]
fn very_many_clauses_are_no_error() {
    let (_dir, store, known) = store();
    let clause = |n: usize| Clause { not: true, test: Test::Named(Named::Tag, vec![format!("no{n}")]) };
    let filter = Filter { clauses: (0..200).map(clause).collect(), ..Filter::default() };
    assert_eq!(store.find_tags(&[], &filter, 500, &Budget::unlimited()).unwrap().len(), known.len());
}
