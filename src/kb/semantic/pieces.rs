//! From a text to the tokens of a BERT model: lower case without accents, words and punctuation marks, and of each word the longest
//! pieces that the model knows (Wu and others, Google's neural machine translation system, 2016). Owns these rules.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest word that is cut, in characters; a longer one says nothing.
const LONGEST: usize = 100;
/// Before a piece that does not begin a word.
const GOES_ON: &str = "##";

/// Calls `take` for each token that `known` knows, in order. A word that cannot be cut into known pieces is left out.
pub fn each<T>(text: &str, known: impl Fn(&str) -> Option<T>, mut take: impl FnMut(T)) {
    let plain: String = text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    for word in plain.split(char::is_whitespace) {
        let mut rest = word;
        while let Some(first) = rest.chars().next() {
            let end =
                if is_mark(first) { first.len_utf8() } else { rest.find(is_mark).unwrap_or(rest.len()) };
            let (piece, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
            if let Some(pieces) = cut(piece, &known) {
                pieces.into_iter().for_each(&mut take);
            }
            rest = behind;
        }
    }
}

fn is_mark(c: char) -> bool {
    c.is_ascii_punctuation() || (!c.is_ascii() && !c.is_alphanumeric())
}

fn cut<T>(word: &str, known: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    if word.chars().count() > LONGEST {
        return None;
    }
    let (mut pieces, mut from) = (Vec::new(), 0);
    let mut piece = String::with_capacity(word.len() + GOES_ON.len());
    while from < word.len() {
        let ends = word.char_indices().map(|(at, c)| at + c.len_utf8()).filter(|end| *end > from);
        let found = ends.rev().find_map(|end| {
            piece.clear();
            if from > 0 {
                piece.push_str(GOES_ON);
            }
            piece.push_str(word.get(from..end)?);
            known(&piece).map(|token| (token, end))
        });
        let (token, end) = found?;
        pieces.push(token);
        from = end;
    }
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cut_into_the_longest_pieces() {
        let known = ["un", "##aff", "##able", "##a", "data", "-", "3", "comp", "zurich", "un##"];
        let tokens = |text: &str| {
            let mut tokens = Vec::new();
            each(text, |piece| known.iter().position(|k| *k == piece), |at| tokens.push(known[at]));
            tokens
        };
        assert_eq!(tokens("Unaffable DATA"), ["un", "##aff", "##able", "data"]);
        assert_eq!(tokens("COMP-3, Z\u{fc}rich"), ["comp", "-", "3", "zurich"]);
        // What cannot be cut to its end is left out as a whole.
        assert_eq!(tokens("unable unaffx data"), ["un", "##able", "data"]);
        assert_eq!(tokens(&"un".repeat(60)), [""; 0]);
    }
}
