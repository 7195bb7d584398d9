package pgstore

import (
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/codec"
	"github.com/ca74b63c/roster/user"
)

// queue adds the statements to a batch, all but that on the account's own row.
func (p *pending) queue(b *pgx.Batch, account []byte) {
	p.queueUsers(b, account)
	p.queueFound(b, account)
	p.queueBalances(b, account)
	p.queuePostings(b, account)
	p.queueChanges(b, account)
	for reversed, reversal := range p.byReversal {
		b.Queue("INSERT INTO roster_reversals (account, reversed, reversal) VALUES ($1, $2, $3)", account, reversed, reversal)
	}
	for name, last := range p.sequences {
		b.Queue(`INSERT INTO roster_sequences AS s (account, name, last) VALUES ($1, $2, $3)
			ON CONFLICT (account, name) DO UPDATE SET last = excluded.last WHERE s.last < excluded.last`, account, int64(name), last)
	}
}

func (p *pending) queueUsers(b *pgx.Batch, account []byte) {
	if len(p.users) == 0 {
		return
	}
	n := len(p.users)
	ids, kinds, statuses, roles := make([]int64, 0, n), make([]int64, 0, n), make([]int64, 0, n), make([]int64, 0, n)
	deleted, enabled, api, parent := make([]bool, 0, n), make([]bool, 0, n), make([]bool, 0, n), make([]bool, 0, n)
	logins, displays, bodies := make([][]byte, 0, n), make([][]byte, 0, n), make([][]byte, 0, n)
	for _, id := range slices.Sorted(maps.Keys(p.users)) {
		u := p.users[id]
		ids, kinds, statuses = append(ids, int64(id)), append(kinds, int64(u.Identity.Kind)), append(statuses, int64(u.Presence.Status))
		roles, deleted = append(roles, int64(u.Access.Roles)), append(deleted, !u.Live())
		enabled, api = append(enabled, u.Enabled()), append(api, u.Identity.APIUser)
		parent = append(parent, u.Billing.ParentAccounting)
		logins, displays = append(logins, blob(storage.ByLogin.Key(u))), append(displays, blob(storage.ByDisplayName.Key(u)))
		bodies = append(bodies, codec.AppendUser(nil, u))
	}
	b.Queue(`INSERT INTO roster_users
		(account, id, deleted, enabled, api_user, parent_accounting, kind, status, roles, login, display, body)
		SELECT $1, x.* FROM unnest($2::bigint[], $3::boolean[], $4::boolean[], $5::boolean[], $6::boolean[],
			$7::smallint[], $8::smallint[], $9::bigint[], $10::bytea[], $11::bytea[], $12::bytea[]) AS x
		ON CONFLICT (account, id) DO UPDATE SET deleted = excluded.deleted, enabled = excluded.enabled,
		api_user = excluded.api_user, parent_accounting = excluded.parent_accounting, kind = excluded.kind,
		status = excluded.status, roles = excluded.roles, login = excluded.login, display = excluded.display,
		body = excluded.body`, account, ids, deleted, enabled, api, parent, kinds, statuses, roles, logins, displays, bodies)
}

// queueFound writes what users are found by, and their secrets.
func (p *pending) queueFound(b *pgx.Batch, account []byte) {
	var gone, kept keyRows
	for k, id := range p.owners {
		if id == 0 {
			gone.add(k, 0)
		} else {
			kept.add(k, id)
		}
	}
	if len(gone.kinds) > 0 {
		b.Queue(`DELETE FROM roster_unique_keys AS k USING unnest($2::smallint[], $3::bytea[]) AS x (kind, value)
			WHERE k.account = $1 AND k.kind = x.kind AND k.value = x.value`, account, gone.kinds, gone.values)
	}
	if len(kept.kinds) > 0 {
		b.Queue(`INSERT INTO roster_unique_keys (account, kind, value, user_id)
			SELECT $1, x.* FROM unnest($2::smallint[], $3::bytea[], $4::bigint[]) AS x
			ON CONFLICT (account, kind, value) DO UPDATE SET user_id = excluded.user_id`, account, kept.kinds, kept.values, kept.users)
	}
	gone, kept = keyRows{}, keyRows{}
	for c, is := range p.claims {
		if is {
			kept.add(c.key, c.user)
		} else {
			gone.add(c.key, c.user)
		}
	}
	if len(gone.kinds) > 0 {
		b.Queue(`DELETE FROM roster_shared_keys AS k USING unnest($2::smallint[], $3::bytea[], $4::bigint[]) AS x (kind, value, user_id)
			WHERE k.account = $1 AND k.kind = x.kind AND k.value = x.value AND k.user_id = x.user_id`,
			account, gone.kinds, gone.values, gone.users)
	}
	if len(kept.kinds) > 0 {
		b.Queue(`INSERT INTO roster_shared_keys (account, kind, value, user_id)
			SELECT $1, x.* FROM unnest($2::smallint[], $3::bytea[], $4::bigint[]) AS x ON CONFLICT DO NOTHING`,
			account, kept.kinds, kept.values, kept.users)
	}
	p.queueMembers(b, account)
	for id, folded := range p.texts {
		b.Queue(`INSERT INTO roster_user_texts (account, user_id, folded, grams) VALUES ($1, $2, $3, $4)
			ON CONFLICT (account, user_id) DO UPDATE SET folded = excluded.folded, grams = excluded.grams`,
			account, int64(id), blob(folded), grams(account, folded))
	}
	for id, body := range p.secrets {
		if body == nil {
			b.Queue("DELETE FROM roster_secrets WHERE account = $1 AND user_id = $2", account, int64(id))
			continue
		}
		b.Queue(`INSERT INTO roster_secrets (account, user_id, body) VALUES ($1, $2, $3)
			ON CONFLICT (account, user_id) DO UPDATE SET body = excluded.body`, account, int64(id), body)
	}
}

type keyRows struct {
	kinds, users []int64
	values       [][]byte
}

func (r *keyRows) add(k user.Key, id user.ID) {
	r.kinds, r.values, r.users = append(r.kinds, int64(k.Kind)), append(r.values, blob(k.Value)), append(r.users, int64(id))
}

func (p *pending) queueMembers(b *pgx.Batch, account []byte) {
	var gone, kept [3][]int64
	for m, is := range p.members {
		rows := &gone
		if is {
			rows = &kept
		}
		for i, n := range []int64{int64(m.Set), m.Value, int64(m.user)} {
			rows[i] = append(rows[i], n)
		}
	}
	if len(gone[0]) > 0 {
		b.Queue(`DELETE FROM roster_user_sets AS m USING unnest($2::smallint[], $3::bigint[], $4::bigint[]) AS x (name, value, user_id)
			WHERE m.account = $1 AND m.name = x.name AND m.value = x.value AND m.user_id = x.user_id`, account, gone[0], gone[1], gone[2])
	}
	if len(kept[0]) > 0 {
		b.Queue(`INSERT INTO roster_user_sets (account, name, value, user_id)
			SELECT $1, x.* FROM unnest($2::smallint[], $3::bigint[], $4::bigint[]) AS x ON CONFLICT DO NOTHING`,
			account, kept[0], kept[1], kept[2])
	}
}

// updateBalances changes only balances that are what they were taken for. It divides by zero if they are not as many as the
// last argument says, because an error is the only thing that keeps the commit behind it in the same round trip from
// happening, and a function of one's own would be one more thing to have in the schema.
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
	insertPosting = `INSERT INTO roster_postings (account, transfer, position, payer, payee, amount, payer_after, payee_after,
		name, key, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	insertChange = `INSERT INTO roster_changes (account, revision, position, user_id, body, before, after, detail)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
)

func (p *pending) queueBalances(b *pgx.Batch, account []byte) {
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

func (p *pending) queuePostings(b *pgx.Batch, account []byte) {
	one := len(p.postings) <= few
	var columns [7][]int64
	var names, keys, bodies [][]byte
	for i := range p.postings {
		row := &p.postings[i]
		switch {
		case row.none:
			b.Queue(insertPosting, account, row.transfer, row.position, int64(0), int64(0), nil, int64(0), int64(0), []byte{}, row.key,
				row.body)
			continue
		case one:
			b.Queue(insertPosting, account, row.transfer, row.position, int64(row.From), int64(row.To), int64(row.Amount),
				int64(row.FromAfter), int64(row.ToAfter), blob(row.Name), row.key, row.body)
			continue
		}
		for c, v := range [...]int64{
			row.transfer, row.position, int64(row.From), int64(row.To), int64(row.Amount), int64(row.FromAfter), int64(row.ToAfter),
		} {
			columns[c] = append(columns[c], v)
		}
		names, keys, bodies = append(names, blob(row.Name)), append(keys, row.key), append(bodies, row.body)
	}
	if len(names) > 0 {
		b.Queue(`INSERT INTO roster_postings
			(account, transfer, position, payer, payee, amount, payer_after, payee_after, name, key, body)
			SELECT $1, x.* FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
				$9::bytea[], $10::bytea[], $11::bytea[]) AS x`, account, columns[0], columns[1], columns[2], columns[3], columns[4],
			columns[5], columns[6], names, keys, bodies)
	}
}

func (p *pending) queueChanges(b *pgx.Batch, account []byte) {
	n := len(p.changes)
	if n <= few {
		for _, c := range p.changes {
			b.Queue(insertChange, account, c.revision, c.position, orNil(c.user), c.body, c.before, c.after, c.detail)
		}
		return
	}
	revisions, positions, users := make([]int64, n), make([]int64, n), make([]*int64, n)
	bodies, befores, afters, details := make([][]byte, n), make([][]byte, n), make([][]byte, n), make([][]byte, n)
	for i := range p.changes {
		c := &p.changes[i]
		revisions[i], positions[i], bodies[i], befores[i], afters[i], details[i] = c.revision, c.position, c.body, c.before, c.after, c.detail
		users[i] = orNil(c.user)
	}
	b.Queue(`INSERT INTO roster_changes (account, revision, position, user_id, body, before, after, detail)
		SELECT $1, x.* FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[], $6::bytea[], $7::bytea[], $8::bytea[]) AS x`,
		account, revisions, positions, users, bodies, befores, afters, details)
}

// orNil returns NULL for 0.
func orNil(n int64) *int64 {
	if n == 0 {
		return nil
	}
	return &n
}
