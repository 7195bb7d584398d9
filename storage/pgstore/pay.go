package pgstore

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/balance"
)

// The transaction that servers make most, one transfer between the account and one user, is one statement instead of a
// row of them: half of the engine's work for so little is the statements. It writes nothing at all if the account's row
// is not what it was; and if the user's balance is not, payee_after or payer_after is NULL, which the schema refuses.
const payment = `WITH a AS (
	UPDATE roster_accounts SET revision = $2::bigint, units = $3::bigint, ticks = ticks + 1 WHERE id = $1::bytea AND ticks = $4::bigint
	RETURNING units
), b AS (
	%s RETURNING x.units
), c AS (
	INSERT INTO roster_changes (account, revision, position, user_id, body)
	SELECT $1::bytea, $2::bigint, $5::bigint, $6::bigint, $7::bytea FROM a
)
INSERT INTO roster_postings (account, transfer, position, payer, payee, amount, payer_after, payee_after, name, key, body)
SELECT $1::bytea, $8::bigint, 0, %s, $12::bytea, $13::bytea, $14::bytea FROM a LEFT JOIN b ON true`

const (
	payKnown = `UPDATE roster_balances AS x SET units = $11::bigint FROM a
	WHERE x.account = $1::bytea AND x.holder = $9::bigint AND x.units = $15::bigint`
	payNew = `INSERT INTO roster_balances AS x (account, holder, units) SELECT $1::bytea, $9::bigint, $11::bigint FROM a`

	payToUser   = `0, $9::bigint, $10::bigint, a.units, b.units`
	payFromUser = `$9::bigint, 0, $10::bigint, b.units, a.units`
)

var (
	payUser    = fmt.Sprintf(payment, payKnown, payToUser)
	payNewUser = fmt.Sprintf(payment, payNew, payToUser)
	takeOfUser = fmt.Sprintf(payment, payKnown, payFromUser)
)

// single returns the user and the statement, if one transfer between the account and one user is all that is pending.
func (p *pending) single() (user balance.Holder, sql string) {
	if len(p.postings) != 1 || len(p.changes) != 1 || len(p.balances) != 2 || p.settings != nil ||
		len(p.users)+len(p.owners)+len(p.claims)+len(p.members)+len(p.texts)+len(p.secrets)+len(p.sequences)+len(p.byReversal) > 0 {
		return 0, ""
	}
	if c := &p.changes[0]; c.before != nil || c.after != nil || c.detail != nil {
		return 0, ""
	}
	switch x := &p.postings[0]; {
	case x.none:
	case x.From == balance.Account && x.To > 0 && p.balances[x.To].had.row:
		return x.To, payUser
	case x.From == balance.Account && x.To > 0:
		return x.To, payNewUser
	case x.To == balance.Account && x.From > 0 && p.balances[x.From].had.row:
		return x.From, takeOfUser
	}
	return 0, ""
}

// pay commits a group that did nothing but one transfer. It reports false, and does nothing, if the group did something else.
func (g *group) pay(ctx context.Context) (done bool, _ error) {
	user, sql := g.pending.single()
	if sql == "" {
		return false, nil
	}
	x, c, m := &g.pending.postings[0], &g.pending.changes[0], g.pending.balances[user]
	if c.revision != int64(g.revision) { // a change that is loaded keeps its own
		return false, nil
	}
	args := []any{
		g.account, int64(g.revision), int64(g.known.balances[balance.Account].units), g.row.ticks, c.position, orNil(c.user), c.body,
		x.transfer, int64(user), int64(x.Amount), int64(m.has.units), blob(x.Name), x.key, x.body,
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
