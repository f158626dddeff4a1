//! How keys are spelt. `parse` and `Display` are each other's inverse.

use std::fmt;
use std::str::FromStr;

use super::{Key, KeyCode, KeySeq};
use crate::base::UserError;

/// Names of keys, the one that is printed first.
const NAMES: &[(&str, KeyCode)] = &[
    ("space", KeyCode::Char(' ')),
    ("enter", KeyCode::Enter),
    ("return", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("escape", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("backtab", KeyCode::BackTab),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pageup", KeyCode::PageUp),
    ("pgup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
    ("pgdn", KeyCode::PageDown),
    ("insert", KeyCode::Insert),
    ("ins", KeyCode::Insert),
    ("delete", KeyCode::Delete),
    ("del", KeyCode::Delete),
    ("backspace", KeyCode::Backspace),
    ("bs", KeyCode::Backspace),
    ("minus", KeyCode::Char('-')),
];

/// Names of modifiers; one letter only in front of a `-`.
const MODIFIERS: &[(&str, char)] =
    &[("ctrl", 'c'), ("c", 'c'), ("alt", 'a'), ("a", 'a'), ("m", 'a'), ("shift", 's'), ("s", 's')];

/// The longest sequence.
const MAX_KEYS: usize = 8;

/// The beginning of a text, so that a message stays a line.
pub(super) fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}

impl FromStr for Key {
    type Err = UserError;

    fn from_str(text: &str) -> Result<Self, UserError> {
        let unknown = || {
            UserError::new(format!("{:?} is not a key", shorten(text)))
                .hint("write it as ctrl-f, alt-x, shift-up, F5, space, pageup, or one character")
        };
        let mut key = Self::plain(KeyCode::Esc);
        let mut rest = text;
        // A lone `-`, and the `-` after `ctrl-`, are the character.
        while let Some((modifier, name)) =
            rest.split_once('-').filter(|(m, n)| !m.is_empty() && !n.is_empty())
        {
            let (_, which) =
                MODIFIERS.iter().find(|(m, _)| modifier.eq_ignore_ascii_case(m)).ok_or_else(unknown)?;
            let held = match which {
                'c' => &mut key.ctrl,
                'a' => &mut key.alt,
                _ => &mut key.shift,
            };
            // Twice the same is a slip.
            if std::mem::replace(held, true) {
                return Err(unknown());
            }
            rest = name;
        }
        key.code = code(rest).ok_or_else(unknown)?;
        Ok(key.normal())
    }
}

/// The key with this name.
fn code(name: &str) -> Option<KeyCode> {
    let mut chars = name.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return (!c.is_control() && !c.is_whitespace()).then_some(KeyCode::Char(c));
    }
    if let Some((_, code)) = NAMES.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)) {
        return Some(*code);
    }
    let number = name.strip_prefix(['f', 'F']).filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
    let number = number.parse().ok().filter(|n| (1..=24).contains(n))?;
    Some(KeyCode::F(number))
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "ctrl-"), (self.alt, "alt-"), (self.shift, "shift-")] {
            if held {
                f.write_str(name)?;
            }
        }
        match self.code {
            KeyCode::Char(c) if c != ' ' => write!(f, "{c}"),
            KeyCode::F(n) => write!(f, "F{n}"),
            code => f.write_str(NAMES.iter().find(|(_, c)| *c == code).map_or("?", |(name, _)| name)),
        }
    }
}

impl TryFrom<String> for Key {
    type Error = UserError;

    fn try_from(text: String) -> Result<Self, UserError> {
        text.parse()
    }
}

impl From<Key> for String {
    fn from(key: Key) -> Self {
        key.to_string()
    }
}

impl FromStr for KeySeq {
    type Err = UserError;

    fn from_str(text: &str) -> Result<Self, UserError> {
        let keys = text.split_whitespace().map(str::parse).collect::<Result<Vec<Key>, _>>()?;
        if keys.len() > MAX_KEYS {
            return Err(UserError::new(format!(
                "{text:?} is too long: a sequence has at most {MAX_KEYS} keys"
            )));
        }
        Self::new(keys)
            .ok_or_else(|| UserError::new("there is no key in it").hint("write a key, as ctrl-f or g g"))
    }
}

impl fmt::Display for KeySeq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, key) in self.keys().iter().enumerate() {
            if i > 0 {
                f.write_str(" ")?;
            }
            key.fmt(f)?;
        }
        Ok(())
    }
}

impl TryFrom<String> for KeySeq {
    type Error = UserError;

    fn try_from(text: String) -> Result<Self, UserError> {
        text.parse()
    }
}

impl From<KeySeq> for String {
    fn from(seq: KeySeq) -> Self {
        seq.to_string()
    }
}
