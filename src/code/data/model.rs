//! Storage maps as values: records of items with their places.

use super::entry::{DataName, Entry, Sign, same_name};
use super::usage::Usage;
use crate::code::Problem;
use serde::Serialize;

/// A number of bytes that may not be known in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Length {
    /// The bytes that are known.
    pub known: u64,
    /// There are no others.
    pub exact: bool,
}

impl Length {
    /// So many bytes and no others.
    pub fn exactly(bytes: u64) -> Self {
        Self { known: bytes, exact: true }
    }

    /// So many bytes, and an unknown number of others.
    pub fn at_least(bytes: u64) -> Self {
        Self { known: bytes, exact: false }
    }

    /// The bytes, if all are known.
    pub fn bytes(self) -> Option<u64> {
        self.exact.then_some(self.known)
    }

    /// So many times the same; `None` times is an unknown number of times.
    #[must_use]
    pub fn times(self, times: Option<u64>, at_least: u64) -> Self {
        match times {
            Some(times) => Self { known: self.known.saturating_mul(times), exact: self.exact },
            None => Self::at_least(self.known.saturating_mul(at_least)),
        }
    }
}

impl std::fmt::Display for Length {
    /// `12`, or `12+` if there may be more.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.known, if self.exact { "" } else { "+" })
    }
}

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// It has items under it.
    Group,
    /// It has none.
    Elementary,
    /// Level 66.
    Renames,
    /// Level 78: a constant of other compilers.
    Constant,
    /// Level 88.
    Condition,
    /// A copybook that is not here, or a part that was left out: its name is that of the copybook.
    Missing,
}

/// The section a record stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "SCREAMING-KEBAB-CASE")]
pub enum Section {
    /// None: a copybook, or a part of a program.
    #[default]
    None,
    /// FILE SECTION.
    File,
    /// WORKING-STORAGE SECTION.
    WorkingStorage,
    /// LOCAL-STORAGE SECTION.
    LocalStorage,
    /// LINKAGE SECTION.
    Linkage,
    /// COMMUNICATION SECTION.
    Communication,
}

impl Section {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "",
            Self::File => "FILE",
            Self::WorkingStorage => "WORKING-STORAGE",
            Self::LocalStorage => "LOCAL-STORAGE",
            Self::Linkage => "LINKAGE",
            Self::Communication => "COMMUNICATION",
        }
    }
}

/// Where a record stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The program, class or method.
    pub program: Option<String>,
    /// The section.
    pub section: Section,
    /// The file, report or communication description whose record it is.
    pub file: Option<String>,
}

/// How often an item is there, and how far apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Dimension {
    /// Most occurrences.
    pub times: Option<u64>,
    /// Bytes from one occurrence to the next.
    pub stride: Option<u64>,
}

/// An item with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// What is written.
    pub entry: Entry,
    /// The item it is under, by its place in the record.
    pub parent: Option<u32>,
    /// Where its first occurrence begins in the record, from 0, tables before it at their largest. `None` if unknown.
    pub offset: Option<u64>,
    /// It is variably located: what DEPENDING ON a table before it says moves it.
    pub moves: bool,
    /// Length of one occurrence.
    pub length: Length,
    /// Length of all occurrences.
    pub total: Length,
    /// The same with the fewest occurrences of all tables.
    pub least: u64,
    /// Slack bytes before it.
    pub slack: u64,
    /// Slack bytes at the end of each of its occurrences; they are part of its length.
    pub slack_inside: u64,
    /// Tables it is in, outermost first, itself included.
    pub dimensions: Vec<Dimension>,
    /// USAGE, its own or that of its group or that of its PICTURE.
    pub usage: Option<Usage>,
    /// SIGN, its own or that of its group, if it has a sign.
    pub sign: Option<Sign>,
    /// What it redefines: the name in its REDEFINES, or the first record of its file.
    pub redefines: Option<String>,
    /// `redefines` is not written: all records of a file share one area.
    pub implicit: bool,
}

impl Item {
    pub(super) fn new(kind: ItemKind, entry: Entry, parent: Option<u32>) -> Self {
        Self {
            kind,
            redefines: entry.redefines.clone(),
            entry,
            parent,
            offset: None,
            moves: false,
            length: Length::default(),
            total: Length::default(),
            least: 0,
            slack: 0,
            slack_inside: 0,
            dimensions: Vec::new(),
            usage: None,
            sign: None,
            implicit: false,
        }
    }

    /// Its name as it is shown.
    pub fn name(&self) -> &str {
        self.entry.name.as_deref().unwrap_or("FILLER")
    }

    /// Whether it takes storage.
    pub fn has_storage(&self) -> bool {
        matches!(self.kind, ItemKind::Group | ItemKind::Elementary)
    }

    /// The two letters of its type; empty for what has none.
    pub fn type_code(&self) -> &'static str {
        let category = self.entry.picture.as_ref().and_then(|p| p.picture).map(|p| p.category);
        match (self.kind, self.usage) {
            (ItemKind::Group, Some(Usage::National)) if self.entry.group_usage.is_some() => "GN",
            (ItemKind::Group, Some(Usage::Utf8)) if self.entry.group_usage.is_some() => "GU",
            (ItemKind::Group | ItemKind::Renames, _) => "GR",
            (ItemKind::Elementary, Some(usage)) => usage.type_code(category),
            (ItemKind::Elementary, None) => "??",
            (ItemKind::Constant | ItemKind::Condition | ItemKind::Missing, _) => "",
        }
    }

    /// Type, start from 1 and length of the first occurrence, as in `PD 131:5`; `?` is an unknown start, `+` behind the
    /// length means that there may be more. Empty for what takes no storage.
    pub fn notation(&self) -> String {
        let code = self.type_code();
        if code.is_empty() {
            return String::new();
        }
        let start = self.offset.map_or_else(|| "?".to_owned(), |o| o.saturating_add(1).to_string());
        format!("{code} {start}:{}", self.length)
    }
}

/// A level 01 or 77 with all that is under it, or the items of a copybook that begins with another level.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// Where it stands.
    pub place: Place,
    /// Its items in the order of the source; the first is the record itself.
    pub items: Vec<Item>,
    /// What is wrong with it or not known of it.
    pub problems: Vec<Problem>,
}

impl Record {
    /// The items around item `index`, innermost first.
    pub fn parents(&self, index: usize) -> impl Iterator<Item = &Item> {
        let up = |item: &Item| item.parent.and_then(|p| self.items.get(usize::try_from(p).ok()?));
        std::iter::successors(self.items.get(index).and_then(up), move |item| up(item))
    }

    /// Whether item `index` is meant by `name`: its own name and some of those around it, in order, or the file.
    pub fn is_meant(&self, index: usize, name: &DataName) -> bool {
        let mut parts = name.parts.iter();
        let Some(first) = parts.next() else { return false };
        if !self
            .items
            .get(index)
            .is_some_and(|item| item.entry.name.as_deref().is_some_and(|n| same_name(n, first)))
        {
            return false;
        }
        let around = self.parents(index).filter_map(|item| item.entry.name.as_deref());
        let mut around = around.chain(self.place.file.as_deref());
        parts.all(|wanted| around.any(|name| same_name(name, wanted)))
    }

    /// The items under item `index`, itself first: they follow each other.
    pub fn under(&self, index: usize) -> std::ops::Range<usize> {
        let inside = |i: usize| {
            let mut at = i;
            while let Some(parent) = self.items.get(at).and_then(|item| item.parent) {
                at = usize::try_from(parent).unwrap_or(usize::MAX);
                if at == index {
                    return true;
                }
                if at < index {
                    return false;
                }
            }
            false
        };
        let mut end = index.saturating_add(1).min(self.items.len());
        while end < self.items.len() && inside(end) {
            end += 1;
        }
        index..end
    }
}
