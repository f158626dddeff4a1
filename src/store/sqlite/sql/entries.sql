-- Entries, one at a time and as lists.

-- name: by_id
SELECT e.*, n.notes, n.hash AS notes_hash,
  (SELECT coalesce(max(v.version), 0) + 1 FROM kb_versions v WHERE v.entry = e.row) AS version
FROM kb_entries e LEFT JOIN kb_notes n ON n.entry = e.row
WHERE e.id_key = ?1;

-- name: by_rows
SELECT e.*, n.notes, n.hash AS notes_hash,
  (SELECT coalesce(max(v.version), 0) + 1 FROM kb_versions v WHERE v.entry = e.row) AS version
FROM json_each(?1) j CROSS JOIN kb_entries e ON e.row = j.value LEFT JOIN kb_notes n ON n.entry = e.row
WHERE e.deleted_at IS NULL;

-- name: heads
SELECT e.row, e.id, e.title, e.category, e.severity, e.tags, e.aliases, e.codes, e.usage_count, e.worked, e.failed, e.updated_at
FROM json_each(?1) j CROSS JOIN kb_entries e ON e.row = j.value
WHERE e.deleted_at IS NULL;

-- name: rows_all
SELECT row FROM kb_entries WHERE deleted_at IS NULL ORDER BY usage_count DESC, row LIMIT ?1 OFFSET ?2;

-- name: rows_category
SELECT row FROM kb_entries WHERE deleted_at IS NULL AND category_key = ?3
ORDER BY usage_count DESC, row LIMIT ?1 OFFSET ?2;

-- name: rows_scan
SELECT e.row FROM kb_entries e INDEXED BY kb_entries_by_usage WHERE e.deleted_at IS NULL /* filter */
ORDER BY e.usage_count DESC, e.row LIMIT ?1 OFFSET ?2;

-- name: rows_of
SELECT e.row FROM (SELECT DISTINCT entry FROM (/* source */)) s CROSS JOIN kb_entries e ON e.row = s.entry
WHERE e.deleted_at IS NULL /* filter */ ORDER BY e.usage_count DESC, e.row LIMIT ?1 OFFSET ?2;

-- name: count_source
SELECT count(*) FROM (SELECT 1 FROM (/* source */) LIMIT ?1);

-- name: count
SELECT (SELECT coalesce(sum(entries), 0) FROM kb_segments) + (SELECT count(*) FROM kb_recent) - (SELECT count(*) FROM kb_dead);

-- name: count_category
SELECT count(*) FROM kb_entries WHERE deleted_at IS NULL AND category_key = ?1;

-- name: categories
SELECT min(category), count(*) AS entries FROM kb_entries WHERE deleted_at IS NULL
GROUP BY category_key ORDER BY entries DESC, category_key;

-- name: next_number
SELECT max(CAST(substr(id_key, 3) AS INTEGER)) FROM kb_entries
WHERE id_key >= 'N-' AND id_key < 'N.' AND NOT substr(id_key, 3) GLOB '*[^0-9]*' AND length(id_key) < 18;

-- name: insert
INSERT INTO kb_entries (id, id_key, title, title_key, category, category_key, severity, origin, starter_version, created_at,
  updated_at, deleted_at, tags, aliases, codes, hash, author, refs, related, problem, solution, solution_z, solution_bytes,
  place)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, NULL, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
  (SELECT coalesce(max(place), 0) + 1 FROM kb_entries));

-- name: update
UPDATE kb_entries SET id = ?1, title = ?3, title_key = ?4, category = ?5, category_key = ?6, severity = ?7, origin = ?8,
  starter_version = ?9, updated_at = ?10, deleted_at = NULL, tags = ?11, aliases = ?12, codes = ?13, hash = ?14, author = ?15,
  refs = ?16, related = ?17, problem = ?18, solution = ?19, solution_z = ?20, solution_bytes = ?21
WHERE id_key = ?2;

-- name: set_starter_version
UPDATE kb_entries SET starter_version = ?2 WHERE row = ?1;

-- name: set_deleted
UPDATE kb_entries SET deleted_at = ?2, updated_at = ?3 WHERE row = ?1;

-- name: set_notes
INSERT INTO kb_notes (entry, notes, hash, updated_at) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (entry) DO UPDATE SET notes = excluded.notes, hash = excluded.hash, updated_at = excluded.updated_at;

-- name: clear_notes
DELETE FROM kb_notes WHERE entry = ?1;

-- name: count_use
UPDATE kb_entries SET usage_count = usage_count + 1, worked = worked + ?2, failed = failed + ?3
WHERE id_key = ?1 AND deleted_at IS NULL RETURNING row;

-- name: add_use
INSERT INTO usage_metrics (at, entry, kind) VALUES (?1, ?2, ?3);
