//! What a store needs to know before it is opened, and the facts about the machine that tests replace.

use crate::base::Clock;
use crate::base::env::SystemClock;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Facts about the machine that decide how a store is opened.
pub trait Host: Send + Sync {
    /// `f_type` of the file system that holds `dir` (statfs(2)).
    fn file_system(&self, dir: &Path) -> io::Result<u64>;
    /// Name of this machine in its network.
    fn name(&self) -> String;
    /// Effective user number.
    fn user(&self) -> u32;
    /// When process `pid` was started, as a text that is only compared; `None` if there is no such process.
    fn started(&self, pid: u32) -> Option<String>;
}

/// The machine itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct ThisHost;

impl Host for ThisHost {
    fn file_system(&self, dir: &Path) -> io::Result<u64> {
        let stat = rustix::fs::statfs(dir)?;
        // All magic numbers have 32 bits; where the field is a signed one, the sign is spread above them.
        #[allow(clippy::useless_conversion, reason = "the type of f_type differs between platforms")]
        let kind = i64::from(stat.f_type) & 0xFFFF_FFFF;
        Ok(u64::try_from(kind).unwrap_or(0))
    }

    fn name(&self) -> String {
        rustix::system::uname().nodename().to_string_lossy().into_owned()
    }

    fn user(&self) -> u32 {
        rustix::process::geteuid().as_raw()
    }

    fn started(&self, pid: u32) -> Option<String> {
        if let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) {
            // Field 22 of proc(5); the name in parentheses may hold blanks, so fields are counted after it.
            return Some(stat.rsplit(')').next()?.split_whitespace().nth(19)?.to_owned());
        }
        let pid = rustix::process::Pid::from_raw(i32::try_from(pid).ok()?)?;
        match rustix::process::test_kill_process(pid) {
            Err(e) if e == rustix::io::Errno::SRCH => None,
            _ => Some("unknown".to_owned()),
        }
    }
}

/// A statement of a migration that is about to run: version of the step, place of the statement in it from 0.
pub type StepObserver = Arc<dyn Fn(u32, usize) + Send + Sync>;

/// How to open a store.
#[derive(Clone)]
pub struct OpenOptions {
    /// The database file.
    pub path: PathBuf,
    /// `$XDG_RUNTIME_DIR`: where a copy is put when the original cannot be read in place.
    pub runtime_dir: Option<PathBuf>,
    /// Readers that are kept once they are open.
    pub pool_min: u32,
    /// Readers at most.
    pub pool_max: u32,
    /// Time limit of one call, in milliseconds.
    pub query_timeout_ms: u64,
    /// How long to wait for another process that writes, in milliseconds.
    pub busy_timeout_ms: u64,
    /// Prepared statements kept by each connection.
    pub statement_cache: usize,
    /// Calls that take so long, in milliseconds, are written down with their plan; 0 for none.
    pub slow_query_ms: u64,
    /// Values that statements ran with may be written down, for advice on indexes.
    pub keeps_values: bool,
    /// Page cache of all connections together, in bytes.
    pub cache_bytes: u64,
    /// Use a write-ahead log on a network file system all the same.
    pub allow_network: bool,
    /// The machine.
    pub host: Arc<dyn Host>,
    /// Who makes the changes, for the versions of entries; may be empty.
    pub author: String,
    /// Dates of migrations and names of backups.
    pub clock: Arc<dyn Clock>,
    /// Called before each statement of a migration.
    pub observer: Option<StepObserver>,
}

impl OpenOptions {
    /// The usual for the file `path`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            runtime_dir: None,
            pool_min: 5,
            pool_max: 50,
            query_timeout_ms: 30_000,
            busy_timeout_ms: 5_000,
            statement_cache: 100,
            slow_query_ms: 0,
            keeps_values: true,
            cache_bytes: 64 << 20,
            allow_network: false,
            host: Arc::new(ThisHost),
            author: String::new(),
            clock: Arc::new(SystemClock),
            observer: None,
        }
    }
}

/// Name of the network file system that `magic` stands for, if it is one (linux/magic.h and the vendors' manuals).
pub fn network_name(magic: u64) -> Option<&'static str> {
    const TABLE: [(u64, &str); 13] = [
        (0x6969, "NFS"),
        (0xFF53_4D42, "CIFS"),
        (0xFE53_4D42, "SMB2"),
        (0x517B, "SMB"),
        (0x6573_5546, "FUSE"),
        (0x0102_1997, "9p"),
        (0x5346_414F, "AFS"),
        (0x6B41_4653, "AFS"),
        (0x0BD0_0BD0, "Lustre"),
        (0x4750_4653, "GPFS"),
        (0x00C3_6400, "Ceph"),
        (0x7375_7245, "Coda"),
        (0x564C, "NCP"),
    ];
    TABLE.iter().find(|(m, _)| *m == magic).map(|(_, name)| *name)
}
