//! What the lines before a place say of it, so that any page is coloured right without its file being read to there.
//!
//! A line tells by itself whether an EXEC block is open behind it if it comes to the same end from outside and from inside
//! of one. Only a line with EXEC can change that, so the last one that tells decides.

use super::highlight::highlight;
use super::model::{LineContext, SourceFormat};
use memchr::memmem;

/// How much of the text before a place is worth being looked at, in bytes. A block that is longer is taken for COBOL.
pub const REACH: usize = 64 << 10;
/// How many lines may be between PICTURE and its character string.
const LINES: usize = 8;

/// The context of the line that follows `text`, whole lines of a source in `format`.
pub fn context_after(text: &[u8], format: SourceFormat) -> LineContext {
    let mut spans = Vec::new();
    let mut context = LineContext { format, ..LineContext::default() };
    if format == SourceFormat::NotCobol {
        return context;
    }
    for line in text.split_inclusive(|b| *b == b'\n').filter(|_| format.is_listing()) {
        // Headings say whether what follows is source.
        let _ = context.format.source_line(line.trim_ascii_end());
    }
    let (mut end, mut decided) = (text.len(), 0);
    while let Some(at) = last_exec(text.get(..end).unwrap_or_default()) {
        let start = line_start(text, at);
        let line = line_at(text, start);
        let outside = highlight(line, LineContext { in_exec: false, ..context }, &mut spans).in_exec;
        let inside = highlight(line, LineContext { in_exec: true, ..context }, &mut spans).in_exec;
        if outside == inside {
            // What follows the last such line is all in or all out.
            (context.in_exec, decided) = (outside, start + line.len() + 1);
            break;
        }
        end = start;
    }
    let mut from = text.len();
    for _ in 0..LINES {
        if from <= decided {
            break;
        }
        from = line_start(text, from - 1);
    }
    // Behind the line that decided nothing opens or ends a block; a line before it is not looked at.
    let block = context.in_exec;
    let rest = text.get(from.max(decided)..).unwrap_or_default();
    for line in rest.split_inclusive(|b| *b == b'\n') {
        context = highlight(line.trim_ascii_end(), context, &mut spans);
    }
    LineContext { in_exec: block, ..context }
}

/// Where the last EXEC is, in any usual spelling.
fn last_exec(text: &[u8]) -> Option<usize> {
    memmem::rfind(text, b"XEC").max(memmem::rfind(text, b"xec"))
}

/// Where the line with byte `at` begins.
fn line_start(text: &[u8], at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    memchr::memrchr(b'\n', before).map_or(0, |feed| feed + 1)
}

/// The line that begins at `start`, without its line feed.
fn line_at(text: &[u8], start: usize) -> &[u8] {
    let rest = text.get(start..).unwrap_or_default();
    rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What running through all lines says.
    fn through(text: &str) -> LineContext {
        let start = LineContext { format: SourceFormat::Fixed, ..LineContext::default() };
        let mut spans = Vec::new();
        text.lines().fold(start, |context, line| highlight(line.as_bytes(), context, &mut spans))
    }

    fn seen(text: &str) -> LineContext {
        context_after(text.as_bytes(), SourceFormat::Fixed)
    }

    #[test]
    fn a_block_is_seen_from_inside() {
        let open = "           EXEC SQL\n             SELECT NAME\n";
        assert!(seen(open).in_exec);
        assert!(seen(&open.to_lowercase()).in_exec);
        assert!(!seen(&format!("{open}           END-EXEC.\n")).in_exec);
        assert!(
            !seen(&format!("{open}      * EXEC SQL\n           END-EXEC\n")).in_exec,
            "a comment opens none"
        );
        assert!(!seen("           DISPLAY 'EXEC SQL'\n").in_exec, "nor does a literal");
        assert!(seen(&format!("{open}           -- A-EXEC IS NO WORD OF IT\n")).in_exec);
        assert!(seen("           EXEC SQL A END-EXEC EXEC SQL\n").in_exec);
    }

    #[test]
    fn a_picture_may_be_due() {
        assert!(seen("       01  A PIC\n").in_picture);
        assert!(seen("       01  A PIC\n      * A NOTE\n\n").in_picture);
        assert!(!seen("       01  A PIC\n           X(3).\n").in_picture);
        // The text may begin anywhere.
        assert!(seen("01  A PIC X.\n       01  B PICTURE IS\n").in_picture);
    }

    proptest! {
        /// It says what a look at everything says (of sources in which PICTURE is followed by one).
        #[test]
        fn as_all_lines_say(which in proptest::collection::vec(0_usize..12, 0..40)) {
            const LINES: [&str; 12] = [
                "           MOVE A TO B.",
                "           EXEC SQL",
                "           exec cics send end-exec",
                "             WHERE X = 'EXEC'",
                "           END-EXEC.",
                "      * EXEC SQL END-EXEC",
                "           05 A PIC\n             X(4).",
                "      - 'EXEC'",
                "           DISPLAY 'END-EXEC'",
                "",
                "           PERFORM MY-EXEC",
                "           END-EXEC EXEC SQL",
            ];
            let text: String = which.iter().flat_map(|n| [LINES[*n], "\n"]).collect();
            prop_assert_eq!(seen(&text), through(&text), "{}", text);
        }
    }
}
