use super::*;
use crate::base::text::{Charset, LineOptions};
use crate::ui::{Depth, Theme};
use ratatui::style::{Color, Modifier};

fn look(charset: Charset) -> Look {
    Look::new(&Theme::load("greenbar", None).unwrap(), Depth::True, charset)
}

/// Draws on `width` by `height` cells and gives the rows and the cursor.
fn drawn(width: u16, height: u16, draw: impl FnOnce(&mut Canvas<'_>)) -> (Vec<String>, Option<(u16, u16)>) {
    let look = look(Charset::Unicode);
    let mut buffer = Buffer::empty(Rect { x: 0, y: 0, width, height });
    let mut cursor = None;
    draw(&mut Canvas::new(&mut buffer, &look, &mut cursor));
    let row = |y| (0..width).map(|x| buffer.cell((x, y)).unwrap().symbol()).collect();
    ((0..height).map(row).collect(), cursor)
}

#[test]
fn text_is_clipped_and_cleaned() {
    let (rows, _) = drawn(6, 1, |canvas| {
        assert_eq!(canvas.text(2, 0, "a\x1bbcdefg", Role::Text), 4);
        assert_eq!(canvas.text(2, 9, "below", Role::Text), 0);
        assert_eq!(canvas.text(9, 0, "right", Role::Text), 0);
    });
    assert_eq!(rows, ["  a␛bc"]);
}

#[test]
fn what_is_cut_says_so() {
    let (rows, _) = drawn(8, 4, |canvas| {
        assert_eq!(canvas.text_in(0, 0, 5, "PAYROLL", Role::Text), 5);
        assert_eq!(canvas.text_in(0, 1, 7, "PAYROLL", Role::Text), 7);
        assert_eq!(canvas.text_right(8, 2, "41 uses", Role::Text), 1);
        assert_eq!(canvas.text_right(4, 3, "/a/b.cbl", Role::Text), 0);
    });
    assert_eq!(rows, ["PAYR…   ", "PAYROLL ", " 41 uses", ".cbl    "]);
}

#[test]
fn wide_characters_are_whole_or_not_there() {
    let (rows, _) = drawn(5, 2, |canvas| {
        assert_eq!(canvas.text(0, 0, "a世界", Role::Text), 5);
        canvas.text(2, 0, "x", Role::Text);
        assert_eq!(canvas.text(2, 1, "世界", Role::Text), 2, "half a character is not drawn");
    });
    assert_eq!(rows, ["a x界 ", "  世  "]);
}

#[test]
fn a_part_knows_only_itself() {
    let (rows, cursor) = drawn(6, 3, |canvas| {
        let mut part = canvas.sub(Rect { x: 4, y: 1, width: 9, height: 9 });
        assert_eq!(part.area(), Rect { x: 0, y: 0, width: 2, height: 2 });
        part.text(0, 0, "abc", Role::Text);
        part.cursor(5, 5);
        part.cursor(1, 1);
        part.sub(Rect { x: 70, y: 70, width: 1, height: 1 }).text(0, 0, "no", Role::Text);
    });
    assert_eq!(rows, ["      ", "    ab", "      "]);
    assert_eq!(cursor, Some((5, 2)));
}

#[test]
fn panels_hold_their_title() {
    let (rows, _) = drawn(12, 3, |canvas| {
        let inside = canvas.panel(canvas.area(), "Results of", false);
        assert_eq!(inside, Rect { x: 1, y: 1, width: 10, height: 1 });
    });
    assert_eq!(rows, ["┌ Results… ┐", "│          │", "└──────────┘"]);
    let (rows, _) = drawn(12, 3, |canvas| {
        canvas.panel(canvas.area(), "Log", true);
    });
    assert_eq!(rows[0], "┏ Log ━━━━━┓");
}

#[test]
fn in_ascii_only_ascii_is_drawn() {
    let look = look(Charset::Ascii);
    let mut buffer = Buffer::empty(Rect { x: 0, y: 0, width: 12, height: 4 });
    let mut cursor = None;
    let mut canvas = Canvas::new(&mut buffer, &look, &mut cursor);
    canvas.panel(canvas.area(), "Größe", true);
    canvas.text_in(1, 1, 9, "Überlänge 世界", Role::Text);
    let all: String = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
    assert!(all.is_ascii(), "{all}");
    assert!(all.starts_with("+ Gr??e ===+"), "{all}");
}

#[test]
fn lines_of_files_scroll_with_their_colours() {
    let look = look(Charset::Unicode);
    let mut buffer = Buffer::empty(Rect { x: 0, y: 0, width: 8, height: 1 });
    let mut cursor = None;
    let mut canvas = Canvas::new(&mut buffer, &look, &mut cursor);
    let line = Line::decode("ab世cd\x1be".as_bytes(), &LineOptions::default());
    canvas.line(1, 0, &line, 3, Role::Text, &[(4..5, Role::CodeKeyword)]);
    let row: String = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
    assert_eq!(row, "  cd␛e  ", "the right half of a cut wide character is blank");
    let ink = |x: u16| buffer.cell((x, 0)).unwrap().fg;
    assert_eq!(ink(2), look.style(Role::CodeKeyword).fg.unwrap());
    assert_eq!(ink(3), look.style(Role::Text).fg.unwrap());
    assert_eq!(ink(4), look.style(Role::Mark).fg.unwrap());
}

#[test]
fn text_keeps_the_bar_it_stands_on() {
    let look = look(Charset::Unicode);
    let mut buffer = Buffer::empty(Rect { x: 0, y: 0, width: 4, height: 2 });
    let mut cursor = None;
    let mut canvas = Canvas::new(&mut buffer, &look, &mut cursor);
    canvas.fill(canvas.area(), Role::Base);
    canvas.patch(Rect { x: 0, y: 1, width: 4, height: 1 }, Role::RowEven);
    canvas.text(0, 1, "ab", Role::Accent);
    canvas.patch(Rect { x: 0, y: 0, width: 1, height: 1 }, Role::Selection);
    let cell = |x: u16, y: u16| buffer.cell((x, y)).unwrap().clone();
    assert_eq!(cell(0, 1).bg, look.style(Role::RowEven).bg.unwrap());
    assert_eq!(cell(0, 1).fg, look.style(Role::Accent).fg.unwrap());
    assert!(cell(0, 0).modifier.contains(Modifier::REVERSED));
    assert_ne!(cell(3, 0).bg, Color::Reset, "the ground of the theme is everywhere");
}
