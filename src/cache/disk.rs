//! The second level: values in a database of their own in the folder of the cache, for the next session and for other
//! processes of this user. Owns that file. Invariants: it is never believed when damaged (each value is checked against its
//! key) and made anew when it cannot be read; it lies on no network file system; what was not used for longest goes first;
//! nothing in it is missed when it is gone.

use super::{Key, packed};
use crate::base::num::{signed, to_u64, unsigned};
use crate::base::{Result, UserError};
use crate::store::UnixMs;
use crate::store::sqlite::{Host, network_name};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};
use std::fs::{self, DirBuilder};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// `application_id` of the file: "GRNC".
const APPLICATION_ID: i32 = 0x4752_4E43;
/// Raised when the tables change; each version has a file of its own, so that two programs never fight for one.
const VERSION: i32 = 1;
/// What was not used for so long is dropped, in seconds: thirty days.
const AGE: i64 = 30 * 24 * 3_600;
/// A use is noted at most this often, in seconds: an hour.
const NOTED: i64 = 3_600;
/// What is too much is dropped when this share of the room has been added.
const TRIM_SHARE: u64 = 32;
/// How long other processes that write are waited for. A value that is not kept is made again.
const PATIENCE: Duration = Duration::from_millis(250);
/// Page cache of a connection, in KiB: values are read once.
const PAGES_KIB: i64 = 512;
/// Failures in a row after which the level is left alone: a disk that is full or gone.
const FAILURES: u64 = 8;
const WORLD_WRITE: u32 = 0o002;

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS cached (
  id      INTEGER PRIMARY KEY,
  key     BLOB    NOT NULL UNIQUE,
  kind    TEXT    NOT NULL,
  used_at INTEGER NOT NULL,
  bytes   INTEGER NOT NULL,
  value   BLOB    NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS cached_by_use ON cached (used_at, bytes);";
const GET: &str = "SELECT id, used_at, value FROM cached WHERE key = ?1";
const PUT: &str = "INSERT INTO cached (key, kind, used_at, bytes, value) VALUES (?1, ?2, ?3, length(?4), ?4)
  ON CONFLICT (key) DO UPDATE SET used_at = excluded.used_at, bytes = excluded.bytes, value = excluded.value";
const TOUCH: &str = "UPDATE cached SET used_at = ?2 WHERE id = ?1";
const DROP: &str = "DELETE FROM cached WHERE key = ?1";
const TRIM_AGE: &str = "DELETE FROM cached WHERE used_at < ?1";
const TRIM_ROOM: &str = "DELETE FROM cached WHERE id IN (SELECT id FROM (
  SELECT id, sum(bytes) OVER (ORDER BY used_at DESC, id DESC) AS kept FROM cached) WHERE kept > ?1)";
const HELD: &str = "SELECT coalesce(sum(bytes), 0) FROM cached";

/// The open file. One connection reads, so that a read never waits for a write of this process.
struct Open {
    reader: Mutex<Connection>,
    writer: Mutex<Connection>,
}

/// Values on disk.
pub struct Disk {
    path: PathBuf,
    open: Mutex<Option<Arc<Open>>>,
    room: u64,
    /// Bytes held, as far as it is known: others write, too.
    held: AtomicI64,
    /// Bytes added since what is too much was dropped.
    added: AtomicU64,
    failures: AtomicU64,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unfit(folder: &Path, cause: impl std::fmt::Display) -> UserError {
    UserError::new(format!("nothing is kept on disk between sessions in {}", folder.display()))
        .cause(cause)
        .hint("make the folder writable, or set performance.cache.l2_size_mb = 0; all works without it, but for the second time as slowly as for the first")
}

impl Disk {
    /// Opens the file in `folder`, with room for `room` bytes of values, or makes it.
    ///
    /// # Errors
    /// When the folder cannot be written to, is not this user's, or lies on a network file system.
    pub fn open(folder: &Path, room: u64, host: &dyn Host) -> Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|e| unfit(folder, e))?;
        let about = fs::metadata(folder).map_err(|e| unfit(folder, e))?;
        if about.uid() != host.user() || about.mode() & WORLD_WRITE != 0 {
            return Err(unfit(folder, "others can write there"));
        }
        if let Some(name) = host.file_system(folder).ok().and_then(network_name) {
            return Err(unfit(folder, format!("it lies on a network file system ({name})")));
        }
        let path = folder.join(format!("cache-{VERSION}.db"));
        let disk = Self {
            path,
            open: Mutex::new(None),
            room,
            held: AtomicI64::new(0),
            added: AtomicU64::new(0),
            failures: AtomicU64::new(0),
        };
        let open = match disk.connect() {
            Ok(open) => open,
            // Whatever is the matter with it: it can be made again.
            Err(_) => disk.anew().map_err(|e| unfit(folder, e))?,
        };
        let held = lock(&open.reader).query_row(HELD, [], |row| row.get(0)).unwrap_or(0);
        disk.held.store(held, Ordering::Relaxed);
        *lock(&disk.open) = Some(Arc::new(open));
        Ok(disk)
    }

    /// Bytes of values held, and that may be held.
    pub fn size(&self) -> (u64, u64) {
        (unsigned(self.held.load(Ordering::Relaxed)), self.room)
    }

    fn connect(&self) -> rusqlite::Result<Open> {
        let cannot = |_| rusqlite::Error::InvalidPath(self.path.clone());
        // For this user only, from the first byte on.
        fs::OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .custom_flags(i32::try_from(rustix::fs::OFlags::NOFOLLOW.bits()).unwrap_or(0))
            .open(&self.path)
            .map_err(cannot)?;
        let writer = connection(&self.path)?;
        let id: i32 = writer.pragma_query_value(None, "application_id", |row| row.get(0))?;
        let version: i32 = writer.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if (id, version) != (APPLICATION_ID, VERSION) && (id, version) != (0, 0) {
            return Err(rusqlite::Error::InvalidQuery);
        }
        let journal: String =
            writer.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
        if journal != "wal" {
            return Err(rusqlite::Error::InvalidQuery);
        }
        writer.execute_batch(TABLES)?;
        if id == 0 {
            writer.pragma_update(None, "application_id", APPLICATION_ID)?;
            writer.pragma_update(None, "user_version", VERSION)?;
        }
        let reader = connection(&self.path)?;
        Ok(Open { reader: Mutex::new(reader), writer: Mutex::new(writer) })
    }

    /// Makes the file again, empty. Processes that have the old one go on with it until they end.
    fn anew(&self) -> rusqlite::Result<Open> {
        for ending in ["", "-wal", "-shm"] {
            let mut name = self.path.clone().into_os_string();
            name.push(ending);
            // What cannot be removed shows when it is opened.
            drop(fs::remove_file(PathBuf::from(name)));
        }
        self.connect()
    }

    /// Runs `work`; what it cannot do is no value.
    fn with<T>(&self, work: impl FnOnce(&Open) -> rusqlite::Result<T>) -> Option<T> {
        let open = lock(&self.open).clone()?;
        match work(&open) {
            Ok(value) => {
                self.failures.store(0, Ordering::Relaxed);
                Some(value)
            }
            Err(error) => {
                self.failed(&open, &error);
                None
            }
        }
    }

    fn failed(&self, open: &Arc<Open>, error: &rusqlite::Error) {
        // A table that is missing has no code of its own.
        let damaged = matches!(
            error.sqlite_error_code(),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::Unknown)
        );
        let failures = self.failures.fetch_add(1, Ordering::Relaxed);
        let mut current = lock(&self.open);
        // Another thread may have made it anew meanwhile.
        if !current.as_ref().is_some_and(|now| Arc::ptr_eq(now, open)) {
            return;
        }
        if failures >= FAILURES {
            *current = None;
        } else if damaged {
            *current = self.anew().ok().map(Arc::new);
            self.held.store(0, Ordering::Relaxed);
        }
    }

    /// The value under `key`, whole, and as it was put in.
    pub fn get(&self, key: &Key, now: UnixMs) -> Option<Vec<u8>> {
        let seconds = now / 1_000;
        let found: Option<(i64, i64, Vec<u8>)> = self.with(|open| {
            lock(&open.reader)
                .prepare_cached(GET)?
                .query_row([key.bytes().as_slice()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                .optional()
        })?;
        let (id, used_at, stored) = found?;
        let value = packed::unpack(key, &stored);
        if value.is_none() {
            // Damaged: it would be looked at again and again.
            self.with(|open| lock(&open.writer).execute(DROP, [key.bytes().as_slice()]));
        } else if used_at < seconds.saturating_sub(NOTED) {
            self.with(|open| lock(&open.writer).execute(TOUCH, (id, seconds)));
        }
        value
    }

    /// Keeps a value that is packed for `key`, unless it is too large.
    pub fn put(&self, key: &Key, packed: &[u8], now: UnixMs) {
        let seconds = now / 1_000;
        let bytes = to_u64(packed.len());
        if bytes > self.room {
            return;
        }
        let added = self.added.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        let trim = added > self.room / TRIM_SHARE;
        let done = self.with(|open| {
            let mut writer = lock(&open.writer);
            let tx = writer.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            tx.prepare_cached(PUT)?.execute((key.bytes().as_slice(), key.kind().name(), seconds, packed))?;
            let mut held = None;
            if trim {
                tx.execute(TRIM_AGE, [seconds.saturating_sub(AGE)])?;
                tx.execute(TRIM_ROOM, [signed(self.room)])?;
                held = Some(tx.query_row(HELD, [], |row| row.get::<_, i64>(0))?);
            }
            tx.commit()?;
            // Pages of large values would only stay in memory.
            if bytes > to_u64(packed::LARGEST) / 64 {
                writer.release_memory()?;
            }
            Ok(held)
        });
        match done {
            Some(Some(held)) => {
                self.added.store(0, Ordering::Relaxed);
                self.held.store(held, Ordering::Relaxed);
            }
            Some(None) => {
                self.held.fetch_add(signed(bytes), Ordering::Relaxed);
            }
            None => {}
        }
    }

    /// Gives the page caches back.
    pub fn release(&self) {
        self.with(|open| {
            lock(&open.reader).release_memory()?;
            lock(&open.writer).release_memory()
        });
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// A connection with the policy of the store as far as it makes sense here: nothing is waited for on its way to the disk.
fn connection(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let sql = Connection::open_with_flags(path, flags)?;
    sql.busy_timeout(PATIENCE)?;
    sql.pragma_update(None, "synchronous", "OFF")?;
    sql.pragma_update(None, "trusted_schema", false)?;
    sql.pragma_update(None, "cell_size_check", true)?;
    // A file that somebody truncates must be an error, not a signal.
    sql.pragma_update(None, "mmap_size", 0)?;
    sql.pragma_update(None, "cache_size", -PAGES_KIB)?;
    sql.pragma_update(None, "journal_size_limit", 4 << 20)?;
    sql.pragma_update(None, "temp_store", "MEMORY")?;
    sql.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    Ok(sql)
}
