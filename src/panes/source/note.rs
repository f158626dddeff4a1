//! Notes on lines, and links of lines to entries: where they are shown, written and found again. A note belongs to what its
//! line says, not to its number; which line that is now is found out by the workers. Must not know how.

use super::file::File;
use super::names::NamesPanel;
use super::rows::Row;
use super::state::State;
use super::walk::WalkPanel;
use crate::base::{LineNo, num};
use crate::code::SourceFormat;
use crate::source::encoding::Encoding;
use crate::store::{CodeReference, EntryHead, LineNote};
use crate::work::{
    Effects, FileFacts, FileId, NameSpot, Request, Slot, Tone, Walk, WalkOf, WalkRow, anchor_of,
};

/// What the command line says of the note of a line.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum NoteTo {
    /// Show it.
    Show,
    /// Write it, in place of the one that is there.
    Write(String),
    /// Take it away.
    Delete,
}

impl File {
    /// The note on a line.
    pub fn note_on(&self, row: &Row) -> Option<&LineNote> {
        let number = row.number.filter(|_| row.hidden == 0)?.get();
        self.notes.iter().find(|n| n.line == number && !n.lost)
    }

    /// The entry linked to a line.
    pub fn link_on(&self, row: &Row) -> Option<&(CodeReference, EntryHead)> {
        let number = row.number?.get();
        self.links.iter().find(|(link, _)| link.line == number)
    }

    /// What tells the cursor's line from others when the file has changed.
    pub fn anchor_here(&self) -> String {
        let bytes =
            |row: Option<&Row>| row.filter(|r| r.hidden == 0).cloned().map_or_else(Vec::new, |r| r.bytes);
        let near = self.lines_near().map(bytes);
        let near = [&near[0][..], &near[1], &near[2]];
        let (format, encoding) = self
            .facts
            .as_ref()
            .map_or((SourceFormat::NotCobol, Encoding::default()), |f| (f.format, FileFacts::encoding(f)));
        // Rows that leave out the start of long lines say something else than the lines do.
        if self.skip > 0 { String::new() } else { anchor_of(near, format, encoding) }
    }
}

impl State {
    /// The note of the cursor's line: shown, written or taken away.
    pub fn note(&mut self, to: NoteTo, fx: &mut Effects) {
        let Some(file) = self.file() else { return };
        let Some((row, line)) = file.cursor_row().and_then(|r| Some((r, r.number?))) else {
            return fx.say(Tone::Info, "the number of this line is not known yet: try again");
        };
        let old = file.note_on(row);
        let text = match (to, old) {
            (NoteTo::Show, Some(note)) => return fx.say(Tone::Info, note.text.clone()),
            (NoteTo::Show | NoteTo::Delete, None) => {
                return fx.say(Tone::Info, "no note on this line: NOTE text writes one");
            }
            (NoteTo::Write(text), _) => text,
            (NoteTo::Delete, Some(_)) => String::new(),
        };
        let takes_away = text.is_empty();
        let anchor = file.anchor_here();
        let id = old.map_or(0, |n| n.id);
        let note = LineNote { id, line: line.get(), anchor, text, ..LineNote::default() };
        let path = file.path.clone();
        fx.request(Slot::Note(file.id), Request::NoteLine { path, note });
        self.unnoting = takes_away;
    }

    /// The words of the note on the cursor's line, to be changed.
    pub fn note_here(&self) -> &str {
        let noted = self.file().and_then(|f| f.note_on(f.cursor_row()?));
        noted.map_or("", |note| note.text.as_str())
    }

    /// The store has taken a note, or has it no more.
    pub(super) fn noted(&mut self, id: FileId, there: bool, fx: &mut Effects) {
        let (tone, text) = match (there, std::mem::take(&mut self.unnoting)) {
            (true, false) => (Tone::Done, "the note is kept"),
            (true, true) => (Tone::Done, "the note is deleted"),
            (false, _) => (Tone::Warning, "somebody has deleted that note already"),
        };
        fx.say(tone, text);
        self.ask_links(id, fx);
    }

    /// Notes and links of a file, each at the line where it belongs now.
    pub(super) fn take_links(
        &mut self,
        id: FileId,
        (links, notes): (Vec<(CodeReference, EntryHead)>, Vec<LineNote>),
        fx: &mut Effects,
    ) {
        let Some(file) = self.by_id(id) else { return };
        let lost = notes.iter().filter(|n| n.lost).count();
        let news = lost > file.notes.iter().filter(|n| n.lost).count();
        (file.links, file.notes) = (links, notes);
        if news {
            let lost = num::counted(num::to_u64(lost), "note", "notes");
            let text = format!("{lost} of {} belong to lines that are gone: NOTES lists them", file.name());
            fx.say(Tone::Info, text);
        }
        self.rest();
    }

    pub(super) fn ask_links(&mut self, id: FileId, fx: &mut Effects) {
        if let Some(file) = self.by_id(id) {
            let links = Request::Links { file: id, path: file.path.clone(), also: file.also.clone() };
            fx.request(Slot::Links(id), links);
        }
    }

    /// NOTES: all of the file, with the entries linked to it, as a list to walk along.
    pub fn list_notes(&mut self, fx: &mut Effects) {
        let Some(file) = self.file() else { return };
        let row = |line: u64, name: String, how: &str| {
            // As LOCATE takes it.
            let at = file.noted_ids.binary_search_by_key(&line, |noted| noted.line).ok();
            let noted = at.and_then(|at| file.noted_ids.get(at));
            let line_id = file.is_listing().then(|| noted.map_or(0, |noted| noted.line_id));
            let spot = NameSpot { line_id, ..NameSpot::of(None, LineNo::new(line)) };
            WalkRow {
                name,
                how: how.to_owned(),
                note: noted.and_then(|noted| noted.unit.clone()).unwrap_or_default(),
                at: Some(spot.clone()),
                begins: Some(spot),
                ..WalkRow::default()
            }
        };
        let notes =
            file.notes.iter().map(|n| row(n.line, n.text.clone(), if n.lost { "gone" } else { "note" }));
        let entries = file.links.iter().map(|(r, e)| row(r.line, format!("{} {}", e.id, e.title), "entry"));
        let mut rows: Vec<WalkRow> = notes.chain(entries).collect();
        if rows.is_empty() {
            return fx.say(Tone::Info, "no notes in this file: NOTE text writes one on the cursor's line");
        }
        rows.sort_by_key(|r| r.begins.as_ref().map(|spot| spot.line));
        let walk = Walk { of: WalkOf::Notes, about: file.name().to_owned(), rows, cut: false };
        self.names = NamesPanel::default();
        self.walk = WalkPanel { walk: Some(walk), ..WalkPanel::default() };
    }
}
