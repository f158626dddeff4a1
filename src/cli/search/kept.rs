//! Searches that were made before, and those that were kept under a name: `greenbar search --history`, `--save`, `--saved`.

use crate::base::{Budget, Exit, Result, UserError};
use crate::cli::out::Out;
use crate::kb::search::learned::forget;
use crate::store::{PastSearch, Store, UnixMs};
use serde::Serialize;

/// Searches listed.
const LISTED: usize = 50;

/// What is done with searches themselves.
#[derive(Debug, clap::Args)]
pub struct KeptArgs {
    /// List what you have searched for, what you did often and lately first.
    #[arg(long, conflicts_with_all = ["query", "at"])]
    history: bool,
    /// Forget all that you have searched for (with --history).
    #[arg(long, conflicts_with_all = ["query", "at"])]
    clear: bool,
    /// Forget one search.
    #[arg(long, value_name = "QUERY", conflicts_with_all = ["query", "at"])]
    forget: Option<String>,
    /// Keep this search under a name.
    #[arg(long, value_name = "NAME", conflicts_with = "at")]
    save: Option<String>,
    /// Search for what was kept under this name; more words narrow it.
    #[arg(long, value_name = "NAME", conflicts_with = "at")]
    saved: Option<String>,
    /// List what was kept, with its names.
    #[arg(long, conflicts_with_all = ["query", "at"])]
    all_saved: bool,
    /// Take a name away.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["query", "at"])]
    unsave: Option<String>,
}

/// What is left to do.
pub enum Then {
    /// Nothing.
    Done(Exit),
    /// Search for this.
    Search(String),
}

#[derive(Serialize)]
struct History<'s> {
    searches: &'s [PastSearch],
}

#[derive(Serialize)]
struct AllSaved<'s> {
    saved: Vec<Saved<'s>>,
}

#[derive(Serialize)]
struct Saved<'s> {
    name: &'s str,
    query: &'s str,
}

#[derive(Serialize)]
struct Forgotten {
    forgotten: u64,
}

/// Does what `args` ask for; `text` is the query that was given.
pub fn run(args: &KeptArgs, text: &str, store: &dyn Store, now: UnixMs, out: &mut Out) -> Result<Then> {
    if args.clear || args.forget.is_some() {
        let forgotten = match &args.forget {
            Some(query) => forget(store, query)?,
            None => store.forget_searches(None)?,
        };
        return Ok(Then::Done(told(
            out,
            &Forgotten { forgotten },
            &format!("{forgotten} forgotten"),
            forgotten > 0,
        )));
    }
    if args.history {
        let searches = store.past_searches(LISTED, &Budget::unlimited())?;
        if out.is_json() {
            out.document(&History { searches: &searches });
        }
        let lines = if out.is_json() { &[][..] } else { searches.as_slice() };
        for search in lines {
            out.line(&format!("{:>5}x  {:>6} found  {}", search.times, search.hits, search.query));
        }
        return Ok(Then::Done(if searches.is_empty() { Exit::NotFound } else { Exit::Done }));
    }
    let saved = || store.saved_searches(&Budget::unlimited());
    if args.all_saved {
        let saved = saved()?;
        if out.is_json() {
            out.document(&AllSaved {
                saved: saved.iter().map(|(name, query)| Saved { name, query }).collect(),
            });
        }
        let lines = if out.is_json() { &[][..] } else { saved.as_slice() };
        for (name, query) in lines {
            out.line(&format!("{name}  {query}"));
        }
        return Ok(Then::Done(if saved.is_empty() { Exit::NotFound } else { Exit::Done }));
    }
    if let Some(name) = &args.unsave {
        let done = store.save_search(name, "", now)?;
        let forgotten = Forgotten { forgotten: u64::from(done) };
        let said = if done { "taken away" } else { "there is no search of this name" };
        return Ok(Then::Done(told(out, &forgotten, said, done)));
    }
    let mut text = text.to_owned();
    if let Some(name) = &args.saved {
        let known = saved()?;
        let found = known.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        let (_, query) = found.ok_or_else(|| {
            let names: Vec<&str> = known.iter().map(|(name, _)| name.as_str()).collect();
            let hint = if names.is_empty() {
                "keep one with `greenbar search QUERY --save NAME`".to_owned()
            } else {
                format!("there are {}", names.join(", "))
            };
            UserError::new(format!("no search is kept as {name}")).hint(hint).exit(Exit::NotFound)
        })?;
        format!("{query} {text}").trim().clone_into(&mut text);
    }
    if let Some(name) = &args.save {
        if name.trim().is_empty() || text.is_empty() {
            return Err(UserError::new("nothing is kept")
                .cause("a search and a name are needed")
                .hint("greenbar search lock timeout category:db2 --save locks"));
        }
        store.save_search(name.trim(), &text, now)?;
    }
    Ok(Then::Search(text))
}

fn told(out: &mut Out, document: &impl Serialize, said: &str, done: bool) -> Exit {
    if out.is_json() {
        out.document(document);
    } else {
        out.line(said);
    }
    if done { Exit::Done } else { Exit::NotFound }
}
