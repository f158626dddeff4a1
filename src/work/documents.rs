//! Files that are to become entries: which of a folder are taken, read whole, and what their bytes mean as text. Owns what is
//! refused, with its name; must not know what an entry is made of.
//!
//! Invariants: only regular files are opened, each at most to its limit; folders are not entered through links; one document
//! is held at a time, and a few wait.

use crate::base::num::{to_u64, to_usize};
use crate::base::{Budget, ByteOffset, Result, UserError, name};
use crate::kb::transfer::{Document, Format, Manner, from_utf16, windows_1252};
use crate::source::SourceFile;
use crate::source::encoding::{Encoding, Start};
use crate::source::many::{Reach, Visited, each_file};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};

/// Largest file that is taken: an entry holds at most 1 MiB of problem and as much of solution.
const LARGEST: u64 = 4 << 20;
/// Bytes read at once.
const PIECE: usize = 1 << 20;
/// Documents that wait to be taken.
const WAITING: usize = 16;
/// Of so many bytes at most one may be a control, or it is no text.
const CONTROLS: usize = 50;
/// A guess of less than this, in percent, is none.
const SURE: u8 = 50;

/// The documents at `path`: a file, the files in a folder and in those below it, or the members of an archive, in the order of
/// their names. What cannot be taken comes as a document without text, which says why. `format` is what a person said of all of
/// them.
///
/// # Errors
/// The iterator gives an error once `budget` ends.
pub fn documents(
    path: &Path,
    format: Option<Format>,
    budget: &Budget,
) -> Result<impl Iterator<Item = Result<Document>> + use<>> {
    let (send, receive) = sync_channel(WAITING);
    let taker = Taker { root: path.to_owned(), format, budget: budget.clone(), send };
    let walk = move || taker.walk();
    std::thread::Builder::new().name("documents".into()).spawn(walk).map_err(|e| {
        UserError::new("the documents cannot be read")
            .cause(e)
            .hint("the system has no thread left: end other programs")
    })?;
    Ok(receive.into_iter())
}

struct Taker {
    root: PathBuf,
    format: Option<Format>,
    budget: Budget,
    send: SyncSender<Result<Document>>,
}

impl Taker {
    fn walk(&self) {
        let reach = Reach { deep: true, ..Reach::default() };
        let walked = each_file(&self.root, &reach, &self.budget, &mut |visited| self.visit(visited));
        if let Err(error) = walked {
            // Nobody listens any more where it cannot be sent.
            drop(self.send.send(Err(error)));
        }
    }

    fn visit(&self, visited: Visited) -> ControlFlow<()> {
        let document = match visited {
            Visited::Passed(_, "hidden", _) => return ControlFlow::Continue(()),
            Visited::Passed(_, what, path) => {
                self.refused(&path, format!("it is one of the {what}, which are not read"))
            }
            Visited::Failed(path, error) => self.refused(&path, error.to_string()),
            Visited::File(candidate) => {
                let path = candidate.path().to_owned();
                match self.manner(&path) {
                    Ok(manner) => match self.document(&path, manner, &candidate.into_file()) {
                        Ok(document) => document,
                        Err(error) => return self.end(error),
                    },
                    Err(why) => self.refused(&path, why),
                }
            }
        };
        match self.send.send(Ok(document)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }

    fn end(&self, error: UserError) -> ControlFlow<()> {
        drop(self.send.send(Err(error)));
        ControlFlow::Break(())
    }

    /// How a file of this name is written, or why it is not taken.
    fn manner(&self, path: &Path) -> std::result::Result<Manner, String> {
        let inner = PathBuf::from(self.name(path));
        let named = Manner::of(&inner);
        match self.format {
            Some(Format::Markdown) => {
                return Ok(named.filter(|m| *m == Manner::Html).unwrap_or(Manner::Markdown));
            }
            Some(_) => return Ok(named.unwrap_or(Manner::Text)),
            None => {}
        }
        let ending = inner.extension().map(|e| e.to_string_lossy().to_lowercase());
        match (named, ending.as_deref()) {
            (None, _) => Err("it holds many entries: import it by itself".to_owned()),
            (Some(manner), None | Some("md" | "markdown" | "txt" | "text" | "log" | "html" | "htm")) => {
                Ok(manner)
            }
            (Some(_), Some(other)) => Err(format!(
                "its name ends in .{other}, and notes end in .md, .txt, .log, .html or in nothing: --format text takes it all the same"
            )),
        }
    }

    /// The name of a file within what is imported.
    fn name(&self, path: &Path) -> String {
        if path == self.root {
            let last = path.file_name().map_or(path, Path::new);
            return name::text_of(last);
        }
        if let Ok(inner) = path.strip_prefix(&self.root) {
            return name::text_of(inner);
        }
        // A member: `lib.tar(dir/PAYR010.md)`.
        let (whole, root) = (name::text_of(path), name::text_of(&self.root));
        let inner = whole.strip_prefix(&root).and_then(|rest| rest.strip_prefix('(')?.strip_suffix(')'));
        inner.map_or(whole.clone(), str::to_owned)
    }

    fn refused(&self, path: &Path, why: String) -> Document {
        Document { name: self.name(path), manner: Manner::Text, text: Err(why), bytes: 0, remark: None }
    }

    fn document(&self, path: &Path, manner: Manner, file: &SourceFile) -> Result<Document> {
        file.reach(LARGEST + 1, &self.budget)?;
        let size = file.size();
        let (text, remark) = if size > LARGEST {
            let why = format!("it has more than {} MiB: cut out what matters", LARGEST >> 20);
            (Err(why), None)
        } else {
            match self.text(file, size)? {
                Ok((text, remark)) => (Ok(text), remark),
                Err(why) => (Err(why), None),
            }
        };
        Ok(Document { name: self.name(path), manner, text, bytes: size, remark })
    }

    fn text(&self, file: &SourceFile, size: u64) -> Result<Decoded> {
        let mut bytes = Vec::with_capacity(to_usize(size));
        while to_u64(bytes.len()) < size {
            let (piece, whole) = file.raw(ByteOffset(to_u64(bytes.len())), PIECE);
            if !whole || piece.is_empty() {
                return Ok(Err("a part of it cannot be read, or it became shorter".to_owned()));
            }
            bytes.extend_from_slice(&piece);
        }
        if bytes.trim_ascii().is_empty() {
            return Ok(Err("it is empty".to_owned()));
        }
        if let Some(text) = from_utf16(&bytes) {
            return Ok(Ok((text, None)));
        }
        let bytes = match String::from_utf8(bytes) {
            Ok(text) if !is_binary(text.as_bytes()) => return Ok(Ok((text, None))),
            Ok(text) => text.into_bytes(),
            Err(error) => error.into_bytes(),
        };
        let detected = file.detected();
        let encoding = detected.format.encoding;
        if !encoding.is_ebcdic() {
            let text = if is_binary(&bytes) { None } else { windows_1252(&bytes) };
            return Ok(match text {
                Some(text) => Ok((text, Some("is not UTF-8 and was read as Windows-1252"))),
                None => {
                    Err("it is no text, or in an encoding that is not known: save it as UTF-8".to_owned())
                }
            });
        }
        if detected.encoding_confidence < SURE {
            return Ok(
                Err("it is no text, or in an encoding that is not known: save it as UTF-8".to_owned()),
            );
        }
        self.lines(file, encoding)
    }

    /// The text of a file in EBCDIC, without the blanks that fill its records.
    fn lines(&self, file: &SourceFile, encoding: Encoding) -> Result<Decoded> {
        let mut text = String::new();
        let whole = file.lines(ByteOffset(0), &self.budget, &mut |part, ends| {
            text.push_str(&encoding.text(part, Start::Line));
            if ends {
                text.truncate(text.trim_end_matches(' ').len());
                text.push('\n');
            }
            ControlFlow::Continue(())
        })?;
        if !whole {
            return Ok(Err("a part of it cannot be read".to_owned()));
        }
        if is_binary(text.as_bytes()) {
            return Ok(Err("it is no text: most of its bytes have no character".to_owned()));
        }
        Ok(Ok((text, Some("is in EBCDIC and was decoded"))))
    }
}

/// A text with what is worth knowing about it, or why it is none.
type Decoded = std::result::Result<(String, Option<&'static str>), String>;

/// Whether bytes are no text: controls that no text has.
fn is_binary(bytes: &[u8]) -> bool {
    let control =
        |b: &&u8| (**b < 0x20 && !matches!(**b, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B)) || **b == 0x7F;
    bytes.contains(&0) || bytes.iter().filter(control).count() > bytes.len() / CONTROLS
}
