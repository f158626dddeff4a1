//! The form that records an incident under an entry.

use crate::config::{Key, KeyCode};
use crate::panes::edit_of;
use crate::store::{Incident, NewEntry};
use crate::ui::widget::{Edit, Field, Form};
use crate::ui::{Canvas, Rect, Role};

/// The fields: label and what an empty one says.
const FIELDS: [(&str, &str); 6] = [
    ("Job", "name of the job, or of the transaction"),
    ("Step", "step, and step of the procedure"),
    ("Program", "the program that failed"),
    ("Code", "S0C7, U4038, -811 ..."),
    ("Summary", "what happened and what helped, in one line"),
    ("Resolved", "yes or no"),
];
const SUMMARY: usize = 4;
const RESOLVED: usize = 5;

/// An incident that is being recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct IncidentForm {
    entry: String,
    category: String,
    severity: crate::store::Severity,
    form: Form,
}

impl IncidentForm {
    /// An empty one under an entry, with the entry's first code.
    pub fn new(entry: &NewEntry) -> Self {
        let code = entry.codes.first().cloned().unwrap_or_default();
        let values = ["", "", "", &code, "", "no"];
        let fields = FIELDS.iter().zip(values).map(|((label, hint), value)| Field::line(label, value, hint));
        Self {
            entry: entry.id.clone(),
            category: entry.category.clone(),
            severity: entry.severity,
            form: Form::new(fields.collect()),
        }
    }

    fn text(&self, at: usize) -> String {
        self.form.fields.get(at).map(Field::text).unwrap_or_default().trim().to_owned()
    }

    /// The incident; `None` where something is wrong, which is said beside the field.
    pub fn incident(&mut self) -> Option<Incident> {
        let resolved = self.text(RESOLVED).to_lowercase();
        let known = "yes".starts_with(&resolved) || "no".starts_with(&resolved);
        let empty = self.text(SUMMARY).is_empty();
        for (at, wrong) in
            [(SUMMARY, empty.then_some("is empty")), (RESOLVED, (!known).then_some("is yes or no"))]
        {
            if let (Some(field), Some(wrong)) = (self.form.fields.get_mut(at), wrong) {
                wrong.clone_into(&mut field.problem);
                self.form.set_focus(at);
                return None;
            }
        }
        let [job, step, program, code, summary] = [0, 1, 2, 3, 4].map(|at| self.text(at));
        let resolved_at = (!resolved.is_empty() && "yes".starts_with(&resolved)).then_some(0);
        Some(Incident {
            entry: Some(self.entry.clone()),
            job: job.to_uppercase(),
            step: step.to_uppercase(),
            program: program.to_uppercase(),
            code: code.to_uppercase(),
            summary,
            component: self.category.clone(),
            severity: self.severity,
            resolved_at,
            ..Incident::default()
        })
    }

    /// The next field takes the keys, or the one before.
    pub fn step(&mut self, back: bool) {
        self.form.step(back);
    }

    /// A key. False if it means nothing here.
    pub fn key(&mut self, key: Key) -> bool {
        let edit = match key.code {
            KeyCode::Enter | KeyCode::Down => Some(Edit::Down),
            KeyCode::Up => Some(Edit::Up),
            _ => edit_of(key),
        };
        edit.is_some_and(|edit| {
            self.form.apply(&edit);
            true
        })
    }

    /// Pasted text.
    pub fn paste(&mut self, text: &str) {
        self.form.apply(&Edit::Insert(text.to_owned()));
    }

    /// Draws the fields.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) {
        canvas.sub(area).spans(0, 0, &[("Incident under ", Role::Dim), (&self.entry, Role::Title)]);
        let below = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        self.form.draw(canvas, below, true);
    }
}
