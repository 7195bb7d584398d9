package roster_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// ability is one call of the front door, with arguments that succeed for the system actor in a
// new world.
type ability struct {
	name   string
	target user.ID // the user that the call is about; 0: none
	reads  bool
	do     func(ctx context.Context, h roster.Handle, id user.ID, opts ...roster.CallOption) (any, error)
}

// common converts options for a call that takes only CommonOptions. It panics for another option.
func common(opts []roster.CallOption) (list []roster.CommonOption) {
	for _, o := range opts {
		list = append(list, o.(roster.CommonOption))
	}
	return list
}

func first[T any](seq iter.Seq2[T, error]) (any, error) {
	for v, err := range seq {
		return v, err
	}
	return nil, nil
}

func abilities() []ability {
	type (
		c = context.Context
		h = roster.Handle
		o = roster.CallOption
	)
	waiting := user.Statistic{Name: "waiting"}
	return []ability{
		{"Get", agent, true, func(c c, h h, id user.ID, _ ...o) (any, error) { return h.Get(c, id) }},
		{"GetDeleted", gone, true, func(c c, h h, id user.ID, _ ...o) (any, error) { return h.GetDeleted(c, id) }},
		{"GetMany", agent, true, func(c c, h h, id user.ID, _ ...o) (any, error) { return h.GetMany(c, id) }},
		{"Check", agent, true, func(c c, h h, id user.ID, _ ...o) (any, error) { return nil, h.Check(c, permission.UserRead, id) }},
		{"Settings", agent, true, func(c c, h h, id user.ID, _ ...o) (any, error) { return h.Settings(c, id) }},
		{"Views", agent, true, func(c c, h h, id user.ID, _ ...o) (any, error) { return h.Views(c, id) }},
		{"Balances", agent, true, func(c c, h h, id user.ID, _ ...o) (any, error) { return h.Balances(c, id) }},
		{"Export", agent, true, func(c c, h h, id user.ID, _ ...o) (any, error) {
			var b strings.Builder
			err := h.Export(c, id, &b)
			return b.String(), err
		}},
		{"Statement", agent, true, func(c c, h h, id user.ID, _ ...o) (any, error) {
			return h.Statement(c, balance.HolderOf(id), storage.EntryID{}, 0)
		}},
		{"Find", 0, true, func(c c, h h, _ user.ID, _ ...o) (any, error) { return h.Find(c, user.KeyLogin, "agent") }},
		{"List", 0, true, func(c c, h h, _ user.ID, _ ...o) (any, error) {
			return h.List(c, roster.ListParams{Total: true, Balances: true})
		}},
		{"Count", 0, true, func(c c, h h, _ user.ID, _ ...o) (any, error) { return h.Count(c, roster.ListParams{}) }},
		{"All", 0, true, func(c c, h h, _ user.ID, _ ...o) (any, error) { return first(h.All(c, roster.ListParams{})) }},
		{"Account", 0, true, func(c c, h h, _ user.ID, _ ...o) (any, error) { return h.Account(c) }},
		{"Balance", 0, true, func(c c, h h, _ user.ID, _ ...o) (any, error) { return h.Balance(c) }},
		{"GetTransfer", 0, true, func(c c, h h, _ user.ID, _ ...o) (any, error) { return h.GetTransfer(c, 1) }},
		{"Transfers", 0, true, func(c c, h h, _ user.ID, _ ...o) (any, error) {
			return h.Transfers(c, roster.TransferListParams{})
		}},
		{"Reference", 0, true, func(c c, h h, _ user.ID, _ ...o) (any, error) { return h.Reference(c, user.ReferenceSkill, 7) }},
		{"ReferenceByName", 0, true, func(c c, h h, _ user.ID, _ ...o) (any, error) {
			return h.ReferenceByName(c, user.ReferenceSkill, "Dutch")
		}},
		{"References", 0, true, func(c c, h h, _ user.ID, _ ...o) (any, error) { return h.References(c, user.ReferenceSkill, 0, 0) }},
		{"Changes", 0, true, func(c c, h h, _ user.ID, _ ...o) (any, error) {
			return h.Changes(c, storage.ChangeQuery{})
		}},
		{"Watch", 0, true, func(c c, h h, _ user.ID, _ ...o) (any, error) { return first(h.Watch(c, storage.ChangeID{})) }},
		{"Revision", 0, true, func(c c, h h, _ user.ID, _ ...o) (any, error) { return h.Revision(c) }},
		{"ConfigRevision", 0, true, func(c c, h h, _ user.ID, _ ...o) (any, error) { return h.ConfigRevision(c) }},

		{"UpdateAccount", 0, false, func(c c, h h, _ user.ID, o ...o) (any, error) {
			return h.UpdateAccount(c, user.Account{Currency: "USD", Name: "Acme"}, common(o)...)
		}},
		{"PutReference", 0, false, func(c c, h h, _ user.ID, o ...o) (any, error) {
			return h.PutReference(c, user.Reference{Kind: user.ReferenceSkill, Name: "German"}, common(o)...)
		}},
		{"DeleteReference", 0, false, func(c c, h h, _ user.ID, o ...o) (any, error) {
			return nil, h.DeleteReference(c, user.ReferenceSkill, 7, common(o)...)
		}},
		{"Create", 0, false, func(c c, h h, _ user.ID, o ...o) (any, error) {
			return h.Create(c, roster.CreateParams{User: user.User{Identity: user.Identity{Login: "new"}}}, o...)
		}},
		{"CreateMany", 0, false, func(c c, h h, _ user.ID, o ...o) (any, error) {
			return h.CreateMany(c, []roster.CreateParams{{User: user.User{Identity: user.Identity{Login: "new"}}, Password: newPhrase}}, o...)
		}},
		{"Import", 0, false, func(c c, h h, _ user.ID, o ...o) (any, error) {
			r, err := h.Import(c, strings.NewReader("identity.login\nnew\n"), roster.ImportParams{}, common(o)...)
			r.Written = 0 // which a dry run has not
			return r, err
		}},
		{"Fund", 0, false, func(c c, h h, _ user.ID, o ...o) (any, error) {
			return h.Fund(c, roster.FundParams{Amount: usd("1.00"), Key: "k2"}, common(o)...)
		}},
		{"Reverse", 0, false, func(c c, h h, _ user.ID, o ...o) (any, error) {
			return h.Reverse(c, roster.ReverseParams{TransferID: 2, Key: "k3"}, common(o)...)
		}},
		{"DeleteAll", 0, false, func(c c, h h, _ user.ID, o ...o) (any, error) {
			return h.DeleteAll(c, roster.ListParams{}, []user.ID{boss}, o...)
		}},
		{"TransferToAll", 0, false, func(c c, h h, _ user.ID, o ...o) (any, error) {
			return h.Transfer(c, roster.TransferParams{All: true, Amount: usd("1.00")}, common(o)...)
		}},
		{"RefreshTab", 0, false, func(c c, h h, _ user.ID, o ...o) (any, error) { return h.RefreshTab(c, "inbox", common(o)...) }},
		{"ReserveAnybody", 0, false, func(c c, h h, _ user.ID, o ...o) (any, error) {
			if _, err := h.Release(c, agent, "chat", o...); err != nil || len(o) > 0 {
				return nil, err // agent holds a reservation, and only who holds none is chosen
			}
			return h.Reserve(c, 0, "chat")
		}},

		{"Patch", agent, false, func(c c, h h, id user.ID, o ...o) (any, error) {
			return h.Patch(c, id, user.Patch{LastName: user.Set("Agent")}, o...)
		}},
		{"Replace", agent, false, func(c c, h h, id user.ID, o ...o) (any, error) {
			return h.Replace(c, id, user.User{Identity: user.Identity{Login: "agent"}}, 0, o...)
		}},
		{"Edit", agent, false, func(c c, h h, id user.ID, o ...o) (any, error) {
			return h.Edit(c, []roster.Edit{{ID: id, Patch: user.Patch{LastName: user.Set("Agent")}, Password: &roster.PasswordChange{New: newPhrase}}}, o...)
		}},
		{"ResetPassword", agent, false, func(c c, h h, id user.ID, o ...o) (any, error) {
			return h.ResetPassword(c, id, roster.PasswordChange{New: newPhrase}, o...)
		}},
		{"SetRoles", agent, false, func(c c, h h, id user.ID, o ...o) (any, error) {
			return h.SetRoles(c, id, user.RolesOf(user.Supervisor), o...)
		}},
		{"Disable", agent, false, func(c c, h h, id user.ID, o ...o) (any, error) { return h.Disable(c, id, o...) }},
		{"Delete", agent, false, func(c c, h h, id user.ID, o ...o) (any, error) { return h.Delete(c, id, o...) }},
		{"DeleteMany", agent, false, func(c c, h h, id user.ID, o ...o) (any, error) { return h.DeleteMany(c, []user.ID{id}, o...) }},
		{"Restore", gone, false, func(c c, h h, id user.ID, o ...o) (any, error) { return h.Restore(c, id, o...) }},
		{"Erase", agent, false, func(c c, h h, id user.ID, o ...o) (any, error) { return h.Erase(c, id, o...) }},
		{"SetStatus", agent, false, func(c c, h h, id user.ID, o ...o) (any, error) { return h.SetStatus(c, id, user.DND, 3, o...) }},
		{"LockStatus", agent, false, func(c c, h h, id user.ID, o ...o) (any, error) { return h.LockStatus(c, id, user.DND, o...) }},
		{"UnlockStatus", agent, false, func(c c, h h, id user.ID, o ...o) (any, error) { return h.UnlockStatus(c, id, o...) }},
		{"Reserve", agent, false, func(c c, h h, id user.ID, o ...o) (any, error) { return h.Reserve(c, id, "chat", o...) }},
		{"Release", agent, false, func(c c, h h, id user.ID, o ...o) (any, error) { return h.Release(c, id, "chat", o...) }},
		{"SetView", agent, false, func(c c, h h, id user.ID, o ...o) (any, error) { return h.SetView(c, id, 2, true, o...) }},
		{"AddStatistic", agent, false, func(c c, h h, id user.ID, o ...o) (any, error) {
			return h.AddStatistic(c, id, user.Statistic{Name: "calls"}, o...)
		}},
		{"WatchStatistic", agent, false, func(c c, h h, id user.ID, o ...o) (any, error) {
			return h.WatchStatistic(c, id, waiting, true, o...)
		}},
		{"DeleteStatistic", agent, false, func(c c, h h, id user.ID, o ...o) (any, error) { return h.DeleteStatistic(c, id, waiting, o...) }},
		{"SetCampaign", agent, false, func(c c, h h, id user.ID, o ...o) (any, error) {
			return h.SetCampaign(c, id, user.Campaign{Name: "spring"}, o...)
		}},
		{"RequestActivation", agent, false, func(c c, h h, id user.ID, o ...o) (any, error) { return h.RequestActivation(c, id, o...) }},
		{"Transfer", agent, false, func(c c, h h, id user.ID, o ...o) (any, error) {
			return h.Transfer(c, roster.TransferParams{Users: []user.ID{id}, Amount: usd("1.00"), Key: "k4"}, common(o)...)
		}},
	}
}

// everyAbility runs a test for each ability that wanted selects, each in a new world.
func everyAbility(t *testing.T, wanted func(ability) bool, test func(t *testing.T, w *world, a ability)) {
	for _, a := range abilities() {
		if wanted(a) {
			t.Run(a.name, func(t *testing.T) { test(t, newWorld(t, memstore.New()), a) })
		}
	}
}

func whatever(ability) bool  { return true }
func writes(a ability) bool  { return !a.reads }
func targets(a ability) bool { return a.target != 0 }

func TestEveryAbilityWorksForTheHost(t *testing.T) {
	everyAbility(t, whatever, func(t *testing.T, w *world, a ability) {
		before := w.state().Revision
		if _, err := a.do(w.ctx, w.host, a.target); err != nil {
			t.Fatal(err)
		}
		after := w.state().Revision
		if a.reads && after != before || !a.reads && a.name != "UnlockStatus" && after == before {
			t.Errorf("revision %d became %d", before, after)
		}
	})
}

// TestEveryAbilityMayRunTwice checks that a call has the same result if the storage runs its
// function twice.
func TestEveryAbilityMayRunTwice(t *testing.T) {
	for _, a := range abilities() {
		t.Run(a.name, func(t *testing.T) {
			once, twice := newWorld(t, stores[0].open()), newWorld(t, stores[1].open())
			want, err1 := a.do(once.ctx, once.host, a.target)
			got, err2 := a.do(twice.ctx, twice.host, a.target)
			if err1 != nil || err2 != nil {
				t.Fatal(err1, err2)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the answer differs (-once +twice):\n%s", diff)
			}
			noHashes := cmp.FilterPath(func(p cmp.Path) bool { return p.String() == "Secrets" }, cmp.Ignore())
			if diff := cmp.Diff(once.state(), twice.state(), noHashes); diff != "" {
				t.Errorf("the state differs (-once +twice):\n%s", diff)
			}
		})
	}
}

// TestEveryAbilityIsWholeWhenTheStorageFails fails each call of the storage in turn. The ability
// returns the error of the storage and changes nothing.
func TestEveryAbilityIsWholeWhenTheStorageFails(t *testing.T) {
	for _, a := range abilities() {
		t.Run(a.name, func(t *testing.T) {
			for n := 1; ; n++ {
				w := newWorld(t, memstore.New())
				before := w.state()
				faulty := storagetest.Faults(w.store, n)
				dir := roster.New(faulty, roster.WithHasher(cheap()))
				_, err := a.do(w.ctx, dir.As("acme", roster.UserActor(boss)), a.target)
				method, fired := faulty.Fired()
				if !fired {
					break
				}
				if !errors.Is(err, storagetest.ErrInjected) {
					t.Errorf("call %d, %s, failed: got error %v", n, method, err)
				}
				if diff := cmp.Diff(before, w.state()); diff != "" && a.name != "ReserveAnybody" {
					t.Errorf("call %d, %s, failed and left (-before +after):\n%s", n, method, diff)
				}
			}
		})
	}
}

func TestADoneContextEndsEveryCallBeforeItBegins(t *testing.T) {
	everyAbility(t, whatever, func(t *testing.T, w *world, a ability) {
		ctx, cancel := context.WithCancel(w.ctx)
		cancel()
		w.unchanged(a.name, func() {
			_, err := a.do(ctx, w.host, a.target)
			w.is(err, context.Canceled, a.name)
		})
	})
}

// TestADirectoryWithoutAStorageRefusesEveryCall checks a nil and a zero Directory: they behave as
// if the storage were closed.
func TestADirectoryWithoutAStorageRefusesEveryCall(t *testing.T) {
	for _, dir := range []*roster.Directory{{}, roster.New(nil)} {
		for _, a := range abilities() {
			if _, err := a.do(context.Background(), dir.As("acme", roster.SystemActor()), agent); !errors.Is(err, storage.ErrClosed) {
				t.Errorf("%s: %v", a.name, err)
			}
		}
		if _, err := dir.SignIn(context.Background(), "acme", "agent", oldPhrase); !errors.Is(err, storage.ErrClosed) {
			t.Errorf("SignIn: %v", err)
		}
	}
}

// TestHostileAccountIDsAreRefusedByEveryCall checks that an account id that is not valid does not
// reach the storage.
func TestHostileAccountIDsAreRefusedByEveryCall(t *testing.T) {
	dir := newDirectory()
	for _, id := range []user.AccountID{"", "a\x00b", "\xff", "../etc", user.AccountID(strings.Repeat("a", 1<<20))} {
		for _, a := range abilities() {
			_, err := a.do(context.Background(), dir.As(id, roster.SystemActor()), agent)
			var invalid *validate.Error
			if !errors.As(err, &invalid) || !slices.Contains([]string{"/account", "/id"}, invalid.Problems[0].Path) {
				t.Errorf("%s in account %.10q: %v", a.name, id, err)
			}
		}
		if _, err := dir.SignIn(context.Background(), id, "agent", oldPhrase); !errors.Is(err, validate.ErrInvalid) {
			t.Errorf("SignIn in account %.10q: %v", id, err)
		}
	}
}

func TestADryRunAnswersLikeTheCallAndDoesNothing(t *testing.T) {
	everyAbility(t, writes, func(t *testing.T, w *world, a ability) {
		if a.name == "ReserveAnybody" {
			_, err := w.host.Release(w.ctx, agent, "chat")
			w.ok(err)
			a.do = func(c context.Context, h roster.Handle, _ user.ID, o ...roster.CallOption) (any, error) {
				return h.Reserve(c, 0, "chat", o...)
			}
		}
		var preview any
		w.unchanged(a.name, func() {
			var err error
			preview, err = a.do(w.ctx, w.host, a.target, roster.DryRun())
			w.ok(err)
		})
		result, err := a.do(w.ctx, w.host, a.target)
		w.ok(err)
		if diff := cmp.Diff(preview, result); diff != "" {
			t.Errorf("the answer differs (-dry +real):\n%s", diff)
		}
	})
}

func TestADryRunThatWouldWriteNothingKeepsTheRevision(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		now := w.state().Revision
		for _, opts := range [][]roster.CallOption{{roster.DryRun()}, nil} {
			r, err := w.host.Patch(w.ctx, agent, user.Patch{DisplayName: user.Set("Ann")}, opts...)
			w.ok(err)
			if r.Revision != now || r.Changed != 0 {
				t.Errorf("revision %d, changed %v; want %d and nothing", r.Revision, r.Changed, now)
			}
		}
	})
}

func TestEveryWriteCanExpectARevision(t *testing.T) {
	everyAbility(t, writes, func(t *testing.T, w *world, a ability) {
		now := w.state().Revision
		w.unchanged(a.name, func() {
			_, err := a.do(w.ctx, w.host, a.target, roster.IfRevision(now-1))
			w.is(err, roster.ErrStale, a.name)
			_, err = a.do(w.ctx, w.host, a.target, roster.IfVersion(77))
			w.is(err, roster.ErrStale, a.name)
		})
		_, err := a.do(w.ctx, w.host, a.target, roster.IfRevision(now))
		w.ok(err)
	})
}

// TestEveryWriteRecordsWhoWhenAndWhy checks that each write appends a change in its own revision,
// with actor, time and reason.
func TestEveryWriteRecordsWhoWhenAndWhy(t *testing.T) {
	everyAbility(t, writes, func(t *testing.T, w *world, a ability) {
		if a.name == "UnlockStatus" {
			_, err := w.host.LockStatus(w.ctx, agent, user.Ready)
			w.ok(err)
		}
		seen := w.state().Revision
		_, err := a.do(w.ctx, w.as(boss), a.target, roster.WithReason("a reason"))
		w.ok(err)
		changes, err := w.host.Changes(w.ctx, storage.ChangeQuery{After: storage.AfterRevision(seen)})
		w.ok(err)
		if len(changes) == 0 {
			t.Fatal("no change was recorded")
		}
		for _, c := range changes {
			if c.ID.Revision != seen+1 || c.Actor != boss || c.Reason != "a reason" || !c.At.Equal(noon) {
				t.Errorf("%s: revision %d, by %d, because %q, at %v", c.Type, c.ID.Revision, c.Actor, c.Reason, c.At)
			}
			if a.target != 0 && c.UserID != a.target {
				t.Errorf("%s is about user %d, not %d", c.Type, c.UserID, a.target)
			}
			if c.Created != nil && c.Created.Version != seen+1 {
				t.Errorf("%s: the user has version %d in revision %d", c.Type, c.Created.Version, seen+1)
			}
		}
	})
}

// TestTheListOfAbilitiesIsWhole fails for an exported method of Handle that the list of abilities
// does not call.
func TestTheListOfAbilitiesIsWhole(t *testing.T) {
	var names []string
	for _, a := range abilities() {
		names = append(names, a.name)
	}
	elsewhere := []string{
		"AccountID", "WithAuthorizer", "WithPasswordPolicy", "WithValidation", // no calls
		"CreateAccount", "DeleteAccount", "CompactChanges", "Enable", "Explain", "ChangePassword", // in tests of their own
		"Deliveries", "DeleteDelivery", "DeadLetters", "ReplayDeadLetter", "DeleteDeadLetter", // TestDeadLetters
	}
	for name := range methods(roster.Handle{}) {
		if !slices.Contains(names, name) && !slices.Contains(elsewhere, name) {
			t.Errorf("Handle.%s is no ability of the tests", name)
		}
	}
}
