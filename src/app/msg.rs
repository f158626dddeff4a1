//! Messages: everything that can happen to the desk. There is one inbox of them, in order; `update` takes one at a time.

use crate::base::UserError;
use crate::config::Key;
use crate::work::{Envelope, Purpose, Wish, redacted_error};
use serde::{Deserialize, Serialize};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Msg {
    /// A key.
    Key(Key),
    /// Pasted text, and how many bytes of it were too many.
    Paste(String, u64),
    /// The terminal has so many columns and rows.
    Resized(u16, u16),
    /// A reply of a worker.
    Reply(Box<Envelope>),
    /// A second has passed.
    Tick,
    /// A fraction of a second has passed while a file is followed.
    Pulse,
    /// No key came for a moment.
    Rest,
    /// A text came back from the editor, or why none did.
    Edited(Purpose, Result<String, UserError>),
    /// Something that only the log and a toast need.
    Note(UserError),
    /// Something to tell or to do that the loop noticed.
    Wish(Wish),
    /// The process was asked to stop for a while.
    Suspend,
    /// The desk was stopped and runs again.
    Continued,
    /// The process was asked to end, with this exit code.
    Ended(u8),
}

impl Msg {
    /// The same without what a person typed or what files and entries say. `typing` says that letters are text.
    #[must_use]
    pub fn redacted(&self, typing: bool) -> Self {
        match self {
            Self::Key(key) => Self::Key(if typing { key.masked() } else { *key }),
            Self::Paste(text, dropped) => Self::Paste("x".repeat(text.chars().count().min(1024)), *dropped),
            Self::Reply(envelope) => Self::Reply(Box::new(envelope.redacted())),
            Self::Edited(purpose, text) => {
                Self::Edited(purpose.clone(), text.as_ref().map(|_| String::new()).map_err(redacted_error))
            }
            Self::Note(error) => Self::Note(redacted_error(error)),
            Self::Wish(wish) => Self::Wish(wish.redacted()),
            Self::Resized(..)
            | Self::Tick
            | Self::Rest
            | Self::Pulse
            | Self::Suspend
            | Self::Continued
            | Self::Ended(_) => self.clone(),
        }
    }
}
