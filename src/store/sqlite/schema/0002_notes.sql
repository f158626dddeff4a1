-- Notes on lines of files, and what tells the line that a note or a link is on when the file has changed.
CREATE TABLE line_notes (
  id         INTEGER PRIMARY KEY,
  file       TEXT    NOT NULL,
  line       INTEGER NOT NULL,
  anchor     TEXT    NOT NULL,                    -- the line and its neighbours, without what editors change
  text       TEXT    NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX line_notes_by_file ON line_notes (file, line);
CREATE TABLE link_anchors (
  link   INTEGER PRIMARY KEY REFERENCES code_references (id),
  anchor TEXT    NOT NULL
) STRICT;
