//! What GnuCOBOL's `-Xref` says of a source that it accepts.

use crate::score::Oracle;
use greenbar::code::SourceFormat;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

/// The listing cuts names.
const CUT: usize = 28;

static INSTALLED: LazyLock<bool> = LazyLock::new(|| Command::new("cobc").arg("--version").output().is_ok());

/// The cross-reference of a source, if the compiler is there and accepts it.
pub fn oracle(path: &Path, text: &[u8], format: SourceFormat) -> Option<Oracle> {
    // What another system compiles first is none of its language.
    let upper = text.to_ascii_uppercase();
    if !*INSTALLED || ["EXEC SQL", "EXEC CICS", "EXEC DLI"].iter().any(|e| contains(&upper, e.as_bytes())) {
        return None;
    }
    let temp = tempfile::tempdir().ok()?;
    let listing = temp.path().join("listing");
    let folder = path.parent()?;
    let done = Command::new("cobc")
        .args(["-fsyntax-only", "-std=default", "-frelax-syntax-checks", "-Xref", "-T"])
        .arg(&listing)
        .arg(if format == SourceFormat::Free { "-free" } else { "-fixed" })
        .args(["", "cpy", "../cpy", "copy", "../copy"].iter().flat_map(|c| ["-I".into(), folder.join(c)]))
        .arg(path)
        .output()
        .ok()?;
    let text = std::fs::read(listing).ok().filter(|_| done.status.success())?;
    let mut oracle = read(&String::from_utf8_lossy(&text));
    // It lists one program of a source, no constants, and nothing of what a directive leaves out.
    let programs = memchr::memmem::find_iter(&upper, b"PROGRAM-ID").count();
    oracle.complete = programs == 1 && !contains(&upper, b">>IF") && !contains(&upper, b" CONSTANT");
    Some(oracle)
}

fn contains(text: &[u8], wanted: &[u8]) -> bool {
    memchr::memmem::find(text, wanted).is_some()
}

fn read(listing: &str) -> Oracle {
    let mut oracle = Oracle { cut: CUT, ..Oracle::default() };
    let (mut labels, mut within, mut last) = (false, false, String::new());
    for line in listing.lines().map(|l| l.trim_start_matches('\u{c}')) {
        if line.starts_with("NAME  ") || line.starts_with("LABEL  ") {
            (labels, within) = (line.starts_with("LABEL"), true);
            continue;
        }
        if ["GnuCOBOL ", "LINE ", "Error/", "FUNCTION "].iter().any(|h| line.starts_with(h)) {
            within &= line.starts_with("GnuCOBOL ");
            continue;
        }
        if !within || line.trim().is_empty() {
            continue;
        }
        let mut words = line.split_whitespace();
        if !line.starts_with("      ") {
            let kind = if labels { words.next() } else { None };
            let (Some(name), Some(at)) = (words.next(), words.next().and_then(|w| w.parse().ok())) else {
                continue;
            };
            last = name.to_ascii_uppercase();
            // Labels that the compiler made, and programs among labels.
            let made = last.starts_with("L$") || kind == Some("E");
            match labels {
                true if made => last.clear(),
                true => drop(oracle.labels.insert((last.clone(), at))),
                false if last.starts_with("FILLER") || last.starts_with("DEBUG-") => {}
                false => drop(oracle.data.insert((last.clone(), at))),
            }
        }
        if labels && !last.is_empty() {
            let lines = words.filter_map(|w| w.trim_start_matches('*').parse().ok());
            oracle.references.extend(lines.map(|at: u32| (last.clone(), at)));
        }
    }
    oracle
}
