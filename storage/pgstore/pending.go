package pgstore

import (
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage/internal/sqlwrite"
)

// pending holds the rows that a transaction changed and has not yet sent, each in its last state.
// Sending takes one round trip. The Writer's methods checked every rule, so the database accepts
// all of it, except an idempotency key that was wrongly assumed to be new (known.go).
type pending struct {
	tables     [sqlwrite.NumTables]rows
	balances   lazy[balance.Holder, move]
	byKey      lazy[string, int64] // the ids of transfers, by idempotency key and by what they reverse
	byReversal lazy[balance.TransferID, int64]
}

// rows are the pending rows of one table.
type rows struct {
	list []row
	at   lazy[[3]any, int] // the index in list, by key
}

// row is a row to write, or the key of a row to delete.
type row struct {
	values []any
	gone   bool
}

// move is a holder's balance before the group and now.
type move struct{ had, has held }

func (p *pending) put(t sqlwrite.Table, r row) {
	all := &p.tables[t]
	if !t.Appends() {
		var key [3]any
		copy(key[:], t.Key(r.values))
		if i, ok := all.at[key]; ok {
			all.list[i] = r
			return
		}
		all.at.set(key, len(all.list))
	}
	all.list = append(all.list, r)
}

func (p *pending) move(h balance.Holder, had, has held) {
	if m, ok := p.balances[h]; ok {
		had = m.had
	}
	p.balances.set(h, move{had, has})
}

func (p *pending) empty() bool {
	return len(p.balances) == 0 && !slices.ContainsFunc(p.tables[:], func(all rows) bool { return len(all.list) > 0 })
}

// add adds the rows, balances and transfer keys of later to p. A row of later replaces the row of p
// with the same key. The caller must not use later afterwards.
func (p *pending) add(later *pending) {
	for t, all := range later.tables {
		if len(p.tables[t].list) == 0 {
			p.tables[t] = all
			continue
		}
		for _, r := range all.list {
			p.put(sqlwrite.Table(t), r)
		}
	}
	for h, m := range later.balances {
		p.move(h, m.had, m.has)
	}
	p.byKey.overlay(later.byKey)
	p.byReversal.overlay(later.byReversal)
}

// sizes are the numbers of rows that one INSERT can have. One statement for every number would fill
// the driver's cache of prepared statements.
var sizes = [...]int{64, 8, 1}

// inserts has the INSERT statements of each table, one for each of sizes.
var inserts = func() (all [sqlwrite.NumTables][len(sizes)]string) {
	for t := range sqlwrite.NumTables {
		for i, n := range sizes {
			all[t][i] = t.Insert(n, true)
		}
	}
	return all
}()

// queue adds the statements for all pending rows to a batch, except that for the account's row. For
// each table the deletions come first, because a key may move from one user to another.
func (p *pending) queue(b *pgx.Batch, account string) {
	inserted := p.queueBalances(b, account)
	for t := range sqlwrite.NumTables {
		var kept [][]any
		if t == sqlwrite.Balances {
			kept = inserted
		}
		for _, r := range p.tables[t].list {
			if r.gone {
				b.Queue(t.Delete(), append([]any{account}, r.values...)...)
			} else {
				kept = append(kept, r.values)
			}
		}
		for i, n := range sizes {
			for ; len(kept) >= n; kept = kept[n:] {
				args := append(make([]any, 0, 1+n*len(kept[0])), account)
				for _, values := range kept[:n] {
					args = append(args, values...)
				}
				b.Queue(inserts[t][i], args...)
			}
		}
	}
}

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
	few = 4 // balances are written one by one, because a statement on arrays is planned anew each time
)

// queueBalances adds to b the UPDATE statements for the changed balances of holders that have a
// row. It leaves out the balance of the account. A statement fails if the stored balance differs
// from the balance that the Store assumed. The result has new rows for the holders that have no row
// yet, which the caller must insert.
func (p *pending) queueBalances(b *pgx.Batch, account string) (inserted [][]any) {
	var holders, had, has []int64
	for _, h := range slices.Sorted(maps.Keys(p.balances)) {
		switch m := p.balances[h]; {
		case h == balance.Account: // stands in the account's row
		case m.had.row:
			holders, had, has = append(holders, int64(h)), append(had, int64(m.had.units)), append(has, int64(m.has.units))
		default:
			inserted = append(inserted, []any{int64(h), int64(m.has.units)})
		}
	}
	if len(holders) > few {
		b.Queue(updateBalances, account, holders, had, has, int64(len(holders)))
		return inserted
	}
	for i, h := range holders {
		b.Queue(updateBalance, account, h, had[i], has[i])
	}
	return inserted
}
