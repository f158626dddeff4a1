//! Answers about one listing: lines by their numbers, messages and the lines they are about, rows of tables, pages, offsets.
//! Sections are read when they are asked for, and only they.

use super::{ListingAnswer, ListingAsk, ListingFacts, Which};
use crate::base::num::{to_u64, to_usize};
use crate::base::{Budget, ByteOffset, Exit, LineNo, Result, UserError};
use crate::code::SourceFormat;
use crate::listing::{
    At, Code, Contents, Message, Offsets, Part, PartKind, Severity, Unit, map, messages, xref,
};
use crate::source::{Direction, Needle, NeedleKind, NeedleSpec, Scope, SourceFile};
use std::collections::BTreeMap;

/// Largest table that is read whole, in bytes. Of a larger one its beginning.
const LARGEST: u64 = 64 << 20;
/// Bytes of source that are read at a time.
const CHUNK: usize = 1 << 20;
/// Bytes of the cursor's line that are looked at.
const LINE: usize = 512;
/// The heading of a page, whatever its left part says.
const PAGES: &str = r"(?:Date .*Time |DATE .*TIME |^GnuCOBOL ).* (?:Page|PAGE) +[0-9]+";

/// A listing that is asked.
pub(in crate::work) struct Asked<'a> {
    pub file: &'a SourceFile,
    pub format: SourceFormat,
    pub contents: &'a Contents,
    pub budget: &'a Budget,
}

/// A message with the line that it is about.
struct Placed {
    /// Where to go: the line of the source, or the row of the message where it is about none.
    at: u64,
    message: Message,
}

fn nowhere(text: impl Into<String>) -> ListingAnswer {
    ListingAnswer::Nowhere(text.into())
}

impl Asked<'_> {
    /// Answers, as seen from the line `line` that begins at byte `at`.
    ///
    /// # Errors
    /// When the budget ends, or the file cannot be searched.
    pub fn answer(&self, ask: ListingAsk, line: LineNo, at: u64) -> Result<ListingAnswer> {
        match ask {
            ListingAsk::Facts => Ok(ListingAnswer::Facts(ListingFacts::of(self.contents))),
            ListingAsk::Line(number) => self.numbered(number, line),
            ListingAsk::Message { least, which } => self.message(least, which, at),
            ListingAsk::Other => self.other(line, at),
            ListingAsk::Page(direction) => self.page(at, direction),
            ListingAsk::Offset(offset) => self.offset(offset, line),
        }
    }

    /// The unit of the cursor; the only one where there is one.
    fn unit(&self, line: LineNo) -> Option<Unit> {
        let units = &self.contents.units;
        let only = || units.iter().next().filter(|_| units.len() == 1);
        units.at(line).or_else(only)
    }

    fn numbered(&self, number: u32, line: LineNo) -> Result<ListingAnswer> {
        let Some(unit) = self.unit(line) else {
            return Ok(nowhere("this line is in no compile unit: LOCATE =n goes to line n of the file"));
        };
        let mut found = None;
        self.cards(&unit, &mut |id, at| {
            found = found.or((id == number).then_some(at));
            found.is_none()
        })?;
        Ok(match found {
            Some(at) => ListingAnswer::There { at, text: format!("LineID {number} of {}", unit.name()) },
            None => nowhere(format!(
                "no line of {} has the LineID {number}: LOCATE ={number} goes to line {number} of the file",
                unit.name()
            )),
        })
    }

    /// Calls `each` with the number of each line of a unit's source and where it begins, until that is false.
    fn cards(&self, unit: &Unit, each: &mut dyn FnMut(u32, u64) -> bool) -> Result<()> {
        for part in unit.parts_of(PartKind::Source) {
            let SourceFormat::Listing(mut cards) = self.format else { return Ok(()) };
            let mut at = part.start.0;
            let mut text = Vec::new();
            while at < part.end.0 {
                self.go_on()?;
                let room = CHUNK.min(to_usize(part.end.0 - at));
                text.resize(room, 0);
                let (length, _) = self.file.read_into(ByteOffset(at), &mut text);
                text.truncate(length);
                // Whole lines, unless there is none.
                let whole = memchr::memrchr(b'\n', &text).map_or(text.len(), |feed| feed + 1);
                if whole == 0 {
                    break;
                }
                let mut begins = at;
                for line in text.get(..whole).unwrap_or_default().split_inclusive(|b| *b == b'\n') {
                    let number = cards.take(line.trim_ascii_end()).and_then(|card| card.number(line));
                    if number.is_some_and(|number| !each(number, begins)) {
                        return Ok(());
                    }
                    begins += to_u64(line.len());
                }
                at = begins;
            }
        }
        Ok(())
    }

    fn bytes(&self, from: u64, to: u64) -> Result<Vec<u8>> {
        self.go_on()?;
        Ok(self.file.read(ByteOffset(from), to_usize(to.saturating_sub(from).min(LARGEST))).0)
    }

    /// The messages of a unit, each once, with where its row begins in the file.
    fn messages_of(&self, unit: &Unit) -> Result<Vec<Message>> {
        let mut found = Vec::new();
        let mut take = |from: u64, to: u64| -> Result<()> {
            let text = self.bytes(from, to)?;
            let base = to_usize(from);
            found.extend(messages(&text).into_iter().map(|m| Message { at: base + m.at, ..m }));
            Ok(())
        };
        // What is wrong with the options is said before them, and before any section.
        let head = unit.parts().next().map_or(unit.end, |p| p.start);
        take(unit.start.0, head.0)?;
        let summaries: Vec<Part> = unit.parts_of(PartKind::Messages).collect();
        for part in &summaries {
            take(part.start.0, part.end.0)?;
        }
        if summaries.is_empty() {
            for part in unit.parts_of(PartKind::Source) {
                take(part.start.0, part.end.0)?;
            }
        }
        Ok(found)
    }

    /// The messages of a unit that are bad enough, by the lines that they are about.
    fn placed(&self, unit: &Unit, least: Severity) -> Result<Vec<Placed>> {
        let mut found = self.messages_of(unit)?;
        found.retain(|m| m.severity >= least);
        let mut lines: BTreeMap<u32, Option<u64>> =
            found.iter().filter_map(|m| Some((m.line_id?, None))).collect();
        let mut left = lines.len();
        if left > 0 {
            self.cards(unit, &mut |id, at| {
                if let Some(place @ None) = lines.get_mut(&id) {
                    *place = Some(at);
                    left -= 1;
                }
                left > 0
            })?;
        }
        let placed = found.into_iter().map(|message| {
            let line = message.line_id.and_then(|id| lines.get(&id).copied().flatten());
            Placed { at: line.unwrap_or(to_u64(message.at)), message }
        });
        let mut placed: Vec<Placed> = placed.collect();
        placed.sort_by_key(|p| p.at);
        Ok(placed)
    }

    fn message(&self, least: Severity, which: Which, at: u64) -> Result<ListingAnswer> {
        let units = &self.contents.units;
        let least = if which == Which::Worst {
            let worst = self.contents.severity().map_or(Severity::Informational, Severity::of_code);
            worst.max(least)
        } else {
            least
        };
        // A unit that ended well has none that is bad.
        let may = |unit: &Unit| unit.severity.is_none_or(|code| Severity::of_code(code) >= least);
        let backward = matches!(which, Which::Previous | Which::Last);
        let near = |unit: &Unit| match which {
            Which::Next => unit.end.0 > at,
            Which::Previous => unit.start.0 < at,
            _ => true,
        };
        let in_order: Box<dyn Iterator<Item = Unit>> =
            if backward { Box::new(units.iter().rev()) } else { Box::new(units.iter()) };
        for unit in in_order.filter(near).filter(may) {
            let placed = self.placed(&unit, least)?;
            let found = match which {
                Which::Next => placed.iter().find(|p| p.at > at),
                Which::Previous => placed.iter().rev().find(|p| p.at < at),
                Which::First | Which::Worst => placed.first(),
                Which::Last => placed.last(),
            };
            if let Some(found) = found {
                let here: Vec<&Placed> = placed.iter().filter(|p| p.at == found.at).collect();
                let nth = placed.iter().position(|p| p.at == found.at).unwrap_or(0) + 1;
                let text = format!("{} ({nth} of {} in {})", told(&here), placed.len(), unit.name());
                return Ok(ListingAnswer::There { at: found.at, text });
            }
        }
        let kind = if least == Severity::Informational {
            "message".to_owned()
        } else {
            format!("message of severity {} or worse", least.letter())
        };
        Ok(nowhere(match which {
            Which::Next => format!("no {kind} behind this line"),
            Which::Previous => format!("no {kind} before this line"),
            _ => format!("the listing has no {kind}"),
        }))
    }

    /// From a row to the line it is about, from a line to its messages.
    fn other(&self, line: LineNo, at: u64) -> Result<ListingAnswer> {
        let (Some(unit), Some(part)) = (self.contents.unit_at(line), self.contents.part_at(line)) else {
            return Ok(nowhere("this line is in no section of the listing"));
        };
        let (text, _) = self.file.read(ByteOffset(at), LINE);
        let text = text.split(|b| *b == b'\n').next().unwrap_or_default();
        if let Some(number) = about(part.kind, text) {
            return self.numbered(number, line);
        }
        if part.kind != PartKind::Source {
            return Ok(nowhere("this line is about no line of the source"));
        }
        let mut here = None;
        self.cards(&unit, &mut |id, begins| {
            here = here.or((begins == at).then_some(id));
            here.is_none() && begins <= at
        })?;
        let Some(number) = here else { return Ok(nowhere("this is no line of the source")) };
        let all = self.messages_of(&unit)?;
        let found = all.into_iter().find(|m| m.line_id == Some(number) && !m.embedded);
        Ok(match found {
            Some(message) => {
                let at = to_u64(message.at);
                ListingAnswer::There { at, text: told(&[&Placed { at, message }]) }
            }
            None => nowhere(format!("no message is about line {number}")),
        })
    }

    fn page(&self, at: u64, direction: Direction) -> Result<ListingAnswer> {
        let spec = NeedleSpec { text: PAGES.to_owned(), kind: NeedleKind::Regex, ..NeedleSpec::default() };
        let needle = Needle::in_encoding(&spec, self.file.detected().format.encoding)?;
        let from = match direction {
            // Not the page that begins on this line.
            Direction::Forward => self.file.next_line(ByteOffset(at), self.budget)?,
            Direction::Backward => Some(ByteOffset(at)),
        };
        let sought = (&needle, &Scope::default());
        let hit = match from {
            Some(from) => self.file.find_in(sought, from, direction, self.budget, &mut |_| {})?,
            None => None,
        };
        Ok(match hit {
            Some(hit) => {
                let (text, _) = self.file.read(hit.line_start, LINE);
                let text = String::from_utf8_lossy(text.split(|b| *b == b'\n').next().unwrap_or_default());
                let page = text.to_ascii_lowercase().rfind("page ").and_then(|from| text.get(from + 5..));
                let page = page.unwrap_or_default().trim();
                ListingAnswer::There { at: hit.line_start.0, text: format!("page {page}") }
            }
            None if direction == Direction::Forward => nowhere("no page behind this line"),
            None => nowhere("no page before this line"),
        })
    }

    fn offset(&self, offset: u64, line: LineNo) -> Result<ListingAnswer> {
        let Some(unit) = self.unit(line) else {
            return Ok(nowhere("go to a line of the compile unit that the offset is in"));
        };
        let offsets = offsets(self.file, &unit, self.budget)?;
        let code = match offsets.at(offset, false) {
            At::Statements(code) => code,
            At::Before => {
                return Ok(nowhere(format!(
                    "+{offset:X} is before the first statement: the program begins there"
                )));
            }
            At::Behind => return Ok(nowhere(format!("+{offset:X} is behind the code of {}", unit.name()))),
            At::Unknown => {
                return Ok(nowhere(format!(
                    "{} has neither offsets nor code: compile with OFFSET or LIST",
                    unit.name()
                )));
            }
        };
        let Some(last) = code.last() else { return Ok(nowhere("nothing is there")) };
        Ok(match self.numbered(last.line_id, unit.line)? {
            ListingAnswer::There { at, .. } => ListingAnswer::There {
                at,
                text: format!("+{offset:X} of {}: {}", unit.name(), statements(&code)),
            },
            other => other,
        })
    }

    fn go_on(&self) -> Result<()> {
        go_on(self.budget)
    }
}

fn go_on(budget: &Budget) -> Result<()> {
    budget
        .check()
        .map_err(|stop| UserError::new("stopped reading the listing").cause(stop).exit(Exit::Interrupted))
}

/// Where the statements of a unit are, by its table of offsets, or else by its code.
///
/// # Errors
/// When the budget ends.
pub fn offsets(file: &SourceFile, unit: &Unit, budget: &Budget) -> Result<Offsets> {
    for (kind, read) in
        [(PartKind::Offset, Offsets::of_table as fn(&[u8]) -> Offsets), (PartKind::List, Offsets::of_code)]
    {
        for part in unit.parts_of(kind) {
            go_on(budget)?;
            let length = part.end.0.saturating_sub(part.start.0).min(LARGEST);
            let offsets = read(&file.read(part.start, to_usize(length)).0);
            if !offsets.code.is_empty() {
                return Ok(offsets);
            }
        }
    }
    Ok(Offsets::default())
}

/// Statements as they are told: `line 41 MOVE`.
fn statements(code: &[&Code]) -> String {
    code.iter().map(|c| format!("line {} {}", c.line_id, c.verb)).collect::<Vec<_>>().join(", ")
}

/// Messages about one line as they are told.
fn told(messages: &[&Placed]) -> String {
    let one = |p: &&Placed| {
        let Message { code, severity, text, .. } = &p.message;
        format!("{code}-{} {text}", severity.letter()).trim_start_matches('-').to_owned()
    };
    messages.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// The number of the source line that a row of a section of this kind is about.
fn about(kind: PartKind, line: &[u8]) -> Option<u32> {
    match kind {
        PartKind::Source | PartKind::Messages => messages(line).first()?.line_id,
        PartKind::DataMap | PartKind::DataXref | PartKind::ProcedureXref | PartKind::ProgramXref => {
            row(line).map(|(_, id)| id)
        }
        PartKind::Offset => Offsets::of_table(line).code.first().map(|c| c.line_id),
        _ => None,
    }
}

/// The name that a row of a map or a cross-reference is about, and the number of the line where that is defined.
pub(in crate::work) fn row(line: &[u8]) -> Option<(String, u32)> {
    let mapped = map(line).into_iter().find_map(|m| Some((m.name, m.line_id?)));
    // A row of a cross-reference knows its table by the heading above it.
    let headings: [&[u8]; 2] = [b" Defined   Cross-reference of data names\n", b"NAME DEFINED REFERENCES\n"];
    let rows = headings.iter().flat_map(|heading| xref(&[heading, line].concat()));
    mapped.or_else(|| rows.map(|r| (r.name, r.defined)).find(|r| r.1 > 0))
}
