//! The cards of a compiler listing: which of its lines are lines of the source, and where on a line the source begins. Owns
//! what is known of a listing between two lines; must not know what is on a card.
//!
//! What a listing prints above the source is a ruler, and the card begins under its first sign: no column is taken for granted.
//! A line is a card if it has a number under the heading of the numbers and nothing but nesting levels and the mark of a
//! copied line between that and the card. Carriage control may be on all lines, on none, or on some: so each line may be one
//! column beside the ruler. After "Enterprise COBOL for z/OS Programming Guide" (SOURCE, MAP and XREF output) and what `cobc -t`
//! prints. Any bytes are accepted; what is torn is no card.

use super::format::columns;
use memchr::memmem::Finder;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Digits of a line's number.
const DIGITS: usize = 6;
/// How far beside the ruler cards are looked for: so many columns, the one under the ruler among them.
const BESIDE: usize = 4;
/// Lines that are looked at for the next card.
const AHEAD: usize = 200;

/// The middle of the ruler of IBM's compilers. Its signs at column 73 are other ones in other code pages.
static RULER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("----+-*A-1-B--+----2"));

/// What tells the lines of a table or of another part from cards, where no heading of a page came between.
static PARTS: LazyLock<[Finder<'static>; 5]> = LazyLock::new(|| {
    ["ross-reference of", "ata Division Map", "DEFINED   ", "HEXLOC", "Warning summary:"].map(Finder::new)
});

/// What is known of a listing before one of its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cards {
    /// Where the number of a line begins, as a place in the line.
    number: u8,
    /// Where the card begins.
    card: u8,
    /// How far that is to the right of where rulers say.
    beside: u8,
    /// What follows is source, until something else is seen.
    within: bool,
    /// The source is in free format.
    free: bool,
}

/// A card on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Card {
    /// Where the number of the line begins, in bytes of the line.
    pub number_at: usize,
    /// Where the card begins; this may be behind the end of the line.
    pub at: usize,
    /// A COPY or an INCLUDE brought it in.
    pub copied: bool,
    /// It is the rest of the card before, which was too long for the listing.
    pub wrapped: bool,
}

impl Card {
    /// The card on `line`, with what is printed to the right of it.
    pub fn of(self, line: &[u8]) -> &[u8] {
        columns(line, self.at, line.len())
    }

    /// The number that the compiler gave to the line; `None` if it is written in hexadecimal digits.
    pub fn number(self, line: &[u8]) -> Option<u32> {
        let digits = columns(line, self.number_at, self.number_at + DIGITS);
        std::str::from_utf8(digits).ok()?.parse().ok()
    }
}

impl Cards {
    /// Of a listing of which nothing was read but the heading of a page, with or without carriage control: the columns that
    /// most have.
    pub(super) fn unknown(carriage_control: bool) -> Self {
        let shift = u8::from(carriage_control);
        Self { number: 2 + shift, card: 17 + shift, beside: 0, within: true, free: false }
    }

    /// The same for a listing that goes on with these lines. Programs that rewrite listings may leave the cards of one beside
    /// its ruler: sequence numbers of most of them show that.
    pub(super) fn settled<'a>(self, lines: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut votes = [0u32; BESIDE];
        let mut cards = self;
        for line in lines {
            let Some(card) = cards.take(line) else { continue };
            for (shift, vote) in (0..).zip(&mut votes) {
                *vote += u32::from(is_numbered(columns(line, card.at + shift, line.len())));
            }
        }
        let here = votes.first().copied().unwrap_or_default();
        let best = (0u8..).zip(votes).max_by_key(|(shift, votes)| (*votes, u8::MAX - shift));
        match best.filter(|(_, votes)| *votes > 4 && *votes > here.saturating_mul(4)) {
            Some((shift, _)) => Self { beside: shift, card: self.card.saturating_add(shift), ..self },
            None => self,
        }
    }

    /// The same columns somewhere among the cards.
    pub(super) fn amidst(self) -> Self {
        Self { within: true, ..self }
    }

    /// The column behind the number of a line and the mark of a copied one.
    pub(super) fn numbered_to(self) -> usize {
        usize::from(self.number) + DIGITS + 1
    }

    /// Whether the cards are in free format.
    pub(super) fn is_free(self) -> bool {
        self.free
    }

    /// The same behind a directive that says whether free format follows.
    pub(super) fn directed(self, free: bool) -> Self {
        Self { free, ..self }
    }

    /// Takes the next line (without its line feed) and gives the card on it, if it is one.
    #[inline]
    pub fn take(&mut self, line: &[u8]) -> Option<Card> {
        if self.within
            && let Some(card) = self.card(line)
        {
            return Some(card);
        }
        self.other(line);
        None
    }

    /// Takes a line that is no card.
    fn other(&mut self, line: &[u8]) {
        if is_row(line) {
            return;
        }
        if let Some(ruler) = ruler(line) {
            // The ruler is that of the start of the source, also where a directive has changed the format since.
            let card = ruler.card.saturating_add(self.beside);
            let free = ruler.free || (self.free && (self.number, self.card) == (ruler.number, card));
            *self = Self { card, beside: self.beside, free, ..ruler };
        } else if self.within && ends_source(line) {
            self.within = false;
        }
    }

    /// The card on a line of this part.
    #[inline]
    fn card(self, line: &[u8]) -> Option<Card> {
        let (number, card) = (usize::from(self.number), usize::from(self.card));
        card_at(line, number, card)
            .or_else(|| card_at(line, number + 1, card + 1))
            .or_else(|| card_at(line, number.checked_sub(1)?, card.checked_sub(1)?))
    }

    /// Whether the next card in `text`, which begins behind the end of a line, was brought in. `None` if there is none near.
    pub(super) fn next_is_copied(mut self, text: &[u8]) -> Option<bool> {
        text.split(|b| *b == b'\n').take(AHEAD).find_map(|line| self.take(line)).map(|card| card.copied)
    }
}

/// Whether a card begins with a sequence number, and what is behind that may be an indicator.
fn is_numbered(card: &[u8]) -> bool {
    columns(card, 0, 6).iter().all(u8::is_ascii_digit) && card.get(6).is_some_and(|b| b" *-/Dd".contains(b))
}

/// The card on a line whose number begins at `number`.
#[inline]
fn card_at(line: &[u8], number: usize, card: usize) -> Option<Card> {
    if let Some((before, digits, between)) = plain(line, number, card)
        && before.iter().chain(between).all(|b| *b == b' ')
        && digits.iter().all(u8::is_ascii_digit)
    {
        return Some(Card { number_at: number, at: card, copied: false, wrapped: false });
    }
    let before = line.get(..number)?;
    let digits = line.get(number..number + DIGITS)?;
    let between = columns(line, number + DIGITS, card);
    let control =
        |(at, b): (usize, &u8)| *b == b' ' || (at == 0 && matches!(b, b'0' | b'-' | b'+' | b'1' | 0x0C));
    if !digits.first()?.is_ascii_digit()
        || !digits.iter().all(|b| b.is_ascii_digit() || matches!(b, b'A'..=b'F'))
        || !before.iter().enumerate().all(control)
    {
        return None;
    }
    let (mark, levels) = between.split_first().unwrap_or((&b' ', &[]));
    // Levels are small numbers: one of four digits is something else, such as an offset.
    let mut run = 0;
    let small = |b: &u8| {
        run = if b.is_ascii_digit() { run + 1 } else { 0 };
        run < 4 && matches!(b, b' ' | b'*' | b'0'..=b'9')
    };
    let parted = levels.last().is_none_or(|b| matches!(b, b' ' | b'*')) || line.len() < card;
    (matches!(mark, b' ' | b'*' | b'+' | b'C' | b'D' | b'I') && levels.iter().all(small) && parted)
        .then_some(Card { number_at: number, at: card, copied: *mark == b'C', wrapped: *mark == b'+' })
}

/// What is before the number of a line, the number, and what is between it and the card.
#[inline]
fn plain(line: &[u8], number: usize, card: usize) -> Option<(&[u8], &[u8; DIGITS], &[u8])> {
    let (before, rest) = line.get(..card)?.split_at_checked(number)?;
    let (digits, between) = rest.split_first_chunk()?;
    Some((before, digits, between))
}

/// The columns that a ruler gives, if the line is one.
pub(super) fn ruler(line: &[u8]) -> Option<Cards> {
    let place = |at: usize| u8::try_from(at).ok();
    let line = columns(line, 0, 160);
    let text = line.trim_ascii_start();
    let indent = line.len() - text.len();
    let cards = |number, card, free| {
        Some(Cards { number: place(number)?, card: place(card)?, beside: 0, within: true, free })
    };
    if text.starts_with(b"LINE    ") && !text.starts_with(b"LINE     ") {
        let fixed = text.starts_with(b"LINE    PG/LN  A...B.....");
        let signs = columns(text, 8, text.len()).trim_ascii_end();
        let free = signs.starts_with(b".....") && memchr::memmem::find(signs, b".SOURCE.").is_some();
        return if fixed || free { cards(indent, indent + 8, free) } else { None };
    }
    let card = RULER.find(line)?;
    // Over the levels stand PL and SL, over the numbers LineID, in the language of the listing.
    let heading = columns(line, 0, card);
    let number = heading.iter().position(u8::is_ascii_alphabetic)?;
    let words = heading.split(|b| *b == b' ').filter(|w| !w.is_empty() && *w != b"0").count();
    (words >= 3 && number + DIGITS < card).then(|| cards(number, card, false)).flatten()
}

/// Whether a line is the heading that compilers print on each page.
pub(super) fn is_page_heading(line: &[u8]) -> bool {
    let text = columns(line, 0, 160);
    let has = |what: &[u8]| memchr::memmem::find(text, what).is_some();
    // Carriage control, or a form feed.
    let text = text.strip_prefix(b"1").or_else(|| text.strip_prefix(b"\x0C")).unwrap_or(text);
    (text.trim_ascii_start().starts_with(b"PP 5") && has(b"COBOL") && has(b" Page "))
        || (text.starts_with(b"GnuCOBOL ") && has(b"  Page "))
}

/// Whether a line is one of a table: it begins with a number, as no heading does.
#[inline]
fn is_row(line: &[u8]) -> bool {
    let mut text = line.iter().take(32).skip_while(|b| **b == b' ');
    matches!((text.next(), text.next()), (Some(b'0'..=b'9'), Some(b'0'..=b'9')))
}

/// Whether a line ends the source: the heading of a page, or that of another part of the listing.
fn ends_source(line: &[u8]) -> bool {
    // A message between two cards may quote anything.
    let message = columns(line, 0, 6).windows(2).any(|w| w == b"==");
    !message && (is_page_heading(line) || PARTS.iter().any(|p| p.find(line).is_some()))
}

#[cfg(test)]
pub(in crate::code) mod tests;
