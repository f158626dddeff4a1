//! What belongs to a slot.

use super::{FileId, Slot};

impl Slot {
    /// The file that it is about, if it is about one.
    pub fn file(self) -> Option<FileId> {
        match self {
            Self::Open(file)
            | Self::Page(file)
            | Self::Pin(file)
            | Self::Scan(file)
            | Self::Find(file)
            | Self::Count(file)
            | Self::Outline(file)
            | Self::Symbol(file)
            | Self::Parse(file)
            | Self::Names(file)
            | Self::Fold(file)
            | Self::Listing(file)
            | Self::Watch(file)
            | Self::Sheets(file)
            | Self::Links(file)
            | Self::Note(file)
            | Self::Visit(file) => Some(file),
            _ => None,
        }
    }
}
