package roster_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

func skilled(ids ...user.SkillID) user.Patch {
	return user.Patch{Skills: user.Set(user.IDSetOf(ids...))}
}

// TestUnknownReferencesAreRefused checks every call that can give a user an id of reference data.
// An unknown id is refused if the account has other pieces of the kind. The world has the skill
// 7, which the agent has, and no group, queue or view.
func TestUnknownReferencesAreRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ok(second(w.host.PutReference(w.ctx, user.Reference{Kind: user.ReferenceView, ID: 1, Name: "open"})))
		newcomer, replaced, h, c := withID(0), w.user(agent), w.host, w.ctx
		newcomer.User.Capacity.Skills = user.IDSetOf[user.SkillID](7, 8)
		replaced.Capacity.Skills = newcomer.User.Capacity.Skills
		phrase := roster.PasswordChange{New: newPhrase}
		completed := func(user.User, user.Patch) user.Patch { return skilled(7, 8) }
		w.unchanged("unknown ids", func() {
			for _, tt := range []struct {
				path string
				err  error
			}{
				{"/capacity/skills/1", second(h.Create(c, newcomer))},
				{"/1/capacity/skills/1", second(h.CreateMany(c, []roster.CreateParams{named("fine"), newcomer}))},
				{"/capacity/skills/1", second(h.Patch(c, agent, skilled(7, 8)))},
				{"/1/capacity/skills/0", second(h.Edit(c, []roster.Edit{{ID: agent}, {ID: other, Patch: skilled(6)}}))},
				{"/capacity/skills/1", second(h.Edit(c, []roster.Edit{{ID: agent, Patch: skilled(7, 8), Password: &phrase}}))},
				{"/capacity/skills/1", second(h.Edit(c, []roster.Edit{{ID: agent, PatchFunc: completed}}))},
				{"/capacity/skills/1", second(h.Replace(c, agent, replaced, 0))},
				{"/preferences/views/0", second(h.SetView(c, agent, 2, true))},
			} {
				if field(tt.err) != tt.path {
					t.Errorf("%v, want one at %s", tt.err, tt.path)
				}
			}
		})
		// The world has no group at all, so every id is valid.
		w.ok(second(w.host.Patch(w.ctx, agent, user.Patch{MemberOf: user.Set[user.GroupID](99)})))
		// A piece that is deleted while a user has it stays, and an unchanged user can be sent
		// back.
		w.ok(second(w.host.PutReference(w.ctx, user.Reference{Kind: user.ReferenceSkill, ID: 8, Name: "telex"})))
		w.ok(second(w.host.Patch(w.ctx, agent, skilled(7, 8))))
		w.ok(w.host.DeleteReference(w.ctx, user.ReferenceSkill, 8))
		w.unchanged("an unchanged user", func() {
			w.ok(second(w.host.Replace(w.ctx, agent, w.user(agent), 0)))
		})
		w.ok(second(w.host.Patch(w.ctx, agent, skilled(8))))
		w.ok(second(w.host.Patch(w.ctx, agent, skilled())))
		if _, err := w.host.Patch(w.ctx, agent, skilled(8)); field(err) != "/capacity/skills/0" {
			t.Errorf("a skill that was given up and is no more: %v", err)
		}
		// With the last piece of a kind the check goes as well.
		w.ok(w.host.DeleteReference(w.ctx, user.ReferenceSkill, 7))
		w.ok(second(w.host.Patch(w.ctx, agent, skilled(8))))
	})
}

// TestReferencesAreKnownInAccountsWithMany looks up ids in accounts with many pieces of a kind,
// in several orders.
func TestReferencesAreKnownInAccountsWithMany(t *testing.T) {
	w := newWorld(t, memstore.New())
	must(w.store.Update(w.ctx, "acme", func(ctx context.Context, s storage.Writer) (err error) {
		for id := int64(10); id <= 5000; id += 2 {
			ref := user.Reference{Kind: user.ReferenceSkill, ID: id, Version: s.Next(), Name: fmt.Sprint("skill ", id)}
			err = errors.Join(err, s.PutReference(ctx, ref))
		}
		return err
	}))
	for _, ids := range [][]user.SkillID{{7, 10, 12}, {70, 72, 4998, 5000}, {7, 1000, 1002, 3000, 5000}} {
		w.ok(second(w.host.Patch(w.ctx, other, skilled(ids...))))
	}
	for id, at := range map[user.SkillID]int{1: 0, 8: 0, 11: 0, 3001: 1, 5001: 1} {
		_, err := w.host.Edit(w.ctx, []roster.Edit{{ID: agent, Patch: skilled(4000)}, {ID: other, Patch: skilled(id, 100)}})
		if field(err) != fmt.Sprint("/1/capacity/skills/", at) {
			t.Errorf("skill %d: %v, want one at %d", id, err, at)
		}
	}
}

// TestReferenceDataAreReadOnceForEachKind checks that a patch that adds no id reads no reference
// data, and that a call with many users reads each kind once.
func TestReferenceDataAreReadOnceForEachKind(t *testing.T) {
	w := newWorld(t, memstore.New())
	users := make([]roster.CreateParams, 20)
	for i := range users {
		users[i] = named(fmt.Sprint("new", i))
		users[i].User.Capacity = user.Capacity{Skills: user.IDSetOf[user.SkillID](7), Queues: user.IDSetOf(user.QueueID(i + 1))}
		users[i].User.Access = user.Access{Profiles: user.IDSetOf(agentProfile), Groups: user.IDSetOf(user.GroupID(i + 1))}
	}
	same := w.user(agent)
	for most, do := range map[int]func(h roster.Handle) error{
		0: func(h roster.Handle) error { return second(h.Patch(w.ctx, other, user.Patch{LastName: user.Set("A")})) },
		1: func(h roster.Handle) error { return second(h.Replace(w.ctx, agent, same, 0)) }, // profiles give roles
		4: func(h roster.Handle) error { return second(h.CreateMany(w.ctx, users)) },
	} {
		used, err := w.failing(fmt.Sprint("call ", most), roster.SystemActor(), do)
		if n := used["Reference"] + used["References"]; err != nil || n > most {
			t.Errorf("%d reads of reference data, want at most %d; %v", n, most, err)
		}
	}
}

// TestACallIsWholeWhenReferenceDataCannotBeRead checks that a call returns the error of a storage
// that fails to read reference data, and no error about an unknown id.
func TestACallIsWholeWhenReferenceDataCannotBeRead(t *testing.T) {
	w := newWorld(t, memstore.New())
	w.ok(second(w.host.PutReference(w.ctx, user.Reference{Kind: user.ReferenceView, ID: 1, Name: "open"})))
	for path, do := range map[string]func(h roster.Handle) error{
		"/capacity/skills/0":   func(h roster.Handle) error { return second(h.Patch(w.ctx, agent, skilled(8))) },
		"/preferences/views/0": func(h roster.Handle) error { return second(h.SetView(w.ctx, agent, 8, true)) },
	} {
		if _, err := w.failing(path, roster.SystemActor(), do); field(err) != path {
			t.Errorf("%v, want one at %s", err, path)
		}
	}
}

// site and seniority are the custom attributes of the tests.
var (
	site      = user.CustomAttribute{Name: "site", Type: user.CustomChoice, Options: user.ListOf("Berlin", "Łódź")}
	seniority = user.CustomAttribute{Name: "seniority", Type: user.CustomNumber, Min: user.NumberValue(0)}
)

// define gives the account these custom attributes.
func (w *world) define(list ...user.CustomAttribute) error {
	a := must(w.host.Account(w.ctx))
	a.CustomAttributes = user.CustomSchemaOf(list...)
	return second(w.host.UpdateAccount(w.ctx, a))
}

func setCustom(name string, v user.Value) user.Patch {
	return user.Patch{Custom: user.CustomPatch{}.Set(name, v)}
}

// TestASchemaThatUsersWouldBreakIsRefused: no user may lack a required attribute, or have a value
// that the schema does not allow. A deleted user lacks nothing, but its values count.
func TestASchemaThatUsersWouldBreakIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		needed, narrow := site, site
		needed.Required = true
		narrow.Options = user.ListOf("Berlin")
		w.ok(w.define(site, seniority))
		w.ok(second(w.host.Patch(w.ctx, agent, setCustom("site", user.TextValue("Berlin")))))
		w.ok(second(w.host.Patch(w.ctx, other, setCustom("site", user.TextValue("Łódź")))))
		w.ok(second(w.host.Delete(w.ctx, other)))
		for _, tt := range []struct {
			list []user.CustomAttribute
			want user.CustomInUseError
		}{
			{[]user.CustomAttribute{seniority}, user.CustomInUseError{Path: "/customAttributes", Name: "site", Users: 2}},
			{[]user.CustomAttribute{seniority, narrow}, user.CustomInUseError{Path: "/customAttributes/1", Name: "site", Users: 1}},
			{[]user.CustomAttribute{needed}, user.CustomInUseError{Path: "/customAttributes/0", Name: "site", Users: 2, Lacking: true}},
		} {
			w.unchanged("a refused schema", func() {
				err := w.define(tt.list...)
				var inUse *user.CustomInUseError
				if !errors.As(err, &inUse) || *inUse != tt.want || !errors.Is(err, roster.ErrInUse) {
					t.Error(err)
				}
			})
		}
		for _, id := range []user.ID{boss, manager} {
			w.ok(second(w.host.Patch(w.ctx, id, setCustom("site", user.TextValue("Berlin")))))
		}
		w.ok(w.define(needed)) // seniority has no values
		n := withID(0)
		w.invalid(second(w.host.Create(w.ctx, n)), "/custom/site required")
		n.User.Custom = user.Custom{}.With("site", user.TextValue("Łódź"))
		w.ok(second(w.host.Create(w.ctx, n)))
		w.invalid(second(w.host.Patch(w.ctx, agent, user.Patch{Custom: user.CustomPatch{}.Clear("site")})), "/custom/site required")
	})
}

// invalid demands exactly these problems.
func (w *world) invalid(err error, want ...string) {
	w.Helper()
	var invalid *validate.Error
	var got []string
	if errors.As(err, &invalid) {
		for _, p := range invalid.Problems {
			got = append(got, p.Path+" "+string(p.Code))
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		w.Errorf("%v: %s", err, d)
	}
}

// TestHostileCustomAttributesAreRefused checks that every call refuses, with its path, what no
// custom attribute can be. The values that a schema refuses are in the tests of package user.
func TestHostileCustomAttributesAreRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ok(w.define(site, seniority))
		many := user.Custom{}
		for i := range user.MaxCustom + 1 {
			many = many.With("a"+strconv.Itoa(i), user.BoolValue(true))
		}
		for _, tt := range []struct {
			c    user.Custom
			want string
		}{
			{user.Custom{}.With("site", user.TextValue("\xff")), "/custom/site invalid"},
			{user.Custom{}.With("S3cret", user.BoolValue(true)), "/custom unknown"},
			{many, "/custom out_of_range"},
		} {
			w.unchanged(tt.want, func() {
				p := user.Patch{Custom: user.ReplaceCustom(tt.c)}
				n := withID(0)
				n.User.Custom = tt.c
				for _, err := range []error{
					second(w.host.Patch(w.ctx, agent, p)), second(w.host.Create(w.ctx, n)),
					second(w.host.Edit(w.ctx, []roster.Edit{{ID: agent, Patch: p}})),
				} {
					if w.invalid(err, tt.want); strings.Contains(err.Error(), "S3") {
						t.Errorf("it shows what was sent: %v", err)
					}
				}
			})
		}
		bad := user.Custom{}.With("site", user.TextValue("\xff")).With("B", user.BoolValue(true))
		w.invalid(second(w.host.List(w.ctx, roster.ListParams{Query: storage.Query{Custom: bad}})), "/custom unknown", "/custom/site invalid")
		a := user.Account{Currency: "USD", CustomAttributes: user.CustomSchemaOf(user.CustomAttribute{Name: "A", Type: "b"})}
		w.invalid(second(w.host.UpdateAccount(w.ctx, a)), "/customAttributes/0/name invalid", "/customAttributes/0/type unknown")
	})
}

// TestRightsToOneCustomAttribute uses a policy by which a team lead sets the shift of the agents
// and not their site. A call needs the right to each attribute that it changes, and to each that
// it names if the actor may not read the user.
func TestRightsToOneCustomAttribute(t *testing.T) {
	shift := user.CustomAttribute{Name: "shift_start", Type: user.CustomString}
	setShift := permission.ActionsOf(permission.CustomSetOf("shift_start"))
	policy := policyOf(
		permission.Row{Roles: user.RolesOf("team_lead"), Scope: permission.ManagedGroup, Actions: setShift.With(readsUsers)},
		permission.Row{Roles: user.RolesOf(user.Admin), Actions: permission.StandardActions()},
		permission.Row{Roles: user.RolesOf("clerk"), Actions: setShift.With(permission.ActionsOf(permission.UserCreate))},
	)
	text := user.TextValue
	eight, berlin := user.CustomPatch{}.Set("shift_start", text("08:00")), user.Custom{}.With("site", text("Berlin"))
	each(t, func(t *testing.T, w *world) {
		w.ok(w.define(site, shift))
		const clerk = other
		w.ok(second(w.host.Patch(w.ctx, agent, user.Patch{Custom: eight.Set("site", text("Berlin"))})))
		w.ok(second(w.host.Patch(w.ctx, manager, user.Patch{Granted: user.Set(user.RolesOf("team_lead"))})))
		w.ok(second(w.host.Patch(w.ctx, manager, user.Patch{ManagerOf: user.Set(user.IDSetOf[user.GroupID](1))})))
		w.ok(second(w.host.SetRoles(w.ctx, clerk, user.RolesOf("clerk"))))
		for _, tt := range []struct {
			name  string
			actor user.ID
			p     user.CustomPatch
			rule  string // "": it is allowed
		}{
			{"the lead sets a shift", manager, eight.Set("shift_start", text("09:00")), ""},
			{"the lead names the site as it is", manager, eight.Set("site", text("Berlin")), ""},
			{"the lead clears the site", manager, eight.Clear("site"), permission.RuleNoPermission},
			{"the lead replaces all and the site stays", manager, user.ReplaceCustom(berlin), ""},
			{"the lead replaces all and the site goes", manager, user.ReplaceCustom(user.Custom{}), permission.RuleNoPermission},
			{"the lead names an attribute that there is not", manager, eight.Set("s3cret", text("x")), permission.RuleNoPermission},
			{"an actor that reads no user sets a shift", clerk, eight.Set("shift_start", text("11:00")), ""},
			{"an actor that reads no user names the site as it is", clerk, eight.Set("site", text("Berlin")), permission.RuleNoPermission},
			{"an actor that reads no user replaces all", clerk, user.ReplaceCustom(berlin.With("shift_start", text("08:00"))), permission.RuleNoPermission},
		} {
			_, err := w.as(tt.actor).WithAuthorizer(policy).Patch(w.ctx, agent, user.Patch{Custom: tt.p}, roster.DryRun())
			var denied *permission.Denied
			switch {
			case err == nil && tt.rule == "":
			case !errors.As(err, &denied) || denied.Rule != tt.rule || denied.Action == "custom.set.s3cret":
				t.Errorf("%s: %v, want %q", tt.name, err, tt.rule)
			}
		}
		n := withID(0)
		n.User.Custom = n.User.Custom.With("shift_start", text("08:00"))
		blind := w.as(clerk).WithAuthorizer(policy)
		w.ok(second(blind.Create(w.ctx, n, roster.DryRun())))
		n.User.Custom = berlin
		w.is(second(blind.Create(w.ctx, n, roster.DryRun())), permission.ErrDenied, "a creation with a site")
		r, err := blind.Patch(w.ctx, agent, user.Patch{Custom: eight.Clear("shift_start")})
		if err != nil || !r.Changed.Has(user.AttrCustom) || !r.User.Custom.IsZero() {
			t.Errorf("an actor that reads no user sees %v, %v", r.User.Custom, err)
		}
	})
}

// TestTheGreatestNumberOfFiltersUnderAScope checks that a list of an actor who may only read the
// own site takes as many filters as there can be.
func TestTheGreatestNumberOfFiltersUnderAScope(t *testing.T) {
	policy := policyOf(permission.Row{
		Roles: user.RolesOf("quality_analyst"), Scope: permission.SameCustom("site"),
		Actions: permission.ActionsOf(permission.UserRead, permission.UserList),
	})
	each(t, func(t *testing.T, w *world) {
		w.ok(w.define(site, seniority))
		berlin := user.TextValue("Berlin")
		w.ok(second(w.host.Patch(w.ctx, agent, setCustom("site", berlin))))
		analyst := setCustom("site", berlin)
		analyst.Granted = user.Set(user.RolesOf("quality_analyst"))
		w.ok(second(w.host.Patch(w.ctx, other, analyst)))
		for filters, want := range map[int]int{0: 2, user.MaxCustom - 1: 0, user.MaxCustom: 0} {
			for _, more := range []user.Custom{{}, user.Custom{}.With("site", berlin)} {
				for i := more.Len(); i < filters; i++ {
					more = more.With("a"+strconv.Itoa(i), user.BoolValue(true))
				}
				l := roster.ListParams{Query: storage.Query{Custom: more}, Total: true}
				h := w.as(other).WithAuthorizer(policy)
				if page, n := must(h.List(w.ctx, l)), must(h.Count(w.ctx, l)); n != want || len(page.Users) != n || page.Total != n {
					t.Errorf("%d filters: %d users, total %d, count %d", filters, len(page.Users), page.Total, n)
				}
			}
		}
	})
}
