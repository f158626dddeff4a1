//! What is fuzzed: every reader of bytes that nobody vetted. Each takes any bytes, must not panic, must come to an end, and
//! must keep what its module promises. `cargo fuzz` finds inputs; those in `corpus/` run as tests of the `it` binary.

use greenbar::app::command;
use greenbar::base::meter::no_meter;
use greenbar::base::text::{Line, LineOptions};
use greenbar::base::{Budget, ByteOffset, LineNo};
use greenbar::code::chunk::Chunker;
use greenbar::code::compare::{Rules, Sayings, Taker, compare};
use greenbar::code::copybook::{Member, Members, Missing, expand};
use greenbar::code::data::Extract;
use greenbar::code::lex::Lexer;
use greenbar::code::parse::parse;
use greenbar::code::xref::{Collector, Want};
use greenbar::code::{Scanner, SourceFormat, context_after, detect, mask, spans};
use greenbar::kb::query;
use greenbar::kb::transfer::{Document, Format, Manner, Rows};
use greenbar::listing::{Contents, Finder, Offsets, map, messages, xref};
use greenbar::source::encoding::{Encoding, Start, Transcriber};
use greenbar::source::{
    self, Anchor, Carriage, ChunkSink, Descriptors, LineFeed, Needle, NeedleSpec, Page, PageRequest, Records,
    SourceFile, Wanted,
};
use greenbar::ui::Theme;

/// What takes any bytes.
pub type Target = fn(&[u8]);

/// The targets by name.
pub const TARGETS: &[(&str, Target)] = &[
    ("mask", masked),
    ("parse", parsed),
    ("outline", outlined),
    ("expand", expanded),
    ("layout", laid_out),
    ("xref", referred),
    ("listing", printed),
    ("line", shown),
    ("typed", typed),
    ("members", listed),
    ("packed", unpacked),
    ("encoding", decoded),
    ("records", cut),
    ("compare", compared),
    ("import", imported),
];

/// The format that the first byte chooses, and the text behind it; without a choice it is guessed.
fn text_of(data: &[u8]) -> (SourceFormat, &[u8]) {
    let (first, text) = data.split_first().map_or((b' ', data), |(f, t)| (*f, t));
    let format = match first % 4 {
        0 => SourceFormat::Fixed,
        1 => SourceFormat::Free,
        2 => SourceFormat::Variable,
        _ => detect(text.split(|b| *b == b'\n').take(100)).format,
    };
    (format, text)
}

/// Two halves of a text and the same halves the other way round: the changes account for all lines, from both sides.
pub fn compared(data: &[u8]) {
    let (format, text) = text_of(data);
    let (first, second) = text.split_at(text.len() / 2);
    let turned = [second, b"\n", first].concat();
    let sides = [[text, turned.as_slice()], [turned.as_slice(), text]];
    let [forth, back] = sides.map(|[a, b]| {
        let mut sayings = Sayings::default();
        let mut side = |text: &[u8]| {
            let mut taker = Taker::new(format, Rules::default(), &mut sayings);
            let taken = text.split(|b| *b == b'\n').all(|line| taker.line(line).is_ok());
            assert!(taken, "too many lines");
            (taker.finish(), Scanner::outline(text, format))
        };
        let ((a, outline_a), (b, outline_b)) = (side(a), side(b));
        compare((a, b), (&outline_a, &outline_b), &sayings, &Budget::unlimited()).unwrap()
    });
    let (x, y) = (forth.counts, back.counts);
    assert_eq!((x.inserted, x.deleted, x.moved), (y.deleted, y.inserted, y.moved));
    let stays = |lines: u32, gone: u64| i128::from(lines) - i128::from(gone);
    assert_eq!(stays(forth.a.len(), x.deleted + x.changed.0), stays(forth.b.len(), x.inserted + x.changed.1));
}

/// Masked text has the length of the text, and its tokens are in order.
pub fn masked(data: &[u8]) {
    let (format, text) = text_of(data);
    let mut out = Vec::new();
    mask(text, format, &mut out);
    assert_eq!(out.len(), text.len());
    let mut end = 0;
    for token in Lexer::new(&out) {
        assert!(token.start >= end && token.end > token.start && token.end as usize <= out.len());
        end = token.end;
    }
    let context = context_after(text, format);
    for line in text.split(|b| *b == b'\n') {
        let mut at = 0;
        for span in spans(line, context) {
            assert!(span.start >= at && (span.start + span.length) as usize <= line.len());
            at = span.start + span.length;
        }
    }
}

/// Units and sections follow each other and lie within what they are of, however the bytes come; tables are read to their end.
pub fn printed(data: &[u8]) {
    let contents = Contents::of(data);
    let mut end = 0;
    for unit in contents.units.iter() {
        assert!(unit.start.0 >= end && unit.end >= unit.start && unit.end_line >= unit.line);
        let mut at = unit.start.0;
        for part in unit.parts() {
            assert!(part.start.0 >= at && part.end >= part.start && part.end <= unit.end);
            at = part.end.0;
            let text = &data[part.start.0 as usize..part.end.0 as usize];
            let _ = (map(text), xref(text), messages(text));
            let _ = (Offsets::of_table(text).at(64, true), Offsets::of_code(text).at(64, false));
        }
        end = unit.end.0;
    }
    let mut finder = Finder::default();
    let mut from = 0;
    for piece in data.chunks(61) {
        finder.chunk(ByteOffset(from), piece);
        from += piece.len() as u64;
    }
    assert_eq!(finder.finish(), contents);
}

/// All that a parse tells lies in its text.
pub fn parsed(data: &[u8]) {
    let (format, text) = text_of(data);
    let mut out = Vec::new();
    mask(text, format, &mut out);
    let structure = parse(&out, &Budget::unlimited()).expect("nobody stops it");
    let end = out.len() as u32;
    assert!(structure.parts.iter().all(|p| p.start <= p.end && p.end <= end));
    assert!(structure.statements.iter().all(|s| s.start <= s.end && s.end <= end));
    assert!(structure.targets.iter().all(|t| (t.part as usize) < structure.parts.len() && t.at <= end));
}

/// An outline does not depend on how the bytes come, its symbols are inside of each other, and chunks cover the text.
pub fn outlined(data: &[u8]) {
    let (format, text) = text_of(data);
    let whole = Scanner::outline(text, format);
    let step = usize::from(data.first().copied().unwrap_or(0) / 4) + 1;
    let mut scanner = Scanner::new(format);
    let mut chunker = Chunker::new(format);
    for (n, piece) in text.chunks(step).enumerate() {
        scanner.chunk(ByteOffset((n * step) as u64), piece);
        chunker.chunk(ByteOffset((n * step) as u64), piece);
    }
    assert_eq!(scanner.finish(), whole);
    chunker.end(ByteOffset(text.len() as u64));
    let mut end = 0;
    for chunk in chunker.finish() {
        assert!(chunk.start.0 == end && chunk.end.0 > end);
        end = chunk.end.0;
    }
    assert_eq!(end, text.len() as u64);
    for symbol in whole.window(0, usize::MAX) {
        assert!(symbol.line <= symbol.end_line && symbol.end_line.get() <= whole.lines.max(1));
    }
}

/// One text for every name.
struct Any<'a>(&'a [u8]);

impl Members for Any<'_> {
    fn member(&self, name: &str, _: Option<&str>) -> Result<Member, Missing> {
        Ok(Member { file: name.into(), text: self.0.into(), elsewhere: false })
    }
}

/// Copybooks in themselves, with whatever is replaced: every line has an origin.
pub fn expanded(data: &[u8]) {
    let (format, text) = text_of(data);
    let (program, copybook) = text.split_at(text.len() / 2);
    let expanded = expand(program, format, &Any(copybook), &Budget::unlimited());
    let lines = expanded.text.split_inclusive(|b| *b == b'\n').count();
    assert!(expanded.origins.len().abs_diff(lines) <= 1);
    assert!(expanded.origins.iter().all(|o| o.source as usize <= expanded.copies.len()));
}

/// Items of a record lie in it.
pub fn laid_out(data: &[u8]) {
    let (format, text) = text_of(data);
    let mut items = 0;
    let mut extract = Extract::new(format, |record| items += record.items.len());
    extract.chunk(ByteOffset(0), text);
    extract.finish();
    assert!(items <= text.len());
}

/// The cross-reference, and all ways through its procedures.
pub fn referred(data: &[u8]) {
    let (format, text) = text_of(data);
    let mut units = Vec::new();
    let mut collector = Collector::new(format, Want::All, |unit| units.push(unit));
    collector.chunk(ByteOffset(0), text);
    collector.finish();
    for unit in &units {
        for program in 0..unit.programs().max(1) {
            let program = if unit.programs() == 0 { unit.root_program() } else { program };
            if let Some(flow) = unit.flow(program) {
                let tree = flow.tree(None);
                let depths = tree.steps.windows(2);
                assert!(depths.into_iter().all(|p| p[1].depth <= p[0].depth + 1));
                let _ = (flow.unreachable(), flow.left());
            }
        }
    }
}

/// No byte of a file comes to the screen as a control.
pub fn shown(data: &[u8]) {
    for latin1 in [false, true] {
        let line = Line::decode(data, &LineOptions { latin1, columns: true, ..LineOptions::default() });
        assert!(!line.text().chars().any(char::is_control));
        for byte in 0..data.len().min(64) {
            assert!(line.cell_of_byte(byte) <= line.cells());
        }
    }
}

/// What people type: searches, commands, themes.
pub fn typed(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let query = query::parse(&text);
    let _ = (
        query.shown(),
        query.filter(0),
        command::parse(&text).is_ok(),
        Theme::parse("t.toml", &text).is_ok(),
    );
}

/// Rows of a file and documents: the first byte says of which kind. Each row is read or named.
pub fn imported(data: &[u8]) {
    let (first, rest) = data.split_first().map_or((b'j', data), |(first, rest)| (*first, rest));
    let rows = |format| Rows::read(rest, format).and_then(Rows::count);
    let document = |manner| {
        let text = Ok(String::from_utf8_lossy(rest).into_owned());
        let document = Document { name: "dir/x.md".to_owned(), manner, text, bytes: 0, remark: None };
        Rows::documents(std::iter::once(Ok(document)), "General").count()
    };
    let counted = match first {
        b'j' => rows(Format::Json),
        b'l' => rows(Format::Jsonl),
        b'c' => rows(Format::Csv),
        b'm' => document(Manner::Markdown),
        b't' => document(Manner::Text),
        _ => document(Manner::Html),
    };
    if let Ok((good, bad)) = counted {
        assert!(good + bad <= rest.len() as u64 + 1);
    }
}

/// A file with these bytes, away when dropped.
struct OnDisk(std::path::PathBuf);

impl OnDisk {
    fn new(data: &[u8]) -> Self {
        let thread = format!("{:?}", std::thread::current().id());
        let name: String = thread.chars().filter(char::is_ascii_digit).collect();
        let path = std::env::temp_dir().join(format!("greenbar-fuzz-{}-{name}", std::process::id()));
        std::fs::write(&path, data).expect("a temporary file");
        Self(path)
    }
}

impl Drop for OnDisk {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Archives: tar, pax, XMIT, IEBUPDTE. A member that is listed as such opens, with the bytes that the list says.
pub fn listed(data: &[u8]) {
    let file = OnDisk::new(data);
    let Ok(list) = source::members(&file.0, &Budget::unlimited()) else { return };
    let last_of = |name: &str| list.members.iter().rev().find(|m| m.name == name);
    for member in list.members.iter().take(20) {
        let mut named = file.0.clone().into_os_string();
        named.push("(");
        named.push(greenbar::base::name::path_of(&member.name));
        named.push(")");
        let open = SourceFile::open(named.as_ref(), no_meter());
        if let (Ok(open), Some(last)) = (&open, last_of(&member.name)) {
            // A file that is cut off has less of its last member than it says.
            assert!(
                last.opens
                    && (!list.problems.is_empty()
                        || last.records.is_some()
                        || last.bytes == Some(open.size()))
            );
            let _ = open.read(ByteOffset(0), 1 << 16);
        }
    }
}

/// Compressed files: a part that is read alone is the same as in the whole, and the scan comes to the end.
pub fn unpacked(data: &[u8]) {
    let file = OnDisk::new(data);
    let Ok(open) = SourceFile::open(&file.0, no_meter()) else { return };
    let _ = open.scan(&mut [], &Budget::unlimited(), &mut |_| {});
    let size = open.size().min(1 << 20);
    let (whole, good) = open.raw(ByteOffset(0), size as usize);
    if !good {
        return;
    }
    for part in 0..4 {
        let at = size * part / 4;
        let (bytes, _) = open.raw(ByteOffset(at), 100);
        assert!(whole[at as usize..].starts_with(&bytes));
    }
}

/// Text in any encoding: characters cover the bytes, a line has a cell for each, a transcription is as long.
pub fn decoded(data: &[u8]) {
    let (first, text) = data.split_first().map_or((0, data), |(f, t)| (usize::from(*f), t));
    let encoding = Encoding::ALL[first % Encoding::ALL.len()];
    let start = if first < 128 { Start::Line } else { Start::Inside };
    let covered: usize = encoding.units(text, start).map(|unit| unit.length).sum();
    assert_eq!(covered, text.len());
    let line = encoding.line(text, start, &LineOptions::default());
    assert!(line.bytes() == text.len() && !line.text().chars().any(char::is_control));
    let mut plain = Vec::new();
    Transcriber::new(encoding, None).append(text, &mut plain);
    assert_eq!(plain.len(), text.len());
    let guess = source::encoding::detect(&[text]);
    assert!(guess.confidence <= 100);
    if let Ok(again) = encoding.encode(&encoding.text(text, start)) {
        assert_eq!(encoding.text(&again, Start::Line), encoding.text(text, start));
    }
}

/// A file as records of any kind: forwards and backwards over its pages, through its finds and its scan come the same lines.
pub fn cut(data: &[u8]) {
    let (first, bytes) = data.split_first().map_or((0, data), |(f, t)| (*f, t));
    let kind = Descriptors {
        blocked: first & 1 > 0,
        little: first & 2 > 0,
        inclusive: first & 4 > 0,
        from: u32::from(first & 0b1_1000),
    };
    let length = std::num::NonZeroU32::new(u32::from(first % 60) + 1);
    let records = match first >> 6 {
        0 => None,
        1 => length.map(Records::Fixed),
        2 => Some(Records::Variable(kind)),
        _ => Some(Records::Lines(LineFeed::EbcdicNl)),
    };
    let file = OnDisk::new(bytes);
    let wanted = Wanted { records, ..Wanted::default() };
    let Ok(open) = SourceFile::open_as(&file.0, wanted, no_meter()) else { return };
    let budget = Budget::unlimited();
    let _ = open.scan(&mut [], &budget, &mut |_| {});
    let down = PageRequest::at(Anchor::Line(LineNo::FIRST), 4_000);
    let down = open.page(&down, &budget).expect("nobody stops it");
    let up = PageRequest { before: 4_000, ..PageRequest::at(Anchor::End, 0) };
    let up = open.page(&up, &budget).expect("nobody stops it");
    assert!(!(down.at_bottom && up.at_top) || down.lines == up.lines);
    let spec = NeedleSpec { text: "a".into(), ignore_case: true, ..NeedleSpec::default() };
    let Ok(needle) = Needle::in_encoding(&spec, open.detected().format.encoding) else { return };
    let (count, hits) = open.find_all(&needle, 4_000, &budget, &mut |_| {}).expect("nobody stops it");
    assert_eq!(count.matches.min(4_000), hits.len() as u64);
    let mut lines = 0;
    let _ = open.lines(open.first_line(), &budget, &mut |_, ends| {
        lines += u64::from(ends);
        std::ops::ControlFlow::Continue(())
    });
    assert!(
        down.total_lines.is_none_or(|total| total == lines),
        "{lines} {:?} {}",
        down.total_lines,
        open.detected().format
    );
    as_printed(&open, (first & 63, &down), &budget);
}

/// The same lines as they are printed: as many, none longer, and as many pages as begin on them.
fn as_printed(open: &SourceFile, (first, down): (u8, &Page), budget: &Budget) {
    let kinds = [Carriage::Asa, Carriage::Mixed, Carriage::Machine, Carriage::Feeds];
    open.set_printed(kinds.get(usize::from(first % 5)).copied(), true);
    let sheets = open.count_pages(budget).expect("nobody stops it");
    let request = PageRequest::at(Anchor::Line(LineNo::FIRST), 4_000);
    let page = open.page(&request, budget).expect("nobody stops it");
    assert_eq!(page.lines.len(), down.lines.len());
    let begin = page.lines.iter().filter(|line| line.printed.page).count() as u64;
    assert!(
        !page.at_bottom || open.detected().carriage == Carriage::None || begin == sheets,
        "{begin} {sheets}"
    );
    let mut texts = vec![0];
    let _ = open.lines(open.first_line(), budget, &mut |part, ends| {
        if let Some(last) = texts.last_mut() {
            *last += part.len() as u64;
        }
        if ends {
            texts.push(0);
        }
        std::ops::ControlFlow::Continue(())
    });
    for (line, text) in page.lines.iter().zip(&texts) {
        assert_eq!(line.length, text + u64::from(line.printed.control));
    }
}
