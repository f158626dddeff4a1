//! Texts of people that are not saved yet, as private files in the folder of the state: what a form holds, and what an editor
//! has. Owns their names; each says which process wrote it and which version of the entry it was begun from. A text whose
//! process is gone is found by the next session.

use crate::base::{Result, UserError};
use crate::kb::entry;
use serde::{Deserialize, Serialize};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// Drafts that are looked at.
const MOST: usize = 50;
/// Bytes of a draft that are read.
const LARGEST: u64 = 4 << 20;
/// What stands for this process in the name of a draft.
const HERE: &str = "@";

/// A text that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Its file in the folder of the state.
    pub name: String,
    /// When it was written last, in seconds since 1970.
    pub at: i64,
    /// The version of the entry that it was begun from, 0 for a new one.
    pub seen: u64,
    /// The document.
    pub text: String,
}

/// The drafts of sessions that are gone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Drafts {
    /// Newest first.
    pub found: Vec<Draft>,
    /// The first number that is free for names of this session.
    pub next: u64,
}

impl Draft {
    /// Its hour and minute.
    pub fn time(&self) -> String {
        let shown = crate::base::shown_time(self.at);
        shown.split_once(' ').map_or(shown.clone(), |(_, time)| time.to_owned())
    }
}

/// The name of a draft of this process: of an entry of version `seen`, 0 for a new one. `outside` is one that an editor has.
pub fn draft_name(number: u64, seen: u64, outside: bool) -> String {
    let kind = if outside { "edit" } else { "draft" };
    format!("{kind}-{HERE}-{number}-{seen}.md")
}

/// The file of a draft. `None` for what is no such name.
pub fn draft_path(state: &Path, name: &str) -> Option<PathBuf> {
    let own = name.replacen(HERE, &std::process::id().to_string(), 1);
    parts(&own).map(|_| state.join(&own))
}

/// Process, number and version in the name of a draft.
fn parts(name: &str) -> Option<(u32, u64, u64)> {
    let rest = name.strip_suffix(".md")?;
    let rest = rest.strip_prefix("draft-").or_else(|| rest.strip_prefix("edit-"))?;
    let mut numbers = rest.split('-');
    let (process, number, seen) = (numbers.next()?, numbers.next()?, numbers.next()?);
    let parts = (process.parse().ok()?, number.parse().ok()?, seen.parse().ok()?);
    numbers.next().is_none().then_some(parts)
}

/// Whether a process runs. One of another machine with the same home looks as if it did not; what it writes goes on then.
fn runs(process: u32) -> bool {
    let pid = i32::try_from(process).ok().and_then(rustix::process::Pid::from_raw);
    pid.is_some_and(|pid| !matches!(rustix::process::test_kill_process(pid), Err(rustix::io::Errno::SRCH)))
}

/// The drafts in the folder `state`. What cannot be read is left out: a session starts all the same.
pub fn drafts(state: &Path) -> Drafts {
    let mut drafts = Drafts::default();
    let own = std::process::id();
    let Ok(folder) = std::fs::read_dir(state) else { return drafts };
    for file in folder.flatten() {
        let Ok(name) = file.file_name().into_string() else { continue };
        let Some((process, number, seen)) = parts(&name) else { continue };
        if process == own {
            // One of an earlier process with the same number: its name is not used again.
            drafts.next = drafts.next.max(number.saturating_add(1));
        }
        if drafts.found.len() < MOST
            && (process == own || !runs(process))
            && let Some((text, at)) = read(&file.path())
        {
            drafts.found.push(Draft { name, at, seen, text });
        }
    }
    drafts.found.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| b.name.cmp(&a.name)));
    drafts
}

fn read(path: &Path) -> Option<(String, i64)> {
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let flags = i32::try_from(flags.bits()).ok()?;
    let file = std::fs::OpenOptions::new().read(true).custom_flags(flags).open(path).ok()?;
    let about = file.metadata().ok().filter(|m| m.is_file() && m.len() > 0)?;
    let mut text = String::new();
    file.take(LARGEST).read_to_string(&mut text).ok()?;
    Some((text, about.mtime()))
}

/// What the draft says of its entry: id and title, as far as it can be read.
pub fn about(text: &str) -> (String, String) {
    entry::from_document(text).map(|e| (e.id, e.title)).unwrap_or_default()
}

/// Keeps a text of the session in a private file, in one step; an empty one is dropped.
///
/// # Errors
/// Those of the system.
pub fn keep(path: &Path, text: &str, hint: &str) -> Result<()> {
    let failed =
        |e: std::io::Error| UserError::new(format!("cannot write {}", path.display())).cause(e).hint(hint);
    if text.is_empty() {
        return match std::fs::remove_file(path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(failed(e)),
            _ => Ok(()),
        };
    }
    let folder = path.parent().unwrap_or(path);
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
    let new = path.with_extension("new");
    // Left over from a session that was killed while it wrote: it is ours and not complete.
    drop(std::fs::remove_file(&new));
    let made = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new);
    let mut file = made.map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    std::fs::rename(&new, path).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drafts_of_processes_that_are_gone_are_found_newest_first() {
        let home = tempfile::tempdir().unwrap();
        let gone = (4_000_001..4_001_000).find(|pid| !runs(*pid)).unwrap();
        let old = format!("draft-{gone}-2-7.md");
        let parent = std::os::unix::process::parent_id();
        for (name, text) in [(old.as_str(), "one"), (&format!("edit-{parent}-1-1.md"), "an editor has it")] {
            keep(&draft_path(home.path(), name).unwrap(), text, "").unwrap();
        }
        let own = draft_name(0, 3, true);
        keep(&draft_path(home.path(), &own).unwrap(), "two", "").unwrap();
        std::fs::write(home.path().join("draft-x-1-1.md"), "not one of ours").unwrap();
        std::os::unix::fs::symlink("/etc/passwd", home.path().join(format!("draft-{gone}-9-9.md"))).unwrap();
        let found = drafts(home.path());
        let mut told: Vec<(&str, u64)> = found.found.iter().map(|d| (d.text.as_str(), d.seen)).collect();
        told.sort_unstable();
        assert_eq!(told, [("one", 7), ("two", 3)]);
        assert_eq!(found.next, 1);
        let mode = std::fs::metadata(home.path().join(&old)).unwrap().mode();
        assert_eq!(mode & 0o777, 0o600);
        keep(&draft_path(home.path(), &old).unwrap(), "", "").unwrap();
        assert_eq!(drafts(home.path()).found.len(), 1);
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        for name in
            ["../draft-1-1-1.md", "draft-1-1.md", "draft-1-1-1-1.md", "config.toml", "draft-1-1-/../x.md"]
        {
            assert_eq!(draft_path(Path::new("/s"), name), None, "{name}");
        }
        assert!(draft_path(Path::new("/s"), &draft_name(3, 0, false)).is_some());
    }
}
