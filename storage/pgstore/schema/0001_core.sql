-- Accounts, users, reference data, money and changes.
--
-- Texts are bytea: they may hold NUL and bytes that are not UTF-8, and they compare by bytes. Ids, amounts (1/10000 of
-- the currency's unit) and revisions are integers. A "body" is a record of roster's own binary format; what queries
-- look at stands beside it in columns. Every key leads with the account, so that an engine that spreads rows over
-- machines can keep an account together. There is no sequence, no trigger and no extension.
--
-- PostgreSQL reads the text of each CHECK anew in every statement that writes to its table. Seventeen of them were a
-- third of what a transfer cost the server, so those that it writes to have the shortest that say what money needs: what
-- moves is something, from one holder to another, and nobody but the account has less than nothing. The rest is the domain's.

-- The row of an account is written by each commit, which makes it the lock of its writers, and what they compare. ticks
-- counts commits, those too that made no revision. units is what the account itself has; it alone can have an overdraft.
-- Pages of rows that change all the time are left emptier than others: a new version finds room beside the old one, so that no
-- index has to learn of it, and less is there to clean up. And a few dozen accounts fill so many pages that the planner finds
-- one by the index instead of reading all.
CREATE TABLE IF NOT EXISTS roster_accounts (
	id       bytea  PRIMARY KEY,
	revision bigint NOT NULL DEFAULT 0,
	config   bigint NOT NULL DEFAULT 0, -- the greatest revision that changed the configuration of a user
	ticks    bigint NOT NULL DEFAULT 0,
	units    bigint NOT NULL DEFAULT 0,
	settings bytea
) WITH (fillfactor = 10);

-- The greatest id that was given out but is not, or no more, in a table.
CREATE TABLE IF NOT EXISTS roster_sequences (
	account bytea    NOT NULL REFERENCES roster_accounts (id),
	name    smallint NOT NULL,
	last    bigint   NOT NULL CHECK (last > 0),
	PRIMARY KEY (account, name)
);

CREATE TABLE IF NOT EXISTS roster_users (
	account           bytea    NOT NULL,
	id                bigint   NOT NULL CHECK (id > 0),
	deleted           boolean  NOT NULL,
	enabled           boolean  NOT NULL,
	api_user          boolean  NOT NULL,
	parent_accounting boolean  NOT NULL,
	kind              smallint NOT NULL,
	status            smallint NOT NULL,
	roles             bigint   NOT NULL, -- bits
	login             bytea    NOT NULL, -- canonical: what the order by login compares
	display           bytea    NOT NULL, -- folded: what the order by display name compares
	body              bytea    NOT NULL,
	PRIMARY KEY (account, id)
);

CREATE INDEX IF NOT EXISTS roster_users_by_login ON roster_users (account, login, id);
CREATE INDEX IF NOT EXISTS roster_users_by_display ON roster_users (account, display, id);
CREATE INDEX IF NOT EXISTS roster_users_by_status ON roster_users (account, status, id);

-- Who is not as most users are, so that lists of them do not go through everybody.
CREATE INDEX IF NOT EXISTS roster_users_deleted ON roster_users (account, id) WHERE deleted;
CREATE INDEX IF NOT EXISTS roster_users_disabled ON roster_users (account, id) WHERE NOT enabled;
CREATE INDEX IF NOT EXISTS roster_users_api ON roster_users (account, id) WHERE api_user;
CREATE INDEX IF NOT EXISTS roster_users_parent ON roster_users (account, id) WHERE parent_accounting;
CREATE INDEX IF NOT EXISTS roster_users_not_only_agent ON roster_users (account, id) WHERE roles <> 2;

-- What names one user only: 1 the login, 2 the process id, 3 the full name.
CREATE TABLE IF NOT EXISTS roster_unique_keys (
	account bytea    NOT NULL,
	kind    smallint NOT NULL CHECK (kind BETWEEN 1 AND 3),
	value   bytea    NOT NULL CHECK (octet_length(value) > 0),
	user_id bigint   NOT NULL,
	PRIMARY KEY (account, kind, value),
	FOREIGN KEY (account, user_id) REFERENCES roster_users (account, id)
);

-- What several users may share: 4 the e-mail, 5 the phone, 6 the employee id.
CREATE TABLE IF NOT EXISTS roster_shared_keys (
	account bytea    NOT NULL,
	kind    smallint NOT NULL CHECK (kind > 3),
	value   bytea    NOT NULL CHECK (octet_length(value) > 0),
	user_id bigint   NOT NULL,
	PRIMARY KEY (account, kind, value, user_id),
	FOREIGN KEY (account, user_id) REFERENCES roster_users (account, id)
);

-- Sets of ids that users have. name: 1 applications, 2 skills, 3 queues, 4 member of, 5 manager of, 6 groups, 7 profiles,
-- 8 lines of business, 9 permission groups.
CREATE TABLE IF NOT EXISTS roster_user_sets (
	account bytea    NOT NULL,
	name    smallint NOT NULL CHECK (name > 0),
	value   bigint   NOT NULL,
	user_id bigint   NOT NULL,
	PRIMARY KEY (account, name, value, user_id),
	FOREIGN KEY (account, user_id) REFERENCES roster_users (account, id)
);

-- The folded texts that searches for a part of a name look in, separated by bytes 0xFF, the login first.
CREATE TABLE IF NOT EXISTS roster_user_texts (
	account bytea  NOT NULL,
	user_id bigint NOT NULL,
	folded  bytea  NOT NULL,
	PRIMARY KEY (account, user_id),
	FOREIGN KEY (account, user_id) REFERENCES roster_users (account, id)
);

-- Password hashes: apart from users, so that nothing that reads users can show them.
CREATE TABLE IF NOT EXISTS roster_secrets (
	account bytea  NOT NULL,
	user_id bigint NOT NULL,
	body    bytea  NOT NULL,
	PRIMARY KEY (account, user_id),
	FOREIGN KEY (account, user_id) REFERENCES roster_users (account, id)
);

CREATE TABLE IF NOT EXISTS roster_refs (
	account bytea    NOT NULL REFERENCES roster_accounts (id),
	kind    smallint NOT NULL CHECK (kind > 0),
	id      bigint   NOT NULL CHECK (id > 0),
	name    bytea    NOT NULL,
	body    bytea    NOT NULL,
	PRIMARY KEY (account, kind, id),
	UNIQUE (account, kind, name)
);

-- What users have.
CREATE TABLE IF NOT EXISTS roster_balances (
	account bytea  NOT NULL,
	holder  bigint NOT NULL,
	units   bigint NOT NULL CHECK (units >= 0),
	PRIMARY KEY (account, holder)
) WITH (fillfactor = 50);

-- One row moves one amount from one holder to another, so that each transfer's sum is zero whatever stands here. Holder 0
-- is the account itself, -1 the world, which has no balance, every other one a user. The first row of a transfer
-- has what is the transfer's own: its record and its idempotency key. A transfer that moves nothing has a row without an
-- amount, from the account to itself.
CREATE TABLE IF NOT EXISTS roster_postings (
	account     bytea  NOT NULL,
	transfer    bigint NOT NULL,
	position    bigint NOT NULL,
	payer       bigint NOT NULL,
	payee       bigint NOT NULL,
	amount      bigint CHECK (amount > 0),
	payer_after bigint NOT NULL,
	payee_after bigint NOT NULL,
	name        bytea  NOT NULL,
	key         bytea,
	body        bytea,
	PRIMARY KEY (account, transfer, position),
	CHECK ((payer = payee) = (amount IS NULL))
);

CREATE UNIQUE INDEX IF NOT EXISTS roster_postings_by_key ON roster_postings (account, key) WHERE key IS NOT NULL;

-- The statement of anybody but the account: its own is nearly every posting, in the order of the table. The account pays
-- nearly always, and is seldom paid.
CREATE INDEX IF NOT EXISTS roster_postings_by_payer
	ON roster_postings (account, payer, transfer, position) WHERE payer <> 0;
CREATE INDEX IF NOT EXISTS roster_postings_by_payee ON roster_postings (account, payee, transfer, position);

-- Which transfer took another one back. Few do, and a table of its own costs all others nothing.
CREATE TABLE IF NOT EXISTS roster_reversals (
	account  bytea  NOT NULL,
	reversed bigint NOT NULL,
	reversal bigint NOT NULL,
	PRIMARY KEY (account, reversed)
);

CREATE TABLE IF NOT EXISTS roster_changes (
	account  bytea  NOT NULL,
	revision bigint NOT NULL,
	position bigint NOT NULL,
	user_id  bigint, -- whom it is about
	body     bytea  NOT NULL,
	before   bytea,
	after    bytea,
	detail   bytea,
	PRIMARY KEY (account, revision, position)
);

-- Finds what has to be forgotten when a user is erased. Most changes, those of money, have nothing of the kind.
CREATE INDEX IF NOT EXISTS roster_changes_of_user ON roster_changes (account, user_id)
	WHERE before IS NOT NULL OR after IS NOT NULL OR detail IS NOT NULL;
