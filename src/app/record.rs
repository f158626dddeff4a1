//! The record of a session. Owns the file that `--record` writes and the ring of the last messages that a crash leaves
//! behind; must not know what messages mean. One line of JSON for each message; the first line says under which
//! circumstances they came.

mod ring;

use super::msg::Msg;
use super::state::Start;
use crate::base::{Result, UserError};
use crate::work::{redacted_sentence, redacted_text};
use ring::Ring;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// The first line of a record.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Head {
    /// Version of the program that wrote it.
    pub greenbar: String,
    /// True if texts are masked.
    pub redacted: bool,
    /// Under which circumstances the session started.
    pub start: Start,
    /// Why the report was written; empty for a whole session.
    #[serde(default)]
    pub reason: String,
}

/// One message and when it came.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Line {
    /// Milliseconds since the start of the session.
    pub at: u64,
    /// The message.
    pub msg: Msg,
}

/// Keeps messages: all of them in a file if asked, the last ones, masked, in memory always.
pub struct Recorder {
    head: Head,
    file: Option<BufWriter<File>>,
    ring: Ring,
}

impl Recorder {
    /// A recorder for a session that starts with `start`; `file` takes every message as it is, so it is private (0600).
    ///
    /// # Errors
    /// When the file cannot be made; an existing one is not overwritten.
    pub fn new(start: Start, file: Option<&Path>) -> Result<Self> {
        let head = Head {
            greenbar: env!("CARGO_PKG_VERSION").to_owned(),
            redacted: false,
            start,
            reason: String::new(),
        };
        let file = match file {
            None => None,
            Some(path) => {
                let mut out = BufWriter::new(private_file(path)?);
                let written = serde_json::to_writer(&mut out, &head).map_err(std::io::Error::from);
                written.and_then(|()| out.write_all(b"\n")).map_err(|e| write_error(path, &e))?;
                Some(out)
            }
        };
        Ok(Self { head, file, ring: Ring::default() })
    }

    /// Keeps `msg`, which came `at` milliseconds after the start; `typing` says that its letters are text of a person.
    pub fn keep(&mut self, at: u64, msg: &Msg, typing: bool) {
        if let Some(file) = &mut self.file {
            let line = serde_json::to_string(&Line { at, msg: msg.clone() });
            if line.is_ok_and(|line| writeln!(file, "{line}").is_err()) {
                self.file = None;
            }
        }
        let line = Line { at, msg: msg.redacted(typing) };
        self.ring.push(|out| serde_json::to_writer(out, &line).is_ok());
    }

    /// Writes the last messages, masked, into `path` (0600).
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_crash(&self, path: &Path, reason: &str) -> Result<()> {
        let mut head = Head { redacted: true, reason: redacted_sentence(reason), ..self.head.clone() };
        head.start.folder = redacted_text(&head.start.folder);
        head.start.files = head.start.files.iter().map(|file| redacted_text(file)).collect();
        let mut out = BufWriter::new(private_file(path)?);
        let head = serde_json::to_string(&head).unwrap_or_default();
        let written =
            writeln!(out, "{head}").and_then(|()| self.ring.write_to(&mut out)).and_then(|()| out.flush());
        written.map_err(|e| write_error(path, &e))
    }

    /// Writes out what is still in memory of the file.
    pub fn finish(&mut self) {
        if let Some(mut file) = self.file.take() {
            // The session is over: there is nobody left to tell.
            drop(file.flush());
        }
    }
}

/// Reads a record: its head and its messages.
///
/// # Errors
/// Names the line that is not one of a record.
pub fn read(path: &Path) -> Result<(Head, Vec<Line>)> {
    let name = path.display();
    let file = File::open(path).map_err(|e| {
        UserError::new(format!("cannot open the record {name}"))
            .cause(e)
            .hint("greenbar --record FILE writes one")
    })?;
    let mut lines = BufReader::new(file).lines().enumerate().map(|(n, line)| (n + 1, line));
    let bad = |n: usize, why: &dyn std::fmt::Display| {
        UserError::new(format!("{name} line {n} is not a line of a record"))
            .cause(why)
            .hint("a record is written by greenbar --record FILE, or by a crash")
    };
    let (n, first) = lines.next().ok_or_else(|| bad(1, &"the file is empty"))?;
    let head: Head = serde_json::from_str(&first.map_err(|e| bad(n, &e))?).map_err(|e| bad(n, &e))?;
    let mut messages = Vec::new();
    for (n, line) in lines {
        messages.push(serde_json::from_str(&line.map_err(|e| bad(n, &e))?).map_err(|e| bad(n, &e))?);
    }
    Ok((head, messages))
}

fn private_file(path: &Path) -> Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .custom_flags(i32::try_from(rustix::fs::OFlags::NOFOLLOW.bits()).unwrap_or(0))
        .open(path)
        .map_err(|e| {
            UserError::new(format!("cannot make {}", path.display()))
                .cause(e)
                .hint("give the name of a file that is not there yet")
        })
}

fn write_error(path: &Path, e: &std::io::Error) -> UserError {
    UserError::new(format!("cannot write {}", path.display())).cause(e).hint("is the disk full?")
}

#[cfg(test)]
mod tests;
