//! The form of an entry: what is wrong while it is typed, how words go on, and two people at the same entry.

use super::driver::Session;
use greenbar::app::Msg;

#[test]
fn what_is_wrong_is_told_while_it_is_typed_and_words_go_on() {
    let home = tempfile::tempdir().unwrap();
    let mut desk = Session::new(home.path(), (80, 24), &[]);
    desk.press("esc").press("n").press("f6").shows("not saved: Title is empty").shows("Category    ");
    desk.type_text("Gate feed").press("tab").type_text("s0c7").shows("is there already: Data exc");
    desk.type_text("x y").shows("holds a blank").press("ctrl-u").type_text("GATE-1");
    desk.shows_not("is there already").shows("Codes       none found");
    desk.press("tab").type_text("db").shows("Category    db2").press("right").press("tab");
    desk.press("ctrl-u").type_text("bad").shows("is one of info, warning");
    desk.press("ctrl-u").type_text("w").shows("Severity    warning").press("right");
    desk.press("tab").type_text("Two words,").shows("not one lower case word");
    desk.press("ctrl-u").type_text("comp-").press("right").press("tab tab tab tab");
    // Lines are broken at blanks; what is pasted keeps its lines.
    desk.type_text(&"hours come as blanks ".repeat(5)).press("enter");
    desk.take(Msg::Paste("S0C7 follows\nat once".into(), 0));
    desk.settle();
    desk.shows("            at once").press("ctrl-y").shows_not("at once").press("f6");
    desk.shows("GATE-1 added").shows("Db2,").shows("tags comp-3");
    desk.end();
}

#[test]
fn two_people_at_the_same_entry_do_not_lose_what_the_other_wrote() {
    let home = tempfile::tempdir().unwrap();
    let mut ann = Session::new(home.path(), (80, 24), &[]);
    let mut bob = Session::new(home.path(), (80, 24), &[]);
    for desk in [&mut ann, &mut bob] {
        desk.type_text("s0c7").press("enter").press("E");
    }
    ann.press("end").type_text(", by Ann").press("f6").shows("S0C7 saved");
    bob.press("home").type_text("Bob: ").press("f6");
    bob.shows("not saved: S0C7 was changed meanwhile").shows("+ title:").shows("by Ann");
    bob.press("esc").shows("Title       Bob: Data exception");
    bob.press("f6").shows("S0C7 saved").press("H").shows("3 versions");
    // Ann has not seen it: what she takes back is not what Bob wrote.
    ann.press("U").shows("was changed by somebody else meanwhile");
    bob.end();
    ann.end();
}
