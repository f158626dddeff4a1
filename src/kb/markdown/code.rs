//! Code in its colours: COBOL as the Source pane has it, and JCL. Owns the scan of JCL and how a language is told; must not
//! know how blocks are found.

use super::{Kind, Span};
use crate::base::text::clean_block;
use crate::code::{LineContext, Role, SourceFormat};
use std::ops::Range;

/// Begin and end of a match.
const MARKS: [char; 2] = ['\u{2}', '\u{3}'];
/// What begins statements of COBOL that nobody writes in plain text, in capitals.
const COBOL: [&str; 14] = [
    "MOVE ",
    "PERFORM ",
    "COMPUTE ",
    "EXEC SQL",
    "EXEC CICS",
    "INSPECT ",
    "EVALUATE ",
    "END-IF",
    "WORKING-STORAGE ",
    "IDENTIFICATION ",
    "PROCEDURE ",
    "SELECT ",
    "UNSTRING ",
    "INITIALIZE ",
];

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// None that is known.
    Plain,
    /// COBOL.
    Cobol,
    /// Job control.
    Jcl,
}

/// The language of a block: as its fence says, or as its lines look.
pub fn language(said: &str, lines: &[String]) -> Language {
    match said.split_whitespace().next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "cobol" | "cbl" | "cob" | "cpy" => Language::Cobol,
        "jcl" | "proc" => Language::Jcl,
        "" => look_of(lines),
        _ => Language::Plain,
    }
}

fn look_of(lines: &[String]) -> Language {
    let bare = |line: &String| line.replace(MARKS, "");
    let is_jcl = |line: &str| {
        let rest = line.strip_prefix("//").unwrap_or_default();
        rest.starts_with(|c: char| c == '*' || c.is_ascii_uppercase() || "@#$".contains(c))
            && (rest.starts_with('*')
                || [" JOB", " EXEC ", " DD ", " PROC"].iter().any(|op| rest.contains(op)))
    };
    let is_cobol = |line: &str| {
        let line = line.trim_start();
        COBOL.iter().any(|word| line.starts_with(word))
            || line.contains(" PIC ")
            || line.ends_with(" DIVISION.")
            || line.starts_with("IF ") && !line.contains(',')
    };
    if lines.iter().any(|line| is_jcl(&bare(line))) {
        Language::Jcl
    } else if lines.iter().any(|line| is_cobol(&bare(line))) {
        Language::Cobol
    } else {
        Language::Plain
    }
}

/// The pieces of each line of a block.
pub fn highlighted(lines: &[String], language: Language) -> Vec<Vec<Span>> {
    let fixed = lines.iter().filter(|line| !line.trim().is_empty()).all(|line| {
        let head = line.get(..6).unwrap_or_default();
        head.len() == 6 && (head.trim().is_empty() || head.bytes().all(|b| b.is_ascii_digit()))
    });
    let format = if fixed { SourceFormat::Fixed } else { SourceFormat::Free };
    let mut context = LineContext { format, ..LineContext::default() };
    let mut continued = false;
    lines
        .iter()
        .map(|line| {
            let (text, marks) = without_marks(line);
            let roles = match language {
                Language::Plain => Vec::new(),
                Language::Jcl => jcl(&text, &mut continued),
                Language::Cobol => {
                    let mut found = Vec::new();
                    let next = crate::code::highlight(text.as_bytes(), context, &mut found);
                    context = next;
                    let range = |s: &crate::code::Span| {
                        let from = usize::try_from(s.start).unwrap_or(usize::MAX);
                        from..from.saturating_add(usize::try_from(s.length).unwrap_or(0))
                    };
                    found.iter().map(|s| (range(s), s.role)).collect()
                }
            };
            pieces(&text, &roles, &marks)
        })
        .collect()
}

/// A line without the marks of matches, and where these are.
fn without_marks(line: &str) -> (String, Vec<Range<usize>>) {
    let mut text = String::with_capacity(line.len());
    let (mut marks, mut open) = (Vec::new(), None);
    for c in line.chars() {
        match c {
            '\u{2}' => open = Some(text.len()),
            '\u{3}' => marks.extend(open.take().map(|from| from..text.len())),
            c => text.push(c),
        }
    }
    // A match that goes on in the next line.
    marks.extend(open.map(|from| from..text.len()));
    (text, marks)
}

fn pieces(text: &str, roles: &[(Range<usize>, Role)], marks: &[Range<usize>]) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    for (at, c) in text.char_indices() {
        let kind = if marks.iter().any(|mark| mark.contains(&at)) {
            Kind::Mark
        } else {
            let role = roles.iter().find(|(range, _)| range.contains(&at)).map(|(_, role)| *role);
            role.map_or(Kind::Code, Kind::Source)
        };
        match out.last_mut() {
            Some(last) if last.kind == kind => last.text.push(c),
            _ => out.push(Span { text: c.to_string(), kind }),
        }
    }
    for span in &mut out {
        span.text = clean_block(&span.text).into_owned();
    }
    out
}

/// The roles in a line of JCL; `continued` says whether the statement before goes on here.
fn jcl(line: &str, continued: &mut bool) -> Vec<(Range<usize>, Role)> {
    let goes_on = std::mem::take(continued);
    if line.starts_with("//*") {
        *continued = goes_on;
        return vec![(0..line.len(), Role::Comment)];
    }
    if line.starts_with("/*") {
        return vec![(0..line.len(), Role::Keyword)];
    }
    let Some(rest) = line.strip_prefix("//") else { return Vec::new() };
    let mut roles = vec![(0..2, Role::Indicator)];
    let mut at = 2;
    let word = |from: usize| {
        let text = line.get(from..).unwrap_or_default();
        let start = from + (text.len() - text.trim_start().len());
        let end = line.get(start..).and_then(|t| t.find(' ')).map_or(line.len(), |n| start + n);
        start..end
    };
    if !rest.starts_with(' ') {
        let name = word(at);
        at = name.end;
        roles.push((name, Role::Heading));
    }
    if !goes_on {
        let operation = word(at);
        at = operation.end;
        roles.push((operation, Role::Keyword));
    }
    let start = word(at).start;
    let (end, operands) = operands(line, start);
    roles.extend(operands);
    *continued = line.get(start..end).unwrap_or_default().ends_with(',');
    if end < line.len() {
        roles.push((end..line.len(), Role::Comment));
    }
    roles
}

/// Where the operands that begin at `start` end, and their roles: keywords before `=`, texts in quotes, numbers, names.
fn operands(line: &str, start: usize) -> (usize, Vec<(Range<usize>, Role)>) {
    let mut roles = Vec::new();
    let bytes = line.as_bytes();
    let is_word = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'@' | b'#' | b'$' | b'.' | b'&' | b'-');
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b' ' => break,
            b'\'' => {
                let close = line.get(at + 1..).and_then(|t| t.find('\'')).map_or(line.len(), |n| at + n + 2);
                roles.push((at..close, Role::Literal));
                at = close;
            }
            b if is_word(b) => {
                let length = bytes.iter().skip(at).take_while(|b| is_word(b)).count();
                let word = line.get(at..at + length).unwrap_or_default();
                let role = if bytes.get(at + length) == Some(&b'=') {
                    Role::Level
                } else if word.bytes().all(|b| b.is_ascii_digit()) {
                    Role::Number
                } else {
                    Role::Name
                };
                roles.push((at..at + length, role));
                at += length;
            }
            _ => at += 1,
        }
    }
    (at, roles)
}
