-- What entries were before.

-- name: keep
INSERT INTO kb_versions (entry, version, at, kind, author, detail, title, deleted, starter_version, hash, bytes, body)
VALUES (?1, (SELECT coalesce(max(version), 0) + 1 FROM kb_versions WHERE entry = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11);

-- name: trim_starter
UPDATE kb_versions SET body = NULL WHERE entry = ?1 AND kind = ?2 AND body IS NOT NULL AND version <=
  (SELECT version FROM kb_versions WHERE entry = ?1 AND kind = ?2 AND body IS NOT NULL ORDER BY version DESC LIMIT 1 OFFSET ?3);

-- name: list
SELECT version, at, kind, author, detail, title, deleted, body IS NOT NULL FROM kb_versions
WHERE entry = ?1 AND version < ?2 ORDER BY version DESC LIMIT ?3;

-- name: body
SELECT hash, bytes, body FROM kb_versions WHERE entry = ?1 AND version = ?2;

-- name: starter_version
SELECT max(starter_version) FROM kb_versions WHERE entry = ?1;
