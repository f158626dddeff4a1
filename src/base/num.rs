//! Named conversions between number types. All saturate: a size that does not fit is as large as can be said.

/// `usize` to `u16`, at most `u16::MAX`: screen columns and rows.
pub fn to_u16(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

/// `u64` to `usize`, at most `usize::MAX`.
pub fn to_usize(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// `usize` to `u64`.
pub fn to_u64(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// `i64` to `u64`, negative as 0: counts that SQLite gives.
pub fn unsigned(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

/// `u64` to `i64`, at most `i64::MAX`: counts that SQLite takes.
pub fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// `u64` to `f64`; exact up to 2^53, rounded above.
#[expect(clippy::cast_precision_loss, reason = "figures for people: 53 bits are enough")]
pub fn to_f64(n: u64) -> f64 {
    n as f64
}

/// `f64` to `u64`, rounded to nearest; negative and not-a-number as 0, too large as `u64::MAX`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, which is what is promised"
)]
pub fn round_u64(n: f64) -> u64 {
    n.round() as u64
}

/// `part` of `whole` in percent, 0 to 100; 0 of 0 is 100 (nothing is left to do).
pub fn percent(part: u64, whole: u64) -> u8 {
    if whole == 0 {
        return 100;
    }
    let p = u128::from(part) * 100 / u128::from(whole);
    u8::try_from(p.min(100)).unwrap_or(100)
}

/// `12,345`.
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// `1 line`, `2 lines`, `12,345 entries`: `one` and `many` are the words for one and for all other numbers.
pub fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(n), if n == 1 { one } else { many })
}

/// Nanoseconds of a duration, at most `u64::MAX` (584 years).
pub fn nanos(d: std::time::Duration) -> u64 {
    u64::try_from(d.as_nanos()).unwrap_or(u64::MAX)
}
