//! The clipboard of the terminal, by the escape sequence OSC 52.

/// Most bytes of text that are sent: terminals drop longer ones (xterm at 100,000 bytes of base64).
pub const MAX: usize = 74_000;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The bytes that put `text` into the clipboard of the terminal, and whether all of it fitted. Only base64 stands between
/// the escape sequence's ends, so the text cannot end it early.
pub fn osc52(text: &str) -> (Vec<u8>, bool) {
    let mut end = text.len().min(MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let kept = text.get(..end).unwrap_or_default();
    let mut out = Vec::with_capacity(kept.len() / 3 * 4 + 16);
    out.extend_from_slice(b"\x1b]52;c;");
    out.extend(kept.as_bytes().chunks(3).flat_map(base64));
    out.extend_from_slice(b"\x1b\\");
    (out, kept.len() == text.len())
}

/// Up to three bytes as four of base64.
fn base64(chunk: &[u8]) -> [u8; 4] {
    let byte = |i: usize| chunk.get(i).copied().map_or(0, u32::from);
    let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
    let digit = |shift: u32| ALPHABET.get((bits >> shift & 63) as usize).copied().unwrap_or(b'=');
    let or_fill = |i: usize, shift: u32| if chunk.len() > i { digit(shift) } else { b'=' };
    [digit(18), digit(12), or_fill(1, 6), or_fill(2, 0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_texts() {
        for (text, coded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("MOVE é", "TU9WRSDDqQ==")]
        {
            assert_eq!(osc52(text), (format!("\x1b]52;c;{coded}\x1b\\").into_bytes(), true));
        }
    }

    #[test]
    fn capped_at_a_character() {
        let text = "é".repeat(MAX);
        let (bytes, whole) = osc52(&text);
        assert!(!whole);
        assert!(bytes.len() < 100_000, "{}", bytes.len());
    }
}
