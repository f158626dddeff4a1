//! `greenbar kb show ID`.

use super::{Context, Out, View, entry_of};
use crate::base::{Budget, Exit, Result, shown_time};
use crate::cli::out::note;
use crate::kb::{entry, history};
use crate::store::{Incident, Store};
use crate::work::{Attached, beside, state_of};

/// Which entry.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Its id, in any letter case.
    id: String,
    /// As the document that `kb edit --file` and `kb add --file` take.
    #[arg(long)]
    document: bool,
    /// An older version of it: `kb history` lists them. It does not count as opened.
    #[arg(long, value_name = "N")]
    version: Option<u64>,
}

/// Shows the entry. Shown as text it counts as opened, like in the Search pane.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<Exit> {
    let store = context.store()?;
    if let Some(version) = args.version {
        return old(store.as_ref(), args, version, out);
    }
    let shown = entry_of(store.as_ref(), &args.id)?;
    let links = store.references_of(&args.id, &Budget::unlimited())?;
    if shown.damaged {
        note(&format!(
            "the stored text of {} has changed by itself; `greenbar doctor` says what can be done",
            shown.body.id
        ));
    }
    let budget = Budget::unlimited();
    let mut beside = beside(store.as_ref(), &shown, &budget)?;
    for attached in &mut beside.files {
        attached.state = state_of(&attached.file, &budget);
    }
    if out.is_json() {
        out.document(&View { beside: Some(&beside), ..View::of(&shown, &links) });
        return Ok(Exit::Done);
    }
    if args.document {
        out.block(&entry::to_document(&shown.body));
        return Ok(Exit::Done);
    }
    out.block(&entry::plain(&shown));
    out.line("");
    let worked = shown
        .head()
        .success_rate()
        .map_or("not rated yet".to_owned(), |r| format!("worked {:.0} %", r * 100.0));
    out.line(&format!("used {} times, {worked}", shown.usage_count));
    if shown.version > 1 {
        out.line(&format!(
            "version {}; `greenbar kb history {}` lists those before",
            shown.version, shown.body.id
        ));
    }
    for link in &links {
        let about = [link.symbol.as_str(), link.note.as_str()].into_iter().filter(|t| !t.is_empty());
        let about: Vec<&str> = about.collect();
        out.line(&format!("code {}:{}  {}", link.file, link.line, about.join(": ")));
    }
    for incident in &beside.incidents {
        let Incident { job, step, program, code, summary, .. } = incident;
        let day = shown_time(incident.at.div_euclid(1000));
        out.line(&format!(
            "incident {day}  {}  {summary}",
            [job, step, program, code].map(String::as_str).join(" ")
        ));
    }
    for Attached { file, state } in &beside.files {
        out.line(&format!("file {}  {}, {} bytes, {}", file.path, state.word(), file.bytes, file.hex()));
    }
    for related in &beside.related {
        out.line(&format!("related {}  {}  ({})", related.id, related.title, related.why));
    }
    // That it was opened is a count; a store that takes no writes is read all the same.
    drop(store.record_use(&args.id, None, context.now()));
    Ok(Exit::Done)
}

/// Shows an older version.
fn old(store: &dyn Store, args: &Args, version: u64, out: &mut Out) -> Result<Exit> {
    let found = history::version_of(store, &args.id, version, &Budget::unlimited())?;
    if found.damaged {
        note(&format!("the text of version {version} of {} has changed by itself: do not trust it", args.id));
    }
    if out.is_json() {
        out.document(&found);
    } else {
        out.block(&entry::to_document(&found.body));
    }
    Ok(Exit::Done)
}
