package roster_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
)

// The users of the account in the tests.
const (
	boss    user.ID = 1 // administrator
	agent   user.ID = 2 // agent that has every attribute set; the password is oldPhrase
	other   user.ID = 3 // agent in another group
	gone    user.ID = 4 // deleted
	manager user.ID = 5 // agent manager of group 1, in which agent is
	nobody  user.ID = 999
)

// The account's profiles, by the role that they give.
const (
	agentProfile user.ProfileID = iota + 1
	managerProfile
	adminProfile
	plainProfile // gives none
)

var (
	oldPhrase = roster.PasswordOf("correct horse battery")
	newPhrase = roster.PasswordOf("staple of another kind")
)

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
	_, err := w.host.CreateAccount(w.ctx, user.Account{Currency: "USD", DefaultMaxAsyncChats: 3})
	w.ok(err)
	for _, ref := range []user.Reference{
		{Kind: user.ReferenceProfile, ID: int64(agentProfile), Name: "Agents", Profile: user.Profile{Role: user.Agent}},
		{Kind: user.ReferenceProfile, ID: int64(managerProfile), Name: "Managers", Profile: user.Profile{Role: user.AgentManager}},
		{Kind: user.ReferenceProfile, ID: int64(adminProfile), Name: "Admins", Profile: user.Profile{Role: user.Admin}},
		{Kind: user.ReferenceProfile, ID: int64(plainProfile), Name: "Plain"},
		{Kind: user.ReferenceSkill, ID: 7, Name: "Dutch"},
	} {
		_, err := w.host.PutReference(w.ctx, ref)
		w.ok(err)
	}
	people := []roster.CreateParams{
		{User: user.User{ID: boss, Identity: user.Identity{Login: "boss"}, Access: user.Access{Granted: user.RolesOf(user.Admin)}}},
		{Password: oldPhrase, User: user.User{
			ID: agent, Identity: user.Identity{Login: "agent", PID: "p2"}, Names: user.Names{Full: "Ann Agent", Display: "Ann"},
			Contact:  user.Contact{Email: "ann@example.com", Phone: "+31612345678"},
			Presence: user.Presence{Status: user.Ready},
			Capacity: user.Capacity{
				MaxChats: 4, MaxAsyncChats: user.Some(2), MemberOf: user.Assignment{Group: 1}, Skills: user.IDSetOf[user.SkillID](7),
			},
			Preferences: user.Preferences{
				Views: user.IDSetOf[user.ViewID](1), Statistics: user.ListOf(user.Statistic{Name: "waiting"}),
			},
			Access: user.Access{Granted: user.RolesOf(user.Agent)},
		}},
		{User: user.User{
			ID: other, Identity: user.Identity{Login: "other"}, Capacity: user.Capacity{MemberOf: user.Assignment{Group: 2}},
			Access: user.Access{Granted: user.RolesOf(user.Agent)},
		}},
		{User: user.User{ID: gone, Identity: user.Identity{Login: "gone"}}},
		{User: user.User{
			ID: manager, Identity: user.Identity{Login: "manager"}, Access: user.Access{Granted: user.RolesOf(user.AgentManager)},
			Management: user.Management{ManagerOf: user.ListOf(user.Assignment{Group: 1})},
		}},
	}
	_, err = w.host.CreateMany(w.ctx, people)
	w.ok(err)
	_, err = w.host.Reserve(w.ctx, agent, "chat")
	w.ok(err)
	_, err = w.host.Delete(w.ctx, gone)
	w.ok(err)
	_, err = w.host.Fund(w.ctx, roster.FundParams{Amount: usd("100.00")})
	w.ok(err)
	_, err = w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{agent}, Amount: usd("5.00"), Key: "k1"})
	w.ok(err)
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
	u, err := w.host.GetDeleted(w.ctx, id)
	w.ok(err)
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
	w.ok(w.store.View(w.ctx, "acme", func(ctx context.Context, r storage.Reader) (err error) {
		s = state{Revision: r.Revision()}
		if s.Account, err = r.Account(ctx); err != nil && !errors.Is(err, storage.ErrNotFound) {
			return err
		}
		if s.Users, err = r.Users(ctx, storage.Query{Deleted: storage.WithDeleted}); err != nil {
			return err
		}
		holders := []balance.Holder{balance.Account}
		for _, u := range s.Users {
			secret, err := r.Secret(ctx, u.ID)
			if err != nil {
				return err
			}
			s.Secrets = append(s.Secrets, secret.Hash())
			holders = append(holders, balance.HolderOf(u.ID))
		}
		if s.Balances, err = r.Balances(ctx, holders...); err != nil {
			return err
		}
		for k := user.ReferenceApplication; k.Valid(); k++ {
			refs, err := r.References(ctx, k, 0, 0)
			if err != nil {
				return err
			}
			s.References = append(s.References, refs...)
		}
		if s.Transfer, err = r.Transfers(ctx, storage.TransferQuery{}); err != nil {
			return err
		}
		counters, err := r.Counters(ctx)
		if err != nil {
			return err
		}
		s.Changes, err = r.Changes(ctx, storage.ChangeQuery{After: counters.Compacted})
		return err
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
