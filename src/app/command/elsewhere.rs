//! Words that are no commands here: what is said of those that ISPF knows, and of such as are misspelt. Must not know what a
//! command does.

use super::{WORDS, Word, scroll};

/// Words of ISPF that nothing here does, and what to do instead.
const ELSEWHERE: &[(&[&str], &str)] = &[
    (
        &[
            "CHANGE", "CHG", "C", "RCHANGE", "DELETE", "DEL", "CUT", "PASTE", "COPY", "MOVE", "EDIT", "UNDO",
            "REDO", "RENUM", "UNNUM", "SUBMIT", "SUB", "AUTONUM", "AUTOSAVE", "RECOVERY", "NULLS", "STATS",
        ],
        "files are never changed here: EXPORT writes lines to another one",
    ),
    (
        &["CREATE", "CRE", "REPLACE", "REPL"],
        "EXPORT file writes lines to a file, EXPORT file REPLACE over one",
    ),
    (&["CAPS"], "FIND looks in any letter case; C'...' keeps it"),
    (&["KEYS", "PFK", "KEYLIST", "PFSHOW"], "HELP shows the keys; those of keys.toml count first"),
    (&["HILITE", "HI"], "COBOL has its colours by itself; THEME chooses them"),
    (
        &["TSO", "DSLIST", "ISPF", "SDSF"],
        "there is no mainframe behind this screen; OPEN takes files and folders",
    ),
];

/// What to do instead of a word that is none.
pub(super) fn hint(upper: &str) -> String {
    if let Some(line) = upper.strip_prefix('=').filter(|n| n.parse::<u64>().is_ok()) {
        return format!("=1 and so on go to a pane; LOCATE ={line} goes to line {line} of the file");
    }
    if let Some((_, instead)) = ELSEWHERE.iter().find(|(words, _)| words.contains(&upper)) {
        return (*instead).to_owned();
    }
    if scroll::amount(upper).is_some() {
        return format!("as an amount it is typed before F7, F8, F10 or F11; DOWN {upper} does the same");
    }
    if upper.bytes().any(|b| b.is_ascii_digit()) {
        return format!(
            "SEARCH {upper} looks it up, FIND {upper} finds it in the file; HELP lists all commands"
        );
    }
    let like = like(upper);
    if like.is_empty() {
        "HELP lists them".to_owned()
    } else {
        format!("did you mean {}? HELP lists all", like.join(" or "))
    }
}

/// Commands that a word may be a misspelling or a beginning of, the likeliest first, at most three.
fn like(upper: &str) -> Vec<&'static str> {
    let short: String = upper.chars().take(20).collect();
    let far = |name: &str| match strsim::damerau_levenshtein(name, &short) {
        _ if name.starts_with(&short) && short.len() > 1 => Some(0),
        distance if distance * 3 <= name.len().max(short.len()) => Some(distance),
        _ => None,
    };
    let nearest = |w: &Word| std::iter::once(w.name).chain(w.short.iter().copied()).filter_map(far).min();
    let mut near: Vec<(usize, &str)> = WORDS.iter().filter_map(|w| Some((nearest(w)?, w.name))).collect();
    near.sort_by_key(|(distance, _)| *distance);
    near.into_iter().map(|(_, name)| name).take(3).collect()
}
