//! Tests of values, of the two file forms and of key syntax that need no file.

use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use super::flat::{self, Written};
use super::keys::{Key, KeyCode, KeyFile, KeySeq};
use super::schema::SETTINGS;
use super::value::{Kind, Raw, Value, check};
use super::{Config, FileLayer, document};

fn raw(written: Written, text: &str) -> Raw {
    Raw::scalar(written, text)
}

fn toml(text: &str) -> Vec<(String, String, usize)> {
    let items = flat::toml(FileLayer::User, Path::new("c.toml"), text).unwrap();
    items.into_iter().map(|i| (i.path.join("/"), i.raw.text, i.line)).collect()
}

fn yaml(text: &str) -> Vec<(String, String, usize)> {
    let items = flat::yaml(FileLayer::User, Path::new("c.yaml"), text).unwrap();
    items.into_iter().map(|i| (i.path.join("/"), i.raw.text, i.line)).collect()
}

fn row(path: &str, text: &str, line: usize) -> (String, String, usize) {
    (path.into(), text.into(), line)
}

#[test]
fn every_setting_is_documented_and_its_default_is_valid() {
    let text = document();
    let mut names = BTreeSet::new();
    let mut variables = BTreeSet::new();
    for setting in SETTINGS {
        assert!(names.insert(setting.name), "{} is declared twice", setting.name);
        assert!(variables.insert(setting.variable()), "{} is the name of two settings", setting.variable());
        assert!(
            setting.help.len() > 10 && !setting.help.ends_with('.'),
            "{}: {}",
            setting.name,
            setting.help
        );
        assert!(text.contains(setting.help) && text.contains(&setting.variable()), "{}", setting.name);
        let bare = match setting.default() {
            Value::Text(t) => t,
            Value::List(l) => l.join(":"),
            other => other.to_string(),
        };
        assert_eq!(check(setting.kind, &Raw::bare(bare)), Some(setting.default()), "{}", setting.name);
        let leaf = setting.name.rsplit('.').next().unwrap();
        assert!(text.contains(&format!("\n#{leaf} = ")), "{} is not in the sample file", setting.name);
    }
}

#[test]
fn a_setting_writes_the_field_that_it_reads() {
    for setting in SETTINGS {
        let other = match (setting.kind, setting.default()) {
            (Kind::Bool, Value::Bool(b)) => Value::Bool(!b),
            (Kind::Int { min, max } | Kind::Size { min, max }, Value::Int(n)) => {
                Value::Int(if n == min { max } else { min })
            }
            (Kind::Float { max, .. }, _) => Value::Float(max),
            (Kind::Paths, _) => Value::List(vec!["other".into()]),
            (Kind::Choice(names), _) => Value::Text((*names.last().unwrap()).into()),
            _ => Value::Text("other".into()),
        };
        let mut config = Config::default();
        setting.set(&mut config, &other);
        assert_eq!(setting.get(&config), other, "{}", setting.name);
        let changed = SETTINGS.iter().filter(|s| s.get(&config) != s.default()).count();
        assert_eq!(changed, 1, "{} changes others", setting.name);
    }
}

#[test]
fn values_are_checked_by_type_and_range() {
    use Written::{Bare, Bool, Date, Float, Int, List, Nothing, Text};
    let int = Kind::Int { min: 1, max: 16 };
    let float = Kind::Float { min: 0.0, max: 1.0 };
    let size = Kind::Size { min: 1, max: 1 << 30 };
    let choice = Kind::Choice(&["auto", "on", "off"]);
    let colours = Kind::Choice(&["auto", "256"]);
    let text = |t: &str| Some(Value::Text(t.into()));
    let list = |l: &[&str]| Some(Value::List(l.iter().map(|t| (*t).to_owned()).collect()));
    let table = [
        (Kind::Bool, Bool, "true", Some(Value::Bool(true))),
        (Kind::Bool, Bare, "Yes", Some(Value::Bool(true))),
        (Kind::Bool, Bare, "off", Some(Value::Bool(false))),
        (Kind::Bool, Text, "true", None),
        (Kind::Bool, Int, "1", None),
        (Kind::Bool, Bare, "maybe", None),
        (int, Int, "16", Some(Value::Int(16))),
        (int, Int, "17", None),
        (int, Int, "0", None),
        (int, Int, "-1", None),
        (int, Bare, "0x0a", Some(Value::Int(10))),
        (int, Bare, "+5", Some(Value::Int(5))),
        (int, Bare, "++5", None),
        (int, Bare, "", None),
        (int, Float, "4.0", None),
        (int, Text, "4", None),
        (int, Bare, "99999999999999999999", None),
        (float, Float, "0.5", Some(Value::Float(0.5))),
        (float, Int, "1", Some(Value::Float(1.0))),
        (float, Float, "1.1", None),
        (float, Bare, "nan", None),
        (float, Bare, "inf", None),
        (size, Int, "512", Some(Value::Int(512))),
        (size, Text, "4 MiB", Some(Value::Int(4 << 20))),
        (size, Bare, "8k", Some(Value::Int(8192))),
        (size, Text, "2 GiB", None),
        (size, Text, "99999999999 GiB", None),
        (size, Text, "4 miles", None),
        (choice, Text, "AUTO", text("auto")),
        (choice, Bool, "true", text("on")),
        (choice, Text, "perhaps", None),
        (colours, Int, "256", text("256")),
        (colours, Bool, "true", None),
        (Kind::Text, Bare, "3270", text("3270")),
        (Kind::Text, Int, "3270", text("3270")),
        (Kind::Text, Text, "a\u{1b}[2J", None),
        (Kind::Text, List, "", None),
        (Kind::Text, Nothing, "", None),
        (Kind::Path, Date, "2026-01-01", None),
        (Kind::Paths, Bare, "/a:b c::~/d", list(&["/a", "b c", "~/d"])),
        (Kind::Paths, Text, "/a", list(&["/a"])),
        (Kind::Paths, Bare, "", list(&[])),
        (Kind::Paths, Text, "/a\u{1b}", None),
        (Kind::Paths, Int, "7", None),
        (Kind::Paths, List, "", None),
    ];
    for (kind, written, source, want) in table {
        assert_eq!(check(kind, &raw(written, source)), want, "{kind:?} {written:?} {source:?}");
    }
}

#[test]
fn toml_becomes_a_flat_list_with_lines() {
    let text = "ui.theme = \"light\"\n\n[performance.search]\nmax_results = 1_0 # ten\n\n\
                [performance]\ncache = { l1_size_mb = 8,\n  l2_size_mb = 9 }\nlist = [1,\n 2]\nwhen = 2026-01-02\n";
    let want = vec![
        row("ui/theme", "light", 1),
        row("performance/search/max_results", "10", 4),
        row("performance/cache/l1_size_mb", "8", 7),
        row("performance/cache/l2_size_mb", "9", 8),
        row("performance/list", "", 9),
        row("performance/when", "2026-01-02", 11),
    ];
    assert_eq!(toml(text), want);
    let bad = flat::toml(FileLayer::User, Path::new("c.toml"), "a = 1\nb = = 2\n").unwrap_err();
    assert_eq!(bad.origin.to_string(), "c.toml:2");
    assert!(!bad.error.cause.contains('\n'), "{bad}");
}

#[test]
fn yaml_becomes_a_flat_list_with_lines() {
    let text = "# team\nui:\n  theme: 3270\n  mouse: &m true\n  zebra: *m\n  empty:\n  list:\n    - a: 1\n    - [2, {b: 3}]\n\
                performance:\n  cache: { l1_size_mb: 8,\n           l2_size_mb: \"9\" }\n";
    let want = vec![
        row("ui/theme", "3270", 3),
        row("ui/mouse", "true", 4),
        row("ui/zebra", "true", 5),
        row("ui/empty", "", 6),
        row("ui/list", "", 7),
        row("performance/cache/l1_size_mb", "8", 11),
        row("performance/cache/l2_size_mb", "9", 12),
    ];
    assert_eq!(yaml(text), want);
    assert_eq!(yaml(""), vec![]);
    assert_eq!(yaml("# nothing\n"), vec![]);
    assert_eq!(yaml("?\n  "), vec![row("", "", 2)]);
}

#[test]
fn yaml_that_is_not_a_plain_mapping_is_refused_with_its_line() {
    let bomb = "a: &a [x]\nb: &b [*a, *a]\nc: *b\n";
    let deep = format!("a: {}", "{a: ".repeat(40));
    let dashes = format!("a: 1\nb:\n{}", "- ".repeat(500_000));
    let brackets = format!("a: {}", "[".repeat(500_000));
    for (text, line) in [
        ("a: 1\nb: [\n", None),
        ("- a\n- b\n", Some(1)),
        ("just words\n", Some(1)),
        ("a: 1\n---\nb: 2\n", Some(2)),
        ("a: 1\n? [x, y]\n: 2\n", Some(2)),
        (bomb, Some(2)),
        ("a: *nobody\n", Some(1)),
        ("base: &b {x: 1}\nui:\n  <<: *b\n", Some(3)),
        (&deep, Some(1)),
        (&dashes, Some(3)),
        (&brackets, Some(1)),
    ] {
        let head: String = text.chars().take(30).collect();
        let notice = flat::yaml(FileLayer::User, Path::new("c.yaml"), text).expect_err(&head);
        let super::Origin::File { line: at, .. } = notice.origin else { panic!("{notice}") };
        assert!(line.is_none_or(|line| line == at), "{head:?}: {notice}");
    }
}

#[test]
fn no_repetition_takes_long() {
    let start = std::time::Instant::now();
    for unit in [
        "[", "{", "a:", "a: ", "- ", "? ", "&a ", "*a ", "!t ", "\"", "'", "|\n", "a: |\n", "#", "\n", " \n",
        "a\n", "a: 1\n", "a = 1\n", "a.", "[a]\n", "[[a]]\n", "a={", "\t", "%", "---\n", "\r", ", ", "a: {",
        "x: [", "-\n ", "\\",
    ] {
        let text = unit.repeat(100_000 / unit.len());
        for read in [flat::toml, flat::yaml] {
            let begin = std::time::Instant::now();
            let _ = read(FileLayer::User, Path::new("c"), &text);
            let _ = read(FileLayer::User, Path::new("c"), &format!("a: {text}"));
            if begin.elapsed().as_millis() > 100 {
                println!("{unit:?} takes {:?}", begin.elapsed());
            }
        }
    }
    assert!(start.elapsed() < std::time::Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn keys_are_spelt_one_way_and_read_many_ways() {
    let table = [
        ("ctrl-f", "ctrl-f", Key::ctrl('f')),
        ("C-F", "ctrl-f", Key::ctrl('f')),
        ("F5", "F5", Key::f(5)),
        ("f5", "F5", Key::f(5)),
        ("f", "f", Key::char('f')),
        ("shift-f1", "F13", Key::f(13)),
        ("shift-F12", "F24", Key::f(24)),
        ("space", "space", Key::char(' ')),
        ("ctrl-space", "ctrl-space", Key::ctrl(' ')),
        ("PgUp", "pageup", Key::plain(KeyCode::PageUp)),
        ("?", "?", Key::char('?')),
        ("-", "-", Key::char('-')),
        ("minus", "-", Key::char('-')),
        ("ctrl--", "ctrl--", Key::ctrl('-')),
        ("shift-a", "A", Key::char('A')),
        ("é", "é", Key::char('é')),
        ("shift-tab", "backtab", Key::plain(KeyCode::BackTab)),
        ("M-x", "alt-x", Key { alt: true, ..Key::char('x') }),
        ("shift-up", "shift-up", Key { shift: true, ..Key::plain(KeyCode::Up) }),
    ];
    for (text, shown, key) in table {
        assert_eq!(text.parse::<Key>().as_ref(), Ok(&key), "{text}");
        assert_eq!(key.to_string(), shown);
        assert_eq!(serde_json::to_string(&key).unwrap(), serde_json::to_string(shown).unwrap());
    }
    for bad in ["", "F0", "F25", "f+5", "ctrl-", "ctrl-ctrl-x", "hyper-x", "ab", "page up", "\u{7}"] {
        let error = bad.parse::<Key>().expect_err(bad);
        assert!(!error.hint.is_empty(), "{bad:?}");
    }
    let seq: KeySeq = " g  G ".parse().unwrap();
    assert_eq!(seq.keys(), [Key::char('g'), Key::char('G')]);
    assert_eq!(seq.to_string(), "g G");
    assert!("  ".parse::<KeySeq>().is_err() && "a b c d e f g h i".parse::<KeySeq>().is_err());
}

#[test]
fn terminal_events_become_keys() {
    use crossterm::event::{KeyCode as Code, KeyEvent, KeyEventKind, KeyModifiers as Mods, MediaKeyCode};
    let table = [
        (Code::Char('A'), Mods::SHIFT, "A"),
        (Code::Char('a'), Mods::SHIFT, "A"),
        (Code::Char('?'), Mods::SHIFT, "?"),
        (Code::Char('F'), Mods::CONTROL | Mods::SHIFT, "ctrl-f"),
        (Code::F(1), Mods::SHIFT, "F13"),
        (Code::F(13), Mods::NONE, "F13"),
        (Code::BackTab, Mods::SHIFT, "backtab"),
        (Code::Null, Mods::NONE, "ctrl-space"),
        (Code::Enter, Mods::ALT, "alt-enter"),
        (Code::PageDown, Mods::NONE, "pagedown"),
    ];
    for (code, mods, want) in table {
        let key = Key::from_event(&KeyEvent::new(code, mods)).unwrap();
        assert_eq!(key.to_string(), want);
    }
    let released = KeyEvent::new_with_kind(Code::Enter, Mods::NONE, KeyEventKind::Release);
    assert_eq!(Key::from_event(&released), None);
    assert_eq!(Key::from_event(&KeyEvent::new(Code::Media(MediaKeyCode::Play), Mods::NONE)), None);
    assert_eq!(Key::from_event(&KeyEvent::new(Code::F(25), Mods::NONE)), None);
    assert_eq!(Key::char('x').typed(), Some('x'));
    assert_eq!(Key::ctrl('x').typed(), None);
}

#[test]
fn a_key_file_binds_and_unbinds_with_lines() {
    let text = "\"F5\" = \"find-next\"\n[source]\n\"g g\" = \"top\"\n\".\" = \"\"\n\"hyper-x\" = \"top\"\n\"x\" = 3\n\
                [source.deep]\n\"y\" = \"top\"\n";
    let file = KeyFile::parse(Path::new("keys.toml"), text);
    let got: Vec<_> = file
        .bindings
        .iter()
        .map(|b| (b.context.as_str(), b.keys.to_string(), b.action.as_deref(), b.line))
        .collect();
    let want = [
        ("global", "F5".to_owned(), Some("find-next"), 1),
        ("source", "g g".to_owned(), Some("top"), 3),
        ("source", ".".to_owned(), None, 4),
    ];
    assert_eq!(got, want);
    let places: Vec<_> = file.notices.iter().map(|n| n.origin.to_string()).collect();
    assert_eq!(places, ["keys.toml:5", "keys.toml:6", "keys.toml:8"]);
    assert_eq!(KeyFile::parse(Path::new("keys.toml"), "[[[").notices.len(), 1);
}

/// Text in which the words and signs of the two forms are frequent.
fn near_config() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("ui".to_owned()),
        Just("theme".to_owned()),
        Just("performance.cache".to_owned()),
        Just("\n".to_owned()),
        Just("\n  ".to_owned()),
        Just("\n- ".to_owned()),
        "[\\[\\]{}:=,&*|>?!%@#\"' \t.\\-~<]{1,2}",
        "[0-9]{1,3}",
        "\\PC{1,2}",
    ];
    prop::collection::vec(word, 0..60).prop_map(|words| words.concat())
}

/// How many texts are tried: enough for a push, or the number that `GREENBAR_TEST_CASES` says.
fn cases() -> ProptestConfig {
    let asked = std::env::var("GREENBAR_TEST_CASES").ok().and_then(|n| n.parse().ok());
    ProptestConfig::with_cases(asked.unwrap_or(400))
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn no_text_makes_a_reader_panic(text in prop_oneof![near_config(), any::<String>()]) {
        let lines = text.split('\n').count();
        for read in [flat::toml, flat::yaml] {
            if let Ok(items) = read(FileLayer::User, Path::new("c"), &text) {
                // A lone CR ends a line in YAML.
                let most = lines + text.matches('\r').count();
                prop_assert!(items.iter().all(|i| i.line >= 1 && i.line <= most), "{:?}", items);
            }
        }
        KeyFile::parse(Path::new("k"), &text);
        let _ = text.parse::<KeySeq>();
    }

    #[test]
    fn both_forms_read_the_same(values in prop::collection::vec((0..4_usize, "[a-z]{1,6}", 0..1000_u32), 1..20)) {
        let mut sections: BTreeMap<usize, BTreeMap<String, u32>> = BTreeMap::default();
        for (section, name, value) in values {
            sections.entry(section).or_default().insert(name, value);
        }
        let (mut a, mut b) = (String::new(), String::new());
        for (section, values) in &sections {
            let _ = writeln!(a, "[s{section}]");
            let _ = writeln!(b, "s{section}:");
            for (name, value) in values {
                let _ = writeln!(a, "{name} = {value}");
                let _ = writeln!(b, "  {name}: {value}");
            }
        }
        prop_assert_eq!(toml(&a), yaml(&b));
    }

    #[test]
    fn what_a_key_prints_is_the_key(ctrl: bool, alt: bool, shift: bool, which in 0..17_usize, c: char, n in 1..=24_u8) {
        // No key is spelt with a control character or a blank other than the space bar's.
        let c = if c.is_control() || c.is_whitespace() { ' ' } else { c };
        let codes = [
            KeyCode::Char(c), KeyCode::F(n), KeyCode::Enter, KeyCode::Esc, KeyCode::Tab, KeyCode::BackTab, KeyCode::Up,
            KeyCode::Down, KeyCode::Left, KeyCode::Right, KeyCode::Home, KeyCode::End, KeyCode::PageUp,
            KeyCode::PageDown, KeyCode::Insert, KeyCode::Delete, KeyCode::Backspace,
        ];
        let written = Key { code: codes[which], ctrl, alt, shift };
        // Reading a spelling gives the one value of the key; spelling that gives the same again.
        let key: Key = written.to_string().parse().unwrap();
        prop_assert_eq!(key.to_string().parse::<Key>(), Ok(key));
        let json = serde_json::to_string(&key).unwrap();
        prop_assert_eq!(serde_json::from_str::<Key>(&json).unwrap(), key);
    }
}
