//! Putting members in, and members into members.

use super::pattern::Matcher;
use super::region::{Means, Region};
use super::replacing::{note, replace, replace_statements, rest_of_line, take};
use super::statement::{self, Card, CopyKind, CopyStatement};
use super::supplied::supplied_by;
use super::trace::{Copy, Expanded, Lineage, Origin, Outcome, Remark, RemarkKind, Traced};
use super::weave::Weaver;
use super::words::{Kind, Stream, Text, Word};
use super::work::{DEPTH_MAX, Full, Gauge, Limits};
use super::{Member, Members, Missing};
use crate::base::Budget;
use crate::base::num::{thousands, to_u64};
use crate::code::format::line_kind;
use crate::code::model::{LineKind, SourceFormat};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Remarks that are kept; what a thousand did not say more will not.
const REMARKS_MAX: usize = 1000;
/// Letters of a name in a message.
const NAME_MAX: usize = 60;

/// Puts the members that a program asks for in, and does what its REPLACE statements say.
///
/// Never fails: what cannot be put in stays as it is, with a remark. When `budget` ends the rest of the program stays as
/// it is too. A listing has its members in it and comes back as it is. Programs of 4 GiB and more are not looked at.
pub fn expand(text: &[u8], format: SourceFormat, members: &dyn Members, budget: &Budget) -> Expanded {
    expand_within(text, format, members, Gauge::new(budget, Limits::REAL))
}

/// The same within other limits.
pub(super) fn expand_within(
    text: &[u8],
    format: SourceFormat,
    members: &dyn Members,
    gauge: Gauge<'_>,
) -> Expanded {
    if format.is_listing() {
        return as_it_is(text, format);
    }
    let format = if format == SourceFormat::NotCobol { SourceFormat::Fixed } else { format };
    let mut splicer = Splicer {
        members,
        gauge,
        copies: Vec::new(),
        remarks: Vec::new(),
        known: HashMap::new(),
        chain: Vec::new(),
        replaces: false,
        said: HashSet::new(),
        limited: false,
    };
    let mut woven = splicer.splice(text, format, 0).traced;
    if splicer.replaces {
        woven = replace_statements(&woven, format, &mut splicer.gauge);
    }
    splicer.limit(Place { at: Origin::default(), column: 1, format, debug: false });
    let mut expanded = Expanded {
        text: woven.text,
        format,
        origins: woven.origins,
        copies: splicer.copies,
        problems: splicer.remarks,
        stopped: splicer.gauge.stopped,
    };
    expanded.find_lines();
    expanded
}

/// A listing: its compiler has put the members in.
fn as_it_is(text: &[u8], format: SourceFormat) -> Expanded {
    let lines = text.split_inclusive(|b| *b == b'\n');
    let origins = (0..).zip(lines).map(|(line, _)| Lineage::Source(0).of(line)).collect();
    Expanded { text: text.to_vec(), format, origins, copies: Vec::new(), problems: Vec::new(), stopped: None }
}

/// A member that was asked for: its text, or why there is none.
type Answer = Result<Member, Missing>;

struct Splicer<'m> {
    members: &'m dyn Members,
    gauge: Gauge<'m>,
    copies: Vec<Copy>,
    remarks: Vec<Remark>,
    /// What was asked for before.
    known: HashMap<(String, Option<String>), Answer>,
    /// The files that are being put in, each in the one before, and how they were called.
    chain: Vec<(Arc<str>, String)>,
    /// REPLACE was seen.
    replaces: bool,
    /// Where remarks were made: file, line, column and about what.
    said: HashSet<(Option<Arc<str>>, u32, u32, RemarkKind)>,
    /// A limit was spoken of.
    limited: bool,
}

/// A text with its members put in.
struct Woven {
    traced: Traced,
    /// The format in force at its end.
    format: SourceFormat,
    /// Whether its last word is a period, if it has words.
    ended: Option<bool>,
}

/// Where a statement stands.
#[derive(Debug, Clone, Copy)]
struct Place {
    at: Origin,
    column: u32,
    format: SourceFormat,
    debug: bool,
}

/// What is to be done at a word.
enum Due {
    /// Nothing: it stays.
    Word,
    /// So many words stay as they are, whatever they are.
    Words(usize),
    /// A member comes in.
    Copy(CopyStatement),
}

impl Splicer<'_> {
    /// Puts members into a text, the one of `source`.
    fn splice(&mut self, raw: &[u8], format: SourceFormat, source: u32) -> Woven {
        let text = Text::new(raw, format);
        let mut stream = Stream::new(&text);
        let mut weaver = Weaver::new(&text, Lineage::Source(source));
        let mut region = Region::default();
        let mut ended = None;
        let mut words = Vec::new();
        while let Some(word) = stream.peek(0) {
            self.gauge.step(1);
            if !self.gauge.goes_on() {
                rest_of_line(&mut stream, &mut weaver);
                break;
            }
            let place = Place {
                at: Origin { source, line: word.line, changed: false },
                column: u32::try_from(text.column_of(&word)).unwrap_or(0).saturating_add(1),
                format: word.format,
                debug: word.debug,
            };
            let mut count = 1;
            match self.due(&text, &mut stream, &mut region, &word, place) {
                Due::Copy(statement) => {
                    count = statement.words;
                    if let Some(block) = self.copy(&statement, place) {
                        take(&mut stream, count, &mut words);
                        if statement.kind == CopyKind::SqlInclude && block.ended != Some(false) {
                            // The period is the statement's, unless what is put in has none.
                            take_period(&mut stream, &mut words);
                        }
                        note(&text, &mut weaver, &words);
                        weaver.block(block.traced);
                        ended = block.ended.or(ended);
                        continue;
                    }
                }
                Due::Words(words) => count = words,
                Due::Word => {}
            }
            take(&mut stream, count, &mut words);
            for word in &words {
                weaver.keep(word);
            }
            ended = words.iter().rfind(|w| w.counts()).map(|w| w.kind == Kind::Period).or(ended);
        }
        Woven { traced: weaver.finish(), format: stream.format(), ended }
    }

    /// What is to be done at the next word of `stream`.
    fn due(
        &mut self,
        text: &Text<'_>,
        stream: &mut Stream<'_>,
        region: &mut Region,
        word: &Word,
        place: Place,
    ) -> Due {
        if word.kind == Kind::Directive {
            match statement::card(text, word) {
                Some(Card::Include(statement)) => return Due::Copy(statement),
                Some(Card::Basis(name)) => self.remark(
                    RemarkKind::Basis,
                    place,
                    format!("this text is changes to {}, which is not put in", shown(&name)),
                ),
                None => {}
            }
            return Due::Word;
        }
        match region.take(text, stream, word) {
            Means::Copy => match statement::copy(text, stream) {
                Ok(statement) => {
                    if !statement.ended {
                        let name = shown(&statement.name);
                        self.remark(RemarkKind::Syntax, place, format!("COPY {name} without its period"));
                    }
                    Due::Copy(statement)
                }
                Err(wrong) => {
                    self.remark(RemarkKind::Syntax, place, format!("this COPY is not done: {wrong}"));
                    Due::Word
                }
            },
            Means::Exec => match statement::sql_include(text, stream) {
                Some(statement) => {
                    region.leave_exec();
                    Due::Copy(statement)
                }
                None => Due::Word,
            },
            Means::Replace => match statement::replace(text, stream) {
                // A COPY in what it replaces is none.
                Some((_, words)) => {
                    self.replaces = true;
                    Due::Words(words)
                }
                None => Due::Word,
            },
            Means::EndProgram | Means::Nothing => Due::Word,
        }
    }

    /// What a statement puts in; `None` if it is not done, which is said then.
    fn copy(&mut self, statement: &CopyStatement, place: Place) -> Option<Woven> {
        let admitted = self.admit(statement, place);
        let (outcome, file) = match &admitted {
            Ok(member) => (Outcome::Copied, Some(Arc::clone(&member.file))),
            Err((outcome, file)) => (*outcome, file.clone()),
        };
        let name = shown(&statement.name);
        self.copies.push(Copy {
            kind: statement.kind,
            name: name.clone(),
            library: statement.library.as_deref().map(shown),
            file,
            outcome,
            at: place.at,
            lines: None,
        });
        let member = admitted.ok()?;
        let source = u32::try_from(self.copies.len()).unwrap_or(u32::MAX);
        self.chain.push((Arc::clone(&member.file), name));
        let mut woven = self.splice(&member.text, place.format, source);
        self.chain.pop();
        if !statement.replacing.is_empty() {
            let matcher = Matcher::new(statement.replacing.clone());
            woven.traced = replace(&woven.traced, place.format, matcher, &mut self.gauge);
        }
        if woven.format != place.format {
            // A change of format ends with the member.
            woven.traced.push(back_to(place.format), place.at);
        }
        if place.debug {
            woven.traced = debugging(&woven.traced, place.format);
        }
        Some(woven)
    }

    /// The member of a statement, if it may be put in; else why not, which is said.
    fn admit(
        &mut self,
        statement: &CopyStatement,
        place: Place,
    ) -> Result<Member, (Outcome, Option<Arc<str>>)> {
        if self.gauge.full.is_some() || !self.gauge.member() {
            self.limit(place);
            return Err((Outcome::Refused, None));
        }
        let name = shown(&statement.name);
        let member = match self.member(statement) {
            Ok(member) => member,
            Err(Missing { why, near, refused }) => {
                let mut message = format!("copybook {name} {why}");
                if let Some(product) = supplied_by(&name) {
                    message.push_str(&format!("; it comes with {product}"));
                } else if !near.is_empty() {
                    message.push_str(&format!("; did you mean {}?", near.join(" or ")));
                }
                let (kind, outcome) = if refused {
                    (RemarkKind::Refused, Outcome::Refused)
                } else {
                    (RemarkKind::Missing, Outcome::Missing)
                };
                self.remark(kind, place, message);
                return Err((outcome, None));
            }
        };
        let refused = Err((Outcome::Refused, Some(Arc::clone(&member.file))));
        if let Some(from) = self.chain.iter().position(|(file, _)| *file == member.file) {
            let names = self.chain.iter().skip(from).map(|(_, name)| name.as_str());
            let circle = names.chain([name.as_str()]).collect::<Vec<_>>().join(" > ");
            self.remark(RemarkKind::Cycle, place, format!("this COPY goes round in a circle: {circle}"));
            return refused;
        }
        if self.chain.len() >= DEPTH_MAX {
            let message = format!("copybook {name} is {DEPTH_MAX} levels deep, and no deeper one is put in");
            self.remark(RemarkKind::Limit, place, message);
            return refused;
        }
        if !self.gauge.bytes(member.text.len()) {
            self.limit(place);
            return refused;
        }
        if member.elsewhere {
            let library = statement.library.as_deref().map(shown).unwrap_or_default();
            let message = format!("copybook {name} is not in {library}; {} is taken", member.file);
            self.remark(RemarkKind::Elsewhere, place, message);
        }
        Ok(member)
    }

    fn member(&mut self, statement: &CopyStatement) -> Answer {
        let key =
            (statement.name.to_ascii_uppercase(), statement.library.as_deref().map(str::to_ascii_uppercase));
        let ask = || self.members.member(&statement.name, statement.library.as_deref());
        self.known.entry(key).or_insert_with(ask).clone()
    }

    /// Says something about a place; once, however often its member is put in.
    fn remark(&mut self, kind: RemarkKind, place: Place, message: String) {
        let file = self.chain.last().map(|(file, _)| Arc::clone(file));
        let said = !self.said.insert((file, place.at.line, place.column, kind));
        if !said && self.remarks.len() < REMARKS_MAX {
            self.remarks.push(Remark { kind, at: place.at, column: place.column, message });
        }
    }

    /// Says which limit was reached, where that is seen first.
    fn limit(&mut self, place: Place) {
        let Some(full) = self.gauge.full.filter(|_| !self.limited) else { return };
        self.limited = true;
        let most = match full {
            Full::Members => format!("{} copybooks", thousands(to_u64(self.gauge.limits.members))),
            Full::Bytes => format!("{} MiB of copied text", self.gauge.limits.bytes >> 20),
            Full::Steps => "the words that are compared for one program".to_owned(),
        };
        self.remark(RemarkKind::Limit, place, format!("{most} are reached: from here on nothing is put in"));
    }
}

/// A name as messages show it: of any length and with any bytes, but one line.
fn shown(name: &str) -> String {
    let mut short: String =
        name.chars().take(NAME_MAX).map(|c| if c.is_control() { '?' } else { c }).collect();
    if short.len() < name.len() {
        short.push_str("...");
    }
    short
}

fn take_period(stream: &mut Stream<'_>, words: &mut Vec<Word>) {
    if let Some(period) = stream.peek(0).filter(|w| w.kind == Kind::Period) {
        stream.next();
        words.push(period);
    }
}

/// The directive that sets a format, wherever lines begin.
fn back_to(format: SourceFormat) -> &'static [u8] {
    match format {
        SourceFormat::Free => b"       >>SOURCE FORMAT IS FREE\n",
        SourceFormat::Variable => b"       >>SOURCE FORMAT IS VARIABLE\n",
        SourceFormat::Fixed | SourceFormat::Listing(_) | SourceFormat::NotCobol => {
            b"       >>SOURCE FORMAT IS FIXED\n"
        }
    }
}

/// The lines as those of a COPY on a debugging line: they are debugging lines too.
fn debugging(lines: &Traced, format: SourceFormat) -> Traced {
    let mut out = Traced::default();
    for (line, origin) in lines.text.split_inclusive(|b| *b == b'\n').zip(&lines.origins) {
        let is_code = line_kind(line.trim_ascii_end(), format) == LineKind::Code;
        let mut line = line.to_vec();
        match (format, line.get_mut(6)) {
            (SourceFormat::Free, _) if is_code => line.splice(..0, *b">>D ").for_each(drop),
            (_, Some(indicator @ b' ')) if is_code => *indicator = b'D',
            _ => {}
        }
        out.push(&line, Origin { changed: origin.changed || is_code, ..*origin });
    }
    out
}
