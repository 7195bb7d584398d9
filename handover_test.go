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
	for _, tt := range []struct {
		name  string
		edits []roster.Edit
	}{
		{"a swap", []roster.Edit{login(agent, "other"), login(other, "agent")}},
		{"a ring of three", []roster.Edit{login(agent, "other"), login(other, "boss"), login(boss, "agent")}},
		{"a ring with a password", []roster.Edit{login(agent, "other"), withPassword, login(boss, "agent")}},
		{"a chain that ends at a deleted user's name", []roster.Edit{login(agent, "other"), login(other, "gone")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				before := w.state()
				was := make(map[user.ID]string)
				for _, e := range tt.edits {
					was[e.ID] = w.user(e.ID).Identity.Login
				}
				w.unchanged("a dry run", func() {
					w.ok(second(w.host.Edit(w.ctx, tt.edits, roster.DryRun())))
				})
				results, err := w.host.Edit(w.ctx, tt.edits)
				w.ok(err)
				after := w.state()
				if after.Revision != before.Revision+1 {
					t.Errorf("revision %d after %d", after.Revision, before.Revision)
				}
				updated := 0
				for _, c := range after.Changes {
					if c.ID.Revision != after.Revision || c.Type != storage.UserUpdated {
						continue
					}
					i := updated
					updated++
					want, _ := tt.edits[i].Patch.Login.Get()
					login := c.Diff[slices.IndexFunc(c.Diff, func(d user.Difference) bool { return d.Attribute == user.AttrLogin })]
					if c.UserID != tt.edits[i].ID || login.Before.String() != was[c.UserID] || login.After.String() != want {
						t.Errorf("change %d: user %d from %q to %q", i, c.UserID, login.Before, login.After)
					}
				}
				if updated != len(tt.edits) {
					t.Errorf("%d changes for %d users", updated, len(tt.edits))
				}
				for i, r := range results {
					want, _ := tt.edits[i].Patch.Login.Get()
					found, err := w.host.Find(w.ctx, user.KeyLogin, want)
					w.ok(err)
					if found.ID != tt.edits[i].ID || r.User.Identity.Login != want || found.Version != after.Revision ||
						r.User.Version != after.Revision || !r.Changed.Has(user.AttrLogin) || r.Lost != 0 {
						t.Errorf("%q is user %d, version %d; result %+v", want, found.ID, found.Version, r)
					}
				}
			})
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
