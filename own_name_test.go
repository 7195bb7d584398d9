package roster_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// A text that can be no name is refused wherever it enters, with the path of the argument, before
// anything is read. The shortest and the longest names are not.
func TestNamesAreCheckedWhereTheyEnter(t *testing.T) {
	lower := []string{"Team Lead", "team lead", "Team_lead", "1st", "_a", "-a", ".a", "a/b", "ä", "a\x00", "a\n", "\xff", "a" + strings.Repeat("b", 64)}
	upper := append([]string{"REPORT-READ", "1ST", "_A", "Ä"}, lower[2:]...)
	good := []string{"a", "a1_.-", "a" + strings.Repeat("b", 63)}
	each(t, func(t *testing.T, w *world) {
		w.ok(w.define(site))
		with := func(transition user.Transition) error {
			list := append(user.DefaultTransitions(), transition)
			return second(roster.New(w.store, roster.WithTransitions(list)).As("acme", roster.SystemActor()).Get(w.ctx, agent))
		}
		dry := roster.DryRun()
		key := func(p string, grants ...user.Role) error {
			return second(w.dir.As("acme", roster.KeyActor(0, permission.PermissionsOf(permission.PermUserRead, permission.Permission(p)), grants...)).Get(w.ctx, agent))
		}
		for _, entry := range []struct {
			name string
			path string // of the problem
			bad  []string
			call func(name string) error
		}{
			{"a patch of roles", "/access/roles", lower, func(n string) error {
				return second(w.host.Patch(w.ctx, agent, user.Patch{Roles: user.Set(user.RolesOf(user.Role(n)))}, dry))
			}},
			{"a patch of granted roles", "/access/granted", lower, func(n string) error {
				return second(w.host.Patch(w.ctx, agent, user.Patch{Granted: user.Set(user.RolesOf(user.Role(n)))}, dry))
			}},
			{"SetRoles", "/access/roles", lower, func(n string) error {
				return second(w.host.SetRoles(w.ctx, agent, user.RolesOf(user.Role(n)), dry))
			}},
			{"a creation", "/access/granted", lower, func(n string) error {
				u := user.User{Identity: user.Identity{Login: "new"}, Access: user.Access{Granted: user.RolesOf(user.Role(n))}}
				return second(w.host.Create(w.ctx, roster.CreateParams{User: u}, dry))
			}},
			{"a profile", "/profile/role", lower, func(n string) error {
				ref := user.Reference{Kind: user.ReferenceProfile, Name: "new", Profile: user.Profile{Role: user.Role(n)}}
				return second(w.host.PutReference(w.ctx, ref, roster.DryRun()))
			}},
			{"a filter by role", "/roles", lower, func(n string) error {
				return second(w.host.List(w.ctx, roster.ListParams{Query: storage.Query{Roles: user.RolesOf(user.Role(n))}}))
			}},
			{"a role that is lost", "/options/transitions/2/lost", lower, func(n string) error { return with(user.Transition{Lost: user.Role(n)}) }},
			{"an attribute that is reset", "/options/transitions/2/custom/0", lower, func(n string) error {
				return with(user.Transition{Lost: "a", Custom: []string{n}})
			}},
			{"a permission of a key", "/actor/permissions", upper, func(n string) error { return denied(key(n)) }},
			{"a role that a key grants", "/actor/grants", lower, func(n string) error { return denied(key("A", user.Role(n))) }},
			{"Check", "/action", lower, func(n string) error { return denied(w.host.Check(w.ctx, permission.Action(n), agent)) }},
			{"Explain", "/action", lower, func(n string) error { return second(w.host.Explain(w.ctx, permission.Action(n), agent)) }},
			{"the settings", "/customAttributes/0/name", lower, func(n string) error {
				a := user.Account{Currency: "USD", CustomAttributes: user.CustomSchemaOf(
					user.CustomAttribute{Name: n, Type: user.CustomBoolean}, site,
				)}
				return second(w.host.UpdateAccount(w.ctx, a, roster.DryRun()))
			}},
			{"a custom attribute of a patch", "/custom", append(lower, good...), func(n string) error {
				return second(w.host.Patch(w.ctx, agent, user.Patch{Custom: user.CustomPatch{}.Set(n, user.BoolValue(true))}, dry))
			}},
			{"a filter by custom attributes", "/custom", lower, func(n string) error {
				return second(w.host.List(w.ctx, roster.ListParams{Query: storage.Query{Custom: user.Custom{}.With(n, user.BoolValue(true))}}))
			}},
			{"a filter by users who have one", "/hasCustom", lower, func(n string) error {
				return second(w.host.List(w.ctx, roster.ListParams{Query: storage.Query{HasCustom: n}}))
			}},
			{"a filter by users who lack one", "/lacksCustom", lower, func(n string) error {
				return second(w.host.List(w.ctx, roster.ListParams{Query: storage.Query{LacksCustom: n}}))
			}},
		} {
			for _, name := range good {
				if slices.Contains(entry.bad, name) {
					continue // it is a good name of an attribute that the account does not have
				}
				if err := entry.call(name); err != nil {
					t.Errorf("%s: %q is refused: %v", entry.name, name, err)
				}
			}
			for _, name := range entry.bad {
				err := entry.call(name)
				var invalid *validate.Error
				if !errors.As(err, &invalid) || invalid.Problems[0].Path != entry.path {
					t.Errorf("%s: %q: %v, want a problem at %s", entry.name, name, err, entry.path)
				}
			}
		}
	})
}

// denied returns nil for a denial: the name was taken.
func denied(err error) error {
	if errors.Is(err, permission.ErrDenied) {
		return nil
	}
	return err
}

// TestRolesAreBounded checks that a user holds at most user.MaxRoles roles, from grants and from
// profiles together.
func TestRolesAreBounded(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var profiles []user.ProfileID
		for i := range 4 {
			ref, err := w.host.PutReference(w.ctx, user.Reference{
				Kind: user.ReferenceProfile, Name: fmt.Sprint("own ", i), Profile: user.Profile{Role: user.Role(fmt.Sprint("p", i))},
			})
			w.ok(err)
			profiles = append(profiles, user.ProfileID(ref.ID))
		}
		for _, tt := range []struct {
			roles, profiles int
			want            []string
		}{
			{32, 0, nil},
			{33, 0, []string{"/access/granted out_of_range"}},
			{28, 4, nil},
			{29, 4, []string{"/access/roles out_of_range"}},
			{32, 1, []string{"/access/roles out_of_range"}},
		} {
			var granted []user.Role
			for i := range tt.roles {
				granted = append(granted, user.Role(fmt.Sprint("r", i)))
			}
			p := user.Patch{Granted: user.Set(user.RolesOf(granted...)), Profiles: user.Set(user.IDSetOf(profiles[:tt.profiles]...))}
			r, err := w.host.Patch(w.ctx, agent, p, roster.DryRun())
			if tt.want == nil {
				w.ok(err)
				if r.User.Access.Roles.Len() != 32 {
					t.Errorf("%d roles", r.User.Access.Roles.Len())
				}
				continue
			}
			w.invalid(err, tt.want...)
		}
	})
}

// TestUnknownRolesStayReadable checks that a role that no policy, profile or transition names any
// more is read, found, recorded and kept, gives nothing, and goes when it is taken.
func TestUnknownRolesStayReadable(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		want := user.RolesOf(user.Agent, "floor_walker")
		w.ok(second(w.host.SetRoles(w.ctx, agent, want)))
		h := roster.New(w.store).As("acme", roster.UserActor(boss))
		u := must(h.Get(w.ctx, agent))
		page, err := h.List(w.ctx, roster.ListParams{Query: storage.Query{Roles: user.RolesOf("floor_walker")}, Total: true})
		w.ok(err)
		if u.Access.Roles != want || len(page.Users) != 1 || page.Users[0].ID != agent || page.Total != 1 {
			t.Errorf("read as %s, found %d users, total %d", u.Access.Roles, len(page.Users), page.Total)
		}
		changes := must(h.Changes(w.ctx, storage.ChangeQuery{UserID: agent, Newest: true, Limit: 1}))
		if b, err := json.Marshal(changes); err != nil || !strings.Contains(string(b), `"floor_walker"`) {
			t.Errorf("the change is %s, %v", b, err)
		}
		r := must(h.Replace(w.ctx, agent, u, user.AttributesOf(user.AttrManagerOf)))
		if r.Changed != 0 {
			t.Errorf("what was read and sent back changed %s", r.Changed)
		}
		w.is(w.as(agent).Check(w.ctx, permission.UserUpdate, other), permission.ErrDenied, "an unknown role")
		r = must(h.SetRoles(w.ctx, agent, user.RolesOf(user.Agent)))
		if r.User.Access.Roles != user.RolesOf(user.Agent) {
			t.Errorf("after it was taken: %s", r.User.Access.Roles)
		}
	})
}
