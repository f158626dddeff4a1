//! What a listing is asked for where its sections and the source in it meet. Must not know panes.

mod ask;
mod ids;
mod printed;
mod survey;
#[cfg(test)]
pub(super) mod tests;

pub use ask::offsets;
pub(super) use ask::{Asked, row};
pub use ids::{LineIds, NumberedLine, number_shown};
pub use printed::{Differing, Printed};
pub use survey::Survey;

use crate::code::{Frame, SourceFormat, SymbolKind};
use crate::listing::{Contents, Finder, Part, Severity};
use crate::source::{ChunkSink, Direction};
use serde::{Deserialize, Serialize};

/// Which message to go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// The next one behind the cursor.
    Next,
    /// The one before it.
    Previous,
    /// The first of the listing.
    First,
    /// The last of the listing.
    Last,
    /// The first of the worst ones.
    Worst,
}

/// What a listing is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListingAsk {
    /// What is known of it as a whole.
    Facts,
    /// The line with this number, in the unit of the cursor.
    Line(u32),
    /// A line that a message is about.
    Message {
        /// Messages that are milder do not count.
        least: Severity,
        /// Which of the others.
        which: Which,
    },
    /// From a row of a table to the line it is about, from a line of the source to its message.
    Other,
    /// The next page as it was printed, or the one before.
    Page(Direction),
    /// The statement whose code is at this offset of the program.
    Offset(u64),
}

/// What is known of a listing as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ListingFacts {
    /// The compiler with its version.
    pub compiler: String,
    /// How many compile units there are.
    pub units: usize,
    /// The highest severity of all of them as a return code; `None` where the listing does not say.
    pub severity: Option<u32>,
}

/// What a listing answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListingAnswer {
    /// What is known of it.
    Facts(ListingFacts),
    /// A place in it, and what to say of it.
    There {
        /// Where the line begins, in bytes.
        at: u64,
        /// What is there.
        text: String,
    },
    /// There is no such place, and why.
    Nowhere(String),
}

impl ListingFacts {
    /// Of a listing with these contents.
    pub(super) fn of(contents: &Contents) -> Self {
        let compiler = contents.compiler().map(|h| format!("{} {}", h.compiler, h.version));
        Self {
            compiler: compiler.unwrap_or_default().trim().to_owned(),
            units: contents.units.len(),
            severity: contents.severity(),
        }
    }
}

/// The units and sections of a listing as an outline has them, in the order of the file.
pub fn frames(contents: &Contents) -> impl Iterator<Item = Frame> + Clone {
    contents.units.iter().flat_map(|unit| {
        let whole = Frame {
            kind: SymbolKind::Unit,
            name: unit.name().to_owned().into(),
            line: unit.line,
            end_line: unit.end_line,
            start: unit.start,
            inside: false,
        };
        let parts: Vec<Part> = unit.parts().collect();
        let parts = parts.into_iter().map(|part| Frame {
            kind: SymbolKind::Part,
            name: part.kind.title().into(),
            line: part.line,
            end_line: part.end_line,
            start: part.start,
            inside: true,
        });
        std::iter::once(whole).chain(parts)
    })
}

/// Reads along with a scan of a file, if it is a listing.
pub(super) struct Along(Option<Finder>);

impl Along {
    /// Of a file of this format.
    pub fn new(format: SourceFormat) -> Self {
        Self(format.is_listing().then(Finder::default))
    }

    /// What wants the bytes of the scan: `others`, and this.
    pub fn sinks<'s>(&'s mut self, others: Option<&'s mut dyn ChunkSink>) -> Vec<&'s mut dyn ChunkSink> {
        let mut sinks: Vec<&mut dyn ChunkSink> = others.into_iter().collect();
        if let Some(finder) = &mut self.0 {
            sinks.push(finder);
        }
        sinks
    }

    /// What was found; nothing in what is no listing.
    pub fn finish(self) -> Contents {
        self.0.map(Finder::finish).unwrap_or_default()
    }
}
