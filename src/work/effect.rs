//! What panes wish of the desk around them, beside work: to be told, shown, copied, edited.

use super::request::{Request, Slot};
use crate::base::{LineNo, UserError};
use serde::{Deserialize, Serialize};

/// How a message is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Something is done.
    Done,
    /// Good to know.
    Info,
    /// Look here.
    Warning,
    /// It failed.
    Error,
}

/// What a text that comes back from an editor is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A new entry.
    NewEntry,
    /// A change of this entry.
    EditEntry(String),
}

/// What a pane wishes of the desk around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// Tell the person.
    Say(Tone, String),
    /// Tell the person what failed.
    Fail(UserError),
    /// Show a line of a file in the Source pane.
    OpenFile {
        /// The path.
        path: String,
        /// The line.
        line: Option<LineNo>,
    },
    /// Search the knowledge base for a text.
    SearchFor(String),
    /// Show this entry; who leaves it comes back to the Source pane.
    ShowEntry(String),
    /// Show the Source pane.
    ShowSource,
    /// Show the next pane.
    NextPane,
    /// Link this entry to the line of the Source pane.
    LinkHere(String),
    /// Attach the file of the Source pane to this entry.
    AttachHere(String),
}

/// What an update asks the world for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Work for the pool.
    Do(Slot, Request),
    /// Nobody wants the result any more.
    Cancel(Slot),
    /// For the desk around the pane.
    Wish(Wish),
    /// Copy to the terminal's clipboard (OSC 52).
    Copy(String),
    /// Let the person edit a text in `$EDITOR`.
    Edit {
        /// The text.
        text: String,
        /// What it is for.
        purpose: Purpose,
        /// The name of the draft that the editor works on: if it is there its text counts, and it stays until the text is saved.
        draft: String,
    },
    /// Print the screen as text outside of the desk.
    Dump,
    /// Draw everything anew.
    Redraw,
    /// Stop until the shell brings the desk back.
    Suspend,
    /// Leave.
    Quit,
}

/// Collects effects.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Effects(pub Vec<Effect>);

impl Effects {
    /// Asks for work.
    pub fn request(&mut self, slot: Slot, request: Request) {
        self.0.push(Effect::Do(slot, request));
    }

    /// Wishes something of the desk.
    pub fn wish(&mut self, wish: Wish) {
        self.0.push(Effect::Wish(wish));
    }

    /// Tells the person something.
    pub fn say(&mut self, tone: Tone, text: impl Into<String>) {
        self.wish(Wish::Say(tone, text.into()));
    }

    /// Any other effect.
    pub fn push(&mut self, effect: Effect) {
        self.0.push(effect);
    }
}
