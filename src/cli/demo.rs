//! `greenbar demo`: the desk on built-in sample data, in a throw-away home that is removed at the end.

use super::context::Context;
use super::desk;
use crate::base::{Env, Paths, Result, UserError, name};
use crate::kb::entry;
use crate::source::Wanted;
use crate::store::{CodeReference, NewEntry};
use std::path::{Path, PathBuf};

/// The sample program.
pub(super) const PROGRAM: &str = include_str!("demo/PAYR010.cbl");
/// The statement in it that abends when a time sheet holds blanks in place of hours.
const STATEMENT: &str = "COMPUTE WS-GROSS ROUNDED = TR-HOURS";

/// How to run the demonstration.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Keep the home in DIR instead of a throw-away one.
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Record the session into FILE.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

/// Removes the throw-away home, also when the desk ends with an error.
pub(super) struct Home {
    path: PathBuf,
    keep: bool,
}

impl Home {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if !self.keep {
            // It lies in the folder for temporary files: what cannot be removed is removed there some day.
            drop(std::fs::remove_dir_all(&self.path));
        }
    }
}

/// Runs the demonstration.
pub fn run(context: Context, args: &Args) -> Result<u8> {
    let home = home(&context.env, args.keep.as_deref())?;
    let env = Env { paths: Paths::under(&home.path), ..context.env };
    let context = Context { env, ..context };
    let program = home.path.join("PAYR010.cbl");
    let cannot = |e: std::io::Error| {
        UserError::new(format!("cannot write {}", program.display()))
            .cause(e)
            .hint("--keep DIR names another folder")
    };
    std::fs::write(&program, PROGRAM).map_err(cannot)?;
    let program = name::text_of(&std::path::absolute(&program).map_err(cannot)?);
    fill(&context, &program)?;
    crate::app::run(desk::options(context, Vec::new(), Wanted::default(), args.record.clone()))
}

fn home(env: &Env, keep: Option<&Path>) -> Result<Home> {
    let Some(path) = keep else { return throw_away(env, "demo") };
    made(crate::app::private_folder(path), path)?;
    Ok(Home { path: path.to_owned(), keep: true })
}

/// A folder for `what` that is removed with the value.
///
/// # Errors
/// When it cannot be made.
pub(super) fn throw_away(env: &Env, what: &str) -> Result<Home> {
    let name = format!("greenbar-{what}-{}-{}", std::process::id(), env.clock.unix_ms());
    let path = std::env::temp_dir().join(name);
    made(crate::app::new_private_folder(&path), &path)?;
    Ok(Home { path, keep: false })
}

fn made(made: std::io::Result<()>, path: &Path) -> Result<()> {
    made.map_err(|e| {
        UserError::new(format!("cannot make {}", path.display()))
            .cause(e)
            .hint("the variable TMPDIR names another folder for temporary files")
    })
}

/// What a shop would have after a while: a link from S0C7 to the statement, ratings, an entry of its own.
fn fill(context: &Context, program: &str) -> Result<()> {
    let store = context.store()?;
    let now = context.env.clock.unix_ms();
    let line = PROGRAM.lines().position(|l| l.contains(STATEMENT)).map_or(1, |at| at + 1);
    let reference = CodeReference {
        file: program.to_owned(),
        line: crate::base::num::to_u64(line),
        symbol: "2100-GROSS".into(),
        note: "blanks in TR-HOURS of a time sheet".into(),
        anchor: String::new(),
    };
    store.add_reference("S0C7", &reference, now)?;
    let own = NewEntry {
        title: "PAYR010 abends S0C7 when a time sheet has blanks for hours".into(),
        category: "Batch".into(),
        tags: vec!["payr010".into(), "payroll".into(), "comp-3".into()],
        problem: "Step PAY010 of the weekly payroll ends with `S0C7` in paragraph 2100-GROSS: the feed from the gate \
                  sends X'404040' in TR-HOURS for people on leave."
            .into(),
        solution: "1. Find the record: the last employee in REPORT1 is the one before it.\n2. Set TR-HOURS to packed \
                   zero with File Manager and restart at PAY010.\n3. The feed is corrected by the gate team, see their \
                   problem record."
            .into(),
        author: "payroll support".into(),
        related: vec!["S0C7".into()],
        ..NewEntry::default()
    };
    let id = match entry::save(store.as_ref(), &own, now)? {
        crate::store::PutOutcome::Added(id)
        | crate::store::PutOutcome::Changed(id)
        | crate::store::PutOutcome::Unchanged(id)
        | crate::store::PutOutcome::KeptLocal(id)
        | crate::store::PutOutcome::Conflict(id) => id,
    };
    store.add_reference(&id, &reference, now)?;
    for (id, times) in
        [("S0C7", 14), (id.as_str(), 3), ("FS-35", 6), ("SQL-811", 4), ("S806", 5), ("SB37-04", 7)]
    {
        for n in 0..times {
            store.record_use(id, Some(n % 7 != 6), now)?;
        }
    }
    Ok(())
}
