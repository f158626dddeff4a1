//! The rules of the source tree: layers, the size of files, and no way to the screen but the canvas.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Most lines of a source file.
const LINES_MAX: usize = 600;

/// What writes to the terminal without cleaning, and what to use instead.
const WAYS_TO_THE_SCREEN: &[(&str, &str)] = &[
    ("println!", "cli::out"),
    ("eprintln!", "cli::out"),
    ("print!", "cli::out"),
    ("eprint!", "cli::out"),
    ("io::stdout()", "cli::out"),
    ("io::stderr()", "cli::out"),
    ("set_symbol", "ui::Canvas"),
    ("set_char", "ui::Canvas"),
    ("set_string", "ui::Canvas"),
    ("set_stringn", "ui::Canvas"),
    ("set_line", "ui::Canvas"),
    ("set_span", "ui::Canvas"),
    ("Span::raw", "ui::Canvas"),
    ("Span::styled", "ui::Canvas"),
    ("Paragraph::new", "ui::Canvas"),
    ("ratatui::text", "ui::Canvas"),
    ("ratatui::widgets", "ui::Canvas"),
    ("SetTitle", "ui::screen"),
];

/// Where these may stand: they clean what they are given, or write what was cleaned.
const ALLOWED: &[&str] = &["src/ui/canvas", "src/ui/screen/", "src/app/term/", "src/cli/out.rs"];

/// What may follow a handle of standard output: questions, not writes.
const QUESTIONS: &[&str] = &[".is_terminal()", ".as_fd()"];

/// The modules and their layers, from the table in `lib.rs`.
fn table(lib: &str) -> Vec<(String, u32)> {
    let row = |line: &str| {
        let mut cells = line.strip_prefix("//! |")?.split('|').map(str::trim);
        let layer = cells.next()?.parse().ok()?;
        let module = cells.next()?.strip_prefix("[`")?.strip_suffix("`]")?;
        Some((module.to_owned(), layer))
    };
    lib.lines().filter_map(row).collect()
}

/// `text` with comments, strings and character literals blanked, and cut at the tests inside.
fn code_only(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let mut out = String::with_capacity(text.len());
    let mut i = 0;
    let skip = |out: &mut String, from: usize, to: usize| {
        out.extend((from..to.min(chars.len())).map(|i| if chars[i] == '\n' { '\n' } else { ' ' }));
        to
    };
    while i < chars.len() {
        let ident_before = i > 0 && (at(i - 1).is_alphanumeric() || at(i - 1) == '_');
        let end = match (at(i), at(i + 1)) {
            ('/', '/') => (i..=chars.len()).find(|j| matches!(at(*j), '\n' | '\0')),
            ('/', '*') => {
                let mut depth = 0;
                (i..=chars.len())
                    .find(|j| {
                        match (at(*j), at(j + 1)) {
                            ('/', '*') => depth += 1,
                            ('*', '/') => depth -= 1,
                            _ => {}
                        }
                        depth == 0 || *j == chars.len()
                    })
                    .map(|j| j + 2)
            }
            ('r', '"' | '#') if !ident_before || at(i.saturating_sub(1)) == 'b' => {
                let hashes = (i + 1..chars.len()).take_while(|j| at(*j) == '#').count();
                let open = i + 1 + hashes;
                (at(open) == '"').then(|| {
                    let closed = |j: &usize| at(*j) == '"' && (1..=hashes).all(|h| at(j + h) == '#');
                    (open + 1..chars.len()).find(closed).unwrap_or(chars.len()) + hashes + 1
                })
            }
            ('"', _) => {
                let mut j = i + 1;
                while j < chars.len() && at(j) != '"' {
                    j += if at(j) == '\\' { 2 } else { 1 };
                }
                Some(j + 1)
            }
            ('\'', '\\') => (i + 3..chars.len()).find(|j| at(*j) == '\'').map(|j| j + 1),
            ('\'', _) if at(i + 2) == '\'' => Some(i + 3),
            _ => None,
        };
        if let Some(end) = end {
            i = skip(&mut out, i, end);
        } else {
            out.push(at(i));
            i += 1;
        }
    }
    let tests = out.find("mod tests {").unwrap_or(out.len());
    out.truncate(tests);
    out
}

/// Where `word` stands in `line` as a word of its own: what follows it.
fn after_word<'a>(line: &'a str, word: &str) -> Vec<&'a str> {
    let is_ident = |c: char| c.is_alphanumeric() || c == '_';
    let own = |(at, _): &(usize, &str)| {
        let before = line[..*at].chars().next_back().is_some_and(is_ident);
        let after = line[at + word.len()..].chars().next().is_some_and(is_ident);
        !before && (!after || !word.ends_with(is_ident))
    };
    line.match_indices(word).filter(own).map(|(at, _)| &line[at + word.len()..]).collect()
}

/// The names that a path goes on with: one, or each of a group in braces.
fn heads(rest: &str) -> Vec<String> {
    let ident =
        |text: &str| text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let Some(group) = rest.trim_start().strip_prefix('{') else { return vec![ident(rest)] };
    let mut depth = 0;
    let mut heads = Vec::new();
    let mut head = String::new();
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => heads.push(std::mem::take(&mut head)),
            _ if depth == 0 => head.push(c),
            _ => {}
        }
    }
    heads.push(head);
    heads.iter().map(|head| ident(head)).filter(|head: &String| !head.is_empty()).collect()
}

/// How many modules deep the file is: `src/ui/mod.rs` is one deep, `src/ui/role.rs` two.
fn depth_of(path: &str) -> usize {
    let parts = path.trim_start_matches("src/").trim_end_matches(".rs");
    parts.trim_end_matches("/mod").split('/').count()
}

/// What is wrong with one source file.
fn faults(table: &[(String, u32)], path: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let lines = text.lines().count();
    // Tests may be long: they are read one at a time.
    if lines > LINES_MAX && !path.contains("/tests") {
        faults.push(format!("{path}: {lines} lines, at most {LINES_MAX}"));
    }
    let code = code_only(text);
    let layer = |module: &str| table.iter().find(|(known, _)| known == module).map(|(_, layer)| *layer);
    let own = path.trim_start_matches("src/").split(['/', '.']).next().unwrap_or_default();
    let mut place = 0;
    for (number, line) in code.lines().enumerate() {
        let number = number + 1;
        let rest = &code[place..];
        place = (place + line.len() + 1).min(code.len());
        let mut imported: Vec<String> = Vec::new();
        // A group may go on over the next lines, so what follows is looked for in all of the rest.
        for after in after_word(line, "crate::") {
            imported.extend(heads(&rest[line.len() - after.len()..]));
        }
        let supers = "super::".repeat(depth_of(path));
        for after in after_word(line, &supers) {
            imported.extend(
                heads(&rest[line.len() - after.len()..]).into_iter().filter(|head| layer(head).is_some()),
            );
        }
        for module in imported.iter().filter(|module| *module != own) {
            let fault = match (layer(own), layer(module)) {
                (Some(own), Some(other)) if other < own => continue,
                (Some(_), Some(_)) => format!("{own} imports {module}, which is not below it"),
                (Some(_), None) => format!("{own} imports crate::{module}, which the table in lib.rs lacks"),
                (None, _) => continue,
            };
            faults.push(format!("{path}:{number}: {fault}"));
        }
        if ALLOWED.iter().any(|allowed| path.starts_with(allowed)) || path.contains("/tests") {
            continue;
        }
        for (word, instead) in WAYS_TO_THE_SCREEN {
            let writes = |after: &&str| !QUESTIONS.iter().any(|question| after.starts_with(question));
            if after_word(line, word).iter().any(writes) {
                faults
                    .push(format!("{path}:{number}: {word} shows text that was not cleaned; use {instead}"));
            }
        }
    }
    faults
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn the_tree_keeps_the_rules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = table(&std::fs::read_to_string(root.join("src/lib.rs")).unwrap());
    assert!(table.len() >= 15, "the table of layers in lib.rs is not understood: {table:?}");
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    assert!(files.len() > 15);
    let mut all = Vec::new();
    for file in files {
        let path = file.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
        all.extend(faults(&table, &path, &std::fs::read_to_string(&file).unwrap()));
    }
    assert!(all.is_empty(), "\n{}", all.join("\n"));
}

#[test]
fn every_module_is_in_the_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let lib = std::fs::read_to_string(root.join("src/lib.rs")).unwrap();
    let table = table(&lib);
    let declared: Vec<&str> =
        lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    for module in &declared {
        assert!(table.iter().any(|(known, _)| known == module), "{module} has no layer");
    }
    assert_eq!(declared.len(), table.len());
}

#[test]
fn planted_faults_are_found() {
    let table: Vec<(String, u32)> =
        [("base", 0), ("source", 1), ("store", 1), ("kb", 4), ("ui", 7), ("panes", 8)]
            .map(|(m, l)| (m.to_owned(), l))
            .to_vec();
    let planted: &[(&str, &str, &str)] = &[
        ("src/kb/mod.rs", "use crate::ui::Canvas;", "src/kb/mod.rs:1: kb imports ui"),
        ("src/source/mod.rs", "\nuse crate::store::Store;", "src/source/mod.rs:2: source imports store"),
        (
            "src/kb/plan.rs",
            "use crate::{\n  base::Gen,\n  panes::{a, b},\n};",
            "src/kb/plan.rs:1: kb imports panes",
        ),
        ("src/kb/plan.rs", "use super::super::ui;", "src/kb/plan.rs:1: kb imports ui"),
        ("src/kb/mod.rs", "use super::ui::Role;", "src/kb/mod.rs:1: kb imports ui"),
        ("src/kb/plan.rs", "fn f() { crate::panes::draw() }", "kb imports panes"),
        ("src/kb/plan.rs", "/* a /* b */ */ use crate::panes;", "kb imports panes"),
        ("src/kb/plan.rs", "let c = '\"'; use crate::panes;", "kb imports panes"),
        ("src/kb/plan.rs", "let r = r#\"a\"b\"#; use crate::panes;", "kb imports panes"),
        ("src/kb/plan.rs", "use crate::nowhere::X;", "the table in lib.rs lacks"),
        ("src/kb/plan.rs", "use crate::*;", "the table in lib.rs lacks"),
        ("src/panes/view.rs", "cell.set_symbol(text);", "set_symbol shows text"),
        ("src/panes/view.rs", "buffer.set_stringn(0, 0, text, 9, style);", "set_stringn shows text"),
        ("src/panes/view.rs", "buffer.set_string(0, 0, text, style);", "set_string shows text"),
        ("src/panes/view.rs", "let s = Span::raw(name);", "Span::raw shows text"),
        ("src/panes/view.rs", "use ratatui::widgets::{Block, Paragraph};", "ratatui::widgets shows text"),
        ("src/app/run.rs", "execute!(out, SetTitle(name))", "SetTitle shows text"),
        ("src/cli/search.rs", "println!(\"{title}\");", "println! shows text"),
        ("src/cli/search.rs", "eprint!(\"{title}\");", "eprint! shows text"),
        ("src/cli/search.rs", "writeln!(std::io::stdout(), \"{title}\")", "io::stdout() shows text"),
    ];
    for (path, text, says) in planted {
        let found = faults(&table, path, text);
        assert!(found.iter().any(|fault| fault.contains(says)), "{path} {text:?}: {found:?}");
        assert_eq!(found.len(), 1, "{found:?}");
    }
    let mut long = String::new();
    for n in 0..=LINES_MAX {
        let _ = writeln!(long, "// {n}");
    }
    assert_eq!(faults(&table, "src/kb/long.rs", &long), ["src/kb/long.rs: 601 lines, at most 600"]);
}

#[test]
fn what_is_allowed_is_not_a_fault() {
    let table = [("base", 0), ("source", 1), ("kb", 4), ("ui", 7)].map(|(m, l)| (m.to_owned(), l));
    for (path, text) in [
        ("src/kb/mod.rs", "use crate::base::Gen; use crate::{base::Cancel, source::Line};"),
        ("src/kb/plan.rs", "use super::entry; use crate::kb::model;"),
        ("src/kb/plan.rs", "// use crate::ui\nlet s = \"println! crate::ui\"; fn f<'a>(a: &'a str) {}"),
        ("src/kb/plan.rs", "let span = LineSpan::raw(SymbolKind::Paragraph); my_println!();"),
        ("src/ui/canvas.rs", "cell.set_symbol(glyph);"),
        ("src/ui/screen/paint.rs", "cell.set_symbol(glyph); io::stdout().lock()"),
        ("src/cli/out.rs", "println!(\"{text}\");"),
        ("src/cli/run.rs", "if std::io::stdout().is_terminal() {}"),
        ("src/kb/tests.rs", "println!(\"{text}\");"),
        ("src/kb/mod.rs", "#[cfg(test)]\nmod tests { fn f() { println!(); crate::ui::x() } }"),
        ("src/main.rs", "greenbar::cli::main()"),
    ] {
        assert_eq!(faults(&table, path, text), [""; 0], "{path} {text:?}");
    }
}
