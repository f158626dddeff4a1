//! How often and how long was waited, and which process holds a lock. Must not know what for.

use super::ledger::lock;
use crate::base::num;
use crate::store::Waits;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A wait stays the worst one for so long.
const MINUTE: Duration = Duration::from_secs(60);

/// Waits of one kind.
#[derive(Debug, Default)]
pub struct WaitCount {
    count: AtomicU64,
    total_us: AtomicU64,
    worst: Mutex<Option<(u64, Instant)>>,
}

impl WaitCount {
    /// Adds one.
    pub fn add(&self, waited: Duration) {
        let us = num::nanos(waited) / 1_000;
        self.count.fetch_add(1, Ordering::Relaxed);
        self.total_us.fetch_add(us, Ordering::Relaxed);
        let now = Instant::now();
        let mut worst = lock(&self.worst);
        let stands = worst.is_some_and(|(most, at)| most >= us && now.saturating_duration_since(at) < MINUTE);
        if !stands {
            *worst = Some((us, now));
        }
    }

    /// What was counted.
    pub fn read(&self) -> Waits {
        let now = Instant::now();
        let recent = lock(&self.worst).filter(|(_, at)| now.saturating_duration_since(*at) < MINUTE);
        Waits {
            count: self.count.load(Ordering::Relaxed),
            total_us: self.total_us.load(Ordering::Relaxed),
            worst_us: recent.map_or(0, |(us, _)| us),
        }
    }
}

/// The other process that has a lock for writing on the shared memory of the database `file` (or on the file itself), as
/// `/proc/locks` has it (proc(5)); `None` where that cannot be seen.
pub fn blocking_process(file: &Path) -> Option<String> {
    let mut shared = file.as_os_str().to_owned();
    shared.push("-shm");
    let inodes: Vec<u64> = [Path::new(&shared), file]
        .iter()
        .filter_map(|path| std::fs::metadata(path).ok())
        .map(|m| m.ino())
        .collect();
    let locks = std::fs::read_to_string("/proc/locks").ok()?;
    let pid = holder(&locks, &inodes, std::process::id())?;
    let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    Some(format!("process {pid} ({})", name.trim()))
}

/// The process other than `own` that holds a lock for writing on one of `inodes`.
fn holder(locks: &str, inodes: &[u64], own: u32) -> Option<u32> {
    // "1: POSIX  ADVISORY  WRITE 4711 fd:01:131074 120 120"; a line with "->" waits for the one above it.
    locks.lines().find_map(|line| {
        let mut words = line.split_whitespace().skip(1);
        let (kind, mode) = (words.next()?, words.nth(1)?);
        let pid: u32 = words.next()?.parse().ok()?;
        let inode: u64 = words.next()?.rsplit(':').next()?.parse().ok()?;
        (kind != "->" && mode == "WRITE" && pid != own && inodes.contains(&inode)).then_some(pid)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_with_the_lock_is_found() {
        let locks = "1: POSIX  ADVISORY  READ 10 fd:01:77 128 128\n\
                     1: -> POSIX  ADVISORY  WRITE 11 fd:01:77 120 120\n\
                     2: POSIX  ADVISORY  WRITE 12 fd:01:77 120 120\n\
                     3: POSIX  ADVISORY  WRITE 13 fd:01:78 120 120\n";
        assert_eq!(holder(locks, &[77], 1), Some(12));
        assert_eq!(holder(locks, &[77], 12), None, "not oneself");
        assert_eq!(holder(locks, &[78, 5], 1), Some(13));
        assert_eq!(holder("", &[77], 1), None);
    }

    #[test]
    fn waits_are_counted() {
        let waits = WaitCount::default();
        waits.add(Duration::from_millis(5));
        waits.add(Duration::from_millis(2));
        assert_eq!(waits.read(), Waits { count: 2, total_us: 7_000, worst_us: 5_000 });
    }
}
