package model

import (
	"context"
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// drawKinds draws one or two of the names, or nil for no filter.
func drawKinds(t *rapid.T, names ...string) []string {
	switch rapid.IntRange(0, 3).Draw(t, "kinds") {
	case 0:
		return []string{one(t, "kind", names...)}
	case 1:
		return []string{one(t, "kind", names...), one(t, "other kind", names...)}
	}
	return nil
}

func drawChanges(t *rapid.T, m *Model) Op {
	l := Look{
		User: anyOrNone(t, m) * rapid.IntRange(0, 1).Draw(t, "of a user"), Actor: one(t, "actor", 0, 0, 4, 5),
		Kinds:  drawKinds(t, "user.created", "user.updated", "money.transferred", "user.erased", "none"),
		Newest: rapid.Bool().Draw(t, "newest"), Limit: rapid.IntRange(1, 5).Draw(t, "limit"),
	}
	if !sometimes(t, "from the start", 3) {
		l.After = [2]int{rapid.IntRange(0, m.revision+1).Draw(t, "after"), rapid.IntRange(0, 1).Draw(t, "index")}
	}
	q := storage.ChangeQuery{
		UserID: user.ID(l.User), Actor: user.ID(l.Actor), Newest: l.Newest, Limit: l.Limit,
		After: storage.ChangeID{Revision: user.Revision(l.After[0]), Index: l.After[1]},
	}
	for _, kind := range l.Kinds {
		q.Types = append(q.Types, storage.ChangeType(kind))
	}
	return Op{
		fmt.Sprint("Changes ", l),
		func(ctx context.Context, f *Front) (any, error) {
			list, err := f.host().Changes(ctx, q)
			return showChanges(list), err
		},
		func(m *Model) (any, error) { return m.changesOf(l) },
	}
}

func drawTransfers(t *rapid.T, m *Model) Op {
	l := Look{
		User: anyOrNone(t, m) * rapid.IntRange(0, 1).Draw(t, "of a user"), Newest: rapid.Bool().Draw(t, "newest"),
		Kinds: drawKinds(t, "funding", "transferring", "reversing", "returning"), Limit: rapid.IntRange(1, 5).Draw(t, "limit"),
	}
	if sometimes(t, "behind one", 3) {
		l.After[0] = near(t, "after")
	}
	ago := func(label string) (at time.Time) {
		if sometimes(t, label, 3) {
			at = m.now.Add(-one(t, label+" ago", 0, time.Second, time.Minute, time.Hour))
		}
		return at
	}
	l.From, l.Until = ago("from"), ago("until")
	p := roster.TransferListParams{
		UserID: user.ID(l.User), Newest: l.Newest, After: balance.TransferID(l.After[0]), Limit: l.Limit, From: l.From, Until: l.Until,
	}
	for _, name := range l.Kinds {
		var kind balance.Kind
		if err := kind.UnmarshalText([]byte(name)); err != nil {
			t.Fatal(err)
		}
		p.Kinds = append(p.Kinds, kind)
	}
	return Op{
		fmt.Sprint("Transfers ", l),
		func(ctx context.Context, f *Front) (any, error) {
			list, err := f.host().Transfers(ctx, p)
			return showTransfers(list), err
		},
		func(m *Model) (any, error) { return m.transfersOf(l), nil },
	}
}

func drawCompact(t *rapid.T, m *Model) Op {
	before := m.now.Add(-one(t, "before", time.Hour, time.Minute, time.Second, 0, time.Hour, -time.Minute))
	how := how(t, m, 0)
	return Op{
		fmt.Sprint("CompactChanges ", moment(before), how),
		func(ctx context.Context, f *Front) (any, error) {
			last, err := f.host().CompactChanges(ctx, before, how.common()...)
			return int(last.Revision), err
		},
		func(m *Model) (any, error) { return m.compact(before, how) },
	}
}
