package roster_test

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// nothing calls every exported method of v with ctx and zero values as the other arguments. It
// calls tell with the name of each method, whether the method takes a context, and its error. Of
// a sequence it reads the first item. A panic fails the test.
func nothing(t *testing.T, v any, ctx context.Context, tell func(name string, takesContext bool, err error)) {
	contextType := reflect.TypeFor[context.Context]()
	call := func(name string, method reflect.Value, variadic bool) {
		defer func() {
			if r := recover(); r != nil {
				t.Errorf("%T.%s: panic: %v", v, name, r)
			}
		}()
		var in []reflect.Value
		for j := range method.Type().NumIn() {
			arg := reflect.New(method.Type().In(j)).Elem()
			switch last := method.Type().IsVariadic() && j == method.Type().NumIn()-1; {
			case arg.Type() == contextType && ctx != nil:
				arg.Set(reflect.ValueOf(ctx))
			case last && !variadic:
				continue
			case last:
				arg = reflect.Zero(arg.Type().Elem())
			}
			in = append(in, arg)
		}
		out := method.Call(in)
		if len(out) == 1 && out[0].Kind() == reflect.Func { // a sequence
			for _, err := range out[0].Seq2() {
				out[0] = err
				break
			}
		}
		var err error
		if len(out) > 0 {
			err, _ = out[len(out)-1].Interface().(error)
		}
		tell(name, len(in) > 0 && in[0].Type() == contextType, err)
	}
	for i := range reflect.TypeOf(v).NumMethod() {
		name, method := reflect.TypeOf(v).Method(i).Name, reflect.ValueOf(v).Method(i)
		call(name, method, false)
		call(name, method, true) // with one option that is zero
	}
}

// TestEveryCallWithoutAContextIsRefusedByName checks that every call with a nil context returns a
// problem at /context and changes nothing.
func TestEveryCallWithoutAContextIsRefusedByName(t *testing.T) {
	w := newWorld(t, memstore.New())
	calls, named := 0, 0
	w.unchanged("no context", func() {
		for _, v := range []any{w.host, w.as(agent), w.dir} {
			nothing(t, v, nil, func(name string, takes bool, err error) {
				if takes {
					calls++
				}
				// The shape of a call's own arguments may be looked at first.
				if field(err) == "/context" {
					named++
				} else if takes && !errors.Is(err, validate.ErrInvalid) && !errors.Is(err, balance.ErrCurrency) {
					t.Errorf("%s: %v", name, err)
				}
			})
		}
	})
	if calls < 100 || named < calls/2 {
		t.Errorf("%d calls were tried, %d of them named the context", calls, named)
	}
}

// TestNoCallWithZeroArgumentsPanics calls every method with zero values: ids 0, empty texts, no
// amount, no policy, no option. The calls of a Directory without a storage have errors.
func TestNoCallWithZeroArgumentsPanics(t *testing.T) {
	w := newWorld(t, memstore.New())
	for _, v := range []any{w.host, w.as(agent), w.dir} {
		nothing(t, v, w.ctx, func(string, bool, error) {})
	}
	var none *roster.Directory
	for _, v := range []any{
		none, new(roster.Directory), roster.New(nil), roster.New(nil, nil), roster.Handle{}, none.As("acme", roster.SystemActor()),
		roster.New(nil).As("acme", roster.UserActor(1)), new(roster.Directory).As("acme", roster.Actor{}),
		roster.New((*memstore.Store)(nil)), roster.New(new(memstore.Store)).As("acme", roster.SystemActor()),
	} {
		for _, ctx := range []context.Context{nil, context.Background()} {
			nothing(t, v, ctx, func(name string, takes bool, err error) {
				if takes && err == nil {
					t.Errorf("%T.%s answered", v, name)
				}
			})
		}
	}
	w.is(second(none.SignIn(w.ctx, "acme", "ann", roster.Password{})), storage.ErrClosed, "a nil directory")
}

// TestZeroValuesDoNotPanic calls the methods of zero values and nil pointers of exported errors
// and stores.
func TestZeroValuesDoNotPanic(t *testing.T) {
	var none *memstore.Store
	_ = errors.Join(none.Close(), new(memstore.Store).Close())
	for _, err := range []error{
		(*validate.Error)(nil), new(validate.Error), (*permission.Denied)(nil), new(permission.Denied), new(balance.PayeeError),
		new(balance.Shortage), new(balance.KeyConflict), new(roster.StaleError), new(roster.ItemError), new(storage.ExistsError),
	} {
		if err.Error() == "" {
			t.Errorf("%T says nothing", err)
		}
	}
}

// TestNilOptions checks that a nil option or function leaves the default, except that a nil policy
// denies.
func TestNilOptions(t *testing.T) {
	w := newWorld(t, memstore.New())
	dir := roster.New(w.store, nil, roster.WithClock(nil), roster.WithHasher(nil), roster.WithPasswordPolicy(nil),
		roster.WithTransitions(nil), roster.WithRates(nil))
	h := dir.As("acme", roster.SystemActor()).WithPasswordPolicy(nil)
	w.ok(second(h.Patch(w.ctx, agent, user.Patch{MaxChats: user.Set(2)}, nil, roster.WithPrecondition(nil))))
	w.ok(second(h.Create(w.ctx, roster.CreateParams{User: withID(0).User, Password: newPhrase})))
	for _, rates := range []balance.Rates{nil, balance.RatesFunc(nil)} {
		euro := roster.TransferParams{Users: []user.ID{agent}, Amount: balance.MustParse("1.00", "EUR")}
		h := roster.New(w.store, roster.WithRates(rates)).As("acme", roster.SystemActor())
		w.is(second(h.Transfer(w.ctx, euro)), balance.ErrNoRate, "without rates")
	}
	_, err := roster.New(w.store, roster.WithAuthorizer(nil)).As("acme", roster.SystemActor()).Get(w.ctx, agent)
	if rule(err) != "no-authorizer" {
		t.Errorf("without a policy: %v", err)
	}
}
