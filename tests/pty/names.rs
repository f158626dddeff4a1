//! E01 and E02: what comes from outside (contents, names of files, entries of other people, settings, variables, pastes)
//! leaves the program as text, on every screen, in errors, and after the end. The stream is read byte by byte: it may hold
//! what our own encoder says, and nothing else that a terminal acts on.

use super::harness::{Desk, LONG, Program, scale};
use greenbar::base::meter::no_meter;
use greenbar::store::{CodeReference, NewEntry, OpenOptions, SqliteStore, Store, UnixMs};
use regex::Regex;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::LazyLock;

/// What other viewers let through: titles, clipboard, links, reports, modes, erasure, resets, printing, strings, C1 in both
/// forms, single controls, direction.
const ATTACKS: [&[u8]; 25] = [
    b"\x1b]0;owned\x07",
    b"\x1b]2;owned\x1b\\",
    b"\x1b]52;c;!owned\x07",
    b"\x1b]8;;http:evil.example\x1b\\here\x1b]8;;\x1b\\",
    b"\x1bP$q\"p\x1b\\",
    b"\x1bP+q544e\x1b\\",
    b"\x1b[c",
    b"\x1b[6n",
    b"\x1b[21t",
    b"\x1b[?1049l",
    b"\x1b[2J",
    b"\x1bc",
    b"\x1b[5i",
    b"\x1b_G\x1b\\",
    b"\x1b^pm\x1b\\",
    b"\xc2\x9b2J",
    b"\x9b2J",
    b"\x9d0;owned\x9c",
    b"\x05",
    b"\x0e",
    b"\x07",
    b"\x1b[31m",
    b"\xe2\x80\xaegnp.exe",
    b"secret\x08\x08public",
    b"good\rbad!",
];

/// Those made of what we say ourselves, looked for as they are; how often the screen is left is counted.
const ALIKE: [&[u8]; 2] = [b"secret\x08\x08public", b"good\rbad!"];

/// One sequence of our own encoder, without colours: moves, regions, erasure, scrolls, attributes, our modes.
static OURS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^(?:\x1b\[r\x1b\[m\x1b\[H\x1b\[2J|\x1b\[(?:\d*(?:;\d*)?[Hr]|\d*[ABCDGKLMPX@bd]|(?:[0-9]|2[0-9])?(?:;(?:[0-9]|2[0-9]))*m)",
        r"|\x1b\[\?(?:1049|2004|2026|1000|1002|1003|1004|1006|25)[hl]|\x1b\[<u|\x1bM",
        r"|\x1b\]52;c;[A-Za-z0-9+/=]*\x1b\\)"
    ))
    .unwrap()
});

/// What in `raw` is neither text nor ours, each with some of what follows.
fn foreign(raw: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(raw);
    let acts = Regex::new(r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\x{FFFD}]").unwrap();
    let mut found = Vec::new();
    let mut rest = text.as_ref();
    while let Some(at) = acts.find(rest) {
        let here = &rest[at.start()..];
        let own = OURS.find(here).map(|m| m.end());
        let passed = own.or_else(|| here.starts_with(['\r', '\n', '\x08']).then_some(1));
        if passed.is_none() {
            found.push(format!("{:?}", here.chars().take(24).collect::<String>()));
        }
        rest = &here[passed.unwrap_or_else(|| here.chars().next().unwrap().len_utf8())..];
    }
    found
}

/// Three attacks in one text, other ones for each `source` and each `round`.
fn attack(source: usize, round: usize) -> Vec<u8> {
    let mut out = Vec::new();
    for n in 0..3 {
        out.extend_from_slice(ATTACKS[(source + 3 * round + n) % ATTACKS.len()]);
        out.push(b'~');
    }
    out
}

/// The same for what must be UTF-8.
fn text(source: usize, round: usize) -> String {
    String::from_utf8_lossy(&attack(source, round)).into_owned()
}

/// A name in a folder: anything but a slash.
fn name(source: usize, round: usize, end: &str) -> std::ffi::OsString {
    let mut bytes = attack(source, round);
    bytes.retain(|b| *b != b'/');
    bytes.extend_from_slice(end.as_bytes());
    std::ffi::OsStr::from_bytes(&bytes).to_owned()
}

/// A home full of attacks: an entry, settings, keys, a theme, a file in a folder.
fn home(folder: &Path, round: usize) -> (std::path::PathBuf, std::path::PathBuf) {
    let home = folder.join(format!("home-{round}"));
    let config = home.join("config");
    std::fs::create_dir_all(config.join("themes")).unwrap();
    let quoted = |n: usize| serde_json::to_string(&text(n, round)).unwrap().replace('\u{9b}', "\\u009b");
    std::fs::write(
        config.join("config.toml"),
        format!("[ui]\ntheme = {}\nscroll = {}\n{} = 1\n", quoted(0), quoted(1), quoted(2)),
    )
    .unwrap();
    std::fs::write(config.join("keys.toml"), format!("[source]\n{} = {}\n", quoted(3), quoted(4))).unwrap();
    std::fs::write(config.join("themes").join(name(5, round, ".toml")), attack(6, round)).unwrap();
    // As another program may have written it: ours takes no control characters in a title.
    let database = home.join("data/greenbar.db");
    let store = SqliteStore::open(&OpenOptions::new(database), no_meter()).unwrap();
    let entry = NewEntry {
        id: "HOSTILE-1".into(),
        title: format!("hostile {}", text(7, round)),
        category: text(8, round),
        tags: vec![text(9, round)],
        aliases: vec![text(10, round)],
        problem: format!("hostile {}", text(11, round)),
        solution: format!("# hostile {}\n\n`{}`", text(12, round), text(13, round)),
        references: vec![text(14, round)],
        author: text(21, round),
        ..NewEntry::default()
    };
    store.put(&[entry], UnixMs::default()).unwrap();
    let link = CodeReference {
        file: text(22, round),
        line: 3,
        symbol: text(23, round),
        note: text(24, round),
        anchor: String::new(),
    };
    store.add_reference("HOSTILE-1", &link, UnixMs::default()).unwrap();
    drop(store);
    let place = folder.join(name(15, round, ""));
    std::fs::create_dir_all(&place).unwrap();
    let file = place.join(name(16, round, ".cbl"));
    let mut source = b"       IDENTIFICATION DIVISION.\n       PROGRAM-ID. HOSTILE.\n".to_vec();
    for (n, one) in ATTACKS.iter().enumerate() {
        source.extend_from_slice(b"       PROCEDURE DIVISION.\n       P-");
        source.extend_from_slice(&attack(n, round));
        source.extend_from_slice(b".\n      *");
        source.extend_from_slice(one);
        source.push(b'\n');
    }
    std::fs::write(&file, source).unwrap();
    (home, file)
}

/// Pastes what must arrive as text.
fn paste(desk: &mut Desk, bytes: &[u8]) {
    desk.bytes(&[b"\x1b[200~", bytes, b"\x1b[201~"].concat());
}

/// Lets what was asked for come.
fn settle(desk: &mut Desk, keys: &str) {
    desk.keys(keys);
    std::thread::sleep(std::time::Duration::from_millis(180));
}

#[test]
fn e02_nothing_from_outside_acts_on_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..(3 * scale()).min(ATTACKS.len()) {
        let (home, file) = home(folder.path(), round);
        // Names that are not UTF-8 cannot be arguments of the harness: a shell passes them on.
        let go = folder.path().join("go.sh");
        let quote = |s: &std::ffi::OsStr| {
            [
                b"'".as_slice(),
                &s.as_bytes().split(|b| *b == b'\'').collect::<Vec<_>>().join(&b"'\\''"[..]),
                b"'",
            ]
            .concat()
        };
        let script = [
            b"exec ".to_vec(),
            quote(super::desk::program().as_ref()),
            b" --home ".to_vec(),
            quote(home.as_os_str()),
            b" ".to_vec(),
            quote(file.as_os_str()),
        ];
        std::fs::write(&go, script.concat()).unwrap();
        let program = Program::new(&["sh", &go.display().to_string()])
            .env("NO_COLOR", "1")
            .env("EDITOR", &text(17, round))
            .size(200, 50);
        let mut desk = program.start();
        desk.wait_text("IDENTIFICATION DIVISION");
        settle(&mut desk, "\x1b[6~o");
        settle(&mut desk, "q");
        // A find that finds nothing, a command that is none, a file that is not there.
        desk.keys("/");
        paste(&mut desk, &attack(18, round));
        settle(&mut desk, "\r");
        for start in ["", "open "] {
            desk.keys(&format!(":{start}"));
            paste(&mut desk, &attack(19, round));
            settle(&mut desk, "\r");
        }
        // The clipboard, the line's knowledge, the entry with all its parts, its form, an editor that is none.
        settle(&mut desk, "gg");
        settle(&mut desk, "y");
        settle(&mut desk, "1");
        desk.keys("hostile");
        desk.wait_text("HOSTILE-1");
        settle(&mut desk, "\r");
        desk.wait_text("hostile");
        settle(&mut desk, "E");
        settle(&mut desk, "\x1b");
        settle(&mut desk, "v");
        settle(&mut desk, "\x1b");
        settle(&mut desk, "e");
        settle(&mut desk, "\x1b");
        settle(&mut desk, "4");
        settle(&mut desk, "5");
        settle(&mut desk, "?");
        settle(&mut desk, "\x1b");
        desk.keys("\x10");
        paste(&mut desk, &attack(20, round));
        settle(&mut desk, "\x1b");
        desk.assert_taken();
        let lent = desk.with(|s| s.raw.windows(8).filter(|w| w == b"\x1b[?1049l").count());
        assert!(lent <= 1, "left the alternate screen {lent} times, once for the editor");
        // The screen as text on the main screen, and the way out.
        settle(&mut desk, " p");
        settle(&mut desk, "\r");
        desk.keys("\x03");
        assert_eq!(desk.end(LONG), 0);
        desk.assert_clean();
        let raw = desk.with(|s| s.raw.clone());
        let found = foreign(&raw);
        assert!(found.is_empty(), "round {round}: {found:#?}");
        for attack in ALIKE {
            assert!(!raw.windows(attack.len()).any(|w| w == attack), "{attack:x?}");
        }
    }
}

#[test]
fn what_is_not_ours_is_seen() {
    for attack in ATTACKS.iter().filter(|a| !ALIKE.contains(a) && **a != b"\x1b[?1049l") {
        assert!(!foreign(attack).is_empty(), "{attack:x?}");
    }
    assert_eq!(foreign(b"\x1b[3;4Hplain \x1b[1mbold\x1b[m\r\n\x1b]52;c;YWJj\x1b\\"), [""; 0]);
}
