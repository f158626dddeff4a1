//! Where the statements of the PROCEDURE DIVISION begin and end, and what each does to the flow of control.

use super::model::Kind;
use super::reader::{LONGEST, Reader};
use super::tok::Tok;
use super::words::{Class, Kw};
use crate::code::lex::TokenKind;

/// Phrases that have statements, and the verbs that may have them.
const PHRASES: &[(Kw, &[Kw])] = &[
    (Kw::End, &[Kw::Read, Kw::Return, Kw::Search]),
    (Kw::Invalid, &[Kw::Read, Kw::Write, Kw::Rewrite, Kw::Start, Kw::Delete]),
    (Kw::Size, &[Kw::Add, Kw::Subtract, Kw::Multiply, Kw::Divide, Kw::Compute]),
    (Kw::Overflow, &[Kw::String, Kw::Unstring, Kw::Call]),
    (Kw::Exception, &[Kw::Call, Kw::Invoke, Kw::Xml, Kw::Json, Kw::Accept, Kw::Display]),
    (Kw::EndOfPage, &[Kw::Write]),
    (Kw::Eop, &[Kw::Write]),
];

/// Words that an operand must follow: a name behind them is no header, wherever it stands.
const OPERAND_FOLLOWS: &[Kw] = &[
    Kw::To,
    Kw::From,
    Kw::By,
    Kw::Into,
    Kw::Giving,
    Kw::Using,
    Kw::Of,
    Kw::In,
    Kw::Thru,
    Kw::Through,
    Kw::Varying,
    Kw::Until,
    Kw::Equal,
    Kw::Proceed,
];

impl Reader {
    /// A token of the PROCEDURE DIVISION.
    pub(super) fn procedure_token(&mut self, tok: Tok, class: Class) {
        if let Some(head) = self.head.take() {
            match (tok.kind, class.kw) {
                (TokenKind::Period, _) => return self.begin_node(&head, Kind::Paragraph),
                (_, Kw::Section) => return self.begin_node(&head, Kind::Section),
                // The first word of a statement that nobody knows names nothing.
                _ if self.verb == Kw::None && self.open.is_empty() => {}
                _ => self.open.push(head),
            }
        }
        let begins = self.ended && self.open.is_empty() && self.verb == Kw::None;
        if tok.kind == TokenKind::Period {
            return self.period();
        }
        if (begins || (tok.area_a && !self.awaits_operand())) && self.may_be_header(&tok, class) {
            self.head = Some(tok);
            self.ended = false;
            return;
        }
        self.ended = false;
        if class.kw == Kw::Else {
            self.flush();
            self.live.or_else();
        } else if class.ends != Kw::None {
            self.flush();
            // That of a statement that has no others inside of it ends nothing.
            if std::mem::replace(&mut self.plain, Kw::None) != class.ends {
                self.live.close(class.ends);
            }
        } else if self.begins_statement(&tok, class) {
            self.flush();
            self.verb = class.kw;
        } else {
            if self.open.len() >= LONGEST {
                let verb = self.verb;
                self.flush();
                self.verb = verb;
            }
            self.open.push(tok);
        }
    }

    fn may_be_header(&self, tok: &Tok, class: Class) -> bool {
        match tok.kind {
            TokenKind::Word => !class.verb && self.builder.unit.names.is_name(tok.word),
            TokenKind::Number => true,
            _ => false,
        }
    }

    /// Whether the statement that is open cannot end here.
    fn awaits_operand(&self) -> bool {
        match self.open.last() {
            Some(last) => last.is(b'=') || OPERAND_FOLLOWS.contains(&self.builder.kw(last)),
            None => !matches!(self.verb, Kw::None | Kw::Continue | Kw::Exit | Kw::Goback),
        }
    }

    /// Whether a word begins a statement where it stands.
    fn begins_statement(&self, tok: &Tok, class: Class) -> bool {
        if !class.verb || (!class.reserved && self.builder.unit.names.is_defined(tok.word)) {
            return false;
        }
        let last = self.open.last().map_or(Kw::None, |t| self.builder.kw(t));
        match class.kw {
            // SET pointer TO ENTRY.
            Kw::Entry => last != Kw::To,
            // XML and JSON statements have words of their own.
            Kw::Generate | Kw::Suppress | Kw::When => !matches!(self.verb, Kw::Xml | Kw::Json),
            // EXIT PERFORM.
            Kw::Perform => self.verb != Kw::Exit || !self.open.is_empty(),
            _ => true,
        }
    }

    fn period(&mut self) {
        self.flush();
        self.live.period();
        self.plain = Kw::None;
        self.ended = true;
    }

    fn begin_node(&mut self, head: &Tok, kind: Kind) {
        self.period();
        let (falls, to_section_end) = self.live.end();
        self.builder.end_node(falls, to_section_end);
        self.builder.begin_node(head.word, kind, head.at);
        // The period of a section's header is still to come.
        self.ended = kind == Kind::Paragraph;
    }

    /// A statement is complete, `open` being what follows its verb.
    pub(super) fn statement(&mut self, verb: Kw, open: &[Tok]) {
        let kw = |at: usize| open.get(at).map_or(Kw::None, |t| self.builder.kw(t));
        let (first, second) = (kw(0), kw(1));
        let depends = open.iter().any(|t| self.builder.kw(t) == Kw::Depending);
        let next_sentence = matches!(open, [.., n, s] if self.builder.kw(n) == Kw::Next && self.builder.kw(s) == Kw::Sentence);
        match (verb, first, second) {
            (Kw::None, Kw::Declaratives, _) => self.builder.declarative = true,
            (Kw::None, Kw::End, Kw::Declaratives) => self.end_declaratives(open),
            // What follows END-EXEC, ELSE or a scope end and is no statement.
            (Kw::None, ..) if open.iter().all(|t| !self.builder.unit.names.is_name(t.word)) => {}
            _ => {
                let shape = self.builder.statement(verb, open);
                self.flow(verb, first, depends, shape.names_procedure);
            }
        }
        self.phrases(verb, open);
        if next_sentence {
            self.live.leaves(Kw::Sentence);
        }
    }

    /// What a statement does to the flow of control.
    fn flow(&mut self, verb: Kw, first: Kw, depends: bool, names_procedure: bool) {
        self.plain = verb;
        match (verb, first) {
            (Kw::If | Kw::Evaluate | Kw::Search, _) => self.opens(verb),
            (Kw::Perform, _) if !names_procedure => self.opens(verb),
            (Kw::When, _) => self.live.when(first == Kw::Other),
            (Kw::Go, _) if !depends => self.live.stops(),
            (Kw::Goback, _) | (Kw::Stop, Kw::Run) | (Kw::Exit, Kw::Perform | Kw::Method | Kw::Function) => {
                self.live.stops();
            }
            (Kw::Exit, Kw::Paragraph | Kw::Section) => self.live.leaves(first),
            _ => self.live.goes_on(),
        }
    }

    fn opens(&mut self, verb: Kw) {
        self.live.open(verb);
        self.plain = Kw::None;
    }

    /// AT END and the like in a statement: of its own, or of one around it.
    fn phrases(&mut self, verb: Kw, open: &[Tok]) {
        if verb == Kw::Use {
            return;
        }
        for (at, tok) in open.iter().enumerate() {
            let kw =
                |at: Option<usize>| at.and_then(|at| open.get(at)).map_or(Kw::None, |t| self.builder.kw(t));
            let found = self.builder.kw(tok);
            let Some((_, verbs)) = PHRASES.iter().find(|(w, _)| *w == found && found != Kw::None) else {
                continue;
            };
            if found == Kw::Size && kw(Some(at + 1)) != Kw::Error {
                continue;
            }
            let not = kw(at.checked_sub(1)) == Kw::Not || kw(at.checked_sub(2)) == Kw::Not;
            if verbs.contains(&verb) && self.plain == verb {
                self.opens(verb);
            }
            self.live.phrase(verbs, not);
        }
    }

    /// END DECLARATIVES: what follows is entered as the program is, whether it has a header or not.
    fn end_declaratives(&mut self, open: &[Tok]) {
        let (falls, to_section_end) = self.live.end();
        self.builder.end_node(falls, to_section_end);
        self.builder.declarative = false;
        let at = open.first().map(|t| t.at).unwrap_or_default();
        self.builder.begin_start(at);
    }
}
