//! The grammar: its corpus, an annotated sample, each query, and text that no grammar was made for.
//!
//! Corpus and sample are natural COBOL; they are masked here first, as the program does it. `GREENBAR_CORPUS=write cargo test
//! grammar` writes the trees of the corpus anew.

use greenbar::code::{Role, SourceFormat, mark, mask};
use greenbar_grammars::{DATA, HIGHLIGHTS, OUTLINE, REFERENCES};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tree_sitter::{Language, Node, Parser, Query, QueryCursor, StreamingIterator, Tree};

const SAMPLE: &str = include_str!("../../grammars/cobol/samples/stocktake.cbl");

fn language() -> Language {
    greenbar_grammars::COBOL.into()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("grammars/cobol")
}

fn masked(text: &[u8], format: SourceFormat) -> Vec<u8> {
    let mut out = Vec::new();
    mask(text, format, &mut out);
    out
}

fn parsed(masked: &[u8]) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(&language()).unwrap();
    parser.parse(masked, None).unwrap()
}

/// A tree as indented lines: fields, kinds and the text of names.
fn shown(tree: &Tree, masked: &[u8]) -> String {
    let mut out = String::new();
    let mut cursor = tree.walk();
    let mut depth = 0;
    loop {
        let node = cursor.node();
        let _ = write!(out, "{}", "  ".repeat(depth));
        if let Some(field) = cursor.field_name() {
            let _ = write!(out, "{field}: ");
        }
        out.push_str(node.kind());
        if node.child_count() == 0 && depth > 0 {
            let text = &masked[node.byte_range()];
            let _ = write!(out, " {}", String::from_utf8_lossy(text).replace(char::is_control, ""));
        }
        out.push('\n');
        if cursor.goto_first_child() {
            depth += 1;
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return out;
            }
            depth -= 1;
        }
    }
}

/// The cases of a corpus file: heading, source, tree.
fn cases(text: &str) -> Vec<(String, String, String)> {
    let mut cases = Vec::new();
    let parts: Vec<&str> = text.split("==================\n").collect();
    for pair in parts[1..].chunks(2) {
        let [heading, body] = pair else { panic!("a case without a body: {pair:?}") };
        // `free` below the second rule.
        let (source, tree) = body.split_once("\n---\n").unwrap();
        cases.push(((*heading).to_owned(), source.to_owned(), tree.trim().to_owned()));
    }
    cases
}

#[test]
fn corpus() {
    let write = std::env::var("GREENBAR_CORPUS").is_ok_and(|v| v == "write");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder().join("corpus")).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 5);
    let mut faults = String::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let mut again = String::new();
        for (heading, source, wanted) in cases(&text) {
            let (format, code) = match source.strip_prefix("free\n") {
                Some(code) => (SourceFormat::Free, code),
                None => (SourceFormat::Fixed, source.as_str()),
            };
            let masked = masked(code.as_bytes(), format);
            let got = shown(&parsed(&masked), &masked);
            if got.trim() != wanted {
                let _ = writeln!(faults, "{}: {heading}\nwanted:\n{wanted}\ngot:\n{got}", file.display());
            }
            let rule = "==================\n";
            let _ = write!(again, "{rule}{heading}{rule}{source}\n---\n\n{got}\n");
        }
        if write {
            std::fs::write(&file, again).unwrap();
        }
    }
    assert!(write || faults.is_empty(), "{faults}");
}

/// The innermost capture at each place that a comment with carets asks about.
#[test]
fn the_sample_is_highlighted_as_its_comments_say() {
    let code: String =
        SAMPLE.lines().filter(|l| !l.starts_with("      *")).fold(String::new(), |t, l| t + l + "\n");
    let masked = masked(code.as_bytes(), SourceFormat::Fixed);
    let tree = parsed(&masked);
    let roles = captures(HIGHLIGHTS, &tree, &masked);
    let mut starts = vec![0];
    starts.extend(code.match_indices('\n').map(|(at, _)| at + 1));
    let (mut line, mut asked, mut faults) = (0, 0, String::new());
    for text in SAMPLE.lines() {
        if !text.starts_with("      *") {
            line += 1;
            continue;
        }
        for (column, rest) in text.match_indices('^').map(|(at, _)| (at, &text[at + 1..])) {
            let wanted: String = rest.chars().take_while(char::is_ascii_lowercase).collect();
            let place = starts[line - 1] + column;
            let inner = roles.iter().filter(|(_, r)| r.contains(&place)).min_by_key(|(_, r)| r.len());
            asked += 1;
            if inner.is_none_or(|(role, _)| *role != wanted) {
                let _ = writeln!(faults, "line {line} column {}: wanted {wanted}, got {inner:?}", column + 1);
            }
        }
    }
    assert!(asked > 80 && faults.is_empty(), "{asked}\n{faults}");
}

/// All captures of a query with their places, in the order of the text.
fn captures(query: &str, tree: &Tree, masked: &[u8]) -> Vec<(String, std::ops::Range<usize>)> {
    let query = Query::new(&language(), query).unwrap();
    let mut cursor = QueryCursor::new();
    let mut found = Vec::new();
    let mut all = cursor.captures(&query, tree.root_node(), masked);
    while let Some((found_in, at)) = all.next() {
        let capture = found_in.captures()[*at];
        found.push((query.capture_names()[capture.index as usize].to_owned(), capture.node.byte_range()));
    }
    found
}

/// What a query says of the sample: the texts of each capture.
fn found(query: &str) -> BTreeMap<String, Vec<String>> {
    let masked = masked(SAMPLE.as_bytes(), SourceFormat::Fixed);
    let mut map: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (capture, range) in captures(query, &parsed(&masked), &masked) {
        map.entry(capture).or_default().push(String::from_utf8_lossy(&masked[range]).into_owned());
    }
    map
}

#[test]
fn each_role_of_the_highlights_is_one_of_ours() {
    let query = Query::new(&language(), HIGHLIGHTS).unwrap();
    for name in query.capture_names() {
        serde_json::from_value::<Role>(serde_json::Value::from(*name)).unwrap();
    }
}

#[test]
fn the_outline_query_finds_what_an_outline_shows() {
    let found = found(OUTLINE);
    assert_eq!(
        found["name"].join(" "),
        "IDENTIFICATION STOCK01 ENVIRONMENT CONFIGURATION INPUT-OUTPUT STOCK-FILE DATA FILE STOCK-FILE \
         STOCK-RECORD ST-PART-NO ST-ON-HAND ST-EDITED FILLER ST-IX ST-IY ST-EMPTY WORKING-STORAGE WS-STATUS \
         WS-TEXT STOCKCPY PROCEDURE 1000-MAIN 1000-START 2000-READ 2000-EXIT"
    );
    assert_eq!(found["level"].join(" "), "01 05 05 05 05 88 77 01");
    assert_eq!(found["index"].join(" "), "ST-IX ST-IY");
    let counts =
        ["program", "division", "section", "paragraph", "file", "data", "copy"].map(|k| found[k].len());
    assert_eq!(counts, [1, 4, 5, 3, 2, 8, 1]);
    assert!(found["division"][3].ends_with("2000-EXIT. EXIT."));
}

#[test]
fn the_references_query_finds_who_names_whom() {
    let found = found(REFERENCES);
    assert_eq!(found["perform"].join(" "), "2000-READ 2000-EXIT");
    assert_eq!(found["goto"].join(" "), "2000-EXIT");
    assert_eq!(found["call"].join(" "), "'DATECHK'");
    assert_eq!(found["copy"].join(" "), "STOCKCPY SQLCA");
    assert_eq!(found["table"].join(" "), "STOCK.PARTS");
    assert_eq!(found["option"].join(" "), "MAP FROM");
    assert_eq!(found["option.value"].join(" "), "'STKMAP' WS-TEXT");
    for name in ["ST-ON-HAND", "WS-STATUS", ":ST-PART-NO", "ST-EMPTY", "STOCK-FILE"] {
        assert!(found["data"].iter().any(|d| d == name), "{name} in {:?}", found["data"]);
    }
}

#[test]
fn the_data_query_finds_what_a_map_needs() {
    let found = found(DATA);
    assert_eq!(found["picture"].join(" "), "X(08) S9(7)V99 Z.ZZ9,99- XX X(60)");
    assert_eq!(found["usage"].join(" "), "COMP-3");
    assert_eq!(found["occurs"].join(" "), "12");
    assert_eq!(found["redefines"].join(" "), "ST-ON-HAND");
    assert_eq!(found["value"].len(), 5);
    assert_eq!(found["item"].len(), 8);
}

/// Every node kind that a query may name is made by some text of ours.
#[test]
fn every_kind_of_node_is_in_the_corpus_or_the_sample() {
    let mut text = String::new();
    for file in std::fs::read_dir(folder().join("corpus")).unwrap() {
        text += &std::fs::read_to_string(file.unwrap().path()).unwrap();
    }
    let masked = masked(SAMPLE.as_bytes(), SourceFormat::Fixed);
    text += &shown(&parsed(&masked), &masked);
    let language = language();
    for id in 0..u16::try_from(language.node_kind_count()).unwrap() {
        if language.node_kind_is_visible(id) && language.node_kind_is_named(id) {
            let kind = language.node_kind_for_id(id).unwrap();
            let known = text.split_whitespace().any(|word| word == kind);
            assert!(known || kind == "ERROR", "{kind} is in no test");
        }
    }
}

/// `tree-sitter generate` makes what is committed. Only checked where the command is: it is no part of a build.
#[test]
fn the_parser_is_the_one_that_the_grammar_makes() {
    let Ok(version) = std::process::Command::new("tree-sitter").arg("--version").output() else { return };
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    if !["0.26", "0.27"].iter().any(|v| version.contains(v)) {
        return;
    }
    let temp = tempfile::tempdir().unwrap();
    for name in ["grammar.js", "tree-sitter.json"] {
        std::fs::copy(folder().join(name), temp.path().join(name)).unwrap();
    }
    let made = std::process::Command::new("tree-sitter")
        .args(["generate", "--js-runtime", "native"])
        .current_dir(temp.path())
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    for name in ["src/parser.c", "src/node-types.json"] {
        let (ours, new) = (folder().join(name), temp.path().join(name));
        let same = std::fs::read(ours).unwrap() == std::fs::read(new).unwrap();
        assert!(same, "{name} is not what grammar.js makes: run `tree-sitter generate` in grammars/cobol");
    }
}

/// What must hold of the tree of any text: no error, no missing token, and nothing that is not blank outside it.
fn sound(masked: &[u8]) -> Tree {
    let tree = parsed(masked);
    let root = tree.root_node();
    assert!(!root.has_error(), "{:?}\n{}", String::from_utf8_lossy(masked), root.to_sexp());
    let blank = |bytes: &[u8]| bytes.iter().all(|b| *b <= b' ' || matches!(b, b',' | b';'));
    assert!(blank(&masked[..root.start_byte()]) && blank(&masked[root.end_byte()..]));
    let mut end = root.start_byte();
    leaves(root, &mut |leaf| {
        assert!(blank(&masked[end..leaf.start_byte()]), "{:?}", String::from_utf8_lossy(masked));
        end = leaf.end_byte();
    });
    tree
}

fn leaves(root: Node, each: &mut impl FnMut(Node)) {
    let mut cursor = root.walk();
    loop {
        if cursor.goto_first_child() {
            continue;
        }
        each(cursor.node());
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}

#[test]
fn text_may_end_and_begin_anywhere() {
    let masked = masked(SAMPLE.as_bytes(), SourceFormat::Fixed);
    for at in 0..masked.len() {
        sound(&masked[..at]);
    }
    for at in (0..masked.len()).step_by(7) {
        sound(&masked[at..]);
    }
}

/// Words and signs that matter to the scanner, in any order.
fn words() -> impl Strategy<Value = Vec<u8>> {
    const WORDS: &str = "A 1 01 88 100. 'X' 'X \" . . . , ( ) : = == ==A== + -1 *> :T: X' PIC IS 9(3).99. VALUE COMP-3 USAGE OCCURS \
        INDEXED BY REDEFINES RENAMES FILLER FD SD SELECT OPTIONAL ASSIGN RECORD DATA DIVISION PROCEDURE ID ENVIRONMENT SECTION FILE \
        PROGRAM-ID AUTHOR END PROGRAM DECLARATIVES COPY OF REPLACING SUPPRESS REPLACE EXEC SQL CICS END-EXEC DECLARE CURSOR FROM \
        TABLE GO TO CURRENT INCLUDE HANDLE CONDITION LABEL PERFORM THRU TIMES UNTIL ALTER SORT INPUT CALL ENTRY MOVE IF ELSE WHEN \
        END-IF EXIT NEXT SENTENCE FUNCTION DISPLAY COMMIT SPECIAL-NAMES ZERO DEPENDING XML { ~";
    let list: Vec<&str> = WORDS.split_whitespace().collect();
    let separators = [" ", " ", "\n           ", "\n       ", "", "\n      *", "\n      -    "];
    proptest::collection::vec((0..list.len(), 0..separators.len()), 0..80).prop_map(move |picked| {
        picked.iter().map(|(w, s)| [list[*w], separators[*s]].concat()).collect::<String>().into_bytes()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400 * scale()))]

    #[test]
    fn no_sequence_of_words_is_an_error(text in words()) {
        sound(&masked(&text, SourceFormat::Fixed));
        sound(&masked(&text, SourceFormat::Free));
        sound(&text);
    }

    #[test]
    fn no_bytes_are_an_error(text in proptest::collection::vec(any::<u8>(), 0..600)) {
        sound(&masked(&text, SourceFormat::Free));
        // Unmasked too, with bytes that look like marks wherever they please.
        let tree = parsed(&text);
        prop_assert!(!tree.root_node().has_error());
    }
}

fn scale() -> u32 {
    std::env::var("GREENBAR_TEST_SCALE").ok().and_then(|s| s.parse().ok()).unwrap_or(1)
}

#[test]
fn what_is_deep_long_or_endless_costs_linear_time() {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(10_000), close.repeat(10_000));
    let wide = "A".repeat(1 << 20);
    let cases: Vec<(&str, String)> = vec![
        ("nested programs", deep("id division. program-id. a.\n", "end program a.\n")),
        ("nested IF", deep("if a ", "end-if ")),
        ("brackets", deep("(", ")")),
        ("brackets of a block", format!("exec cics link {}", deep("a(", ")"))),
        ("a word of 1 MB", wide.clone()),
        ("a literal of 1 MB", format!("display '{wide}'.")),
        ("an open literal of 1 MB", format!("display '{wide}")),
        ("a picture of 1 MB", format!("01 a pic {wide}.")),
        ("pseudo-text of 1 MB", format!("copy a replacing =={wide}")),
        ("a comment of 1 MB", format!("*> {wide}")),
        ("a block without an end", format!("exec sql {}", "a ".repeat(1 << 19))),
        ("blocks without an end", "exec sql select ".repeat(1 << 16)),
        ("blanks", format!("move{}a", " ".repeat(1 << 20))),
        ("newlines between names", format!("perform{}", "\n".repeat(600)).repeat(2_000)),
        ("a joint of 1 MB", format!("move a{}b", char::from(mark::GLUE).to_string().repeat(1 << 20))),
        ("colons", ":A".repeat(1 << 19)),
        ("labels", "a. ".repeat(1 << 18)),
        ("open pseudo-text", "copy a replacing ==b c. ".repeat(1 << 15)),
        ("hyphens", "-".repeat(1 << 20)),
        ("numbers that are words", "1-".repeat(1 << 19)),
    ];
    for (name, text) in cases {
        let masked = masked(text.as_bytes(), SourceFormat::Free);
        let begun = Instant::now();
        let tree = parsed(&masked);
        let took = begun.elapsed();
        assert!(!tree.root_node().has_error(), "{name}");
        // A second would do; what is not linear takes minutes for a megabyte.
        assert!(took < Duration::from_secs(30), "{name} took {took:?}");
    }
}
