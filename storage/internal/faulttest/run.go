package faulttest

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/internal/ability"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/storage/stream"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
)

// noon is the time at which the account is made. The abilities run two seconds later.
var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// unused lists the methods of a storage that no ability calls, each with its reason.
var unused = map[string]string{
	"Accounts": "every call of the front door is about one account",
	"Load":     "for moving an account",
	"Close":    "no call of the front door",
	"Revision": "cannot fail", "ConfigRevision": "cannot fail",
	"Next": "cannot fail",

	"Delivery": delivering, "PutDelivery": delivering,
}

const delivering = "for Deliver, which writes in many transactions"

// Run tests that a call of a roster.Handle changes nothing if the storage fails. The calls come
// from package ability: an ability is one call with its arguments. Run runs each ability in a new
// account, once for each call that the ability makes to the storage, with an error injected into
// that storage call. After each of these runs:
//
//   - The ability must have returned storagetest.ErrInjected. An ability that changes nothing may
//     also succeed if the failed storage call was a write.
//   - The account must be unchanged.
//   - Run calls atRest, which must fail the test if s still holds resources.
//
// Run then runs the ability without an injected error. The ability must succeed. The account must
// have changed, or be unchanged if the ability changes nothing.
//
// Run also fails the test if goroutines are left over. If all abilities ran, they must have called
// every method of the storage that is not in the list unused, and no other one.
func Run(t *testing.T, s storage.Storage, atRest func(*testing.T)) {
	t.Helper()
	hasher, err := password.New(password.WithCost(password.Cost{Memory: 8, Time: 1, Threads: 1}))
	must(t, err)
	now := noon
	open := func(s storage.Storage) *roster.Directory {
		return roster.New(s, roster.WithHasher(hasher), roster.WithClock(func() time.Time { return now }))
	}
	failed, ran := make(map[string]bool), 0
	var goroutines int
	all := append(ability.All(), ability.Again())
	for i, a := range all {
		t.Run(a.Name, func(t *testing.T) {
			ran++
			account := user.AccountID(fmt.Sprint("account-", i))
			now = noon
			host := open(s).As(account, roster.SystemActor())
			must(t, ability.Populate(t.Context(), host))
			must(t, a.Prepare(t.Context(), host))
			now = noon.Add(2 * time.Second)
			if goroutines == 0 {
				goroutines = runtime.NumGoroutine() // with those that s keeps
			}
			before := stateOf(t, s, account)
			for n := 1; ; n++ {
				faulty := storagetest.Faults(s, n)
				actor := roster.UserActor(ability.Boss)
				if a.Kind.Host() {
					actor = roster.SystemActor()
				}
				_, err := a.Do(t.Context(), open(faulty).As(account, actor), a.Target)
				after := stateOf(t, s, account)
				method, fired := faulty.Fired()
				if !fired {
					if err != nil || (a.Kind.Reads() == !slices.Equal(before, after)) {
						t.Errorf("without a fault: error %v, the state changed: %t", err, !slices.Equal(before, after))
					}
					break
				}
				failed[method] = true
				// A call that writes nothing in the end may have tried to, and found that it need
				// not.
				_, reading := reflect.TypeFor[storage.Reader]().MethodByName(method)
				if retaken := a.Kind.Reads() && !reading && err == nil; !retaken && !errors.Is(err, storagetest.ErrInjected) {
					t.Errorf("call %d, %s, failed: got error %v", n, method, err)
				}
				if diff := cmp.Diff(before, after); diff != "" {
					t.Fatalf("call %d, %s, failed and left (-before +after):\n%s", n, method, diff)
				}
				atRest(t)
			}
		})
	}
	if ran == 0 {
		return // -run names none of them
	}
	for limit := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > goroutines; time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			t.Errorf("%d goroutines at first, %d in the end", goroutines, runtime.NumGoroutine())
			break
		}
	}
	if ran < len(all) {
		return // what the others would have called is not known
	}
	for _, of := range []reflect.Type{reflect.TypeFor[storage.Storage](), reflect.TypeFor[storage.Writer]()} {
		for i := range of.NumMethod() {
			if name := of.Method(i).Name; failed[name] == (unused[name] != "") {
				t.Errorf("%s failed: %t", name, failed[name])
			}
		}
	}
	if !failed["commit"] {
		t.Errorf("no commit failed, but %v", slices.Sorted(maps.Keys(failed)))
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// stateOf returns all data that the storage has of the account, as the lines of an export
// (stream.Export). It fails the test if the export fails.
func stateOf(t *testing.T, s storage.Storage, account user.AccountID) []string {
	t.Helper()
	var b strings.Builder
	_, err := stream.Export(t.Context(), s, &b, stream.Only(account))
	must(t, err)
	return strings.Split(b.String(), "\n")
}
