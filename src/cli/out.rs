//! The only way to standard output and standard error outside of the desk. Cleans text, keeps JSON documents whole, and
//! ends quietly when nobody reads any more (`greenbar ... | head`).

use crate::base::text::{Charset, clean, clean_block, clean_block_in, clean_in, clean_json};
use crate::base::{Exit, UserError};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use serde::Serialize;
use std::io::{BufWriter, ErrorKind, IsTerminal, StdoutLock, Write};
use std::process::ExitCode;

/// Standard output.
pub struct Out {
    json: bool,
    charset: Charset,
    stdout: BufWriter<StdoutLock<'static>>,
    /// Nobody reads any more, or the output cannot be written.
    broken: Option<std::io::Error>,
}

impl Out {
    /// Output as text, or as one JSON document.
    pub fn new(json: bool) -> Self {
        let stdout = BufWriter::with_capacity(64 << 10, std::io::stdout().lock());
        Self { json, charset: Charset::Unicode, stdout, broken: None }
    }

    /// Shows text with these characters only.
    pub fn set_charset(&mut self, charset: Charset) {
        self.charset = charset;
    }

    /// The characters that text is shown with.
    pub fn charset(&self) -> Charset {
        self.charset
    }

    /// Whether JSON is wanted.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Whether writing on is of use: false once the reader is gone.
    pub fn is_open(&self) -> bool {
        self.broken.is_none()
    }

    /// Writes out what was printed so far. False once the reader is gone, also where there was nothing to write.
    pub fn flush(&mut self) -> bool {
        if self.broken.is_none() {
            self.broken = self.stdout.flush().err();
        }
        let stdout = std::io::stdout();
        let mut polled = [PollFd::new(&stdout, PollFlags::empty())];
        let gone = poll(&mut polled, Some(&Timespec::default())).is_ok_and(|n| n > 0)
            && polled.iter().any(|p| p.revents().intersects(PollFlags::ERR | PollFlags::HUP));
        if gone && self.broken.is_none() {
            self.broken = Some(ErrorKind::BrokenPipe.into());
        }
        self.broken.is_none()
    }

    fn put(&mut self, text: &str) {
        if self.broken.is_none() {
            self.broken = self.stdout.write_all(text.as_bytes()).err();
        }
    }

    /// Prints one line; controls in it become visible marks.
    pub fn line(&mut self, text: &str) {
        self.piece(text);
        self.put("\n");
    }

    /// Prints a part of a line, cleaned like a whole one.
    pub fn piece(&mut self, text: &str) {
        self.put(&clean_in(text, self.charset));
    }

    /// Ends a line that was printed in parts.
    pub fn end_line(&mut self) {
        self.put("\n");
    }

    /// Prints text of several lines as it is, but for controls.
    pub fn block(&mut self, text: &str) {
        self.put(&clean_block_in(text, self.charset));
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

    /// Prints a part of a document that is too large to be made at once.
    pub fn json(&mut self, text: &str) {
        self.put(&clean_json(text));
    }

    /// A writer for an export. JSON is made safe for a terminal without a change of what it means. Other forms are
    /// made safe only when a terminal is what they go to: a program gets them byte for byte.
    pub fn export(&mut self, is_json: bool) -> Export<'_> {
        let made = match (is_json, std::io::stdout().is_terminal()) {
            (true, _) => Made::Json,
            (false, true) => Made::Text,
            (false, false) => Made::Raw,
        };
        Export { out: self, made, line: Vec::new() }
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

/// How an export is made safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Made {
    Json,
    Text,
    Raw,
}

/// Standard output as something to write to. Fails once the reader is gone.
pub struct Export<'o> {
    out: &'o mut Out,
    made: Made,
    /// The line that is not whole yet: cleaning needs whole characters.
    line: Vec<u8>,
}

impl Export<'_> {
    fn put(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        match self.made {
            Made::Raw if self.out.broken.is_none() => {
                self.out.broken = self.out.stdout.write_all(bytes).err();
            }
            Made::Raw => {}
            Made::Json => self.out.json(&String::from_utf8_lossy(bytes)),
            Made::Text => {
                let text = String::from_utf8_lossy(bytes);
                self.out.put(&clean_block_in(&text, self.out.charset));
            }
        }
        match &self.out.broken {
            None => Ok(()),
            Some(error) => Err(std::io::Error::new(error.kind(), error.to_string())),
        }
    }
}

impl Write for Export<'_> {
    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        self.line.extend_from_slice(buf);
        if let Some(end) = memchr::memrchr(b'\n', &self.line) {
            let rest = self.line.split_off(end + 1);
            let whole = std::mem::replace(&mut self.line, rest);
            self.put(&whole)?;
        }
        Ok(buf.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let rest = std::mem::take(&mut self.line);
        self.put(&rest)?;
        self.out.stdout.flush()
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
        let mut lines = vec![format!("greenbar: {}", clean(&error.what))];
        for (name, said) in [("why: ", &error.cause), ("next:", &error.hint)] {
            if !said.is_empty() {
                lines.push(format!("  {name} {}", clean(said)));
            }
        }
        lines.join("\n")
    };
    note(&text);
}

/// Prints lines on standard error. When that cannot be written either there is nobody left to tell.
pub fn note(text: &str) {
    drop(writeln!(std::io::stderr().lock(), "{}", clean_block(text)));
}

/// What clap has to say: help and version on standard output, errors on standard error, as a document if `json`.
pub fn usage(error: &clap::Error, json: bool) -> ExitCode {
    let text = error.render().to_string();
    if !error.use_stderr() {
        let mut out = Out::new(false);
        out.block(&text);
        return out.finish(Exit::Done.code());
    }
    if json {
        let text = text.strip_prefix("error: ").unwrap_or(&text);
        let what = text.split("\n\n").next().unwrap_or_default().trim();
        let what = what.split_whitespace().collect::<Vec<_>>().join(" ");
        report(
            &UserError::new(what)
                .hint("greenbar --help, or --help behind the subcommand, says what there is"),
            true,
        );
    } else {
        note(text.trim_end());
    }
    ExitCode::from(Exit::BadInput.code())
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
