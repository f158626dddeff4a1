//! A small program on the terminal's life cycle alone, with faults on keys. It is this test binary again, run with
//! `GREENBAR_PROBE` set; without it the test does nothing.

use crossterm::event::{KeyCode, KeyModifiers};
use greenbar::app::term::{HANGUP_EXIT, PANIC_EXIT, Signal, Suspend, Term, TermEvent, TermOptions};
use greenbar::base::Env;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

#[test]
fn probe() {
    if std::env::var("GREENBAR_PROBE").is_ok() {
        let code = match run() {
            Ok(code) => code,
            Err(e) => {
                eprintln!("error: {e}");
                2
            }
        };
        std::process::exit(code);
    }
}

#[derive(Default)]
struct Shown {
    frame: u64,
    keys: u64,
    last: String,
    told: String,
    first_line: u64,
}

/// Panics again while the first panic unwinds.
struct Fuse;

impl Drop for Fuse {
    fn drop(&mut self) {
        let again = std::panic::catch_unwind(|| panic!("second of two"));
        drop(again);
    }
}

fn run() -> Result<i32, String> {
    let env = Env::system(None);
    let (tx, rx) = channel();
    let mut options = TermOptions::from_env(&env);
    options.mouse = env.var("PROBE_MOUSE").is_some();
    let told = tx.clone();
    options.on_panic = Arc::new(move |panic| {
        if panic.fatal {
            return Some(PathBuf::from("/tmp/report\u{1b}[31m.txt"));
        }
        let _ = told.send(TermEvent::OutputFailed(format!("worker: {}", panic.message)));
        None
    });
    let begun = Instant::now();
    let term = Term::start(options, move |event| drop(tx.send(event))).map_err(|e| e.to_string())?;
    let told = format!("start {} us ", begun.elapsed().as_micros());
    let mut shown = Shown { told, ..Shown::default() };
    let code = turn(&term, &rx, &mut shown)?;
    if env.var("PROBE_SLOW_END").is_some() {
        term.finish();
        std::thread::sleep(Duration::from_secs(60));
    }
    Ok(code)
}

fn turn(term: &Term, events: &Receiver<TermEvent>, shown: &mut Shown) -> Result<i32, String> {
    let busy = std::env::var("PROBE_BUSY").is_ok();
    loop {
        draw(term, shown);
        let wait = Duration::from_millis(if busy { 2 } else { 60_000 });
        let first = events.recv_timeout(wait).ok();
        let rest = first.into_iter().chain(events.try_iter().collect::<Vec<_>>());
        for event in rest {
            if let Some(code) = handle(term, shown, event)? {
                return Ok(code);
            }
        }
    }
}

fn handle(term: &Term, shown: &mut Shown, event: TermEvent) -> Result<Option<i32>, String> {
    match event {
        TermEvent::Key(key) => {
            shown.keys += 1;
            shown.last = format!("{:?}", key.code);
            match key.code {
                KeyCode::Char('z') if key.modifiers.contains(KeyModifiers::CONTROL) => {
                    let stopped = term.suspend(Suspend::Job);
                    shown.told = format!("stopped {stopped}");
                }
                KeyCode::Char('q') => return Ok(Some(0)),
                KeyCode::Char('x') => return Err("the loop failed".to_owned()),
                KeyCode::Char('p') => panic!("first\x1b[31m of one"),
                KeyCode::Char('P') => {
                    let _fuse = Fuse;
                    panic!("first of two");
                }
                KeyCode::Char('w') => {
                    let _ = std::thread::Builder::new()
                        .name("worker-1".into())
                        .spawn(|| panic!("worker fell"))
                        .unwrap()
                        .join();
                }
                KeyCode::Char('b') => std::thread::sleep(Duration::from_secs(60)),
                KeyCode::Char('e') => {
                    let out = term.lend(|| {
                        std::process::Command::new("sh")
                            .args(["-c", "echo editor; stty -a | head -1; read x; echo got $x"])
                            .status()
                    });
                    shown.told = format!("lent {}", out.is_ok());
                }
                KeyCode::Char('j') => shown.first_line += 1,
                KeyCode::Char('k') => shown.first_line = shown.first_line.saturating_sub(1),
                KeyCode::PageDown => shown.first_line += u64::from(term.size().1) - 3,
                _ => {}
            }
        }
        TermEvent::Paste { text, dropped } => shown.told = format!("paste {} {dropped}", text.len()),
        TermEvent::Mouse(mouse) => shown.told = format!("mouse {:?}", mouse.kind),
        TermEvent::Resized(..) => {}
        TermEvent::Signal(Signal::Suspend) => {
            term.suspend(Suspend::Process);
        }
        TermEvent::Signal(signal) => {
            if let Some(code) = signal.exit_code() {
                save_draft();
                return Ok(Some(i32::from(code)));
            }
            "continued".clone_into(&mut shown.told);
        }
        TermEvent::Hangup => {
            save_draft();
            return Ok(Some(i32::from(HANGUP_EXIT)));
        }
        TermEvent::OutputFailed(why) => shown.told = why,
        TermEvent::ThreadFailed => return Ok(Some(i32::from(PANIC_EXIT))),
    }
    Ok(None)
}

fn save_draft() {
    if let Ok(path) = std::env::var("PROBE_DRAFT") {
        std::fs::write(path, "draft").unwrap();
    }
}

fn draw(term: &Term, shown: &mut Shown) {
    shown.frame += 1;
    let (cols, rows) = term.size();
    let mut buffer = Buffer::empty(Rect::new(0, 0, cols, rows));
    let lines = rows.saturating_sub(2);
    for y in 0..lines {
        let n = shown.first_line + u64::from(y);
        let line = format!("{n:06} {}", super::screen::line(n));
        buffer.set_string(0, y, line, Style::new());
    }
    let frame = if std::env::var("PROBE_BUSY").is_ok() { shown.frame } else { 0 };
    let status = format!("{cols}x{rows} keys {} last {} | {} | {frame}", shown.keys, shown.last, shown.told);
    buffer.set_string(0, lines.min(rows - 1), status, Style::new().fg(Color::Black).bg(Color::Green));
    term.draw(shown.frame, buffer, shown.frame.is_multiple_of(2).then_some((0, 0)));
}
