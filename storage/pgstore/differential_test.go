package pgstore

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// TestSameAsMemstore drives the store and memstore with the same random operations and compares every answer. The
// operations change between two Stores on one database, as two processes would, so that what one remembers of an account
// must not hide what the other one wrote.
func TestSameAsMemstore(t *testing.T) {
	pool := newPool(t, scratch(t, pgserver.Shared(t)), 8)
	var stores [2]*Store
	for i := range stores {
		var err error
		stores[i], err = New(pool)
		must(t, err)
		defer func() { must(t, stores[i].Close()) }()
	}
	must(t, stores[0].Migrate(t.Context()))
	rapid.Check(t, func(t *rapid.T) {
		_, err := pool.Exec(context.Background(), `TRUNCATE roster_accounts, roster_sequences, roster_users, roster_unique_keys,
			roster_shared_keys, roster_user_sets, roster_user_texts, roster_secrets, roster_refs, roster_balances,
			roster_transfers, roster_postings, roster_changes`)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range stores {
			s.cache.init(DefaultCachedAccounts) // ticks begin anew, which no database does
		}
		d := &twins{T: t, stores: [2]storage.Storage{stores[0], memstore.New()}}
		defer func() {
			if err := d.stores[1].Close(); err != nil {
				d.Error(err)
			}
		}()
		t.Repeat(map[string]func(*rapid.T){
			"":       func(*rapid.T) {},
			"update": func(t *rapid.T) { d.T = t; d.update() },
			"view":   func(t *rapid.T) { d.T = t; d.view() },
			"change": func(t *rapid.T) { d.stores[0] = stores[rapid.IntRange(0, 1).Draw(t, "store")] },
		})
		d.T = t
		d.same("Accounts", func(s storage.Storage) (any, error) { return s.Accounts(context.Background(), "", 0) })
		d.view()
	})
}

// twins are two storages that have to agree.
type twins struct {
	*rapid.T
	stores [2]storage.Storage
}

// kindOf reduces an error to what the contract says of it.
func kindOf(err error) string {
	var detail *storage.ExistsError
	if errors.As(err, &detail) {
		return detail.Error()
	}
	for _, kind := range []error{storage.ErrNotFound, storage.ErrAmbiguous, storage.ErrInvalid, storage.ErrConflict, errRollback} {
		if errors.Is(err, kind) {
			return kind.Error()
		}
	}
	if err != nil {
		return "unexpected: " + err.Error()
	}
	return ""
}

var errRollback = errors.New("fn says no")

// same calls both and compares what they say.
func (d *twins) same(what string, call func(storage.Storage) (any, error)) {
	d.Helper()
	var answers [2]any
	var kinds [2]string
	for i, s := range d.stores {
		answer, err := call(s)
		answers[i], kinds[i] = answer, kindOf(err)
	}
	if kinds[0] != kinds[1] {
		d.Fatalf("%s: error %q of the database, %q of memory", what, kinds[0], kinds[1])
	}
	if diff := cmp.Diff(answers[0], answers[1], cmpopts.EquateEmpty()); diff != "" && kinds[0] == "" {
		d.Fatalf("%s (-database +memory):\n%s", what, diff)
	}
}

// step is one call on a Reader, or on a Writer.
type step struct {
	name string
	call func(ctx context.Context, r storage.Reader) (any, error)
}

// run runs the steps in one transaction of each store and compares every answer.
func (d *twins) run(a user.AccountID, steps []step, write, rollback bool) {
	d.Helper()
	d.same(fmt.Sprint("a transaction of ", len(steps)), func(s storage.Storage) (any, error) {
		var answers []any
		fn := func(ctx context.Context, r storage.Reader) error {
			answers = []any{r.Revision()}
			for _, x := range steps {
				answer, err := x.call(ctx, r)
				answers = append(answers, x.name, answer, kindOf(err))
				if err != nil && !errors.Is(err, storage.ErrNotFound) && !errors.Is(err, storage.ErrAmbiguous) {
					break // nothing can be committed any more, and nobody says what is read then
				}
			}
			if rollback {
				return errRollback
			}
			return nil
		}
		if !write {
			err := s.View(context.Background(), a, fn)
			return answers, err
		}
		rev, err := s.Update(context.Background(), a, func(ctx context.Context, w storage.Writer) error { return fn(ctx, w) })
		return append(answers, rev), err
	})
}

var accounts = rapid.SampledFrom([]user.AccountID{"acme", "Acme"})

func (d *twins) update() {
	var steps []step
	for range rapid.IntRange(1, 12).Draw(d.T, "steps") {
		if rapid.IntRange(0, 2).Draw(d.T, "read") == 0 {
			steps = append(steps, d.read())
		} else {
			steps = append(steps, d.write())
		}
	}
	d.run(accounts.Draw(d.T, "account"), steps, true, rapid.IntRange(0, 7).Draw(d.T, "rollback") == 0)
}

func (d *twins) view() {
	var steps []step
	for range 8 {
		steps = append(steps, d.read())
	}
	d.run(accounts.Draw(d.T, "account"), steps, false, false)
}
