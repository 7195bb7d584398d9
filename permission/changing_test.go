package permission_test

import (
	"testing"

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
	for attribute, want := range map[user.Attribute]permission.Action{
		user.AttrLogin: permission.UserRename, user.AttrProfiles: permission.RolesSet, user.AttrRoles: permission.RolesSet,
		user.AttrEnabled: permission.EnabledSet, user.AttrIncognito: permission.IncognitoSet,
		user.AttrPassword: permission.PasswordReset, user.AttrMaxChats: permission.CapacitySet,
		user.AttrFirstName: permission.UserUpdate, user.AttrMemberOf: permission.UserUpdate,
	} {
		for action, attributes := range permission.Changing(attrs(attribute)) {
			if action != want || attributes != attrs(attribute) {
				t.Errorf("%s takes %s, want %s", attribute, action, want)
			}
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
		if got := ruleOf(t, permission.Genesys().Check(r)); got != permission.RuleAttributeReadOnly {
			t.Errorf("%s: rule %q", action, got)
		}
	}
	r := permission.Request{Action: permission.UserRename, Actor: actor(1, user.Admin), Target: target(2)}
	if got := ruleOf(t, permission.Genesys().Check(r)); got != permission.RuleNotInPolicy {
		t.Errorf("without an attribute: rule %q", got)
	}
}
