//! Job control: whether a stopped process would ever be continued, and stopping it.

use rustix::process::{
    Pid, Signal, getpgid, getpgrp, getpid, getppid, getsid, kill_current_process_group, kill_process,
};

/// Parents that are asked, at most.
const PARENTS: usize = 64;

/// Whether our process group has a parent in the session that could continue it. The leader of a session has none (its
/// parent is in another), and for an orphaned group the kernel ignores SIGTSTP; stopping ourselves there would be for good.
pub(super) fn can_be_continued() -> bool {
    let (Ok(session), group) = (getsid(None), getpgrp()) else { return false };
    let mut parent = getppid();
    for _ in 0..PARENTS {
        let Some(pid) = parent else { return false };
        if getsid(Some(pid)) != Ok(session) {
            return false;
        }
        match getpgid(Some(pid)) {
            Ok(other) if other != group => return true,
            Ok(_) => parent = parent_of(pid),
            Err(_) => return false,
        }
    }
    false
}

/// The parent of another process, where the system tells.
fn parent_of(pid: Pid) -> Option<Pid> {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
    // The name, in parentheses, may hold anything; after it come the state and the parent.
    let (_, rest) = stat.rsplit_once(')')?;
    Pid::from_raw(rest.split_whitespace().nth(1)?.parse().ok()?)
}

/// Stops us; with `job`, first asks all of our job to stop, so that whoever started the job sees it stopped.
pub(super) fn stop(job: bool) -> bool {
    if job {
        let _ = kill_current_process_group(Signal::TSTP);
    }
    kill_process(getpid(), Signal::STOP).is_ok()
}
