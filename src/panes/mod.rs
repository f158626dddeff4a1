//! The panes: each owns what it shows and what its keys do. A pane has `state`, `update` and `view`; it must not know
//! another pane, nor where its keys come from: it is given commands, text keys and replies, and gives effects.

pub mod log;
pub mod metrics;
pub mod search;
pub mod source;

use crate::code::Role as CodeRole;
use crate::config::{Key, KeyCode};
use crate::ui::Role;
use crate::ui::widget::{Edit, Move as ListMove};
use serde::{Deserialize, Serialize};

/// How a piece of code looks, wherever code is shown.
pub(in crate::panes) fn code_role(role: CodeRole) -> Role {
    match role {
        CodeRole::Sequence => Role::CodeSequence,
        CodeRole::Indicator => Role::CodeIndicator,
        CodeRole::Comment => Role::CodeComment,
        CodeRole::Keyword => Role::CodeKeyword,
        CodeRole::Literal => Role::CodeLiteral,
        CodeRole::Number => Role::CodeNumber,
        CodeRole::Name => Role::CodeName,
        CodeRole::Heading => Role::CodeHeading,
        CodeRole::Level => Role::CodeLevel,
        CodeRole::Picture => Role::CodePicture,
        CodeRole::Exec => Role::CodeExec,
        CodeRole::Ident => Role::CodeIdent,
    }
}

/// What a key does to text that is being typed; `None` if it is for something else. As the shell has it: Ctrl-A and
/// Ctrl-E to the ends, Ctrl-W a word, Ctrl-K and Ctrl-U to the ends of the line.
pub fn edit_of(key: Key) -> Option<Edit> {
    if let Some(c) = key.typed() {
        return Some(Edit::Insert(c.to_string()));
    }
    Some(match (key.code, key.ctrl, key.alt) {
        (KeyCode::Backspace, false, false) => Edit::Backspace,
        (KeyCode::Delete, false, false) => Edit::Delete,
        (KeyCode::Left, false, false) => Edit::Left,
        (KeyCode::Right, false, false) => Edit::Right,
        (KeyCode::Left, ..) | (KeyCode::Char('b'), false, true) => Edit::WordLeft,
        (KeyCode::Right, ..) | (KeyCode::Char('f'), false, true) => Edit::WordRight,
        (KeyCode::Home, false, _) | (KeyCode::Char('a'), true, _) => Edit::Home,
        (KeyCode::End, false, _) | (KeyCode::Char('e'), true, _) => Edit::End,
        (KeyCode::Char('w'), true, _) | (KeyCode::Backspace, ..) => Edit::DeleteWord,
        (KeyCode::Char('k'), true, _) => Edit::KillToEnd,
        (KeyCode::Char('u'), true, _) => Edit::KillToStart,
        _ => return None,
    })
}

/// A way to move that every pane understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Move {
    /// One line up.
    Up,
    /// One line down.
    Down,
    /// One page up.
    PageUp,
    /// One page down.
    PageDown,
    /// Half a page up.
    HalfUp,
    /// Half a page down.
    HalfDown,
    /// To the first line.
    Top,
    /// To the last line.
    Bottom,
    /// To the left.
    Left,
    /// To the right.
    Right,
}

impl Move {
    /// The same in a list of rows; there is no left and right in one.
    pub fn in_list(self) -> Option<ListMove> {
        Some(match self {
            Self::Up => ListMove::Up,
            Self::Down => ListMove::Down,
            Self::PageUp => ListMove::PageUp,
            Self::PageDown => ListMove::PageDown,
            Self::HalfUp => ListMove::HalfUp,
            Self::HalfDown => ListMove::HalfDown,
            Self::Top => ListMove::First,
            Self::Bottom => ListMove::Last,
            Self::Left | Self::Right => return None,
        })
    }
}

/// A part of the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pane {
    /// Knowledge base.
    #[default]
    Search,
    /// Files.
    Source,
    /// Live figures.
    Metrics,
    /// What happened.
    Log,
}

impl Pane {
    /// All panes in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Search, Self::Source, Self::Metrics, Self::Log];

    /// The number on its tab: 3 is kept for the Triage pane.
    pub fn number(self) -> u8 {
        match self {
            Self::Search => 1,
            Self::Source => 2,
            Self::Metrics => 4,
            Self::Log => 5,
        }
    }

    /// The word on its tab.
    pub fn name(self) -> &'static str {
        match self {
            Self::Search => "Search",
            Self::Source => "Source",
            Self::Metrics => "Metrics",
            Self::Log => "Log",
        }
    }

    /// The pane with this number.
    pub fn numbered(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.number() == number)
    }
}
