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
    /// Told, not to be typed in.
    Told(String),
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
    /// What is wrong with it; shown behind it.
    pub problem: String,
    /// How what was typed may go on; shown behind it while it has the keys.
    #[serde(default)]
    pub ghost: String,
}

impl Field {
    /// A field of one line.
    pub fn line(label: &str, text: &str, placeholder: &str) -> Self {
        Self { placeholder: placeholder.to_owned(), ..Self::of(label, Value::Line(Input::new(text))) }
    }

    fn of(label: &str, value: Value) -> Self {
        let nothing = String::new;
        Self { label: label.to_owned(), placeholder: nothing(), value, problem: nothing(), ghost: nothing() }
    }

    /// A line that tells something.
    pub fn told(label: &str, text: &str) -> Self {
        Self::of(label, Value::Told(text.to_owned()))
    }

    /// A field of several lines.
    pub fn area(label: &str, text: &str) -> Self {
        Self::of(label, Value::Area(TextArea::new(text)))
    }

    /// What was typed.
    pub fn text(&self) -> String {
        match &self.value {
            Value::Line(input) => input.text().to_owned(),
            Value::Area(area) => area.text(),
            Value::Told(text) => text.clone(),
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
        for _ in 0..count {
            self.focus = (self.focus() + if back { count - 1 } else { 1 }) % count;
            let told = self.fields.get(self.focus).is_some_and(|f| matches!(f.value, Value::Told(_)));
            if !told {
                break;
            }
        }
    }

    /// It is drawn in so many columns and rows.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        let indent = self.indent(columns);
        let heights = self.heights(rows);
        for (field, height) in self.fields.iter_mut().zip(heights) {
            if let Value::Area(area) = &mut field.value {
                area.resize(columns.saturating_sub(indent), height);
            }
        }
    }

    /// Columns of the labels.
    fn indent(&self, columns: u16) -> u16 {
        let labels = self.fields.iter().map(|field| text::width(&field.label)).max().unwrap_or(0);
        to_u16(labels + 2).min(columns / 2)
    }

    /// Does `edit` in the field that takes the keys; says whether its text changed. Up and down leave a field of one
    /// line, Enter goes on from it.
    pub fn apply(&mut self, edit: &Edit) -> bool {
        let focus = self.focus();
        let Some(field) = self.fields.get_mut(focus) else { return false };
        let changed = match &mut field.value {
            Value::Area(area) => area.apply(edit),
            Value::Told(_) => return false,
            Value::Line(input) if !field.ghost.is_empty() && accepts(input, edit) => {
                // The ghost goes on behind what is typed, in its own letters.
                let ghost = std::mem::take(&mut field.ghost);
                input.apply(&Edit::Insert(ghost))
            }
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
        let indent = self.indent(canvas.width());
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
            let typed = match &field.value {
                Value::Line(input) => to_u16(text::width(input.text())),
                _ => width,
            };
            // What is wrong may have the room that what was typed does not need.
            let free = (width / 2).max(width.saturating_sub(typed.saturating_add(2)));
            let problem = to_u16(text::width(&field.problem)).saturating_add(1).min(free);
            let problem = if field.problem.is_empty() { 0 } else { problem };
            let place = Rect { x: indent, y, width: width - problem, height };
            match &field.value {
                Value::Line(input) => {
                    input.draw(&mut canvas, place, &field.placeholder, has_focus);
                    let typed = to_u16(text::width(input.text()));
                    if has_focus && typed > 0 && typed < place.width {
                        let room = place.width - typed;
                        canvas.text_in(place.x + typed, y, room, &field.ghost, Role::Placeholder);
                    }
                }
                Value::Told(text) => {
                    canvas.text_in(place.x, y, place.width, text, Role::Dim);
                }
                Value::Area(area) => area.draw(&mut canvas, place, has_focus),
            }
            canvas.text_in(place.right() + 1, y, problem.saturating_sub(1), &field.problem, Role::Error);
            y = y.saturating_add(height);
        }
    }

    /// One row for a line; what is left is shared by the text areas: the one with the keys has most of it.
    fn heights(&self, room: u16) -> Vec<u16> {
        let is_area = |field: &Field| matches!(field.value, Value::Area(_));
        let areas = to_u16(self.fields.iter().filter(|field| is_area(field)).count());
        let lines = to_u16(self.fields.len()) - areas;
        let left = room.saturating_sub(lines);
        let focus = self.fields.get(self.focus()).filter(|field| is_area(field));
        let small = match focus {
            Some(_) => (left / 4).clamp(2, 6),
            None => (left / areas.max(1)).max(3),
        };
        let large = left.saturating_sub(small.saturating_mul(areas.saturating_sub(1))).max(3);
        let height = |(at, field): (usize, &Field)| match is_area(field) {
            true if focus.is_some() && at == self.focus() => large,
            true => small,
            false => 1,
        };
        self.fields.iter().enumerate().map(height).collect()
    }
}

/// Whether an edit at the end of a line takes what is offered there.
fn accepts(input: &Input, edit: &Edit) -> bool {
    matches!(edit, Edit::Right | Edit::End) && input.cursor() == input.text().len()
}
