-- What was opened for which question: a user's own, as his searches are. A question is its words in one order, each without its
-- ending; what an entry weighs for it was so at its time, and halves in four weeks.
CREATE TABLE search_opened (
  user     TEXT    NOT NULL,
  question TEXT    NOT NULL,
  entry    INTEGER NOT NULL REFERENCES kb_entries (row),
  weight   REAL    NOT NULL,
  at       INTEGER NOT NULL,
  PRIMARY KEY (user, question, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX search_opened_by_time ON search_opened (user, at);
