//! The only way to standard output and standard error outside of the desk. Cleans text, keeps JSON documents whole, and
//! ends quietly when nobody reads any more (`greenbar ... | head`).

use crate::base::text::{clean, clean_block, clean_json};
use crate::base::{Exit, UserError};
use serde::Serialize;
use std::io::{BufWriter, ErrorKind, IsTerminal, StdoutLock, Write};
use std::process::ExitCode;

/// Standard output.
pub struct Out {
    json: bool,
    stdout: BufWriter<StdoutLock<'static>>,
    /// Nobody reads any more, or the output cannot be written.
    broken: Option<std::io::Error>,
}

impl Out {
    /// Output as text, or as one JSON document.
    pub fn new(json: bool) -> Self {
        Self { json, stdout: BufWriter::new(std::io::stdout().lock()), broken: None }
    }

    /// Whether JSON is wanted.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Whether writing on is of use: false once the reader is gone.
    pub fn is_open(&self) -> bool {
        self.broken.is_none()
    }

    fn put(&mut self, text: &str) {
        if self.broken.is_none() {
            self.broken = self.stdout.write_all(text.as_bytes()).err();
        }
    }

    /// Prints one line; controls in it become visible marks.
    pub fn line(&mut self, text: &str) {
        self.put(&clean(text));
        self.put("\n");
    }

    /// Prints text of several lines as it is, but for controls.
    pub fn block(&mut self, text: &str) {
        self.put(&clean_block(text));
        if !text.ends_with('\n') {
            self.put("\n");
        }
    }

    /// Prints a document. Text in it stays what it is: JSON escapes controls itself.
    pub fn document<T: Serialize>(&mut self, document: &T) {
        match serde_json::to_string_pretty(document) {
            Ok(text) => {
                self.put(&clean_json(&text));
                self.put("\n");
            }
            Err(error) => self.broken = Some(error.into()),
        }
    }

    /// A writer for exports and completion scripts, whose bytes are their own business.
    pub fn raw(&mut self) -> &mut impl Write {
        &mut self.stdout
    }

    /// Writes out what is left and gives the exit code.
    pub fn finish(&mut self, code: u8) -> ExitCode {
        let flushed = self.stdout.flush();
        match self.broken.take().or_else(|| flushed.err()) {
            None => ExitCode::from(code),
            Some(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::from(Exit::Done.code()),
            Some(error) => {
                let error = UserError::new("cannot write the output").cause(error).hint("is the disk full?");
                report(&error, self.json);
                ExitCode::from(Exit::BadInput.code())
            }
        }
    }

    /// Reports an error and gives its exit code.
    pub fn fail(&mut self, error: &UserError) -> ExitCode {
        // What was printed before the error comes first; if that fails the error is still told.
        drop(self.stdout.flush());
        report(error, self.json);
        ExitCode::from(error.exit.code())
    }
}

#[derive(Serialize)]
struct Failure<'a> {
    error: Sentences<'a>,
}

#[derive(Serialize)]
struct Sentences<'a> {
    what: &'a str,
    cause: &'a str,
    hint: &'a str,
}

/// Prints an error on standard error: three sentences for people, one document for programs.
fn report(error: &UserError, json: bool) {
    let text = if json {
        let document =
            Failure { error: Sentences { what: &error.what, cause: &error.cause, hint: &error.hint } };
        clean_json(&serde_json::to_string(&document).unwrap_or_default()).into_owned()
    } else {
        let mut text = format!("greenbar: {}", clean(&error.what));
        if !error.cause.is_empty() {
            text.push_str(&format!("\n  why:  {}", clean(&error.cause)));
        }
        if !error.hint.is_empty() {
            text.push_str(&format!("\n  next: {}", clean(&error.hint)));
        }
        text
    };
    note(&text);
}

/// Prints lines on standard error. When that cannot be written either there is nobody left to tell.
pub fn note(text: &str) {
    drop(writeln!(std::io::stderr().lock(), "{}", clean_block(text)));
}

/// What clap has to say: help and version on standard output, errors on standard error.
pub fn usage(error: &clap::Error) -> ExitCode {
    // As above: nobody left to tell.
    drop(error.print());
    if error.use_stderr() { ExitCode::from(Exit::BadInput.code()) } else { ExitCode::SUCCESS }
}

/// A line on standard error that shows how far long work is; nothing unless that is a terminal.
pub struct Progress {
    shown: bool,
    wanted: bool,
}

impl Progress {
    /// A progress line.
    pub fn new(json: bool) -> Self {
        Self { shown: false, wanted: !json && std::io::stderr().is_terminal() }
    }

    /// Shows `text` in place of what was shown.
    pub fn show(&mut self, text: &str) {
        if self.wanted {
            self.shown = true;
            drop(write!(std::io::stderr().lock(), "\r\x1b[K{}", clean(text)));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            drop(write!(std::io::stderr().lock(), "\r\x1b[K"));
        }
    }
}
