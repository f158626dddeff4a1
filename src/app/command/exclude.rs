//! The operands of EXCLUDE, of its line commands X, Xn and XX, of HIDE and RESET, and what LOCATE knows of lines.

use super::find::{self, Find, FindFrom, LineRange};
use super::{Command, Switch};
use crate::base::num::to_u64;
use crate::work::FoldHow;
use serde::{Deserialize, Serialize};

/// One EXCLUDE.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Exclude {
    /// All lines.
    All,
    /// These lines.
    Lines(LineRange),
    /// So many lines from the cursor on.
    Here(u64),
    /// This line is the first or the last one of a block.
    Block,
    /// Lines with a match: the next one, or all.
    Found(Find),
}

/// What RESET puts back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reset {
    /// Hidden lines.
    Excluded,
    /// Marks of matches.
    Find,
    /// Ruler and hexadecimal view.
    Special,
    /// A block that has a first line only.
    Command,
    /// Labels.
    Label,
    /// That nothing stands for hidden lines.
    Hide,
}

/// Lines that LOCATE knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LineKind {
    /// Hidden ones.
    Excluded,
    /// Those with a label.
    Label,
    /// Those that the gutter marks: an entry of the knowledge base is linked to them.
    Special,
}

/// `F`, `L` and `S` where lines are hidden: the first of them, the last, the outermost.
pub fn on_hidden(line: &str) -> Option<Command> {
    let line = line.trim();
    line_command(&format!("{line}1")).filter(|command| line.len() == 1 && matches!(command, Command::Fold(_)))
}

/// `X`, `X5`, `XX`, `F3`, `L3`, `S3`, as ISPF has them in the prefix of a line. F, L and S alone are FIND, LOCATE and
/// SEARCH, but where lines are hidden; S with three digits is an abend code.
pub(super) fn line_command(line: &str) -> Option<Command> {
    let (first, rest) = (line.chars().next()?.to_ascii_uppercase(), line.get(1..)?);
    let most = if first == 'S' { 2 } else { 9 };
    let digits = (1..=most).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_digit());
    let count = || rest.parse::<usize>().ok().filter(|n| digits && *n > 0);
    Some(match first {
        'F' => Command::Fold(FoldHow::First(count()?)),
        'L' => Command::Fold(FoldHow::Last(count()?)),
        'S' => Command::Fold(FoldHow::Outermost(count()?)),
        'X' if rest.is_empty() => Command::Exclude(Exclude::Here(1)),
        'X' if rest.eq_ignore_ascii_case("x") => Command::Exclude(Exclude::Block),
        'X' => Command::Exclude(Exclude::Here(to_u64(count()?))),
        _ => return None,
    })
}

/// The operands of EXCLUDE.
///
/// # Errors
/// Says which operand is wrong.
pub(super) fn parse(text: &str) -> Result<Exclude, String> {
    if text.is_empty() {
        return Ok(Exclude::Here(1));
    }
    let (find, had_string) = find::operands(text, false)?;
    match find.lines {
        _ if had_string => Ok(Exclude::Found(find)),
        Some(lines) => Ok(Exclude::Lines(lines)),
        None if find == (Find { from: FindFrom::All, ..Find::default() }) => Ok(Exclude::All),
        None => find::parse(text).map(Exclude::Found),
    }
}

/// The operands of HIDE.
///
/// # Errors
/// Says what is wrong.
pub(super) fn hide(text: &str) -> Result<Switch, String> {
    match text.to_uppercase().as_str() {
        "X" | "EX" | "EXC" | "EXCLUDED" | "ON" => Ok(Switch::On),
        "" => Ok(Switch::Toggle),
        "OFF" => Ok(Switch::Off),
        other => Err(format!("{other} is neither X nor OFF")),
    }
}

/// The operands of RESET.
///
/// # Errors
/// Says which is not known.
pub(super) fn reset(text: &str) -> Result<Vec<Reset>, String> {
    let what = |word: &str| {
        Ok(match word.to_uppercase().as_str() {
            "X" | "EX" | "EXC" | "EXCLUDED" => Reset::Excluded,
            "FIND" => Reset::Find,
            "SPE" | "SPECIAL" => Reset::Special,
            "CMD" | "COM" | "COMMAND" => Reset::Command,
            "LAB" | "LABEL" => Reset::Label,
            "HIDE" => Reset::Hide,
            other => return Err(format!("{other} is nothing it puts back")),
        })
    };
    text.split_whitespace().map(what).collect()
}

/// `X`, `FIRST LABEL`, `SPECIAL PREV`.
pub(super) fn kind(upper: &str) -> Option<(LineKind, FindFrom)> {
    let (mut kind, mut from) = (None, FindFrom::Next);
    for word in upper.split_whitespace() {
        match word {
            "NEXT" => from = FindFrom::Next,
            "PREV" => from = FindFrom::Prev,
            "FIRST" => from = FindFrom::First,
            "LAST" => from = FindFrom::Last,
            "X" | "EX" | "EXC" | "EXCLUDED" => kind = Some(LineKind::Excluded),
            "LAB" | "LABEL" => kind = Some(LineKind::Label),
            "SPE" | "SPECIAL" => kind = Some(LineKind::Special),
            _ => return None,
        }
    }
    Some((kind?, from))
}
