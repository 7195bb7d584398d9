package roster_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// readOnly sets, by path, each field of a user that only the library sets.
var readOnly = map[string]func(*user.User){
	"/version":                 func(u *user.User) { u.Version = 99 },
	"/configVersion":           func(u *user.User) { u.ConfigVersion = 99 },
	"/credentials/hasPassword": func(u *user.User) { u.Credentials.HasPassword = true },
	"/credentials/changedAt":   func(u *user.User) { u.Credentials.ChangedAt = day },
	"/credentials/signInStamp": func(u *user.User) { u.Credentials.SignInStamp = 99 },
	"/capacity/memberOf/since": func(u *user.User) { u.Capacity.MemberOf.Since = day },
	"/capacity/reservations": func(u *user.User) {
		u.Capacity.Reservations = user.ListOf(user.Reservation{Channel: "chat", Until: day})
	},
	"/management/managerOf": func(u *user.User) {
		u.Management.ManagerOf = user.ListOf(user.Assignment{Group: 1, Since: day})
	},
	"/presence/since":      func(u *user.User) { u.Presence.Since = day },
	"/presence/lock":       func(u *user.User) { u.Presence.Lock = user.StatusLock{Locked: true} },
	"/presence/callId":     func(u *user.User) { u.Presence.CallID = 99 },
	"/access/roles":        func(u *user.User) { u.Access.Roles = user.RolesOf(user.Payer) },
	"/lifecycle/created":   func(u *user.User) { u.Lifecycle.Created = day },
	"/lifecycle/updated":   func(u *user.User) { u.Lifecycle.Updated = day },
	"/lifecycle/deleted":   func(u *user.User) { u.Lifecycle.Deleted = day },
	"/lifecycle/erased":    func(u *user.User) { u.Lifecycle.Erased = true },
	"/lifecycle/holdUntil": func(u *user.User) { u.Lifecycle.HoldUntil = day },
}

var day = time.Date(2020, 2, 2, 0, 0, 0, 0, time.UTC)

// hasReadOnly reports whether an error has the problem validate.ReadOnly at the path.
func hasReadOnly(err error, path string) bool {
	var invalid *validate.Error
	return errors.As(err, &invalid) && slices.ContainsFunc(invalid.Problems, func(p validate.Problem) bool {
		return p.Path == path && p.Code == validate.ReadOnly
	})
}

func TestReadOnlyFieldsAreNotIgnored(t *testing.T) {
	w := newWorld(t, memstore.New())
	for path, set := range readOnly {
		w.unchanged(path, func() {
			u := user.User{Identity: user.Identity{Login: "fresh"}}
			set(&u)
			if _, err := w.host.Create(w.ctx, roster.CreateParams{User: u}); !hasReadOnly(err, path) {
				t.Errorf("Create with %s: %v", path, err)
			}
			if _, err := w.host.CreateMany(w.ctx, []roster.CreateParams{{User: u}}); !hasReadOnly(err, "/0"+path) {
				t.Errorf("CreateMany with %s: %v", path, err)
			}
			u = w.user(other)
			set(&u)
			if reflect.DeepEqual(u, w.user(other)) {
				t.Fatalf("%s: the user has this value", path)
			}
			_, err := w.host.Replace(w.ctx, other, u, 0)
			if path == "/version" {
				if !errors.Is(err, roster.ErrStale) {
					t.Errorf("Replace with another version: %v", err)
				}
			} else if !hasReadOnly(err, path) {
				t.Errorf("Replace with %s: %v", path, err)
			}
		})
	}
	w.unchanged("id", func() {
		if _, err := w.host.Replace(w.ctx, other, w.user(boss), 0); !hasReadOnly(err, "/id") && !errors.Is(err, roster.ErrStale) {
			t.Errorf("Replace by another user: %v", err)
		}
	})
}
