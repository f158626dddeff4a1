//! An export as documents, a file for each entry: names that no system stumbles over, each once, none of which leads out of
//! its folder. Whoever has the folder writes them.

use super::export::{Exported, each_entry};
use crate::base::{Budget, Result};
use crate::kb::entry;
use crate::store::Store;
use std::collections::HashSet;

/// Longest name without its ending, in bytes.
const LONGEST: usize = 100;
/// Names that Windows keeps for devices.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Gives every entry of `store` that is not deleted to `write`, by id: the name of its file, and its document.
///
/// # Errors
/// When the store fails or `write` does, and with `Exit::Interrupted` when `budget` ends.
pub fn export_documents(
    store: &dyn Store,
    budget: &Budget,
    write: &mut dyn FnMut(&str, &str) -> Result<()>,
) -> Result<Exported> {
    let mut taken = HashSet::new();
    each_entry(store, budget, &mut |entry| {
        let name = unique(&entry.body.id, &mut taken);
        write(&name, &entry::to_file(&entry.body, &entry.notes))
    })
}

/// The name of the file of an entry, which no other one has in any letter case.
fn unique(id: &str, taken: &mut HashSet<String>) -> String {
    let hash = blake3::hash(id.as_bytes()).to_hex();
    let hash = hash.get(..8).unwrap_or_default();
    let stem = stem(id, hash);
    let mut name = format!("{stem}.md");
    let mut nth = 1;
    while !taken.insert(name.to_lowercase()) {
        nth += 1;
        name = format!("{stem}~{nth}.md");
    }
    name
}

fn stem(id: &str, hash: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+' | '$' | '#' | '@');
    let mut stem: String = id.chars().map(|c| if safe(c) { c } else { '_' }).take(LONGEST).collect();
    let device = stem.split('.').next().unwrap_or_default().to_lowercase();
    let numbered = device.len() == 4 && (device.starts_with("com") || device.starts_with("lpt"));
    let plain = stem == id
        && !stem.starts_with(['.', '-', '$', '#'])
        && !stem.ends_with('.')
        && !numbered
        && !DEVICES.contains(&device.as_str());
    if !plain {
        stem = format!("{}_{hash}", stem.trim_matches(|c| matches!(c, '.' | '-' | '$' | '#')));
        if stem.starts_with(['_', '.']) || numbered || DEVICES.contains(&device.as_str()) {
            stem.insert_str(0, "e_");
        }
    }
    stem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_safe_and_each_is_there_once() {
        let mut taken = HashSet::new();
        let mut name = |id: &str| unique(id, &mut taken);
        assert_eq!(name("S0C7"), "S0C7.md");
        assert_eq!(name("SQL-811"), "SQL-811.md");
        assert_eq!(name("SQL+100"), "SQL+100.md");
        let odd = [
            "../../etc/passwd",
            "a/b",
            "a\\b",
            "a b",
            "..",
            ".",
            "CON",
            "com1.x",
            "-rf",
            "$HASP395",
            "ä",
            "a.",
            "~",
        ];
        let mut seen = HashSet::new();
        for id in odd {
            let made = name(id);
            assert!(made.strip_suffix(".md").is_some() && !made.starts_with(['.', '-', '$']), "{made}");
            assert!(made.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.+$#@~".contains(&b)), "{made}");
            assert!(made.len() < 120 && seen.insert(made.to_lowercase()), "{made}");
            let device = made.split('.').next().unwrap_or_default().to_lowercase();
            assert!(!DEVICES.contains(&device.as_str()) && device != "com1", "{made}");
        }
        assert!(name(&"x".repeat(300)).len() < 120);
        // An id that is the safe name of another one.
        let first = stem("a b", blake3::hash(b"a b").to_hex().get(..8).unwrap_or_default());
        assert_ne!(unique(&first, &mut taken), format!("{first}.md"));
    }
}
