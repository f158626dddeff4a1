//! Tokens to one data description entry. Knows the clauses of Enterprise COBOL; one that it does not know costs itself and is
//! said.

use super::entry::{DataName, Entry, Key, Occurs, PictureClause, Sign, Value};
use super::picture::{Picture, Symbols};
use super::text::{Capitals, decode, is_clause, level, name_of, shorten};
use super::usage::Usage;
use crate::base::num::to_usize;
use crate::code::lex::{self, Token, TokenKind};
use crate::code::mask::mark;

/// What was read of an entry.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The entry.
    pub entry: Entry,
    /// The copybook that goes on with it: `01 A COPY B.`
    pub copy: Option<String>,
    /// How many tokens belong to it; others follow if its period is missing.
    pub taken: usize,
    /// What is wrong: places in the text and sentences.
    pub problems: Vec<(u32, String)>,
}

/// Most digits of a number, with ARITH(EXTEND).
const MAX_DIGITS: u64 = 31;

/// Words of clauses that are names in most sources: they are names where a clause or the end follows at once.
const NAMES_TOO: &[&str] = &["ANY", "DATE", "DYNAMIC", "LIKE", "SAME", "TYPE", "VOLATILE"];

/// Reads the entry that `tokens` begin with: its level number, and clauses up to the end of the tokens.
pub fn parse(masked: &[u8], tokens: &[Token], symbols: &Symbols) -> Parsed {
    let mut clauses = Clauses { masked, tokens, at: 0, symbols, out: Parsed::default() };
    clauses.entry();
    clauses.out.taken = clauses.at;
    clauses.out
}

/// Whether a token is the first on its line.
fn begins_line(masked: &[u8], token: &Token) -> bool {
    let before = masked.get(..to_usize(token.start.into())).unwrap_or_default();
    before
        .iter()
        .rev()
        .find(|b| !matches!(**b, b' ' | b'\t' | mark::AREA_A | mark::DEBUG))
        .is_none_or(|b| mark::ends_line(*b))
}

struct Clauses<'a> {
    masked: &'a [u8],
    tokens: &'a [Token],
    at: usize,
    symbols: &'a Symbols,
    out: Parsed,
}

impl Clauses<'_> {
    fn token(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.at + ahead)
    }

    fn text(&self) -> String {
        self.token(0).map(|t| decode(&lex::text(self.masked, t))).unwrap_or_default()
    }

    /// The word that is due, in capitals; empty if something else is due or a name that is longer than any word.
    fn word(&self, ahead: usize) -> Capitals {
        let word = self.token(ahead).filter(|t| t.kind == TokenKind::Word);
        word.map(|t| Capitals::of(&lex::text(self.masked, t))).unwrap_or_default()
    }

    fn kind(&self) -> Option<TokenKind> {
        self.token(0).map(|t| t.kind)
    }

    /// Passes over one of `words`, if it is due.
    fn skip(&mut self, words: &[&str]) -> bool {
        let word = self.word(0);
        let due = words.contains(&word.as_str());
        self.at += usize::from(due);
        due
    }

    fn say(&mut self, message: impl Into<String>) {
        let at = self.token(0).or(self.tokens.last()).map_or(0, |t| t.start);
        self.out.problems.push((at, message.into()));
    }

    fn entry(&mut self) {
        self.out.entry.level = level(self.text().as_bytes()).unwrap_or(0);
        self.at += 1;
        self.name();
        loop {
            let before = self.at;
            match self.kind() {
                None => return,
                Some(TokenKind::Word) => self.clause(),
                Some(TokenKind::Number) if self.begins_entry() => {
                    self.say("the entry before has no period");
                    return;
                }
                Some(_) => {
                    let message = format!("{} is not understood here", shorten(&self.text()));
                    self.say(message);
                    self.at += 1;
                    self.pass_unknown();
                }
            }
            if self.at == before {
                self.at += 1;
            }
        }
    }

    /// The name, whose parts may be joined as in `(TAG)-NAME`.
    fn name(&mut self) {
        let word = self.word(0);
        let bracket = self.kind() == Some(TokenKind::Punct);
        let is_name = NAMES_TOO.contains(&word.as_str())
            && (self.token(1).is_none() || is_clause(self.word(1).as_str()));
        if !bracket && !is_name && (self.kind() != Some(TokenKind::Word) || is_clause(word.as_str())) {
            return;
        }
        let mut name = self.text();
        while let (Some(token), Some(next)) = (self.token(0), self.token(1))
            && token.end == next.start
        {
            self.at += 1;
            name.push_str(&self.text());
        }
        self.at += 1;
        if word.as_str() != "FILLER" || name.len() > word.length {
            self.out.entry.name = Some(name);
        }
    }

    /// Whether the number that is due is the level of another entry, whose predecessor has no period.
    fn begins_entry(&self) -> bool {
        let Some(token) = self.token(0) else { return false };
        let next = self.word(1);
        level(self.text().as_bytes()).is_some()
            && begins_line(self.masked, token)
            && self.token(1).is_some_and(|t| t.kind == TokenKind::Word)
            && !matches!(next.as_str(), "THRU" | "THROUGH" | "TIMES" | "TO")
    }

    fn clause(&mut self) {
        let word = self.word(0);
        if let Some(usage) = Usage::of_word(word.as_str()) {
            return self.usage(usage);
        }
        self.at += 1;
        match word.as_str() {
            "IS" => {}
            "PIC" | "PICTURE" => self.picture(),
            "USAGE" => self.usage_word(),
            "SIGN" => {
                self.skip(&["IS"]);
                if !matches!(self.word(0).as_str(), "LEADING" | "TRAILING") {
                    self.say("SIGN without LEADING or TRAILING");
                }
            }
            "LEADING" | "TRAILING" => {
                let separate = self.skip(&["SEPARATE"]);
                self.skip(&["CHARACTER"]);
                self.out.entry.sign = Some(Sign { leading: word.as_str() == "LEADING", separate });
            }
            "SYNC" | "SYNCHRONIZED" => {
                self.skip(&["LEFT", "RIGHT"]);
                self.out.entry.flags.sync = true;
            }
            "JUST" | "JUSTIFIED" => {
                self.skip(&["RIGHT"]);
                self.out.entry.flags.just = true;
            }
            "BLANK" => {
                self.skip(&["WHEN"]);
                self.skip(&["ZERO", "ZEROS", "ZEROES"]);
                self.out.entry.flags.blank_when_zero = true;
            }
            "OCCURS" => self.occurs(),
            "ASCENDING" | "DESCENDING" => self.key(word.as_str() == "ASCENDING"),
            "INDEXED" => self.indexes(),
            "REDEFINES" => self.out.entry.redefines = self.data_name().map(|n| n.parts.concat()),
            "RENAMES" => {
                if let Some(from) = self.data_name() {
                    let through = if self.skip(&["THRU", "THROUGH"]) { self.data_name() } else { None };
                    self.out.entry.renames = Some((from, through));
                }
            }
            "VALUE" | "VALUES" => self.values(),
            "EXTERNAL" => {
                if self.skip(&["AS"]) {
                    self.at += 1;
                }
                self.out.entry.flags.external = true;
            }
            "GLOBAL" => self.out.entry.flags.global = true,
            "VOLATILE" => self.out.entry.flags.volatile = true,
            "TYPEDEF" => {
                self.skip(&["STRONG"]);
                self.out.entry.flags.typedef = true;
            }
            "GROUP-USAGE" => {
                self.skip(&["IS"]);
                self.out.entry.group_usage = Usage::of_word(self.word(0).as_str());
                self.at += 1;
            }
            "BYTE-LENGTH" => {
                self.skip(&["IS"]);
                self.out.entry.byte_length = self.number();
            }
            "COPY" => {
                self.out.copy = Some(name_of(&self.text()));
                // What follows says how the copybook is to be changed.
                self.at = self.tokens.len();
            }
            "DATE" => self.pass_unknown(),
            _ => self.unknown(word.as_str()),
        }
    }

    /// A clause that is not laid out, or not known at all.
    fn unknown(&mut self, word: &str) {
        let decides = [
            ("ANY", "ANY LENGTH"),
            ("DYNAMIC", "DYNAMIC LENGTH"),
            ("LIKE", "LIKE"),
            ("SAME", "SAME AS"),
            ("TYPE", "TYPE"),
        ];
        self.at -= 1;
        match decides.iter().find(|(first, _)| *first == word) {
            Some((_, clause)) => {
                self.out.entry.unsized_by = Some(clause);
                self.say(format!("{clause} decides about the length: it is unknown"));
            }
            None => {
                let text = shorten(&self.text());
                self.say(format!("{text} is no clause that is known here: it is left out"));
            }
        }
        self.at += 1;
        self.pass_unknown();
    }

    /// Passes over what belongs to a clause that is not understood.
    fn pass_unknown(&mut self) {
        while self.kind().is_some()
            && !self.clause_is_due()
            && !(self.kind() == Some(TokenKind::Number) && self.begins_entry())
        {
            self.at += 1;
        }
    }

    fn clause_is_due(&self) -> bool {
        is_clause(self.word(0).as_str())
    }

    fn picture(&mut self) {
        self.skip(&["IS"]);
        if self.kind() != Some(TokenKind::Picture) {
            return self.say("PICTURE without a character string");
        }
        let text = self.text();
        let picture = match Picture::parse(&text, self.symbols) {
            Ok(_) if self.token(1).is_some_and(|t| t.kind == TokenKind::Punct) => {
                self.say(format!("PICTURE {text} is followed by a bracket: its length is unknown"));
                None
            }
            Ok(picture) => {
                if picture.precision() > MAX_DIGITS {
                    self.say(format!("PICTURE {} has more than {MAX_DIGITS} digits", shorten(&text)));
                }
                Some(picture)
            }
            Err(why) => {
                self.say(format!("PICTURE {} {why}: its length is unknown", shorten(&text)));
                None
            }
        };
        if self.out.entry.picture.is_some() {
            self.say("more than one PICTURE: the last one counts");
        }
        self.at += 1;
        self.out.entry.picture = Some(PictureClause { text, picture });
        if self.kind() == Some(TokenKind::Punct) {
            self.pass_unknown();
        }
    }

    /// What follows the word USAGE.
    fn usage_word(&mut self) {
        self.skip(&["IS"]);
        let word = self.word(0);
        match Usage::of_word(word.as_str()) {
            Some(usage) => self.usage(usage),
            None => {
                self.out.entry.unsized_by = Some("USAGE");
                self.say(format!("USAGE {} is not known: the length is unknown", shorten(&self.text())));
                self.at += 1;
                self.pass_unknown();
            }
        }
    }

    /// A word that names a usage is due.
    fn usage(&mut self, usage: Usage) {
        self.at += 1;
        self.skip(&["NATIVE"]);
        if usage == Usage::ObjectReference {
            self.skip(&["REFERENCE"]);
            while self.kind() == Some(TokenKind::Word) && !self.clause_is_due() {
                self.at += 1;
            }
        }
        if self.out.entry.usage.is_some_and(|other| other != usage) {
            self.say("more than one USAGE: the last one counts");
        }
        self.out.entry.usage = Some(usage);
    }

    fn number(&mut self) -> Option<u64> {
        let number = self.text().parse().ok().filter(|_| self.kind() == Some(TokenKind::Number));
        self.at += usize::from(number.is_some());
        number
    }

    /// A name with its qualifiers.
    fn data_name(&mut self) -> Option<DataName> {
        let mut parts = Vec::new();
        loop {
            if self.kind() != Some(TokenKind::Word) {
                self.say("a name is missing");
                break;
            }
            parts.push(self.text());
            self.at += 1;
            if !self.skip(&["OF", "IN"]) {
                break;
            }
        }
        (!parts.is_empty()).then_some(DataName { parts })
    }

    /// Names up to the next clause.
    fn names(&mut self) -> Vec<DataName> {
        let mut names = Vec::new();
        while self.kind() == Some(TokenKind::Word) && !self.clause_is_due() {
            let before = self.at;
            names.extend(self.data_name());
            if self.at == before {
                break;
            }
        }
        names
    }

    fn occurs(&mut self) {
        let mut occurs = Occurs::default();
        let first = self.number();
        let mut max = first;
        if self.skip(&["TO"]) {
            occurs.min = first.unwrap_or(0);
            max = if self.skip(&["UNBOUNDED"]) { None } else { self.number() };
        } else if self.skip(&["UNBOUNDED"]) {
            max = None;
        }
        if max.is_none() {
            self.say("OCCURS without a number of times: how many there are is unknown");
            // A constant of another compiler.
            if self.kind() == Some(TokenKind::Word)
                && !self.clause_is_due()
                && self.word(0).as_str() != "DEPENDING"
            {
                self.at += 1;
            }
        }
        self.skip(&["TIMES"]);
        if self.skip(&["DEPENDING"]) {
            self.skip(&["ON"]);
            occurs.depending = self.data_name();
            // The number alone is the most; one is the fewest then.
            occurs.min = if occurs.min == 0 && max == first { 1 } else { occurs.min };
        } else {
            occurs.min = max.unwrap_or(occurs.min);
        }
        occurs.max = max;
        self.out.entry.occurs = Some(occurs);
    }

    fn key(&mut self, ascending: bool) {
        self.skip(&["KEY"]);
        self.skip(&["IS"]);
        let names = self.names();
        match &mut self.out.entry.occurs {
            Some(occurs) => occurs.keys.push(Key { ascending, names }),
            None => self.say("KEY without OCCURS before it"),
        }
    }

    fn indexes(&mut self) {
        self.skip(&["BY"]);
        let names = self.names();
        match &mut self.out.entry.occurs {
            Some(occurs) => occurs.indexes.extend(names.into_iter().map(|n| n.to_string())),
            None => self.say("INDEXED BY without OCCURS before it"),
        }
    }

    /// Literals up to the next clause.
    fn values(&mut self) {
        self.skip(&["IS", "ARE"]);
        while let Some(kind) = self.kind() {
            if self.clause_is_due() || (kind == TokenKind::Number && self.begins_entry()) {
                break;
            }
            if self.skip(&["WHEN"]) {
                self.skip(&["SET"]);
                self.skip(&["TO"]);
                self.skip(&["FALSE"]);
                self.skip(&["IS"]);
                self.out.entry.when_false = self.literal();
                continue;
            }
            if self.skip(&["IN"]) {
                self.at += 1;
                continue;
            }
            let Some(from) = self.literal() else { break };
            let through = if self.skip(&["THRU", "THROUGH"]) { self.literal() } else { None };
            self.out.entry.values.push(Value { from, through });
        }
    }

    /// A literal or a figurative constant as it is written.
    fn literal(&mut self) -> Option<String> {
        let mut text = self.text();
        self.kind()?;
        self.at += 1;
        let sign = matches!(text.as_str(), "+" | "-") && self.kind() == Some(TokenKind::Number);
        if text.eq_ignore_ascii_case("ALL") || sign {
            if !sign {
                text.push(' ');
            }
            text.push_str(&self.text());
            self.at += 1;
        }
        Some(text)
    }
}
