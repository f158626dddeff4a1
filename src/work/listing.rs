//! What a listing is asked for where its sections and the source in it meet. Must not know panes.

use crate::code::{Frame, SourceFormat, SymbolKind};
use crate::listing::{Contents, Finder};
use crate::source::ChunkSink;

/// The units and sections of a listing as an outline has them.
#[must_use]
pub fn frames(contents: &Contents) -> Vec<Frame> {
    let mut frames = Vec::new();
    for unit in &contents.units {
        frames.push(Frame {
            kind: SymbolKind::Unit,
            name: unit.name().to_owned(),
            line: unit.line,
            end_line: unit.end_line,
            start: unit.start,
            inside: false,
        });
        frames.extend(unit.parts.iter().map(|part| Frame {
            kind: SymbolKind::Part,
            name: part.kind.title().to_owned(),
            line: part.line,
            end_line: part.end_line,
            start: part.start,
            inside: true,
        }));
    }
    frames
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
