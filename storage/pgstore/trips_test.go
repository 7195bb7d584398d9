package pgstore

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

// trips counts the round trips that a caller waits for: queries and batches, but not the ROLLBACK
// that a View sends behind, nor the notification of a commit.
type trips struct{ n atomic.Int64 }

func (c *trips) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	if d.SQL != "ROLLBACK" && d.SQL != notifyMany {
		c.n.Add(1)
	}
	return ctx
}

func (c *trips) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (c *trips) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	c.n.Add(1)
	return ctx
}

func (c *trips) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

func (c *trips) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

// of returns how many round trips a call makes.
func (c *trips) of(t *testing.T, call func() error) int64 {
	t.Helper()
	before := c.n.Load()
	must(t, call())
	return c.n.Load() - before
}

// traced returns a store on a fresh schema with one connection, and what counts its round trips.
func traced(t *testing.T, opts ...Option) (*Store, *trips) {
	t.Helper()
	c := &trips{}
	pool := newPool(t, scratch(t, pgserver.Shared(t)), 1, func(config *pgxpool.Config) { config.ConnConfig.Tracer = c })
	s := over(t, pool, opts...)
	must(t, s.Migrate(t.Context()))
	return s, c
}

// TestRoundTrips counts the round trips of what servers do most, through the whole front door, on a
// store that remembers nothing, so that each reads all it needs.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	s, c := traced(t, CachedAccounts(0))
	ctx := t.Context()
	sample.Fund(t, s, "acme")
	sample.Crowd(t, s, "acme", 1000)
	host := roster.New(s).As("acme", roster.SystemActor())
	_, err := host.CreateAccount(ctx, user.Account{Currency: "USD"})
	must(t, err)
	ids := make([]user.ID, 1000)
	for i := range ids {
		ids[i] = user.ID(i + 1)
	}
	for id := range int64(20) {
		_, err := host.PutReference(ctx, user.Reference{Kind: user.ReferenceSkill, ID: id + 1, Name: fmt.Sprint("skill ", id+1)})
		must(t, err)
	}
	one, err := balance.Parse("1.00", "USD")
	must(t, err)
	n, made := 0, 0
	pays := func(h roster.Handle, ids ...user.ID) func() error {
		return func() error {
			n++
			_, err := h.Transfer(ctx, roster.TransferParams{Users: ids, Amount: one, Key: fmt.Sprint("key ", n)})
			return err
		}
	}
	create := func(change func(i int, u *user.User)) func() error {
		return func() error {
			users := make([]roster.CreateParams, 1000)
			for i := range users {
				made++
				users[i].User.Identity.Login = fmt.Sprint("new-", made)
				change(i, &users[i].User)
			}
			_, err := host.CreateMany(ctx, users)
			return err
		}
	}
	replay := func(h roster.Handle) func() error {
		return func() error {
			r, err := h.Transfer(ctx, roster.TransferParams{Users: []user.ID{5}, Amount: one, Key: "key 1"})
			if err == nil && !r.Replayed {
				t.Error("a replay moved money")
			}
			return err
		}
	}
	remembers := over(t, s.pool)
	again := roster.New(remembers).As("acme", roster.SystemActor())
	move := func(s *Store) func() error {
		return func() error {
			_, err := s.Update(ctx, "acme", func(ctx context.Context, w storage.Writer) error {
				d, err := w.Delivery(ctx, "consumer")
				if err != nil && !errors.Is(err, storage.ErrNotFound) {
					return err
				}
				d.Name = "consumer"
				d.Position.Revision++
				return w.PutDelivery(ctx, d)
			})
			return err
		}
	}
	for _, x := range []struct {
		name string
		most int64
		call func() error
	}{
		{"get a user", 2, func() error { _, err := host.Get(ctx, 7); return err }},
		{"a transfer to one user", 3, pays(host, 5)},
		{"a transfer to one user, remembered", 1, pays(again, 5)},
		{"a consumer that moves its position on", 3, move(s)},
		{"a consumer that moves its position on, remembered", 2, move(remembers)},
		{"a replay", 9, replay(host)},
		{"a replay behind another one, remembered", 2, replay(again)},
		{"a transfer to 1000 users", 4, pays(host, ids...)},
		{"a batch of 1000 users who are created", 7, create(func(int, *user.User) {})},
		{"a batch of 1000 users who are created with groups and skills", 9, create(func(i int, u *user.User) { // a read for each kind more
			u.Capacity.Skills = user.IDSetOf(user.SkillID(i%20+1), user.SkillID(i%7+1))
			u.Access.Groups = user.IDSetOf(user.GroupID(i + 1))
		})},
		{"a batch of 500 users who are deleted, and have money", 4, func() error {
			some := ids[:500]
			ids = ids[500:] // the call happens twice
			_, err := host.DeleteMany(ctx, some)
			return err
		}},
		{"a batch of 1000 users who move in", 6, func() error {
			made++
			account := user.AccountID(fmt.Sprint("moved ", made/2000))
			_, err := s.Update(ctx, account, func(ctx context.Context, w storage.Writer) error {
				if err := w.Load(ctx, storage.Counters{}); err != nil {
					return err
				}
				for range 1000 {
					made++
					if err := w.PutUser(ctx, sample.Person(user.ID(made))); err != nil {
						return err
					}
				}
				return nil
			})
			return err
		}},
	} {
		t.Run(x.name, func(t *testing.T) {
			must(t, x.call()) // statements are prepared once for each connection
			got := c.of(t, x.call)
			t.Logf("%d round trips", got)
			if got > x.most {
				t.Errorf("%d round trips, want at most %d", got, x.most)
			}
		})
	}
}

// TestSecretsAreReadAhead: a View that reads the secrets of one user after another waits for a few
// round trips only, and each answer is the user's own secret.
func TestSecretsAreReadAhead(t *testing.T) {
	t.Parallel()
	s, c := traced(t)
	const people = 2500
	hash := func(id user.ID) string { // every third has none, and the last ones
		if id%3 == 0 || id > people-5 || id < 1 {
			return ""
		}
		return fmt.Sprint("hash", id)
	}
	_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
		for id := user.ID(1); id <= people; id++ {
			err := w.PutUser(ctx, user.User{ID: id})
			if h := hash(id); h != "" {
				err = errors.Join(err, w.PutSecret(ctx, id, user.SecretOf(h, time.UnixMicro(1))))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	must(t, err)
	for _, x := range []struct {
		first, last, step user.ID
		most              int64
	}{
		{1, people + 10, 1, 8}, {2, 2 + 2*900, 2, 6}, {people, 0, -1, people + 1}, {-3, 20, 1, 24}, {1, 1 + 7*300, 7, 301},
	} {
		n := c.of(t, func() error {
			return s.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
				for id := x.first; id != x.last; id += x.step {
					secret, err := r.Secret(ctx, id)
					if err != nil || secret.Hash() != hash(id) {
						t.Fatalf("user %d has %q, %v, want %q", id, secret.Hash(), err, hash(id))
					}
				}
				return nil
			})
		})
		if n > x.most {
			t.Errorf("%+v: %d round trips", x, n)
		}
	}
	_, err = s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error { // sees its own writes
		for id := user.ID(1); id <= 20; id++ {
			_, err := w.Secret(ctx, id)
			if err := errors.Join(err, w.PutSecret(ctx, id+1, user.SecretOf("new", time.UnixMicro(2)))); err != nil {
				return err
			}
			if secret, err := w.Secret(ctx, id+1); err != nil || secret.Hash() != "new" {
				t.Fatalf("user %d has %q, %v", id+1, secret.Hash(), err)
			}
		}
		return nil
	})
	must(t, err)
}
