//! Signals that end the process on the spot: a fault in C, a stack that is full, an abort. Owns what a terminal needs to
//! be usable after them; no destructor runs then, so it is done in the handler itself.
//!
//! Invariants: the handler calls only what POSIX lets a handler call (`write`, `poll`, `tcsetattr`, `sigaction`, `raise`), takes
//! no lock and allocates nothing; what it gives the terminal is given once; the process still ends by the signal, after
//! whoever handled it before us (the standard library tells of a full stack there).

use std::io;
use std::os::fd::{BorrowedFd, IntoRawFd, RawFd};
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// The signals.
const SIGNALS: [libc::c_int; 5] = [libc::SIGSEGV, libc::SIGBUS, libc::SIGILL, libc::SIGFPE, libc::SIGABRT];
/// How often a terminal that takes nothing is waited for, and how long each time, in milliseconds.
const PATIENCE: (u32, libc::c_int) = (5, 20);

/// What the handler works with.
struct Terminal {
    fd: RawFd,
    leave: &'static [u8],
    modes: libc::termios,
    before: [libc::sigaction; SIGNALS.len()],
}

static TERMINAL: OnceLock<Terminal> = OnceLock::new();
static ARMED: AtomicBool = AtomicBool::new(false);

/// Catches the signals, once in a process: when one comes while [`arm`] is on, the terminal behind `fd` is sent `leave` and
/// gets the modes back that it has now. A second call changes nothing.
///
/// # Errors
/// `fd` is not a terminal, no descriptor is left, or the system refuses a handler.
pub fn watch(fd: BorrowedFd<'_>, leave: &'static [u8]) -> io::Result<()> {
    if TERMINAL.get().is_some() {
        return Ok(());
    }
    // A descriptor of our own, for as long as the process lives.
    let fd = fd.try_clone_to_owned()?.into_raw_fd();
    let check = |result: libc::c_int| if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) };
    // SAFETY: both are plain C structures for which all zeroes is a value; they are filled below.
    let (mut modes, mut before): (libc::termios, [libc::sigaction; SIGNALS.len()]) =
        unsafe { (std::mem::zeroed(), std::mem::zeroed()) };
    // SAFETY: `modes` is a valid place for what is asked for.
    check(unsafe { libc::tcgetattr(fd, &raw mut modes) })?;
    for (signal, old) in SIGNALS.into_iter().zip(&mut before) {
        // SAFETY: a null pointer asks for the action in force only; `old` is a valid place for it.
        check(unsafe { libc::sigaction(signal, ptr::null(), old) })?;
    }
    if TERMINAL.set(Terminal { fd, leave, modes, before }).is_err() {
        return Ok(());
    }
    // SAFETY: all zeroes is an action; its mask is set by `sigemptyset`.
    let mut ours: libc::sigaction = unsafe { std::mem::zeroed() };
    ours.sa_sigaction = handle as *const () as usize;
    // On the other stack: this one may be full.
    ours.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
    // SAFETY: `ours.sa_mask` is a valid place.
    unsafe { libc::sigemptyset(&raw mut ours.sa_mask) };
    for signal in SIGNALS {
        // SAFETY: `handle` has the signature that SA_SIGINFO asks for and keeps to what a handler may do.
        check(unsafe { libc::sigaction(signal, &raw const ours, ptr::null_mut()) })?;
    }
    Ok(())
}

/// Whether the terminal is to be set right when a signal comes. Without [`watch`] it does nothing.
pub fn arm(on: bool) {
    ARMED.store(on, Ordering::SeqCst);
}

extern "C" fn handle(signal: libc::c_int, info: *mut libc::siginfo_t, _context: *mut libc::c_void) {
    let Some(terminal) = TERMINAL.get() else { return };
    if ARMED.swap(false, Ordering::SeqCst) {
        terminal.set_right();
    }
    // SAFETY: the kernel gives a valid `info` to a handler with SA_SIGINFO.
    let of_the_kernel = unsafe { (*info).si_code } > 0;
    // A fault happens again when we return, and then meets whoever handled it before. One that was sent does not.
    let before = SIGNALS.iter().position(|s| *s == signal).and_then(|n| terminal.before.get(n));
    // SAFETY: the action was given to us by the kernel; all zeroes with SIG_DFL is the default one.
    unsafe {
        let mut next: libc::sigaction = std::mem::zeroed();
        next.sa_sigaction = libc::SIG_DFL;
        if let (true, Some(before)) = (of_the_kernel, before) {
            next = *before;
        }
        libc::sigaction(signal, &raw const next, ptr::null_mut());
        if !of_the_kernel {
            libc::raise(signal);
        }
    }
}

impl Terminal {
    /// Sends what sets the terminal right, and its modes. A terminal that does not read is not waited for long.
    fn set_right(&self) {
        let mut rest = self.leave;
        let mut patience = PATIENCE.0;
        while !rest.is_empty() && patience > 0 {
            // SAFETY: `rest` is valid for its length.
            let sent = unsafe { libc::write(self.fd, rest.as_ptr().cast(), rest.len()) };
            if let Ok(sent) = usize::try_from(sent) {
                rest = rest.get(sent..).unwrap_or_default();
            } else {
                patience -= 1;
                let mut fd = libc::pollfd { fd: self.fd, events: libc::POLLOUT, revents: 0 };
                // SAFETY: one valid descriptor to wait for.
                unsafe { libc::poll(&raw mut fd, 1, PATIENCE.1) };
            }
        }
        // SAFETY: `modes` came from `tcgetattr`.
        unsafe { libc::tcsetattr(self.fd, libc::TCSANOW, &raw const self.modes) };
    }
}
