use super::*;
use proptest::prelude::*;
use std::borrow::Cow;

/// One unit as the naive decoder of the tests sees it: bytes of the file, what is shown, its cells.
type Unit = (usize, String, usize);

/// Decodes a line the slow way: one character at a time, with the categories of the regex crate rather than our table.
fn naive(bytes: &[u8], options: &LineOptions<'_>) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut column = options.first_cell;
    let mut based = false;
    let mut marks = 0;
    let ascii = options.charset == Charset::Ascii;
    let shown = &bytes[options.skip.min(bytes.len())..];
    let mut chars: Vec<(usize, Result<char, u8>)> = Vec::new();
    if options.latin1 {
        chars.extend(shown.iter().map(|b| (1, Ok(char::from(*b)))));
    } else {
        for chunk in shown.utf8_chunks() {
            chars.extend(chunk.valid().chars().map(|c| (c.len_utf8(), Ok(c))));
            chars.extend(chunk.invalid().iter().map(|b| (1, Err(*b))));
        }
    }
    let mut excess: Option<(usize, usize)> = None;
    chars.push((0, Err(0)));
    for (len, c) in chars {
        let joins = c.is_ok_and(|c| char_width(c) == 0 && !c.is_control() && !hidden(c));
        if let Some((count, bytes)) = excess {
            if joins {
                excess = Some((count + 1, bytes + len));
                continue;
            }
            let text = if ascii { format!("<+{count}>") } else { format!("⟪+{count}⟫") };
            column += text.chars().count();
            units.push((bytes, text.clone(), text.chars().count()));
            (excess, based, marks) = (None, false, 0);
        }
        if len == 0 {
            break;
        }
        let byte = |b: u8| match (options.columns, ascii) {
            (true, true) => "?".to_owned(),
            (true, false) => "␦".to_owned(),
            _ => format!("<{b:02X}>"),
        };
        let (text, is_base) = match c {
            Err(b) => (byte(b), false),
            Ok('\t') => {
                let cells = match options.tabs {
                    Tabs::Every(n) => n - column % n,
                    Tabs::At(stops) => stops.iter().find(|s| **s > column).map_or(1, |s| s - column),
                };
                (" ".repeat(cells), false)
            }
            Ok('\0') if !ascii => ("·".to_owned(), false),
            Ok(c) if c < ' ' || c == '\x7F' => {
                let picture = char::from_u32(if c == '\x7F' { 0x2421 } else { 0x2400 + c as u32 }).unwrap();
                (if ascii { '?' } else { picture }.to_string(), false)
            }
            Ok('\u{FFFD}') => (if ascii { '?' } else { '␦' }.to_string(), false),
            Ok(c @ '\u{80}'..='\u{9F}') => (byte(c as u8), false),
            Ok(c) if options.latin1 && hidden(c) => (byte(c as u8), false),
            Ok(c) if hidden(c) && ascii => (format!("<U+{:04X}>", c as u32), false),
            Ok(c) if hidden(c) => (format!("⟪U+{:04X}⟫", c as u32), false),
            Ok(c) if joins && based && marks < 15 => {
                let last = units.last_mut().unwrap();
                last.0 += len;
                if ascii {
                    last.1 = "?".repeat(last.2);
                } else {
                    last.1.push(c);
                }
                marks += 1;
                continue;
            }
            Ok(_) if joins && based => {
                excess = Some((1, len));
                continue;
            }
            Ok(c) if joins => {
                marks = 1;
                based = true;
                let text = if ascii { "?".to_owned() } else { format!("◌{c}") };
                column += 1;
                units.push((len, text, 1));
                continue;
            }
            Ok(c) if ascii && !c.is_ascii() => {
                let like = clean_in(c.encode_utf8(&mut [0; 4]), Charset::Ascii).into_owned();
                (like, true)
            }
            Ok(c) => (c.to_string(), true),
        };
        based = is_base;
        marks = 0;
        let cells = text.chars().map(char_width).sum();
        column += cells;
        units.push((len, text, cells));
    }
    units
}

fn hidden(c: char) -> bool {
    use std::sync::OnceLock;
    static RE: OnceLock<regex::Regex> = OnceLock::new();
    let re = RE.get_or_init(|| {
        regex::Regex::new(r"[\p{Cf}\p{Zl}\p{Zp}\p{DI}\p{Noncharacter_Code_Point}\p{Emoji_Modifier}]").unwrap()
    });
    re.is_match(c.encode_utf8(&mut [0; 4])) || ('\u{FFF0}'..='\u{FFFB}').contains(&c)
}

fn check(bytes: &[u8], options: &LineOptions<'_>) {
    let line = Line::decode(bytes, options);
    let units = naive(bytes, options);
    let text: String = units.iter().map(|(_, text, _)| text.as_str()).collect();
    assert_eq!(line.text(), text, "{bytes:x?} {options:?}");
    assert_eq!(line.cells(), units.iter().map(|(.., cells)| cells).sum::<usize>());
    assert_eq!(line.bytes(), bytes.len());
    assert_eq!(width(line.text()), line.cells(), "{:?}", line.text());
    let skip = options.skip.min(bytes.len());
    let (mut byte, mut cell) = (skip, 0);
    for skipped in 0..skip {
        assert_eq!(line.cell_of_byte(skipped), 0);
    }
    for (len, _, cells) in &units {
        for inside in 0..*len {
            assert_eq!(line.cell_of_byte(byte + inside), cell, "{bytes:x?} byte {byte}+{inside}");
            assert_eq!(line.cells_of_bytes(byte..byte + inside + 1), cell..cell + cells);
        }
        for inside in 0..*cells {
            assert_eq!(line.byte_of_cell(cell + inside), byte, "{bytes:x?} cell {cell}+{inside}");
        }
        byte += len;
        cell += cells;
    }
    assert_eq!((line.cell_of_byte(byte), line.byte_of_cell(cell)), (cell, byte));
    for from in 0..=line.cells().min(40) {
        for room in [0, 1, 2, 7] {
            let (start, part) = line.slice(from, room);
            assert!(start >= from && start <= line.cells().max(from), "{from} {start}");
            assert!(width(part) + (start - from) <= room.max(start - from), "{part:?} {from} {room}");
            assert!(line.text().contains(part));
        }
    }
}

fn atoms() -> impl Strategy<Value = Vec<u8>> {
    let text = prop_oneof![
        6 => "[ -~]{1,12}",
        1 => Just("\t".to_owned()),
        1 => "[\\x00-\\x1f\\x7f]",
        1 => "[\u{80}-\u{9f}]",
        2 => "[é-ÿа-я]{1,4}",
        2 => "[世界中文한글ｱ😀]{1,3}",
        1 => "[\u{300}-\u{36f}]{1,20}",
        1 => "[\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2066}\u{feff}\u{ad}\u{e0041}\u{fe0f}\u{1f3fd}\u{2028}]",
        1 => Just("\u{FFFD}".to_owned()),
        1 => any::<char>().prop_map(|c| c.to_string()),
    ];
    prop_oneof![
        12 => text.prop_map(String::into_bytes),
        2 => proptest::collection::vec(any::<u8>(), 1..4),
        1 => Just(vec![0xED, 0xA0, 0x80]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::base::text::tests::cases(600), ..ProptestConfig::default() })]

    #[test]
    fn the_map_is_that_of_the_naive_decoder(
        parts in proptest::collection::vec(atoms(), 0..8),
        flags in any::<[bool; 4]>(),
        first_cell in 0_usize..20,
        skip in 0_usize..3,
    ) {
        let bytes: Vec<u8> = parts.concat();
        let [ascii, latin1, columns, stops] = flags;
        let options = LineOptions {
            tabs: if stops { Tabs::At(&[6, 7, 11, 15, 72]) } else { Tabs::Every(4) },
            charset: if ascii { Charset::Ascii } else { Charset::Unicode },
            latin1,
            skip,
            first_cell,
            columns,
        };
        check(&bytes, &options);
    }

    #[test]
    fn what_is_clean_stays(parts in proptest::collection::vec(atoms(), 0..8)) {
        let text = String::from_utf8_lossy(&parts.concat()).into_owned();
        for set in [Charset::Unicode, Charset::Ascii] {
            let once = clean_in(&text, set).into_owned();
            prop_assert!(!once.chars().any(|c| c.is_control() || hidden(c)), "{once:?}");
            prop_assert!(set == Charset::Unicode || once.is_ascii());
            prop_assert_eq!(clean_in(&once, set), Cow::Borrowed(once.as_str()));
            let block = clean_block_in(&text, set).into_owned();
            prop_assert!(!block.chars().any(|c| c != '\n' && (c.is_control() || hidden(c))), "{block:?}");
            prop_assert_eq!(clean_block_in(&block, set), Cow::Borrowed(block.as_str()));
        }
    }

    #[test]
    fn broken_prose_keeps_its_words(text in "([a-z]{1,9}| {1,3}|\n|世|e\u{301}|\x1b){0,30}", cells in 0_usize..20) {
        let lines = wrap(&text, cells);
        prop_assert!(lines.iter().all(|line| width(line) <= cells.max(2)), "{lines:?}");
        let words = |text: &str| text.replace([' ', '\n'], "");
        prop_assert_eq!(words(&lines.concat()), words(&clean_block(&text)));
    }

    #[test]
    fn cut_and_filled_to_the_cell(parts in proptest::collection::vec(atoms(), 0..6), cells in 0_usize..30) {
        let text = String::from_utf8_lossy(&parts.concat()).into_owned();
        let clean = clean(&text).into_owned();
        prop_assert_eq!(width(&text), clean.chars().map(char_width).sum::<usize>());
        prop_assert!(clean.starts_with(&*clip(&text, cells)));
        prop_assert!(clean.ends_with(&clip_start(&text, cells)));
        prop_assert!(width(&clip(&text, cells)) + 1 >= cells.min(width(&text)));
        prop_assert!(width(&clip_start(&text, cells)) <= cells);
        prop_assert_eq!(width(&pad(&text, cells)), cells);
        prop_assert_eq!(width(&pad_left(&text, cells)), cells);
    }
}

#[test]
fn prose_is_broken_at_blanks() {
    let table: [(&str, usize, &[&str]); 7] = [
        ("move the group item first", 9, &["move the", "group", "item", "first"]),
        ("move the group", 8, &["move the", "group"]),
        ("  - look at R13", 9, &["  - look", "  at R13"]),
        ("a\n\nb ", 9, &["a", "", "b"]),
        ("", 9, &[""]),
        ("WS-CUSTOMER", 4, &["WS-C", "USTO", "MER"]),
        ("世界", 1, &["世", "界"]),
    ];
    for (text, cells, lines) in table {
        assert_eq!(wrap(text, cells), lines, "{text:?}");
    }
}

/// How many cases a property is tried with: `default`, or what `GREENBAR_CASES` says.
pub(super) fn cases(default: u32) -> u32 {
    std::env::var("GREENBAR_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(default)
}

#[test]
fn the_table_is_that_of_unicode() {
    for c in (0..=0x10_FFFF).filter_map(char::from_u32) {
        if hidden(c) {
            assert!(is_hidden(c), "U+{:04X} is missing from the table", c as u32);
        } else if is_hidden(c) {
            let n = c as u32;
            assert!((0xE_0000..=0xE_0FFF).contains(&n) || n >= 0xFFF0, "U+{n:04X} is shown by terminals");
        }
    }
}

#[test]
fn marks_say_what_they_stand_for() {
    let shown = [
        ("plain text", "plain text", "plain text"),
        ("a\x1b]0;x\x07b", "a␛]0;x␇b", "a^[]0;x^Gb"),
        ("1\x1b0", "1␛0", "1^[0"),
        ("a\tb", "a b", "a b"),
        ("a\nb", "a␊b", "a^Jb"),
        ("\x7f\0", "␡␀", "^?^@"),
        ("\u{9b}2J", "<9B>2J", "<9B>2J"),
        ("x\u{202e}y", "x⟪U+202E⟫y", "x<U+202E>y"),
        ("\u{e0041}", "⟪U+E0041⟫", "<U+E0041>"),
        ("e\u{301}", "e\u{301}", "?"),
        ("\u{301}e", "◌\u{301}e", "?e"),
        ("é世", "é世", "???"),
        ("41× · ›", "41× · ›", "41x . >"),
        ("👍\u{1f3fd}", "👍⟪U+1F3FD⟫", "??<U+1F3FD>"),
    ];
    for (text, unicode, ascii) in shown {
        assert_eq!(clean(text), unicode);
        assert_eq!(clean_in(text, Charset::Ascii), ascii);
    }
    assert!(matches!(clean("straße"), Cow::Borrowed(_)), "clean text is not copied");
}

#[test]
fn marks_on_one_base_are_counted_from_the_sixteenth() {
    let text = format!("a{}b", "\u{301}".repeat(300));
    let shown = clean(&text);
    assert_eq!(shown, format!("a{}⟪+285⟫b", "\u{301}".repeat(15)));
    assert_eq!(width(&text), 8);
    assert!(glyphs(&shown).all(|(glyph, _)| glyph.chars().count() <= 16));
}

#[test]
fn blocks_keep_their_lines() {
    assert_eq!(clean_block("a\r\nb\n\tc\n12\t3\x1b"), "a\nb\n        c\n12      3␛");
    assert_eq!(clean_block("a\rb"), "a␍b");
    assert_eq!(clean_block("a\n\u{301}"), "a\n◌\u{301}", "a mark does not sit on the line end");
    assert!(matches!(clean_block("a\nb"), Cow::Borrowed(_)));
}

#[test]
fn json_means_the_same_without_acting() {
    let value = serde_json::json!({"t\u{9b}": "a\u{7f}\u{202e}\u{e0041}é\x1b"});
    let document = serde_json::to_string(&value).unwrap();
    let safe = clean_json(&document);
    assert!(safe.chars().all(|c| !c.is_control() && !is_hidden(c)), "{safe}");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&safe).unwrap(), value);
    assert!(matches!(clean_json("{\"a\": \"é\"}"), Cow::Borrowed(_)));
}

#[test]
fn cobol_columns_stay() {
    // A control, a byte that is no UTF-8 and a NUL in the sequence area: column 8 stays in column 8.
    let line = Line::decode(b"0\x1b\xE9\x0012 MOVE A TO B.", &LineOptions::default());
    assert_eq!(line.text(), "0␛␦·12 MOVE A TO B.");
    assert_eq!(line.cell_of_byte(7), 7);
    assert_eq!(line.slice(7, 4), (7, "MOVE"));
    assert_eq!(line.marks().collect::<Vec<_>>(), [1..3, 3..4]);
    assert!(Line::decode(b"plain", &LineOptions::default()).is_plain());
}

#[test]
fn cut_in_the_middle_of_what_is_wide() {
    let line = Line::decode("a世\tb".as_bytes(), &LineOptions::default());
    assert_eq!(line.text(), "a世     b");
    assert_eq!(line.slice(0, 2), (0, "a"));
    assert_eq!(line.slice(2, 3), (3, "  "));
    assert_eq!(line.slice(5, 9), (5, "   b"), "a tab is cut");
    assert_eq!(line.slice(99, 9), (9, ""));
}

#[test]
fn the_locale_decides() {
    let env = |vars: &[(&str, &str)]| {
        let mut env = crate::base::Env::system(Some(std::path::Path::new("/nonexistent")));
        env.vars = vars.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        env
    };
    let table: [(&[(&str, &str)], Charset); 6] = [
        (&[], Charset::Ascii),
        (&[("LANG", "C")], Charset::Ascii),
        (&[("LANG", "de_DE.UTF-8")], Charset::Unicode),
        (&[("LANG", "C.utf8"), ("LC_ALL", "POSIX")], Charset::Ascii),
        (&[("LANG", "C"), ("LC_CTYPE", "en_US.UTF-8")], Charset::Unicode),
        (&[("LANG", "en_US.UTF-8"), ("LC_ALL", "")], Charset::Unicode),
    ];
    for (vars, set) in table {
        assert_eq!(Charset::detect(&env(vars)), set, "{vars:?}");
    }
}
