package user

import (
	"time"

	"github.com/ca74b63c/roster/validate"
)

// readOnlyField is a field of a user that only the library sets.
type readOnlyField struct {
	path string // JSON pointer into the encoded user
	// good reports whether u has no value in the field, or the value of present.
	good func(u, present *User) bool
}

// readOnlyFields are the fields that CheckReadOnly checks, in the order of User.
var readOnlyFields = []readOnlyField{
	readOnly("/id", func(u *User) ID { return u.ID }),
	readOnly("/version", func(u *User) Revision { return u.Version }),
	readOnly("/configVersion", func(u *User) Revision { return u.ConfigVersion }),
	readOnly("/credentials/hasPassword", func(u *User) bool { return u.Credentials.HasPassword }),
	readOnlyTime("/credentials/changedAt", func(u *User) time.Time { return u.Credentials.ChangedAt }),
	readOnly("/credentials/signInStamp", func(u *User) Revision { return u.Credentials.SignInStamp }),
	readOnlyTime("/capacity/memberOf/since", func(u *User) time.Time { return u.Capacity.MemberOf.Since }),
	{"/capacity/reservations", func(u, present *User) bool {
		r := u.Capacity.Reservations
		return r.IsZero() || sameReservations(r, present.Capacity.Reservations)
	}},
	{"/management/managerOf", func(u, present *User) bool {
		for m := range u.Management.ManagerOf.All() {
			if !m.Since.IsZero() && !hasAssignment(present.Management.ManagerOf, m) {
				return false
			}
		}
		return true
	}},
	readOnlyTime("/presence/since", func(u *User) time.Time { return u.Presence.Since }),
	{"/presence/lock", func(u, present *User) bool {
		l := u.Presence.Lock
		return l.equal(StatusLock{}) || l.equal(present.Presence.Lock)
	}},
	readOnly("/presence/callId", func(u *User) int64 { return u.Presence.CallID }),
	readOnly("/access/roles", func(u *User) Roles { return u.Access.Roles }),
	readOnlyTime("/lifecycle/created", func(u *User) time.Time { return u.Lifecycle.Created }),
	readOnlyTime("/lifecycle/updated", func(u *User) time.Time { return u.Lifecycle.Updated }),
	readOnlyTime("/lifecycle/deleted", func(u *User) time.Time { return u.Lifecycle.Deleted }),
	readOnly("/lifecycle/erased", func(u *User) bool { return u.Lifecycle.Erased }),
	readOnlyTime("/lifecycle/holdUntil", func(u *User) time.Time { return u.Lifecycle.HoldUntil }),
}

func readOnly[T comparable](path string, of func(*User) T) readOnlyField {
	return readOnlyField{path, func(u, present *User) bool {
		v := of(u)
		return v == *new(T) || v == of(present)
	}}
}

func readOnlyTime(path string, of func(*User) time.Time) readOnlyField {
	return readOnlyField{path, func(u, present *User) bool {
		t := of(u)
		return t.IsZero() || t.Equal(of(present))
	}}
}

func hasAssignment(list List[Assignment], a Assignment) bool {
	for b := range list.All() {
		if a.equal(b) {
			return true
		}
	}
	return false
}

// CheckReadOnly returns nil, or a *validate.Error with a problem (validate.ReadOnly) for each field
// of u that only the library sets and that differs from the field of present. A zero field is
// valid. So a user that was read can be sent back, and no value is ignored silently. present is the
// stored user. For a user to be created present is the zero User with the id of u.
func CheckReadOnly(u, present User) error {
	var problems validate.Collector
	for _, f := range readOnlyFields {
		if !f.good(&u, &present) {
			problems.Add(validate.Problem{Path: f.path, Code: validate.ReadOnly})
		}
	}
	return problems.Err()
}
