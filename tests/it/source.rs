//! Files as they come: what is not a file, what changes under the reader, sizes and lines without measure.

use greenbar::base::meter::no_meter;
use greenbar::base::{Budget, ByteOffset, LineNo};
use greenbar::source::{
    Anchor, Change, Direction, Needle, NeedleKind, NeedleSpec, PageRequest, ScanEnd, SourceFile,
};
use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::{FileExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

fn open(path: &Path) -> greenbar::base::Result<SourceFile> {
    SourceFile::open(path, no_meter())
}

fn top(file: &SourceFile) -> greenbar::source::Page {
    file.page(&PageRequest::at(Anchor::Line(LineNo::FIRST), 50), &Budget::unlimited()).unwrap()
}

#[test]
fn what_is_not_a_file_is_refused_at_once_with_its_kind() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(rustix::fs::CWD, at("fifo"), rustix::fs::FileType::Fifo, mode, 0).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
    symlink("nowhere", at("dangling")).unwrap();
    symlink("loop2", at("loop1")).unwrap();
    symlink("loop1", at("loop2")).unwrap();
    symlink("fifo", at("to-fifo")).unwrap();
    std::fs::write(at("plain"), "x").unwrap();
    std::fs::write(at("secret"), "x").unwrap();
    std::fs::set_permissions(at("secret"), std::fs::Permissions::from_mode(0o000)).unwrap();
    let mut kinds: Vec<(PathBuf, &str)> = vec![
        (at("fifo"), "a pipe"),
        (at("to-fifo"), "a pipe"),
        (at("socket"), "a socket"),
        (at("dangling"), "a link to nowhere"),
        (at("loop1"), "circle"),
        (at("missing"), "no such file"),
        (at("plain/below"), "not a directory"),
        (at(&"x".repeat(300)), "too long"),
        (dir.path().to_path_buf(), "a directory"),
        (PathBuf::from("/dev/null"), "a character device"),
        (PathBuf::from("/dev/zero"), "a character device"),
        (PathBuf::from("/dev/tty"), "a character device"),
    ];
    if Path::new("/proc/self/status").exists() {
        kinds.push((PathBuf::from("/proc/self/status"), "size is not known"));
    }
    if File::open(at("secret")).is_err() {
        // The superuser may read anything.
        kinds.push((at("secret"), "not permitted"));
    }
    for (path, cause) in kinds {
        let begun = Instant::now();
        let error = open(&path).unwrap_err();
        assert!(begun.elapsed() < Duration::from_millis(100), "{}", path.display());
        assert!(error.cause.contains(cause), "{}: {error}", path.display());
        assert!(!error.hint.is_empty() && error.what.contains(&path.display().to_string()), "{error}");
    }
    symlink("plain", at("link")).unwrap();
    assert_eq!(top(&open(&at("link")).unwrap()).lines.len(), 1);
}

#[test]
fn files_without_lines_and_lines_without_end_open_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let budget = Budget::unlimited();
    let path = dir.path().join("sparse");
    // Only NULs, far more than can be read.
    File::create(&path).unwrap().set_len(1 << 40).unwrap();
    let file = open(&path).unwrap();
    for anchor in
        [Anchor::Line(LineNo::FIRST), Anchor::Percent(50), Anchor::End, Anchor::Offset(ByteOffset(9))]
    {
        let begun = Instant::now();
        let page = file.page(&PageRequest { before: 50, ..PageRequest::at(anchor, 50) }, &budget).unwrap();
        assert!(begun.elapsed() < Duration::from_secs(2), "{anchor:?}");
        let line = &page.lines[page.anchor];
        assert!(line.cut_start || line.cut_end);
        assert_eq!(line.text.len(), 4096.min(usize::try_from(line.length).unwrap()));
    }
    // A line far longer than a page looks ahead, between two others.
    let path = dir.path().join("long");
    let out = File::create(&path).unwrap();
    let long = 9 << 20;
    out.write_all_at(b"first\nlong", 0).unwrap();
    out.write_all_at(b"\r\nlast", long).unwrap();
    let file = open(&path).unwrap();
    assert!(top(&file).lines[1].cut_end);
    file.scan(&mut [], &budget, &mut |_| {}).unwrap();
    let page = file
        .page(&PageRequest { before: 2, ..PageRequest::at(Anchor::Offset(ByteOffset(8 << 20)), 2) }, &budget)
        .unwrap();
    let starts: Vec<u64> = page.lines.iter().map(|l| l.start.0).collect();
    assert_eq!((starts, page.anchor, page.total_lines), (vec![0, 6, long + 2], 1, Some(3)));
    assert_eq!(page.lines[1].length, long - 6);
    let empty = dir.path().join("empty");
    File::create(&empty).unwrap();
    let page = top(&open(&empty).unwrap());
    assert!(page.lines.is_empty() && page.at_top && page.at_bottom);
}

/// Each line says its number and which text it is of, so that a line shown with a wrong number can be told.
fn text(version: u64, lines: u64) -> String {
    (1..=lines).flat_map(|n| [n.to_string(), format!(" v{version}\n")]).collect()
}

#[test]
fn a_file_that_changes_at_random_never_shows_a_wrong_line() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("PAYR010.cbl");
    std::fs::write(&path, text(0, 5000)).unwrap();
    let file = open(&path).unwrap();
    let rounds: u64 = std::env::var("GREENBAR_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(300);
    let stop = AtomicBool::new(false);
    let budget = Budget::unlimited();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 1..=rounds {
                let lines = 1 + n * 7919 % 9000;
                match n % 6 {
                    0 => std::fs::write(&path, text(n, lines)).unwrap(),
                    1 => {
                        std::fs::write(dir.path().join("new"), text(n, lines)).unwrap();
                        std::fs::rename(dir.path().join("new"), &path).unwrap();
                    }
                    2 => File::options().write(true).open(&path).unwrap().set_len(lines).unwrap(),
                    3 => {
                        let mut out = File::options().append(true).open(&path).unwrap();
                        out.write_all(text(n, 50).as_bytes()).unwrap();
                    }
                    4 => std::fs::remove_file(&path).unwrap(),
                    _ => {
                        let out =
                            File::options().write(true).create(true).truncate(false).open(&path).unwrap();
                        out.write_all_at(text(n, lines).as_bytes(), 0).unwrap();
                    }
                }
                std::thread::sleep(Duration::from_millis(2));
            }
            std::fs::write(&path, text(rounds + 1, 4000)).unwrap();
            stop.store(true, Ordering::Release);
        });
        let mut seed = 1u64;
        while !stop.load(Ordering::Acquire) {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let anchor = match seed >> 62 {
                0 => Anchor::End,
                1 => Anchor::Percent((seed >> 40 & 127) as u8),
                _ => Anchor::Line(LineNo::new(seed >> 40 & 8191)),
            };
            let page =
                file.page(&PageRequest { before: 20, ..PageRequest::at(anchor, 20) }, &budget).unwrap();
            assert!(matches!(page.change, Change::Same | Change::Grew) || page.total_lines.is_none());
            if (seed >> 33).is_multiple_of(4) {
                // A name that is gone for a moment is no error.
                let _ = file.refresh();
                file.scan(&mut [], &budget, &mut |_| {}).unwrap();
            }
        }
    });
    file.refresh().unwrap();
    assert!(matches!(
        file.scan(&mut [], &budget, &mut |_| {}).unwrap(),
        ScanEnd::Complete { lines: 4000, .. }
    ));
    let page = file.page(&PageRequest::at(Anchor::Line(LineNo::FIRST), 4000), &budget).unwrap();
    assert_eq!((page.lines.len(), page.change), (4000, Change::Same));
    for line in &page.lines {
        assert_eq!(line.text, format!("{} v{}", line.number.unwrap(), rounds + 1).into_bytes());
    }
}

#[test]
fn expressions_that_are_traps_end_soon() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a");
    std::fs::write(&path, vec![b'a'; 1 << 20]).unwrap();
    let file = open(&path).unwrap();
    let needle =
        Needle::new(&NeedleSpec { text: "(a*)*b".into(), kind: NeedleKind::Regex, ..NeedleSpec::default() })
            .unwrap();
    let limit = Budget::unlimited().until(Instant::now() + Duration::from_millis(300));
    for way in [Direction::Forward, Direction::Backward] {
        let begun = Instant::now();
        match file.find_next(&needle, ByteOffset(1 << 19), way, &limit, &mut |_| {}) {
            Ok(hit) => assert_eq!(hit, None),
            Err(error) => assert_eq!(error.exit, greenbar::base::Exit::Interrupted),
        }
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
}
