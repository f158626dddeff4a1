//! A form: labelled inputs and text areas, one of which takes the keys.

use super::edit::Edit;
use super::input::Input;
use super::text_area::TextArea;
use crate::base::num::to_u16;
use crate::base::text;
use crate::ui::{Canvas, Rect, Role};
use serde::{Deserialize, Serialize};

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// One line.
    Line(Input),
    /// Several lines.
    Area(TextArea),
}

/// A labelled place to type in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// What stands before it.
    pub label: String,
    /// What an empty line says.
    pub placeholder: String,
    /// What was typed.
    pub value: Value,
    /// What is wrong with it; shown in place of the label's colon.
    pub problem: String,
}

impl Field {
    /// A field of one line.
    pub fn line(label: &str, text: &str, placeholder: &str) -> Self {
        let value = Value::Line(Input::new(text));
        Self { label: label.to_owned(), placeholder: placeholder.to_owned(), value, problem: String::new() }
    }

    /// A field of several lines.
    pub fn area(label: &str, text: &str) -> Self {
        let value = Value::Area(TextArea::new(text));
        Self { label: label.to_owned(), placeholder: String::new(), value, problem: String::new() }
    }

    /// What was typed.
    pub fn text(&self) -> String {
        match &self.value {
            Value::Line(input) => input.text().to_owned(),
            Value::Area(area) => area.text(),
        }
    }
}

/// Fields of which one takes the keys.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Form {
    /// The fields, top to bottom.
    pub fields: Vec<Field>,
    focus: usize,
}

impl Form {
    /// A form whose first field takes the keys.
    pub fn new(fields: Vec<Field>) -> Self {
        Self { fields, focus: 0 }
    }

    /// Which field takes the keys, from 0.
    pub fn focus(&self) -> usize {
        self.focus.min(self.fields.len().saturating_sub(1))
    }

    /// Gives the keys to field `index`.
    pub fn set_focus(&mut self, index: usize) {
        self.focus = index;
    }

    /// Gives the keys to the next field, or the one before, around the ends.
    pub fn step(&mut self, back: bool) {
        let count = self.fields.len().max(1);
        self.focus = (self.focus() + if back { count - 1 } else { 1 }) % count;
    }

    /// Does `edit` in the field that takes the keys; says whether its text changed. Up and down leave a field of one
    /// line, Enter goes on from it.
    pub fn apply(&mut self, edit: &Edit) -> bool {
        let focus = self.focus();
        let Some(field) = self.fields.get_mut(focus) else { return false };
        let changed = match &mut field.value {
            Value::Area(area) => area.apply(edit),
            Value::Line(_) if matches!(edit, Edit::Down | Edit::Up | Edit::NewLine) => {
                self.step(*edit == Edit::Up);
                return false;
            }
            Value::Line(input) => input.apply(edit),
        };
        if changed {
            field.problem.clear();
        }
        changed
    }

    /// Draws the fields: labels left, what was typed right. Text areas share the rows that are left; where not all fit,
    /// fields above the focused one scroll out.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, focused: bool) {
        let mut canvas = canvas.sub(area);
        let labels = self.fields.iter().map(|field| text::width(&field.label)).max().unwrap_or(0);
        let indent = to_u16(labels + 2).min(canvas.width() / 2);
        let heights = self.heights(canvas.height());
        let above: u32 = heights.iter().take(self.focus() + 1).map(|h| u32::from(*h)).sum();
        let mut skip = above.saturating_sub(u32::from(canvas.height()));
        let mut y = 0_u16;
        for (i, (field, height)) in self.fields.iter().zip(heights).enumerate() {
            if skip > 0 {
                skip = skip.saturating_sub(u32::from(height));
                continue;
            }
            let has_focus = focused && i == self.focus();
            let role = match (field.problem.is_empty(), has_focus) {
                (false, _) => Role::Error,
                (true, true) => Role::Prompt,
                (true, false) => Role::Dim,
            };
            canvas.text_in(0, y, indent.saturating_sub(1), &field.label, role);
            let width = canvas.width().saturating_sub(indent);
            let problem = to_u16(text::width(&field.problem)).saturating_add(1).min(width / 2);
            let problem = if field.problem.is_empty() { 0 } else { problem };
            let place = Rect { x: indent, y, width: width - problem, height };
            match &field.value {
                Value::Line(input) => input.draw(&mut canvas, place, &field.placeholder, has_focus),
                Value::Area(area) => area.draw(&mut canvas, place, has_focus),
            }
            canvas.text_in(place.right() + 1, y, problem.saturating_sub(1), &field.problem, Role::Error);
            y = y.saturating_add(height);
        }
    }

    /// One row for a line; what is left is shared by the text areas, three rows at least.
    fn heights(&self, room: u16) -> Vec<u16> {
        let areas = to_u16(self.fields.iter().filter(|field| matches!(field.value, Value::Area(_))).count());
        let lines = to_u16(self.fields.len()) - areas;
        let each = (room.saturating_sub(lines) / areas.max(1)).max(3);
        let height = |field: &Field| if matches!(field.value, Value::Area(_)) { each } else { 1 };
        self.fields.iter().map(height).collect()
    }
}
