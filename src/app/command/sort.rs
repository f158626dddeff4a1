//! The operands of SORT: fields with their direction, which lines. Must not know how lines are sorted.

use super::find::{self, LineRange, Operand};
use crate::source::{Columns, SortBy};
use crate::work::SortField;
use serde::{Deserialize, Serialize};

/// One SORT.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sort {
    /// By what; nothing for the whole line.
    pub fields: Vec<SortField>,
    /// The lines that are hidden (`X`), or those that are not.
    pub hidden: Option<bool>,
    /// Only in these lines.
    pub lines: Option<LineRange>,
    /// Members of a list, by this.
    pub members: Option<SortBy>,
}

/// The operands of SORT. A direction counts for the field behind it, behind the last field for that.
///
/// # Errors
/// Says which operand is wrong.
pub(super) fn parse(text: &str) -> Result<Sort, String> {
    let mut sort = Sort::default();
    let (mut labels, mut columns, mut direction) = (Vec::new(), Vec::new(), None);
    for word in text.split_whitespace() {
        match word.to_uppercase().as_str() {
            "A" | "D" => {
                end_field(&mut sort.fields, &mut columns, &mut direction)?;
                direction = Some(word.eq_ignore_ascii_case("D"));
            }
            "NAME" => sort.members = Some(SortBy::Name),
            "SIZE" => sort.members = Some(SortBy::Size),
            "CHANGED" => sort.members = Some(SortBy::Changed),
            "KIND" => sort.members = Some(SortBy::Kind),
            upper => match Operand::of(upper) {
                Some(Operand::Column(column)) => {
                    if columns.len() == 2 {
                        end_field(&mut sort.fields, &mut columns, &mut direction)?;
                    }
                    columns.push(column);
                }
                Some(Operand::Hidden(hidden)) => sort.hidden = Some(hidden),
                Some(Operand::Label(label)) => labels.push(label),
                Some(Operand::Lines(lines)) => sort.lines = Some(lines),
                _ if word.starts_with('.') => labels.push(find::label(word)?),
                _ => return Err(format!("{upper} is not an operand it knows")),
            },
        }
    }
    match (columns.is_empty(), sort.fields.last_mut(), direction) {
        // `SORT 1 8 D`
        (true, Some(last), Some(descending)) => last.descending = descending,
        (true, None, Some(descending)) => {
            sort.fields.push(SortField { columns: Columns { first: 1, last: None }, descending });
        }
        _ => end_field(&mut sort.fields, &mut columns, &mut direction)?,
    }
    match labels.as_slice() {
        [] => {}
        [one] => sort.lines = Some(LineRange::Labels(one.clone(), one.clone())),
        [from, to] => sort.lines = Some(LineRange::Labels(from.clone(), to.clone())),
        _ => return Err("more than two labels".to_owned()),
    }
    Ok(sort)
}

fn end_field(
    fields: &mut Vec<SortField>,
    columns: &mut Vec<u32>,
    direction: &mut Option<bool>,
) -> Result<(), String> {
    if let Some(columns) = find::columns_of(&std::mem::take(columns))? {
        fields.push(SortField { columns, descending: direction.take().unwrap_or(false) });
    }
    Ok(())
}
