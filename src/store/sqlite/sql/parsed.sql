-- What parsers found out, to be made again at any time: kept by the hash of what it was made from.

-- name: get
SELECT value FROM parse_cache WHERE key = ?1 AND kind = ?2;

-- name: put
INSERT INTO parse_cache (key, kind, used_at, bytes, value) VALUES (?1, ?2, ?3, length(?4), ?4)
ON CONFLICT (key) DO UPDATE SET kind = excluded.kind, used_at = excluded.used_at, bytes = excluded.bytes, value = excluded.value;

-- name: touch
UPDATE parse_cache SET used_at = ?2 WHERE key IN (SELECT unhex(value) FROM json_each(?1)) AND used_at < ?2 - 3600000;

-- name: trim
DELETE FROM parse_cache WHERE key IN (
  SELECT key FROM (SELECT key, sum(bytes) OVER (ORDER BY used_at DESC, key) AS kept FROM parse_cache) WHERE kept > ?1);
