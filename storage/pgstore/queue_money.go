package pgstore

import (
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage/internal/record"
)

// updateBalances changes only balances that are what the store took them for. It divides by zero if there are not as many
// as the last argument says: only an error keeps the commit behind it in the same round trip from happening, and a function
// in the schema would be one more thing to install.
const updateBalances = `WITH done AS (
	UPDATE roster_balances AS b SET units = x.has FROM unnest($2::bigint[], $3::bigint[], $4::bigint[]) AS x (holder, had, has)
	WHERE b.account = $1 AND b.holder = x.holder AND b.units = x.had RETURNING 1)
	SELECT 1 / (CASE WHEN count(*) = $5 THEN 1 ELSE 0 END) FROM done`

// Few rows go one by one. A statement on arrays is planned anew each time, because its plan depends on their length, and
// that costs more than some rows do.
const few = 4

const (
	updateBalance = `WITH done AS (
		UPDATE roster_balances SET units = $4 WHERE account = $1 AND holder = $2 AND units = $3 RETURNING 1)
		SELECT 1 / count(*) FROM done`
	insertBalance = "INSERT INTO roster_balances (account, holder, units) VALUES ($1, $2, $3)"
	postingInto   = `INSERT INTO roster_postings (account, transfer, position, payer, payee, amount, payer_after, payee_after, login,
		at, kind, actor, reason, key, details) `
	insertPosting = postingInto + "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
	changeInto    = `INSERT INTO roster_changes (account, revision, position, at, type, actor, user_id, reason, transfer, created,
		diff, reference_kind, reference_id, detail) `
	insertChange = changeInto + "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
)

// See noTime for NULL in arrays.
const (
	insertPostings = postingInto + `SELECT $1, x.transfer, x.position, x.payer, x.payee, nullif(x.amount, 0), x.payer_after, x.payee_after,
			x.login, nullif(x.at, ` + noTime + `), nullif(x.kind, ''), nullif(x.actor, 0), nullif(x.reason, ''), nullif(x.key, ''),
			nullif(x.details, '')::jsonb
		FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::text[],
			$10::timestamptz[], $11::text[], $12::bigint[], $13::text[], $14::text[], $15::text[])
		AS x (transfer, position, payer, payee, amount, payer_after, payee_after, login, at, kind, actor, reason, key, details)`
	moneyColumns = `$1, x.revision, x.position, nullif(x.at, ` + noTime + `), x.type, nullif(x.actor, 0), nullif(x.user_id, 0),
			nullif(x.reason, ''), nullif(x.transfer, 0)`
	moneyArrays = `$2::bigint[], $3::bigint[], $4::timestamptz[], $5::text[], $6::bigint[], $7::bigint[], $8::text[], $9::bigint[]`
	moneyNames  = `revision, position, at, type, actor, user_id, reason, transfer`
	// Of changes of money alone, which come in the largest batches.
	insertMoneyChanges = `INSERT INTO roster_changes (account, ` + moneyNames + `)
		SELECT ` + moneyColumns + ` FROM unnest(` + moneyArrays + `) AS x (` + moneyNames + `)`
	insertChanges = changeInto + `SELECT ` + moneyColumns + `, nullif(x.created, '')::jsonb, nullif(x.diff, '')::jsonb,
			nullif(x.reference_kind, ''), nullif(x.reference_id, 0), nullif(x.detail, '')
		FROM unnest(` + moneyArrays + `, $10::text[], $11::text[], $12::text[], $13::bigint[], $14::text[])
		AS x (` + moneyNames + `, created, diff, reference_kind, reference_id, detail)`
)

func (p *pending) queueBalances(b *pgx.Batch, account string) {
	one := len(p.balances) <= few
	var holders, had, has, fresh, units []int64
	for _, h := range slices.Sorted(maps.Keys(p.balances)) {
		switch m := p.balances[h]; {
		case h == balance.Account: // stands in the account's row
		case one && m.had.row:
			b.Queue(updateBalance, account, int64(h), int64(m.had.units), int64(m.has.units))
		case one:
			b.Queue(insertBalance, account, int64(h), int64(m.has.units))
		case m.had.row:
			holders, had, has = append(holders, int64(h)), append(had, int64(m.had.units)), append(has, int64(m.has.units))
		default:
			fresh, units = append(fresh, int64(h)), append(units, int64(m.has.units))
		}
	}
	if len(holders) > 0 {
		b.Queue(updateBalances, account, holders, had, has, int64(len(holders)))
	}
	if len(fresh) > 0 {
		b.Queue(`INSERT INTO roster_balances (account, holder, units)
			SELECT $1, x.* FROM unnest($2::bigint[], $3::bigint[]) AS x`, account, fresh, units)
	}
}

func (p *pending) queuePostings(b *pgx.Batch, account string) {
	if len(p.postings) <= few {
		for i := range p.postings {
			r := &p.postings[i]
			h := r.own()
			b.Queue(insertPosting, account, r.transfer, r.position, int64(r.From), int64(r.To), orNull(int64(r.Amount)),
				int64(r.FromAfter), int64(r.ToAfter), r.Name, orNull(h.At), orNull(h.Kind), orNull(h.Actor), orNull(h.Reason),
				orNull(h.Key), jsonOrNull(h.Details))
		}
		return
	}
	b.Queue(insertPostings, account,
		column(p.postings, func(r *postingRow) int64 { return r.transfer }),
		column(p.postings, func(r *postingRow) int64 { return r.position }),
		column(p.postings, func(r *postingRow) int64 { return int64(r.From) }),
		column(p.postings, func(r *postingRow) int64 { return int64(r.To) }),
		column(p.postings, func(r *postingRow) int64 { return int64(r.Amount) }),
		column(p.postings, func(r *postingRow) int64 { return int64(r.FromAfter) }),
		column(p.postings, func(r *postingRow) int64 { return int64(r.ToAfter) }),
		column(p.postings, func(r *postingRow) string { return r.Name }),
		column(p.postings, func(r *postingRow) time.Time { return r.own().At }),
		column(p.postings, func(r *postingRow) string { return r.own().Kind }),
		column(p.postings, func(r *postingRow) int64 { return r.own().Actor }),
		column(p.postings, func(r *postingRow) string { return r.own().Reason }),
		column(p.postings, func(r *postingRow) string { return r.own().Key }),
		column(p.postings, func(r *postingRow) string { return string(r.own().Details) }),
	)
}

func (p *pending) queueChanges(b *pgx.Batch, account string) {
	if len(p.changes) <= few {
		for i := range p.changes {
			c := &p.changes[i]
			b.Queue(insertChange, account, c.Revision, c.Position, orNull(c.At), c.Type, orNull(c.Actor), orNull(c.UserID),
				orNull(c.Reason), orNull(c.Transfer), jsonOrNull(c.Created), jsonOrNull(c.Diff), orNull(c.ReferenceKind),
				orNull(c.ReferenceID), orNull(c.Detail))
		}
		return
	}
	args := []any{
		account,
		column(p.changes, func(c *record.Change) int64 { return c.Revision }),
		column(p.changes, func(c *record.Change) int64 { return c.Position }),
		column(p.changes, func(c *record.Change) time.Time { return c.At }),
		column(p.changes, func(c *record.Change) string { return c.Type }),
		column(p.changes, func(c *record.Change) int64 { return c.Actor }),
		column(p.changes, func(c *record.Change) int64 { return c.UserID }),
		column(p.changes, func(c *record.Change) string { return c.Reason }),
		column(p.changes, func(c *record.Change) int64 { return c.Transfer }),
	}
	if !slices.ContainsFunc(p.changes, func(c record.Change) bool { return !isOfMoney(&c) }) {
		b.Queue(insertMoneyChanges, args...)
		return
	}
	b.Queue(insertChanges, append(args,
		column(p.changes, func(c *record.Change) string { return string(c.Created) }),
		column(p.changes, func(c *record.Change) string { return string(c.Diff) }),
		column(p.changes, func(c *record.Change) string { return c.ReferenceKind }),
		column(p.changes, func(c *record.Change) int64 { return c.ReferenceID }),
		column(p.changes, func(c *record.Change) string { return c.Detail }),
	)...)
}

// isOfMoney reports whether a change has nothing that no change of money has.
func isOfMoney(c *record.Change) bool {
	return c.Created == nil && c.Diff == nil && c.ReferenceKind == "" && c.ReferenceID == 0 && c.Detail == ""
}
