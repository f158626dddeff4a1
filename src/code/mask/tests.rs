//! Masked text beside what it is made of, with the marks made visible.

use super::*;
use crate::code::lex::{self, Lexer};
use proptest::prelude::*;

/// `~` glue, `#` comment, `%` directive, `!` debug, `@` area A, `$` line and area A; trailing blanks left out.
fn shown(masked: &[u8]) -> String {
    let show = |b: &u8| match *b {
        mark::GLUE => '~',
        mark::COMMENT => '#',
        mark::DIRECTIVE => '%',
        mark::DEBUG => '!',
        mark::AREA_A => '@',
        mark::LINE_A => '$',
        b => char::from(b),
    };
    let text: String = masked.iter().map(show).collect();
    text.split('\n').map(str::trim_end).collect::<Vec<_>>().join("\n")
}

fn masked(text: &str, format: SourceFormat) -> String {
    let mut out = Vec::new();
    mask(text.as_bytes(), format, &mut out);
    assert_eq!(out.len(), text.len());
    shown(&out)
}

const FIXED: &[(&str, &str)] = &[
    (
        "ABC100 ID DIVISION.                                                     CHG00001",
        "      @ID DIVISION.",
    ),
    ("000100     MOVE A TO B", "           MOVE A TO B"),
    ("000100    MOVE A TO B", "      @   MOVE A TO B"),
    ("000100*  A 'COMMENT\r", "      #  A 'COMMENT"),
    ("000100/", "      #"),
    ("      D    DISPLAY 'X'.", "      !    DISPLAY 'X'."),
    ("      D01  X.", "     @!01  X."),
    ("       A *> SAYS \x01WHO", "      @A #> SAYS  WHO"),
    ("       A '*> NOT'", "      @A '*> NOT'"),
    ("*> HERE", "#> HERE"),
    // Directives of all kinds, and what only looks like one.
    ("CBL RENT,LIST", "%BL RENT,LIST"),
    ("000100 CBL RENT", "      %CBL RENT"),
    ("       PROCESS SECTION.", "      @PROCESS SECTION."),
    ("-INC MEMBER", "%INC MEMBER"),
    ("       ++INCLUDE MEMBER", "      %++INCLUDE MEMBER"),
    ("%INCLUDE MEMBER", "%INCLUDE MEMBER"),
    ("      *CBL NOSOURCE", "     %*CBL NOSOURCE"),
    ("           EJECT", "          %EJECT"),
    ("           SKIP2.", "          %SKIP2."),
    ("           TITLE 'A PAGE'", "          %TITLE 'A PAGE'"),
    ("       01  EJECT PIC X.", "      @01  EJECT PIC X."),
    ("       BASIS PAYROLL", "      %BASIS PAYROLL"),
    ("       DELETE 000100-000200", "      %DELETE 000100-000200"),
    ("       DELETE PAY-FILE", "      @DELETE PAY-FILE"),
    ("      $SET ANS85", "     %$SET ANS85"),
    (">>IF A IS DEFINED", "%>IF A IS DEFINED"),
    ("       >>D MOVE A TO B", "       !   MOVE A TO B"),
    // Tabs count as far as the next eighth column.
    ("\tMOVE A", "@MOVE A"),
    ("\t\tMOVE\tA", "  MOVE A"),
    ("1234\tMOVE A", "    @MOVE A"),
    ("\t* COMMENT", " # COMMENT"),
    ("       * COMMENT", "       # COMMENT"),
    ("           * 2", "           * 2"),
];

#[test]
fn fixed_lines() {
    for (line, wanted) in FIXED {
        assert_eq!(masked(line, SourceFormat::Fixed), *wanted, "{line}");
    }
}

/// A line of fixed format, cut or filled to 72 columns and with a change tag behind.
fn card(text: &str) -> String {
    format!("{text:<72}TAG00001\n")
}

#[test]
fn what_a_line_continues_is_glued() {
    let glued = |first: &str, second: &str| {
        let text = format!("{}{second}", card(first));
        let mut out = Vec::new();
        mask(text.as_bytes(), SourceFormat::Fixed, &mut out);
        assert_eq!(out.len(), text.len());
        out.retain(|b| *b != mark::GLUE);
        shown(&out).trim().trim_start_matches('@').to_owned()
    };
    assert_eq!(glued("       MOVE WS-TO", "      -    TAL TO B"), "MOVE WS-TOTAL TO B");
    // Blanks up to column 72 count in a literal, and only there.
    let wide = format!("           MOVE 'AB{}", " ".repeat(53));
    assert_eq!(wide.len(), 72);
    assert_eq!(glued(&wide, "      -    'CD' TO X"), format!("MOVE 'AB{}CD' TO X", " ".repeat(53)));
    assert_eq!(glued("           MOVE 'AB", "      -    CD' TO X").replace("  ", ""), "MOVE 'AB CD' TO X");
    // One closed in the last column goes on if two quotes follow, and is another literal if one does.
    let a = "A".repeat(54);
    let closed = format!("           MOVE '{a}'");
    assert_eq!(closed.len(), 72);
    assert_eq!(glued(&closed, "      -    ''B' TO X"), format!("MOVE '{a}''B' TO X"));
    let two = glued(&closed, "      -    'B' TO X");
    assert!(two.starts_with(&format!("MOVE '{a}'")) && two.ends_with("\n           'B' TO X"), "{two}");
    assert!(glued("           MOVE 'A'", "      -    'B' TO X").contains("'A'\n"));
    // The floating form, and in free format.
    assert_eq!(glued("           MOVE 'A'-", "           'B' TO X"), "MOVE 'AB' TO X");
    assert_eq!(masked("MOVE \"A\"-\n  \"B\" TO X", SourceFormat::Free), "MOVE \"A~~~~~~B\" TO X");
    assert_eq!(masked("MOVE \"A\"-\n  X", SourceFormat::Free), "MOVE \"A\"-\n  X");
}

#[test]
fn comments_and_blank_lines_may_stand_in_a_joint() {
    let text = format!("{}      * A COMMENT\n\n      -    TAL.\n", card("       MOVE WS-TO"));
    let out = masked(&text, SourceFormat::Fixed);
    assert!(out.starts_with("      @MOVE WS-TO~~") && out.ends_with("~~TAL.\n"), "{out}");
    assert_eq!(out.matches('\n').count(), 1);
}

#[test]
fn free_format_marks_what_begins_a_sentence() {
    let text = "id division.\nprogram-id. x. procedure division.\n  main.\n  *> a. b\n    move 1.5 to 'a. b'\n\n    add 1 to x. stop run.\n\
                * old comment\n>>D display 'x'.\n$IF X\nend program x.";
    let wanted = "id division.$program-id.@x.@procedure division.\n @main.\n  #> a. b\n   @move 1.5 to 'a. b'\n\n    add 1 to x.@stop run.\n\
                # old comment\n!  @display 'x'.\n%IF X$end program x.";
    assert_eq!(masked(text, SourceFormat::Free), wanted);
    // Only one character in front that could be the mark: the newline, which goes on being one.
    assert_eq!(masked("a.\nb.", SourceFormat::Free), "a.$b.");
}

#[test]
fn the_format_changes_inside_a_text() {
    let text = "      >>SOURCE FORMAT IS FREE\nmove a to b *> x\n>> source format fixed\n000100*X\n      $SET SOURCEFORMAT\"VARIABLE\"\n";
    let mut out = Vec::new();
    assert_eq!(mask(text.as_bytes(), SourceFormat::Fixed, &mut out), SourceFormat::Variable);
    let wanted = "     %>>SOURCE FORMAT IS FREE$move a to b #> x\n%> source format fixed\n      #X\n     %$SET SOURCEFORMAT\"VARIABLE\"\n";
    assert_eq!(shown(&out), wanted);
    let long = format!("           MOVE {} TO B", "A".repeat(70));
    assert_eq!(masked(&long, SourceFormat::Variable).len(), long.len());
    assert_eq!(mask(b"CBL SRCFORMAT(EXTEND)", SourceFormat::Fixed, &mut out), SourceFormat::Variable);
}

#[test]
fn letters_of_several_bytes_do_not_move_the_margin() {
    // In a code page each was one column wide, so the tag stands one byte farther right for each.
    let text = format!("           MOVE '\u{e9}{}' TO A-B", "x".repeat(46));
    assert_eq!(text.chars().count(), 72);
    let text = format!("{text}TAG00001");
    let mut out = Vec::new();
    mask(text.as_bytes(), SourceFormat::Fixed, &mut out);
    assert!(out.trim_ascii_end().ends_with(b" TO A-B"));
    // The same in Latin-1, and double-byte text between shift codes, whose bytes stay.
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(c).unwrap()).collect();
    mask(&latin, SourceFormat::Fixed, &mut out);
    assert!(out.trim_ascii_end().ends_with(b" TO A-B"));
    mask(b"           MOVE G'\x0eAB\x0f' TO \x0eX\x0f.", SourceFormat::Fixed, &mut out);
    assert_eq!(out, b"           MOVE G'\x0eAB\x0f' TO  X .");
}

#[test]
fn marks_cannot_be_forged() {
    for format in [SourceFormat::Fixed, SourceFormat::Free, SourceFormat::Variable] {
        let mut out = Vec::new();
        mask(b"           \x01\x02A '\x01\x02\x05\x06' \x03\x04\x05\x06\x00\x7f B", format, &mut out);
        assert_eq!(shown(&out).trim().trim_start_matches('@'), "A '    '        B");
    }
}

/// Lines in which everything that counts is frequent.
fn lines() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: [&[u8]; 27] = [
        b"      ",
        b"      -",
        b"      *",
        b"      D",
        b"\n      -    '",
        b"'",
        b"\"",
        b"\"-\n",
        b". ",
        b".",
        b"\n",
        b"\r\n",
        b"\t",
        b"*>",
        b">>",
        b">>D ",
        b">>SOURCE FREE\n",
        b">>SOURCE FIXED\n",
        b"PIC 9(3).99",
        b"EXEC SQL -- X",
        b"END-EXEC",
        b":TAG:",
        b"==",
        b"-1.5E+3",
        b"A-B",
        b"                                                                ",
        b"\x01\x02\x03\x04\x05\x06\xc3\xa9\xff",
    ];
    proptest::collection::vec(0..PIECES.len(), 0..60)
        .prop_map(|p| p.iter().map(|i| PIECES[*i]).collect::<Vec<_>>().concat())
}

fn formats() -> impl Strategy<Value = SourceFormat> {
    prop_oneof![
        Just(SourceFormat::Fixed),
        Just(SourceFormat::Free),
        Just(SourceFormat::Variable),
        Just(SourceFormat::NotCobol)
    ]
}

proptest! {
    #[test]
    fn any_text_keeps_its_length_and_lines(
        text in prop_oneof![lines(), proptest::collection::vec(any::<u8>(), 0..400)],
        format in formats(),
    ) {
        let mut out = Vec::new();
        mask(&text, format, &mut out);
        prop_assert_eq!(out.len(), text.len());
        for (before, after) in text.iter().zip(&out) {
            match *after {
                b'\n' | mark::LINE_A => prop_assert_eq!(*before, b'\n'),
                mark::GLUE | b' ' | mark::COMMENT | mark::DIRECTIVE | mark::DEBUG | mark::AREA_A => {}
                after => prop_assert_eq!(*before, after),
            }
            if *before == b'\n' {
                prop_assert!(matches!(*after, b'\n' | mark::LINE_A | mark::GLUE));
            }
        }
        let mut end = 0;
        let tokens: Vec<_> = Lexer::new(&out).collect();
        for token in &tokens {
            prop_assert!(token.start >= end && token.end > token.start, "{:?}", tokens);
            end = token.end;
            let _ = lex::text(&out, token);
            let _ = lex::literal_value(&out, token);
        }
        prop_assert!(end as usize <= out.len());
    }
}

/// What is read again and again in place of once shows as a time that grows with the square.
#[test]
fn time_is_linear_in_the_text() {
    let bad: [&[u8]; 7] = [
        b"      -\n",
        b"      -    'A\n",
        b"           'A\n",
        b"      * C\n",
        b"           A:\n",
        b"A. ",
        b"           EXEC SQL A\n      @A ",
    ];
    for piece in bad {
        let text = piece.repeat(200_000);
        let mut out = Vec::new();
        let begun = std::time::Instant::now();
        mask(&text, SourceFormat::Fixed, &mut out);
        assert!(Lexer::new(&out).count() <= text.len());
        // No machine misses this bound unless each line costs as much as all before it.
        assert!(begun.elapsed() < std::time::Duration::from_secs(20), "{piece:?}");
    }
}
