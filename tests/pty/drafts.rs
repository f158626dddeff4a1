//! What is typed survives whatever ends the program: the next session finds it.

use super::desk::program;
use super::harness::{LONG, Program};
use rustix::process::Signal;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

fn files(home: &Path) -> Vec<std::path::PathBuf> {
    let Ok(folder) = std::fs::read_dir(home.join("state")) else { return Vec::new() };
    let is_draft = |name: &str| name.starts_with("draft-") || name.starts_with("edit-");
    let all = folder.map(|f| f.unwrap().path());
    all.filter(|f| {
        f.extension().is_some_and(|e| e == "md") && is_draft(f.file_name().unwrap().to_str().unwrap())
    })
    .collect()
}

/// All drafts of a home, one behind the other.
pub fn text(home: &Path) -> String {
    files(home).iter().map(|f| std::fs::read_to_string(f).unwrap()).collect()
}

fn wait_for(what: &str, mut ready: impl FnMut() -> bool) {
    let end = Instant::now() + LONG;
    while !ready() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn desk(home: &Path) -> Program {
    Program::new(&[&program(), "--home", home.to_str().unwrap()])
}

#[test]
fn what_was_typed_is_found_after_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let mut first = desk(home).start();
    first.wait_text("entries");
    first.keys("\x1b");
    first.wait_text("n new");
    first.keys("n");
    first.wait_text("Title");
    first.keys("Gate feed sends blanks");
    // Down to the problem; a paste comes as one, with its lines.
    first.keys("\t\t\t\t\t\t\t\t");
    first.keys("\x1b[200~hours are\nX'404040'\x1b[201~");
    first.wait_text("X'404040'");
    wait_for("the draft", || text(home).contains("X'404040'"));
    first.signal(Signal::KILL);
    first.ended(LONG);
    for file in files(home) {
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }

    let mut second = desk(home).start();
    second.wait_text("Gate feed sends blanks");
    second.wait_text("was found");
    second.wait_text("X'404040'");
    // Kept once more, then gone on with and saved.
    second.keys("\x1b");
    second.wait_text("kept as a draft");
    second.keys("n");
    second.wait_text("this is the draft");
    second.keys("\t\tBatch");
    second.keys("\x1b[17~");
    second.wait_text("N-000001 added");
    wait_for("the draft is gone", || files(home).is_empty());
    second.keys("\x03");
    assert_eq!(second.end(LONG), 0);
}

#[test]
fn what_an_editor_has_written_is_found_after_its_crash_and_after_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let script = home.join("editor.sh");
    std::fs::write(
        &script,
        "sed -i 's/^title = .*/title = \"Half a title\"/' \"$1\"; echo edited; kill -9 $$\n",
    )
    .unwrap();
    let editor = format!("sh {}", script.display());
    let mut first = desk(home).env("VISUAL", &editor).start();
    first.wait_text("entries");
    first.keys("s0c7\r");
    first.wait_text("used 1 time");
    first.keys("v");
    first.wait_text("nothing was changed by sh");
    assert!(text(home).contains("Half a title"), "{}", text(home));
    first.signal(Signal::KILL);
    first.ended(LONG);
    // The next session offers it, as a form or to an editor that works.
    std::fs::write(&script, "sleep 600\n").unwrap();
    let mut second = desk(home).env("VISUAL", &editor).start();
    second.wait_text("Half a title");
    second.keys("\x1b");
    second.wait_text("kept as a draft");
    second.keys("/s0c7\r");
    second.wait_text("used 2 times");
    second.keys("v");
    second.wait("the editor", |s| (!s.screen.screen().alternate_screen()).then_some(()));
    second.signal(Signal::KILL);
    second.ended(LONG);
    assert!(text(home).contains("Half a title"), "{}", text(home));
}
