package roster_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// hasReadOnly reports whether an error has the problem validate.ReadOnly at the path.
func hasReadOnly(err error, path string) bool {
	var invalid *validate.Error
	return errors.As(err, &invalid) && slices.ContainsFunc(invalid.Problems, func(p validate.Problem) bool {
		return p.Path == path && p.Code == validate.ReadOnly
	})
}

// TestReadOnlyFieldsAreNotIgnored checks some fields that only the library sets, and the paths of
// their problems. The tests of package user have all of them.
func TestReadOnlyFieldsAreNotIgnored(t *testing.T) {
	w := newWorld(t, memstore.New())
	for path, set := range map[string]func(*user.User){
		"/version":                 func(u *user.User) { u.Version = 99 },
		"/credentials/hasPassword": func(u *user.User) { u.Credentials.HasPassword = true },
		"/access/roles":            func(u *user.User) { u.Access.Roles = user.RolesOf(user.Payer) },
		"/lifecycle/erased":        func(u *user.User) { u.Lifecycle.Erased = true },
	} {
		w.unchanged(path, func() {
			n, u := named("fresh"), w.user(other)
			set(&n.User)
			set(&u)
			_, err := w.host.Replace(w.ctx, other, u, 0)
			for prefix, err := range map[string]error{
				"": second(w.host.Create(w.ctx, n)), "/0": second(w.host.CreateMany(w.ctx, []roster.CreateParams{n})),
			} {
				if !hasReadOnly(err, prefix+path) {
					t.Errorf("%s: %v", prefix+path, err)
				}
			}
			if stale := errors.Is(err, roster.ErrStale); stale != (path == "/version") || !stale && !hasReadOnly(err, path) {
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
