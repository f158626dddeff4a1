//! The open files of a session: each with its lines, its outline and what its start looks like. Must not know panes.

use super::exclude::{Exclude, Excluded, Excluder, FindIn, MOST_LINES};
use super::folds::{self, FoldHow, Folder};
use super::kept::Kept;
use super::known::{self, LineAt};
use super::listing::{Along, Asked, LineIds, ListingAnswer, ListingAsk, NumberedLine, Survey};
use super::marks::{Marks, marks};
use super::names::{Place, Programs, WalkOf};
use super::twins::{Learnt, Named};
use super::visits::{self, Revisited, Visit};
use super::{Crumb, FileFacts, FileId, OutlineRow, Reply};
use crate::base::num::{to_u64, to_usize};
use crate::base::{Budget, ByteOffset, LineNo, Meter, Result, UserError, name};
use crate::code::{
    LineContext, Outline, REACH, Scanner, Several, SourceFormat, Symbol, SymbolKind, context_after, detect,
};
use crate::listing::Contents;
use crate::source::encoding::Encoding;
use crate::source::{
    Change, ChunkSink, Direction, FindProgress, Folds, Library, Needle, NeedleSpec, Page, PageRequest,
    ScanEnd, ScanProgress, Scope, SourceFile, Wanted,
};
use crate::store::Store;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes at the start that are looked at to tell what a file is.
const SAMPLE: usize = 64 << 10;

/// How much is looked at before a line that follows hidden ones, in bytes: there may be many of them on a page.
const HIDDEN_REACH: usize = 4 << 10;

/// Files by their numbers.
#[derive(Default)]
pub(super) struct Files(pub(super) Mutex<HashMap<FileId, Arc<OpenFile>>>);

impl Files {
    pub fn get(&self, id: FileId) -> Option<Arc<OpenFile>> {
        lock(&self.0).get(&id).cloned()
    }

    /// Whether any is open.
    pub fn is_empty(&self) -> bool {
        lock(&self.0).is_empty()
    }

    /// How many are open.
    pub fn len(&self) -> usize {
        lock(&self.0).len()
    }

    pub fn remove(&self, id: FileId) {
        lock(&self.0).remove(&id);
    }

    pub fn put(&self, id: FileId, file: OpenFile) {
        lock(&self.0).insert(id, Arc::new(file));
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One open file.
pub(super) struct OpenFile {
    pub source: SourceFile,
    pub(super) facts: FileFacts,
    pub(super) outline: Mutex<Arc<Outline>>,
    /// Its units and sections, if it is a listing.
    pub(super) contents: Mutex<Arc<Contents>>,
    pub folds: Mutex<Arc<Folds>>,
    /// What it was opened as, and what other views of the same file may take from it.
    pub(super) named: Named,
    pub(super) learnt: Mutex<Learnt>,
}

impl OpenFile {
    pub fn open(path: &str, wanted: Wanted, budget: &Budget, meter: Arc<dyn Meter>) -> Result<Self> {
        let source = SourceFile::open_within(&name::path_of(path), wanted, budget, meter)?;
        let facts = facts_of(&source);
        Ok(Self::of(source, facts, Named::new(path, wanted)))
    }

    /// What is open already.
    pub(super) fn of(source: SourceFile, facts: FileFacts, named: Named) -> Self {
        let (outline, contents, folds) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { source, facts, outline, contents, folds, named, learnt: Mutex::default() }
    }

    /// It as something to compare.
    pub fn party(&self) -> super::Party<'_> {
        (&self.source, &self.facts)
    }

    pub fn outline_now(&self) -> Arc<Outline> {
        Arc::clone(&lock(&self.outline))
    }

    /// The numbers of its lines, if it is a listing with this outline.
    pub fn line_ids<'a>(&'a self, outline: &'a Outline) -> Option<LineIds<'a>> {
        LineIds::of(&self.source, self.facts.format, Some(outline))
    }

    pub fn first(&self, request: &PageRequest, budget: &Budget) -> Result<Reply> {
        let page = self.source.page(request, budget)?;
        let context = self.context_of(&page);
        Ok(Reply::Opened { facts: Box::new(self.facts.clone()), page: Box::new(page), context })
    }

    /// A page. With `reveal` its anchor's line is shown if it is hidden.
    pub fn page(&self, request: &PageRequest, reveal: bool, budget: &Budget) -> Result<Reply> {
        let folds = {
            let mut folds = lock(&self.folds);
            if reveal {
                folds::reveal(&self.source, &mut folds, request.anchor, budget)?;
            }
            Arc::clone(&folds)
        };
        let page = self.source.page_folded(request, &folds, budget)?;
        let contents = Arc::clone(&lock(&self.contents));
        let crumbs = crumbs(&page, &self.outline_now(), &contents);
        let hidden = page.lines.iter().filter(|l| l.hidden > 0).map(|l| self.context(l.next(), HIDDEN_REACH));
        let contexts = std::iter::once(self.context_of(&page)).chain(hidden).collect();
        Ok(Reply::Page { page: Box::new(page), crumbs, contexts })
    }

    /// Hides lines, or shows them again.
    pub fn fold(&self, how: FoldHow, at: u64, line: LineNo, budget: &Budget) -> Result<Reply> {
        let outline = self.outline_now();
        let format = self.facts.format;
        let folder = Folder { file: &self.source, outline: &outline, format, budget };
        // Worked out without the lock: in a large file it takes a while, and pages go on meanwhile.
        let mut folds = lock(&self.folds).as_ref().clone();
        let folded = folder.fold(&mut folds, how, at, line)?;
        *lock(&self.folds) = Arc::new(folds);
        Ok(Reply::Folded(folded))
    }

    /// What the lines before a page say of its first one.
    fn context_of(&self, page: &Page) -> LineContext {
        self.context(page.lines.first().map_or(ByteOffset(0), |line| line.start), REACH)
    }

    /// What at most `reach` bytes before the line that begins at `at` say of it.
    fn context(&self, at: ByteOffset, reach: usize) -> LineContext {
        let (format, since) = self.outline_now().format_at(at, self.facts.format);
        if format == SourceFormat::NotCobol || at.0 == 0 {
            return LineContext { format, ..LineContext::default() };
        }
        // Lines before that are in another format, and no block goes on across a change.
        let from = at.0.saturating_sub(to_u64(reach)).max(since.0);
        let (text, _) = self.source.read(ByteOffset(from), to_usize(at.0 - from));
        // The first of these lines may be a piece of one.
        let whole =
            if from == 0 { 0 } else { text.iter().position(|b| *b == b'\n').map_or(text.len(), |f| f + 1) };
        context_after(text.get(whole..).unwrap_or_default(), format)
    }

    /// One read of the file that serves the line index and the outline. The outline of a large file that looks as it did
    /// when it was kept is there before the read, and so is what its parse came to.
    pub fn scan(&self, kept: &Kept<'_>, budget: &Budget, tell: &mut dyn FnMut(Reply)) -> Result<Reply> {
        let before = self.source.fingerprint();
        let reply = self.survey(kept, budget, tell)?;
        if matches!(reply, Reply::Scanned { done: true, .. }) {
            self.surveyed(&before);
        }
        Ok(reply)
    }

    fn survey(&self, kept: &Kept<'_>, budget: &Budget, tell: &mut dyn FnMut(Reply)) -> Result<Reply> {
        let is_cobol = self.facts.format != SourceFormat::NotCobol;
        let known = is_cobol.then(|| kept.outline(&self.source, &self.facts)).flatten();
        if let Some(known) = known {
            let symbols = known.len();
            let lines = known.lines;
            *lock(&self.outline) = known;
            if let Some(contents) = kept.contents(&self.source, &self.facts) {
                *lock(&self.contents) = contents;
            }
            tell(Reply::Scanned { progress: self.progress(), symbols, done: false });
            if let Some(parsed) = kept.parsed(&self.source, &self.facts, lines) {
                tell(Reply::Parsed { parsed: Box::new(parsed), done: true });
            }
            let mut along = Along::new(self.facts.format);
            match self.read_all(&mut along.sinks(None), symbols, budget, tell)? {
                Some(counted) if counted == lines => {
                    *lock(&self.contents) = Arc::new(along.finish());
                    return Ok(Reply::Scanned { progress: self.progress(), symbols, done: true });
                }
                // It looks like the same file and is not.
                Some(_) => {
                    *lock(&self.outline) = Arc::default();
                    *lock(&self.contents) = Arc::default();
                    tell(Reply::Parsed { parsed: Box::default(), done: false });
                }
                None => return Ok(Reply::Scanned { progress: self.progress(), symbols, done: false }),
            }
        }
        let mut survey = Survey::new(Scanner::new(self.facts.format), self.facts.format);
        let mut sinks: Vec<&mut dyn ChunkSink> = if is_cobol { vec![&mut survey] } else { Vec::new() };
        let read = self.read_all(&mut sinks, 0, budget, tell)?;
        drop(sinks);
        let (outline, contents) = survey.finish();
        let symbols = outline.len();
        let done = read.is_some();
        if done {
            let (outline, contents) = (Arc::new(outline), Arc::new(contents));
            *lock(&self.outline) = Arc::clone(&outline);
            *lock(&self.contents) = Arc::clone(&contents);
            if is_cobol && Kept::is_worth(&self.source) {
                // To pack and write it takes a while: it is shown before.
                tell(Reply::Scanned { progress: self.progress(), symbols, done: false });
                kept.keep_outline((&self.source, &self.facts), &outline, &contents);
            }
            if let Err(problem) = self.unpacked() {
                tell(Reply::Scanned { progress: self.progress(), symbols, done });
                return Err(problem);
            }
        }
        Ok(Reply::Scanned { progress: self.progress(), symbols, done })
    }

    /// Reads to the end; the number of lines if it came there.
    fn read_all(
        &self,
        sinks: &mut [&mut dyn ChunkSink],
        symbols: usize,
        budget: &Budget,
        tell: &mut dyn FnMut(Reply),
    ) -> Result<Option<u64>> {
        let mut told = |progress: ScanProgress| tell(Reply::Scanned { progress, symbols, done: false });
        let end = self.source.scan(sinks, budget, &mut told)?;
        Ok(if let ScanEnd::Complete { lines, .. } = end { Some(lines) } else { None })
    }

    /// What is wrong with a packed file, once it was read to its end.
    fn unpacked(&self) -> Result<()> {
        let problem = self.source.unpacked().and_then(|u| u.problem);
        problem.map_or(Ok(()), |why| {
            let shown = crate::base::num::thousands(self.source.size());
            Err(UserError::new(format!("{} was not unpacked well", self.source.path().display()))
                .cause(why)
                .hint(format!("what is shown is what could be unpacked, {shown} bytes")))
        })
    }

    pub(super) fn progress(&self) -> ScanProgress {
        let status = self.source.index_status();
        ScanProgress { done: status.indexed, total: status.size, lines: status.lines, guessed: false }
    }

    /// What is looked for, in the encoding of the file, and where.
    fn sought(&self, spec: &NeedleSpec, within: &FindIn, budget: &Budget) -> Result<(Needle, Scope)> {
        Ok((Needle::in_encoding(spec, self.facts.encoding())?, self.scope(within, budget)?))
    }

    pub fn find(
        &self,
        (spec, within): (&NeedleSpec, &FindIn),
        from: u64,
        (direction, wrap): (Direction, bool),
        budget: &Budget,
        tell: &mut dyn FnMut(Reply),
    ) -> Result<Reply> {
        let (needle, scope) = self.sought(spec, within, budget)?;
        let mut told = |p| tell(finding(p));
        let sought = (&needle, &scope);
        let mut hit = self.source.find_in(sought, ByteOffset(from), direction, budget, &mut told)?;
        let wrapped = hit.is_none() && wrap;
        if wrapped {
            if direction == Direction::Backward {
                self.source.reach(u64::MAX, budget)?;
            }
            let other = if direction == Direction::Forward { 0 } else { self.source.size() };
            hit = self.source.find_in(sought, ByteOffset(other), direction, budget, &mut told)?;
        }
        if let Some(hit) = &hit {
            folds::reveal_hit(&self.source, &mut lock(&self.folds), hit, budget)?;
        }
        Ok(Reply::Found { hit, wrapped })
    }

    pub fn count(
        &self,
        spec: &NeedleSpec,
        within: &FindIn,
        budget: &Budget,
        tell: &mut dyn FnMut(Reply),
    ) -> Result<Reply> {
        let (needle, scope) = self.sought(spec, within, budget)?;
        let mut told = |p| tell(finding(p));
        let (count, ..) = self.source.find_lines((&needle, &scope), 0, &|_| false, budget, &mut told)?;
        Ok(Reply::Counted(Box::new(count)))
    }

    /// All matches: how many, the first one, and hidden lines that have one are shown.
    pub fn find_all(
        &self,
        spec: &NeedleSpec,
        within: &FindIn,
        budget: &Budget,
        tell: &mut dyn FnMut(Reply),
    ) -> Result<Reply> {
        let (needle, scope) = self.sought(spec, within, budget)?;
        let folds = Arc::clone(&lock(&self.folds));
        let mut told = |p| tell(finding(p));
        let sought = (&needle, &scope);
        let wanted = |at| folds.at(at).is_some();
        let (count, lines, all) = self.source.find_lines(sought, MOST_LINES, &wanted, budget, &mut told)?;
        Arc::make_mut(&mut lock(&self.folds)).show_all(&lines);
        let hit = match count.first {
            Some(first) => {
                let everywhere = (&needle, &Scope::default());
                self.source.find_in(everywhere, first, Direction::Forward, budget, &mut |_| {})?
            }
            None => None,
        };
        Ok(Reply::FoundAll { count: Box::new(count), hit, shown: to_u64(lines.len()), all })
    }

    /// Hides lines that a person names.
    pub fn exclude(&self, what: &Exclude, budget: &Budget) -> Result<Reply> {
        let excluder = Excluder { file: self, budget };
        let before = Arc::clone(&lock(&self.folds));
        let scope = what.within().map(|within| self.scope(within, budget)).transpose()?;
        let found = excluder.lines(what, &before, scope.unwrap_or_default())?;
        let mut folds = lock(&self.folds);
        let was = folds.lines();
        Arc::make_mut(&mut folds).hide(&found.lines);
        let hidden = folds.lines().saturating_sub(was);
        Ok(Reply::Excluded(Excluded { hidden, folds: folds.len(), ..found.told }))
    }

    /// The next hidden lines, or those before.
    pub fn next_hidden(&self, at: Option<u64>, direction: Direction) -> Reply {
        let fold = lock(&self.folds).next(at, direction == Direction::Forward);
        Reply::Hidden(fold.map(|f| f.from))
    }

    /// The lines that are meant, as they are hidden now.
    fn scope(&self, within: &FindIn, budget: &Budget) -> Result<Scope> {
        let folds = within.hidden.map(|hidden| (Arc::clone(&lock(&self.folds)), hidden));
        within.scope(self, folds, budget)
    }

    pub fn outline(&self, filter: &str, from: Option<usize>, line: LineNo, count: usize) -> Reply {
        let outline = self.outline_now();
        let chosen = (!filter.is_empty()).then(|| outline.filter(filter, usize::MAX));
        let total = chosen.as_ref().map_or(outline.len(), Vec::len);
        let current =
            if chosen.is_some() { None } else { outline.at(line).map(|at| to_usize(u64::from(at))) };
        let from = from.unwrap_or_else(|| current.unwrap_or(0).saturating_sub(count / 2));
        let symbols: Vec<Symbol> = match &chosen {
            None => outline.window(from, count),
            Some(chosen) => chosen.iter().skip(from).take(count).filter_map(|at| outline.get(*at)).collect(),
        };
        Reply::Outline { rows: symbols.iter().map(row_of).collect(), from, total, current }
    }

    pub fn symbol(&self, name: &str, line: LineNo, direction: Direction) -> Reply {
        let outline = self.outline_now();
        let last = u32::try_from(outline.len()).unwrap_or(u32::MAX);
        let found = if name.is_empty() {
            let is_place = |s: &Symbol| {
                matches!(
                    s.kind,
                    SymbolKind::Program
                        | SymbolKind::Division
                        | SymbolKind::Section
                        | SymbolKind::Paragraph
                        | SymbolKind::Unit
                        | SymbolKind::Part
                )
            };
            let after = outline.at(line).map_or(0, |at| at + 1);
            match direction {
                Direction::Forward => {
                    (after..last).filter_map(|at| outline.get(at)).find(|s| is_place(s) && s.line > line)
                }
                Direction::Backward => {
                    (0..after).rev().filter_map(|at| outline.get(at)).find(|s| is_place(s) && s.line < line)
                }
            }
        } else {
            let matching: Vec<Symbol> =
                outline.filter(name, usize::MAX).into_iter().filter_map(|at| outline.get(at)).collect();
            // A file is where it is described rather than where it is selected.
            let exact = matching.iter().filter(|s| s.name.eq_ignore_ascii_case(name));
            let exact = exact.min_by_key(|s| s.kind == SymbolKind::Select);
            exact.or_else(|| matching.iter().min_by_key(|s| s.name.len())).cloned()
        };
        Reply::Symbol(found.map(|s| row_of(&s)))
    }

    /// Parses the file, from byte `at` outwards.
    pub fn parse(
        &self,
        at: u64,
        kept: &Kept<'_>,
        meter: &dyn Meter,
        budget: &Budget,
        tell: &mut dyn FnMut(Reply),
    ) -> Result<Reply> {
        let before = self.source.fingerprint();
        let mut told = |parsed| tell(Reply::Parsed { parsed: Box::new(parsed), done: false });
        let parsed = super::parse::pass((&self.source, &self.facts), at, kept, meter, budget, &mut told)?;
        // Of a file that changed meanwhile it is not all.
        if parsed.done == parsed.total {
            self.keep_parsed(before, &parsed);
        }
        Ok(Reply::Parsed { parsed: Box::new(parsed), done: true })
    }

    /// What is known of the names on a line.
    pub fn names(
        &self,
        programs: &Programs,
        library: &dyn Fn(&Path) -> Library,
        at: (LineNo, ByteOffset),
        budget: &Budget,
    ) -> Result<Reply> {
        let outline = self.outline_now();
        let library = || library(self.source.path());
        let place = Place { file: &self.source, facts: &self.facts, outline: &outline, library: &library };
        programs.names(&place, at, budget).map(Reply::Names)
    }

    /// Where control goes in the program around a line.
    pub fn walk(
        &self,
        programs: &Programs,
        library: &dyn Fn(&Path) -> Library,
        (line, of): (LineNo, WalkOf),
        budget: &Budget,
    ) -> Result<Reply> {
        let outline = self.outline_now();
        let library = || library(self.source.path());
        let place = Place { file: &self.source, facts: &self.facts, outline: &outline, library: &library };
        Ok(Reply::Walk(programs.walk(&place, line, of, budget)?.map(Box::new)))
    }

    /// The place where the file was left, and its labels.
    pub fn revisit(&self, visits: &[Visit], budget: &Budget) -> Result<Reply> {
        let print = visits::print_of(&self.source);
        let visit = visits::chosen(visits, self.named.path(), &print);
        let mut found = match visit {
            Some(visit) => visits::find(visit, (&self.source, &self.facts), budget)?,
            None => Vec::new(),
        };
        let outline = self.outline_now();
        if let Some(mut ids) = self.line_ids(&outline) {
            for line in &mut found {
                line.kept.line_id = Some(ids.at(line.at));
            }
        }
        let of = visit.map(|v| &v.path).filter(|path| *path != self.named.path()).cloned();
        Ok(Reply::Revisited(Box::new(Revisited { print, of, found })))
    }

    /// What is known in the store of the lines of the file, each at the line where it belongs now.
    pub fn marks(&self, store: &dyn Store, paths: (&str, Option<&str>), budget: &Budget) -> Result<Reply> {
        let Marks { links, notes } = marks(store, (&self.source, &self.facts), paths, budget)?;
        let lines = links.iter().map(|(link, _)| link.line).chain(notes.iter().map(|n| n.line));
        let mut lines: Vec<u64> = lines.collect();
        lines.sort_unstable();
        lines.dedup();
        let outline = self.outline_now();
        let mut numbers = Vec::new();
        if let Some(mut ids) = self.line_ids(&outline) {
            let units = Several::of(&outline);
            for line in lines.into_iter().map(LineNo::new) {
                let (line_id, unit) = (ids.of_line(line, budget)?, units.at(line));
                numbers.push(NumberedLine { line: line.get(), line_id, unit });
            }
        }
        Ok(Reply::Links(links, notes, numbers))
    }

    /// Entries that fit a line.
    pub fn known(&self, store: &dyn Store, path: &str, line: LineAt, budget: &Budget) -> Result<Reply> {
        let outline = self.outline_now();
        let clues = known::clues(store, (&self.source, &self.facts, &outline), path, line, budget)?;
        Ok(Reply::Walk(Some(Box::new(known::known(store, &clues, budget)?))))
    }

    /// Asks the listing, as seen from the line `line` that begins at byte `at`.
    pub fn listing(&self, ask: ListingAsk, line: LineNo, at: u64, budget: &Budget) -> Result<Reply> {
        let contents = Arc::clone(&lock(&self.contents));
        let asked = Asked { file: &self.source, format: self.facts.format, contents: &contents, budget };
        asked.answer(ask, line, at).map(Reply::Listing)
    }

    /// Where the line begins to which the compiler gave a number, in the unit of the line `near`.
    pub(super) fn at_line_id(&self, id: u32, near: LineNo, budget: &Budget) -> Result<u64> {
        match self.listing(ListingAsk::Line(id), near, 0, budget)? {
            Reply::Listing(ListingAnswer::There { at, .. }) => Ok(at),
            Reply::Listing(ListingAnswer::Nowhere(why)) => {
                Err(UserError::new(why).hint("=10:=20 are lines of the file"))
            }
            _ => Ok(self.source.size()),
        }
    }

    /// What its bytes mean.
    pub(super) fn encoding(&self) -> Encoding {
        self.source.detected().format.encoding
    }

    pub fn watch(&self) -> Result<Reply> {
        self.look().map(Reply::Watched)
    }

    /// What became of the file; what was appended is taken, and what has its name now.
    pub fn look(&self) -> Result<Change> {
        let change = super::renewed(&self.source)?;
        if matches!(change, Change::Shrank | Change::Replaced) {
            *lock(&self.folds) = Arc::default();
        }
        Ok(change)
    }
}

fn finding(progress: FindProgress) -> Reply {
    Reply::Finding { read: progress.done, total: progress.total }
}

fn row_of(symbol: &Symbol) -> OutlineRow {
    OutlineRow {
        kind: symbol.kind,
        name: if symbol.kind == SymbolKind::Select { symbol.as_select() } else { symbol.name.clone() },
        line: symbol.line,
        depth: symbol.depth,
        level: symbol.level,
    }
}

/// Where the structure changes inside of a page.
fn crumbs(page: &Page, outline: &Outline, contents: &Contents) -> Vec<Crumb> {
    let mut crumbs: Vec<Crumb> = Vec::new();
    for line in page.lines.iter().filter_map(|l| l.number) {
        let named = outline.path_at(line).iter().map(|s| label(s, contents)).collect::<Vec<_>>();
        // A program that is not named says nothing.
        let path: Vec<String> = named.into_iter().filter(|name| !name.is_empty()).collect();
        if crumbs.last().is_none_or(|c| c.path != path) {
            crumbs.push(Crumb { line, path });
        }
    }
    crumbs
}

/// How the breadcrumb calls a symbol.
fn label(symbol: &Symbol, contents: &Contents) -> String {
    match symbol.kind {
        SymbolKind::Unit => match contents.unit_at(symbol.line).and_then(|u| u.severity) {
            Some(code) => format!("{} severity {code}", symbol.name),
            None => symbol.name.clone(),
        },
        SymbolKind::Division => format!("{} DIVISION", symbol.name),
        SymbolKind::Section => format!("{} SECTION", symbol.name),
        _ => symbol.name.clone(),
    }
}

/// What a file is, by what its bytes and its first lines tell.
pub fn facts_of(file: &SourceFile) -> FileFacts {
    let (sample, _) = file.read(file.first_line(), SAMPLE);
    let guess = detect(sample.split(|b| *b == b'\n').take(2_000));
    FileFacts { size: file.size(), text: file.detected(), format: guess.format, confidence: guess.confidence }
}

#[cfg(test)]
mod tests;
