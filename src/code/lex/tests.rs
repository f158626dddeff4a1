//! Tokens as lists of words: the kind by a letter, the text without joints.

use super::*;
use crate::code::{SourceFormat, mask};

/// Each token as its letter and text; `@` before one of area A, `!` before one of a debugging line.
fn tokens(text: &str, format: SourceFormat) -> Vec<String> {
    let mut masked = Vec::new();
    mask(text.as_bytes(), format, &mut masked);
    let show = |t: Token| {
        let kind = match t.kind {
            TokenKind::Word => 'w',
            TokenKind::Number => 'n',
            TokenKind::Literal => 'l',
            TokenKind::Picture => 'p',
            TokenKind::Punct => ',',
            TokenKind::Period => '.',
            TokenKind::Pseudo => '=',
            TokenKind::Comment => 'c',
            TokenKind::Directive => 'd',
        };
        let marks = [(t.area_a, "@"), (t.debug, "!")].iter().filter(|m| m.0).map(|m| m.1).collect::<String>();
        let text = String::from_utf8_lossy(&super::text(&masked, &t)).replace(['\u{2}', '\u{3}'], "");
        format!("{marks}{kind}{text}")
    };
    Lexer::new(&masked).map(show).collect()
}

fn free(text: &str) -> String {
    tokens(text, SourceFormat::Free).join(" ").trim_start_matches('@').to_owned()
}

const TOKENS: &[(&str, &str)] = &[
    ("move ws-a(1:2) to b.", "wmove wws-a ,( n1 ,: n2 ,) wto wb .."),
    ("IF A NOT= -1.50 OR +3", "wIF wA wNOT ,= n-1.50 wOR n+3"),
    ("COMPUTE A = B ** 2 - C-1 -1.5E-10", "wCOMPUTE wA ,= wB ,** n2 ,- wC-1 n-1.5E-10"),
    ("A >= .5 <= 2 <> 3 == X", "wA ,>= n.5 ,<= n2 ,<> n3 === wX"),
    ("1000-MAIN. 100. 2ND 77", "w1000-MAIN .. @n100 .. @w2ND n77"),
    ("T(1,2) 1,5", "wT ,( n1 ,, n2 ,) n1 ,, n5"),
    // Pictures: a period inside and one that ends the sentence.
    ("PIC 9(3).99. A", "wPIC p9(3).99 .. @wA"),
    ("PICTURE IS S9(5)V99 COMP-3", "wPICTURE wIS pS9(5)V99 wCOMP-3"),
    ("PIC ZZ,ZZ9.99-, B", "wPIC pZZ,ZZ9.99- ,, wB"),
    ("PIC +Z(3),Z(3).", "wPIC p+Z(3),Z(3) .."),
    ("SIGN '$' PICTURE SYMBOL 'E'", "wSIGN l'$' wPICTURE wSYMBOL l'E'"),
    ("PIC\n  *> WHICH\n  X.", "wPIC c> WHICH pX .."),
    ("PIC . A", "wPIC .. @wA"),
    // Literals.
    ("X'00' nx\"4142\" Z'a' G'b' AB'c'", "lX'00' lnx\"4142\" lZ'a' lG'b' wAB l'c'"),
    ("'it''s' \"a\"\"b\" '' 'open  ", "l'it''s' l\"a\"\"b\" l'' l'open"),
    // Copybook tags, in names but not in EXEC blocks.
    ("05 :TAG:-NAME PRE-:TAG:-X :A B", "n05 w:TAG:-NAME wPRE-:TAG:-X ,: wA wB"),
    ("REPLACING ==:T:== BY ==A B==.", "wREPLACING === w:T: === wBY === wA wB === .."),
    ("EXEC SQL A.B :X:Y -- it's\n END-EXEC :T:", "wEXEC wSQL wA ,. wB ,: wX ,: wY c-- it's wEND-EXEC w:T:"),
    ("PROGRAM-ID.X.", "wPROGRAM-ID .. wX .."),
    ("A & B ; C \u{e9}@#$_", "wA ,& wB ,; wC w\u{e9}@#$_"),
];

#[test]
fn tokens_of_free_text() {
    for (text, wanted) in TOKENS {
        assert_eq!(free(text), *wanted, "{text}");
    }
}

#[test]
fn area_a_debugging_lines_comments_and_directives() {
    let text =
        "000100 ID DIVISION.\n000200* A\n000300     EJECT\n000400D1000-X.\n000500     A\n000600D    B C\n";
    let wanted = "@wID wDIVISION .. c A dEJECT @!w1000-X !.. wA !wB !wC";
    assert_eq!(tokens(text, SourceFormat::Fixed).join(" "), wanted);
}

#[test]
fn tokens_go_on_over_lines() {
    let line = |text: &str| format!("{text:<72}00000001\n");
    let text = [
        line("           MOVE 'AB"),
        line("      *    NOT PART OF IT"),
        line("      -    'CD' TO WS-TO"),
        line("      -    TAL PIC 9(3)."),
        line("      -    99. PIC X."),
        line("       B."),
    ]
    .concat();
    let got = tokens(&text, SourceFormat::Fixed);
    let wanted = ["wTO", "wWS-TOTAL", "wPIC", "p9(3).99", "..", "wPIC", "pX", "..", "@wB", ".."];
    assert_eq!(got[2..], wanted);
    assert_eq!(got[1].replace(' ', ""), "l'ABCD'");
}

#[test]
fn a_block_without_an_end_stops_at_a_header() {
    let text = "           EXEC SQL SELECT A.B\n       T.C FROM X\n       2000-X.\n           MOVE :A:-B";
    let got = tokens(text, SourceFormat::Fixed).join(" ");
    assert!(got.ends_with("@wT ,. wC wFROM wX @w2000-X .. wMOVE w:A:-B"), "{got}");
}

#[test]
fn values_of_literals() {
    for (text, value) in [
        ("'it''s'", "it's"),
        ("x\"41\"", "41"),
        ("''''", "'"),
        ("''", ""),
        ("'open ", "open"),
        ("\"a'b\"", "a'b"),
    ] {
        let token = Lexer::new(text.as_bytes()).next().unwrap();
        assert_eq!(literal_value(text.as_bytes(), &token), value.as_bytes(), "{text}");
    }
    let glued = b"'A\x01\x01B'";
    let token = Lexer::new(glued).next().unwrap();
    assert_eq!(literal_value(glued, &token), &b"AB"[..]);
}

#[test]
fn a_lexer_may_begin_anywhere() {
    let mut masked = Vec::new();
    mask(b"       A.\n      D    B C.\n      D01  D.", SourceFormat::Fixed, &mut masked);
    let all: Vec<Token> = Lexer::new(&masked).collect();
    for (i, token) in all.iter().enumerate() {
        let rest: Vec<Token> = Lexer::at(&masked, to_usize(token.start.into())).collect();
        assert_eq!(rest[1..], all[i + 1..]);
        assert_eq!((rest[0].kind, rest[0].debug), (token.kind, token.debug));
    }
    assert_eq!(Lexer::at(&masked, 10_000).next(), None);
}
