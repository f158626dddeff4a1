//! Where tabs go: in COBOL of fixed format to the stops of its areas, in other text to the next of equal steps, as the settings
//! or a person say. What is found, and what is shown as bytes, goes by the bytes of a line, where a tab is one.

use super::file::File;
use super::state::State;
use crate::base::text::Tabs;
use crate::code::SourceFormat;
use crate::work::{Effects, FileFacts, Tone};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Stops of fixed format, as cells from 0: areas A and B, then every four columns, which is how people indent. Compilers that
/// take tabs agree on the first one alone: what follows it is in area A (`cobc` goes to column 9, in steps of eight).
static COBOL: LazyLock<[usize; 64]> = LazyLock::new(|| std::array::from_fn(|n| 7 + 4 * n));

/// What a person says of tab stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TabStops {
    /// Those of COBOL in COBOL of fixed format, those of the settings in other text.
    #[default]
    Auto,
    /// Those of COBOL.
    Cobol,
    /// So many columns from one to the next.
    Every(u16),
}

impl State {
    /// TABS.
    pub fn set_tabs(&mut self, tabs: TabStops, fx: &mut Effects) {
        self.tabs = tabs;
        let text = match tabs {
            TabStops::Cobol => "tabs go to columns 8, 12, 16, 20 ...".to_owned(),
            TabStops::Every(columns) => format!("tabs go to every {columns} columns"),
            TabStops::Auto => {
                format!("tabs go to columns 8, 12, 16 ... in fixed format, else to every {}", self.tab_width)
            }
        };
        fx.say(Tone::Done, text);
        let other = self.split.as_ref().map(|s| s.other);
        for id in self.file().map(|f| f.id).into_iter().chain(other) {
            self.ask_page(id, fx);
        }
    }

    /// Where tabs go in a file.
    pub(super) fn tabs_of(&self, file: &File) -> Tabs<'static> {
        let fixed = |f: &FileFacts| matches!(f.format, SourceFormat::Fixed | SourceFormat::Variable);
        match self.tabs {
            TabStops::Every(columns) => Tabs::Every(usize::from(columns)),
            TabStops::Auto if !file.facts.as_ref().is_some_and(fixed) => {
                Tabs::Every(usize::from(self.tab_width))
            }
            TabStops::Auto | TabStops::Cobol => Tabs::At(&*COBOL),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::COBOL;
    use crate::base::text::{Line, LineOptions, Tabs};

    #[test]
    fn stops_are_those_of_the_areas() {
        let options = LineOptions { tabs: Tabs::At(&*COBOL), ..LineOptions::default() };
        let shown = |text: &str| Line::decode(text.as_bytes(), &options).text().to_owned();
        assert_eq!(shown("\tA\tB\tC"), "       A   B   C");
        assert_eq!(shown("000100\tMAIN.\t\tX"), "000100 MAIN.       X");
        assert_eq!(shown("      *\tREMARK"), "      *    REMARK");
    }
}
