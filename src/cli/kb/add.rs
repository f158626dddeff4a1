//! `greenbar kb add`.

use super::{Context, Out, tell_saved};
use crate::base::{Budget, Exit, Result, UserError};
use crate::cli::files;
use crate::kb::entry;
use crate::store::{NewEntry, Severity};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// The new entry: from flags, or from a document. With neither the document is read from standard input, and where that
/// is a terminal the editor opens.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Read the entry from this document (fields between two lines +++, then # Problem and # Solution); - is standard
    /// input.
    #[arg(long, value_name = "DOC", conflicts_with = "fields")]
    file: Option<PathBuf>,
    #[command(flatten)]
    fields: Fields,
}

/// The fields of an entry.
#[derive(Debug, Default, clap::Args)]
#[group(id = "fields", multiple = true)]
struct Fields {
    /// Its id; without one it gets the next N- number.
    #[arg(long)]
    id: Option<String>,
    /// Its title, one line.
    #[arg(long)]
    title: Option<String>,
    /// Its category, one word of the shop: Batch, CICS, Db2 …
    #[arg(long)]
    category: Option<String>,
    /// How bad it is: info, warning, error or severe.
    #[arg(long)]
    severity: Option<SeverityWord>,
    /// Tags, lower case words; commas separate them, or the flag is repeated.
    #[arg(long, value_delimiter = ',')]
    tags: Vec<String>,
    /// Other names that mean exactly this entry.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    aliases: Vec<String>,
    /// What is seen and what it means; markdown.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    problem: Option<String>,
    /// What to look at and what to do; markdown.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    solution: Option<String>,
    /// A manual and its chapter; may be repeated.
    #[arg(long = "reference", value_name = "TEXT")]
    references: Vec<String>,
    /// Ids of related entries.
    #[arg(long, value_delimiter = ',')]
    related: Vec<String>,
    /// Who wrote it.
    #[arg(long)]
    author: Option<String>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum SeverityWord {
    Info,
    Warning,
    Error,
    Severe,
}

impl From<SeverityWord> for Severity {
    fn from(word: SeverityWord) -> Self {
        match word {
            SeverityWord::Info => Self::Info,
            SeverityWord::Warning => Self::Warning,
            SeverityWord::Error => Self::Error,
            SeverityWord::Severe => Self::Severe,
        }
    }
}

impl Fields {
    fn given(&self) -> bool {
        let lists = [&self.tags, &self.aliases, &self.references, &self.related];
        let texts = [&self.id, &self.title, &self.category, &self.problem, &self.solution, &self.author];
        self.severity.is_some() || lists.iter().any(|l| !l.is_empty()) || texts.iter().any(|t| t.is_some())
    }

    fn entry(self) -> NewEntry {
        NewEntry {
            id: self.id.unwrap_or_default(),
            title: self.title.unwrap_or_default(),
            problem: self.problem.unwrap_or_default(),
            solution: self.solution.unwrap_or_default(),
            category: self.category.unwrap_or_default(),
            severity: self.severity.map(Severity::from).unwrap_or_default(),
            tags: self.tags,
            aliases: self.aliases,
            references: self.references,
            related: self.related,
            author: self.author.unwrap_or_default(),
            ..NewEntry::default()
        }
    }
}

/// Adds the entry; one that is there already is not replaced.
pub fn run(context: &Context, args: Args, out: &mut Out) -> Result<Exit> {
    let input = Path::new("-");
    let new = match args.file {
        Some(file) => entry::from_document(&files::text(&file)?)?,
        None if args.fields.given() => args.fields.entry(),
        None if std::io::stdin().is_terminal() => {
            let blank = entry::to_document(&NewEntry::default());
            let command = &context.config().editor.command;
            let name = crate::work::draft_name(crate::base::num::unsigned(context.now()), 0, true);
            let text = crate::app::edit(&context.env, command, &blank, &name)?;
            if text == blank {
                return Err(UserError::new("nothing was added").cause("the document was left as it was"));
            }
            super::edit::kept(context, &name, || {
                entry::from_document(&text).and_then(|e| save(context, &e, out))
            })?;
            return Ok(Exit::Done);
        }
        None => entry::from_document(&files::text(input)?)?,
    };
    save(context, &new, out)
}

fn save(context: &Context, new: &NewEntry, out: &mut Out) -> Result<Exit> {
    entry::validate(new)?;
    let store = context.store()?;
    if !new.id.is_empty()
        && let Some(old) = store.entry(&new.id, &Budget::unlimited())?
    {
        return Err(UserError::new(format!("{} is there already", old.body.id))
            .cause(format!("it is \"{}\"", old.body.title))
            .hint("`greenbar kb edit` changes it; leave the id out and the new entry gets a number"));
    }
    let outcome = entry::save(store.as_ref(), new, context.now())?;
    tell_saved(store.as_ref(), &outcome, out)
}
