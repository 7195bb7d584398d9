package pgstore

import (
	"maps"
	"slices"
	"strings"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage/internal/record"
)

// The tables that groups write to, apart from the accounts' own.
var (
	users = newTable("roster_users", upsert("id", "version", "login", "display_name", "email", "phone", "kind", "api_user", "roles",
		"status", "enabled", "parent_accounting", "created_at", "updated_at", "deleted_at", "attributes", "login_key", "display_key"),
		`id bigint, version bigint, login text, display_name text, email text, phone text, kind text, api_user boolean, roles names,
		status text, enabled boolean, parent_accounting boolean, created_at timestamptz?, updated_at timestamptz?,
		deleted_at timestamptz?, attributes jsonb, login_key text, display_key text`)
	uniqueKeys = newTable("roster_unique_keys", upsert("kind, value", "user_id"), "kind text, value text, user_id bigint")
	sharedKeys = newTable("roster_shared_keys", "ON CONFLICT DO NOTHING", "kind text, value text, user_id bigint")
	userSets   = newTable("roster_user_sets", "ON CONFLICT DO NOTHING", "name text, value bigint, user_id bigint")
	userCustom = newTable("roster_user_custom", "ON CONFLICT DO NOTHING", "name text, value text, user_id bigint")
	secretRows = newTable("roster_secrets", upsert("user_id", "secret"), "user_id bigint, secret jsonb")
	balances   = newTable("roster_balances", "", "holder bigint, units bigint")
	postings   = newTable("roster_postings", "", `transfer bigint, position bigint, payer bigint, payee bigint, amount bigint?,
		payer_after bigint, payee_after bigint, login text, at timestamptz?, kind text?, actor bigint?, reason text?, key text?,
		currency text?, requested bigint?, requested_currency text?, strict boolean?, account_description text?,
		user_description text?, users text?, details jsonb?`)
	reversals = newTable("roster_reversals", "", "reversed bigint, reversal bigint")
	changes   = newTable("roster_changes", "", `revision bigint, position bigint, at timestamptz?, type text, actor bigint?,
		user_id bigint?, reason text?, transfer bigint?, money json?, created jsonb?, diff jsonb?, reference_kind text?,
		reference_id bigint?, detail text?`)
)

// queue adds the statements to a batch, all but that on the account's own row.
func (p *pending) queue(b *writes) {
	p.queueUsers(b)
	p.queueKeys(b)
	p.queueMembers(b)
	p.queueCustom(b)
	p.queueSecrets(b)
	p.queueBalances(b)
	p.queuePostings(b)
	p.queueChanges(b)
	for name, last := range p.sequences {
		b.Queue(`INSERT INTO roster_sequences AS s (account, name, last) VALUES ($1, $2, $3)
			ON CONFLICT (account, name) DO UPDATE SET last = excluded.last WHERE s.last < excluded.last`,
			b.account, record.SequenceName(name), last)
	}
}

func (p *pending) queueUsers(b *writes) {
	var rows [][]any
	for _, id := range slices.Sorted(maps.Keys(p.users)) {
		r := p.users[id]
		rows = append(rows, []any{r.ID, r.Version, r.Login, r.DisplayName, r.Email, r.Phone, r.Kind, r.APIUser,
			strings.Join(r.Roles, ","), r.Status, r.Enabled, r.ParentAccounting, r.Created, r.Updated, r.Deleted,
			string(r.Attributes), r.LoginKey, r.DisplayKey})
	}
	users.insert(b, rows)
	for id, folded := range p.texts {
		b.Queue("INSERT INTO roster_user_texts (account, user_id, folded, grams) VALUES ($1, $2, $3, $4) "+
			upsert("user_id", "folded", "grams"), b.account, int64(id), folded, grams(b.account, folded))
	}
}

// queueKeys writes the keys that users are found by. Keys that go come first, because another user
// may get one.
func (p *pending) queueKeys(b *writes) {
	var gone, kept [][]any
	for k, id := range p.owners {
		if id == 0 {
			gone = append(gone, []any{k.Kind.String(), k.Value})
		} else {
			kept = append(kept, []any{k.Kind.String(), k.Value, int64(id)})
		}
	}
	uniqueKeys.delete(b, gone)
	uniqueKeys.insert(b, kept)
	gone, kept = nil, nil
	for c, is := range p.claims {
		row := []any{c.key.Kind.String(), c.key.Value, int64(c.user)}
		if is {
			kept = append(kept, row)
		} else {
			gone = append(gone, row)
		}
	}
	sharedKeys.delete(b, gone)
	sharedKeys.insert(b, kept)
}

func (p *pending) queueMembers(b *writes) {
	var gone, kept [][]any
	for m, is := range p.members {
		row := []any{record.SetName(m.Set), m.Value, int64(m.user)}
		if is {
			kept = append(kept, row)
		} else {
			gone = append(gone, row)
		}
	}
	userSets.delete(b, gone)
	userSets.insert(b, kept)
}

func (p *pending) queueCustom(b *writes) {
	var gone, kept [][]any
	for v, is := range p.custom {
		row := []any{v.name, v.value, int64(v.user)}
		if is {
			kept = append(kept, row)
		} else {
			gone = append(gone, row)
		}
	}
	userCustom.delete(b, gone)
	userCustom.insert(b, kept)
}

func (p *pending) queueSecrets(b *writes) {
	var gone, kept [][]any
	for id, secret := range p.secrets {
		if secret == nil {
			gone = append(gone, []any{int64(id)})
		} else {
			kept = append(kept, []any{int64(id), string(secret)})
		}
	}
	secretRows.delete(b, gone)
	secretRows.insert(b, kept)
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
)

func (p *pending) queueBalances(b *writes) {
	var moved, fresh [][]any
	for _, h := range slices.Sorted(maps.Keys(p.balances)) {
		switch m := p.balances[h]; {
		case h == balance.Account: // stands in the account's row
		case m.had.row:
			moved = append(moved, []any{int64(h), int64(m.had.units), int64(m.has.units)})
		default:
			fresh = append(fresh, []any{int64(h), int64(m.has.units)})
		}
	}
	if len(moved) > few {
		b.Queue(updateBalances, append(arrays(b.account, moved), int64(len(moved)))...)
	} else {
		for _, row := range moved {
			b.Queue(updateBalance, append([]any{b.account}, row...)...)
		}
	}
	balances.insert(b, fresh)
}

func (p *pending) queuePostings(b *writes) {
	postings.insert(b, rowsOf(p.postings, func(r *postingRow) []any {
		t := r.own()
		return []any{r.transfer, r.position, int64(r.From), int64(r.To), int64(r.Amount), int64(r.FromAfter), int64(r.ToAfter), r.Name,
			t.At, t.Kind, t.Actor, t.Reason, t.Key, t.Currency, t.Requested, t.RequestedCurrency, r.strict(), t.AccountDescription,
			t.UserDescription, t.Users, string(t.Details)}
	}))
	var rows [][]any
	for reversed, reversal := range p.byReversal {
		rows = append(rows, []any{reversed, reversal})
	}
	reversals.insert(b, rows)
}

func (p *pending) queueChanges(b *writes) {
	changes.insert(b, rowsOf(p.changes, func(c *record.Change) []any {
		return []any{c.Revision, c.Position, c.At, c.Type, c.Actor, c.UserID, c.Reason, c.Transfer, string(c.Money), string(c.Created),
			string(c.Diff), c.ReferenceKind, c.ReferenceID, c.Detail}
	}))
}
