-- +goose Up
-- Views for people. The store reads none of them.

-- What each holder has, the account itself (holder 0) too.
CREATE OR REPLACE VIEW roster_balance AS
SELECT id AS account, 0::bigint AS holder, NULL::text COLLATE "C" AS login, units, round(units / 10000.0, 4) AS balance
FROM roster_accounts
UNION ALL
SELECT b.account, b.holder, u.login, b.units, round(b.units / 10000.0, 4)
FROM roster_balances AS b
LEFT JOIN roster_users AS u ON u.account = b.account AND u.id = b.holder;

-- One row for each transfer.
CREATE OR REPLACE VIEW roster_transfer AS
SELECT account, transfer AS id, at, kind, actor, reason, key, currency, round(requested / 10000.0, 4) AS requested,
	requested_currency, strict, account_description, user_description, users, details
FROM roster_postings
WHERE position = 0;

-- One row for each side of a posting but the world's.
CREATE OR REPLACE VIEW roster_statement AS
SELECT p.account, p.payer AS holder, p.transfer, p.position, t.at, t.kind, p.payee AS other, p.login,
	-p.amount AS units, p.payer_after AS units_after,
	round(-p.amount / 10000.0, 4) AS amount, round(p.payer_after / 10000.0, 4) AS balance, t.actor, t.reason
FROM roster_postings AS p
JOIN roster_postings AS t ON t.account = p.account AND t.transfer = p.transfer AND t.position = 0
WHERE p.amount IS NOT NULL AND p.payer >= 0
UNION ALL
SELECT p.account, p.payee, p.transfer, p.position, t.at, t.kind, p.payer, p.login,
	p.amount, p.payee_after,
	round(p.amount / 10000.0, 4), round(p.payee_after / 10000.0, 4), t.actor, t.reason
FROM roster_postings AS p
JOIN roster_postings AS t ON t.account = p.account AND t.transfer = p.transfer AND t.position = 0
WHERE p.amount IS NOT NULL AND p.payee >= 0;

-- All changes: those of roster_changes, and the transfers that have no row there. roster_statement
-- shows what such a transfer moved.
CREATE OR REPLACE VIEW roster_history AS
SELECT account, revision, position, at, type, actor, user_id, reason, created, diff, reference_kind, reference_id, transfer, detail
FROM roster_changes
UNION ALL
SELECT account, revision, change_position, at, 'money.transferred', actor, CASE WHEN payee > 0 THEN payee ELSE payer END, reason,
	NULL, NULL, NULL, NULL, transfer, NULL
FROM roster_postings
WHERE revision IS NOT NULL;

UPDATE roster_schema SET version = 2;
