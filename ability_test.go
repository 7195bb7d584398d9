package roster_test

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	calls "github.com/ca74b63c/roster/internal/ability"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// ability is a call of internal/ability that users may make too.
type ability struct {
	calls.Ability
	name   string
	target user.ID
	reads  bool
	do     func(ctx context.Context, h roster.Handle, id user.ID, opts ...roster.CallOption) (any, error)
}

func abilities() (list []ability) {
	for _, a := range calls.All() {
		if !a.Kind.Host() {
			list = append(list, ability{a, a.Name, a.Target, a.Kind.Reads(), a.Do})
		}
	}
	return list
}

// worldFor returns a new world in which the ability succeeds.
func worldFor(t testing.TB, a ability, store storage.Storage, opts ...roster.Option) *world {
	t.Helper()
	w := newWorld(t, store, opts...)
	w.ok(a.Prepare(w.ctx, w.host))
	return w
}

// common converts options for a call that takes only CommonOptions.
var common = calls.Common

// first returns the first item of a sequence.
func first[T any](seq iter.Seq2[T, error]) (any, error) {
	for v, err := range seq {
		return v, err
	}
	return nil, nil
}

// everyAbility runs a test for each ability that wanted selects, each in a new world.
func everyAbility(t *testing.T, wanted func(ability) bool, test func(t *testing.T, w *world, a ability)) {
	for _, a := range abilities() {
		if wanted(a) {
			t.Run(a.name, func(t *testing.T) { test(t, worldFor(t, a, memstore.New()), a) })
		}
	}
}

func whatever(ability) bool  { return true }
func writes(a ability) bool  { return !a.reads }
func targets(a ability) bool { return a.target != 0 }

// TestEveryAbilityMayRunTwice checks that a call succeeds, and has the same result if the storage
// runs its function twice. Only a call that writes raises the revision.
func TestEveryAbilityMayRunTwice(t *testing.T) {
	for _, a := range abilities() {
		t.Run(a.name, func(t *testing.T) {
			once, twice := worldFor(t, a, stores[0].open()), worldFor(t, a, stores[1].open())
			before := once.state().Revision
			want, got := must(a.do(once.ctx, once.host, a.target)), must(a.do(twice.ctx, twice.host, a.target))
			same(t, "the answer differs", got, want)
			noHashes := cmp.FilterPath(func(p cmp.Path) bool { return p.String() == "Secrets" }, cmp.Ignore())
			if diff := cmp.Diff(once.state(), twice.state(), noHashes); diff != "" {
				t.Errorf("the state differs (-once +twice):\n%s", diff)
			}
			if after := once.state().Revision; a.reads != (after == before) {
				t.Errorf("revision %d became %d", before, after)
			}
		})
	}
}

// TestEveryAbilityIsWholeWhenTheStorageFails fails each call of the storage in turn. The ability
// returns the error of the storage and changes nothing.
func TestEveryAbilityIsWholeWhenTheStorageFails(t *testing.T) {
	for _, a := range calls.All() {
		t.Run(a.Name, func(t *testing.T) {
			actor := roster.UserActor(boss)
			if a.Kind.Host() {
				actor = roster.SystemActor()
			}
			w := newWorld(t, memstore.New())
			w.ok(a.Prepare(w.ctx, w.host))
			w.now = noon.Add(time.Second) // which CompactChanges needs
			w.ok(second(w.failing(a.Name, actor, func(h roster.Handle) error { return second(a.Do(w.ctx, h, a.Target)) })))
		})
	}
}

func TestADoneContextEndsEveryCallBeforeItBegins(t *testing.T) {
	w := newWorld(t, memstore.New())
	ctx, cancel := context.WithCancel(w.ctx)
	cancel()
	for _, a := range calls.All() {
		w.unchanged(a.Name, func() { w.is(second(a.Do(ctx, w.host, a.Target)), context.Canceled, a.Name) })
	}
}

// TestEveryCallNeedsAnAccountAndAStorage checks that an account id that is not valid does not reach
// the storage. A nil and a zero Directory behave as if the storage were closed.
func TestEveryCallNeedsAnAccountAndAStorage(t *testing.T) {
	type account = user.AccountID
	ctx, open := context.Background(), newDirectory()
	for _, tt := range []struct {
		dir  *roster.Directory
		id   account
		want error
	}{
		{open, "", validate.ErrInvalid}, {open, "a\x00b", validate.ErrInvalid}, {open, "\xff", validate.ErrInvalid},
		{open, "../etc", validate.ErrInvalid}, {open, account(strings.Repeat("a", 1<<20)), validate.ErrInvalid},
		{new(roster.Directory), "acme", storage.ErrClosed}, {roster.New(nil), "acme", storage.ErrClosed},
	} {
		for _, a := range calls.All() {
			_, err := a.Do(ctx, tt.dir.As(tt.id, roster.SystemActor()), agent)
			if !errors.Is(err, tt.want) || tt.dir == open && !slices.Contains([]string{"/account", "/id"}, field(err)) {
				t.Errorf("%s in account %.10q: %v", a.Name, tt.id, err)
			}
		}
		if _, err := tt.dir.SignIn(ctx, tt.id, "agent", oldPhrase); !errors.Is(err, tt.want) {
			t.Errorf("SignIn in account %.10q: %v", tt.id, err)
		}
	}
}

func TestADryRunAnswersLikeTheCallAndDoesNothing(t *testing.T) {
	everyAbility(t, writes, func(t *testing.T, w *world, a ability) {
		var preview any
		w.unchanged(a.name, func() {
			var err error
			preview, err = a.do(w.ctx, w.host, a.target, roster.DryRun())
			w.ok(err)
		})
		result, err := a.do(w.ctx, w.host, a.target)
		w.ok(err)
		same(t, "the answer differs", result, preview)
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

func TestTheListOfAbilitiesIsWhole(t *testing.T) {
	var names []string
	for _, a := range calls.All() {
		names = append(names, a.Name)
	}
	elsewhere := []string{
		"AccountID", "WithAuthorizer", "WithPasswordPolicy", "WithValidation", // no calls
		"CreateAccount", "Enable", "Explain", "ChangePassword", // in tests of their own
	}
	for name := range methods(roster.Handle{}) {
		if !slices.Contains(names, name) && !slices.Contains(elsewhere, name) {
			t.Errorf("Handle.%s is no ability of the tests", name)
		}
	}
}

// methods yields the names of the exported methods of v.
func methods(v any) iter.Seq[string] {
	return func(yield func(string) bool) {
		for m := range reflect.TypeOf(v).Methods() {
			if !yield(m.Name) {
				return
			}
		}
	}
}

func TestEveryAbilityHasAnExample(t *testing.T) {
	var examples strings.Builder
	for _, name := range must(filepath.Glob("example_*test.go")) {
		examples.Write(must(os.ReadFile(name)))
	}
	for _, v := range []any{roster.Handle{}, &roster.Directory{}} {
		for name := range methods(v) {
			if !strings.Contains(examples.String(), "."+name+"(") {
				t.Errorf("no example calls %s", name)
			}
		}
	}
}

// lastTime is the last time that there can be, beyond the next one.
var (
	lastTime = time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC)
	beyond   = lastTime.Add(time.Microsecond)
)

// TestTimesEndWithYear9999 checks that every writing call fails, and changes nothing, if the clock
// is outside the years 1 to 9999. The results of calls at the last valid time have a JSON form.
func TestTimesEndWithYear9999(t *testing.T) {
	everyAbility(t, writes, func(t *testing.T, w *world, a ability) {
		w.unchanged(a.name, func() {
			for _, now := range []time.Time{beyond, {}, time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC)} {
				w.now = now
				w.is(second(a.do(w.ctx, w.host, a.target)), user.ErrTime, now.String())
			}
		})
		w.now = lastTime
		_, err := a.do(w.ctx, w.host, a.target)
		switch { // a reservation would end beyond it, and those that there were have expired
		case errors.Is(err, user.ErrTime) && strings.HasPrefix(a.name, "Reserve"), errors.Is(err, user.ErrNoSlot):
		default:
			w.ok(err)
		}
		w.ok(second(json.Marshal(w.state())))
	})
}
