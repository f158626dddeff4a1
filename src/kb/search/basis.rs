//! What a result stands on beside the texts: the entries whose uses it was ranked by, and lists that were cut by use. Owns the
//! rule by which a use of an entry makes a result old.

use crate::store::{EntryHead, EntryRow};
use serde::{Deserialize, Serialize};

/// A list of entries that was cut where the less used ones begin: one that is used may come into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cut {
    /// Of those with this tag, lower case.
    Tag(String),
    /// Of those with a name that begins so, upper case.
    Name(String),
    /// Of all.
    All,
}

/// What a result stands on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Basis {
    /// The entries that it was made from, by row.
    pub rows: Vec<EntryRow>,
    /// Lists that were cut by use.
    pub cuts: Vec<Cut>,
    /// Every layer did what it should, in time, and no stored text was damaged.
    pub whole: bool,
}

impl Basis {
    /// Whether the result may be another one after the entry of `row` was used; `head` is asked for only where that depends
    /// on it. An entry that is gone changes nothing by being used.
    pub fn moves(&self, row: EntryRow, head: &mut dyn FnMut() -> Option<std::sync::Arc<EntryHead>>) -> bool {
        if self.rows.binary_search(&row).is_ok() || self.cuts.contains(&Cut::All) {
            return true;
        }
        if self.cuts.is_empty() {
            return false;
        }
        let Some(head) = head() else { return true };
        self.cuts.iter().any(|cut| match cut {
            Cut::Tag(tag) => head.tags.iter().any(|own| own.to_lowercase() == *tag),
            Cut::Name(begins) => {
                let mut names = std::iter::once(&head.id).chain(&head.aliases).chain(&head.codes);
                names.any(|name| name.to_uppercase().starts_with(begins.as_str()))
            }
            Cut::All => true,
        })
    }
}
