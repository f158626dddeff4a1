//! Background work. Owns the requests that panes make, the replies that come back, and the threads between them. A
//! request and a reply are values that can be printed, compared and recorded; must not know a pane.

mod carry;
mod pool;
mod redact;
mod request;

pub use carry::{Desk, OutputFigures};
pub use pool::{Carrier, Pool, Ticket, panic_text};
pub use request::{
    Class, Crumb, Effect, Effects, Envelope, FileId, OutlineRow, Purpose, Reply, Request, Slot, Tone, Wish,
};

#[cfg(test)]
mod tests;
