// Package differential makes the same random calls on several storages and compares the results.
// The contract of package storage fixes every result, so all storages must agree. Each run uses
// accounts of its own, so one storage can serve many runs.
package differential

import (
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ca74b63c/roster/internal/draw"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Run is a sequence of the same calls on several storages. The results of the last storage are the
// expected ones.
type Run struct {
	testing.TB
	*rand.Rand
	stores []storage.Storage
	prefix string
}

// New begins a run on new accounts whose ids begin with prefix. The prefix must sort behind those
// of earlier runs on the same storages. A run with the same seed makes the same calls.
func New(t testing.TB, seed uint64, prefix string, stores ...storage.Storage) *Run {
	return &Run{t, draw.New(seed), stores, prefix}
}

var errRollback = errors.New("fn says no")

// kindOf returns the part of err that must be the same in all storages, as text: the full text of a
// *storage.ExistsError or *storage.CompactedError, only the sentinel for another error of the
// contract, "unexpected: " and the text for any other error, and "" for nil.
func kindOf(err error) string {
	var detail *storage.ExistsError
	if errors.As(err, &detail) {
		return detail.Error()
	}
	var gone *storage.CompactedError
	if errors.As(err, &gone) {
		return gone.Error()
	}
	for _, kind := range []error{
		storage.ErrNotFound, storage.ErrAmbiguous, storage.ErrInvalid, storage.ErrConflict, storage.ErrLimit, errRollback,
	} {
		if errors.Is(err, kind) {
			return kind.Error()
		}
	}
	if err != nil {
		return "unexpected: " + err.Error()
	}
	return ""
}

// same runs call on every storage. The results of the last storage are the expected ones. same
// fails the test if another storage returns a different kind of error, or a different result of a
// successful call. An empty slice or map equals nil.
func (r *Run) same(what any, call func(storage.Storage) (any, error)) {
	r.Helper()
	last := len(r.stores) - 1
	want, err := call(r.stores[last])
	wantKind := kindOf(err)
	for i, s := range r.stores[:last] {
		got, err := call(s)
		if kind := kindOf(err); kind != wantKind {
			r.Fatalf("%+v: error %q of storage %d (%T), %q of %T", what, kind, i, s, wantKind, r.stores[last])
		}
		if wantKind != "" || reflect.DeepEqual(got, want) { // cmp takes a hundred times as long to find nothing
			continue
		}
		if diff := cmp.Diff(got, want, cmpopts.EquateEmpty()); diff != "" {
			r.Fatalf("%+v (-%d, %T, +%T):\n%s", what, i, s, r.stores[last], diff)
		}
	}
}

// step is one call of a Reader or a Writer.
type step struct {
	name string
	args []any
}

// run calls the method of r that the step names, and returns the method's result and error. The
// result is nil if the method returns only an error. A user.Secret becomes a list of its fields, so
// that secrets can be compared. A step with a payment runs post instead.
func (s step) run(ctx context.Context, r storage.Reader) (any, error) {
	method := reflect.ValueOf(r).MethodByName(s.name)
	in := []reflect.Value{reflect.ValueOf(ctx)}
	for _, arg := range s.args {
		if p, ok := arg.(payment); ok {
			return nil, p.post(ctx, r.(storage.Writer))
		}
		in = append(in, reflect.ValueOf(arg))
	}
	call := method.Call
	if method.Type().IsVariadic() {
		call = method.CallSlice
	}
	out := call(in)
	err, _ := out[len(out)-1].Interface().(error)
	if secret, ok := out[0].Interface().(user.Secret); ok {
		return []any{secret.Hash(), secret.Previous().Slice(), secret.Changed()}, err
	} else if len(out) == 1 {
		return nil, err
	}
	return out[0].Interface(), err
}

// transact runs the steps in one transaction of account a on each storage, and fails the test if a
// result differs. It stops after an error other than storage.ErrNotFound and storage.ErrAmbiguous.
// write selects an Update instead of a View; rollback rolls it back.
func (r *Run) transact(a user.AccountID, steps []step, write, rollback bool) {
	r.Helper()
	r.same(steps, func(s storage.Storage) (any, error) {
		var answers []any
		fn := func(ctx context.Context, r storage.Reader) error {
			answers = []any{r.Revision(), r.ConfigRevision()}
			for _, x := range steps {
				answer, err := x.run(ctx, r)
				answers = append(answers, x.name, x.args, answer, kindOf(err))
				if err != nil && !errors.Is(err, storage.ErrNotFound) && !errors.Is(err, storage.ErrAmbiguous) {
					break // nothing can be committed any more, and what is read then is not defined
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

// accounts returns the two account ids of a run. They differ only in case.
func (r *Run) accounts() []user.AccountID {
	return []user.AccountID{user.AccountID(r.prefix + "acme"), user.AccountID(r.prefix + "Acme")}
}

// Update runs the same 1 to 12 random reads and writes on every storage, in one transaction of a
// random account. One transaction in eight is rolled back. In one of forty cases Update then
// deletes the account. Update fails the test if the storages return different errors, or different
// results of a committed transaction.
func (r *Run) Update() {
	r.Helper()
	steps := make([]step, 1+r.IntN(12))
	for i := range steps {
		if steps[i] = r.write(); r.IntN(3) == 0 {
			steps[i] = r.read()
		}
	}
	a := draw.OneOf(r.Rand, r.accounts()...)
	r.transact(a, steps, true, r.IntN(8) == 0)
	if r.IntN(40) == 0 {
		r.same("DeleteAccount", func(s storage.Storage) (any, error) { return s.DeleteAccount(context.Background(), a) })
	}
}

// View runs the same eight random reads on every storage, in one read transaction of a random
// account. View fails the test if the storages return different results or errors.
func (r *Run) View() {
	r.Helper()
	steps := make([]step, 8)
	for i := range steps {
		steps[i] = r.read()
	}
	r.transact(draw.OneOf(r.Rand, r.accounts()...), steps, false, false)
}

// End reads all data of the accounts of the run from every storage. It fails the test if the
// storages have different accounts, or different data in one of them.
func (r *Run) End() {
	r.Helper()
	r.same("Accounts", func(s storage.Storage) (any, error) {
		return s.Accounts(context.Background(), storage.WithDeleted, user.AccountID(r.prefix), len(r.accounts())+1)
	})
	for _, a := range r.accounts() {
		r.transact(a, everything(), false, false)
	}
}
