//! EXEC blocks: host variables of SQL, options of CICS and DL/I commands, and the labels that both jump to.
//!
//! In SQL a name counts behind a colon only. A CICS command is words and options, `NAME(argument)`; the table says what is
//! done to the argument.

use super::builder::{Builder, How};
use super::model::{Access, Marks, Space};
use super::rules::Mode;
use super::tok::Tok;
use super::words::Kw;
use crate::code::lex::TokenKind;

/// Any command, or any option.
const ANY: &str = "";

/// What is done to the argument of an option: command, option, how.
const OPTIONS: &[(&str, &str, Mode)] = &[
    (ANY, "RESP", Mode::Data(Access::Write)),
    (ANY, "RESP2", Mode::Data(Access::Write)),
    ("ADDRESS", ANY, Mode::Data(Access::Write)),
    ("ASKTIME", ANY, Mode::Data(Access::Write)),
    ("ASSIGN", ANY, Mode::Data(Access::Write)),
    ("ABEND", ANY, Mode::Data(Access::Read)),
    ("BIF", "FIELD", Mode::Data(Access::Both)),
    ("CONVERSE", "TOLENGTH", Mode::Data(Access::Write)),
    ("CONVERSE", "TOFLENGTH", Mode::Data(Access::Write)),
    ("DELETE", "NUMREC", Mode::Data(Access::Write)),
    ("FORMATTIME", "ABSTIME", Mode::Data(Access::Read)),
    ("FORMATTIME", "DATESEP", Mode::Data(Access::Read)),
    ("FORMATTIME", "TIMESEP", Mode::Data(Access::Read)),
    ("FORMATTIME", ANY, Mode::Data(Access::Write)),
    ("GET", "FLENGTH", Mode::Data(Access::Write)),
    ("GETMAIN", "LENGTH", Mode::Data(Access::Read)),
    ("GETMAIN", "FLENGTH", Mode::Data(Access::Read)),
    ("HANDLE", "PROGRAM", Mode::Program(Access::Link)),
    ("HANDLE", ANY, Mode::Procedures(Access::Handle)),
    ("LINK", "LENGTH", Mode::Data(Access::Read)),
    ("LINK", "PROGRAM", Mode::Program(Access::Link)),
    ("LOAD", "PROGRAM", Mode::Program(Access::Link)),
    ("LOAD", "LENGTH", Mode::Data(Access::Write)),
    ("READ", "LENGTH", Mode::Data(Access::Write)),
    ("READNEXT", "LENGTH", Mode::Data(Access::Write)),
    ("READNEXT", "RIDFLD", Mode::Data(Access::Both)),
    ("READPREV", "LENGTH", Mode::Data(Access::Write)),
    ("READPREV", "RIDFLD", Mode::Data(Access::Both)),
    ("READQ", "LENGTH", Mode::Data(Access::Write)),
    ("READQ", "NUMITEMS", Mode::Data(Access::Write)),
    ("RECEIVE", "LENGTH", Mode::Data(Access::Write)),
    ("RECEIVE", "FLENGTH", Mode::Data(Access::Write)),
    ("RELEASE", "PROGRAM", Mode::Program(Access::Link)),
    ("RETRIEVE", "LENGTH", Mode::Data(Access::Write)),
    ("RETRIEVE", "QUEUE", Mode::Data(Access::Write)),
    ("RETRIEVE", "RTERMID", Mode::Data(Access::Write)),
    ("RETRIEVE", "RTRANSID", Mode::Data(Access::Write)),
    ("RETURN", "COMMAREA", Mode::Data(Access::Read)),
    ("RETURN", "TRANSID", Mode::Program(Access::Start)),
    ("START", "TRANSID", Mode::Program(Access::Start)),
    ("WRITEQ", "ITEM", Mode::Data(Access::Both)),
    ("WRITEQ", "NUMITEMS", Mode::Data(Access::Write)),
    ("XCTL", "COMMAREA", Mode::Data(Access::Read)),
    ("XCTL", "PROGRAM", Mode::Program(Access::Xctl)),
    (ANY, "COMMAREA", Mode::Data(Access::Both)),
    (ANY, "INTO", Mode::Data(Access::Write)),
    (ANY, "NUMREC", Mode::Data(Access::Write)),
    (ANY, "SET", Mode::Data(Access::Write)),
    (ANY, "PROGRAM", Mode::Program(Access::Start)),
];

impl Builder {
    /// An EXEC block, `toks` being what stands between EXEC and END-EXEC. True if control does not come back from it.
    pub fn exec(&mut self, toks: &[Tok]) -> bool {
        let Some((language, toks)) = toks.split_first() else { return false };
        match self.kw(language) {
            Kw::Sql => {
                self.sql(toks);
                false
            }
            Kw::Cics => self.command(Kw::Cics, toks),
            Kw::Dli => {
                self.command(Kw::Dli, toks);
                false
            }
            _ => false,
        }
    }

    fn is(&self, tok: &Tok, word: &str) -> bool {
        tok.kind == TokenKind::Word && self.unit.names.written(tok.word).eq_ignore_ascii_case(word.as_bytes())
    }

    fn is_any(&self, tok: &Tok, words: &[&str]) -> bool {
        words.iter().any(|w| self.is(tok, w))
    }

    fn command(&mut self, language: Kw, toks: &[Tok]) -> bool {
        let Some(command) = toks.first() else { return false };
        let inquires = self.is_any(command, &["INQUIRE", "COLLECT"]);
        let mut at = 0;
        let mut options = 0;
        while let Some(tok) = toks.get(at) {
            at += 1;
            if !toks.get(at).is_some_and(|t| t.is(b'(')) {
                continue;
            }
            let inside = argument(toks.get(at..).unwrap_or_default());
            let fits = |table: &&(&str, &str, Mode)| {
                (table.0 == ANY || self.is(command, table.0)) && (table.1 == ANY || self.is(tok, table.1))
            };
            let known = OPTIONS.iter().find(fits).map(|row| row.2);
            // Only the first option of these names what is asked about.
            let access = if inquires && options > 0 { Access::Write } else { Access::Read };
            self.operands(known.unwrap_or(Mode::Data(access)), language, inside);
            at += inside.len() + 1;
            options += 1;
        }
        let handled =
            toks.iter().any(|t| self.is_any(t, &["RESP", "NOHANDLE"])) && !self.is(command, "ABEND");
        self.is_any(command, &["RETURN", "XCTL", "ABEND"]) && !handled
    }

    fn sql(&mut self, toks: &[Tok]) {
        let Some(verb) = toks.first() else { return };
        if self.is(verb, "WHENEVER") {
            return self.whenever(toks);
        }
        let assigns = self.is_any(verb, &["SET", "GET"]);
        let usual = if self.is(verb, "CALL") {
            Access::Both
        } else if self.is(verb, "ASSOCIATE") {
            Access::Write
        } else {
            Access::Read
        };
        let mut takes = false;
        let mut last = Access::Read;
        let mut at = 0;
        let mut behind = usize::MAX;
        while let Some(tok) = toks.get(at) {
            at += 1;
            if self.is(tok, "INTO") {
                let before = at.checked_sub(2).and_then(|b| toks.get(b));
                takes = !before.is_some_and(|b| self.is_any(b, &["INSERT", "MERGE"]));
            } else if self.is_any(tok, &["FROM", "WHERE", "USING", "VALUES", "FOR"]) {
                takes = false;
            }
            if !tok.is(b':') {
                continue;
            }
            let rest = toks.get(at..).unwrap_or_default();
            let (name, qualifiers, length) = match rest {
                [group, dot, name, ..] if dot.is(b'.') && name.kind == TokenKind::Word => {
                    (name, vec![(group.word, group.at)], 3)
                }
                [name, ..] if name.kind == TokenKind::Word => (name, Vec::new(), 1),
                _ => continue,
            };
            // An indicator stands right behind its variable, and is taken like it.
            let indicator = toks.get(behind..at - 1).is_some_and(|between| match between {
                [] => true,
                [word] => self.is(word, "INDICATOR"),
                _ => false,
            });
            let assigned = assigns && toks.get(at + length).is_some_and(|t| t.is(b'='));
            let access = match () {
                () if indicator => last,
                () if takes || assigned => Access::Write,
                () => usual,
            };
            last = access;
            self.mention(name.word, name.at, &qualifiers, How::data(access, Kw::Sql));
            at += length;
            behind = at;
        }
    }

    /// WHENEVER ... GO TO label.
    fn whenever(&mut self, toks: &[Tok]) {
        let goes = |t: &Tok| self.is_any(t, &["GO", "GOTO", "PERFORM"]);
        let Some(at) = toks.iter().position(goes) else { return };
        let rest = toks.get(at + 1..).unwrap_or_default();
        let label = |t: &&Tok| matches!(t.kind, TokenKind::Word | TokenKind::Number) && !self.is(t, "TO");
        if let Some(label) = rest.iter().find(label) {
            let how = How {
                space: Space::Procedure,
                access: Access::Whenever,
                marks: Marks::default(),
                statement: Kw::Sql,
                always: true,
            };
            self.mention(label.word, label.at, &[], how);
        }
    }
}

/// What stands in the brackets that are due.
fn argument(toks: &[Tok]) -> &[Tok] {
    let mut depth = 0usize;
    for (at, tok) in toks.iter().enumerate() {
        if tok.is(b'(') {
            depth += 1;
        } else if tok.is(b')') {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return toks.get(1..at).unwrap_or_default();
            }
        }
    }
    toks.get(1..).unwrap_or_default()
}
