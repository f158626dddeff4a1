//! Documents: what an export wrote, what other programs write, and what nobody meant for reading.

use super::{Home, free, home};
use greenbar::base::Result;
use greenbar::kb::transfer::{Document, Manner, Options, Report, Rows, export_documents, import};
use greenbar::store::{Entry, Severity, Store};
use proptest::prelude::*;

/// Names and texts.
pub type Files = Vec<(String, String)>;

pub fn written(store: &dyn Store) -> Files {
    let mut files = Vec::new();
    export_documents(store, &free(), &mut |name, text| {
        assert!(!name.contains(['/', '\\']) && !name.starts_with('.'), "{name}");
        files.push((name.to_owned(), text.to_owned()));
        Ok(())
    })
    .unwrap();
    files
}

fn document(name: &str, manner: Manner, text: &str) -> Document {
    let bytes = text.len() as u64;
    Document { name: name.to_owned(), manner, text: Ok(text.to_owned()), bytes, remark: None }
}

pub fn take(store: &dyn Store, files: &Files) -> Result<Report> {
    let documents = files.iter().map(|(name, text)| Ok(document(name, Manner::Markdown, text)));
    import(store, Rows::documents(documents, "General"), &options(), &free(), &mut |_| {})
}

fn options() -> Options {
    Options { at: 1, ..Options::default() }
}

/// The entry that one document becomes.
fn entry(name: &str, manner: Manner, text: &str) -> (Entry, Report) {
    let Home { store, _dir } = home();
    let documents = std::iter::once(Ok(document(name, manner, text)));
    let report =
        import(&store, Rows::documents(documents, "General"), &options(), &free(), &mut |_| {}).unwrap();
    assert_eq!((report.added, &report.rejected[..]), (1, &[][..]), "{name}");
    let list = store.list(&greenbar::store::Filter::default(), 0, 10, &free()).unwrap();
    (store.entry(&list[0].id, &free()).unwrap().unwrap(), report)
}

#[test]
fn front_matter_of_both_kinds_gives_the_fields() {
    let yaml = "---\nid: KB0042\ntitle: \"Deadlock: payroll\"\nCategory: Db2\npriority: 1 - Critical\ntags: [Lock, Dead Lock, '#db2']\n\
        aliases:\n  - DL1\n  - DL2\ncodes: [-911, PAY0012E]\nauthor: M. Muster\nlinks:\n- SC18-9845; chapter 3\nrelated: SQL-913, SQL-904\n\
        created: 2024-01-01\nlayout: post\nnested: {a: 1}\n---\n\nThe batch and CICS wait for each other.\n\n## Root cause\n\nTwo orders.\n\n\
        ## Resolution\n\nRerun.\n\n### Prevention\n\nOne order.\n";
    let toml = "+++\nid = \"KB0042\"\ntitle = \"Deadlock: payroll\"\ncategory = \"Db2\"\nseverity = \"critical\"\ntags = [\"lock\", \"dead-lock\", \"db2\"]\n\
        aliases = [\"DL1\", \"DL2\"]\ncodes = [-911, \"PAY0012E\"]\nauthor = \"M. Muster\"\nreferences = [\"SC18-9845\", \"chapter 3\"]\n\
        related = [\"SQL-913\", \"SQL-904\"]\ndate = 2024-01-01\nlayout = \"post\"\nnested = {a = 1}\n+++\n\
        The batch and CICS wait for each other.\n\n## Root cause\n\nTwo orders.\n\n# Solution\nRerun.\n\n### Prevention\n\nOne order.\n";
    for (text, references) in [(yaml, &["SC18-9845; chapter 3"][..]), (toml, &["SC18-9845", "chapter 3"][..])]
    {
        for text in [text.to_owned(), format!("\u{FEFF}{}", text.replace('\n', "\r\n"))] {
            let (Entry { body, .. }, report) = entry("x.md", Manner::Markdown, &text);
            assert_eq!((body.id.as_str(), body.title.as_str()), ("KB0042", "Deadlock: payroll"));
            assert_eq!((body.category.as_str(), body.severity), ("Db2", Severity::Severe));
            assert_eq!(body.tags, ["lock", "dead-lock", "db2"]);
            // Neither code is named by the text: they are names of the entry now.
            assert_eq!(body.aliases, ["DL1", "DL2", "-911", "PAY0012E"]);
            assert_eq!(body.references, references);
            assert_eq!((body.related.len(), body.author.as_str()), (2, "M. Muster"));
            assert_eq!(
                body.problem,
                "The batch and CICS wait for each other.\n\n## Root cause\n\nTwo orders."
            );
            assert_eq!(body.solution, "Rerun.\n\n### Prevention\n\nOne order.");
            let unused: Vec<&str> = report.unused.iter().map(|u| u.name.as_str()).collect();
            assert_eq!(unused, ["layout", "nested"]);
        }
    }
}

#[test]
fn a_document_without_fields_is_read_by_its_headings() {
    let (got, _) = entry(
        "db2/Lock waits.md",
        Manner::Markdown,
        "# Lock waits at month end\n\nWhat is seen.\n\n**Symptoms:**\n\nSlow.\n```\n# Solution is no heading here\n```\n**Fix**\n\nWait.\n",
    );
    let body = got.body;
    assert_eq!((body.id.as_str(), body.title.as_str()), ("F-DB2-LOCK-WAITS", "Lock waits at month end"));
    assert_eq!(body.category, "db2");
    assert_eq!(
        body.problem,
        "What is seen.\n\n**Symptoms:**\n\nSlow.\n```\n# Solution is no heading here\n```"
    );
    assert_eq!(body.solution, "Wait.");
    // A ruler at the top is no front matter.
    let (got, _) = entry("ruler.md", Manner::Markdown, "---\nNothing else happened today\n");
    assert_eq!(got.body.title, "Nothing else happened today");
}

#[test]
fn text_has_its_title_in_its_first_line_and_codes_in_the_text() {
    let (got, _) = entry(
        "notes/payr.txt",
        Manner::Text,
        "Payroll run ends early\r\n======================\r\n\r\nPAYR010 ended with S0C7 in step 3.\r\nResolution: fix the input\r\nand rerun.\r\n",
    );
    let body = got.body;
    assert_eq!((body.title.as_str(), body.category.as_str()), ("Payroll run ends early", "notes"));
    assert_eq!(body.problem, "PAYR010 ended with S0C7 in step 3.");
    assert_eq!(
        (body.solution.as_str(), &body.codes[..]),
        ("fix the input\nand rerun.", &["S0C7".to_owned()][..])
    );
    let long = format!("{}\nIEF450I ABEND=S806\n", "x".repeat(300));
    let (got, _) = entry("job_log-17.log", Manner::Text, &long);
    assert_eq!((got.body.title.as_str(), got.body.category.as_str()), ("job log 17", "General"));
    assert_eq!(got.body.problem, long.trim());
    assert!(got.body.codes.contains(&"S806".to_owned()), "{:?}", got.body.codes);
}

#[test]
fn a_page_becomes_markdown() {
    let (got, _) = entry(
        "page.html",
        Manner::Html,
        "<html><head><title>x</title><style>p{}</style></head><body><h1>VSAM open fails</h1><p>RC 8 &amp; more</p>\
         <h2>Resolution</h2><ol><li>Run <code>VERIFY</code></li><li>Try <a href=\"https://x/y\">again</a></li></ol>\
         <pre>//STEP1 EXEC\n//DD DD DSN=&lt;hlq&gt;</pre></body></html>",
    );
    assert_eq!((got.body.title.as_str(), got.body.problem.as_str()), ("VSAM open fails", "RC 8 & more"));
    assert_eq!(
        got.body.solution,
        "1. Run `VERIFY`\n2. Try again (https://x/y)\n\n```\n//STEP1 EXEC\n//DD DD DSN=<hlq>\n```"
    );
}

#[test]
fn a_document_is_known_again_by_its_name_and_changes_its_entry() {
    let Home { store, _dir } = home();
    let first = vec![("a/one.md".to_owned(), "# One\n\nText.\n".to_owned())];
    assert_eq!(take(&store, &first).unwrap().added, 1);
    assert_eq!(take(&store, &first).unwrap().unchanged, 1);
    let second = vec![("a/one.md".to_owned(), "# One\n\nOther text.\n".to_owned())];
    assert_eq!(take(&store, &second).unwrap().changed, 1);
    assert_eq!(store.entry("F-A-ONE", &free()).unwrap().unwrap().body.problem, "Other text.");
    let report = take(&store, &vec![second[0].clone(), ("a one.md".to_owned(), "# x\n".to_owned())]).unwrap();
    assert!(report.rejected[0].reason.contains("a/one.md has the same id"), "{:?}", report.rejected);
    assert_eq!(report.rejected[0].file, "a one.md");
}

#[test]
fn what_is_wrong_in_front_matter_is_named_with_its_line() {
    let Home { store, _dir } = home();
    for (text, line, part) in [
        ("---\ntitle: a\nseverity: awful\n---\n", 3, "awful"),
        ("---\ntitle: [a\n---\n", 3, "YAML"),
        ("---\n- a\n---\n", 2, "YAML"),
        ("+++\ntitle = a\n+++\n", 2, "TOML"),
        ("---\ntitel: a\n---\n", 2, "\"title\"?"),
    ] {
        let report = take(&store, &vec![("dir/x.md".to_owned(), text.to_owned())]).unwrap();
        let rejected = &report.rejected[0];
        assert!(rejected.reason.contains(part), "{text}: {rejected:?}");
        assert_eq!((rejected.row, rejected.file.as_str()), (line, "dir/x.md"), "{text}: {rejected:?}");
    }
}

#[test]
fn a_document_that_was_exported_may_be_edited_by_hand() {
    let Home { store, _dir } = home();
    let text = "+++\nid = \"E1\"\ntitle = \"Edited\"\ncategory = \"Batch\"\nlayout = \"x\"\n+++\n\nIntroduction.\n\n# Problem\n\nP\n\n# Solution\n\nS\n";
    let report = take(&store, &vec![("E1.md".to_owned(), text.to_owned())]).unwrap();
    let body = store.entry("E1", &free()).unwrap().unwrap().body;
    assert_eq!((body.problem.as_str(), body.solution.as_str()), ("Introduction.\n\n# Problem\n\nP", "S"));
    assert_eq!(report.unused[0].name, "layout");
}

fn odd() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(vec![
        "---\n",
        "+++\n",
        "title",
        ": ",
        " = ",
        "[",
        "]",
        "{",
        "}",
        "- ",
        "\"",
        "'",
        "\"\"\"",
        "|\n",
        ">-\n",
        "&a ",
        "*a",
        "<<: ",
        "# ",
        "## Resolution\n",
        "Fix:",
        "**Fix**\n",
        "```",
        "\n",
        "\r\n",
        "\r",
        "\t",
        "  ",
        "a",
        "0",
        "-811",
        "S0C7 ",
        "<p>",
        "</p>",
        "<pre>",
        "<li>",
        "</ul>",
        "<!--",
        "<script>",
        "&#0;",
        "&#x41;",
        "&amp",
        "<a href=",
        "http://x",
        "é",
        "\u{FEFF}",
        "\u{1b}",
        "!!set ",
        "? ",
    ]);
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn any_document_is_taken_or_refused(
        texts in proptest::collection::vec(prop_oneof![odd(), odd().prop_map(|t| format!("---\n{t}")), any::<String>()], 1..4),
        manner in proptest::sample::select(vec![Manner::Markdown, Manner::Text, Manner::Html]),
    ) {
        let documents = texts.iter().enumerate().map(|(n, text)| Ok(document(&format!("{n}.md"), manner, text)));
        let Home { store, _dir } = home();
        let options = Options { preview: true, ..Options::default() };
        let report = import(&store, Rows::documents(documents, "General"), &options, &free(), &mut |_| {}).unwrap();
        prop_assert_eq!(report.rows, texts.len() as u64);
        prop_assert_eq!(report.added + report.duplicates + report.rejected_rows, report.rows);
    }
}
