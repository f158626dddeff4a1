//! All about one name as text of 80 columns: its definitions, what mentions it, and what reaches it through others.

use super::super::out::Out;
use super::super::reading::{Reading, shown_in};
use crate::base::Result;
use crate::code::xref::{Access, Answer, Definition, Kind, Reference, Relation, Via};
use std::collections::BTreeMap;

/// How wide a line may be.
const WIDTH: usize = 80;
/// Widest name of a procedure before what it says.
const INSIDE: usize = 22;

/// Prints an answer.
pub fn print(reading: &Reading, answer: &Answer, out: &mut Out) -> Result<()> {
    let many = answer.definitions.len() > 1;
    for (number, definition) in (1..).zip(&answer.definitions) {
        let mark = if many { format!("{number:>2}  ") } else { String::new() };
        out.line(&format!("{mark}{}", described(definition)));
    }
    if answer.definitions.is_empty() {
        out.line("It is defined nowhere here.");
    }
    let (through, direct): (Vec<_>, Vec<_>) = answer.references.iter().partition(|r| r.via.is_some());
    if direct.is_empty() {
        out.line("Nothing mentions it.");
    } else {
        out.line("");
        table(reading, &direct, many, out)?;
    }
    let mut by: BTreeMap<(Relation, String), Vec<&Reference>> = BTreeMap::new();
    for reference in through {
        if let Some(via) = &reference.via {
            by.entry((via.relation, sentence(via, &answer.definitions))).or_default().push(reference);
        }
    }
    for ((_, sentence), references) in by {
        out.line("");
        out.line(&sentence);
        table(reading, &references, many, out)?;
    }
    Ok(())
}

/// `WS-NET  05 of WS-CALCULATION  PAYR010 line 98`.
fn described(definition: &Definition) -> String {
    let kind = match (definition.kind, definition.level) {
        (_, Some(level)) => format!("{level:02}"),
        (Kind::Data, None) => "data".to_owned(),
        (kind, None) => format!("{kind:?}").to_lowercase(),
    };
    let of = std::iter::once(kind).chain(definition.of.iter().cloned()).collect::<Vec<_>>().join(" of ");
    let Some(line) = definition.line else { return format!("{}  special register", definition.name) };
    let program =
        if definition.program.is_empty() { String::new() } else { format!("{} ", definition.program) };
    let place = shown_in(definition.file.as_deref(), line);
    format!("{}  {of}  {program}line {place}", definition.name)
}

/// What is said above what comes through something else.
fn sentence(via: &Via, definitions: &[Definition]) -> String {
    let at = format!("{} (line {})", via.name, shown_in(via.file.as_deref(), via.line));
    let it = match definitions {
        [one] => one.name.as_str(),
        _ => "it",
    };
    match via.relation {
        Relation::Group => format!("Through {at}, the group around {it}:"),
        Relation::Part => format!("Through {at}, a part of {it}:"),
        Relation::Condition => format!("Through {at}, a condition name:"),
        Relation::Item => format!("Through {at}, the item of this condition name:"),
        Relation::Redefines => format!("Through {at}, which shares its storage:"),
        Relation::Renames => format!("Through {at}, which renames it:"),
        Relation::File => format!("Through {at}, the file whose record it is in:"),
        Relation::Status => format!("Through {at}, whose FILE STATUS it is:"),
        Relation::Table => format!("Through {at}, the table that it is an index of:"),
        Relation::Corresponding => format!("By its name, through CORRESPONDING on {at}:"),
        Relation::Range => format!("Within what is performed from {at}:"),
        Relation::Held => format!("By {at}, which may hold the name:"),
    }
}

/// What is done, in a word.
fn word(access: Access) -> &'static str {
    match access {
        Access::Read => "read",
        Access::Write => "changed",
        Access::Both => "read, changed",
        Access::Use => "named",
        Access::Qualify => "qualifies",
        Access::Perform | Access::Within => "performed",
        Access::Thru => "end of range",
        Access::GoTo => "GO TO",
        Access::GoToDepending => "GO TO one of",
        Access::Alter => "altered",
        Access::Proceed => "ALTER to it",
        Access::FallThrough => "falls into it",
        Access::Sort => "by SORT",
        Access::Processing => "by XML PARSE",
        Access::Debugging => "debugged",
        Access::Handle => "by HANDLE",
        Access::Whenever => "by WHENEVER",
        Access::Call => "called",
        Access::Cancel => "cancelled",
        Access::Link => "linked",
        Access::Xctl => "XCTL",
        Access::Start => "started",
    }
}

/// One line for each reference. With `many` definitions it says which are meant.
fn table(reading: &Reading, references: &[&Reference], many: bool, out: &mut Out) -> Result<()> {
    let places: Vec<String> = references.iter().map(|r| shown_in(r.file.as_deref(), r.line)).collect();
    let insides: Vec<&str> = references.iter().map(|r| r.inside.as_deref().unwrap_or("-")).collect();
    let widest = |of: &mut dyn Iterator<Item = usize>| of.max().unwrap_or(0);
    let place = widest(&mut places.iter().map(String::len)).max(5);
    let inside = widest(&mut insides.iter().map(|i| i.chars().count())).min(INSIDE);
    let what = widest(&mut references.iter().map(|r| word(r.access).len()));
    for ((reference, at), inside_of) in references.iter().zip(&places).zip(insides) {
        if !out.is_open() {
            return Ok(());
        }
        let which = match (many, reference.definitions.as_slice()) {
            (false, _) => String::new(),
            (true, []) => " ?".to_owned(),
            (true, [one]) => format!("{:>2}", one + 1),
            // It may be any of these.
            (true, [first, ..]) => format!("{:>2}?", first + 1),
        };
        let which = if many { format!("{which:<4}") } else { which };
        let unsure = if reference.uncertain { "?" } else { "" };
        let said = match reference.access {
            Access::FallThrough if reference.inside.is_none() => "the program begins here".to_owned(),
            Access::FallThrough => String::new(),
            _ => with_verb(reference.statement, reading.statement(reference.read_line, out)?),
        };
        let line = format!(
            "{at:>place$}  {which}{:<what$}{unsure}  {:<inside$}  {said}",
            word(reference.access),
            cut(inside_of, inside)
        );
        out.line(&cut(line.trim_end(), WIDTH));
    }
    Ok(())
}

/// What a line says, behind the verb if that is on a line before.
fn with_verb(verb: &str, line: String) -> String {
    let there = line.split_whitespace().any(|w| w.trim_end_matches('.').eq_ignore_ascii_case(verb));
    if there || verb.is_empty() || verb.contains(' ') { line } else { format!("{verb} .. {line}") }
}

/// At most `width` letters.
fn cut(text: &str, width: usize) -> String {
    text.chars().take(width).collect()
}
