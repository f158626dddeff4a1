//! What each verb does to its operands: a table of verbs, and in each row the words of its clauses.
//!
//! A row says how the operands behind the verb are taken, and which words change that for the operands behind them. The
//! first row of a verb that fits the statement counts.

use super::model::Access::{
    self, Both, Debugging, GoTo, GoToDepending, Processing, Read, Sort, Thru, Use, Write,
};
use super::words::Kw;

/// How operands are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Data, files, mnemonic names.
    Data(Access),
    /// As data that is read; what stands before FOR is counted up.
    Tally,
    /// Names of procedures.
    Procedures(Access),
    /// The name of one procedure, then data that is read.
    Procedure(Access),
    /// The procedure of a PERFORM, if it is not a number of TIMES.
    Perform,
    /// The new target of an altered GO TO, then again altered paragraphs.
    Proceed,
    /// Procedures, or data and files if there are none of these names.
    Either(Access),
    /// A program by its name in a literal or in a data item, then data that is read.
    Program(Access),
    /// The name of an ENTRY.
    Entry,
    /// Words that name nothing.
    Nothing,
}

/// One row: a verb, words of which the statement must have one, and what is done to operands.
#[derive(Debug)]
pub struct Rule {
    verb: Kw,
    with: &'static [Kw],
    /// The operands behind the verb.
    pub first: Mode,
    clauses: &'static [(Kw, Mode)],
}

impl Rule {
    /// How operands are taken behind the word.
    pub fn clause(&self, word: Kw) -> Option<Mode> {
        if word == Kw::None {
            return None;
        }
        self.clauses.iter().find(|(w, _)| *w == word).map(|(_, mode)| *mode)
    }
}

const R: Mode = Mode::Data(Read);
const W: Mode = Mode::Data(Write);
const B: Mode = Mode::Data(Both);
const U: Mode = Mode::Data(Use);

const fn row(verb: Kw, first: Mode, clauses: &'static [(Kw, Mode)]) -> Rule {
    Rule { verb, with: &[], first, clauses }
}

const fn with(verb: Kw, with: &'static [Kw], first: Mode, clauses: &'static [(Kw, Mode)]) -> Rule {
    Rule { verb, with, first, clauses }
}

/// The clauses of INSPECT and of what is like it.
const INSPECT: &[(Kw, Mode)] =
    &[(Kw::Tallying, Mode::Tally), (Kw::Replacing, R), (Kw::Converting, R), (Kw::From, R), (Kw::To, R)];

/// The clauses of XML GENERATE and JSON GENERATE. Words that are none elsewhere name what stands in them.
const GENERATE: &[(Kw, Mode)] = &[
    (Kw::From, R),
    (Kw::Count, W),
    (Kw::Name, U),
    (Kw::Type, U),
    (Kw::Suppress, U),
    (Kw::When, R),
    (Kw::Generate, W),
];

/// The clauses of SORT and MERGE. PROCEDURE comes behind INPUT and OUTPUT only.
const SORT: &[(Kw, Mode)] = &[
    (Kw::Key, R),
    (Kw::Ascending, R),
    (Kw::Descending, R),
    (Kw::Sequence, U),
    (Kw::Using, R),
    (Kw::Giving, W),
    (Kw::Procedure, Mode::Procedure(Sort)),
    (Kw::Thru, Mode::Procedure(Thru)),
    (Kw::Through, Mode::Procedure(Thru)),
];

const CALL: &[(Kw, Mode)] = &[
    (Kw::Using, B),
    (Kw::Reference, B),
    (Kw::Content, R),
    (Kw::Value, R),
    (Kw::Returning, W),
    (Kw::Giving, W),
];

/// The rows. A verb that is not here reads its operands, which is then said to be uncertain.
const RULES: &[Rule] = &[
    row(
        Kw::Accept,
        W,
        &[(Kw::From, R), (Kw::At, R), (Kw::Line, R), (Kw::Column, R), (Kw::Size, R), (Kw::Until, R)],
    ),
    with(Kw::Add, &[Kw::Giving], R, &[(Kw::Giving, W)]),
    row(Kw::Add, R, &[(Kw::To, B)]),
    with(Kw::Allocate, &[Kw::Characters], R, &[(Kw::Returning, W)]),
    row(Kw::Allocate, W, &[(Kw::Returning, W)]),
    row(Kw::Alter, Mode::Procedures(Access::Alter), &[(Kw::To, Mode::Proceed)]),
    row(Kw::Call, Mode::Program(Access::Call), CALL),
    row(Kw::Cancel, Mode::Program(Access::Cancel), &[]),
    row(Kw::Close, U, &[]),
    row(Kw::Commit, Mode::Nothing, &[]),
    row(Kw::Compute, W, &[(Kw::Equal, R)]),
    row(Kw::Continue, R, &[]),
    row(Kw::Delete, U, &[]),
    row(Kw::Disable, R, &[]),
    row(Kw::Display, R, &[(Kw::Upon, U)]),
    with(Kw::Divide, &[Kw::Giving], R, &[(Kw::Into, R), (Kw::By, R), (Kw::Giving, W), (Kw::Remainder, W)]),
    row(Kw::Divide, R, &[(Kw::Into, B)]),
    row(Kw::Enable, R, &[]),
    row(Kw::Entry, Mode::Entry, &[(Kw::Using, U)]),
    row(Kw::Evaluate, R, &[]),
    row(Kw::Examine, B, &[(Kw::Tallying, R), (Kw::Replacing, R), (Kw::Until, R), (Kw::By, R)]),
    row(Kw::Exhibit, R, &[]),
    row(Kw::Exit, R, &[]),
    row(Kw::Free, B, &[]),
    row(Kw::Generate, R, &[]),
    with(Kw::Go, &[Kw::Depending], Mode::Procedures(GoToDepending), &[(Kw::Depending, R)]),
    row(Kw::Go, Mode::Procedures(GoTo), &[]),
    row(Kw::Goback, R, &[]),
    row(Kw::If, R, &[]),
    row(Kw::Initialize, W, &[(Kw::By, R), (Kw::Replacing, Mode::Nothing)]),
    row(Kw::Initiate, U, &[]),
    with(Kw::Inspect, &[Kw::Replacing, Kw::Converting], B, INSPECT),
    row(Kw::Inspect, R, INSPECT),
    row(Kw::Invoke, U, CALL),
    with(Kw::Json, &[Kw::Generate], Mode::Nothing, GENERATE),
    row(Kw::Json, R, &[(Kw::Parse, R), (Kw::Into, W), (Kw::Name, U), (Kw::Suppress, U)]),
    row(Kw::Merge, U, SORT),
    row(Kw::Move, R, &[(Kw::To, W)]),
    with(Kw::Multiply, &[Kw::Giving], R, &[(Kw::Giving, W)]),
    row(Kw::Multiply, R, &[(Kw::By, B)]),
    row(Kw::Open, U, &[(Kw::Input, R), (Kw::Output, W), (Kw::IO, B), (Kw::Extend, W)]),
    row(
        Kw::Perform,
        Mode::Perform,
        &[
            (Kw::Thru, Mode::Procedure(Thru)),
            (Kw::Through, Mode::Procedure(Thru)),
            (Kw::Varying, B),
            (Kw::After, B),
            (Kw::From, R),
            (Kw::By, R),
            (Kw::Until, R),
        ],
    ),
    row(Kw::Purge, R, &[]),
    row(Kw::Read, R, &[(Kw::Into, W), (Kw::Key, R)]),
    row(Kw::Ready, Mode::Nothing, &[]),
    row(Kw::Receive, R, &[(Kw::Into, W)]),
    with(Kw::Release, &[Kw::From], B, &[(Kw::From, R)]),
    row(Kw::Release, R, &[]),
    row(Kw::Reset, Mode::Nothing, &[]),
    row(Kw::Return, R, &[(Kw::Into, W)]),
    with(Kw::Rewrite, &[Kw::From], B, &[(Kw::From, R)]),
    row(Kw::Rewrite, R, &[]),
    row(Kw::Rollback, Mode::Nothing, &[]),
    row(Kw::Search, R, &[(Kw::Varying, B), (Kw::When, R)]),
    row(Kw::Send, R, &[]),
    row(Kw::Service, U, &[]),
    with(Kw::Set, &[Kw::Up, Kw::Down], B, &[(Kw::By, R)]),
    row(Kw::Set, W, &[(Kw::To, R), (Kw::Entry, Mode::Program(Use))]),
    with(Kw::Sort, &[Kw::Procedure, Kw::Using, Kw::Giving], U, SORT),
    // Of a table.
    row(Kw::Sort, B, SORT),
    row(Kw::Start, U, &[(Kw::Key, R)]),
    row(Kw::Stop, R, &[]),
    row(Kw::String, R, &[(Kw::Delimited, R), (Kw::Into, W), (Kw::Pointer, B)]),
    with(Kw::Subtract, &[Kw::Giving], R, &[(Kw::Giving, W)]),
    row(Kw::Subtract, R, &[(Kw::From, B)]),
    row(Kw::Suppress, Mode::Nothing, &[]),
    row(Kw::Terminate, U, &[]),
    row(Kw::Transform, B, &[(Kw::From, R), (Kw::To, R)]),
    row(Kw::Unlock, U, &[]),
    row(
        Kw::Unstring,
        R,
        &[
            (Kw::Delimited, R),
            (Kw::Into, W),
            (Kw::Delimiter, W),
            (Kw::Count, W),
            (Kw::Pointer, B),
            (Kw::Tallying, B),
        ],
    ),
    with(Kw::Use, &[Kw::Debugging], Mode::Nothing, &[(Kw::On, Mode::Either(Debugging)), (Kw::References, U)]),
    row(Kw::Use, Mode::Nothing, &[(Kw::On, U), (Kw::Procedure, U), (Kw::Reporting, U)]),
    row(Kw::When, R, &[]),
    with(Kw::Write, &[Kw::From], B, &[(Kw::From, R), (Kw::Advancing, R), (Kw::After, R), (Kw::Before, R)]),
    row(Kw::Write, R, &[]),
    with(Kw::Xml, &[Kw::Generate], Mode::Nothing, GENERATE),
    row(
        Kw::Xml,
        R,
        &[
            (Kw::Parse, R),
            (Kw::Procedure, Mode::Procedure(Processing)),
            (Kw::Thru, Mode::Procedure(Thru)),
            (Kw::Through, Mode::Procedure(Thru)),
        ],
    ),
];

const UNKNOWN: Rule = row(Kw::None, R, &[]);

/// The row for a statement of `verb`; `has` says whether the statement has a word. None if nobody knows the verb.
pub fn rule(verb: Kw, has: impl Fn(Kw) -> bool) -> Option<&'static Rule> {
    RULES.iter().find(|r| r.verb == verb && (r.with.is_empty() || r.with.iter().any(|w| has(*w))))
}

/// The row for a statement that nobody knows.
pub fn unknown() -> &'static Rule {
    &UNKNOWN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_row_of_a_verb_fits_every_statement_and_no_row_is_hidden() {
        for (i, row) in RULES.iter().enumerate() {
            let later = RULES.iter().skip(i + 1).any(|r| r.verb == row.verb);
            assert_eq!(row.with.is_empty(), !later, "{:?}", row.verb);
        }
    }
}
