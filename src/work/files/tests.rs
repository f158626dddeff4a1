use super::*;
use crate::base::meter::no_meter;
use crate::code::Span;
use crate::source::Anchor;

/// A source with a long EXEC block, and free format behind it.
const LINES: [(usize, &str); 7] = [
    (200, "           MOVE A TO B."),
    (1, "           EXEC SQL"),
    (300, "             SELECT MOVE FROM T"),
    (1, "           END-EXEC."),
    // No comment in free format, which is that of the pages behind it.
    (1, "      * EXEC SQL COMES LATER"),
    (1, "       >>SOURCE FORMAT FREE"),
    (100, "move a to b."),
];

#[test]
fn a_page_in_the_middle_is_coloured_as_one_from_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("P.cbl");
    let text: String =
        LINES.iter().flat_map(|(n, line)| std::iter::repeat_n(format!("{line}\n"), *n)).collect();
    std::fs::write(&path, &text).unwrap();
    let file = OpenFile::open(
        path.to_str().unwrap(),
        crate::source::Wanted::default(),
        &crate::base::Budget::unlimited(),
        no_meter(),
    )
    .unwrap();
    let facts = file.facts.clone();
    assert_eq!(facts.format, SourceFormat::Fixed);
    let all: Vec<Vec<Span>> = {
        let mut context = LineContext { format: facts.format, ..LineContext::default() };
        let roles = |line: &str| {
            let mut spans = Vec::new();
            context = crate::code::highlight(line.as_bytes(), context, &mut spans);
            spans
        };
        text.lines().map(roles).collect()
    };
    let unlimited = Budget::unlimited();
    // The scan tells where the format changes.
    let cache = crate::cache::Cache::none();
    file.scan(&Kept::new(&cache, 0), &unlimited, &mut |_| {}).unwrap();
    for line in [1_u64, 2, 201, 202, 300, 501, 503, 504, 505, 550, 604] {
        let request = PageRequest::at(Anchor::Line(LineNo::new(line)), 0);
        let Reply::Page { page, contexts, .. } = file.page(&request, true, &unlimited).unwrap() else {
            panic!()
        };
        let mut spans = Vec::new();
        crate::code::highlight(&page.lines[0].text, contexts[0], &mut spans);
        assert_eq!(spans, all[usize::try_from(line).unwrap() - 1], "line {line}");
    }
}
