-- Searches of a user: those that were made, and those that were kept by name.

-- name: weight
SELECT weight FROM search_history WHERE user = ?1 AND query = ?2;

-- name: add
INSERT INTO search_history (user, query, at, times, hits, took_us, weight) VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6)
ON CONFLICT (user, query) DO UPDATE SET at = excluded.at, times = times + 1, hits = excluded.hits, took_us = excluded.took_us,
  weight = excluded.weight;

-- name: trim
DELETE FROM search_history WHERE user = ?1 AND query IN
  (SELECT query FROM search_history WHERE user = ?1 ORDER BY weight DESC, query LIMIT -1 OFFSET ?2);

-- name: past
SELECT query, at, times, hits FROM search_history INDEXED BY search_history_by_weight
WHERE user = ?1 ORDER BY weight DESC, query LIMIT ?2;

-- name: forget
DELETE FROM search_history WHERE user = ?1 AND query = ?2;

-- name: forget_all
DELETE FROM search_history WHERE user = ?1;

-- name: save
INSERT INTO saved_searches (user, name, query, at) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (user, name) DO UPDATE SET name = excluded.name, query = excluded.query, at = excluded.at;

-- name: drop_saved
DELETE FROM saved_searches WHERE user = ?1 AND name = ?2;

-- name: saved
SELECT name, query FROM saved_searches WHERE user = ?1 ORDER BY name LIMIT 1000;

-- name: categories
SELECT min(category), count(*) AS entries FROM kb_entries
WHERE deleted_at IS NULL AND category_key >= ?1 AND category_key < ?2
GROUP BY category_key ORDER BY entries DESC, category_key LIMIT ?3;

-- name: authors
SELECT min(author), count(*) AS entries FROM kb_entries INDEXED BY kb_entries_by_usage
WHERE deleted_at IS NULL AND author COLLATE NOCASE >= ?1 AND author COLLATE NOCASE < ?2 AND author <> ''
GROUP BY author COLLATE NOCASE ORDER BY entries DESC, author LIMIT ?3;

-- name: ids
SELECT id, 1 FROM kb_entries WHERE deleted_at IS NULL AND id_key >= ?1 AND id_key < ?2 ORDER BY id_key LIMIT ?3;

-- name: files
SELECT greenbar_member(file) AS name, count(DISTINCT entry) AS entries FROM code_references
WHERE name >= ?1 AND name < ?2 GROUP BY name ORDER BY entries DESC, name LIMIT ?3;

-- name: opened
SELECT weight, at FROM search_opened
WHERE user = ?1 AND question = ?2 AND entry = (SELECT row FROM kb_entries WHERE id_key = ?3 AND deleted_at IS NULL);

-- name: add_opened
INSERT INTO search_opened (user, question, entry, weight, at)
  SELECT ?1, ?2, row, ?4, ?5 FROM kb_entries WHERE id_key = ?3 AND deleted_at IS NULL
ON CONFLICT (user, question, entry) DO UPDATE SET weight = excluded.weight, at = excluded.at;

-- name: trim_opened
DELETE FROM search_opened WHERE user = ?1 AND at <
  (SELECT at FROM search_opened INDEXED BY search_opened_by_time WHERE user = ?1 ORDER BY at DESC LIMIT 1 OFFSET ?2);

-- name: opened_for
SELECT entry, weight, at FROM search_opened WHERE user = ?1 AND question = ?2 LIMIT 50;

-- name: forget_opened
DELETE FROM search_opened WHERE user = ?1 AND question = ?2;

-- name: forget_all_opened
DELETE FROM search_opened WHERE user = ?1;
