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
    match ask(program, text, None) {
        Reply::Names(rows) => rows,
        other => panic!("{other:?}"),
    }
}

/// The names on the line that holds `text`, or a list of walk around it.
fn ask(program: &str, text: &str, of: Option<WalkOf>) -> Reply {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("cpy")).unwrap();
    std::fs::write(folder.path().join("cpy/payrec.cpy"), COPYBOOK).unwrap();
    let path = folder.path().join("P1.cbl");
    std::fs::write(&path, program).unwrap();
    let env = Env { paths: Paths::under(folder.path()), ..Env::system(Some(folder.path())) };
    let config = Config::load(&LoadInputs::new(&env)).config;
    let library = |path: &Path| library_for(path, &env, &config);
    let file = OpenFile::open(
        path.to_str().unwrap(),
        crate::source::Wanted::default(),
        &crate::base::Budget::unlimited(),
        no_meter(),
    )
    .unwrap();
    let line = program.lines().position(|l| l.contains(text)).unwrap();
    let offset = program.lines().take(line).map(|l| l.len() + 1).sum::<usize>() as u64;
    let (line, budget) = (LineNo::from_index(line as u64), Budget::unlimited());
    match of {
        None => file.names(&Programs::default(), &library, (line, ByteOffset(offset)), &budget),
        Some(of) => file.walk(&Programs::default(), &library, (line, of), &budget),
    }
    .unwrap()
}

/// Two programs; a copybook moves the lines of the first.
const FLOW: &str = "       IDENTIFICATION DIVISION.
       PROGRAM-ID. P1.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
           COPY PAYREC.
       PROCEDURE DIVISION.
       A-MAIN.
           PERFORM B-READ THRU B-EXIT UNTIL PR-AMOUNT = 0
           CALL 'PAYR020'
           GOBACK.
       B-READ.
           IF PR-AMOUNT = 1 GO TO Z-ABEND.
           PERFORM C-ADD.
       B-EXIT.
           EXIT.
       C-ADD.
           ADD 1 TO PR-AMOUNT.
       D-DEAD.
           PERFORM C-ADD.
       Z-ABEND.
           STOP RUN.
       END PROGRAM P1.
       IDENTIFICATION DIVISION.
       PROGRAM-ID. P2.
       PROCEDURE DIVISION.
       OTHER.
           PERFORM OTHER-TOO. GOBACK.
       OTHER-TOO.
           EXIT.
       END PROGRAM P2.
";

#[test]
fn what_a_copy_brings_in_is_shown_as_it_reads_there() {
    let program = FLOW.replace(
        "           COPY PAYREC.",
        "           COPY PAYREC\n             REPLACING ==PAY-REC== BY ==X-REC==.",
    );
    let rows = |text: &str| match ask(&program, text, Some(WalkOf::Copied)) {
        Reply::Walk(Some(walk)) => walk,
        other => panic!("{other:?}"),
    };
    // Asked on any of its lines.
    for on in ["COPY PAYREC", "REPLACING =="] {
        let walk = rows(on);
        assert!(walk.about.ends_with("cpy/payrec.cpy"), "{}", walk.about);
        let lines: Vec<_> = walk
            .rows
            .iter()
            .map(|r| (r.begins.as_ref().unwrap().line.get(), r.name.trim(), r.how.as_str()))
            .collect();
        assert_eq!(
            lines,
            [(1, "* AMOUNTS", ""), (2, "01  X-REC.", "changed"), (3, "05  PR-AMOUNT   PIC S9(5)V99.", "")]
        );
    }
    assert_eq!(ask(&program, "PROCEDURE DIVISION", Some(WalkOf::Copied)), Reply::Walk(None));
}

#[test]
fn lists_are_given_with_places_in_the_file() {
    let rows = |text: &str, of: FlowOf| match ask(FLOW, text, Some(WalkOf::Flow(of))) {
        Reply::Walk(Some(walk)) => {
            let line = |spot: &Option<Spot>| spot.as_ref().map_or(0, |s| s.line.get());
            let row = |r: &WalkRow| {
                format!("{} {} {} {} {} {}", r.depth, r.name, r.how, line(&r.begins), line(&r.at), r.note)
            };
            (walk.about.clone(), walk.rows.iter().map(row).collect::<Vec<_>>())
        }
        other => panic!("{other:?}"),
    };
    let tree = [
        "0 A-MAIN  7 0 ",
        "1 B-READ perform 11 8 THRU B-EXIT",
        "2 C-ADD perform 16 13 ",
        "1 PAYR020 call 0 9 ",
    ];
    assert_eq!(rows("CALL 'PAYR020'", FlowOf::Procedure), ("A-MAIN".into(), tree.map(String::from).to_vec()));
    let (about, whole) = rows("PERFORM C-ADD", FlowOf::Program);
    assert_eq!((about.as_str(), &whole[1..]), ("P1", &tree.map(String::from)[1..]));
    let (about, inner) = rows("PERFORM C-ADD", FlowOf::Procedure);
    assert_eq!((about.as_str(), inner.len()), ("B-READ", 2));
    let (_, dead) = rows("A-MAIN", FlowOf::Unreached);
    assert_eq!(dead, ["0 D-DEAD paragraph 18 18 nothing names it"]);
    let (_, left) = rows("A-MAIN", FlowOf::Left);
    assert_eq!(left, ["0 Z-ABEND go to 12 12 ends the run; leaves PERFORM B-READ THRU B-EXIT, line 8"]);
    // The program around the line is meant.
    let (about, other) = rows("OTHER-TOO. GOBACK", FlowOf::Program);
    assert_eq!((about.as_str(), other.len()), ("P2", 2));
    assert_eq!(rows("END PROGRAM P2", FlowOf::Unreached).1, Vec::<String>::new());
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
    let file = OpenFile::open(
        path.to_str().unwrap(),
        crate::source::Wanted::default(),
        &crate::base::Budget::unlimited(),
        no_meter(),
    )
    .unwrap();
    let at = program.find("           ADD 1 TO").unwrap();
    let line = LineNo::from_index(program[..at].matches('\n').count() as u64);
    let none = |path: &Path| Library::beside(path, Vec::<std::path::PathBuf>::new());
    let ask = || {
        let place = (line, ByteOffset(at as u64));
        file.names(&Programs::default(), &none, place, &Budget::unlimited())
    };
    assert!(ask().is_err(), "its structure is not known yet");
    let cache = crate::cache::Cache::none();
    let kept = super::super::kept::Kept::new(&cache, 0);
    file.scan(&kept, &Budget::unlimited(), &mut |_| {}).unwrap();
    let Reply::Names(rows) = ask().unwrap() else { panic!() };
    let count = rows.iter().find(|r| r.name == "WS-COUNT").unwrap();
    let defined = line.get() - 14 + 10;
    assert_eq!(brief(count), ("WS-COUNT", "05", defined, "ZD 1:4"));
}

#[test]
fn places_in_a_listing_have_the_numbers_of_the_compiler() {
    let listing = super::super::listing::tests::listing();
    let at = |row: &NameRow| {
        let uses: Vec<String> = row.uses.iter().map(|u| u.at.shown()).collect();
        (row.defined.as_ref().map(Spot::shown).unwrap_or_default(), uses.join(" "))
    };
    // On line 10 of either unit, by the numbers of the compiler.
    let rows = names(&listing, "MOVE 1 TO WS-SUM");
    assert_eq!(at(&rows[0]), ("7".into(), "10".into()));
    let line = listing.lines().position(|l| l.contains("MOVE 1 TO WS-SUM")).unwrap() as u64;
    assert_eq!(rows[0].uses[0].at.line, LineNo::from_index(line), "it leads to the line of the file");
    // What has no number of the compiler is told by the line of the file.
    let none = Spot { line_id: Some(0), ..Spot::of(None, LineNo::new(30)) };
    assert_eq!((none.shown().as_str(), Spot::of(None, LineNo::new(30)).shown().as_str()), ("=30", "30"));
}
