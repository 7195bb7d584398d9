-- Accounts, users, reference data, money and changes.
--
-- Texts are BLOBs: they may hold NUL and bytes that are not UTF-8, and they compare by bytes. Ids, amounts (1/10000 of
-- the currency's unit) and revisions are integers. A "body" is a record of roster's own binary format; what queries
-- look at stands beside it in columns. Every key leads with the account, by a number that stands for its id.

CREATE TABLE IF NOT EXISTS roster_accounts (
	number   INTEGER PRIMARY KEY CHECK (number > 0),
	id       BLOB    NOT NULL UNIQUE,
	revision INTEGER NOT NULL DEFAULT 0 CHECK (revision >= 0),
	config   INTEGER NOT NULL DEFAULT 0, -- the greatest revision that changed the configuration of a user
	settings BLOB
) STRICT;

-- The greatest id that was given out but is not, or no more, in a table.
CREATE TABLE IF NOT EXISTS roster_sequences (
	account INTEGER NOT NULL REFERENCES roster_accounts (number),
	name    INTEGER NOT NULL,
	last    INTEGER NOT NULL CHECK (last > 0),
	PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS roster_users (
	account           INTEGER NOT NULL REFERENCES roster_accounts (number),
	id                INTEGER NOT NULL CHECK (id > 0),
	deleted           INTEGER NOT NULL CHECK (deleted IN (0, 1)),
	enabled           INTEGER NOT NULL CHECK (enabled IN (0, 1)),
	api_user          INTEGER NOT NULL CHECK (api_user IN (0, 1)),
	parent_accounting INTEGER NOT NULL CHECK (parent_accounting IN (0, 1)),
	kind              INTEGER NOT NULL,
	status            INTEGER NOT NULL,
	roles             INTEGER NOT NULL, -- bits
	login             BLOB    NOT NULL, -- canonical: what the order by login compares
	display           BLOB    NOT NULL, -- folded: what the order by display name compares
	body              BLOB    NOT NULL,
	PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS roster_users_by_login ON roster_users (account, login, id);
CREATE INDEX IF NOT EXISTS roster_users_by_display ON roster_users (account, display, id);
-- Everything that the small filters ask, so that totals need not read bodies.
CREATE INDEX IF NOT EXISTS roster_users_by_facet
	ON roster_users (account, deleted, enabled, status, kind, roles, api_user, parent_accounting, id);

-- What names one user only: 1 the login, 2 the process id, 3 the full name.
CREATE TABLE IF NOT EXISTS roster_unique_keys (
	account INTEGER NOT NULL,
	kind    INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 3),
	value   BLOB    NOT NULL CHECK (length(value) > 0),
	user    INTEGER NOT NULL,
	PRIMARY KEY (account, kind, value),
	FOREIGN KEY (account, user) REFERENCES roster_users (account, id)
) STRICT, WITHOUT ROWID;

-- What several users may share: 4 the e-mail, 5 the phone, 6 the employee id.
CREATE TABLE IF NOT EXISTS roster_shared_keys (
	account INTEGER NOT NULL,
	kind    INTEGER NOT NULL CHECK (kind > 3),
	value   BLOB    NOT NULL CHECK (length(value) > 0),
	user    INTEGER NOT NULL,
	PRIMARY KEY (account, kind, value, user),
	FOREIGN KEY (account, user) REFERENCES roster_users (account, id)
) STRICT, WITHOUT ROWID;

-- Sets of ids that users have. name: 1 applications, 2 skills, 3 queues, 4 member of, 5 manager of, 6 groups, 7 profiles,
-- 8 lines of business, 9 permission groups.
CREATE TABLE IF NOT EXISTS roster_user_sets (
	account INTEGER NOT NULL,
	name    INTEGER NOT NULL CHECK (name > 0),
	value   INTEGER NOT NULL,
	user    INTEGER NOT NULL,
	PRIMARY KEY (account, name, value, user),
	FOREIGN KEY (account, user) REFERENCES roster_users (account, id)
) STRICT, WITHOUT ROWID;

-- The folded texts that searches for a part of a name look in, separated by bytes 0xFF, the login first. document is
-- the number of the user in a full-text index.
CREATE TABLE IF NOT EXISTS roster_user_texts (
	account  INTEGER NOT NULL,
	user     INTEGER NOT NULL,
	document INTEGER NOT NULL UNIQUE,
	folded   BLOB    NOT NULL,
	PRIMARY KEY (account, user),
	FOREIGN KEY (account, user) REFERENCES roster_users (account, id)
) STRICT, WITHOUT ROWID;

-- Password hashes: apart from users, so that nothing that reads users can show them.
CREATE TABLE IF NOT EXISTS roster_secrets (
	account INTEGER NOT NULL,
	user    INTEGER NOT NULL,
	body    BLOB    NOT NULL,
	PRIMARY KEY (account, user),
	FOREIGN KEY (account, user) REFERENCES roster_users (account, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS roster_refs (
	account INTEGER NOT NULL REFERENCES roster_accounts (number),
	kind    INTEGER NOT NULL CHECK (kind > 0),
	id      INTEGER NOT NULL CHECK (id > 0),
	name    BLOB    NOT NULL,
	body    BLOB    NOT NULL,
	PRIMARY KEY (account, kind, id),
	UNIQUE (account, kind, name)
) STRICT, WITHOUT ROWID;

-- holder 0 is the account itself, every other one a user. Only the account has an overdraft. No balance has more than
-- 18 digits, so that the sum of any two fits in 64 bits.
CREATE TABLE IF NOT EXISTS roster_balances (
	account INTEGER NOT NULL REFERENCES roster_accounts (number),
	holder  INTEGER NOT NULL CHECK (holder >= 0),
	units   INTEGER NOT NULL CHECK (units BETWEEN -999999999999999999 AND 999999999999999999),
	PRIMARY KEY (account, holder),
	CHECK (holder = 0 OR units >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS roster_transfers (
	account  INTEGER NOT NULL REFERENCES roster_accounts (number),
	id       INTEGER NOT NULL CHECK (id > 0),
	key      BLOB    CHECK (length(key) > 0), -- idempotency key
	reverses INTEGER CHECK (reverses <> 0),
	body     BLOB    NOT NULL,
	PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX IF NOT EXISTS roster_transfers_by_key ON roster_transfers (account, key) WHERE key IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS roster_transfers_by_reversal
	ON roster_transfers (account, reverses) WHERE reverses IS NOT NULL;

-- One row moves one amount from one holder to another, so that each transfer's sum is zero whatever stands here.
-- Holder -1 is the world, which has no balance.
CREATE TABLE IF NOT EXISTS roster_postings (
	account     INTEGER NOT NULL,
	transfer    INTEGER NOT NULL,
	position    INTEGER NOT NULL CHECK (position >= 0),
	payer       INTEGER NOT NULL CHECK (payer >= -1),
	payee       INTEGER NOT NULL CHECK (payee >= -1),
	amount      INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 999999999999999999),
	payer_after INTEGER NOT NULL,
	payee_after INTEGER NOT NULL,
	name        BLOB    NOT NULL,
	PRIMARY KEY (account, transfer, position),
	FOREIGN KEY (account, transfer) REFERENCES roster_transfers (account, id),
	CHECK (payer <> payee)
) STRICT, WITHOUT ROWID;

-- The statement of anybody but the account: its own is nearly every posting, in the order of the table.
CREATE INDEX IF NOT EXISTS roster_postings_by_payer
	ON roster_postings (account, payer, transfer, position) WHERE payer <> 0;
CREATE INDEX IF NOT EXISTS roster_postings_by_payee
	ON roster_postings (account, payee, transfer, position) WHERE payee <> 0;

CREATE TABLE IF NOT EXISTS roster_changes (
	account  INTEGER NOT NULL REFERENCES roster_accounts (number),
	revision INTEGER NOT NULL CHECK (revision > 0),
	position INTEGER NOT NULL CHECK (position >= 0),
	user     INTEGER, -- whom it is about
	body     BLOB    NOT NULL,
	before   BLOB,
	after    BLOB,
	detail   BLOB,
	PRIMARY KEY (account, revision, position)
) STRICT, WITHOUT ROWID;

-- Finds what has to be forgotten when a user is erased.
CREATE INDEX IF NOT EXISTS roster_changes_of_user ON roster_changes (account, user) WHERE user IS NOT NULL;
