package faulttest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
)

var phrase = roster.PasswordOf("correct horse battery")

// noon is the time at which populate runs. The abilities run an hour later.
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

// Run tests that a call of the front door changes nothing if the storage fails. It runs each
// ability in an account of its own, once for each call that the ability makes to the storage, with
// an error injected into that call. After each of these runs:
//
//   - The ability must have returned storagetest.ErrInjected. An ability that changes nothing may
//     also succeed if the failed call was a write.
//   - The account must be unchanged.
//   - Run calls atRest, which must fail the test if s still holds resources.
//
// Run then runs the ability without an error. The ability must succeed, and the account must have
// changed unless the ability changes nothing.
//
// Run also fails the test if goroutines are left over, or if the abilities together did not make
// every call of the storage that they should make.
func Run(t *testing.T, s storage.Storage, atRest func(*testing.T)) {
	t.Helper()
	hasher, err := password.New(password.WithCost(password.Cost{Memory: 8, Time: 1, Threads: 1}))
	must(t, err)
	now := noon
	open := func(s storage.Storage) *roster.Directory {
		return roster.New(s, roster.WithHasher(hasher), roster.WithClock(func() time.Time { return now }))
	}
	money := func(text string) balance.Money {
		m, err := balance.Parse(text, "USD")
		must(t, err)
		return m
	}
	failed, ran := make(map[string]bool), 0
	var goroutines int
	all := abilities(money)
	for i, a := range all {
		t.Run(a.name, func(t *testing.T) {
			ran++
			account := user.AccountID(fmt.Sprint("account-", i))
			now = noon
			populate(t, open(s).As(account, roster.SystemActor()), money)
			now = noon.Add(time.Hour)
			if goroutines == 0 {
				goroutines = runtime.NumGoroutine() // with those that s keeps
			}
			before := stateOf(t, s, account)
			for n := 1; ; n++ {
				faulty := storagetest.Faults(s, n)
				actor := roster.UserActor(boss)
				if a.host {
					actor = roster.SystemActor()
				}
				err := a.do(t.Context(), open(faulty).As(account, actor))
				after := stateOf(t, s, account)
				method, fired := faulty.Fired()
				if !fired {
					if err != nil || (a.reads == !slices.Equal(before, after)) {
						t.Errorf("without a fault: error %v, the state changed: %t", err, !slices.Equal(before, after))
					}
					break
				}
				failed[method] = true
				// A call that writes nothing in the end may have tried to, and found that it need
				// not.
				_, reading := reflect.TypeFor[storage.Reader]().MethodByName(method)
				if retaken := a.reads && !reading && err == nil; !retaken && !errors.Is(err, storagetest.ErrInjected) {
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

// populate creates the account of host with the users boss, agent and gone (a deleted user), a
// skill, money, a transfer with the key "first", and a dead letter of a delivery. It fails the test
// after an error.
func populate(t *testing.T, host roster.Handle, money func(string) balance.Money) {
	t.Helper()
	ctx := t.Context()
	must(t, second(host.CreateAccount(ctx, user.Account{Currency: "USD"})))
	must(t, second(host.PutReference(ctx, user.Reference{Kind: user.ReferenceSkill, ID: 7, Name: "Dutch"})))
	must(t, second(host.CreateMany(ctx, []roster.CreateParams{
		{User: user.User{ID: boss, Identity: user.Identity{Login: "boss"}, Access: user.Access{Granted: user.RolesOf(user.Admin)}}},
		{Password: phrase, User: user.User{
			ID: agent, Identity: user.Identity{Login: "agent", PID: "p2"}, Names: user.Names{Full: "Ann Agent", Display: "Ann"},
			Contact: user.Contact{Email: "ann@example.com"}, Presence: user.Presence{Status: user.Ready},
			Capacity: user.Capacity{MaxChats: 4}, Access: user.Access{Granted: user.RolesOf(user.Agent)},
		}},
		{User: user.User{ID: gone, Identity: user.Identity{Login: "gone"}}},
	})))
	must(t, second(host.Delete(ctx, gone)))
	must(t, second(host.Fund(ctx, roster.FundParams{Amount: money("100.00")})))
	must(t, second(host.Transfer(ctx, roster.TransferParams{Users: []user.ID{agent}, Amount: money("5.00"), Key: "first"})))
	refused := errors.New("refused")
	err := roster.Deliver(ctx, host, consumer, func(_ context.Context, c storage.Change) error {
		if c.ID == letter {
			return refused
		}
		return roster.ErrStopDelivery
	}, roster.DeliverOptions{Attempts: 1})
	if !errors.Is(err, roster.ErrStopDelivery) {
		t.Fatal(err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
