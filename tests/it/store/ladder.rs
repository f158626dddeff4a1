//! D09: a store that cannot be written is read in the best way that is left, and says why: read-only, a copy, an immutable
//! view. Permissions do not bind root, so root asks another user to open; a user is bound by them itself.

use super::child::{can_start, prefixed, run};
use super::{entry, free, open};
use greenbar::store::{Access, Filter, Store, TextQuery};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How to start a process that permissions bind; none with the reason.
fn bound() -> Result<&'static [&'static str], String> {
    static NOBODY: [&str; 4] = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    if !rustix::process::geteuid().is_root() {
        return Ok(&[]);
    }
    can_start(&NOBODY).map(|()| NOBODY.as_slice())
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

struct Case {
    home: tempfile::TempDir,
    dir: PathBuf,
    path: PathBuf,
    run: PathBuf,
}

/// A store of three entries, the newest of which is in the write-ahead log only if `with_log`.
fn case(with_log: bool) -> Case {
    let home = tempfile::tempdir().unwrap();
    mode(home.path(), 0o755);
    let (dir, run) = (home.path().join("data"), home.path().join("run"));
    let (path, made) = (dir.join("kb.db"), home.path().join("made/kb.db"));
    fs::create_dir(&dir).unwrap();
    fs::create_dir(&run).unwrap();
    let store = open(&made);
    store.put(&[entry("A"), entry("B")], 1).unwrap();
    drop(store);
    let store = open(&made);
    store.put(&[entry("NEWEST")], 2).unwrap();
    if with_log {
        fs::copy(made.with_file_name("kb.db-wal"), dir.join("kb.db-wal")).unwrap();
        mode(&dir.join("kb.db-wal"), 0o644);
    } else {
        drop(store);
    }
    fs::copy(&made, &path).unwrap();
    mode(&path, 0o644);
    mode(&dir, 0o755);
    // The runtime folder belongs to the user who asks.
    if rustix::process::geteuid().is_root() {
        std::os::unix::fs::chown(&run, Some(65_534), Some(65_534)).unwrap();
    }
    mode(&run, 0o700);
    Case { home, dir, path, run }
}

impl Case {
    fn read(&self, prefix: &[&str], with_runtime: bool) -> Vec<String> {
        let runtime = if with_runtime { self.run.to_str().unwrap() } else { "" };
        run(prefixed(prefix, "read", &self.path, runtime))
    }

    /// Lets the folder be removed again, whoever runs the test.
    fn done(self) {
        mode(&self.dir, 0o755);
        drop(self.home);
    }
}

/// `found` must be said, then a line that begins with `access`, names a reason, and shows that writing said "read-only".
fn assert_said(name: &str, said: &[String], found: &str, access: &str) {
    println!("{name}: {said:?}");
    assert_eq!(said[0], found, "{name}: {said:?}");
    assert!(said[1].starts_with(access) && said[1].ends_with("| read-only"), "{name}: {said:?}");
    assert!(said[1].len() > access.len() + 25, "{name} gives a reason: {said:?}");
}

#[test]
fn d09_read_only_files_and_folders() {
    let prefix = match bound() {
        Ok(prefix) => prefix,
        Err(why) => return println!("skipped: {why}"),
    };
    let closed = |case: &Case| {
        mode(&case.path, 0o444);
        mode(&case.dir, 0o555);
    };

    let no_log = case(false);
    closed(&no_log);
    assert_said("folder and file closed", &no_log.read(prefix, true), "found 3 true", "snapshot");
    let left = fs::read_dir(no_log.run.join("greenbar")).unwrap().count();
    assert_eq!(left, 0, "the copy is removed at the end");
    assert_said("without a runtime folder", &no_log.read(prefix, false), "found 3 true", "snapshot");
    no_log.done();

    let log = case(true);
    closed(&log);
    mode(&log.dir.join("kb.db-wal"), 0o444);
    assert_said("a log without shared memory", &log.read(prefix, true), "found 3 true", "snapshot");
    let said = log.read(prefix, false);
    assert_said("the same, immutable", &said, "found 2 false", "snapshot");
    assert!(said[1].contains("newest changes may be missing"), "{said:?}");
    mode(&log.dir.join("kb.db-wal"), 0o000);
    assert_said("a log of somebody else", &log.read(prefix, true), "found 2 false", "snapshot");
    log.done();

    let held = case(false);
    mode(&held.dir, 0o755);
    let writer = open(&held.path);
    writer.put(&[entry("D")], 3).unwrap();
    closed(&held);
    for name in ["kb.db-wal", "kb.db-shm"] {
        mode(&held.dir.join(name), 0o444);
    }
    assert_said("while a writer is there", &held.read(prefix, false), "found 4 true", "read-only");
    drop(writer);
    held.done();
}

#[test]
fn d09_refusals_say_what_and_why() {
    let prefix = match bound() {
        Ok(prefix) => prefix,
        Err(why) => return println!("skipped: {why}"),
    };
    let case = case(false);
    mode(&case.path, 0o000);
    mode(&case.dir, 0o555);
    let said = case.read(prefix, true);
    assert!(said[0].starts_with("refused 3") && said[0].contains("kb.db"), "{said:?}");
    mode(&case.dir, 0o755);
    fs::remove_file(&case.path).unwrap();
    mode(&case.dir, 0o555);
    let said = case.read(prefix, true);
    assert!(said[0].starts_with("refused 3") && said[0].contains("cannot be made"), "{said:?}");
    case.done();
}

/// A small file system of its own; none with the reason.
struct Mounted(PathBuf);

fn mount(dir: &Path, size: &str) -> Result<Mounted, String> {
    fs::create_dir_all(dir).unwrap();
    let options = format!("size={size},mode=0700");
    let tried = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(dir).output();
    match tried {
        Ok(output) if output.status.success() => Ok(Mounted(dir.to_owned())),
        Ok(output) => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        Err(e) => Err(e.to_string()),
    }
}

impl Mounted {
    fn remount(&self, option: &str) {
        let options = format!("remount,{option}");
        assert!(Command::new("mount").args(["-o", &options]).arg(&self.0).status().unwrap().success());
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(&self.0).status());
    }
}

/// Fills the file system of `dir` to the last page.
fn fill(dir: &Path) -> PathBuf {
    use std::io::Write;
    let path = dir.join("filler");
    let mut file = fs::File::create(&path).unwrap();
    // A process that another test is just starting may hold a file that was removed for a moment more: its room comes free later.
    for _ in 0..5 {
        while file.write_all(&[1; 4_096]).is_ok() {}
        std::thread::sleep(std::time::Duration::from_millis(30));
    }
    path
}

fn own_runtime(home: &Path) -> PathBuf {
    let run = home.join("run");
    fs::create_dir(&run).unwrap();
    mode(&run, 0o700);
    run
}

#[test]
fn d09_a_file_system_that_is_read_only() {
    let home = tempfile::tempdir().unwrap();
    let run_dir = own_runtime(home.path());
    let mounted = match mount(&home.path().join("data"), "8m") {
        Ok(mounted) => mounted,
        Err(why) => return println!("skipped: no file system of its own ({why})"),
    };
    let path = mounted.0.join("kb.db");
    open(&path).put(&[entry("A"), entry("NEWEST")], 1).unwrap();
    mounted.remount("ro");
    let said = run(prefixed(&[], "read", &path, run_dir.to_str().unwrap()));
    assert_said("read-only file system", &said, "found 2 true", "snapshot");
    let said = run(prefixed(&[], "read", &path, ""));
    assert_said("the same without a runtime folder", &said, "found 2 true", "snapshot");
}

#[test]
fn d09_a_full_disk() {
    let home = tempfile::tempdir().unwrap();
    let run_dir = own_runtime(home.path());
    let mounted = match mount(&home.path().join("data"), "4m") {
        Ok(mounted) => mounted,
        Err(why) => return println!("skipped: no file system of its own ({why})"),
    };
    let path = mounted.0.join("kb.db");
    let store = open(&path);
    store.put(&[entry("A"), entry("NEWEST")], 1).unwrap();
    drop(store);
    let filler = fill(&mounted.0);
    let said = run(prefixed(&[], "read", &path, run_dir.to_str().unwrap()));
    assert_said("full disk", &said, "found 2 true", "snapshot");
    let said = run(prefixed(&[], "read", &path, ""));
    assert_said("full disk without a runtime folder", &said, "found 2 true", "snapshot");

    // A disk that gets full while the store is open: reading goes on, writing says so and works again with space.
    fs::remove_file(&filler).unwrap();
    let store = open(&path);
    store.put(&[entry("B")], 2).unwrap();
    let filler = fill(&mounted.0);
    let large: Vec<_> = (0..500).map(|n| entry(&format!("L{n}"))).collect();
    let error = store.put(&large, 3).unwrap_err();
    assert!(error.cause.contains("disk is full") && error.exit.code() == 3, "{error}");
    assert!(error.hint.contains("deletion"), "{error}");
    assert_eq!(store.access(), &Access::ReadWrite);
    let words = TextQuery { parts: vec!["operands".into()], ..TextQuery::default() };
    assert_eq!(store.find_text(&words, &Filter::default(), 9, &free()).unwrap().total, 3);
    fs::remove_file(filler).unwrap();
    store.put(&large[..50], 4).unwrap();
    super::assert_whole(&store);
}

#[test]
fn d13_a_disk_that_is_full_when_the_store_is_made() {
    let home = tempfile::tempdir().unwrap();
    let mounted = match mount(&home.path().join("data"), "1m") {
        Ok(mounted) => mounted,
        Err(why) => return println!("skipped: no file system of its own ({why})"),
    };
    let path = mounted.0.join("kb.db");
    let filler = fill(&mounted.0);
    let mut refused = 0;
    // A little more space each time: each attempt gets a little further, until one succeeds without any help.
    let said = loop {
        let said = run(prefixed(&[], "read", &path, ""));
        if said[0].starts_with("found") {
            break said;
        }
        assert!(said[0].starts_with("refused 3") && said[0].contains("full"), "{said:?}");
        refused += 1;
        let size = fs::metadata(&filler).unwrap().len();
        fs::OpenOptions::new().write(true).open(&filler).unwrap().set_len(size - 48 * 1_024).unwrap();
    };
    println!("refused {refused} times, then {said:?}");
    assert!(refused > 3, "{refused}");
    fs::remove_file(&filler).unwrap();
    let store = open(&path);
    store.put(&[entry("A")], 1).unwrap();
    super::assert_whole(&store);
}
