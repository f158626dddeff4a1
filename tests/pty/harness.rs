//! A program in a pseudo-terminal: what it shows, what it wrote, what it left behind.

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// How long anything may take on a busy machine before a test gives up.
pub const LONG: Duration = Duration::from_secs(10);

/// How many times more rounds are to be run than on every push.
pub fn scale() -> usize {
    std::env::var("GREENBAR_TEST_SCALE").ok().and_then(|n| n.parse().ok()).unwrap_or(1)
}

/// Whether a program is on this machine. Where everything must be tried (`GREENBAR_TEST_ALL`), it has to be.
pub fn has(program: &str) -> bool {
    let path = std::env::var("PATH").unwrap_or_default();
    let found = path.split(':').any(|folder| std::path::Path::new(folder).join(program).is_file());
    assert!(found || std::env::var("GREENBAR_TEST_ALL").is_err(), "{program} is not on this machine");
    if !found {
        eprintln!("skipped: {program} is not on this machine");
    }
    found
}

/// What to run, and around it.
#[derive(Clone)]
pub struct Program {
    pub args: Vec<String>,
    pub env: BTreeMap<String, String>,
    pub cols: u16,
    pub rows: u16,
}

/// The small program of `probe.rs`: this test binary again.
pub fn probe() -> Program {
    let me = std::env::current_exe().unwrap().display().to_string();
    let args = [&me, "--exact", "probe::probe", "--nocapture", "-q", "--color", "never"];
    Program::new(&args).env("GREENBAR_PROBE", "1")
}

impl Program {
    /// `args` in a terminal of 80x24.
    pub fn new(args: &[&str]) -> Self {
        let env = [("TERM", "xterm-256color"), ("LC_ALL", "C.UTF-8")];
        Self {
            args: args.iter().map(ToString::to_string).collect(),
            env: env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
            cols: 80,
            rows: 24,
        }
    }

    /// The same with an environment variable set.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The same in a terminal of another size.
    pub fn size(mut self, cols: u16, rows: u16) -> Self {
        (self.cols, self.rows) = (cols, rows);
        self
    }

    /// The same run by `sh -c SCRIPT`, where `"$@"` is the program.
    pub fn under(mut self, script: &str) -> Self {
        let mut args = vec!["sh".to_owned(), "-c".to_owned(), script.to_owned(), "sh".to_owned()];
        args.append(&mut self.args);
        self.args = args;
        self
    }

    pub fn start(&self) -> Desk {
        Desk::start(self)
    }
}

/// What came out of the terminal's other end.
pub struct Seen {
    pub screen: vt100::Parser,
    pub raw: Vec<u8>,
    pub eof: bool,
}

impl Seen {
    pub fn text(&self) -> String {
        self.screen.screen().contents()
    }

    pub fn has(&self, text: &str) -> bool {
        self.text().contains(text)
    }
}

#[derive(Default)]
struct Valve {
    shut: Mutex<bool>,
    turned: Condvar,
}

/// A running program.
pub struct Desk {
    pub master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
    valve: Arc<Valve>,
    /// The modes of the terminal before the program started.
    before: String,
    pub started: Instant,
}

impl Desk {
    fn start(program: &Program) -> Self {
        let size = PtySize { rows: program.rows, cols: program.cols, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(&program.args[0]);
        command.args(&program.args[1..]);
        command.env_clear();
        command.env("PATH", std::env::var("PATH").unwrap());
        program.env.iter().for_each(|(k, v)| command.env(k, v));
        command.cwd(std::env::temp_dir());
        let before = format!("{:?}", pair.master.get_termios());
        let started = Instant::now();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let model = |n: u16, default: u16| if (2..=1_000).contains(&n) { n } else { default };
        let (rows, cols) = (model(program.rows, 24), model(program.cols, 80));
        let screen = vt100::Parser::new(rows.try_into().unwrap(), cols.try_into().unwrap(), 0);
        let seen = Arc::new((Mutex::new(Seen { screen, raw: Vec::new(), eof: false }), Condvar::new()));
        let valve = Arc::new(Valve::default());
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (out, tap) = (Arc::clone(&seen), Arc::clone(&valve));
        std::thread::spawn(move || {
            let mut buffer = [0; 16_384];
            loop {
                drop(tap.turned.wait_while(tap.shut.lock().unwrap(), |shut| *shut).unwrap());
                let n = reader.read(&mut buffer).unwrap_or(0);
                let mut seen = out.0.lock().unwrap();
                seen.raw.extend_from_slice(&buffer[..n]);
                seen.screen.process(&buffer[..n]);
                seen.eof = n == 0;
                out.1.notify_all();
                if n == 0 {
                    return;
                }
            }
        });
        let writer = pair.master.take_writer().unwrap();
        Self { master: pair.master, writer, child, seen, valve, before, started }
    }

    /// Waits until `ready` holds of what is seen; `what` says what was expected.
    pub fn wait<T>(&self, what: &str, mut ready: impl FnMut(&Seen) -> Option<T>) -> T {
        let end = Instant::now() + LONG;
        let mut seen = self.seen.0.lock().unwrap();
        loop {
            if let Some(value) = ready(&seen) {
                return value;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() || seen.eof {
                let tail =
                    String::from_utf8_lossy(&seen.raw[seen.raw.len().saturating_sub(400)..]).into_owned();
                panic!("no {what}; the screen:\n{}\nthe last bytes: {tail:?}", seen.text());
            }
            seen = self.seen.1.wait_timeout(seen, left).unwrap().0;
        }
    }

    /// Waits until `text` is on the screen.
    pub fn wait_text(&self, text: &str) {
        self.wait(text, |seen| seen.has(text).then_some(()));
    }

    pub fn with<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        look(&mut self.seen.0.lock().unwrap())
    }

    pub fn keys(&mut self, keys: &str) {
        self.bytes(keys.as_bytes());
    }

    pub fn bytes(&mut self, bytes: &[u8]) {
        self.writer.write_all(bytes).unwrap();
        self.writer.flush().unwrap();
    }

    /// Changes the size of the terminal; the model of it too, before the program hears of it.
    pub fn resize(&self, cols: u16, rows: u16) {
        if cols > 1 && rows > 1 && cols <= 1_000 && rows <= 1_000 {
            self.with(|seen| {
                seen.screen.screen_mut().set_size(rows.try_into().unwrap(), cols.try_into().unwrap());
            });
        }
        self.master.resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    /// Stops and starts the reading of what the program writes.
    pub fn pause(&self, shut: bool) {
        *self.valve.shut.lock().unwrap() = shut;
        self.valve.turned.notify_all();
    }

    pub fn pid(&self) -> i32 {
        i32::try_from(self.child.process_id().unwrap()).unwrap()
    }

    pub fn signal(&self, signal: Signal) {
        signal_to(self.pid(), signal);
    }

    /// Waits for the end of the program, which no signal ended: its exit code, and all that it wrote.
    pub fn end(&mut self, within: Duration) -> u32 {
        let status = self.ended(within);
        assert_eq!(status.signal(), None, "it was killed");
        status.exit_code()
    }

    /// Waits for the end of the program, whatever ended it, and for all that it wrote.
    pub fn ended(&mut self, within: Duration) -> ExitStatus {
        let end = Instant::now() + within;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                // The rest of its output is on the way.
                let drained = Instant::now() + Duration::from_secs(2);
                while !self.with(|s| s.eof) && Instant::now() < drained && !*self.valve.shut.lock().unwrap() {
                    std::thread::sleep(Duration::from_millis(1));
                }
                return status;
            }
            if Instant::now() > end {
                let text = self.with(|s| s.text());
                self.child.kill().unwrap();
                panic!("still running after {within:?}; the screen:\n{text}");
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Asserts that the terminal is as it was before.
    pub fn assert_clean(&self) {
        assert_eq!(format!("{:?}", self.master.get_termios()), self.before, "modes of the terminal");
        let left: Vec<u32> =
            self.modes().into_iter().filter(|(mode, on)| *on != (*mode == 25)).map(|(m, _)| m).collect();
        assert_eq!(left, [] as [u32; 0], "private modes left");
    }

    /// Asserts that the terminal is taken over: raw, alternate screen.
    pub fn assert_taken(&self) {
        assert_ne!(format!("{:?}", self.master.get_termios()), self.before, "modes of the terminal");
        assert_eq!(self.modes().get(&1049), Some(&true));
    }

    /// The private modes that were ever set or reset, as they are now.
    pub fn modes(&self) -> BTreeMap<u32, bool> {
        let raw = self.with(|seen| String::from_utf8_lossy(&seen.raw).into_owned());
        let mut modes = BTreeMap::new();
        for part in raw.split("\x1b[?").skip(1) {
            let end = part.find(|c: char| !(c.is_ascii_digit() || c == ';')).unwrap_or(part.len());
            let on = match part[end..].chars().next() {
                Some('h') => true,
                Some('l') => false,
                _ => continue,
            };
            part[..end].split(';').filter_map(|n| n.parse().ok()).for_each(|n: u32| {
                modes.insert(n, on);
            });
        }
        modes
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.pause(false);
        if self.child.try_wait().ok().flatten().is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

pub fn signal_to(pid: i32, signal: Signal) {
    let _ = kill_process(Pid::from_raw(pid).unwrap(), signal);
}

/// The state letter of a process, its parent and its CPU time.
pub fn process(pid: i32) -> Option<(char, i32, Duration)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>().ok()? + fields[12].parse::<u64>().ok()?;
    Some((fields[0].chars().next()?, fields[1].parse().ok()?, Duration::from_millis(ticks * 10)))
}

/// Waits until process `pid` is in a state of `states`; gone counts as `X`.
pub fn wait_state(pid: i32, states: &str, within: Duration) -> Duration {
    let begun = Instant::now();
    loop {
        let state = process(pid).map_or('X', |p| p.0);
        if states.contains(state) {
            return begun.elapsed();
        }
        assert!(
            begun.elapsed() < within,
            "process is in state {state} and not in one of {states} after {within:?}"
        );
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// The one child of a shell.
pub fn child_of(shell: i32) -> i32 {
    let end = Instant::now() + LONG;
    while Instant::now() < end {
        let all =
            std::fs::read_dir("/proc").unwrap().filter_map(|e| e.unwrap().file_name().to_str()?.parse().ok());
        if let Some(pid) = all.into_iter().find(|pid| process(*pid).is_some_and(|p| p.1 == shell)) {
            return pid;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    panic!("the shell has no child");
}

/// Resident memory in KiB.
pub fn memory(pid: i32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Numbers that look random and are the same in each run.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }
}
