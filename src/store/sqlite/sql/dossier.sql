-- What belongs to entries beside their texts.

-- name: add_incident
INSERT INTO incidents (at, component, severity, code, job, step, program, entry, summary, detail, resolved_at, hash)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, (SELECT row FROM kb_entries WHERE id_key = ?8 AND deleted_at IS NULL), ?9, '{}', ?10, ?11);

-- name: resolve_incident
UPDATE incidents SET resolved_at = ?2 WHERE id = ?1;

-- name: incidents
SELECT i.id, i.at, e.id, i.job, i.step, i.program, i.code, i.summary, i.component, i.severity, i.resolved_at, i.hash
FROM incidents i LEFT JOIN kb_entries e ON e.row = i.entry ORDER BY i.at DESC, i.id DESC LIMIT ?1;

-- name: incidents_of
SELECT i.id, i.at, e.id, i.job, i.step, i.program, i.code, i.summary, i.component, i.severity, i.resolved_at, i.hash
FROM kb_entries e CROSS JOIN incidents i ON i.entry = e.row WHERE e.id_key = ?2 ORDER BY i.at DESC, i.id DESC LIMIT ?1;

-- name: count_incidents
SELECT count(*) FROM kb_entries e CROSS JOIN incidents i ON i.entry = e.row WHERE e.id_key = ?1;

-- name: attach
INSERT INTO kb_attachments (entry, path, hash, bytes, at, author)
SELECT row, ?2, ?3, ?4, ?5, ?6 FROM kb_entries WHERE id_key = ?1 AND deleted_at IS NULL
ON CONFLICT (entry, path) DO UPDATE SET hash = excluded.hash, bytes = excluded.bytes, at = excluded.at, author = excluded.author;

-- name: detach
DELETE FROM kb_attachments WHERE path = ?2 AND entry = (SELECT row FROM kb_entries WHERE id_key = ?1);

-- name: attachments
SELECT a.path, a.hash, a.bytes, a.at, a.author FROM kb_entries e CROSS JOIN kb_attachments a ON a.entry = e.row
WHERE e.id_key = ?1 ORDER BY a.path;

-- name: opened_with
SELECT o.entry, min(count(DISTINCT u.id), count(DISTINCT o.id)) FROM
  (SELECT m.id, m.at FROM kb_entries e CROSS JOIN usage_metrics m ON m.entry = e.row
   WHERE e.id_key = ?1 AND m.kind = 0 ORDER BY m.at DESC LIMIT 50) u
CROSS JOIN usage_metrics o ON o.at BETWEEN u.at - ?2 AND u.at + ?2
WHERE o.kind = 0 AND o.entry <> (SELECT row FROM kb_entries WHERE id_key = ?1)
GROUP BY o.entry ORDER BY 2 DESC, 1 LIMIT ?3;
