//! The palette: any action by a few letters of its name or help. Owns the letters typed and the list they leave.

use super::actions::{Action, Place, Spec, TABLE};
use crate::ui::widget::Input;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// An open palette.
#[derive(Debug, Clone)]
pub struct Palette {
    /// Where it was opened: actions of this place and of those around it are offered.
    pub place: Place,
    /// The letters typed.
    pub input: Input,
    /// The selected row.
    pub selected: usize,
    found: Vec<&'static Spec>,
}

impl Palette {
    /// A palette for `place` that offers everything.
    pub fn open(place: Place) -> Self {
        let mut palette = Self { place, input: Input::default(), selected: 0, found: Vec::new() };
        palette.refresh();
        palette
    }

    /// The actions that the letters leave, best first, each once.
    pub fn rows(&self) -> &[&'static Spec] {
        &self.found
    }

    /// The selected action.
    pub fn action(&self) -> Option<Action> {
        self.found.get(self.selected).map(|s| s.action)
    }

    /// Moves the selection by `rows`.
    pub fn step(&mut self, rows: isize) {
        self.selected = self.selected.saturating_add_signed(rows).min(self.found.len().saturating_sub(1));
    }

    /// Finds anew after the letters changed.
    pub fn refresh(&mut self) {
        let mut matcher = Matcher::new(Config::DEFAULT);
        let pattern = Pattern::parse(self.input.text(), CaseMatching::Ignore, Normalization::Smart);
        let mut scored: Vec<(u32, usize, &'static Spec)> = Vec::new();
        let mut chars = Vec::new();
        for (order, spec) in TABLE.iter().enumerate() {
            let shown = scored.iter().any(|(_, _, s)| s.action == spec.action);
            if shown || !spec.place.covers(self.place) {
                continue;
            }
            let text = format!("{} {}", spec.name, spec.help);
            if let Some(score) = pattern.score(Utf32Str::new(&text, &mut chars), &mut matcher) {
                // What is called so comes before what is only explained so.
                let name = pattern.score(Utf32Str::new(spec.name, &mut chars), &mut matcher);
                scored.push((score + 2 * name.unwrap_or(0), order, spec));
            }
        }
        scored.sort_by_key(|(score, order, _)| (std::cmp::Reverse(*score), *order));
        self.found = scored.into_iter().map(|(_, _, spec)| spec).collect();
        self.selected = 0;
    }
}
