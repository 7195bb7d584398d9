package roster_test

import (
	"errors"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// A policy names custom attributes one by one: a team lead sets the shift of the agents and not
// their site, and each user sets the own shift. A call needs the right to each attribute that it
// changes, and to each that it names if the actor may not read the user.
func TestRightsToOneCustomAttribute(t *testing.T) {
	shift := user.CustomAttribute{Name: "shift_start", Type: user.CustomString}
	setShift := permission.ActionsOf(permission.CustomSetOf("shift_start"))
	reads := permission.ActionsOf(permission.UserRead)
	policy := must(permission.New(permission.Spec{Name: "shifts", Rows: []permission.Row{
		{Name: "own", Everyone: true, Scope: permission.Self, Actions: setShift.With(reads)},
		{Name: "lead", Roles: user.RolesOf("team_lead"), Scope: permission.ManagedGroup, Actions: setShift.With(reads)},
		{Name: "analyst", Roles: user.RolesOf("quality_analyst"), Scope: permission.SameCustom("site"), Actions: reads},
		{Name: "blind", Roles: user.RolesOf("clerk"), Actions: setShift.With(permission.ActionsOf(permission.UserCreate))},
		{Name: "admin", Roles: user.RolesOf(user.Admin), Actions: permission.StandardActions()},
	}}))
	text := user.TextValue
	eight := user.CustomPatch{}.Set("shift_start", text("08:00"))
	each(t, func(t *testing.T, w *world) {
		w.ok(w.define(site, shift))
		const clerk = other
		w.ok(second(w.host.Patch(w.ctx, agent, user.Patch{Custom: eight.Set("site", text("Berlin"))})))
		w.ok(second(w.host.Patch(w.ctx, manager, user.Patch{Granted: user.Set(user.RolesOf("team_lead", "quality_analyst"))})))
		w.ok(second(w.host.Patch(w.ctx, manager, user.Patch{ManagerOf: user.Set(user.IDSetOf[user.GroupID](1))})))
		w.ok(second(w.host.SetRoles(w.ctx, clerk, user.RolesOf("clerk"))))
		for _, tt := range []struct {
			name  string
			actor user.ID
			on    user.ID
			p     user.CustomPatch
			rule  string // "": it is allowed
		}{
			{"the lead sets a shift", manager, agent, eight.Set("shift_start", text("09:00")), ""},
			{"the lead clears a shift", manager, agent, eight.Clear("shift_start"), ""},
			{"the lead sets the site", manager, agent, eight.Set("site", text("Łódź")), permission.RuleNoPermission},
			{"the lead names the site as it is", manager, agent, eight.Set("site", text("Berlin")), ""},
			{"the lead clears the site", manager, agent, eight.Clear("site"), permission.RuleNoPermission},
			{"the lead replaces all and the site stays", manager, agent,
				user.ReplaceCustom(user.Custom{}.With("site", text("Berlin"))), ""},
			{"the lead replaces all and the site goes", manager, agent,
				user.ReplaceCustom(user.Custom{}.With("shift_start", text("08:00"))), permission.RuleNoPermission},
			{"the lead names an attribute that there is not", manager, agent, eight.Set("s3cret", text("x")), permission.RuleNoPermission},
			{"an agent sets the own shift", agent, agent, eight.Set("shift_start", text("10:00")), ""},
			{"an agent sets the own shift to what it is", agent, agent, eight, ""},
			{"an agent sets the own site", agent, agent, eight.Set("site", text("Łódź")), permission.RuleNoPermission},
			{"an actor that reads no user sets a shift", clerk, agent, eight.Set("shift_start", text("11:00")), ""},
			{"an actor that reads no user names the site as it is", clerk, agent, eight.Set("site", text("Berlin")), permission.RuleNoPermission},
			{"an actor that reads no user names another site", clerk, agent, eight.Set("site", text("Łódź")), permission.RuleNoPermission},
			{"an actor that reads no user replaces all", clerk, agent, user.ReplaceCustom(user.Custom{}.With("site", text("Berlin")).With("shift_start", text("08:00"))), permission.RuleNoPermission},
			{"an actor that reads no user replaces all by nothing", clerk, agent, user.ReplaceCustom(user.Custom{}), permission.RuleNoPermission},
			{"an admin sets all", boss, agent, eight.Set("site", text("Łódź")), ""},
		} {
			_, err := w.as(tt.actor).WithAuthorizer(policy).Patch(w.ctx, tt.on, user.Patch{Custom: tt.p}, roster.DryRun())
			var denied *permission.Denied
			switch {
			case err == nil && tt.rule == "":
			case !errors.As(err, &denied) || denied.Rule != tt.rule || denied.Action == "custom.set.s3cret":
				t.Errorf("%s: %v, want %q", tt.name, err, tt.rule)
			}
		}
		n := withID(0)
		n.User.Custom = n.User.Custom.With("shift_start", text("08:00"))
		w.ok(second(w.as(clerk).WithAuthorizer(policy).Create(w.ctx, n, roster.DryRun())))
		n.User.Custom = n.User.Custom.With("site", text("Berlin"))
		w.is(second(w.as(clerk).WithAuthorizer(policy).Create(w.ctx, n, roster.DryRun())), permission.ErrDenied, "a creation with a site")
		r, err := w.as(clerk).WithAuthorizer(policy).Patch(w.ctx, agent, user.Patch{Custom: eight.Clear("shift_start")})
		if err != nil || !r.Changed.Has(user.AttrCustom) || !r.User.Custom.IsZero() {
			t.Errorf("an actor that reads no user sees %v, %v", r.User.Custom, err)
		}
	})
}

// An analyst of a site does not choose the site, whatever else the policy lets users do to
// themselves.
func TestNoUserChoosesWhichUsersTheyReach(t *testing.T) {
	own := permission.ActionsOf(permission.CustomSet, permission.UserUpdate, permission.UserRead)
	policy := must(permission.New(permission.Spec{Name: "sites", Rows: []permission.Row{
		{Name: "own", Everyone: true, Scope: permission.Self, Actions: own},
		{Name: "site", Roles: user.RolesOf("quality_analyst"), Scope: permission.SameCustom("site"), Actions: permission.ActionsOf(permission.UserRead)},
		{Name: "group", Roles: user.RolesOf("quality_analyst"), Scope: permission.SameAs(user.AttrGroups), Actions: permission.ActionsOf(permission.UserRead)},
		{Name: "managed", Roles: user.RolesOf("quality_analyst"), Scope: permission.ManagedGroup, Actions: permission.ActionsOf(permission.UserRead)},
	}}))
	each(t, func(t *testing.T, w *world) {
		w.ok(w.define(site, seniority))
		const analyst = manager
		w.ok(second(w.host.Patch(w.ctx, agent, user.Patch{
			Custom: user.CustomPatch{}.Set("site", user.TextValue("Berlin")), Groups: user.Set(user.IDSetOf[user.GroupID](3)),
		})))
		w.ok(second(w.host.Patch(w.ctx, analyst, user.Patch{
			Custom: user.CustomPatch{}.Set("site", user.TextValue("Łódź")), Granted: user.Set(user.RolesOf("quality_analyst")),
			ManagerOf: user.Clear[user.IDSet[user.GroupID]](),
		})))
		h := w.as(analyst).WithAuthorizer(policy)
		hidden := func() {
			t.Helper()
			if _, err := h.Get(w.ctx, agent); err == nil {
				t.Error("the analyst reads a user of another site and other groups")
			}
		}
		hidden()
		for rule, p := range map[string]user.Patch{
			permission.RuleOwnReach:                                setCustom("site", user.TextValue("Berlin")),
			permission.RuleOwnReach + " by all":                    {Custom: user.ReplaceCustom(user.Custom{}.With("site", user.TextValue("Berlin")))},
			permission.RuleOwnReach + " by groups":                 {Groups: user.Set(user.IDSetOf[user.GroupID](3))},
			permission.RuleNotSelf + " by groups that are managed": {ManagerOf: user.Set(user.IDSetOf[user.GroupID](1))},
		} {
			var denied *permission.Denied
			if _, err := h.Patch(w.ctx, analyst, p); !errors.As(err, &denied) || rule[:len(denied.Rule)] != denied.Rule {
				t.Errorf("%s: %v", rule, err)
			}
			hidden()
		}
		w.ok(second(h.Patch(w.ctx, analyst, setCustom("seniority", user.NumberValue(3)))))
		w.ok(second(h.Patch(w.ctx, analyst, user.Patch{FirstName: user.Set("Quinn")})))
		hidden()
	})
}
