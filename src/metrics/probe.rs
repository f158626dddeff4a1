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
    /// Share of the processors that waited for disks over the last second, percent.
    #[serde(default)]
    pub io_wait_percent: Option<f64>,
    /// Share of the last ten seconds in which some work waited for memory, percent (pressure stall information).
    #[serde(default)]
    pub memory_pressure: Option<f64>,
    /// How long one operation of the disk below the store took over the last second, milliseconds.
    #[serde(default)]
    pub disk_ms: Option<f64>,
    /// Why figures are absent; empty if none is.
    pub note: String,
}

/// Reads the figures. Remembers the last reading, for those that are per second.
#[derive(Debug)]
pub struct Probe {
    root: PathBuf,
    last: Last,
    /// The disk below the store: major and minor number.
    disk: Option<(u32, u32)>,
}

/// The last reading.
#[derive(Debug, Clone, Copy)]
struct Last {
    at: Instant,
    cpu: Option<f64>,
    io: Option<u64>,
    /// Time of all processors, and that waited for disks.
    waited: Option<(u64, u64)>,
    /// Operations of the disk and milliseconds that they took.
    disk: Option<(u64, u64)>,
}

impl Probe {
    /// Reads below `/proc`; per second figures count from `now`.
    pub fn new(now: Instant) -> Self {
        Self::with_root(Path::new("/proc"), now)
    }

    /// Reads below another folder, for tests.
    pub fn with_root(root: &Path, now: Instant) -> Self {
        let last = Last { at: now, cpu: None, io: None, waited: None, disk: None };
        let mut probe = Self { root: root.to_owned(), last, disk: None };
        let first = probe.process();
        probe.last =
            Last { cpu: first.cpu_seconds, io: io_sum(&first), waited: probe.waited(), ..probe.last };
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
        let (waited, disk) = (self.waited(), self.disk_work());
        let grown = |new: Option<(u64, u64)>, old: Option<(u64, u64)>| {
            let ((new, part), (old, old_part)) = new.zip(old)?;
            Some((new.saturating_sub(old), part.saturating_sub(old_part))).filter(|(all, _)| *all > 0)
        };
        let io_wait_percent =
            grown(waited, self.last.waited).map(|(all, part)| 100.0 * to_f64(part) / to_f64(all));
        let disk_ms = grown(disk, self.last.disk).map(|(all, part)| to_f64(part) / to_f64(all));
        self.last = Last { at: now, cpu: process.cpu_seconds, io, waited, disk };

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
            io_wait_percent,
            memory_pressure: self.read("pressure/memory").and_then(|text| pressure(&text)),
            disk_ms,
            note: note.to_owned(),
            process,
        }
    }

    /// The store lies in this file: the disk below it is measured from now on.
    pub fn set_disk(&mut self, file: &Path) {
        let disk = rustix::fs::stat(file).ok().map(|stat| {
            let device = stat.st_dev;
            (rustix::fs::major(device), rustix::fs::minor(device))
        });
        if disk != self.disk {
            (self.disk, self.last.disk) = (disk, None);
        }
    }

    /// Time of all processors, and the part of it that waited for disks, in ticks.
    fn waited(&self) -> Option<(u64, u64)> {
        let text = self.read("stat")?;
        let line = text.lines().next()?.strip_prefix("cpu ")?;
        // The last two are guests, which are counted as user time already.
        let ticks: Vec<u64> = line.split_whitespace().take(8).filter_map(|n| n.parse().ok()).collect();
        Some((ticks.iter().sum(), *ticks.get(4)?))
    }

    /// Operations of the disk, and milliseconds that they took.
    fn disk_work(&self) -> Option<(u64, u64)> {
        let (major, minor) = self.disk?;
        let text = self.read("diskstats")?;
        text.lines().find_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
            let here = number(0)? == u64::from(major) && number(1)? == u64::from(minor);
            here.then_some((number(3)? + number(7)?, number(6)? + number(10)?))
        })
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

/// `avg10` of the line `some`.
fn pressure(text: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix("some "))?;
    line.split_whitespace().find_map(|part| part.strip_prefix("avg10="))?.parse().ok()
}

/// The three loads at the beginning of `loadavg`.
fn load(text: &str) -> Option<[f64; 3]> {
    let mut numbers = text.split_whitespace().map(|n| n.parse::<f64>().ok());
    Some([numbers.next()??, numbers.next()??, numbers.next()??])
}
