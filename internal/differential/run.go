package differential

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Run is a sequence of the same calls on several storages. The results of the last storage are the
// expected ones.
type Run struct {
	Source
	Stores []storage.Storage // they may be exchanged between two calls for others of the same state
	prefix string
}

// New begins a run on new accounts whose ids begin with prefix. The prefix must sort behind those
// of earlier runs on the same storages.
func New(s Source, prefix string, stores ...storage.Storage) *Run {
	return &Run{Source: s, Stores: stores, prefix: prefix}
}

var errRollback = errors.New("fn says no")

// kindOf returns a text for the kind of err, which must be the same in all storages:
//
//   - for nil, the text ""
//   - for a *storage.ExistsError or a *storage.CompactedError, its text with all details
//   - for an error that wraps storage.ErrNotFound, storage.ErrAmbiguous, storage.ErrInvalid,
//     storage.ErrConflict, storage.ErrLimit or errRollback, the text of the wrapped error
//   - for any other error, its text after "unexpected: "
func kindOf(err error) string {
	var detail *storage.ExistsError
	if errors.As(err, &detail) {
		return detail.Error()
	}
	var gone *storage.CompactedError
	if errors.As(err, &gone) {
		return gone.Error()
	}
	for _, kind := range []error{storage.ErrNotFound, storage.ErrAmbiguous, storage.ErrInvalid, storage.ErrConflict, storage.ErrLimit, errRollback} {
		if errors.Is(err, kind) {
			return kind.Error()
		}
	}
	if err != nil {
		return "unexpected: " + err.Error()
	}
	return ""
}

// same makes one call with every storage: it runs the parameter call. It fails the test if the
// result or the kind of the error (kindOf) differs from that of the last storage. If the last
// storage returns an error, only the kinds are compared. An empty and a nil slice or map are equal.
// The parameter what describes the call in the failure message.
func (r *Run) same(what string, call func(storage.Storage) (any, error)) {
	r.Helper()
	last := len(r.Stores) - 1
	want, err := call(r.Stores[last])
	wantKind := kindOf(err)
	for i, s := range r.Stores[:last] {
		got, err := call(s)
		if kind := kindOf(err); kind != wantKind {
			r.Fatalf("%s: error %q of storage %d (%T), %q of %T", what, kind, i, s, wantKind, r.Stores[last])
		}
		if wantKind != "" || reflect.DeepEqual(got, want) { // cmp takes a hundred times as long to find nothing
			continue
		}
		if diff := cmp.Diff(got, want, cmpopts.EquateEmpty()); diff != "" {
			r.Fatalf("%s (-%d, %T, +%T):\n%s", what, i, s, r.Stores[last], diff)
		}
	}
}

// step is one call of a Reader or a Writer.
type step struct {
	name string
	args []any
	call func(ctx context.Context, r storage.Reader) (any, error)
}

// call returns a step that calls the method with the given name, of a Reader or a Writer. args are
// its arguments after the context. The result of a step that reads a secret is the parts of the
// secret, because a Secret prints nothing.
func call(name string, args ...any) step {
	return step{name, args, func(ctx context.Context, r storage.Reader) (any, error) {
		in := []reflect.Value{reflect.ValueOf(ctx)}
		for _, arg := range args {
			in = append(in, reflect.ValueOf(arg))
		}
		out := reflect.ValueOf(r).MethodByName(name).Call(in)
		err, _ := out[len(out)-1].Interface().(error)
		answer := out[0].Interface()
		if s, ok := answer.(user.Secret); ok {
			return []any{s.Hash(), s.Previous().Slice(), s.Changed()}, err
		} else if len(out) == 1 {
			return nil, err
		}
		return answer, err
	}}
}

// transact runs the steps in one transaction of each storage and compares every result.
func (r *Run) transact(a user.AccountID, steps []step, write, rollback bool) {
	r.Helper()
	r.same(fmt.Sprint("a transaction of ", len(steps)), func(s storage.Storage) (any, error) {
		var answers []any
		fn := func(ctx context.Context, r storage.Reader) error {
			answers = []any{r.Revision(), r.ConfigRevision()}
			for _, x := range steps {
				answer, err := x.call(ctx, r)
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

// Update runs 1 to 12 random reads and writes in one transaction of a random account of the run, on
// every storage. The transaction makes no further calls after an error other than
// storage.ErrNotFound and storage.ErrAmbiguous. In one of eight cases the transaction is rolled
// back. In one of forty cases Update then deletes the account.
//
// Update fails the test if the storages return different errors, or different results of a
// committed transaction. The results of a transaction that is rolled back are not compared.
func (r *Run) Update() {
	r.Helper()
	var steps []step
	for range r.number("steps", 1, 12) {
		if r.number("read", 0, 2) == 0 {
			steps = append(steps, r.read())
		} else {
			steps = append(steps, r.write())
		}
	}
	a := oneOf(r, "account", r.accounts()...)
	r.transact(a, steps, true, r.number("rollback", 0, 7) == 7)
	if r.number("delete the account", 0, 39) == 39 {
		r.same("DeleteAccount", func(s storage.Storage) (any, error) { return s.DeleteAccount(context.Background(), a) })
	}
}

// View runs eight random reads in one read transaction of a random account of the run, on every
// storage. The transaction makes no further reads after an error other than storage.ErrNotFound and
// storage.ErrAmbiguous. View fails the test if the storages return different results or errors.
func (r *Run) View() {
	r.Helper()
	var steps []step
	for range 8 {
		steps = append(steps, r.read())
	}
	r.transact(oneOf(r, "account", r.accounts()...), steps, false, false)
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
