-- A full-text index of our own: see the module `words`. Every version of an entry has a place of its own, and the index never
-- changes what it has written: an entry that is used need not move any more.
DROP TABLE kb_titles;
DROP TABLE kb_fts;
DROP VIEW kb_fts_source;
CREATE TABLE kb_segments (
  id      INTEGER PRIMARY KEY,
  low     INTEGER NOT NULL,                       -- the place before its first
  high    INTEGER NOT NULL,                       -- its last place
  entries INTEGER NOT NULL
) STRICT;
CREATE TABLE kb_word_pages (
  id   INTEGER PRIMARY KEY,                       -- number of the piece, 32 bits for its own
  data BLOB NOT NULL
) STRICT;
CREATE TABLE kb_word_index (
  segment INTEGER NOT NULL,
  first   BLOB    NOT NULL,                       -- the first word of the page
  page    INTEGER NOT NULL,
  PRIMARY KEY (segment, first, page)
) STRICT, WITHOUT ROWID;
CREATE TABLE kb_recent (
  place INTEGER PRIMARY KEY,
  data  BLOB NOT NULL
) STRICT;
CREATE TABLE kb_dead (
  place INTEGER PRIMARY KEY
) STRICT;
