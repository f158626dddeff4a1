//! Faults on purpose, for the tests of the program's ways out (RELIABILITY T04). Owns the one fault that a test asked for;
//! knows nothing of what is to fail. Only debug builds have it: in others nothing is armed and [`point`] is nothing.

use std::hint::black_box;
use std::path::PathBuf;
use std::sync::OnceLock;

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Panic,
    /// The stack is used up.
    Overflow,
    Abort,
    /// What is to be let go is kept, as long as the file is there.
    Leak,
}

/// A fault: where, what, and the file that sets it off by being there. The file goes, so it happens once.
#[derive(Debug, PartialEq, Eq)]
struct Fault {
    site: String,
    kind: Kind,
    trigger: PathBuf,
}

static FAULT: OnceLock<Fault> = OnceLock::new();

/// Arms the fault `SITE:KIND:FILE`, with KIND one of panic, overflow, abort and leak. What is not of this form arms nothing.
pub fn arm(text: &str) {
    if cfg!(debug_assertions)
        && let Some(fault) = parse(text)
    {
        // Armed once at the start of the process: whoever comes later is not it.
        drop(FAULT.set(fault));
    }
}

fn parse(text: &str) -> Option<Fault> {
    let mut parts = text.splitn(3, ':');
    let site = parts.next()?.to_owned();
    let kind = match parts.next()? {
        "panic" => Kind::Panic,
        "overflow" => Kind::Overflow,
        "abort" => Kind::Abort,
        "leak" => Kind::Leak,
        _ => return None,
    };
    Some(Fault { site, kind, trigger: parts.next()?.into() })
}

/// A place where a test may let the program fail.
///
/// # Panics
/// When a test asked for it.
#[inline]
pub fn point(site: &str) {
    if cfg!(debug_assertions)
        && let Some(fault) = FAULT.get()
        && fault.site == site
        && fault.kind != Kind::Leak
        && std::fs::remove_file(&fault.trigger).is_ok()
    {
        match fault.kind {
            #[expect(clippy::panic, reason = "it is what the test asked for")]
            Kind::Panic => panic!("fault at {site}"),
            Kind::Overflow => drop(black_box(deeper(1))),
            Kind::Abort => std::process::abort(),
            Kind::Leak => {}
        }
    }
}

/// Whether a test wants what is let go here to be kept, for the leak watch to find.
#[inline]
pub fn leaks(site: &str) -> bool {
    cfg!(debug_assertions)
        && FAULT.get().is_some_and(|f| f.kind == Kind::Leak && f.site == site && f.trigger.exists())
}

/// Goes deeper for ever.
fn deeper(n: u64) -> u64 {
    let room = black_box([n; 512]);
    if black_box(true) { deeper(n + 1) + room.iter().sum::<u64>() } else { n }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_has_a_site_a_kind_and_a_file() {
        let fault = Fault { site: "draw".into(), kind: Kind::Panic, trigger: "/x:y".into() };
        assert_eq!(parse("draw:panic:/x:y"), Some(fault));
        for bad in ["", "draw", "draw:panic", "draw:sleep:/x"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
