//! Figures of the process and of the machine: `/proc` of Linux (manual page `proc(5)`) and the process CPU clock.
//! Where there is no `/proc` its figures are absent.

use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::ops::seconds;
use crate::base::num::{to_f64, to_u64};

/// The process.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ProcessSample {
    /// CPU time over the last second, percent of one processor.
    pub cpu_percent: Option<f64>,
    /// CPU time since the start, seconds.
    pub cpu_seconds: Option<f64>,
    /// Resident memory, bytes.
    pub rss_bytes: Option<u64>,
    /// The most resident memory there was, bytes.
    pub rss_peak_bytes: Option<u64>,
    /// Threads.
    pub threads: Option<u64>,
    /// Open file descriptors.
    pub open_files: Option<u64>,
    /// Bytes read by system calls since the start, cached ones included.
    pub read_bytes: Option<u64>,
    /// Bytes written by system calls since the start, those to the terminal included.
    pub written_bytes: Option<u64>,
    /// Bytes that had to come from a disk, since the start.
    pub disk_read_bytes: Option<u64>,
    /// Bytes that go to a disk, since the start.
    pub disk_written_bytes: Option<u64>,
    /// Bytes read and written per second, over the last second.
    pub io_rate: Option<f64>,
}

/// The process and the machine.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SystemSample {
    /// The process.
    pub process: ProcessSample,
    /// Processors that it may use.
    pub processors: Option<u64>,
    /// Load of the machine over 1, 5 and 15 minutes.
    pub load: Option<[f64; 3]>,
    /// Memory of the machine, bytes.
    pub memory_total_bytes: Option<u64>,
    /// Memory that programs can still have, bytes.
    pub memory_available_bytes: Option<u64>,
    /// Why figures are absent; empty if none is.
    pub note: String,
}

/// Reads the figures. Remembers the last reading, for those that are per second.
#[derive(Debug)]
pub struct Probe {
    root: PathBuf,
    last: Last,
}

/// The last reading.
#[derive(Debug, Clone, Copy)]
struct Last {
    at: Instant,
    cpu: Option<f64>,
    io: Option<u64>,
}

impl Probe {
    /// Reads below `/proc`; per second figures count from `now`.
    pub fn new(now: Instant) -> Self {
        Self::with_root(Path::new("/proc"), now)
    }

    /// Reads below another folder, for tests.
    pub fn with_root(root: &Path, now: Instant) -> Self {
        let mut probe = Self { root: root.to_owned(), last: Last { at: now, cpu: None, io: None } };
        let first = probe.process();
        probe.last = Last { at: now, cpu: first.cpu_seconds, io: io_sum(&first) };
        probe
    }

    /// Reads everything, at `now`. Takes about 0.1 ms.
    pub fn sample(&mut self, now: Instant) -> SystemSample {
        let mut process = self.process();
        let span = seconds(self.last.at, now);
        let per_second = |new: Option<f64>, old: Option<f64>| {
            new.zip(old).filter(|_| span > 0.0).map(|(new, old)| (new - old).max(0.0) / span)
        };
        let io = io_sum(&process);
        process.cpu_percent = per_second(process.cpu_seconds, self.last.cpu).map(|share| share * 100.0);
        process.io_rate = per_second(io.map(to_f64), self.last.io.map(to_f64));
        self.last = Last { at: now, cpu: process.cpu_seconds, io };

        let memory = self.read("meminfo").unwrap_or_default();
        let note = match (process.rss_bytes, process.read_bytes) {
            (None, _) => "memory, files, I/O and load are not available on this system",
            (_, None) => "I/O is not available: the system does not let the process read its own figures",
            _ => "",
        };
        SystemSample {
            processors: std::thread::available_parallelism().ok().map(|n| to_u64(n.get())),
            load: self.read("loadavg").and_then(|text| load(&text)),
            memory_total_bytes: kib(&memory, "MemTotal"),
            memory_available_bytes: kib(&memory, "MemAvailable"),
            note: note.to_owned(),
            process,
        }
    }

    fn read(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.root.join(name)).ok()
    }

    /// The process, without the figures per second.
    fn process(&self) -> ProcessSample {
        let status = self.read("self/status").unwrap_or_default();
        let io = self.read("self/io").unwrap_or_default();
        let files = std::fs::read_dir(self.root.join("self/fd")).ok();
        ProcessSample {
            cpu_percent: None,
            cpu_seconds: cpu_seconds(),
            rss_bytes: kib(&status, "VmRSS"),
            rss_peak_bytes: kib(&status, "VmHWM"),
            threads: field(&status, "Threads"),
            // The folder that is being read is open itself.
            open_files: files.map(|f| to_u64(f.count().saturating_sub(1))),
            read_bytes: field(&io, "rchar"),
            written_bytes: field(&io, "wchar"),
            disk_read_bytes: field(&io, "read_bytes"),
            disk_written_bytes: field(&io, "write_bytes"),
            io_rate: None,
        }
    }
}

/// Bytes read and written together.
fn io_sum(process: &ProcessSample) -> Option<u64> {
    process.read_bytes.zip(process.written_bytes).map(|(r, w)| r.saturating_add(w))
}

/// CPU time of all threads of the process since its start, in seconds.
fn cpu_seconds() -> Option<f64> {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    std::time::Duration::try_from(spent).ok().map(|d| d.as_secs_f64())
}

/// The number after `name:`.
fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(':'))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The number of KiB after `name:`, in bytes.
fn kib(text: &str, name: &str) -> Option<u64> {
    field(text, name)?.checked_mul(1024)
}

/// The three loads at the beginning of `loadavg`.
fn load(text: &str) -> Option<[f64; 3]> {
    let mut numbers = text.split_whitespace().map(|n| n.parse::<f64>().ok());
    Some([numbers.next()??, numbers.next()??, numbers.next()??])
}
