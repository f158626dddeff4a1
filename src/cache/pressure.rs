//! How short memory is: of this process' group, and of the machine. Owns what is read for it and the limits; whoever holds
//! memory asks, and gives back.

use crate::base::num::to_f64;
use std::path::{Path, PathBuf};

/// How short memory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Strain {
    /// There is enough, or nobody says.
    #[default]
    None,
    /// What is seldom used should go.
    Some,
    /// All that can be made again should go.
    High,
}

/// Share of the time in which something waited for memory over ten seconds, in percent: `some` of proc(5) pressure files.
const STALLED: (f64, f64) = (10.0, 40.0);
/// Share of its limit that a control group takes, file pages that nobody needs left out.
const TAKEN: (f64, f64) = (0.85, 0.95);
/// Share of the machine's memory that is left to programs.
const LEFT: (f64, f64) = (0.10, 0.05);

/// Reads how short memory is.
#[derive(Debug, Clone)]
pub struct Pressure {
    proc: PathBuf,
    groups: PathBuf,
}

impl Default for Pressure {
    fn default() -> Self {
        Self::with_roots(Path::new("/proc"), Path::new("/sys/fs/cgroup"))
    }
}

impl Pressure {
    /// Reads below other folders, for tests.
    pub fn with_roots(proc: &Path, groups: &Path) -> Self {
        Self { proc: proc.to_owned(), groups: groups.to_owned() }
    }

    /// How short memory is now. Reads some small files of the system: about 0.1 ms.
    pub fn strain(&self) -> Strain {
        let read = |name: &str| std::fs::read_to_string(self.proc.join(name)).unwrap_or_default();
        let stalled = stalled(&read("pressure/memory")).map(|share| above(share, STALLED));
        let taken = self.taken(&read("self/cgroup")).map(|share| above(share, TAKEN));
        let memory = read("meminfo");
        let left =
            field(&memory, "MemAvailable:").zip(field(&memory, "MemTotal:")).filter(|(_, all)| *all > 0);
        let left = left.map(|(left, all)| above(-to_f64(left) / to_f64(all), (-LEFT.0, -LEFT.1)));
        // Waits alone may be those of others, who are short of another limit: they count where memory is not plenty, too.
        let short = taken.max(left).unwrap_or_default();
        let most = if short == Strain::None { Strain::Some } else { Strain::High };
        short.max(stalled.unwrap_or_default().min(most))
    }

    /// Share of the tightest limit above this process that its group takes.
    fn taken(&self, groups: &str) -> Option<f64> {
        let mut most: Option<f64> = None;
        for line in groups.lines() {
            let mut parts = line.splitn(3, ':').skip(1);
            let (Some(which), Some(path)) = (parts.next(), parts.next()) else { continue };
            let (root, limit, usage) = match which {
                // Version 2 of cgroups(7).
                "" => (self.groups.clone(), "memory.max", "memory.current"),
                _ if which.split(',').any(|w| w == "memory") => {
                    (self.groups.join("memory"), "memory.limit_in_bytes", "memory.usage_in_bytes")
                }
                _ => continue,
            };
            for folder in Path::new(path.trim_start_matches('/')).ancestors() {
                let folder = root.join(folder);
                let number = |name: &str| -> Option<u64> {
                    std::fs::read_to_string(folder.join(name)).ok()?.trim().parse().ok()
                };
                let (Some(limit), Some(usage)) = (number(limit), number(usage)) else { continue };
                let stat = std::fs::read_to_string(folder.join("memory.stat")).unwrap_or_default();
                let usage = usage.saturating_sub(field(&stat, "inactive_file").unwrap_or(0));
                if limit > 0 {
                    let share = to_f64(usage) / to_f64(limit);
                    most = Some(most.map_or(share, |most| most.max(share)));
                }
            }
        }
        most
    }
}

fn above(value: f64, (some, high): (f64, f64)) -> Strain {
    if value >= high {
        Strain::High
    } else if value >= some {
        Strain::Some
    } else {
        Strain::None
    }
}

/// `some avg10=1.23 …`, in percent.
fn stalled(text: &str) -> Option<f64> {
    let line = text.lines().find(|line| line.starts_with("some "))?;
    line.split_whitespace().find_map(|word| word.strip_prefix("avg10="))?.parse().ok()
}

/// The number behind `name` at the beginning of a line.
fn field(text: &str, name: &str) -> Option<u64> {
    let mut lines = text.lines().map(str::split_whitespace);
    lines.find_map(|mut words| (words.next()? == name).then(|| words.next()?.parse().ok()).flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strain(files: &[(&str, &str)]) -> Strain {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Pressure::with_roots(&folder.path().join("proc"), &folder.path().join("groups")).strain()
    }

    const PLENTY: (&str, &str) = ("proc/meminfo", "MemTotal: 1000 kB\nMemAvailable: 500 kB\n");

    #[test]
    fn nothing_known_is_no_strain() {
        assert_eq!(strain(&[]), Strain::None);
        assert_eq!(strain(&[("proc/meminfo", "garbage"), ("proc/self/cgroup", "::::\n0::")]), Strain::None);
        assert_eq!(strain(&[PLENTY]), Strain::None);
    }

    #[test]
    fn the_machine_and_the_group_are_watched() {
        assert_eq!(strain(&[("proc/meminfo", "MemTotal: 1000 kB\nMemAvailable: 90 kB\n")]), Strain::Some);
        assert_eq!(strain(&[("proc/meminfo", "MemTotal: 1000 kB\nMemAvailable: 40 kB\n")]), Strain::High);
        let group = |usage: &'static str| {
            strain(&[
                PLENTY,
                ("proc/self/cgroup", "0::/user/me\n"),
                ("groups/user/me/memory.max", "max\n"),
                ("groups/user/me/memory.current", usage),
                ("groups/user/memory.max", "1000\n"),
                ("groups/user/memory.current", usage),
                ("groups/user/memory.stat", "anon 5\ninactive_file 100\n"),
            ])
        };
        assert_eq!([group("900"), group("960"), group("1060")], [Strain::None, Strain::Some, Strain::High]);
        let old = [
            PLENTY,
            ("proc/self/cgroup", "5:cpu,memory:/job\n"),
            ("groups/memory/job/memory.limit_in_bytes", "1000"),
            ("groups/memory/job/memory.usage_in_bytes", "990"),
        ];
        assert_eq!(strain(&old), Strain::High);
    }

    #[test]
    fn waits_count_for_more_where_memory_is_short() {
        let waits =
            ("proc/pressure/memory", "some avg10=55.00 avg60=0.00 avg300=0.00 total=1\nfull avg10=1.0\n");
        assert_eq!(strain(&[PLENTY, waits]), Strain::Some);
        assert_eq!(
            strain(&[waits, ("proc/meminfo", "MemTotal: 1000 kB\nMemAvailable: 40 kB\n")]),
            Strain::High
        );
    }
}
