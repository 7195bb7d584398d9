package permission_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// No request, however senseless its numbers, makes a policy panic, disagree with its explanation,
// allow an action that is not requested, or let through a role that the actor may not grant.
func FuzzCheck(f *testing.F) {
	f.Add("user.update", int64(1), int64(2), uint32(1), uint32(2), uint16(0), uint32(0), uint32(0), uint64(1), int64(7), uint8(0))
	f.Add("roles.set", int64(1), int64(1), uint32(1), uint32(1), uint16(0), uint32(1<<31), uint32(1), ^uint64(0), int64(7), uint8(0xff))
	f.Add("\xff", int64(-1), int64(-1), ^uint32(0), ^uint32(0), ^uint16(0), ^uint32(0), ^uint32(0), ^uint64(0), int64(-1), uint8(0))
	f.Add("password.reset", int64(5), int64(5), ^uint32(0), uint32(0), uint16(1), uint32(0), uint32(0), uint64(0), int64(0), uint8(4))
	rules := permission.StandardSelfRules()
	guarded := permission.Guarded(permission.AuthorizerFunc(func(context.Context, permission.Request) error { return nil }), rules)
	f.Fuzz(func(t *testing.T, action string, id, targetID int64, held, targetRoles uint32, perms uint16, granted, removed uint32,
		attributes uint64, group int64, flags uint8,
	) {
		r := permission.Request{
			Action: permission.Action(action),
			Actor: permission.Actor{
				ID: user.ID(id), Roles: drawnRoles(held), Permissions: drawnPermissions(perms),
				Manages:  user.ListOf(user.Assignment{Group: 7}, user.Assignment{Group: user.GroupID(group)}),
				Disabled: flags&1 != 0, Deleted: flags&2 != 0, System: flags&8 != 0, Key: flags&16 != 0,
			},
			Target:  permission.Target{ID: user.ID(targetID), Roles: drawnRoles(targetRoles), Group: user.GroupID(group)},
			Granted: drawnRoles(granted), Removed: drawnRoles(removed), Attributes: user.Attributes(attributes), HasOld: flags&4 != 0,
		}
		for _, a := range append([]permission.Authorizer{guarded}, asAuthorizers()...) {
			err, e := a.Check(ctx, r), permission.Explain(ctx, a, r)
			var d *permission.Denied
			if e.Allowed != (err == nil) || err != nil && (!errors.As(err, &d) || d.Reason != e.Reason || d.Error() == "") {
				t.Fatalf("%+v: Check %v, Explain %v", r, err, e)
			}
			if err != nil || r.Actor.System {
				continue
			}
			own := id == targetID
			switch {
			case r.Actor.Disabled || r.Actor.Deleted || id < 0 || id == 0 && r.Actor.Permissions.IsZero():
				t.Fatalf("%+v: no actor may", r)
			case !rules.MayGrant(r.Actor.Roles).HasAll(r.Granted):
				t.Fatalf("%+v: grants a role not held", r)
			case own && id != 0 && r.Removed.Has(user.Admin):
				t.Fatalf("%+v: removes Admin from the own user", r)
			case own && id != 0 && !r.HasOld && (r.Action == permission.PasswordChange || r.Action == permission.PasswordReset):
				t.Fatalf("%+v: own password without the old one", r)
			}
		}
	})
}

func asAuthorizers() []permission.Authorizer {
	var list []permission.Authorizer
	for _, p := range policies() {
		list = append(list, p)
	}
	return list
}

// drawnRoles returns the roles whose bits are set in n. The bits behind the vendors' roles stand
// for a host's own.
func drawnRoles(n uint32) (roles user.Roles) {
	for role := range user.VendorRoles().All() {
		if i, _ := role.Vendor(); n>>i&1 != 0 {
			roles = roles.With(user.RolesOf(role))
		}
	}
	for i := user.NumVendorRoles; i < 32; i++ {
		if n>>i&1 != 0 {
			roles = roles.With(user.RolesOf(user.Role(fmt.Sprint("host_", i))))
		}
	}
	return roles
}

// drawnPermissions returns the permissions whose bits are set in n. The bits behind the vendors'
// stand for a host's own.
func drawnPermissions(n uint16) (permissions permission.Permissions) {
	for p := range permission.VendorPermissions().All() {
		if n&1 != 0 {
			permissions = permissions.With(permission.PermissionsOf(p))
		}
		n >>= 1
	}
	if n != 0 {
		permissions = permissions.With(permission.PermissionsOf("REPORT_READ", "report.write"))
	}
	return permissions
}
