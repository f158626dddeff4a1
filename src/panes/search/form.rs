//! The form that edits an entry: its fields and what they make together.

use crate::base::{Result, UserError};
use crate::config::{Key, KeyCode};
use crate::kb::entry;
use crate::panes::edit_of;
use crate::store::{NewEntry, Severity};
use crate::ui::widget::{Edit, Field, Form};
use crate::ui::{Canvas, Rect};

/// The fields, in order: label and what an empty one says.
const FIELDS: [(&str, &str); 6] = [
    ("Title", "one line that says what it is"),
    ("Category", "Batch, CICS, Db2, VSAM ..."),
    ("Severity", "info, warning, error or severe"),
    ("Tags", "lower case words, separated by commas"),
    ("Aliases", "other names that mean exactly this, separated by commas"),
    ("References", "manuals, separated by semicolons"),
];

/// An entry that is being edited.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryForm {
    /// The entry as it was.
    before: NewEntry,
    /// The version that was read, 0 for a new entry.
    seen: u64,
    form: Form,
}

impl EntryForm {
    /// A form filled with `entry`.
    pub fn new(entry: &NewEntry, seen: u64) -> Self {
        let values = [
            entry.title.clone(),
            entry.category.clone(),
            severity_name(entry.severity).to_owned(),
            entry.tags.join(", "),
            entry.aliases.join(", "),
            entry.references.join("; "),
        ];
        let mut fields: Vec<Field> = FIELDS
            .iter()
            .zip(&values)
            .map(|((label, hint), value)| Field::line(label, value, hint))
            .collect();
        fields.push(Field::area("Problem", &entry.problem));
        fields.push(Field::area("Solution", &entry.solution));
        Self { before: entry.clone(), seen, form: Form::new(fields) }
    }

    /// Takes the texts of `entry` as if they had been typed.
    pub fn fill(&mut self, entry: &NewEntry) {
        self.form = Self::new(entry, 0).form;
    }

    /// Whether anything was typed that is not saved.
    pub fn is_changed(&self) -> bool {
        self.merged() != Self::new(&self.before, 0).merged()
    }

    /// The version that was read, 0 for a new entry.
    pub fn seen(&self) -> u64 {
        self.seen
    }

    fn text(&self, at: usize) -> String {
        self.form.fields.get(at).map(Field::text).unwrap_or_default()
    }

    fn merged(&self) -> NewEntry {
        let list = |at: usize, by: char| -> Vec<String> {
            self.text(at).split(by).map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).collect()
        };
        NewEntry {
            title: self.text(0).trim().to_owned(),
            category: self.text(1).trim().to_owned(),
            severity: severity_named(&self.text(2)).unwrap_or(self.before.severity),
            tags: list(3, ',').into_iter().map(|t| t.to_lowercase()).collect(),
            aliases: list(4, ','),
            references: list(5, ';'),
            problem: self.text(6),
            solution: self.text(7),
            starter_version: None,
            ..self.before.clone()
        }
    }

    /// The entry that the fields make.
    ///
    /// # Errors
    /// Names the field that cannot be used.
    pub fn entry(&self) -> Result<NewEntry> {
        let severity = self.text(2);
        if severity_named(&severity).is_none() {
            return Err(UserError::new(format!("Severity cannot be \"{severity}\""))
                .hint("info, warning, error or severe"));
        }
        Ok(self.merged())
    }

    /// The entry as a text document, for the draft on disk.
    pub fn document(&self) -> String {
        entry::to_document(&self.merged())
    }

    /// The next field takes the keys.
    pub fn next_field(&mut self) {
        self.form.step(false);
    }

    /// The field before takes the keys.
    pub fn previous_field(&mut self) {
        self.form.step(true);
    }

    /// A key. False if it means nothing here.
    pub fn key(&mut self, key: Key) -> bool {
        let edit = match key.code {
            KeyCode::Enter => Some(Edit::NewLine),
            KeyCode::Up => Some(Edit::Up),
            KeyCode::Down => Some(Edit::Down),
            KeyCode::PageUp => Some(Edit::PageUp(10)),
            KeyCode::PageDown => Some(Edit::PageDown(10)),
            KeyCode::Char('y') if key.ctrl => Some(Edit::Undo),
            _ => edit_of(key),
        };
        edit.is_some_and(|edit| {
            self.form.apply(&edit);
            true
        })
    }

    /// Pasted text.
    pub fn paste(&mut self, text: &str) {
        self.form.apply(&Edit::Insert(text.replace("\r\n", "\n").replace('\r', "\n")));
    }

    /// Draws the fields.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) {
        self.form.draw(canvas, area, true);
    }
}

/// The word of a severity.
pub fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
        Severity::Severe => "severe",
    }
}

fn severity_named(text: &str) -> Option<Severity> {
    [Severity::Info, Severity::Warning, Severity::Error, Severity::Severe]
        .into_iter()
        .find(|s| severity_name(*s).eq_ignore_ascii_case(text.trim()))
}
