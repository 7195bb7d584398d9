package roster_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	calls "github.com/ca74b63c/roster/internal/ability"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// fill creates the account with an administrator, a skill, and a user who has a password and money.
// The storage chooses all ids. fill returns the last user after a sign-in.
func (w *world) fill() (ann user.User) {
	w.Helper()
	must(w.host.CreateAccount(w.ctx, user.Account{Currency: "USD"}))
	must(w.host.PutReference(w.ctx, user.Reference{Kind: user.ReferenceSkill, Name: "Dutch"}))
	add(w.host, "boss", user.Owner)
	n := roster.CreateParams{User: user.User{Identity: user.Identity{Login: "ann"}}, Password: oldPhrase}
	ann = must(w.host.Create(w.ctx, n)).User
	must(w.host.Fund(w.ctx, roster.FundParams{Amount: usd("5.00"), Key: "fund"}))
	must(w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{ann.ID}, Amount: usd("5.00"), Key: "pay"}))
	return must(w.dir.SignIn(w.ctx, "acme", "ann", oldPhrase))
}

func (w *world) session(u user.User) roster.Handle {
	return w.dir.As("acme", roster.UserActor(u.ID).SignedIn(u.Credentials.SignInStamp))
}

// TestDeletedAccountBeginsAnew: a new account of the same name accepts no id, version, sign-in,
// password, key or position in the history of the deleted account.
func TestDeletedAccountBeginsAnew(t *testing.T) {
	w := empty(t, memstore.New())
	w.is(w.host.DeleteAccount(w.ctx), storage.ErrNotFound, "an account that was never written to")
	old := w.fill()
	before, revision := w.state().Changes, must(w.host.Revision(w.ctx))
	w.ok(w.host.DeleteAccount(w.ctx))
	w.is(second(w.session(old).Get(w.ctx, old.ID)), permission.ErrDenied, "a session of a deleted account")
	w.is(second(w.dir.SignIn(w.ctx, "acme", "ann", oldPhrase)), roster.ErrCredentials, "a sign-in to a deleted account")

	u := w.fill()
	if u.ID <= old.ID || u.Version <= revision {
		t.Errorf("user %d has version %d; the old one was %d, and the revision %d", u.ID, u.Version, old.ID, revision)
	}
	w.is(second(w.session(old).Get(w.ctx, old.ID)), permission.ErrDenied, "an old session in the new account")
	for what, opt := range map[string]roster.CallOption{
		"an old version": roster.IfVersion(old.Version), "an old configuration": roster.IfUnchangedSince(old.ConfigVersion),
		"the old revision": roster.IfUnchangedSince(revision),
	} {
		w.is(second(w.host.Patch(w.ctx, u.ID, user.Patch{LastName: user.Set("Lee")}, opt)), roster.ErrStale, what)
	}
	for _, c := range append(before, storage.Change{}) {
		w.is(second(w.host.Changes(w.ctx, storage.ChangeQuery{After: c.ID})), storage.ErrCompacted, "an old position")
	}
	after := must(w.host.Changes(w.ctx, storage.ChangeQuery{After: storage.AfterRevision(revision + 1)}))
	if len(after) != len(before) || after[0].ID.Revision != revision+2 {
		t.Errorf("%d changes of the new account, %d of the old one: %v", len(after), len(before), after)
	}
	if list := must(w.host.Transfers(w.ctx, roster.TransferListParams{})); len(list) != 2 || list[0].ID != 3 {
		t.Errorf("transfers %v, want two with the ids 3 and 4", list)
	}
	if skills := must(w.host.References(w.ctx, user.ReferenceSkill, 0, 0)); len(skills) != 1 || skills[0].ID != 2 {
		t.Errorf("skills %v, want one with the id 2", skills)
	}
}

// TestCallsOfTheHostAlone checks the calls that every actor but the system actor is refused,
// whatever the policy allows.
func TestCallsOfTheHostAlone(t *testing.T) {
	for _, a := range calls.All() {
		if !a.Kind.Host() {
			continue
		}
		w := newWorld(t, memstore.New())
		w.ok(a.Prepare(w.ctx, w.host))
		letters := must(w.host.DeadLetters(w.ctx, "consumer", storage.ChangeID{}, 0))
		key := w.dir.As("acme", roster.KeyActor(0, permission.VendorPermissions()))
		for who, h := range map[string]roster.Handle{
			"an administrator": w.as(boss), "an administrator, allowed everything": w.as(boss).WithAuthorizer(permissive),
			"an agent": w.as(agent), "no user": w.as(noUser),
			"a session that has ended": w.dir.As("acme", roster.UserActor(boss).SignedIn(1)),
			"a key":                    key, "a key, allowed everything": key.WithAuthorizer(permissive),
			"the host, with no policy":  w.host.WithAuthorizer(nil),
			"a user of another account": w.dir.As("globex", roster.UserActor(boss)).WithAuthorizer(permissive),
		} {
			w.unchanged(who, func() {
				_, err := a.Do(w.ctx, h, a.Target)
				if a.Name == "CompactChanges" { // it reads the account first
					_, err = h.CompactChanges(w.ctx, noon)
				}
				var denied *permission.Denied
				if !errors.As(err, &denied) || !a.Kind.Reads() && denied.Action != permission.AccountWrite {
					t.Errorf("%s: %s: %v", who, a.Name, err)
				}
			})
		}
		if diff := cmp.Diff(letters, must(w.host.DeadLetters(w.ctx, "consumer", storage.ChangeID{}, 0))); diff != "" {
			t.Errorf("%s: %s", a.Name, diff)
		}
	}
}

// TestDeleteAccountEndsAWatch: Watch returns ErrCompacted when the account is deleted. Its position
// shows the account when it is created again.
func TestDeleteAccountEndsAWatch(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		end := make(chan error)
		go func() {
			for _, err := range w.host.Watch(w.ctx, w.last()) {
				end <- err
				return
			}
		}()
		time.Sleep(time.Second)
		w.ok(w.host.DeleteAccount(w.ctx))
		var gone *storage.CompactedError
		if err := <-end; !errors.As(err, &gone) {
			t.Fatalf("Watch of a deleted account: %v", err)
		}
		go func() { must(w.host.CreateAccount(w.ctx, user.Account{Currency: "USD"})) }()
		for c, err := range w.host.Watch(w.ctx, gone.Last) {
			if err != nil || c.Type != storage.AccountUpdated {
				t.Errorf("the first change of the new account: %s, %v", c.Type, err)
			}
			break
		}
	})
}

// alone makes boss the only administrator of the account: an LPA by the profile 9, beside an owner
// who is disabled, an admin who is an API user, and an admin who is deleted.
func alone(w *world) {
	w.Helper()
	w.ok(second(w.host.PutReference(w.ctx, profileOf(9, "LPA", user.LPA))))
	lpa := user.Patch{Granted: user.Clear[user.Roles](), Profiles: user.Set(user.IDSetOf[user.ProfileID](9))}
	w.ok(second(w.host.Patch(w.ctx, boss, lpa)))
	admin := user.RolesOf(user.Admin)
	for _, u := range []user.User{
		{ID: 20, Identity: user.Identity{Login: "disabled"}, Access: user.Access{Granted: user.RolesOf(user.Owner), Disabled: true}},
		{ID: 21, Identity: user.Identity{Login: "robot", APIUser: true}, Access: user.Access{Granted: admin, AllowedAppKeys: "key"}},
		{ID: 22, Identity: user.Identity{Login: "deleted"}, Access: user.Access{Granted: admin}},
	} {
		w.ok(second(w.host.Create(w.ctx, roster.CreateParams{User: u})))
	}
	w.ok(second(w.host.Delete(w.ctx, 22)))
}

// TestAnAccountKeepsItsLastAdministrator checks that only the system actor can remove the last
// administrator. A disabled or deleted user and an API user are no administrators, whatever their
// roles. Whether an administrator has a password does not matter.
func TestAnAccountKeepsItsLastAdministrator(t *testing.T) {
	type (
		h       = roster.Handle
		o       = roster.CallOption
		removal = func(w *world, h h, o ...o) error
	)
	patch := func(p user.Patch) removal {
		return func(w *world, h h, o ...o) error { return second(h.Patch(w.ctx, boss, p, o...)) }
	}
	for name, remove := range map[string]removal{
		"the profile":       patch(user.Patch{Profiles: user.Set(user.IDSetOf(agentProfile))}),
		"the API-user flag": patch(user.Patch{APIUser: user.Set(true), AllowedAppKeys: user.Set("k")}),
		"the roles":         patch(user.Patch{Roles: user.Set(user.RolesOf(user.Agent))}),
		"a replacement": func(w *world, h h, o ...o) error {
			return second(h.Replace(w.ctx, boss, user.User{Identity: user.Identity{Login: "boss"}}, 0, o...))
		},
		"an edit of several": func(w *world, h h, o ...o) error {
			return second(h.Edit(w.ctx, []roster.Edit{{ID: agent}, {ID: boss, Patch: user.Patch{Enabled: user.Set(false)}}}, o...))
		},
		"disabling": func(w *world, h h, o ...o) error { return second(h.Disable(w.ctx, boss, o...)) },
		"deletion":  func(w *world, h h, o ...o) error { return second(h.Delete(w.ctx, boss, o...)) },
		"deletion of several": func(w *world, h h, o ...o) error {
			return second(h.DeleteMany(w.ctx, []user.ID{agent, boss, other}, o...))
		},
		"erasure": func(w *world, h h, o ...o) error { return second(h.Erase(w.ctx, boss, o...)) },
	} {
		each(t, func(t *testing.T, w *world) {
			alone(w)
			w.unchanged(name, func() {
				w.is(remove(w, w.as(boss)), roster.ErrLastAdministrator, name)
				w.is(remove(w, w.as(boss), roster.DryRun()), roster.ErrLastAdministrator, name+" in a dry run")
				w.ok(remove(w, w.host, roster.DryRun()))
			})
			w.ok(second(w.host.SetRoles(w.ctx, manager, user.RolesOf(user.Admin))))
			w.ok(remove(w, w.as(boss)))
			w.ok(w.as(manager).DeleteReference(w.ctx, user.ReferenceSkill, 7)) // the other administrator goes on
		})
	}
	each(t, func(t *testing.T, w *world) { // edits are judged by their end state
		alone(w)
		edits := []roster.Edit{{ID: boss, Patch: user.Patch{Enabled: user.Set(false)}}, {ID: manager}}
		err := second(w.as(boss).Edit(w.ctx, edits))
		if w.is(err, roster.ErrLastAdministrator, "an edit of two"); errors.As(err, new(*roster.ItemError)) {
			t.Errorf("the error is about one item: %v", err)
		}
		edits[1].Patch.Roles = user.Set(user.RolesOf(user.Admin))
		w.ok(second(w.as(boss).Edit(w.ctx, edits)))
	})
}

// TestDeleteAllLeavesAnAdministrator checks which administrator DeleteAll leaves out: the acting
// user, else the one with the lowest id.
func TestDeleteAllLeavesAnAdministrator(t *testing.T) {
	for _, tt := range []struct {
		name  string
		actor user.ID
		ids   []user.ID // of the list, nil for all users
		kept  user.ID
		want  []user.ID
	}{
		{"all, by an administrator", manager, nil, manager, []user.ID{boss, agent, other, 20, 21}},
		{"one is not on the list", boss, []user.ID{boss, agent}, 0, []user.ID{boss, agent}},
		{"by a user that is none", other, nil, boss, []user.ID{agent, other, manager, 20, 21}},
		{"only the last administrator", boss, []user.ID{boss}, boss, nil},
		{"the host", 0, nil, 0, []user.ID{boss, agent, other, manager, 20, 21}},
	} {
		each(t, func(t *testing.T, w *world) {
			alone(w)
			if tt.want != nil {
				w.ok(second(w.host.SetRoles(w.ctx, manager, user.RolesOf(user.Admin))))
			}
			rules := permission.StandardSelfRules()
			for _, holder := range []user.Role{user.Admin, user.LPA, user.Agent} {
				rules.Grants = append(rules.Grants, permission.Grant{Holder: holder, May: user.AllRoles()})
			}
			h := w.host
			if tt.actor != 0 {
				h = w.as(tt.actor).WithAuthorizer(permission.Guarded(permissive, rules))
			}
			deletes := func(opts ...roster.CallOption) {
				d, err := h.DeleteAll(w.ctx, roster.ListParams{Query: storage.Query{IDs: tt.ids}}, nil, opts...)
				if err != nil || d.Kept != tt.kept || !slices.Equal(d.IDs, tt.want) {
					t.Errorf("%s: deleted %v and kept %d: %v", tt.name, d.IDs, d.Kept, err)
				}
			}
			w.unchanged("a dry run", func() { deletes(roster.DryRun()) })
			if deletes(); tt.kept != 0 && !w.user(tt.kept).Live() {
				t.Errorf("%s: user %d is deleted", tt.name, tt.kept)
			}
		})
	}
}

// TestAVendorsPolicyKeepsAnAdministratorThatItKnows uses a policy whose rows do not name every
// role of administrators. The account keeps an administrator that the rows let create users.
func TestAVendorsPolicyKeepsAnAdministratorThatItKnows(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		owner := roster.CreateParams{User: user.User{ID: 30, Identity: user.Identity{Login: "owner"}, Access: user.Access{Granted: user.RolesOf(user.Owner)}}}
		w.ok(second(w.host.Create(w.ctx, owner)))
		h := w.as(agent).WithAuthorizer(permission.Genesys())
		w.unchanged("the last admin", func() {
			w.is(second(h.Delete(w.ctx, boss)), roster.ErrLastAdministrator, "deleting the only admin beside an owner")
			w.is(second(h.SetRoles(w.ctx, boss, user.Roles{})), roster.ErrLastAdministrator, "taking the role")
		})
		done, err := h.DeleteAll(w.ctx, roster.ListParams{}, nil)
		if err != nil || done.Kept != boss {
			t.Errorf("all: %d was kept, %v", done.Kept, err)
		}
		w.ok(second(w.host.Delete(w.ctx, boss)))
		w.ok(second(w.host.Restore(w.ctx, 30)))
		w.ok(second(w.host.Restore(w.ctx, agent)))
		w.is(second(h.Delete(w.ctx, 30)), roster.ErrLastAdministrator, "the owner is the last administrator")
	})
}

// TestAccounts lists accounts over the border of a page, in order, each once.
func TestAccounts(t *testing.T) {
	dir := roster.New(memstore.New())
	var want, got []user.AccountID
	for i := range storage.MaxPage + 2 {
		id := user.AccountID(fmt.Sprint("account-", i))
		must(dir.As(id, roster.SystemActor()).CreateAccount(t.Context(), user.Account{Currency: "USD"}))
		want = append(want, id)
	}
	slices.Sort(want)
	for id, err := range dir.Accounts(t.Context()) {
		got = append(got, must(id, err))
	}
	if !slices.Equal(got, want) || must(first(dir.Accounts(t.Context()))) != want[0] {
		t.Errorf("%d accounts, want %d", len(got), len(want))
	}
}

// TestChosenIDDoesNotReviveASession: the host gives new users the ids of users of the deleted
// account, one of them without a password. A session of an old user is not valid for the new one.
func TestChosenIDDoesNotReviveASession(t *testing.T) {
	for _, id := range []user.ID{agent, boss} {
		w := newWorld(t, memstore.New())
		old := w.session(w.user(id))
		w.ok(second(old.Get(w.ctx, id)))
		w.ok(w.host.DeleteAccount(w.ctx))
		w.populate()
		w.is(second(old.Get(w.ctx, id)), permission.ErrDenied, "a session of a user of the deleted account")
	}
}
