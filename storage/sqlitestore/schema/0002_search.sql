-- An index of the triples of characters that users' texts have, for searches of three characters or more. It gives
-- candidates; the texts decide. It keeps no texts of its own. (Its secure-delete is not used: with detail = none SQLite
-- 3.54 loses entries of other users by it.)
CREATE VIRTUAL TABLE IF NOT EXISTS roster_user_grams USING fts5 (
	grams, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1'
);

-- The users that are there already. The last three characters of a document stand for the account.
INSERT INTO roster_user_grams (roster_user_grams) VALUES ('delete-all');
INSERT INTO roster_user_grams (rowid, grams)
	SELECT document, replace(CAST(folded AS TEXT), CAST(x'FF' AS TEXT), char(10)) || char(10) ||
		char(983040 + (account & 65535), 983040 + (account >> 16 & 65535), 983040 + (account >> 32 & 65535))
	FROM roster_user_texts;
