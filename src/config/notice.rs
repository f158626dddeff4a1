//! Where a value comes from, and what is said about one that could not be used.

use serde::{Serialize, Serializer};
use std::fmt;
use std::path::PathBuf;

use crate::base::UserError;

/// A file of settings, by its place in the order of layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileLayer {
    /// Of the machine.
    System,
    /// Of the user, or the one that a flag names.
    User,
}

/// Where a value comes from. Later layers win: defaults, system file, user file, environment, flags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The program.
    Default,
    /// A file.
    File {
        /// Which.
        layer: FileLayer,
        /// Its path.
        path: PathBuf,
        /// Line from 1; 0 means the file as a whole.
        line: usize,
    },
    /// An environment variable, by its name.
    Variable(String),
    /// A flag of the command line, as it was written.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line: 0, .. } => write!(f, "{}", path.display()),
            Self::File { path, line, .. } => write!(f, "{}:{line}", path.display()),
            Self::Variable(name) => write!(f, "${name}"),
            Self::Flag(flag) => f.write_str(flag),
        }
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// How much of what was asked for a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// One value was not used; the rest was.
    Value,
    /// A whole file was not used.
    File,
}

/// Something in the settings that was not used, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// One value or a whole file.
    pub level: Level,
    /// Where it is.
    pub origin: Origin,
    /// What to say; its `what` begins with the place.
    pub error: UserError,
}

impl Notice {
    /// About one value at `origin`.
    pub fn value(origin: Origin, what: impl fmt::Display, hint: impl Into<String>) -> Self {
        let error = UserError::new(format!("{origin}: {what}")).hint(hint);
        Self { level: Level::Value, origin, error }
    }

    /// About a whole file at `origin`.
    pub fn file(
        origin: Origin,
        what: impl fmt::Display,
        cause: impl fmt::Display,
        hint: impl Into<String>,
    ) -> Self {
        let error = UserError::new(format!("{origin}: {what}")).cause(cause).hint(hint);
        Self { level: Level::File, origin, error }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}
