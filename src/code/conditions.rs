//! Conditional compilation: `>>DEFINE`, `>>IF`, `>>ELIF`, `>>ELSE` and `>>END-IF`, `>>EVALUATE`, `>>WHEN` and `>>END-EVALUATE`, as the
//! Language Reference of Enterprise COBOL and GnuCOBOL have them. Knows directives only, not the lines between.
//!
//! What a text defines is known, and so is what follows from it. Names that it does not define may come from options of the
//! compiler: a condition on one of them is not known, and then all branches are read. The same holds for conditions
//! with brackets or arithmetic.
//!
//! What is known at a place is a value that can be kept and compared: who reads a text from there on takes it along. It is
//! bounded, whatever the text holds: of more constants, longer ones, or conditions nested deeper nothing is known.

use super::format::columns;

/// Most constants that are known at a time.
const CONSTANTS: usize = 128;
/// Longest name, literal or subject of an EVALUATE, in bytes.
const LONGEST: usize = 160;
/// How much of a directive is looked at, in bytes.
const DIRECTIVE: usize = 1024;
/// Deepest nesting of conditions.
const DEEPEST: usize = 64;

/// What is known of a constant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Constant {
    /// It is not defined (any more).
    Off,
    /// It is a literal: a number, or a text in its quotes.
    Literal(Vec<u8>),
    /// It is defined in a branch that may be read or not, or by something else than a literal.
    Unknown,
}

/// How an open `>>IF` or `>>EVALUATE` stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Branch {
    /// This branch is read, and none after it.
    Read,
    /// This branch is not read; one after it may be.
    Waiting,
    /// One was read: what follows is not.
    Done,
    /// Nobody knows: all branches are read.
    Unknown,
}

/// What is open.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Open {
    branch: Branch,
    /// What an EVALUATE evaluates.
    subject: Option<Vec<Word>>,
}

/// What is known at a place of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Conditions {
    constants: Vec<(Vec<u8>, Constant)>,
    open: Vec<Open>,
    /// How many more are open inside of these.
    deeper: u32,
}

/// A word of a directive, in capitals.
type Word = Vec<u8>;

impl Conditions {
    /// Whether lines here are not read.
    pub fn skips(&self) -> bool {
        self.open.iter().any(|o| matches!(o.branch, Branch::Waiting | Branch::Done))
    }

    /// Takes a directive, beginning with its `>>`. True if nobody else has to look at it: it stands in a branch that is not
    /// read, or it was decided here.
    pub fn take(&mut self, text: &[u8]) -> bool {
        let Some(text) = columns(text, 0, DIRECTIVE).strip_prefix(b">>") else { return self.skips() };
        let words = words(text);
        let Some((first, rest)) = words.split_first() else { return self.skips() };
        let skips = self.skips();
        match first.as_slice() {
            b"IF" => self.begin(branch(self.condition(rest)), None),
            b"EVALUATE" => {
                let known = rest.iter().map(Vec::len).sum::<usize>() <= LONGEST && self.may_decide(rest);
                self.begin(if known { Branch::Waiting } else { Branch::Unknown }, Some(rest.to_vec()))
            }
            b"ELIF" | b"ELSE-IF" => self.next(false, |known, _| branch(known.condition(rest))),
            b"ELSE" => self.next(false, |_, _| Branch::Read),
            b"WHEN" => self.next(true, |known, subject| branch(known.when(subject, rest))),
            b"END-IF" => self.end(false),
            b"END-EVALUATE" => self.end(true),
            b"DEFINE" if !skips => {
                self.define(rest);
                false
            }
            _ => skips,
        }
    }

    /// Opens a condition, or an EVALUATE with its subject. In what is not read none of its branches is.
    fn begin(&mut self, branch: Branch, subject: Option<Vec<Word>>) -> bool {
        if self.open.len() >= DEEPEST {
            self.deeper = self.deeper.saturating_add(1);
            return self.skips();
        }
        let branch = if self.skips() { Branch::Done } else { branch };
        // Where nothing is decided nobody asks for it.
        let subject = subject.map(|s| if branch == Branch::Waiting { s } else { Vec::new() });
        self.open.push(Open { branch, subject });
        branch != Branch::Unknown
    }

    /// The next branch of the innermost condition or EVALUATE, which is what `begins` says if none was read so far.
    fn next(&mut self, evaluates: bool, begins: impl FnOnce(&Self, &[Word]) -> Branch) -> bool {
        if self.deeper > 0 {
            return self.skips();
        }
        let Some(Open { branch, subject }) = self.open.pop_if(|o| o.subject.is_some() == evaluates) else {
            return self.skips();
        };
        let branch = match branch {
            Branch::Waiting => begins(self, subject.as_deref().unwrap_or_default()),
            Branch::Read | Branch::Done => Branch::Done,
            Branch::Unknown => Branch::Unknown,
        };
        self.open.push(Open { branch, subject });
        branch != Branch::Unknown
    }

    /// Closes the innermost condition or EVALUATE, and what was not closed inside of it.
    fn end(&mut self, evaluates: bool) -> bool {
        if let Some(less) = self.deeper.checked_sub(1) {
            self.deeper = less;
            return self.skips();
        }
        let Some(at) = self.open.iter().rposition(|o| o.subject.is_some() == evaluates) else {
            return self.skips();
        };
        self.open.drain(at..).next().is_some_and(|o| o.branch != Branch::Unknown)
    }

    /// Whether anything can be said of a subject.
    fn may_decide(&self, subject: &[Word]) -> bool {
        match subject {
            [word] => word == b"TRUE" || self.value(word).is_some(),
            _ => false,
        }
    }

    /// Whether a WHEN holds of a subject, if that is known.
    fn when(&self, subject: &[Word], words: &[Word]) -> Option<bool> {
        match (subject, words) {
            (_, [other]) if other == b"OTHER" => Some(true),
            ([all], _) if all == b"TRUE" => self.condition(words),
            ([subject], [object]) => Some(self.compare(subject, object)?.is_eq()),
            ([subject], [from, through, to]) if through == b"THRU" || through == b"THROUGH" => {
                Some(self.order(subject, from)?.is_ge() && self.order(subject, to)?.is_le())
            }
            _ => None,
        }
    }

    /// `NAME [AS] literal [OVERRIDE]`, `NAME [AS] OFF`.
    fn define(&mut self, words: &[Word]) {
        let Some((name, rest)) = words.split_first() else { return };
        let value = rest.iter().find(|w| !matches!(w.as_slice(), b"AS" | b"CONSTANT"));
        let sure = self.deeper == 0 && !self.open.iter().any(|o| o.branch == Branch::Unknown);
        let constant = match value {
            Some(value) if sure && value == b"OFF" => Constant::Off,
            Some(value) if sure && is_literal(value) && value.len() <= LONGEST => {
                Constant::Literal(value.clone())
            }
            _ => Constant::Unknown,
        };
        // One that is not kept is one that nothing is known of, as if it came from outside.
        self.constants.retain(|(known, _)| known != name);
        if self.constants.len() < CONSTANTS && name.len() <= LONGEST {
            self.constants.push((name.clone(), constant));
        }
    }

    fn constant(&self, name: &[u8]) -> Option<&Constant> {
        self.constants.iter().find(|(known, _)| known == name).map(|(_, constant)| constant)
    }

    /// Whether a condition holds, if that is known. AND binds more than OR.
    fn condition(&self, words: &[Word]) -> Option<bool> {
        if words.iter().any(|w| !is_text(w) && w.iter().any(|b| b"()*/".contains(b))) {
            return None;
        }
        any(words.split(|w| w == b"OR").map(|part| {
            any(part.split(|w| w == b"AND").map(|simple| self.simple(simple).map(|b| !b))).map(|b| !b)
        }))
    }

    /// A condition without AND and OR.
    fn simple(&self, words: &[Word]) -> Option<bool> {
        if let Some((first, rest)) = words.split_first()
            && first == b"NOT"
        {
            return self.simple(rest).map(|b| !b);
        }
        let (subject, rest) = words.split_first()?;
        let rest: Vec<&[u8]> =
            rest.iter().map(Vec::as_slice).filter(|w| !matches!(*w, b"IS" | b"TO" | b"THAN")).collect();
        let (negated, rest) = match rest.split_first() {
            Some((&b"NOT", rest)) => (true, rest),
            _ => (false, rest.as_slice()),
        };
        let holds = match rest {
            [b"DEFINED"] => match self.constant(subject)? {
                Constant::Off => false,
                Constant::Literal(_) => true,
                Constant::Unknown => return None,
            },
            [b"=" | b"EQUAL", object] => self.compare(subject, object)?.is_eq(),
            [b"<>", object] => self.compare(subject, object)?.is_ne(),
            [b">" | b"GREATER", object] => self.order(subject, object)?.is_gt(),
            [b"<" | b"LESS", object] => self.order(subject, object)?.is_lt(),
            [b">=", object] => self.order(subject, object)?.is_ge(),
            [b"<=", object] => self.order(subject, object)?.is_le(),
            _ => return None,
        };
        Some(holds != negated)
    }

    /// The literal that a word is, or that a constant stands for.
    fn value<'v>(&'v self, word: &'v [u8]) -> Option<&'v [u8]> {
        match self.constant(word) {
            Some(Constant::Literal(value)) => Some(value),
            Some(_) => None,
            None => is_literal(word).then_some(word),
        }
    }

    fn compare(&self, a: &[u8], b: &[u8]) -> Option<std::cmp::Ordering> {
        let (first, second) = (self.value(a)?, self.value(b)?);
        if is_text(first) != is_text(second) {
            return None;
        }
        if is_text(first) { Some(inside(first).cmp(inside(second))) } else { self.order(a, b) }
    }

    /// How two numbers compare. Texts have the order of a collating sequence that is not known.
    fn order(&self, a: &[u8], b: &[u8]) -> Option<std::cmp::Ordering> {
        let number = |word| std::str::from_utf8(self.value(word)?).ok()?.parse::<i128>().ok();
        Some(number(a)?.cmp(&number(b)?))
    }
}

/// The first branch of a condition.
fn branch(holds: Option<bool>) -> Branch {
    match holds {
        Some(true) => Branch::Read,
        Some(false) => Branch::Waiting,
        None => Branch::Unknown,
    }
}

/// Whether one of some conditions holds: one that does is enough, whatever is not known of the others.
fn any(conditions: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut all = Some(false);
    for condition in conditions {
        match condition {
            Some(true) => return Some(true),
            Some(false) => {}
            None => all = None,
        }
    }
    all
}

fn is_text(word: &[u8]) -> bool {
    matches!(word.first(), Some(b'"' | b'\''))
}

fn is_literal(word: &[u8]) -> bool {
    is_text(word) || word.strip_prefix(b"-").unwrap_or(word).iter().all(u8::is_ascii_digit)
}

/// A text without its quotes.
fn inside(text: &[u8]) -> &[u8] {
    text.get(1..text.len().saturating_sub(1)).unwrap_or_default()
}

/// The words of a directive in capitals, texts in quotes as they are; a comment ends it.
fn words(text: &[u8]) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = text.trim_ascii();
    while let Some(first) = rest.first() {
        if rest.starts_with(b"*>") {
            break;
        }
        let length = if is_text(rest) {
            rest.iter().skip(1).position(|b| b == first).map_or(rest.len(), |p| p + 2)
        } else {
            rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len())
        };
        let (word, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        words.push(if is_text(word) { word.to_vec() } else { word.to_ascii_uppercase() });
        rest = after.trim_ascii_start();
    }
    if let Some(last) = words.last_mut().filter(|w| w.len() > 1) {
        last.pop_if(|b| *b == b'.');
    }
    words
}

#[cfg(test)]
mod tests;
