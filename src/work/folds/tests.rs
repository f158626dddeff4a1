use super::super::files::OpenFile;
use super::super::kept::Kept;
use super::super::{FindIn, FoldHow, Reply};
use crate::base::meter::no_meter;
use crate::base::{Budget, LineNo};
use crate::source::{Anchor, Direction, NeedleSpec, PageRequest};

const PROGRAM: &str = "       ID DIVISION.
       PROGRAM-ID. P1.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  A-REC.
           05  A-1 PIC X.
           05  A-2 PIC X.
       01  B-REC PIC X.
       PROCEDURE DIVISION.
       MAIN SECTION.
       M-1.
           PERFORM M-2
           MOVE A-1 TO A-2
               GIVING X.
       M-2.
           EXEC SQL
             SELECT NEEDLE
           END-EXEC.
";

struct Opened {
    file: OpenFile,
    _folder: tempfile::TempDir,
}

fn opened(text: &str) -> Opened {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("P.cbl");
    std::fs::write(&path, text).unwrap();
    let file = OpenFile::open(
        path.to_str().unwrap(),
        crate::source::Wanted::default(),
        &crate::base::Budget::unlimited(),
        no_meter(),
    )
    .unwrap();
    let cache = crate::cache::Cache::none();
    file.scan(&Kept::new(&cache, 0), &Budget::unlimited(), &mut |_| {}).unwrap();
    Opened { file, _folder: folder }
}

impl Opened {
    /// The lines as a person sees them from the anchor on: numbers, and `N+n` for n lines from N on that are not shown.
    fn seen(&self, anchor: Anchor) -> String {
        let request = PageRequest { before: 100, ..PageRequest::at(anchor, 100) };
        let Reply::Page { page, .. } = self.file.page(&request, true, &Budget::unlimited()).unwrap() else {
            panic!()
        };
        let one = |l: &crate::source::PageLine| match (l.number, l.hidden) {
            (Some(n), 0) => n.to_string(),
            (n, hidden) => format!("{}+{hidden}", n.map_or(0, LineNo::get)),
        };
        page.lines.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    /// Asks for it on line `line` (the one that hides it, if it is hidden), and gives the line to look at then.
    fn fold(&self, how: FoldHow, line: u64) -> Option<u64> {
        let budget = Budget::unlimited();
        let all = PageRequest { before: 100, ..PageRequest::at(Anchor::End, 100) };
        let Reply::Page { page, .. } = self.file.page(&all, true, &budget).unwrap() else { panic!() };
        let on = page.lines.iter().rev().find(|l| l.number.is_some_and(|n| n.get() <= line)).unwrap();
        match self.file.fold(how, on.start.0, LineNo::new(line), &budget).unwrap() {
            Reply::Folded(folded) => folded.line.map(LineNo::get),
            other => panic!("{other:?}"),
        }
    }
}

const TOP: Anchor = Anchor::Percent(0);

#[test]
fn parts_of_the_structure_are_hidden_from_the_inside_out() {
    let it = opened(PROGRAM);
    assert_eq!(it.fold(FoldHow::Around, 13), Some(11));
    assert_eq!(it.seen(TOP), "1 2 3 4 5 6 7 8 9 10 11 12+3 15 16 17 18");
    // The same again: what is around it.
    assert_eq!(it.fold(FoldHow::Around, 12), Some(10));
    assert_eq!(it.seen(TOP), "1 2 3 4 5 6 7 8 9 10 11+8");
    it.fold(FoldHow::Around, 6);
    assert_eq!(it.seen(TOP), "1 2 3 4 5 6+2 8 9 10 11+8");
    it.fold(FoldHow::Open, 11);
    assert_eq!(it.seen(TOP), "1 2 3 4 5 6+2 8 9 10 11 12 13 14 15 16 17 18");
    it.fold(FoldHow::OpenAll, 1);
    it.fold(FoldHow::All, 13);
    assert_eq!(it.seen(TOP), "1 2 3 4 5 6+2 8 9 10 11 12+3 15 16+3");
    // From the end it is the same.
    assert_eq!(it.seen(Anchor::End), it.seen(TOP));
    // In a program with one fold around everything nothing more can be hidden.
    for _ in 0..9 {
        it.fold(FoldHow::Around, 12);
    }
    assert!(it.seen(TOP).len() < 12, "{}", it.seen(TOP));
}

#[test]
fn one_line_of_the_hidden_is_shown() {
    let it = opened(PROGRAM);
    let hidden = |how: FoldHow| {
        it.fold(FoldHow::OpenAll, 1);
        it.fold(FoldHow::Around, 13);
        let at = it.fold(how, 12);
        (at.unwrap(), it.seen(TOP))
    };
    let (at, seen) = hidden(FoldHow::First(1));
    assert!(at == 12 && seen.ends_with("11 12 13+2 15 16 17 18"), "{at} {seen}");
    let (at, seen) = hidden(FoldHow::Last(1));
    assert!(at == 14 && seen.ends_with("11 12+2 14 15 16 17 18"), "{at} {seen}");
    let (at, seen) = hidden(FoldHow::Outermost(1));
    assert!(at == 12 && seen.ends_with("11 12 13+2 15 16 17 18"), "{at} {seen}");
    // All lines of it, one after the other.
    it.fold(FoldHow::Outermost(1), 13);
    it.fold(FoldHow::Last(1), 14);
    assert!(it.seen(TOP).ends_with("11 12 13 14 15 16 17 18"), "{}", it.seen(TOP));
}

#[test]
fn several_lines_of_the_hidden_are_shown() {
    let it = opened(PROGRAM);
    let shown = |how: FoldHow| {
        it.fold(FoldHow::OpenAll, 1);
        it.fold(FoldHow::Flip, 1);
        assert_eq!(it.seen(TOP), "1+18");
        let at = it.fold(how, 1);
        (at.unwrap(), it.seen(TOP))
    };
    assert_eq!(shown(FoldHow::First(3)), (1, "1 2 3 4+15".into()));
    assert_eq!(shown(FoldHow::Last(2)), (17, "1+16 17 18".into()));
    assert_eq!(shown(FoldHow::Last(99)).1, shown(FoldHow::First(usize::MAX)).1);
    // Divisions and what else is in area A come before what is in area B.
    let outermost = shown(FoldHow::Outermost(9)).1;
    let area_a =
        |n: usize| PROGRAM.lines().nth(n - 1).is_some_and(|l| !l.get(7..8).unwrap_or(" ").trim().is_empty());
    let seen: Vec<usize> = outermost.split(' ').filter_map(|n| n.parse().ok()).collect();
    assert_eq!((seen.len(), seen.iter().all(|n| area_a(*n))), (9, true), "{outermost}");
    // What is hidden is shown, and what is shown is hidden.
    it.fold(FoldHow::Flip, 1);
    it.fold(FoldHow::Flip, 1);
    assert_eq!(it.seen(TOP), outermost);
}

#[test]
fn what_is_found_or_gone_to_is_shown() {
    let it = opened(PROGRAM);
    it.fold(FoldHow::All, 1);
    let spec = NeedleSpec { text: "NEEDLE".into(), ..NeedleSpec::default() };
    let budget = Budget::unlimited();
    let found = it
        .file
        .find((&spec, &FindIn::default()), 0, (Direction::Forward, false), &budget, &mut |_| {})
        .unwrap();
    assert!(matches!(found, Reply::Found { hit: Some(_), .. }));
    assert!(it.seen(TOP).ends_with("15 16+1 17 18+1"), "{}", it.seen(TOP));
    // Its colours are those of the block that it is in.
    let request = PageRequest { before: 1, ..PageRequest::at(Anchor::Line(LineNo::new(17)), 0) };
    let Reply::Page { page, contexts, .. } = it.file.page(&request, true, &budget).unwrap() else { panic!() };
    assert_eq!((page.lines[0].hidden, contexts[1].in_exec), (1, true));
    // LOCATE.
    assert!(it.seen(Anchor::Line(LineNo::new(13))).contains("11 12+1 13 14+1 15"));
}
