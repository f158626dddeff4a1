//! What the store says of its own work: an index that was dropped by hand is found, measured and made again; what was slow is
//! listed with its cause; the doctor finds what was hurt on purpose, and mends it.

use super::{Home, has, home};
use rusqlite::Connection;
use serde_json::Value;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

fn sql(home: &Home, statements: &str) {
    Connection::open(home.path("data/greenbar.db")).unwrap().execute_batch(statements).unwrap();
}

fn has_index(home: &Home, name: &str) -> bool {
    let found = "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name = ?1";
    let sql = Connection::open(home.path("data/greenbar.db")).unwrap();
    sql.query_row(found, [name], |row| row.get::<_, i64>(0)).unwrap() == 1
}

/// Statuses of a check by its name.
fn statuses(checks: &Value, name: &str) -> Vec<String> {
    let of = |c: &&Value| c["name"] == name;
    let all = checks["checks"].as_array().unwrap().iter().filter(of);
    all.map(|c| c["status"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_index_dropped_by_hand_is_found_measured_and_made_again() {
    let home = home();
    let search = || {
        let found = home.done(&["search", "s0c7", "--json"]).json();
        found["results"].as_array().unwrap().iter().map(|r| r["id"].clone()).collect::<Vec<_>>()
    };
    let before = search();
    let (text, json) = home.both(&["advise"]);
    assert_eq!(json["advice"].as_array().unwrap().len(), 0, "{text}");
    assert!(text.contains("nothing to do"), "{text}");

    sql(&home, "DROP INDEX kb_aliases_by_alias");
    fs::remove_dir_all(home.path("cache")).unwrap();
    assert_eq!(search(), before, "it is only slower");
    let (text, json) = home.both(&["advise"]);
    let advice = &json["advice"][0];
    has(advice, &["kind", "why", "estimate", "gain", "change"]);
    assert_eq!(
        (&advice["kind"], &advice["change"]["index"]),
        (&"restore".into(), &"kb_aliases_by_alias".into())
    );
    let ns = |gain: &Value, when: &str| gain[when].as_u64().unwrap();
    let gain = &advice["gain"];
    assert!(gain["used"] == true && ns(gain, "before_ns") > 2 * ns(gain, "after_ns"), "{json}");
    assert!(
        advice["change"]["example"].as_str().unwrap().contains("alias >= 'S0C7'"),
        "the search itself: {json}"
    );
    assert!(text.contains("CREATE INDEX kb_aliases_by_alias ON kb_aliases (alias, entry)"), "{text}");
    assert!(!has_index(&home, "kb_aliases_by_alias"), "looking changes nothing");

    home.fails(&["advise", "--apply", "nothing_of_this_name"], 1, "there is no advice on");
    let applied = home.done(&["advise", "--apply", "kb_aliases_by_alias", "--json"]).json();
    let done = &applied["applied"][0];
    assert!(done["kept"] == true && done["measured_by"].as_str().unwrap().contains("S0C7"), "{applied}");
    assert!(ns(&done["gain"], "before_ns") > 2 * ns(&done["gain"], "after_ns"), "{applied}");
    assert!(has_index(&home, "kb_aliases_by_alias"));
    assert_eq!(search(), before);
    let (text, json) = home.both(&["advise", "--no-measure"]);
    assert_eq!(json["advice"].as_array().unwrap().len(), 0, "{text}");
}

#[test]
fn an_index_that_is_there_twice_goes() {
    let home = home();
    sql(&home, "CREATE INDEX own ON incidents (component)");
    let json = home.done(&["advise", "--apply", "--json"]).json();
    assert_eq!(json["applied"][0]["index"], "own", "{json}");
    assert!(!has_index(&home, "own") && has_index(&home, "incidents_by_component"));
}

#[test]
fn what_was_slow_is_listed_with_its_cause_and_no_word_of_it() {
    let home = home();
    assert!(home.done(&["metrics", "--slow"]).out.contains("250 ms"), "nothing is slow by default");
    fs::create_dir_all(home.path("config")).unwrap();
    home.file("config/config.toml", "[performance.monitoring]\nslow_query_ms = 1\n");
    for _ in 0..2 {
        home.run(&["search", "zanzibar", "deadlock", "category:db2"]);
        fs::remove_dir_all(home.path("cache")).unwrap();
    }
    let (text, json) = home.both(&["metrics", "--slow"]);
    let slow = json["slow"].as_array().unwrap();
    let search = slow.iter().find(|s| s["last"]["kind"] == "search").unwrap_or_else(|| panic!("{text}"));
    assert_eq!((&search["last"]["shape"], &search["count"]), (&"2 words, category:".into(), &2.into()));
    for part in ["exact", "tag", "text"] {
        assert!(search["last"]["parts"].to_string().contains(part), "{search}");
    }
    assert!(search["last"]["plan"].to_string().contains("looks kb_word_index up by its key"), "{search}");
    assert_eq!(search["last"]["level"], "made");
    has(&search["diagnosis"], &["cause", "why", "advice"]);
    assert!(!text.contains("zanzibar") && text.contains("2 words, category:"), "{text}");
    home.file("config/config.toml", "[performance.monitoring]\nslow_query_ms = 0\n");
    let kept = || home.done(&["metrics", "--slow", "--json"]).json()["slow"].clone();
    let before = kept();
    home.run(&["search", "zanzibar", "abend"]);
    assert_eq!(kept(), before, "0 keeps none");
}

#[test]
fn values_of_statements_are_not_kept_without_a_history() {
    let home = home();
    fs::create_dir_all(home.path("config")).unwrap();
    home.file("config/config.toml", "[search]\nhistory = false\n");
    sql(&home, "DROP INDEX kb_aliases_by_alias");
    home.run(&["search", "s0c7"]);
    let json = home.done(&["advise", "--json"]).json();
    assert_eq!(json["advice"][0]["change"]["example"], Value::Null, "{json}");
    assert!(json["advice"][0]["gain"]["used"] == true, "a look-up is measured: {json}");
    home.file("config/config.toml", "");
    home.run(&["search", "s0c4"]);
    let example =
        || home.done(&["advise", "--no-measure", "--json"]).json()["advice"][0]["change"]["example"].clone();
    assert_ne!(example(), Value::Null);
    home.done(&["search", "--clear"]);
    assert_eq!(example(), Value::Null, "it goes with the history");
}

#[test]
fn the_doctor_finds_what_was_hurt_on_purpose_and_mends_it() {
    let home = home();
    let healthy = home.done(&["doctor", "--json"]).json();
    for name in [
        "version",
        "terminal",
        "folders",
        "cache",
        "indexes",
        "connections",
        "permissions",
        "fts",
        "hash",
        "room",
    ] {
        assert_eq!(statuses(&healthy, name), ["ok"], "{name}: {healthy}");
    }
    sql(
        &home,
        "DROP INDEX kb_tags_by_tag; DELETE FROM kb_word_pages; DELETE FROM kb_recent; DELETE FROM kb_aliases WHERE entry % 2;
         UPDATE kb_entries SET title = 'hurt' WHERE id IN ('S0C4', 'S0C7');
         CREATE INDEX own ON incidents (component)",
    );
    fs::set_permissions(home.path("data/greenbar.db"), Permissions::from_mode(0o644)).unwrap();
    let hurt = home.run(&["doctor", "--json"]);
    assert_eq!(hurt.code, 3);
    let hurt = hurt.json();
    // The log and the shared memory beside the store have its rights.
    let warned = statuses(&hurt, "permissions");
    assert!(!warned.is_empty() && warned.iter().all(|status| status == "warning"), "{hurt}");
    assert_eq!(statuses(&hurt, "indexes"), ["warning", "warning"], "{hurt}");
    for name in ["fts", "index", "hash"] {
        assert!(statuses(&hurt, name).iter().all(|status| status == "error"), "{name}: {hurt}");
    }
    for check in hurt["checks"].as_array().unwrap().iter().filter(|c| c["status"] != "ok") {
        assert_ne!(check["advice"], "", "each says what to do: {check}");
    }
    let fixed = home.run(&["doctor", "--fix", "--json"]);
    assert_eq!(fixed.code, 0, "{fixed:?}");
    let fixed = fixed.json();
    for name in ["fts", "index", "hash", "permissions"] {
        let now = statuses(&fixed, name);
        assert!(!now.is_empty() && now.iter().all(|status| status == "fixed"), "{name}: {fixed}");
    }
    // What was dropped comes back; what somebody has made himself stays until he says so.
    assert_eq!(statuses(&fixed, "indexes"), ["fixed", "warning"], "{fixed}");
    assert!(has_index(&home, "kb_tags_by_tag") && has_index(&home, "own"));
    home.done(&["advise", "--apply", "own"]);
    let mended = home.done(&["doctor", "--json"]).json();
    for name in ["indexes", "permissions", "fts", "index", "hash", "integrity"] {
        assert_eq!(statuses(&mended, name), ["ok"], "{name}: {mended}");
    }
    let backups = home.done(&["restore", "--list", "--json"]).json();
    assert_eq!(backups["backups"].as_array().unwrap().len(), 3, "one before each kind of mending");
}

#[test]
fn a_text_of_a_person_that_changed_by_itself_is_told_and_left_alone() {
    let home = home();
    home.done(&["kb", "add", "--title", "ours", "--category", "batch", "--problem", "what we saw"]);
    sql(&home, "UPDATE kb_entries SET title = 'hurt' WHERE title = 'ours' OR id = 'S0C4'");
    let fixed = home.run(&["doctor", "--fix", "--json"]);
    assert_eq!(fixed.code, 3);
    let fixed = fixed.json();
    assert_eq!(statuses(&fixed, "hash"), ["fixed", "error"], "{fixed}");
    let about = home.done(&["kb", "show", "S0C4", "--json"]).json();
    assert!(about["title"].as_str().is_some_and(|title| title != "hurt"), "{about}");
}
