-- What a check asks.

-- name: all_rows
SELECT row FROM kb_entries ORDER BY row;

-- name: any_by_row
SELECT e.*, n.notes, n.hash AS notes_hash FROM kb_entries e LEFT JOIN kb_notes n ON n.entry = e.row WHERE e.row = ?1;

-- name: lists
SELECT 'tag', tag FROM kb_tags WHERE entry = ?1
UNION ALL SELECT 'alias', alias FROM kb_aliases WHERE entry = ?1
UNION ALL SELECT 'code', code FROM kb_codes WHERE entry = ?1;
