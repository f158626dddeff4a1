//! Values as they lie on disk: a hash over key and value, the length, the packed bytes. Invariant: what comes out is what
//! was put in under the same key, or nothing.

use super::Key;
use crate::base::num;
use std::io::{self, BufWriter, Write};

/// Largest value that is kept outside memory, unpacked, in bytes.
pub const LARGEST: usize = 32 << 20;
/// Bytes of the hash in front of a value.
const HASH: usize = 16;
/// Of zstd: the quickest.
const LEVEL: i32 = 1;

/// `value` ready to be kept; `None` for one that is too large to be worth it.
pub fn pack(key: &Key, value: &[u8]) -> Option<Vec<u8>> {
    if value.len() > LARGEST {
        return None;
    }
    let mut out = hash(key, value).get(..HASH)?.to_vec();
    out.extend_from_slice(&num::to_u64(value.len()).to_le_bytes());
    out.extend(zstd::bulk::compress(value, LEVEL).ok()?);
    Some(out)
}

/// The same of what `write` writes: a value of megabytes is packed as it comes, and never there as a whole.
pub fn pack_written(key: &Key, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Option<Vec<u8>> {
    let mut hasher = blake3::Hasher::new();
    hasher.update(key.bytes());
    let packer = zstd::stream::Encoder::new(vec![0; HASH + 8], LEVEL).ok()?;
    let mut out = BufWriter::with_capacity(WRITTEN, Counted { hasher, packer, length: 0 });
    write(&mut out).ok()?;
    let Counted { hasher, packer, length } = out.into_inner().ok()?;
    let mut out = packer.finish().ok()?;
    let (head, rest) = out.split_at_mut_checked(HASH)?;
    head.copy_from_slice(hasher.finalize().as_bytes().get(..HASH)?);
    rest.get_mut(..8)?.copy_from_slice(&length.to_le_bytes());
    Some(out)
}

/// Bytes that are packed at once where a value is written bit by bit.
const WRITTEN: usize = 16 << 10;

/// What is packed, its hash and its length.
struct Counted {
    hasher: blake3::Hasher,
    packer: zstd::stream::Encoder<'static, Vec<u8>>,
    length: u64,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.length += num::to_u64(bytes.len());
        if self.length > num::to_u64(LARGEST) {
            return Err(io::Error::other("too large to be kept"));
        }
        self.hasher.update(bytes);
        self.packer.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The value in `stored`, if it is whole and was kept under `key`.
pub fn unpack(key: &Key, stored: &[u8]) -> Option<Vec<u8>> {
    let (kept, rest) = stored.split_at_checked(HASH)?;
    let (length, packed) = rest.split_first_chunk::<8>()?;
    let length = num::to_usize(u64::from_le_bytes(*length));
    if length > LARGEST {
        return None;
    }
    let value = zstd::bulk::decompress(packed, length).ok()?;
    (value.len() == length && hash(key, &value).get(..HASH)? == kept).then_some(value)
}

fn hash(key: &Key, value: &[u8]) -> [u8; 32] {
    *blake3::Hasher::new().update(key.bytes()).update(value).finalize().as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::num::to_usize;
    use crate::cache::Kind;

    #[test]
    fn a_value_comes_back_whole_or_not_at_all() {
        let key = Key::new(Kind::Structures, &[b"one"]);
        let value: Vec<u8> = (0..5_000_u32).flat_map(|n| (n / 7).to_le_bytes()).collect();
        let stored = pack(&key, &value).unwrap();
        assert!(stored.len() < value.len());
        assert_eq!(unpack(&key, &stored).as_ref(), Some(&value));
        assert!(unpack(&Key::new(Kind::Structures, &[b"two"]), &stored).is_none(), "under another key");
        assert!(unpack(&Key::new(Kind::Outlines, &[b"one"]), &stored).is_none(), "of another kind");
        for at in 0..stored.len() {
            let mut damaged = stored.clone();
            damaged[at] ^= 0x10;
            // A flag of the format that means nothing may flip: the value is right all the same.
            assert!(unpack(&key, &damaged).is_none_or(|v| v == value), "byte {at}");
        }
        for length in 0..stored.len() {
            assert!(unpack(&key, &stored[..length]).is_none(), "{length} bytes");
        }
        assert!(pack(&key, &vec![0; LARGEST + 1]).is_none());
    }

    #[test]
    fn what_is_written_in_parts_is_the_same_value() {
        let key = Key::new(Kind::Outlines, &[b"one"]);
        let parts: Vec<Vec<u8>> =
            (0..3_000_u32).map(|n| n.to_le_bytes().repeat(to_usize(u64::from(n % 20)))).collect();
        let stored = pack_written(&key, |out| parts.iter().try_for_each(|part| out.write_all(part))).unwrap();
        assert_eq!(unpack(&key, &stored).unwrap(), parts.concat());
        assert!(unpack(&Key::new(Kind::Outlines, &[b"two"]), &stored).is_none(), "under another key");
        let large = |out: &mut dyn Write| (0..33).try_for_each(|_| out.write_all(&vec![0; 1 << 20]));
        assert!(pack_written(&key, large).is_none(), "too large");
        assert!(pack_written(&key, |_| Err(io::Error::other("not to be written"))).is_none());
    }
}
