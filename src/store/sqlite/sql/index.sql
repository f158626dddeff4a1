-- What entries are found by, but for their words.

-- name: add_tags
INSERT INTO kb_tags (entry, tag) SELECT DISTINCT ?1, value FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING;

-- name: add_aliases
INSERT INTO kb_aliases (entry, alias) SELECT DISTINCT ?1, value FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING;

-- name: add_codes
INSERT INTO kb_codes (entry, code) SELECT DISTINCT ?1, value FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING;

-- name: new_place
UPDATE kb_entries SET place = (SELECT max(place) + 1 FROM kb_entries) WHERE row = ?1 RETURNING place;

-- name: drop_tags
DELETE FROM kb_tags WHERE entry = ?1;

-- name: drop_aliases
DELETE FROM kb_aliases WHERE entry = ?1;

-- name: drop_codes
DELETE FROM kb_codes WHERE entry = ?1;
