package roster_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// TestAListShowsWhatGetReturns checks rows that select users by an id that they share with the
// actor. internal/systemtest/lists tries random policies.
func TestAListShowsWhatGetReturns(t *testing.T) {
	none := inSets()
	each(t, func(t *testing.T, w *world) {
		for _, id := range []user.ProfileID{11, 12} {
			w.ok(second(w.host.PutReference(w.ctx, profileOf(id, fmt.Sprint("p", id), ""))))
		}
		for id, p := range map[user.ID]user.Patch{manager: inSets(11), agent: inSets(11, 12), other: inSets(12)} {
			w.ok(second(w.host.Patch(w.ctx, id, p)))
		}
		for a := range none.Attributes().All() {
			h := w.as(manager).WithAuthorizer(policyOf(permission.Row{
				Actions: permission.ActionsOf(permission.UserList, permission.UserRead), Roles: user.RolesOf(user.AgentManager),
				Scope: permission.SameAs(a),
			}))
			twelve := []storage.Query{{Group: 12}, {Profile: 12}, {PermissionGroup: 12}, {LineOfBusiness: 12}, {Applications: []user.ApplicationID{12}}}
			for _, q := range append(twelve, storage.Query{}) {
				var want []user.ID
				for _, u := range w.state().Users {
					if _, err := h.Get(w.ctx, u.ID); err == nil && q.Match(u) {
						want = append(want, u.ID)
					}
				}
				var got []user.ID
				for _, u := range must(h.List(w.ctx, roster.ListParams{Query: q})).Users {
					got = append(got, u.ID)
				}
				if n := must(h.Count(w.ctx, roster.ListParams{Query: q})); !slices.Equal(got, want) || n != len(want) || n == 0 {
					t.Errorf("%s: got %v, counted %d, want %v", a, got, n, want)
				}
			}
		}
	})
}

// inSets returns a patch that sets each attribute that permission.SameAs compares, and that is a
// set, to the ids.
func inSets(ids ...int64) user.Patch {
	return user.Patch{
		Groups: user.Set(setOf[user.GroupID](ids)), PermissionGroups: user.Set(setOf[user.PermissionGroupID](ids)),
		LinesOfBusiness: user.Set(setOf[user.LineOfBusinessID](ids)), Profiles: user.Set(setOf[user.ProfileID](ids)),
		Applications: user.Set(setOf[user.ApplicationID](ids)),
	}
}

func setOf[T ~int64](ids []int64) (set user.IDSet[T]) {
	for _, id := range ids {
		set = set.With(T(id))
	}
	return set
}

// TestJudgingUsersOneByOneIsBounded checks a list whose policy decides about each user: it ends
// with its context, and each read of the storage takes a page at most.
func TestJudgingUsersOneByOneIsBounded(t *testing.T) {
	w := newWorld(t, stores[0].open())
	w.crowd(2970)
	asked := 0
	ctx, cancel := context.WithCancel(w.ctx)
	judged := func(stop int) roster.Handle { // cancels after so many questions, if it is not 0
		asked = 0
		return w.as(agent).WithAuthorizer(permission.AuthorizerFunc(func(_ context.Context, r permission.Request) error {
			if asked++; asked == stop {
				cancel()
			}
			if r.Target.ID%2 == 0 {
				return nil
			}
			return &permission.Denied{Reason: permission.Reason{Scoped: true}}
		}))
	}
	page := must(judged(0).List(ctx, page(10)))
	if len(page.Users) != 10 || page.Next == "" || asked > 100 {
		t.Errorf("%d users after %d questions", len(page.Users), asked)
	}
	if n := must(judged(0).Count(ctx, roster.ListParams{})); n < 1480 || n > 1490 {
		t.Errorf("counted %d", n)
	}
	_, err := judged(20).Count(ctx, roster.ListParams{})
	if !errors.Is(err, context.Canceled) || asked > 20+2*storage.MaxPage {
		t.Errorf("%v after %d questions", err, asked)
	}
}

// TestViewsAreShownWhereTheyMayBeRead checks that lists and reads show views only to an actor
// that may read views.
func TestViewsAreShownWhereTheyMayBeRead(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h, c := w.as(boss).WithAuthorizer(refuses(&permission.Denied{}, func(r permission.Request) bool {
			return r.Action == permission.ViewsRead && r.Target.ID == agent
		})), w.ctx
		w.is(second(h.Views(c, agent)), permission.ErrDenied, "Views")
		for i, u := range []user.User{
			must(h.Get(c, agent)), must(h.GetMany(c, agent))[0], must(h.GetDeleted(c, agent)),
			must(h.Find(c, user.KeyLogin, "agent")), must(h.List(c, list([]user.ID{agent}))).Users[0],
		} {
			if u.Preferences.Views.Len() != 0 || u.ID != agent {
				t.Errorf("read %d shows the views %v", i, u.Preferences.Views)
			}
		}
		settings, whole := must(h.Settings(c, agent)), must(w.as(boss).Get(c, agent))
		if settings.Preferences.Views.Len() != 1 || whole.Preferences.Views.Len() != 1 {
			t.Error("the views are gone for those who may read them")
		}
	})
}

// TestWatchLosesNothing checks that each watcher receives every change once and in order, while
// several goroutines write.
func TestWatchLosesNothing(t *testing.T) {
	for name, store := range map[string]storage.Storage{"told": memstore.New(), "asking": noWaiter{memstore.New()}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, store)
			before := w.state().Changes
			after := before[3].ID // in the middle of what there was
			const writers, each = 4, 20
			want := len(before) - 4 + writers*each
			ctx, cancel := context.WithTimeout(w.ctx, 30*time.Second)
			defer cancel()
			var done sync.WaitGroup
			for range writers {
				done.Go(func() {
					for range each {
						if _, err := w.host.RefreshTab(w.ctx, "inbox"); err != nil {
							t.Error(err)
						}
					}
				})
			}
			for range 2 {
				done.Go(func() {
					last, n := after, 0
					for c, err := range w.host.Watch(ctx, after) {
						if err != nil || !last.Less(c.ID) {
							t.Errorf("change %v after %v: %v", c.ID, last, err)
							return
						}
						last = c.ID
						if n++; n == want {
							return
						}
					}
				})
			}
			done.Wait()
		})
	}
}

// noWaiter hides that a storage is a storage.Waiter.
type noWaiter struct{ storage.Storage }

// TestListByApplicationName checks a list by part of the name of an application, in an account
// with more applications than a page holds.
func TestListByApplicationName(t *testing.T) {
	w := newWorld(t, memstore.New())
	for i := range storage.MaxPage + 1 {
		w.ok(second(w.host.PutReference(w.ctx, user.Reference{Kind: user.ReferenceApplication, Name: fmt.Sprint("App ", i)})))
	}
	last := user.Patch{Applications: user.Set(user.IDSetOf[user.ApplicationID](storage.MaxPage + 1))}
	w.ok(second(w.host.Patch(w.ctx, agent, last)))
	for name, want := range map[string]int{"app 1000": 1, "app 999": 0, "none": 0} {
		p, n := must(w.host.List(w.ctx, roster.ListParams{ApplicationName: name})), must(w.host.Count(w.ctx, roster.ListParams{ApplicationName: name}))
		if len(p.Users) != want || n != want {
			t.Errorf("%s: %d users, count %d", name, len(p.Users), n)
		}
	}
	l := roster.ListParams{ApplicationName: "app"}
	l.Applications = []user.ApplicationID{3}
	if n := must(w.host.Count(w.ctx, l)); n != 0 {
		t.Errorf("both filters: %d users", n)
	}
}

// patches changes a user once at each of the given hours after noon.
func (w *world) patches(hours ...int) {
	w.Helper()
	for _, h := range hours {
		w.now = noon.Add(time.Duration(h) * time.Hour)
		w.ok(second(w.host.Patch(w.ctx, agent, user.Patch{Description: user.Set(w.now.String())})))
	}
}

func TestCompactChangesForgetsWhatIsOlder(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.patches(1, 2, 3, 4)
		all := must(w.host.Changes(w.ctx, storage.ChangeQuery{}))
		kept, limit := all[len(all)-2:], noon.Add(3*time.Hour)
		transfers := w.state().Transfer
		w.unchanged("a refused compaction", func() {
			for _, before := range []time.Time{{}, w.now.Add(time.Second)} {
				w.is(problemAt("/before", second(w.host.CompactChanges(w.ctx, before))), validate.ErrInvalid, before.String())
			}
			w.is(second(w.host.CompactChanges(w.ctx, w.now, roster.IfRevision(1))), roster.ErrStale, "another revision")
		})
		var preview storage.ChangeID
		w.unchanged("a dry run", func() { preview = must(w.host.CompactChanges(w.ctx, limit, roster.DryRun())) })
		last := must(w.host.CompactChanges(w.ctx, limit, roster.WithReason("two years have passed")))
		if last != preview || last != storage.AfterRevision(kept[0].ID.Revision-1) {
			t.Errorf("compacted to %v, preview %v", last, preview)
		}
		left := must(w.host.Changes(w.ctx, storage.ChangeQuery{After: last}))
		if len(left) != 3 {
			t.Fatalf("left are %+v", left)
		}
		same(t, "what is left", left[:2], kept)
		if c := left[2]; c.Type != storage.ChangesCompacted || c.Reason != "two years have passed" || !c.At.Equal(w.now) {
			t.Errorf("the compaction is recorded as %+v", c)
		}
		same(t, "the ledger", must(w.host.Transfers(w.ctx, roster.TransferListParams{})), transfers)
		for _, after := range []storage.ChangeID{{}, all[0].ID, all[len(all)-4].ID} {
			_, err := w.host.Changes(w.ctx, storage.ChangeQuery{After: after})
			var gone *storage.CompactedError
			if !errors.As(err, &gone) || !errors.Is(err, storage.ErrCompacted) || gone.Last != last {
				t.Errorf("changes after %v: %v", after, err)
			}
			w.is(second(first(w.host.Watch(w.ctx, after))), storage.ErrCompacted, "Watch")
		}
		w.unchanged("a second compaction", func() {
			for _, before := range []time.Time{limit, noon, noon.Add(-time.Hour)} {
				if again := must(w.host.CompactChanges(w.ctx, before)); again != last {
					t.Errorf("compacted to %v", again)
				}
			}
		})
	})
}

func TestCompactChangesOfAnEmptyAccount(t *testing.T) {
	w := empty(t, memstore.New())
	if last := must(w.host.CompactChanges(w.ctx, noon)); last != (storage.ChangeID{}) || must(w.host.Revision(w.ctx)) != 0 {
		t.Errorf("compacted to %v", last)
	}
}

// TestTheGreatestPageKnowsWhetherItIsTheLast reads a page of storage.MaxPage users with and without
// a next page, and a backlog of changes of more than a page. A sequence begins anew each time.
func TestTheGreatestPageKnowsWhetherItIsTheLast(t *testing.T) {
	w := empty(t, memstore.New())
	w.ok(second(w.host.CreateAccount(w.ctx, user.Account{Currency: "USD"})))
	w.crowd(storage.MaxPage)
	for _, more := range []bool{false, true} {
		if more {
			add(w.host, "zz")
		}
		p := must(w.host.List(w.ctx, page(storage.MaxPage)))
		if len(p.Users) != storage.MaxPage || (p.Next != "") != more {
			t.Errorf("%d users, next %q, another one: %t", len(p.Users), p.Next, more)
		}
	}
	all, watch, last := w.host.All(w.ctx, roster.ListParams{}), w.host.Watch(w.ctx, storage.ChangeID{}), w.last()
	for range 2 {
		users, changes := 0, 0
		for _, err := range all {
			w.ok(err)
			users++
		}
		for c, err := range watch {
			w.ok(err)
			if changes++; c.ID == last {
				break
			}
		}
		if users != storage.MaxPage+1 || changes != storage.MaxPage+3 {
			t.Errorf("All yields %d users, Watch %d changes", users, changes)
		}
	}
}

// TestSequencesEndWithOneError checks that All, Accounts and Watch yield an error once, as the last
// item, and that Watch ends with its context while it waits.
func TestSequencesEndWithOneError(t *testing.T) {
	w, closed, compacted := newWorld(t, memstore.New()), memstore.New(), newWorld(t, memstore.New(memstore.MaxChanges(2)))
	w.ok(closed.Close())
	canceled, cancel := context.WithCancel(w.ctx)
	cancel()
	soon, cancel := context.WithTimeout(w.ctx, 20*time.Millisecond)
	defer cancel()
	var none *roster.Directory
	var noContext context.Context
	asking := roster.New(noWaiter{w.store}).As("acme", roster.SystemActor())
	for _, tt := range []struct {
		what  string
		items iter.Seq2[any, error]
		want  error
	}{
		{"All of no user", anys(w.as(noUser).All(w.ctx, roster.ListParams{})), permission.ErrDenied},
		{"Accounts of a closed storage", anys(roster.New(closed).Accounts(w.ctx)), storage.ErrClosed},
		{"Accounts of no directory", anys(none.Accounts(w.ctx)), storage.ErrClosed},
		{"Accounts with a done context", anys(w.dir.Accounts(canceled)), context.Canceled},
		{"Accounts without a context", anys(w.dir.Accounts(noContext)), validate.ErrInvalid},
		{"Watch that waits", anys(w.host.Watch(soon, w.last())), context.DeadlineExceeded},
		{"Watch that asks", anys(asking.Watch(soon, w.last())), context.DeadlineExceeded},
		{"Watch of changes that are gone", anys(compacted.host.Watch(w.ctx, storage.ChangeID{})), storage.ErrCompacted},
		{"Watch by an actor that may read no user", anys(w.as(agent).Watch(w.ctx, storage.ChangeID{})), permission.ErrDenied},
	} {
		n := 0
		for _, err := range tt.items {
			w.is(err, tt.want, tt.what)
			n++
		}
		if n != 1 {
			t.Errorf("%s: %d items", tt.what, n)
		}
	}
}

// anys is seq with items of any type.
func anys[T any](seq iter.Seq2[T, error]) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) { seq(func(v T, err error) bool { return yield(v, err) }) }
}

// TestFind checks each kind of key. Hidden users count as missing: the error is the same for no,
// one and several hidden users with an e-mail address.
func TestFind(t *testing.T) {
	agents := policyOf(permission.Row{
		Roles: user.RolesOf(user.AgentManager), Targets: user.RolesOf(user.Agent), Actions: permission.ActionsOf(permission.UserRead),
	})
	each(t, func(t *testing.T, w *world) {
		w.ok(second(w.host.Patch(w.ctx, agent, user.Patch{EmployeeID: user.Set("e-2")})))
		for kind, text := range map[user.KeyKind]string{
			user.KeyLogin: "AGENT", user.KeyPID: "p2", user.KeyFullName: "Ann Agent", user.KeyEmail: "ann@Example.com",
			user.KeyPhone: "+31612345678", user.KeyEmployeeID: "e-2",
		} {
			if u := must(w.host.Find(w.ctx, kind, text)); u.ID != agent {
				t.Errorf("%s: user %d", kind, u.ID)
			}
			w.is(second(w.as(other).Find(w.ctx, kind, text)), storage.ErrNotFound, "hidden, "+kind.String())
		}
		w.is(second(w.host.Find(w.ctx, user.KeyLogin, "gone")), storage.ErrNotFound, "a deleted user")

		h, email := w.as(manager).WithAuthorizer(agents), user.Patch{Email: user.Set("chief@example.com")}
		find := func(h roster.Handle) error { return second(h.Find(w.ctx, user.KeyEmail, "Chief@example.com")) }
		for _, id := range []user.ID{boss, manager} { // neither is an agent
			w.is(find(h), storage.ErrNotFound, "a hidden e-mail")
			w.ok(second(w.host.Patch(w.ctx, id, email)))
		}
		w.is(find(h), storage.ErrNotFound, "two hidden users")
		w.is(find(w.host), storage.ErrAmbiguous, "two users")
		w.ok(second(w.host.Patch(w.ctx, agent, email)))
		w.ok(find(h)) // beside hidden users with the same e-mail
		w.ok(second(w.host.Patch(w.ctx, other, email)))
		w.is(find(h), storage.ErrAmbiguous, "two users that the actor may read")
		for n, want := 1, errEngineDown; want == errEngineDown; n++ {
			engine := &failingOn{Authorizer: permissive, fails: func(question int, _ permission.Request) bool { return question == n }}
			err := find(w.as(boss).WithAuthorizer(engine))
			if engine.failed == 0 {
				want = storage.ErrAmbiguous
			}
			w.is(err, want, "Find by an Authorizer that fails")
		}
	})
}
