package permission_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// Every attribute takes exactly one action, and the actions of a set cover it without overlap.
func TestChangingCoversEveryAttributeOnce(t *testing.T) {
	for _, set := range []user.Attributes{0, user.AllAttributes(), user.Patchable(), ^user.Attributes(0)} {
		var covered user.Attributes
		for action, attributes := range permission.Changing(set) {
			if action.Reads() || attributes == 0 || covered.HasAny(attributes) {
				t.Errorf("%s covers %s, covered already %s", action, attributes, covered)
			}
			covered = covered.With(attributes)
		}
		if covered != set {
			t.Errorf("covered %s of %s", covered, set)
		}
	}
	for range permission.Changing(user.AllAttributes()) {
		break // an iterator stops when it is told to
	}
}

// Genesys: "'userName' is a read-only property", though no action renames there at all.
func TestGenesysRenameIsReadOnlyProperty(t *testing.T) {
	for action, attributes := range permission.Changing(attrs(user.AttrLogin, user.AttrStatus, user.AttrEnabled)) {
		r := permission.Request{Action: action, Actor: actor(1, user.Admin), Target: target(2), Attributes: attributes}
		if got := ruleOf(t, permission.Genesys().Check(ctx, r)); got != permission.RuleAttributeReadOnly {
			t.Errorf("%s: rule %q", action, got)
		}
	}
	r := permission.Request{Action: permission.UserRename, Actor: actor(1, user.Admin), Target: target(2)}
	if got := ruleOf(t, permission.Genesys().Check(ctx, r)); got != permission.RuleNotInPolicy {
		t.Errorf("without an attribute: rule %q", got)
	}
}

// A change takes every action that its attributes take, the roles' with what is gained and lost;
// what was named and did not change takes none, and neither does what a rule reset.
func TestAChangeTakesARequestForEachAction(t *testing.T) {
	change := permission.Change{
		Actor: actor(1, user.Admin), Target: target(2, user.Agent),
		Named:   attrs(user.AttrFirstName, user.AttrLogin, user.AttrGranted, user.AttrEnabled),
		Changed: attrs(user.AttrFirstName, user.AttrLogin, user.AttrGranted, user.AttrRoles, user.AttrMaxChats),
		Granted: roles(user.Supervisor), Removed: roles(user.Agent),
	}
	request := func(a permission.Action, attributes ...user.Attribute) permission.Request {
		return permission.Request{Action: a, Actor: change.Actor, Target: change.Target, Attributes: attrs(attributes...)}
	}
	set := request(permission.RolesSet, user.AttrRoles)
	set.Granted, set.Removed = change.Granted, change.Removed
	want := []permission.Request{
		request(permission.UserRename, user.AttrLogin), set, request(permission.UserUpdate, user.AttrFirstName),
	}
	if diff := cmp.Diff(want, slices.Collect(change.Requests())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for range change.Requests() {
		break // an iterator stops when it is told to
	}
	change.Changed = attrs(user.AttrMaxChats, user.AttrRoles) // by a rule, or a profile that now gives another role
	if got := slices.Collect(change.Requests()); len(got) != 1 || got[0].Action != permission.RolesSet {
		t.Errorf("%+v", got)
	}
}

func TestARefusalIsAboutTheActor(t *testing.T) {
	r := permission.Request{Action: permission.UserErase, Target: target(2)}
	for _, tt := range []struct {
		policy permission.Authorizer
		actor  permission.Actor
		want   bool
	}{
		{permission.Default(), permission.Actor{}, true},
		{permission.Default(), permission.Actor{ID: 1, Disabled: true}, true},
		{permission.Default(), permission.Actor{ID: 1, Deleted: true}, true},
		{permission.AuthorizerFunc(nil), actor(1, user.Admin), true},
		{permission.Default(), actor(1, user.Agent), false},
		{permission.Omnidesk(), actor(1, user.Admin), false},
	} {
		r.Actor = tt.actor
		if e := permission.Explain(ctx, tt.policy, r); e.Allowed || e.AboutActor() != tt.want {
			t.Errorf("%+v: %s", tt.actor, e)
		}
	}
}
