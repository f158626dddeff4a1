-- A number that is another one after each write that may change what a search finds, so that what was found before is not
-- found any more. It is drawn at random: copies of a store that go different ways never come to the same. Uses of entries are
-- not counted here: their own table says which entries they are about.
CREATE TABLE generation (
  one   INTEGER PRIMARY KEY CHECK (one = 1),
  value INTEGER NOT NULL
) STRICT;
INSERT INTO generation (one, value) VALUES (1, random());
CREATE TRIGGER generation_by_new_entry AFTER INSERT ON kb_entries BEGIN UPDATE generation SET value = random(); END;
CREATE TRIGGER generation_by_lost_entry AFTER DELETE ON kb_entries BEGIN UPDATE generation SET value = random(); END;
CREATE TRIGGER generation_by_entry AFTER UPDATE OF id, title, category, severity, origin, starter_version, updated_at, deleted_at, tags, aliases,
  codes, hash, author, refs, related, problem, solution, solution_z, place ON kb_entries
  BEGIN UPDATE generation SET value = random(); END;
CREATE TRIGGER generation_by_new_notes AFTER INSERT ON kb_notes BEGIN UPDATE generation SET value = random(); END;
CREATE TRIGGER generation_by_lost_notes AFTER DELETE ON kb_notes BEGIN UPDATE generation SET value = random(); END;
CREATE TRIGGER generation_by_notes AFTER UPDATE ON kb_notes BEGIN UPDATE generation SET value = random(); END;
CREATE TRIGGER generation_by_new_link AFTER INSERT ON code_references BEGIN UPDATE generation SET value = random(); END;
CREATE TRIGGER generation_by_lost_link AFTER DELETE ON code_references BEGIN UPDATE generation SET value = random(); END;
CREATE TRIGGER generation_by_link AFTER UPDATE ON code_references BEGIN UPDATE generation SET value = random(); END;
-- What parsers found out is kept in a cache of its own now, outside of the store; it can be made again at any time.
DROP TABLE parse_cache;
