package permission_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// The whole reason of each refusal by the rules that every policy has, and of the same by Guarded
// before a host's engine.
func TestReasonsOfTheRulesOfEveryPolicy(t *testing.T) {
	const everybodyElse = "one of the roles "
	ann, admin := actor(1, user.Agent), actor(1, user.Admin)
	of := func(a permission.Actor, change func(*permission.Actor)) permission.Actor { change(&a); return a }
	rules := permission.StandardSelfRules()
	spec := permission.Default().Spec()
	spec.Self = &rules
	policy := newPolicy(t, spec)
	for _, tt := range []struct {
		r    permission.Request
		want permission.Reason
	}{
		{permission.Request{Action: permission.UserRead}, permission.Reason{Rule: permission.RuleNoActor}},
		{permission.Request{Action: permission.UserRead, Actor: permission.Actor{Roles: user.VendorRoles()}},
			permission.Reason{Rule: permission.RuleNoActor}},
		{permission.Request{Action: permission.UserRead, Actor: permission.Actor{ID: -1, Permissions: permission.VendorPermissions()}},
			permission.Reason{Rule: permission.RuleNoActor}},
		{permission.Request{Actor: ann}, permission.Reason{Rule: permission.RuleUnknownAction}},
		{permission.Request{Action: "User.Read", Actor: permission.Actor{System: true}}, permission.Reason{Rule: permission.RuleUnknownAction}},
		{permission.Request{Action: "user.read,user.list", Actor: admin}, permission.Reason{Rule: permission.RuleUnknownAction}},
		{permission.Request{Action: permission.UserRead, Actor: of(admin, func(a *permission.Actor) { a.Deleted, a.Disabled = true, true })},
			permission.Reason{Rule: permission.RuleActorDeleted}},
		{permission.Request{Action: permission.UserRead, Actor: of(admin, func(a *permission.Actor) { a.Disabled = true })},
			permission.Reason{Rule: permission.RuleActorDisabled}},
		{permission.Request{Action: permission.RolesSet, Actor: admin, Target: target(2), Granted: roles(user.Owner, user.Agent)},
			permission.Reason{
				Rule: permission.RuleGrant, Roles: roles(user.Owner), Need: everybodyElse + "owner",
				Source: "no actor grants a role that it may not grant",
			}},
		{permission.Request{Action: permission.RolesSet, Actor: admin, Target: target(1, user.Admin), Removed: roles(user.Admin)},
			permission.Reason{
				Rule: permission.RuleOwnAdmin, Roles: roles(user.Admin), Need: "another user to take it",
				Source: `Genesys: "You cannot remove role 'ROLE_ADMIN' from yourself."`,
			}},
		{permission.Request{Action: permission.RolesSet, Actor: admin, Target: target(2), Removed: roles(user.Owner)},
			permission.Reason{
				Rule: permission.RuleTake, Roles: roles(user.Owner), Need: everybodyElse + "owner",
				Source: "no actor takes a role that it may not grant",
			}},
		{permission.Request{Action: permission.PasswordChange, Actor: ann, Target: target(1, user.Agent)},
			permission.Reason{
				Rule: permission.RuleOldPassword, Need: "the old password, or another user to reset it",
				Source: `LivePerson oldPassword: "Required only when a user updates their own password."`,
			}},
	} {
		tt.want.Action = tt.r.Action
		for name, a := range map[string]permission.Authorizer{
			policy.Name(): policy, "self-rules": permission.Guarded(answering(nil), rules),
		} {
			tt.want.Policy = name
			e := permission.Explain(ctx, a, tt.r)
			if diff := cmp.Diff(permission.Explanation{Reason: tt.want}, e); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
			var d *permission.Denied
			if err := a.Check(ctx, tt.r); !errors.As(err, &d) || d.Reason != e.Reason || !errors.Is(err, permission.ErrDenied) || errors.Is(err, errDown) {
				t.Errorf("%s: Check says %v, Explain %v", name, err, e)
			}
		}
	}
}

// What Guarded lets pass is the engine's to decide and to explain.
func TestGuardedExplains(t *testing.T) {
	const noAuthorizer, system = permission.RuleNoAuthorizer, permission.RuleSystem
	guard := func(a permission.Authorizer) permission.Authorizer {
		return permission.Guarded(a, permission.SelfRules{})
	}
	for _, tt := range []struct {
		name         string
		a            permission.Authorizer
		system       bool // the actor is the host, which may do everything
		allowed      bool
		policy, rule string
	}{
		{"a policy inside", guard(permission.Voximplant()), false, true, "voximplant", "get-users"},
		{"the host before an engine", guard(answering(errDown)), true, true, "self-rules", system},
		{"the host before nothing", guard(nil), true, true, "self-rules", system},
		{"the host", permission.Default(), true, true, "default", system},
		{"a guard of nothing", guard(nil), false, false, "", noAuthorizer},
		{"no member", permission.All(), false, false, "", noAuthorizer},
		{"an engine without reasons", answering(nil), false, true, "", "allowed"},
		{"an engine that fails", answering(errDown), false, false, "", permission.RuleFailed},
	} {
		r := permission.Request{Action: permission.UserRead, Actor: actor(1, user.Supervisor), Target: target(2)}
		if tt.system {
			r.Actor.System, r.Actor.Disabled = true, true
			r.Granted, r.Removed, r.Attributes = user.VendorRoles(), user.VendorRoles(), user.AllAttributes()
		}
		e, err := permission.Explain(ctx, tt.a, r), tt.a.Check(ctx, r)
		if e.Allowed != tt.allowed || (err == nil) != tt.allowed || e.Policy != tt.policy || e.Rule != tt.rule ||
			e.Action != r.Action || (e.Need == "the embedding host") != tt.system {
			t.Errorf("%s: Check %v, Explain %+v", tt.name, err, e)
		}
	}
}

// Where the access level of an attribute stands is said of it, and of none that is not in the
// table.
func TestRefusedAttributesNameTheirSource(t *testing.T) {
	for _, tt := range []struct {
		policy    *permission.Policy
		action    permission.Action
		attribute user.Attribute
		rule      string
	}{
		{permission.Genesys(), permission.UserUpdate, user.AttrStatus, permission.RuleAttributeReadOnly},
		{permission.Genesys(), permission.UserRename, user.AttrLogin, permission.RuleAttributeReadOnly}, // no row names the action
		{permission.GenesysPut(), permission.UserUpdate, user.AttrChangeNextLogin, permission.RuleAttributeReadOnly},
		{permission.Genesys(), permission.UserRead, user.AttrPassword, permission.RuleAttributeWriteOnly},
		{permission.Genesys(), permission.UserRead, user.AttrMaxChats, permission.RuleAttributeUnknown},
	} {
		e := tt.policy.Explain(ctx, permission.Request{
			Action: tt.action, Actor: actor(1, user.Admin), Target: target(2), Attributes: attrs(tt.attribute),
		})
		spec := permission.Genesys().Spec()
		source, basis := spec.Source, permission.Assumed
		for _, row := range spec.Attributes {
			if row.Attributes.Has(tt.attribute) {
				source, basis = row.Source, row.Basis
			}
		}
		if e.Allowed || e.Rule != tt.rule || e.Source != source || e.Basis != basis || source == "" || e.Need != "" {
			t.Errorf("%s: %+v, want source %q, %s", tt.attribute, e, source, basis)
		}
	}
}
