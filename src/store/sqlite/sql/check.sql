-- What a check asks.

-- name: all_rows
SELECT row FROM kb_entries ORDER BY row;

-- name: any_by_row
SELECT e.*, n.notes, n.hash AS notes_hash,
  (SELECT coalesce(max(v.version), 0) + 1 FROM kb_versions v WHERE v.entry = e.row) AS version
FROM kb_entries e LEFT JOIN kb_notes n ON n.entry = e.row WHERE e.row = ?1;

-- name: versions
SELECT e.id, v.version, v.hash, v.bytes, v.body FROM kb_versions v CROSS JOIN kb_entries e ON e.row = v.entry
WHERE v.body IS NOT NULL ORDER BY v.id;

-- name: lists
SELECT 'tag', tag FROM kb_tags WHERE entry = ?1
UNION ALL SELECT 'alias', alias FROM kb_aliases WHERE entry = ?1
UNION ALL SELECT 'code', code FROM kb_codes WHERE entry = ?1;
