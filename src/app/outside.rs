//! What the desk does outside of its screen: private folders, the editor, the screen as text.

use crate::base::{Env, Result, UserError};
use crate::work::draft_path;
use ratatui::buffer::Buffer;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::process::Command;

/// Makes a folder that only its owner may look into.
///
/// # Errors
/// Those of the system.
pub fn private_folder(path: &Path) -> std::io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// The same, but the folder must not be there yet.
///
/// # Errors
/// Those of the system, also when it is there.
pub fn new_private_folder(path: &Path) -> std::io::Result<()> {
    std::fs::DirBuilder::new().mode(0o700).create(path)
}

/// Lets the person edit `text` in the configured editor, `$VISUAL`, `$EDITOR` or vi, and gives what came out. The
/// command is split at blanks and started without a shell. The editor works on the file of the draft of this name: if it is
/// there its text counts, and it stays until what came out is saved (see [`edited`]), so nothing is lost whatever ends
/// the editor or this process.
///
/// # Errors
/// When the editor cannot be started or reports a failure; what it has written until then stays.
pub fn edit(env: &Env, configured: &str, text: &str, draft: &str) -> Result<String> {
    let chosen = Some(configured).filter(|c| !c.is_empty());
    let command = chosen.or_else(|| env.var("VISUAL")).or_else(|| env.var("EDITOR")).unwrap_or("vi");
    let mut words = command.split_whitespace();
    let program = words.next().unwrap_or("vi");
    let failed = |what: &str, why: &dyn std::fmt::Display| {
        UserError::new(format!("{what} {program}")).cause(why).hint("set editor.command, $VISUAL or $EDITOR")
    };
    let path = draft_path(&env.paths.state, draft)
        .ok_or_else(|| failed("cannot make a file for", &"its name is not one of a draft"))?;
    private_folder(&env.paths.state).map_err(|e| failed("cannot make a file for", &e))?;
    let made = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
    match made {
        Ok(mut file) => {
            let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
            written.map_err(|e| failed("cannot write the file for", &e))?;
        }
        // A text that was not saved before.
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(e) => return Err(failed("cannot make a file for", &e)),
    }
    let ended = Command::new(program).args(words).arg(&path).status();
    let came_out = std::fs::read_to_string(&path);
    if came_out.as_ref().is_ok_and(|after| after == text) {
        // Nothing was written: there is nothing to keep.
        drop(std::fs::remove_file(&path));
    }
    let kept = |error: UserError| {
        if path.exists() {
            let hint = format!("what was written is kept in {}; {}", path.display(), error.hint);
            return error.hint(hint);
        }
        error
    };
    match ended {
        Err(e) => Err(kept(failed("cannot start", &e))),
        Ok(status) if !status.success() => Err(kept(failed("nothing was changed by", &status))),
        Ok(_) => came_out.map_err(|e| failed("cannot read what came out of", &e)),
    }
}

/// What came out of the editor is saved: the file of the draft is not needed any more.
pub fn edited(env: &Env, draft: &str) {
    if let Some(path) = draft_path(&env.paths.state, draft) {
        // One that cannot be removed is private, and offered once more.
        drop(std::fs::remove_file(path));
    }
}

/// The rows of a screen as text, without blanks at their ends.
pub fn rows_of(buffer: &Buffer) -> Vec<String> {
    let area = buffer.area;
    let row = |y: u16| {
        let cells = (area.left()..area.right()).filter_map(|x| buffer.cell((x, y)));
        let text: String = cells.map(ratatui::buffer::Cell::symbol).collect();
        text.trim_end().to_owned()
    };
    (area.top()..area.bottom()).map(row).collect()
}
