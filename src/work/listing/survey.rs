//! The outline pass over a file: the scan of its source and, of a listing, the units and sections around it, from one look at each
//! line.

use super::frames;
use crate::base::ByteOffset;
use crate::code::{Outline, Scanner, SourceFormat};
use crate::listing::{Contents, Finder};
use crate::source::ChunkSink;

/// Takes the bytes of a file in order.
#[derive(Debug)]
pub struct Survey {
    scanner: Scanner,
    finder: Option<Finder>,
}

impl Survey {
    /// By a scan of a file of this format.
    pub fn new(scanner: Scanner, format: SourceFormat) -> Self {
        Self { scanner, finder: format.is_listing().then(Finder::default) }
    }

    /// What was found: the outline with the units and sections of a listing in it, and those by themselves.
    pub fn finish(mut self) -> (Outline, Contents) {
        let contents = self.finder.take().map(|mut finder| {
            self.scanner
                .last_line(&mut |line, number, at| finder.line_at(line, number.into(), ByteOffset(at)));
            let (lines, end) = self.scanner.taken();
            finder.ended(lines, end)
        });
        let contents = contents.unwrap_or_default();
        (self.scanner.finish().framed(frames(&contents)), contents)
    }
}

impl ChunkSink for Survey {
    fn chunk(&mut self, at: ByteOffset, bytes: &[u8]) {
        match &mut self.finder {
            Some(finder) => {
                let mut other =
                    |line: &[u8], number: u32, at| finder.line_at(line, number.into(), ByteOffset(at));
                self.scanner.chunk_beside(at, bytes, &mut other);
            }
            None => self.scanner.chunk(at, bytes),
        }
    }

    fn counted_chunk(&mut self, at: ByteOffset, bytes: &[u8], feeds: u64) {
        match &self.finder {
            Some(_) => self.chunk(at, bytes),
            None => self.scanner.counted_chunk(at, bytes, feeds),
        }
    }

    fn end(&mut self, _at: ByteOffset) {}

    fn next(&self) -> ByteOffset {
        self.scanner.next()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::listing;
    use super::*;
    use crate::code::detect;
    use proptest::prelude::*;

    /// The listing with or without an end of its last line, and with lines that are neither card nor heading.
    fn texts() -> impl Strategy<Value = Vec<u8>> {
        const ODD: [&str; 6] = [
            "",
            "1ABCDE TORN",
            "000012  12345  X",
            "==000010==> IGYPS2121-S \"X\" was not defined.",
            "    1 warning in compilation group",
            "0  Defined   Cross-reference of data names   References",
        ];
        let odd = proptest::collection::vec((0usize..60, 0..ODD.len()), 0..6);
        (odd, any::<bool>()).prop_map(|(odd, open)| {
            let mut lines: Vec<String> = listing().lines().map(str::to_owned).collect();
            for (at, which) in odd {
                lines.insert(at.min(lines.len()), ODD[which].to_owned());
            }
            (lines.join("\n") + if open { "" } else { "\n" }).into_bytes()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// One pass for both finds what each finds by itself, however the bytes come.
        #[test]
        fn one_pass_finds_what_two_find(text in texts(), size in 1usize..400) {
            let format = detect(text.split(|b| *b == b'\n')).format;
            prop_assert!(format.is_listing());
            let mut survey = Survey::new(Scanner::new(format).with_statements(), format);
            let (mut scanner, mut finder) = (Scanner::new(format).with_statements(), Finder::default());
            for (n, piece) in text.chunks(size).enumerate() {
                survey.chunk(ByteOffset((n * size) as u64), piece);
            }
            scanner.chunk(ByteOffset(0), &text);
            finder.chunk(ByteOffset(0), &text);
            let contents = finder.finish();
            let (outline, found) = survey.finish();
            prop_assert_eq!(&found, &contents);
            prop_assert_eq!(outline, scanner.finish().framed(frames(&contents)));
        }
    }
}
