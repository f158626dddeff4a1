//! `greenbar keys`: the action table.

use super::context::Context;
use super::out::{Out, note};
use crate::app::actions::{Place, TABLE};
use crate::app::keymap::Keymap;
use crate::base::Exit;
use serde::Serialize;
use std::fmt::Write as _;

/// How to show the table.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// As the markdown table of the README, with the default keys.
    #[arg(long)]
    markdown: bool,
}

#[derive(Serialize)]
struct Row {
    place: &'static str,
    action: &'static str,
    keys: Vec<String>,
    help: &'static str,
}

/// Prints the keys in use: the defaults and what `keys.toml` changes.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Exit {
    if args.markdown {
        out.block(&markdown());
        return Exit::Done;
    }
    let (keymap, problems) = Keymap::with_user(&context.keys());
    let rows = rows(&keymap);
    if out.is_json() {
        out.document(&rows);
    } else {
        let mut place = "";
        for row in rows {
            if row.place != place {
                place = row.place;
                out.line(&format!("[{place}]"));
            }
            out.line(&format!("  {:18} {:24} {}", row.action, row.keys.join("  "), row.help));
        }
    }
    for problem in problems {
        note(&problem.to_string());
    }
    Exit::Done
}

fn rows(keymap: &Keymap) -> Vec<Row> {
    let rows_of = |place: Place| {
        TABLE.iter().filter(move |s| s.place == place).map(move |spec| Row {
            place: place.name(),
            action: spec.name,
            keys: keymap.keys_of(place, spec.action),
            help: spec.help,
        })
    };
    Place::ALL.into_iter().flat_map(rows_of).collect()
}

/// The table of the README.
pub fn markdown() -> String {
    let mut text = String::from("| where | keys | what they do |\n|---|---|---|\n");
    for row in rows(&Keymap::defaults()) {
        let keys: Vec<String> = row.keys.iter().map(|k| format!("`{k}`")).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {} | {} | {} |", row.place, keys.join(" "), row.help);
    }
    text
}
