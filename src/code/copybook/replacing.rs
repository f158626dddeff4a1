//! Replacing over a whole text: what a COPY asks for in the member it puts in, and what REPLACE statements ask for in the
//! program, one behind the other.

use super::pattern::Matcher;
use super::region::{Means, Region};
use super::statement::{self, ReplaceStatement};
use super::trace::{Lineage, Traced};
use super::weave::Weaver;
use super::words::{Kind, Stream, Text, Word};
use super::work::Gauge;
use crate::base::num::to_usize;
use crate::code::model::SourceFormat;

/// The text with `matcher` done in all of it. REPLACE statements are text like any other.
pub(super) fn replace(
    input: &Traced,
    format: SourceFormat,
    matcher: Matcher,
    gauge: &mut Gauge<'_>,
) -> Traced {
    Pass::new(input, format).run(matcher, false, gauge)
}

/// The text with its REPLACE statements done.
pub(super) fn replace_statements(input: &Traced, format: SourceFormat, gauge: &mut Gauge<'_>) -> Traced {
    Pass::new(input, format).run(Matcher::default(), true, gauge)
}

struct Pass<'i> {
    text: Text<'i>,
    input: &'i Traced,
}

impl<'i> Pass<'i> {
    fn new(input: &'i Traced, format: SourceFormat) -> Self {
        Self { text: Text::new(&input.text, format), input }
    }

    fn run(&self, mut matcher: Matcher, statements: bool, gauge: &mut Gauge<'_>) -> Traced {
        let text = &self.text;
        let mut stream = Stream::new(text);
        let mut weaver = Weaver::new(text, Lineage::Each(&self.input.origins));
        let mut region = Region::default();
        // Those that wait for REPLACE LAST OFF.
        let mut outer: Vec<Matcher> = Vec::new();
        let mut ends = false;
        let (mut scratch, mut words) = (Vec::new(), Vec::new());
        while let Some(word) = stream.peek(0) {
            gauge.step(1);
            if !gauge.goes_on() {
                rest_of_line(&mut stream, &mut weaver);
                break;
            }
            let means = if statements { region.take(text, &mut stream, &word) } else { Means::Nothing };
            if means == Means::Replace
                && let Some((statement, count)) = statement::replace(text, &mut stream)
            {
                take(&mut stream, count, &mut words);
                note(text, &mut weaver, &words);
                match statement {
                    ReplaceStatement::These(list) => {
                        outer.clear();
                        matcher = Matcher::new(list);
                    }
                    ReplaceStatement::Also(list) => {
                        let both = Matcher::new(list).and(&matcher);
                        outer.push(std::mem::replace(&mut matcher, both));
                    }
                    ReplaceStatement::LastOff => matcher = outer.pop().unwrap_or_default(),
                    ReplaceStatement::Off => {
                        outer.clear();
                        matcher = Matcher::default();
                    }
                }
                continue;
            }
            ends |= means == Means::EndProgram;
            if ends && word.kind == Kind::Period {
                // REPLACE is in force to the end of the program.
                (ends, matcher) = (false, Matcher::default());
                outer.clear();
            }
            let found =
                if matcher.is_empty() { None } else { matcher.find(text, &mut stream, gauge, &mut scratch) };
            match found {
                Some(found) if gauge.bytes(found.replacement.length()) => {
                    take(&mut stream, found.words, &mut words);
                    weaver.replace(&words, &found, stream.peek(0));
                }
                _ => {
                    stream.next();
                    weaver.keep(&word);
                }
            }
        }
        weaver.finish()
    }
}

/// Takes `count` words.
pub(super) fn take(stream: &mut Stream<'_>, count: usize, words: &mut Vec<Word>) {
    words.clear();
    words.extend((0..count).map_while(|_| stream.next()));
}

/// Makes a statement a comment.
pub(super) fn note(text: &Text<'_>, weaver: &mut Weaver<'_>, words: &[Word]) {
    if let [card @ Word { kind: Kind::Directive, .. }] = words {
        weaver.note_part(card.line, text.directive_at(card)..to_usize(card.end.into()), card.format);
    } else if let (Some(first), Some(last)) = (words.first(), words.last()) {
        let (from, to) = (to_usize(first.start.into()), to_usize(last.end.into()));
        weaver.note((first.line, from), (last.last, to), first.format);
    }
}

/// Shows the weaver the words of the line it is at, so that they are not lost when no more are shown.
pub(super) fn rest_of_line(stream: &mut Stream<'_>, weaver: &mut Weaver<'_>) {
    while let Some(word) = stream.peek(0)
        && weaver.line().is_some_and(|line| word.line <= line || word.glued)
    {
        stream.next();
        weaver.keep(&word);
    }
}
