package user

import (
	"slices"
	"time"

	"github.com/ca74b63c/roster/validate"
)

// readOnlyField is a field of a user that only the library sets.
type readOnlyField struct {
	path string // JSON pointer into the encoded user
	// good reports whether u has no value in the field, or the value of present.
	good func(u, present *User) bool
}

// readOnlyFields are the fields that CheckReadOnly checks and that are no attributes.
var readOnlyFields = []readOnlyField{
	readOnly("/id", func(u *User) ID { return u.ID }),
	readOnly("/version", func(u *User) Revision { return u.Version }),
	readOnly("/configVersion", func(u *User) Revision { return u.ConfigVersion }),
	readOnly("/credentials/signInStamp", func(u *User) Revision { return u.Credentials.SignInStamp }),
	readOnlyTime("/capacity/memberOf/since", func(u *User) time.Time { return u.Capacity.MemberOf.Since }),
	{"/management/managerOf", func(u, present *User) bool {
		for m := range u.Management.ManagerOf.All() {
			if !m.Since.IsZero() && !slices.ContainsFunc(present.Management.ManagerOf.items(), m.equal) {
				return false
			}
		}
		return true
	}},
	readOnlyTime("/presence/since", func(u *User) time.Time { return u.Presence.Since }),
	readOnly("/presence/callId", func(u *User) int64 { return u.Presence.CallID }),
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

// CheckReadOnly checks the fields of u that only the library sets. A field is valid if it is zero
// or equals the field of present, the stored user. CheckReadOnly returns nil, or a *validate.Error
// with a problem (validate.ReadOnly) for each field that is not valid. So a caller can send back a
// user that was read, but cannot change these fields. For a new user, present is the zero User with
// the id of u.
func CheckReadOnly(u, present User) error {
	var problems validate.Collector
	for a := range AllAttributes().Without(Patchable()).With(AttributesOf(AttrRoles)).All() {
		if equal := attributes[a].equal; !equal(&u, &unset) && !equal(&u, &present) {
			problems.Add(validate.Problem{Path: a.Path(), Code: validate.ReadOnly})
		}
	}
	for _, f := range readOnlyFields {
		if !f.good(&u, &present) {
			problems.Add(validate.Problem{Path: f.path, Code: validate.ReadOnly})
		}
	}
	return problems.Err()
}
