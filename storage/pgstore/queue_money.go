package pgstore

import (
	"maps"
	"slices"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage/internal/record"
)

// Balances change only if they are what the store took them for. The statements divide by zero if
// they are not: only an error keeps the commit behind them in the same round trip from happening,
// and a function in the schema would be one more thing to install.
const (
	updateBalance = `WITH done AS (
		UPDATE roster_balances SET units = $4 WHERE account = $1 AND holder = $2 AND units = $3 RETURNING 1)
		SELECT 1 / count(*) FROM done`
	updateBalances = `WITH done AS (
		UPDATE roster_balances AS b SET units = x.has FROM unnest($2::bigint[], $3::bigint[], $4::bigint[]) AS x (holder, had, has)
		WHERE b.account = $1 AND b.holder = x.holder AND b.units = x.had RETURNING 1)
		SELECT 1 / (CASE WHEN count(*) = $5 THEN 1 ELSE 0 END) FROM done`
)

var insertBalances = newInsert("roster_balances", "", column{"holder", "bigint", ""}, column{"units", "bigint", ""})

func (p *pending) queueBalances(b *writes) {
	var holders, had, has, fresh, units []int64
	for _, h := range slices.Sorted(maps.Keys(p.balances)) {
		switch m := p.balances[h]; {
		case h == balance.Account: // stands in the account's row
		case m.had.row && len(p.balances) <= few:
			b.Queue(updateBalance, b.account, int64(h), int64(m.had.units), int64(m.has.units))
		case m.had.row:
			holders, had, has = append(holders, int64(h)), append(had, int64(m.had.units)), append(has, int64(m.has.units))
		default:
			fresh, units = append(fresh, int64(h)), append(units, int64(m.has.units))
		}
	}
	if len(holders) > 0 {
		b.Queue(updateBalances, b.account, holders, had, has, int64(len(holders)))
	}
	insertBalances.queue(b, fresh, units)
}

var insertPostings = newInsert("roster_postings", "",
	column{"transfer", "bigint", ""}, column{"position", "bigint", ""}, column{"payer", "bigint", ""}, column{"payee", "bigint", ""},
	column{"amount", "bigint", noNumber}, column{"payer_after", "bigint", ""}, column{"payee_after", "bigint", ""},
	column{"login", "text", ""}, column{"at", "timestamptz", noTime}, column{"kind", "text", noText},
	column{"actor", "bigint", noNumber}, column{"reason", "text", noText}, column{"key", "text", noText},
	column{"currency", "text", noText}, column{"requested", "bigint", noNumber}, column{"requested_currency", "text", noText},
	column{"strict", "text", "nullif(@, '')::boolean"}, column{"account_description", "text", noText},
	column{"user_description", "text", noText}, column{"users", "text", noText}, column{"details", "text", noJSON})

func (p *pending) queuePostings(b *writes) {
	insertPostings.queue(b,
		collect(p.postings, func(r *postingRow) int64 { return r.transfer }),
		collect(p.postings, func(r *postingRow) int64 { return r.position }),
		collect(p.postings, func(r *postingRow) int64 { return int64(r.From) }),
		collect(p.postings, func(r *postingRow) int64 { return int64(r.To) }),
		collect(p.postings, func(r *postingRow) int64 { return int64(r.Amount) }),
		collect(p.postings, func(r *postingRow) int64 { return int64(r.FromAfter) }),
		collect(p.postings, func(r *postingRow) int64 { return int64(r.ToAfter) }),
		collect(p.postings, func(r *postingRow) string { return r.Name }),
		collect(p.postings, func(r *postingRow) time.Time { return r.own().At }),
		collect(p.postings, func(r *postingRow) string { return r.own().Kind }),
		collect(p.postings, func(r *postingRow) int64 { return r.own().Actor }),
		collect(p.postings, func(r *postingRow) string { return r.own().Reason }),
		collect(p.postings, func(r *postingRow) string { return r.own().Key }),
		collect(p.postings, func(r *postingRow) string { return r.own().Currency }),
		collect(p.postings, func(r *postingRow) int64 { return r.own().Requested }),
		collect(p.postings, func(r *postingRow) string { return r.own().RequestedCurrency }),
		collect(p.postings, func(r *postingRow) string { return r.strict() }),
		collect(p.postings, func(r *postingRow) string { return r.own().AccountDescription }),
		collect(p.postings, func(r *postingRow) string { return r.own().UserDescription }),
		collect(p.postings, func(r *postingRow) string { return r.own().Users }),
		collect(p.postings, func(r *postingRow) string { return string(r.own().Details) }),
	)
}

var insertChanges = newInsert("roster_changes", "",
	column{"revision", "bigint", ""}, column{"position", "bigint", ""}, column{"at", "timestamptz", noTime},
	column{"type", "text", ""}, column{"actor", "bigint", noNumber}, column{"user_id", "bigint", noNumber},
	column{"reason", "text", noText}, column{"transfer", "bigint", noNumber}, column{"money", "text", noJSON},
	column{"created", "text", noJSON}, column{"diff", "text", noJSON}, column{"reference_kind", "text", noText},
	column{"reference_id", "bigint", noNumber}, column{"detail", "text", noText})

func (p *pending) queueChanges(b *writes) {
	insertChanges.queue(b,
		collect(p.changes, func(c *record.Change) int64 { return c.Revision }),
		collect(p.changes, func(c *record.Change) int64 { return c.Position }),
		collect(p.changes, func(c *record.Change) time.Time { return c.At }),
		collect(p.changes, func(c *record.Change) string { return c.Type }),
		collect(p.changes, func(c *record.Change) int64 { return c.Actor }),
		collect(p.changes, func(c *record.Change) int64 { return c.UserID }),
		collect(p.changes, func(c *record.Change) string { return c.Reason }),
		collect(p.changes, func(c *record.Change) int64 { return c.Transfer }),
		collect(p.changes, func(c *record.Change) string { return string(c.Money) }),
		collect(p.changes, func(c *record.Change) string { return string(c.Created) }),
		collect(p.changes, func(c *record.Change) string { return string(c.Diff) }),
		collect(p.changes, func(c *record.Change) string { return c.ReferenceKind }),
		collect(p.changes, func(c *record.Change) int64 { return c.ReferenceID }),
		collect(p.changes, func(c *record.Change) string { return c.Detail }),
	)
}
