//! Keys as values: their codes, their spelling, sequences, and user key files. Must not know what a key does.
//!
//! One key has one value, however a terminal reports it: Shift is part of the character (`A`, not `shift-a`), Ctrl
//! has no letter case, Shift-F1 to Shift-F12 are F13 to F24 as on the keyboards of the host, Shift-Tab is `backtab`.

mod file;
mod spell;

pub use file::{KeyBinding, KeyFile};

use serde::{Deserialize, Serialize};

/// Which key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyCode {
    /// A character.
    Char(char),
    /// F1 to F24.
    F(u8),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Tab with Shift.
    BackTab,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Insert.
    Insert,
    /// Delete.
    Delete,
    /// Backspace.
    Backspace,
}

/// A key with its modifiers. Written and serialised as people spell it: `ctrl-f`, `F5`, `space`, `?`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Key {
    /// Which key.
    pub code: KeyCode,
    /// With Ctrl.
    pub ctrl: bool,
    /// With Alt, or after Escape.
    pub alt: bool,
    /// With Shift; never set for characters, Tab and F1 to F12, where Shift makes another key.
    pub shift: bool,
}

impl Key {
    /// The key alone.
    pub const fn plain(code: KeyCode) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// A character.
    pub const fn char(c: char) -> Self {
        Self::plain(KeyCode::Char(c))
    }

    /// F1 to F24.
    pub const fn f(n: u8) -> Self {
        Self::plain(KeyCode::F(n))
    }

    /// A character with Ctrl.
    pub const fn ctrl(c: char) -> Self {
        Self { code: KeyCode::Char(c.to_ascii_lowercase()), ctrl: true, alt: false, shift: false }
    }

    /// The key with `x` in place of the character that it types: what was pressed, but not what was written.
    #[must_use]
    pub fn masked(self) -> Self {
        if self.typed().is_some() { Self::char('x') } else { self }
    }

    /// The character that this key types; `None` with Ctrl or Alt and for other keys.
    pub fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }

    /// The one value of this key, see the module's head.
    #[must_use]
    fn normal(mut self) -> Self {
        match self.code {
            KeyCode::Char(c) => {
                self.code = KeyCode::Char(match (self.ctrl, self.shift) {
                    (true, _) => c.to_ascii_lowercase(),
                    (false, true) => c.to_ascii_uppercase(),
                    (false, false) => c,
                });
                self.shift = false;
            }
            KeyCode::Tab if self.shift => {
                self.code = KeyCode::BackTab;
                self.shift = false;
            }
            KeyCode::BackTab => self.shift = false,
            KeyCode::F(n @ 1..=12) if self.shift => {
                self.code = KeyCode::F(n.saturating_add(12));
                self.shift = false;
            }
            _ => {}
        }
        self
    }

    /// The key of a terminal event; `None` for releases and for keys that have no value here (media keys, locks).
    pub fn from_event(event: &crossterm::event::KeyEvent) -> Option<Self> {
        use crossterm::event::{KeyCode as Code, KeyEventKind, KeyModifiers};
        if event.kind == KeyEventKind::Release {
            return None;
        }
        let has = |m: KeyModifiers| event.modifiers.contains(m);
        let (mut ctrl, alt, shift) =
            (has(KeyModifiers::CONTROL), has(KeyModifiers::ALT), has(KeyModifiers::SHIFT));
        let code = match event.code {
            Code::Char(c) => KeyCode::Char(c),
            Code::F(n @ 1..=24) => KeyCode::F(n),
            Code::Enter => KeyCode::Enter,
            Code::Esc => KeyCode::Esc,
            Code::Tab => KeyCode::Tab,
            Code::BackTab => KeyCode::BackTab,
            Code::Up => KeyCode::Up,
            Code::Down => KeyCode::Down,
            Code::Left => KeyCode::Left,
            Code::Right => KeyCode::Right,
            Code::Home => KeyCode::Home,
            Code::End => KeyCode::End,
            Code::PageUp => KeyCode::PageUp,
            Code::PageDown => KeyCode::PageDown,
            Code::Insert => KeyCode::Insert,
            Code::Delete => KeyCode::Delete,
            Code::Backspace => KeyCode::Backspace,
            // A terminal sends NUL for Ctrl with the space bar.
            Code::Null => {
                ctrl = true;
                KeyCode::Char(' ')
            }
            _ => return None,
        };
        Some(Self { code, ctrl, alt, shift }.normal())
    }
}

/// Keys pressed one after the other: `g g`. Never empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeySeq(Vec<Key>);

impl KeySeq {
    /// These keys; `None` if there are none.
    pub fn new(keys: Vec<Key>) -> Option<Self> {
        (!keys.is_empty()).then_some(Self(keys))
    }

    /// The keys, in order.
    pub fn keys(&self) -> &[Key] {
        &self.0
    }
}
