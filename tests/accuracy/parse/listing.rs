//! Listings of IBM's Enterprise COBOL: the source in them, and their own cross-reference.

use crate::Unit;
use crate::score::Oracle;
use greenbar::code::SourceFormat;

/// Where a listing is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Elsewhere,
    Source,
    Data,
    Procedures,
}

/// The programs in a listing; none if it is no listing.
pub fn units(text: &[u8]) -> Vec<Unit> {
    let lines: Vec<&[u8]> = text.split(|b| *b == b'\n').map(|l| l.strip_suffix(b"\r").unwrap_or(l)).collect();
    let mut units: Vec<Unit> = Vec::new();
    let (mut at, mut ruler, mut last, mut closed) = (At::Elsewhere, 0, None, true);
    for line in lines {
        let shown = String::from_utf8_lossy(line);
        if let Some(place) = find(line, b"----+-*A-1-B--+") {
            (at, ruler) = (At::Source, place);
        } else if shown.contains("Cross-reference of ") {
            let what = shown.split("Cross-reference of ").nth(1).unwrap_or_default();
            at = match what.split_whitespace().next() {
                Some("data") => At::Data,
                Some("procedures") => At::Procedures,
                _ => At::Elsewhere,
            };
            (last, closed) = (None, true);
        } else if shown.contains("IBM Enterprise COBOL for z/OS") {
            // The heading of a page: a cross-reference goes on below it, a source after its own heading.
            if at == At::Source {
                at = At::Elsewhere;
            }
        } else if at == At::Source {
            let number = line.get(..ruler).and_then(number_of);
            let (Some(number), Some(card)) = (number, line.get(ruler..)) else { continue };
            if std::mem::take(&mut closed) {
                let oracle = Some(Oracle { complete: true, ..Oracle::default() });
                units.push(Unit {
                    text: Vec::new(),
                    format: SourceFormat::Fixed,
                    numbers: Vec::new(),
                    oracle,
                });
            }
            let Some(unit) = units.last_mut() else { continue };
            unit.text.extend_from_slice(card.get(..80).unwrap_or(card));
            unit.text.push(b'\n');
            unit.numbers.push(number);
        } else if at != At::Elsewhere
            && let Some(oracle) = units.last_mut().and_then(|u| u.oracle.as_mut())
        {
            entry(&shown, at, &mut last, oracle);
        }
    }
    // A short cross-reference lists only what is used; one without entries lists nothing.
    let short = find(text, b"XREF(SHORT)").is_some();
    for oracle in units.iter_mut().filter_map(|u| u.oracle.as_mut()) {
        oracle.complete = !short;
    }
    units
}

fn find(line: &[u8], text: &[u8]) -> Option<usize> {
    line.windows(text.len()).position(|w| w == text)
}

/// The number of a source line: six digits before the ruler.
fn number_of(before: &[u8]) -> Option<u32> {
    let digits = before.windows(6).find(|w| w.iter().all(u8::is_ascii_digit))?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// One line of a cross-reference: a definition with references, or more references.
fn entry(line: &str, at: At, last: &mut Option<String>, oracle: &mut Oracle) {
    // Carriage control.
    let line = line.strip_prefix(['0', '-', '+', '1']).filter(|l| l.starts_with(' ')).unwrap_or(line);
    let mut words = line.split_whitespace();
    let blanks = line.len() - line.trim_start().len();
    if blanks < 12 {
        let defined = line.split_whitespace().find_map(|w| w.parse::<u32>().ok());
        let name = line.split_whitespace().find(|w| w.parse::<u32>().is_err());
        let (Some(defined), Some(name)) = (defined, name) else { return };
        let name = name.trim_end_matches('.').to_ascii_uppercase();
        if defined > 0 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_$#@".contains(&b)) {
            let set = if at == At::Data { &mut oracle.data } else { &mut oracle.labels };
            set.insert((name.clone(), defined));
            *last = Some(name);
        } else {
            *last = None;
        }
        // The definition and the name.
        words.next();
        words.next();
    }
    let (At::Procedures, Some(name)) = (at, last) else { return };
    for word in words {
        // P: performed, E: the end of a range, G: gone to.
        let line = ["P", "E", "G"].iter().find_map(|k| word.strip_prefix(k)).and_then(|n| n.parse().ok());
        oracle.references.extend(line.map(|line| (name.clone(), line)));
    }
}
