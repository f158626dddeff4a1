-- How the store itself works. What was slow: one row for each shape of a query or call, with the last of that shape as JSON.
CREATE TABLE slow_queries (
  kind     TEXT    NOT NULL,
  shape    TEXT    NOT NULL,
  count    INTEGER NOT NULL,
  total_us INTEGER NOT NULL,
  max_us   INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at  INTEGER NOT NULL,
  last     TEXT    NOT NULL,
  PRIMARY KEY (kind, shape)
) STRICT, WITHOUT ROWID;
-- Statements that ran. `example` holds the values of the run that read most rows of whole tables, where values may be kept.
CREATE TABLE statements_run (
  text     TEXT    NOT NULL PRIMARY KEY,
  runs     INTEGER NOT NULL,
  total_us INTEGER NOT NULL,
  scanned  INTEGER NOT NULL,
  worst    INTEGER NOT NULL,
  last_at  INTEGER NOT NULL,
  example  TEXT
) STRICT, WITHOUT ROWID;
-- Uses of indexes by day since 1970.
CREATE TABLE index_uses (
  name TEXT    NOT NULL,
  day  INTEGER NOT NULL,
  uses INTEGER NOT NULL,
  PRIMARY KEY (name, day)
) STRICT, WITHOUT ROWID;
