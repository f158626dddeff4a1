//! The operands of SRCHFOR and COMPARE, which make lists of places in several files.

use super::find::{self, Find};
use crate::code::compare::Rules;
use serde::{Deserialize, Serialize};

/// One COMPARE.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Compare {
    /// The other file, or a library with a member of the same name; `None` for the next open file.
    pub with: Option<String>,
    /// What counts.
    pub rules: Rules,
}

/// The operands of SRCHFOR, which are those of FIND but for what is of one file only; `None` if there are none.
///
/// # Errors
/// Says which operand is wrong.
pub(super) fn search_for(text: &str) -> Result<Option<Find>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let find = find::parse(text)?;
    if find.hidden.is_some() || find.lines.is_some() {
        return Err("X, NX, labels and lines are of one file: it searches all lines of many".to_owned());
    }
    Ok(Some(find))
}

/// The operands of COMPARE: the last words may be options, all before them is a name.
pub(super) fn compare(text: &str) -> Compare {
    let mut rules = Rules::default();
    let mut name = text.trim();
    loop {
        let (before, last) = name.rsplit_once(char::is_whitespace).unwrap_or(("", name));
        match last.to_uppercase().as_str() {
            "SEQ" => rules.sequence = true,
            "BLANKS" => rules.blanks = true,
            "NOCOM" => rules.no_comments = true,
            _ => break,
        }
        name = before.trim_end();
    }
    // A member is quoted for the shell; here it need not be.
    let name = name.trim_matches('\'');
    Compare { with: (!name.is_empty()).then(|| name.to_owned()), rules }
}
