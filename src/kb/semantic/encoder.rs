//! A sentence encoder of the BERT family (all-MiniLM-L6-v2 and its kin), forwards only: the mean of its last layer. Owns how its
//! files are read and what is computed. Must not know where they lie.

use super::{Model, pieces};
use crate::base::num::to_usize;
use crate::base::{Exit, Result, UserError};
use lru::LruCache;
use ndarray::{Array1, Array2, ArrayView2, Axis, s};
use serde::Deserialize;
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

/// Tokens of a text that are read; an encoder takes no more than it has places for.
const LONGEST: usize = 128;
/// The tokens around each text.
const AROUND: [&str; 2] = ["[CLS]", "[SEP]"];
const NOTHING: f32 = 1e-12;
/// Vectors that are kept in memory: some 30 MB of 384 numbers each.
const KEPT: NonZeroUsize = NonZeroUsize::MIN.saturating_add(19_999);

/// What `config.json` of a model says.
#[derive(Deserialize)]
struct Shape {
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    max_position_embeddings: usize,
}

/// A tensor as the header of `model.safetensors` names it.
#[derive(Deserialize)]
struct Place {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: (usize, usize),
}

struct Linear {
    weight: Array2<f32>,
    bias: Array1<f32>,
}

impl Linear {
    fn apply(&self, x: &ArrayView2<'_, f32>) -> Array2<f32> {
        x.dot(&self.weight.t()) + &self.bias
    }
}

struct Norm {
    weight: Array1<f32>,
    bias: Array1<f32>,
}

impl Norm {
    fn apply(&self, mut x: Array2<f32>) -> Array2<f32> {
        for mut row in x.rows_mut() {
            let mean = row.mean().unwrap_or_default();
            row.mapv_inplace(|part| part - mean);
            let spread = row.mapv(|part| part * part).mean().unwrap_or_default();
            let scale = (spread + NOTHING).sqrt().recip();
            row.mapv_inplace(|part| part * scale);
        }
        x * &self.weight + &self.bias
    }
}

struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    seen: Linear,
    after_seen: Norm,
    inner: Linear,
    outer: Linear,
    after_outer: Norm,
}

/// An encoder that is in memory.
pub struct Encoder {
    known: HashMap<String, usize>,
    tokens: Array2<f32>,
    places: Array2<f32>,
    kind: Array1<f32>,
    first: Norm,
    layers: Vec<Layer>,
    heads: usize,
    name: [u8; 32],
    /// Vectors by the hash of their text: each takes as long as many searches.
    kept: Mutex<LruCache<[u8; 32], Vec<f32>>>,
}

/// Tensors by name.
struct Tensors<'d> {
    places: HashMap<String, Place>,
    data: &'d [u8],
}

fn unfit(cause: impl std::fmt::Display) -> UserError {
    UserError::new("the model of semantic.model cannot be used")
        .cause(cause)
        .hint("give a folder with config.json, vocab.txt and model.safetensors of a BERT sentence encoder")
        .exit(Exit::BadInput)
}

impl<'d> Tensors<'d> {
    fn read(file: &'d [u8]) -> Result<Self> {
        let short = || unfit("model.safetensors ends too early");
        let (length, rest) = file.split_first_chunk::<8>().ok_or_else(short)?;
        let (header, data) =
            rest.split_at_checked(to_usize(u64::from_le_bytes(*length))).ok_or_else(short)?;
        let header: HashMap<String, serde_json::Value> = serde_json::from_slice(header).map_err(unfit)?;
        let tensors = header.into_iter().filter(|(name, _)| name != "__metadata__");
        let places = tensors.map(|(name, place)| Ok((name, serde_json::from_value(place).map_err(unfit)?)));
        Ok(Self { places: places.collect::<Result<_>>()?, data })
    }

    fn numbers(&self, name: &str) -> Result<(&[usize], Vec<f32>)> {
        let missing = || unfit(format!("model.safetensors has no {name}"));
        let found = self.places.get(name).or_else(|| self.places.get(&format!("bert.{name}")));
        let place = found.ok_or_else(missing)?;
        if place.dtype != "F32" {
            return Err(unfit(format!("{name} is {}, not F32", place.dtype)));
        }
        let (from, to) = place.data_offsets;
        let bytes = self.data.get(from..to).ok_or_else(missing)?;
        Ok((&place.shape, bytes.as_chunks::<4>().0.iter().map(|n| f32::from_le_bytes(*n)).collect()))
    }

    fn vector(&self, name: &str) -> Result<Array1<f32>> {
        Ok(Array1::from_vec(self.numbers(name)?.1))
    }

    fn matrix(&self, name: &str, columns: usize) -> Result<Array2<f32>> {
        let (shape, numbers) = self.numbers(name)?;
        let [rows, own] = *shape else { return Err(unfit(format!("{name} is no matrix"))) };
        if columns != own {
            return Err(unfit(format!("{name} has {own} columns, not {columns}")));
        }
        Array2::from_shape_vec((rows, columns), numbers).map_err(unfit)
    }

    fn linear(&self, name: &str, columns: usize, rows: usize) -> Result<Linear> {
        let weight = self.matrix(&format!("{name}.weight"), columns)?;
        let bias = self.vector(&format!("{name}.bias"))?;
        if weight.nrows() != bias.len() || (rows > 0 && rows != bias.len()) {
            return Err(unfit(format!("{name} has {} rows and {} numbers", weight.nrows(), bias.len())));
        }
        Ok(Linear { weight, bias })
    }

    fn norm(&self, name: &str, size: usize) -> Result<Norm> {
        let norm = Norm {
            weight: self.vector(&format!("{name}.weight"))?,
            bias: self.vector(&format!("{name}.bias"))?,
        };
        if norm.weight.len() == size && norm.bias.len() == size {
            Ok(norm)
        } else {
            Err(unfit(format!("{name} is not of size {size}")))
        }
    }

    fn layer(&self, number: usize, size: usize) -> Result<Layer> {
        let at = |name: &str| format!("encoder.layer.{number}.{name}");
        let inner = self.linear(&at("intermediate.dense"), size, 0)?;
        let wide = inner.bias.len();
        Ok(Layer {
            query: self.linear(&at("attention.self.query"), size, size)?,
            key: self.linear(&at("attention.self.key"), size, size)?,
            value: self.linear(&at("attention.self.value"), size, size)?,
            seen: self.linear(&at("attention.output.dense"), size, size)?,
            after_seen: self.norm(&at("attention.output.LayerNorm"), size)?,
            outer: self.linear(&at("output.dense"), wide, size)?,
            after_outer: self.norm(&at("output.LayerNorm"), size)?,
            inner,
        })
    }
}

impl Encoder {
    /// Reads it from the bytes of its files.
    ///
    /// # Errors
    /// Says what does not fit.
    pub fn read(config: &[u8], vocabulary: &str, weights: &[u8]) -> Result<Self> {
        let shape: Shape = serde_json::from_slice(config).map_err(unfit)?;
        let size = shape.hidden_size;
        if shape.num_attention_heads == 0 || !size.is_multiple_of(shape.num_attention_heads) {
            return Err(unfit("config.json has heads that do not divide its size"));
        }
        let tensors = Tensors::read(weights)?;
        let known: HashMap<String, usize> =
            vocabulary.lines().map(str::to_owned).enumerate().map(|(at, token)| (token, at)).collect();
        let tokens = tensors.matrix("embeddings.word_embeddings.weight", size)?;
        let places = tensors.matrix("embeddings.position_embeddings.weight", size)?;
        let kinds = tensors.matrix("embeddings.token_type_embeddings.weight", size)?;
        if known.len() > tokens.nrows()
            || places.nrows() < LONGEST.min(shape.max_position_embeddings)
            || AROUND.iter().any(|token| !known.contains_key(*token))
        {
            return Err(unfit("vocab.txt, config.json and model.safetensors do not belong together"));
        }
        let kind = kinds.rows().into_iter().next().map(|row| row.to_owned());
        Ok(Self {
            first: tensors.norm("embeddings.LayerNorm", size)?,
            layers: (0..shape.num_hidden_layers).map(|n| tensors.layer(n, size)).collect::<Result<_>>()?,
            kind: kind.ok_or_else(|| unfit("it has no kinds of tokens"))?,
            heads: shape.num_attention_heads,
            name: blake3::hash(weights).into(),
            kept: Mutex::new(LruCache::new(KEPT)),
            known,
            tokens,
            places,
        })
    }

    fn ids(&self, text: &str) -> Vec<usize> {
        let longest = LONGEST.min(self.places.nrows()).saturating_sub(AROUND.len());
        let mut ids = Vec::with_capacity(LONGEST);
        pieces::each(text, |piece| self.known.get(piece).copied(), |id| ids.push(id));
        ids.truncate(longest);
        let around = AROUND.map(|token| self.known.get(token).copied().unwrap_or_default());
        let [before, behind] = around;
        std::iter::once(before).chain(ids).chain([behind]).collect()
    }

    /// What each token sees of the others.
    fn attention(&self, layer: &Layer, x: &Array2<f32>) -> Array2<f32> {
        let (q, k, v) =
            (layer.query.apply(&x.view()), layer.key.apply(&x.view()), layer.value.apply(&x.view()));
        let head = x.ncols() / self.heads;
        let scale = f32::from(u16::try_from(head).unwrap_or(u16::MAX)).sqrt().recip();
        let mut seen = Array2::zeros(x.raw_dim());
        for at in 0..self.heads {
            let of = s![.., at * head..(at + 1) * head];
            let mut share = q.slice(of).dot(&k.slice(of).t()) * scale;
            for mut row in share.rows_mut() {
                let most = row.fold(f32::MIN, |most, part| part.max(most));
                row.mapv_inplace(|part| (part - most).exp());
                let sum = row.sum().max(NOTHING);
                row.mapv_inplace(|part| part / sum);
            }
            seen.slice_mut(of).assign(&share.dot(&v.slice(of)));
        }
        layer.seen.apply(&seen.view())
    }
}

/// GELU by its tanh (Hendrycks and Gimpel 2016): within a thousandth of the exact one.
fn gelu(x: f32) -> f32 {
    0.5 * x * (1.0 + (0.797_884_6 * (x + 0.044_715 * x * x * x)).tanh())
}

impl Encoder {
    fn made(&self, text: &str) -> Option<Vec<f32>> {
        let ids = self.ids(text);
        if ids.len() <= AROUND.len() {
            return None;
        }
        let mut x = self.tokens.select(Axis(0), &ids) + &self.places.slice(s![..ids.len(), ..]) + &self.kind;
        x = self.first.apply(x);
        for layer in &self.layers {
            x = layer.after_seen.apply(self.attention(layer, &x) + &x);
            let inner = layer.inner.apply(&x.view()).mapv_into(gelu);
            x = layer.after_outer.apply(layer.outer.apply(&inner.view()) + &x);
        }
        let mean = x.mean_axis(Axis(0))?;
        let length = mean.dot(&mean).sqrt();
        (length > NOTHING).then(|| (mean / length).to_vec())
    }
}

impl Model for Encoder {
    fn vector(&self, text: &str) -> Option<Vec<f32>> {
        let key: [u8; 32] = blake3::hash(text.as_bytes()).into();
        let kept = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(vector) = kept().get(&key) {
            return Some(vector.clone());
        }
        let vector = self.made(text)?;
        kept().put(key, vector.clone());
        Some(vector)
    }

    fn name(&self) -> Option<[u8; 32]> {
        Some(self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::semantic::nearness;

    const CONFIG: &str =
        r#"{"hidden_size":4,"num_hidden_layers":1,"num_attention_heads":2,"max_position_embeddings":8}"#;
    const WORDS: &str = "[CLS]\n[SEP]\ndata\n##base\nlock";

    /// The bytes of a model of this shape, with numbers that only look as if they were chance.
    fn weights(left_out: &str) -> Vec<u8> {
        let layer = "encoder.layer.0.";
        let mut tensors = vec![
            ("embeddings.word_embeddings.weight".to_owned(), vec![5, 4]),
            ("embeddings.position_embeddings.weight".to_owned(), vec![8, 4]),
            ("embeddings.token_type_embeddings.weight".to_owned(), vec![2, 4]),
        ];
        for (name, rows, columns) in [
            ("attention.self.query", 4, 4),
            ("attention.self.key", 4, 4),
            ("attention.self.value", 4, 4),
            ("attention.output.dense", 4, 4),
            ("intermediate.dense", 6, 4),
            ("output.dense", 4, 6),
        ] {
            tensors.push((format!("{layer}{name}.weight"), vec![rows, columns]));
            tensors.push((format!("{layer}{name}.bias"), vec![rows]));
        }
        for name in ["embeddings", "encoder.layer.0.attention.output", "encoder.layer.0.output"] {
            tensors.push((format!("{name}.LayerNorm.weight"), vec![4]));
            tensors.push((format!("{name}.LayerNorm.bias"), vec![4]));
        }
        let (mut header, mut data) = (serde_json::Map::new(), Vec::new());
        for (name, shape) in tensors.into_iter().filter(|(name, _)| name != left_out) {
            let from = data.len();
            for at in 0..shape.iter().product::<u16>() {
                let number = f32::from((at * 37 + u16::try_from(from % 101).unwrap()) % 17) / 17.0 - 0.4;
                data.extend(number.to_le_bytes());
            }
            let place =
                serde_json::json!({"dtype": "F32", "shape": shape, "data_offsets": [from, data.len()]});
            header.insert(name, place);
        }
        let header = serde_json::to_vec(&header).unwrap();
        [&u64::try_from(header.len()).unwrap().to_le_bytes()[..], &header, &data].concat()
    }

    #[test]
    fn a_text_has_one_vector_whatever_its_length() {
        let model = Encoder::read(CONFIG.as_bytes(), WORDS, &weights("")).unwrap();
        let vector = |text: &str| model.vector(text).unwrap();
        assert_eq!(vector("database").len(), 4);
        assert!((nearness(&vector("Data lock"), &vector("data LOCK")) - 1.0).abs() < 1e-5);
        assert!(nearness(&vector("data lock"), &vector("lock")) < 0.999_9);
        assert_eq!(vector(&"lock ".repeat(99)), vector(&"lock ".repeat(98)), "cut at its places");
        assert!(model.vector("nothing known").is_none());
        assert!(model.name().is_some());
    }

    #[test]
    fn what_is_no_model_is_said() {
        let whole = weights("");
        let told = |config: &str, words: &str, weights: &[u8]| {
            Encoder::read(config.as_bytes(), words, weights).err().unwrap().to_string()
        };
        assert!(told("{}", WORDS, &whole).contains("hidden_size"));
        assert!(told(CONFIG, "data", &whole).contains("belong together"));
        for length in [0, 7, 100, whole.len() - 1] {
            assert!(told(CONFIG, WORDS, &whole[..length]).contains("semantic.model"), "{length}");
        }
        let missing = "encoder.layer.0.output.dense.bias";
        assert!(told(CONFIG, WORDS, &weights(missing)).contains(missing));
        let heads = CONFIG.replace("heads\":2", "heads\":3");
        assert!(told(&heads, WORDS, &whole).contains("heads"));
    }
}
