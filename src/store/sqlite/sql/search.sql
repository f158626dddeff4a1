-- Search primitives.

-- name: by_id
SELECT row FROM kb_entries WHERE id_key = ?1 AND deleted_at IS NULL;

-- name: by_title
SELECT row FROM kb_entries WHERE title_key = ?1 AND deleted_at IS NULL LIMIT ?2;

-- name: by_alias
SELECT entry FROM kb_aliases WHERE alias = ?1 ORDER BY entry DESC LIMIT ?2;

-- name: by_code
SELECT entry FROM kb_codes WHERE code = ?1 ORDER BY entry DESC LIMIT ?2;

-- name: next_names
SELECT (SELECT id_key FROM kb_entries WHERE id_key >= ?1 ORDER BY id_key LIMIT 1),
  (SELECT alias FROM kb_aliases WHERE alias >= ?1 ORDER BY alias LIMIT 1),
  (SELECT code FROM kb_codes WHERE code >= ?1 ORDER BY code LIMIT 1);

-- name: next_title
SELECT (SELECT title_key FROM kb_entries WHERE title_key >= ?1 AND deleted_at IS NULL ORDER BY title_key LIMIT 1);

-- name: by_tag
SELECT entry FROM kb_tags WHERE tag = ?1 ORDER BY entry DESC LIMIT ?2;

-- name: used_by_code
SELECT u.row FROM (SELECT row FROM kb_entries WHERE deleted_at IS NULL AND usage_count > 0
  ORDER BY usage_count DESC, row LIMIT ?3) u CROSS JOIN kb_codes c ON c.entry = u.row AND c.code = ?1 LIMIT ?2;

-- name: used_by_tag
SELECT u.row FROM (SELECT row FROM kb_entries WHERE deleted_at IS NULL AND usage_count > 0
  ORDER BY usage_count DESC, row LIMIT ?3) u CROSS JOIN kb_tags t ON t.entry = u.row AND t.tag = ?1 LIMIT ?2;

-- name: prefix
WITH hits (row, via) AS (
  SELECT * FROM (SELECT e.row, 0 FROM kb_entries e WHERE e.id_key >= ?1 AND e.id_key < ?2 AND e.deleted_at IS NULL LIMIT ?4)
  UNION ALL SELECT * FROM (SELECT a.entry, 1 FROM kb_aliases a WHERE a.alias >= ?1 AND a.alias < ?2 LIMIT ?4)
  UNION ALL SELECT * FROM (SELECT c.entry, 2 FROM kb_codes c WHERE c.code >= ?1 AND c.code < ?2 LIMIT ?4))
SELECT h.row, min(h.via) AS best FROM hits h CROSS JOIN kb_entries e ON e.row = h.row
WHERE true /* filter */
GROUP BY h.row ORDER BY e.usage_count DESC, best, e.id_key LIMIT ?3;

-- name: place_of_row
SELECT place FROM kb_entries WHERE row = ?1;

-- name: rows_of_places
SELECT e.place, e.row FROM json_each(?1) j CROSS JOIN kb_entries e ON e.place = j.value;

-- name: rows_between
SELECT e.place, e.row FROM kb_entries e INDEXED BY kb_entries_by_place WHERE e.place BETWEEN ?1 AND ?2;

-- name: used_places
SELECT e.place FROM (SELECT row FROM kb_entries WHERE deleted_at IS NULL AND usage_count > 0
  ORDER BY usage_count DESC, row LIMIT ?1) u CROSS JOIN kb_entries e ON e.row = u.row;

-- name: passing_places
SELECT e.place FROM json_each(?1) j CROSS JOIN kb_entries e INDEXED BY kb_entries_by_place_with_facts ON e.place = j.value
WHERE e.deleted_at IS NULL /* filter */;

-- name: passing
SELECT e.row FROM json_each(?1) j CROSS JOIN kb_entries e ON e.row = j.value
WHERE true /* filter */;

-- name: texts
SELECT title, problem, solution, solution_z, solution_bytes, tags FROM kb_entries WHERE place = ?1;
