package pgstore

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/user"
)

// queue adds the statements to a batch, all but that on the account's own row.
func (p *pending) queue(b *writes) {
	p.queueUsers(b)
	p.queueKeys(b)
	p.queueMembers(b)
	p.queueCustom(b)
	p.queueTexts(b)
	p.queueSecrets(b)
	p.queueBalances(b)
	p.queuePostings(b)
	p.queueChanges(b)
	for reversed, reversal := range p.byReversal {
		b.Queue("INSERT INTO roster_reversals (account, reversed, reversal) VALUES ($1, $2, $3)", b.account, reversed, reversal)
	}
	for name, last := range p.sequences {
		b.Queue(`INSERT INTO roster_sequences AS s (account, name, last) VALUES ($1, $2, $3)
			ON CONFLICT (account, name) DO UPDATE SET last = excluded.last WHERE s.last < excluded.last`,
			b.account, record.SequenceName(name), last)
	}
}

// Roles are one text for each user, because an array of arrays would have to be as wide in each
// row.
var insertUsers = newInsert("roster_users", `ON CONFLICT (account, id) DO UPDATE SET version = excluded.version,
	login = excluded.login, display_name = excluded.display_name, email = excluded.email, phone = excluded.phone,
	kind = excluded.kind, api_user = excluded.api_user, roles = excluded.roles, status = excluded.status,
	enabled = excluded.enabled, parent_accounting = excluded.parent_accounting, created_at = excluded.created_at,
	updated_at = excluded.updated_at, deleted_at = excluded.deleted_at, attributes = excluded.attributes,
	login_key = excluded.login_key, display_key = excluded.display_key`,
	column{"id", "bigint", ""}, column{"version", "bigint", ""}, column{"login", "text", ""}, column{"display_name", "text", ""},
	column{"email", "text", ""}, column{"phone", "text", ""}, column{"kind", "text", ""}, column{"api_user", "boolean", ""},
	column{"roles", "text", "string_to_array(@, ',')"}, column{"status", "text", ""}, column{"enabled", "boolean", ""},
	column{"parent_accounting", "boolean", ""}, column{"created_at", "timestamptz", noTime},
	column{"updated_at", "timestamptz", noTime}, column{"deleted_at", "timestamptz", noTime},
	column{"attributes", "text", "@::jsonb"}, column{"login_key", "text", ""}, column{"display_key", "text", ""},
)

func (p *pending) queueUsers(b *writes) {
	rows := make([]record.User, 0, len(p.users))
	for _, id := range slices.Sorted(maps.Keys(p.users)) {
		rows = append(rows, p.users[id])
	}
	insertUsers.queue(b,
		collect(rows, func(r *record.User) int64 { return r.ID }),
		collect(rows, func(r *record.User) int64 { return r.Version }),
		collect(rows, func(r *record.User) string { return r.Login }),
		collect(rows, func(r *record.User) string { return r.DisplayName }),
		collect(rows, func(r *record.User) string { return r.Email }),
		collect(rows, func(r *record.User) string { return r.Phone }),
		collect(rows, func(r *record.User) string { return r.Kind }),
		collect(rows, func(r *record.User) bool { return r.APIUser }),
		collect(rows, func(r *record.User) string { return strings.Join(r.Roles, ",") }),
		collect(rows, func(r *record.User) string { return r.Status }),
		collect(rows, func(r *record.User) bool { return r.Enabled }),
		collect(rows, func(r *record.User) bool { return r.ParentAccounting }),
		collect(rows, func(r *record.User) time.Time { return r.Created }),
		collect(rows, func(r *record.User) time.Time { return r.Updated }),
		collect(rows, func(r *record.User) time.Time { return r.Deleted }),
		collect(rows, func(r *record.User) string { return string(r.Attributes) }),
		collect(rows, func(r *record.User) string { return r.LoginKey }),
		collect(rows, func(r *record.User) string { return r.DisplayKey }),
	)
}

var (
	insertUniqueKeys = newInsert("roster_unique_keys", "ON CONFLICT (account, kind, value) DO UPDATE SET user_id = excluded.user_id",
		column{"kind", "text", ""}, column{"value", "text", ""}, column{"user_id", "bigint", ""})
	insertSharedKeys = newInsert("roster_shared_keys", "ON CONFLICT DO NOTHING",
		column{"kind", "text", ""}, column{"value", "text", ""}, column{"user_id", "bigint", ""})
	insertMembers = newInsert("roster_user_sets", "ON CONFLICT DO NOTHING",
		column{"name", "text", ""}, column{"value", "bigint", ""}, column{"user_id", "bigint", ""})
)

// queueKeys writes what users are found by.
func (p *pending) queueKeys(b *writes) {
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
			WHERE k.account = $1 AND k.kind = x.kind AND k.value = x.value`, b.account, gone.kinds, gone.values)
	}
	insertUniqueKeys.queue(b, kept.kinds, kept.values, kept.users)
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
			b.account, gone.kinds, gone.values, gone.users)
	}
	insertSharedKeys.queue(b, kept.kinds, kept.values, kept.users)
}

type keyRows struct {
	kinds, values []string
	users         []int64
}

func (r *keyRows) add(k user.Key, id user.ID) {
	r.kinds, r.values, r.users = append(r.kinds, k.Kind.String()), append(r.values, k.Value), append(r.users, int64(id))
}

func (p *pending) queueMembers(b *writes) {
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
			b.account, gone.names, gone.values, gone.users)
	}
	insertMembers.queue(b, kept.names, kept.values, kept.users)
}

var insertCustom = newInsert("roster_user_custom", "ON CONFLICT DO NOTHING",
	column{"name", "text", ""}, column{"value", "text", ""}, column{"user_id", "bigint", ""})

func (p *pending) queueCustom(b *writes) {
	var gone, kept keyRows
	for v, is := range p.custom {
		rows := &gone
		if is {
			rows = &kept
		}
		rows.kinds, rows.values, rows.users = append(rows.kinds, v.name), append(rows.values, v.value), append(rows.users, int64(v.user))
	}
	if len(gone.kinds) > 0 {
		b.Queue(`DELETE FROM roster_user_custom AS m USING unnest($2::text[], $3::text[], $4::bigint[]) AS x (name, value, user_id)
			WHERE m.account = $1 AND m.name = x.name AND m.value = x.value AND m.user_id = x.user_id`,
			b.account, gone.kinds, gone.values, gone.users)
	}
	insertCustom.queue(b, kept.kinds, kept.values, kept.users)
}

type setRows struct {
	names         []string
	values, users []int64
}

func (r *setRows) add(m membership) {
	r.names, r.values, r.users = append(r.names, record.SetName(m.Set)), append(r.values, m.Value), append(r.users, int64(m.user))
}

func (p *pending) queueTexts(b *writes) {
	for id, folded := range p.texts {
		b.Queue(`INSERT INTO roster_user_texts (account, user_id, folded, grams) VALUES ($1, $2, $3, $4)
			ON CONFLICT (account, user_id) DO UPDATE SET folded = excluded.folded, grams = excluded.grams`,
			b.account, int64(id), folded, grams(b.account, folded))
	}
}

func (p *pending) queueSecrets(b *writes) {
	for id, secret := range p.secrets {
		if secret == nil {
			b.Queue("DELETE FROM roster_secrets WHERE account = $1 AND user_id = $2", b.account, int64(id))
			continue
		}
		b.Queue(`INSERT INTO roster_secrets (account, user_id, secret) VALUES ($1, $2, $3)
			ON CONFLICT (account, user_id) DO UPDATE SET secret = excluded.secret`, b.account, int64(id), string(secret))
	}
}
