package authorizer_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/authorizer"
	"github.com/ca74b63c/roster/examples/vendorhttp/matrix"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// TestMatrix has a row for each sentence of what a host's own words do.
func TestMatrix(t *testing.T) {
	yes := func(sentence string, test func(*desk)) matrix.Row {
		return matrix.Documented.Row(sentence, func(t *testing.T) { test(newDesk(t)) })
	}
	matrix.Run(t, matrix.Table{
		Vendor: "Authorizer", Document: "The words of a host: docs/design.md, package permission and package user",
		Sections: []matrix.Section{
			{Name: "Names", Rows: []matrix.Row{
				yes("a role of the host is given by name, by a profile and by replacement, and JSON, changes and lists have its name", rolesAreNames),
				yes("a role is [a-z][a-z0-9_.-]{0,63}, and a user holds at most 32, from grants and profiles together", namesAreChecked),
				yes("a role that the policy does not name gives nothing; Owner, Admin and LPA grant and take it", unknownRoles),
				yes("a host says which roles a role may grant, and no actor gives more", grantsOfTheHost),
				yes("an action of the host is asked for with Check, and Explain says which row decides", ownActions),
				yes("a permission of the host is given to keys and named in rows", ownPermissions),
			}},
			{Name: "Policies", Rows: []matrix.Row{
				yes("a row reaches the users with the actor's value of a custom attribute, and a list shows these", sameSite),
				yes("a row reaches the users that share a group, a profile, a permission group, an application or a line of business with the actor", sameSets),
				yes("no actor changes the own value that a row compares, unless a row lets it change every user's", ownReach),
				yes("a row for custom.set.NAME lets its actors set that attribute and no other", oneAttribute),
			}},
			{Name: "Custom attributes", Rows: []matrix.Row{
				yes("an account defines strings, numbers, booleans, dates and choices with limits, and refuses other values with a path", types),
				yes("an attribute may be required: of new users, and where a custom attribute of a user changes", requiredAttribute),
				yes("a patch sets, clears or keeps each attribute", threeStates),
				yes("a user has at most 64 values and 16 KiB of them", limits),
				yes("a change names each attribute with its value before and after", diffs),
				yes("a query finds users by value, by having one and by lacking one", queries),
				yes("a change of the schema that users would break is refused, with how many they are and which attribute, and a query lists them", schemaChanges),
				yes("the loss of a role resets the attributes that the host says", resets),
			}},
		},
	})
}

func rolesAreNames(d *desk) {
	d.ok(d.host.PutReference(ctx, user.Reference{
		Kind: user.ReferenceProfile, ID: 9, Name: "Leads", Profile: user.Profile{Role: authorizer.TeamLead},
	}))
	for _, p := range []user.Patch{
		{Granted: user.Set(user.RolesOf(user.Agent, authorizer.TeamLead))},
		{Profiles: user.Set(user.IDSetOf[user.ProfileID](9))},
		{Profiles: user.Clear[user.IDSet[user.ProfileID]](), Roles: user.Set(user.RolesOf(user.Agent, authorizer.TeamLead))},
	} {
		d.ok(nil, d.patch(ann, p))
		u, err := d.host.Get(ctx, ann)
		d.ok(nil, err)
		text, err := json.Marshal(u.Access.Roles)
		if err != nil || string(text) != `["agent","team_lead"]` {
			d.Errorf("%s, %v", text, err)
		}
		d.lists(d.host, storage.Query{Roles: user.RolesOf(authorizer.TeamLead)}, ann, lea)
	}
	list, err := d.host.Changes(ctx, storage.ChangeQuery{UserID: ann})
	d.ok(nil, err)
	if text, err := json.Marshal(list); err != nil || !strings.Contains(string(text), `"team_lead"`) {
		d.Errorf("%s, %v", text, err)
	}
}

func namesAreChecked(d *desk) {
	for name, good := range map[user.Role]bool{
		"a": true, "a1_.-": true, user.Role("a" + strings.Repeat("b", 63)): true,
		"": false, "Lead": false, "1st": false, "a b": false, user.Role("a" + strings.Repeat("b", 64)): false,
	} {
		if err := d.patch(ann, user.Patch{Roles: user.Set(user.RolesOf(name))}); (err == nil) != good {
			d.Errorf("%q: %v", name, err)
		}
	}
	var many []user.Role
	for i := range 33 {
		many = append(many, user.Role(fmt.Sprint("r", i)))
	}
	d.ok(nil, d.patch(ann, user.Patch{Granted: user.Set(user.RolesOf(many[:32]...))}))
	d.invalid(d.patch(ann, user.Patch{Granted: user.Set(user.RolesOf(many...))}), "/access/granted out_of_range")
}

func unknownRoles(d *desk) {
	d.ok(nil, d.patch(ann, user.Patch{Granted: user.Set(user.RolesOf(user.Agent, "floor_walker"))}))
	d.refused("what it gives", d.as(ann).Check(ctx, permission.UserRead, bob), storage.ErrNotFound)
	r, err := d.as(boss).SetRoles(ctx, ann, user.RolesOf(user.Agent))
	if err != nil || r.User.Access.Roles.Has("floor_walker") {
		d.Error(r.User.Access.Roles, err)
	}
	d.ok(d.as(boss).SetRoles(ctx, ann, user.RolesOf(user.Agent, "night_shift")))
}

func grantsOfTheHost(d *desk) {
	spec := permission.Spec{Name: "leads hire", Rows: []permission.Row{{
		Name: "leads", Roles: user.RolesOf(authorizer.TeamLead), Actions: permission.StandardActions(),
	}}}
	rules := permission.StandardSelfRules()
	rules.Grants = append(rules.Grants, permission.Grant{Holder: authorizer.TeamLead, May: user.RolesOf(user.Agent)})
	spec.Self = &rules
	policy, err := permission.New(spec)
	d.ok(nil, err)
	h := d.as(lea).WithAuthorizer(policy)
	d.ok(h.SetRoles(ctx, ann, user.RolesOf(user.Agent, authorizer.TeamLead)))
	for _, role := range []user.Role{user.Admin, authorizer.QualityAnalyst} {
		_, err := h.SetRoles(ctx, bob, user.RolesOf(role))
		d.refused(string(role), err, permission.ErrDenied)
	}
	_, err = h.PutReference(ctx, user.Reference{Kind: user.ReferenceProfile, Name: "Analysts", Profile: user.Profile{Role: authorizer.QualityAnalyst}})
	d.refused("a profile", err, permission.ErrDenied)
}

func ownActions(d *desk) {
	d.ok(nil, d.as(quinn).Check(ctx, authorizer.Listen, ann))
	d.refused("a user of another site", d.as(quinn).Check(ctx, authorizer.Listen, bob), storage.ErrNotFound)
	d.refused("another role", d.as(lea).Check(ctx, authorizer.Listen, ann), permission.ErrDenied)
	e, err := d.as(quinn).Explain(ctx, authorizer.Listen, ann)
	if err != nil || !e.Allowed || e.Rule != "analysts-listen" {
		d.Error(e, err)
	}
}

func ownPermissions(d *desk) {
	policy, err := permission.New(permission.Spec{Name: "reports", Rows: []permission.Row{{
		Name: "reports", Permissions: permission.PermissionsOf("REPORT_READ"), Actions: permission.ActionsOf("report.read"),
	}}})
	d.ok(nil, err)
	for p, allowed := range map[permission.Permission]bool{"REPORT_READ": true, "REPORT_WRITE": false, permission.PermUserRead: false} {
		err := d.dir.As("acme", roster.KeyActor(0, permission.PermissionsOf(p))).WithAuthorizer(policy).Check(ctx, "report.read", 0)
		if (err == nil) != allowed {
			d.Errorf("%s: %v", p, err)
		}
	}
}

func sameSite(d *desk) {
	d.lists(d.as(quinn), storage.Query{}, ann, quinn)
	_, err := d.as(quinn).Get(ctx, bob)
	d.refused("a user of another site", err, storage.ErrNotFound)
	d.ok(nil, d.patch(bob, set(authorizer.Site, user.TextValue("Berlin"))))
	d.lists(d.as(quinn), storage.Query{}, ann, bob, quinn)
	d.lists(d.as(quinn), storage.Query{Custom: user.Custom{}.With(authorizer.Site, user.TextValue("Riga"))})
}

func sameSets(d *desk) {
	reads := permission.ActionsOf(permission.UserRead, permission.UserList)
	for a, p := range map[user.Attribute]user.Patch{
		user.AttrMemberOf:         {MemberOf: user.Set(user.GroupID(8))},
		user.AttrGroups:           {Groups: user.Set(user.IDSetOf[user.GroupID](1, 2))},
		user.AttrProfiles:         {Profiles: user.Set(user.IDSetOf[user.ProfileID](3))},
		user.AttrPermissionGroups: {PermissionGroups: user.Set(user.IDSetOf[user.PermissionGroupID](4))},
		user.AttrApplications:     {Applications: user.Set(user.IDSetOf[user.ApplicationID](5))},
		user.AttrLinesOfBusiness:  {LinesOfBusiness: user.Set(user.IDSetOf[user.LineOfBusinessID](6))},
	} {
		policy, err := permission.New(permission.Spec{Name: "same", Rows: []permission.Row{
			{Name: "same", Roles: user.RolesOf(authorizer.QualityAnalyst), Actions: reads, Scope: permission.SameAs(a)},
		}})
		d.ok(nil, err)
		d.ok(d.host.PutReference(ctx, user.Reference{Kind: user.ReferenceProfile, ID: 3, Name: "Plain"}))
		d.lists(d.as(quinn).WithAuthorizer(policy), storage.Query{})
		d.ok(nil, d.patch(quinn, p))
		d.ok(nil, d.patch(bob, p))
		d.lists(d.as(quinn).WithAuthorizer(policy), storage.Query{}, bob, quinn)
	}
}

func ownReach(d *desk) {
	policy, err := authorizer.Policy()
	d.ok(nil, err)
	spec := policy.Spec()
	spec.Rows = append(spec.Rows, permission.Row{Name: "own", Everyone: true, Scope: permission.Self, Actions: permission.ActionsOf(permission.CustomSet)})
	policy, err = permission.New(spec)
	d.ok(nil, err)
	_, err = d.as(quinn).WithAuthorizer(policy).Patch(ctx, quinn, set(authorizer.Site, user.TextValue("Riga")))
	var denied *permission.Denied
	if !errors.As(err, &denied) || denied.Rule != permission.RuleOwnReach {
		d.Error(err)
	}
	d.ok(d.as(quinn).WithAuthorizer(policy).Patch(ctx, quinn, set(authorizer.ShiftStart, user.TextValue("09:00"))))
	d.ok(d.as(boss).WithAuthorizer(policy).Patch(ctx, boss, set(authorizer.Site, user.TextValue("Berlin"))))
}

func oneAttribute(d *desk) {
	d.ok(d.as(lea).Patch(ctx, ann, set(authorizer.ShiftStart, user.TextValue("09:00"))))
	_, err := d.as(lea).Patch(ctx, ann, set(authorizer.Site, user.TextValue("Riga")))
	d.refused("another attribute", err, permission.ErrDenied)
	_, err = d.as(lea).Patch(ctx, bob, set(authorizer.ShiftStart, user.TextValue("09:00")))
	d.refused("a user of another group", err, storage.ErrNotFound)
}

func types(d *desk) {
	d.ok(nil, d.define(
		user.CustomAttribute{Name: "badge", Type: user.CustomString, MinLength: 2, MaxLength: 3},
		user.CustomAttribute{Name: "level", Type: user.CustomNumber, Min: user.NumberValue(1), Max: user.NumberValue(5)},
		user.CustomAttribute{Name: "night", Type: user.CustomBoolean},
		user.CustomAttribute{Name: "since", Type: user.CustomDate, Min: user.TextValue("2020-01-01")},
		user.CustomAttribute{Name: "site", Type: user.CustomChoice, Options: user.ListOf("Berlin", "Riga")},
	))
	text := user.TextValue
	for _, tt := range []struct {
		name string
		v    user.Value
		want []string
	}{
		{"badge", text("b12"), nil}, {"badge", text("b"), []string{"/custom/badge too_short"}},
		{"badge", text("b123"), []string{"/custom/badge too_long"}}, {"badge", user.NumberValue(12), []string{"/custom/badge invalid"}},
		{"level", user.NumberValue(1.5), nil}, {"level", user.NumberValue(6), []string{"/custom/level out_of_range"}},
		{"level", text("5"), []string{"/custom/level invalid"}},
		{"night", user.BoolValue(false), nil}, {"night", text("true"), []string{"/custom/night invalid"}},
		{"since", text("2024-02-29"), nil}, {"since", text("2023-02-29"), []string{"/custom/since invalid"}},
		{"since", text("2019-12-31"), []string{"/custom/since out_of_range"}},
		{"site", text("Riga"), nil}, {"site", text("riga"), []string{"/custom/site unknown"}},
		{"height", user.NumberValue(2), []string{"/custom unknown"}},
	} {
		d.invalid(d.patch(ann, set(tt.name, tt.v)), tt.want...)
	}
}

func requiredAttribute(d *desk) {
	n := roster.CreateParams{User: user.User{Identity: user.Identity{Login: "kim"}}}
	_, err := d.host.Create(ctx, n)
	d.invalid(err, "/custom/site required")
	d.invalid(d.patch(ann, user.Patch{Custom: user.CustomPatch{}.Clear(authorizer.Site)}), "/custom/site required")
	d.ok(nil, d.patch(ann, user.Patch{FirstName: user.Set("Ann")}))
}

func threeStates(d *desk) {
	for _, step := range []struct{ patch, want string }{
		{`{"custom":{"shift_start":"08:00"}}`, `{"shift_start":"08:00","site":"Berlin"}`},
		{`{"custom":{"site":"Riga"}}`, `{"shift_start":"08:00","site":"Riga"}`},
		{`{"custom":{"shift_start":null}}`, `{"site":"Riga"}`},
		{`{"names":{"first":"Ann"}}`, `{"site":"Riga"}`},
	} {
		var p user.Patch
		d.ok(nil, json.Unmarshal([]byte(step.patch), &p))
		r, err := d.host.Patch(ctx, ann, p)
		if err != nil || r.User.Custom.String() != step.want {
			d.Errorf("%s: %s, %v", step.patch, r.User.Custom, err)
		}
	}
}

func limits(d *desk) {
	var many, wide user.Custom
	list := []user.CustomAttribute{}
	for i := range 65 {
		name := fmt.Sprint("a", i)
		list = append(list, user.CustomAttribute{Name: name, Type: user.CustomString})
		many = many.With(name, user.TextValue("x"))
		if i < 20 {
			wide = wide.With(name, user.TextValue(strings.Repeat("😀", 256)))
		}
	}
	site, _ := authorizer.Settings().CustomAttributes.Get(authorizer.Site)
	d.invalid(d.define(list...), "/customAttributes out_of_range")
	d.ok(nil, d.define(append(list[:63:63], site)...))
	with := func(c user.Custom) user.Patch {
		return user.Patch{Custom: user.ReplaceCustom(c.With(authorizer.Site, user.TextValue("Riga")))}
	}
	d.ok(nil, d.patch(ann, with(many.With("a63", user.Value{}).With("a64", user.Value{}))))
	d.invalid(d.patch(ann, with(many)), "/custom out_of_range")
	d.invalid(d.patch(ann, with(wide)), "/custom too_long")
}

func diffs(d *desk) {
	d.ok(nil, d.patch(ann, user.Patch{Custom: user.CustomPatch{}.Set(authorizer.Site, user.TextValue("Riga")).Set(authorizer.ShiftStart, user.TextValue("08:00"))}))
	list, err := d.host.Changes(ctx, storage.ChangeQuery{UserID: ann, Newest: true, Limit: 1})
	d.ok(nil, err)
	want := []user.Difference{
		{Attribute: user.AttrCustom, Name: authorizer.ShiftStart, After: user.TextValue("08:00")},
		{Attribute: user.AttrCustom, Name: authorizer.Site, Before: user.TextValue("Berlin"), After: user.TextValue("Riga")},
	}
	if !slices.Equal(list[0].Diff, want) {
		d.Errorf("%+v", list[0].Diff)
	}
}

func queries(d *desk) {
	d.ok(nil, d.patch(ann, set(authorizer.ShiftStart, user.TextValue("08:00"))))
	berlin := user.Custom{}.With(authorizer.Site, user.TextValue("Berlin"))
	d.lists(d.host, storage.Query{Custom: berlin}, ann, lea, quinn)
	d.lists(d.host, storage.Query{Custom: berlin, HasCustom: authorizer.ShiftStart}, ann)
	d.lists(d.host, storage.Query{Custom: berlin, LacksCustom: authorizer.ShiftStart}, lea, quinn)
}

func schemaChanges(d *desk) {
	site, _ := authorizer.Settings().CustomAttributes.Get(authorizer.Site)
	shift, _ := authorizer.Settings().CustomAttributes.Get(authorizer.ShiftStart)
	narrow, needed := site, shift
	narrow.Options, needed.Required = user.ListOf("Riga"), true
	for _, tt := range []struct {
		list []user.CustomAttribute
		want user.CustomInUseError
		q    storage.Query
	}{
		{[]user.CustomAttribute{shift}, user.CustomInUseError{Path: "/customAttributes", Name: authorizer.Site, Users: 5},
			storage.Query{HasCustom: authorizer.Site}},
		{[]user.CustomAttribute{shift, narrow}, user.CustomInUseError{Path: "/customAttributes/1", Name: authorizer.Site, Users: 3},
			storage.Query{Custom: user.Custom{}.With(authorizer.Site, user.TextValue("Berlin"))}},
		{[]user.CustomAttribute{site, needed}, user.CustomInUseError{Path: "/customAttributes/1", Name: authorizer.ShiftStart, Users: 5, Lacking: true},
			storage.Query{LacksCustom: authorizer.ShiftStart}},
	} {
		err := d.define(tt.list...)
		var inUse *user.CustomInUseError
		if !errors.As(err, &inUse) || *inUse != tt.want || !errors.Is(err, roster.ErrInUse) {
			d.Errorf("%v, want %v", err, &tt.want)
		}
		if n, err := d.host.Count(ctx, roster.ListParams{Query: tt.q}); err != nil || n != tt.want.Users {
			d.Errorf("the query finds %d, %v", n, err)
		}
	}
}

func resets(d *desk) {
	d.ok(nil, d.patch(ann, set(authorizer.ShiftStart, user.TextValue("08:00"))))
	r, err := d.host.SetRoles(ctx, ann, user.RolesOf(authorizer.QualityAnalyst))
	want := user.Reset{Rule: "agent-has-no-shift", Attribute: user.AttrCustom, Name: authorizer.ShiftStart, Before: user.TextValue("08:00")}
	if err != nil || !slices.Contains(r.Resets, want) || r.User.Custom.String() != `{"site":"Berlin"}` {
		d.Errorf("%+v, %s, %v", r.Resets, r.User.Custom, err)
	}
}
