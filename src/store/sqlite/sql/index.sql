-- What entries are found by. The order of calls matters: words leave the full-text index while the entry still holds them.

-- name: add_tags
INSERT INTO kb_tags (entry, tag) SELECT DISTINCT ?1, value FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING;

-- name: add_aliases
INSERT INTO kb_aliases (entry, alias) SELECT DISTINCT ?1, value FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING;

-- name: add_codes
INSERT INTO kb_codes (entry, code) SELECT DISTINCT ?1, value FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING;

-- name: add_text
INSERT INTO kb_fts (rowid, title, problem, solution, tags, names)
SELECT place, title, problem, solution, tags, names FROM kb_fts_source WHERE row = ?1;

-- name: add_title
INSERT INTO kb_titles (rowid, title, tags) SELECT place, title, tags FROM kb_fts_source WHERE row = ?1;

-- name: drop_text
DELETE FROM kb_fts WHERE rowid = (SELECT place FROM kb_entries WHERE row = ?1);

-- name: drop_title
DELETE FROM kb_titles WHERE rowid = (SELECT place FROM kb_entries WHERE row = ?1);

-- name: to_front
UPDATE kb_entries SET place = (SELECT max(place) + 1 FROM kb_entries) WHERE row = ?1;

-- name: from_front
SELECT (SELECT max(place) FROM kb_entries) - place FROM kb_entries WHERE row = ?1;

-- name: drop_tags
DELETE FROM kb_tags WHERE entry = ?1;

-- name: drop_aliases
DELETE FROM kb_aliases WHERE entry = ?1;

-- name: drop_codes
DELETE FROM kb_codes WHERE entry = ?1;

-- name: rebuild_text
INSERT INTO kb_fts (kb_fts) VALUES ('rebuild');

-- name: rebuild_titles
INSERT INTO kb_titles (kb_titles) VALUES ('rebuild');
