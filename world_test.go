package roster_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	calls "github.com/ca74b63c/roster/internal/ability"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
)

// The users of the account in the tests.
const (
	boss, agent, other, gone, manager = calls.Boss, calls.Agent, calls.Other, calls.Gone, calls.Manager

	noUser user.ID = 999
)

const (
	agentProfile, managerProfile = calls.AgentProfile, calls.ManagerProfile
	adminProfile, plainProfile   = calls.AdminProfile, calls.PlainProfile
)

var oldPhrase, newPhrase = roster.PasswordOf(calls.Phrase), roster.PasswordOf(calls.NewPhrase)

// world is a directory in a test, with a clock that the test moves.
type world struct {
	testing.TB
	ctx   context.Context
	store storage.Storage
	dir   *roster.Directory
	host  roster.Handle
	now   time.Time
}

// newWorld returns a world with the account "acme": users, reference data, and 95.00 USD.
func newWorld(t testing.TB, store storage.Storage, opts ...roster.Option) *world {
	t.Helper()
	w := empty(t, store, opts...)
	w.populate()
	return w
}

// empty returns a world without an account.
func empty(t testing.TB, store storage.Storage, opts ...roster.Option) *world {
	w := &world{TB: t, ctx: context.Background(), store: store, now: noon}
	opts = append([]roster.Option{
		roster.WithClock(func() time.Time { return w.now }), roster.WithHasher(cheap()),
	}, opts...)
	w.dir = roster.New(store, opts...)
	w.host = w.dir.As("acme", roster.SystemActor())
	return w
}

func (w *world) populate() {
	w.Helper()
	w.ok(calls.Populate(w.ctx, w.host))
}

func (w *world) as(id user.ID) roster.Handle { return w.dir.As("acme", roster.UserActor(id)) }

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// is fails the test unless errors.Is finds target in err. A nil target means no error.
func (w *world) is(err, target error, what string) {
	w.Helper()
	if target == nil && err != nil || !errors.Is(err, target) {
		w.Errorf("%s: got error %v, want %v", what, err, target)
	}
}

func (w *world) user(id user.ID) user.User {
	w.Helper()
	u := must(w.host.GetDeleted(w.ctx, id))
	return u
}

// state is everything that a storage returns about the account.
type state struct {
	Revision   user.Revision
	Account    user.Account
	Users      []user.User
	Secrets    []string
	References []user.Reference
	Balances   []balance.Units
	Transfer   []balance.Transfer
	Changes    []storage.Change
}

// state reads everything from the storage itself, so the front door cannot hide a difference.
func (w *world) state() (s state) {
	w.Helper()
	w.ok(w.store.View(w.ctx, "acme", func(ctx context.Context, r storage.Reader) error {
		s = state{
			Revision: r.Revision(), Users: must(r.Users(ctx, storage.Query{Deleted: storage.WithDeleted})),
			Transfer: must(r.Transfers(ctx, storage.TransferQuery{})),
			Changes:  must(r.Changes(ctx, storage.ChangeQuery{After: must(r.Counters(ctx)).Compacted})),
		}
		s.Account, _ = r.Account(ctx) // there may be none
		holders := []balance.Holder{balance.Account}
		for _, u := range s.Users {
			s.Secrets = append(s.Secrets, must(r.Secret(ctx, u.ID)).Hash())
			holders = append(holders, balance.HolderOf(u.ID))
		}
		s.Balances = must(r.Balances(ctx, holders...))
		for k := user.ReferenceApplication; k.Valid(); k++ {
			s.References = append(s.References, must(r.References(ctx, k, 0, 0))...)
		}
		return nil
	}))
	return s
}

// unchanged fails the test if do changes the state.
func (w *world) unchanged(what string, do func()) {
	w.Helper()
	before := w.state()
	do()
	if diff := cmp.Diff(before, w.state()); diff != "" {
		w.Errorf("%s changed something (-before +after):\n%s", what, diff)
	}
}

// failing makes a call as the actor, by failingIn.
func (w *world) failing(what string, as roster.Actor, call func(roster.Handle) error) (map[string]int, error) {
	w.Helper()
	return w.failingIn(what, cheap(), func(dir *roster.Directory) error { return call(dir.As("acme", as)) })
}

// failingIn makes a call on a storage that fails its first call, then its second one, and so on.
// The call must return the storage's error and change nothing. failingIn returns the error of the
// call that no failure met, and how often that call used each method.
func (w *world) failingIn(what string, hasher user.Hasher, call func(*roster.Directory) error) (map[string]int, error) {
	w.Helper()
	used, before := map[string]int{}, w.state()
	for n := 1; ; n++ {
		faulty := storagetest.Faults(w.store, n)
		err := call(roster.New(faulty, roster.WithHasher(hasher), roster.WithClock(func() time.Time { return w.now })))
		method, fired := faulty.Fired()
		if !fired {
			return used, err
		}
		used[method]++
		w.is(err, storagetest.ErrInjected, what+" while "+method+" fails")
		if diff := cmp.Diff(before, w.state()); diff != "" {
			w.Fatalf("%s failed in call %d, %s, and left (-before +after):\n%s", what, n, method, diff)
		}
	}
}

// named returns a new user with a login.
func named(login string) roster.CreateParams {
	return roster.CreateParams{User: user.User{Identity: user.Identity{Login: login}}}
}

// policyOf returns a policy of rows, whose names are their numbers if they have none.
func policyOf(rows ...permission.Row) *permission.Policy {
	for i := range rows {
		if rows[i].Name == "" {
			rows[i].Name = fmt.Sprint("row ", i)
		}
	}
	return must(permission.New(permission.Spec{Name: "policy", Rows: rows}))
}

// stores are the storages that each rule is tested on. One runs the function of each Update
// twice, as the contract allows.
var stores = []struct {
	name string
	open func() storage.Storage
}{
	{"once", func() storage.Storage { return memstore.New() }},
	{"twice", func() storage.Storage { return storagetest.Twice(memstore.New()) }},
}

// each runs a test in a new world on each of the stores.
func each(t *testing.T, test func(t *testing.T, w *world), opts ...roster.Option) {
	for _, s := range stores {
		t.Run(s.name, func(t *testing.T) { test(t, newWorld(t, s.open(), opts...)) })
	}
}
