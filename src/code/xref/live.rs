//! Whether control can reach a place in a procedure: follows the branches of its statements.
//!
//! In doubt a place can be reached: what is said to be unreachable must be so. An EXIT PROGRAM goes on in a main program,
//! and an inline PERFORM may do nothing.

use super::words::Kw;

/// Deepest nesting that is followed; what is nested deeper counts as part of what is around it.
const DEEPEST: usize = 256;

/// Follows the statements of one procedure after the other.
#[derive(Debug)]
pub struct Live {
    now: bool,
    frames: Vec<Frame>,
    /// Somewhere in this sentence is a NEXT SENTENCE that can be reached.
    next_sentence: bool,
    /// The same for EXIT PARAGRAPH and EXIT SECTION in this procedure.
    exit_paragraph: bool,
    exit_section: bool,
}

/// A statement that has others inside of it.
#[derive(Debug, Clone, Copy)]
struct Frame {
    verb: Kw,
    /// What holds before it, and at the end of one of its branches.
    entry: bool,
    out: bool,
    /// Its branches cover everything that can be.
    all: bool,
    /// It has had a statement since its last WHEN.
    body: bool,
    /// It has had AT END and the like; the same with NOT.
    yes: bool,
    no: bool,
}

impl Live {
    /// At the start of a procedure.
    pub fn new() -> Self {
        Self {
            now: true,
            frames: Vec::new(),
            next_sentence: false,
            exit_paragraph: false,
            exit_section: false,
        }
    }

    /// A statement that control goes through.
    pub fn goes_on(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.body = true;
        }
    }

    /// A statement that control does not come back from.
    pub fn stops(&mut self) {
        self.goes_on();
        self.now = false;
    }

    /// EXIT PARAGRAPH, EXIT SECTION, NEXT SENTENCE: control goes on elsewhere.
    pub fn leaves(&mut self, to: Kw) {
        match to {
            Kw::Paragraph => self.exit_paragraph |= self.now,
            Kw::Section => self.exit_section |= self.now,
            _ => self.next_sentence |= self.now,
        }
        self.stops();
    }

    /// A statement begins that has others inside of it.
    pub fn open(&mut self, verb: Kw) {
        self.goes_on();
        if self.frames.len() < DEEPEST {
            let entry = self.now;
            let frame = Frame { verb, entry, out: false, all: false, body: false, yes: false, no: false };
            self.frames.push(frame);
        }
    }

    /// ELSE.
    pub fn or_else(&mut self) {
        if let Some(frame) = self.inner(|f| f.verb == Kw::If) {
            frame.all = true;
            self.branch();
        }
    }

    /// WHEN; `other` if nothing else is left.
    pub fn when(&mut self, other: bool) {
        if let Some(frame) = self.inner(|f| matches!(f.verb, Kw::Evaluate | Kw::Search)) {
            frame.all |= other;
            self.branch();
        }
    }

    /// AT END and the like, or the same with NOT, of a statement whose verb is one of `verbs`.
    pub fn phrase(&mut self, verbs: &[Kw], not: bool) {
        if let Some(frame) = self.inner(|f| verbs.contains(&f.verb)) {
            frame.yes |= !not;
            frame.no |= not;
            frame.all = frame.yes && (frame.no || frame.verb == Kw::Search);
            self.branch();
        }
    }

    /// The scope of a statement of `verb` ends.
    pub fn close(&mut self, verb: Kw) {
        if let Some(at) = self.frames.iter().rposition(|f| f.verb == verb) {
            while self.frames.len() > at {
                self.close_last();
            }
        }
    }

    /// A period ends the sentence.
    pub fn period(&mut self) {
        while !self.frames.is_empty() {
            self.close_last();
        }
        self.now |= std::mem::take(&mut self.next_sentence);
    }

    /// The procedure ends: whether control reaches its end, and whether it may go to the end of its section.
    pub fn end(&mut self) -> (bool, bool) {
        self.period();
        let end = (self.now || self.exit_paragraph, self.exit_section);
        *self = Self::new();
        end
    }

    /// Closes all that is inside of the innermost frame of this kind, and gives that.
    fn inner(&mut self, kind: impl Fn(&Frame) -> bool) -> Option<&mut Frame> {
        let at = self.frames.iter().rposition(kind)?;
        while self.frames.len() > at + 1 {
            self.close_last();
        }
        self.frames.last_mut()
    }

    /// The innermost frame goes on with another branch.
    fn branch(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.out |= frame.body && self.now;
            frame.body = false;
            self.now = frame.entry;
        }
    }

    fn close_last(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        // A loop may do nothing, and what leaves it goes on behind it.
        let around = if frame.verb == Kw::Perform { frame.entry } else { !frame.all && frame.entry };
        self.now = frame.out | self.now | around;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each word is a step: `go` stops, `x` goes on, `if` opens, `/if` closes, `.` is a period.
    fn falls(steps: &str) -> bool {
        const READ: &[Kw] = &[Kw::Read];
        let mut live = Live::new();
        for step in steps.split(' ') {
            match step {
                "go" => live.stops(),
                "x" => live.goes_on(),
                "if" => live.open(Kw::If),
                "else" => live.or_else(),
                "/if" => live.close(Kw::If),
                "eval" => live.open(Kw::Evaluate),
                "search" => live.open(Kw::Search),
                "when" => live.when(false),
                "other" => live.when(true),
                "/eval" => live.close(Kw::Evaluate),
                "loop" => live.open(Kw::Perform),
                "/loop" => live.close(Kw::Perform),
                "read" => live.open(Kw::Read),
                "end" => live.phrase(READ, false),
                "not" => live.phrase(READ, true),
                "atend" => live.phrase(&[Kw::Search], false),
                "/read" => live.close(Kw::Read),
                "next" => live.leaves(Kw::Sentence),
                "exit" => live.leaves(Kw::Paragraph),
                "." => live.period(),
                _ => panic!("{step}"),
            }
        }
        live.end().0
    }

    #[test]
    fn control_falls_through_unless_every_way_stops() {
        for (steps, wanted) in [
            ("x", true),
            ("go", false),
            ("if go .", true),
            ("if go else go .", false),
            ("if go else x .", true),
            ("if go else if go /if .", true),
            ("if go else if go else go /if /if x", false),
            ("if x go else go /if", false),
            ("eval when go when when go other go /eval", false),
            ("eval when x go other x .", true),
            ("eval when go when go /eval", true),
            ("loop go /loop", true),
            ("read end go /read", true),
            ("read end go not go /read", false),
            ("read end if x . go", false),
            ("if next else go . go", false),
            ("if next else go .", true),
            ("go . x", false),
            ("if exit . go", true),
            ("search atend go when go .", false),
            ("search when go .", true),
            ("if read end go else go .", true),
            ("else when x /if /eval .", true),
        ] {
            assert_eq!(falls(steps), wanted, "{steps}");
        }
    }
}
