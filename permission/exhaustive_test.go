package permission_test

import (
	"errors"
	"testing"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// naive decides by reading the rows one by one, as a person reads the table: no bit is tested that
// has a name. The requests here name no roles, passwords or other credentials, so that of the rules
// about power only those about whole actions count.
func naive(spec permission.Spec, r permission.Request) bool {
	allowed := func(wanted *user.Attribute) bool {
		for _, row := range spec.Rows {
			if !row.Actions.Has(r.Action) {
				continue
			}
			held := row.Everyone && !r.Actor.Key
			for role := range row.Roles.All() {
				held = held || r.Actor.Roles.Has(role) && !r.Actor.Key
			}
			for perm := range row.Permissions.All() {
				held = held || r.Actor.Permissions.Has(perm)
			}
			inScope := true
			switch row.Scope {
			case permission.AnyUser:
				inScope = r.Target.ID > 0
			case permission.Self:
				inScope = r.Target.ID > 0 && r.Target.ID == r.Actor.ID
			case permission.ManagedGroup:
				inScope = false
				for a := range r.Actor.Manages.All() {
					inScope = inScope || a.Group == r.Target.Group && a.Group != 0
				}
			}
			if !row.Targets.IsZero() {
				for role := range r.Target.Roles.All() {
					inScope = inScope && row.Targets.Has(role)
				}
			}
			if held && inScope && (wanted == nil || naiveAttribute(spec, row, r.Action, *wanted)) {
				return true
			}
		}
		return false
	}
	if !allowed(nil) || !naivePower(spec, r) {
		return false
	}
	for a := range r.Attributes.All() {
		if !allowed(&a) {
			return false
		}
	}
	return true
}

// naivePower reports whether the actor may grant every role of the target, if the action gives
// power over the target or takes the target's.
func naivePower(spec permission.Spec, r permission.Request) bool {
	gives, takes := false, false
	switch r.Action {
	case permission.PasswordChange, permission.PasswordReset, permission.UserRestore:
		gives = true
	case permission.UserDelete, permission.UserErase, permission.RolesSet:
		takes = true
	case permission.EnabledSet:
		enables := r.Attributes == 0 || r.Attributes.Has(user.AttrEnabled)
		gives, takes = enables && r.Target.Disabled, enables && !r.Target.Disabled
	}
	if !gives && (!takes || spec.Self.FreeTaking) {
		return true
	}
	may := map[user.Role]bool{}
	if !r.Actor.Key {
		for role := range r.Actor.Roles.All() {
			may[role] = true
		}
	}
	for grown := true; grown; {
		grown = false
		for _, g := range spec.Self.Grants {
			for role := range user.VendorRoles().All() {
				if g.May.Has(role) && may[g.Holder] && !may[role] {
					may[role], grown = true, true
				}
			}
		}
	}
	for role := range r.Target.Roles.All() {
		if !may[role] {
			return false
		}
	}
	return true
}

func naiveAttribute(spec permission.Spec, row permission.Row, action permission.Action, a user.Attribute) bool {
	if row.Attributes != 0 && !row.Attributes.Has(a) {
		return false
	}
	switch a {
	case user.AttrPassword:
		if action.Reads() {
			return false
		}
	case user.AttrCreated, user.AttrUpdated, user.AttrDeleted, user.AttrPasswordChanged:
		if !action.Reads() {
			return false
		}
	}
	if len(spec.Attributes) == 0 {
		return true
	}
	verb := permission.CanUpdate | permission.Updates
	if spec.Later != 0 {
		verb = spec.Later
	}
	if action.Reads() {
		verb = permission.CanRead
	} else if action == permission.UserCreate {
		verb = permission.CanCreate
	}
	for _, line := range spec.Attributes {
		if line.Attributes.Has(a) && line.Access&verb != 0 {
			return true
		}
	}
	return false
}

// Check is the compiled form of the rows: it decides as they read, for each policy, action, set of
// up to two roles, permission, target and a choice of attributes; and Explain agrees with it.
func TestCheckIsTheTable(t *testing.T) {
	var sets []user.Roles
	sets = append(sets, user.Roles{})
	for a := range user.VendorRoles().All() {
		for b := range user.VendorRoles().All() {
			if a <= b {
				sets = append(sets, roles(a, b))
			}
		}
	}
	manages := user.ListOf(user.Assignment{Group: 7}, user.Assignment{Group: 9})
	targets := []permission.Target{
		{},
		{ID: 1, Roles: roles(user.Agent)},
		{ID: 2, Roles: roles(user.Agent), Group: 9},
		{ID: 3, Roles: roles(user.Agent, user.Admin), Group: 7},
		{ID: 4, Roles: roles(user.Agent), Group: 8},
		{ID: 6, Roles: roles(user.Owner), Group: 9, Disabled: true},
	}
	attributes := []user.Attributes{
		0, attrs(user.AttrFirstName), attrs(user.AttrLogin), attrs(user.AttrStatus, user.AttrRoles), attrs(user.AttrEnabled),
		attrs(user.AttrPassword), attrs(user.AttrChangeNextLogin), // what no policy lets an actor read, and what one verb sets
		attrs(user.AttrCreated), attrs(user.AttrUpdated), attrs(user.AttrDeleted), attrs(user.AttrPasswordChanged),
	}
	asked, allowed := 0, 0
	for _, p := range append(policies(), permission.GenesysPut()) {
		spec := p.Spec()
		ask := func(r permission.Request) {
			want, err, e := naive(spec, r), p.Check(ctx, r), p.Explain(ctx, r)
			asked++
			if want {
				allowed++
			}
			if (err == nil) != want {
				t.Fatalf("%s: %+v: Check %v, the table says %v", spec.Name, r, err, want)
			}
			var d *permission.Denied
			switch {
			case e.Allowed != want:
				t.Fatalf("%s: %+v: Explain %v, Check %v", spec.Name, r, e, err)
			case want && (e.Rule == "" || e.Need == ""):
				t.Fatalf("%s: %+v: allowed without a reason: %v", spec.Name, r, e)
			case !want && (!errors.As(err, &d) || d.Reason != e.Reason || d.Rule == "" || d.Policy != spec.Name):
				t.Fatalf("%s: %+v: denied as %v, explained as %v", spec.Name, r, err, e)
			}
		}
		for action := range permission.StandardActions().All() {
			for _, target := range targets {
				for _, attrs := range attributes {
					resets := action == permission.PasswordReset || action == permission.PasswordChange
					if target.ID == 1 && resets || attrs == attributes[5] && !action.Reads() {
						continue // these are under the rules about power
					}
					r := permission.Request{Action: action, Target: target, Attributes: attrs}
					for _, roles := range sets {
						// What a pair may is what its rows reach together, so pairs need no more
						// than the targets and attributes that tell rows apart; single roles see
						// every choice.
						if roles.Len() == 2 && (attrs != attributes[0] && attrs != attributes[3] || target.ID%2 == 1) {
							continue
						}
						r.Actor = permission.Actor{ID: 1, Roles: roles, Manages: manages}
						ask(r)
					}
					r.Actor = permission.Actor{ID: 1, Roles: user.VendorRoles(), Key: true}
					ask(r)
					for perm := range permission.VendorPermissions().All() {
						r.Actor = permission.Actor{ID: 1, Permissions: permission.PermissionsOf(perm)}
						ask(r)
						r.Actor.ID = 0
						ask(r)
						r.Actor = permission.Actor{ID: 1, Permissions: permission.PermissionsOf(perm), Roles: user.VendorRoles(), Key: true}
						ask(r)
					}
				}
			}
		}
	}
	if allowed*20 < asked || allowed == asked {
		t.Errorf("%d of %d requests allowed: the test does not see both answers", allowed, asked)
	}
}
