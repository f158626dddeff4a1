//! A recorded session, real replies and all, shows the same screens when it is replayed.

use super::driver::{Session, start_of};
use greenbar::app::keymap::Keymap;
use greenbar::app::record::{Recorder, read};
use greenbar::app::update::{start, update};
use greenbar::app::{Msg, State, view};
use greenbar::ui::Theme;

#[test]
fn a_session_is_the_same_again() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("PAYR010.cbl");
    std::fs::write(&program, include_str!("../../../src/cli/demo/PAYR010.cbl")).unwrap();
    let path = folder.path().join("session.jsonl");
    let begin = start_of((120, 36), &[&program]);
    let mut desk = Session::new(folder.path(), begin.size, &[&program]);
    desk.press("o").press("f8").press("enter").press("/").type_text("gross").press("enter").press("f5");
    desk.command("hex on").press("1").type_text("s0c7 comp-3").press("enter").press("e");
    desk.take(Msg::Resized(200, 50));
    desk.take(Msg::Paste("pasted".into(), 0));
    desk.press("esc").press("n").type_text("A title").press("f4").type_text("zoom").press("enter");
    desk.take(Msg::Tick);
    desk.settle();
    desk.press("f3").press("f3").press("z").press("4").press("?");

    let mut recorder = Recorder::new(begin, Some(&path)).unwrap();
    for (msg, typing, _) in &desk.taken {
        recorder.keep(1, msg, *typing);
    }
    recorder.finish();
    let crash = folder.path().join("crash.jsonl");
    recorder.write_crash(&crash, "a test").unwrap();

    let (head, lines) = read(&path).unwrap();
    assert_eq!(lines.len(), desk.taken.len());
    let again = |files: &[String]| {
        let mut state =
            State::new(&head.start, vec![Theme::load("greenbar", None).unwrap()], Keymap::defaults());
        start(&mut state, files, greenbar::source::Wanted::default());
        state
    };
    let mut state = again(&head.start.files);
    for (line, (msg, _, screen)) in lines.into_iter().zip(&desk.taken) {
        update(&mut state, line.msg);
        assert_eq!(&view::rows(&state).join("\n"), screen, "after {msg:?}");
    }

    // What a crash leaves ends on the same pane at the same size, and in the same place of the file.
    let (head, lines) = read(&crash).unwrap();
    let mut masked = again(&head.start.files);
    for line in lines {
        update(&mut masked, line.msg);
        view::rows(&masked);
    }
    assert_eq!((masked.size, masked.pane), (state.size, state.pane));
    let line = |state: &State| state.source.here().map(|(_, line)| line);
    assert_eq!(line(&masked), line(&state));
    desk.end();
}
