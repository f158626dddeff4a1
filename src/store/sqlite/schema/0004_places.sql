-- The place of an entry in the full-text index. The newest have the highest, and an entry that is used, rated or changed moves
-- to the front: the first matches that the index gives, the highest places first, are those that people want most, and it
-- need not be read to its end to know them (a list that organises itself: Sleator and Tarjan, 1985).
DROP TABLE kb_fts;
DROP VIEW kb_fts_source;
ALTER TABLE kb_entries ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
UPDATE kb_entries SET place = p.place
  FROM (SELECT row, row_number() OVER (ORDER BY usage_count, row) AS place FROM kb_entries) p WHERE p.row = kb_entries.row;
CREATE UNIQUE INDEX kb_entries_by_place ON kb_entries (place);
CREATE VIEW kb_fts_source AS
  SELECT place, row, title, problem, greenbar_unpack(solution, solution_z, solution_bytes) AS solution,
         greenbar_words(tags) AS tags,
         greenbar_names(title, problem, greenbar_unpack(solution, solution_z, solution_bytes), tags) AS names
  FROM kb_entries WHERE deleted_at IS NULL;
-- Names with hyphens and periods (WS-CUST-ID, PROD.PAYR.TAX) are in it twice: as words in a row, and each as one word.
CREATE VIRTUAL TABLE kb_fts USING fts5 (
  title, problem, solution, tags, names,
  content = 'kb_fts_source', content_rowid = 'place', prefix = '2 3',
  tokenize = "porter unicode61 tokenchars '@#$'"
);
-- Titles and tags by themselves: entries with a common word there are found without reading the long lists of kb_fts.
CREATE VIRTUAL TABLE kb_titles USING fts5 (
  title, tags,
  content = 'kb_fts_source', content_rowid = 'place', prefix = '1 2 3',
  tokenize = "porter unicode61 tokenchars '@#$'"
);
INSERT INTO kb_fts (kb_fts) VALUES ('rebuild');
INSERT INTO kb_titles (kb_titles) VALUES ('rebuild');
