package memstore

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/ca74b63c/roster/internal/differential"
	"github.com/ca74b63c/roster/internal/draw"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// dice draws users and queries by chance.
type dice struct{ *differential.Run }

// newDice returns dice that repeat with the seed. Their Update writes to the storages.
func newDice(t testing.TB, seed uint64, stores ...storage.Storage) *dice {
	return &dice{differential.New(t, seed, "", stores...)}
}

// id is near the borders of pages and blocks, or anywhere.
func (d *dice) id() user.ID {
	return draw.OneOf(d.Rand, user.ID(1+d.IntN(200)), user.ID(1+d.IntN(200)), user.ID(4000+d.IntN(200)), user.ID(1+d.Int64N(1<<20)),
		draw.OneOf[user.ID](d.Rand, 1, 63, 64, 65, 4095, 4096, 4097, 262143, 262144, 1<<40, 1<<63-1, 1<<63-2))
}

// user returns a user whose unique keys contain the id, so that no other user has them.
func (d *dice) user(id user.ID) user.User {
	u := d.Run.User()
	u.ID = id
	u.Identity.Login, u.Identity.PID = fmt.Sprint(u.Identity.Login, " ", id), fmt.Sprint(u.Identity.PID, "/", id)
	u.Names.Full = fmt.Sprint(u.Names.Full, " ", id)
	return u
}

// vary returns u with one group of attributes changed, or all.
func (d *dice) vary(u user.User) user.User {
	other := d.user(u.ID)
	switch d.IntN(7) {
	case 0:
		u.Presence = other.Presence
	case 1:
		u.Names = other.Names
	case 2:
		u.Identity = other.Identity
	case 3:
		u.Contact = other.Contact
	case 4:
		u.Capacity = other.Capacity
	case 5:
		u.Lifecycle = other.Lifecycle
	default:
		return other
	}
	return u
}

// write puts users into an account, and into users as well. Some of them were there before.
func (d *dice) write(ctx context.Context, w storage.Writer, users map[user.ID]user.User, n int) error {
	for range n {
		u := d.user(d.id())
		if old, ok := users[u.ID]; ok && d.IntN(2) == 0 {
			u = d.vary(old)
		}
		if err := w.PutUser(ctx, u); err != nil {
			return err
		}
		users[u.ID] = u
	}
	return nil
}

// populated is a store with some of everything in the accounts acme and Acme.
func populated(t testing.TB, seed uint64, opts ...Option) *Store {
	t.Helper()
	s := New(opts...)
	t.Cleanup(func() { _ = s.Close() })
	d := newDice(t, seed, s)
	for range 150 {
		d.Update()
	}
	users := map[user.ID]user.User{}
	err := put(t, s, "acme", func(ctx context.Context, w storage.Writer) error {
		if err := d.write(ctx, w, users, 60); err != nil {
			return err
		}
		for _, id := range slices.Sorted(maps.Keys(users)) {
			u := users[id]
			created := storage.Change{Type: storage.UserCreated, UserID: id, Created: &u}
			if err := errors.Join(w.AppendChange(ctx, created), w.PutSecret(ctx, id, user.SecretOf("hash", u.Lifecycle.Created, "old"))); err != nil {
				return err
			}
		}
		return w.PutReference(ctx, user.Reference{Kind: user.ReferenceSkill, ID: 1 << 40, Name: "of every seed"})
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var errRollback = errors.New("roll back")
