//! Each search that the schema promises an index for uses it: read from EXPLAIN QUERY PLAN on a store with entries in it.

use super::{OpenOptions, SqliteStore, sql};
use crate::base::Budget;
use crate::base::meter::no_meter;
use crate::store::{NewEntry, Store};

fn store() -> (tempfile::TempDir, SqliteStore) {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&OpenOptions::new(dir.path().join("kb.db")), no_meter()).unwrap();
    let entry = |n: usize| NewEntry {
        id: format!("E{n}"),
        title: format!("entry {n}"),
        category: format!("c{}", n % 7),
        tags: vec![format!("t{}", n % 9), "all".into()],
        ..NewEntry::default()
    };
    store.put(&(0..300).map(entry).collect::<Vec<_>>(), 1).unwrap();
    // With statistics the planner knows what is small: the plans must hold then, too.
    store.upkeep().unwrap();
    (dir, store)
}

fn plan(store: &SqliteStore, statement: &str) -> Vec<String> {
    let explained = format!("EXPLAIN QUERY PLAN {statement}");
    let lines = store.read("explain", &Budget::unlimited(), |sql| {
        let mut prepared = sql.prepare(&explained)?;
        let lines =
            prepared.raw_query().mapped(|row| row.get(3)).collect::<rusqlite::Result<Vec<String>>>()?;
        Ok(lines)
    });
    lines.unwrap()
}

/// Statements, what their plan must hold, and whether a sort is allowed.
const PROMISED: [(&str, &str, bool); 38] = [
    // The store's own.
    (sql::entries::BY_ID, "SEARCH e USING INDEX sqlite_autoindex_kb_entries_1 (id_key=?)", false),
    (
        sql::versions::LIST,
        "SEARCH kb_versions USING INDEX kb_versions_by_entry (entry=? AND version<?)",
        false,
    ),
    (sql::changes::STATE, "SEARCH usage_metrics", false),
    (sql::changes::USES, "SEARCH usage_metrics USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)", false),
    (sql::entries::ROWS_ALL, "SCAN kb_entries USING COVERING INDEX kb_entries_by_usage", false),
    (
        sql::entries::ROWS_CATEGORY,
        "SEARCH kb_entries USING COVERING INDEX kb_entries_by_category (category_key=?)",
        false,
    ),
    (sql::entries::CATEGORIES, "SCAN kb_entries USING COVERING INDEX kb_entries_by_category", true),
    (sql::search::BY_ALIAS, "SEARCH kb_aliases USING COVERING INDEX kb_aliases_by_alias (alias=?)", false),
    (sql::search::BY_CODE, "SEARCH kb_codes USING COVERING INDEX kb_codes_by_code (code=?)", false),
    (sql::search::BY_TAG, "SEARCH kb_tags USING COVERING INDEX kb_tags_by_tag (tag=?)", false),
    (sql::search::BY_TITLE, "SEARCH kb_entries USING INDEX kb_entries_by_title (title_key=?)", false),
    (sql::search::BY_ID, "SEARCH kb_entries USING INDEX sqlite_autoindex_kb_entries_1 (id_key=?)", false),
    (sql::search::USED_BY_CODE, "SEARCH c USING PRIMARY KEY (entry=? AND code=?)", false),
    (sql::search::USED_BY_TAG, "SEARCH t USING COVERING INDEX kb_tags_by_tag (tag=? AND entry=?)", false),
    (sql::search::ROWS_OF_PLACES, "SEARCH e USING COVERING INDEX kb_entries_by_place (place=?)", false),
    (
        sql::search::USED_PLACES,
        "SEARCH kb_entries USING COVERING INDEX kb_entries_by_usage (usage_count>?)",
        false,
    ),
    (sql::words::PAGE_OF, "SEARCH kb_word_index USING PRIMARY KEY (segment=? AND first<?)", false),
    (sql::words::PAGE, "SEARCH kb_word_pages USING INTEGER PRIMARY KEY (rowid=?)", false),
    (sql::words::PAGES_IN, "SEARCH kb_word_pages USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)", false),
    (sql::search::PREFIX, "SEARCH e USING INDEX sqlite_autoindex_kb_entries_1 (id_key>? AND id_key<?)", true),
    (sql::search::PREFIX, "SEARCH a USING COVERING INDEX kb_aliases_by_alias (alias>? AND alias<?)", true),
    (sql::search::PREFIX, "SEARCH c USING COVERING INDEX kb_codes_by_code (code>? AND code<?)", true),
    (
        sql::search::PASSING_PLACES,
        "SEARCH e USING COVERING INDEX kb_entries_by_place_with_facts (place=?)",
        false,
    ),
    (sql::side::REFERENCES_OF, "SEARCH r USING INDEX code_references_by_entry (entry=?)", false),
    (
        sql::side::REFERENCES_TO,
        "SEARCH code_references USING COVERING INDEX code_references_by_file (file=?)",
        false,
    ),
    (sql::side::LINE_NOTES, "SEARCH line_notes USING INDEX line_notes_by_file (file=?)", false),
    (
        sql::searches::CATEGORIES,
        "SEARCH kb_entries USING COVERING INDEX kb_entries_by_category (category_key>? AND category_key<?)",
        true,
    ),
    (sql::searches::AUTHORS, "SCAN kb_entries USING COVERING INDEX kb_entries_by_usage", true),
    (
        sql::searches::IDS,
        "SEARCH kb_entries USING INDEX sqlite_autoindex_kb_entries_1 (id_key>? AND id_key<?)",
        false,
    ),
    (sql::searches::FILES, "SCAN code_references USING COVERING INDEX code_references_by_entry", true),
    (sql::searches::PAST, "SEARCH search_history USING INDEX search_history_by_weight (user=?)", false),
    // Those that later parts of the program ask.
    (
        "SELECT entry, kind FROM usage_metrics WHERE at BETWEEN ?1 AND ?2 ORDER BY at",
        "SEARCH usage_metrics USING COVERING INDEX usage_metrics_by_time (at>? AND at<?)",
        false,
    ),
    (
        "SELECT at, kind FROM usage_metrics WHERE entry = ?1 AND at > ?2 ORDER BY at",
        "SEARCH usage_metrics USING COVERING INDEX usage_metrics_by_entry (entry=? AND at>?)",
        false,
    ),
    (
        "SELECT at, component, severity FROM incidents WHERE at > ?1 ORDER BY at",
        "SEARCH incidents USING COVERING INDEX incidents_by_time (at>?)",
        false,
    ),
    (
        "SELECT at, severity FROM incidents WHERE component = ?1 AND at > ?2 ORDER BY at",
        "SEARCH incidents USING COVERING INDEX incidents_by_component (component=? AND at>?)",
        false,
    ),
    (
        "SELECT at, component FROM incidents WHERE severity = ?1 AND at > ?2 ORDER BY at",
        "SEARCH incidents USING COVERING INDEX incidents_by_severity (severity=? AND at>?)",
        false,
    ),
    (
        "SELECT name, success_rate FROM templates WHERE category = ?1 ORDER BY success_rate DESC",
        "SEARCH templates USING COVERING INDEX templates_by_category (category=?)",
        false,
    ),
    (
        "SELECT subject, confidence, at FROM ml_predictions WHERE model = ?1 AND confidence >= ?2 \
         ORDER BY confidence DESC, at DESC",
        "SEARCH ml_predictions USING COVERING INDEX ml_predictions_by_model (model=? AND confidence>?)",
        false,
    ),
];

#[test]
fn promised_indexes_are_used() {
    let (_dir, store) = store();
    for (statement, wanted, may_sort) in PROMISED {
        let plan = plan(&store, statement);
        assert!(plan.iter().any(|line| line == wanted), "{statement}\n{plan:#?}");
        let sorts = plan.iter().any(|line| line.contains("TEMP B-TREE"));
        assert!(may_sort || !sorts, "{statement}\n{plan:#?}");
        // A table is never read from end to end.
        let scans = plan.iter().filter(|line| {
            let table = line.starts_with("SCAN ") && !line.contains("USING") && !line.contains("VIRTUAL");
            table && !["keys", "(subquery", "h", "u"].iter().any(|own| line.contains(own))
        });
        assert_eq!(scans.count(), 0, "{statement}\n{plan:#?}");
    }
}

#[test]
fn the_test_sees_a_missing_index() {
    let (_dir, store) = store();
    let plan = plan(&store, "SELECT row FROM kb_entries WHERE author = ?1 ORDER BY title");
    assert!(plan.iter().any(|line| line == "SCAN kb_entries"), "{plan:?}");
    assert!(plan.iter().any(|line| line.contains("TEMP B-TREE")), "{plan:?}");
}

#[test]
fn a_search_says_which_indexes_it_uses() {
    let (_dir, store) = store();
    let filter = crate::store::Filter { categories: vec!["c1".into()], ..crate::store::Filter::default() };
    let steps = store.search_plan(&filter, &Budget::unlimited()).unwrap();
    let of = |layer: &str| -> Vec<&str> {
        steps.iter().filter(|s| s.layer == layer).filter_map(|s| s.index.as_deref()).collect()
    };
    for index in ["sqlite_autoindex_kb_entries_1", "kb_aliases_by_alias", "kb_codes_by_code"] {
        assert!(of("exact").contains(&index), "{steps:#?}");
    }
    assert!(
        of("tag").contains(&"kb_tags_by_tag") && of("text").contains(&"kb_entries_by_place"),
        "{steps:#?}"
    );
    assert_eq!(of("browse"), ["kb_entries_by_category"]);
}
