-- Which steps this store has taken, when and by which version of the program. Made by the first step.
CREATE TABLE IF NOT EXISTS schema_version (
  version INTEGER PRIMARY KEY,
  name    TEXT    NOT NULL,
  program TEXT    NOT NULL,
  at      INTEGER NOT NULL
) STRICT;
