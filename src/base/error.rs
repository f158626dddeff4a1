//! Errors as people need them: what happened, why, and what to do.

use std::fmt;

/// Result of anything that can fail in a way a person must hear of.
pub type Result<T> = std::result::Result<T, UserError>;

/// Exit code of the process (design, section 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Exit {
    /// Done, or found.
    Done,
    /// Nothing found.
    NotFound,
    /// Bad usage or bad input.
    BadInput,
    /// The store is unusable.
    Store,
    /// Interrupted by the user.
    Interrupted,
}

impl Exit {
    /// The number that the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::NotFound => 1,
            Self::BadInput => 2,
            Self::Store => 3,
            Self::Interrupted => 130,
        }
    }
}

/// An error for a person. `what` names the thing and the place (file, line), `cause` says why, `hint` what to do next.
/// The three are plain sentences without control characters from outside: they are cleaned when they are shown.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct UserError {
    /// What happened, with the name of the thing it happened to.
    pub what: String,
    /// Why, as far as it is known; may be empty.
    pub cause: String,
    /// What to do about it; may be empty.
    pub hint: String,
    /// The exit code when it ends a subcommand.
    pub exit: Exit,
}

impl UserError {
    /// An error about bad input, the most common kind.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), cause: String::new(), hint: String::new(), exit: Exit::BadInput }
    }

    /// The same with its cause.
    #[must_use]
    pub fn cause(mut self, cause: impl fmt::Display) -> Self {
        self.cause = cause.to_string();
        self
    }

    /// The same with what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// The same with another exit code.
    #[must_use]
    pub fn exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }
}

impl fmt::Display for UserError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if !self.cause.is_empty() {
            write!(f, ": {}", self.cause)?;
        }
        if !self.hint.is_empty() {
            write!(f, " ({})", self.hint)?;
        }
        Ok(())
    }
}

impl std::error::Error for UserError {}
