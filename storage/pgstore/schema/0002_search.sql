-- Searches for a part of a name. grams are the triples of bytes that occur in a user's folded texts, none with the
-- separator, each as a number whose high bits stand for the account, so that one index serves every account apart. It
-- yields candidates; the texts decide. Arrays and their index are in the engine itself: no extension is needed.

ALTER TABLE roster_user_texts ADD COLUMN IF NOT EXISTS grams bigint[] NOT NULL DEFAULT '{}';

-- The users that are there already.
UPDATE roster_user_texts AS x SET grams = ARRAY(
	SELECT DISTINCT (('x' || substr(md5(x.account), 1, 8))::bit(32)::bigint & 2147483647) * 16777216
		+ get_byte(x.folded, i) * 65536 + get_byte(x.folded, i + 1) * 256 + get_byte(x.folded, i + 2)
	FROM generate_series(0, octet_length(x.folded) - 3) AS i
	WHERE get_byte(x.folded, i) < 255 AND get_byte(x.folded, i + 1) < 255 AND get_byte(x.folded, i + 2) < 255)
WHERE x.grams = '{}';

CREATE INDEX IF NOT EXISTS roster_user_texts_by_gram ON roster_user_texts USING gin (grams);
