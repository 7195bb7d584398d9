package user

import (
	"testing"
)

func TestAdministers(t *testing.T) {
	roles := RolesOf(Owner, Admin)
	admin := func(change func(*User)) User {
		u := User{ID: 1, Access: Access{Roles: RolesOf(Agent, Admin)}}
		change(&u)
		return u
	}
	for _, tt := range []struct {
		name   string
		change func(*User)
		want   bool
	}{
		{"an admin", func(*User) {}, true},
		{"an owner", func(u *User) { u.Access.Roles = RolesOf(Owner) }, true},
		{"an admin without a password", func(u *User) { u.Credentials.HasPassword = false }, true},
		{"another role", func(u *User) { u.Access.Roles = RolesOf(LPA, Agent) }, false},
		{"a role that is only granted", func(u *User) { u.Access.Roles, u.Access.Granted = Roles{}, RolesOf(Admin) }, false},
		{"disabled", func(u *User) { u.Access.Disabled = true }, false},
		{"an API user", func(u *User) { u.Identity.APIUser = true }, false},
		{"deleted", func(u *User) { u.Lifecycle.Deleted = noon }, false},
		{"erased", func(u *User) { u.Lifecycle.Deleted, u.Lifecycle.Erased = noon, true }, false},
		{"the zero user", func(u *User) { *u = User{} }, false},
	} {
		if u := admin(tt.change); u.Administers(roles) != tt.want {
			t.Errorf("%s: %v", tt.name, !tt.want)
		}
	}
}

func TestLastAdministrator(t *testing.T) {
	admin := func(id ID) User { return User{ID: id, Access: Access{Roles: RolesOf(Admin)}} }
	disabled := admin(1)
	disabled.Access.Disabled = true
	list := []User{disabled, {ID: 2}, admin(7), admin(4), admin(9)}
	for _, tt := range []struct {
		list        []User
		actor, want ID
	}{
		{list, 9, 9}, {list, 4, 4}, {list, 2, 4}, {list, 1, 4}, {list, 0, 4}, {list[:3], 4, 7}, {list[:2], 1, 0}, {nil, 1, 0},
	} {
		if got := LastAdministrator(tt.list, RolesOf(Admin, Owner), tt.actor); got != tt.want {
			t.Errorf("of %d users, for %d: %d, want %d", len(tt.list), tt.actor, got, tt.want)
		}
	}
}
