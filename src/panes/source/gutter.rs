//! The columns before the text: marks, numbers, signs of carriage control. Owns which number stands beside a line; must not
//! know what the text is.

use super::carriage;
use super::file::File;
use super::rows::Row;
use super::state::State;
use crate::base::LineNo;
use crate::base::num::to_u16;
use crate::ui::{Canvas, Role};
use crate::work::{Effects, Tone};
use serde::{Deserialize, Serialize};

/// Which numbers stand beside lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gutter {
    /// Those that people type: of a listing's source the compiler's, of other lines of it those of the file with `=`.
    #[default]
    Ids,
    /// Those of the file.
    Lines,
    /// None.
    Off,
}

impl Gutter {
    /// The next one: in what is no listing the first two are the same.
    fn next(self, listing: bool) -> Self {
        match self {
            Self::Ids if listing => Self::Lines,
            Self::Ids | Self::Lines => Self::Off,
            Self::Off => Self::Ids,
        }
    }

    /// What it does, as the message says it.
    fn said(self, listing: bool) -> &'static str {
        match (self, listing) {
            (Self::Ids, true) => "LineIDs beside the lines; where there is none, = and the line of the file",
            (Self::Ids | Self::Lines, _) => "lines of the file are numbered",
            (Self::Off, _) => "no numbers",
        }
    }
}

impl State {
    /// GUTTER: these numbers; without any the next ones.
    pub fn number_by(&mut self, gutter: Option<Gutter>, fx: &mut Effects) {
        let listing = self.file().is_some_and(File::is_listing);
        self.gutter = gutter.unwrap_or_else(|| self.gutter.next(listing));
        fx.say(Tone::Done, self.gutter.said(listing));
    }
}

/// Columns of it.
pub(super) fn width(gutter: Gutter, file: &File) -> u16 {
    if gutter == Gutter::Off {
        return 1 + carriage::sign_width(file);
    }
    let last =
        file.total_lines.or_else(|| file.rows.last().and_then(|r| r.number).map(LineNo::get)).unwrap_or(9999);
    let digits = last.max(1000).ilog10() + 1 + u32::from(by_ids(gutter, file));
    // A label stands in the place of the number with its period.
    let label = file.labels.iter().map(|l| l.name.len() + 1).max().unwrap_or(0);
    u16::try_from(digits).unwrap_or(20).max(to_u16(label)) + 2 + carriage::sign_width(file)
}

/// Whether numbers of the compiler stand in it.
fn by_ids(gutter: Gutter, file: &File) -> bool {
    gutter == Gutter::Ids && file.is_listing()
}

/// Draws it for a row; `marked` where the terminal's own cursor does not mark the line.
pub(super) fn draw(state: &State, file: &File, row: &Row, marked: bool, canvas: &mut Canvas<'_>, y: u16) {
    let end = width(state.gutter, file).saturating_sub(carriage::sign_width(file));
    if let Some(sign) = carriage::sign(file, row) {
        canvas.text(end, y, sign.encode_utf8(&mut [0; 4]), Role::Gutter);
    }
    let glyphs = canvas.look().glyphs;
    // Where the keys are, the terminal's own cursor marks the line: a sign of ours would have to be moved with it.
    if marked {
        canvas.text(0, y, glyphs.current, Role::Gutter);
    } else if row.is_first() && file.note_on(row).is_some() {
        canvas.text(0, y, "+", Role::Link);
    } else if row.is_first() && file.link_on(row).is_some() {
        canvas.text(0, y, glyphs.dot, Role::Link);
    }
    if state.gutter == Gutter::Off {
        return;
    }
    let label = file.labels.iter().find(|l| l.at == row.start && row.hidden == 0);
    if let Some(label) = label {
        // In the place of the number, as ISPF has it.
        canvas.text_right(end.saturating_sub(1), y, &format!(".{}", label.name), Role::Accent);
        return;
    }
    let text = match (row.number, row.line_id) {
        _ if row.hidden > 0 => "-  -".to_owned(),
        _ if !row.is_first() => return,
        (_, Some(id)) if state.gutter == Gutter::Ids => id.to_string(),
        // As LOCATE takes it.
        (Some(n), _) if by_ids(state.gutter, file) => format!("={n}"),
        (Some(n), _) => n.to_string(),
        (None, _) => "~".to_owned(),
    };
    canvas.text_right(end.saturating_sub(1), y, &text, Role::Gutter);
}
