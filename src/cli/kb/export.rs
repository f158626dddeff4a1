//! `greenbar kb export [FILE]`.

use super::{Context, Form, Out};
use crate::base::NewFile;
use crate::base::{Exit, Result, UserError};
use crate::cli::interrupt;
use crate::kb::transfer::{Exported, Format, export_documents, export_whole};
use serde::Serialize;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Where to, and how it is written down.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file, which appears whole or not at all, or the folder for Markdown; - is standard output.
    #[arg(default_value = "-")]
    file: PathBuf,
    /// How it is written down; without this the file's name says so, and standard output gets JSON.
    #[arg(long)]
    format: Option<Form>,
    /// Write into a folder that is not empty, over documents of the same names (Markdown).
    #[arg(long)]
    replace: bool,
}

#[derive(Serialize)]
struct Document<'e> {
    file: String,
    format: Format,
    entries: u64,
    damaged: &'e [String],
}

/// Exports all entries.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    let is_output = args.file == Path::new("-");
    let format = match args.format {
        Some(form) => form.into(),
        None if is_output => Format::Json,
        None => Format::of(&args.file)?,
    };
    let budget = interrupt::budget();
    if format == Format::Text {
        return Err(UserError::new("text is a format to import from")
            .hint("export --format markdown writes a text for each entry"));
    }
    if is_output && format == Format::Markdown {
        return Err(UserError::new("Markdown goes to a folder, a document for each entry")
            .hint("name one: greenbar kb export --format markdown FOLDER"));
    }
    let store = context.store()?;
    let exported = if is_output {
        let done = export_whole(store.as_ref(), out.export(format != Format::Csv), format, &budget);
        if !out.is_open() {
            // Nobody reads on: how it ends is for `Out` to say.
            return Ok(Exit::Done);
        }
        done?
    } else {
        let exported = if format == Format::Markdown {
            let folder = Folder::begin(&args.file, args.replace)?;
            export_documents(store.as_ref(), &budget, &mut |name, text| folder.write(name, text))?
        } else {
            let mut file = NewFile::create(&args.file)?;
            let exported = export_whole(store.as_ref(), &mut file, format, &budget)?;
            file.finish()?;
            exported
        };
        told(&args.file, format, &exported, out);
        exported
    };
    exported.complaint().map_or(Ok(Exit::Done), Err)
}

fn told(file: &Path, format: Format, exported: &Exported, out: &mut Out) {
    let (name, damaged) = (file.display().to_string(), &exported.damaged);
    if out.is_json() {
        out.document(&Document { file: name, format, entries: exported.written, damaged });
    } else {
        out.line(&format!("{} entries exported to {name}", exported.written));
    }
}

/// The folder that documents are written into.
struct Folder<'p> {
    path: &'p Path,
    replace: bool,
}

impl<'p> Folder<'p> {
    /// Makes it, or sees that it is empty.
    fn begin(path: &'p Path, replace: bool) -> Result<Self> {
        let refused = |cause: String, hint: &str| {
            UserError::new(format!("cannot export to {}", path.display())).cause(cause).hint(hint)
        };
        let empty = std::fs::read_dir(path).map(|mut names| names.next().is_none());
        match empty {
            Ok(false) if !replace => {
                return Err(refused(
                    "the folder is not empty".to_owned(),
                    "name a new one, or say --replace to write over documents of the same names",
                ));
            }
            Ok(_) => {}
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                std::fs::create_dir(path)
                    .map_err(|e| refused(e.to_string(), "check the folder around it and its permissions"))?;
            }
            Err(e) => return Err(refused(e.to_string(), "Markdown needs a folder: name a new one")),
        }
        Ok(Self { path, replace })
    }

    fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.path.join(name);
        let failed = |e: std::io::Error| {
            UserError::new(format!("cannot write {}", path.display()))
                .cause(e)
                .hint("check the folder, its permissions and the room on the disk; export again")
        };
        if self.replace {
            // A link of that name goes, not what it leads to.
            match std::fs::remove_file(&path) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(failed(e)),
                _ => {}
            }
        }
        let mut file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(failed)?;
        file.write_all(text.as_bytes()).map_err(failed)
    }
}
