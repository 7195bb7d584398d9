package roster_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// TestParamsSayWhereTheyAreWrong checks that a mistake in the JSON of parameters is a problem at
// its path.
func TestParamsSayWhereTheyAreWrong(t *testing.T) {
	read := func(into any) func(string) error {
		return func(text string) error { return json.Unmarshal([]byte(text), into) }
	}
	for _, tt := range []struct {
		read       func(string) error
		text, want string
	}{
		{read(new(roster.CreateParams)), `{"user":{"access":{"granted":["The Boss"]}}}`, "/user/access/granted/0 invalid"},
		{read(new(roster.CreateParams)), `{"user":{"identity":{"kind":"cat"}},"activation":1}`, "/activation invalid; /user/identity/kind unknown"},
		{read(new(roster.CreateParams)), `{"S3cret":1,"user":{"names":{"S3cret":1}}}`, " unknown; /user/names unknown"},
		{read(new(roster.TransferParams)), `{"amount":{"amount":"1.x","currency":"USD"}}`, "/amount/amount invalid"},
		{read(new(roster.TransferParams)), `{"amount":{"amount":"1","currency":"ZZZ"},"users":["x"]}`, "/amount/currency unknown; /users/0 invalid"},
		{read(new(roster.FundParams)), `{"amount":5}`, "/amount invalid"},
		{read(new(roster.PasswordChange)), `{"new":7,"hasOld":true}`, " unknown; /new invalid"},
		{read(new(roster.Edit)), `{"id":7,"patch":{"names":{"last":8}},"password":{"S3cret":1},"patchFunc":1}`,
			" unknown; /password unknown; /patch/names/last invalid"},
		{read(new(roster.ReverseParams)), `{"transferId":"17","key":1}`, "/key invalid; /transferId invalid"},
	} {
		err := tt.read(tt.text)
		var invalid *validate.Error
		if !errors.As(err, &invalid) || strings.Contains(err.Error(), "S3cret") {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		var got []string
		for _, p := range invalid.Problems {
			got = append(got, p.Path+" "+string(p.Code))
		}
		if got := strings.Join(got, "; "); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.text, got, tt.want)
		}
	}
}

// TestPasswordsAreReadAndNotWritten checks the JSON of a PasswordChange and of an Edit: what is
// given is known, and no text of a password comes out.
func TestPasswordsAreReadAndNotWritten(t *testing.T) {
	for text, want := range map[string]roster.PasswordChange{
		`{"new":"n"}`:                        {New: roster.PasswordOf("n")},
		`{"new":"n","old":"o"}`:              {New: roster.PasswordOf("n"), Old: roster.PasswordOf("o"), HasOld: true},
		`{"new":"n","old":"","confirm":"c"}`: {New: roster.PasswordOf("n"), Confirm: roster.PasswordOf("c"), HasOld: true},
		`{"new":"n","old":null}`:             {New: roster.PasswordOf("n")},
	} {
		var e roster.Edit
		if err := json.Unmarshal([]byte(`{"id":7,"patch":{"names":{"last":"Lee"}},"password":`+text+`}`), &e); err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		got := *e.Password
		if !got.New.Equal(want.New) || !got.Old.Equal(want.Old) || !got.Confirm.Equal(want.Confirm) || got.HasOld != want.HasOld ||
			e.ID != 7 || e.Patch.Attributes() != user.AttributesOf(user.AttrLastName) {
			t.Errorf("%s is read as %+v", text, e)
		}
		b, err := json.Marshal(e)
		if err != nil || strings.Contains(string(b), `"n"`) || !strings.Contains(string(b), `"password":{"new":"redacted"`) ||
			!strings.Contains(string(b), `"patch":{"names":{"last":"Lee"}}`) {
			t.Errorf("%s is written as %s, %v", text, b, err)
		}
	}
}

// hasReadOnly reports whether an error has the problem validate.ReadOnly at the path.
func hasReadOnly(err error, path string) bool {
	var invalid *validate.Error
	return errors.As(err, &invalid) && slices.ContainsFunc(invalid.Problems, func(p validate.Problem) bool {
		return p.Path == path && p.Code == validate.ReadOnly
	})
}

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

// TestNoCallWithZeroArgumentsPanics calls every method with zero values: ids 0, empty texts, no
// amount, no policy, no option. The calls of a Directory without a storage have errors. So do zero
// values and nil pointers of exported errors and stores.
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
	_ = errors.Join((*memstore.Store)(nil).Close(), new(memstore.Store).Close())
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

// TestParamsAreRead checks that parameters have the member names of results. The arguments of lists
// refuse JSON, so that no name or number is taken for another.
func TestParamsAreRead(t *testing.T) {
	var create roster.CreateParams
	const text = `{"user":{"identity":{"login":"ann"},"access":{"granted":["agent"]}},"password":"a phrase","activation":true}`
	if err := json.Unmarshal([]byte(text), &create); err != nil || create.Password.Reveal() != "a phrase" || !create.Activation ||
		create.User.Access.Granted != user.RolesOf(user.Agent) || create.User.Identity.Login != "ann" {
		t.Errorf("%+v, %v", create, err)
	}
	var transfer roster.TransferParams
	const move = `{"users":[7,8],"amount":{"amount":"5.67","currency":"USD"},"lenient":true,"userDescription":"bonus","key":"k"}`
	if err := json.Unmarshal([]byte(move), &transfer); err != nil || transfer.Amount != usd("5.67") || len(transfer.Users) != 2 ||
		!transfer.Lenient || transfer.UserDescription != "bonus" || transfer.Key != "k" {
		t.Errorf("%+v, %v", transfer, err)
	}
	for _, params := range []any{&roster.ListParams{}, &roster.TransferListParams{}} {
		if second(json.Marshal(params)) == nil || json.Unmarshal([]byte(`{}`), params) == nil {
			t.Errorf("%T is written or read", params)
		}
	}
}

// TestReadOnlyFieldsAreNotIgnored checks a field that only the library sets, the version and the
// id. The tests of package user have all fields.
func TestReadOnlyFieldsAreNotIgnored(t *testing.T) {
	w := newWorld(t, memstore.New())
	w.unchanged("read-only fields", func() {
		n, u := named("fresh"), w.user(other)
		n.User.Lifecycle.Erased, u.Lifecycle.Erased = true, true
		for path, err := range map[string]error{
			"/lifecycle/erased":   second(w.host.Replace(w.ctx, other, u, 0)),
			"/0/lifecycle/erased": second(w.host.CreateMany(w.ctx, []roster.CreateParams{n})),
		} {
			if !hasReadOnly(err, path) {
				t.Errorf("%s: %v", path, err)
			}
		}
		u = w.user(other)
		u.Version = 99
		w.is(second(w.host.Replace(w.ctx, other, u, 0)), roster.ErrStale, "another version")
		u = w.user(boss)
		u.Version = w.user(other).Version
		if err := second(w.host.Replace(w.ctx, other, u, 0)); !hasReadOnly(err, "/id") {
			t.Errorf("Replace by another user: %v", err)
		}
	})
}
