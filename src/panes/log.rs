//! The Log pane: what happened in this session, in plain sentences. Owns its lines and what is shown of them; must not
//! know who wrote them.

use super::Move;
use crate::base::text::wrap;
use crate::ui::{Canvas, Role};
use crate::work::Tone;
use std::collections::VecDeque;

/// Columns of the time before each line.
const CLOCK: u16 = 7;
/// Lines that are kept.
pub const LINES: usize = 2_000;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Seconds since the start of the session.
    pub at: u64,
    /// How it is meant.
    pub tone: Tone,
    /// What happened.
    pub text: String,
    /// What to do about it; may be empty.
    pub hint: String,
}

/// Everything the pane holds.
#[derive(Debug, Clone, Default)]
pub struct State {
    lines: VecDeque<Line>,
    /// Messages scrolled up from the newest.
    back: usize,
    rows: usize,
}

impl State {
    /// Adds a line; the oldest goes when there are too many.
    pub fn add(&mut self, line: Line) {
        self.lines.push_back(line);
        if self.lines.len() > LINES {
            self.lines.pop_front();
        }
        if self.back > 0 {
            self.back = (self.back + 1).min(self.lines.len().saturating_sub(1));
        }
    }

    /// The layout has given so many rows.
    pub fn resize(&mut self, rows: u16) {
        self.rows = usize::from(rows).max(1);
    }

    /// The lines, oldest first.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter()
    }

    /// Moves.
    pub fn go_move(&mut self, way: Move) {
        let page = self.rows.max(1);
        let deepest = self.lines.len().saturating_sub(1);
        self.back = match way {
            Move::Up => self.back + 1,
            Move::Down => self.back.saturating_sub(1),
            Move::PageUp => self.back + page,
            Move::PageDown => self.back.saturating_sub(page),
            Move::HalfUp => self.back + page / 2,
            Move::HalfDown => self.back.saturating_sub(page / 2),
            Move::Top => deepest,
            Move::Bottom => 0,
            Move::Left | Move::Right => self.back,
        }
        .min(deepest);
    }
}

/// Draws the pane.
pub fn view(state: &State, canvas: &mut Canvas<'_>) {
    if state.lines.is_empty() {
        let text = "Nothing has happened yet. Messages and errors of this session gather here.";
        for (y, line) in (0..).zip(wrap(text, usize::from(canvas.width()))) {
            canvas.text(0, y, &line, Role::Dim);
        }
        return;
    }
    let height = usize::from(canvas.height());
    let room = usize::from(canvas.width().saturating_sub(CLOCK));
    let mut rows: VecDeque<(String, String, Role)> = VecDeque::new();
    // From the newest that is shown upwards: a long message takes as many rows as it needs.
    for line in state.lines.iter().rev().skip(state.back) {
        if rows.len() >= height {
            break;
        }
        rows_of(line, room).into_iter().rev().for_each(|row| rows.push_front(row));
    }
    let above = rows.len().saturating_sub(height);
    // At the oldest there may be room left below it.
    for line in state.lines.iter().rev().take(state.back).rev() {
        if rows.len() >= height {
            break;
        }
        rows.extend(rows_of(line, room));
    }
    for (y, (clock, text, role)) in (0..canvas.height()).zip(rows.iter().skip(above)) {
        canvas.text(0, y, clock, Role::Dim);
        canvas.text(CLOCK, y, text, *role);
    }
}

/// A message as rows of the screen: the time before the first of them.
fn rows_of(line: &Line, room: usize) -> Vec<(String, String, Role)> {
    let mut clock = format!("{:>3}:{:02} ", line.at / 60, line.at % 60);
    let texts = [(&line.text, role_of(line.tone)), (&line.hint, Role::Dim)];
    let texts = texts.into_iter().filter(|(text, _)| !text.is_empty());
    let rows = texts.flat_map(|(text, role)| wrap(text, room).into_iter().map(move |text| (text, role)));
    rows.map(|(text, role)| (std::mem::take(&mut clock), text, role)).collect()
}

/// The role of a tone.
pub fn role_of(tone: Tone) -> Role {
    match tone {
        Tone::Done => Role::Success,
        Tone::Info => Role::Info,
        Tone::Warning => Role::Warning,
        Tone::Error => Role::Error,
    }
}
