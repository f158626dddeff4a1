//! What people do, as a table: each kind with how often it comes and what it does to the desk.

use super::TrialDesk;
use crate::app::Msg;
use crate::base::{ByteOffset, LineNo, Result};
use crate::code::data::Extract;
use crate::code::xref::{Want, units};
use crate::code::{SourceFormat, detect};
use crate::kb::search::{Depth, SearchRequest};
use crate::kb::transfer::Format;
use crate::kb::trial::Random;
use crate::source::{Anchor, ChunkSink as _, PageRequest, Wanted};
use crate::store::{Incident, NewEntry, PutOutcome};
use crate::work::{EntryAsk, FileId, ImportOf, Reply, Request, Slot, TransferAsk};
use std::path::Path;

/// Entries that a run writes at most; from then on it changes those.
const OWN: usize = 200;
/// Entries whose words are searched for.
const KNOWN: usize = 400;
/// Files that are open beside the panes: opened, asked and closed again. Their numbers begin far from those
/// of the pane.
const ASIDE: u32 = 1 << 30;

/// A kind of operation.
pub struct Kind {
    /// Its name.
    pub name: &'static str,
    /// How often it comes, as a share of the sum of all.
    pub weight: usize,
    pub(super) run: fn(&mut Player),
}

/// Every kind.
pub static KINDS: &[Kind] = &[
    Kind { name: "search, typed", weight: 10, run: |p| p.search_typed() },
    Kind { name: "search", weight: 8, run: |p| p.search_line() },
    Kind { name: "search, all layers", weight: 5, run: |p| p.search_deep() },
    Kind { name: "open entry", weight: 8, run: |p| p.open_entry() },
    Kind { name: "add or edit entry", weight: 4, run: |p| p.edit() },
    Kind { name: "rate entry", weight: 3, run: |p| p.rate() },
    Kind { name: "delete and undo", weight: 2, run: |p| p.delete() },
    Kind { name: "incident", weight: 2, run: |p| p.incident() },
    Kind { name: "history of an entry", weight: 2, run: |p| p.history() },
    Kind { name: "note and link", weight: 2, run: |p| p.note() },
    Kind { name: "import", weight: 1, run: |p| p.import() },
    Kind { name: "export", weight: 1, run: |p| p.export() },
    Kind { name: "open source", weight: 4, run: |p| p.open_source() },
    Kind { name: "open, scan, parse, close", weight: 6, run: |p| p.aside() },
    Kind { name: "page", weight: 14, run: |p| p.page() },
    Kind { name: "find", weight: 6, run: |p| p.find() },
    Kind { name: "outline", weight: 4, run: |p| p.outline() },
    Kind { name: "names on a line", weight: 3, run: |p| p.names() },
    Kind { name: "walk procedures", weight: 2, run: |p| p.walk() },
    Kind { name: "known of a line", weight: 2, run: |p| p.known() },
    Kind { name: "hide and show lines", weight: 3, run: |p| p.hide() },
    Kind { name: "views of a file", weight: 3, run: |p| p.views() },
    Kind { name: "search of files", weight: 2, run: |p| p.seek() },
    Kind { name: "compare", weight: 1, run: |p| p.desk.line("compare") },
    Kind { name: "layout", weight: 1, run: |p| p.layout() },
    Kind { name: "cross-reference", weight: 1, run: |p| p.xref() },
    Kind { name: "metrics", weight: 4, run: |p| p.metrics() },
    Kind { name: "screen size and theme", weight: 1, run: |p| p.screen() },
    Kind { name: "fill the cache", weight: 1, run: |p| p.ask(Slot::Warm, Request::Warm(Player::like())) },
    Kind { name: "shed the cache", weight: 1, run: |p| p.ask(Slot::Relief, Request::Relieve) },
    Kind { name: "upkeep", weight: 1, run: |p| p.ask(Slot::Upkeep, Request::Upkeep) },
    Kind { name: "read the settings", weight: 1, run: |p| p.ask(Slot::Settings, Request::Reload) },
];

/// Somebody who does everything, in an order that depends on a number alone.
pub struct Player {
    /// The desk that it is done to.
    pub desk: TrialDesk,
    random: Random,
    /// Ids of entries, and words of their titles.
    ids: Vec<String>,
    words: Vec<String>,
    own: Vec<String>,
    sources: Vec<String>,
    folder: String,
    /// Files opened aside so far.
    aside: u32,
}

impl Player {
    /// Who does what `seed` says with the files `sources`, and writes into `folder` only.
    ///
    /// # Errors
    /// When the knowledge base cannot be read.
    pub fn new(mut desk: TrialDesk, seed: u64, sources: Vec<String>, folder: String) -> Result<Self> {
        let all = SearchRequest { limit: KNOWN, ..SearchRequest::default() };
        let known = |reply| {
            let (mut ids, mut words) = (Vec::new(), Vec::new());
            if let Reply::Results(found) = reply {
                for entry in found.results {
                    words.extend(
                        entry.title.split(|c: char| !c.is_alphanumeric() && c != '-').map(str::to_owned),
                    );
                    ids.push(entry.id);
                }
            }
            words.retain(|word| word.len() > 2);
            (ids, words)
        };
        let (ids, words) = known(desk.ask(Slot::Search, Request::Search(all))?);
        Ok(Self { desk, random: Random::new(seed), ids, words, own: Vec::new(), sources, folder, aside: 0 })
    }

    /// Does the next thing, and says which kind it was, by its place in [`KINDS`].
    pub fn step(&mut self) -> usize {
        let all: usize = KINDS.iter().map(|kind| kind.weight).sum();
        let mut left = self.random.below(all);
        for (at, kind) in KINDS.iter().enumerate() {
            match left.checked_sub(kind.weight) {
                Some(less) => left = less,
                None => {
                    (kind.run)(self);
                    return at;
                }
            }
        }
        0
    }

    /// Comes to rest: nothing is typed, nothing lies over the panes, one file is open, always the same, and what can be made again
    /// is let go. So what is held then can be compared with what was held at another rest.
    pub fn come_to_rest(&mut self) {
        self.desk.rest_hands();
        self.desk.close_files();
        if let Some(first) = self.sources.first() {
            self.desk.line(&format!("open {first}"));
        }
        self.ask(Slot::Relief, Request::Relieve);
    }

    fn ask(&mut self, slot: Slot, request: Request) {
        // Errors are counted by the desk.
        drop(self.desk.ask(slot, request));
    }

    fn pick(&mut self, list: fn(&Self) -> &Vec<String>) -> String {
        let at = self.random.below(list(self).len());
        list(self).get(at).cloned().unwrap_or_default()
    }

    fn id(&mut self) -> String {
        self.pick(|p| &p.ids)
    }

    fn word(&mut self) -> String {
        self.pick(|p| &p.words)
    }

    fn query(&mut self) -> String {
        let (one, two) = (self.word().to_lowercase(), self.word().to_lowercase());
        match self.random.below(8) {
            0 => self.id().to_lowercase(),
            1 => format!("{one} {two}"),
            2 => format!("\"{one} {two}\""),
            3 => format!("category:batch {one}"),
            4 => format!("{one} -{two}"),
            5 => format!("{}*", one.get(..3).unwrap_or(&one)),
            6 => format!("severity:error {two}"),
            _ => one,
        }
    }

    fn search_typed(&mut self) {
        let query = self.query();
        self.desk.rest_hands();
        self.desk.press("1");
        if !self.desk.state.is_typing() {
            self.desk.press("/");
        }
        if self.desk.state.is_typing() {
            self.desk.press("ctrl-u");
            self.desk.type_text(&query);
        }
    }

    fn search_line(&mut self) {
        let query = self.query();
        self.desk.line(&format!("search {query}"));
    }

    fn like() -> SearchRequest {
        SearchRequest { limit: 50, snippets: Some(24), ..SearchRequest::default() }
    }

    fn search_deep(&mut self) {
        let text = format!("why does {} with {} and {}", self.word(), self.word(), self.query());
        let request =
            SearchRequest { text, explain: true, facets: true, deep: Some(Depth::default()), ..Self::like() };
        self.ask(Slot::Search, Request::Search(request));
    }

    fn open_entry(&mut self) {
        let id = self.id();
        self.desk.line(&format!("search {id}"));
        self.desk.press("enter");
        self.desk.press("esc");
    }

    fn edit(&mut self) {
        let text = format!("{} {} {}", self.word(), self.word(), self.word());
        let id = if self.own.len() < OWN { String::new() } else { self.pick(|p| &p.own) };
        let entry = NewEntry {
            id,
            title: format!("trial: {text}"),
            category: "Trial".into(),
            tags: vec![self.word().to_lowercase()],
            problem: format!("What was seen: {text}."),
            solution: format!("1. Look at {text}.\n2. {}", self.word()),
            author: "trial".into(),
            ..NewEntry::default()
        };
        let saved = self.desk.ask(Slot::Write, Request::SaveEntry { entry: Box::new(entry), seen: None });
        if let Ok(Reply::Saved(PutOutcome::Added(id))) = saved {
            self.own.push(id);
        }
    }

    fn rate(&mut self) {
        let (id, worked) = (self.id(), self.random.below(3) > 0);
        self.ask(Slot::Write, Request::RateEntry { id, worked });
    }

    fn delete(&mut self) {
        let id = self.id();
        self.ask(Slot::Write, Request::DeleteEntry(id.clone()));
        self.ask(Slot::Write, Request::UndeleteEntry(id));
    }

    fn incident(&mut self) {
        let id = self.pick(|p| &p.own);
        if id.is_empty() {
            return self.edit();
        }
        let incident = Incident {
            entry: Some(id.clone()),
            job: "PAYJOB".into(),
            code: "S0C7".into(),
            summary: format!("trial: {}", self.word()),
            ..Incident::default()
        };
        self.ask(Slot::Write, Request::OfEntry(EntryAsk::Record(Box::new(incident))));
        self.ask(Slot::Beside, Request::OfEntry(EntryAsk::Beside(id)));
    }

    fn history(&mut self) {
        let id = self.pick(|p| &p.own);
        if id.is_empty() {
            return self.edit();
        }
        self.ask(Slot::History, Request::OfEntry(EntryAsk::Versions(id.clone())));
        self.ask(Slot::History, Request::OfEntry(EntryAsk::Diff { id, from: 0, to: 1 }));
        self.ask(Slot::Form, Request::OfEntry(EntryAsk::InUse));
    }

    fn note(&mut self) {
        let (word, line) = (self.word(), 1 + self.random.below(200));
        self.desk.line(&format!("locate {line}"));
        self.desk.line(&format!("note {word}"));
        self.desk.line("note delete");
    }

    fn import(&mut self) {
        let path = format!("{}/in.csv", self.folder);
        let mut rows = String::from("id,title,category,problem,solution\n");
        for n in 0..5 {
            let word = self.word();
            rows.push_str(&format!("TRIAL-{n},trial import {word},Trial,seen {word},do {word}\n"));
        }
        // What cannot be written makes the import fail, which is counted.
        drop(std::fs::write(&path, rows));
        let of = ImportOf { path, format: Some(Format::Csv), ..ImportOf::default() };
        self.ask(Slot::Transfer, Request::Transfer(TransferAsk::Preview(of.clone())));
        self.ask(Slot::Transfer, Request::Transfer(TransferAsk::Import(of)));
    }

    fn export(&mut self) {
        let path = format!("{}/out.jsonl", self.folder);
        self.ask(Slot::Carry, Request::Transfer(TransferAsk::Export { path, replace: true }));
        let path = format!("{}/lines.txt", self.folder);
        self.desk.line(&format!("export {path} 1:50 num replace"));
    }

    fn open_source(&mut self) {
        let path = self.pick(|p| &p.sources);
        self.desk.line(&format!("open {path}"));
    }

    /// Opens a file aside from the panes, reads, parses and asks it, and closes it: nothing of it may stay.
    fn aside(&mut self) {
        let path = self.pick(|p| &p.sources);
        self.aside = self.aside.saturating_add(1);
        let file = FileId(ASIDE.saturating_add(self.aside));
        let page = PageRequest::at(Anchor::Line(LineNo::FIRST), 24);
        let open = Request::OpenFile { file, path, wanted: Wanted::default(), page };
        self.ask(Slot::Open(file), open);
        self.ask(Slot::Scan(file), Request::Scan { file });
        self.ask(Slot::Parse(file), Request::Parse { file, at: 0 });
        let page = PageRequest::at(Anchor::Offset(ByteOffset(self.random.draw() % (1 << 20))), 24);
        self.ask(Slot::Page(file), Request::Page { file, page, reveal: true });
        self.ask(Slot::Open(file), Request::CloseFile { file });
    }

    fn in_source(&mut self) {
        self.desk.rest_hands();
        self.desk.press("2");
    }

    fn page(&mut self) {
        self.in_source();
        let keys = ["f8", "f7", "G", "g g", "j", "k", "f11", "f10", "ctrl-d"];
        let key = self.random.of(&keys);
        if self.random.below(3) == 0 {
            let line = 1 + self.random.below(5_000);
            self.desk.line(&format!("locate {line}"));
        }
        self.desk.press(key);
    }

    fn find(&mut self) {
        self.in_source();
        let (word, how) = (
            self.random.of(&["MOVE", "WS-", "PERFORM", "zzz", "TOTAL"]),
            self.random.of(&["all", "", "prev", "last"]),
        );
        self.desk.line(&format!("find '{word}' {how}"));
        self.desk.press("f5");
    }

    fn outline(&mut self) {
        self.in_source();
        self.desk.press("o");
        self.desk.press("j j enter");
        self.desk.press("esc");
        self.desk.press("]");
    }

    fn names(&mut self) {
        self.in_source();
        self.desk.press("i");
        self.desk.press("enter");
        self.desk.press("esc");
        self.desk.press("esc");
    }

    fn walk(&mut self) {
        self.in_source();
        let keys = self.random.of(&["p", "P", "space u", "space g", "e"]);
        self.desk.press(keys);
        self.desk.press("esc");
    }

    fn known(&mut self) {
        self.desk.line("known");
        self.desk.press("esc");
        self.desk.line("notes");
        self.desk.press("esc");
    }

    fn hide(&mut self) {
        self.in_source();
        self.desk.line("exclude all");
        self.desk.line("find 'PERFORM' all");
        self.desk.line("reset");
        self.desk.press("space -");
        self.desk.line("reset");
    }

    fn views(&mut self) {
        self.in_source();
        let line = self.random.of(&["hex", "hex dump", "cols", "wrap on", "num on", "split v"]);
        self.desk.line(line);
        self.desk.press("f8");
        for line in ["split off", "hex off", "wrap off", "num off", "reset"] {
            self.desk.line(line);
        }
    }

    fn seek(&mut self) {
        self.in_source();
        self.desk.line("srchfor 'COMPUTE'");
        self.desk.press("enter");
        self.desk.press("esc");
        self.desk.press("esc");
    }

    fn text(&mut self) -> (Vec<u8>, SourceFormat) {
        let text =
            std::fs::read(Path::new(self.sources.first().map_or("", String::as_str))).unwrap_or_default();
        let format = detect(text.split(|b| *b == b'\n').take(2_000)).format;
        (text, format)
    }

    fn layout(&mut self) {
        let (text, format) = self.text();
        let mut records = 0_usize;
        let mut extract = Extract::new(format, |_| records += 1);
        extract.chunk(ByteOffset(0), &text);
        drop(extract.finish());
    }

    fn xref(&mut self) {
        let (text, format) = self.text();
        drop(units(&text, format, Want::All));
    }

    fn metrics(&mut self) {
        self.desk.rest_hands();
        self.desk.press("4");
        self.desk.take(Msg::Tick);
        self.desk.settle();
        let keys = self.random.of(&["n", "s", "c", "enter", "j", "k", "f8"]);
        self.desk.press(keys);
        self.desk.press("esc");
    }

    fn screen(&mut self) {
        let size = self.random.of(&[(80, 24), (140, 40), (120, 36), (200, 50), (40, 12)]);
        self.desk.take(Msg::Resized(size.0, size.1));
        self.desk.settle();
        self.desk.press("space t");
    }
}
