package storagetest

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
)

// TestFaultsWithoutOneIsAGoodStorage leaves out what only asks more of the same methods.
func TestFaultsWithoutOneIsAGoodStorage(t *testing.T) {
	runWithout(t, func(testing.TB) storage.Storage { return Faults(memstore.New(), 0) },
		"Query", "Page", "History", "Transfer", "Statement", "Key", "Reference", "Sequence", "Concurrency", "Wait")
}

// everyCall calls each method of the contract once, and goes on after errors.
func everyCall(s storage.Storage) (errs []error) {
	h := &harness{s: s, ctx: context.Background()}
	view := s.View(h.ctx, acme, func(ctx context.Context, r storage.Reader) error {
		for _, c := range reads() {
			_, _ = c.run(tx{h, ctx, r, nil})
		}
		return nil
	})
	_, err := h.attempt(acme, func(x tx) error {
		for _, c := range methods() {
			_, _ = c.run(x)
		}
		return nil
	})
	_, deleted := s.DeleteAccount(h.ctx, "other")
	_, listed := s.Accounts(h.ctx, storage.NotDeleted, "", 0)
	return []error{view, err, deleted, listed}
}

func TestFaultsFailEachCallOnce(t *testing.T) {
	counted := Faults(memstore.New(), 0)
	everyCall(counted)
	if method, fired := counted.Fired(); fired {
		t.Fatalf("fault 0 fired in %s", method)
	}
	var methods []string
	for n := 1; n <= counted.Calls(); n++ {
		s := Faults(memstore.New(), n)
		errs := everyCall(s)
		method, fired := s.Fired()
		if !fired {
			t.Fatalf("call %d of %d did not fail", n, counted.Calls())
		}
		methods = append(methods, method)
		inView := n <= 1+len(reads())
		if err := errors.Join(errs...); !errors.Is(err, ErrInjected) && (!inView || n == 1) {
			t.Errorf("the failure of call %d, %s, does not show: %v", n, method, err)
		}
		if !inView && method != "DeleteAccount" && method != "Accounts" {
			(&harness{TB: t, s: s, ctx: context.Background()}).nothing()
		}
	}
	for _, of := range []reflect.Type{reflect.TypeFor[storage.Storage](), reflect.TypeFor[storage.Writer]()} {
		for i := range of.NumMethod() {
			name := of.Method(i).Name
			harmless := name == "Close" || name == "Revision" || name == "ConfigRevision" || name == "Next"
			if slices.Contains(methods, name) == harmless {
				t.Errorf("%s is made to fail: %t", name, !harmless)
			}
		}
	}
	if !slices.Contains(methods, "commit") {
		t.Error("no commit failed")
	}
	beyond := Faults(memstore.New(), counted.Calls()+1)
	if err := errors.Join(everyCall(beyond)...); err != nil {
		t.Errorf("a fault behind the last call: %v", err)
	}
	if _, fired := beyond.Fired(); fired {
		t.Error("a fault behind the last call fired")
	}
}

func TestTwiceRunsEveryUpdateTwice(t *testing.T) {
	good := memstore.New()
	h := start(t, func(testing.TB) storage.Storage { return Twice(good) })
	runs := 0
	rev := h.update(acme, func(x tx) {
		runs++
		x.same(x.count(storage.Query{}), 0, "users that fn finds")
		x.putUser(person(1, "one"))
	})
	if runs != 2 || rev != 1 {
		t.Errorf("fn ran %d times and made revision %d, want 2 runs and revision 1", runs, rev)
	}
	runs = 0
	h.rollback(func(tx) { runs++ })
	if runs != 1 {
		t.Errorf("fn that failed ran %d times", runs)
	}
	if _, ok := Twice(good).(storage.Waiter); !ok {
		t.Error("Twice of a Waiter is none")
	}
	if _, ok := Twice(Faults(good, 0)).(storage.Waiter); ok {
		t.Error("Twice of what is no Waiter is one")
	}
}
