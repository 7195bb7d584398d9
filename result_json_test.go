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
	for m := range reflect.TypeFor[roster.Handle]().Methods() {
		for i := range m.Type.NumOut() {
			if out := m.Type.Out(i); out != reflect.TypeFor[roster.Handle]() {
				look(m.Name, out)
			}
		}
	}
	if len(seen) < 10 {
		t.Errorf("it looked at %d types", len(seen))
	}
}

// TestMoneyHasOneForm checks that an amount has the same JSON form in every result.
func TestMoneyHasOneForm(t *testing.T) {
	w := newWorld(t, memstore.New())
	receipt := must(w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{agent}, Amount: usd("1.25")}))
	for what, v := range map[string]any{
		"receipt": receipt,
		"entries": must(w.host.Statement(w.ctx, balance.HolderOf(agent), storage.EntryID{}, 1)),
		"changes": must(w.host.Changes(w.ctx, storage.ChangeQuery{Newest: true, Limit: 1})),
	} {
		b := string(must(json.Marshal(v)))
		text := regexp.MustCompile(`"(amount":1|(after|delta|fromAfter|toAfter|requested)":")`)
		if !strings.Contains(b, `{"amount":"1.25","currency":"USD"}`) || text.MatchString(b) {
			t.Errorf("%s: %s", what, b)
		}
	}
}

// TestEmptyListsAreEmptyInJSON: a list without items is [] and not null, in each result.
func TestEmptyListsAreEmptyInJSON(t *testing.T) {
	ctx, host := t.Context(), open(newDirectory())
	ann := add(host, "ann")
	none := roster.ListParams{Query: storage.Query{Text: "no user"}}
	for name, result := range map[string]any{
		"Balances":      must(host.Balances(ctx)),
		"Changes":       must(host.Changes(ctx, storage.ChangeQuery{After: storage.AfterRevision(ann.Version)})),
		"CreateMany":    must(host.CreateMany(ctx, nil)),
		"DeleteAll":     must(host.DeleteAll(ctx, none, nil)),
		"DeleteMany":    must(host.DeleteMany(ctx, nil)),
		"Edit":          must(host.Edit(ctx, nil)),
		"GetMany":       must(host.GetMany(ctx)),
		"List":          must(host.List(ctx, none)),
		"List, no page": must(host.List(ctx, roster.ListParams{ApplicationName: "none"})),
		"References":    must(host.References(ctx, user.ReferenceSkill, 0, 0)),
		"Statement":     must(host.Statement(ctx, balance.Account, storage.EntryID{}, 0)),
		"Transfers":     must(host.Transfers(ctx, roster.TransferListParams{})),
		"Views":         must(host.Views(ctx, ann.ID)),
	} {
		if b := string(must(json.Marshal(result))); strings.Contains(b, "null") || !strings.Contains(b, "[]") {
			t.Errorf("%s: %s", name, b)
		}
	}
}
