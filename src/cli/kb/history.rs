//! `greenbar kb history ID`, `kb diff ID [N [M]]`, `kb undo ID` and `kb restore ID N`.

use super::{Context, Out, gone, tell_saved};
use crate::base::{Budget, Exit, Result, UserError};
use crate::kb::history::{self, Comparison, Sign};
use crate::store::{ChangeKind, PutOutcome, Store, VersionHead};
use serde::Serialize;

/// Of which entry.
#[derive(Debug, clap::Args)]
pub struct HistoryArgs {
    /// Its id, in any letter case.
    id: String,
    /// At most so many versions.
    #[arg(long, default_value_t = 100, value_name = "N")]
    limit: usize,
}

/// Which versions to compare.
#[derive(Debug, clap::Args)]
pub struct DiffArgs {
    /// The entry's id, in any letter case.
    id: String,
    /// The older version; without it the one before the newest. Alone it is compared with the entry as it is.
    from: Option<u64>,
    /// The newer version.
    to: Option<u64>,
}

/// Which entry.
#[derive(Debug, clap::Args)]
pub struct UndoArgs {
    /// Its id, in any letter case.
    id: String,
}

/// Which version.
#[derive(Debug, clap::Args)]
pub struct RestoreArgs {
    /// The entry's id, in any letter case.
    id: String,
    /// The version that is to be the newest.
    version: u64,
}

#[derive(Serialize)]
struct Document<'v> {
    id: &'v str,
    versions: &'v [VersionHead],
}

/// Lists the versions, newest first.
pub fn list(context: &Context, args: &HistoryArgs, out: &mut Out) -> Result<Exit> {
    let store = context.store()?;
    let versions = store.versions(&args.id, args.limit, &Budget::unlimited())?;
    if versions.is_empty() {
        return Err(gone(&args.id));
    }
    if out.is_json() {
        out.document(&Document { id: &args.id, versions: &versions });
        return Ok(Exit::Done);
    }
    for head in &versions {
        out.line(&format!("{:>4}  {}  {}", head.version, history::described(head), head.title));
    }
    Ok(Exit::Done)
}

fn newest(store: &dyn Store, id: &str) -> Result<VersionHead> {
    store.versions(id, 1, &Budget::unlimited())?.pop().ok_or_else(|| gone(id))
}

/// Compares two versions.
pub fn diff(context: &Context, args: &DiffArgs, out: &mut Out) -> Result<Exit> {
    let store = context.store()?;
    let newest = newest(store.as_ref(), &args.id)?.version;
    let to = args.to.unwrap_or(newest);
    let from = args.from.unwrap_or_else(|| to.saturating_sub(1));
    let compared = history::between(store.as_ref(), &args.id, from, to, &Budget::unlimited())?;
    if out.is_json() {
        out.document(&compared);
    } else {
        print(&compared, out);
    }
    Ok(if compared.rows.is_empty() { Exit::NotFound } else { Exit::Done })
}

fn print(compared: &Comparison, out: &mut Out) {
    let said = |head: &VersionHead| {
        format!("{} version {}  {}", compared.id, head.version, history::described(head))
    };
    out.line(&compared.from.as_ref().map_or("--- nothing".to_owned(), |head| format!("--- {}", said(head))));
    out.line(&format!("+++ {}", said(&compared.to)));
    for row in &compared.rows {
        match row.sign {
            Sign::Gap => out.line("..."),
            sign => out.line(&format!("{}{}", sign.mark(), row.text())),
        }
    }
}

/// Takes the last change back.
pub fn undo(context: &Context, args: &UndoArgs, out: &mut Out) -> Result<Exit> {
    let store = context.store()?;
    let versions = store.versions(&args.id, 2, &Budget::unlimited())?;
    let Some(newest) = versions.first() else { return Err(gone(&args.id)) };
    let Some(before) = versions.get(1) else {
        return Err(UserError::new(format!("{} was never changed", args.id))
            .hint(format!("`greenbar kb rm {}` deletes it", args.id))
            .exit(Exit::NotFound));
    };
    let (id, at) = (args.id.as_str(), context.now());
    if newest.kind == ChangeKind::Undelete || before.deleted {
        let gone_back = store.restore_version(id, before.version, true, at)?;
        gone_back.ok_or_else(|| history::damaged(id, before.version))?;
        if out.is_json() {
            out.document(&Document { id, versions: &store.versions(id, 1, &Budget::unlimited())? });
        } else {
            out.line(&format!("deleted again: {id}  {}", newest.title));
        }
        return Ok(Exit::Done);
    }
    restored(store.as_ref(), id, before.version, at, out)
}

/// Makes an older version the newest.
pub fn restore(context: &Context, args: &RestoreArgs, out: &mut Out) -> Result<Exit> {
    let store = context.store()?;
    restored(store.as_ref(), &args.id, args.version, context.now(), out)
}

fn restored(store: &dyn Store, id: &str, version: u64, at: i64, out: &mut Out) -> Result<Exit> {
    let (old, outcome) = history::go_back(store, id, version, at, &Budget::unlimited())?;
    if !out.is_json() {
        let what = match outcome {
            PutOutcome::Unchanged(_) => "is as it was in",
            _ => "is again as in",
        };
        out.line(&format!("{} {what} version {version} ({})", old.body.id, history::described(&old.head)));
        return Ok(Exit::Done);
    }
    tell_saved(store, &outcome, out)
}
