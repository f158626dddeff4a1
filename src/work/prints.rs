//! Lines as they are printed, and pages of print. Must not know panes.

use super::files::OpenFile;
use super::reply::Reply;
use crate::base::{Budget, ByteOffset, Result};
use crate::source::{Carriage, Direction};
use serde::{Deserialize, Serialize};

/// Which page of print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageTo {
    /// The one after that which holds this byte, or the one before.
    Next(u64, Direction),
    /// The one with this number from 1; beyond the last it is that.
    Number(u64),
}

impl OpenFile {
    /// Takes the file as having this carriage control (`None` to have it told from the file), and its lines as they are printed or
    /// as they are.
    pub fn print(&self, carriage: Option<Carriage>, printed: bool) -> Reply {
        self.source.set_printed(carriage, printed);
        let told = self.source.detected();
        Reply::Printed { carriage: told.carriage, confidence: told.carriage_confidence, printed }
    }

    /// Counts the pages.
    pub fn count_sheets(&self, budget: &Budget) -> Result<Reply> {
        self.source.count_pages(budget).map(Reply::Sheets)
    }

    /// Where a page begins.
    pub fn sheet(&self, to: PageTo, budget: &Budget) -> Result<Reply> {
        let found = match to {
            PageTo::Next(at, direction) => self.source.next_page(ByteOffset(at), direction, budget)?,
            PageTo::Number(number) => self.source.page_start(number, budget)?,
        };
        Ok(Reply::Sheet(found.map(|(at, number)| (at.0, number))))
    }
}
