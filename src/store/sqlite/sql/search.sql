-- Search primitives.

-- name: exact
WITH keys (k) AS (SELECT value FROM json_each(?1)),
hits (row, via) AS (
  SELECT e.row, 0 FROM keys CROSS JOIN kb_entries e ON e.id_key = k WHERE e.deleted_at IS NULL
  UNION ALL SELECT a.entry, 1 FROM keys CROSS JOIN kb_aliases a ON a.alias = k
  UNION ALL SELECT c.entry, 2 FROM keys CROSS JOIN kb_codes c ON c.code = k
  UNION ALL SELECT e.row, 3 FROM kb_entries e WHERE e.deleted_at IS NULL AND e.title_key = ?2 AND ?2 <> '')
SELECT h.row, min(h.via) AS best FROM hits h CROSS JOIN kb_entries e ON e.row = h.row
WHERE (?3 = '[]' OR e.category_key IN (SELECT value FROM json_each(?3)))
  AND (?4 = '[]' OR json_array_length(?4) = (SELECT count(*) FROM kb_tags t
       WHERE t.entry = e.row AND t.tag IN (SELECT value FROM json_each(?4))))
GROUP BY h.row ORDER BY best, e.usage_count DESC, h.row LIMIT 1000;

-- name: prefix
WITH hits (row, via) AS (
  SELECT * FROM (SELECT e.row, 0 FROM kb_entries e WHERE e.id_key >= ?1 AND e.id_key < ?2 AND e.deleted_at IS NULL LIMIT ?6)
  UNION ALL SELECT * FROM (SELECT a.entry, 1 FROM kb_aliases a WHERE a.alias >= ?1 AND a.alias < ?2 LIMIT ?6)
  UNION ALL SELECT * FROM (SELECT c.entry, 2 FROM kb_codes c WHERE c.code >= ?1 AND c.code < ?2 LIMIT ?6))
SELECT h.row, min(h.via) AS best FROM hits h CROSS JOIN kb_entries e ON e.row = h.row
WHERE (?3 = '[]' OR e.category_key IN (SELECT value FROM json_each(?3)))
  AND (?4 = '[]' OR json_array_length(?4) = (SELECT count(*) FROM kb_tags t
       WHERE t.entry = e.row AND t.tag IN (SELECT value FROM json_each(?4))))
GROUP BY h.row ORDER BY e.usage_count DESC, best, e.id_key LIMIT ?5;

-- name: text
SELECT f.rowid, bm25(kb_fts, 5.0, 2.0, 1.0, 4.0) FROM kb_fts f WHERE kb_fts MATCH ?1;

-- name: text_filtered
SELECT f.rowid, bm25(kb_fts, 5.0, 2.0, 1.0, 4.0) FROM kb_fts f CROSS JOIN kb_entries e ON e.row = f.rowid
WHERE kb_fts MATCH ?1
  AND (?2 = '[]' OR e.category_key IN (SELECT value FROM json_each(?2)))
  AND (?3 = '[]' OR json_array_length(?3) = (SELECT count(*) FROM kb_tags t
       WHERE t.entry = e.row AND t.tag IN (SELECT value FROM json_each(?3))));

-- name: text_some
SELECT count(*) FROM (SELECT 1 FROM kb_fts WHERE kb_fts MATCH ?1 LIMIT ?2);

-- name: text_newest
SELECT rowid FROM kb_fts WHERE kb_fts MATCH ?1 ORDER BY rowid DESC LIMIT ?2;

-- name: passing
SELECT e.row FROM json_each(?1) j CROSS JOIN kb_entries e ON e.row = j.value
WHERE (?2 = '[]' OR e.category_key IN (SELECT value FROM json_each(?2)))
  AND (?3 = '[]' OR json_array_length(?3) = (SELECT count(*) FROM kb_tags t
       WHERE t.entry = e.row AND t.tag IN (SELECT value FROM json_each(?3))));

-- name: rows_of_tag
SELECT entry FROM kb_tags WHERE tag = ?1;

-- name: rows_of_categories
SELECT row FROM kb_entries WHERE deleted_at IS NULL AND category_key IN (SELECT value FROM json_each(?1));

-- name: texts
SELECT title, problem, solution, tags FROM kb_fts_source WHERE row = ?1;

-- name: vocabulary
CREATE VIRTUAL TABLE IF NOT EXISTS temp.kb_vocabulary USING fts5vocab ('main', 'kb_fts', 'instance');

-- name: terms
SELECT term, sum(count(*)) OVER () FROM (SELECT term FROM temp.kb_vocabulary WHERE term >= ?1 AND term < ?2 LIMIT ?3)
GROUP BY term ORDER BY count(*) DESC, term LIMIT ?4;
