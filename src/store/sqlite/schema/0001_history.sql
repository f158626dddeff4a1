-- What was counted: uses, searches, metrics.
CREATE TABLE usage_metrics (
  id    INTEGER PRIMARY KEY,
  at    INTEGER NOT NULL,
  entry INTEGER NOT NULL REFERENCES kb_entries (row),
  kind  INTEGER NOT NULL                          -- 0 opened, 1 worked, 2 did not work
) STRICT;
CREATE INDEX usage_metrics_by_time ON usage_metrics (at, entry, kind);
CREATE INDEX usage_metrics_by_entry ON usage_metrics (entry, at, kind);
CREATE TABLE search_history (
  query   TEXT    PRIMARY KEY,
  at      INTEGER NOT NULL,
  times   INTEGER NOT NULL,
  hits    INTEGER NOT NULL,
  took_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX search_history_by_time ON search_history (at DESC, query);
CREATE TABLE metrics_history (
  id       INTEGER PRIMARY KEY,
  at       INTEGER NOT NULL,
  document TEXT    NOT NULL                       -- JSON
) STRICT;
CREATE INDEX metrics_history_by_time ON metrics_history (at);
