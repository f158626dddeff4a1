//! The encoder against a terminal model, and its bytes against budgets.

use super::*;
use proptest::prelude::*;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

/// What one cell of the terminal shows. Blanks have only what can be seen.
fn seen(cell: &vt100::Cell) -> (&str, vt100::Color, vt100::Color, [bool; 5]) {
    let text = if cell.has_contents() { cell.contents() } else { " " };
    let marks = [cell.bold(), cell.dim(), cell.italic(), cell.underline(), cell.inverse()];
    if text == " " && !cell.underline() && !cell.inverse() {
        return (text, vt100::Color::Default, cell.bgcolor(), [false; 5]);
    }
    (text, cell.fgcolor(), cell.bgcolor(), marks)
}

fn parser(rows: u16, cols: u16) -> vt100::Parser {
    vt100::Parser::new(rows.try_into().unwrap(), cols.try_into().unwrap(), 0)
}

/// Feeds `buffer` to both a long-lived encoder with its terminal and to fresh ones, and compares.
struct Pair {
    encoder: Encoder,
    terminal: vt100::Parser,
    caps: Caps,
}

impl Pair {
    fn new(cols: u16, rows: u16, caps: Caps) -> Self {
        Self { encoder: Encoder::new(caps), terminal: parser(rows, cols), caps }
    }

    fn show(&mut self, buffer: &Buffer, cursor: Option<(u16, u16)>) -> usize {
        let mut bytes = Vec::new();
        self.encoder.encode(buffer, cursor, &mut bytes);
        self.terminal.process(&bytes);
        let mut fresh = parser(buffer.area.height, buffer.area.width);
        let mut all = Vec::new();
        Encoder::new(self.caps).encode(buffer, cursor, &mut all);
        fresh.process(&all);
        let (have, want) = (self.terminal.screen(), fresh.screen());
        for y in 0..buffer.area.height {
            for x in 0..buffer.area.width {
                let (a, b) = (have.cell(y, x).unwrap(), want.cell(y, x).unwrap());
                assert_eq!(
                    seen(a),
                    seen(b),
                    "row {y} column {x} after {:?}",
                    String::from_utf8_lossy(&bytes)
                );
            }
        }
        assert_shows(have, buffer);
        assert_eq!(have.hide_cursor(), want.hide_cursor());
        if cursor.is_some() {
            assert_eq!(have.cursor_position(), want.cursor_position());
        }
        bytes.len()
    }
}

fn model_colour(colour: Color) -> vt100::Color {
    let sixteen = "Black Red Green Yellow Blue Magenta Cyan Gray DarkGray LightRed LightGreen LightYellow LightBlue \
        LightMagenta LightCyan White";
    match colour {
        Color::Reset => vt100::Color::Default,
        Color::Indexed(n) => vt100::Color::Idx(n),
        Color::Rgb(r, g, b) => vt100::Color::Rgb(r, g, b),
        named => {
            let name = format!("{named:?}");
            vt100::Color::Idx(
                u8::try_from(sixteen.split_whitespace().position(|n| n == name).unwrap()).unwrap(),
            )
        }
    }
}

/// What the terminal is to show for `cell`, whatever the encoder makes of it.
fn wanted(cell: &ratatui::buffer::Cell) -> (&str, vt100::Color, vt100::Color, [bool; 5]) {
    let has = |modifier| cell.modifier.contains(modifier);
    let marks =
        [Modifier::BOLD, Modifier::DIM, Modifier::ITALIC, Modifier::UNDERLINED, Modifier::REVERSED].map(has);
    let bg = model_colour(cell.bg);
    if cell.symbol() == " " && !marks[3] && !marks[4] {
        return (" ", vt100::Color::Default, bg, [false; 5]);
    }
    (cell.symbol(), model_colour(cell.fg), bg, marks)
}

/// Compares the rows that hold nothing but ASCII with what the cells say.
fn assert_shows(terminal: &vt100::Screen, buffer: &Buffer) {
    for (y, row) in (0..).zip(buffer.content.chunks(usize::from(buffer.area.width))) {
        if row.iter().all(|c| c.symbol().is_ascii()) {
            for (x, cell) in (0..).zip(row) {
                assert_eq!(seen(terminal.cell(y, x).unwrap()), wanted(cell), "row {y} column {x}");
            }
        }
    }
}

/// A line of text without gaps, `cols` wide, quite different for each `n`.
fn dense(n: usize, cols: usize) -> String {
    let letter = |i: usize| char::from(b'A' + u8::try_from((n + 1) * (i + 3) * (i + n) % 9973 % 26).unwrap());
    format!("{n:06} ").chars().chain((0..).map(letter)).take(cols).collect()
}

fn listing(cols: u16, rows: u16, first: usize) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, cols, rows));
    let bar = Style::new().fg(Color::Black).bg(Color::Cyan);
    buffer.set_string(0, 0, format!("{:<w$}", " greenbar  1 Search [2 Source]", w = usize::from(cols)), bar);
    for y in 1..rows - 1 {
        let n = first + usize::from(y);
        buffer.set_string(0, y, dense(n, usize::from(cols)), Style::new());
    }
    buffer.set_string(0, rows - 1, format!(" line {first} of 9,999"), bar);
    buffer
}

fn scroll_cost(cols: u16, rows: u16, by: usize, caps: Caps) -> usize {
    let mut pair = Pair::new(cols, rows, caps);
    pair.show(&listing(cols, rows, 100), None);
    let down = pair.show(&listing(cols, rows, 100 + by), None);
    let up = pair.show(&listing(cols, rows, 100), None);
    assert_eq!(pair.show(&listing(cols, rows, 100), None), 0, "nothing changed");
    down.max(up)
}

#[test]
fn a_line_scroll_costs_little_more_than_its_line() {
    let (small, large) = (scroll_cost(80, 24, 1, Caps::XTERM), scroll_cost(200, 50, 1, Caps::XTERM));
    eprintln!("line scroll: {small} at 80x24, {large} at 200x50");
    assert!(small <= 150, "{small}");
    assert!(large <= 80 + 200, "{large}: all 200 columns are text here");
    assert!(scroll_cost(80, 24, 1, Caps::of_term("vt220", false).unwrap()) <= 150);
    assert!(scroll_cost(80, 24, 3, Caps::XTERM) <= 150 + 160);
}

#[test]
fn a_line_of_80_columns_at_200x50_costs_at_most_200() {
    let page = |first: usize| {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 200, 50));
        for y in 0..49 {
            buffer.set_string(0, y, dense(first + usize::from(y), 80), Style::new());
        }
        buffer.set_string(0, 49, format!("line {first}"), Style::new().add_modifier(Modifier::REVERSED));
        buffer
    };
    let mut pair = Pair::new(200, 50, Caps::XTERM);
    pair.show(&page(10), None);
    let bytes = pair.show(&page(11), None);
    eprintln!("line scroll of 80 columns at 200x50: {bytes}");
    assert!(bytes <= 150, "{bytes}");
}

/// Behind the last column terminals differ in where they are: only CR and absolute motions are the same everywhere.
#[test]
fn nothing_relative_comes_behind_the_last_column() {
    for (x, y) in [(79, 0), (78, 0), (10, 1), (79, 1), (0, 1)] {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 80, 2));
        buffer.set_string(0, 0, "x".repeat(80), Style::new());
        let mut out = Vec::new();
        Encoder::new(Caps { sync: false, ..Caps::XTERM }).encode(&buffer, Some((x, y)), &mut out);
        let text = String::from_utf8(out).unwrap();
        let behind = text.rsplit_once('x').unwrap().1;
        let absolute = format!("\x1b[{};{}H", y + 1, x + 1);
        assert!(behind.starts_with('\r') || behind.starts_with(&absolute), "{behind:?}");
    }
}

/// Some terminals fill the rows that come free with the background of the pen, which the model does not.
#[test]
fn a_scroll_begins_with_the_default_background() {
    let mut encoder = Encoder::new(Caps::XTERM);
    let mut out = Vec::new();
    encoder.encode(&listing(80, 24, 5), None, &mut out);
    out.clear();
    encoder.encode(&listing(80, 24, 6), None, &mut out);
    assert!(
        String::from_utf8_lossy(&out).starts_with("\x1b[m\x1b[2;23r"),
        "{:?}",
        String::from_utf8_lossy(&out)
    );
}

#[test]
fn a_page_costs_its_text() {
    let page = scroll_cost(80, 24, 22, Caps::XTERM);
    eprintln!("page: {page} at 80x24");
    assert!(page <= 2_000, "{page}");
}

#[test]
fn a_panel_that_stays_does_not_hide_a_scroll() {
    let frame = |first: usize| {
        let mut buffer = listing(120, 40, first);
        for y in 1..39 {
            buffer.set_string(0, y, "\u{2502} 1000-INIT \u{2502}", Style::new());
        }
        buffer.set_string(1, 5, "2000-CALC", Style::new().add_modifier(Modifier::REVERSED));
        buffer
    };
    let mut pair = Pair::new(120, 40, Caps::XTERM);
    pair.show(&frame(1), None);
    let bytes = pair.show(&frame(2), None);
    eprintln!("line scroll beside a panel, 120x40: {bytes}");
    assert!(bytes < 400, "{bytes}");
}

#[test]
fn control_characters_never_get_out() {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 40, 2));
    let mut cells = buffer.content.iter_mut();
    let bad = (0..0x20_u8).chain(0x7f..0xa0).map(|b| char::from(b).to_string());
    let more =
        ["\u{1b}[2J", "a\u{7}", "\u{202e}", "\u{2028}", "\u{200b}", "x\u{200d}\u{9b}31m"].map(String::from);
    for (symbol, cell) in bad.chain(more).zip(&mut cells) {
        cell.set_symbol(&symbol);
    }
    let mut plain = Buffer::empty(buffer.area);
    for (i, cell) in plain.content.iter_mut().enumerate() {
        cell.set_symbol(if i < 71 { "?" } else { " " });
    }
    let (mut have, mut want) = (Vec::new(), Vec::new());
    Encoder::new(Caps::XTERM).encode(&buffer, None, &mut have);
    Encoder::new(Caps::XTERM).encode(&plain, None, &mut want);
    assert_eq!(String::from_utf8(have).unwrap(), String::from_utf8(want).unwrap());
}

#[test]
fn without_utf8_only_ascii_gets_out() {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 1));
    buffer.set_string(0, 0, "\u{2502}a\u{6f22}e\u{301}\u{1f469}\u{200d}\u{1f4bb}", Style::new());
    let mut out = Vec::new();
    Encoder::new(Caps { utf8: false, ..Caps::XTERM }).encode(&buffer, None, &mut out);
    assert!(out.is_ascii());
    assert!(String::from_utf8(out).unwrap().contains("?a???"));
}

#[test]
fn one_attribute_goes_off_alone() {
    let line = |style: Style| {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 1));
        let (x, _) = buffer.set_stringn(0, 0, "abc", 3, style.add_modifier(Modifier::BOLD));
        buffer.set_string(x, 0, "def", style);
        let mut out = Vec::new();
        Encoder::new(Caps::XTERM).encode(&buffer, None, &mut out);
        String::from_utf8(out).unwrap()
    };
    assert!(line(Style::new().fg(Color::Red)).contains("\x1b[1;31mabc\x1b[22mdef"));
    assert!(line(Style::new()).contains("\x1b[1mabc\x1b[mdef"), "{:?}", line(Style::new()));
}

#[test]
fn sizes_from_one_cell_and_cursors_outside_are_fine() {
    for (cols, rows) in [(0, 0), (1, 1), (2, 1), (1, 200), (79, 23)] {
        let mut encoder = Encoder::new(Caps::XTERM);
        let mut buffer = Buffer::empty(Rect::new(0, 0, cols, rows));
        let mut out = Vec::new();
        encoder.encode(&buffer, Some((500, 500)), &mut out);
        for cell in &mut buffer.content {
            cell.set_symbol("\u{6f22}");
        }
        encoder.encode(&buffer, None, &mut out);
    }
}

/// How many times more cases are to be run than on every push.
fn scale() -> u32 {
    std::env::var("GREENBAR_TEST_SCALE").ok().and_then(|n| n.parse().ok()).unwrap_or(1)
}

const WORDS: [&str; 14] = [
    " ",
    "    ",
    "MOVE",
    "x",
    "\u{6f22}\u{5b57}",
    "e\u{301}",
    "\u{2502}",
    "                 ",
    "\u{1f600}",
    "0123456789",
    "\u{1f469}\u{200d}\u{1f4bb}",
    "\u{ff71}",
    "\u{2764}\u{fe0f}",
    "--------",
];

const STYLES: [Style; 10] = [
    Style::new(),
    Style::new(),
    Style::new().fg(Color::Red),
    Style::new().bg(Color::Blue),
    Style::new().add_modifier(Modifier::BOLD),
    Style::new().add_modifier(Modifier::REVERSED),
    Style::new().fg(Color::Indexed(200)).bg(Color::Rgb(1, 2, 3)),
    Style::new().add_modifier(Modifier::UNDERLINED.union(Modifier::DIM)),
    Style::new().bg(Color::DarkGray).add_modifier(Modifier::ITALIC),
    Style::new().fg(Color::LightGreen),
];

/// One step of a session.
#[derive(Debug, Clone)]
enum Step {
    Write { x: u16, y: u16, words: Vec<(usize, usize)> },
    Fill { area: [u16; 4], style: usize },
    Scroll { area: [u16; 4], by: i32 },
    Resize(u16, u16),
    Forget,
}

fn step() -> impl Strategy<Value = Step> {
    let words = prop::collection::vec((0..WORDS.len(), 0..STYLES.len()), 1..12);
    let area = || [0_u16..60, 0_u16..20, 1_u16..60, 1_u16..20];
    // Most scrolls are of the full width.
    let wide = (0_u16..20, 1_u16..20).prop_map(|(y, h)| [0, y, 60, h]);
    prop_oneof![
        6 => (0_u16..60, 0_u16..20, words).prop_map(|(x, y, words)| Step::Write { x, y, words }),
        1 => (area(), 0..STYLES.len()).prop_map(|(area, style)| Step::Fill { area, style }),
        2 => (area(), -5..=5).prop_map(|(area, by)| Step::Scroll { area, by }),
        4 => (wide, -7..=7).prop_map(|(area, by)| Step::Scroll { area, by }),
        1 => (2_u16..60, 2_u16..20).prop_map(|(w, h)| Step::Resize(w, h)),
        1 => Just(Step::Forget),
    ]
}

fn apply(buffer: &mut Buffer, step: &Step) {
    match step {
        Step::Write { x, y, words } => {
            let (mut x, y) = (*x, *y);
            for (word, style) in words {
                if buffer.area.contains((x, y).into()) {
                    x = buffer.set_stringn(x, y, WORDS[*word], 100, STYLES[*style]).0;
                }
            }
        }
        Step::Fill { area: [x, y, w, h], style } => {
            let area = Rect::new(*x, *y, *w, *h).intersection(buffer.area);
            for (x, y) in area.positions().map(|p| (p.x, p.y)) {
                buffer[(x, y)].reset();
                buffer[(x, y)].set_style(STYLES[*style]);
            }
        }
        Step::Scroll { area: [x, y, w, h], by } => {
            let area = Rect::new(*x, *y, *w, *h).intersection(buffer.area);
            let old = buffer.clone();
            for (x, y) in area.positions().map(|p| (p.x, p.y)) {
                let from = i32::from(y) + by;
                let inside = u16::try_from(from).ok().filter(|f| (area.top()..area.bottom()).contains(f));
                buffer[(x, y)] = inside.map_or(ratatui::buffer::Cell::EMPTY, |f| old[(x, f)].clone());
            }
        }
        Step::Resize(..) | Step::Forget => {}
    }
    // The model knows one intensity.
    for cell in buffer.content.iter_mut().filter(|c| c.modifier.contains(Modifier::BOLD)) {
        cell.modifier.remove(Modifier::DIM);
    }
}

/// Runs a session, every step a frame.
fn session(steps: &[Step], caps: Caps) {
    let (cols, rows) = (60, 20);
    let mut pair = Pair::new(cols, rows, caps);
    let mut buffer = Buffer::empty(Rect::new(0, 0, cols, rows));
    for y in 0..rows {
        buffer.set_string(0, y, dense(usize::from(y), 50), STYLES[usize::from(y) % STYLES.len()]);
    }
    for (i, step) in steps.iter().enumerate() {
        match step {
            Step::Resize(w, h) => {
                buffer.resize(Rect::new(0, 0, *w, *h));
                pair.terminal.screen_mut().set_size((*h).try_into().unwrap(), (*w).try_into().unwrap());
            }
            Step::Forget => {
                pair.terminal.process(b"\x1b[31;44m\x1b[5;5Hgarbage");
                pair.encoder.forget();
            }
            step => apply(&mut buffer, step),
        }
        let (w, h) = (buffer.area.width, buffer.area.height);
        let i = u16::try_from(i).unwrap();
        let cursor = (i % 3 != 0).then_some(((i * 7) % w, (i * 5) % h));
        pair.show(&buffer, cursor);
        let mut again = Vec::new();
        pair.encoder.encode(&buffer, cursor, &mut again);
        assert!(again.is_empty(), "the same frame again");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120 * scale(), failure_persistence: None, ..ProptestConfig::default() })]

    /// After any session the terminal shows what a full repaint would have shown.
    #[test]
    fn any_session_equals_full_repaints(steps in prop::collection::vec(step(), 1..40), kind in 0_usize..5) {
        let terms = ["xterm-256color", "tmux-256color", "vt220", "vt100", "ansi"];
        session(&steps, Caps::of_term(terms[kind], true).unwrap());
    }
}
