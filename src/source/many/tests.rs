use super::*;
use crate::source::model::NeedleKind;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// What a walk tells of each file, with the names below `root`.
fn walked(root: &Path, named: &Path, deep: bool) -> Vec<String> {
    let reach = Reach { deep, ..Reach::default() };
    let mut all = Vec::new();
    let short = |path: &Path| path.strip_prefix(root).unwrap_or(path).display().to_string();
    let flow = each_file(named, &reach, &Budget::unlimited(), &mut |visited| {
        all.push(match visited {
            Visited::File(file) => short(file.path()),
            Visited::Failed(path, error) => format!("{}: {}", short(&path), error.cause),
            Visited::Passed(count, what, _) => format!("{count} {what}"),
        });
        ControlFlow::Continue(())
    });
    assert!(flow.unwrap().is_continue());
    all
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().canonicalize().unwrap();
    std::fs::create_dir(root.join("inner")).unwrap();
    for (name, text) in
        [("b.cbl", "    MOVE A TO B\n"), ("a.txt", "x\n"), ("inner/c.cbl", "move it\n"), (".h", "move\n")]
    {
        std::fs::write(root.join(name), text).unwrap();
    }
    (dir, root)
}

#[test]
fn a_walk_enters_directories_and_no_links() {
    let (_dir, root) = folder();
    std::os::unix::fs::symlink(&root, root.join("inner/up")).unwrap();
    std::os::unix::fs::symlink("nowhere", root.join("inner/dead")).unwrap();
    std::os::unix::fs::symlink("b.cbl", root.join("link.cbl")).unwrap();
    let fifo = root.join("inner/pipe");
    rustix::fs::mkfifoat(rustix::fs::CWD, &fifo, rustix::fs::Mode::from(0o600)).unwrap();
    let told = walked(&root, &root, true);
    assert_eq!(told.first().map(String::as_str), Some("1 hidden"));
    let mut sorted = told.clone();
    sorted.sort();
    let all = ["1 hidden", "1 links to directories", "1 links to nothing", "1 pipes"];
    assert_eq!(sorted, [all.as_slice(), &["a.txt", "b.cbl", "inner/c.cbl", "link.cbl"]].concat());
    // A member list shows the files of the directory only.
    assert_eq!(walked(&root, &root, false), ["1 hidden", "a.txt", "b.cbl", "1 directories", "link.cbl"]);
    let cobol = PathBuf::from(format!("{}(*.cbl)", root.display()));
    assert_eq!(walked(&root, &cobol, true), ["1 hidden", "b.cbl", "1 directories", "link.cbl"]);
    let pipe = walked(&root, &fifo, true);
    assert_eq!(pipe, ["inner/pipe: it is a pipe (FIFO)"]);
    assert_eq!(walked(&root, &root.join("none"), true), ["none: there is no such file"]);
}

#[test]
fn members_of_archives_are_files() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus/members");
    let xmi = corpus.join("pds.xmi");
    assert_eq!(walked(&corpus, &xmi, true), ["pds.xmi(A)", "pds.xmi(B)", "pds.xmi(X)"]);
    let some = PathBuf::from(format!("{}(a)", xmi.display()));
    assert_eq!(walked(&corpus, &some, true), ["pds.xmi(a)"]);
    let fit = PathBuf::from(format!("{}(b*)", xmi.display()));
    assert_eq!(walked(&corpus, &fit, true), ["pds.xmi(B)"]);
    // Each is read as if it had been opened by its name.
    let mut search = Search::new(&NeedleSpec { text: "CARD".into(), ..NeedleSpec::default() }).unwrap();
    let mut texts = Vec::new();
    let reach = Reach { deep: true, ..Reach::default() };
    let flow = each_file(&xmi, &reach, &Budget::unlimited(), &mut |visited| {
        let Visited::File(file) = visited else { panic!() };
        let by_name = SourceFile::open(file.path(), crate::base::meter::no_meter()).unwrap();
        let (found, _) = search.candidate(file, (10, false), &Budget::unlimited(), &mut |_| {}).unwrap();
        let again = search.file(&by_name, (10, false), &Budget::unlimited(), &mut |_| {}).unwrap();
        assert_eq!(found, again);
        texts.extend(
            found.hits.iter().map(|h| found.encoding.text(&h.bytes, crate::source::encoding::Start::Line)),
        );
        ControlFlow::Continue(())
    });
    assert!(flow.unwrap().is_continue());
    assert_eq!(texts.iter().map(|t| t.trim_end()).collect::<Vec<_>>(), ["CARD A", "CARD B", "CARD A"]);
}

#[test]
fn lines_are_given_once_and_binary_ones_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        SourceFile::open(&path, crate::base::meter::no_meter()).unwrap()
    };
    let spec = NeedleSpec { text: "ab".into(), ignore_case: true, ..NeedleSpec::default() };
    let mut search = Search::new(&spec).unwrap();
    let mut find = |source: &SourceFile, keep, once| {
        search.file(source, (keep, once), &Budget::unlimited(), &mut |_| {}).unwrap()
    };
    let text = file("t", b"ab Ab\nnothing\n xab\n");
    let found = find(&text, 10, false);
    let place = |h: &LineHit| (h.hit.line.map(crate::base::LineNo::get), h.column());
    assert_eq!(found.hits.iter().map(place).collect::<Vec<_>>(), [(Some(1), 1), (Some(1), 4), (Some(3), 3)]);
    let found = find(&text, 10, true);
    assert_eq!(found.hits.iter().map(place).collect::<Vec<_>>(), [(Some(1), 1), (Some(3), 3)]);
    assert_eq!((found.matches, found.lines, found.complete), (3, 2, true));
    assert_eq!(find(&text, 1, true).hits.len(), 1);
    let found = find(&file("bin", b"ab\0ab\n"), 10, false);
    assert_eq!((found.matches, found.binary, found.hits.len()), (2, true, 0));
    // A long line is given around its match.
    let mut long = vec![b'.'; 100_000];
    long.extend_from_slice(b"ab");
    let found = find(&file("long", &long), 10, false);
    assert_eq!(found.hits[0].column(), 100_001);
    assert!(found.hits[0].bytes.ends_with(b"..ab"));
    assert!(found.hits[0].bytes.len() < 300);
}

#[test]
fn what_an_encoding_lacks_is_in_no_file_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ebcdic");
    let text = crate::source::encoding::Encoding::Cp1047;
    let bytes: Vec<u8> = (0..40)
        .flat_map(|_| text.encode_needle(&format!("{:<80}", "       MOVE A TO B.")).unwrap())
        .collect();
    std::fs::write(&path, bytes).unwrap();
    let source = SourceFile::open(&path, crate::base::meter::no_meter()).unwrap();
    let found = |spec: &str| {
        let spec = NeedleSpec { text: spec.into(), ignore_case: true, ..NeedleSpec::default() };
        Search::new(&spec).unwrap().file(&source, (9, true), &Budget::unlimited(), &mut |_| {}).unwrap()
    };
    assert_eq!(found("漢").matches, 0);
    assert_eq!((found("move").lines, found("move").hits.len()), (40, 9));
    let wrong = NeedleSpec { text: "(".into(), kind: NeedleKind::Regex, ..NeedleSpec::default() };
    assert!(Search::new(&wrong).is_err());
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(60))]

    /// A small file is searched as any other.
    #[test]
    fn the_quick_way_counts_what_the_other_does(
        lines in proptest::collection::vec("[ab AB]{0,9}", 0..40),
        (ebcdic, fixed, crlf) in (proptest::bool::ANY, proptest::bool::ANY, proptest::bool::ANY),
        needle in proptest::sample::select(vec!["ab", "B", "a b", "aa"]),
        (regex, word) in (proptest::bool::ANY, proptest::bool::ANY),
    ) {
        use crate::source::model::Part;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.cbl");
        let text: Vec<u8> = lines
            .iter()
            .flat_map(|line| {
                let whole = match (fixed, crlf) {
                    (true, _) => format!("{line:<80}"),
                    (_, true) => format!("{line}\r\n"),
                    _ => format!("{line}\n"),
                };
                if ebcdic { Encoding::Cp1047.encode_needle(&whole.replace(['\r', '\n'], " ")).unwrap_or_default() } else { whole.into_bytes() }
            })
            .collect();
        std::fs::write(&path, text).unwrap();
        let spec = NeedleSpec {
            text: needle.to_owned(),
            ignore_case: true,
            kind: if regex { NeedleKind::Regex } else { NeedleKind::Literal },
            part: if word { Part::Word } else { Part::Chars },
            columns: None,
        };
        let mut search = Search::new(&spec).unwrap();
        let mut quick = None;
        let flow = each_file(&path, &Reach::default(), &Budget::unlimited(), &mut |visited| {
            let Visited::File(file) = visited else { panic!() };
            quick = Some(search.candidate(file, (0, false), &Budget::unlimited(), &mut |_| {}).unwrap().0);
            ControlFlow::Continue(())
        });
        proptest::prop_assert!(flow.unwrap().is_continue());
        let file = SourceFile::open(&path, crate::base::meter::no_meter()).unwrap();
        let slow = search.file(&file, (0, false), &Budget::unlimited(), &mut |_| {}).unwrap();
        proptest::prop_assert_eq!(quick, Some(slow));
    }
}
