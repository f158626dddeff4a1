//! Replies without what files and entries say, for crash reports: shapes and numbers stay, so that a replay still shows
//! what the desk did; letters become `x` and digits `9`.

use super::{Compared, Envelope, ListingAnswer, NameRow, Reply, Revisited, Sorted, Sought, Walk, Wish};
use crate::base::{UserError, Word};
use crate::kb::search::{Found, SearchResult};
use crate::source::{Members, Page};
use crate::store::{CodeReference, Entry, EntryHead, LineNote};

impl Envelope {
    /// The same without the texts of files and entries.
    #[must_use]
    pub fn redacted(&self) -> Self {
        let reply = self.reply.clone().map(Reply::redacted).map_err(|error| redacted_error(&error));
        Self { reply, ..self.clone() }
    }
}

/// The sentences of an error without what they quote and without paths: what failed stays readable.
#[must_use]
pub fn redacted_error(error: &UserError) -> UserError {
    let mut error = error.clone();
    for text in [&mut error.what, &mut error.cause, &mut error.hint] {
        *text = redacted_sentence(text);
    }
    error
}

/// A sentence of the program without what it quotes (between `"`, `'` or back quotes) and without words that are paths.
#[must_use]
pub fn redacted_sentence(text: &str) -> String {
    let mut open: Option<char> = None;
    let words = text.split_inclusive(char::is_whitespace).map(|word| {
        let path = word.contains('/');
        let letters = word.chars().map(|c| {
            let quote = matches!(c, '"' | '\'' | '`');
            match open {
                Some(end) if c == end => open = None,
                None if quote => open = Some(c),
                _ if path || open.is_some() => return masked(c),
                _ => {}
            }
            c
        });
        letters.collect::<String>()
    });
    words.collect()
}

/// A text of letters and digits as crash reports show it.
#[must_use]
pub fn redacted_text(text: &str) -> String {
    text.chars().map(masked).collect()
}

pub(super) fn mask(text: &mut String) {
    *text = text.chars().map(masked).collect();
}

fn masked(c: char) -> char {
    match c {
        c if c.is_ascii_digit() => '9',
        c if c.is_alphanumeric() => 'x',
        c => c,
    }
}

fn mask_all(texts: &mut [String]) {
    texts.iter_mut().for_each(mask);
}

fn mask_words(words: &mut [Word]) {
    for word in words {
        let mut text = word.to_string();
        mask(&mut text);
        *word = Word::from(text);
    }
}

fn mask_link(link: &mut CodeReference) {
    mask(&mut link.file);
    mask(&mut link.symbol);
    mask(&mut link.note);
    mask(&mut link.anchor);
}

fn mask_note(note: &mut LineNote) {
    mask(&mut note.anchor);
    mask(&mut note.text);
}

fn mask_members(list: &mut Members) {
    mask(&mut list.what);
    mask_all(&mut list.problems);
    for member in &mut list.members {
        mask(&mut member.name);
        mask(&mut member.user);
        mask(&mut member.note);
    }
}

fn mask_sought(sought: &mut Sought) {
    mask_all(&mut sought.problems);
    for file in &mut sought.files {
        mask(&mut file.path);
        mask(&mut file.name);
        for line in &mut file.lines {
            mask(&mut line.text);
            line.unit.iter_mut().for_each(mask);
        }
    }
}

fn mask_sorted(sorted: &mut Sorted) {
    for row in &mut sorted.rows {
        mask(&mut row.text);
        row.unit.iter_mut().for_each(mask);
    }
}

fn mask_revisited(known: &mut Revisited) {
    known.of.iter_mut().for_each(mask);
    known.found.iter_mut().for_each(|f| mask(&mut f.kept.anchor));
}

fn mask_compared(compared: &mut Compared) {
    mask(&mut compared.with);
    for row in &mut compared.rows {
        mask(&mut row.inside);
        mask(&mut row.text);
    }
}

fn mask_head(head: &mut EntryHead) {
    mask(&mut head.title);
    mask_words(&mut head.tags);
}

fn mask_entry(entry: &mut Entry) {
    let body = &mut entry.body;
    for text in [&mut body.title, &mut body.problem, &mut body.solution, &mut body.author, &mut entry.notes] {
        mask(text);
    }
    for texts in [&mut body.tags, &mut body.aliases, &mut body.codes, &mut body.references, &mut body.related]
    {
        mask_all(texts);
    }
}

impl Wish {
    /// The same without what a person typed or a text says.
    #[must_use]
    pub fn redacted(&self) -> Self {
        match self {
            Self::Say(tone, text) => Self::Say(*tone, redacted_sentence(text)),
            Self::Fail(error) => Self::Fail(redacted_error(error)),
            Self::OpenFile { path, line } => Self::OpenFile { path: redacted_text(path), line: *line },
            Self::SearchFor(text) => Self::SearchFor(redacted_text(text)),
            Self::AttachHere(_)
            | Self::LinkHere(_)
            | Self::ShowEntry(_)
            | Self::ShowSource
            | Self::NextPane => self.clone(),
        }
    }
}

fn mask_results(result: &mut SearchResult) {
    mask(&mut result.query);
    mask(&mut result.shown);
    mask_all(&mut result.suggestions);
    mask_all(&mut result.notes);
    result.layers.iter_mut().for_each(|l| mask(&mut l.asked));
    for value in
        result.facets.iter_mut().flat_map(|facets| &mut facets.groups).flat_map(|group| &mut group.values)
    {
        mask(&mut value.name);
        mask(&mut value.asks);
    }
    result.results.iter_mut().for_each(mask_found);
}

fn mask_found(found: &mut Found) {
    mask(&mut found.title);
    mask(&mut found.snippet);
    mask_words(std::slice::from_mut(&mut found.why));
    mask_words(&mut found.tags);
    found.alike.iter_mut().for_each(mask_found);
}

fn mask_names(names: &mut [NameRow]) {
    for row in names {
        mask(&mut row.name);
        mask(&mut row.printed);
        let spots = row.defined.iter_mut().chain(row.uses.iter_mut().map(|u| &mut u.at));
        spots.filter_map(|s| s.file.as_mut()).for_each(mask);
        row.uses.iter_mut().for_each(|u| {
            mask(&mut u.inside);
            mask(&mut u.via);
        });
    }
}

fn mask_walk(walk: &mut Walk) {
    mask(&mut walk.about);
    for row in &mut walk.rows {
        mask(&mut row.name);
        mask(&mut row.note);
        let spots = [&mut row.at, &mut row.begins].into_iter().flatten();
        spots.filter_map(|s| s.file.as_mut()).for_each(mask);
    }
}

/// In EBCDIC letters and digits are beyond ASCII, and what is a letter in ASCII is none.
fn mask_page(page: &mut Page) {
    for byte in page.lines.iter_mut().flat_map(|l| &mut l.text) {
        if byte.is_ascii_digit() {
            *byte = b'9';
        } else if byte.is_ascii_alphabetic() || !byte.is_ascii() {
            *byte = b'x';
        }
    }
}

impl Reply {
    fn redacted(mut self) -> Self {
        match &mut self {
            Self::StoreReady { info, drafts, commands, .. } => {
                mask_all(commands);
                mask(&mut info.location);
                drafts.found.iter_mut().for_each(|draft| mask(&mut draft.text));
            }
            Self::Listing(ListingAnswer::There { text, .. } | ListingAnswer::Nowhere(text)) => {
                *text = redacted_text(text);
            }
            Self::Results(result) => mask_results(result),
            Self::Offers(offers) => offers.iter_mut().for_each(|offer| mask(&mut offer.text)),
            Self::Searches(past, saved) => {
                for past in past {
                    mask(&mut past.query);
                }
                for (name, query) in saved {
                    mask(name);
                    mask(query);
                }
            }
            Self::Entry(Some(found)) => {
                let (entry, links) = found.as_mut();
                mask_entry(entry);
                links.iter_mut().for_each(mask_link);
            }
            Self::OfEntry(answer) => answer.mask(),
            Self::Transfer(answer) => answer.mask(),
            Self::Inside(answer) => answer.mask(),
            Self::Rated { head: Some(head), .. } => mask_head(head),
            Self::Linked { reference, .. } => mask_link(reference),
            Self::Opened { page, .. } | Self::Page { page, .. } => mask_page(page),
            Self::Members(list) => mask_members(list),
            Self::Outline { rows, .. } => rows.iter_mut().for_each(|r| mask(&mut r.name)),
            Self::Symbol(Some(row)) => mask(&mut row.name),
            Self::Names(names) => mask_names(names),
            Self::Walk(Some(walk)) => mask_walk(walk),
            Self::Exported { path, .. } => mask(path),
            Self::Sought(sought) => mask_sought(sought),
            Self::Compared(compared) => mask_compared(compared),
            Self::Sorted(sorted) => mask_sorted(sorted),
            Self::Visits(visits) => {
                for visit in visits {
                    mask(&mut visit.path);
                    mask(&mut visit.place.anchor);
                    visit.labels.iter_mut().for_each(|l| mask(&mut l.anchor));
                }
            }
            Self::Revisited(known) => mask_revisited(known),
            Self::Links(links, notes, lines) => {
                notes.iter_mut().for_each(mask_note);
                lines.iter_mut().filter_map(|l| l.unit.as_mut()).for_each(mask);
                for (link, head) in links {
                    mask_link(link);
                    mask_head(head);
                }
            }
            Self::Figures(figures) => mask(&mut figures.storage.location),
            Self::Entry(None)
            | Self::Listing(ListingAnswer::Facts(_))
            | Self::Rated { head: None, .. }
            | Self::Symbol(None)
            | Self::Walk(None)
            | Self::Saved(_)
            | Self::Deleted(_)
            | Self::Undeleted(_)
            | Self::Scanned { .. }
            | Self::Parsed { .. }
            | Self::Finding { .. }
            | Self::Found { .. }
            | Self::FoundAll { .. }
            | Self::Excluded(_)
            | Self::Hidden(_)
            | Self::Counted(_)
            | Self::Noted(_)
            | Self::Watched(_)
            | Self::Followed { .. }
            | Self::Printed { .. }
            | Self::Sheets(_)
            | Self::Sheet(_)
            | Self::Folded(_)
            | Self::Relieved { .. }
            | Self::Past(_)
            | Self::Profile(_)
            | Self::Done => {}
            Self::Settings(_, problems) => {
                for problem in problems {
                    *problem = redacted_error(problem);
                }
            }
        }
        if let Self::Page { crumbs, .. } = &mut self {
            for crumb in crumbs {
                mask_all(&mut crumb.path);
            }
        }
        self
    }
}
