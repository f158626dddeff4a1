//! What reaches the terminal: bytes counted at the pty, and the screen after random changes.

use super::harness::{Desk, Dice, probe, scale};
use std::time::Duration;

/// Text of line `n` of the probe's listing, 73 columns without gaps.
pub fn line(n: u64) -> String {
    let letter = |i: u64| char::from(b'A' + u8::try_from((n + 1) * (i + 3) * (i + n) % 9973 % 26).unwrap());
    (0..73).map(letter).collect()
}

/// Bytes that came since `from`, once nothing more comes.
fn burst(desk: &Desk, from: usize) -> usize {
    let mut last = desk.with(|s| s.raw.len());
    loop {
        std::thread::sleep(Duration::from_millis(60));
        let now = desk.with(|s| s.raw.len());
        if now == last && now > from {
            return now - from;
        }
        last = now;
    }
}

fn cost(desk: &mut Desk, keys: &str, expect: &str) -> usize {
    let from = desk.with(|s| s.raw.len());
    desk.keys(keys);
    desk.wait_text(expect);
    burst(desk, from)
}

#[test]
fn a_scroll_costs_little_and_idling_nothing() {
    for (cols, rows, most) in [(80, 24, 150), (200, 50, 200)] {
        let mut desk = probe().size(cols, rows).start();
        desk.wait_text("000000");
        cost(&mut desk, "j", "keys 1");
        let one = cost(&mut desk, "j", "keys 2");
        let page = cost(&mut desk, "\x1b[6~", "keys 3");
        eprintln!("{cols}x{rows}: {one} bytes for a line, {page} for a page");
        assert!(one <= most, "{one} bytes for a line at {cols}x{rows}");
        assert!(cols > 80 || page <= 2_000, "{page} bytes for a page");
        let before = desk.with(|s| s.raw.len());
        std::thread::sleep(Duration::from_millis(500));
        assert_eq!(desk.with(|s| s.raw.len()), before, "bytes when idle");
        desk.keys("q");
        assert_eq!(desk.end(Duration::from_secs(2)), 0);
        desk.assert_clean();
    }
}

/// T10: sizes change at random while keys come; the last size is drawn, and the screen is right.
#[test]
fn t10_resize_storm() {
    let mut desk = probe().start();
    desk.wait_text("80x24");
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    for round in 0..4 * scale() {
        for i in 0..120 {
            let (cols, rows) = (2 + dice.roll(398), 2 + dice.roll(118));
            desk.resize(u16::try_from(cols).unwrap(), u16::try_from(rows).unwrap());
            if i % 10 == 0 {
                desk.keys("j");
            }
            std::thread::sleep(Duration::from_micros(dice.roll(1_500)));
        }
        let rows = u16::try_from(20 + round % 20).unwrap();
        desk.resize(100, rows);
        desk.wait_text(&format!("100x{rows} keys"));
        assert_right(&desk, rows);
    }
    desk.keys("q");
    assert_eq!(desk.end(Duration::from_secs(2)), 0);
    desk.assert_clean();
}

/// Waits until the screen shows the listing without a wrong line.
fn assert_right(desk: &Desk, rows: u16) {
    desk.wait("a screen without wrong lines", |seen| {
        let text = seen.text();
        let lines: Vec<&str> = text.lines().take(usize::from(rows) - 2).collect();
        let first: u64 = lines.first()?.get(..6)?.parse().ok()?;
        let want = |y: usize| format!("{:06} {}", first + y as u64, line(first + y as u64));
        (lines.len() == usize::from(rows) - 2 && (0..lines.len()).all(|y| lines[y] == want(y))).then_some(())
    });
}

#[test]
fn random_scrolls_leave_the_right_screen() {
    let mut desk = probe().size(90, 30).start();
    desk.wait_text("000000");
    let mut dice = Dice(88_172_645_463_325_252);
    let mut keys = 0;
    for _ in 0..100 * scale() {
        let burst = 1 + dice.roll(6);
        for _ in 0..burst {
            let key = ["j", "j", "k", "\x1b[6~"][usize::try_from(dice.roll(4)).unwrap()];
            desk.keys(key);
            keys += 1;
        }
        desk.wait_text(&format!("keys {keys} "));
        assert_right(&desk, 30);
    }
}

/// T11: sizes that make no sense.
#[test]
fn t11_odd_sizes() {
    for (cols, rows) in [(0, 0), (1, 1), (2, 1), (1, 200), (79, 23), (65_535, 65_535), (65_535, 1), (0, 24)] {
        let mut desk = probe().size(cols, rows).start();
        let pid = desk.pid();
        desk.wait("first frame", |s| String::from_utf8_lossy(&s.raw).contains("\x1b[2J").then_some(()));
        desk.keys("jk");
        desk.resize(65_535, 65_535);
        desk.resize(1, 1);
        desk.resize(80, 24);
        desk.wait_text("80x24 keys 2");
        assert!(super::harness::memory(pid) < 90 * 1_024, "{} KiB", super::harness::memory(pid));
        desk.keys("q");
        assert_eq!(desk.end(Duration::from_secs(2)), 0, "{cols}x{rows}");
        desk.assert_clean();
    }
}

#[test]
fn pastes_are_text_and_capped() {
    let mut desk = probe().start();
    desk.wait_text("80x24");
    desk.bytes(b"\x1b[200~q\rq\x1b[201~");
    desk.wait_text("paste 3 0");
    let mut long = b"\x1b[200~".to_vec();
    long.extend(std::iter::repeat_n(b'\n', (1 << 20) + 77));
    long.extend_from_slice(b"\x1b[201~");
    desk.bytes(&long);
    desk.wait_text("paste 1048576 77");
    desk.keys("q");
    assert_eq!(desk.end(Duration::from_secs(2)), 0);
}
