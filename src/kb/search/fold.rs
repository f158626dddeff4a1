//! Entries that say the same: one with the title of another and nearly its text, or one that is tagged `superseded` and names the
//! other as related. Owns which of them stands for the others. Invariant: what a person asked for by its id stands by itself.

use super::words::words_of;
use crate::store::{EntryHead, NewEntry};
use std::collections::{HashMap, HashSet};

/// Of the first so many results it is seen whether they say the same.
pub const FOLDED: usize = 100;
/// Texts that are read for it at most.
pub const READ: usize = 40;
/// The tag of an entry that another one has taken the place of.
const SUPERSEDED: &str = "superseded";
/// Words that two texts share, of all that they have, in percent: nearly the same.
const NEARLY: usize = 80;

/// Words of a text below which nothing is said of it: many entries have no more than a title.
const SHORTEST: usize = 8;

/// A result as far as it matters here.
pub struct Told<'r> {
    /// Its head.
    pub head: &'r EntryHead,
    /// It was asked for by its id.
    pub by_id: bool,
}

fn title_key(title: &str) -> String {
    words_of(title).map(|(_, word)| word.to_lowercase()).collect::<Vec<_>>().join(" ")
}

/// A number that titles have in common which are alike; few others have it, too: what is read for these is not folded (FNV-1a).
fn title_number(title: &str) -> u64 {
    let mut number = 0xCBF2_9CE4_8422_2325_u64;
    let mut add = |byte: u8| number = (number ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
    for (_, word) in words_of(title) {
        if word.is_ascii() {
            word.bytes().for_each(|byte| add(byte.to_ascii_lowercase()));
        } else {
            word.to_lowercase().bytes().for_each(&mut add);
        }
        add(b' ');
    }
    number
}

fn is_superseded(head: &EntryHead) -> bool {
    head.tags.iter().any(|tag| tag == SUPERSEDED)
}

/// The results, by their place, whose texts have to be read to know whether they say the same as others.
pub fn in_question(told: &[Told<'_>]) -> Vec<usize> {
    let mut titles: Vec<(u64, usize)> = told
        .iter()
        .enumerate()
        .take(FOLDED)
        .map(|(at, result)| (title_number(&result.head.title), at))
        .collect();
    titles.sort_unstable();
    let alike = titles.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1);
    let same = alike.flatten().map(|(_, at)| *at);
    let old = told.iter().enumerate().take(FOLDED).filter(|(_, result)| is_superseded(result.head));
    let mut places: Vec<usize> = same.chain(old.map(|(at, _)| at)).collect();
    places.sort_unstable();
    places.dedup();
    places.truncate(READ);
    places
}

/// For each result, by its place, the one that stands for it, if one does: of those [`in_question`], whose `texts` were read.
pub fn folded(
    told: &[Told<'_>],
    places: &[usize],
    texts: &HashMap<usize, &NewEntry>,
) -> HashMap<usize, usize> {
    let mut into: HashMap<usize, usize> = HashMap::new();
    // Those that were taken the place of first: they do not stand for others.
    for &at in places {
        let (Some(result), Some(text)) = (told.get(at), texts.get(&at)) else { continue };
        if !is_superseded(result.head) || result.by_id {
            continue;
        }
        let named = |other: &Told<'_>| text.related.iter().any(|id| id.eq_ignore_ascii_case(&other.head.id));
        let newer = told.iter().position(named).filter(|newer| *newer != at && !into.contains_key(newer));
        into.extend(newer.map(|newer| (at, newer)));
    }
    let mut first: HashMap<String, Vec<(usize, HashSet<String>)>> = HashMap::new();
    for &at in places {
        let (Some(result), Some(text)) = (told.get(at), texts.get(&at)) else { continue };
        if into.contains_key(&at) {
            continue;
        }
        let words = words(text);
        // Texts about other codes may differ in the code alone.
        let about = format!("{} {}", title_key(&result.head.title), result.head.codes.join(" "));
        let known = first.entry(about).or_default();
        match known.iter().find(|(_, other)| nearly(&words, other)) {
            Some((stands, _)) if !result.by_id => {
                into.insert(at, *stands);
            }
            _ => known.push((at, words)),
        }
    }
    // What stands for others may have been put behind another one itself.
    let ends: Vec<(usize, usize)> = into.iter().map(|(at, to)| (*at, *into.get(to).unwrap_or(to))).collect();
    ends.into_iter().filter(|(at, to)| at != to).collect()
}

fn words(entry: &NewEntry) -> HashSet<String> {
    let texts = [&entry.problem, &entry.solution];
    texts.into_iter().flat_map(|text| words_of(text)).map(|(_, word)| word.to_lowercase()).collect()
}

fn nearly(a: &HashSet<String>, b: &HashSet<String>) -> bool {
    let shared = a.intersection(b).count();
    let all = a.len() + b.len() - shared;
    shared >= SHORTEST && shared * 100 >= all * NEARLY
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Word;
    use crate::store::EntryRow;

    fn entry(id: &str, title: &str, problem: &str) -> NewEntry {
        NewEntry { id: id.into(), title: title.into(), problem: problem.into(), ..NewEntry::default() }
    }

    fn stands(entries: &[NewEntry], asked: Option<usize>) -> Vec<(usize, usize)> {
        let heads: Vec<EntryHead> = entries
            .iter()
            .map(|entry| EntryHead {
                row: EntryRow(1),
                id: entry.id.clone(),
                title: entry.title.clone(),
                category: Word::default(),
                severity: entry.severity,
                tags: entry.tags.iter().map(Word::from).collect(),
                aliases: Vec::new(),
                codes: Vec::new(),
                usage_count: 0,
                worked: 0,
                failed: 0,
                updated_at: 0,
            })
            .collect();
        let told: Vec<Told> =
            heads.iter().enumerate().map(|(at, head)| Told { head, by_id: asked == Some(at) }).collect();
        let places = in_question(&told);
        let texts = places.iter().map(|at| (*at, &entries[*at])).collect();
        let mut folded: Vec<_> = folded(&told, &places, &texts).into_iter().collect();
        folded.sort_unstable();
        folded
    }

    #[test]
    fn the_same_title_with_nearly_the_same_text_is_one() {
        let text = "one two three four five six seven eight nine ten";
        let entries = [
            entry("A", "Lock time-out", text),
            entry("B", "LOCK: time out", &format!("{text} eleven")),
            entry("C", "Lock time-out", "something else"),
            entry("D", "Another title", text),
        ];
        assert_eq!(stands(&entries, None), [(1, 0)]);
        assert_eq!(stands(&entries, Some(1)), []);
    }

    #[test]
    fn what_was_superseded_is_behind_what_took_its_place() {
        let old = |id: &str, new: &str| NewEntry {
            tags: vec!["superseded".into()],
            related: vec![new.into()],
            ..entry(id, id, "old")
        };
        let entries = [old("OLD", "new"), entry("NEW", "New", "new"), old("GONE", "nowhere")];
        assert_eq!(stands(&entries, None), [(0, 1)]);
        assert_eq!(stands(&entries, Some(0)), []);
        // Each names the other: one of them stays.
        assert_eq!(stands(&[old("A", "B"), old("B", "A")], None), [(0, 1)]);
        assert_eq!(stands(&[old("A", "B"), old("B", "C"), entry("C", "C", "x")], None), [(0, 2), (1, 2)]);
    }
}
