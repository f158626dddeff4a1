-- Entries. One row holds all that was written, so that its hash can be checked by reading one row; what is searched by
-- (tags, aliases, codes, full text) is kept beside it, for entries that are not deleted only. Small columns come first:
-- a list never reads the pages that the texts spill over to.
CREATE TABLE kb_entries (
  row             INTEGER PRIMARY KEY,
  id              TEXT    NOT NULL,
  id_key          TEXT    NOT NULL UNIQUE,        -- upper case
  title           TEXT    NOT NULL,
  category        TEXT    NOT NULL,
  category_key    TEXT    NOT NULL,               -- lower case
  severity        INTEGER NOT NULL,               -- 0 info, 1 warning, 2 error, 3 severe
  origin          INTEGER NOT NULL,               -- 0 starter, 1 local
  starter_version INTEGER,
  usage_count     INTEGER NOT NULL DEFAULT 0,
  worked          INTEGER NOT NULL DEFAULT 0,
  failed          INTEGER NOT NULL DEFAULT 0,
  created_at      INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL,
  deleted_at      INTEGER,
  tags            TEXT    NOT NULL,               -- JSON arrays of text
  aliases         TEXT    NOT NULL,
  codes           TEXT    NOT NULL,
  title_key       TEXT    NOT NULL,               -- lower case
  hash            BLOB    NOT NULL,               -- BLAKE3 of what was written
  author          TEXT    NOT NULL,
  refs            TEXT    NOT NULL,
  related         TEXT    NOT NULL,
  problem         TEXT    NOT NULL,
  solution        TEXT,                           -- null when it is compressed
  solution_z      BLOB,                           -- zstd
  solution_bytes  INTEGER NOT NULL
) STRICT;
-- The planner counts deleted_at as read, so it has to be in an index that is to cover a search.
CREATE INDEX kb_entries_by_usage ON kb_entries (usage_count DESC, row, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX kb_entries_by_category ON kb_entries (category_key, usage_count DESC, row, category, deleted_at)
  WHERE deleted_at IS NULL;
CREATE INDEX kb_entries_by_title ON kb_entries (title_key) WHERE deleted_at IS NULL;
CREATE TABLE kb_tags (
  entry INTEGER NOT NULL REFERENCES kb_entries (row),
  tag   TEXT    NOT NULL,
  PRIMARY KEY (entry, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX kb_tags_by_tag ON kb_tags (tag, entry);
CREATE TABLE kb_aliases (
  entry INTEGER NOT NULL REFERENCES kb_entries (row),
  alias TEXT    NOT NULL,                         -- upper case
  PRIMARY KEY (entry, alias)
) STRICT, WITHOUT ROWID;
CREATE INDEX kb_aliases_by_alias ON kb_aliases (alias, entry);
CREATE TABLE kb_codes (
  entry INTEGER NOT NULL REFERENCES kb_entries (row),
  code  TEXT    NOT NULL,                         -- upper case
  PRIMARY KEY (entry, code)
) STRICT, WITHOUT ROWID;
CREATE INDEX kb_codes_by_code ON kb_codes (code, entry);
-- Notes of this site: a layer of its own, no update of the entry touches it.
CREATE TABLE kb_notes (
  entry      INTEGER PRIMARY KEY REFERENCES kb_entries (row),
  notes      TEXT    NOT NULL,
  hash       BLOB    NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
-- What the full-text index is about. The index keeps no text of its own; through this view its integrity check (rank = 1)
-- and its snippets see the texts, unpacked by two functions that every connection of the program brings along.
CREATE VIEW kb_fts_source AS
  SELECT row, title, problem, greenbar_unpack(solution, solution_z, solution_bytes) AS solution, greenbar_words(tags) AS tags
  FROM kb_entries WHERE deleted_at IS NULL;
CREATE VIRTUAL TABLE kb_fts USING fts5 (
  title, problem, solution, tags,
  content = 'kb_fts_source', content_rowid = 'row', prefix = '2 3',
  tokenize = "porter unicode61 tokenchars '@#$'"
);
