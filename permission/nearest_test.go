package permission_test

import (
	"strings"
	"testing"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// TestTheNearestMissSaysWhy checks which row gives the reason if several rows are not for the
// target, in any order of the rows: one that excludes a role of the target, then one for other
// groups or values, then one for the own user, then one for users. Each denial is scoped.
func TestTheNearestMissSaysWhy(t *testing.T) {
	misses := []struct {
		rule  string
		scope permission.Scope
		only  user.Roles
	}{
		{permission.RuleTargetRole, permission.AnyUser, roles(user.Agent)},
		{permission.RuleNotManagedGroup, permission.ManagedGroup, user.Roles{}},
		{permission.RuleNotSame, permission.SameAs(user.AttrProfiles), user.Roles{}},
		{permission.RuleNotSelf, permission.Self, user.Roles{}},
		{permission.RuleNotAUser, permission.AnyUser, user.Roles{}},
	}
	for i, near := range misses {
		for _, far := range misses[i+1:] {
			if far.rule == permission.RuleNotSame && near.rule == permission.RuleNotManagedGroup {
				continue // equally near
			}
			row := func(name string, scope permission.Scope, only user.Roles) permission.Row {
				return permission.Row{Name: name, Actions: permission.ActionsOf(permission.UserRead), Roles: roles(user.Agent), Scope: scope, Targets: only}
			}
			a, b := row("near", near.scope, near.only), row("far", far.scope, far.only)
			who := target(2, user.Admin)
			if far.rule == permission.RuleNotAUser {
				if who = (permission.Target{}); near.rule == permission.RuleTargetRole {
					who.Roles, a.Scope = roles(user.Admin), permission.Anybody
				}
			}
			for _, rows := range [][]permission.Row{{a, b}, {b, a}} {
				p := policyOf(t, rows...)
				e := p.Explain(ctx, permission.Request{Action: permission.UserRead, Actor: actor(1, user.Agent), Target: who})
				if e.Rule != near.rule || !e.Scoped {
					t.Errorf("%s and %s, %s first: %+v", near.rule, far.rule, rows[0].Name, e)
				}
			}
		}
	}
}

// Of two rows that miss by the target's roles, the first one's are named.
func TestTheFirstOfTwoEquallyNearIsNamed(t *testing.T) {
	row := func(name string, only user.Role) permission.Row {
		return permission.Row{Name: name, Actions: permission.ActionsOf(permission.UserRead), Roles: roles(user.Agent), Targets: roles(only)}
	}
	p := policyOf(t, []permission.Row{row("a", user.Agent), row("b", user.Support)}...)
	e := p.Explain(ctx, permission.Request{Action: permission.UserRead, Actor: actor(1, user.Agent), Target: target(2, user.Agent, user.Support)})
	if e.Rule != permission.RuleTargetRole || e.Roles != roles(user.Support) {
		t.Errorf("%+v", e)
	}
}

// Without attributes, one row is enough, and it is the first that allows.
func TestOneRowIsEnoughWithoutAttributes(t *testing.T) {
	all := permission.ActionsOf(permission.UserUpdate)
	p := policyOf(t, []permission.Row{
		{Name: "a", Actions: all, Roles: roles(user.Agent)}, {Name: "b", Actions: all, Roles: roles(user.Agent)},
	}...)
	r := permission.Request{Action: permission.UserUpdate, Actor: actor(1, user.Agent), Target: target(2)}
	if e := p.Explain(ctx, r); !e.Allowed || e.Rule != "a" {
		t.Errorf("%+v", e)
	}
	// An action that no row names is not in the policy, whichever attributes are asked for, where
	// there is no table of them.
	r.Action, r.Attributes = permission.UserDelete, attrs(user.AttrPhone)
	if e := p.Explain(ctx, r); e.Rule != permission.RuleNotInPolicy {
		t.Errorf("%+v", e)
	}
}

// The denial of an action that no row names says what a host's own action needs: its name may be
// mistyped.
func TestAHostsActionNeedsARow(t *testing.T) {
	p, err := permission.New(permission.Spec{Name: "p"})
	if err != nil {
		t.Fatal(err)
	}
	for action, want := range map[permission.Action]string{"ticket.close": "a row that names the action", permission.UserRead: ""} {
		e := p.Explain(ctx, permission.Request{Action: action, Actor: actor(1, user.Agent), Target: target(2)})
		if e.Rule != permission.RuleNotInPolicy || e.Need != want || e.Scoped {
			t.Errorf("%s: %+v, want the need %q", action, e, want)
		}
	}
}

func TestWhichActionsRead(t *testing.T) {
	var reading []string
	for a := range permission.StandardActions().All() {
		if a.Reads() {
			reading = append(reading, string(a))
		}
	}
	const want = "user.read user.list user.settings.read views.read reference.read account.read money.read statement.read changes.read"
	if got := strings.Join(reading, " "); got != want || permission.Action("").Reads() || permission.Action("report.read").Reads() {
		t.Errorf("%s read", got)
	}
}

// A table of one attribute is a table: what is not in it, nobody reaches, and what it lets nobody
// write is read-only.
func TestATableOfOneAttribute(t *testing.T) {
	p, err := permission.New(permission.Spec{
		Name:       "p",
		Rows:       []permission.Row{{Name: "r", Actions: permission.ActionsOf(permission.UserRead), Roles: roles(user.Agent)}},
		Attributes: []permission.AttributeRow{{Name: "phone", Attributes: attrs(user.AttrPhone), Access: permission.CanRead}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		action    permission.Action
		attribute user.Attribute
		want      string
	}{
		{permission.UserRead, user.AttrPhone, ""},
		{permission.UserRead, user.AttrEmail, permission.RuleAttributeUnknown},
		{permission.UserUpdate, user.AttrPhone, permission.RuleAttributeReadOnly},
	} {
		r := permission.Request{Action: tt.action, Actor: actor(1, user.Agent), Target: target(2), Attributes: attrs(tt.attribute)}
		if got := ruleOf(t, p.Check(ctx, r)); got != tt.want {
			t.Errorf("%s of %s: rule %q, want %q", tt.action, tt.attribute, got, tt.want)
		}
	}
}

// What only a reading action has, whichever it is, is read-only for those that write. What only a
// host's own action has is write-only for actions that read, and not in the policy for those that
// write: it counts as a write.
func TestWhatAnotherActionHas(t *testing.T) {
	for a := range permission.StandardActions().With(actions("ticket.close")).All() {
		if !a.Reads() && a != "ticket.close" || a == permission.UserList { // nothing is listed that may not be read
			continue
		}
		p := policyOf(t,
			permission.Row{Name: "a", Actions: actions(a), Roles: roles(user.Agent), Attributes: attrs(user.AttrEmail)},
			permission.Row{Name: "b", Actions: actions(permission.UserUpdate, permission.ViewsRead), Roles: roles(user.Agent), Attributes: attrs(user.AttrPhone)})
		want := map[permission.Action]string{a: "", permission.UserUpdate: permission.RuleAttributeReadOnly}
		if !a.Reads() {
			want[permission.UserUpdate], want[permission.ViewsRead] = permission.RuleAttributeUnknown, permission.RuleAttributeWriteOnly
		}
		for action, rule := range want {
			r := permission.Request{Action: action, Actor: actor(1, user.Agent), Target: target(2), Attributes: attrs(user.AttrEmail)}
			if got := ruleOf(t, p.Check(ctx, r)); got != rule {
				t.Errorf("%s beside %s: rule %q, want %q", action, a, got, rule)
			}
		}
	}
}
