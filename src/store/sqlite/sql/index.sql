-- What entries are found by, but for their words.

-- name: add_tag
INSERT INTO kb_tags (entry, tag) VALUES (?1, ?2) ON CONFLICT DO NOTHING;

-- name: add_alias
INSERT INTO kb_aliases (entry, alias) VALUES (?1, ?2) ON CONFLICT DO NOTHING;

-- name: add_code
INSERT INTO kb_codes (entry, code) VALUES (?1, ?2) ON CONFLICT DO NOTHING;

-- name: new_place
UPDATE kb_entries SET place = (SELECT max(place) + 1 FROM kb_entries) WHERE row = ?1 RETURNING place;

-- name: drop_tags
DELETE FROM kb_tags WHERE entry = ?1;

-- name: drop_aliases
DELETE FROM kb_aliases WHERE entry = ?1;

-- name: drop_codes
DELETE FROM kb_codes WHERE entry = ?1;
