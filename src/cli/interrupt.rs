//! Ctrl-C and the like while a subcommand works: the first one ends the work in good order, the second one the process.

use crate::base::{Budget, Cancel};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// A budget without a limit of time that ends when the process is asked to end.
pub fn budget() -> Budget {
    let cancel = Cancel::new();
    let raised = cancel.clone();
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM, SIGHUP]) else { return Budget::unlimited() };
    let watch = move || {
        for signal in signals.forever() {
            if raised.is_cancelled() {
                // The work does not look at its budget: it waits for something. Nothing else can be done.
                drop(signal_hook::low_level::emulate_default_handler(signal));
            }
            raised.cancel();
        }
    };
    match std::thread::Builder::new().name("signals".into()).spawn(watch) {
        Ok(_) => Budget::with_cancel(cancel),
        // Without the thread nobody would take the signals; the system ends the process at the first one then.
        Err(_) => Budget::unlimited(),
    }
}
