package roster_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// TestTheGreatestPageKnowsWhetherItIsTheLast reads a page of storage.MaxPage users with and without
// a next page, and a backlog of changes of more than a page. A sequence begins anew each time.
func TestTheGreatestPageKnowsWhetherItIsTheLast(t *testing.T) {
	w := empty(t, memstore.New())
	w.ok(second(w.host.CreateAccount(w.ctx, user.Account{Currency: "USD"})))
	w.crowd(storage.MaxPage)
	var last user.ID
	for _, more := range []bool{false, true} {
		if more {
			last = add(w.host, "zz").ID
		}
		p := must(w.host.List(w.ctx, page(storage.MaxPage)))
		if len(p.Users) != storage.MaxPage || (p.Next != "") != more {
			t.Errorf("%d users, next %q, another one: %t", len(p.Users), p.Next, more)
		}
	}
	all, watch := w.host.All(w.ctx, roster.ListParams{}), w.host.Watch(w.ctx, storage.ChangeID{})
	for range 2 {
		users, changes := 0, 0
		for _, err := range all {
			w.ok(err)
			users++
		}
		for c, err := range watch {
			w.ok(err)
			if changes++; c.UserID == last {
				break
			}
		}
		if users != storage.MaxPage+1 || changes != storage.MaxPage+3 {
			t.Errorf("All yields %d users, Watch %d changes", users, changes)
		}
	}
}

func TestIterationStopsAtAnError(t *testing.T) {
	w := newWorld(t, memstore.New())
	n := 0
	for _, err := range w.as(noUser).All(w.ctx, roster.ListParams{}) {
		w.is(err, permission.ErrDenied, "All")
		n++
	}
	if n != 1 {
		t.Errorf("%d errors", n)
	}
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

func TestWatchEnds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		changes := w.state().Changes
		for _, h := range []roster.Handle{w.host, roster.New(noWaiter{w.store}).As("acme", roster.SystemActor())} {
			ctx, cancel := context.WithTimeout(w.ctx, 20*time.Millisecond)
			defer cancel()
			n := 0
			for _, err := range h.Watch(ctx, changes[len(changes)-1].ID) { // with its context, in the midst of waiting
				w.is(err, context.DeadlineExceeded, "Watch")
				n++
			}
			if n != 1 {
				t.Errorf("%d errors", n)
			}
		}
	})
	w := newWorld(t, memstore.New(memstore.MaxChanges(2)))
	w.is(second(first(w.host.Watch(w.ctx, storage.ChangeID{}))), storage.ErrCompacted, "the changes are gone")
	w.is(second(first(w.as(agent).Watch(w.ctx, storage.ChangeID{}))), permission.ErrDenied, "the actor may read no user")
}

func TestFindByEachKind(t *testing.T) {
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
		w.ok(second(w.host.Patch(w.ctx, other, user.Patch{Email: user.Set("ann@example.com")})))
		w.is(second(w.host.Find(w.ctx, user.KeyEmail, "ann@example.com")), storage.ErrAmbiguous, "two users")
		_, err := w.as(manager).WithAuthorizer(permission.LivePerson()).Find(w.ctx, user.KeyEmail, "ann@example.com")
		w.is(err, storage.ErrAmbiguous, "two users, to who may read them")
		if u := must(w.as(other).Find(w.ctx, user.KeyEmail, "ann@example.com")); u.ID != other {
			t.Errorf("beside a hidden user with the same e-mail: user %d", u.ID)
		}
		w.is(second(w.host.Find(w.ctx, user.KeyLogin, "gone")), storage.ErrNotFound, "a deleted user")
	})
}

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
