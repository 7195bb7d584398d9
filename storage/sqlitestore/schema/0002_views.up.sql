-- +goose Up
-- Views for people. The store reads none of them.

-- What each holder has, the account itself (holder 0) too, with the balance in decimals.
CREATE VIEW IF NOT EXISTS roster_balance (account, holder, login, units, balance) AS
	SELECT id, 0, NULL, units, printf('%s%d.%04d', iif(units < 0, '-', ''), abs(units) / 10000, abs(units) % 10000)
	FROM roster_accounts
	UNION ALL
	SELECT b.account, b.holder, u.login, b.units,
		printf('%s%d.%04d', iif(b.units < 0, '-', ''), abs(b.units) / 10000, abs(b.units) % 10000)
	FROM roster_balances AS b LEFT JOIN roster_users AS u ON u.account = b.account AND u.id = b.holder;

CREATE VIEW IF NOT EXISTS roster_transfer (
	account, id, at, kind, actor, reason, key, currency, requested, requested_currency, strict, account_description, user_description,
	users, details
) AS
	SELECT account, transfer, at, kind, actor, reason, key, currency,
		printf('%s%d.%04d', iif(requested < 0, '-', ''), abs(requested) / 10000, abs(requested) % 10000),
		requested_currency, strict, account_description, user_description, users, details
	FROM roster_postings WHERE position = 0;

-- Each side of each posting but the world's, with amounts in decimals. What the holder paid is
-- negative.
CREATE VIEW IF NOT EXISTS roster_statement (
	account, holder, transfer, position, at, kind, other, login, units, units_after, amount, balance, actor, reason
) AS
	SELECT account, holder, transfer, position, at, kind, other, login, units, units_after,
		printf('%s%d.%04d', iif(units < 0, '-', ''), abs(units) / 10000, abs(units) % 10000),
		printf('%s%d.%04d', iif(units_after < 0, '-', ''), abs(units_after) / 10000, abs(units_after) % 10000),
		actor, reason
	FROM (
		SELECT p.account, p.payer AS holder, p.transfer, p.position, t.at, t.kind, p.payee AS other, p.login,
			-p.amount AS units, p.payer_after AS units_after, t.actor, t.reason
		FROM roster_postings AS p
		JOIN roster_postings AS t ON t.account = p.account AND t.transfer = p.transfer AND t.position = 0
		WHERE p.amount IS NOT NULL AND p.payer >= 0
		UNION ALL
		SELECT p.account, p.payee, p.transfer, p.position, t.at, t.kind, p.payer, p.login,
			p.amount, p.payee_after, t.actor, t.reason
		FROM roster_postings AS p
		JOIN roster_postings AS t ON t.account = p.account AND t.transfer = p.transfer AND t.position = 0
		WHERE p.amount IS NOT NULL AND p.payee >= 0
	);

-- All changes: those of roster_changes, and the transfers that have no row there. roster_statement
-- shows what such a transfer moved.
CREATE VIEW IF NOT EXISTS roster_history AS
SELECT account, revision, position, at, type, actor, user_id, reason, created, diff, reference_kind, reference_id, transfer, detail
FROM roster_changes
UNION ALL
SELECT account, revision, change_position, at, 'money.transferred', actor, CASE WHEN payee > 0 THEN payee ELSE payer END, reason,
	NULL, NULL, NULL, NULL, transfer, NULL
FROM roster_postings
WHERE revision IS NOT NULL;

UPDATE roster_schema SET version = 2;
