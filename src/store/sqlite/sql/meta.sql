-- Small facts about the store itself.

-- name: meta
SELECT value FROM store_meta WHERE key = ?1;

-- name: set_meta
INSERT INTO store_meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value;
