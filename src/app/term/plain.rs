//! The terminal without the desk on it: its size before it is taken over, and text printed on its normal screen.

use crate::base::Env;
use crate::base::text::clean_block;
use std::io::{IsTerminal, Read, Write};

/// Size of the terminal in columns and rows, before it is taken over.
pub fn size(env: &Env) -> (u16, u16) {
    let number = |name| env.var(name).and_then(|v| v.parse().ok()).filter(|n| *n > 0);
    match rustix::termios::tcgetwinsize(std::io::stdout()) {
        Ok(size) if size.ws_col > 0 && size.ws_row > 0 => {
            (size.ws_col.min(super::MAX_COLS), size.ws_row.min(super::MAX_ROWS))
        }
        _ => (number("COLUMNS").unwrap_or(80), number("LINES").unwrap_or(24)),
    }
}

/// Prints rows on the normal screen and waits for Enter, so that they can be copied by hand.
pub fn dump(rows: &[String]) {
    let mut out = std::io::stdout().lock();
    let text = format!("{}\n\nEnter goes back to greenbar ", clean_block(&rows.join("\n")));
    // A terminal that takes no output cannot be told so.
    drop(out.write_all(text.as_bytes()).and_then(|()| out.flush()));
    let input = std::io::stdin();
    if input.is_terminal() {
        let mut byte = [0];
        let mut input = input.lock();
        while matches!(input.read(&mut byte), Ok(1)) && byte != *b"\n" {}
    }
}
