-- An index of the triples of characters that users' texts have, for searches of three characters or more. It gives
-- candidates; the texts decide. It keeps no texts of its own, and forgets at once what is deleted.
CREATE VIRTUAL TABLE IF NOT EXISTS roster_user_grams USING fts5 (
	grams, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1'
);
