//! Programs and members beside what they become: the table is `cases.txt`. Attacks and properties are in files of their own.

use super::*;
use crate::base::{Budget, LineNo};
use crate::code::SourceFormat;
use std::collections::HashMap;
use std::fmt::Write as _;

mod attacks;
mod origins;
mod properties;

/// Members by name, or by `LIBRARY/NAME`.
#[derive(Debug, Default, Clone)]
struct Shelf(HashMap<String, Arc<[u8]>>);

impl Members for Shelf {
    fn member(&self, name: &str, library: Option<&str>) -> Result<Member, Missing> {
        let plain = name.to_ascii_uppercase();
        let inside = library.map(|l| format!("{}/{plain}", l.to_ascii_uppercase()));
        let found = |file: &String| Some((file.as_str().into(), Arc::clone(self.0.get(file)?)));
        let (own, other) = (inside.as_ref().and_then(found), found(&plain));
        let elsewhere = library.is_some() && own.is_none();
        match own.or(other) {
            Some((file, text)) => Ok(Member { file, text, elsewhere }),
            None if plain == "LOCKED" => {
                Err(Missing { why: "cannot be read".into(), near: Vec::new(), refused: true })
            }
            None => {
                let near = self.0.keys().filter(|k| k.starts_with(&plain)).cloned().collect();
                Err(Missing { why: "is not here".into(), near, refused: false })
            }
        }
    }
}

impl Shelf {
    fn of<T: AsRef<[u8]>>(members: impl IntoIterator<Item = (&'static str, T)>) -> Self {
        Self(members.into_iter().map(|(name, text)| (name.to_owned(), text.as_ref().into())).collect())
    }

    fn expand(&self, program: impl AsRef<[u8]>, format: SourceFormat) -> Expanded {
        let expanded = expand(program.as_ref(), format, self, &Budget::unlimited());
        let count = expanded.text.split_inclusive(|b| *b == b'\n').count();
        assert_eq!(expanded.origins.len(), count, "each line has an origin");
        expanded
    }
}

/// A case of the table: a program, members, and what becomes of them.
#[derive(Debug, Default)]
struct Case {
    title: String,
    format: SourceFormat,
    program: String,
    shelf: Shelf,
    becomes: String,
}

/// Lines of the table begin with column 7, but in free format.
fn lines(text: &str, format: SourceFormat) -> String {
    if format == SourceFormat::Free {
        return text.to_owned();
    }
    let line =
        |l: &str| if l.trim().is_empty() || l.starts_with('\t') { l.into() } else { format!("      {l}") };
    text.split_inclusive('\n').map(line).collect()
}

fn cases() -> Vec<Case> {
    let table = include_str!("tests/cases.txt").split("@@ case ").skip(1);
    let case = |text: &str| {
        let (title, rest) = text.split_once('\n').unwrap();
        let mut case = Case { title: title.to_owned(), ..Case::default() };
        for (number, part) in format!("program\n{rest}").split("@@ ").enumerate() {
            let (head, body) = part.split_once('\n').unwrap();
            let (kind, name) = head.split_once(' ').unwrap_or((head, ""));
            let text = lines(body, case.format);
            match kind {
                "format" => {
                    case.format = if name == "free" { SourceFormat::Free } else { SourceFormat::Variable };
                    case.program = lines(body, case.format);
                }
                "program" if number == 0 => case.program = text,
                "member" => drop(case.shelf.0.insert(name.to_owned(), text.into_bytes().into())),
                // Its last line has no end.
                "open" => {
                    drop(case.shelf.0.insert(name.to_owned(), text.trim_end().as_bytes().into()));
                }
                "becomes" => body.clone_into(&mut case.becomes),
                other => panic!("{other}"),
            }
        }
        case.becomes = case.becomes.trim_end_matches('\n').to_owned() + "\n";
        case
    };
    table.map(case).collect()
}

/// The text as it is written in the table, and behind it what is remarked.
fn shown(expanded: &Expanded) -> String {
    let text = String::from_utf8(expanded.text.clone()).unwrap();
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        if expanded.format == SourceFormat::Fixed {
            assert!(line.trim_end().chars().count() <= 80, "{line:?}");
        }
        let cut = if expanded.format == SourceFormat::Free { "" } else { "      " };
        out += line.strip_prefix(cut).unwrap_or(line);
    }
    for p in &expanded.problems {
        let _ = writeln!(out, "? {:?} {}:{} {}", p.kind, p.at.source, p.at.line_no(), p.message);
    }
    out
}

#[test]
fn programs_become_what_the_table_says() {
    let cases = cases();
    assert!(cases.len() > 40, "{}", cases.len());
    let mut wrong = String::new();
    for case in cases {
        let got = shown(&case.shelf.expand(&case.program, case.format));
        if got != case.becomes {
            let _ = writeln!(wrong, "@@ case {}\n{got}--- wanted\n{}", case.title, case.becomes);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn ends_of_lines_and_areas_beside_the_code_stay() {
    let tag = |code: &str, tag: &str| format!("000100{code:66}{tag}\r\n");
    let member = tag("     05 X PIC X.", "TAG2");
    let shelf = Shelf::of([("M", member.trim_end())]);
    let program = tag(" 01  A.  COPY M.  01 B.", "TAG1") + &tag(" 01  C.", "TAG3");
    let wanted = [
        tag(" 01  A.", "TAG1"),
        "      *        COPY M.\r\n".to_owned(),
        member.trim_end().to_owned() + "\n",
        format!("{:24}01 B.\r\n", ""),
        tag(" 01  C.", "TAG3"),
    ];
    let expanded = shelf.expand(program, SourceFormat::Fixed);
    assert_eq!(String::from_utf8(expanded.text).unwrap(), wanted.concat());
    // A program without anything to do comes out byte for byte.
    for program in ["", "\n", "X", "\0\r\n\u{1a}", "       A. B", "\t\t\r\r\n\n"] {
        for format in [SourceFormat::Fixed, SourceFormat::Free, SourceFormat::Variable] {
            assert_eq!(shelf.expand(program, format).text, program.as_bytes(), "{program:?}");
        }
    }
    let last = shelf.expand("       COPY M.", SourceFormat::Fixed).text;
    assert!(last.ends_with(b"TAG2\n"));
}

#[test]
fn a_card_may_begin_in_column_1() {
    let shelf = Shelf::of([("M", "       01 B.\n")]);
    let text = shelf.expand("-INC M,OPT\n       01  A.\n", SourceFormat::Fixed).text;
    assert_eq!(String::from_utf8(text).unwrap(), "      *-INC M,OPT\n       01 B.\n       01  A.\n");
}
