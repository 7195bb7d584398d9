package pgstore

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/user"
)

// queue adds the statements to a batch, all but that on the account's own row.
func (p *pending) queue(b *pgx.Batch, account string) {
	p.queueUsers(b, account)
	p.queueKeys(b, account)
	p.queueMembers(b, account)
	p.queueTexts(b, account)
	p.queueSecrets(b, account)
	p.queueBalances(b, account)
	p.queuePostings(b, account)
	p.queueChanges(b, account)
	for reversed, reversal := range p.byReversal {
		b.Queue("INSERT INTO roster_reversals (account, reversed, reversal) VALUES ($1, $2, $3)", account, reversed, reversal)
	}
	for name, last := range p.sequences {
		b.Queue(`INSERT INTO roster_sequences AS s (account, name, last) VALUES ($1, $2, $3)
			ON CONFLICT (account, name) DO UPDATE SET last = excluded.last WHERE s.last < excluded.last`,
			account, record.SequenceName(name), last)
	}
}

// In arrays the zero value stands for NULL: an array of values costs less than one of pointers. noTime is the zero
// time.Time.
const noTime = "'0001-01-01 00:00:00Z'::timestamptz"

// Roles are one text for each user, because an array of arrays would have to be as wide in each row.
const upsertUsers = `INSERT INTO roster_users (account, id, version, login, display_name, email, phone, kind, api_user, roles,
		status, enabled, parent_accounting, created_at, updated_at, deleted_at, attributes, login_key, display_key)
	SELECT $1, x.id, x.version, x.login, x.display_name, x.email, x.phone, x.kind, x.api_user, string_to_array(x.roles, ','),
		x.status, x.enabled, x.parent_accounting, nullif(x.created_at, ` + noTime + `),
		nullif(x.updated_at, ` + noTime + `), nullif(x.deleted_at, ` + noTime + `), x.attributes::jsonb, x.login_key, x.display_key
	FROM unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::boolean[],
		$10::text[], $11::text[], $12::boolean[], $13::boolean[], $14::timestamptz[], $15::timestamptz[], $16::timestamptz[],
		$17::text[], $18::text[], $19::text[]) AS x (id, version, login, display_name, email, phone, kind, api_user, roles,
		status, enabled, parent_accounting, created_at, updated_at, deleted_at, attributes, login_key, display_key)
	ON CONFLICT (account, id) DO UPDATE SET version = excluded.version, login = excluded.login,
		display_name = excluded.display_name, email = excluded.email, phone = excluded.phone, kind = excluded.kind,
		api_user = excluded.api_user, roles = excluded.roles, status = excluded.status, enabled = excluded.enabled,
		parent_accounting = excluded.parent_accounting, created_at = excluded.created_at, updated_at = excluded.updated_at,
		deleted_at = excluded.deleted_at, attributes = excluded.attributes, login_key = excluded.login_key,
		display_key = excluded.display_key`

func (p *pending) queueUsers(b *pgx.Batch, account string) {
	if len(p.users) == 0 {
		return
	}
	rows := make([]record.User, 0, len(p.users))
	for _, id := range slices.Sorted(maps.Keys(p.users)) {
		rows = append(rows, p.users[id])
	}
	b.Queue(upsertUsers, account,
		column(rows, func(r *record.User) int64 { return r.ID }),
		column(rows, func(r *record.User) int64 { return r.Version }),
		column(rows, func(r *record.User) string { return r.Login }),
		column(rows, func(r *record.User) string { return r.DisplayName }),
		column(rows, func(r *record.User) string { return r.Email }),
		column(rows, func(r *record.User) string { return r.Phone }),
		column(rows, func(r *record.User) string { return r.Kind }),
		column(rows, func(r *record.User) bool { return r.APIUser }),
		column(rows, func(r *record.User) string { return strings.Join(r.Roles, ",") }),
		column(rows, func(r *record.User) string { return r.Status }),
		column(rows, func(r *record.User) bool { return r.Enabled }),
		column(rows, func(r *record.User) bool { return r.ParentAccounting }),
		column(rows, func(r *record.User) time.Time { return r.Created }),
		column(rows, func(r *record.User) time.Time { return r.Updated }),
		column(rows, func(r *record.User) time.Time { return r.Deleted }),
		column(rows, func(r *record.User) string { return string(r.Attributes) }),
		column(rows, func(r *record.User) string { return r.LoginKey }),
		column(rows, func(r *record.User) string { return r.DisplayKey }),
	)
}

// column returns one column of rows as an array.
func column[R, V any](rows []R, value func(*R) V) []V {
	values := make([]V, len(rows))
	for i := range rows {
		values[i] = value(&rows[i])
	}
	return values
}

// queueKeys writes what users are found by.
func (p *pending) queueKeys(b *pgx.Batch, account string) {
	var gone, kept keyRows
	for k, id := range p.owners {
		if id == 0 {
			gone.add(k, 0)
		} else {
			kept.add(k, id)
		}
	}
	if len(gone.kinds) > 0 {
		b.Queue(`DELETE FROM roster_unique_keys AS k USING unnest($2::text[], $3::text[]) AS x (kind, value)
			WHERE k.account = $1 AND k.kind = x.kind AND k.value = x.value`, account, gone.kinds, gone.values)
	}
	if len(kept.kinds) > 0 {
		b.Queue(`INSERT INTO roster_unique_keys (account, kind, value, user_id)
			SELECT $1, x.* FROM unnest($2::text[], $3::text[], $4::bigint[]) AS x
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
		b.Queue(`DELETE FROM roster_shared_keys AS k USING unnest($2::text[], $3::text[], $4::bigint[]) AS x (kind, value, user_id)
			WHERE k.account = $1 AND k.kind = x.kind AND k.value = x.value AND k.user_id = x.user_id`,
			account, gone.kinds, gone.values, gone.users)
	}
	if len(kept.kinds) > 0 {
		b.Queue(`INSERT INTO roster_shared_keys (account, kind, value, user_id)
			SELECT $1, x.* FROM unnest($2::text[], $3::text[], $4::bigint[]) AS x ON CONFLICT DO NOTHING`,
			account, kept.kinds, kept.values, kept.users)
	}
}

type keyRows struct {
	kinds, values []string
	users         []int64
}

func (r *keyRows) add(k user.Key, id user.ID) {
	r.kinds, r.values, r.users = append(r.kinds, k.Kind.String()), append(r.values, k.Value), append(r.users, int64(id))
}

func (p *pending) queueMembers(b *pgx.Batch, account string) {
	var gone, kept setRows
	for m, is := range p.members {
		if is {
			kept.add(m)
		} else {
			gone.add(m)
		}
	}
	if len(gone.names) > 0 {
		b.Queue(`DELETE FROM roster_user_sets AS m USING unnest($2::text[], $3::bigint[], $4::bigint[]) AS x (name, value, user_id)
			WHERE m.account = $1 AND m.name = x.name AND m.value = x.value AND m.user_id = x.user_id`,
			account, gone.names, gone.values, gone.users)
	}
	if len(kept.names) > 0 {
		b.Queue(`INSERT INTO roster_user_sets (account, name, value, user_id)
			SELECT $1, x.* FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS x ON CONFLICT DO NOTHING`,
			account, kept.names, kept.values, kept.users)
	}
}

type setRows struct {
	names         []string
	values, users []int64
}

func (r *setRows) add(m membership) {
	r.names, r.values, r.users = append(r.names, record.SetName(m.Set)), append(r.values, m.Value), append(r.users, int64(m.user))
}

func (p *pending) queueTexts(b *pgx.Batch, account string) {
	for id, folded := range p.texts {
		b.Queue(`INSERT INTO roster_user_texts (account, user_id, folded, grams) VALUES ($1, $2, $3, $4)
			ON CONFLICT (account, user_id) DO UPDATE SET folded = excluded.folded, grams = excluded.grams`,
			account, int64(id), folded, grams(account, folded))
	}
}

func (p *pending) queueSecrets(b *pgx.Batch, account string) {
	for id, secret := range p.secrets {
		if secret == nil {
			b.Queue("DELETE FROM roster_secrets WHERE account = $1 AND user_id = $2", account, int64(id))
			continue
		}
		b.Queue(`INSERT INTO roster_secrets (account, user_id, secret) VALUES ($1, $2, $3)
			ON CONFLICT (account, user_id) DO UPDATE SET secret = excluded.secret`, account, int64(id), string(secret))
	}
}
