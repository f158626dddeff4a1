//! The statements: COPY, EXEC SQL INCLUDE, the includes of library managers, REPLACE. Reads them from a stream of words and
//! takes none: who asks does that, if there is a statement.

use super::pattern::{Part, Replacement};
use super::words::{Kind, Stream, Text, Word};

/// What kind of statement puts a member in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CopyKind {
    /// COPY.
    Copy,
    /// EXEC SQL INCLUDE.
    SqlInclude,
    /// `++INCLUDE`, `-INC` or `%INCLUDE`, of a library manager.
    Include,
}

/// A statement that puts a member in.
#[derive(Debug)]
pub(super) struct CopyStatement {
    pub kind: CopyKind,
    /// As it is written, quotes left out.
    pub name: String,
    pub library: Option<String>,
    pub replacing: Vec<Replacement>,
    /// How many words it has.
    pub words: usize,
    /// The period is there.
    pub ended: bool,
}

/// A REPLACE statement.
#[derive(Debug)]
pub(super) enum ReplaceStatement {
    /// These alone from here on.
    These(Vec<Replacement>),
    /// These before those in force.
    Also(Vec<Replacement>),
    /// Those before the last ALSO.
    LastOff,
    Off,
}

/// Reads words, comments and commas left out.
struct Reader<'r, 't, 's> {
    text: &'r Text<'t>,
    stream: &'r mut Stream<'s>,
    /// How many words were read.
    at: usize,
}

impl Reader<'_, '_, '_> {
    /// The next word, which is not passed over.
    fn due(&mut self) -> Option<Word> {
        while self.stream.peek(self.at).is_some_and(|w| !w.counts()) {
            self.at += 1;
        }
        self.stream.peek(self.at)
    }

    fn due_is(&mut self, wanted: &[u8]) -> bool {
        self.due().is_some_and(|w| self.text.is(&w, wanted))
    }

    /// Passes over the next word if it is this one.
    fn take(&mut self, wanted: &[u8]) -> bool {
        let is = self.due_is(wanted);
        self.at += usize::from(is);
        is
    }

    fn take_kind(&mut self, kind: Kind) -> bool {
        let is = self.due().is_some_and(|w| w.kind == kind);
        self.at += usize::from(is);
        is
    }

    /// A name, in quotes or not.
    fn name(&mut self) -> Option<String> {
        let word = self.due().filter(|w| matches!(w.kind, Kind::Word | Kind::Literal))?;
        self.at += 1;
        let bytes = self.text.bytes(&word);
        Some(String::from_utf8_lossy(unquoted(&bytes)).into_owned())
    }

    /// What is replaced by what, to the period.
    fn replacements(&mut self) -> Result<Vec<Replacement>, &'static str> {
        let mut list = Vec::new();
        loop {
            let part = self.part();
            let (from, _) = self.operand()?;
            if !self.take(b"BY") {
                return Err("BY is missing");
            }
            let (to, outer) = self.operand()?;
            list.extend(Replacement::new(self.text, part, &from, &to, outer));
            if self.due().is_none_or(|w| w.kind == Kind::Period) {
                return Ok(list);
            }
        }
    }

    /// LEADING or TRAILING, which are words like others unless pseudo-text follows.
    fn part(&mut self) -> Part {
        let before = self.at;
        let part = match (self.take(b"LEADING"), self.take(b"TRAILING")) {
            (true, _) => Part::Leading,
            (_, true) => Part::Trailing,
            _ => Part::Whole,
        };
        if self.due().is_some_and(|w| w.kind == Kind::Pseudo) {
            return part;
        }
        self.at = before;
        Part::Whole
    }

    /// Pseudo-text and the places between its delimiters; or a literal, a word, an identifier.
    #[expect(clippy::type_complexity, reason = "the words, and perhaps the places around them")]
    fn operand(&mut self) -> Result<(Vec<Word>, Option<(u32, u32)>), &'static str> {
        let first = self.due().ok_or("an operand is missing")?;
        let mut words = Vec::new();
        self.at += 1;
        match first.kind {
            Kind::Pseudo => loop {
                let word = self.stream.peek(self.at).ok_or("the end of pseudo-text is missing")?;
                self.at += 1;
                if word.kind == Kind::Pseudo {
                    return Ok((words, Some((first.end, word.start))));
                }
                words.push(word);
            },
            Kind::Period => return Err("an operand is missing"),
            _ => words.push(first),
        }
        if first.kind != Kind::Literal {
            self.identifier(&mut words)?;
        }
        Ok((words, None))
    }

    /// What follows the first word of an identifier: what it is glued to, qualifiers, subscripts.
    fn identifier(&mut self, words: &mut Vec<Word>) -> Result<(), &'static str> {
        loop {
            let Some(next) = self.due() else { return Ok(()) };
            let glued = next.glued && !matches!(next.kind, Kind::Period | Kind::Pseudo);
            if self.text.is(&next, b"OF") || self.text.is(&next, b"IN") {
                words.push(next);
                self.at += 1;
                words.extend(self.due().filter(|w| w.kind == Kind::Word));
                self.at += 1;
            } else if next.kind == Kind::Sign && *self.text.bytes(&next) == *b"(" {
                self.brackets(words)?;
            } else if glued {
                words.push(next);
                self.at += 1;
            } else {
                return Ok(());
            }
        }
    }

    /// From one bracket to its other one, within a sentence.
    fn brackets(&mut self, words: &mut Vec<Word>) -> Result<(), &'static str> {
        let mut depth = 0usize;
        loop {
            let word = self.due().filter(|w| !matches!(w.kind, Kind::Period | Kind::Pseudo));
            let word = word.ok_or("a closing bracket is missing")?;
            self.at += 1;
            words.push(word);
            if word.kind == Kind::Sign {
                match &*self.text.bytes(&word) {
                    b"(" => depth += 1,
                    b")" => depth = depth.saturating_sub(1),
                    _ => {}
                }
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }
}

/// The COPY statement whose first word is due.
///
/// # Errors
/// Says what is wrong with it.
pub(super) fn copy(text: &Text<'_>, stream: &mut Stream<'_>) -> Result<CopyStatement, &'static str> {
    let mut reader = Reader { text, stream, at: 1 };
    let name = reader.name().ok_or("COPY without a name")?;
    let mut statement = CopyStatement {
        kind: CopyKind::Copy,
        name,
        library: None,
        replacing: Vec::new(),
        words: 0,
        ended: false,
    };
    if reader.take(b"OF") || reader.take(b"IN") {
        statement.library = Some(reader.name().ok_or("COPY without the name of its library")?);
    }
    if reader.take(b"SUPPRESS") {
        reader.take(b"PRINTING");
    }
    if reader.take(b"REPLACING") {
        statement.replacing = reader.replacements()?;
    }
    let before = reader.at;
    statement.ended = reader.take_kind(Kind::Period);
    // Comments between the last word and a period that is not there are none of the statement's.
    statement.words = if statement.ended { reader.at } else { before };
    Ok(statement)
}

/// The EXEC SQL INCLUDE whose first word is due, if it is one; without the period behind it.
pub(super) fn sql_include(text: &Text<'_>, stream: &mut Stream<'_>) -> Option<CopyStatement> {
    let mut reader = Reader { text, stream, at: 1 };
    if !(reader.take(b"SQL") && reader.take(b"INCLUDE")) {
        return None;
    }
    let name = reader.name()?;
    reader.take(b"END-EXEC").then_some(CopyStatement {
        kind: CopyKind::SqlInclude,
        name,
        library: None,
        replacing: Vec::new(),
        words: reader.at,
        ended: true,
    })
}

/// A name without the quotes around it.
fn unquoted(name: &[u8]) -> &[u8] {
    match name {
        [open @ (b'"' | b'\''), inside @ .., close] if open == close => inside,
        name => name,
    }
}

/// What a line of a library manager says.
pub(super) enum Card {
    /// Put a member in.
    Include(CopyStatement),
    /// The text is changes to another one.
    Basis(String),
}

/// The line of a library manager that is due, if it is one of those that put text in.
pub(super) fn card(text: &Text<'_>, word: &Word) -> Option<Card> {
    const INCLUDES: [&[u8]; 3] = [b"++INCLUDE", b"-INC", b"%INCLUDE"];
    let line = text.bytes(word);
    let first = line.split(|b| *b <= b' ').next().unwrap_or_default();
    let operand = line.get(first.len()..).unwrap_or_default().trim_ascii_start();
    let length = operand.iter().position(|b| *b <= b' ' || matches!(b, b',' | b';'));
    let operand = operand.get(..length.unwrap_or(operand.len())).unwrap_or_default();
    let operand = operand.strip_suffix(b".").unwrap_or(operand);
    let name = String::from_utf8_lossy(unquoted(operand)).into_owned();
    if name.is_empty() {
        None
    } else if INCLUDES.iter().any(|i| first.eq_ignore_ascii_case(i)) {
        let (library, replacing) = (None, Vec::new());
        let kind = CopyKind::Include;
        Some(Card::Include(CopyStatement { kind, name, library, replacing, words: 1, ended: true }))
    } else {
        first.eq_ignore_ascii_case(b"BASIS").then_some(Card::Basis(name))
    }
}

/// The REPLACE statement whose first word is due, if it is one, and how many words it has.
pub(super) fn replace(text: &Text<'_>, stream: &mut Stream<'_>) -> Option<(ReplaceStatement, usize)> {
    let mut reader = Reader { text, stream, at: 1 };
    let statement = if reader.take(b"OFF") {
        ReplaceStatement::Off
    } else if reader.take(b"LAST") {
        reader.take(b"OFF").then_some(ReplaceStatement::LastOff)?
    } else {
        let also = reader.take(b"ALSO");
        let before = reader.at;
        reader.part();
        let pseudo = reader.due().is_some_and(|w| w.kind == Kind::Pseudo);
        reader.at = before;
        if !pseudo {
            return None;
        }
        let list = reader.replacements().ok()?;
        if also { ReplaceStatement::Also(list) } else { ReplaceStatement::These(list) }
    };
    reader.take_kind(Kind::Period).then_some((statement, reader.at))
}
