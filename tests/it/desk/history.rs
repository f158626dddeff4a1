//! The versions of an entry: listed, compared, gone back to.

use super::driver::Session;

#[test]
fn a_change_is_listed_compared_and_taken_back() {
    let home = tempfile::tempdir().unwrap();
    let mut desk = Session::new(home.path(), (80, 24), &[]);
    desk.type_text("s0c7").press("enter").shows("Data exception");
    desk.press("E").press("end").type_text(" or sign").press("f6").shows("S0C7 saved").shows("data or sign");
    desk.press("H").shows("2 versions").shows("edited title").shows("added");
    desk.press("enter").shows("- title: Data exception").shows("or sign").shows("version 1 and version 2");
    desk.press("left").shows("nothing and version 1").press("right").shows("version 1 and version 2");
    desk.press("esc").shows("2 versions").press("j");
    assert!(desk.cursor_row().contains("added"), "{}", desk.screen());
    desk.press("c").shows("version 1 and version 2").press("esc");
    desk.press("R").shows("S0C7 is again as in version 1").shows("3 versions").shows("restored as version 1");
    desk.press("R").shows("this is the entry as it is");
    desk.press("esc").shows("used 1 time").shows_not("data or sign");
    // Taken back, and that as well.
    desk.press("U").shows("data or sign").press("U").shows_not("data or sign");
    desk.press("D").shows("deleted: U takes that back").press("U").shows("S0C7 is back");
    desk.press("H").shows("7 versions");
    desk.end();
}
