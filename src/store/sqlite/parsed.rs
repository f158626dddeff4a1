//! What parsers found out, kept between sessions. Invariants: a value is given only whole, as it was put (a damaged one is
//! a missing one); all values together take a bounded room, the ones not used for longest go first.

use super::sql;
use crate::base::num;
use crate::store::{ParsedKey, UnixMs};
use rusqlite::{Connection, OptionalExtension, Result as Sql};

/// Room for all values, in bytes as they are stored.
pub const ROOM: i64 = 64 << 20;
/// Largest value that is kept, unpacked.
const LARGEST: usize = 32 << 20;
/// Bytes of the hash in front of a value.
const HASH: usize = 16;
const LEVEL: i32 = 1;

/// The values under `keys`, in their order.
pub fn get(sql: &Connection, kind: &str, keys: &[ParsedKey]) -> Sql<Vec<Option<Vec<u8>>>> {
    let mut statement = sql.prepare_cached(sql::parsed::GET)?;
    keys.iter()
        .map(|key| {
            let stored: Option<Vec<u8>> =
                statement.query_row((key.as_slice(), kind), |row| row.get(0)).optional()?;
            Ok(stored.and_then(|s| unpack(&s)))
        })
        .collect()
}

/// Keeps `values`, and of all that is kept what fits into `room`.
pub fn put(sql: &Connection, kind: &str, values: &[(ParsedKey, Vec<u8>)], at: UnixMs, room: i64) -> Sql<()> {
    let mut statement = sql.prepare_cached(sql::parsed::PUT)?;
    for (key, value) in values {
        if let Some(packed) = pack(value) {
            statement.execute((key.as_slice(), kind, at, packed))?;
        }
    }
    sql.prepare_cached(sql::parsed::TRIM)?.execute([room])?;
    Ok(())
}

/// Notes that `keys` were of use, at most once an hour each.
pub fn touch(sql: &Connection, keys: &[ParsedKey], at: UnixMs) -> Sql<()> {
    let hex: Vec<String> = keys.iter().map(|k| blake3::Hash::from_bytes(*k).to_hex().to_string()).collect();
    sql.prepare_cached(sql::parsed::TOUCH)?.execute((super::codec::list(&hex), at))?;
    Ok(())
}

/// Hash, then the packed value; `None` for one that is too large to be worth it.
fn pack(value: &[u8]) -> Option<Vec<u8>> {
    if value.len() > LARGEST {
        return None;
    }
    let length = num::to_u64(value.len()).to_le_bytes();
    let mut out = blake3::hash(value).as_bytes().get(..HASH)?.to_vec();
    out.extend_from_slice(&length);
    out.extend(zstd::bulk::compress(value, LEVEL).ok()?);
    Some(out)
}

fn unpack(stored: &[u8]) -> Option<Vec<u8>> {
    let (hash, rest) = stored.split_at_checked(HASH)?;
    let (length, packed) = rest.split_first_chunk::<8>()?;
    let length = num::to_usize(u64::from_le_bytes(*length));
    if length > LARGEST {
        return None;
    }
    let value = zstd::bulk::decompress(packed, length).ok()?;
    let whole = value.len() == length && blake3::hash(&value).as_bytes().get(..HASH)? == hash;
    whole.then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: UnixMs = 3_600_000;

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let sql = Connection::open_in_memory().unwrap();
        sql.execute_batch(include_str!("schema/0001_code.sql")).unwrap();
        let key = |n: u8| [n; 32];
        // Bytes that cannot be packed: a thousand each, and some for the hash.
        let value = |n: u8| {
            let mut bytes = vec![0; 1_000];
            blake3::Hasher::new().update(&[n]).finalize_xof().fill(&mut bytes);
            bytes
        };
        let put = |n: u8, at: UnixMs| put(&sql, "x", &[(key(n), value(n))], at, 3_500).unwrap();
        (1..=3).for_each(|n| put(n, HOUR * i64::from(n)));
        assert_eq!(get(&sql, "x", &[key(3), key(9)]).unwrap(), [Some(value(3)), None]);
        assert_eq!(get(&sql, "y", &[key(3)]).unwrap(), [None], "of another kind");
        // The first is used again and the second is not.
        touch(&sql, &[key(1)], HOUR * 4).unwrap();
        put(4, HOUR * 5);
        let left = get(&sql, "x", &[key(1), key(2), key(3), key(4)]).unwrap();
        assert_eq!(left.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false, true, true]);
        // Put again it replaces itself.
        put(4, HOUR * 6);
        assert_eq!(sql.query_row("SELECT count(*) FROM parse_cache", [], |r| r.get::<_, i64>(0)).unwrap(), 3);
    }

    #[test]
    fn a_value_comes_back_whole_or_not_at_all() {
        let value: Vec<u8> = (0..5_000_u32).flat_map(|n| (n / 7).to_le_bytes()).collect();
        let stored = pack(&value).unwrap();
        assert!(stored.len() < value.len());
        let mut other = stored.clone();
        *other.last_mut().unwrap() ^= 1;
        assert!(unpack(&other).is_none());
        assert_eq!(unpack(&stored).as_ref(), Some(&value));
        for at in 0..stored.len() {
            let mut damaged = stored.clone();
            damaged[at] ^= 0x10;
            // A flag of the format that means nothing may flip: the value is right all the same.
            assert!(unpack(&damaged).is_none_or(|v| v == value), "byte {at}");
        }
        for length in 0..stored.len() {
            assert!(unpack(&stored[..length]).is_none(), "{length} bytes");
        }
        assert!(pack(&vec![0; LARGEST + 1]).is_none());
    }
}
