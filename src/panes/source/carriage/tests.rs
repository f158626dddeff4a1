use super::*;

#[test]
fn overprints_are_underlines_and_bold() {
    let printed = |base: &str, over: &str| {
        let (merged, strikes) = overprint(base.as_bytes(), over.as_bytes(), b' ', b'_');
        (String::from_utf8(merged).unwrap(), strikes)
    };
    assert_eq!(printed("TOTAL PAY", "_____"), ("TOTAL PAY".into(), vec![(0..5, Role::PrintUnderlined)]));
    assert_eq!(printed("_____", "TOTAL"), ("TOTAL".into(), vec![(0..5, Role::PrintUnderlined)]));
    assert_eq!(
        printed("A  B", "A XBC"),
        ("A XBC".into(), vec![(0..1, Role::PrintBold), (3..4, Role::PrintBold)])
    );
    // Of two letters in one place the first is seen.
    assert_eq!(printed("O", "/"), ("O".into(), vec![(0..1, Role::PrintBold)]));
    assert_eq!(printed("", "  X"), ("  X".into(), vec![]));
}

#[test]
fn many_words_of_a_heading_are_underlined_as_one() {
    let (text, mut strikes) = overprint(b"NAME  DEPT  PAY x TAX", b"____  ____  ___   ___", b' ', b'_');
    join(&mut strikes, &text, b' ');
    assert_eq!(strikes, vec![(0..15, Role::PrintUnderlined), (18..21, Role::PrintUnderlined)]);
    let (text, mut strikes) = overprint(b"NAME  DEPT", b"____  ____", b' ', b'_');
    join(&mut strikes, &text, b' ');
    assert_eq!(strikes.len(), 2, "two of them are told apart");
}
