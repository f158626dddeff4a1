//! Text of a source to records: divisions, sections, file descriptions, entries, copies. Knows sentences; what is in an entry
//! is for [`super::clauses`], which item is under which for [`super::builder`].

use super::builder::{Builder, problem};
use super::clauses;
use super::entry::Spot;
use super::model::{Record, Section};
use super::picture::Symbols;
use super::text::{decode, level, name_of, shorten};
use super::usage::Addresses;
use crate::base::LineNo;
use crate::base::num::{to_u64, to_usize};
use crate::code::lex::{self, Lexer, Token, TokenKind};
use crate::code::mask::mask_from;
use crate::code::{Before, Problem};
use memchr::memchr_iter;

/// A sentence with more tokens ends there: something that should end it is missing.
const MAX_TOKENS: usize = 100_000;
/// Most problems that belong to no record.
const MAX_PROBLEMS: usize = 100;

/// Copybooks of products that hold whole records, so none of them can go on with the record before.
const WHOLE_RECORDS: &[&str] = &["DFHAID", "DFHBMSCA", "DFHEIBLK", "DFHMSRCA", "SQLCA", "SQLDA"];

/// Where in a source the reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Division {
    /// Nowhere yet: it may be a copybook.
    #[default]
    None,
    Identification,
    Environment,
    Data,
    /// A section of the DATA DIVISION that holds no storage.
    Skipped,
    Procedure,
}

/// Reads pieces of a source in order.
#[derive(Debug, Default)]
pub struct Reader {
    builder: Builder,
    symbols: Symbols,
    division: Division,
    /// The next sentence begins with the name of a program.
    names_program: bool,
    /// Debugging lines are code.
    debugging: bool,
    /// Records that are complete.
    done: Vec<Record>,
    /// What belongs to no record.
    problems: Vec<Problem>,
    masked: Vec<u8>,
}

/// A piece of text with its lines.
struct Piece<'t> {
    text: &'t [u8],
    first_line: u64,
    feeds: Vec<u32>,
}

impl<'t> Piece<'t> {
    fn new(text: &'t [u8], first_line: u64) -> Self {
        let feeds = memchr_iter(b'\n', text).filter_map(|f| u32::try_from(f).ok()).collect();
        Self { text, first_line, feeds }
    }

    fn spot(&self, at: u32) -> Spot {
        let before = self.feeds.partition_point(|f| *f < at);
        let start = before.checked_sub(1).and_then(|b| self.feeds.get(b)).map_or(0, |f| f + 1);
        Spot {
            line: LineNo::new(self.first_line.saturating_add(to_u64(before))),
            column: at.saturating_sub(start).saturating_add(1),
        }
    }
}

impl Reader {
    /// Reads a piece of a source that begins at the start of line `line`, between two sentences, from what is known before it.
    /// Gives what is known at its end.
    pub fn read(&mut self, text: &[u8], line: u64, before: Before) -> Before {
        let mut masked = std::mem::take(&mut self.masked);
        let behind = mask_from(text, before, &mut masked);
        self.sentences(&masked, &Piece::new(text, line));
        self.masked = masked;
        behind
    }

    /// Nothing follows.
    pub fn end(&mut self) {
        let record = self.builder.finish();
        self.done.extend(record);
    }

    /// The records that are complete, once.
    pub fn take_records(&mut self) -> impl Iterator<Item = Record> + '_ {
        self.done.drain(..)
    }

    /// What belongs to no record, once.
    pub fn take_problems(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.problems)
    }

    fn say(&mut self, at: Spot, message: impl Into<String>) {
        let left = self.builder.problem(problem(at, message));
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.extend(left);
        }
    }

    fn sentences(&mut self, masked: &[u8], piece: &Piece<'_>) {
        let mut lexer = Lexer::new(masked).peekable();
        let mut sentence: Vec<Token> = Vec::new();
        let (mut in_pseudo, mut in_exec) = (false, false);
        while let Some(token) = lexer.next() {
            match token.kind {
                TokenKind::Comment => continue,
                TokenKind::Directive => {
                    if let Some(member) = self.directive(&token, piece) {
                        self.sentence(masked, &sentence, piece);
                        sentence.clear();
                        self.copy(&member, piece.spot(token.start));
                    }
                    continue;
                }
                _ if token.debug && !self.debugging => continue,
                TokenKind::Punct if matches!(&*lex::text(masked, &token), b"," | b";") => continue,
                _ => {}
            }
            let leads = token.area_a || sentence.is_empty();
            let word = if leads { word_of(masked, &token) } else { String::new() };
            let header = token.area_a && self.header(masked, &word, lexer.peek());
            let entry = token.area_a && !in_pseudo && begins_record(masked, &token, &word);
            if (header || entry) && !sentence.is_empty() {
                // It ends whatever is open: a sentence without its period, an EXEC block without its end.
                self.sentence(masked, &sentence, piece);
                sentence.clear();
                in_pseudo = false;
                if self.division == Division::Data || entry {
                    self.say(piece.spot(token.start), "a period is missing before this");
                }
                if std::mem::take(&mut in_exec) {
                    // What follows is no text of the block.
                    lexer = Lexer::at(masked, to_usize(token.start.into())).peekable();
                    continue;
                }
            }
            match token.kind {
                TokenKind::Pseudo => in_pseudo = !in_pseudo,
                TokenKind::Word if is_one(masked, &token, &[b"EXEC", b"EXECUTE"]) => in_exec = true,
                _ => {}
            }
            let ends = token.kind == TokenKind::Period && !in_pseudo && !in_exec;
            if !ends {
                sentence.push(token);
            }
            let exec_ends = in_exec && is_one(masked, &token, &[b"END-EXEC"]);
            if exec_ends {
                in_exec = false;
            }
            // An EXEC block that stands alone needs no period.
            let alone = exec_ends && first_word(masked, &sentence).starts_with("EXEC");
            if ends || alone || sentence.len() >= MAX_TOKENS {
                self.sentence(masked, &sentence, piece);
                sentence.clear();
                in_pseudo = false;
            }
        }
        self.sentence(masked, &sentence, piece);
    }

    /// Whether a header begins with `word`.
    fn header(&self, masked: &[u8], word: &str, next: Option<&Token>) -> bool {
        let second = next.map(|t| word_of(masked, t)).unwrap_or_default();
        match word {
            "IDENTIFICATION" | "ID" | "ENVIRONMENT" | "DATA" | "PROCEDURE" => second == "DIVISION",
            "PROGRAM-ID" | "FUNCTION-ID" | "CLASS-ID" | "METHOD-ID" => true,
            "END" => matches!(second.as_str(), "PROGRAM" | "FUNCTION" | "CLASS" | "METHOD"),
            "" => false,
            _ => second == "SECTION" && (data_section(word).is_some() || self.division == Division::Data),
        }
    }

    fn sentence(&mut self, masked: &[u8], tokens: &[Token], piece: &Piece<'_>) {
        let mut rest = tokens;
        while let Some(first) = rest.first() {
            let taken = self.part(masked, rest, piece, piece.spot(first.start));
            rest = rest.get(taken.max(1)..).unwrap_or_default();
        }
    }

    /// What `tokens` begin with, and how many of them belong to it.
    fn part(&mut self, masked: &[u8], tokens: &[Token], piece: &Piece<'_>, at: Spot) -> usize {
        let all = tokens.len();
        let Some(first) = tokens.first() else { return 0 };
        // Nearly all sentences that are read.
        let data = matches!(self.division, Division::None | Division::Data) && !self.names_program;
        if data && first.kind == TokenKind::Number && level(&lex::text(masked, first)).is_some() {
            return self.entry(masked, tokens, piece, at);
        }
        let word = word_of(masked, first);
        let second = tokens.get(1).map(|t| word_of(masked, t)).unwrap_or_default();
        if std::mem::take(&mut self.names_program) {
            self.program(masked, tokens);
            return all;
        }
        match (word.as_str(), second.as_str()) {
            ("IDENTIFICATION" | "ID", "DIVISION") | ("END", "PROGRAM" | "FUNCTION" | "CLASS" | "METHOD") => {
                self.enter(Division::Identification);
            }
            ("ENVIRONMENT", "DIVISION") => self.enter(Division::Environment),
            ("DATA", "DIVISION") => self.enter(Division::Data),
            ("PROCEDURE", "DIVISION") => self.enter(Division::Procedure),
            ("PROGRAM-ID" | "FUNCTION-ID" | "CLASS-ID" | "METHOD-ID", _) => {
                self.enter(Division::Identification);
                self.names_program = true;
                if let Some(name) = tokens.get(1..).filter(|rest| !rest.is_empty()) {
                    self.names_program = false;
                    self.program(masked, name);
                }
            }
            // Also where the header of the division is missing.
            (name, "SECTION") if data_section(name).is_some() || self.division == Division::Data => {
                self.section(name, at);
            }
            _ => match self.division {
                Division::Environment => self.environment(masked, tokens),
                Division::None | Division::Data => return self.data(masked, tokens, at),
                Division::Skipped | Division::Identification | Division::Procedure => {}
            },
        }
        all
    }

    fn enter(&mut self, division: Division) {
        let record = self.builder.finish();
        self.done.extend(record);
        self.division = division;
    }

    fn program(&mut self, masked: &[u8], tokens: &[Token]) {
        let name = tokens.first().map(|t| name_of(&decode(&lex::text(masked, t)))).unwrap_or_default();
        let record = self.builder.program(name);
        self.done.extend(record);
        self.symbols = Symbols::default();
        self.debugging = false;
    }

    /// SPECIAL-NAMES, and whether debugging lines are code.
    fn environment(&mut self, masked: &[u8], tokens: &[Token]) {
        let words: Vec<String> = tokens.iter().map(|t| decode(&lex::text(masked, t))).collect();
        let is = |at: usize, wanted: &str| words.get(at).is_some_and(|w| w.eq_ignore_ascii_case(wanted));
        let behind = |at: usize, passed: &[&str]| {
            (at..words.len())
                .find(|i| !passed.iter().any(|p| is(*i, p)))
                .and_then(|i| Some((i, words.get(i)?)))
        };
        for at in 0..words.len() {
            if is(at, "DECIMAL-POINT") && behind(at + 1, &["IS"]).is_some_and(|(i, _)| is(i, "COMMA")) {
                self.symbols.decimal_comma = true;
            } else if is(at, "DEBUGGING") && is(at + 1, "MODE") {
                self.debugging = true;
            } else if is(at, "CURRENCY")
                && let Some((sign_at, sign)) = behind(at + 1, &["SIGN", "IS"])
            {
                let symbol =
                    behind(sign_at + 1, &["WITH"]).filter(|(i, _)| is(*i, "PICTURE") || is(*i, "PIC"));
                let symbol = symbol.and_then(|(i, _)| behind(i + 1, &["SYMBOL"]));
                let symbol = symbol.and_then(|(_, literal)| name_of(literal).chars().next());
                self.symbols.add_currency(&name_of(sign), symbol);
            }
        }
    }

    /// A sentence of the DATA DIVISION.
    fn data(&mut self, masked: &[u8], tokens: &[Token], at: Spot) -> usize {
        let all = tokens.len();
        let Some(first) = tokens.first() else { return 0 };
        let word = word_of(masked, first);
        let second = tokens.get(1).map(|t| decode(&lex::text(masked, t))).unwrap_or_default();
        match word.as_str() {
            "FD" | "SD" | "CD" => {
                let record = self.builder.file(name_of(&second));
                self.done.extend(record);
                let copied = tokens.iter().position(|t| word_of(masked, t) == "COPY");
                if let Some(name) = copied.and_then(|c| tokens.get(c + 1)) {
                    self.copy(&name_of(&decode(&lex::text(masked, name))), at);
                }
            }
            "COPY" => {
                self.copy(&name_of(&second), at);
                return copy_length(masked, tokens);
            }
            "EXEC" | "EXECUTE" => self.exec(masked, tokens, at),
            "REPLACE" => {
                let off = second.eq_ignore_ascii_case("OFF");
                if !off {
                    self.say(at, "REPLACE is not carried out: what follows is shown as it is written");
                }
            }
            // In a copybook anything may follow, statements too.
            _ if self.division == Division::None => {}
            _ => {
                let text = shorten(&decode(&lex::text(masked, first)));
                self.say(
                    at,
                    format!("{text} is not understood in the DATA DIVISION: left out up to its period"),
                );
            }
        }
        all
    }

    fn section(&mut self, name: &str, at: Spot) {
        let known = data_section(name);
        let record = self.builder.section(known.unwrap_or_default());
        self.done.extend(record);
        self.division = if known.is_some() { Division::Data } else { Division::Skipped };
        if known.is_none() {
            self.say(at, format!("{name} SECTION is not laid out"));
        }
    }

    fn entry(&mut self, masked: &[u8], tokens: &[Token], piece: &Piece<'_>, at: Spot) -> usize {
        let parsed = clauses::parse(masked, tokens, &self.symbols);
        let mut entry = parsed.entry;
        entry.at = at;
        let record = self.builder.entry(entry);
        self.done.extend(record);
        for (place, message) in parsed.problems {
            self.say(piece.spot(place), message);
        }
        if let Some(name) = parsed.copy {
            self.copy(&name, at);
        }
        parsed.taken
    }

    /// A copybook, which was not put in.
    fn copy(&mut self, name: &str, at: Spot) {
        let whole = WHOLE_RECORDS.iter().any(|known| name.eq_ignore_ascii_case(known));
        let open = !whole && self.builder.missing(name, at);
        self.say(
            at,
            if open {
                format!("copybook {name} is not put in: if it goes on with this record, offsets behind it are unknown")
            } else {
                format!("copybook {name} is not put in")
            },
        );
    }

    /// An EXEC block: an INCLUDE is a copybook, nothing else describes data.
    fn exec(&mut self, masked: &[u8], tokens: &[Token], at: Spot) {
        let word = |i: usize| tokens.get(i).map(|t| decode(&lex::text(masked, t))).unwrap_or_default();
        if word(1).eq_ignore_ascii_case("SQL") && word(2).eq_ignore_ascii_case("INCLUDE") {
            self.copy(&name_of(&word(3)), at);
        }
    }

    /// A line for the compiler or for a library manager. Gives the member that it includes.
    fn directive(&mut self, token: &Token, piece: &Piece<'_>) -> Option<String> {
        let text =
            piece.text.get(to_usize(token.start.into())..to_usize(token.end.into())).unwrap_or_default();
        let text = decode(text);
        let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '*').trim_end();
        let upper = text.to_ascii_uppercase();
        let data = matches!(self.division, Division::None | Division::Data);
        if upper.starts_with("CBL") || upper.starts_with("PROCESS") {
            if upper.replace(' ', "").contains("LP(64)") {
                self.builder.set_addresses(Addresses::Lp64);
            }
        } else if data && (upper.starts_with(">>IF") || upper.starts_with(">>EVALUATE")) {
            let message = "conditional compilation: what follows is read whatever the condition";
            self.say(piece.spot(token.start), message);
        }
        let member =
            ["++INCLUDE ", "-INC "].iter().find_map(|p| upper.starts_with(p).then(|| text.get(p.len()..)));
        let member = member.flatten().filter(|_| data)?.split_whitespace().next()?;
        Some(member.trim_end_matches('.').to_owned())
    }
}

/// Whether what begins with this token in area A begins a record or a file.
fn begins_record(masked: &[u8], token: &Token, word: &str) -> bool {
    let number = token.kind == TokenKind::Number && matches!(level(&lex::text(masked, token)), Some(1 | 77));
    number || matches!(word, "FD" | "SD" | "CD")
}

/// The section with storage that `name` names.
fn data_section(name: &str) -> Option<Section> {
    Some(match name {
        "FILE" => Section::File,
        "WORKING-STORAGE" => Section::WorkingStorage,
        "LOCAL-STORAGE" => Section::LocalStorage,
        "LINKAGE" => Section::Linkage,
        "COMMUNICATION" => Section::Communication,
        _ => return None,
    })
}

/// The word that a token is, in capitals; empty if it is something else.
fn word_of(masked: &[u8], token: &Token) -> String {
    if token.kind == TokenKind::Word {
        decode(&lex::text(masked, token)).to_ascii_uppercase()
    } else {
        String::new()
    }
}

/// Whether the text of a token is one of `words`.
fn is_one(masked: &[u8], token: &Token, words: &[&[u8]]) -> bool {
    let text = lex::text(masked, token);
    words.iter().any(|w| text.eq_ignore_ascii_case(w))
}

fn first_word(masked: &[u8], tokens: &[Token]) -> String {
    tokens.first().map(|t| word_of(masked, t)).unwrap_or_default()
}

/// How many tokens a COPY has: its period may be missing.
fn copy_length(masked: &[u8], tokens: &[Token]) -> usize {
    let is = |at: usize, words: &[&str]| {
        tokens.get(at).is_some_and(|t| words.contains(&word_of(masked, t).as_str()))
    };
    let mut at = 2;
    loop {
        if is(at, &["OF", "IN"]) {
            at += 2;
        } else if is(at, &["SUPPRESS"]) {
            at += 1;
        } else if is(at, &["REPLACING"]) {
            return tokens.len();
        } else {
            return at;
        }
    }
}
