-- +goose Up
-- The tables of roster. docs/schema.md explains the columns, for PostgreSQL too.
--
-- Every key leads with the account. Texts compare by bytes. Amounts (units, amount) are whole numbers
-- of 1/10000 of the currency's unit. Times are RFC 3339 in UTC with six digits of a second. Lists
-- and JSON columns are compact JSON.

-- The number of the last migration that was run.
CREATE TABLE IF NOT EXISTS roster_schema (
	id      INTEGER PRIMARY KEY CHECK (id = 1),
	version INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS roster_accounts (
	id              TEXT    NOT NULL UNIQUE,
	number          INTEGER PRIMARY KEY CHECK (number > 0), -- stands for the account in roster_user_grams
	revision        INTEGER NOT NULL DEFAULT 0 CHECK (revision >= 0),
	config_revision INTEGER NOT NULL DEFAULT 0, -- the greatest configVersion of a user
	-- What the account itself has. It alone can have an overdraft.
	units           INTEGER NOT NULL DEFAULT 0 CHECK (units BETWEEN -999999999999999999 AND 999999999999999999),
	settings        TEXT -- user.Account
) STRICT;

-- The greatest id of a sequence that was given and that no row shows.
CREATE TABLE IF NOT EXISTS roster_sequences (
	account TEXT    NOT NULL REFERENCES roster_accounts (id),
	name    TEXT    NOT NULL,
	last    INTEGER NOT NULL CHECK (last > 0),
	PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS roster_users (
	account           TEXT    NOT NULL REFERENCES roster_accounts (id),
	id                INTEGER NOT NULL CHECK (id > 0),
	version           INTEGER NOT NULL,
	login             TEXT    NOT NULL,
	display_name      TEXT    NOT NULL,
	email             TEXT    NOT NULL,
	phone             TEXT    NOT NULL,
	kind              TEXT    NOT NULL,
	api_user          INTEGER NOT NULL CHECK (api_user IN (0, 1)),
	roles             TEXT    NOT NULL, -- a list of names
	status            TEXT    NOT NULL,
	enabled           INTEGER NOT NULL CHECK (enabled IN (0, 1)),
	parent_accounting INTEGER NOT NULL CHECK (parent_accounting IN (0, 1)),
	created_at        TEXT,
	updated_at        TEXT,
	deleted_at        TEXT,             -- NULL: the user lives
	attributes        TEXT    NOT NULL, -- user.User without what has a column
	login_key         TEXT    NOT NULL, -- canonical: what the order by login compares
	display_key       TEXT    NOT NULL, -- folded: what the order by display name compares
	PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS roster_users_by_login ON roster_users (account, login_key, id);
CREATE INDEX IF NOT EXISTS roster_users_by_display ON roster_users (account, display_key, id);
-- All that the small filters ask, so that totals need not read users.
CREATE INDEX IF NOT EXISTS roster_users_by_facet
	ON roster_users (account, deleted_at, enabled, status, kind, api_user, parent_accounting, roles, id);

-- Canonical forms that name one user.
CREATE TABLE IF NOT EXISTS roster_unique_keys (
	account TEXT    NOT NULL,
	kind    TEXT    NOT NULL CHECK (kind IN ('login', 'pid', 'fullName')),
	value   TEXT    NOT NULL CHECK (value <> ''),
	user_id INTEGER NOT NULL,
	PRIMARY KEY (account, kind, value),
	FOREIGN KEY (account, user_id) REFERENCES roster_users (account, id)
) STRICT, WITHOUT ROWID;

-- Canonical forms that several users may share.
CREATE TABLE IF NOT EXISTS roster_shared_keys (
	account TEXT    NOT NULL,
	kind    TEXT    NOT NULL CHECK (kind IN ('email', 'phone', 'employeeId')),
	value   TEXT    NOT NULL CHECK (value <> ''),
	user_id INTEGER NOT NULL,
	PRIMARY KEY (account, kind, value, user_id),
	FOREIGN KEY (account, user_id) REFERENCES roster_users (account, id)
) STRICT, WITHOUT ROWID;

-- Sets of ids that users have and queries filter by. attributes has them too.
CREATE TABLE IF NOT EXISTS roster_user_sets (
	account TEXT    NOT NULL,
	name    TEXT    NOT NULL,
	value   INTEGER NOT NULL,
	user_id INTEGER NOT NULL,
	PRIMARY KEY (account, name, value, user_id),
	FOREIGN KEY (account, user_id) REFERENCES roster_users (account, id)
) STRICT, WITHOUT ROWID;

-- The values of custom attributes that queries filter by, each as text. attributes has them too.
CREATE TABLE IF NOT EXISTS roster_user_custom (
	account TEXT    NOT NULL,
	name    TEXT    NOT NULL,
	value   TEXT    NOT NULL,
	user_id INTEGER NOT NULL,
	PRIMARY KEY (account, name, value, user_id),
	FOREIGN KEY (account, user_id) REFERENCES roster_users (account, id)
) STRICT, WITHOUT ROWID;

-- The folded texts in which a search for a part of a name looks, the login first. document is the
-- user's row of roster_user_grams.
CREATE TABLE IF NOT EXISTS roster_user_texts (
	account  TEXT    NOT NULL,
	user_id  INTEGER NOT NULL,
	document INTEGER NOT NULL UNIQUE,
	folded   TEXT    NOT NULL,
	PRIMARY KEY (account, user_id),
	FOREIGN KEY (account, user_id) REFERENCES roster_users (account, id)
) STRICT, WITHOUT ROWID;

-- An index of the triples of characters in these texts, for parts of three characters or more. It
-- finds candidates, and the texts decide. The last triple of a document stands for the account. The
-- index keeps no text. (Its secure-delete is off: with detail = none SQLite 3.54 loses entries of
-- other users by it.)
CREATE VIRTUAL TABLE IF NOT EXISTS roster_user_grams USING fts5 (
	grams, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1'
);

-- Password hashes, apart from users.
CREATE TABLE IF NOT EXISTS roster_secrets (
	account TEXT    NOT NULL,
	user_id INTEGER NOT NULL,
	secret  TEXT    NOT NULL, -- user.MarshalSecret
	PRIMARY KEY (account, user_id),
	FOREIGN KEY (account, user_id) REFERENCES roster_users (account, id)
) STRICT, WITHOUT ROWID;

-- Reference data.
CREATE TABLE IF NOT EXISTS roster_refs (
	account    TEXT    NOT NULL REFERENCES roster_accounts (id),
	kind       TEXT    NOT NULL,
	id         INTEGER NOT NULL CHECK (id > 0),
	name       TEXT    NOT NULL,
	version    INTEGER NOT NULL,
	attributes TEXT    NOT NULL, -- user.Reference without what has a column
	PRIMARY KEY (account, kind, id),
	UNIQUE (account, kind, name)
) STRICT, WITHOUT ROWID;

-- What users have. No balance has more than 18 digits, so the sum of any two fits in 64 bits.
CREATE TABLE IF NOT EXISTS roster_balances (
	account TEXT    NOT NULL REFERENCES roster_accounts (id),
	holder  INTEGER NOT NULL CHECK (holder > 0),
	units   INTEGER NOT NULL CHECK (units BETWEEN 0 AND 999999999999999999),
	PRIMARY KEY (account, holder)
) STRICT, WITHOUT ROWID;

-- One row moves one amount from one holder to another, so each transfer's sum is zero. Holder 0 is
-- the account itself, -1 the world, which has no balance, every other one a user. The row at
-- position 0 has what is the transfer's own, from the column at on. A transfer that moves nothing
-- has a row without an amount, from the account to itself.
CREATE TABLE IF NOT EXISTS roster_postings (
	account             TEXT    NOT NULL REFERENCES roster_accounts (id),
	transfer            INTEGER NOT NULL CHECK (transfer > 0),
	position            INTEGER NOT NULL CHECK (position >= 0),
	payer               INTEGER NOT NULL CHECK (payer >= -1),
	payee               INTEGER NOT NULL CHECK (payee >= -1),
	amount              INTEGER CHECK (amount BETWEEN 1 AND 999999999999999999),
	payer_after         INTEGER NOT NULL,
	payee_after         INTEGER NOT NULL,
	login               TEXT    NOT NULL, -- of the user, at that time
	at                  TEXT,
	kind                TEXT,
	actor               INTEGER,
	reason              TEXT,
	key                 TEXT    CHECK (key <> ''), -- the idempotency key
	currency            TEXT,
	requested           INTEGER,
	requested_currency  TEXT,
	strict              INTEGER CHECK (strict IN (0, 1)),
	account_description TEXT,
	user_description    TEXT,
	users               TEXT,
	details             TEXT, -- the rest of balance.Transfer, without its postings
	revision            INTEGER, -- with change_position the place of the change that the row is
	change_position     INTEGER,
	PRIMARY KEY (account, transfer, position),
	CHECK ((payer = payee) = (amount IS NULL)),
	CHECK ((position = 0) = (kind IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX IF NOT EXISTS roster_postings_by_key ON roster_postings (account, key) WHERE key IS NOT NULL;

-- The change of a transfer with one posting repeats the transfer. So it has no row in roster_changes,
-- and its posting says where it is in the history: revision and change_position. Other postings have
-- NULL there. The indexes have the postings that are changes, in the order of the history, and those
-- of an actor. Those of a user are found by payer or payee: the history has transfers in their own
-- order.
CREATE INDEX IF NOT EXISTS roster_postings_by_revision
	ON roster_postings (account, revision, change_position) WHERE revision IS NOT NULL;
CREATE INDEX IF NOT EXISTS roster_postings_by_actor
	ON roster_postings (account, actor, revision, change_position) WHERE actor IS NOT NULL AND revision IS NOT NULL;

-- The transfers of a kind. Nearly all are of the kind transferring, so a list of them is read in the
-- order of the table.
CREATE INDEX IF NOT EXISTS roster_postings_by_kind ON roster_postings (account, kind, transfer)
	WHERE kind <> 'transferring';

-- The statement of a user. That of the account is nearly every posting, in the order of the table.
CREATE INDEX IF NOT EXISTS roster_postings_by_payer
	ON roster_postings (account, payer, transfer, position) WHERE payer <> 0;
CREATE INDEX IF NOT EXISTS roster_postings_by_payee
	ON roster_postings (account, payee, transfer, position) WHERE payee <> 0;

-- Which transfer took which one back.
CREATE TABLE IF NOT EXISTS roster_reversals (
	account  TEXT    NOT NULL REFERENCES roster_accounts (id),
	reversed INTEGER NOT NULL CHECK (reversed > 0),
	reversal INTEGER NOT NULL,
	PRIMARY KEY (account, reversed)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS roster_changes (
	account        TEXT    NOT NULL REFERENCES roster_accounts (id),
	revision       INTEGER NOT NULL CHECK (revision > 0),
	position       INTEGER NOT NULL CHECK (position >= 0),
	at             TEXT,
	type           TEXT    NOT NULL,
	actor          INTEGER, -- NULL: the host
	user_id        INTEGER, -- the user that it is about
	reason         TEXT,
	created        TEXT,    -- the user that was created
	diff           TEXT,    -- what differs in the user that was changed
	reference_kind TEXT,
	reference_id   INTEGER,
	transfer       INTEGER,
	money          TEXT,    -- what the transfer moved
	detail         TEXT,
	PRIMARY KEY (account, revision, position)
) STRICT, WITHOUT ROWID;

-- Finds the history of a user, of an actor and of a type, each in the order of the changes. The first
-- one also finds what an erasure of the user removes. Most changes are transfers, so a list of this
-- type is read in the order of the table.
CREATE INDEX IF NOT EXISTS roster_changes_of_user
	ON roster_changes (account, user_id, revision, position) WHERE user_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS roster_changes_of_actor
	ON roster_changes (account, actor, revision, position) WHERE actor IS NOT NULL;
CREATE INDEX IF NOT EXISTS roster_changes_of_type
	ON roster_changes (account, type, revision, position) WHERE type <> 'money.transferred';

-- The last change that is no longer kept. An account without a row keeps all changes. A deleted
-- account has its own revision here, with the greatest position.
CREATE TABLE IF NOT EXISTS roster_compactions (
	account  TEXT    PRIMARY KEY REFERENCES roster_accounts (id),
	revision INTEGER NOT NULL CHECK (revision > 0),
	position INTEGER NOT NULL CHECK (position >= 0)
) STRICT, WITHOUT ROWID;

-- How far the consumers of the changes have come, each by its name. A consumer whose lease has ended
-- can be another process's.
CREATE TABLE IF NOT EXISTS roster_deliveries (
	account  TEXT    NOT NULL REFERENCES roster_accounts (id),
	name     TEXT    NOT NULL CHECK (name <> ''),
	revision INTEGER NOT NULL, -- with position the last change that was handled; zeros: none yet
	position INTEGER NOT NULL CHECK (position >= 0),
	holder   TEXT    NOT NULL, -- of the lease; '': none
	until    TEXT,             -- when the lease ends
	PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;

-- Copies of the changes that a consumer could not handle. The columns up to detail are those of
-- roster_changes.
CREATE TABLE IF NOT EXISTS roster_dead_letters (
	account        TEXT    NOT NULL,
	name           TEXT    NOT NULL,
	revision       INTEGER NOT NULL CHECK (revision > 0),
	position       INTEGER NOT NULL CHECK (position >= 0),
	at             TEXT,
	type           TEXT    NOT NULL,
	actor          INTEGER,
	user_id        INTEGER,
	reason         TEXT,
	created        TEXT,
	diff           TEXT,
	reference_kind TEXT,
	reference_id   INTEGER,
	transfer       INTEGER,
	money          TEXT,
	detail         TEXT,
	attempts       INTEGER NOT NULL CHECK (attempts > 0),
	error          TEXT    NOT NULL, -- of the last attempt
	failed_at      TEXT,             -- the time of the last attempt
	PRIMARY KEY (account, name, revision, position),
	FOREIGN KEY (account, name) REFERENCES roster_deliveries (account, name)
) STRICT, WITHOUT ROWID;

INSERT INTO roster_schema (id, version) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET version = excluded.version;
