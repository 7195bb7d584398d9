-- Where an account's changes begin, if the first ones are not kept: the last one that is not. An account has a row here
-- only if its history came from elsewhere without its beginning.
CREATE TABLE IF NOT EXISTS roster_compactions (
	account  bytea  PRIMARY KEY REFERENCES roster_accounts (id),
	revision bigint NOT NULL CHECK (revision > 0),
	position bigint NOT NULL CHECK (position >= 0)
);
