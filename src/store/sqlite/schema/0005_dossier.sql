-- What an entry was before each change, so that nothing that people wrote is lost, and the files that belong to entries.
-- The row of a version says how it was replaced; the entry itself is the version behind the last row.
CREATE TABLE kb_versions (
  id              INTEGER PRIMARY KEY,
  entry           INTEGER NOT NULL REFERENCES kb_entries (row),
  version         INTEGER NOT NULL,               -- from 1
  at              INTEGER NOT NULL,               -- when it was replaced
  kind            INTEGER NOT NULL,               -- by what: 1 edit, 2 import, 3 starter, 4 delete, 5 undelete, 6 notes, 7 restore
  author          TEXT    NOT NULL,               -- who replaced it
  detail          TEXT    NOT NULL,               -- what the change was about
  title           TEXT    NOT NULL,
  deleted         INTEGER NOT NULL,               -- whether the entry was deleted then
  starter_version INTEGER,
  hash            BLOB    NOT NULL,               -- BLAKE3 of what was written, with the notes
  bytes           INTEGER NOT NULL,               -- of the body before it was packed
  body            BLOB                            -- JSON, zstd; null for old texts of the starter set
) STRICT;
CREATE UNIQUE INDEX kb_versions_by_entry ON kb_versions (entry, version);
CREATE TABLE kb_attachments (
  id       INTEGER PRIMARY KEY,
  entry    INTEGER NOT NULL REFERENCES kb_entries (row),
  path     TEXT    NOT NULL,
  hash     BLOB    NOT NULL,                      -- BLAKE3 of the file when it was attached
  bytes    INTEGER NOT NULL,
  at       INTEGER NOT NULL,
  author   TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX kb_attachments_by_entry ON kb_attachments (entry, path);
