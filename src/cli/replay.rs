//! `greenbar replay FILE`: a recorded session, or what a crash left behind, shown again. Nothing is carried out: the
//! messages go through `update` and the screens are drawn as they were.

use super::context::Context;
use super::out::Out;
use crate::app::keymap::Keymap;
use crate::app::{Msg, State, record, update, view};
use crate::base::{Result, UserError};
use crate::ui::Theme;
use std::path::PathBuf;

/// What to replay.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The record.
    file: PathBuf,
    /// Stop after so many messages.
    #[arg(long, value_name = "N")]
    until: Option<usize>,
    /// Print every screen that differs from the one before, not only the last.
    #[arg(long)]
    all: bool,
    /// Print the messages instead of screens.
    #[arg(long)]
    messages: bool,
}

/// Replays the session and prints its screens.
pub fn run(context: &Context, args: &Args, out: &mut Out) -> Result<u8> {
    let (head, lines) = record::read(&args.file)?;
    if !out.is_json() {
        let masked = if head.redacted { ", texts masked" } else { "" };
        out.line(&format!("{} messages of greenbar {}{masked}", lines.len(), head.greenbar));
        if !head.reason.is_empty() {
            out.line(&format!("written because of: {}", head.reason));
        }
    }
    let themes = vec![Theme::load(&head.start.theme, Some(&context.env.paths.config.join("themes")))?];
    let mut state = State::new(&head.start, themes, Keymap::defaults());
    update::start(&mut state, &head.start.files, head.start.wanted);
    let mut last: Vec<String> = Vec::new();
    for (n, line) in lines.iter().take(args.until.unwrap_or(usize::MAX)).enumerate() {
        if args.messages {
            out.line(&format!("{:>6} {:>8} ms  {}", n + 1, line.at, name_of(&line.msg)?));
            continue;
        }
        update::update(&mut state, line.msg.clone());
        if args.all {
            let rows = view::rows(&state);
            if rows != last {
                out.line(&format!("---- message {} at {} ms: {}", n + 1, line.at, name_of(&line.msg)?));
                out.block(&rows.join("\n"));
                last = rows;
            }
        }
    }
    if !args.all && !args.messages {
        out.block(&view::rows(&state).join("\n"));
    }
    Ok(0)
}

/// A message in a few words: its JSON, cut.
fn name_of(msg: &Msg) -> Result<String> {
    let text =
        serde_json::to_string(msg).map_err(|e| UserError::new("a message cannot be printed").cause(e))?;
    Ok(text.chars().take(100).collect())
}
