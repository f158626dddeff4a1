//! Replies without what files and entries say, for crash reports: shapes and numbers stay, so that a replay still shows
//! what the desk did; letters become `x` and digits `9`.

use super::{Envelope, Reply};
use crate::store::{CodeReference, Entry, EntryHead};

impl Envelope {
    /// The same without the texts of files and entries.
    #[must_use]
    pub fn redacted(&self) -> Self {
        let reply = self.reply.clone().map(Reply::redacted);
        Self { reply, ..self.clone() }
    }
}

fn mask(text: &mut String) {
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

fn mask_link(link: &mut CodeReference) {
    mask(&mut link.file);
    mask(&mut link.symbol);
    mask(&mut link.note);
}

fn mask_head(head: &mut EntryHead) {
    mask(&mut head.title);
    mask_all(&mut head.tags);
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

impl Reply {
    fn redacted(mut self) -> Self {
        match &mut self {
            Self::StoreReady { info, draft, .. } => {
                mask(&mut info.location);
                if let Some(text) = draft {
                    mask(text);
                }
            }
            Self::Results(result) => {
                mask(&mut result.query);
                mask(&mut result.shown);
                mask_all(&mut result.suggestions);
                mask_all(&mut result.notes);
                result.layers.iter_mut().for_each(|l| mask(&mut l.asked));
                for found in &mut result.results {
                    mask(&mut found.title);
                    mask(&mut found.snippet);
                    mask(&mut found.why);
                    mask_all(&mut found.tags);
                }
            }
            Self::Entry(Some(found)) => {
                let (entry, links) = found.as_mut();
                mask_entry(entry);
                links.iter_mut().for_each(mask_link);
            }
            Self::Rated { head: Some(head), .. } => mask_head(head),
            Self::Linked { reference, .. } => mask_link(reference),
            Self::Opened { page, .. } | Self::Page { page, .. } => {
                for byte in page.lines.iter_mut().flat_map(|l| &mut l.text) {
                    if byte.is_ascii_digit() {
                        *byte = b'9';
                    } else if byte.is_ascii_alphabetic() || !byte.is_ascii() {
                        *byte = b'x';
                    }
                }
            }
            Self::Outline { rows, .. } => rows.iter_mut().for_each(|r| mask(&mut r.name)),
            Self::Symbol(Some(row)) => mask(&mut row.name),
            Self::Links(links) => {
                for (link, head) in links {
                    mask_link(link);
                    mask_head(head);
                }
            }
            Self::Figures(figures) => mask(&mut figures.storage.location),
            Self::Entry(None)
            | Self::Rated { head: None, .. }
            | Self::Symbol(None)
            | Self::Saved(_)
            | Self::Deleted(_)
            | Self::Undeleted(_)
            | Self::Scanned { .. }
            | Self::Finding { .. }
            | Self::Found { .. }
            | Self::Counted(_)
            | Self::Watched(_)
            | Self::Settings(..)
            | Self::Done => {}
        }
        if let Self::Page { crumbs, .. } = &mut self {
            for crumb in crumbs {
                mask_all(&mut crumb.path);
            }
        }
        self
    }
}
