#![allow(clippy::unwrap_used)]
use super::*;
use crate::base::text;
use crate::code::Role;
use proptest::prelude::*;

/// A line as text: indent, and pieces with their look around them.
fn show(line: &Line) -> String {
    let mut out = " ".repeat(line.indent);
    for Span { text, kind } in &line.spans {
        let (open, close) = match kind {
            Kind::Text => ("", ""),
            Kind::Heading => ("#", "#"),
            Kind::Code => ("`", "`"),
            Kind::Bullet | Kind::Number => ("(", ")"),
            Kind::Strong => ("*", "*"),
            Kind::Mark => ("[", "]"),
            Kind::Source(_) => ("<", ">"),
        };
        out.extend([open, text, close]);
    }
    out
}

fn shown(text: &str, width: usize) -> Vec<String> {
    lines(text, width).iter().map(show).collect()
}

#[test]
fn an_entry_looks_as_it_should() {
    let text = "\n## Look at ##\n\n1. The operands of the **failing statement** in `OFFSET`.\n2. SYSOUT\n   of the step:\n\n\
                \x20  ```\n   IEC141I  013-18\n     X\n   ```\n\n- one\n  - two words of it\n\n\n\nEnd.  \nReally.\n\n";
    assert_eq!(
        shown(text, 24),
        [
            "#Look at#",
            "",
            "(1. )The operands of the",
            "   *failing statement* in",
            "   `OFFSET`.",
            "(2. )SYSOUT of the step:",
            "",
            "   `IEC141I  013-18`",
            "   `  X`",
            "",
            "(- )one",
            "  (- )two words of it",
            "",
            "End.",
            "Really.",
        ]
    );
}

#[test]
fn what_is_meant_literally_stays() {
    for text in [
        "2 * 3 ** 4",
        "a `b",
        "**open",
        "*em* _WS_CUST_ID_ __x__",
        "***",
        "#1 is not a heading",
        "1999) was no item of a list",
        "-811 and +100",
        "1.5 GB",
        "C:\\dir",
        "``` `x` no fence",
    ] {
        assert_eq!(shown(text, 60), [text]);
    }
    assert_eq!(shown("\\*\\*a\\*\\* \\`b\\`", 60), ["**a** `b`"]);
    assert_eq!(shown("ended in\n1985. It", 60), ["ended in 1985. It"]);
}

#[test]
fn code_keeps_its_blanks_and_is_not_wrapped() {
    assert_eq!(shown("`//S1   EXEC PGM=X` ok", 60), ["`//S1   EXEC PGM=X` ok"]);
    assert_eq!(shown("`` a`b `` x", 60), ["`a`b` x"]);
    assert_eq!(shown("~~~\n**a**\tlonger than wide\n~~~\nb", 8), ["`**a**   longer than wide`", "b"]);
    assert_eq!(
        shown("    //A DD *\n    x\n\ntext\n    goes on", 60),
        ["<//><A>` `<DD>` *`", "`x`", "", "text goes on"]
    );
    assert_eq!(shown("| a | b |\n| c | d |", 4), ["`| a | b |`", "`| c | d |`"]);
    assert_eq!(shown("```\nnever closed", 60), ["`never closed`"]);
}

#[test]
fn matches_are_marked_wherever_they_are() {
    assert_eq!(shown("an \u{2}S0C7\u{3} in `x \u{2}y\u{3}`", 60), ["an [S0C7] in `x `[y]"]);
    assert_eq!(shown("# a \u{2}b\u{3} c", 60), ["#a #[b]# c#"]);
}

#[test]
fn an_empty_cell_and_the_next_one_are_one_piece() {
    let all = lines("||0", 8);
    assert!(all.iter().all(|line| line.spans.windows(2).all(|w| w[0].kind != w[1].kind)), "{all:?}");
}

#[test]
fn words_break_only_where_they_must() {
    assert_eq!(shown("aaaa bb cccccccccccc d", 5), ["aaaa", "bb", "ccccc", "ccccc", "cc d"]);
    assert_eq!(shown("**aa**bb cc", 4), ["*aa*bb", "cc"]);
    assert_eq!(shown("漢字漢", 1), ["漢", "字", "漢"]);
    assert_eq!(shown("a\\\nb", 9), ["a", "b"]);
    assert_eq!(shown("10. ten eleven twelve", 16), ["(10. )ten eleven", "    twelve"]);
}

#[test]
fn nothing_gets_to_the_screen_as_a_control() {
    for line in lines("a\u{1b}[2J `b\u{7f}`\n```\nc\u{9b}\r\nd\te\n```\n# \u{202e}x", 40) {
        for span in &line.spans {
            assert_eq!(text::clean(&span.text), span.text);
        }
    }
}

#[test]
fn time_is_linear_in_what_never_ends() {
    // Each would take minutes if what has no end were looked for again and again.
    for piece in ["`a ``b ", "**a ", "` ", "**a `b** ", "[\u{2}", "a`", "\\`", "**a** ", "``a` ", "- \n"] {
        let text = piece.repeat(200_000 / piece.len());
        assert!(lines(&text, 7).len() <= text.len());
    }
}

fn any_markdown() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-zA-Z0-9 ]{0,12}",
        any::<char>().prop_map(String::from),
        proptest::sample::select(vec![
            "\n", "\n\n", "\r\n", "- ", "1. ", "\n  - ", "\n12) ", "`", "``", "```", "\n```\n", "~~~", "**",
            "*", "# ", "\n## ", "|", "\\", "\t", "    ", "\u{2}", "\u{3}", "漢字", "e\u{301}", "  \n",
        ])
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn every_line_fits_and_no_word_is_lost(source in any_markdown(), width in 0_usize..50) {
        let lines = lines(&source, width);
        for line in &lines {
            let cells = line.spans.iter().map(|s| text::width(&s.text)).sum::<usize>();
            let is_code = line.spans.iter().all(|s| matches!(s.kind, Kind::Code | Kind::Mark));
            prop_assert!(is_code || line.indent + cells <= width.max(2), "{:?}", line);
            prop_assert!(line.spans.iter().all(|s| text::clean(&s.text) == s.text && !s.text.is_empty() || is_code));
            prop_assert!(line.spans.windows(2).all(|w| w[0].kind != w[1].kind) || is_code);
        }
        // Text that is only marks and escapes leaves an empty line.
        let says = !source.contains(['\\', '`', '~', '\n', '\u{2}', '\u{3}']);
        prop_assert!(!says || lines.first().is_none_or(|l| !l.spans.is_empty()));
        // Letters and digits are never markup (numbers of items apart): all come out, in their order.
        let only = |text: &str| {
            let mut letters: Vec<char> = text.chars().filter(char::is_ascii_alphabetic).collect();
            // Cells of a table go on side by side.
            if source.contains('|') {
                letters.sort_unstable();
            }
            letters.into_iter().collect::<String>()
        };
        if !source.contains("```") && !source.contains("~~~") && !source.contains(|c: char| !c.is_ascii() && text::clean(c.encode_utf8(&mut [0; 4])) != c.to_string()) {
            let out: String = lines.iter().flat_map(|l| &l.spans).map(|s| s.text.as_str()).collect();
            prop_assert_eq!(only(&out), only(&source));
        }
    }
}

#[test]
fn tables_fit_the_width_and_cells_go_on_below() {
    let table = "before\n\n| code | meaning |\n|------|--------:|\n| 35 | the file is not there, `OPEN` failed |\n| 39 | a\\|b |\n\nafter";
    assert_eq!(
        shown(table, 28),
        [
            "before",
            "",
            "*code*                 *meaning*",
            "(----  ----------------------)",
            "35    the file is not there,",
            "                 `OPEN` failed",
            "39                       a|b",
            "",
            "after",
        ]
    );
    for width in 10..80 {
        assert!(
            shown(table, width)
                .iter()
                .all(|l| text::width(l.trim_matches(['(', ')', '*', '`'])) <= width + 4),
            "{width}"
        );
    }
}

#[test]
fn cobol_and_jcl_have_their_colours_and_keep_their_marks() {
    let kinds = |text: &str| -> Vec<(String, Kind)> {
        lines(text, 70)
            .into_iter()
            .flat_map(|l| l.spans)
            .map(|s| (s.text, s.kind))
            .filter(|(t, _)| !t.trim().is_empty())
            .collect()
    };
    let has = |text: &str, word: &str, kind: Kind| {
        let all = kinds(text);
        assert!(all.iter().any(|(t, k)| t == word && *k == kind), "{word} in {all:?}");
    };
    let cobol = "```cobol\nMOVE \u{2}SPACES\u{3} TO WS-NAME\nADD 1 TO N.\n```";
    has(cobol, "MOVE", Kind::Source(Role::Keyword));
    has(cobol, "SPACES", Kind::Mark);
    has(cobol, "WS-NAME", Kind::Source(Role::Name));
    let jcl = "```\n//STEP1   EXEC PGM=PAYR010,PARM='A B',\n//             REGION=4 why\n//* a comment\n//IN DD *\nplain data\n/*\n```";
    has(jcl, "STEP1", Kind::Source(Role::Heading));
    has(jcl, "EXEC", Kind::Source(Role::Keyword));
    has(jcl, "PGM", Kind::Source(Role::Level));
    has(jcl, "'A B'", Kind::Source(Role::Literal));
    has(jcl, "REGION", Kind::Source(Role::Level));
    has(jcl, "4", Kind::Source(Role::Number));
    has(jcl, " why", Kind::Source(Role::Comment));
    has(jcl, "//* a comment", Kind::Source(Role::Comment));
    has(jcl, "plain data", Kind::Code);
    has("text\n\n    IF WS-A NUMERIC\n", "NUMERIC", Kind::Source(Role::Keyword));
    has("```text\nMOVE A TO B\n```", "MOVE A TO B", Kind::Code);
}

#[test]
fn code_stays_before_the_heading_behind_it() {
    assert_eq!(shown("\tA  \n\t# b", 20), ["`A  `", "#b#"]);
}
