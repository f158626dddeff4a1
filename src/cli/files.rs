//! Files that subcommands are given: regular ones to read from, and standard input.

use crate::base::{Result, UserError, name, num};
pub use crate::source::RegularFile;
use std::io::{self, Read};
use std::path::Path;

/// Most bytes of a text that is read from standard input or a small file.
const LARGEST_TEXT: u64 = 8 << 20;

/// The text of a small file, or of standard input if `path` is `-`.
///
/// # Errors
/// When it cannot be read, is larger than 8 MiB or not UTF-8.
pub fn text(path: &Path) -> Result<String> {
    let is_input = path == Path::new("-");
    let name = if is_input { "standard input".to_owned() } else { path.display().to_string() };
    let unreadable = |cause: &dyn std::fmt::Display, hint: &str| {
        UserError::new(format!("cannot read {name}")).cause(cause).hint(hint)
    };
    let mut bytes = Vec::new();
    let limit = LARGEST_TEXT + 1;
    let read = if is_input {
        io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        RegularFile::open(path)?.take(limit).read_to_end(&mut bytes)
    };
    read.map_err(|e| unreadable(&e, "check the file and the disk"))?;
    if num::to_u64(bytes.len()) > LARGEST_TEXT {
        return Err(unreadable(
            &format!("it has more than {} MiB", LARGEST_TEXT >> 20),
            "give a smaller text",
        ));
    }
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        unreadable(&format!("byte {} is not UTF-8", at + 1), "save it as UTF-8")
    })
}

/// A file, and a line of it if one is named: `PAYR010.cbl:1204`. A file whose name ends like that wins.
///
/// # Errors
/// When what stands behind the colon is no number of a line.
pub fn place(text: &str) -> Result<(&str, Option<u64>)> {
    match text.rsplit_once(':') {
        Some((file, line)) if !file.is_empty() && !Path::new(text).exists() => {
            let number = line.parse::<u64>().ok().filter(|n| *n > 0);
            Ok((file, Some(number.ok_or_else(|| no_line(text, line))?)))
        }
        _ => Ok((text, None)),
    }
}

/// Says that a line is wanted.
pub fn no_line(place: &str, line: &str) -> UserError {
    let why = if line.is_empty() {
        "it names no line".to_owned()
    } else {
        format!("\"{line}\" is not the number of a line")
    };
    UserError::new(format!("{place} is not a file and a line"))
        .cause(why)
        .hint("give a file and a line of it: PAYR010.cbl:1204")
}

/// Says that a file has no such line.
pub fn too_few(file: &str, line: u64) -> UserError {
    UserError::new(format!("{file} has no line {line}")).hint("lines are those of the file, counted from 1")
}

/// `path` as seen from the root, without looking whether it is there: links to lines must hold wherever greenbar is
/// started.
pub fn absolute(path: &Path) -> String {
    name::text_of(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}
