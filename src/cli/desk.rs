//! `greenbar [FILE ...]`: the desk.

use super::context::Context;
use crate::app::keymap::Keymap;
use crate::app::{RunOptions, Start, command::ScrollBy};
use crate::base::text::Charset;
use crate::base::{Result, UserError};
use crate::config::{ColorDepth, Glyphs, Scroll};
use crate::source::Wanted;
use crate::ui::{Depth, Theme};
use clap::CommandFactory;
use std::path::{Path, PathBuf};

/// Runs the desk on `files`.
pub fn run(
    context: Context,
    files: &[PathBuf],
    wanted: Wanted,
    (resume, record): (bool, Option<PathBuf>),
) -> Result<u8> {
    if let Some(first) = files.first() {
        refuse_misspelt(first)?;
    }
    let files = files.iter().map(|f| super::files::absolute(f)).collect();
    let mut options = options(context, files, wanted, record);
    options.start.resume = resume;
    crate::app::run(options)
}

/// What a session on `files` is started with.
pub fn options(context: Context, files: Vec<String>, wanted: Wanted, record: Option<PathBuf>) -> RunOptions {
    let mut problems = context.problems();
    let (keymap, wrong_keys) = Keymap::with_user(&context.keys());
    problems.extend(wrong_keys);
    let ui = context.config().ui.clone();
    let (themes, wrong_themes) = themes(&ui.theme, &context.env.paths.config.join("themes"));
    problems.extend(wrong_themes);
    let start = Start {
        size: (80, 24),
        theme: ui.theme,
        depth: match ui.color_depth {
            // 24-bit colours cost up to 19 bytes for each change: on a slow line nobody gets them without asking.
            ColorDepth::Auto => match Depth::detect(&context.env) {
                Depth::True => Depth::Indexed256,
                depth => depth,
            },
            ColorDepth::TrueColor => Depth::True,
            ColorDepth::Indexed => Depth::Indexed256,
            ColorDepth::Sixteen => Depth::Ansi16,
            ColorDepth::Eight => Depth::Ansi8,
            ColorDepth::None => Depth::None,
        },
        charset: match ui.ascii {
            Glyphs::Auto => Charset::detect(&context.env),
            Glyphs::Ascii => Charset::Ascii,
            Glyphs::Unicode => Charset::Unicode,
        },
        files,
        folder: super::files::absolute(Path::new(".")),
        wanted,
        resume: false,
        max_results: crate::base::num::to_usize(context.config().performance.search.max_results),
        tab_width: u16::try_from(ui.tab_width).unwrap_or(8),
        zebra: ui.zebra,
        scroll: match ui.scroll {
            Scroll::Csr => ScrollBy::Cursor,
            Scroll::Half => ScrollBy::Half,
            Scroll::Page => ScrollBy::Page,
            Scroll::Data => ScrollBy::Data,
            Scroll::Max => ScrollBy::Max,
        },
    };
    let settings = (context.inputs, context.loaded);
    RunOptions { env: context.env, settings, start, themes, keymap, problems, record }
}

/// The theme that is wanted and those of the user, and what is wrong with those that cannot be used. Others that are
/// built in are read when they are asked for.
fn themes(wanted: &str, folder: &Path) -> (Vec<Theme>, Vec<crate::base::UserError>) {
    let mut themes = Vec::new();
    let mut problems = Vec::new();
    let mut names: Vec<String> =
        Theme::names(Some(folder)).into_iter().skip(Theme::names(None).len()).collect();
    names.insert(0, wanted.to_owned());
    for name in names {
        match Theme::load(&name, Some(folder)) {
            Ok(theme) => themes.push(theme),
            Err(problem) => problems.push(problem),
        }
    }
    (themes, problems)
}

/// A word that is no file but nearly a subcommand was meant as one.
fn refuse_misspelt(first: &Path) -> Result<()> {
    let word = first.to_string_lossy();
    if word.contains(['/', '.']) || first.exists() {
        return Ok(());
    }
    let command = super::Args::command();
    let near = command
        .get_subcommands()
        .map(|c| (strsim::damerau_levenshtein(&word.to_lowercase(), c.get_name()), c.get_name()))
        .min()
        .filter(|(distance, name)| *distance <= name.len() / 3);
    match near {
        None => Ok(()),
        Some((_, name)) => Err(UserError::new(format!("there is no file {word}"))
            .cause("and no subcommand of this name either")
            .hint(format!("did you mean `greenbar {name}`?"))),
    }
}
