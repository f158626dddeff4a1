//! The SQL of the store: one file for each family of statements, each statement under a line `-- name: NAME`. Owns how a
//! statement is found in its file; a name that is not there does not compile.

/// Entries, one at a time and as lists.
pub mod entries {
    const FILE: &str = include_str!("sql/entries.sql");
    pub const BY_ID: &str = super::named(FILE, "by_id");
    pub const BY_ROWS: &str = super::named(FILE, "by_rows");
    pub const HEADS: &str = super::named(FILE, "heads");
    pub const ROWS_ALL: &str = super::named(FILE, "rows_all");
    pub const ROWS_CATEGORY: &str = super::named(FILE, "rows_category");
    pub const ROWS_SCAN: &str = super::named(FILE, "rows_scan");
    pub const ROWS_OF: &str = super::named(FILE, "rows_of");
    pub const COUNT_SOURCE: &str = super::named(FILE, "count_source");
    pub const COUNT: &str = super::named(FILE, "count");
    pub const COUNT_CATEGORY: &str = super::named(FILE, "count_category");
    pub const CATEGORIES: &str = super::named(FILE, "categories");
    pub const NEXT_NUMBER: &str = super::named(FILE, "next_number");
    pub const INSERT: &str = super::named(FILE, "insert");
    pub const UPDATE: &str = super::named(FILE, "update");
    pub const SET_STARTER_VERSION: &str = super::named(FILE, "set_starter_version");
    pub const SET_DELETED: &str = super::named(FILE, "set_deleted");
    pub const SET_NOTES: &str = super::named(FILE, "set_notes");
    pub const CLEAR_NOTES: &str = super::named(FILE, "clear_notes");
    pub const COUNT_USE: &str = super::named(FILE, "count_use");
    pub const ADD_USE: &str = super::named(FILE, "add_use");
}

/// What entries are found by.
pub mod index {
    const FILE: &str = include_str!("sql/index.sql");
    pub const ADD_TAG: &str = super::named(FILE, "add_tag");
    pub const ADD_ALIAS: &str = super::named(FILE, "add_alias");
    pub const ADD_CODE: &str = super::named(FILE, "add_code");
    pub const NEW_PLACE: &str = super::named(FILE, "new_place");
    pub const DROP_TAGS: &str = super::named(FILE, "drop_tags");
    pub const DROP_ALIASES: &str = super::named(FILE, "drop_aliases");
    pub const DROP_CODES: &str = super::named(FILE, "drop_codes");
}

/// The full-text index.
pub mod words {
    const FILE: &str = include_str!("sql/words.sql");
    pub const CONTENT: &str = super::named(FILE, "content");
    pub const SEGMENTS: &str = super::named(FILE, "segments");
    pub const NEXT_SEGMENT: &str = super::named(FILE, "next_segment");
    pub const ADD_SEGMENT: &str = super::named(FILE, "add_segment");
    pub const DROP_SEGMENT: &str = super::named(FILE, "drop_segment");
    pub const PAGE: &str = super::named(FILE, "page");
    pub const PAGES_IN: &str = super::named(FILE, "pages_in");
    pub const ADD_PAGE: &str = super::named(FILE, "add_page");
    pub const DROP_PAGES: &str = super::named(FILE, "drop_pages");
    pub const ADD_FIRST: &str = super::named(FILE, "add_first");
    pub const DROP_FIRSTS: &str = super::named(FILE, "drop_firsts");
    pub const PAGES: &str = super::named(FILE, "pages");
    pub const PAGE_OF: &str = super::named(FILE, "page_of");
    pub const PAGES_BETWEEN: &str = super::named(FILE, "pages_between");
    pub const RECENT: &str = super::named(FILE, "recent");
    pub const COUNT_RECENT: &str = super::named(FILE, "count_recent");
    pub const ADD_RECENT: &str = super::named(FILE, "add_recent");
    pub const DROP_RECENT: &str = super::named(FILE, "drop_recent");
    pub const CLEAR_RECENT: &str = super::named(FILE, "clear_recent");
    pub const DEAD: &str = super::named(FILE, "dead");
    pub const COUNT_DEAD: &str = super::named(FILE, "count_dead");
    pub const ADD_DEAD: &str = super::named(FILE, "add_dead");
    pub const DROP_DEAD: &str = super::named(FILE, "drop_dead");
    pub const LIVE: &str = super::named(FILE, "live");
    pub const CLEAR: &str = super::named(FILE, "clear");
}

/// Search primitives.
pub mod search {
    const FILE: &str = include_str!("sql/search.sql");
    pub const BY_ID: &str = super::named(FILE, "by_id");
    pub const BY_TITLE: &str = super::named(FILE, "by_title");
    pub const BY_ALIAS: &str = super::named(FILE, "by_alias");
    pub const BY_CODE: &str = super::named(FILE, "by_code");
    pub const NEXT_NAMES: &str = super::named(FILE, "next_names");
    pub const NEXT_TITLE: &str = super::named(FILE, "next_title");
    pub const BY_TAG: &str = super::named(FILE, "by_tag");
    pub const USED_BY_CODE: &str = super::named(FILE, "used_by_code");
    pub const USED_BY_TAG: &str = super::named(FILE, "used_by_tag");
    pub const PREFIX: &str = super::named(FILE, "prefix");
    pub const USED_PLACES: &str = super::named(FILE, "used_places");
    pub const PLACE_OF_ROW: &str = super::named(FILE, "place_of_row");
    pub const ROWS_OF_PLACES: &str = super::named(FILE, "rows_of_places");
    pub const ROWS_BETWEEN: &str = super::named(FILE, "rows_between");
    pub const PASSING: &str = super::named(FILE, "passing");
    pub const PASSING_PLACES: &str = super::named(FILE, "passing_places");
    pub const TEXTS: &str = super::named(FILE, "texts");
}

/// What entries were before.
pub mod versions {
    const FILE: &str = include_str!("sql/versions.sql");
    pub const KEEP: &str = super::named(FILE, "keep");
    pub const TRIM_STARTER: &str = super::named(FILE, "trim_starter");
    pub const LIST: &str = super::named(FILE, "list");
    pub const BODY: &str = super::named(FILE, "body");
    pub const STARTER_VERSION: &str = super::named(FILE, "starter_version");
}

/// What belongs to entries beside their texts.
pub mod dossier {
    const FILE: &str = include_str!("sql/dossier.sql");
    pub const ADD_INCIDENT: &str = super::named(FILE, "add_incident");
    pub const RESOLVE_INCIDENT: &str = super::named(FILE, "resolve_incident");
    pub const INCIDENTS: &str = super::named(FILE, "incidents");
    pub const INCIDENTS_OF: &str = super::named(FILE, "incidents_of");
    pub const COUNT_INCIDENTS: &str = super::named(FILE, "count_incidents");
    pub const ATTACH: &str = super::named(FILE, "attach");
    pub const DETACH: &str = super::named(FILE, "detach");
    pub const ATTACHMENTS: &str = super::named(FILE, "attachments");
    pub const OPENED_WITH: &str = super::named(FILE, "opened_with");
}

/// Links to code, histories of searches and of metrics.
pub mod side {
    const FILE: &str = include_str!("sql/side.sql");
    pub const ADD_REFERENCE: &str = super::named(FILE, "add_reference");
    pub const MOVE_REFERENCE: &str = super::named(FILE, "move_reference");
    pub const ADD_ANCHOR: &str = super::named(FILE, "add_anchor");
    pub const REFERENCES_OF: &str = super::named(FILE, "references_of");
    pub const REFERENCES_TO: &str = super::named(FILE, "references_to");
    pub const LINE_NOTES: &str = super::named(FILE, "line_notes");
    pub const ALL_LINE_NOTES: &str = super::named(FILE, "all_line_notes");
    pub const ADD_LINE_NOTE: &str = super::named(FILE, "add_line_note");
    pub const CHANGE_LINE_NOTE: &str = super::named(FILE, "change_line_note");
    pub const DELETE_LINE_NOTE: &str = super::named(FILE, "delete_line_note");
    pub const ADD_METRICS: &str = super::named(FILE, "add_metrics");
    pub const BLOCKS: &str = super::named(FILE, "blocks");
    pub const KEEP_BLOCK: &str = super::named(FILE, "keep_block");
    pub const RECENT_METRICS: &str = super::named(FILE, "recent_metrics");
    pub const TRIM_METRICS: &str = super::named(FILE, "trim_metrics");
}

/// Searches of a user.
pub mod searches {
    const FILE: &str = include_str!("sql/searches.sql");
    pub const WEIGHT: &str = super::named(FILE, "weight");
    pub const ADD: &str = super::named(FILE, "add");
    pub const TRIM: &str = super::named(FILE, "trim");
    pub const PAST: &str = super::named(FILE, "past");
    pub const FORGET: &str = super::named(FILE, "forget");
    pub const FORGET_ALL: &str = super::named(FILE, "forget_all");
    pub const OPENED: &str = super::named(FILE, "opened");
    pub const ADD_OPENED: &str = super::named(FILE, "add_opened");
    pub const TRIM_OPENED: &str = super::named(FILE, "trim_opened");
    pub const OPENED_FOR: &str = super::named(FILE, "opened_for");
    pub const FORGET_OPENED: &str = super::named(FILE, "forget_opened");
    pub const FORGET_ALL_OPENED: &str = super::named(FILE, "forget_all_opened");
    pub const SAVE: &str = super::named(FILE, "save");
    pub const DROP_SAVED: &str = super::named(FILE, "drop_saved");
    pub const SAVED: &str = super::named(FILE, "saved");
    pub const CATEGORIES: &str = super::named(FILE, "categories");
    pub const AUTHORS: &str = super::named(FILE, "authors");
    pub const IDS: &str = super::named(FILE, "ids");
    pub const FILES: &str = super::named(FILE, "files");
}

/// What tells whether something still holds.
pub mod changes {
    const FILE: &str = include_str!("sql/changes.sql");
    pub const STATE: &str = super::named(FILE, "state");
    pub const USES: &str = super::named(FILE, "uses");
    pub const CHANGED: &str = super::named(FILE, "changed");
}

/// Small facts about the store itself.
pub mod meta {
    const FILE: &str = include_str!("sql/meta.sql");
    pub const META: &str = super::named(FILE, "meta");
    pub const SET_META: &str = super::named(FILE, "set_meta");
}

/// How the store itself works.
pub mod workings {
    const FILE: &str = include_str!("sql/workings.sql");
    pub const ADD_SLOW: &str = super::named(FILE, "add_slow");
    pub const TRIM_SLOW: &str = super::named(FILE, "trim_slow");
    pub const SLOW: &str = super::named(FILE, "slow");
    pub const FORGET_SLOW: &str = super::named(FILE, "forget_slow");
    pub const ADD_RUN: &str = super::named(FILE, "add_run");
    pub const TRIM_RUNS: &str = super::named(FILE, "trim_runs");
    pub const RUNS: &str = super::named(FILE, "runs");
    pub const RUN_OF_EXAMPLE: &str = super::named(FILE, "run_of_example");
    pub const FORGET_SCANS: &str = super::named(FILE, "forget_scans");
    pub const FORGET_EXAMPLES: &str = super::named(FILE, "forget_examples");
    pub const ADD_USES: &str = super::named(FILE, "add_uses");
    pub const TRIM_USES: &str = super::named(FILE, "trim_uses");
    pub const USES: &str = super::named(FILE, "uses");
    pub const FIRST_DAY: &str = super::named(FILE, "first_day");
    pub const TABLES: &str = super::named(FILE, "tables");
    pub const INDEXES: &str = super::named(FILE, "indexes");
    pub const COLUMNS: &str = super::named(FILE, "columns");
    pub const COLUMNS_OF_TABLE: &str = super::named(FILE, "columns_of_table");
    pub const ESTIMATE: &str = super::named(FILE, "estimate");
}

/// What a check asks.
pub mod check {
    const FILE: &str = include_str!("sql/check.sql");
    pub const ALL_ROWS: &str = super::named(FILE, "all_rows");
    pub const ANY_BY_ROW: &str = super::named(FILE, "any_by_row");
    pub const VERSIONS: &str = super::named(FILE, "versions");
    pub const LISTS: &str = super::named(FILE, "lists");
}

/// History of the schema.
pub mod schema {
    const FILE: &str = include_str!("sql/schema.sql");
    pub const ADD_VERSION: &str = super::named(FILE, "add_version");
    pub const NEEDED_PROGRAM: &str = super::named(FILE, "needed_program");
    pub const HAS_ENTRIES: &str = super::named(FILE, "has_entries");
    pub const OBJECTS: &str = super::named(FILE, "objects");
}

const MARK: &[u8] = b"\n-- name: ";

/// The statement under `-- name: NAME` in `file`, up to the next name. Evaluated while compiling only.
const fn named(file: &'static str, name: &str) -> &'static str {
    let (bytes, name) = (file.as_bytes(), name.as_bytes());
    let mut at = 0;
    while at < bytes.len() {
        if starts_with(bytes, at, MARK) {
            let start = at + MARK.len();
            if starts_with(bytes, start, name) && starts_with(bytes, start + name.len(), b"\n") {
                let body = start + name.len() + 1;
                let mut end = body;
                while end < bytes.len() && !starts_with(bytes, end, MARK) {
                    end += 1;
                }
                return file.split_at(end).0.split_at(body).1;
            }
        }
        at += 1;
    }
    assert!(at == usize::MAX, "no statement of this name in the file");
    ""
}

#[expect(clippy::indexing_slicing, reason = "runs while compiling: out of bounds is a compile error")]
const fn starts_with(bytes: &[u8], at: usize, with: &[u8]) -> bool {
    if at + with.len() > bytes.len() {
        return false;
    }
    let mut i = 0;
    while i < with.len() {
        if bytes[at + i] != with[i] {
            return false;
        }
        i += 1;
    }
    true
}
