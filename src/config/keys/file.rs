//! User key files: `[context]` and lines of `"key sequence" = "action"`, an empty action to unbind. Whether a context
//! or an action exists is for those to say who own them.

use std::path::{Path, PathBuf};

use super::KeySeq;
use super::spell::shorten;
use crate::config::flat::{self, Written};
use crate::config::{FileLayer, Notice, Origin};

/// A line of a key file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyBinding {
    /// Name of the table that it is in; `global` for those before the first.
    pub context: String,
    /// The keys.
    pub keys: KeySeq,
    /// Name of the action; `None` takes the keys' meaning away.
    pub action: Option<String>,
    /// Line from 1.
    pub line: usize,
}

/// A user key file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyFile {
    /// Where it is.
    pub path: PathBuf,
    /// What it binds, in the order of the file; a later binding of the same keys wins.
    pub bindings: Vec<KeyBinding>,
    /// What was not used.
    pub notices: Vec<Notice>,
}

impl KeyFile {
    /// Reads the file; one that does not exist binds nothing.
    pub fn load(path: &Path) -> Self {
        match flat::read_file(FileLayer::User, path) {
            Ok(Some(text)) => Self::parse(path, &text),
            Ok(None) => Self { path: path.to_owned(), ..Self::default() },
            Err(notice) => Self { path: path.to_owned(), notices: vec![*notice], ..Self::default() },
        }
    }

    /// Reads `text` as the contents of the file at `path`.
    pub fn parse(path: &Path, text: &str) -> Self {
        let mut file = Self { path: path.to_owned(), ..Self::default() };
        let items = match flat::toml(FileLayer::User, path, text) {
            Ok(items) => items,
            Err(notice) => {
                file.notices.push(*notice);
                return file;
            }
        };
        let mut notices = flat::Few::default();
        for item in items {
            match binding(&item) {
                Ok(binding) => file.bindings.push(binding),
                Err((what, hint)) => notices.push(|| Notice::value(file.origin(item.line), what, hint)),
            }
        }
        file.notices = notices.finish();
        file
    }

    /// The place of a line of this file, for notices about its action or context.
    pub fn origin(&self, line: usize) -> Origin {
        Origin::File { layer: FileLayer::User, path: self.path.clone(), line }
    }
}

/// The binding of a line, or what is wrong with it and what to do.
fn binding(item: &flat::Item) -> Result<KeyBinding, (String, String)> {
    let (context, keys) = match item.path.as_slice() {
        [keys] => ("global", keys),
        [context, keys] => (context.as_str(), keys),
        path => {
            return Err((
                format!("{:?} is nested too deep", shorten(&path.join("."))),
                "write [context] and \"keys\" = \"action\"".into(),
            ));
        }
    };
    if item.raw.written != Written::Text {
        let what =
            format!("the action of {:?} must be a name in quotes, not {}", shorten(keys), item.raw.shown());
        return Err((what, "\"\" takes the keys' meaning away".into()));
    }
    let keys: KeySeq = keys.parse().map_err(|e: crate::base::UserError| (e.what, e.hint))?;
    let action = Some(item.raw.text.trim().to_owned()).filter(|a| !a.is_empty());
    Ok(KeyBinding { context: context.to_owned(), keys, action, line: item.line })
}
