//! `greenbar doctor`: whether everything is in order, and what to do where it is not.

mod around;
mod work;

use super::context::Context;
use super::interrupt;
use super::out::{Out, Progress};
use crate::app::keymap::Keymap;
use crate::base::meter::no_meter;
use crate::base::{Budget, Exit, Result};
use crate::cache::{Cache, Sizes};
use crate::kb::starter;
use crate::store::sqlite::{Host, ThisHost, network_name};
use crate::store::{Access, SqliteStore, Store, StoreInfo};
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;

/// Whether to mend.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Mend what is safe to mend: indexes that do not fit the entries or are gone (after a backup), rights of files, a log that is
    /// too large.
    #[arg(long)]
    fix: bool,
}

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Ok,
    Fixed,
    Warning,
    Error,
}

#[derive(Debug, Serialize)]
struct Check {
    name: String,
    status: Status,
    detail: String,
    advice: String,
}

#[derive(Serialize)]
struct Document<'c> {
    checks: &'c [Check],
}

/// What the check of a store looks at, with what it is.
const IN_THE_STORE: [(&str, &str); 5] = [
    ("integrity", "the structure of the database"),
    ("foreign_keys", "what tables say about each other"),
    ("hash", "the text of each entry against its hash"),
    ("index", "tags, aliases and codes that entries are found by"),
    ("fts", "the full-text index"),
];
/// Of these the program can make what is wrong again from the entries.
const MENDABLE: [&str; 2] = ["index", "fts"];
/// And of this what it has brought along itself.
const TEXTS: &str = "hash";
/// A log of more than this means that nobody could tidy up for long, bytes.
const LARGE_LOG: u64 = 64 << 20;
/// Less room than this is short, bytes.
const LITTLE_ROOM: u64 = 256 << 20;

/// Checks everything.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    let mut checks = Checks::default();
    settings(context, &mut checks);
    around::version(&mut checks);
    around::terminal(context, &mut checks);
    around::folders(context, args.fix, &mut checks);
    cache(context, &mut checks);
    match context.sqlite(no_meter()) {
        Ok(store) => {
            let mut progress = Progress::new(out.is_json());
            progress.show("checking the store");
            in_the_store(context, &store, args.fix, &interrupt::budget(), &mut checks)?;
            around_the_store(&store, args.fix, &mut checks)?;
            work::indexes(&store, args.fix, &interrupt::budget(), &mut checks);
            work::slow(context, &store, &mut checks)?;
            work::connections(context, &store, &mut checks)?;
        }
        Err(error) => {
            checks.add("store", Status::Error, &format!("{}: {}", error.what, error.cause), &error.hint);
        }
    }
    let checks = checks.0;
    if out.is_json() {
        out.document(&Document { checks: &checks });
    } else {
        print(out, &checks);
    }
    let damaged = checks.iter().any(|c| c.status == Status::Error);
    Ok(if damaged { Exit::Store } else { Exit::Done })
}

fn print(out: &mut Out, checks: &[Check]) {
    for check in checks {
        let status = match check.status {
            Status::Ok => "ok",
            Status::Fixed => "fixed",
            Status::Warning => "warning",
            Status::Error => "ERROR",
        };
        out.line(&format!("{status:8} {:13} {}", check.name, check.detail));
        if !check.advice.is_empty() {
            out.line(&format!("{:22} next: {}", "", check.advice));
        }
    }
}

#[derive(Default)]
struct Checks(Vec<Check>);

impl Checks {
    fn add(&mut self, name: &str, status: Status, detail: &str, advice: &str) {
        let (name, detail, advice) = (name.to_owned(), detail.to_owned(), advice.to_owned());
        self.0.push(Check { name, status, detail, advice });
    }

    fn ok(&mut self, name: &str, detail: &str) {
        self.add(name, Status::Ok, detail, "");
    }

    fn fixed(&mut self, name: &str, detail: &str) {
        self.add(name, Status::Fixed, detail, "");
    }

    fn warn(&mut self, name: &str, detail: &str, advice: &str) {
        self.add(name, Status::Warning, detail, advice);
    }
}

fn settings(context: &Context, checks: &mut Checks) {
    let sections = [("settings", context.problems()), ("keys", Keymap::with_user(&context.keys()).1)];
    for (name, problems) in sections {
        if problems.is_empty() {
            checks.ok(name, "nothing wrong");
        }
        for problem in problems {
            let detail = [problem.what.as_str(), problem.cause.as_str()];
            let detail: Vec<&str> = detail.into_iter().filter(|t| !t.is_empty()).collect();
            checks.add(name, Status::Warning, &detail.join(": "), &problem.hint);
        }
    }
}

/// Whether what was made is kept between sessions.
fn cache(context: &Context, checks: &mut Checks) {
    let cache = Cache::new(Sizes::of(&context.config().performance.cache), Arc::clone(&context.env.clock));
    match cache.open_disk(&context.env.paths.cache) {
        Ok(()) => {
            let detail = match (cache.disk_path(), cache.levels().iter().find(|level| level.name == "l2")) {
                (Some(path), Some(level)) => {
                    format!("{} KiB of {} in {}", level.bytes >> 10, level.capacity >> 10, path.display())
                }
                _ => "nothing is kept on disk, as the settings say".to_owned(),
            };
            checks.ok("cache", &detail);
        }
        Err(error) => {
            let detail = format!("{}: {}", error.what, error.cause);
            checks.add("cache", Status::Warning, &detail, &error.hint);
        }
    }
}

fn in_the_store(
    context: &Context,
    store: &SqliteStore,
    fix: bool,
    budget: &Budget,
    checks: &mut Checks,
) -> Result<()> {
    let before = store.check(budget)?;
    let has = |names: &[&str]| before.iter().any(|p| names.contains(&p.check.as_str()));
    let mut found = before.clone();
    let mut kept = None;
    if fix && has(&[TEXTS]) {
        kept = Some(store.back_up_now()?);
        starter::renew(store, context.now(), budget)?;
    }
    if fix && has(&MENDABLE) {
        let path = store.rebuild_index()?;
        kept.get_or_insert(path);
    }
    if let Some(kept) = &kept {
        found = store.check(budget)?;
        for (name, what) in IN_THE_STORE {
            let mended = before.iter().filter(|p| p.check == name && !found.contains(p)).count();
            if mended > 0 {
                let detail = format!(
                    "{what}: what was wrong ({mended}) is made again; what was there is kept in {}",
                    kept.display()
                );
                checks.fixed(name, &detail);
            }
        }
    }
    for (name, what) in IN_THE_STORE {
        if !has(&[name]) && found.iter().all(|p| p.check != name) {
            checks.ok(name, what);
        }
    }
    for problem in &found {
        checks.add(&problem.check, Status::Error, &problem.detail, &problem.advice);
    }
    Ok(())
}

fn around_the_store(store: &SqliteStore, fix: bool, checks: &mut Checks) -> Result<()> {
    let mut info: StoreInfo = store.info()?;
    match &info.access {
        Access::ReadWrite => {
            checks.ok("access", &format!("{} entries in {}, read and written", info.entries, info.location));
        }
        Access::ReadOnly(why) => {
            checks.add(
                "access",
                Status::Warning,
                &format!("only read: {why}"),
                "see why it cannot be written",
            );
        }
        Access::Snapshot(why) => {
            checks.add(
                "access",
                Status::Warning,
                &format!("a copy is read: {why}"),
                "see why it cannot be used in place",
            );
        }
    }
    checks.ok("engine", &format!("{}, schema {}, journal {}", info.engine, info.schema, info.journal));
    let large = info.wal_bytes > LARGE_LOG;
    if fix {
        // What is not merged yet is merged, and the log is written back. Where others still read what is in it, it stays as it
        // is, and that is said.
        drop(store.upkeep());
        info = store.info()?;
    }
    if large && info.wal_bytes <= LARGE_LOG {
        checks.fixed("wal", &format!("the write-ahead log has {} KiB again", info.wal_bytes >> 10));
    } else if large {
        let detail = format!("the write-ahead log has {} MiB", info.wal_bytes >> 20);
        checks.add("wal", Status::Warning, &detail, "end programs that read the store for long");
    } else {
        checks.ok("wal", &format!("the write-ahead log has {} KiB", info.wal_bytes >> 10));
    }
    let file = Path::new(&info.location);
    let dir = file.parent().unwrap_or(Path::new("."));
    around::permissions(file, dir, fix, checks);
    match ThisHost.file_system(dir).map(network_name) {
        Ok(None) => checks.ok("file_system", "the store lies on a disk of this machine"),
        Ok(Some(name)) => checks.add(
            "file_system",
            Status::Warning,
            &format!("the store lies on {name}: one process can write to it at a time"),
            "keep it on a disk of this machine, --home or --db says where",
        ),
        Err(e) => {
            checks.add(
                "file_system",
                Status::Warning,
                &format!("{}: {e}", dir.display()),
                "check the folder",
            );
        }
    }
    if let Ok(room) = rustix::fs::statvfs(dir) {
        let free = room.f_bavail.saturating_mul(room.f_frsize);
        if free < LITTLE_ROOM {
            let detail = format!("{} MiB are free in {}", free >> 20, dir.display());
            checks.add(
                "room",
                Status::Warning,
                &detail,
                "make room before the store cannot be written any more",
            );
        } else {
            checks.ok("room", &format!("{} MiB are free", free >> 20));
        }
    }
    let backups = store.backups();
    let newest = backups.last().map_or_else(
        || "none was needed yet".to_owned(),
        |b| format!("{}, the newest {}", backups.len(), b.display()),
    );
    checks.ok("backups", &format!("made by themselves: {newest}"));
    Ok(())
}
