-- Links from entries to lines of files, and results of parses that can be made again.
CREATE TABLE code_references (
  id         INTEGER PRIMARY KEY,
  entry      INTEGER NOT NULL REFERENCES kb_entries (row),
  file       TEXT    NOT NULL,
  line       INTEGER NOT NULL,
  symbol     TEXT    NOT NULL,
  note       TEXT    NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX code_references_by_file ON code_references (file, line, entry, symbol, note);
CREATE UNIQUE INDEX code_references_by_entry ON code_references (entry, file, line, symbol);
CREATE TABLE parse_cache (
  key     BLOB    PRIMARY KEY,                    -- hash of the input and of the parser's version
  kind    TEXT    NOT NULL,
  used_at INTEGER NOT NULL,
  bytes   INTEGER NOT NULL,
  value   BLOB    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX parse_cache_by_use ON parse_cache (used_at, bytes);
