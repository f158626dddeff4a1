use super::*;
use crate::code::{Scanner, SourceFormat, detect};
use imara_diff::Token;
use proptest::prelude::*;

const FIXED: SourceFormat = SourceFormat::Fixed;

fn side(text: &str, format: SourceFormat, rules: Rules, sayings: &mut Sayings) -> (Side, Outline) {
    let mut taker = Taker::new(format, rules, sayings);
    for line in text.lines() {
        taker.line(line.as_bytes()).unwrap();
    }
    (taker.finish(), Scanner::outline(text.as_bytes(), format))
}

fn compared_as(a: (&str, SourceFormat), b: (&str, SourceFormat), rules: Rules) -> Comparison {
    let mut sayings = Sayings::default();
    let (side_a, outline_a) = side(a.0, a.1, rules, &mut sayings);
    let (side_b, outline_b) = side(b.0, b.1, rules, &mut sayings);
    compare((side_a, side_b), (&outline_a, &outline_b), &sayings, &Budget::unlimited()).unwrap()
}

fn compared(a: &str, b: &str) -> Comparison {
    compared_as((a, FIXED), (b, FIXED), Rules::default())
}

/// `changed 2-3 2-2 MAIN`, lines counted from 1 among those that count.
fn told(found: &Comparison) -> Vec<String> {
    let lines = |r: &Range<u32>| format!("{}+{}", r.start + 1, r.end - r.start);
    let tell = |c: &Change| {
        let inner = if c.inner { " inner" } else { "" };
        let comments = if c.comments { " comments" } else { "" };
        format!("{} {} {} {}{inner}{comments}", c.kind.name(), lines(&c.a), lines(&c.b), c.inside)
    };
    found.changes.iter().map(tell).collect()
}

/// Fixed format: a sequence number, text from column 8, an identification.
fn cards(lines: &[&str]) -> String {
    let card = |(n, text): (usize, &&str)| format!("{:06}{text:<66}TAG{:05}\n", n * 100, n);
    lines.iter().enumerate().map(card).collect()
}

/// A program with these paragraphs, each with its lines.
fn program(paragraphs: &[(&str, &[&str])]) -> Vec<String> {
    let mut lines: Vec<String> =
        [" IDENTIFICATION DIVISION.", " PROGRAM-ID. P.", " PROCEDURE DIVISION."].map(str::to_owned).to_vec();
    for (name, body) in paragraphs {
        lines.push(format!(" {name}."));
        lines.extend(body.iter().map(|text| format!("     {text}")));
    }
    lines
}

fn text(lines: &[String]) -> String {
    cards(&lines.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn of_several_programs_the_one_is_named() {
    let one = program(&[("MAIN", &["MOVE A TO B."])]);
    let two: Vec<String> = one.iter().map(|line| line.replace("-ID. P.", "-ID. Q.")).collect();
    let changed: Vec<String> = two.iter().map(|line| line.replace("TO B", "TO C")).collect();
    let both = |second: &[String]| text(&[one.clone(), second.to_vec()].concat());
    assert_eq!(told(&compared(&both(&two), &both(&changed))), ["changed 10+1 10+1 MAIN OF Q"]);
    // The header of a program is in nothing else; alone it is named by itself.
    let other: Vec<String> =
        two.iter().map(|line| line.replace("PROGRAM-ID. Q.", "PROGRAM-ID. Q COMMON.")).collect();
    let found = told(&compared(&both(&two), &both(&other)));
    assert!(found[0].starts_with("changed 7+1 7+1 ") && !found[0].contains("Q OF Q"), "{found:?}");
    assert_eq!(told(&compared(&text(&two), &text(&changed))), ["changed 5+1 5+1 MAIN"]);
}

#[test]
fn numbers_tags_and_blanks_are_no_difference() {
    let a = "000100 PROCEDURE DIVISION.                                              A\n\
             000200     MOVE  'A  B'   TO X.                                         OLD\n\
             000300\n\
             000400*    SAYS  IT.\n";
    let b = "       PROCEDURE   DIVISION.\n\
             \n\
             999999         MOVE 'A  B' TO X.\r\n\
             000400*    SAYS IT.                                                     NEW\n";
    assert!(compared(a, b).is_same(), "{:?}", told(&compared(a, b)));
    let with = |rules| told(&compared_as((a, FIXED), (b, FIXED), rules));
    let blanks = with(Rules { blanks: true, ..Rules::default() });
    assert_eq!(blanks, ["changed 1+2 1+1 PROCEDURE DIVISION", "changed 4+1 3+2 PROCEDURE DIVISION"]);
    assert!(!with(Rules { sequence: true, ..Rules::default() }).is_empty());
    // What counts: the text of a literal, the area, the indicator.
    for (x, y) in [
        ("           MOVE 'A  B' TO X.", "           MOVE 'A B' TO X."),
        ("       MOVE.", "           MOVE."),
        ("           MOVE A TO B.", "      D    MOVE A TO B."),
        ("      * X", "           X"),
        ("           MOVE A TO B.", "           MOVE A TO C."),
    ] {
        assert_eq!(told(&compared(x, y)), ["changed 1+1 1+1 "], "{x} {y}");
    }
    // The margin: behind column 72 nothing counts in fixed format, all does in free and variable format.
    let long = |tag: &str| format!("           {:<61}{tag}", "MOVE A TO B");
    assert!(compared(&long("AA"), &long("BB")).is_same());
    for format in [SourceFormat::Free, SourceFormat::Variable, SourceFormat::NotCobol] {
        let found = compared_as((&long("AA"), format), (&long("BB"), format), Rules::default());
        assert_eq!(found.changes.len(), 1, "{format:?}");
    }
    // Blanks between words of other text may be all that it says.
    let other = |a, b| {
        compared_as((a, SourceFormat::NotCobol), (b, SourceFormat::NotCobol), Rules::default()).is_same()
    };
    assert!(other("A B  \n\nC", "A B\nC") && !other("A B", "A  B"));
}

#[test]
fn comments_count_and_are_marked() {
    let only = |word: &str| format!("      * {word}\n           MOVE A TO B.\n");
    let found = compared(&only("OLD"), &only("NEW"));
    assert_eq!(told(&found), ["changed 1+1 1+1  comments"]);
    assert_eq!(found.counts.comments, 1);
    let rules = Rules { no_comments: true, ..Rules::default() };
    assert!(compared_as((&only("OLD"), FIXED), (&only("NEW"), FIXED), rules).is_same());
}

const LOAD: (&str, &[&str]) = ("1000-LOAD", &["OPEN INPUT F.", "READ F.", "PERFORM 2000-EDIT.", "CLOSE F."]);
const EDIT: (&str, &[&str]) =
    ("2000-EDIT", &["MOVE A TO B.", "ADD 1 TO N.", "IF N > 9", "MOVE 0 TO N.", "DISPLAY N."]);
const SAVE: (&str, &[&str]) = ("3000-SAVE", &["WRITE R.", "ADD 1 TO W.", "DISPLAY W."]);

#[test]
fn a_paragraph_that_moved_is_said_so() {
    let a = text(&program(&[LOAD, SAVE, EDIT]));
    let found = compared(&a, &text(&program(&[LOAD, EDIT, SAVE])));
    assert_eq!(told(&found), ["moved 9+4 15+4 3000-SAVE"]);
    assert_eq!((found.counts.moved, found.counts.moved_lines, found.counts.inserted), (1, 4, 0));
    // With a change in it, and one elsewhere.
    let changed: &[&str] = &["WRITE R.", "ADD 2 TO W.", "DISPLAY W."];
    let found = compared(&a, &text(&program(&[("0000-NEW", &["STOP RUN."]), LOAD, EDIT, (SAVE.0, changed)])));
    assert_eq!(
        told(&found),
        ["inserted 4+0 4+2 0000-NEW", "moved 9+4 17+4 3000-SAVE", "changed 11+1 19+1 3000-SAVE inner",]
    );
    // A section moves with all that is in it, and its comments.
    let line = |text: &str| format!(" {text}");
    let section: Vec<String> =
        ["A-1 SECTION.", "A-2.", "    DISPLAY 'A'.", "A-3.", "    DISPLAY 'B'."].map(line).to_vec();
    let rest = program(&[EDIT, SAVE, LOAD]);
    let (before, after) = (
        [&rest[..3], &section, &[line("Z SECTION.")], &rest[3..]].concat(),
        [&rest[..3], &[line("Z SECTION.")], &rest[3..], &section].concat(),
    );
    let found = compared(&text(&before), &text(&after));
    assert_eq!(told(&found), ["moved 4+5 20+5 A-1 SECTION"]);
    // What has little in common did not move.
    let other: &[&str] = &["X1.", "X2.", "X3.", "X4."];
    let found = compared(&a, &text(&program(&[LOAD, EDIT, (SAVE.0, other)])));
    assert_eq!(found.counts.moved, 0, "{:?}", told(&found));
    // Nor what has another name.
    let found = compared(&a, &text(&program(&[LOAD, EDIT, ("3000-KEEP", SAVE.1)])));
    assert_eq!(found.counts.moved, 0, "{:?}", told(&found));
}

#[test]
fn a_listing_is_compared_by_its_cards() {
    let lines = program(&[LOAD, EDIT]);
    let source = text(&lines);
    let mut listing = "1PP 5655-EC6 IBM Enterprise COBOL for z/OS  6.3.0            P         Date 01/01/2026  Time 10:00:00   Page     4\n".to_owned();
    listing += "0  LineID  PL SL  ----+-*A-1-B--+----2----+----3----+----4----+----5----+----6----+----7-|--+----8 Map and Cross Reference\n";
    for (n, card) in source.lines().enumerate() {
        listing += &format!("   {:06}         {card:<80} 12 13\n", n + 1);
    }
    let format = detect(listing.as_bytes().split(|b| *b == b'\n')).format;
    assert!(format.is_listing());
    let found = compared_as((&listing, format), (&source, FIXED), Rules::default());
    assert!(found.is_same(), "{:?}", told(&found));
    assert_eq!((found.a.total(), found.a.line(0).get(), found.b.line(0).get()), (16, 3, 1));
    let other = text(&program(&[EDIT, LOAD]));
    let found = compared_as((&listing, format), (&other, FIXED), Rules::default());
    assert_eq!(found.counts.moved, 1);
    assert_eq!(found.a.line(found.changes[0].a.start).get(), 6);
}

#[test]
fn a_directive_changes_what_counts() {
    let free = "       >>SOURCE FORMAT FREE\nMOVE A TO B. *> SAYS\n";
    let other = free.replace("SAYS", "SAID");
    assert_eq!(compared(free, &other).changes.len(), 1);
    assert!(compared(free, &free.replace("TO B", "TO  B")).is_same());
}

#[test]
fn a_comparison_can_be_stopped_and_is_bounded() {
    let mut sayings = Sayings::default();
    let (a, outline_a) = side(&text(&program(&[LOAD])), FIXED, Rules::default(), &mut sayings);
    let (b, outline_b) = side(&text(&program(&[EDIT])), FIXED, Rules::default(), &mut sayings);
    let cancel = crate::base::Cancel::new();
    cancel.cancel();
    let stopped = compare((a, b), (&outline_a, &outline_b), &sayings, &Budget::with_cancel(cancel));
    assert_eq!(stopped.err(), Some(Stop::Cancelled));
    let mut taker = Taker::new(FIXED, Rules::default(), &mut sayings);
    for _ in 0..MOST_LINES {
        taker.line(b"").unwrap();
    }
    assert_eq!(taker.line(b""), Err(TooMany));
}

#[test]
fn long_parts_of_a_few_lines_are_compared_in_pieces() {
    // Two long sides in which every line is there thousands of times, in no order.
    let mut state = 1_u32;
    let mut any = |most: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) % most
    };
    let mut side = |lines: u32| {
        let words: Vec<String> = (0..lines).map(|_| format!("           MOVE F-{} TO X.", any(7))).collect();
        words.join("\n")
    };
    let (a, b) = (side(40_000), side(33_000));
    let (forth, back) = (compared(&a, &b), compared(&b, &a));
    assert!(applied(&forth) == forth.b.tokens && applied(&back) == back.b.tokens);
    assert_eq!((forth.counts.inserted, forth.counts.deleted), (back.counts.deleted, back.counts.inserted));
    let alike = u64::from(forth.a.len()) - forth.counts.changed.0 - forth.counts.deleted;
    assert!(alike > 10_000, "{:?}", forth.counts);
}

/// What the changes make of the first side.
fn applied(found: &Comparison) -> Vec<Token> {
    let (a, b) = (&found.a.tokens, &found.b.tokens);
    let taken = |range: &Range<u32>, all: &[Token]| slice(all, range).to_vec();
    let at = |n: u32| usize::try_from(n).unwrap();
    // Lines that came in or stand as others are those of the change; what moved is taken from the first side.
    let mut made: Vec<Option<Token>> = vec![None; b.len()];
    let mut used = vec![false; a.len()];
    let mut put = |from: u32, tokens: &[Token]| {
        for (place, token) in (from..).zip(tokens) {
            assert!(made[at(place)].replace(*token).is_none(), "a line is made twice");
        }
    };
    for (nth, change) in found.changes.iter().enumerate() {
        if change.kind == ChangeKind::Moved {
            let inner = found.changes[nth + 1..].iter().take_while(|c| c.inner);
            let (mut moved, mut from) = (Vec::new(), change.a.start);
            for c in inner {
                moved.extend(taken(&(from..c.a.start), a));
                moved.extend(taken(&c.b, b));
                from = c.a.end;
            }
            moved.extend(taken(&(from..change.a.end), a));
            assert_eq!(moved.len(), at(change.b.end - change.b.start));
            put(change.b.start, &moved);
        } else if !change.inner {
            put(change.b.start, &taken(&change.b, b));
        }
        if !change.inner {
            for line in change.a.clone() {
                assert!(!std::mem::replace(&mut used[at(line)], true), "a line goes twice");
            }
        }
    }
    let mut rest = a.iter().zip(&used).filter(|(_, used)| !**used).map(|(t, _)| *t);
    let made = made.into_iter().map(|token| token.or_else(|| rest.next()).unwrap()).collect();
    assert!(rest.next().is_none(), "lines of the first side are left");
    made
}

/// The same changes from the other side.
fn turned(found: &Comparison) -> Vec<(ChangeKind, Range<u32>, Range<u32>, bool)> {
    let turn = |c: &Change| (c.kind.turned(), c.b.clone(), c.a.clone(), c.inner);
    let mut all: Vec<_> = found.changes.iter().map(turn).collect();
    all.sort_by_key(|c| (c.1.start, c.1.end, c.2.start, c.3));
    all
}

fn body() -> impl Strategy<Value = Vec<String>> {
    let line = prop_oneof![
        3 => (0..40u8).prop_map(|n| format!("     MOVE F-{n} TO G.")),
        2 => (0..4u8).prop_map(|n| format!("     ADD {n} TO N")),
        1 => Just("     EXIT.".to_owned()),
        1 => Just(String::new()),
    ];
    proptest::collection::vec(line, 0..9)
}

/// Paragraphs with their names, in some order, some of them changed.
fn source() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec((0..6u8, body()), 0..7).prop_map(|paragraphs| {
        let mut lines = program(&[]);
        for (name, body) in paragraphs {
            lines.push(format!(" P-{name}."));
            lines.extend(body);
        }
        lines
    })
}

fn edited() -> impl Strategy<Value = (Vec<String>, Vec<String>)> {
    (
        source(),
        proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..4u8), 0..6),
    )
        .prop_map(|(a, edits)| {
            let mut b = a.clone();
            for (x, y, kind) in edits {
                let (x, y) = (x.index(b.len()), y.index(b.len()));
                let (x, y) = (x.min(y), x.max(y));
                match kind {
                    0 => drop(b.drain(x..y.min(x + 3))),
                    1 => b.insert(x, format!("     DISPLAY {y}")),
                    2 => b[x] = "     CONTINUE".to_owned(),
                    // A part goes to the end.
                    _ => b.rotate_left(x),
                }
                if b.is_empty() {
                    b = program(&[]);
                }
            }
            (a, b)
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn changes_make_one_side_of_the_other((a, b) in prop_oneof![edited(), (source(), source())]) {
        let found = compared(&text(&a), &text(&b));
        prop_assert_eq!(&applied(&found), &found.b.tokens);
        let back = compared(&text(&b), &text(&a));
        prop_assert_eq!(&applied(&back), &back.b.tokens);
        prop_assert_eq!(found.is_same(), found.a.tokens == found.b.tokens);
        // From the other side it is the same.
        let mut forth: Vec<_> = back.changes.iter().map(|c| (c.kind, c.a.clone(), c.b.clone(), c.inner)).collect();
        forth.sort_by_key(|c| (c.1.start, c.1.end, c.2.start, c.3));
        prop_assert_eq!(turned(&found), forth);
        let (x, y) = (&found.counts, &back.counts);
        prop_assert_eq!((x.inserted, x.deleted, x.moved, x.changed), (y.deleted, y.inserted, y.moved, (y.changed.1, y.changed.0)));
        let left = |side: &Side, gone: u64| i64::from(side.len()) - i64::try_from(gone).unwrap();
        prop_assert_eq!(left(&found.a, x.deleted + x.changed.0), left(&found.b, x.inserted + x.changed.1));
    }
}
