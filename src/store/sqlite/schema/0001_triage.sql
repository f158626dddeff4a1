-- Incidents and what is learnt from them.
CREATE TABLE incidents (
  id          INTEGER PRIMARY KEY,
  at          INTEGER NOT NULL,
  component   TEXT    NOT NULL,
  severity    INTEGER NOT NULL,
  code        TEXT    NOT NULL,
  job         TEXT    NOT NULL,
  step        TEXT    NOT NULL,
  program     TEXT    NOT NULL,
  entry       INTEGER REFERENCES kb_entries (row),
  summary     TEXT    NOT NULL,
  detail      TEXT    NOT NULL,                   -- JSON
  resolved_at INTEGER,
  hash        BLOB    NOT NULL
) STRICT;
CREATE INDEX incidents_by_time ON incidents (at, component, severity);
CREATE INDEX incidents_by_component ON incidents (component, at, severity);
CREATE INDEX incidents_by_severity ON incidents (severity, at, component);
CREATE INDEX incidents_by_entry ON incidents (entry) WHERE entry IS NOT NULL;
CREATE TABLE templates (
  id           INTEGER PRIMARY KEY,
  name         TEXT    NOT NULL UNIQUE,
  category     TEXT    NOT NULL,
  success_rate REAL    NOT NULL DEFAULT 0,        -- 0 to 1
  uses         INTEGER NOT NULL DEFAULT 0,
  updated_at   INTEGER NOT NULL,
  body         TEXT    NOT NULL
) STRICT;
CREATE INDEX templates_by_category ON templates (category, success_rate DESC, name);
CREATE TABLE ml_predictions (
  id         INTEGER PRIMARY KEY,
  model      TEXT    NOT NULL,
  confidence REAL    NOT NULL,                    -- 0 to 1
  at         INTEGER NOT NULL,
  subject    TEXT    NOT NULL,
  prediction TEXT    NOT NULL                     -- JSON
) STRICT;
CREATE INDEX ml_predictions_by_model ON ml_predictions (model, confidence DESC, at DESC, subject);
