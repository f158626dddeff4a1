//! Which entries a question is about, as plain values. Must not know SQL, nor how people write it.

use super::UnixMs;
use serde::{Deserialize, Serialize};

/// Which entries a question is about. Empty fields do not filter. Deleted entries never pass.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Filter {
    /// Any of these categories, in any letter case.
    pub categories: Vec<String>,
    /// All of these tags, lower case.
    pub tags: Vec<String>,
    /// What else must hold: all of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<Clause>,
}

/// One thing that must hold of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clause {
    /// It must not hold.
    pub not: bool,
    /// What is looked at, and what it is to be.
    pub test: Test,
}

/// What an entry is tested for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// A field is one of these names. A `*` at the end of a name: it begins so.
    Named(Named, Vec<String>),
    /// How bad it is is one of these, as the store numbers them: 0 info to 3 severe.
    Severity(Vec<i64>),
    /// How often it was used: from, to, both of them counted in.
    Used(u64, u64),
    /// When it was changed last: from, and before.
    Changed(UnixMs, UnixMs),
    /// Something is there.
    Has(Part),
}

/// Fields that hold names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Named {
    /// Its category.
    Category,
    /// Who wrote it; letters outside ASCII in their case.
    Author,
    /// Its id.
    Id,
    /// A code that it is about.
    Code,
    /// One of its tags.
    Tag,
    /// A file that it is linked to, by [`member_name`].
    File,
}

/// What an entry may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Notes of this site.
    Notes,
    /// Links to lines of files.
    Links,
    /// Files.
    Attachments,
    /// Incidents.
    Incidents,
    /// Incidents that are not resolved.
    OpenIncidents,
    /// Versions before the one that it is.
    History,
    /// Ratings.
    Ratings,
    /// Tags.
    Tags,
    /// Codes.
    Codes,
    /// Other names.
    Aliases,
    /// Manuals.
    References,
    /// Entries that are named as related.
    Related,
}

impl Filter {
    /// Everything that must hold, as clauses.
    pub fn all(&self) -> Vec<Clause> {
        let named = |field, names: Vec<String>| Clause { not: false, test: Test::Named(field, names) };
        let mut all = Vec::new();
        if !self.categories.is_empty() {
            all.push(named(Named::Category, self.categories.clone()));
        }
        all.extend(self.tags.iter().map(|tag| named(Named::Tag, vec![tag.clone()])));
        all.extend(self.clauses.iter().cloned());
        all
    }

    /// Whether it lets every entry pass.
    pub fn is_plain(&self) -> bool {
        self.categories.is_empty() && self.tags.is_empty() && self.clauses.is_empty()
    }
}

/// What a file is called that entries are linked to: its name without folders and suffix, of a member its own name; upper
/// case. `/u/src/payr010.cbl` and `lib.xmi(PAYR010)` are `PAYR010`.
pub fn member_name(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let member = name.strip_suffix(')').and_then(|inner| inner.rsplit_once('(')).map(|(_, member)| member);
    let stem = member.unwrap_or_else(|| match name.split_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    });
    stem.trim().to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_called_by_their_members() {
        for (path, name) in [
            ("/u/src/payr010.cbl", "PAYR010"),
            ("lib.xmi(PAYR010)", "PAYR010"),
            ("PAYR010", "PAYR010"),
            ("/u/.profile", ".PROFILE"),
            ("/u/", ""),
            ("payr010.cbl.gz", "PAYR010"),
        ] {
            assert_eq!(member_name(path), name, "{path}");
        }
    }
}
