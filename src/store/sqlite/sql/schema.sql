-- History of the schema.

-- name: add_version
INSERT INTO schema_version (version, name, program, at) VALUES (?1, ?2, ?3, ?4);

-- name: needed_program
SELECT program FROM schema_version WHERE version = ?1;

-- name: objects
SELECT count(*) FROM sqlite_schema;

-- name: has_entries
SELECT EXISTS (SELECT 1 FROM kb_entries);
