//! The ways out, and the ways out and back.

use super::harness::{Desk, Dice, LONG, child_of, probe, scale, signal_to, wait_state};
use rustix::process::Signal;
use std::time::{Duration, Instant};

const SIGNALS: [(Signal, u32); 4] =
    [(Signal::TERM, 143), (Signal::INT, 130), (Signal::HUP, 129), (Signal::QUIT, 131)];

/// T02: signals at random moments of a busy program leave the terminal as it was.
#[test]
fn t02_signals_leave_nothing_behind() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for _ in 0..6 * scale() {
        for (signal, code) in SIGNALS {
            let mut desk = probe().env("PROBE_BUSY", "1").env("PROBE_MOUSE", "1").start();
            desk.wait("alternate screen", |s| {
                String::from_utf8_lossy(&s.raw).contains("?1049h").then_some(())
            });
            std::thread::sleep(Duration::from_micros(dice.roll(40_000)));
            let sent = Instant::now();
            desk.signal(signal);
            assert_eq!(desk.end(LONG), code);
            assert!(sent.elapsed() < Duration::from_millis(500), "{:?} for {signal:?}", sent.elapsed());
            desk.assert_clean();
        }
    }
}

/// Turns 60 pages that nobody reads.
fn stall(desk: &mut Desk) {
    for _ in 0..60 {
        desk.keys("\x1b[6~");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Fills what is between the program and the test to the last byte.
fn fill(desk: &Desk) {
    use rustix::fs::{Mode, OFlags, open};
    let name = desk.master.tty_name().unwrap();
    let tty = open(name, OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY, Mode::empty()).unwrap();
    for size in [4_096, 64, 1, 1] {
        while rustix::io::write(&tty, &vec![b'x'; size]).is_ok() {}
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// T03: a signal ends the process while the terminal does not read, whether the loop answers or not.
#[test]
fn t03_signals_end_a_process_that_nobody_reads() {
    for stuck in [false, true] {
        for (signal, code) in SIGNALS.into_iter().take(2 * scale().min(2)) {
            let mut desk = probe().env("PROBE_BUSY", "1").size(200, 50).start();
            desk.wait_text("200x50");
            desk.pause(true);
            stall(&mut desk);
            fill(&desk);
            if stuck {
                desk.keys("b");
                std::thread::sleep(Duration::from_millis(50));
            }
            let sent = Instant::now();
            desk.signal(signal);
            assert_eq!(desk.end(LONG), code);
            let most = if stuck { 2_500 } else { 500 };
            assert!(sent.elapsed() < Duration::from_millis(most), "{:?}", sent.elapsed());
            desk.pause(false);
            desk.end(LONG);
            desk.assert_clean();
        }
    }
}

/// The deadline stands even when the loop has returned and the program hangs after it; a second signal ends it at once.
#[test]
fn a_slow_end_is_cut_short() {
    let mut desk = probe().env("PROBE_SLOW_END", "1").start();
    desk.wait_text("80x24");
    desk.keys("b");
    std::thread::sleep(Duration::from_millis(50));
    desk.signal(Signal::TERM);
    std::thread::sleep(Duration::from_millis(200));
    let sent = Instant::now();
    desk.signal(Signal::TERM);
    assert_eq!(desk.end(LONG), 143);
    assert!(sent.elapsed() < Duration::from_millis(500));
    desk.assert_clean();
}

/// T08 in little: a terminal that does not read costs neither memory nor stale frames.
#[test]
fn t08_a_stalled_terminal_gets_the_newest_frame() {
    let mut desk = probe().env("PROBE_BUSY", "1").size(100, 40).start();
    desk.wait_text("100x40");
    desk.pause(true);
    let before = super::harness::memory(desk.pid());
    let written = desk.with(|s| s.raw.len());
    stall(&mut desk);
    std::thread::sleep(Duration::from_secs(1));
    assert!(super::harness::memory(desk.pid()) < before + 2_048, "memory grew");
    desk.pause(false);
    desk.wait_text("keys 60 ");
    let caught_up = desk.with(|s| s.raw.len()) - written;
    assert!(caught_up < 64 * 1_024, "{caught_up} bytes were queued");
    desk.keys("q");
    assert_eq!(desk.end(LONG), 0);
    desk.assert_clean();
}

/// T04: panics of the UI thread end the program with the terminal clean and the message on the main screen.
#[test]
fn t04_a_panic_of_the_loop_is_told_on_the_main_screen() {
    for (key, said) in [("p", "first?[31m of one"), ("P", "first of two")] {
        let mut desk = probe().env("PROBE_MOUSE", "1").start();
        desk.wait_text("80x24");
        desk.keys(key);
        assert_eq!(desk.end(LONG), 101);
        desk.assert_clean();
        let text = desk.with(|s| s.text());
        assert!(text.contains(said) && text.contains("report: /tmp/report?[31m.txt"), "{text}");
        assert!(text.contains("probe.rs:"), "{text}");
    }
}

#[test]
fn t04_a_panic_of_a_worker_is_a_message() {
    let mut desk = probe().start();
    desk.wait_text("80x24");
    desk.keys("w");
    desk.wait_text("worker: worker fell");
    desk.assert_taken();
    desk.keys("q");
    assert_eq!(desk.end(LONG), 0);
    desk.assert_clean();
}

/// T05: an error of the loop restores the terminal before it is told.
#[test]
fn t05_an_error_of_the_loop_is_told_on_a_clean_terminal() {
    let mut desk = probe().start();
    desk.wait_text("80x24");
    desk.keys("x");
    assert_eq!(desk.end(LONG), 2);
    desk.assert_clean();
    assert!(desk.with(|s| s.text()).contains("error: the loop failed"));
}

fn in_shell() -> (Desk, i32) {
    // A shell with job control gives each command its own group, and takes the terminal back when it stops.
    let desk =
        super::harness::probe().under("set -m; \"$@\"; while fg >/dev/null 2>&1; do :; done; exit 0").start();
    desk.wait_text("80x24");
    let child = child_of(desk.pid());
    (desk, child)
}

/// T06: Ctrl-Z and SIGTSTP give the terminal back and stop; fg paints the same screen again.
#[test]
fn t06_suspend_and_resume() {
    let stops = 3 * scale();
    let script = format!(
        "set -m; \"$@\"; for i in $(seq {stops}); do echo \"modes $(stty -a | grep -c -- -icanon)\"; read go; fg >/dev/null; done"
    );
    let mut desk = probe().under(&script).start();
    desk.wait_text("80x24");
    let child = child_of(desk.pid());
    for i in 0..stops {
        desk.keys("j");
        desk.wait_text(&format!("keys {} ", 2 * i + 1));
        let before = desk.with(|s| s.text().lines().take(20).map(str::to_owned).collect::<Vec<_>>());
        desk.with(|s| s.raw.clear());
        if i % 2 == 0 {
            desk.keys("\x1a");
        } else {
            signal_to(child, Signal::TSTP);
        }
        let took = wait_state(child, "T", Duration::from_secs(2));
        assert!(took < Duration::from_millis(300), "{took:?}");
        desk.wait_text("modes 0");
        assert_eq!(desk.modes().get(&1049), Some(&false));
        desk.with(|s| s.raw.clear());
        desk.keys("\n");
        desk.wait("the screen painted anew", |s| {
            let now: Vec<String> = s.text().lines().take(20).map(str::to_owned).collect();
            (now == before && s.screen.screen().alternate_screen()).then_some(())
        });
        if i % 2 != 0 {
            desk.keys("-");
        }
        desk.wait_text(&format!("keys {} ", 2 * i + 2));
    }
    desk.keys("q");
    assert_eq!(desk.end(LONG), 0);
}

/// T06: stopped by a signal that cannot be caught, and continued: the terminal is set up again.
#[test]
fn t06_a_stop_from_outside_is_survived() {
    let (mut desk, child) = in_shell();
    desk.with(|s| s.raw.clear());
    signal_to(child, Signal::STOP);
    // The shell's fg continues it at once.
    desk.wait_text("continued");
    desk.assert_taken();
    desk.keys("q");
    assert_eq!(desk.end(LONG), 0);
}

/// T06: the leader of the session is not stopped: nobody could continue it.
#[test]
fn t06_a_session_leader_does_not_stop() {
    let mut desk = probe().start();
    desk.wait_text("80x24");
    desk.keys("\x1a");
    desk.wait_text("stopped false");
    desk.signal(Signal::TSTP);
    desk.keys("j");
    desk.wait_text("keys 2 ");
    desk.assert_taken();
    desk.keys("q");
    assert_eq!(desk.end(LONG), 0);
    desk.assert_clean();
}

/// An editor gets the terminal as it was, and all that is typed.
#[test]
fn an_editor_has_the_terminal_to_itself() {
    let mut desk = probe().start();
    desk.wait_text("80x24");
    desk.keys("e");
    desk.wait("the editor", |s| (!s.screen.screen().alternate_screen() && s.has("speed")).then_some(()));
    desk.keys("hello\n");
    desk.wait_text("lent true");
    assert!(desk.with(|s| String::from_utf8_lossy(&s.raw).contains("got hello")));
    desk.keys("j");
    desk.wait_text("keys 2 ");
    desk.keys("q");
    assert_eq!(desk.end(LONG), 0);
    desk.assert_clean();
}
