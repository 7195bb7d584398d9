package user

import (
	"slices"
	"testing"
	"time"
)

func TestCheckReadOnly(t *testing.T) {
	day := time.Date(2020, 2, 2, 0, 0, 0, 0, time.UTC)
	present := User{ID: 7, Version: 3, ConfigVersion: 2}
	present.Credentials = Credentials{HasPassword: true, ChangedAt: day, SignInStamp: 2}
	present.Capacity.MemberOf = Assignment{1, day}
	present.Capacity.Reservations = ListOf(Reservation{Channel: "chat", Until: day})
	present.Management.ManagerOf = ListOf(Assignment{1, day}, Assignment{2, day})
	present.Presence = Presence{Since: day, Lock: StatusLock{Locked: true}, CallID: 5}
	present.Access.Roles = RolesOf(Agent)
	present.Lifecycle = Lifecycle{Created: day, Updated: day, Deleted: day, Erased: true, HoldUntil: day}

	check := func(u, present User, want ...string) {
		if got := problems(t, CheckReadOnly(u, present)); !slices.Equal(got, want) {
			t.Errorf("want %v, got %v for %+v", want, got, u)
		}
	}
	later := day.Add(time.Second)
	for path, set := range map[string]func(*User){
		"/id":                      func(u *User) { u.ID = 8 },
		"/version":                 func(u *User) { u.Version = 4 },
		"/configVersion":           func(u *User) { u.ConfigVersion = 4 },
		"/credentials/changedAt":   func(u *User) { u.Credentials.ChangedAt = later },
		"/credentials/signInStamp": func(u *User) { u.Credentials.SignInStamp = 4 },
		"/capacity/memberOf/since": func(u *User) { u.Capacity.MemberOf.Since = later },
		"/capacity/reservations": func(u *User) {
			u.Capacity.Reservations = ListOf(Reservation{Channel: "voice", Until: day})
		},
		"/management/managerOf": func(u *User) { u.Management.ManagerOf = ListOf(Assignment{1, day}, Assignment{2, later}) },
		"/presence/since":       func(u *User) { u.Presence.Since = later },
		"/presence/lock":        func(u *User) { u.Presence.Lock = StatusLock{Locked: true, By: 1} },
		"/presence/callId":      func(u *User) { u.Presence.CallID = 6 },
		"/access/roles":         func(u *User) { u.Access.Roles = RolesOf(Admin) },
		"/lifecycle/created":    func(u *User) { u.Lifecycle.Created = later },
		"/lifecycle/updated":    func(u *User) { u.Lifecycle.Updated = later },
		"/lifecycle/deleted":    func(u *User) { u.Lifecycle.Deleted = later },
		"/lifecycle/holdUntil":  func(u *User) { u.Lifecycle.HoldUntil = later },
	} {
		u := present
		set(&u)
		check(u, present, path+" read_only")
	}
	for path, u := range map[string]User{
		"/credentials/hasPassword": {Credentials: Credentials{HasPassword: true}},
		"/lifecycle/erased":        {Lifecycle: Lifecycle{Erased: true}},
		"/capacity/memberOf/since": {Capacity: Capacity{MemberOf: Assignment{Since: day}}},
		"/management/managerOf":    {Management: Management{ManagerOf: ListOf(Assignment{1, day})}},
	} {
		check(u, User{}, path+" read_only")
	}

	moved := present // and the date left as it was read
	moved.Capacity.MemberOf.Group = 2
	for _, u := range []User{{}, present, moved, {
		Capacity:   Capacity{MemberOf: Assignment{Group: 5}},
		Management: Management{ManagerOf: ListOf(Assignment{Group: 5})},
		Presence:   Presence{Status: Ready},
		Names:      Names{First: "Ann"},
	}} {
		check(u, present)
	}
}
