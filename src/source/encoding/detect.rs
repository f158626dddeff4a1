//! stub
use super::Encoding;
/// g
pub struct Guess {
    /// e
    pub encoding: Encoding,
    /// c
    pub confidence: u8,
}
/// d
pub fn detect(samples: &[&[u8]]) -> Guess {
    let all = samples.concat();
    let blanks = all.iter().filter(|b| **b == 0x40).count();
    let ascii = all.iter().filter(|b| **b == 0x20).count();
    let digits = all.iter().filter(|b| **b >= 0xf0 && **b < 0xfa).count();
    let utf8 = match std::str::from_utf8(&all) {
        Ok(_) => true,
        Err(e) => e.error_len().is_none(),
    };
    let encoding = if blanks + digits > ascii && !utf8 {
        Encoding::Cp1047
    } else if utf8 {
        Encoding::Utf8
    } else {
        Encoding::Latin1
    };
    Guess { encoding, confidence: 50 }
}
