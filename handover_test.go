package roster_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// TestAnEditMayPassUniqueNamesAmongItsUsers checks that users of one Edit may exchange unique
// names. Each user has one change, with the names before and after, in one revision.
func TestAnEditMayPassUniqueNamesAmongItsUsers(t *testing.T) {
	login := func(id user.ID, name string) roster.Edit {
		return roster.Edit{ID: id, Patch: user.Patch{Login: user.Set(name)}}
	}
	withPassword := login(other, "boss")
	withPassword.Password = &roster.PasswordChange{New: newPhrase}
	for name, edits := range map[string][]roster.Edit{
		"a swap":                 {login(agent, "other"), login(other, "agent")},
		"a ring with a password": {login(agent, "other"), withPassword, login(boss, "agent")},
		"a chain that ends at a deleted user's name": {login(agent, "other"), login(other, "gone")},
	} {
		each(t, func(t *testing.T, w *world) {
			was := map[user.ID]string{}
			for _, e := range edits {
				was[e.ID] = w.user(e.ID).Identity.Login
			}
			w.unchanged("a dry run", func() { must(w.host.Edit(w.ctx, edits, roster.DryRun())) })
			before := w.state().Revision
			results := must(w.host.Edit(w.ctx, edits))
			changes := slices.DeleteFunc(must(w.host.Changes(w.ctx, storage.ChangeQuery{After: storage.AfterRevision(before)})),
				func(c storage.Change) bool { return c.Type != storage.UserUpdated })
			if len(changes) != len(edits) {
				t.Fatalf("%s: %d changes for %d users", name, len(changes), len(edits))
			}
			for i, e := range edits {
				want, _ := e.Patch.Login.Get()
				found, r, c := must(w.host.Find(w.ctx, user.KeyLogin, want)), results[i], changes[i]
				if found.ID != e.ID || found.Version != before+1 || r.User.Identity.Login != want || r.User.Version != before+1 ||
					!r.Changed.Has(user.AttrLogin) || r.Lost != 0 {
					t.Errorf("%s: %q is user %d, version %d; result %+v", name, want, found.ID, found.Version, r)
				}
				d := c.Diff[slices.IndexFunc(c.Diff, func(d user.Difference) bool { return d.Attribute == user.AttrLogin })]
				if c.UserID != e.ID || c.ID.Revision != before+1 || d.Before.String() != was[e.ID] || d.After.String() != want {
					t.Errorf("%s: change %d: user %d from %q to %q", name, i, c.UserID, d.Before, d.After)
				}
			}
		})
	}
	each(t, func(t *testing.T, w *world) {
		w.unchanged("a name that its user keeps", func() {
			_, err := w.host.Edit(w.ctx, []roster.Edit{login(other, "boss"), login(agent, "boss"), login(boss, "agent")})
			var at *roster.ItemError
			var exists *storage.ExistsError
			if !errors.As(err, &at) || at.Index != 1 || !errors.As(err, &exists) || exists.ID != int64(other) {
				t.Errorf("error %v", err)
			}
		})
	})
}
