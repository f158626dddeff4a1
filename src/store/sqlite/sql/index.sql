-- What entries are found by. The order of calls matters: words leave the full-text index while the entry still holds them.

-- name: add_tag
INSERT INTO kb_tags (entry, tag) VALUES (?1, ?2) ON CONFLICT DO NOTHING;

-- name: add_alias
INSERT INTO kb_aliases (entry, alias) VALUES (?1, ?2) ON CONFLICT DO NOTHING;

-- name: add_code
INSERT INTO kb_codes (entry, code) VALUES (?1, ?2) ON CONFLICT DO NOTHING;

-- name: add_words
INSERT INTO kb_fts (rowid, title, problem, solution, tags, names) VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: add_title_words
INSERT INTO kb_titles (rowid, title, tags) VALUES (?1, ?2, ?3);

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
