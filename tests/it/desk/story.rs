//! The main job, from an abend code to the statement and back to what is known about it.

use super::driver::Session;
use greenbar::app::Msg;
use greenbar::panes::Pane;
use greenbar::work::Effect;
use std::path::PathBuf;

const PROGRAM: &str = include_str!("../../../src/cli/demo/PAYR010.cbl");

fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("PAYR010.cbl");
    std::fs::write(&program, PROGRAM).unwrap();
    (folder, program)
}

#[test]
fn from_the_code_to_the_statement_and_back() {
    let (folder, program) = place();
    let mut desk = Session::new(folder.path(), (80, 24), &[&program]);
    let number = |text: &str| PROGRAM.lines().position(|l| l.contains(text)).unwrap() + 1;

    // The file is open, its structure known.
    desk.shows("[2 Source]").shows("PAYR010.cbl  295 lines").shows("IDENTIFICATION DIVISION");
    // The entry is linked to the statement that abends.
    let statement = number("COMPUTE WS-GROSS ROUNDED");
    desk.command(&format!("locate {statement}"));
    desk.shows(&format!("Line {statement} Col 1")).shows("2100-GROSS");
    desk.press("1").type_text("s0c7");
    desk.shows("[1 Search]").shows("exact ");
    assert!(desk.rows()[2].contains("S0C7"), "{}", desk.screen());
    desk.press("enter").shows("decimal").shows("used 1 time,");
    desk.press("L").shows(&format!("S0C7 is linked to line {statement}"));
    desk.press("esc").press("enter").shows(&format!("Code: PAYR010.cbl line {statement} (2100-GROSS)"));

    // Follow it there, from somewhere else.
    desk.press("2").press("g g").shows("Line 1 Col 1");
    desk.press("1").press("o");
    desk.shows("[2 Source]").shows(&format!("Line {statement} Col 1"));
    assert!(desk.cursor_row().contains("COMPUTE WS-GROSS"), "{}", desk.screen());
    // The names on it: TR-HOURS comes in with the file, and that is where the blanks come from.
    desk.press("i").shows(&format!("Names on line {statement}")).shows("TR-HOURS").shows("S9(3)V99");
    desk.press("j").press("enter").shows("TIME-FILE").shows("write");
    desk.press("j").press("enter");
    desk.shows(&format!("Line {} Col 1", number("READ TIME-FILE")));
    desk.press("backspace").shows(&format!("Line {statement} Col 1"));
    desk.press("d").shows(&format!("Line {} Col 1", number("05  TR-HOURS")));
    desk.press("esc").shows(&format!("Names on line {statement}")).press("esc").shows_not("Names on line");
    desk.press("p").shows("performs and calls").press("esc").shows_not("performs and calls");
    desk.press("backspace").shows(&format!("Line {statement} Col 1"));
    // The line knows its entry.
    desk.press("j").press("k").press("enter").shows("linked to this line").press("enter");
    desk.shows("[1 Search]").shows("decimal").shows(&format!("PAYR010.cbl line {statement}"));
    // Back to the list, and to the text.
    desk.press("esc").shows("[2 Source]").shows("linked to this line").press("esc");
    desk.shows_not("linked to this line");

    // Page through it.
    desk.press("g g").press("f8").shows("Line 22 Col 1");
    desk.press("f8").shows("Line 43 Col 1");
    // CSR: the cursor's line goes to the bottom first, then it is a page.
    desk.press("f7").shows("Line 43 Col 1").press("f7").press("f7");
    assert!(desk.rows()[2].contains("IDENTIFICATION DIVISION"), "{}", desk.screen());
    desk.press("G").shows("Line 295 Col 1");
    desk.press("f8").shows("Bottom of data reached");
    desk.command("50%");
    let line: usize =
        desk.row("Line ").split("Line ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    assert!((140..=155).contains(&line), "{}", desk.screen());
    desk.press("esc").press("2");

    // Find a string, again, and around the end.
    desk.press("g g").press("/").type_text("ws-net-pay-nobody").press("enter");
    desk.shows("not found");
    desk.press("g g").press("/").type_text("negative-net").press("enter");
    let hits: Vec<usize> = PROGRAM
        .lines()
        .enumerate()
        .filter(|(_, l)| l.to_lowercase().contains("negative-net"))
        .map(|(n, _)| n + 1)
        .collect();
    assert!(hits.len() > 1);
    desk.shows(&format!("{} matches", hits.len()));
    desk.shows(&format!("Line {} Col 1", hits[0]));
    for hit in &hits[1..] {
        desk.press("f5").shows(&format!("Line {hit} Col 1"));
    }
    desk.press("f5").shows("Bottom of data reached");
    desk.press("f5").shows(&format!("Line {} Col 1", hits[0]));
    desk.press("N").shows("Top of data reached");
    desk.press("N").shows(&format!("Line {} Col 1", hits[hits.len() - 1]));
    desk.command("find 'NEGATIVE-NET' first prev");
    desk.command("f c'negative-net' first").shows("not found");

    // LOCATE by name, RESET, RFIND in the last direction.
    desk.command("l 3100-read").shows(&format!("Line {} Col 1", number(" 3100-READ.")));
    desk.command("l no-such-paragraph").shows("NO-SUCH-PARAGRAPH is not in the outline");
    desk.command("hex on").command("cols on").shows("*A-1-B").shows("HEX");
    desk.command("reset").shows_not("*A-1-B").shows_not("HEX").shows_not("matches");
    desk.command("find 'perform' last").press("f2");
    desk.press("esc");
    let performs: Vec<usize> = PROGRAM
        .lines()
        .enumerate()
        .filter(|(_, l)| l.to_uppercase().contains("PERFORM"))
        .map(|(n, _)| n + 1)
        .collect();
    let last = performs[performs.len() - 1];
    desk.shows(&format!("Line {last} Col 1"));
    desk.command("rfind");
    desk.shows(&format!("Line {} Col 1", performs[performs.len() - 2]));
    // M and F8 go to the end, a number so many lines.
    desk.press("f2").type_text("m").press("f8").shows("Line 295 Col 1");
    desk.press("f2").type_text("m").press("f7").shows("Line 1 Col 1");
    desk.press("f2").type_text("7").press("f8").shows("Line 8 Col 1");

    // Metrics have counted all that.
    desk.take(Msg::Tick);
    desk.settle();
    desk.press("4").shows("[4 Metrics]").shows("Operation");
    assert!(!desk.row("search   ").contains("  0    "), "{}", desk.row("search   "));
    // Alerts of a busy machine stand above it.
    for _ in 0..4 {
        if !desk.state.metrics.explain {
            desk.press("enter");
        }
        if !desk.screen().contains("all layers") {
            desk.press("j");
        }
    }
    desk.shows("all layers");
    desk.end();
}

#[test]
fn lines_are_hidden_and_found_again() {
    let (folder, program) = place();
    let mut desk = Session::new(folder.path(), (80, 24), &[&program]);
    let statement = PROGRAM.lines().position(|l| l.contains("COMPUTE WS-GROSS ROUNDED")).unwrap() + 1;
    desk.shows("295 lines").command(&format!("locate {statement}"));
    desk.shows(&format!("Line {statement} Col 1")).shows("2100-GROSS");
    // Its paragraph is hidden, and shown again from the line that stands for it.
    desk.press("-").shows("Line(s) not Displayed").shows_not("COMPUTE WS-GROSS");
    desk.press("j").press("enter").shows_not("Line(s) not Displayed").shows("COMPUTE WS-GROSS");
    // All but the headings; what is found is shown.
    desk.press("space -").shows("Line(s) not Displayed").press("/").type_text("WS-OVERTIME").press("enter");
    desk.shows("Line(s) not Displayed").shows("WS-OVERTIME");
    desk.press("space +").shows_not("Line(s) not Displayed");
    desk.command(&format!("locate {statement}"));
    desk.shows(&format!("Line {statement} Col 1"));
    // RESET shows all, too.
    desk.press("-").shows("Line(s) not Displayed");
    desk.command("reset");
    desk.shows_not("Line(s) not Displayed");
}

/// How many drafts there are on disk.
fn drafts_in(home: &std::path::Path) -> usize {
    let Ok(folder) = std::fs::read_dir(home.join("state")) else { return 0 };
    folder.filter(|f| f.as_ref().unwrap().file_name().to_string_lossy().starts_with("draft-")).count()
}

#[test]
fn an_entry_is_written_changed_rated_deleted_and_brought_back() {
    let (folder, _) = place();
    let mut desk = Session::new(folder.path(), (80, 24), &[]);
    desk.shows("[1 Search]").shows("entries");
    desk.press("esc").press("n").shows("F6 saves");
    desk.type_text("Gate feed sends blanks").press("tab tab").type_text("Batch");
    desk.press("tab").press("tab").type_text("gate, payroll");
    desk.press("tab tab tab tab").type_text("TR-HOURS holds blanks, S0C7 follows").shows("Codes       S0C7");
    desk.press("tab").type_text("Set the hours to zero");
    desk.press("f3").shows("kept as a draft").press("n").shows("this is the draft").press("tab tab tab tab");
    desk.press("tab tab tab tab tab").press("ctrl-end").type_text(".").press("f6");
    let said = desk.row(" added");
    let id = said.split_whitespace().next().unwrap().to_owned();
    desk.shows("Gate feed sends blanks").shows("Set the hours to zero.").shows("tags gate payroll");
    // A draft is no longer kept.
    assert_eq!(drafts_in(folder.path()), 0);

    desk.press("esc").press("/").press("ctrl-u").type_text("gate feed");
    desk.shows(&id);
    desk.press("enter").press("E").press("home").type_text("The ").press("f6");
    desk.shows(&format!("{id} saved")).shows("The Gate feed sends blanks");
    desk.press("u").shows("it worked; used 2 times, worked 100%");
    desk.press("d").shows("it didn't work; used 3 times, worked 50%");
    desk.shows("used 3 times, worked 50%, local");

    desk.press("D").shows(&format!("{id} deleted: U takes that back"));
    desk.shows_not("Gate feed sends");
    desk.press("U").shows(&format!("{id} is back"));
    desk.press("/").press("enter").shows("The Gate feed sends blanks");
    desk.press("U").shows("version 1: U takes that back").press("U");

    // Through the editor, with a mistake and without.
    desk.press("v");
    let Some(Effect::Edit { text, purpose, draft }) = desk.effects.pop() else { panic!("no editor") };
    desk.take(Msg::Edited(purpose.clone(), Ok("no document".into())));
    desk.settle();
    desk.shows("v goes on with what was written");
    // The same file, with what was written.
    desk.press("v");
    let Some(Effect::Edit { text: again, draft: same, .. }) = desk.effects.pop() else { panic!("no editor") };
    assert_eq!((again.as_str(), same), ("no document", draft));
    desk.take(Msg::Edited(purpose, Ok(text.replace("The Gate", "A gate"))));
    desk.settle();
    desk.shows("A gate feed sends blanks");
    desk.end();
}

#[test]
fn what_was_not_saved_is_there_again() {
    let (folder, _) = place();
    let mut desk = Session::new(folder.path(), (80, 24), &[]);
    desk.press("esc").press("n").type_text("Half an ent");
    desk.take(Msg::Tick);
    desk.settle();
    desk.end();
    let mut desk = Session::new(folder.path(), (80, 24), &[]);
    desk.shows("was found: F6 saves it").shows("Half an ent");
    desk.press("f11").shows("F11 once more").press("f11").shows("the changes were dropped");
    desk.end();
    let mut desk = Session::new(folder.path(), (80, 24), &[]);
    desk.shows_not("Half an ent");
    desk.end();
}

#[test]
fn enter_is_never_faster_than_the_search() {
    let (folder, _) = place();
    let mut desk = Session::new(folder.path(), (80, 24), &[]);
    // No waiting between the letters and Enter.
    for c in "iefa107i".chars() {
        desk.take(Msg::Key(greenbar::config::Key::char(c)));
    }
    desk.press("enter");
    let shown = desk.state.search.shown.as_ref().map(|s| s.entry.body.clone()).unwrap();
    let names: Vec<&String> = shown.aliases.iter().chain([&shown.id]).chain(&shown.codes).collect();
    assert!(names.iter().any(|n| n.eq_ignore_ascii_case("iefa107i")), "{names:?}");
    desk.end();
}

#[test]
fn a_broken_store_leaves_files_and_can_be_tried_again() {
    let (folder, program) = place();
    std::fs::create_dir_all(folder.path().join("data")).unwrap();
    let database = folder.path().join("data/greenbar.db");
    std::fs::write(&database, "this is no database at all, and longer than a header ........".repeat(99))
        .unwrap();
    let mut desk = Session::new(folder.path(), (80, 24), &[&program]);
    desk.shows("IDENTIFICATION DIVISION");
    desk.press("1").shows("no store").shows("Enter tries again");
    std::fs::remove_file(&database).unwrap();
    desk.press("enter").shows("entries").shows_not("no store");
    desk.press("esc").press("5").shows("greenbar.db");
    desk.end();
}

#[test]
fn files_change_under_the_desk() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("job.log");
    let empty = folder.path().join("empty");
    std::fs::write(&empty, "").unwrap();
    std::fs::write(&log, "one\ntwo\nthree").unwrap();
    let mut desk = Session::new(folder.path(), (80, 24), &[&log, &empty]);
    let tick = |desk: &mut Session| {
        desk.take(Msg::Tick);
        desk.settle();
    };
    desk.shows("job.log  1/2  3 lines").press("G").shows("Line 3 Col 1");
    // Growing while the cursor is at the bottom: the cursor stays, the new lines are there.
    std::fs::write(&log, "one\ntwo\nthree and\nfour\nfive\n").unwrap();
    tick(&mut desk);
    tick(&mut desk);
    desk.shows("5 lines").shows("three and").shows("five").shows("Line 3 Col 1");
    desk.press("j").shows("Line 4 Col 1");
    desk.press("space f").shows("This file is empty").shows("0 lines");
    for keys in ["j", "G", "g g", "f8", "f7", "x", "c", "l", "]", "n", "enter", "y"] {
        desk.press(keys);
        desk.shows("empty");
        if desk.state.pane != Pane::Source {
            desk.press("2");
        }
    }
    desk.command("reset");
    std::fs::write(&empty, "no longer").unwrap();
    tick(&mut desk);
    tick(&mut desk);
    desk.shows("no longer").shows("1 line");
    desk.press("space f").shows("Line 4 Col 1").shows("four");
    std::fs::remove_file(&log).unwrap();
    tick(&mut desk);
    desk.shows("deleted");
    desk.press("k").shows("three and");
    desk.end();
}

#[test]
fn a_directory_and_an_archive_are_lists_of_members() {
    let (folder, _) = place();
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus/members/pds.xmi");
    std::fs::create_dir(folder.path().join("pay")).unwrap();
    std::fs::copy(corpus, folder.path().join("pay/lib.xmi")).unwrap();
    std::fs::copy(folder.path().join("PAYR010.cbl"), folder.path().join("pay/PAYR010.cbl")).unwrap();
    let mut desk = Session::new(folder.path(), (80, 24), &[&folder.path().join("pay")]);
    desk.shows("2 members").shows("PAYR010.cbl").shows("COBOL").shows("lib.xmi");
    desk.press("/").type_text("xmi").shows("1 of 2 members").shows_not("PAYR010.cbl");
    desk.press("enter").press("enter");
    desk.shows("TSO XMIT of PAY.SRC, PDS, FB 80").shows("3 members").shows("2026-11-26 18:29");
    desk.press("S");
    assert!(desk.rows()[3].contains("B  ") && desk.rows()[3].contains("160"), "{}", desk.screen());
    desk.shows("alias of A");
    desk.press("enter").shows("CARD B").shows("2 lines");
    desk.press("f3").shows("3 members");
    desk.press("f3").shows("1 of 2 members");
    desk.press("/").press("esc").shows("2 members");
    desk.press("g g").press("enter").shows("IDENTIFICATION DIVISION").shows("295 lines");
    desk.command("open pay/none(X)");
    desk.shows("no such file");
}
