//! Any keys in any order, with replies that come late: nothing panics, the cursor stays on the screen, and every line
//! that is shown has the number and the text that it has in the file.

use super::driver::{start_of, workers};
use greenbar::app::keymap::Keymap;
use greenbar::app::update::{start, update};
use greenbar::app::{Msg, State, view};
use greenbar::base::{Budget, Gen};
use greenbar::config::KeySeq;
use greenbar::panes::Pane;
use greenbar::ui::Theme;
use greenbar::work::{Carrier, Desk, Effect, Envelope, Request, Slot, Ticket};
use proptest::prelude::*;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// Keys of the Source pane, and some that lead out of it and back.
const KEYS: &[&str] = &[
    "j",
    "k",
    "j",
    "k",
    "f7",
    "f8",
    "f7",
    "f8",
    "ctrl-d",
    "ctrl-u",
    "g g",
    "G",
    "h",
    "l",
    "0",
    "x",
    "c",
    "space n",
    "space l",
    "space l",
    "space k",
    "n",
    "N",
    "]",
    "[",
    "o",
    "enter",
    "esc",
    "backspace",
    "space f",
    "space f",
    "space v",
    "space w",
    "z",
    "tab",
    "2",
    "2",
    "1",
    "s",
    "y",
    "?",
    "f9",
    "F",
    ">",
    "<",
];
/// Lines for the command line.
const LINES: &[&str] = &[
    "follow",
    "follow 'a'",
    "page 2",
    "50%",
    "17",
    "999999",
    "$",
    "^",
    "find 'a'",
    "find 'line 7' prev",
    "find x'0a' all",
    "find 'zz' last",
    "find r'e.*9$'",
    "rfind",
    "hex",
    "cols",
    "reset",
    "l para-3",
    "scroll 3",
    "scroll half",
    "scroll max",
    "scroll csr",
    "scroll data",
    "scroll page",
    "swap",
    "split v",
    "split h",
    "srchfor 'a'",
    "srchfor",
    "compare",
    "wrap on",
    "wrap off",
    "num on",
    "tabs 3",
    "cc ff",
    "cc on",
];
/// Sizes of the terminal.
const SIZES: &[(u16, u16)] = &[(80, 24), (20, 6), (120, 36), (150, 50), (1, 1), (40, 3), (80, 60)];

#[derive(Debug, Clone)]
enum Step {
    Key(usize),
    Line(usize),
    Size(usize),
    /// So many replies come.
    Replies(usize),
    Rest,
    Tick,
    Pulse,
    /// A file grows, shrinks or vanishes.
    Change(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        10 => (0..KEYS.len()).prop_map(Step::Key),
        3 => (0..LINES.len()).prop_map(Step::Line),
        1 => (0..SIZES.len()).prop_map(Step::Size),
        6 => (1_usize..6).prop_map(Step::Replies),
        1 => Just(Step::Rest),
        1 => Just(Step::Tick),
        2 => Just(Step::Pulse),
    ]
}

fn with_changes() -> impl Strategy<Value = Step> {
    prop_oneof![10 => step(), 1 => (0_usize..4).prop_map(Step::Change)]
}

/// Requests wait here until their replies are asked for; each is carried out by the real workers' code.
struct Slow {
    state: State,
    desk: Desk,
    asked: Vec<(Slot, Gen, Request)>,
    replies: Arc<Mutex<Vec<Envelope>>>,
}

impl Slow {
    fn new(home: &Path, files: &[&Path]) -> Self {
        let replies = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&replies);
        let desk = workers(home, move |envelope| into.lock().unwrap().push(envelope));
        let begin = start_of((80, 24), files);
        let mut state = State::new(&begin, vec![Theme::load("greenbar", None).unwrap()], Keymap::defaults());
        let effects = start(&mut state, &begin.files, begin.wanted);
        let mut slow = Self { state, desk, asked: Vec::new(), replies };
        slow.ask(effects);
        slow
    }

    fn ask(&mut self, effects: Vec<(Effect, Gen)>) {
        for (effect, generation) in effects {
            if let Effect::Do(slot, request) = effect {
                // The store is not what this is about.
                if matches!(request, Request::OpenStore | Request::Figures) {
                    continue;
                }
                self.asked.retain(|(other, _, _)| *other != slot);
                self.asked.push((slot, generation, request));
            }
        }
    }

    fn take(&mut self, msg: Msg) {
        let effects = update(&mut self.state, msg);
        self.ask(effects);
    }

    /// Carries out the request that has waited longest, and gives its replies to the desk.
    fn reply(&mut self) -> bool {
        if self.asked.is_empty() {
            return false;
        }
        let (slot, generation, request) = self.asked.remove(0);
        let ticket = Ticket { slot, generation, started: Instant::now() };
        self.desk.carry(&ticket, request, &Budget::unlimited());
        let replies = std::mem::take(&mut *self.replies.lock().unwrap());
        for envelope in replies {
            self.take(Msg::Reply(Box::new(envelope)));
        }
        true
    }

    fn press(&mut self, keys: &str) {
        let keys: KeySeq = keys.parse().unwrap();
        for key in keys.keys() {
            self.take(Msg::Key(*key));
        }
    }

    fn line(&mut self, text: &str) {
        self.press("f2");
        for c in text.chars() {
            self.take(Msg::Key(greenbar::config::Key::char(c)));
        }
        self.press("enter");
    }

    fn step(&mut self, step: &Step, change: &mut dyn FnMut(usize)) {
        match step {
            Step::Key(n) => self.press(KEYS[*n]),
            Step::Line(n) => self.line(LINES[*n]),
            Step::Size(n) => self.take(Msg::Resized(SIZES[*n].0, SIZES[*n].1)),
            Step::Replies(n) => {
                for _ in 0..*n {
                    self.reply();
                }
            }
            Step::Rest => self.take(Msg::Rest),
            Step::Tick => self.take(Msg::Tick),
            Step::Pulse => self.take(Msg::Pulse),
            Step::Change(n) => change(*n),
        }
        // Leaving is not what this is about.
        self.state.leaving = None;
    }

    fn check_cursor(&self) {
        let (_, cursor) = view::view(&self.state);
        if let Some((x, y)) = cursor {
            assert!(x < self.state.size.0 && y < self.state.size.1);
        }
        let Some(file) = self.state.source.file() else { return };
        let shown = self.state.source.lines_shown();
        if file.rows.is_empty() {
            assert_eq!((file.top, file.cursor), (0, 0));
        } else {
            assert!(file.cursor < file.rows.len(), "the cursor is not in the window");
            let screen = file.top..file.top + shown;
            assert!(screen.contains(&file.cursor), "line {} is not on screen {screen:?}", file.cursor);
        }
    }

    /// Numbers and texts of what is shown are those of the file.
    fn check_lines(&self, files: &[(String, Vec<Vec<u8>>)]) {
        let Some(file) = self.state.source.file() else { return };
        let (_, lines) = files.iter().find(|(path, _)| *path == file.path).unwrap();
        let mut start = 0;
        let starts: Vec<u64> = lines
            .iter()
            .map(|line| {
                let at = start;
                start += line.len() as u64 + 1;
                at
            })
            .collect();
        for two in file.rows.windows(2) {
            assert!(two[0].start < two[1].start, "rows are not in order");
            let parts = two[0].part.as_ref().zip(two[1].part.as_ref());
            if let Some((one, next)) =
                parts.filter(|_| (two[0].line_start, two[0].skip) == (two[1].line_start, two[1].skip))
            {
                assert_eq!(one.end, next.start, "something is between two parts of a line");
            }
        }
        for row in &file.rows {
            let at = starts
                .binary_search(&row.line_start)
                .unwrap_or_else(|_| panic!("no line begins at {}", row.line_start));
            if let Some(number) = row.number {
                assert_eq!(number.get(), at as u64 + 1, "a wrong number");
            }
            let skip = usize::try_from(row.skip).unwrap().min(lines[at].len());
            let inside = usize::try_from(row.start - row.line_start).unwrap();
            assert!(row.part.is_some() || inside == 0, "a line begins inside of itself");
            assert!(inside <= lines[at].len(), "a part begins behind its line");
            assert!(lines[at][skip..].starts_with(&row.bytes), "line {} says something else", at + 1);
        }
    }
}

fn write(path: &Path, lines: &[Vec<u8>]) {
    std::fs::write(path, lines.join(&b'\n')).unwrap();
}

fn cobol(count: usize) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> =
        ["       IDENTIFICATION DIVISION.", "       PROGRAM-ID. A.", "       PROCEDURE DIVISION."]
            .map(|l| l.as_bytes().to_vec())
            .to_vec();
    for n in 0..count {
        lines.push(match n % 20 {
            0 => format!("       PARA-{}.", n / 20).into_bytes(),
            7 => format!("           DISPLAY 'line {n}' {}", "x".repeat(n * 40)).into_bytes(),
            9 => "\t\u{e4}\u{1f600} \u{1b}[31m tab and more".as_bytes().to_vec(),
            _ => format!("           ADD {n} TO TOTAL.").into_bytes(),
        });
    }
    // A last line feed, as the last line is empty text after it in this form.
    lines
}

fn files(folder: &Path) -> Vec<(String, Vec<Vec<u8>>)> {
    let of = |name: &str, lines: Vec<Vec<u8>>| {
        let path = folder.join(name);
        write(&path, &lines);
        (path.to_string_lossy().into_owned(), lines)
    };
    vec![
        of("many.cbl", cobol(700)),
        of("one", vec![b"a single line without an end".to_vec()]),
        of("empty", vec![Vec::new()]),
        of("wide", vec![b"short".to_vec(), vec![b'w'; 9_000], vec![b'a'; 5_000], b"line 7 end".to_vec()]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn lines_are_right_whatever_is_pressed(steps in proptest::collection::vec(step(), 1..70)) {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        let paths: Vec<&Path> = files.iter().map(|(p, _)| Path::new(p)).collect();
        let mut slow = Slow::new(folder.path(), &paths);
        for step in &steps {
            slow.step(step, &mut |_| {});
            slow.check_cursor();
            slow.check_lines(&files);
        }
        // When everything has been answered, the screen is full and rests on a cursor.
        let mut rounds = 0;
        while slow.reply() {
            rounds += 1;
            prop_assert!(rounds < 2_000, "the desk never stops asking");
            slow.check_cursor();
        }
        slow.check_lines(&files);
        if let Some(file) = slow.state.source.file() {
            let shown = slow.state.source.lines_shown();
            prop_assert!(file.at_bottom || file.top + shown <= file.rows.len(), "the screen is not full");
            let (_, lines) = files.iter().find(|(path, _)| *path == file.path).unwrap();
            let last = lines.last().unwrap().is_empty();
            prop_assert_eq!(file.rows.is_empty(), lines.len() == 1 && last);
            prop_assert!(file.rows.iter().all(|row| row.number.is_some()), "lines without numbers remain");
        }
    }

    #[test]
    fn files_may_change_at_any_moment(steps in proptest::collection::vec(with_changes(), 1..60)) {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        let paths: Vec<&Path> = files.iter().map(|(p, _)| Path::new(p)).collect();
        let mut slow = Slow::new(folder.path(), &paths);
        let mut size = 700;
        for step in &steps {
            slow.step(step, &mut |how| {
                size = match how { 0 => size + 50, 1 => size / 2, _ => size };
                for path in &paths {
                    match how {
                        0 | 1 => write(path, &cobol(size)),
                        2 => drop(std::fs::remove_file(path)),
                        _ => write(path, &[]),
                    }
                }
            });
            slow.check_cursor();
        }
        let mut rounds = 0;
        slow.take(Msg::Tick);
        while slow.reply() {
            rounds += 1;
            prop_assert!(rounds < 2_000, "the desk never stops asking");
            slow.check_cursor();
        }
    }
}

#[test]
fn keys_typed_ahead_of_a_slow_disk_are_not_lost() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(folder.path());
    let mut slow = Slow::new(folder.path(), &[Path::new(&files[0].0)]);
    while slow.reply() {}
    // To the end, two up, and a page up, before any reply.
    slow.press("G");
    slow.press("k");
    slow.press("k");
    assert_eq!(slow.asked.len(), 1, "{:?}", slow.asked);
    while slow.reply() {}
    let line = |slow: &Slow| slow.state.source.here().unwrap().1.get();
    assert_eq!(line(&slow), 701);
    // A find that jumps far, and moves behind it.
    slow.line("find 'PARA-3.' first");
    slow.reply();
    slow.press("j");
    while slow.reply() {}
    assert_eq!(line(&slow), 65);
    // A page of one file that comes when another is shown stays with its file.
    slow.line("open /nowhere/at/all");
    slow.press("space f");
    while slow.reply() {}
    assert_eq!(slow.state.pane, Pane::Source);
    slow.check_lines(&files);
}

#[test]
fn a_match_far_right_is_on_the_screen() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wide");
    let mut line = vec![b'.'; 300_000];
    line[250_000..250_006].copy_from_slice(b"needle");
    line[2_500..2_506].copy_from_slice(b"needle");
    line[60..66].copy_from_slice(b"needle");
    write(&path, &[b"first".to_vec(), line, b"\t\t\tneedle".to_vec(), b"last".to_vec()]);
    let mut slow = Slow::new(folder.path(), &[&path]);
    while slow.reply() {}
    slow.line("find 'needle'");
    for n in 0..4 {
        while slow.reply() {}
        let rows = view::rows(&slow.state);
        let row = if n < 3 { &rows[3] } else { &rows[4] };
        assert!(row.contains("needle"), "match {n}:\n{}", rows.join("\n"));
        slow.press("n");
    }
    // Back to the left from there: the text is that of column 1 at last.
    slow.press("0");
    while slow.reply() {}
    assert!(view::rows(&slow.state)[2].contains("first"));
}
