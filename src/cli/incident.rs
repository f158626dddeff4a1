//! `greenbar incident add|list|resolve`: what happened, under the entry that helped.

use super::Context;
use super::out::Out;
use crate::base::{Budget, Exit, Result, UserError, shown_time};
use crate::store::{Incident, Store};
use serde::Serialize;

/// What to do with incidents.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Record an incident.
    Add(Box<AddArgs>),
    /// List the newest incidents.
    List(ListArgs),
    /// Note that an incident is resolved.
    Resolve(ResolveArgs),
}

#[derive(Debug, clap::Args)]
struct AddArgs {
    /// What happened and what helped, in one line.
    summary: String,
    /// The entry that helped, by its id.
    #[arg(long, value_name = "ID")]
    entry: Option<String>,
    /// The job, or the transaction.
    #[arg(long, default_value = "")]
    job: String,
    /// The step.
    #[arg(long, default_value = "")]
    step: String,
    /// The program that failed.
    #[arg(long, default_value = "")]
    program: String,
    /// The code: S0C7, -811 ...; without it the first one of the entry.
    #[arg(long, allow_hyphen_values = true)]
    code: Option<String>,
    /// It is resolved already.
    #[arg(long)]
    resolved: bool,
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    /// Those of this entry only.
    #[arg(long, value_name = "ID")]
    entry: Option<String>,
    /// At most so many.
    #[arg(long, default_value_t = 50, value_name = "N")]
    limit: usize,
}

#[derive(Debug, clap::Args)]
struct ResolveArgs {
    /// The number that `incident list` prints.
    number: i64,
}

#[derive(Serialize)]
struct Document<'i> {
    incidents: &'i [Incident],
}

/// Does it.
pub fn run(context: &Context, args: Args, out: &mut Out) -> Result<Exit> {
    match args.command {
        Command::Add(args) => add(context, *args, out),
        Command::List(args) => list(context, &args, out),
        Command::Resolve(args) => resolve(context, &args, out),
    }
}

fn add(context: &Context, args: AddArgs, out: &mut Out) -> Result<Exit> {
    let store = context.store()?;
    let entry = args.entry.as_ref().map(|id| entry_of(store.as_ref(), id)).transpose()?;
    if args.summary.trim().is_empty() {
        return Err(UserError::new("the incident is not recorded")
            .cause("its summary is empty")
            .hint("say in one line what happened"));
    }
    let at = context.now();
    let first = entry.as_ref().and_then(|e| e.codes.first().cloned()).unwrap_or_default();
    let mut incident = Incident {
        at,
        entry: entry.as_ref().map(|e| e.id.clone()),
        job: args.job.to_uppercase(),
        step: args.step.to_uppercase(),
        program: args.program.to_uppercase(),
        code: args.code.unwrap_or(first).to_uppercase(),
        summary: args.summary.split_whitespace().collect::<Vec<_>>().join(" "),
        component: entry.as_ref().map(|e| e.category.clone()).unwrap_or_default(),
        severity: entry.as_ref().map(|e| e.severity).unwrap_or_default(),
        resolved_at: args.resolved.then_some(at),
        ..Incident::default()
    };
    incident.id = store.add_incident(&incident)?;
    tell(&[incident], out);
    Ok(Exit::Done)
}

fn entry_of(store: &dyn Store, id: &str) -> Result<crate::store::NewEntry> {
    let entry = store.entry(id, &Budget::unlimited())?.map(|entry| entry.body);
    entry.ok_or_else(|| {
        UserError::new(format!("{id} is not in the knowledge base"))
            .hint("`greenbar search` finds entries by their other names")
            .exit(Exit::NotFound)
    })
}

fn list(context: &Context, args: &ListArgs, out: &mut Out) -> Result<Exit> {
    let store = context.store()?;
    let incidents = store.incidents(args.entry.as_deref(), args.limit, &Budget::unlimited())?;
    tell(&incidents, out);
    Ok(if incidents.is_empty() { Exit::NotFound } else { Exit::Done })
}

fn resolve(context: &Context, args: &ResolveArgs, out: &mut Out) -> Result<Exit> {
    let store = context.store()?;
    if !store.resolve_incident(args.number, Some(context.now()))? {
        return Err(UserError::new(format!("there is no incident {}", args.number))
            .hint("`greenbar incident list` lists them with their numbers")
            .exit(Exit::NotFound));
    }
    let all = store.incidents(None, usize::MAX, &Budget::unlimited())?;
    let resolved: Vec<Incident> = all.into_iter().filter(|i| i.id == args.number).collect();
    tell(&resolved, out);
    Ok(Exit::Done)
}

fn tell(incidents: &[Incident], out: &mut Out) {
    if out.is_json() {
        return out.document(&Document { incidents });
    }
    for incident in incidents {
        let Incident { id, at, job, step, program, code, summary, entry, .. } = incident;
        let state = if incident.resolved_at.is_some() { "resolved" } else { "open" };
        let about = [job, step, program, code, entry.as_ref().unwrap_or(&String::new())].map(String::clone);
        let about: Vec<String> = about.into_iter().filter(|text| !text.is_empty()).collect();
        let damaged = if incident.damaged { "  (damaged on disk)" } else { "" };
        let time = shown_time(at.div_euclid(1000));
        out.line(&format!("{id:>5}  {time}  {state:8}  {}  {summary}{damaged}", about.join(" ")));
    }
}
