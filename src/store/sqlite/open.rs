//! From a path to an open store: reading and writing if that is possible, and else the best way to read that is left
//! (read-only, a copy, an immutable view), with the reason. Owns the order of the steps.

use super::connect::{Conn, Settings};
use super::copy::{self, Copy};
use super::errors;
use super::hostlock::{self, Asked, HostLock};
use super::ledger::Ledger;
use super::migrate::{self, Failed, Found, Migration, Run};
use super::options::OpenOptions;
use super::place::{self, Place};
use super::pool::Target;
use super::turn::Turns;
use super::{backup, writer::Writer};
use crate::base::{Exit, Result, UserError};
use crate::store::Access;
use rusqlite::{Error, ErrorCode, OpenFlags};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The first release of SQLite without the bug that can damage a write-ahead log.
const OLDEST_SQLITE: i32 = 3_051_003;

/// A store that is open.
pub struct Opened {
    pub place: Place,
    pub access: Access,
    pub schema: u32,
    pub journal: String,
    pub writer: Option<Writer>,
    /// What readers open; none when they share the writer's connection.
    pub target: Option<Target>,
    pub settings: Settings,
    /// Held as long as the store is open, given back last.
    pub copy: Option<Copy>,
    pub lock: Option<HostLock>,
}

/// A way to open the store was not possible.
enum Down {
    /// Another way may be; why this one is not, as a sentence.
    Next(String),
    /// No way is.
    Stop(UserError),
}

/// What a connection was found to be good for.
struct Usable {
    conn: Conn,
    schema: u32,
    journal: String,
}

/// Opens the store and takes those of `steps` that it has not taken yet.
pub fn open(options: &OpenOptions, steps: &'static [Migration], ledger: &Arc<Ledger>) -> Result<Opened> {
    check_engine(rusqlite::version_number())?;
    let place = place::prepare(options)?;
    let exclusive = place.network.is_some() && !options.allow_network;
    let settings = Settings {
        busy: Duration::from_millis(options.busy_timeout_ms),
        statements: options.statement_cache,
        limit_ms: options.query_timeout_ms.max(1),
        exclusive,
    };
    let (lock, barred) = if exclusive { lock(options, &place) } else { (None, None) };
    let ladder = Ladder { options, steps, place, settings };
    let why = match barred {
        Some(why) => why,
        None => match ladder.read_write() {
            Ok(usable) => return ladder.writing(usable, lock, ledger),
            Err(Down::Next(why)) => why,
            Err(Down::Stop(error)) => return Err(error),
        },
    };
    drop(lock);
    ladder.reading(&why)
}

/// Refuses to run on a release of SQLite that can damage a store.
fn check_engine(version: i32) -> Result<()> {
    if version >= OLDEST_SQLITE {
        return Ok(());
    }
    Err(UserError::new("no store is opened")
        .cause(format!("this program was built with SQLite {}, which can damage it", rusqlite::version()))
        .hint("build it with the bundled SQLite (3.51.3 or later)")
        .exit(Exit::Store))
}

fn lock(options: &OpenOptions, place: &Place) -> (Option<HostLock>, Option<String>) {
    let system = place.network.unwrap_or("a network");
    match hostlock::acquire(place, &*options.host) {
        Ok(Asked::Ours(lock)) => (Some(lock), None),
        Ok(Asked::Held(holder)) => {
            let why = format!(
                "it lies on {system}, and process {} on {} writes to it ({} is its lock file)",
                holder.pid,
                holder.host,
                place.beside(".lock").display()
            );
            (None, Some(why))
        }
        Err(e) => (None, Some(format!("it lies on {system}, and its lock file cannot be made: {e}"))),
    }
}

struct Ladder<'a> {
    options: &'a OpenOptions,
    steps: &'static [Migration],
    place: Place,
    settings: Settings,
}

impl Ladder<'_> {
    fn location(&self) -> String {
        self.place.file.display().to_string()
    }

    fn latest(&self) -> u32 {
        migrate::latest(self.steps)
    }

    /// Why a store of a later version is not written.
    fn newer(&self, sql: &rusqlite::Connection, version: u32) -> String {
        let program = migrate::needed_program(sql, version)
            .map_or_else(|| "a newer greenbar".to_owned(), |program| format!("greenbar {program}"));
        format!(
            "it was written by {program} (schema {version}), this one knows schema {} and only reads it: update to write",
            self.latest()
        )
    }

    fn explain(&self, error: &Error) -> UserError {
        errors::explain(&self.location(), "open the store", error)
    }

    /// Whether `error` leaves another way.
    fn down(&self, error: &Error) -> Down {
        if errors::is(error, ErrorCode::DatabaseBusy) && self.place.network.is_some() {
            return Down::Next("another machine keeps it busy".to_owned());
        }
        errors::still_readable(error).map_or_else(|| Down::Stop(self.explain(error)), Down::Next)
    }

    fn stop(&self, cause: &str, hint: &str) -> Down {
        let what = format!("could not open the store in {}", self.location());
        Down::Stop(UserError::new(what).cause(cause).hint(hint).exit(Exit::Store))
    }

    fn writing(self, mut usable: Usable, lock: Option<HostLock>, ledger: &Arc<Ledger>) -> Result<Opened> {
        usable.conn.count_in(ledger, true).map_err(|e| self.explain(&e))?;
        let wal = usable.journal == "wal";
        let readable = !self.settings.exclusive;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let turns = readable.then(|| (Turns::new(&self.place.dir), self.settings.busy));
        Ok(Opened {
            access: Access::ReadWrite,
            schema: usable.schema,
            journal: usable.journal,
            writer: Some(Writer::new(usable.conn, usable.schema, wal, (turns, Arc::clone(ledger)))),
            target: readable.then(|| Target { path: self.place.file.clone(), flags }),
            settings: self.settings,
            copy: None,
            lock,
            place: self.place,
        })
    }

    fn read_write(&self) -> std::result::Result<Usable, Down> {
        let down = |e: Error| self.down(&e);
        let mut conn =
            Conn::open(&self.place.file, OpenFlags::SQLITE_OPEN_READ_WRITE, &self.settings).map_err(down)?;
        let found = patiently(self.settings.busy, || migrate::inspect(conn.raw())).map_err(down)?;
        self.refuse_foreign(found)?;
        if conn.raw().is_readonly("main").map_err(down)? {
            return Err(Down::Next("the file cannot be written to".to_owned()));
        }
        if let Found::Ours(version) = found
            && version > self.latest()
        {
            return Err(Down::Next(self.newer(conn.raw(), version)));
        }
        let wanted = if self.settings.exclusive { "truncate" } else { "wal" };
        let journal = patiently(self.settings.busy, || {
            conn.raw().pragma_update_and_check(None, "journal_mode", wanted, |row| row.get::<_, String>(0))
        })
        .map_err(down)?;
        conn.harden().map_err(down)?;
        self.migrate(&mut conn)?;
        let schema = conn.raw().pragma_query_value(None, "user_version", |row| row.get(0)).map_err(down)?;
        if schema > self.latest() {
            return Err(Down::Next(self.newer(conn.raw(), schema)));
        }
        Ok(Usable { conn, schema, journal })
    }

    fn refuse_foreign(&self, found: Found) -> std::result::Result<(), Down> {
        let Found::Foreign(id) = found else { return Ok(()) };
        let cause = format!("it is the database of another program (application_id {id:#010x})");
        Err(self.stop(&cause, "give another file with --db, or move this one out of the way"))
    }

    fn migrate(&self, conn: &mut Conn) -> std::result::Result<(), Down> {
        let at = self.options.clock.unix_ms();
        if self.settings.exclusive
            && let Ok(Found::Ours(version)) = migrate::inspect(conn.raw())
            && version < self.latest()
        {
            // No second connection is possible here, and the lock file keeps others from writing.
            backup::automatic(conn.raw(), &self.place, version, at, &self.settings).map_err(Down::Stop)?;
        }
        let mut backup = |version| {
            if self.settings.exclusive {
                return Ok(());
            }
            // Another connection: this one holds the lock that keeps writers out.
            let mut source = Conn::open(&self.place.file, OpenFlags::SQLITE_OPEN_READ_ONLY, &self.settings)
                .map_err(|e| self.explain(&e))?;
            backup::automatic(source.raw(), &self.place, version, at, &self.settings).map(drop)
        };
        let run =
            Run { steps: self.steps, at, observer: self.options.observer.as_ref(), backup: &mut backup };
        match migrate::run(conn, self.settings.busy, run) {
            Ok(_) => Ok(()),
            Err(Failed::Backup(error)) => Err(Down::Stop(error)),
            Err(Failed::Sql(error)) => Err(self.down(&error)),
        }
    }

    /// The ways that are left when writing is not possible because of `why`.
    fn reading(self, why: &str) -> Result<Opened> {
        let mut whys = vec![why.to_owned()];
        for way in [Self::in_place, Self::copied, Self::immutable] {
            match way(&self, why) {
                Ok(ready) => {
                    return Ok(Opened {
                        access: ready.access,
                        schema: ready.schema,
                        journal: ready.journal,
                        writer: None,
                        target: Some(ready.target),
                        settings: Settings { exclusive: false, ..self.settings },
                        copy: ready.copy,
                        lock: None,
                        place: self.place,
                    });
                }
                Err(Down::Next(why)) => {
                    if !whys.contains(&why) {
                        whys.push(why);
                    }
                }
                Err(Down::Stop(error)) => return Err(error),
            }
        }
        Err(UserError::new(format!("could not open the store in {}", self.location()))
            .cause(whys.join("; "))
            .hint("check the permissions of the file and of its folder, and the space on the disk")
            .exit(Exit::Store))
    }

    fn in_place(&self, why: &str) -> std::result::Result<Ready, Down> {
        if self.settings.exclusive && copy::has_log(&self.place.file) {
            // Even reading would put shared memory on a network file system.
            return Err(Down::Next("it was left with a write-ahead log".to_owned()));
        }
        let target = Target { path: self.place.file.clone(), flags: OpenFlags::SQLITE_OPEN_READ_ONLY };
        self.ready(target, Access::ReadOnly(why.to_owned()), None)
    }

    fn copied(&self, why: &str) -> std::result::Result<Ready, Down> {
        let copy = copy::make(&self.place.file, self.options).map_err(Down::Next)?;
        let settings = Settings { exclusive: false, ..self.settings };
        let down = |e: Error| Down::Next(format!("a copy cannot be read ({e})"));
        let mut conn = Conn::open(copy.path(), OpenFlags::SQLITE_OPEN_READ_WRITE, &settings).map_err(down)?;
        self.refuse_foreign(migrate::inspect(conn.raw()).map_err(down)?)?;
        let said: String =
            conn.raw().query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(down)?;
        if said != "ok" {
            return Err(Down::Next("it was being changed while it was copied".to_owned()));
        }
        conn.raw().pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(())).map_err(down)?;
        conn.harden().map_err(down)?;
        let run = Run { steps: self.steps, at: 0, observer: None, backup: &mut |_| Ok(()) };
        match migrate::run(&mut conn, settings.busy, run) {
            Ok(_) => {}
            Err(Failed::Sql(e)) => return Err(down(e)),
            Err(Failed::Backup(e)) => return Err(Down::Stop(e)),
        }
        drop(conn);
        let target = Target { path: copy.path().to_owned(), flags: OpenFlags::SQLITE_OPEN_READ_ONLY };
        let access = Access::Snapshot(format!("{why}; this is a copy made just now, it may become stale"));
        self.ready(target, access, Some(copy))
    }

    fn immutable(&self, why: &str) -> std::result::Result<Ready, Down> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let target = Target { path: immutable_uri(&self.place.file).into(), flags };
        let access = Access::Snapshot(format!("{why}; the newest changes may be missing"));
        self.ready(target, access, None)
    }

    /// Whether readers of `target` will find a store that this program can read.
    fn ready(&self, target: Target, access: Access, copy: Option<Copy>) -> std::result::Result<Ready, Down> {
        // A checkpoint that a full disk cut short leaves pages that are whole only together with the log: no damage.
        let without_log = target.flags.contains(OpenFlags::SQLITE_OPEN_URI)
            && std::fs::metadata(self.place.beside("-wal")).is_ok_and(|log| log.len() > 0);
        let down = |e: Error| {
            if without_log && errors::is(&e, ErrorCode::DatabaseCorrupt) {
                return Down::Next("its newest changes are in a log that cannot be read now".to_owned());
            }
            self.down(&e)
        };
        let settings = Settings { exclusive: false, ..self.settings };
        let mut conn = Conn::open(&target.path, target.flags, &settings).map_err(down)?;
        let found = migrate::inspect(conn.raw()).map_err(down)?;
        self.refuse_foreign(found)?;
        let schema = if let Found::Ours(version) = found { version } else { 0 };
        if schema < self.latest() {
            let cause = format!("it has schema {schema} and cannot be brought to {}", self.latest());
            return Err(Down::Next(cause));
        }
        let journal = conn.raw().pragma_query_value(None, "journal_mode", |row| row.get(0)).map_err(down)?;
        Ok(Ready { target, access, schema, journal, copy })
    }
}

struct Ready {
    target: Target,
    access: Access,
    schema: u32,
    journal: String,
    copy: Option<Copy>,
}

/// Runs `work` again while it says busy, up to `limit`: recovery of a log and a change of the journal mode give that
/// answer without waiting.
fn patiently<T>(limit: Duration, mut work: impl FnMut() -> rusqlite::Result<T>) -> rusqlite::Result<T> {
    let start = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        match work() {
            Err(e) if errors::is(&e, ErrorCode::DatabaseBusy) && start.elapsed() < limit => {
                std::thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(50));
            }
            result => return result,
        }
    }
}

/// `path` as a URI that tells SQLite that nobody changes the file.
fn immutable_uri(path: &Path) -> String {
    use std::fmt::Write;
    use std::os::unix::ffi::OsStrExt;
    let mut uri = "file:".to_owned();
    for &byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri.push_str("?immutable=1");
    uri
}

#[cfg(test)]
mod tests;
