//! Words of questions and texts: which say little, which mean the same, how one is spelled in other ways. Owns these tables.
//! Must not know entries or stores.

/// Small words: they say nothing when one word is enough, and a text need not have them when all are asked for.
const SMALL: [&str; 31] = [
    "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "how", "in", "is", "it", "my", "no",
    "not", "of", "on", "or", "than", "that", "the", "this", "to", "was", "what", "when", "why", "with",
    "does",
];

/// Words that say where something happened, or only that it did: a text about it often leaves them out.
const SETTING: [&str; 26] = [
    "abend", "abended", "abends", "batch", "cics", "cobol", "code", "db2", "error", "errors", "failed",
    "fails", "failure", "getting", "help", "idcams", "ims", "jcl", "job", "message", "mq", "mvs", "problem",
    "reason", "step", "vsam",
];

/// Pieces of words that are spelled in two ways.
const SPELLINGS: [(&str, &str); 4] = [("is", "iz"), ("elled", "eled"), ("elling", "eling"), ("ogue", "og")];

/// What may follow `is` or `iz` where both are written.
const BEHIND_IS: [&str; 7] = ["e", "ed", "es", "er", "ing", "ation", "ations"];

/// Words that are written in two ways.
const WRITTEN: [(&str, &str); 8] = [
    ("dataset", "data set"),
    ("datasets", "data set"),
    ("timeout", "time out"),
    ("timestamp", "time stamp"),
    ("filename", "file name"),
    ("logon", "log on"),
    ("catlgd", "cataloged"),
    ("rollback", "rolled back"),
];

/// Whether `word` says nothing by itself.
pub fn is_small(word: &str) -> bool {
    SMALL.iter().any(|small| word.eq_ignore_ascii_case(small))
}

/// Whether `word` only says where something happened, or that it did.
pub fn is_setting(word: &str) -> bool {
    SETTING.iter().any(|setting| word.eq_ignore_ascii_case(setting))
}

/// Other ways to write `word`, lower case.
pub fn others(word: &str) -> Vec<String> {
    let lower = word.to_lowercase();
    let written = WRITTEN.iter().filter(|(one, _)| *one == lower).map(|(_, other)| (*other).to_owned());
    let spelled = SPELLINGS
        .iter()
        .flat_map(|&(one, other)| [(one, other), (other, one)])
        .filter_map(|(from, to)| respelled(&lower, from, to));
    written.chain(spelled).take(2).collect()
}

/// `word` with its last `from` as `to`, where that is a matter of spelling.
fn respelled(word: &str, from: &str, to: &str) -> Option<String> {
    let at = word.rfind(from)?;
    let (head, tail) = word.split_at_checked(at)?;
    let behind = tail.strip_prefix(from)?;
    // Short words have one spelling: size, rise, log.
    let least = if from.len() == 2 { 4 } else { 3 };
    let fits = head.chars().count() >= least
        && match from {
            "is" | "iz" => BEHIND_IS.contains(&behind),
            _ => behind.is_empty() || behind == "s" || behind == "ed",
        };
    fits.then(|| format!("{head}{to}{behind}"))
}

/// Endings that forms of a word differ in; of those that fit, the first is cut off.
const ENDINGS: [&str; 14] = [
    "izations", "isations", "ization", "isation", "ations", "ation", "ised", "ized", "ions", "ing", "ion",
    "ed", "es", "s",
];

/// What the forms of a word have in common, roughly: enough to see that a text has the word.
pub fn stem(word: &str) -> String {
    let lower = word.to_lowercase();
    let ending = ENDINGS.iter().filter_map(|ending| lower.strip_suffix(ending));
    let cut = ending.into_iter().find(|rest| rest.chars().count() >= 3).unwrap_or(&lower);
    if cut.chars().count() > 3 { cut.trim_end_matches(['e', 'y', 'i']).to_owned() } else { cut.to_owned() }
}

/// Whether [`stem`] of `word` is `wanted`, without making it: texts have thousands of words.
pub fn has_stem(word: &str, wanted: &str) -> bool {
    if !word.is_ascii() {
        return stem(word) == wanted;
    }
    let without = |ending: &str| {
        let (rest, end) = word.split_at_checked(word.len().checked_sub(ending.len())?)?;
        end.eq_ignore_ascii_case(ending).then_some(rest)
    };
    let cut = ENDINGS.iter().filter_map(|ending| without(ending)).find(|rest| rest.len() >= 3);
    let mut cut = cut.unwrap_or(word);
    if cut.len() > 3 {
        cut = cut.trim_end_matches(['e', 'y', 'i', 'E', 'Y', 'I']);
    }
    same_in_lower_case(cut, wanted)
}

/// Whether `word` is `lower` in lower case.
pub fn same_in_lower_case(word: &str, lower: &str) -> bool {
    if word.is_ascii() {
        return word.bytes().map(|byte| byte.to_ascii_lowercase()).eq(lower.bytes());
    }
    word.to_lowercase() == lower
}

/// Whether `word` in lower case begins with `lower`.
pub fn begins_in_lower_case(word: &str, lower: &str) -> bool {
    if word.is_ascii() {
        let head = word.get(..lower.len());
        return head.is_some_and(|head| same_in_lower_case(head, lower));
    }
    word.to_lowercase().starts_with(lower)
}

/// Whether `name` is `upper` in upper case.
pub fn same_in_upper_case(name: &str, upper: &str) -> bool {
    if name.is_ascii() {
        return name.bytes().map(|byte| byte.to_ascii_uppercase()).eq(upper.bytes());
    }
    name.to_uppercase() == upper
}

/// Whether `name` in upper case begins with `upper`.
pub fn begins_in_upper_case(name: &str, upper: &str) -> bool {
    if name.is_ascii() {
        let head = name.get(..upper.len());
        return head.is_some_and(|head| same_in_upper_case(head, upper));
    }
    name.to_uppercase().starts_with(upper)
}

/// The words of a text with their places in it.
pub fn words_of(text: &str) -> Words<'_> {
    Words { text, at: 0 }
}

/// See [`words_of`].
#[derive(Debug, Clone)]
pub struct Words<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Iterator for Words<'t> {
    type Item = (usize, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        let from = self.at + run(self.text.get(self.at..)?, false);
        let rest = self.text.get(from..).filter(|rest| !rest.is_empty())?;
        let word = rest.get(..run(rest, true))?;
        self.at = from + word.len();
        Some((from, word))
    }
}

/// Whether `c` is part of a word.
pub fn is_in_word(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() || matches!(c, '@' | '#' | '$') } else { c.is_alphanumeric() }
}

/// What a byte of a text is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Byte {
    Word,
    Other,
    /// A part of a character outside ASCII.
    Wide,
}

/// By byte: nearly all text is ASCII, and is looked at byte by byte.
const BYTES: [Byte; 256] = {
    let mut bytes = [Byte::Other; 256];
    let mut rest = bytes.as_mut_slice();
    let mut byte = 0_u8;
    while let [of, behind @ ..] = rest {
        *of = match byte {
            128.. => Byte::Wide,
            b'@' | b'#' | b'$' => Byte::Word,
            _ if byte.is_ascii_alphanumeric() => Byte::Word,
            _ => Byte::Other,
        };
        (byte, rest) = (byte.wrapping_add(1), behind);
    }
    bytes
};

/// Bytes at the beginning of `text` that are in words (or not in words).
fn run(text: &str, in_words: bool) -> usize {
    let wanted = if in_words { Byte::Word } else { Byte::Other };
    let mut at = 0;
    while let Some(byte) = text.as_bytes().get(at) {
        match BYTES.get(usize::from(*byte)) {
            Some(of) if *of == wanted => at += 1,
            Some(Byte::Wide) => match text.get(at..).and_then(|rest| rest.chars().next()) {
                Some(c) if c.is_alphanumeric() == in_words => at += c.len_utf8(),
                _ => break,
            },
            _ => break,
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn other_spellings() {
        let table: &[(&str, &[&str])] = &[
            ("authorised", &["authorized"]),
            ("Authorized", &["authorised"]),
            ("authorization", &["authorisation"]),
            ("initialise", &["initialize"]),
            ("dataset", &["data set"]),
            ("cancelled", &["canceled"]),
            ("canceled", &["cancelled"]),
            ("catalog", &["catalogue"]),
            ("catalogue", &["catalog"]),
            ("size", &[]),
            ("rise", &[]),
            ("log", &[]),
            ("s0c7", &[]),
            ("", &[]),
            ("été", &[]),
        ];
        for (word, expected) in table {
            assert_eq!(others(word), *expected, "{word}");
        }
    }

    #[test]
    fn forms_of_a_word_have_one_stem() {
        for (a, b) in [
            ("lock", "locked"),
            ("locks", "locking"),
            ("authorized", "authorisation"),
            ("exception", "exceptions"),
            ("duplicate", "duplicates"),
            ("define", "defined"),
            ("abend", "abends"),
        ] {
            assert_eq!(stem(a), stem(b), "{a} {b}");
        }
        for (a, b) in [("file", "find"), ("is", "i"), ("data", "date"), ("set", "see")] {
            assert_ne!(stem(a), stem(b), "{a} {b}");
        }
    }

    proptest! {
        /// What is seen without making a word in one case is what the word itself says.
        #[test]
        fn words_are_compared_as_they_are_made(
            word in "[a-zA-ZéßİK]{0,4}(izations|ISED|ions|ing|ed|Es|s|ey|YI|)",
            other in "[a-zéßK]{0,4}(ing|s|e|)",
            cut in any::<prop::sample::Index>(),
        ) {
            let (lower, upper) = (word.to_lowercase(), word.to_uppercase());
            for wanted in [stem(&word), stem(&other), other.clone()] {
                prop_assert_eq!(has_stem(&word, &wanted), stem(&word) == wanted);
            }
            for wanted in [&lower, &upper, &other] {
                prop_assert_eq!(same_in_lower_case(&word, wanted), lower == *wanted);
                prop_assert_eq!(same_in_upper_case(&word, wanted), upper == *wanted);
                let head: String = wanted.chars().take(cut.index(wanted.chars().count() + 1)).collect();
                prop_assert_eq!(begins_in_upper_case(&word, &head), upper.starts_with(&head));
                prop_assert_eq!(begins_in_lower_case(&word, &head), lower.starts_with(&head));
            }
        }
    }

    #[test]
    fn words_have_places() {
        let words: Vec<_> = words_of("WS-ID, xé $HASP395").collect();
        assert_eq!(words, [(0, "WS"), (3, "ID"), (7, "xé"), (11, "$HASP395")]);
        assert_eq!(words_of("ü—é.").map(|(at, word)| (at, word.len())).collect::<Vec<_>>(), [(0, 2), (5, 2)]);
        assert_eq!(words_of(" -").next(), None);
    }
}
