//! What the desk does outside of its screen: private folders, the editor, the screen as text.

use crate::base::{Env, Result, UserError};
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
/// command is split at blanks and started without a shell.
///
/// # Errors
/// When the editor cannot be started or reports a failure; nothing is changed then.
pub fn edit(env: &Env, configured: &str, text: &str) -> Result<String> {
    let chosen = Some(configured).filter(|c| !c.is_empty());
    let command = chosen.or_else(|| env.var("VISUAL")).or_else(|| env.var("EDITOR")).unwrap_or("vi");
    let mut words = command.split_whitespace();
    let program = words.next().unwrap_or("vi");
    let failed = |what: &str, why: &dyn std::fmt::Display| {
        UserError::new(format!("{what} {program}")).cause(why).hint("set editor.command, $VISUAL or $EDITOR")
    };
    private_folder(&env.paths.state).map_err(|e| failed("cannot make a file for", &e))?;
    let path = env.paths.state.join(format!("edit-{}-{}.md", std::process::id(), env.clock.unix_ms()));
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)
        .map_err(|e| failed("cannot make a file for", &e))?;
    let result = file
        .write_all(text.as_bytes())
        .map_err(|e| failed("cannot write the file for", &e))
        .and_then(|()| {
            Command::new(program).args(words).arg(&path).status().map_err(|e| failed("cannot start", &e))
        })
        .and_then(
            |status| if status.success() { Ok(()) } else { Err(failed("nothing was changed by", &status)) },
        )
        .and_then(|()| {
            std::fs::read_to_string(&path).map_err(|e| failed("cannot read what came out of", &e))
        });
    // The text is in `result` now; a file that cannot be removed is private and does no harm.
    drop(std::fs::remove_file(&path));
    result
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
