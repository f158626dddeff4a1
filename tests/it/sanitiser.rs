//! Nothing that comes from a file, a name or another user's text reaches the screen as something a terminal acts on.

use greenbar::base::text::{
    Charset, Line, LineOptions, Tabs, char_width, clean, clean_block, clean_block_in, clean_in, width,
};
use greenbar::ui::widget::{
    Column, Edit, Field, Form, Input, List, Rows, Series, Table, TextArea, Width, chart, hints, popup, tabs,
};
use greenbar::ui::{Canvas, Depth, Look, Rect, Role, Theme};
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use regex::Regex;
use std::num::NonZero;
use std::sync::LazyLock;

/// Sequences that peers let through: titles, clipboard, links, reports, modes, erasure, resets, printing, strings, C1 in
/// both forms, single controls, direction.
const ATTACKS: [&[u8]; 26] = [
    b"\x1b]0;owned\x07",
    b"\x1b]2;owned\x1b\\",
    b"\x1b]52;c;cm0gLXJmIH4=\x07",
    b"\x1b]8;;http://evil.example/\x1b\\here\x1b]8;;\x1b\\",
    b"\x1bP$q\"p\x1b\\",
    b"\x1bP+q544e\x1b\\",
    b"\x1b[c",
    b"\x1b[6n",
    b"\x1b[21t",
    b"\x1b[?1049l",
    b"\x1b[2J",
    b"\x1bc",
    b"\x1b[5i",
    b"\x1b_G\x1b\\",
    b"\x1b^pm\x1b\\",
    b"\xc2\x9b2J",
    b"\x9b2J",
    b"\x9d0;owned\x9c",
    b"\x05",
    b"\x0e",
    b"\x07",
    b"\x1b[31m",
    b"\xe2\x80\xaegnp.exe",
    b"secret\x08\x08\x08\x08\x08\x08public",
    b"good\rbad!",
    b"1\x1b0",
];

fn cases(default: u32) -> u32 {
    std::env::var("GREENBAR_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(default)
}

/// Nothing that acts or hides, by the categories of the regex crate rather than by our own table.
fn safe(text: &str) -> bool {
    static ACTS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{DI}\x{FFFD}]").unwrap());
    !ACTS.is_match(text)
}

fn every_line_option() -> Vec<LineOptions<'static>> {
    let mut all = Vec::new();
    for charset in [Charset::Unicode, Charset::Ascii] {
        for (latin1, columns) in [(false, false), (false, true), (true, false), (true, true)] {
            all.push(LineOptions { charset, latin1, columns, tabs: Tabs::Every(8), skip: 0, first_cell: 0 });
        }
    }
    all
}

fn assert_safe(bytes: &[u8]) {
    for options in every_line_option() {
        let line = Line::decode(bytes, &options);
        assert!(safe(line.text()), "{bytes:x?} as {:?}", line.text());
        assert_eq!(width(line.text()), line.cells());
        assert!(line.cells() >= bytes.len().min(1), "nothing vanishes");
    }
    let text = String::from_utf8_lossy(bytes);
    assert!(safe(&clean(&text)), "{text:?}");
    assert!(safe(&clean_block(&text).replace('\n', "")), "{text:?}");
    for ascii in [clean_in(&text, Charset::Ascii), clean_block_in(&text, Charset::Ascii)] {
        assert!(ascii.bytes().all(|b| b == b'\n' || (0x20..0x7F).contains(&b)), "{ascii:?}");
    }
}

#[test]
fn the_corpus_comes_out_as_text() {
    for attack in ATTACKS {
        assert_safe(attack);
        // Marks are longer than what they stand for, never shorter: nothing is deleted without trace.
        let line = Line::decode(attack, &LineOptions::default());
        let controls = attack.iter().filter(|b| b.is_ascii_control()).count();
        assert!(line.marks().map(|m| m.len()).sum::<usize>() >= controls, "{attack:x?}");
    }
}

#[test]
fn every_escape_with_two_bytes_comes_out_as_text() {
    let options = LineOptions::default();
    for x in 0..=255_u8 {
        for y in 0..=255_u8 {
            let bytes = [0x1b, x, y, b'A'];
            let line = Line::decode(&bytes, &options);
            assert!(safe(line.text()) && line.text().ends_with('A'), "{bytes:x?} as {:?}", line.text());
        }
    }
}

#[test]
fn every_control_and_hidden_code_point_leaves_a_mark() {
    let mut seen = 0;
    for c in (0..=0x10_FFFF).filter_map(char::from_u32).filter(|c| !safe(c.encode_utf8(&mut [0; 4]))) {
        seen += 1;
        let text = format!("a{c}b");
        let shown = clean(&text);
        assert!(safe(&shown), "U+{:04X}", c as u32);
        assert!(width(&shown) > 2, "U+{:04X} vanished", u32::from(c));
        assert!(width(&clean_in(&text, Charset::Ascii)) > 2, "U+{:04X} vanished in ASCII", c as u32);
    }
    assert!(seen > 230, "{seen}");
    for byte in (0..=255_u8).filter(|b| !(0x20..0x7F).contains(b)) {
        assert_safe(&[byte]);
        assert_safe(&[b'a', byte, b'b']);
    }
}

/// Draws `text` on everything that takes text from outside.
fn every_sink(canvas: &mut Canvas<'_>, text: &str) {
    let area = canvas.area();
    canvas.fill(area, Role::Base);
    canvas.panel(area, text, true);
    canvas.text(1, 1, text, Role::Text);
    canvas.text_in(1, 2, 9, text, Role::Text);
    canvas.text_right(area.width, 3, text, Role::Text);
    canvas.spans(1, 4, &[(text, Role::Key), (text, Role::Match)]);
    canvas.hline(0, 5, 4, Role::Border, text);
    let line = Line::decode(
        text.as_bytes(),
        &LineOptions { charset: canvas.look().charset(), ..LineOptions::default() },
    );
    canvas.line(1, 6, &line, 1, Role::Text, &[(0..3, Role::Match)]);
    tabs(canvas, 0, 7, &[text, text], 1);
    let row = |y: u16, height: u16| Rect { x: 0, y, width: 40, height };
    hints(canvas, row(8, 1), &[(text, text)], &[(text, text)]);
    let mut input = Input::new(text);
    input.apply(&Edit::Insert(text.to_owned()));
    input.draw(canvas, row(9, 1), text, true);
    let mut form = Form::new(vec![Field::line(text, text, text), Field::area(text, text)]);
    form.fields.iter_mut().for_each(|field| text.clone_into(&mut field.problem));
    form.draw(canvas, row(10, 4), true);
    TextArea::new(text).draw(canvas, row(14, 2), true);
    let columns = [Column::new(text, Width::Share(1)), Column::figures(text, 8)];
    Table { columns: &columns }.draw(canvas, row(16, 3), &List::default(), &Rows::new(2, true), |_, _| {
        (text.to_owned(), Role::Text)
    });
    let series = [Series { name: text, values: &[1.0, 2.0], role: Role::Chart }; 2];
    chart(canvas, row(20, 5), &series, |_| text.to_owned());
    popup(canvas, Rect { x: 50, y: 2, width: 20, height: 4 }, text);
}

#[test]
fn every_sink_of_the_toolkit_cleans() {
    let theme = Theme::load("greenbar", None).unwrap();
    let area = Rect { x: 0, y: 0, width: 80, height: 25 };
    for charset in [Charset::Unicode, Charset::Ascii] {
        let look = Look::new(&theme, Depth::Indexed256, charset);
        for attack in ATTACKS {
            let text = String::from_utf8_lossy(attack);
            let mut buffer = Buffer::empty(area);
            let mut cursor = None;
            every_sink(&mut Canvas::new(&mut buffer, &look, &mut cursor), &text);
            for cell in &buffer.content {
                let symbol = cell.symbol();
                assert!(safe(symbol) && !symbol.is_empty(), "{text:?} left {symbol:?}");
                assert!(charset == Charset::Unicode || symbol.is_ascii(), "{text:?} left {symbol:?}");
                assert!(width(symbol) <= 2 && symbol.chars().count() <= 16, "{symbol:?}");
            }
        }
    }
}

const ROWS: NonZero<u16> = NonZero::new(2).unwrap();
const COLUMNS: NonZero<u16> = NonZero::new(2000).unwrap();

/// The column in which a terminal's cursor is behind `text`.
fn terminal_column(text: &str) -> usize {
    let mut terminal = vt100::Parser::new(ROWS, COLUMNS, 0);
    terminal.process(text.as_bytes());
    usize::from(terminal.screen().cursor_position().1)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(400), ..ProptestConfig::default() })]

    #[test]
    fn our_columns_are_the_terminals(
        text in "([ -~]|[é-ž]|[世한ｱ😀🇩🇪👍]|[\u{300}-\u{310}]{1,3}|[\u{1f3fb}-\u{1f3ff}\u{200d}\u{fe0f}]|[ก-๏]|[क-ह\u{94d}]|\\PC){0,40}"
    ) {
        let line = Line::decode(text.as_bytes(), &LineOptions::default());
        prop_assert_eq!(terminal_column(line.text()), line.cells(), "{:?}", line.text());
        prop_assert_eq!(terminal_column(&clean(&text)), width(&text));
    }

    #[test]
    fn the_screen_holds_what_was_drawn(text in "([ -~]|[世한😀]|e\u{301}){0,30}", at in 0_u16..12, wide in 1_u16..30) {
        let look = Look::new(&Theme::load("mono", None).unwrap(), Depth::None, Charset::Unicode);
        let mut buffer = Buffer::empty(Rect { x: 0, y: 0, width: wide, height: 1 });
        let mut cursor = None;
        let mut canvas = Canvas::new(&mut buffer, &look, &mut cursor);
        canvas.text(0, 0, "世界世界世界世界世界世界世界世界", Role::Text);
        canvas.text(at, 0, &text, Role::Text);
        let mut column = 0;
        let mut row = String::new();
        let mut starts = Vec::new();
        while let Some(cell) = buffer.cell((column, 0)) {
            row.push_str(cell.symbol());
            starts.push(column);
            column += u16::try_from(char_width(cell.symbol().chars().next().unwrap())).unwrap().max(1);
        }
        prop_assert_eq!(column, wide, "a wide character hangs over an edge: {:?}", row);
        let shown = text.chars().next().is_some_and(|c| at + u16::try_from(char_width(c)).unwrap() <= wide);
        if shown {
            let first = buffer.cell((at, 0)).unwrap().symbol().chars().next();
            prop_assert_eq!(first, text.chars().next());
            prop_assert!(starts.contains(&at), "a wide character hangs over the text: {:?}", row);
        }
    }
}
