//! Decks of IEBUPDTE: members one after the other, each behind a `./ ADD` (z/OS DFSMS Utilities, SC23-6864), in ASCII or in
//! EBCDIC, in lines or in records of 80 bytes. Where a deck is itself a member of another, as on the CBT tape, `><` stands
//! for `./`.

use super::super::encoding::{Encoding, Start};
use super::super::records::{LineFeed, Records};
use super::kind::{Kind, LOOK};
use super::member::{Entry, Found, Member, Place, shown_day};
use super::reader::Reader;
use crate::base::Result;
use crate::base::num::{to_u64, to_usize};
use std::num::NonZeroU32;

/// Bytes of a record.
const CARD: usize = 80;
/// Bytes of a line that matter.
const LINE: usize = 160;
/// Records before the first member that are looked through, for the JCL around a deck.
const BEFORE: usize = 200;
/// Bytes that are looked at once.
const WINDOW: usize = 64 << 10;

/// How a deck is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deck {
    encoding: Encoding,
    /// The byte that ends a line; `None` for cards.
    feed: Option<u8>,
    marker: [u8; 2],
}

/// What a control statement does.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Control {
    /// A member begins: its name, and what follows the name.
    Add { name: String, stats: String },
    /// Its operands go on with the next statement.
    Unfinished,
    /// Something about the member, which is none of its text.
    Detail,
    /// Another name of the member before.
    Alias(String),
    /// The deck ends.
    End,
}

impl Deck {
    /// How a file that begins with `start` is one.
    pub fn of(start: &[u8]) -> Option<Self> {
        let encodings = [Encoding::Utf8, Encoding::Cp1047];
        let markers = ["./", "><"];
        let mut all = encodings.into_iter().flat_map(|e| markers.map(|m| (e, m)));
        all.find_map(|(encoding, marker)| {
            let marker: [u8; 2] = encoding.encode(marker).ok()?.try_into().ok()?;
            let feeds: &[LineFeed] = match encoding {
                Encoding::Utf8 => &[LineFeed::Lf],
                _ => &[LineFeed::EbcdicNl, LineFeed::EbcdicLf],
            };
            let first = start.get(..2 * LINE).unwrap_or(start);
            let feed = feeds.iter().map(|f| f.byte()).find(|f| first.contains(f));
            let deck = Self { encoding, feed, marker };
            deck.begins(start).then_some(deck)
        })
    }

    /// Whether the first statement is that of a member, with nothing but JCL before it.
    fn begins(self, start: &[u8]) -> bool {
        let mut at = 0;
        for _ in 0..BEFORE {
            let Some(line) = self.line(start.get(at..).unwrap_or_default()) else { return false };
            let text = line.0;
            if text.starts_with(&self.marker) {
                return matches!(self.control(text, false), Some(Control::Add { .. } | Control::Unfinished));
            }
            let jcl = self.encoding.text(text.get(..2).unwrap_or(text), Start::Line);
            if !matches!(jcl.as_str(), "//" | "/*") {
                return false;
            }
            at += line.1;
        }
        false
    }

    /// The first line of `bytes` without what ends it, and where the next one begins.
    fn line(self, bytes: &[u8]) -> Option<(&[u8], usize)> {
        match self.feed {
            Some(feed) => {
                let end = memchr::memchr(feed, bytes);
                let text = bytes.get(..end.unwrap_or(bytes.len()))?;
                (!bytes.is_empty()).then(|| (text, end.map_or(bytes.len(), |e| e + 1)))
            }
            None => {
                let length = CARD.min(bytes.len());
                (length > 0).then(|| (bytes.get(..length).unwrap_or_default(), length))
            }
        }
    }

    /// What a line with a marker means; `None` if it is text after all. `unfinished`: operands are to go on.
    fn control(self, line: &[u8], unfinished: bool) -> Option<Control> {
        let most = if self.feed.is_some() { LINE } else { 72 };
        let line = line.get(..most.min(line.len()))?;
        let text = self.encoding.text(line, Start::Line);
        let text: String = text.chars().skip(2).collect();
        let labelled = !text.starts_with(' ');
        let mut words = text.split_whitespace();
        if labelled && !unfinished {
            words.next();
        }
        if unfinished {
            return Some(operands(words));
        }
        match words.next()?.to_ascii_uppercase().as_str() {
            "ADD" | "REPL" | "CHANGE" | "REPRO" => Some(operands(words)),
            "NUMBER" | "DELETE" | "LABEL" => Some(Control::Detail),
            "ALIAS" => match operands(words) {
                Control::Add { name, .. } => Some(Control::Alias(name)),
                _ => Some(Control::Detail),
            },
            "ENDUP" => Some(Control::End),
            _ => None,
        }
    }
}

/// Operands of a statement that begins a member.
fn operands<'t>(mut words: impl Iterator<Item = &'t str>) -> Control {
    let Some(operands) = words.next() else { return Control::Unfinished };
    let upper = operands.to_ascii_uppercase();
    let name = upper.split(',').find_map(|o| o.strip_prefix("NAME=").map(str::to_owned));
    match name {
        Some(name) if !name.is_empty() => {
            Control::Add { name, stats: words.next().unwrap_or_default().to_owned() }
        }
        _ if upper.ends_with(',') => Control::Unfinished,
        _ => Control::Detail,
    }
}

/// The members.
///
/// # Errors
/// Only if the budget ends.
pub fn list(reader: &mut Reader<'_>, deck: Deck) -> Result<Found> {
    let records = deck.feed.is_none().then(|| NonZeroU32::new(80).map(Records::Fixed)).flatten();
    let written = if deck.feed.is_some() { "lines" } else { "cards" };
    let what =
        format!("IEBUPDTE deck, {written}, {}", if deck.encoding.is_ebcdic() { "EBCDIC" } else { "ASCII" });
    let mut found = Found { what, records, ..Found::default() };
    let mut list = List { found: &mut found, open: None, unfinished: false, ended: false };
    let mut at = 0;
    while !list.ended {
        let window = reader.look(at, WINDOW)?;
        if window.is_empty() {
            break;
        }
        let last = window.len() < WINDOW;
        let mut inside = 0;
        while let Some((line, next)) = deck.line(window.get(inside..).unwrap_or_default()) {
            let whole = inside + next < window.len() || last || next > WINDOW / 2;
            if !whole || list.ended {
                break;
            }
            list.take(deck, line, at + to_u64(inside));
            inside += next;
        }
        at += to_u64(inside);
        if inside == 0 {
            break;
        }
    }
    list.close(at);
    for entry in &mut found.entries {
        if let Place::At(at, length) = entry.place {
            let look = LOOK.min(to_usize(length));
            let start = reader.look(at, look)?;
            entry.member.kind = Kind::of(&entry.member.name, start.get(..look).unwrap_or(start));
        }
    }
    Ok(found)
}

/// The list as it grows.
struct List<'f> {
    found: &'f mut Found,
    /// The member that is being read: what is known of it, where its text begins, its lines.
    open: Option<(Member, Option<u64>, u64)>,
    unfinished: bool,
    ended: bool,
}

impl List<'_> {
    fn take(&mut self, deck: Deck, line: &[u8], at: u64) {
        let control = line.starts_with(&deck.marker).then(|| deck.control(line, self.unfinished)).flatten();
        self.unfinished = control == Some(Control::Unfinished);
        match control {
            None => {
                if let Some((_, from, lines)) = &mut self.open {
                    from.get_or_insert(at);
                    *lines += 1;
                }
            }
            Some(Control::Add { name, stats }) => {
                self.close(at);
                self.open = Some((member(name, &stats), None, 0));
            }
            Some(Control::Alias(name)) => {
                self.close(at);
                let of = self.found.entries.iter().rev().find(|e| e.member.opens).cloned();
                if let Some(mut entry) = of {
                    entry.member.note = format!("alias of {}", entry.member.name);
                    entry.member.name = name;
                    self.ended |= !self.found.push(entry);
                }
            }
            Some(Control::Unfinished | Control::Detail) => {
                // Between lines of text it ends what can be shown in one piece.
                if self.open.as_ref().is_some_and(|(_, from, _)| from.is_some()) {
                    self.close(at);
                }
            }
            Some(Control::End) => {
                self.close(at);
                self.ended = true;
            }
        }
    }

    /// The member that is being read ends before `at`.
    fn close(&mut self, at: u64) {
        let Some((mut member, from, lines)) = self.open.take() else { return };
        let from = from.unwrap_or(at);
        (member.bytes, member.records, member.opens) = (Some(at - from), Some(lines), true);
        self.ended |= !self.found.push(Entry { member, place: Place::At(from, at - from) });
    }
}

/// A member by its name and the statistics behind it: `0100-98231-98231-1412-00021-00021-00000-USER`, as PDSLOAD has them.
fn member(name: String, stats: &str) -> Member {
    let parts: Vec<&str> = stats.split('-').collect();
    let mut new = Member { name, ..Member::default() };
    if let [_, _, day, time, .., user] = parts.as_slice()
        && parts.len() >= 7
    {
        let number = |text: &str| text.parse::<i16>().ok();
        if let (Some(day), Some(time)) = (day.parse::<i32>().ok(), number(time)) {
            let short = i16::try_from(day / 1000).unwrap_or(0);
            let year = if short < 60 { 2000 + short } else { 1900 + short };
            let (hour, minute) =
                (u8::try_from(time / 100).unwrap_or(99), u8::try_from(time % 100).unwrap_or(99));
            new.changed = shown_day(year, i16::try_from(day % 1000).unwrap_or(0), hour, minute);
        }
        (*user).clone_into(&mut new.user);
    }
    new
}
