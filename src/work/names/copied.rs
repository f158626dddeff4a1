//! What a COPY brings in, as it reads in the program: with what it replaces done, and with what is copied inside of it.

use super::{Place, Program, Programs, Spot, Walk, WalkOf, WalkRow};
use crate::base::{Budget, Exit, LineNo, Result, UserError};
use crate::code::copybook::{Copy, Expanded, Outcome};
use crate::code::{SourceFormat, areas};

/// Most lines that are given.
const MOST_LINES: usize = 20_000;

/// The lines that the COPY or INCLUDE on line `line` puts in; `None` if there is none on it.
///
/// # Errors
/// `Exit::NotFound` with why the member is not in, and as [`Programs::names`].
pub(super) fn copied(place: &Place<'_>, line: LineNo, budget: &Budget) -> Result<Option<Walk>> {
    let part = Programs::part(place, line)?;
    let base = part.first.get() - 1;
    // The texts of programs are not kept: what one statement copies is made again.
    let (expanded, ..) = Program::expanded(place, &part, budget)?;
    let Some(copy) = copy_on(&expanded, LineNo::new(line.get().saturating_sub(base))) else {
        return Ok(None);
    };
    if copy.outcome != Outcome::Copied {
        let why = expanded.problems.iter().find(|p| p.at == copy.at).map(|p| p.message.clone());
        return Err(UserError::new(format!("{} is not in the program", copy.name))
            .cause(why.unwrap_or_else(|| "the member is not there".to_owned()))
            .hint("set where copybooks are looked for: copy_path, or --copy-path")
            .exit(Exit::NotFound));
    }
    let (first, last) = copy.lines.unwrap_or((LineNo::FIRST, LineNo::new(0)));
    let lines = expanded.text.split(|b| *b == b'\n').zip(&expanded.origins);
    let lines = lines.skip(usize::try_from(first.index()).unwrap_or(usize::MAX));
    let count = usize::try_from((last.get() + 1).saturating_sub(first.get())).unwrap_or(usize::MAX);
    let rows = lines.take(count.min(MOST_LINES)).map(|(text, origin)| {
        let file = expanded.copy_of(*origin).and_then(|c| c.file.as_deref());
        let number = origin.line_no().get() + if file.is_none() { base } else { 0 };
        let spot = Spot::of(file.map(str::to_owned), LineNo::new(number));
        let text = if expanded.format == SourceFormat::Free { text } else { card(text) };
        WalkRow {
            name: String::from_utf8_lossy(text.trim_ascii_end()).into_owned(),
            how: if origin.changed { "changed".to_owned() } else { String::new() },
            begins: Some(spot),
            ..WalkRow::default()
        }
    });
    let about = copy.file.as_deref().map_or_else(|| copy.name.clone(), str::to_owned);
    Ok(Some(Walk { of: WalkOf::Copied, about, rows: rows.collect(), cut: count > MOST_LINES }))
}

/// Columns 7-72 of a line.
fn card(line: &[u8]) -> &[u8] {
    let from = areas(line).code_at.saturating_sub(1);
    line.get(from..line.len().min(72)).unwrap_or_default()
}

/// The statement on a line of the program, which may go over several.
fn copy_on(expanded: &Expanded, line: LineNo) -> Option<&Copy> {
    let own = expanded.copies.iter().filter(|c| c.at.source == 0 && c.at.line_no() <= line);
    let copy = own.max_by_key(|c| c.at.line_no())?;
    // Its lines stand as comments before those that it put in.
    let inside = expanded.lines_of(None, line);
    let is_before = |first: LineNo| inside.iter().any(|l| *l < first);
    (copy.at.line_no() == line || copy.lines.is_some_and(|(first, _)| is_before(first))).then_some(copy)
}
