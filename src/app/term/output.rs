//! The output thread: a mailbox for one frame, the encoder, and writes that may wait for the terminal without anybody
//! else waiting. A frame that is replaced before its turn costs nothing, because the encoder compares with what the
//! terminal shows and not with the frame before.

use super::event::{OutputStats, Painted, TermEvent, TermOptions};
use super::tty::{Owner, Tty, Written};
use crate::base::num::{nanos, to_u64};
use crate::base::{Op, fault};
use crate::ui::screen::Encoder;
use ratatui::buffer::Buffer;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Bytes of control sequences that may wait.
const SEQUENCES_KEPT: usize = 128 * 1_024;
/// How often a write that waits looks whether the terminal is still ours.
const LOOK: Duration = Duration::from_millis(50);

/// One frame.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) id: u64,
    pub(super) buffer: Buffer,
    pub(super) cursor: Option<(u16, u16)>,
}

#[derive(Debug, Default)]
struct Mail {
    /// The newest frame.
    frame: Option<Frame>,
    /// Control sequences that show nothing.
    sequences: Vec<u8>,
    /// The terminal has just become ours.
    enter: bool,
    /// What it shows is not known.
    repaint: bool,
    stop: bool,
}

impl Mail {
    fn is_empty(&self) -> bool {
        self.frame.is_none() && self.sequences.is_empty() && !self.enter && !self.repaint
    }
}

/// Where the other threads leave what is to be shown.
#[derive(Debug, Default)]
pub(super) struct Mailbox {
    mail: Mutex<Mail>,
    news: Condvar,
}

impl Mailbox {
    fn lock(&self) -> MutexGuard<'_, Mail> {
        self.mail.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves a frame; true if it replaced one.
    pub(super) fn frame(&self, frame: Frame) -> bool {
        let replaced = self.lock().frame.replace(frame).is_some();
        self.news.notify_one();
        replaced
    }

    /// Leaves a control sequence; false if there is no room.
    pub(super) fn sequence(&self, bytes: &[u8]) -> bool {
        let mut mail = self.lock();
        let fits = mail.sequences.len() + bytes.len() <= SEQUENCES_KEPT;
        if fits {
            mail.sequences.extend_from_slice(bytes);
            self.news.notify_one();
        }
        fits
    }

    /// Asks for a full repaint of the newest frame.
    pub(super) fn repaint(&self) {
        self.lock().repaint = true;
        self.news.notify_one();
    }

    /// Says that the terminal has just become ours.
    pub(super) fn enter(&self) {
        let mut mail = self.lock();
        (mail.enter, mail.repaint) = (true, true);
        drop(mail);
        self.news.notify_one();
    }

    /// Ends the thread.
    pub(super) fn stop(&self) {
        self.lock().stop = true;
        self.news.notify_one();
    }

    /// Waits for something to do; `None` when it is time to end.
    fn take(&self) -> Option<Mail> {
        let waiting = self.news.wait_while(self.lock(), |mail| mail.is_empty() && !mail.stop);
        let mut mail = waiting.unwrap_or_else(PoisonError::into_inner);
        if mail.stop { None } else { Some(std::mem::take(&mut *mail)) }
    }
}

/// What the output thread works with.
pub(super) struct Output {
    pub(super) tty: Arc<Tty>,
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) stats: Arc<OutputStats>,
    pub(super) options: TermOptions,
    pub(super) events: Arc<dyn Fn(TermEvent) + Send + Sync>,
}

impl Output {
    /// Writes frames until it is stopped.
    pub(super) fn run(&self) {
        let mut encoder = Encoder::new(self.tty.caps);
        let mut last: Option<Frame> = None;
        let mut bytes = Vec::new();
        let mut failed = false;
        while let Some(mail) = self.mailbox.take() {
            fault::point("output");
            let begun = Instant::now();
            bytes.clear();
            let _span = Op::Output.span();
            if mail.enter {
                bytes.extend(self.tty.enter_sequence());
            }
            if mail.repaint || mail.enter {
                encoder.forget();
            }
            let new = mail.frame.is_some();
            last = mail.frame.or(last);
            if let Some(frame) = &last {
                encoder.encode(&frame.buffer, frame.cursor, &mut bytes);
            }
            bytes.extend(mail.sequences);
            let ready = Instant::now();
            self.stats.encode_ns.fetch_add(nanos(ready - begun), Relaxed);
            if failed {
                continue;
            }
            let done = self.write(&bytes);
            match done {
                Written::Bytes(_) | Written::Full => {}
                Written::NotOurs => encoder.forget(),
                Written::Failed(e) => {
                    failed = true;
                    if self.tty.owner() == Owner::Us {
                        (self.events)(TermEvent::OutputFailed(e.to_string()));
                    }
                }
            }
            self.stats.write_ns.fetch_add(nanos(ready.elapsed()), Relaxed);
            if let (Some(frame), true, Written::Bytes(_)) = (&last, new, done) {
                self.stats.frames.fetch_add(1, Relaxed);
                let painted = Painted {
                    frame: frame.id,
                    at: Instant::now(),
                    bytes: bytes.len(),
                    took: begun.elapsed(),
                };
                (self.options.painted)(painted);
            }
        }
    }

    /// Writes all of `bytes`, however long the terminal takes, unless it stops being ours.
    fn write(&self, bytes: &[u8]) -> Written {
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.tty.write(rest) {
                Written::Bytes(n) => {
                    self.stats.bytes.fetch_add(to_u64(n), Relaxed);
                    rest = rest.get(n..).unwrap_or_default();
                }
                Written::Full => {
                    self.tty.wait_writable(LOOK);
                }
                end => return end,
            }
        }
        Written::Bytes(bytes.len())
    }
}
