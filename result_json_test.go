package roster_test

import (
	"encoding"
	"encoding/json"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var camelCase = regexp.MustCompile(`^[a-z][A-Za-z0-9]*$`)

// TestResultsHaveOneStyleOfJSON checks that each exported field of each result has a name in
// camel case, unless its type marshals itself.
func TestResultsHaveOneStyleOfJSON(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var look func(path string, typ reflect.Type)
	look = func(path string, typ reflect.Type) {
		switch typ.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array:
			look(path, typ.Elem())
			return
		case reflect.Struct:
		case reflect.Uint8: // an enumeration
			if typ.PkgPath() != "" && !typ.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
				t.Errorf("%s: %s is written as a number", path, typ)
			}
			return
		default:
			return
		}
		own := typ.Implements(reflect.TypeFor[json.Marshaler]()) || typ.Implements(reflect.TypeFor[encoding.TextMarshaler]())
		if seen[typ] || own && !strings.HasPrefix(typ.PkgPath(), "github.com/ca74b63c/roster") {
			return
		}
		seen[typ] = true
		for i := range typ.NumField() {
			f := typ.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			switch {
			case !f.IsExported() || name == "-":
			case f.Anonymous && name == "":
				look(path, f.Type)
			case name == "" && own: // the type's own record names it; its test is in its package
			case !camelCase.MatchString(name):
				t.Errorf("%s.%s has the name %q in JSON", path, f.Name, name)
			default:
				look(path+"."+f.Name, f.Type)
			}
		}
	}
	methods := 0
	for m := range reflect.TypeFor[roster.Handle]().Methods() {
		for i := range m.Type.NumOut() {
			out := m.Type.Out(i)
			if out.Kind() == reflect.Func || out == reflect.TypeFor[roster.Handle]() {
				continue // a sequence, whose items a list has too
			}
			methods++
			look(m.Name, out)
		}
	}
	if methods < 50 || len(seen) < 10 {
		t.Errorf("it looked at %d results and %d types", methods, len(seen))
	}
}

// TestMoneyHasOneForm checks that an amount has the same JSON form in every result.
func TestMoneyHasOneForm(t *testing.T) {
	w := newWorld(t, memstore.New())
	receipt, err := w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{agent}, Amount: usd("1.25")})
	w.ok(err)
	entries, err := w.host.Statement(w.ctx, balance.HolderOf(agent), storage.EntryID{}, 1)
	w.ok(err)
	changes, err := w.host.Changes(w.ctx, storage.ChangeQuery{Newest: true, Limit: 1})
	w.ok(err)
	for what, v := range map[string]any{"receipt": receipt, "entries": entries, "changes": changes} {
		b, err := json.Marshal(v)
		w.ok(err)
		if !strings.Contains(string(b), `{"amount":"1.25","currency":"USD"}`) || strings.Contains(string(b), `"amount":1`) {
			t.Errorf("%s: %s", what, b)
		}
		for _, name := range []string{"after", "delta", "fromAfter", "toAfter", "account", "requested"} {
			if strings.Contains(string(b), `"`+name+`":"`) && name != "account" {
				t.Errorf("%s: %s is no object in %s", what, name, b)
			}
		}
	}
}

// TestEmptyListsAreEmptyInJSON: a list without items is [] and not null, in each result.
func TestEmptyListsAreEmptyInJSON(t *testing.T) {
	ctx, dir := t.Context(), newDirectory()
	host := dir.As("acme", roster.SystemActor())
	_, err := host.CreateAccount(ctx, user.Account{Currency: "USD"})
	if err != nil {
		t.Fatal(err)
	}
	made, err := host.Create(ctx, roster.CreateParams{User: user.User{Identity: user.Identity{Login: "ann"}}})
	if err != nil {
		t.Fatal(err)
	}
	last := storage.AfterRevision(made.User.Version)
	none := roster.ListParams{Query: storage.Query{Text: "no user"}}
	for name, call := range map[string]func() (any, error){
		"Balances":      func() (any, error) { return host.Balances(ctx) },
		"Changes":       func() (any, error) { return host.Changes(ctx, storage.ChangeQuery{After: last}) },
		"CreateMany":    func() (any, error) { return host.CreateMany(ctx, nil) },
		"DeleteAll":     func() (any, error) { return host.DeleteAll(ctx, none, nil) },
		"DeleteMany":    func() (any, error) { return host.DeleteMany(ctx, nil) },
		"Edit":          func() (any, error) { return host.Edit(ctx, nil) },
		"GetMany":       func() (any, error) { return host.GetMany(ctx) },
		"List":          func() (any, error) { return host.List(ctx, none) },
		"List, no page": func() (any, error) { return host.List(ctx, roster.ListParams{ApplicationName: "none"}) },
		"References":    func() (any, error) { return host.References(ctx, user.ReferenceSkill, 0, 0) },
		"Statement":     func() (any, error) { return host.Statement(ctx, balance.Account, storage.EntryID{}, 0) },
		"Transfers":     func() (any, error) { return host.Transfers(ctx, roster.TransferListParams{}) },
		"Views":         func() (any, error) { return host.Views(ctx, made.User.ID) },
	} {
		result, err := call()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		b, err := json.Marshal(result)
		if err != nil || strings.Contains(string(b), "null") || !strings.Contains(string(b), "[]") {
			t.Errorf("%s: %s, %v", name, b, err)
		}
	}
}
