//! What is around the store: the program, the terminal, folders and rights of files.

use super::Checks;
use crate::base::text::Charset;
use crate::cli::context::Context;
use crate::ui::Depth;
use std::fs::Permissions;
use std::io::IsTerminal;
use std::os::fd::AsFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Columns and rows that the desk is made for.
const SMALLEST: (u16, u16) = (80, 24);

/// Which program this is.
pub fn version(checks: &mut Checks) {
    let built = if cfg!(debug_assertions) { ", built without optimisation" } else { "" };
    let detail = format!("greenbar {}{built}, SQLite {}", env!("CARGO_PKG_VERSION"), rusqlite::version());
    checks.ok("version", &detail);
}

/// Whether the desk can be drawn well here.
pub fn terminal(context: &Context, checks: &mut Checks) {
    let term = context.env.var("TERM").unwrap_or_default();
    let depth = match Depth::detect(&context.env) {
        Depth::True => "24-bit colours",
        Depth::Indexed256 => "256 colours",
        Depth::Ansi16 => "16 colours",
        Depth::Ansi8 => "8 colours",
        Depth::None => "no colours",
    };
    let unicode = Charset::detect(&context.env) == Charset::Unicode;
    let letters = if unicode { "UTF-8" } else { "ASCII" };
    let size = rustix::termios::tcgetwinsize(std::io::stdout().as_fd()).ok().filter(|size| size.ws_col > 0);
    let shown =
        size.map_or("not a terminal here".to_owned(), |size| format!("{}x{}", size.ws_col, size.ws_row));
    let detail = format!("TERM={term}, {depth}, {letters}, {shown}");
    let small = size.is_some_and(|size| (size.ws_col, size.ws_row) < SMALLEST || size.ws_row < SMALLEST.1);
    if term.is_empty() || term == "dumb" {
        let advice = "the desk needs a terminal that moves its cursor: set TERM, such as TERM=xterm-256color";
        // Programs that call this one have no terminal, and need none.
        if std::io::stdout().is_terminal() {
            return checks.warn("terminal", &detail, advice);
        }
    } else if small {
        return checks.warn("terminal", &detail, "make it 80x24 or larger: the desk is made for that");
    } else if !unicode && size.is_some() {
        let advice =
            "set LC_ALL or LANG to a UTF-8 locale if the terminal shows it; --ascii takes ASCII anyway";
        return checks.warn("terminal", &detail, advice);
    }
    checks.ok("terminal", &detail);
}

/// Folders of the program: they can be written, and others cannot read what was left there.
pub fn folders(context: &Context, fix: bool, checks: &mut Checks) {
    let paths = &context.env.paths;
    let all = [("state", &paths.state), ("cache", &paths.cache), ("data", &paths.data)];
    let mut wrong = 0;
    for (what, folder) in all {
        let Ok(about) = std::fs::metadata(folder) else { continue };
        if rustix::fs::access(folder, rustix::fs::Access::WRITE_OK).is_err() {
            wrong += 1;
            let detail = format!("the folder for {what} cannot be written: {}", folder.display());
            checks.warn("folders", &detail, "chmod u+w gives the right back; --home names other folders");
        } else if what == "state" && about.permissions().mode() & 0o077 != 0 {
            // Drafts and what was typed lie there.
            wrong += 1;
            close(checks, "folders", folder, (0o077, about.permissions().mode()), fix);
        }
    }
    if wrong == 0 {
        checks.ok("folders", &format!("state {}, cache {}", paths.state.display(), paths.cache.display()));
    }
}

/// Takes rights of others away, or says that they are there.
fn close(checks: &mut Checks, name: &str, path: &Path, (open, mode): (u32, u32), fix: bool) {
    let mode = mode & 0o7777;
    if fix && std::fs::set_permissions(path, Permissions::from_mode(mode & !open)).is_ok() {
        return checks
            .fixed(name, &format!("{}: mode {mode:04o} is {:04o} now", path.display(), mode & !open));
    }
    let detail = format!("others can get at {} (mode {mode:04o})", path.display());
    let who = if open == 0o007 { "o" } else { "go" };
    checks.warn(
        name,
        &detail,
        &format!("chmod {who}= takes that right away; `greenbar doctor --fix` does it"),
    );
}

/// Others may neither read nor write the store, its log and its backups; a folder of a team (set-group-ID) is open to its group.
pub fn permissions(file: &Path, dir: &Path, fix: bool, checks: &mut Checks) {
    let mode = |path: &Path| std::fs::metadata(path).map(|about| about.permissions().mode() & 0o7777);
    let (Ok(of_file), Ok(of_dir)) = (mode(file), mode(dir)) else {
        checks.warn("permissions", "they cannot be read", "check the folder of the store");
        return;
    };
    let open = if of_dir & 0o2020 == 0o2020 { 0o007 } else { 0o077 };
    let beside = |end: &str| {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    let backups = std::fs::read_dir(dir.join("backups")).into_iter().flatten().flatten().map(|e| e.path());
    let all = [file.to_owned(), beside("-wal"), beside("-shm")].into_iter().chain(backups);
    let wrong: Vec<(PathBuf, u32)> =
        all.filter_map(|path| mode(&path).ok().filter(|m| m & open != 0).map(|m| (path, m))).collect();
    if wrong.is_empty() {
        checks.ok("permissions", &format!("file {of_file:04o}, folder {of_dir:04o}"));
    }
    for (path, mode) in wrong {
        close(checks, "permissions", &path, (open, mode), fix);
    }
}
