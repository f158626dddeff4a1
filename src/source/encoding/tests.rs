use super::*;

mod guesses;
mod lines;
mod tables;

/// How many cases a property is tried with: `default`, or what `GREENBAR_CASES` says.
fn cases(default: u32) -> proptest::prelude::ProptestConfig {
    let cases = std::env::var("GREENBAR_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(default);
    proptest::prelude::ProptestConfig { cases, ..Default::default() }
}

fn ebcdic() -> impl Iterator<Item = Encoding> {
    Encoding::ALL.iter().copied().filter(|e| e.is_ebcdic())
}
