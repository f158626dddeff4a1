-- Links to code, histories of searches and of metrics.

-- name: add_reference
INSERT INTO code_references (entry, file, line, symbol, note, created_at)
SELECT row, ?2, ?3, ?4, ?5, ?6 FROM kb_entries WHERE id_key = ?1 AND deleted_at IS NULL
ON CONFLICT (entry, file, line, symbol) DO UPDATE SET note = excluded.note;

-- name: move_reference
UPDATE OR IGNORE code_references SET line = ?5
WHERE entry = (SELECT row FROM kb_entries WHERE id_key = ?1) AND file = ?2 AND line = ?3 AND symbol = ?4;

-- name: add_anchor
INSERT INTO link_anchors (link, anchor)
SELECT r.id, ?5 FROM kb_entries e CROSS JOIN code_references r ON r.entry = e.row
WHERE e.id_key = ?1 AND r.file = ?2 AND r.line = ?3 AND r.symbol = ?4
ON CONFLICT (link) DO UPDATE SET anchor = excluded.anchor;

-- name: references_of
SELECT r.file, r.line, r.symbol, r.note, coalesce(a.anchor, '')
FROM kb_entries e CROSS JOIN code_references r ON r.entry = e.row LEFT JOIN link_anchors a ON a.link = r.id
WHERE e.id_key = ?1 AND e.deleted_at IS NULL ORDER BY r.file, r.line, r.symbol;

-- name: references_to
SELECT line, symbol, note, entry, coalesce(a.anchor, '')
FROM code_references LEFT JOIN link_anchors a ON a.link = code_references.id WHERE file = ?1 ORDER BY line, entry;

-- name: line_notes
SELECT id, line, anchor, text, updated_at FROM line_notes WHERE file = ?1 ORDER BY line, id;

-- name: all_line_notes
SELECT file, id, line, anchor, text, updated_at FROM line_notes ORDER BY updated_at DESC, id DESC LIMIT ?1;

-- name: add_line_note
INSERT INTO line_notes (file, line, anchor, text, updated_at) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: change_line_note
UPDATE line_notes SET line = ?2, anchor = ?3, text = ?4, updated_at = ?5 WHERE id = ?1;

-- name: delete_line_note
DELETE FROM line_notes WHERE id = ?1;

-- name: add_metrics
INSERT INTO metrics_history (at, document) VALUES (?1, ?2);

-- name: trim_metrics
DELETE FROM metrics_history WHERE id > 0 AND id <= (SELECT max(id) FROM metrics_history) - ?1;

-- Blocks of the history have their places below zero, so that documents go on counting.
-- name: keep_block
INSERT INTO metrics_history (id, at, document) VALUES (-1 - ?1, ?2, ?3)
ON CONFLICT (id) DO UPDATE SET at = excluded.at, document = excluded.document;

-- name: blocks
SELECT document FROM metrics_history WHERE id > -1 - ?2 AND id <= -1 - ?1;

-- name: recent_metrics
SELECT at, document FROM metrics_history WHERE id > 0 ORDER BY id DESC LIMIT ?1;
