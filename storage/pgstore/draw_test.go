package pgstore

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"pgregory.net/rapid"
)

var (
	words = rapid.SampledFrom([]string{
		"", "kim", "Kim", "KIM Park", "stra\u00dfe", "STRASSE", "a\x00b", "a\xff", "a\xfe", "%_'\"\\", "\u00e9", "e\u0301", "\U0001F600x",
		"ab", "abc", "abcd", "a\x00bcd", "long long long long name",
	})
	ids   = rapid.Int64Range(1, 12)
	small = rapid.IntRange(0, 4)
	times = rapid.Custom(func(t *rapid.T) time.Time {
		if rapid.Bool().Draw(t, "zero") {
			return time.Time{}
		}
		return time.UnixMicro(rapid.Int64Range(-1, 1<<50).Draw(t, "at")).UTC()
	})
)

func (d *twins) user() user.User {
	t := d.T
	draw := func(what string) string { return words.Draw(t, what) }
	u := user.User{ID: user.ID(ids.Draw(t, "id"))}
	if rapid.IntRange(0, 30).Draw(t, "odd") == 0 {
		u.ID = -u.ID
	}
	u.Identity = user.Identity{
		Login: draw("login"), PID: draw("pid"), EmployeeID: draw("employee"), Kind: user.Kind(small.Draw(t, "kind") % 3),
		APIUser: rapid.Bool().Draw(t, "api"), CustomData: draw("data"),
	}
	u.Names = user.Names{First: draw("first"), Full: draw("full"), Display: draw("display")}
	u.Contact = user.Contact{Email: draw("email") + "@example.com", Phone: rapid.SampledFrom([]string{"", "+12125550000", "+12125550001"}).Draw(t, "phone")}
	u.Capacity.Skills = user.IDsOf(user.SkillID(small.Draw(t, "skill")), user.SkillID(small.Draw(t, "skill")))
	u.Capacity.Queues = user.IDsOf(user.QueueID(small.Draw(t, "queue")))
	u.Capacity.MemberOf.Group = user.GroupID(small.Draw(t, "member"))
	u.Management.ManagerOf = user.ListOf(user.Assignment{Group: user.GroupID(small.Draw(t, "manager")), Since: times.Draw(t, "since")})
	u.Access = user.Access{
		Disabled: rapid.Bool().Draw(t, "disabled"), Roles: user.Roles(small.Draw(t, "roles")),
		Applications: user.IDsOf(user.ApplicationID(small.Draw(t, "application"))), Groups: user.IDsOf(user.GroupID(small.Draw(t, "group"))),
	}
	u.Presence.Status = user.Status(small.Draw(t, "status"))
	u.Billing.ParentAccounting = rapid.Bool().Draw(t, "parent")
	u.Lifecycle.Created = times.Draw(t, "created")
	if rapid.IntRange(0, 3).Draw(t, "deleted") == 0 {
		u.Lifecycle.Deleted, u.Lifecycle.HoldUntil = time.UnixMicro(5).UTC(), times.Draw(t, "hold")
	}
	return u
}

// write draws a step that writes.
func (d *twins) write() step {
	t, u := d.T, d.user()
	word, id, amount := words.Draw(t, "word"), ids.Draw(t, "id"), balance.Units(rapid.Int64Range(1, 50).Draw(t, "amount"))
	kind := user.RefKind(rapid.IntRange(0, 3).Draw(t, "kind"))
	on := func(name string, call func(ctx context.Context, w storage.Writer) (any, error)) step {
		return step{name, func(ctx context.Context, r storage.Reader) (any, error) { return call(ctx, r.(storage.Writer)) }}
	}
	switch rapid.IntRange(0, 13).Draw(t, "write") {
	case 0:
		a := user.Account{ID: "acme", Name: word, Currency: "USD", Created: u.Lifecycle.Created}
		return on("PutAccount", func(ctx context.Context, w storage.Writer) (any, error) { return nil, w.PutAccount(ctx, a) })
	case 1:
		s := user.Secret{Hash: word, Previous: user.ListOf(u.Identity.Login)}
		return on("PutSecret", func(ctx context.Context, w storage.Writer) (any, error) { return nil, w.PutSecret(ctx, user.ID(id), s) })
	case 2:
		r := user.Ref{Kind: kind, ID: id, Name: word, Properties: user.ListOf(user.Property{Name: word, Value: u.Identity.PID})}
		return on("PutRef", func(ctx context.Context, w storage.Writer) (any, error) { return nil, w.PutRef(ctx, r) })
	case 3:
		return on("DeleteRef", func(ctx context.Context, w storage.Writer) (any, error) { return nil, w.DeleteRef(ctx, kind, id) })
	case 4:
		name := rapid.SampledFrom([]storage.Sequence{storage.UserIDs, storage.TransferIDs, storage.RefIDs(1), storage.RefIDs(2)}).Draw(t, "sequence")
		return on("NextID", func(ctx context.Context, w storage.Writer) (any, error) { return w.NextID(ctx, name) })
	case 5:
		return on("Scrub", func(ctx context.Context, w storage.Writer) (any, error) { return nil, w.Scrub(ctx, user.ID(id)) })
	case 6, 7:
		c := storage.Change{Type: storage.UserUpdated, At: u.Lifecycle.Created, User: user.ID(id), After: &u, Detail: word, Reason: word}
		return on("AppendChange", func(ctx context.Context, w storage.Writer) (any, error) { return nil, w.AppendChange(ctx, c) })
	case 8, 9, 10:
		to := []balance.Holder{balance.Holder(id), balance.Holder(ids.Draw(t, "to"))}
		wrong := rapid.IntRange(0, 9).Draw(t, "wrong") == 0
		key, reverses := rapid.SampledFrom([]string{"", "", "", "k", "K", "k\x00", "k\xff"}).Draw(t, "key"), rapid.SampledFrom([]uint64{0, 0, 0, 1, 2, 3}).Draw(t, "reverses")
		return on("PostTransfer", func(ctx context.Context, w storage.Writer) (any, error) {
			x, err := pays(ctx, w, amount, to)
			if err != nil {
				return nil, err
			}
			x.Key, x.Reverses, x.AccountText, x.At = key, balance.TransferID(reverses), word, u.Lifecycle.Created
			if wrong {
				x.Postings[len(x.Postings)-1].ToAfter++
			}
			return nil, w.PostTransfer(ctx, x)
		})
	}
	return on("PutUser", func(ctx context.Context, w storage.Writer) (any, error) { return nil, w.PutUser(ctx, u) })
}

// pays makes a transfer that follows from the balances: from the world to the account, and on to the holders.
func pays(ctx context.Context, w storage.Writer, amount balance.Units, to []balance.Holder) (balance.Transfer, error) {
	to = slices.Compact(slices.Sorted(slices.Values(to)))
	has, err := w.Balances(ctx, append([]balance.Holder{balance.Account}, to...)...)
	if err != nil {
		return balance.Transfer{}, err
	}
	id, err := w.NextID(ctx, storage.TransferIDs)
	if err != nil {
		return balance.Transfer{}, err
	}
	sum := amount * balance.Units(len(to))
	x := balance.Transfer{ID: balance.TransferID(id), Kind: balance.Transferring, Currency: "USD", UserText: "a gift", Postings: []balance.Posting{
		{From: balance.World, To: balance.Account, Amount: sum, ToAfter: has[0] + sum},
	}}
	for i, h := range to {
		sum -= amount
		x.Postings = append(x.Postings, balance.Posting{
			From: balance.Account, To: h, Amount: amount, FromAfter: has[0] + sum, ToAfter: has[i+1] + amount, Name: h.String(),
		})
	}
	return x, nil
}

// read draws a step that reads.
func (d *twins) read() step {
	t := d.T
	id, word, limit := ids.Draw(t, "id"), words.Draw(t, "word"), rapid.IntRange(-1, 6).Draw(t, "limit")
	kind, holder := user.RefKind(rapid.IntRange(0, 3).Draw(t, "kind")), balance.Holder(rapid.Int64Range(-2, 12).Draw(t, "holder"))
	entry := storage.EntryID{Transfer: balance.TransferID(rapid.Uint64Range(0, 9).Draw(t, "transfer")), Index: small.Draw(t, "index")}
	change := storage.ChangeID{Revision: user.Revision(small.Draw(t, "revision")), Index: small.Draw(t, "index")}
	steps := []step{
		{"Account", func(ctx context.Context, r storage.Reader) (any, error) { return r.Account(ctx) }},
		{"User", func(ctx context.Context, r storage.Reader) (any, error) { return r.User(ctx, user.ID(id)) }},
		{"Secret", func(ctx context.Context, r storage.Reader) (any, error) {
			s, err := r.Secret(ctx, user.ID(id))
			return []any{s.Hash, s.Previous.Slice(), s.Changed}, err
		}},
		{"Ref", func(ctx context.Context, r storage.Reader) (any, error) { return r.Ref(ctx, kind, id) }},
		{"RefByName", func(ctx context.Context, r storage.Reader) (any, error) { return r.RefByName(ctx, kind, word) }},
		{"Refs", func(ctx context.Context, r storage.Reader) (any, error) {
			return r.Refs(ctx, kind, id-1, max(limit, 0))
		}},
		{"Balances", func(ctx context.Context, r storage.Reader) (any, error) {
			return r.Balances(ctx, holder, 0, balance.Holder(id))
		}},
		{"Transfer", func(ctx context.Context, r storage.Reader) (any, error) { return r.Transfer(ctx, entry.Transfer) }},
		{"TransferByKey", func(ctx context.Context, r storage.Reader) (any, error) { return r.TransferByKey(ctx, "k") }},
		{"Reversal", func(ctx context.Context, r storage.Reader) (any, error) { return r.Reversal(ctx, entry.Transfer) }},
		{"Transfers", func(ctx context.Context, r storage.Reader) (any, error) {
			return r.Transfers(ctx, entry.Transfer, max(limit, 0))
		}},
		{"Statement", func(ctx context.Context, r storage.Reader) (any, error) {
			return r.Statement(ctx, holder, entry, max(limit, 0))
		}},
		{"Changes", func(ctx context.Context, r storage.Reader) (any, error) { return r.Changes(ctx, change, max(limit, 0)) }},
		{"UserByKey", func(ctx context.Context, r storage.Reader) (any, error) {
			k, err := user.KeyOf(user.KeyKind(1+id%6), word)
			if err != nil {
				return nil, nil
			}
			return r.UserByKey(ctx, k)
		}},
	}
	if i := rapid.IntRange(0, 2*len(steps)-1).Draw(t, "read"); i < len(steps) {
		return steps[i]
	}
	q := d.query()
	if rapid.Bool().Draw(t, "count") {
		return step{fmt.Sprintf("CountUsers %+v", q), func(ctx context.Context, r storage.Reader) (any, error) { return r.CountUsers(ctx, q) }}
	}
	return step{fmt.Sprintf("Users %+v", q), func(ctx context.Context, r storage.Reader) (any, error) { return r.Users(ctx, q) }}
}

// query draws a query with few filters, since many find nobody.
func (d *twins) query() storage.Query {
	t := d.T
	q := storage.Query{
		Deleted: storage.Deleted(rapid.IntRange(0, 2).Draw(t, "deleted")), Order: storage.Order(rapid.IntRange(0, 2).Draw(t, "order")),
		Descending: rapid.Bool().Draw(t, "descending"), Offset: small.Draw(t, "offset"), Limit: small.Draw(t, "limit"),
	}
	if rapid.Bool().Draw(t, "after") {
		q.After = &storage.Position{Key: words.Draw(t, "position"), ID: user.ID(ids.Draw(t, "id"))}
	}
	n := int64(small.Draw(t, "value"))
	for range rapid.IntRange(0, 2).Draw(t, "filters") {
		switch rapid.IntRange(0, 15).Draw(t, "filter") {
		case 0:
			q.Enabled = storage.Yes
		case 1:
			q.IDs = []user.ID{user.ID(n), user.ID(n + 3), user.ID(n)}
		case 2:
			q.Kinds = []user.Kind{user.Bot}
		case 3:
			q.APIUser = storage.No
		case 4:
			q.Roles = user.Roles(n)
		case 5:
			q.Statuses = []user.Status{user.Status(n), user.Ready}
		case 6:
			if k, err := user.KeyOf(user.KeyKind(1+n), words.Draw(t, "key")); err == nil {
				q.Key = k
			}
		case 7:
			q.Applications = []user.ApplicationID{user.ApplicationID(n), 2}
		case 8:
			q.Skill = user.SkillID(n)
		case 9:
			q.ExcludedSkill = user.SkillID(n)
		case 10:
			q.Queue = user.QueueID(n)
		case 11:
			q.MemberOf = user.GroupID(n)
		case 12:
			q.ManagerOf = user.GroupID(n)
		case 13:
			q.Text = words.Draw(t, "text")
		case 14:
			q.LoginPart = words.Draw(t, "part")
		default:
			q.DisplayPart = words.Draw(t, "part")
		}
	}
	return q
}
