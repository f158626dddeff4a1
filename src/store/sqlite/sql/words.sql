-- The full-text index. A page's number is that of its piece, shifted by 32 bits, and its own.

-- name: content
SELECT value FROM generation WHERE one = 1;

-- name: segments
SELECT id, low, high, entries FROM kb_segments ORDER BY low;

-- name: next_segment
SELECT coalesce(max(id), 0) + 1 FROM kb_segments;

-- name: add_segment
INSERT INTO kb_segments (id, low, high, entries) VALUES (?1, ?2, ?3, ?4);

-- name: drop_segment
DELETE FROM kb_segments WHERE id = ?1;

-- name: page
SELECT data FROM kb_word_pages WHERE id = ?1;

-- name: pages_in
SELECT data FROM kb_word_pages WHERE id BETWEEN ?1 AND ?2 ORDER BY id;

-- name: add_page
INSERT INTO kb_word_pages (id, data) VALUES (?1, ?2);

-- name: drop_pages
DELETE FROM kb_word_pages WHERE id BETWEEN ?1 AND ?2;

-- name: add_first
INSERT INTO kb_word_index (segment, first, page) VALUES (?1, ?2, ?3);

-- name: drop_firsts
DELETE FROM kb_word_index WHERE segment = ?1;

-- name: pages
SELECT page FROM kb_word_index WHERE segment = ?1 ORDER BY first;

-- name: page_of
SELECT page FROM kb_word_index WHERE segment = ?1 AND first <= ?2 ORDER BY first DESC LIMIT 1;

-- name: pages_between
SELECT page FROM kb_word_index WHERE segment = ?1 AND first > ?2 AND first < ?3 ORDER BY first LIMIT ?4;

-- name: recent
SELECT place, data FROM kb_recent ORDER BY place;

-- name: count_recent
SELECT count(*) FROM kb_recent;

-- name: add_recent
INSERT INTO kb_recent (place, data) VALUES (?1, ?2);

-- name: drop_recent
DELETE FROM kb_recent WHERE place = ?1;

-- name: clear_recent
DELETE FROM kb_recent;

-- name: dead
SELECT place FROM kb_dead WHERE place > ?1 AND place <= ?2 ORDER BY place;

-- name: count_dead
SELECT count(*) FROM kb_dead WHERE place > ?1 AND place <= ?2;

-- name: add_dead
INSERT INTO kb_dead (place) VALUES (?1) ON CONFLICT DO NOTHING;

-- name: drop_dead
DELETE FROM kb_dead WHERE place > ?1 AND place <= ?2;

-- name: live
SELECT e.*, NULL AS notes, NULL AS notes_hash, 1 AS version FROM kb_entries e
WHERE e.place > ?1 AND e.deleted_at IS NULL ORDER BY e.place LIMIT ?2;

-- name: clear
DELETE FROM kb_segments;
DELETE FROM kb_word_pages;
DELETE FROM kb_word_index;
DELETE FROM kb_recent;
DELETE FROM kb_dead;
