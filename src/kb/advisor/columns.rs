//! Which columns of which table a statement compares, read from its words. Owns no grammar of SQL: what is not understood gives
//! no advice, and what is understood wrongly is found out when it is tried.

use crate::store::Workings;

/// A word, a sign, or something in quotes.
fn tokens(statement: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = statement.trim_start();
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let length = if word(first) {
            rest.find(|c| !word(c)).unwrap_or(rest.len())
        } else if first == '\'' {
            rest.get(1..).and_then(|inner| inner.find('\'')).map_or(rest.len(), |at| at + 2)
        } else if rest.starts_with("--") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("<=") || rest.starts_with(">=") || rest.starts_with("==") {
            2
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        tokens.push(token);
        rest = after.trim_start();
    }
    tokens
}

/// The table that is called `name` in a statement, by its own name or by another one that it has there.
pub fn table_of(statement: &str, name: &str, workings: &Workings) -> Option<String> {
    let is_table = |word: &str| workings.tables.iter().any(|(table, ..)| table == word);
    if is_table(name) {
        return Some(name.to_owned());
    }
    let tokens = tokens(statement);
    let pairs = tokens.iter().zip(tokens.iter().skip(1)).zip(tokens.iter().skip(2).chain([&""]));
    pairs.into_iter().find_map(|((table, next), third)| {
        let alias = if next.eq_ignore_ascii_case("as") { third } else { next };
        (is_table(table) && *alias == name).then(|| (*table).to_owned())
    })
}

/// The columns of `table` that a statement compares with something, in its order, and whether for being equal.
pub fn compared(statement: &str, table: &str, workings: &Workings) -> Vec<(String, bool)> {
    let Some((_, _, columns)) = workings.tables.iter().find(|(name, ..)| name == table) else {
        return Vec::new();
    };
    let tokens = tokens(statement);
    let mut found: Vec<(String, bool)> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let (owner, column) = token.rsplit_once('.').unwrap_or(("", token));
        let known = columns.iter().find(|known| known.eq_ignore_ascii_case(column));
        let ours = owner.is_empty() || table_of(statement, owner, workings).as_deref() == Some(table);
        let (Some(column), Some(sign), true) = (known, tokens.get(at + 1), ours) else { continue };
        let sign = sign.to_ascii_uppercase();
        let equal = matches!(sign.as_str(), "=" | "==" | "IN" | "IS");
        let range = matches!(sign.as_str(), "<" | ">" | "<=" | ">=" | "BETWEEN" | "GLOB");
        // "SET a = ?" gives a value, "a IS NOT NULL" leaves nearly all.
        let sets = tokens.iter().take(at).rev().find_map(|before| {
            let word = before.to_ascii_uppercase();
            matches!(word.as_str(), "SET" | "WHERE" | "ON" | "AND" | "OR" | "HAVING").then_some(word == "SET")
        });
        let not = tokens.get(at + 2).is_some_and(|next| next.eq_ignore_ascii_case("not"));
        let usable = (equal || range) && sets == Some(false) && !(sign == "IS" && not);
        if usable && !found.iter().any(|(known, _)| known == column) {
            found.push((column.clone(), equal));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workings() -> Workings {
        let table = |name: &str, columns: &[&str]| {
            (name.to_owned(), 1_000, columns.iter().map(|c| (*c).to_owned()).collect())
        };
        Workings {
            tables: vec![
                table("incidents", &["row", "at", "component", "severity"]),
                table("kb_entries", &["row", "title", "author", "deleted_at"]),
            ],
            ..Workings::default()
        }
    }

    #[test]
    fn columns_that_are_compared_are_found() {
        let w = workings();
        let of = |statement: &str, table: &str| {
            let found = compared(statement, table, &w);
            found
                .into_iter()
                .map(|(name, equal)| format!("{name}{}", if equal { "=" } else { "<" }))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            of("SELECT at FROM incidents WHERE component = ?1 AND at > ?2", "incidents"),
            ["component=", "at<"]
        );
        assert_eq!(
            of(
                "SELECT e.title FROM kb_entries AS e, incidents i WHERE e.author IN ('a.b', 'c') AND i.severity=3",
                "kb_entries"
            ),
            ["author="]
        );
        assert_eq!(of("UPDATE kb_entries SET title = 'x' WHERE author = 'y'", "kb_entries"), ["author="]);
        assert_eq!(of("SELECT 1 FROM kb_entries WHERE deleted_at IS NOT NULL", "kb_entries"), [""; 0]);
        assert_eq!(of("SELECT 'author = 1' FROM kb_entries -- author = 2", "kb_entries"), [""; 0]);
        assert_eq!(of("", "nowhere"), [""; 0]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_cut_into_its_words(text in "(?s).{0,60}|(SELECT| |'|--|\n|a\\.b|<=|=|[(),é?]){0,40}") {
            let joined: String = tokens(&text).concat();
            let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            proptest::prop_assert_eq!(bare(&joined), bare(&text));
            compared(&text, "incidents", &workings());
        }
    }

    #[test]
    fn other_names_of_tables_are_understood() {
        let w = workings();
        let statement = "SELECT 1 FROM kb_entries AS e JOIN incidents i ON i.row = e.row";
        for (name, table) in [("e", Some("kb_entries")), ("i", Some("incidents")), ("x", None)] {
            assert_eq!(table_of(statement, name, &w).as_deref(), table, "{name}");
        }
    }
}
