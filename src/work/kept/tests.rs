use super::super::Reply;
use super::super::files::OpenFile;
use super::*;
use crate::base::Budget;
use crate::base::meter::no_meter;
use crate::source::Direction;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// A program of more than [`LARGE`] bytes whose paragraphs begin with `letter`, written an hour ago.
fn write(path: &Path, letter: char) {
    let mut text = String::from(
        "       IDENTIFICATION DIVISION.\n       PROGRAM-ID. LONG.\n       PROCEDURE DIVISION.\n",
    );
    for n in 0..100_000 {
        text.push_str(&format!("       {letter}{n:06}-PARAGRAPH.\n           DISPLAY 'PARAGRAPH {n:06}'.\n"));
    }
    std::fs::write(path, text).unwrap();
    let file = std::fs::File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000)).unwrap();
}

/// Scans a file as a session does: how many symbols were told before all was read, then before they were kept, and at the end.
fn scan(path: &Path, kept: &Kept<'_>) -> (Vec<usize>, Vec<usize>, usize, OpenFile) {
    let file = OpenFile::open(
        path.to_str().unwrap(),
        crate::source::Wanted::default(),
        &crate::base::Budget::unlimited(),
        no_meter(),
    )
    .unwrap();
    let (mut before, mut read) = (Vec::new(), Vec::new());
    let last = file.scan(kept, &Budget::unlimited(), &mut |reply| match reply {
        Reply::Scanned { progress, symbols, done: false } if progress.done < progress.total => {
            before.push(symbols);
        }
        Reply::Scanned { symbols, done: false, .. } => read.push(symbols),
        // What was kept of the parse, or that it is not so.
        Reply::Parsed { .. } => {}
        other => panic!("{other:?}"),
    });
    let Ok(Reply::Scanned { symbols, done: true, .. }) = last else { panic!("{last:?}") };
    (before, read, symbols, file)
}

#[test]
fn the_outline_of_an_unchanged_file_is_there_before_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let cache = cache_in(folder.path());
    let path = folder.path().join("LONG.cbl");
    write(&path, 'A');
    let kept = Kept::new(&cache, 2_000_000_000);
    let (before, read, symbols, file) = scan(&path, &kept);
    assert!(before.iter().all(|n| *n == 0) && symbols > 100_000, "{before:?} {symbols}");
    assert_eq!(read.last(), Some(&symbols), "it is shown before it is kept");
    let named = file.symbol("A000777-PARAGRAPH", crate::base::LineNo::new(1), Direction::Forward);

    let (before, _, again, file) = scan(&path, &kept);
    assert_eq!((before.first(), again), (Some(&symbols), symbols));
    assert_eq!(file.symbol("A000777-PARAGRAPH", crate::base::LineNo::new(1), Direction::Forward), named);

    // Written again: only its time tells, as its size, its first and its last bytes are the same.
    write(&path, 'B');
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_001)).unwrap();
    let (before, _, symbols, _) = scan(&path, &kept);
    assert!(before.iter().all(|n| *n == 0) && symbols == again, "{before:?} {symbols}");

    // A file that is being written is not kept, and without a cache everything is read.
    let young = Kept::new(&cache, 1_000_002_000);
    assert!(
        young.key(Kind::Outlines, &SourceFile::open(&path, no_meter()).unwrap(), &facts(&path)).is_none()
    );
    assert!(scan(&path, &Kept::new(&Cache::none(), 2_000_000_000)).0.iter().all(|n| *n == 0));
}

#[test]
fn what_a_parse_came_to_is_kept_with_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let cache = cache_in(folder.path());
    let path = folder.path().join("LONG.cbl");
    write(&path, 'A');
    let kept = Kept::new(&cache, 2_000_000_000);
    let parsed = |file: &OpenFile, budget: &Budget| {
        file.parse(0, &kept, &*no_meter(), budget, &mut |_| {}).map(|reply| match reply {
            Reply::Parsed { parsed, done: true } => parsed,
            other => panic!("{other:?}"),
        })
    };
    let nothing_may_be_read = || {
        let cancel = crate::base::Cancel::new();
        cancel.cancel();
        Budget::with_cancel(cancel)
    };
    let (_, _, _, file) = scan(&path, &kept);
    assert!(parsed(&file, &nothing_may_be_read()).is_err());
    let first = parsed(&file, &Budget::unlimited()).unwrap();
    assert_eq!((first.known, first.done), (0, first.total));

    let (_, _, _, file) = scan(&path, &kept);
    let again = parsed(&file, &nothing_may_be_read()).unwrap();
    assert_eq!((again.known, again.done, again.total), (first.total, first.total, first.total));

    // One that looks the same and has a line less: it is parsed where it is new.
    let mut text = std::fs::read(&path).unwrap();
    let middle = text.len() / 2;
    let feed = middle + text[middle..].iter().position(|b| *b == b'\n').unwrap();
    text[feed] = b' ';
    std::fs::write(&path, text).unwrap();
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000)).unwrap();
    let (_, _, _, file) = scan(&path, &kept);
    assert!(parsed(&file, &nothing_may_be_read()).is_err());
    let changed = parsed(&file, &Budget::unlimited()).unwrap();
    assert!(changed.known > 0 && changed.known < changed.total, "{changed:?}");
}

fn facts(path: &Path) -> FileFacts {
    crate::work::facts_of(&SourceFile::open(path, no_meter()).unwrap())
}
