//! Carries requests out: the only place where panes' wishes meet files, the store and the figures. Owns the open files
//! and the store of a session.

use super::files::{Files, OpenFile};
use super::kept::Kept;
use super::names::Programs;
use super::relief::{Holders, Relief};
use super::{Carrier, DeskSettings, Envelope, Reply, Request, SearchesAsk, Ticket};
use super::{entries, export, visits};
use crate::base::{Budget, ByteOffset, Env, Exit, Meter, Result, UserError, fault};
use crate::cache::{Cache, Sizes};
use crate::config::{Config, LoadInputs, Loaded};
use crate::kb::recall::Recall;
use crate::kb::search;
use crate::kb::search::SearchRequest;
use crate::kb::{entry, starter};
use crate::metrics::{Objects, Registry, Snapshot, Warmed, profile};
use crate::source::{has_members, members};
use crate::store::{SqliteStore, Store, UnixMs};
use std::io::Read as _;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// Time between two figures that are kept, milliseconds.
const KEEP_EVERY_MS: i64 = 60_000;
/// Figures kept: those of about eight hours.
const KEEP_FIGURES: u64 = 500;

/// A search for what is being typed shows what it has after this time, and what is late when it is there.
const WHILE_TYPING: Duration = Duration::from_millis(50);
/// Searches made before that are offered.
const PAST: usize = 200;

/// The file of what was typed on the command line, in the folder of the state.
const COMMANDS: &str = "commands";
/// At most so many bytes of it are read.
const COMMANDS_MAX: u64 = 64 << 10;
/// The file of the files that were open, in the folder of the state.
const VISITS: &str = "recent.json";

/// Everything that requests are carried out with.
pub struct Desk {
    env: Env,
    inputs: LoadInputs,
    loaded: Mutex<Loaded>,
    registry: Arc<Registry>,
    meter: Arc<dyn Meter>,
    store: OnceLock<Arc<dyn Store>>,
    recall: Recall,
    /// Why nothing is kept on disk between sessions, until it was said.
    no_disk: Mutex<Option<UserError>>,
    warmed: Mutex<Option<Warmed>>,
    relief: Relief,
    files: Files,
    programs: Programs,
    /// When figures were kept last, milliseconds of the clock.
    kept: AtomicI64,
    /// The history of its figures.
    history: super::figures::Kept,
    deliver: Box<dyn Fn(Envelope) + Send + Sync>,
}

impl Desk {
    /// A desk that hands its replies to `deliver`, from any thread.
    pub fn new(
        env: Env,
        settings: (LoadInputs, Loaded),
        registry: Arc<Registry>,
        deliver: impl Fn(Envelope) + Send + Sync + 'static,
    ) -> Self {
        let meter: Arc<dyn Meter> = Arc::clone(&registry) as Arc<dyn Meter>;
        let (inputs, loaded) = settings;
        let sizes = Sizes::of(&loaded.config.performance.cache);
        let cache = Arc::new(Cache::new(sizes, Arc::clone(&env.clock)));
        if loaded.config.performance.monitoring.profiling_enabled {
            profile::switch(true);
        }
        Self {
            kept: AtomicI64::new(env.clock.unix_ms()),
            history: super::figures::Kept::default(),
            env,
            inputs,
            loaded: Mutex::new(loaded),
            registry,
            meter,
            store: OnceLock::new(),
            recall: Recall::new(cache),
            no_disk: Mutex::default(),
            warmed: Mutex::default(),
            relief: Relief::default(),
            files: Files::default(),
            programs: Programs::default(),
            deliver: Box::new(deliver),
        }
    }

    fn store(&self) -> Result<&Arc<dyn Store>> {
        self.store.get().ok_or_else(|| {
            UserError::new("the store is not open")
                .hint("see the Log pane (5) for the reason")
                .exit(Exit::Store)
        })
    }

    fn cache(&self) -> &Cache {
        self.recall.cache()
    }

    fn config(&self) -> Config {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner).config.clone()
    }

    fn reload(&self) -> Reply {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        let profiled = loaded.config.performance.monitoring.profiling_enabled;
        *loaded = loaded.reload(&self.inputs);
        // Only where the setting changed: a person may have switched it since.
        let profiles = loaded.config.performance.monitoring.profiling_enabled;
        if profiles != profiled {
            profile::switch(profiles);
        }
        self.registry.configure(&loaded.config.performance.monitoring);
        if let Some(store) = self.store.get() {
            store.set_slow_after(loaded.config.performance.monitoring.slow_query_ms);
        }
        let problems = loaded.notices.iter().map(|n| n.error.clone()).collect();
        Reply::Settings(Box::new(DeskSettings::of(&loaded.config)), problems)
    }

    fn open_store(&self, ticket: &Ticket, budget: &Budget) -> Result<Reply> {
        // Before the store: a large file may be waited for that has its outline there.
        *self.no_disk.lock().unwrap_or_else(PoisonError::into_inner) =
            self.cache().open_disk(&self.env.paths.cache).err();
        // The first page is on the screen: what it took to come this far is not needed again.
        greenbar_native::memory::unload();
        let options = super::store_options(&self.env, &self.config())?;
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&options, Arc::clone(&self.meter))?);
        let installed = starter::install(store.as_ref(), self.env.clock.unix_ms(), budget)?;
        if installed > 0 {
            // It only costs time later if it fails.
            drop(store.upkeep());
            // What a first start takes nobody needs again.
            greenbar_native::memory::give_back();
        }
        // Nor what every start needs.
        greenbar_native::memory::unload();
        if let Err(error) = super::use_model(&self.config().semantic.model) {
            // The built-in model does as well, for now.
            (self.deliver)(Envelope::failed(ticket, error));
        }
        let info = store.info()?;
        self.registry.set_store(&info);
        let drafts = Box::new(super::drafts::drafts(&self.env.paths.state));
        let commands = kept_commands(&self.env.paths.state.join(COMMANDS));
        // The slot keeps its requests in order: nobody else sets it.
        drop(self.store.set(store));
        Ok(Reply::StoreReady { info: Box::new(info), installed, drafts, commands })
    }

    /// Keeps `figures` in the store for `greenbar metrics`, unless the last ones are younger than `every`.
    fn keep_figures(&self, figures: &Snapshot, every: i64) {
        let Some(store) = self.store.get() else { return };
        let now = self.env.clock.unix_ms();
        if now.saturating_sub(self.kept.load(Ordering::Relaxed)) < every
            || !self.config().performance.monitoring.metrics_enabled
        {
            return;
        }
        self.kept.store(now, Ordering::Relaxed);
        if let Ok(document) = serde_json::to_string(figures) {
            // A store that takes no writes has said so already, and the figures are on the screen all the same.
            drop(store.record_metrics(&document, KEEP_FIGURES, now));
            drop(store.keep_workings(false, now));
        }
    }

    /// Keeps the history of the figures.
    fn keep_history(&self, figures: &Snapshot, end: bool) {
        if self.config().performance.monitoring.metrics_enabled {
            let store = self.store.get().map(AsRef::as_ref);
            self.history.push(store, figures, self.env.clock.unix_ms(), end);
            if let Some(store) = store {
                super::figures::keep_alerts(store, self.registry.take_alert_events());
            }
        }
    }

    /// Keeps a text of the session on disk, for the next one; an empty one is dropped.
    fn keep(path: &Path, text: &str, hint: &str) -> Result<Reply> {
        super::drafts::keep(path, text, hint).map(|()| Reply::Done)
    }

    /// Carries out what needs the store.
    fn ask_store(&self, ticket: &Ticket, request: Request, budget: &Budget) -> Result<Reply> {
        let store = self.store()?.as_ref();
        let now = self.env.clock.unix_ms();
        let gone =
            |id: &str| UserError::new(format!("{id} is not in the knowledge base")).exit(Exit::NotFound);
        match request {
            Request::Search(mut request) => {
                request.now = now;
                let settings = self.config().performance.search.clone();
                // What is shown for a key is the best so far, however much is late.
                let for_a_key = request.typing && request.deep.is_none();
                request.strict = !settings.fallback_enabled && !for_a_key;
                request.deep = request.deep.map(|_| search::Depth::of(&settings));
                // What follows when the keys rest is not in a hurry.
                if for_a_key {
                    let soon = budget.clone().until(Instant::now() + WHILE_TYPING);
                    let found = self.recall.search(store, &request, &soon, self.meter.as_ref())?;
                    if !found.result().partial {
                        return Ok(Reply::Results(Box::new(found.into_result())));
                    }
                    // The best so far; what is late follows.
                    let so_far = Reply::Results(Box::new(found.into_result()));
                    (self.deliver)(Envelope::of(ticket, Ok(so_far)));
                }
                let found = self.recall.search(store, &request, budget, self.meter.as_ref())?.into_result();
                if !request.typing && self.config().search.history && !request.text.trim().is_empty() {
                    store.record_search(&request.text, found.total, found.took_us, now)?;
                }
                Ok(Reply::Results(Box::new(found)))
            }
            Request::Warm(like) => self.warm(store, like, budget),
            Request::Past { name, ms, count } => past(store, &name, (now, ms), count, budget),
            Request::Upkeep => super::inside::tidy(store, now).map(|()| Reply::Done),
            Request::Inside(ask) => super::inside::ask(store, ask, now, budget).map(Reply::Inside),
            Request::Offers(piece) => piece.offers(store, budget).map(Reply::Offers),
            Request::Searches(ask) => {
                let keeps = self.config().search.history;
                match ask {
                    SearchesAsk::Remember { query, hits, took_us } if keeps => {
                        store.record_search(&query, hits, took_us, now)?;
                    }
                    SearchesAsk::Opened { query, id, place, worked } if keeps => match worked {
                        Some(worked) => search::learned::rated(store, &query, &id, worked, now)?,
                        None => search::learned::opened(store, &query, &id, place, now)?,
                    },
                    SearchesAsk::Remember { .. } | SearchesAsk::Opened { .. } | SearchesAsk::List => {}
                    SearchesAsk::Forget(query) => drop(search::learned::forget(store, &query)?),
                    SearchesAsk::Save { name, query } => drop(store.save_search(&name, &query, now)?),
                }
                let past = if keeps { store.past_searches(PAST, budget)? } else { Vec::new() };
                Ok(Reply::Searches(past, store.saved_searches(budget)?))
            }
            Request::Entry { id, opened } => entry_with_links(store, &id, opened.then_some(now), budget),
            Request::Transfer(ask) => {
                let mut tell = |answer| (self.deliver)(Envelope::of(ticket, Ok(Reply::Transfer(answer))));
                super::transfer::ask(store, ask, now, budget, &mut tell).map(Reply::Transfer)
            }
            Request::OfEntry(ask) => entries::ask(store, ask, now, budget).map(Reply::OfEntry),
            Request::SaveEntry { entry: new, seen } => match seen {
                Some(seen) => entry::save_seen(store, &new, seen, now),
                None => entry::save(store, &new, now),
            }
            .map(Reply::Saved),
            Request::DeleteEntry(id) => {
                if store.delete(&id, now)? {
                    Ok(Reply::Deleted(id))
                } else {
                    Err(gone(&id))
                }
            }
            Request::UndeleteEntry(id) => {
                if store.undelete(&id, now)? {
                    Ok(Reply::Undeleted(id))
                } else {
                    Err(gone(&id))
                }
            }
            Request::RateEntry { id, worked } => {
                let head = store.record_use(&id, Some(worked), now)?.map(Box::new);
                Ok(Reply::Rated { head, worked })
            }
            Request::LinkEntry { id, reference } => {
                if store.add_reference(&id, &reference, now)? {
                    Ok(Reply::Linked { id, reference })
                } else {
                    Err(gone(&id))
                }
            }
            Request::Links { file, path, also } => {
                self.file(file)?.marks(store, (&path, also.as_deref()), budget)
            }
            Request::Known { file, path, line, offset } => {
                self.file(file)?.known(store, &path, (line, ByteOffset(offset)), budget)
            }
            Request::NoteLine { path, mut note } => {
                note.updated_at = now;
                Ok(Reply::Noted(store.put_line_note(&path, &note)?.is_some()))
            }
            _ => Ok(Reply::Done),
        }
    }

    /// Fills the cache, if that is wanted, and says once why it keeps nothing on disk, if it does not.
    fn warm(&self, store: &dyn Store, like: SearchRequest, budget: &Budget) -> Result<Reply> {
        if self.config().performance.cache.warming_enabled {
            let visits = visits::read(&self.env.paths.state.join(VISITS));
            let like = SearchRequest { now: self.env.clock.unix_ms(), ..like };
            let light = !self.files.is_empty();
            let warmed = super::warm::warm((store, &self.recall), &like, (&visits, light), budget)?;
            *self.warmed.lock().unwrap_or_else(PoisonError::into_inner) = Some(warmed);
        }
        let said = self.no_disk.lock().unwrap_or_else(PoisonError::into_inner).take();
        said.map_or(Ok(Reply::Done), Err)
    }

    /// What the workers hold, for the leak watch.
    pub fn objects(&self) -> Vec<Objects> {
        let (cached, room) = self.cache().memory_size();
        vec![
            Objects::new("open files", self.files.len(), 0),
            Objects::new("programs read", self.programs.len(), super::names::REMEMBERED),
            Objects::bytes("cached bytes", cached, room),
        ]
    }

    /// Who holds memory that can be given back.
    fn holders(&self) -> Holders<'_> {
        Holders { cache: self.cache(), programs: &self.programs, store: self.store.get() }
    }

    fn file(&self, id: super::FileId) -> Result<Arc<OpenFile>> {
        self.files
            .get(id)
            .ok_or_else(|| UserError::new("this file is not open any more").hint("OPEN opens it again"))
    }

    fn carry_out(&self, ticket: &Ticket, request: Request, budget: &Budget) -> Result<Reply> {
        match request {
            Request::OpenStore => self.open_store(ticket, budget),
            Request::Reload => Ok(self.reload()),
            Request::Relieve => Ok(super::relief::relieve(&self.holders())),
            Request::KeepDraft { name, text } => match super::draft_path(&self.env.paths.state, &name) {
                Some(path) => Self::keep(&path, &text, "save the entry soon"),
                None => Ok(Reply::Done),
            },
            Request::KeepCommands(commands) => {
                let hint = "commands are remembered for this session only";
                Self::keep(&self.env.paths.state.join(COMMANDS), &commands.join("\n"), hint)
            }
            Request::Profile(ask) => super::profile::ask(&ask),
            Request::PrintTo { to, text } => export::write(&to, &text),
            Request::Visits => Ok(Reply::Visits(visits::read(&self.env.paths.state.join(VISITS)))),
            Request::KeepVisits(left) => {
                let path = self.env.paths.state.join(VISITS);
                let all = visits::joined(visits::read(&path), left, self.env.clock.unix_ms());
                let text = serde_json::to_string(&all).unwrap_or_default();
                Self::keep(&path, &text, "the places in open files are not remembered")
            }
            Request::Revisit { file, visits } => self.file(file)?.revisit(&visits, budget),
            Request::Figures => {
                self.registry.tick();
                if let Some(store) = self.store.get() {
                    self.registry.set_store(&store.info()?);
                }
                self.relief.watch(self.env.clock.instant(), &self.holders());
                let warmed = self.warmed.lock().unwrap_or_else(PoisonError::into_inner).clone();
                self.registry.set_objects("workers", self.objects());
                self.registry.set_caches(super::warm::stats(self.cache(), warmed));
                let figures = self.registry.snapshot();
                self.keep_figures(&figures, KEEP_EVERY_MS);
                self.keep_history(&figures, false);
                Ok(Reply::Figures(Box::new(figures)))
            }
            Request::OpenFile { file, path, wanted, page } => {
                let named = crate::base::name::path_of(&path);
                if has_members(&named) {
                    return Ok(Reply::Members(Box::new(members(&named, budget)?)));
                }
                let open = self.files.open(file, (&path, wanted), budget, Arc::clone(&self.meter))?;
                let reply = open.first(&page, budget);
                self.files.put(file, open);
                reply
            }
            Request::CloseFile { file } => {
                if !fault::leaks("close-file") {
                    self.files.remove(file);
                }
                Ok(Reply::Done)
            }
            Request::Seek { places, pattern, needle } => {
                let mut tell = |sought| {
                    (self.deliver)(Envelope::of(ticket, Ok(Reply::Sought(Box::new(sought)))));
                };
                let meter = Arc::clone(&self.meter);
                super::seek::seek((&places, &pattern), &needle, (budget, meter), &mut tell)
                    .map(|sought| Reply::Sought(Box::new(sought)))
            }
            Request::Compare { file, with, wanted, rules } => {
                let mut told = |read, total| {
                    (self.deliver)(Envelope::of(ticket, Ok(Reply::Finding { read, total })));
                };
                let (file, meter) = (self.file(file)?, Arc::clone(&self.meter));
                let with = (with.as_str(), wanted);
                super::compare::compared(file.party(), with, rules, (budget, meter), &mut told)
                    .map(|compared| Reply::Compared(Box::new(compared)))
            }
            Request::Sort(file, by) => self.file(file)?.sort(&by, budget),
            other => self.ask_file(ticket, other, budget),
        }
    }

    /// Carries out what is about an open file.
    fn ask_file(&self, ticket: &Ticket, request: Request, budget: &Budget) -> Result<Reply> {
        let mut tell = |reply| (self.deliver)(Envelope::of(ticket, Ok(reply)));
        let kept = Kept::new(self.cache(), self.env.clock.unix_ms());
        let library = |path: &Path| super::library_for(path, &self.env, &self.config());
        match request {
            Request::Page { file, page, reveal } => self.file(file)?.page(&page, reveal, budget),
            Request::Scan { file } => {
                let open = self.file(file)?;
                let known = open.known_scan(self.files.twins(file));
                known.map_or_else(|| open.scan(&kept, budget, &mut tell), Ok)
            }
            Request::Find { file, needle, within, from, direction, wrap } => {
                self.file(file)?.find((&needle, &within), from, (direction, wrap), budget, &mut tell)
            }
            Request::Count { file, needle, within } => {
                self.file(file)?.count(&needle, &within, budget, &mut tell)
            }
            Request::FindAll { file, needle, within } => {
                self.file(file)?.find_all(&needle, &within, budget, &mut tell)
            }
            Request::Exclude { file, what } => self.file(file)?.exclude(&what, budget),
            Request::NextHidden { file, at, direction } => Ok(self.file(file)?.next_hidden(at, direction)),
            Request::Outline { file, filter, from, line, count } => {
                Ok(self.file(file)?.outline(&filter, from, line, count))
            }
            Request::Symbol { file, name, line, direction } => {
                Ok(self.file(file)?.symbol(&name, line, direction))
            }
            Request::Parse { file, at } => {
                let open = self.file(file)?;
                let known = open.known_parse(self.files.twins(file));
                known.map_or_else(|| open.parse(at, &kept, &*self.meter, budget, &mut tell), Ok)
            }
            Request::Names { file, line, offset } => {
                self.file(file)?.names(&self.programs, &library, (line, ByteOffset(offset)), budget)
            }
            Request::Walk { file, line, of } => {
                self.file(file)?.walk(&self.programs, &library, (line, of), budget)
            }
            Request::Listing { file, ask, line, at } => self.file(file)?.listing(ask, line, at, budget),
            Request::Fold { file, how, at, line } => self.file(file)?.fold(how, at, line, budget),
            Request::Export { file, to, within } => self.file(file)?.export(&to, &within, budget),
            Request::Watch { file } => self.file(file)?.watch(),
            Request::Follow { file, from, needle } => self.file(file)?.follow(from, needle.as_ref(), budget),
            Request::Print { file, carriage, printed } => Ok(self.file(file)?.print(carriage, printed)),
            Request::Sheets { file } => self.file(file)?.count_sheets(budget),
            Request::Sheet { file, to } => self.file(file)?.sheet(to, budget),
            other => self.ask_store(ticket, other, budget),
        }
    }
}

/// The commands of the sessions before, oldest first; none if they cannot be read.
fn kept_commands(path: &Path) -> Vec<String> {
    let mut text = String::new();
    let read = std::fs::File::open(path).and_then(|f| f.take(COMMANDS_MAX).read_to_string(&mut text));
    if read.is_ok() { text.lines().map(str::to_owned).collect() } else { Vec::new() }
}

/// An entry with its links; that it was opened, if it was, is counted.
fn entry_with_links(store: &dyn Store, id: &str, opened: Option<UnixMs>, budget: &Budget) -> Result<Reply> {
    if let Some(at) = opened {
        store.record_use(id, None, at)?;
    }
    let Some(entry) = store.entry(id, budget)? else { return Ok(Reply::Entry(None)) };
    let links = store.references_of(id, budget)?;
    Ok(Reply::Entry(Some(Box::new((entry, links)))))
}

/// A figure over a span of time, as a reply.
fn past(store: &dyn Store, name: &str, span: (UnixMs, i64), count: usize, budget: &Budget) -> Result<Reply> {
    super::figures::past(store, name, span, count, budget).map(|past| Reply::Past(Box::new(past)))
}

impl Drop for Desk {
    /// The last figures of the session: whoever asks afterwards sees how it ended. Then the store is tidied up, as its
    /// makers advise before it is closed.
    fn drop(&mut self) {
        let figures = self.registry.snapshot();
        self.keep_figures(&figures, 0);
        self.keep_history(&figures, true);
        if let Some(store) = self.store.get() {
            drop(super::inside::tidy(store.as_ref(), self.env.clock.unix_ms()));
        }
    }
}

impl Carrier for Desk {
    fn carry(&self, ticket: &Ticket, request: Request, budget: &Budget) {
        let tells = matches!(request, Request::Transfer(_));
        let reply = self.carry_out(ticket, request, budget);
        // Nobody waits for what was cancelled, but for how far an import came; a write is never cancelled.
        if tells || !budget.cancel.is_cancelled() {
            (self.deliver)(Envelope::of(ticket, reply));
        }
    }

    fn deliver(&self, envelope: Envelope) {
        (self.deliver)(envelope);
    }
}

#[cfg(test)]
mod tests;
