-- What tells whether something that was read before still holds.

-- name: state
SELECT value, coalesce((SELECT max(id) FROM usage_metrics), 0) FROM generation WHERE one = 1;

-- name: uses
SELECT id, entry, at FROM usage_metrics WHERE id BETWEEN ?1 AND ?2 ORDER BY id;

-- name: changed
UPDATE generation SET value = random();
