-- How the store itself works: what was slow, statements that ran, uses of indexes.

-- name: add_slow
INSERT INTO slow_queries (kind, shape, count, total_us, max_us, first_at, last_at, last) VALUES (?1, ?2, 1, ?3, ?3, ?4, ?4, ?5)
ON CONFLICT (kind, shape) DO UPDATE SET count = count + 1, total_us = total_us + excluded.total_us,
  max_us = max(max_us, excluded.max_us), last_at = excluded.last_at, last = excluded.last;

-- name: trim_slow
DELETE FROM slow_queries WHERE (kind, shape) IN
  (SELECT kind, shape FROM slow_queries ORDER BY last_at DESC LIMIT -1 OFFSET ?1);

-- name: slow
SELECT count, total_us, max_us, first_at, last FROM slow_queries ORDER BY total_us DESC, shape LIMIT ?1;

-- name: forget_slow
DELETE FROM slow_queries;

-- name: add_run
INSERT INTO statements_run (text, runs, total_us, scanned, worst, last_at, example) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (text) DO UPDATE SET runs = runs + excluded.runs, total_us = total_us + excluded.total_us,
  scanned = scanned + excluded.scanned, worst = max(worst, excluded.worst), last_at = excluded.last_at,
  example = CASE WHEN excluded.example IS NOT NULL AND (example IS NULL OR excluded.worst >= worst) THEN excluded.example ELSE example END;

-- name: trim_runs
DELETE FROM statements_run WHERE text IN (SELECT text FROM statements_run ORDER BY last_at DESC LIMIT -1 OFFSET ?1);

-- name: runs
SELECT text, example, runs, total_us, scanned, worst, last_at FROM statements_run ORDER BY scanned DESC, total_us DESC LIMIT ?1;

-- name: run_of_example
SELECT text FROM statements_run WHERE example = ?1;

-- name: forget_scans
UPDATE statements_run SET scanned = 0, worst = 0, example = NULL WHERE text = ?1;

-- name: forget_examples
UPDATE statements_run SET example = NULL;

-- name: add_uses
INSERT INTO index_uses (name, day, uses) VALUES (?1, ?2, ?3) ON CONFLICT (name, day) DO UPDATE SET uses = uses + excluded.uses;

-- name: trim_uses
DELETE FROM index_uses WHERE day < ?1;

-- name: uses
SELECT name, sum(uses) FROM index_uses WHERE day > ?1 GROUP BY name;

-- name: first_day
SELECT min(day) FROM index_uses;

-- name: tables
SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name;

-- name: indexes
SELECT i.name, i.tbl_name, coalesce(i.sql, ''), l."unique", l.partial FROM sqlite_schema AS i, pragma_index_list(i.tbl_name) AS l
WHERE i.type = 'index' AND l.name = i.name ORDER BY i.name;

-- name: columns
SELECT coalesce(name, '') || CASE coll WHEN 'BINARY' THEN '' ELSE ' COLLATE ' || coll END || CASE "desc" WHEN 1 THEN ' DESC' ELSE '' END
FROM pragma_index_xinfo(?1) WHERE key = 1 ORDER BY seqno;

-- name: columns_of_table
SELECT name FROM pragma_table_info(?1) ORDER BY cid;

-- name: estimate
SELECT stat FROM sqlite_stat1 WHERE tbl = ?1 LIMIT 1;
