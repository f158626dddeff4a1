//! Everything the desk holds. A plain value: `update` changes it, `view` reads it, a replay builds it again.

use super::actions::Place;
use super::command::ScrollBy;
use super::keymap::Keymap;
use super::palette::Palette;
use super::update::Stacked;
use crate::base::Gen;
use crate::base::text::Charset;
use crate::config::Key;
use crate::metrics::Objects;
use crate::panes::{Pane, log, metrics, search, source};
use crate::source::Wanted;
use crate::ui::widget::Input;
use crate::ui::{Depth, Look, Theme};
use crate::work::{Slot, Tone};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Under which circumstances a session starts. With the messages that follow it says all that happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// Columns and rows.
    pub size: (u16, u16),
    /// Name of the theme.
    pub theme: String,
    /// How many colours.
    pub depth: Depth,
    /// What the terminal can show.
    pub charset: Charset,
    /// Files to open.
    pub files: Vec<String>,
    /// The folder that names of files are seen from; empty if it is not known.
    #[serde(default)]
    pub folder: String,
    /// What a person says of their bytes.
    #[serde(default)]
    pub wanted: Wanted,
    /// Open the files that were open at the end of the last session, where they were left.
    #[serde(default)]
    pub resume: bool,
    /// Results of a search at most.
    pub max_results: usize,
    /// Columns from one tab stop to the next.
    pub tab_width: u16,
    /// Alternate row bars.
    pub zebra: bool,
    /// How far a page goes.
    pub scroll: ScrollBy,
}

/// What lies over the panes.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// Keys and commands that work here; lines scrolled.
    Help(usize),
    /// The palette.
    Palette(Palette),
}

/// A message at the bottom of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// How it is meant.
    pub tone: Tone,
    /// What it says.
    pub text: String,
    /// Seconds it stays.
    pub left: u8,
}

/// The state of the desk.
#[derive(Debug)]
pub struct State {
    /// The folder that names of files are seen from.
    pub(super) folder: String,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Theme and glyphs.
    pub look: Look,
    /// The themes of the user; those that are built in need no file.
    pub themes: Vec<Theme>,
    /// Keys.
    pub keymap: Keymap,
    /// Keys of a sequence that is not complete.
    pub pending: Vec<Key>,
    /// The pane that takes the keys.
    pub pane: Pane,
    /// The one before.
    pub previous: Pane,
    /// The Search pane shows what was asked for in the Source pane: who leaves it comes back there.
    pub asked_in_source: bool,
    /// Whether one pane has the whole screen.
    pub zoom: bool,
    /// What lies over the panes.
    pub overlay: Option<Overlay>,
    /// The command line, while it is open.
    pub command: Option<Input>,
    /// What is left of a line of several commands.
    pub stacked: Stacked,
    /// Commands given before, oldest first.
    pub commands: Vec<String>,
    /// The message at the bottom.
    pub toast: Option<Toast>,
    /// Alerts that are raised.
    pub alerts: Vec<String>,
    /// The Search pane.
    pub search: search::State,
    /// The Source pane.
    pub source: source::State,
    /// The Metrics pane.
    pub metrics: metrics::State,
    /// The Log pane.
    pub log: log::State,
    /// The newest generation of each slot.
    pub generations: BTreeMap<Slot, Gen>,
    /// Seconds since the start.
    pub seconds: u64,
    /// The files of the last session are to be opened, once they are known.
    pub resume: bool,
    /// The exit code, once the desk is to be left.
    pub leaving: Option<u8>,
}

impl State {
    /// The desk at the start of a session.
    pub fn new(start: &Start, themes: Vec<Theme>, keymap: Keymap) -> Self {
        let theme = themes.iter().find(|t| t.name == start.theme).or_else(|| themes.first());
        let plain = Theme::plain();
        let look = Look::new(theme.unwrap_or(&plain), start.depth, start.charset);
        let mut source = source::State::new();
        source.tab_width = start.tab_width;
        source.zebra = start.zebra;
        source.scroll = start.scroll.into();
        Self {
            size: start.size,
            look,
            themes,
            keymap,
            pending: Vec::new(),
            pane: if start.files.is_empty() && !start.resume { Pane::Search } else { Pane::Source },
            previous: Pane::Source,
            asked_in_source: false,
            zoom: false,
            overlay: None,
            command: None,
            stacked: Stacked::default(),
            commands: Vec::new(),
            toast: None,
            alerts: Vec::new(),
            search: search::State::new(start.max_results),
            source,
            metrics: metrics::State::default(),
            log: log::State::default(),
            generations: BTreeMap::new(),
            seconds: 0,
            resume: start.resume,
            folder: start.folder.clone(),
            leaving: None,
        }
    }

    /// Where keys mean what they mean now.
    pub fn place(&self) -> Place {
        if self.command.is_some() || matches!(self.overlay, Some(Overlay::Palette(_))) {
            return Place::Typing;
        }
        match self.pane {
            Pane::Search => match self.search.focus {
                search::Focus::Query => Place::Query,
                search::Focus::Results => Place::Results,
                search::Focus::Facets => Place::Facets,
                search::Focus::Entry => Place::Entry,
                search::Focus::Form | search::Focus::Incident => Place::Form,
                search::Focus::History => Place::History,
                search::Focus::Import => Place::Import,
            },
            Pane::Source if self.source.is_typing() => Place::Typing,
            Pane::Source if self.source.in_trail() => Place::Trail,
            Pane::Source if self.source.in_members() => Place::Members,
            Pane::Source if self.source.in_names() => Place::Names,
            Pane::Source if self.source.in_walk() => Place::Walk,
            Pane::Source if self.source.in_outline() => Place::Outline,
            Pane::Source if self.source.is_trailing() => Place::Visit,
            Pane::Source => Place::Source,
            Pane::Metrics => Place::Metrics,
            Pane::Log => Place::Log,
        }
    }

    /// Whether letters are text of a person.
    pub fn is_typing(&self) -> bool {
        self.place().is_typing()
    }

    /// What the panes hold, for the leak watch.
    pub fn objects(&self) -> Vec<Objects> {
        let mut all = [self.search.objects(), self.source.objects()].concat();
        all.push(Objects::new("log lines", self.log.lines().count(), log::LINES));
        all.push(Objects::new("request slots", self.generations.len(), 0));
        all
    }

    /// The names of all themes.
    pub fn theme_names(&self) -> Vec<String> {
        let mut names = Theme::names(None);
        names.extend(
            self.themes.iter().map(|t| t.name.clone()).filter(|n| !names.contains(n)).collect::<Vec<_>>(),
        );
        names
    }

    /// The theme of this name, in any letter case.
    pub fn theme(&self, name: &str) -> Option<Theme> {
        let own = self.themes.iter().find(|t| t.name.eq_ignore_ascii_case(name)).cloned();
        own.or_else(|| Theme::load(&name.to_ascii_lowercase(), None).ok())
    }

    /// Text that is not saved yet and must survive whatever ends the session, with the name of its draft.
    pub fn draft(&self) -> Option<(String, String)> {
        self.search.draft()
    }
}
