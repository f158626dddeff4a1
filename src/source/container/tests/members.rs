//! Members of archives: what is listed and read is what was put in, whatever else is in an archive.

use super::super::super::Records;
use super::super::{Format, Kind, contents, members, open_named};
use super::archives::{Pds, Sent, deck, ebcdic, header, tar, tar_member, unloaded, xmit};
use super::{Memory, gzip, read};
use crate::base::{Budget, meter::no_meter};
use crate::source::container::member::{choose, fits};
use crate::source::{Anchor, PageRequest, SourceFile};
use proptest::prelude::*;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

/// A folder with a file in it, away when dropped.
struct Files(tempfile::TempDir);

impl Files {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        Self(dir)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The bytes of what `name` names.
    fn read(&self, name: &str) -> Result<(Vec<u8>, Option<Records>), String> {
        let opened = open_named(&self.path(name), &Budget::unlimited())
            .map_err(|e| format!("{}; {}", e.what, e.cause))?;
        let size = usize::try_from(opened.stamp.size).unwrap();
        Ok((read(&*opened.bytes, 0, size + 1).unwrap(), opened.records))
    }

    fn list(&self, name: &str) -> Vec<String> {
        let list = members(&self.path(name), &Budget::unlimited()).unwrap();
        let row = |m: crate::source::Member| {
            let bytes = m.bytes.map_or_else(|| "-".to_owned(), |b| b.to_string());
            format!("{} {} {bytes} {} {} {}", m.name, m.kind.name(), m.changed, m.user, m.note)
                .trim()
                .to_owned()
        };
        list.members.into_iter().map(row).chain(list.problems.into_iter().map(|p| format!("! {p}"))).collect()
    }
}

fn named() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
    let name = prop_oneof![
        "[A-Z]{1,8}(\\.cbl)?".prop_map(String::into_bytes),
        "[a-z]{1,90}/[a-z]{1,90}/[a-z]{1,40}".prop_map(String::into_bytes),
    ];
    (name, proptest::collection::vec(any::<u8>(), 0..2_000))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn members_of_tar_are_what_was_put_in(all in proptest::collection::vec(named(), 1..6), gnu in any::<bool>(), packed in any::<bool>()) {
        let archive = tar(&all, gnu);
        let file = if packed { gzip(&archive, 6, b"") } else { archive };
        let files = Files::new(&[("a.tar", &file)]);
        let list = members(&files.path("a.tar"), &Budget::unlimited()).unwrap();
        prop_assert_eq!(list.members.len(), all.len());
        prop_assert_eq!(list.problems, Vec::<String>::new());
        for (n, (name, text)) in all.iter().enumerate() {
            let name = String::from_utf8(name.clone()).unwrap();
            prop_assert_eq!(&list.members[n].name, &name);
            let last = all.iter().rev().find(|(other, _)| *other == name.as_bytes()).unwrap();
            prop_assert_eq!(&files.read(&format!("a.tar({name})")).unwrap().0, &last.1);
            prop_assert_eq!(list.members[n].bytes, Some(text.len() as u64));
        }
    }

    #[test]
    fn members_of_a_transmission_are_what_was_sent(
        all in proptest::collection::vec(proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..400), 0..5), 1..40),
        most in 1usize..253, alias in any::<bool>(), recfm in prop_oneof![Just(0x90u8), Just(0x50), Just(0xc0)],
    ) {
        let block = |block: &Vec<u8>| if block.is_empty() { vec![7] } else { block.clone() };
        let mut pds: Vec<Pds> = all.iter().enumerate().map(|(n, blocks)| Pds {
            name: format!("MEMB{n:03}"), blocks: blocks.iter().map(block).collect(), statistics: n % 2 == 0, alias: None,
        }).collect();
        if alias {
            pds.push(Pds { name: "ZALIAS".into(), blocks: vec![], statistics: false, alias: Some(0) });
        }
        let sent = Sent { dsname: "PAY.SOURCE", recfm: u16::from(recfm) << 8, lrecl: 80, records: unloaded(&pds, recfm, 80), partitioned: true };
        let files = Files::new(&[("a.xmi", &xmit(&[sent], most))]);
        let list = members(&files.path("a.xmi"), &Budget::unlimited()).unwrap();
        prop_assert_eq!(&list.problems, &Vec::<String>::new());
        prop_assert_eq!(list.members.len(), pds.len());
        for (n, member) in pds.iter().enumerate() {
            let whole = pds[member.alias.unwrap_or(n)].blocks.concat();
            prop_assert_eq!(&list.members[n].name, &member.name);
            prop_assert_eq!(list.members[n].bytes, Some(whole.len() as u64));
            prop_assert_eq!(list.members[n].changed.as_str(), if member.statistics { "2026-11-26 18:29" } else { "" });
            let (bytes, records) = files.read(&format!("a.xmi({})", member.name)).unwrap();
            prop_assert_eq!(bytes, whole);
            prop_assert_eq!(records.map(|r| r.to_string()), match recfm { 0x90 => Some("f80".to_owned()), 0x50 => Some("vb".to_owned()), _ => None });
        }
    }

    #[test]
    fn members_of_a_deck_are_its_lines(
        all in proptest::collection::vec(("[A-Z#@$][A-Z0-9]{0,7}", proptest::collection::vec("(\\./)?[ -~&&[^%]]{0,71}", 0..50)), 1..8),
        cards in any::<bool>(), in_ebcdic in any::<bool>(), marker in prop_oneof![Just("./"), Just("><")],
    ) {
        // What looks like a statement is one.
        let clean = |line: &String| if line.starts_with(marker) { format!("*{}", line.chars().skip(2).collect::<String>()) } else { line.clone() };
        let all: Vec<(String, Vec<String>)> = all.iter().map(|(n, t)| (n.clone(), t.iter().map(clean).collect())).collect();
        let files = Files::new(&[("deck", &deck(&all, cards, in_ebcdic, marker))]);
        let list = members(&files.path("deck"), &Budget::unlimited()).unwrap();
        prop_assert_eq!(list.members.len(), all.len());
        for (n, (name, lines)) in all.iter().enumerate() {
            prop_assert_eq!(&list.members[n].name, name);
            prop_assert_eq!(list.members[n].records, Some(lines.len() as u64));
            let last = all.iter().rev().find(|(other, _)| other == name).unwrap();
            let wanted: Vec<u8> = last.1.iter().flat_map(|line| {
                let text = if cards { format!("{line:<80}") } else { line.clone() };
                let mut bytes = if in_ebcdic { ebcdic(&text) } else { text.into_bytes() };
                if !cards { bytes.push(if in_ebcdic { 0x15 } else { b'\n' }); }
                bytes
            }).collect();
            let (bytes, records) = files.read(&format!("deck({name})")).unwrap();
            prop_assert_eq!(bytes, wanted);
            prop_assert_eq!(records.is_some(), cards);
        }
    }

    #[test]
    fn no_bytes_are_too_strange(mut bytes in proptest::collection::vec(any::<u8>(), 0..3_000), which in 0usize..4, cut in any::<u16>()) {
        let good = sample(which);
        let cut = usize::from(cut) % good.len();
        let mut all = good[..cut].to_vec();
        all.append(&mut bytes);
        let memory: Arc<dyn crate::source::bytes::Bytes> = Arc::new(Memory::new(&all));
        if let Some(format) = Format::of(&all) {
            let (_, found) = contents(&memory, "x", &Budget::unlimited()).unwrap();
            prop_assert!(found.entries.len() <= 100, "{format:?}");
        }
    }

    #[test]
    fn patterns_are_those_of_ispf(pattern in "[AB*%]{0,6}", name in "[AB]{0,6}") {
        let expression = pattern.replace('*', ".*").replace('%', ".");
        let wanted = regex::Regex::new(&format!("^{expression}$")).unwrap().is_match(&name);
        prop_assert_eq!(fits(&pattern, &name), wanted);
        prop_assert_eq!(fits(&pattern.to_lowercase(), &format!("lib/{name}")), wanted || fits(&pattern, &format!("LIB/{name}")));
    }
}

fn sample(which: usize) -> Vec<u8> {
    let text: Vec<String> = (0..9).map(|n| format!("LINE {n}")).collect();
    match which {
        0 => tar(&[(b"A.cbl".to_vec(), vec![b'x'; 700]), (vec![b'n'; 200], vec![b'y'; 30])], false),
        1 => deck(&[("A".into(), text.clone()), ("B".into(), text)], true, true, "./"),
        2 => deck(&[("A".into(), text.clone()), ("B".into(), text)], false, false, "./"),
        _ => {
            let pds: Vec<Pds> = (0..5)
                .map(|n| Pds {
                    name: format!("M{n}"),
                    blocks: vec![vec![n; 160]],
                    statistics: true,
                    alias: None,
                })
                .collect();
            let records = unloaded(&pds, 0x90, 80);
            xmit(&[Sent { dsname: "A.B", recfm: 0x9000, lrecl: 80, records, partitioned: true }], 100)
        }
    }
}

#[test]
fn what_an_archive_claims_is_shown_and_never_done() {
    let mut archive = vec![];
    for (name, kind, size) in [
        (&b"../../etc/passwd"[..], b'0', 3),
        (b"/etc/shadow", b'0', 3),
        (b"C:\\x\\..\\y", b'0', 3),
        (b"link", b'2', 0),
        (b"link/under", b'0', 3),
        (b"hard", b'1', 0),
        (b"dev", b'3', 0),
        (b"fifo", b'6', 0),
        (b"dir/", b'5', 0),
        (b"\x1b]52;c;eA==\x07", b'0', 3),
        (b"same", b'0', 3),
        (b"same", b'0', 3),
        (b"SAME", b'0', 3),
    ] {
        archive.extend(header(name, kind, size, 1_700_000_000));
        if size > 0 {
            archive.extend([b"abc".as_slice(), &[0; 509]].concat());
        }
    }
    archive.extend([0; 1024]);
    let files = Files::new(&[("a.tar", &archive)]);
    let when = "2023-11-14 22:13 payroll";
    assert_eq!(
        files.list("a.tar"),
        [
            format!("../../etc/passwd text 3 {when}"),
            format!("/etc/shadow text 3 {when}"),
            format!("C:\\x\\..\\y text 3 {when}"),
            format!("link link 0 {when} it is a link: links are not followed"),
            format!("link/under text 3 {when}"),
            format!("hard link 0 {when} it is a link to another member"),
            format!("dev device 0 {when} it is a device or a pipe"),
            format!("fifo device 0 {when} it is a device or a pipe"),
            format!("dir/ folder 0 {when} it is a folder"),
            format!("\x1b]52;c;eA==\x07 text 3 {when}"),
            format!("same text 3 {when}"),
            format!("same text 3 {when}"),
            format!("SAME text 3 {when}"),
        ]
    );
    assert_eq!(files.read("a.tar(../../etc/passwd)").unwrap().0, b"abc");
    assert_eq!(
        files.read("a.tar(link)").unwrap_err(),
        format!(
            "cannot open link in {}; it is a link: links are not followed",
            files.path("a.tar").display()
        )
    );
}

#[test]
fn sizes_that_make_no_sense_end_a_list() {
    let mut large = header(b"large", b'0', 0o77_777_777_777, 0);
    large.extend([1; 512]);
    let mut binary = header(b"binary", b'0', 0, 0);
    binary[124..136].copy_from_slice(&[0x80, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    binary[148..156].copy_from_slice(b"        ");
    let sum: u32 = binary.iter().map(|b| u32::from(*b)).sum();
    binary[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut pax = header(b"PaxHeaders/x", b'x', 24, 0);
    pax.extend(b"24 size=9999999999999999");
    pax.resize(1024, 0);
    pax.extend(tar_member(b"after", b"text", false));
    for (bytes, said) in [(large, "ends too early"), (binary, "makes no sense"), (pax, "")] {
        let files = Files::new(&[("a.tar", &bytes)]);
        let list = files.list("a.tar");
        assert!(list.iter().any(|l| l.contains(said)), "{said}: {list:?}");
    }
}

#[test]
fn a_list_has_an_end() {
    let mut all = header(b"member", b'0', 0, 0).repeat(100_003);
    all.extend([0; 1024]);
    let bytes: Arc<dyn crate::source::bytes::Bytes> = Arc::new(Memory::new(&all));
    let (_, found) = contents(&bytes, "x", &Budget::unlimited()).unwrap();
    assert_eq!(found.entries.len(), 100_000);
    assert_eq!(found.problems, ["it has over 100000 members: the others are left out"]);
}

#[test]
fn a_sequential_data_set_is_one_member() {
    let records: Vec<Vec<u8>> = (0..30).map(|n| ebcdic(&format!("RECORD {n} {}", "X".repeat(n)))).collect();
    let fixed: Vec<Vec<u8>> = (0..30).map(|n| ebcdic(&format!("{:<80}", format!("CARD {n}")))).collect();
    let message = vec![ebcdic("HELLO")];
    let of = |dsname, recfm, lrecl, records| Sent { dsname, recfm, lrecl, records, partitioned: false };
    let all = xmit(
        &[
            of("MESSAGE", 0x9000, 80, message),
            of("PAY.MASTER", 0x5000, 84, records.clone()),
            of("PAY.CARDS", 0x9000, 80, fixed.clone()),
        ],
        60,
    );
    let files = Files::new(&[("a.xmi", &all)]);
    let list = members(&files.path("a.xmi"), &Budget::unlimited()).unwrap();
    let names: Vec<&str> = list.members.iter().map(|m| m.name.as_str()).collect();
    assert_eq!(names, ["MESSAGE", "PAY.MASTER", "PAY.CARDS"]);
    assert_eq!(list.members[1].records, Some(30));
    assert_eq!(
        (list.members[1].user.as_str(), list.members[1].changed.as_str()),
        ("IBMUSER", "2026-11-26 18:29")
    );
    assert_eq!(files.read("a.xmi(pay.cards)").unwrap().0, fixed.concat());
    // Variable records come with descriptors, so that they are lines again.
    let file = SourceFile::open(&files.path("a.xmi(PAY.MASTER)"), no_meter()).unwrap();
    let page = file
        .page(&PageRequest::at(Anchor::Line(crate::base::LineNo::FIRST), 100), &Budget::unlimited())
        .unwrap();
    assert_eq!(page.lines.iter().map(|l| l.text.clone()).collect::<Vec<_>>(), records);
}

#[test]
fn names_in_parentheses_mean_members_unless_a_file_is_called_so() {
    let archive = tar(
        &[
            (b"src/PAYR010.cbl".to_vec(), b"cobol".to_vec()),
            (b"jcl/PAYR010.jcl".to_vec(), b"jcl".to_vec()),
            (b"jcl/RUN.jcl".to_vec(), b"run".to_vec()),
        ],
        false,
    );
    let files = Files::new(&[
        ("a.tar", &archive),
        ("a.tar(x)", b"it itself"),
        ("lib(1).tar", &archive),
        ("dir/PAYR010.cbl", b"program"),
        ("dir/payrec.cpy", b"copybook"),
        ("dir/.hidden", b""),
        ("dir/two.cbl", b"1"),
        ("dir/two.jcl", b"2"),
        ("dir/nested.gz", &gzip(b"packed text\n", 6, b"")),
        ("dir/sub/x", b""),
        ("plain", b"no members\n"),
    ]);
    std::os::unix::fs::symlink(files.path("dir"), files.path("dir/loop")).unwrap();
    std::os::unix::fs::symlink("nothing", files.path("dir/dangling")).unwrap();
    for (name, wanted) in [
        ("a.tar(src/PAYR010.cbl)", Ok("cobol")),
        ("a.tar(SRC/payr010.CBL)", Ok("cobol")),
        ("a.tar(RUN)", Ok("run")),
        ("a.tar(run.jcl)", Ok("run")),
        ("a.tar(PAYR010)", Err("2 members may be meant")),
        ("a.tar(PAYR011)", Err("names like it are src/PAYR010.cbl, jcl/PAYR010.jcl")),
        ("a.tar(x)", Ok("it itself")),
        ("lib(1).tar(RUN)", Ok("run")),
        ("dir(payr010)", Ok("program")),
        ("dir(PAYREC)", Ok("copybook")),
        ("dir(two)", Err("2 members may be meant")),
        ("dir(two.jcl)", Ok("2")),
        ("dir(nested)", Ok("packed text\n")),
        ("dir(../plain)", Err("no name is like it")),
        ("dir(/etc/passwd)", Err("no name is like it")),
        ("dir(sub)", Err("it is a directory")),
        ("plain(X)", Err("it is neither a directory nor")),
        ("none(X)", Err("there is no such file")),
    ] {
        let got = files.read(name).map(|(bytes, _)| String::from_utf8(bytes).unwrap());
        match (got, wanted) {
            (Ok(got), Ok(wanted)) => assert_eq!(got, wanted, "{name}"),
            (Err(got), Err(wanted)) => assert!(got.contains(wanted), "{name}: {got}"),
            (got, wanted) => panic!("{name}: {got:?} and not {wanted:?}"),
        }
    }
    let list: Vec<String> =
        files.list("dir").iter().map(|l| l.split(" 20").next().unwrap().to_owned()).collect();
    assert_eq!(
        list,
        [
            "PAYR010.cbl COBOL 7",
            "dangling link -   it is a link to nothing, or in a circle",
            "loop folder -",
            "nested.gz packed 32",
            "payrec.cpy copybook 8",
            "sub folder -",
            "two.cbl COBOL 1",
            "two.jcl JCL 1",
            "! 1 hidden file is not listed"
        ]
    );
}

#[test]
fn the_nearest_names_are_offered() {
    let names = ["PAYR010", "PAYR020", "TAXCALC"];
    let error = choose(names.into_iter(), "PAYR01", "a.xmi").unwrap_err();
    assert!(error.cause.contains("PAYR010, PAYR020"), "{}", error.cause);
    assert!(choose([].into_iter(), "X", "a").is_err());
}

#[test]
fn kinds_are_told_from_first_bytes() {
    for (text, kind) in [
        ("       IDENTIFICATION DIVISION.\n       PROGRAM-ID. X.\n", Kind::Cobol),
        ("//PAYJOB  JOB (1),'X',CLASS=A\n//S1 EXEC PGM=IEFBR14\n", Kind::Jcl),
        ("/* REXX */\nsay 'x'\n", Kind::Rexx),
        ("       01  PAY-REC.\n           05  PAY-ID  PIC X(8).\n", Kind::Copybook),
        ("X        CSECT\n         BALR  12,0\n", Kind::Assembler),
        ("Just a text.\n", Kind::Text),
    ] {
        assert_eq!(Kind::of_bytes(text.as_bytes()), kind, "{text}");
        let cards: Vec<u8> = text.lines().flat_map(|l| ebcdic(&format!("{l:<80}"))).collect();
        assert_eq!(Kind::of_bytes(&cards), kind, "{text} in EBCDIC");
    }
    assert_eq!(Kind::of_bytes(&[1, 2, 3, 4, 5, 0, 0, 0, 9]), Kind::Binary);
    assert_eq!(Kind::of("X.cbl", b"anything"), Kind::Cobol);
}
