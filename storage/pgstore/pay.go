package pgstore

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/balance"
)

// The transaction that servers make most is one transfer between the account and one user. It is
// one statement: a row of statements costs the engine twice as much. The statement writes nothing
// if the account's row is not what it was. If the user's balance is not, payee_after or payer_after
// is NULL, which the schema refuses.
const payment = `WITH a AS (
	UPDATE roster_accounts SET revision = $2::bigint, units = $3::bigint, commits = commits + 1
	WHERE id = $1::text AND commits = $4::bigint RETURNING units
), b AS (
	%s RETURNING x.units
), c AS (
	INSERT INTO roster_changes (account, revision, position, at, type, actor, user_id, reason, transfer, money)
	SELECT $1::text, $2::bigint, $5::bigint, $7::timestamptz, $8::text, $9::bigint, $6::bigint, $10::text, $11::bigint,
		$26::json FROM a
)
INSERT INTO roster_postings (account, transfer, position, payer, payee, amount, payer_after, payee_after, login,
	at, kind, actor, reason, key, currency, requested, requested_currency, strict, account_description, user_description, users, details)
SELECT $1::text, $11::bigint, 0, %s, $15::text, $7::timestamptz, $16::text, $9::bigint, $10::text, $17::text, $18::text,
	$19::bigint, $20::text, $21::boolean, $22::text, $23::text, $24::text, $25::jsonb
FROM a LEFT JOIN b ON true`

const (
	payKnown = `UPDATE roster_balances AS x SET units = $14::bigint FROM a
	WHERE x.account = $1::text AND x.holder = $12::bigint AND x.units = $27::bigint`
	payNew = `INSERT INTO roster_balances AS x (account, holder, units) SELECT $1::text, $12::bigint, $14::bigint FROM a`

	payToUser   = `0, $12::bigint, $13::bigint, a.units, b.units`
	payFromUser = `$12::bigint, 0, $13::bigint, b.units, a.units`
)

var (
	payUser    = fmt.Sprintf(payment, payKnown, payToUser)
	payNewUser = fmt.Sprintf(payment, payNew, payToUser)
	takeOfUser = fmt.Sprintf(payment, payKnown, payFromUser)
)

// single returns the user and the statement, if one transfer between the account and one user, with
// its change, is all that is pending.
func (p *pending) single() (user balance.Holder, sql string) {
	if len(p.postings) != 1 || len(p.changes) != 1 || len(p.balances) != 2 || p.settings != nil ||
		len(p.users)+len(p.owners)+len(p.claims)+len(p.members)+len(p.texts)+len(p.secrets)+len(p.sequences)+len(p.byReversal) > 0 {
		return 0, ""
	}
	x, c, t := &p.postings[0], &p.changes[0], p.postings[0].own()
	if !isOfMoney(c) || c.Transfer != x.transfer || !c.At.Equal(t.At) || c.Actor != t.Actor || c.Reason != t.Reason {
		return 0, ""
	}
	switch {
	case x.Amount == 0:
	case x.From == balance.Account && x.To > 0 && p.balances[x.To].had.row:
		return x.To, payUser
	case x.From == balance.Account && x.To > 0:
		return x.To, payNewUser
	case x.To == balance.Account && x.From > 0 && p.balances[x.From].had.row:
		return x.From, takeOfUser
	}
	return 0, ""
}

// pay commits a group that did nothing but one transfer. It reports false, and does nothing, if the
// group did something else.
func (g *group) pay(ctx context.Context) (done bool, _ error) {
	user, sql := g.pending.single()
	if sql == "" {
		return false, nil
	}
	x, c, m := &g.pending.postings[0], &g.pending.changes[0], g.pending.balances[user]
	if c.Revision != int64(g.revision) { // a change that is loaded keeps its own
		return false, nil
	}
	t := x.own()
	args := []any{
		g.account, int64(g.revision), int64(g.known.balances[balance.Account].units), g.row.commits, c.Position, orNull(c.UserID),
		orNull(c.At), c.Type, orNull(c.Actor), orNull(c.Reason), x.transfer, int64(user), int64(x.Amount), int64(m.has.units),
		x.Name, t.Kind, orNull(t.Key), orNull(t.Currency), orNull(t.Requested), orNull(t.RequestedCurrency), t.Strict,
		orNull(t.AccountDescription), orNull(t.UserDescription), orNull(t.Users), jsonOrNull(t.Details),
		jsonOrNull(c.Money),
	}
	if m.had.row {
		args = append(args, int64(m.had.units))
	}
	tag, err := g.conn.Exec(ctx, sql, args...)
	if err == nil && tag.RowsAffected() != 1 {
		g.stale = true
		return true, errStale
	}
	return true, err
}
