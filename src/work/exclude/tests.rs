use super::super::Reply;
use super::super::files::OpenFile;
use super::*;
use crate::base::meter::no_meter;
use crate::source::{Anchor, Columns, NeedleKind, PageLine, PageRequest};

/// Lines 1 to 12; A is on 2, 4, 5 and 11, B on 5 and 9.
const TEXT: &str = "one\ntwo A\n3\nA four\nA B\n6\n7\n8\nB\n10\nA x A\n12\n";

struct Opened {
    file: OpenFile,
    budget: Budget,
    _folder: tempfile::TempDir,
}

fn opened() -> Opened {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("T");
    std::fs::write(&path, TEXT).unwrap();
    let file = OpenFile::open(
        path.to_str().unwrap(),
        crate::source::Wanted::default(),
        &crate::base::Budget::unlimited(),
        no_meter(),
    )
    .unwrap();
    Opened { file, budget: Budget::unlimited(), _folder: folder }
}

fn spec(text: &str) -> NeedleSpec {
    NeedleSpec { text: text.into(), ..NeedleSpec::default() }
}

fn line(n: u64) -> Bound {
    Bound::Line(LineNo::new(n))
}

impl Opened {
    /// The lines that a person sees: numbers, and `N+n` for n lines from N on that are not shown.
    fn seen(&self) -> String {
        let request = PageRequest { before: 100, ..PageRequest::at(Anchor::End, 100) };
        let page = self.file.page(&request, false, &self.budget).unwrap();
        let Reply::Page { page, .. } = page else { panic!() };
        let one = |l: &PageLine| match (l.number.map_or(0, LineNo::get), l.hidden) {
            (n, 0) => n.to_string(),
            (n, hidden) => format!("{n}+{hidden}"),
        };
        page.lines.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    fn exclude(&self, what: &Exclude) -> Excluded {
        match self.file.exclude(what, &self.budget).unwrap() {
            Reply::Excluded(done) => done,
            other => panic!("{other:?}"),
        }
    }

    fn exclude_text(&self, text: &str, within: FindIn, next: Option<(u64, Direction)>) -> Excluded {
        self.exclude(&Exclude::Found { needle: spec(text), within, next })
    }

    /// Line of the next match.
    fn find(&self, text: &str, within: FindIn, from: u64, way: Direction) -> Option<u64> {
        let found = self.file.find((&spec(text), &within), from, (way, false), &self.budget, &mut |_| {});
        let Reply::Found { hit, .. } = found.unwrap() else { panic!() };
        hit.map(|h| h.line.unwrap().get())
    }

    fn find_all(&self, needle: &NeedleSpec, within: FindIn) -> (u64, u64, Option<u64>, u64) {
        match self.file.find_all(needle, &within, &self.budget, &mut |_| {}).unwrap() {
            Reply::FoundAll { count, hit, shown, all: true } => {
                assert!(count.complete);
                (count.matches, count.lines, hit.map(|h| h.line.unwrap().get()), shown)
            }
            other => panic!("{other:?}"),
        }
    }

    fn count(&self, text: &str, within: FindIn) -> u64 {
        match self.file.count(&spec(text), &within, &self.budget, &mut |_| {}).unwrap() {
            Reply::Counted(count) => count.matches,
            other => panic!("{other:?}"),
        }
    }
}

const ALL: FindIn = FindIn { lines: None, hidden: None };
const NX: FindIn = FindIn { lines: None, hidden: Some(false) };
const X: FindIn = FindIn { lines: None, hidden: Some(true) };

#[test]
fn all_is_hidden_and_what_is_found_comes_back() {
    let it = opened();
    assert_eq!(it.exclude(&Exclude::All), Excluded { hidden: 12, folds: 1, ..Excluded::default() });
    assert_eq!(it.seen(), "1+12");
    assert_eq!(it.find("B", ALL, 0, Direction::Forward), Some(5));
    assert_eq!(it.seen(), "1+4 5 6+7");
    assert_eq!(it.find_all(&spec("A"), ALL), (5, 4, Some(2), 3));
    assert_eq!(it.seen(), "1+1 2 3+1 4 5 6+5 11 12+1");
    assert_eq!(it.exclude(&Exclude::All).hidden, 4, "and hidden again it is one");
    assert_eq!(it.seen(), "1+12");
}

#[test]
fn lines_are_hidden_by_what_they_hold() {
    let it = opened();
    let done = it.exclude_text("A", ALL, None);
    assert_eq!(done, Excluded { hidden: 4, matches: 5, cut: false, folds: 3 });
    assert_eq!(it.seen(), "1 2+1 3 4+2 6 7 8 9 10 11+1 12");
    assert_eq!(it.exclude_text("A", ALL, None).hidden, 0, "they are hidden already");
    // One at a time, either way, and none twice.
    let it = opened();
    assert_eq!(it.exclude_text("A", ALL, Some((0, Direction::Forward))).hidden, 1);
    assert_eq!(it.exclude_text("A", ALL, Some((0, Direction::Forward))).hidden, 1);
    assert_eq!(it.exclude_text("A", ALL, Some((u64::MAX, Direction::Backward))).hidden, 1);
    assert_eq!(it.seen(), "1 2+1 3 4+1 5 6 7 8 9 10 11+1 12");
    assert_eq!(
        it.exclude_text("none", ALL, Some((0, Direction::Forward))),
        Excluded { folds: 3, ..Excluded::default() }
    );
}

#[test]
fn lines_are_hidden_from_one_to_another() {
    let it = opened();
    assert_eq!(it.exclude(&Exclude::Lines(line(3), line(5))).hidden, 3);
    // The other way round, overlapping and by where they begin; beyond the end is the end.
    assert_eq!(it.exclude(&Exclude::Lines(line(6), Bound::Offset(10))).hidden, 1);
    assert_eq!(it.exclude(&Exclude::Lines(line(11), Bound::Offset(u64::MAX))).hidden, 2);
    assert_eq!(it.seen(), "1 2 3+4 7 8 9 10 11+2");
    assert_eq!(it.exclude(&Exclude::Lines(line(50), line(60))).hidden, 0);
    // What is between is in the middle of hidden lines on both sides.
    assert_eq!(it.exclude(&Exclude::Lines(line(5), line(11))).hidden, 4);
    assert_eq!(it.seen(), "1 2 3+10");
}

#[test]
fn a_find_looks_only_where_it_is_told() {
    let it = opened();
    it.exclude(&Exclude::Lines(line(4), line(5)));
    let forward = |within| it.find("A", within, 0, Direction::Forward);
    assert_eq!((it.count("A", ALL), it.count("A", X), it.count("A", NX)), (5, 2, 3));
    assert_eq!(it.find("A", NX, 10, Direction::Forward), Some(11));
    assert_eq!(it.find("A", NX, 40, Direction::Backward), Some(11));
    assert_eq!(it.find("A", NX, 30, Direction::Backward), Some(2));
    assert_eq!(forward(X), Some(4), "and it is shown then");
    assert_eq!(it.seen(), "1 2 3 4 5+1 6 7 8 9 10 11 12");
    let lines = |from, to| FindIn { lines: Some((from, to)), hidden: None };
    assert_eq!(forward(lines(line(5), line(9))), Some(5));
    assert_eq!(forward(lines(line(10), line(6))), None);
    assert_eq!(it.find("A", lines(line(3), line(10)), u64::MAX, Direction::Backward), Some(5));
    assert_eq!(it.find("A", lines(line(6), line(10)), u64::MAX, Direction::Backward), None);
    assert_eq!(it.count("A", lines(line(2), line(5))), 3);
    assert_eq!(it.count("A", lines(line(11), Bound::Offset(u64::MAX))), 2);
    assert_eq!(it.count("A", lines(line(50), line(60))), 0);
    let column = NeedleSpec { columns: Some(Columns { first: 1, last: None }), ..spec("A") };
    assert_eq!(it.find_all(&column, ALL), (3, 3, Some(4), 0));
    let picture = NeedleSpec { kind: NeedleKind::Picture, ..spec("##") };
    assert_eq!(it.find_all(&picture, ALL), (2, 2, Some(10), 0));
}

#[test]
fn hidden_lines_are_found_one_after_the_other() {
    let it = opened();
    let next = |at, way| match it.file.next_hidden(at, way) {
        Reply::Hidden(at) => at,
        other => panic!("{other:?}"),
    };
    assert_eq!(next(None, Direction::Forward), None);
    it.exclude(&Exclude::Lines(line(1), line(2)));
    it.exclude(&Exclude::Lines(line(5), line(6)));
    assert_eq!(next(None, Direction::Forward), Some(0));
    assert_eq!(next(Some(0), Direction::Forward), Some(19));
    assert_eq!(next(Some(19), Direction::Forward), None);
    assert_eq!(next(None, Direction::Backward), Some(19));
    assert_eq!(next(Some(19), Direction::Backward), Some(0));
}
