use super::*;
use crate::base::text::Charset;
use crate::ui::{Canvas, Depth, Look, Rect, Role, Theme};
use proptest::prelude::*;
use ratatui::buffer::Buffer;

fn look(charset: Charset) -> Look {
    Look::new(&Theme::load("mono", None).unwrap(), Depth::None, charset)
}

/// Draws on `width` by `height` cells and gives the rows and the cursor.
fn drawn(
    width: u16,
    height: u16,
    charset: Charset,
    draw: impl FnOnce(&mut Canvas<'_>),
) -> (Vec<String>, Option<(u16, u16)>) {
    let look = look(charset);
    let mut buffer = Buffer::empty(Rect { x: 0, y: 0, width, height });
    let mut cursor = None;
    draw(&mut Canvas::new(&mut buffer, &look, &mut cursor));
    let row = |y| (0..width).map(|x| buffer.cell((x, y)).unwrap().symbol()).collect();
    ((0..height).map(row).collect(), cursor)
}

fn rows(width: u16, height: u16, draw: impl FnOnce(&mut Canvas<'_>)) -> Vec<String> {
    drawn(width, height, Charset::Unicode, draw).0
}

fn typed(text: &str, edits: &[Edit]) -> (String, usize) {
    let mut input = Input::new(text);
    for edit in edits {
        input.apply(edit);
    }
    (input.text().to_owned(), input.cursor())
}

fn insert(text: &str) -> Edit {
    Edit::Insert(text.to_owned())
}

#[test]
fn nothing_panics_at_any_size() {
    let mut area = TextArea::new("one\ntwo\x1b\n世界\nfour\nfive\nsix\nseven");
    area.apply(&Edit::Last);
    let mut input = Input::new("a long line of 世界 to scroll");
    input.apply(&Edit::Left);
    let mut form = Form::new(vec![
        Field::line("Title", "x", "y"),
        Field::area("Text", "a\nb"),
        Field::line("Z", "", "z"),
    ]);
    form.fields[0].problem = "is empty".to_owned();
    form.set_focus(2);
    let columns =
        [Column::new("Name", Width::Share(2)), Column::figures("p95", 7), Column::new("x", Width::Share(1))];
    let values = [0.0, 1.0, f64::NAN, 3.0, f64::INFINITY, 2.0];
    let series = [Series { name: "p50", values: &values, role: Role::Chart }; 2];
    for charset in [Charset::Unicode, Charset::Ascii] {
        for height in 0..=6 {
            for width in 0..=20 {
                drawn(width, height, charset, |canvas| {
                    let all = canvas.area();
                    for place in
                        [all, Rect { x: 3, y: 2, width: 40, height: 40 }, Rect { x: 99, y: 99, ..all }]
                    {
                        input.draw(canvas, place, "type", true);
                        area.draw(canvas, place, true);
                        form.draw(canvas, place, true);
                        List::default().draw(canvas, place, &Rows::new(9, true).of_height(2), |row, i, _| {
                            row.text(0, 0, &i.to_string(), Role::Text);
                        });
                        Table { columns: &columns }.draw(
                            canvas,
                            place,
                            &List::default(),
                            &Rows::new(9, true),
                            |r, c| (format!("{r}/{c}"), Role::Text),
                        );
                        scrollbar(
                            canvas,
                            place,
                            &Scroll { total: u64::MAX, top: u64::MAX, shown: 3, marks: &[0, u64::MAX] },
                        );
                        sparkline(canvas, place, &values, Role::Chart);
                        chart(canvas, place, &series, |v| format!("{v:.0} ms"));
                        let inside = popup(canvas, place, "Help");
                        canvas.sub(inside).text(0, 0, "inside", Role::Text);
                        hints(canvas, place, &[("Enter", "open"), ("Tab", "pane")], &[("F1", "help")]);
                        canvas.panel(place, "Title", true);
                        canvas.fill(place, Role::Base);
                    }
                    tabs(canvas, 0, 0, &["1 Search", "2 Source"], 1);
                    tabs(canvas, u16::MAX, u16::MAX, &["1 Search", "2 Source"], 7);
                });
            }
        }
    }
}

#[test]
fn inputs_are_edited() {
    use Edit::{Backspace, Delete, DeleteWord, End, Home, KillToEnd, KillToStart, Left, WordLeft, WordRight};
    let table: [(&str, &[Edit], &str, usize); 11] = [
        ("ab", &[insert("c")], "abc", 3),
        ("ab", &[Left, insert("x")], "axb", 2),
        ("ab", &[Home, Delete], "b", 0),
        ("ab", &[Home, Backspace], "ab", 0),
        ("ae\u{301}", &[Backspace], "a", 1),
        ("s0c7 WS-TAX comp", &[WordLeft, WordLeft], "s0c7 WS-TAX comp", 5),
        ("s0c7 WS-TAX", &[Home, WordRight], "s0c7 WS-TAX", 4),
        ("s0c7 WS-TAX", &[DeleteWord], "s0c7 ", 5),
        ("abc", &[Left, KillToStart], "c", 0),
        ("abc", &[Home, KillToEnd, End], "", 0),
        ("", &[insert("a\nb\tc")], "a b c", 5),
    ];
    for (text, edits, after, cursor) in table {
        assert_eq!(typed(text, edits), (after.to_owned(), cursor), "{text:?} {edits:?}");
    }
}

#[test]
fn the_history_gives_back_what_was_being_typed() {
    let mut input = Input::default();
    for text in ["s0c7", "-811", "s0c7", "  "] {
        input.set(text);
        assert_eq!(input.submit(), text);
    }
    assert_eq!(input.history(), ["-811", "s0c7"]);
    input.set("new");
    let mut seen = Vec::new();
    for edit in [Edit::Up, Edit::Up, Edit::Up, Edit::Down, Edit::Down, Edit::Down] {
        input.apply(&edit);
        seen.push(input.text().to_owned());
    }
    assert_eq!(seen, ["s0c7", "-811", "-811", "s0c7", "new", "new"]);
}

#[test]
fn a_long_input_shows_its_cursor() {
    let (rows, cursor) = drawn(6, 1, Charset::Unicode, |canvas| {
        Input::new("abcdefgh").draw(canvas, canvas.area(), "", true);
    });
    assert_eq!((rows[0].as_str(), cursor), ("defgh ", Some((5, 0))));
    let (rows, cursor) = drawn(6, 1, Charset::Unicode, |canvas| {
        Input::new("abcdefgh").draw(canvas, canvas.area(), "", false);
    });
    assert_eq!((rows[0].as_str(), cursor), ("abcde…", None), "where nobody types it is seen from its start");
    let (rows, cursor) = drawn(8, 1, Charset::Unicode, |canvas| {
        Input::default().draw(canvas, canvas.area(), "type here", true);
    });
    assert_eq!((rows[0].as_str(), cursor), ("type he…", Some((0, 0))));
}

#[test]
fn text_areas_are_edited_and_taken_back() {
    let mut area = TextArea::new("one\r\ntwo");
    for edit in [Edit::End, insert("!"), Edit::NewLine, insert("a\nb")] {
        assert_eq!(area.apply(&edit), edit != Edit::End);
    }
    assert_eq!(area.text(), "one!\na\nb\ntwo");
    assert_eq!(area.cursor(), (2, 1));
    area.apply(&Edit::Home);
    area.apply(&Edit::Backspace);
    assert_eq!((area.text().as_str(), area.cursor()), ("one!\nab\ntwo", (1, 1)));
    area.apply(&Edit::Last);
    assert!(!area.apply(&Edit::Delete));
    assert!(area.apply(&Edit::Undo));
    assert_eq!((area.text().as_str(), area.cursor()), ("one!\na\nb\ntwo", (2, 0)));
    while area.apply(&Edit::Undo) {}
    assert_eq!(area.text(), "one\ntwo");
}

#[test]
fn long_lines_of_a_text_area_go_on_below_and_are_walked_row_by_row() {
    let mut area = TextArea::new("the field is nine digits long\nand not seven");
    area.resize(12, 3);
    let (rows, _) = drawn(12, 3, Charset::Unicode, |canvas| area.draw(canvas, canvas.area(), true));
    assert_eq!(
        rows.iter()
            .map(|r| r.trim_end_matches(["█", "│", " "].map(|s| s.chars().next().unwrap())))
            .collect::<Vec<_>>(),
        ["the field", "is nine", "digits long"]
    );
    for (edit, at) in [
        (Edit::Right, (0, 1)),
        (Edit::Right, (0, 2)),
        (Edit::Down, (0, 12)),
        (Edit::Down, (0, 20)),
        (Edit::End, (0, 29)),
        (Edit::Down, (1, 7)),
        (Edit::Up, (0, 29)),
        (Edit::Home, (0, 18)),
        (Edit::PageUp(2), (0, 0)),
        (Edit::Up, (0, 0)),
        (Edit::PageDown(9), (1, 8)),
        (Edit::Down, (1, 13)),
    ] {
        area.apply(&edit);
        assert_eq!(area.cursor(), at, "{edit:?}");
        let (_, cursor) = drawn(12, 3, Charset::Unicode, |canvas| area.draw(canvas, canvas.area(), true));
        assert!(cursor.is_some(), "{edit:?}: the cursor is shown");
    }
}

#[test]
fn what_is_offered_behind_a_line_is_taken_at_its_end_only() {
    let mut form = Form::new(vec![
        Field::line("Category", "Ba", ""),
        Field::told("Codes", "S0C7"),
        Field::area("Text", ""),
    ]);
    form.fields[0].ghost = "tch".into();
    let (rows, _) = drawn(30, 6, Charset::Unicode, |canvas| form.draw(canvas, canvas.area(), true));
    assert!(rows[0].starts_with("Category  Batch") && rows[1].starts_with("Codes     S0C7"), "{rows:?}");
    form.apply(&Edit::Left);
    form.apply(&Edit::Right);
    assert_eq!(form.fields[0].text(), "Ba");
    assert!(form.apply(&Edit::Right));
    assert_eq!(form.fields[0].text(), "Batch");
    form.step(false);
    assert_eq!(form.focus(), 2, "what is told takes no keys");
}

proptest! {
    /// The rows of a text area are its text, and the cursor's row is drawn, whatever is done at whatever size.
    #[test]
    fn the_cursor_of_a_text_area_is_always_shown(
        start in "[ab \n世\u{301}]{0,60}",
        width in 2_u16..12,
        height in 1_u16..5,
        edits in proptest::collection::vec(
            proptest::sample::select(vec![
                Edit::NewLine, Edit::Backspace, Edit::Insert("x ".into()), Edit::Left, Edit::Right, Edit::Home, Edit::End,
                Edit::Up, Edit::Down, Edit::PageUp(2), Edit::PageDown(2), Edit::First, Edit::Last, Edit::Undo,
            ]),
            0..30,
        ),
    ) {
        let mut area = TextArea::new(&start);
        area.resize(width, height);
        for edit in &edits {
            area.apply(edit);
            let (_, cursor) = drawn(width, height, Charset::Unicode, |canvas| area.draw(canvas, canvas.area(), true));
            prop_assert!(cursor.is_some(), "{edit:?} in {area:?}");
        }
    }

    #[test]
    fn undo_leads_back_to_the_start(
        start in "[ab\n世]{0,12}",
        edits in proptest::collection::vec(
            prop_oneof![
                "[ -~\n\u{301}世]{1,3}".prop_map(Edit::Insert),
                proptest::sample::select(vec![
                    Edit::NewLine, Edit::Backspace, Edit::Delete, Edit::DeleteWord, Edit::KillToEnd, Edit::KillToStart,
                    Edit::Left, Edit::Right, Edit::WordLeft, Edit::WordRight, Edit::Home, Edit::End, Edit::Up,
                    Edit::Down, Edit::PageUp(2), Edit::PageDown(2), Edit::First, Edit::Last,
                ]),
            ],
            0..30,
        ),
    ) {
        let mut area = TextArea::new(&start);
        let mut input = Input::new(&start);
        for edit in &edits {
            let before = area.text();
            let changed = area.apply(edit);
            prop_assert!(changed || before == area.text());
            let (row, at) = area.cursor();
            prop_assert!(area.text().split('\n').nth(row).unwrap().is_char_boundary(at));
            prop_assert_eq!(area.lines(), area.text().split('\n').count());
            input.apply(edit);
            prop_assert!(input.text().is_char_boundary(input.cursor()));
        }
        while area.apply(&Edit::Undo) {}
        prop_assert_eq!(area.text(), start);
    }

    #[test]
    fn the_selected_row_is_always_shown(
        len in 0_usize..50,
        page in 0_usize..12,
        steps in proptest::collection::vec(0_usize..9, 0..40),
    ) {
        let mut list = List::default();
        let mut model = 0_usize;
        let last = len.saturating_sub(1);
        for step in steps {
            let (size, half) = (page.max(1), page.max(1).div_ceil(2));
            let (step, next) = match step {
                0 => (Move::Up, model.saturating_sub(1)),
                1 => (Move::Down, model + 1),
                2 => (Move::PageUp, model.saturating_sub(size)),
                3 => (Move::PageDown, model + size),
                4 => (Move::HalfUp, model.saturating_sub(half)),
                5 => (Move::HalfDown, model + half),
                6 => (Move::First, 0),
                7 => (Move::Last, last),
                _ => (Move::To(17), 17),
            };
            list.go(step, len, page);
            model = next.min(last);
            prop_assert_eq!(list.selected(len), (len > 0).then_some(model));
            let window = list.window(len, page);
            prop_assert!(len == 0 || window.contains(&model));
            prop_assert_eq!(window.len(), size.min(len));
        }
    }
}

#[test]
fn lists_mark_the_selected_row_and_put_the_cursor_there() {
    let mut list = List::default();
    list.go(Move::To(3), 5, 3);
    let (rows, cursor) = drawn(8, 3, Charset::Unicode, |canvas| {
        list.draw(canvas, canvas.area(), &Rows::new(5, true), |row, index, _| {
            row.text(0, 0, &format!("row {index}"), Role::Text);
        });
    });
    assert_eq!(rows, [" row 1 │", " row 2 █", "▌row 3 │"].map(str::to_owned));
    assert_eq!(cursor, Some((0, 2)));
}

#[test]
fn tables_give_room_by_need() {
    let columns = [Column::new("Level", Width::Share(1)), Column::figures("Hits", 6)];
    let shown = rows(16, 3, |canvas| {
        Table { columns: &columns }.draw(
            canvas,
            canvas.area(),
            &List::default(),
            &Rows::new(2, false),
            |row, column| ([["memory", "8,412"], ["disk", "1234567"]][row][column].to_owned(), Role::Text),
        );
    });
    assert_eq!(shown, [" Level     Hits ", "▌memory   8,412 ", " disk    123456 "]);
}

#[test]
fn bars_are_as_long_as_they_say() {
    let values = [9.0, 0.0, 1.0, 2.0, 4.0, 8.0];
    let shown = rows(10, 1, |canvas| sparkline(canvas, canvas.area(), &values, Role::Chart));
    assert_eq!(shown, ["    █ ▁▂▄▇"]);
}

#[test]
fn charts_have_an_axis_in_both_sets() {
    let series = [Series { name: "p95", values: &[0.0, 1.0, 2.0, 3.0], role: Role::Chart }];
    let draw = |canvas: &mut Canvas<'_>| chart(canvas, canvas.area(), &series, |v| format!("{v:.0}"));
    let (ascii, _) = drawn(8, 4, Charset::Ascii, draw);
    assert_eq!(ascii, ["3|     *", " |    **", " |   ** ", "0|  **  "]);
    assert_eq!(rows(8, 4, draw), ["3│     █", " │    ▅█", " │   ▃██", "0│  ▁███"]);
    let two = [series[0], Series { name: "p99", ..series[0] }];
    let lines = rows(12, 5, |canvas| chart(canvas, canvas.area(), &two, |v| format!("{v:.0}"))).concat();
    assert!(lines.contains("p99") && lines.contains(|c| ('\u{2801}'..='\u{28FF}').contains(&c)), "{lines}");
}

#[test]
fn hints_leave_out_what_does_not_fit() {
    let left = [("Enter", "open"), ("Tab", "pane"), ("/", "query")];
    let right = [("F1", "help"), ("F3", "end")];
    let shown = |width| rows(width, 1, |canvas| hints(canvas, canvas.area(), &left, &right)).remove(0);
    assert_eq!(shown(60), "Enter open  Tab pane  / query                F1 help  F3 end");
    assert_eq!(shown(37), "Enter open  Tab pane  F1 help  F3 end");
    assert!(shown(20).contains("F1 help"));
    assert_eq!(shown(5).trim(), "");
}

#[test]
fn tabs_say_which_is_open_without_colour() {
    let shown = |width| {
        rows(width, 1, |canvas| {
            tabs(canvas, 0, 0, &["1 Search", "2 Source"], 1);
        })
        .remove(0)
    };
    assert_eq!(shown(20), " 1 Search [2 Source]");
    assert_eq!(shown(12), "[2 Source]  ");
}

#[test]
fn forms_go_round() {
    let mut form =
        Form::new(vec![Field::line("Title", "", ""), Field::area("Text", ""), Field::line("Tags", "", "")]);
    form.apply(&insert("S0C7"));
    form.apply(&Edit::NewLine);
    form.apply(&insert("a"));
    form.apply(&Edit::NewLine);
    form.step(false);
    form.apply(&insert("batch"));
    let texts: Vec<String> = form.fields.iter().map(Field::text).collect();
    assert_eq!(texts, ["S0C7", "a\n", "batch"]);
    form.step(false);
    assert_eq!(form.focus(), 0);
    form.step(true);
    assert_eq!(form.focus(), 2);
    let (shown, cursor) = drawn(20, 2, Charset::Unicode, |canvas| form.draw(canvas, canvas.area(), true));
    assert!(
        shown.iter().any(|row| row.starts_with("Tags   batch")),
        "the focused field is in view: {shown:?}"
    );
    assert!(cursor.is_some());
}

#[test]
fn state_can_be_stored() {
    let mut form = Form::new(vec![Field::line("Title", "a", ""), Field::area("Text", "b\nc")]);
    form.apply(&insert("x"));
    let stored = serde_json::to_string(&form).unwrap();
    assert_eq!(serde_json::from_str::<Form>(&stored).unwrap(), form);
}
