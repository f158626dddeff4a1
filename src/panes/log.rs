//! The Log pane: what happened in this session, in plain sentences. Owns its lines and what is shown of them; must not
//! know who wrote them.

use super::Move;
use crate::ui::{Canvas, Role};
use crate::work::Tone;
use std::collections::VecDeque;

/// Lines that are kept.
const LINES: usize = 2_000;

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
    /// Lines scrolled up from the newest.
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
            self.back = (self.back + 1).min(self.lines.len());
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
        let deepest = self.lines.len().saturating_sub(page);
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
        canvas.text(
            0,
            0,
            "Nothing has happened yet. Messages and errors of this session gather here.",
            Role::Dim,
        );
        return;
    }
    let rows = usize::from(canvas.height());
    let end = state.lines.len().saturating_sub(state.back);
    let start = end.saturating_sub(rows);
    for (y, line) in (0..).zip(state.lines.iter().skip(start).take(end - start)) {
        let role = role_of(line.tone);
        let clock = format!("{:>3}:{:02} ", line.at / 60, line.at % 60);
        let mut x = canvas.text(0, y, &clock, Role::Dim);
        x += canvas.text(x, y, &line.text, role);
        if !line.hint.is_empty() {
            canvas.text(x, y, &format!("  ({})", line.hint), Role::Dim);
        }
    }
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
