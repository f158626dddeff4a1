//! PICTURE character strings: what they describe and how many positions that takes. Knows nothing of usages in bytes, of
//! clauses or of records.
//!
//! Invariant: any text is taken; what is no picture is a sentence that says why, with a length nobody has to guess.

use std::fmt;

/// Symbols that stand for themselves.
const PLAIN: &str = "AX9SVPZ*+-B0/EGNU";
/// A longer string is not read: the language allows 50 characters.
const MAX_TEXT: usize = 256;

/// What a picture describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Category {
    /// `A` only.
    Alphabetic,
    /// `X`, or a mixture of `A`, `X` and `9`.
    Alphanumeric,
    /// `A`, `X` and `9` with `B`, `0` or `/`.
    AlphanumericEdited,
    /// `9`, `S`, `V`, `P`.
    Numeric,
    /// Digits with insertion, suppression, signs or currency.
    NumericEdited,
    /// A mantissa, `E` and an exponent.
    Float,
    /// `G`, or `N` of USAGE DISPLAY-1.
    Dbcs,
    /// `N`.
    National,
    /// `N` with `B`, `0` or `/`.
    NationalEdited,
    /// `U`.
    Utf8,
}

/// What a picture string says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Picture {
    /// What it describes.
    pub category: Category,
    /// Character positions that take storage; a sign of its own is not among them.
    pub positions: u64,
    /// Digit positions that take storage, of a number or of an edited one.
    pub digits: u64,
    /// Digits behind the decimal point; negative where `P` stands to the right of the digits.
    pub scale: i64,
    /// It has an `S`.
    pub signed: bool,
}

/// What SPECIAL-NAMES says about pictures.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Symbols {
    /// DECIMAL-POINT IS COMMA: comma and period change places.
    pub decimal_comma: bool,
    /// Currency symbols and how many positions the currency sign of each takes.
    currency: Vec<(char, u64)>,
    /// The symbols are those of CURRENCY SIGN clauses, not the default.
    declared: bool,
}

impl Default for Symbols {
    fn default() -> Self {
        Self { decimal_comma: false, currency: vec![('$', 1)], declared: false }
    }
}

impl Symbols {
    /// Takes a CURRENCY SIGN clause: the sign as it is printed, and its PICTURE SYMBOL if there is one.
    pub fn add_currency(&mut self, sign: &str, symbol: Option<char>) {
        let Some(symbol) = symbol.or_else(|| sign.chars().next()) else { return };
        if !self.declared {
            self.declared = true;
            self.currency.clear();
        }
        self.currency.push((symbol, count(sign.chars().count())));
    }

    fn currency(&self, symbol: char) -> Option<u64> {
        self.currency.iter().find(|(known, _)| *known == symbol).map(|(_, length)| *length)
    }
}

/// Why a text is no picture, as the end of a sentence that begins with the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureError(String);

impl fmt::Display for PictureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn wrong<T>(why: impl Into<String>) -> Result<T, PictureError> {
    Err(PictureError(why.into()))
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// A symbol of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Symbol {
    /// A letter or digit that stands for itself: `A X 9 S V P Z * + - B 0 / E G N U`.
    Plain(char),
    /// The decimal point, whichever character that is.
    Point,
    /// The other one of comma and period.
    Comma,
    /// `CR` or `DB`.
    Credit,
    /// A currency symbol whose sign takes so many positions.
    Currency(char, u64),
}

/// A symbol and how often it stands in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    symbol: Symbol,
    times: u64,
}

impl Run {
    fn is(self, symbol: char) -> bool {
        self.symbol == Symbol::Plain(symbol)
    }

    /// An insertion that may stand nearly everywhere.
    fn is_insertion(self) -> bool {
        matches!(self.symbol, Symbol::Plain('B' | '0' | '/') | Symbol::Comma)
    }
}

impl Picture {
    /// Reads a picture string.
    ///
    /// # Errors
    /// Says why it is none.
    pub fn parse(text: &str, symbols: &Symbols) -> Result<Self, PictureError> {
        let runs = runs(text, symbols)?;
        let has =
            |symbols: &str| runs.iter().any(|r| matches!(r.symbol, Symbol::Plain(c) if symbols.contains(c)));
        let only = |allowed: &str| {
            let out = runs.iter().find(|r| !matches!(r.symbol, Symbol::Plain(c) if allowed.contains(c)));
            out.map_or(Ok(()), |r| wrong(format!("has {} beside characters", show(r.symbol))))
        };
        let positions = positions(&runs);
        let of = |category| Self { category, positions, digits: 0, scale: 0, signed: false };
        let insertions = has("B0/");
        if has("E") {
            return float(&runs, positions);
        }
        for (symbol, allowed, plain, edited) in [
            ('U', "U", Category::Utf8, Category::Utf8),
            ('G', "GB", Category::Dbcs, Category::Dbcs),
            ('N', "NB0/", Category::National, Category::NationalEdited),
        ] {
            if has(&symbol.to_string()) {
                only(allowed)?;
                return Ok(of(if insertions { edited } else { plain }));
            }
        }
        if has("AX") {
            only("AX9B0/")?;
            return Ok(of(match (insertions, has("X9")) {
                (true, _) => Category::AlphanumericEdited,
                (false, true) => Category::Alphanumeric,
                (false, false) => Category::Alphabetic,
            }));
        }
        let edited = runs.iter().any(|r| !matches!(r.symbol, Symbol::Plain('9' | 'S' | 'V' | 'P')));
        if edited { edited_number(&runs, positions) } else { number(&runs, positions) }
    }

    /// Digits of the number that it holds, those that take no storage included.
    pub fn precision(&self) -> u64 {
        let behind = self.scale.unsigned_abs();
        if self.scale < 0 { self.digits.saturating_add(behind) } else { self.digits.max(behind) }
    }
}

/// Positions that take storage.
fn positions(runs: &[Run]) -> u64 {
    let mut currency = None;
    let mut sum = 0u64;
    for run in runs {
        sum = sum.saturating_add(match run.symbol {
            Symbol::Plain('S' | 'V' | 'P') => 0,
            Symbol::Credit => run.times.saturating_mul(2),
            // The first symbol stands for the whole sign, each further one for a digit.
            Symbol::Currency(_, length) if currency.is_none() => {
                currency = Some(length);
                length.saturating_add(run.times - 1)
            }
            _ => run.times,
        });
    }
    sum
}

/// A symbol as it is called in a sentence.
fn show(symbol: Symbol) -> String {
    match symbol {
        Symbol::Plain(c) | Symbol::Currency(c, _) => c.to_string(),
        Symbol::Point => "a decimal point".to_owned(),
        Symbol::Comma => "a comma".to_owned(),
        Symbol::Credit => "CR or DB".to_owned(),
    }
}

/// The symbols of a text, repetitions counted and neighbours that are the same put together.
fn runs(text: &str, symbols: &Symbols) -> Result<Vec<Run>, PictureError> {
    if text.is_empty() {
        return wrong("is empty");
    }
    if text.len() > MAX_TEXT {
        return wrong("is too long");
    }
    let mut runs: Vec<Run> = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let upper = c.to_ascii_uppercase();
        let next = rest.peek().map(char::to_ascii_uppercase);
        let symbol = if let Some(length) = symbols.currency(c) {
            Symbol::Currency(c, length)
        } else if matches!((upper, next), ('C', Some('R')) | ('D', Some('B'))) {
            rest.next();
            Symbol::Credit
        } else {
            match (upper, symbols.decimal_comma) {
                ('.', false) | (',', true) => Symbol::Point,
                (',', false) | ('.', true) => Symbol::Comma,
                (c, _) if PLAIN.contains(c) => Symbol::Plain(upper),
                ('(' | ')', _) => return wrong("has a parenthesis without a number of repetitions"),
                _ => return wrong(format!("has {c}, which is no symbol of a PICTURE")),
            }
        };
        let mut times = 1;
        if rest.peek() == Some(&'(') {
            rest.next();
            times = repetitions(&mut rest)?;
        }
        match runs.last_mut() {
            Some(last) if last.symbol == symbol && symbol != Symbol::Credit => {
                last.times = last.times.saturating_add(times);
            }
            _ => runs.push(Run { symbol, times }),
        }
    }
    Ok(runs)
}

/// A number and the parenthesis behind it.
fn repetitions(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<u64, PictureError> {
    let mut times: Option<u64> = None;
    for c in rest.by_ref() {
        match (c, c.to_digit(10)) {
            (_, Some(digit)) => {
                times = Some(times.unwrap_or(0).saturating_mul(10).saturating_add(digit.into()));
            }
            (')', _) => match times {
                Some(0) => return wrong("repeats a symbol 0 times"),
                Some(times) => return Ok(times),
                None => break,
            },
            _ => return wrong("has something else than a number of repetitions in parentheses"),
        }
    }
    wrong("has a parenthesis without a number of repetitions")
}

/// The shape of runs: one character for each.
fn shape(runs: &[Run]) -> String {
    let one = |run: &Run| match run.symbol {
        Symbol::Plain(c) => c,
        Symbol::Point => '.',
        _ => '?',
    };
    runs.iter().map(one).collect()
}

/// Times of the first run of `symbol`, as a scale.
fn times_of(runs: &[Run], symbol: char) -> i64 {
    let times = runs.iter().find(|r| r.is(symbol)).map_or(0, |r| r.times);
    i64::try_from(times).unwrap_or(i64::MAX)
}

/// A number: digits, with a point between or before them, or away from them by `P`.
fn number(runs: &[Run], positions: u64) -> Result<Picture, PictureError> {
    let (signed, digits) = match runs {
        [sign, rest @ ..] if sign.is('S') && sign.times == 1 => (true, rest),
        _ => (false, runs),
    };
    let scaled = times_of(digits, 'P');
    let last = digits.last().map_or(0, |r| i64::try_from(r.times).unwrap_or(i64::MAX));
    let scale = match shape(digits).as_str() {
        "9" | "9V" => 0,
        "V9" | "9V9" => last,
        "P9" | "VP9" => scaled.saturating_add(last),
        "9P" | "9PV" => scaled.saturating_neg(),
        other if other.contains('S') => return wrong("has S elsewhere than once at its start"),
        other if !other.contains('9') => return wrong("has no 9"),
        other if other.matches('V').count() > 1 => return wrong("has more than one V"),
        _ => return wrong("has V or P where they mean nothing"),
    };
    let twice = digits.iter().any(|r| r.is('V') && r.times > 1);
    if twice {
        return wrong("has more than one V");
    }
    Ok(Picture { category: Category::Numeric, positions, digits: positions, scale, signed })
}

/// An external floating-point number: sign, mantissa, `E`, sign, two digits.
fn float(runs: &[Run], positions: u64) -> Result<Picture, PictureError> {
    let [first, mantissa @ .., e, second, exponent] = runs else {
        return wrong("has E but no sign, mantissa and exponent around it");
    };
    let well = is_sign(first)
        && is_sign(second)
        && e.is('E')
        && e.times == 1
        && exponent.is('9')
        && exponent.times == 2;
    let points = mantissa.iter().all(|r| r.is('9') || r.times == 1);
    let shape = shape(mantissa);
    let known = ["9", "9.", ".9", "9.9", "9V", "V9", "9V9"].contains(&shape.as_str());
    if !(well && points && known) {
        return wrong("is no floating-point number such as +9.9(7)E+99");
    }
    let digits = mantissa.iter().filter(|r| r.is('9')).fold(0u64, |sum, r| sum.saturating_add(r.times));
    let scale = match mantissa.last() {
        Some(last) if shape.len() > 1 && last.is('9') => i64::try_from(last.times).unwrap_or(i64::MAX),
        _ => 0,
    };
    Ok(Picture { category: Category::Float, positions, digits, scale, signed: true })
}

fn is_sign(run: &Run) -> bool {
    (run.is('+') || run.is('-')) && run.times == 1
}

/// Where in an edited number the reading is; the order of the parts is fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// Sign or currency before the digits.
    Front,
    /// Digits that are suppressed, or that a sign or currency floats over.
    Suppressed,
    /// Digits that are always printed.
    Digits,
}

/// A number edited for printing.
fn edited_number(runs: &[Run], positions: u64) -> Result<Picture, PictureError> {
    let mut floating: Option<Symbol> = None;
    let total = |symbol: Symbol| {
        runs.iter().filter(|r| r.symbol == symbol).fold(0u64, |sum, r| sum.saturating_add(r.times))
    };
    let mut part = Part::Front;
    let (mut digits, mut after_point) = (0u64, 0u64);
    let mut point = false;
    // What the digits behind the point are: all of one kind.
    let mut kinds: Option<Part> = None;
    let mut scaled: Option<usize> = None;
    let last = runs.len().saturating_sub(1);
    let signs = [total(Symbol::Plain('+')), total(Symbol::Plain('-')), total(Symbol::Credit)];
    if signs.iter().filter(|n| **n > 0).count() > 1 {
        return wrong("has more than one kind of sign");
    }
    for (at, run) in runs.iter().enumerate() {
        let floats = match run.symbol {
            Symbol::Plain('Z' | '*') => true,
            symbol @ (Symbol::Plain('+' | '-') | Symbol::Currency(..)) => total(symbol) > 1,
            _ => false,
        };
        match run.symbol {
            _ if run.is_insertion() => {}
            Symbol::Point | Symbol::Plain('V') => {
                if point || run.times > 1 {
                    return wrong("has more than one decimal point");
                }
                if at == last && run.symbol == Symbol::Point {
                    return wrong("ends with a decimal point");
                }
                point = true;
            }
            Symbol::Plain('P') => scaled = scaled.or(Some(at)),
            symbol if floats => {
                if part == Part::Digits {
                    return wrong(format!("has {} behind a 9", show(symbol)));
                }
                if floating.is_some_and(|other| other != symbol) {
                    return wrong("has more than one kind of suppression or floating symbol");
                }
                // The first symbol that floats is where it stops at the latest, and no digit.
                let first = floating.is_none() && !matches!(symbol, Symbol::Plain('Z' | '*'));
                floating = Some(symbol);
                part = Part::Suppressed;
                digits = digits.saturating_add(run.times - u64::from(first));
                if point {
                    after_point = after_point.saturating_add(run.times - u64::from(first));
                    kinds = kinds.or(Some(Part::Suppressed));
                }
            }
            Symbol::Plain('9') => {
                part = Part::Digits;
                digits = digits.saturating_add(run.times);
                if point {
                    after_point = after_point.saturating_add(run.times);
                    if kinds == Some(Part::Suppressed) {
                        return wrong("has a 9 behind suppressed digits that follow the decimal point");
                    }
                    kinds = Some(Part::Digits);
                }
            }
            Symbol::Plain('+' | '-') if at == 0 || at == last => {}
            Symbol::Credit if at == last && run.times == 1 => {}
            Symbol::Currency(..) if at == 0 || (at == 1 && runs.first().is_some_and(is_sign)) => {}
            symbol => return wrong(format!("has {} in the wrong place", show(symbol))),
        }
    }
    if digits == 0 {
        return wrong("has no digit");
    }
    let scale = match scaled {
        None => i64::try_from(after_point).unwrap_or(i64::MAX),
        Some(at) => scale_of_p(runs, at, digits)?,
    };
    Ok(Picture {
        category: Category::NumericEdited,
        positions,
        digits,
        scale,
        signed: signs.iter().any(|n| *n > 0),
    })
}

/// The scale of an edited number with `P`, whose first is run `at`: all of them stand on one side of the digits.
fn scale_of_p(runs: &[Run], at: usize, digits: u64) -> Result<i64, PictureError> {
    if runs.iter().any(|r| r.symbol == Symbol::Point) {
        return wrong("has P and a decimal point");
    }
    let is_digit =
        |r: &Run| r.is('9') || r.is('Z') || r.is('*') || (r.times > 1 && !r.is('P') && !r.is_insertion());
    let (before, after) = runs.split_at_checked(at).unwrap_or((runs, &[]));
    let scaled = times_of(after, 'P');
    if after.iter().filter(|r| r.is('P')).count() > 1 {
        return wrong("has P in more than one place");
    }
    match (before.iter().any(is_digit), after.iter().any(is_digit)) {
        (true, false) => Ok(scaled.saturating_neg()),
        (false, true) => Ok(scaled.saturating_add(i64::try_from(digits).unwrap_or(i64::MAX))),
        _ => wrong("has P between digits"),
    }
}
