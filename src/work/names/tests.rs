use super::super::files::OpenFile;
use super::super::{Reply, library_for};
use super::*;
use crate::base::{Env, Paths, meter::no_meter};
use crate::config::{Config, LoadInputs};
use std::path::Path;

const PROGRAM: &str = "       IDENTIFICATION DIVISION.
       PROGRAM-ID. P1.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  WS-TOTALS.
           05  WS-GROSS    PIC S9(7)V99 COMP-3.
           05  WS-COUNT    PIC 9(4) COMP.
           COPY PAYREC.
       01  WS-AGAIN.
           05  WS-COUNT    PIC 9(4).
       PROCEDURE DIVISION.
       A-START.
           MOVE PR-AMOUNT TO WS-GROSS
           ADD 1 TO WS-COUNT OF WS-AGAIN
           MOVE SPACES TO WS-TOTALS
           PERFORM A-END.
       A-END.
           GOBACK.
";
const COPYBOOK: &str = "      * AMOUNTS\n       01  PAY-REC.\n           05  PR-AMOUNT   PIC S9(5)V99.\n";

/// The names on the line that holds `text`, in a file of these bytes beside a copybook.
fn names(program: &str, text: &str) -> Vec<NameRow> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("cpy")).unwrap();
    std::fs::write(folder.path().join("cpy/payrec.cpy"), COPYBOOK).unwrap();
    let path = folder.path().join("P1.cbl");
    std::fs::write(&path, program).unwrap();
    let env = Env { paths: Paths::under(folder.path()), ..Env::system(Some(folder.path())) };
    let config = Config::load(&LoadInputs::new(&env)).config;
    let library = |path: &Path| library_for(path, &env, &config);
    let file = OpenFile::open(path.to_str().unwrap(), no_meter()).unwrap();
    let line = program.lines().position(|l| l.contains(text)).unwrap();
    let offset = program.lines().take(line).map(|l| l.len() + 1).sum::<usize>() as u64;
    let at = (LineNo::from_index(line as u64), ByteOffset(offset));
    match file.names(&Programs::default(), &library, at, &Budget::unlimited()).unwrap() {
        Reply::Names(rows) => rows,
        other => panic!("{other:?}"),
    }
}

/// Name, what it is, line of its definition and place.
fn brief(row: &NameRow) -> (&str, &str, u64, &str) {
    let line = row.defined.as_ref().map_or(0, |d| d.line.get());
    (&row.name, &row.what, line, &row.place)
}

#[test]
fn names_are_known_with_place_definition_and_uses() {
    let rows = names(PROGRAM, "MOVE PR-AMOUNT");
    assert_eq!(
        rows.iter().map(brief).collect::<Vec<_>>(),
        [("PR-AMOUNT", "05", 3, "ZD 1:7"), ("WS-GROSS", "05", 6, "PD 1:5")]
    );
    // One is from a copybook, and its lines are those of the copybook; the others are not moved by it.
    let spot = rows[0].defined.as_ref().unwrap();
    assert!(spot.file.as_deref().unwrap().ends_with("cpy/payrec.cpy"));
    assert_eq!((rows[0].picture.as_str(), rows[0].counts), ("S9(5)V99", [0, 1, 0]));
    let uses: Vec<_> = rows[1]
        .uses
        .iter()
        .map(|u| {
            (u.at.line.get(), u.access.as_str(), u.statement.as_str(), u.inside.as_str(), u.via.as_str())
        })
        .collect();
    assert_eq!(
        uses,
        [(13, "write", "MOVE", "A-START", ""), (15, "write", "MOVE", "A-START", "WS-TOTALS")],
        "named itself, and through its group"
    );
}

#[test]
fn a_qualified_name_means_one_definition() {
    let rows = names(PROGRAM, "ADD 1 TO");
    let count = rows.iter().find(|r| r.name == "WS-COUNT").unwrap();
    assert_eq!((brief(count), count.candidates), (("WS-COUNT", "05", 10, "ZD 1:4"), 1));
    let rows = names(PROGRAM, "PERFORM A-END");
    assert_eq!(brief(&rows[0]), ("A-END", "paragraph", 17, ""));
}

#[test]
fn of_a_large_file_the_program_around_the_line_is_read() {
    let line = "           DISPLAY 'NOTHING OF INTEREST IN THIS LONG PROGRAM AT ALL'.\n";
    let filler = format!(
        "       IDENTIFICATION DIVISION.\n       PROGRAM-ID. LONG.\n       PROCEDURE DIVISION.\n       P.\n{}",
        line.repeat(usize::try_from(LARGEST).unwrap() / line.len() + 1)
    );
    let program = format!("{filler}{PROGRAM}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("BIG.cbl");
    std::fs::write(&path, &program).unwrap();
    let file = OpenFile::open(path.to_str().unwrap(), no_meter()).unwrap();
    let at = program.find("           ADD 1 TO").unwrap();
    let line = LineNo::from_index(program[..at].matches('\n').count() as u64);
    let none = |path: &Path| Library::beside(path, Vec::<std::path::PathBuf>::new());
    let ask = || {
        let place = (line, ByteOffset(at as u64));
        file.names(&Programs::default(), &none, place, &Budget::unlimited())
    };
    assert!(ask().is_err(), "its structure is not known yet");
    let kept = std::sync::OnceLock::new();
    let kept = super::super::kept::Kept::new(&kept, 0);
    file.scan(&kept, &Budget::unlimited(), &mut |_| {}).unwrap();
    let Reply::Names(rows) = ask().unwrap() else { panic!() };
    let count = rows.iter().find(|r| r.name == "WS-COUNT").unwrap();
    let defined = line.get() - 14 + 10;
    assert_eq!(brief(count), ("WS-COUNT", "05", defined, "ZD 1:4"));
}
