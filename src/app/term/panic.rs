//! Panics: one of the UI thread or of a thread of the terminal ends the program with the terminal restored and a message on
//! the main screen; one of any other thread becomes a message in the desk, which goes on.

use super::event::{Panic, TermOptions};
use super::tty::{Owner, Tty, printable};
use rustix::termios::isatty;
use std::io::Write as _;
use std::panic::PanicHookInfo;
use std::sync::Arc;
use std::thread::ThreadId;

/// Names of the threads of the terminal.
pub(super) const WATCH: &str = "term-watch";
pub(super) const OUTPUT: &str = "term-output";
pub(super) const INPUT: &str = "term-input";

/// Makes the calling thread the UI thread.
pub(super) fn hook(tty: Arc<Tty>, options: &TermOptions) {
    let ui = std::thread::current().id();
    let report = Arc::clone(&options.on_panic);
    std::panic::set_hook(Box::new(move |info| {
        let panic = describe(info, ui);
        if panic.fatal {
            tty.restore(Owner::Gone);
        }
        let path = report(&panic);
        if panic.fatal {
            let place = if panic.place.is_empty() { "" } else { "\n  at " };
            let report = path.map(|p| format!("\n  report: {}", printable(&p.display().to_string())));
            let report = report.unwrap_or_default();
            say(
                &tty,
                &format!("greenbar: internal error: {}{place}{}{report}\n", panic.message, panic.place),
            );
        }
    }));
}

/// To standard error; to the terminal without waiting for it, if that is where standard error goes.
fn say(tty: &Tty, text: &str) {
    let mut stderr = std::io::stderr();
    if isatty(&stderr) {
        tty.say(text);
    } else {
        let _ = stderr.write_all(text.as_bytes());
    }
}

fn describe(info: &PanicHookInfo<'_>, ui: ThreadId) -> Panic {
    let thread = std::thread::current();
    let payload = info.payload();
    let said =
        payload.downcast_ref::<&str>().copied().or(payload.downcast_ref::<String>().map(String::as_str));
    let place = info.location().map(|l| format!("{}:{}:{}", l.file(), l.line(), l.column()));
    Panic {
        thread: printable(thread.name().unwrap_or("without a name")),
        message: printable(said.unwrap_or("no message")),
        place: place.unwrap_or_default(),
        fatal: thread.id() == ui
            || matches!(thread.name(), Some(WATCH | OUTPUT | INPUT))
            || cfg!(panic = "abort"),
    }
}
