//! The form that edits an entry: its fields, what is wrong with them while they are typed, and what they make together.

use crate::config::{Key, KeyCode};
use crate::kb::entry::{self, Fault, SEVERITY_NAMES};
use crate::panes::edit_of;
use crate::store::NewEntry;
use crate::ui::widget::{Edit, Field, Form, Value};
use crate::ui::{Canvas, Rect};

/// The fields, in order: label, name in faults, and what an empty one says; areas and what is told have no hint.
const FIELDS: [(&str, &str, &str); 11] = [
    ("Title", "title", "one line that says what it is"),
    ("Id", "id", "a code or name of your own; left empty it gets the next number"),
    ("Category", "category", "Batch, CICS, Db2, VSAM ..."),
    ("Severity", "severity", "info, warning, error or severe"),
    ("Tags", "tags", "lower case words, separated by commas"),
    ("Aliases", "aliases", "other names that mean exactly this, separated by commas"),
    ("References", "references", "manuals, separated by semicolons"),
    ("Related", "related", "ids of other entries, separated by commas"),
    ("Codes", "", ""),
    ("Problem", "problem", ""),
    ("Solution", "solution", ""),
];
const TITLE: usize = 0;
const ID: usize = 1;
const CATEGORY: usize = 2;
const SEVERITY: usize = 3;
const TAGS: usize = 4;
const ALIASES: usize = 5;
const REFERENCES: usize = 6;
const RELATED: usize = 7;
const CODES: usize = 8;
const PROBLEM: usize = 9;
const SOLUTION: usize = 10;

/// In texts of more bytes codes are not looked for at every key.
const AT_ONCE: usize = 32 << 10;
/// Lines that a page key goes.
const PAGE: u16 = 8;

/// What other entries have, for completion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InUse {
    /// Categories, most used first.
    pub categories: Vec<String>,
    /// Tags, most used first.
    pub tags: Vec<String>,
}

/// An entry that is being edited.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryForm {
    /// The entry as it was.
    before: NewEntry,
    /// The version that was read, 0 for a new entry.
    pub(super) seen: u64,
    /// It is to be a new entry, whose id can be typed.
    is_new: bool,
    /// The name of its draft.
    pub(super) draft: String,
    form: Form,
    /// It is a draft that was found: there is something to save.
    restored: bool,
    /// Something was typed since the draft was kept.
    dirty: bool,
    /// It was tried to save it: empty fields are told, too.
    pub(super) tried: bool,
    in_use: InUse,
    /// An entry that has the id which is typed: id and title.
    taken: Option<(String, String)>,
}

impl EntryForm {
    /// A form filled with `entry`, read as version `seen`; 0 for a new one. `draft` is the name of its draft.
    pub fn new(entry: &NewEntry, seen: u64, draft: &str) -> Self {
        let severity = entry::severity_word(entry.severity);
        let values = [
            entry.title.clone(),
            entry.id.clone(),
            entry.category.clone(),
            severity.to_owned(),
            entry.tags.join(", "),
            entry.aliases.join(", "),
            entry.references.join("; "),
            entry.related.join(", "),
        ];
        let mut fields: Vec<Field> = FIELDS
            .iter()
            .zip(&values)
            .map(|((label, _, hint), value)| Field::line(label, value, hint))
            .collect();
        if let Some(id) = fields.get_mut(ID).filter(|_| seen > 0) {
            *id = Field::told("Id", &format!("{}  (version {seen})", entry.id));
        }
        fields.push(Field::told("Codes", ""));
        fields.push(Field::area("Problem", &entry.problem));
        fields.push(Field::area("Solution", &entry.solution));
        let mut form = Self {
            before: entry.clone(),
            seen,
            is_new: seen == 0,
            draft: draft.to_owned(),
            form: Form::new(fields),
            restored: false,
            dirty: false,
            tried: false,
            in_use: InUse::default(),
            taken: None,
        };
        form.look(true);
        form
    }

    /// A form with what a draft says. `None` for a text that is no document.
    pub fn of_draft(draft: &crate::work::Draft) -> Option<Self> {
        let entry = entry::from_document(&draft.text).ok()?;
        Some(Self { restored: true, ..Self::new(&entry, draft.seen, &draft.name) })
    }

    /// Whether there is anything that is not saved.
    pub fn is_changed(&self) -> bool {
        self.restored || self.merged() != Self::new(&self.before, self.seen, "").merged()
    }

    /// Whether something was typed since this was asked last.
    pub fn take_dirty(&mut self) -> bool {
        std::mem::take(&mut self.dirty)
    }

    /// The id of an entry that is there already; empty for a new one.
    pub fn id(&self) -> String {
        if self.is_new { self.text(ID).trim().to_owned() } else { self.before.id.clone() }
    }

    /// Its title.
    pub fn title(&self) -> String {
        self.text(TITLE)
    }

    fn text(&self, at: usize) -> String {
        self.form.fields.get(at).map(Field::text).unwrap_or_default()
    }

    fn list(&self, at: usize, by: char) -> Vec<String> {
        self.text(at).split(by).map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).collect()
    }

    /// The category, written as other entries have it.
    fn category(&self) -> String {
        let typed = self.text(CATEGORY).trim().to_owned();
        let known = self.in_use.categories.iter().find(|known| known.eq_ignore_ascii_case(&typed));
        known.cloned().unwrap_or(typed)
    }

    fn merged(&self) -> NewEntry {
        NewEntry {
            id: self.id(),
            title: self.text(TITLE).trim().to_owned(),
            category: self.category(),
            severity: entry::severity_of(&self.text(SEVERITY)).unwrap_or(self.before.severity),
            tags: self.list(TAGS, ',').into_iter().map(|t| t.to_lowercase()).collect(),
            aliases: self.list(ALIASES, ','),
            references: self.list(REFERENCES, ';'),
            related: self.list(RELATED, ','),
            problem: self.text(PROBLEM),
            solution: self.text(SOLUTION),
            starter_version: None,
            ..self.before.clone()
        }
    }

    /// The entry that the fields make, if nothing is wrong with them; else the keys go to the first field that is wrong.
    pub fn entry(&mut self) -> Option<NewEntry> {
        self.tried = true;
        self.look(true);
        let wrong = self.form.fields.iter().position(|field| !field.problem.is_empty());
        if let Some(at) = wrong {
            self.form.set_focus(at);
            self.look(false);
            return None;
        }
        Some(self.merged())
    }

    /// What is wrong with the field that has the keys.
    pub fn problem(&self) -> String {
        let field = self.form.fields.get(self.form.focus());
        field.map(|f| format!("{} {}", f.label, f.problem)).unwrap_or_default()
    }

    /// The entry as a text document, for the draft on disk.
    pub fn document(&self) -> String {
        entry::to_document(&self.merged())
    }

    /// What other entries have.
    pub fn set_in_use(&mut self, in_use: InUse) {
        self.in_use = in_use;
        self.look(false);
    }

    /// Whether an entry has this id.
    pub fn set_taken(&mut self, id: &str, title: Option<String>) {
        if self.id().eq_ignore_ascii_case(id) {
            self.taken = title.map(|title| (id.to_owned(), title));
            self.look(false);
        }
    }

    /// The id that is to be looked up, if it was changed by the last key.
    pub fn typed_id(&self) -> Option<String> {
        (self.is_new && self.form.focus() == ID).then(|| self.id())
    }

    /// The next field takes the keys, or the one before.
    pub fn step(&mut self, back: bool) {
        self.form.step(back);
        self.look(false);
    }

    /// It is drawn in so many columns and rows.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.form.resize(columns, rows);
    }

    /// A key. False if it means nothing here.
    pub fn key(&mut self, key: Key) -> bool {
        let edit = match (key.code, key.ctrl) {
            (KeyCode::Enter, _) => Some(Edit::NewLine),
            (KeyCode::Up, _) => Some(Edit::Up),
            (KeyCode::Down, _) => Some(Edit::Down),
            (KeyCode::PageUp | KeyCode::F(7), _) => Some(Edit::PageUp(PAGE)),
            (KeyCode::PageDown | KeyCode::F(8), _) => Some(Edit::PageDown(PAGE)),
            (KeyCode::Home, true) => Some(Edit::First),
            (KeyCode::End, true) => Some(Edit::Last),
            (KeyCode::Char('y'), true) => Some(Edit::Undo),
            _ => edit_of(key),
        };
        edit.is_some_and(|edit| {
            self.edit(&edit);
            true
        })
    }

    /// Pasted text.
    pub fn paste(&mut self, text: &str) {
        self.edit(&Edit::Insert(text.replace("\r\n", "\n").replace('\r', "\n")));
    }

    fn edit(&mut self, edit: &Edit) {
        let changed = self.form.apply(edit);
        self.dirty |= changed;
        self.look(changed);
    }

    /// Looks at what was typed: what is wrong, which codes it is about, how it may go on.
    fn look(&mut self, changed: bool) {
        let merged = self.merged();
        let focus = self.form.focus();
        let faults = entry::faults(&merged);
        let severity = self.text(SEVERITY);
        let taken = self
            .taken
            .as_ref()
            .filter(|(id, _)| id.eq_ignore_ascii_case(&self.id()) && self.is_new && self.seen == 0);
        for (at, (field, (_, name, _))) in self.form.fields.iter_mut().zip(FIELDS).enumerate() {
            // What is empty is told when it is passed by, or when it is to be saved.
            let due = |fault: &&Fault| !fault.is_empty() || self.tried || focus > at;
            let fault = faults.iter().find(|fault| fault.field == name).filter(due);
            field.problem = match at {
                SEVERITY if entry::severity_of(&severity).is_none() => {
                    format!("is one of {}", SEVERITY_NAMES.join(", "))
                }
                ID if merged.id.contains(char::is_whitespace) => "holds a blank".to_owned(),
                ID if taken.is_some() => {
                    taken.map_or(String::new(), |(_, title)| format!("is there already: {title}"))
                }
                _ => fault.map_or(String::new(), |fault| fault.reason.clone()),
            };
            field.ghost.clear();
        }
        let small = merged.problem.len().saturating_add(merged.solution.len()) <= AT_ONCE;
        if changed && small || self.tried {
            let codes = entry::codes_of(&merged).join(", ");
            if let Some(Value::Told(text)) = self.form.fields.get_mut(CODES).map(|f| &mut f.value) {
                *text = if codes.is_empty() {
                    "none found in id, aliases, title or text".to_owned()
                } else {
                    codes
                };
            }
        }
        let ghost = self.ghost(focus);
        if let Some(field) = self.form.fields.get_mut(focus) {
            field.ghost = ghost;
        }
    }

    /// How the field with the keys may go on, by what other entries have.
    fn ghost(&self, focus: usize) -> String {
        let text = self.text(focus);
        let severities: Vec<String> = SEVERITY_NAMES.iter().map(|name| (*name).to_owned()).collect();
        let (typed, known) = match focus {
            CATEGORY => (text.as_str(), &self.in_use.categories),
            SEVERITY => (text.as_str(), &severities),
            TAGS => (text.rsplit(',').next().unwrap_or_default().trim_start(), &self.in_use.tags),
            _ => return String::new(),
        };
        if typed.is_empty() || known.iter().any(|word| word.eq_ignore_ascii_case(typed)) {
            return String::new();
        }
        let goes_on = |word: &String| {
            let (head, tail) = word.split_at_checked(typed.len())?;
            (head.eq_ignore_ascii_case(typed) && !tail.is_empty()).then(|| tail.to_owned())
        };
        known.iter().find_map(goes_on).unwrap_or_default()
    }

    /// Draws the fields.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) {
        self.form.draw(canvas, area, true);
    }
}
