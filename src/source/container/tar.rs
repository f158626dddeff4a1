//! Archives of tar and pax: V7, ustar, the headers of pax (POSIX.1-2024) and of GNU for long names. Reads headers only; names
//! are only shown and compared, nothing in a header is ever acted upon.

use super::kind::{Kind, LOOK};
use super::member::{Entry, Found, Member, Place, round_up};
use super::reader::Reader;
use crate::base::Result;
use crate::base::num::to_u64;
use crate::base::shown_time;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Bytes of a header, and what bytes of members are rounded up to.
const BLOCK: usize = 512;
/// Bytes of an extended header, or of a long name, at most.
const EXTENDED_MAX: u64 = 1 << 20;
/// Bytes of a name at most.
const NAME_MAX: usize = 4096;

/// Whether a file that begins with `start` is such an archive.
pub fn is_tar(start: &[u8]) -> bool {
    let Some(block) = start.get(..BLOCK) else { return false };
    let named = block.first().is_some_and(|b| *b != 0);
    named && sum_fits(block) && kind_of(block) != 0xff
}

/// What headers before a member say of it.
#[derive(Default)]
struct Said {
    name: Option<Vec<u8>>,
    size: Option<u64>,
    changed: Option<i64>,
    user: Option<String>,
    sparse: bool,
}

/// The members.
///
/// # Errors
/// Only if the budget ends.
pub fn list(reader: &mut Reader<'_>) -> Result<Found> {
    let mut found = Found { what: "tar archive".to_owned(), ..Found::default() };
    let mut said = Said::default();
    let mut at = 0;
    loop {
        let block: [u8; BLOCK] = match reader.look(at, BLOCK)?.first_chunk::<BLOCK>() {
            Some(block) => *block,
            None => {
                found.problem("it ends too early: members may be missing");
                break;
            }
        };
        if block.iter().all(|b| *b == 0) {
            break;
        }
        if !sum_fits(&block) {
            found.problem(format!("a header is damaged at byte {at}: what follows it is left out"));
            break;
        }
        let Some(mut size) = number(block.get(124..136).unwrap_or_default()) else {
            found.problem(format!("a size makes no sense at byte {at}: what follows it is left out"));
            break;
        };
        let data = at + to_u64(BLOCK);
        let kind = kind_of(&block);
        let extended = matches!(kind, b'x' | b'g' | b'L' | b'K' | b'X' | b'V' | b'D' | b'N' | b'M');
        if !extended {
            size = said.size.unwrap_or(size);
        }
        if matches!(kind, b'2'..=b'6') || kind == b'1' && follows(reader, data)? {
            size = 0;
        }
        let Some(next) = data.checked_add(round_up(size, BLOCK)).filter(|next| *next < 1 << 62) else {
            found.problem(format!("a size makes no sense at byte {at}: what follows it is left out"));
            break;
        };
        if extended {
            if size <= EXTENDED_MAX {
                let length = crate::base::num::to_usize(size);
                let body = reader.look(data, length)?;
                extend(&mut said, kind, body.get(..length).unwrap_or(body));
            } else {
                found.problem(format!("an extended header of {size} bytes is left out"));
            }
            at = next;
            continue;
        }
        let here = std::mem::take(&mut said);
        let name = name_of(&here, &block);
        let (kind, note) = if here.sparse || kind == b'S' {
            (Kind::Binary, "it is sparse: its bytes are not in one piece")
        } else {
            sort_of(kind, &name)
        };
        let opens = note.is_empty();
        let kind = match (kind, opens) {
            (Kind::Unknown, true) => {
                let look = LOOK.min(crate::base::num::to_usize(size));
                let start = reader.look(data, look)?;
                Kind::of(&name, start.get(..look).unwrap_or(start))
            }
            (kind, _) => kind,
        };
        let changed =
            here.changed.or_else(|| number(block.get(136..148)?).and_then(|n| i64::try_from(n).ok()));
        let entry = Entry {
            member: Member {
                name,
                kind,
                bytes: Some(size),
                records: None,
                changed: changed.map(shown_time).unwrap_or_default(),
                user: here.user.unwrap_or_else(|| text(until_nul(block.get(265..297).unwrap_or_default()))),
                note: note.to_owned(),
                opens,
            },
            place: if opens { Place::At(data, size) } else { Place::Nowhere },
        };
        let cut = size > 0 && !reader.has(data + size - 1)?;
        if !found.push(entry) {
            break;
        }
        if cut {
            found.problem("it ends too early: the last member is not whole");
            break;
        }
        at = next;
    }
    Ok(found)
}

/// What the type of a header means: a kind, and why it cannot be opened.
fn sort_of(kind: u8, name: &str) -> (Kind, &'static str) {
    match kind {
        b'0' if name.ends_with('/') => (Kind::Folder, "it is a folder"),
        b'5' => (Kind::Folder, "it is a folder"),
        b'1' => (Kind::Link, "it is a link to another member"),
        b'2' => (Kind::Link, "it is a link: links are not followed"),
        b'3' | b'4' | b'6' => (Kind::Device, "it is a device or a pipe"),
        _ => (Kind::Unknown, ""),
    }
}

/// The type of a header; 0xff if it is none.
fn kind_of(block: &[u8]) -> u8 {
    match block.get(156) {
        Some(0 | b'7') => b'0',
        Some(kind) if kind.is_ascii_alphanumeric() => *kind,
        _ => 0xff,
    }
}

/// Whether a header is at `at`: a link has no data then, whatever its size says.
fn follows(reader: &mut Reader<'_>, at: u64) -> Result<bool> {
    let block = reader.look(at, BLOCK)?;
    let Some(block) = block.get(..BLOCK) else { return Ok(true) };
    Ok(block.iter().all(|b| *b == 0) || sum_fits(block))
}

/// Whether the check sum of a header is that of its bytes.
fn sum_fits(block: &[u8]) -> bool {
    let Some(said) = block.get(148..156).and_then(number) else { return false };
    let of = |sign: bool| {
        let each = block.iter().enumerate().map(|(at, b)| {
            let b = if (148..156).contains(&at) { b' ' } else { *b };
            if sign { i64::from(b.cast_signed()) } else { i64::from(b) }
        });
        each.sum::<i64>()
    };
    let said = i64::try_from(said).unwrap_or(-1);
    // Some old programs added bytes with a sign.
    said == of(false) || said == of(true)
}

/// A number in octal digits, or in binary if its first bit is set.
fn number(field: &[u8]) -> Option<u64> {
    let (first, rest) = field.split_first()?;
    if first & 0x80 != 0 {
        if first & 0x40 != 0 {
            return None;
        }
        let start = u64::from(first & 0x3f);
        return rest.iter().try_fold(start, |n, b| (n >> 55 == 0).then_some(n << 8 | u64::from(*b)));
    }
    let digits: Vec<u8> =
        field.iter().copied().skip_while(|b| *b == b' ').take_while(|b| !matches!(b, 0 | b' ')).collect();
    digits.iter().try_fold(0u64, |n, b| {
        let digit = b.checked_sub(b'0').filter(|d| *d < 8)?;
        n.checked_mul(8)?.checked_add(u64::from(digit))
    })
}

fn until_nul(field: &[u8]) -> &[u8] {
    field.split(|b| *b == 0).next().unwrap_or_default()
}

/// Bytes of a name as text: see `base::name`.
fn text(bytes: &[u8]) -> String {
    crate::base::name::text_of(Path::new(OsStr::from_bytes(bytes.get(..NAME_MAX).unwrap_or(bytes))))
}

/// Takes what an extended header says of the next member.
fn extend(said: &mut Said, kind: u8, body: &[u8]) {
    match kind {
        b'L' => said.name = Some(until_nul(body).to_vec()),
        b'x' | b'X' => {
            for (key, value) in records(body) {
                let whole = || std::str::from_utf8(value).ok();
                match key {
                    b"path" | b"GNU.sparse.name" => said.name = Some(value.to_vec()),
                    b"size" => said.size = whole().and_then(|v| v.parse().ok()).or(said.size),
                    b"mtime" => {
                        let seconds = whole().and_then(|v| v.split('.').next()?.parse().ok());
                        said.changed = seconds.or(said.changed);
                    }
                    b"uname" => said.user = Some(text(value)),
                    _ => said.sparse |= key.starts_with(b"GNU.sparse."),
                }
            }
        }
        // What is said of all members, and names of links, matters to nobody here.
        _ => {}
    }
}

/// The records of a pax header: `length key=value\n` each.
fn records(mut body: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut all = Vec::new();
    loop {
        let Some(blank) = body.iter().take(20).position(|b| *b == b' ') else { return all };
        let digits = body.get(..blank).and_then(|d| std::str::from_utf8(d).ok());
        let Some(length) = digits.and_then(|d| d.parse::<usize>().ok()) else { return all };
        let Some((record, rest)) = body.split_at_checked(length) else { return all };
        let Some(record) = record.get(blank + 1..).and_then(|r| r.strip_suffix(b"\n")) else { return all };
        if let Some(equals) = record.iter().position(|b| *b == b'=') {
            all.push((
                record.get(..equals).unwrap_or_default(),
                record.get(equals + 1..).unwrap_or_default(),
            ));
        }
        body = rest;
    }
}

/// The name of a member.
fn name_of(said: &Said, block: &[u8]) -> String {
    let name = until_nul(block.get(..100).unwrap_or_default());
    let prefix = until_nul(block.get(345..500).unwrap_or_default());
    let ustar = block.get(257..263) == Some(b"ustar\0");
    let whole = match &said.name {
        Some(name) => name.clone(),
        None if ustar && !prefix.is_empty() => [prefix, b"/", name].concat(),
        None => name.to_vec(),
    };
    let whole = whole.strip_prefix(b"./").filter(|rest| !rest.is_empty()).unwrap_or(&whole);
    text(whole)
}
