//! Other processes: this test binary, run again with one test that does as its environment says.

use super::{assert_whole, entry, free, open};
use greenbar::base::meter::no_meter;
use greenbar::store::{Access, Filter, OpenOptions, Searches, SqliteStore, Store, TextQuery};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const VARIABLE: &str = "GREENBAR_TEST_CHILD";

/// A process that does `work` on the store at `path`; `detail` is for the work.
pub fn child(work: &str, path: &Path, detail: &str) -> Command {
    prefixed(&[], work, path, detail)
}

/// The same, started by the program and arguments in `prefix`.
pub fn prefixed(prefix: &[&str], work: &str, path: &Path, detail: &str) -> Command {
    let exe = std::env::current_exe().unwrap();
    let mut parts: Vec<&std::ffi::OsStr> = prefix.iter().map(std::ffi::OsStr::new).collect();
    parts.push(exe.as_os_str());
    let mut command = Command::new(parts[0]);
    command.args(&parts[1..]).args(["store::child::process", "--exact", "--nocapture", "--test-threads=1"]);
    command.env(VARIABLE, format!("{work}|{}|{detail}", path.display()));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Whether `prefix` can start this binary (another user may not be allowed to read it).
pub fn can_start(prefix: &[&str]) -> Result<(), String> {
    let exe = std::env::current_exe().unwrap();
    match Command::new(prefix[0]).args(&prefix[1..]).arg(&exe).args(["--list", "none"]).output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        Err(e) => Err(format!("{}: {e}", prefix[0])),
    }
}

/// Runs it to its end; its lines.
pub fn run(mut command: Command) -> Vec<String> {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    lines(&said)
}

/// What the work said: lines that begin with `> `. The first may stand after words of the test runner.
pub fn lines(said: &str) -> Vec<String> {
    said.lines().filter_map(|line| line.split_once("> ")).map(|(_, text)| text.to_owned()).collect()
}

fn say(text: &str) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    out.write_all(format!("> {text}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

#[test]
fn process() {
    let Ok(asked) = std::env::var(VARIABLE) else { return };
    let parts: Vec<&str> = asked.splitn(3, '|').collect();
    let path = PathBuf::from(parts[1]);
    match parts[0] {
        "write" => write(&path, parts[2]),
        "checkpoint" => checkpoint(&path, parts[2]),
        "import" => import(&path, parts[2]),
        "back up" => back_up(&path, parts[2]),
        "mixed" => mixed(&path, parts[2]),
        "start" => start(&path, parts[2]),
        "read" => read(&path, parts[2]),
        "umask" => with_umask(&path, parts[2]),
        other => panic!("{other}"),
    }
}

/// Writes entries one at a time for ever, and says each that is acknowledged.
fn write(path: &Path, detail: &str) {
    let store = open(path);
    for n in 0.. {
        let id = format!("{detail}-{n}");
        store.put(&[entry(&id)], n).unwrap();
        if n % 7 == 0 {
            store.delete(&id, n).unwrap();
            store.undelete(&id, n).unwrap();
        }
        say(&id);
        if n % 3 == 0 {
            store.record_use(&id, None, n).unwrap();
        }
        if n % 4 == 0 {
            store.set_notes(&id, "note", n).unwrap();
        }
    }
}

/// The same, with a full checkpoint after each.
fn checkpoint(path: &Path, detail: &str) {
    let store = open(path);
    let raw = rusqlite::Connection::open(path).unwrap();
    for n in 0.. {
        let id = format!("{detail}-{n}");
        store.put(&[entry(&id)], n).unwrap();
        say(&id);
        let mode = ["PASSIVE", "RESTART", "TRUNCATE"][usize::try_from(n).unwrap() % 3];
        raw.pragma_update_and_check(None, "wal_checkpoint", mode, |_| Ok(())).unwrap();
    }
}

/// Writes batches for ever.
fn import(path: &Path, detail: &str) {
    let store = open(path);
    for n in 0.. {
        let ids: Vec<String> = (0..100).map(|m| format!("{detail}-{n}-{m}")).collect();
        store.put(&ids.iter().map(|id| entry(id)).collect::<Vec<_>>(), n).unwrap();
        say(&ids.join(" "));
    }
}

/// Writes and backs up for ever; says a backup before its end so that the test knows what must be in it.
fn back_up(path: &Path, detail: &str) {
    let store = open(path);
    for n in 0.. {
        let id = format!("{detail}-{n}");
        store.put(&[entry(&id)], n).unwrap();
        say(&id);
        store.backup_to(&path.with_file_name("saved.db")).unwrap();
        say(&format!("saved {id}"));
    }
}

/// `NAME COUNT`: so many transactions that write, by turns what others write too, each followed by reads. Every twentieth
/// forces a checkpoint. Says how many entries and uses it wrote, and how long each transaction took in milliseconds.
fn mixed(path: &Path, detail: &str) {
    let (name, count) = detail.split_once(' ').unwrap();
    let store = open(path);
    assert_eq!(store.info().unwrap().journal, "wal");
    let words = TextQuery { parts: vec!["operands".into()], ..TextQuery::default() };
    let mut took = Vec::new();
    let (mut puts, mut uses) = (0, 0);
    for n in 0..count.parse().unwrap() {
        let begin = Instant::now();
        match n % 3 {
            0 => {
                puts += 1;
                store.put(&[entry(&format!("{name}-{puts}"))], n).unwrap();
            }
            1 => {
                uses += 1;
                store.record_use("SHARED", Some(n % 2 == 0), n).unwrap().unwrap();
            }
            _ => store.record_search(name, 1, 1, n).unwrap(),
        }
        took.push(begin.elapsed().as_millis());
        assert!(store.entry(&format!("{name}-{puts}"), &free()).unwrap().is_some());
        assert!(store.find_text(&words, &Filter::default(), 5, &free()).unwrap().total > 0);
        if n % 20 == 0 {
            store.upkeep().unwrap();
            let raw = rusqlite::Connection::open(path).unwrap();
            // Whether it gets its turn does not matter; that it disturbs does. It keeps writers out while it waits.
            raw.busy_timeout(Duration::from_millis(100)).unwrap();
            drop(raw.pragma_update_and_check(None, "wal_checkpoint", "TRUNCATE", |_| Ok(())));
        }
    }
    let took: Vec<String> = took.iter().map(u128::to_string).collect();
    say(&format!("took {puts} {uses} {}", took.join(" ")));
}

/// Waits until the file `go` is there, then opens, writes one entry, and says the journal mode.
fn start(path: &Path, detail: &str) {
    say("ready");
    let go = path.with_file_name("go");
    while !go.exists() {
        std::thread::sleep(Duration::from_millis(1));
    }
    let store = open(path);
    store.put(&[entry(detail)], 1).unwrap();
    say(&format!("{} {}", store.info().unwrap().journal, store.info().unwrap().schema));
}

/// Opens whatever can be opened, searches, tries to write, and says what came of it. The detail is the runtime folder.
fn read(path: &Path, detail: &str) {
    let mut options = OpenOptions::new(path);
    options.runtime_dir = (!detail.is_empty()).then(|| PathBuf::from(detail));
    let store = match SqliteStore::open(&options, no_meter()) {
        Ok(store) => store,
        Err(error) => return say(&format!("refused {} {error}", error.exit.code())),
    };
    let words = TextQuery { parts: vec!["operands".into()], ..TextQuery::default() };
    let found = store.find_text(&words, &Filter::default(), 99, &free()).unwrap();
    assert_eq!(found.total, u64::try_from(found.hits.len()).unwrap());
    let newest = store.entry("NEWEST", &free()).unwrap();
    say(&format!("found {} {}", found.total, newest.is_some()));
    let written = store.put(&[entry("MORE")], 9);
    match store.access() {
        Access::ReadWrite => say(&format!("read-write {written:?}")),
        Access::ReadOnly(why) => say(&format!("read-only {why} | {}", written.unwrap_err().cause)),
        Access::Snapshot(why) => say(&format!("snapshot {why} | {}", written.unwrap_err().cause)),
    }
}

/// Sets the umask (octal), then makes or opens the store, writes, backs up, and says what the files are.
fn with_umask(path: &Path, detail: &str) {
    use std::os::unix::fs::MetadataExt;
    let mask = u32::from_str_radix(detail, 8).unwrap();
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(mask));
    let store = match SqliteStore::open(&OpenOptions::new(path), no_meter()) {
        Ok(store) => store,
        Err(error) => return say(&format!("refused {} {error}", error.exit.code())),
    };
    store.put(&[entry(&format!("U{detail}"))], 1).unwrap();
    store.rebuild_index().unwrap();
    assert_whole(&store);
    let dir = path.parent().unwrap();
    let mut names: Vec<PathBuf> = [dir.join("backups"), dir.to_owned()]
        .iter()
        .flat_map(|dir| std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()))
        .collect();
    names.push(dir.to_owned());
    for name in names {
        let about = std::fs::metadata(&name).unwrap();
        let kind = if about.is_dir() { "dir" } else { "file" };
        say(&format!("{kind} {:o} {} {}", about.mode() & 0o7777, about.gid(), name.display()));
    }
}

/// All that a process says until its end.
pub fn rest(child: &mut std::process::Child) -> String {
    let mut said = Vec::new();
    child.stdout.take().unwrap().read_to_end(&mut said).unwrap();
    String::from_utf8_lossy(&said).into_owned()
}
