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
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// writers returns a policy whose agent managers may write to users, and may do the given actions
// that read.
func writers(actions ...permission.Action) *permission.Policy {
	rules := permission.StandardSelfRules()
	rules.Grants = append(rules.Grants, permission.Grant{Holder: user.AgentManager, May: user.RolesOf(user.Agent, user.Supervisor)})
	return must(permission.New(permission.Spec{Name: "writers", Self: &rules, Rows: []permission.Row{{
		Name: "writes", Roles: user.RolesOf(user.AgentManager),
		Actions: permission.ActionsOf(append(actions, permission.UserCreate, permission.UserUpdate, permission.UserDelete,
			permission.UserRestore, permission.UserErase, permission.RolesSet, permission.CapacitySet, permission.PresenceSet,
			permission.StatusLock, permission.Reserve, permission.ViewsSet, permission.PasswordReset)...),
	}}}))
}

// TestAResultShowsWhatReadsReturn checks that each write, and its dry run, returns what
// GetDeleted returns to the actor afterwards. An actor that may not read the user gets the id,
// the version and the changed attributes.
func TestAResultShowsWhatReadsReturn(t *testing.T) {
	type (
		h = roster.Handle
		o = []roster.CallOption
	)
	for name, reads := range map[string][]permission.Action{
		"nothing": nil, "users": {permission.UserRead}, "users and views": {permission.UserRead, permission.ViewsRead},
	} {
		each(t, func(t *testing.T, w *world) {
			c := w.ctx
			patch := func(p user.Patch) func(h, o) (roster.Result, error) {
				return func(h h, o o) (roster.Result, error) { return h.Patch(c, agent, p, o...) }
			}
			by := w.as(manager).WithAuthorizer(writers(reads...))
			for i, do := range []func(h, o) (roster.Result, error){
				patch(user.Patch{Description: user.Set("new")}),
				patch(user.Patch{MaxChats: user.Set(4)}), // which changes nothing
				func(h h, o o) (roster.Result, error) { return h.SetView(c, agent, 2, true, o...) },
				func(h h, o o) (roster.Result, error) { return h.Reserve(c, agent, "mail", o...) },
				patch(user.Patch{Roles: user.Set(user.RolesOf(user.Supervisor))}),
				func(h h, o o) (roster.Result, error) {
					return h.ResetPassword(c, agent, roster.PasswordChange{New: newPhrase}, o...)
				},
				func(h h, o o) (roster.Result, error) { return h.Create(c, named("new"), o...) },
				func(h h, o o) (roster.Result, error) { return h.LockStatus(c, agent, user.DND, o...) },
				func(h h, o o) (roster.Result, error) { return h.Delete(c, agent, o...) },
				func(h h, o o) (roster.Result, error) { return h.Restore(c, gone, o...) },
				func(h h, o o) (roster.Result, error) { return h.Erase(c, other, o...) },
			} {
				dry, got := must(do(by, o{roster.DryRun()})), must(do(by, nil))
				want, err := by.GetDeleted(c, got.User.ID)
				if err != nil {
					want = must(w.host.GetDeleted(c, got.User.ID)).Only(got.Changed)
					for _, reset := range append(got.Resets, dry.Resets...) {
						if !reset.Before.IsZero() {
							t.Errorf("%s, call %d: it shows that %s was %q", name, i, reset.Attribute, reset.Before)
						}
					}
				}
				if !dry.User.Equal(got.User) || !got.User.Equal(want) || got.User.Version != want.Version {
					t.Errorf("%s, call %d: the dry run shows %+v, the call %+v, a read %+v", name, i, dry.User, got.User, want)
				}
			}
		})
	}
}

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
