-- +goose Up
-- The tables of roster's accounts; docs/schema.md describes them for readers.
--
-- Every key leads with the account, so that an engine that spreads rows over machines can keep an
-- account together. There is no sequence, no trigger and no extension. The database has the
-- encoding UTF8. Texts compare by bytes, whatever its locale says.
--
-- PostgreSQL reads the text of each CHECK anew in every statement that writes to its table. The
-- tables that a transfer writes to have the shortest ones that say what money needs: an amount is
-- above zero, it goes from one holder to another, and only the account can be below zero.

-- The one row says which of these files were run last.
CREATE TABLE IF NOT EXISTS roster_schema (
	id      smallint PRIMARY KEY CHECK (id = 1),
	version bigint   NOT NULL
);

-- Each commit writes the row of its account. So the row is the lock of the account's writers, and
-- they compare it: commits counts them, also those that made no revision. Rows that change often
-- have pages with room: a new version of a row finds its place beside the old one, and no index has
-- to change. With nearly empty pages a few dozen accounts fill so many that the planner uses the
-- index.
CREATE TABLE IF NOT EXISTS roster_accounts (
	id              text COLLATE "C" PRIMARY KEY,
	revision        bigint NOT NULL DEFAULT 0,
	config_revision bigint NOT NULL DEFAULT 0,
	commits         bigint NOT NULL DEFAULT 0,
	units           bigint NOT NULL DEFAULT 0, -- what the account itself has; it alone can have an overdraft
	settings        jsonb
) WITH (fillfactor = 10);

-- The greatest id that was given and that no row shows.
CREATE TABLE IF NOT EXISTS roster_sequences (
	account text COLLATE "C" NOT NULL REFERENCES roster_accounts (id),
	name    text COLLATE "C" NOT NULL,
	last    bigint           NOT NULL CHECK (last > 0),
	PRIMARY KEY (account, name)
);

CREATE TABLE IF NOT EXISTS roster_users (
	account           text COLLATE "C"   NOT NULL,
	id                bigint             NOT NULL CHECK (id > 0),
	version           bigint             NOT NULL,
	login             text COLLATE "C"   NOT NULL,
	display_name      text COLLATE "C"   NOT NULL,
	email             text COLLATE "C"   NOT NULL,
	phone             text COLLATE "C"   NOT NULL,
	kind              text COLLATE "C"   NOT NULL,
	api_user          boolean            NOT NULL,
	roles             text[] COLLATE "C" NOT NULL,
	status            text COLLATE "C"   NOT NULL,
	enabled           boolean            NOT NULL,
	parent_accounting boolean            NOT NULL,
	created_at        timestamptz,
	updated_at        timestamptz,
	deleted_at        timestamptz,
	attributes        jsonb              NOT NULL,
	login_key         text COLLATE "C"   NOT NULL, -- canonical: the order by login compares it
	display_key       text COLLATE "C"   NOT NULL, -- folded: the order by display name compares it
	PRIMARY KEY (account, id)
);

CREATE INDEX IF NOT EXISTS roster_users_by_login ON roster_users (account, login_key, id);

CREATE INDEX IF NOT EXISTS roster_users_by_display ON roster_users (account, display_key, id);

CREATE INDEX IF NOT EXISTS roster_users_by_status ON roster_users (account, status, id);

-- Few users are like this, so lists of them do not go through all users.
CREATE INDEX IF NOT EXISTS roster_users_deleted ON roster_users (account, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX IF NOT EXISTS roster_users_disabled ON roster_users (account, id) WHERE NOT enabled;

CREATE INDEX IF NOT EXISTS roster_users_api ON roster_users (account, id) WHERE api_user;

CREATE INDEX IF NOT EXISTS roster_users_parent ON roster_users (account, id) WHERE parent_accounting;

CREATE INDEX IF NOT EXISTS roster_users_not_only_agent ON roster_users (account, id) WHERE roles <> '{agent}';

-- A key here names one user.
CREATE TABLE IF NOT EXISTS roster_unique_keys (
	account text COLLATE "C" NOT NULL,
	kind    text COLLATE "C" NOT NULL CHECK (kind IN ('login', 'pid', 'fullName')),
	value   text COLLATE "C" NOT NULL CHECK (value <> ''),
	user_id bigint           NOT NULL,
	PRIMARY KEY (account, kind, value),
	FOREIGN KEY (account, user_id) REFERENCES roster_users (account, id)
);

-- Several users may share a key here.
CREATE TABLE IF NOT EXISTS roster_shared_keys (
	account text COLLATE "C" NOT NULL,
	kind    text COLLATE "C" NOT NULL CHECK (kind IN ('email', 'phone', 'employeeId')),
	value   text COLLATE "C" NOT NULL CHECK (value <> ''),
	user_id bigint           NOT NULL,
	PRIMARY KEY (account, kind, value, user_id),
	FOREIGN KEY (account, user_id) REFERENCES roster_users (account, id)
);

-- The sets of ids that queries filter by.
CREATE TABLE IF NOT EXISTS roster_user_sets (
	account text COLLATE "C" NOT NULL,
	name    text COLLATE "C" NOT NULL,
	value   bigint           NOT NULL,
	user_id bigint           NOT NULL,
	PRIMARY KEY (account, name, value, user_id),
	FOREIGN KEY (account, user_id) REFERENCES roster_users (account, id)
);

-- The values of custom attributes that queries filter by, each as text. attributes has them too.
CREATE TABLE IF NOT EXISTS roster_user_custom (
	account text COLLATE "C" NOT NULL,
	name    text COLLATE "C" NOT NULL,
	value   text COLLATE "C" NOT NULL,
	user_id bigint           NOT NULL,
	PRIMARY KEY (account, name, value, user_id),
	FOREIGN KEY (account, user_id) REFERENCES roster_users (account, id)
);

-- A search for a part of a name looks in folded. grams are the triples of bytes in it, each as a
-- number whose high bits stand for the account, so that one index keeps accounts apart. The index
-- yields candidates, and folded decides.
CREATE TABLE IF NOT EXISTS roster_user_texts (
	account text COLLATE "C" NOT NULL,
	user_id bigint           NOT NULL,
	folded  text COLLATE "C" NOT NULL,
	grams   bigint[]         NOT NULL,
	PRIMARY KEY (account, user_id),
	FOREIGN KEY (account, user_id) REFERENCES roster_users (account, id)
);

CREATE INDEX IF NOT EXISTS roster_user_texts_by_gram ON roster_user_texts USING gin (grams);

-- Password hashes are apart from users, so that nothing that reads users can show them.
CREATE TABLE IF NOT EXISTS roster_secrets (
	account text COLLATE "C" NOT NULL,
	user_id bigint           NOT NULL,
	secret  jsonb            NOT NULL,
	PRIMARY KEY (account, user_id),
	FOREIGN KEY (account, user_id) REFERENCES roster_users (account, id)
);

CREATE TABLE IF NOT EXISTS roster_refs (
	account    text COLLATE "C" NOT NULL REFERENCES roster_accounts (id),
	kind       text COLLATE "C" NOT NULL,
	id         bigint           NOT NULL CHECK (id > 0),
	name       text COLLATE "C" NOT NULL,
	version    bigint           NOT NULL,
	attributes jsonb            NOT NULL,
	PRIMARY KEY (account, kind, id),
	UNIQUE (account, kind, name)
);

-- What users have.
CREATE TABLE IF NOT EXISTS roster_balances (
	account text COLLATE "C" NOT NULL,
	holder  bigint           NOT NULL,
	units   bigint           NOT NULL CHECK (units >= 0),
	PRIMARY KEY (account, holder)
) WITH (fillfactor = 50);

-- One row moves one amount from one holder to another, so each transfer's sum is zero. Holder 0 is
-- the account itself, -1 the world, which has no balance, every other one a user. The row at
-- position 0 has what is the transfer's own, from the column at on. A transfer that moves nothing
-- has a row without an amount, from the account to itself.
--
-- The change of a transfer with one posting repeats the transfer. So it has no row in roster_changes,
-- and its posting says where it is in the history: revision and change_position. Other postings have
-- NULL there. roster_history shows the whole history.
CREATE TABLE IF NOT EXISTS roster_postings (
	account            text COLLATE "C" NOT NULL,
	transfer           bigint           NOT NULL,
	position           bigint           NOT NULL,
	payer              bigint           NOT NULL,
	payee              bigint           NOT NULL,
	amount             bigint CHECK (amount > 0),
	payer_after        bigint           NOT NULL,
	payee_after        bigint           NOT NULL,
	login              text COLLATE "C" NOT NULL,
	at                 timestamptz,
	kind               text COLLATE "C",
	actor              bigint,
	reason             text COLLATE "C",
	key                text COLLATE "C",
	currency           text COLLATE "C",
	requested          bigint,
	requested_currency text COLLATE "C",
	strict             boolean,
	account_description       text COLLATE "C",
	user_description          text COLLATE "C",
	users              text COLLATE "C",
	details            jsonb,
	revision           bigint,
	change_position    bigint,
	PRIMARY KEY (account, transfer, position),
	CHECK ((payer = payee) = (amount IS NULL))
);

CREATE UNIQUE INDEX IF NOT EXISTS roster_postings_by_key ON roster_postings (account, key) WHERE key IS NOT NULL;

-- The statement of a user. That of the account has nearly every posting, in the order of the table.
-- The account pays nearly always, and is seldom paid.
CREATE INDEX IF NOT EXISTS roster_postings_by_payer
	ON roster_postings (account, payer, transfer, position) WHERE payer <> 0;

CREATE INDEX IF NOT EXISTS roster_postings_by_payee ON roster_postings (account, payee, transfer, position);

-- The postings that are changes, in the order of the history, and those of an actor. Those of a user
-- are found by payer or payee: the history has transfers in their own order.
CREATE INDEX IF NOT EXISTS roster_postings_by_revision
	ON roster_postings (account, revision, change_position) WHERE revision IS NOT NULL;

CREATE INDEX IF NOT EXISTS roster_postings_by_actor
	ON roster_postings (account, actor, revision, change_position) WHERE actor IS NOT NULL AND revision IS NOT NULL;

-- The transfers of a kind. Nearly all are of the kind transferring, so a list of them is read in the
-- order of the table.
CREATE INDEX IF NOT EXISTS roster_postings_by_kind ON roster_postings (account, kind, transfer)
	WHERE kind <> 'transferring';

-- Which transfer took another one back. Few do. A table of its own costs the others nothing.
CREATE TABLE IF NOT EXISTS roster_reversals (
	account  text COLLATE "C" NOT NULL,
	reversed bigint           NOT NULL,
	reversal bigint           NOT NULL,
	PRIMARY KEY (account, reversed)
);

CREATE TABLE IF NOT EXISTS roster_changes (
	account        text COLLATE "C" NOT NULL,
	revision       bigint           NOT NULL,
	position       bigint           NOT NULL,
	at             timestamptz,
	type           text COLLATE "C" NOT NULL,
	actor          bigint,
	user_id        bigint,
	reason         text COLLATE "C",
	created        jsonb,
	diff           jsonb,
	reference_kind text COLLATE "C",
	reference_id   bigint,
	transfer       bigint,
	money          json, -- which costs a transfer half of what jsonb does
	detail         text COLLATE "C",
	PRIMARY KEY (account, revision, position)
);

-- The history of a user, of an actor and of a type, each in the order of the changes. The first one
-- also finds what has to be forgotten when a user is erased. Most changes are transfers, so a list of
-- this type is read in the order of the table.
CREATE INDEX IF NOT EXISTS roster_changes_of_user ON roster_changes (account, user_id, revision, position)
	WHERE user_id IS NOT NULL;

CREATE INDEX IF NOT EXISTS roster_changes_of_actor ON roster_changes (account, actor, revision, position)
	WHERE actor IS NOT NULL;

CREATE INDEX IF NOT EXISTS roster_changes_of_type ON roster_changes (account, type, revision, position)
	WHERE type <> 'money.transferred';

-- The last change that is no longer kept. An account without a row keeps all changes. A deleted
-- account has its own revision here, with the greatest position.
CREATE TABLE IF NOT EXISTS roster_compactions (
	account  text COLLATE "C" PRIMARY KEY REFERENCES roster_accounts (id),
	revision bigint NOT NULL CHECK (revision > 0),
	position bigint NOT NULL CHECK (position >= 0)
);

-- How far the consumers of the changes have come, each by its name. A consumer whose lease has ended
-- can be another process's.
CREATE TABLE IF NOT EXISTS roster_deliveries (
	account  text COLLATE "C" NOT NULL REFERENCES roster_accounts (id),
	name     text COLLATE "C" NOT NULL CHECK (name <> ''),
	revision bigint           NOT NULL, -- with position the last change that was handled; zeros: none yet
	position bigint           NOT NULL CHECK (position >= 0),
	holder   text COLLATE "C" NOT NULL, -- of the lease; '': none
	until    timestamptz,               -- when the lease ends
	PRIMARY KEY (account, name)
) WITH (fillfactor = 50);

-- Copies of the changes that a consumer could not handle. The columns up to detail are those of
-- roster_changes.
CREATE TABLE IF NOT EXISTS roster_dead_letters (
	account        text COLLATE "C" NOT NULL,
	name           text COLLATE "C" NOT NULL,
	revision       bigint           NOT NULL CHECK (revision > 0),
	position       bigint           NOT NULL CHECK (position >= 0),
	at             timestamptz,
	type           text COLLATE "C" NOT NULL,
	actor          bigint,
	user_id        bigint,
	reason         text COLLATE "C",
	created        jsonb,
	diff           jsonb,
	reference_kind text COLLATE "C",
	reference_id   bigint,
	transfer       bigint,
	money          json,
	detail         text COLLATE "C",
	attempts       bigint           NOT NULL CHECK (attempts > 0),
	error          text COLLATE "C" NOT NULL, -- of the last attempt
	failed_at      timestamptz,               -- the time of the last attempt
	PRIMARY KEY (account, name, revision, position),
	FOREIGN KEY (account, name) REFERENCES roster_deliveries (account, name)
);

INSERT INTO roster_schema (id, version) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET version = excluded.version;
