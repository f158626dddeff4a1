//! The real program: its ways out, odd sizes and terminals, and the bytes of a scroll. What the life cycle can do with
//! faults inside the program is shown with the probe.

use super::harness::{Desk, Dice, LONG, Program, memory, scale};
use rustix::process::Signal;
use std::path::Path;
use std::time::{Duration, Instant};

/// A program of `lines` statements without gaps, in a folder of its own that is also the home.
pub struct Place {
    folder: tempfile::TempDir,
}

/// The real program.
pub fn program() -> String {
    env!("CARGO_BIN_EXE_greenbar").to_owned()
}

impl Place {
    pub fn new(lines: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let statement =
            |n: usize| format!("{n:06}     {:X<61}{n:08}\n", format!("MOVE WS-FIELD-{} TO OUT-", n * 7919));
        let text: String = (1..=lines).map(statement).collect();
        std::fs::write(folder.path().join("BIG.cbl"), text).unwrap();
        Self { folder }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn desk(&self) -> Program {
        let home = self.path().join("home").display().to_string();
        let file = self.path().join("BIG.cbl").display().to_string();
        Program::new(&[&program(), "--home", &home, &file])
    }
}

pub fn open(program: &Program) -> Desk {
    let desk = program.start();
    desk.wait_text("greenbar");
    desk.wait_text("MOVE WS-FIELD");
    desk
}

const SIGNALS: [(Signal, u32); 4] =
    [(Signal::TERM, 143), (Signal::INT, 130), (Signal::HUP, 129), (Signal::QUIT, 131)];

/// T02: signals at random moments, from before the first frame on.
#[test]
fn t02_signals_end_the_desk_cleanly() {
    let place = Place::new(2_000);
    let mut dice = Dice(0xdead_beef_cafe);
    for _ in 0..2 * scale() {
        for (signal, code) in SIGNALS {
            let mut desk = place.desk().start();
            desk.wait("alternate screen", |s| {
                String::from_utf8_lossy(&s.raw).contains("?1049h").then_some(())
            });
            std::thread::sleep(Duration::from_micros(dice.roll(60_000)));
            let sent = Instant::now();
            desk.signal(signal);
            assert_eq!(desk.end(LONG), code);
            assert!(sent.elapsed() < Duration::from_secs(1), "{:?} for {signal:?}", sent.elapsed());
            desk.assert_clean();
        }
    }
}

/// T03: nobody reads what the desk writes.
#[test]
fn t03_a_signal_ends_a_desk_that_nobody_reads() {
    let place = Place::new(20_000);
    let mut desk = open(&place.desk().size(200, 50));
    desk.pause(true);
    for _ in 0..60 {
        desk.keys("\x1b[6~");
        std::thread::sleep(Duration::from_millis(5));
    }
    let sent = Instant::now();
    desk.signal(Signal::TERM);
    assert_eq!(desk.end(LONG), 143);
    assert!(sent.elapsed() < Duration::from_millis(2_200), "{:?}", sent.elapsed());
    desk.pause(false);
    desk.end(LONG);
    desk.assert_clean();
}

/// The way out with keys.
#[test]
fn ctrl_c_leaves() {
    let place = Place::new(500);
    let mut desk = open(&place.desk());
    desk.keys("\x03");
    assert_eq!(desk.end(LONG), 0);
    desk.assert_clean();
}

/// A shell with job control: says how the terminal is when its job stops, and continues it.
const STOPS: &str = "s=$?; while [ $s -gt 128 ]; do n=$((n+1)); echo \"stop $n: $(stty -a | grep -c -- -icanon)\"; read go; fg >/dev/null; s=$?; done";

/// T06: how a shell runs the program, and how it does with one between that waits in the same job, as git waits for its
/// pager.
const JOBS: [&str; 2] = ["set -m; \"$@\"", "set -m; sh -c '\"$@\"; true' sh \"$@\""];

/// T06: Ctrl-Z gives the terminal back, and fg paints the same screen again: as a job of a shell, as the child of a
/// program in that job, and in tmux.
#[test]
fn t06_suspend_and_resume() {
    let place = Place::new(2_000);
    let mut programs: Vec<Program> =
        JOBS.iter().map(|job| place.desk().under(&format!("{job}; {STOPS}"))).collect();
    if super::harness::has("tmux") {
        let socket = place.path().join("tmux").display().to_string();
        let shell = place.path().join("job.sh");
        let args: Vec<String> = place.desk().args.iter().map(|a| format!("'{a}'")).collect();
        std::fs::write(&shell, format!("set -- {}\n{}\n{STOPS}\n", args.join(" "), JOBS[0])).unwrap();
        let shell = format!("sh {}", shell.display());
        programs.push(Program::new(&["tmux", "-S", &socket, "-f", "/dev/null", "new-session", &shell]));
    }
    for program in programs {
        let mut desk = open(&program);
        for _ in 0..3 {
            desk.keys("\x1b[6~");
        }
        std::thread::sleep(Duration::from_millis(200));
        let rows = |s: &super::harness::Seen| {
            s.text().lines().skip(2).take(15).map(str::to_owned).collect::<Vec<_>>()
        };
        for i in 1..=scale() {
            let before = desk.with(|s| rows(s));
            desk.keys("\x1a");
            desk.wait_text(&format!("stop {i}: 0"));
            desk.keys("\r");
            desk.wait("the screen painted anew", |s| {
                (s.screen.screen().alternate_screen() && rows(s) == before).then_some(())
            });
            // What follows when the keys rest is painted, too.
            std::thread::sleep(Duration::from_millis(50));
        }
        desk.keys("\x03");
        assert_eq!(desk.end(LONG), 0, "{:?}", program.args);
    }
}

/// T10 and T11: sizes at random and sizes that make no sense; the last one is drawn.
#[test]
fn t10_t11_any_size() {
    let place = Place::new(5_000);
    let mut desk = open(&place.desk());
    let pid = desk.pid();
    let mut dice = Dice(0x1234_5678_9abc);
    let before = memory(pid);
    for (cols, rows) in [(0, 0), (1, 1), (2, 1), (1, 200), (79, 23), (65_535, 65_535)] {
        desk.resize(cols, rows);
        std::thread::sleep(Duration::from_millis(60));
    }
    for _ in 0..60 * scale() {
        desk.resize(u16::try_from(2 + dice.roll(300)).unwrap(), u16::try_from(2 + dice.roll(100)).unwrap());
        std::thread::sleep(Duration::from_micros(dice.roll(6_000)));
    }
    desk.resize(100, 30);
    desk.wait("the last size", |s| {
        let screen = s.screen.screen();
        let last: String = screen.rows(0, 100).nth(29).unwrap();
        (s.has("greenbar") && s.has("MOVE WS-FIELD") && !last.trim().is_empty()).then_some(())
    });
    assert!(memory(pid) < before + 60 * 1_024, "from {before} to {} KiB", memory(pid));
    desk.keys("\x03");
    assert_eq!(desk.end(LONG), 0);
    desk.assert_clean();
}

/// T12: what the environment says is kept to.
#[test]
fn t12_terminals_and_locales() {
    let place = Place::new(200);
    for term in ["dumb", "", "unknown"] {
        let mut desk = place.desk().env("TERM", term).start();
        assert_ne!(desk.end(LONG), 0, "TERM={term:?}");
        assert!(!desk.with(|s| s.raw.contains(&0x1b)), "TERM={term:?}");
        desk.assert_clean();
    }
    for (term, locale, no_color) in
        [("vt220", "C", ""), ("linux", "POSIX", "1"), ("screen", "C.UTF-8", "1"), ("xterm", "C", "1")]
    {
        let mut program = place.desk().env("TERM", term).env("LC_ALL", locale);
        if !no_color.is_empty() {
            program = program.env("NO_COLOR", no_color);
        }
        let mut desk = open(&program);
        desk.keys("\x1b[6~");
        std::thread::sleep(Duration::from_millis(100));
        desk.keys("\x03");
        assert_eq!(desk.end(LONG), 0, "{term}");
        desk.assert_clean();
        let raw = desk.with(|s| String::from_utf8_lossy(&s.raw).into_owned());
        assert!(locale == "C.UTF-8" || raw.is_ascii(), "{term} {locale}");
        if !no_color.is_empty() {
            assert_eq!(colours(&raw), 0, "{term}: colours in spite of NO_COLOR");
        }
    }
}

/// SGR parameters that are colours.
fn colours(raw: &str) -> usize {
    let sgr = raw.split("\x1b[").filter_map(|part| {
        let end = part.find(|c: char| !(c.is_ascii_digit() || c == ';'))?;
        part[end..].starts_with('m').then_some(&part[..end])
    });
    let colour = |n: &str| n.parse().is_ok_and(|n: u8| (30..=49).contains(&n) || (90..=107).contains(&n));
    sgr.flat_map(|params| params.split(';')).filter(|n| colour(n)).count()
}

/// T13: without a terminal there is a reason and an end.
#[test]
fn t13_no_terminal() {
    let place = Place::new(10);
    let program = place.desk();
    let out = std::process::Command::new(&program.args[0])
        .args(&program.args[1..])
        .env("TERM", "xterm")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(2));
    let said = String::from_utf8(out.stderr).unwrap();
    assert!(said.contains("the desk needs a terminal") && !said.contains('\u{1b}'), "{said}");
    assert!(out.stdout.is_empty());
}

/// Bytes that came since `from`, once nothing more comes.
fn burst(desk: &Desk, from: usize) -> usize {
    let mut last = desk.with(|s| s.raw.len());
    loop {
        // Longer than the rest after which the line above the text follows.
        std::thread::sleep(Duration::from_millis(250));
        let now = desk.with(|s| s.raw.len());
        if now == last {
            return now - from;
        }
        last = now;
    }
}

/// T16 and the bytes on the line: the first frame is soon there, scrolls are cheap, and idling costs nothing.
#[test]
fn t16_a_quick_start_and_few_bytes() {
    // Keys of a held-down arrow; what only informs follows when they rest, and is counted apart.
    const LINES: usize = 20;
    const REST: usize = 140;
    let place = Place::new(20_000);
    for (cols, rows, most, no_color) in
        [(80, 24, 150, "1"), (200, 50, 200, "1"), (80, 24, 150, ""), (200, 50, 200, "")]
    {
        let mut desk = open(&place.desk().env("NO_COLOR", no_color).size(cols, rows));
        let took = desk.started.elapsed();
        burst(&desk, 0);
        let mut cost = |keys: &str, times: usize| {
            let from = desk.with(|s| s.raw.len());
            for _ in 0..times {
                desk.keys(keys);
                std::thread::sleep(Duration::from_millis(33));
            }
            burst(&desk, from)
        };
        let page = cost("\x1b[6~", 1);
        // The cursor goes to the last row; from there on each line is a scroll.
        cost(&"\x1b[B".repeat(usize::from(rows)), 1);
        let line = cost("\x1b[B", LINES).saturating_sub(REST) / LINES;
        let idle = cost("", 1);
        eprintln!(
            "{cols}x{rows}: first frame after {took:?}; {page} bytes for a page, {line} for a line, {idle} idle"
        );
        assert!(line > 20 && line <= most, "{line} bytes for a line at {cols}x{rows}");
        assert!(cols > 80 || page <= 2_000, "{page} bytes for a page");
        assert_eq!(idle, 0, "bytes when idle");
        desk.keys("\x03");
        assert_eq!(desk.end(LONG), 0);
    }
}

/// Listings with the numbers of the compiler beside the lines, gone to the right with what stays, and print without its control,
/// cost what sources do.
#[test]
fn t16_listings_and_print_cost_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let heading = |page: usize| {
        format!(
            "1PP 5655-EC6 IBM Enterprise COBOL for z/OS  6.4.0 P990101       BIG       Date 11/23/2031  Time 12:34:56   Page {page:>5}\n   LineID  PL SL  ----+-*A-1-B--+----2----+----3----+----4----+----5----+----6----+----7-|--+----8 Map and Cross Reference\n"
        )
    };
    let card = |n: usize| {
        let code = if n == 1 {
            "IDENTIFICATION DIVISION.".to_owned()
        } else {
            format!("    {:X<60}.", format!("MOVE WS-FIELD-{} TO OUT-", n * 7919))
        };
        format!("   {n:06}         {:06} {code:<66}PAYR{n:04} IMP\n", n * 10)
    };
    let mut listing = heading(1);
    listing.extend((1..4_000).map(card));
    let print: String = (0..4_000_usize)
        .map(|n| match n % 50 {
            0 => format!("1PAYROLL REGISTER {:-<110}PAGE {n}\n", ""),
            1 => format!("0{:<120}\n+{}\n", "DEPT NAME ".repeat(12), "____ ____ ".repeat(12)),
            n if n % 3 == 0 => {
                let text: String = ('A'..='Z').cycle().skip(n).take(132).collect();
                format!("0{text}\n+{:10}{:_<20}\n", "", "")
            }
            _ => format!(" {:06} {:.<110} {:>10}.00\n", n, format!("EMPLOYEE {} ", n * 7919), n * 31),
        })
        .collect();
    std::fs::write(folder.path().join("BIG.lst"), listing).unwrap();
    std::fs::write(folder.path().join("register"), print).unwrap();
    let home = folder.path().join("home").display().to_string();
    for (name, keys, shown) in [
        ("BIG.lst", "", "MOVE WS-FIELD"),
        ("BIG.lst", "\x1b[C\x1b[C:GUTTER FILE\r", "   3    000001 "),
        ("register", ":CC OFF\r", "   1 1 PAYROLL"),
        ("register", "", "EMPLOYEE"),
    ] {
        for no_color in ["", "1"] {
            let file = folder.path().join(name).display().to_string();
            let mut desk =
                Program::new(&[&program(), "--home", &home, &file]).env("NO_COLOR", no_color).start();
            desk.wait_text(if name == "register" { "EMPLOYEE" } else { "MOVE WS-FIELD" });
            desk.keys(keys);
            desk.wait_text(shown);
            std::thread::sleep(Duration::from_millis(500));
            desk.keys("\x1b[B\x1b[A");
            burst(&desk, 0);
            let mut cost = |keys: &str, times: usize| {
                let from = desk.with(|s| s.raw.len());
                for _ in 0..times {
                    desk.keys(keys);
                    std::thread::sleep(Duration::from_millis(33));
                }
                burst(&desk, from)
            };
            let page = cost("\x1b[6~", 1);
            cost(&"\x1b[B".repeat(24), 1);
            let line = cost("\x1b[B", 20).saturating_sub(140) / 20;
            eprintln!("{name} {keys:?} {no_color:?}: {page} bytes for a page, {line} for a line");
            assert!(
                line <= 150 && page <= 2_000,
                "{line} bytes for a line, {page} for a page of {name} {keys:?}"
            );
            desk.keys("\x03");
            assert_eq!(desk.end(LONG), 0);
        }
    }
}

/// One line of 256 MB, on as many rows as it needs: its ends are near, a row and a page cost what they do otherwise, and
/// memory does not grow with it.
#[test]
fn an_endless_line_goes_on_below() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("endless");
    let block = (0..10_000).map(|n| format!("word{n:05} ")).collect::<Vec<_>>().concat();
    let mut out = std::io::BufWriter::new(std::fs::File::create(&file).unwrap());
    for _ in 0..2_560 {
        std::io::Write::write_all(&mut out, block.as_bytes()).unwrap();
    }
    std::io::Write::write_all(&mut out, b"THE END").unwrap();
    drop(out);
    let home = folder.path().join("home").display().to_string();
    let mut desk = Program::new(&[&program(), "--home", &home, &file.display().to_string()]).start();
    desk.wait_text("word00001");
    desk.keys(":WRAP ON\r");
    desk.wait_text("word00100");
    let before = memory(desk.pid());
    burst(&desk, 0);
    let mut cost = |keys: &str, times: usize| {
        let from = desk.with(|s| s.raw.len());
        for _ in 0..times {
            desk.keys(keys);
            std::thread::sleep(Duration::from_millis(33));
        }
        burst(&desk, from)
    };
    let page = cost("\x1b[6~", 1);
    cost(&"\x1b[B".repeat(24), 1);
    let line = cost("\x1b[B", 20) / 20;
    let begun = Instant::now();
    desk.keys("G");
    desk.wait_text("THE END");
    let end = begun.elapsed();
    desk.keys("\x1b[5~\x1b[5~");
    desk.wait_text("word09");
    desk.keys("gg");
    desk.wait_text("word00001");
    let grown = memory(desk.pid()).saturating_sub(before);
    eprintln!("{page} bytes for a page, {line} for a line, the end after {end:?}, {grown} KiB more");
    assert!(line > 20 && line <= 150 && page <= 2_000, "{line} bytes for a line, {page} for a page");
    assert!(end < Duration::from_secs(2) && grown < 24 << 10, "{end:?}, {grown} KiB");
    desk.keys("\x03");
    assert_eq!(desk.end(LONG), 0);
}

/// Records of EBCDIC without line ends: read, found in, said to be something else, and seen as bytes.
#[test]
fn a_file_of_ebcdic_records_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let ebcdic = |text: &str| greenbar::source::encoding::Encoding::Cp1047.encode(text).unwrap();
    let card = |n: usize| {
        format!("{:<72}{n:08}", format!("{:06}     MOVE WS-FIELD-{} TO OUT-{n}.", n * 10, n * 7919))
    };
    let file = folder.path().join("CARDS");
    std::fs::write(&file, (1..3_000).flat_map(|n| ebcdic(&card(n))).collect::<Vec<u8>>()).unwrap();
    let home = folder.path().join("home").display().to_string();
    let mut desk = Program::new(&[&program(), "--home", &home, &file.display().to_string()]).start();
    desk.wait_text("MOVE WS-FIELD-7919 TO OUT-1.");
    desk.wait_text("cp1047 f80");
    desk.keys(":F 'field-15838 '\r");
    desk.wait_text("Line 2 Col");
    desk.keys(":L 2999\r");
    desk.wait_text("TO OUT-2999.");
    desk.keys(":HEX ON\r");
    desk.wait_text("44444DDEC4EE6CCCDC6");
    desk.keys(":HEX OFF\r:RECORDS f40\r");
    desk.wait_text("5,998 lines");
    desk.keys(":RECORDS f0\r");
    desk.wait_text("there is no record format");
    desk.keys(":RECORDS AUTO\r");
    desk.wait_text("2,999 lines");
    desk.keys(":ENCODING\r");
    desk.wait_text("% sure");
}
