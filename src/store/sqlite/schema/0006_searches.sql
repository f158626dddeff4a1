-- What a filter looks at in each entry, in the order of use: a list by filter reads this index and nothing else.
DROP INDEX kb_entries_by_usage;
CREATE INDEX kb_entries_by_usage
  ON kb_entries (usage_count DESC, row, deleted_at, category_key, severity, updated_at, author, id_key)
  WHERE deleted_at IS NULL;
-- The same in the order of places, in which matches of common words come: the foremost ones are beside each other.
CREATE INDEX kb_entries_by_place_with_facts
  ON kb_entries (place, row, category_key, severity, usage_count, updated_at, author, id_key, deleted_at)
  WHERE deleted_at IS NULL;
-- Searches of each user: '' is whoever has the store alone, a number one of a team that shares it. Searches that are made often
-- and lately weigh most. A weight halves in a week; what is kept of it grows with time instead, so that two of them never
-- change places by themselves and can stand in an index: weeks since 1970 of the last one, plus the logarithm (base 2) of the
-- weight that it had then.
DROP INDEX search_history_by_time;
ALTER TABLE search_history RENAME TO search_history_before;
CREATE TABLE search_history (
  user    TEXT    NOT NULL,
  query   TEXT    NOT NULL,
  at      INTEGER NOT NULL,
  times   INTEGER NOT NULL,
  hits    INTEGER NOT NULL,
  took_us INTEGER NOT NULL,
  weight  REAL    NOT NULL,
  PRIMARY KEY (user, query)
) STRICT, WITHOUT ROWID;
INSERT INTO search_history (user, query, at, times, hits, took_us, weight)
  SELECT '', query, at, times, hits, took_us, at / 604800000.0 FROM search_history_before;
DROP TABLE search_history_before;
CREATE INDEX search_history_by_weight ON search_history (user, weight DESC, query);
CREATE TABLE saved_searches (
  user  TEXT    NOT NULL,
  name  TEXT    NOT NULL COLLATE NOCASE,
  query TEXT    NOT NULL,
  at    INTEGER NOT NULL,
  PRIMARY KEY (user, name)
) STRICT, WITHOUT ROWID;
