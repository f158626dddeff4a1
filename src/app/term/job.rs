//! Job control: whether a stopped process would ever be continued, and stopping it.
//!
//! The numbers are read from `/proc`, not asked of the kernel one by one: a parent, a group or a session outside our PID
//! namespace (a container, a sandbox) is number 0 there, which is a fact to weigh and not a process.

use rustix::process::{Signal, getpid, kill_current_process_group, kill_process};

/// Parents that are asked, at most.
const PARENTS: usize = 64;

/// Where a process stands: numbers as the kernel shows them to us, 0 for what is outside our PID namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Standing {
    parent: i32,
    group: i32,
    session: i32,
}

/// Whether our process group has a parent in the session that could continue it. The leader of a session has none (its
/// parent is in another), and for an orphaned group the kernel ignores SIGTSTP; stopping ourselves there would be for good.
/// Where the system does not tell, nobody is said to be there.
pub(super) fn can_be_continued() -> bool {
    can_continue(|pid| {
        let process = pid.map_or_else(|| "self".to_owned(), |n| n.to_string());
        standing(&std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?)
    })
}

/// The same with the processes told by `ask` (`None`: ourselves).
fn can_continue(ask: impl Fn(Option<i32>) -> Option<Standing>) -> bool {
    let Some(us) = ask(None) else { return false };
    let mut parent = us.parent;
    for _ in 0..PARENTS {
        if parent <= 0 {
            return false;
        }
        match ask(Some(parent)) {
            Some(other) if other.session != us.session => return false,
            Some(other) if other.group != us.group => return true,
            Some(other) => parent = other.parent,
            None => return false,
        }
    }
    false
}

/// Reads a line of `/proc/PID/stat` (proc(5)).
fn standing(stat: &str) -> Option<Standing> {
    // The name, in parentheses, may hold anything; after it come the state, the parent, the group and the session.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut numbers = rest.split_whitespace().skip(1).map(str::parse);
    let mut next = || numbers.next()?.ok();
    Some(Standing { parent: next()?, group: next()?, session: next()? })
}

/// Stops us; with `job`, first asks all of our job to stop, so that whoever started the job sees it stopped.
pub(super) fn stop(job: bool) -> bool {
    if job {
        let _ = kill_current_process_group(Signal::TSTP);
    }
    kill_process(getpid(), Signal::STOP).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks a table of (pid, parent, group, session); the first row is us.
    fn ask(rows: &[(i32, i32, i32, i32)]) -> bool {
        can_continue(|pid| {
            let row = rows.iter().find(|r| pid.is_none_or(|n| n == r.0))?;
            Some(Standing { parent: row.1, group: row.2, session: row.3 })
        })
    }

    #[test]
    fn a_line_of_proc_is_read_whatever_the_name() {
        let stat = "71 (a) S 1 (b) R 70 69 68 34816 71 4194304";
        assert_eq!(standing(stat), Some(Standing { parent: 70, group: 69, session: 68 }));
        for bad in ["", "71 (a", "71 (a) R", "71 (a) R x 1 2", "71 (a) R 1 2"] {
            assert_eq!(standing(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_a_parent_of_our_session_in_another_group_continues_us() {
        // A job of a shell, and the same behind a program of the job that waits (git and its pager).
        assert!(ask(&[(9, 5, 9, 5), (5, 1, 5, 5)]));
        assert!(ask(&[(9, 8, 8, 5), (8, 5, 8, 5), (5, 1, 5, 5)]));
        // The leader of a session, an orphan, a parent that is gone.
        assert!(!ask(&[(9, 5, 9, 9), (5, 1, 5, 5)]));
        assert!(!ask(&[(9, 1, 9, 5), (1, 0, 1, 1)]));
        assert!(!ask(&[(9, 5, 9, 5)]));
        // In a PID namespace of its own: the parent's session and group are outside, or the parent itself is.
        assert!(!ask(&[(9, 5, 9, 9), (5, 0, 0, 0)]));
        assert!(!ask(&[(1, 0, 0, 0)]));
        // Parents in a circle, as numbers that are used again may make them look.
        assert!(!ask(&[(9, 8, 9, 5), (8, 8, 9, 5)]));
    }
}
