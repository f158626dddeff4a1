-- What was parsed, in rows by number. Without row numbers the values lay in the tree of the keys, and every comparison of two
-- keys read a whole value: tens of kilobytes, some of them many pages away. What was kept is made again when it is wanted.
DROP TABLE parse_cache;
CREATE TABLE parse_cache (
  key     BLOB    NOT NULL UNIQUE,                -- hash of the input and of the parser's version
  kind    TEXT    NOT NULL,
  used_at INTEGER NOT NULL,
  bytes   INTEGER NOT NULL,
  value   BLOB    NOT NULL
) STRICT;
CREATE INDEX parse_cache_by_use ON parse_cache (used_at, key, bytes);
