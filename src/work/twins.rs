//! Views of one file: what one of them has found out by reading all of it serves the others, so that a second view costs no
//! second reading. Must not know panes.

use super::files::{Files, OpenFile, facts_of, lock};
use super::{FileId, Parsed, Reply};
use crate::base::{Budget, Meter, Result};
use crate::source::encoding::Encoding;
use crate::source::{Change, Fingerprint, Records, Wanted};
use std::sync::Arc;

/// What a file was opened as. Carriage control makes no other lines of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Named {
    path: String,
    encoding: Option<Encoding>,
    records: Option<Records>,
}

impl Named {
    pub fn new(path: &str, wanted: Wanted) -> Self {
        Self { path: path.to_owned(), encoding: wanted.encoding, records: wanted.records }
    }

    /// The path.
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// What was found out of a file as it was at one moment.
#[derive(Default)]
pub(super) struct Learnt {
    /// Index, outline and contents are those of the whole file as it looked then.
    surveyed: Option<Fingerprint>,
    /// What its parse told, and of which file.
    parsed: Option<(Fingerprint, Parsed)>,
}

impl Files {
    /// Opens a file, or makes another view of it where it is open already.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(
        &self,
        id: FileId,
        (path, wanted): (&str, Wanted),
        budget: &Budget,
        meter: Arc<dyn Meter>,
    ) -> Result<OpenFile> {
        let named = Named::new(path, wanted);
        // A view of what is not the file of that name any more is no view of the file.
        let twin = self.views(id, &named).find(|file| file.source.changed() == Change::Same);
        match twin {
            Some(twin) => Ok(twin.twin(wanted)),
            None => OpenFile::open(path, wanted, budget, meter),
        }
    }

    /// Other views of the file that `id` is.
    pub fn twins(&self, id: FileId) -> impl Iterator<Item = Arc<OpenFile>> {
        let named = self.get(id).map(|file| file.named.clone()).unwrap_or_default();
        self.views(id, &named)
    }

    /// Views of a file, but for `id`.
    fn views(&self, id: FileId, named: &Named) -> impl Iterator<Item = Arc<OpenFile>> + use<> {
        let open = lock(&self.0);
        let views: Vec<_> =
            open.iter().filter(|(other, file)| **other != id && file.named == *named).collect();
        views.into_iter().map(|(_, file)| Arc::clone(file)).collect::<Vec<_>>().into_iter()
    }
}

impl OpenFile {
    /// Another view of it, with nothing hidden.
    fn twin(&self, wanted: Wanted) -> Self {
        let source = self.source.twin(wanted);
        let facts = facts_of(&source);
        let twin = Self::of(source, facts, self.named.clone());
        twin.learn_from(self);
        twin
    }

    /// Index, outline and contents are those of all of the file, which looked so `before` it was read.
    pub(super) fn surveyed(&self, before: &Fingerprint) {
        let now = self.source.fingerprint();
        // More of what is packed is found while it is read; other files have changed then.
        let whole = now == *before || self.source.unpacked().is_some();
        lock(&self.learnt).surveyed = Some(now).filter(|_| whole);
    }

    /// Takes over the index, the outline and the contents that another view has of the same file; whether it has them.
    fn learn_from(&self, other: &Self) -> bool {
        let print = other.source.fingerprint();
        let ready = lock(&other.learnt).surveyed.as_ref() == Some(&print);
        if !ready || self.facts.format != other.facts.format || !self.source.learn_from(&other.source) {
            return false;
        }
        let (outline, contents) = (other.outline_now(), Arc::clone(&lock(&other.contents)));
        *lock(&self.outline) = outline;
        *lock(&self.contents) = contents;
        lock(&self.learnt).surveyed = Some(print);
        true
    }

    /// What a scan would tell, if one of its twins was read.
    pub fn known_scan(&self, mut twins: impl Iterator<Item = Arc<Self>>) -> Option<Reply> {
        let symbols = || self.outline_now().len();
        let known = twins.any(|twin| self.learn_from(&twin));
        known.then(|| Reply::Scanned { progress: self.progress(), symbols: symbols(), done: true })
    }

    /// What a parse would tell, if one of its twins was parsed.
    pub fn known_parse(&self, mut twins: impl Iterator<Item = Arc<Self>>) -> Option<Reply> {
        let now = self.source.fingerprint();
        let parsed = twins.find_map(|twin| {
            let learnt = lock(&twin.learnt);
            learnt.parsed.as_ref().filter(|(print, _)| *print == now).map(|(_, parsed)| parsed.clone())
        })?;
        Some(Reply::Parsed { parsed: Box::new(parsed), done: true })
    }

    /// Keeps what the parse of the file told, which looked so before it.
    pub(super) fn keep_parsed(&self, before: Fingerprint, parsed: &Parsed) {
        lock(&self.learnt).parsed = Some((before, parsed.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{ByteOffset, LineNo, Op, num::to_u64};
    use crate::cache::Cache;
    use crate::source::{Anchor, PageRequest};
    use crate::work::kept::Kept;
    use crate::work::listing::tests::listing;
    use crate::work::{FoldHow, ListingAsk};
    use std::sync::atomic::{AtomicU64, Ordering};

    /// Bytes that were read of files.
    #[derive(Default)]
    struct Read(AtomicU64);

    impl Meter for Read {
        fn record(&self, op: Op, _nanos: u64, bytes: u64, _ok: bool) {
            if op == Op::FileRead {
                self.0.fetch_add(bytes, Ordering::Relaxed);
            }
        }
    }

    struct Case {
        files: Files,
        read: Arc<Read>,
        path: String,
        _folder: tempfile::TempDir,
    }

    impl Case {
        fn new(text: &str) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("T.lst");
            std::fs::write(&path, text).unwrap();
            let path = path.to_str().unwrap().to_owned();
            Self { files: Files::default(), read: Arc::default(), path, _folder: folder }
        }

        fn open(&self, id: u32, wanted: Wanted) -> Arc<OpenFile> {
            let meter = Arc::clone(&self.read) as Arc<dyn Meter>;
            let id = FileId(id);
            let file = self.files.open(id, (&self.path, wanted), &Budget::unlimited(), meter).unwrap();
            self.files.put(id, file);
            self.files.get(id).unwrap()
        }

        /// Bytes read by `work`.
        fn reads(&self, work: impl FnOnce()) -> u64 {
            let before = self.read.0.load(Ordering::Relaxed);
            work();
            self.read.0.load(Ordering::Relaxed) - before
        }

        fn scan(&self, id: u32) -> Reply {
            let (file, cache) = (self.files.get(FileId(id)).unwrap(), Cache::none());
            let known = file.known_scan(self.files.twins(FileId(id)));
            let scan = || file.scan(&Kept::new(&cache, 0), &Budget::unlimited(), &mut |_| {}).unwrap();
            known.unwrap_or_else(scan)
        }

        fn parse(&self, id: u32) -> Reply {
            let (file, cache) = (self.files.get(FileId(id)).unwrap(), Cache::none());
            let known = file.known_parse(self.files.twins(FileId(id)));
            let kept = Kept::new(&cache, 0);
            let parse = || file.parse(0, &kept, &*self.read, &Budget::unlimited(), &mut |_| {}).unwrap();
            known.unwrap_or_else(parse)
        }
    }

    #[test]
    fn a_second_view_reads_nothing_that_the_first_has_read() {
        let text = listing().repeat(200);
        let case = Case::new(&text);
        let first = case.open(1, Wanted::default());
        let scanned = case.scan(1);
        let parsed = case.parse(1);
        let second = case.open(2, Wanted::default());
        let read = case.reads(|| {
            assert_eq!(case.scan(2), scanned);
            assert_eq!(case.parse(2), parsed);
        });
        assert!(read < to_u64(text.len()) / 10, "{read} of {}", text.len());
        assert_eq!(second.outline_now(), first.outline_now());
        let ask = |file: &OpenFile| file.listing(ListingAsk::Facts, LineNo::FIRST, 0, &Budget::unlimited());
        assert_eq!(ask(&second).unwrap(), ask(&first).unwrap());
        // Lines by number are as near as in the first.
        let request = PageRequest::at(Anchor::Line(LineNo::new(9_000)), 3);
        let page = |file: &OpenFile| file.page(&request, false, &Budget::unlimited()).unwrap();
        assert_eq!(page(&second), page(&first));
        // Each has its own hidden lines, and stays when the other is closed.
        second.fold(FoldHow::All, 0, LineNo::FIRST, &Budget::unlimited()).unwrap();
        assert!(lock(&first.folds).is_empty() && !lock(&second.folds).is_empty());
        case.files.remove(FileId(1));
        drop(first);
        assert_eq!(page(&second), page(&second));
        // Who opens it in another way reads it.
        let other = Wanted { encoding: Some(Encoding::Latin1), ..Wanted::default() };
        case.open(3, other);
        assert!(case.reads(|| drop(case.scan(3))) >= to_u64(text.len()));
    }

    #[test]
    fn a_view_opened_while_the_first_is_read_learns_from_it_afterwards() {
        let text = listing().repeat(200);
        let case = Case::new(&text);
        let first = case.open(1, Wanted::default());
        let second = case.open(2, Wanted::default());
        let scanned = case.scan(1);
        assert!(case.reads(|| assert_eq!(case.scan(2), scanned)) < 1_000);
        assert_eq!(second.outline_now(), first.outline_now());
    }

    #[test]
    fn what_has_changed_is_read_by_each_view() {
        let case = Case::new(&listing());
        let first = case.open(1, Wanted::default());
        let second = case.open(2, Wanted::default());
        drop((case.scan(1), case.scan(2)));
        std::fs::write(&case.path, listing().repeat(3)).unwrap();
        assert_ne!(second.look().unwrap(), Change::Same);
        // The first does not know yet what became of the file.
        drop(case.scan(2));
        assert!(second.outline_now().len() > first.outline_now().len());
        let third = case.open(3, Wanted::default());
        assert_eq!(third.outline_now(), second.outline_now());
        assert_eq!(third.source.raw(ByteOffset(0), 100), second.source.raw(ByteOffset(0), 100));
        assert_ne!(first.look().unwrap(), Change::Same);
        drop(case.scan(1));
        assert_eq!(first.outline_now(), second.outline_now());
    }
}
