package roster_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// theirs is a part of every text of the account acme.
const theirs = "belongs-to-acme"

// These ids exist in the account acme only.
const (
	theirID        = 7001 // a user, a skill, a queue, ... of acme
	theirKey       = "their-key"
	theirTransfers = 3 // ids 1 to 4; the other account has less
)

// neighbours returns two accounts, acme and globex, with users and data of the same ids. acme
// also has data with ids that globex does not have.
func neighbours(t *testing.T) (w, globex *world) {
	t.Helper()
	w = newWorld(t, memstore.New())
	globex = &world{TB: t, ctx: w.ctx, store: w.store, dir: w.dir, now: noon}
	globex.host = w.dir.As("globex", roster.SystemActor())
	globex.populate()

	for k := user.ReferenceApplication; k.Valid(); k++ {
		ref := user.Reference{Kind: k, ID: theirID, Name: theirs}
		if k == user.ReferenceProfile {
			ref.Profile = user.Profile{Role: user.Admin}
		}
		w.ok(second(w.host.PutReference(w.ctx, ref)))
	}
	_, err := w.host.Create(w.ctx, roster.CreateParams{Password: newPhrase, User: user.User{
		ID: theirID, Identity: user.Identity{Login: theirs, PID: theirs}, Contact: user.Contact{Email: theirs + "@example.com"},
		Names: user.Names{Full: theirs, Display: theirs}, Access: user.Access{Granted: user.RolesOf(user.Admin)},
	}}, roster.WithReason(theirs))
	w.ok(err)
	for _, id := range []user.ID{boss, agent, other, manager} {
		_, err := w.host.Patch(w.ctx, id, user.Patch{LastName: user.Set(theirs), Description: user.Set(theirs)}, roster.WithReason(theirs))
		w.ok(err)
	}
	for range theirTransfers {
		_, err = w.host.Transfer(w.ctx, roster.TransferParams{
			Users: []user.ID{agent}, Amount: usd("0.07"), UserDescription: theirs, AccountDescription: theirs,
		})
		w.ok(err)
	}
	w.ok(second(w.host.Fund(w.ctx, roster.FundParams{Amount: usd("7.77"), Key: theirKey, AccountDescription: theirs})))
	return w, globex
}

// foreign fails the test if v or err holds a text of acme.
func foreign(t testing.TB, what string, v any, err error) {
	t.Helper()
	check := func(s string) {
		if strings.Contains(s, theirs) {
			t.Errorf("%s tells of the other account: %.300s", what, s)
		}
	}
	b, jerr := json.Marshal(v)
	if jerr != nil {
		t.Fatal(jerr)
	}
	check(string(b))
	check(fmt.Sprintf("%+v %v", v, err))
	texts(reflect.ValueOf(v), check)
	texts(reflect.ValueOf(err), check)
}

// TestNoAbilityReachesAnotherAccount makes every call as every kind of actor of globex, with ids
// of users of acme. No call changes acme or shows a text of acme.
func TestNoAbilityReachesAnotherAccount(t *testing.T) {
	for _, a := range abilities() {
		t.Run(a.name, func(t *testing.T) {
			w, globex := neighbours(t)
			before := w.state()
			admin := roster.KeyActor(theirID, permission.VendorPermissions())
			for _, actor := range []roster.Actor{
				roster.UserActor(theirID), roster.KeyActor(0, permission.VendorPermissions()), admin, roster.UserActor(boss), roster.SystemActor(),
			} {
				h := w.dir.As("globex", actor)
				if a.target != 0 {
					v, err := a.do(w.ctx, h, theirID)
					foreign(t, a.name+" with their user", v, err)
					if err == nil && a.name != "Balances" {
						t.Errorf("%s of a user that only the other account has succeeded", a.name)
					}
				}
				v, err := a.do(w.ctx, h, a.target)
				foreign(t, a.name, v, err)
				if actor == roster.UserActor(theirID) && err == nil {
					t.Errorf("%s was done for an administrator of the other account", a.name)
				}
			}
			if diff := cmp.Diff(before, w.state()); diff != "" {
				t.Errorf("the other account changed:\n%s", diff)
			}
			everyReading(t, globex, func(name string, v any, err error) { foreign(t, name+" after "+a.name, v, err) })
		})
	}
}

// TestNothingOfAnotherAccountCanBeNamed checks other ids and keys: each is looked up in the
// account of the handle only.
func TestNothingOfAnotherAccountCanBeNamed(t *testing.T) {
	w, globex := neighbours(t)
	page := must(w.host.List(w.ctx, roster.ListParams{Query: storage.Query{Limit: 1}}))
	if page.Next == "" {
		t.Fatal("acme's list has one page, so its cursor cannot be tried")
	}
	before := w.state()
	h, c := globex.host, globex.ctx
	notFound := map[string]func() (any, error){
		"GetTransfer":     func() (any, error) { return h.GetTransfer(c, 4) },
		"Reverse":         func() (any, error) { return h.Reverse(c, roster.ReverseParams{TransferID: 4}) },
		"Reference":       func() (any, error) { return h.Reference(c, user.ReferenceSkill, theirID) },
		"ReferenceByName": func() (any, error) { return h.ReferenceByName(c, user.ReferenceSkill, theirs) },
		"DeleteReference": func() (any, error) { return nil, h.DeleteReference(c, user.ReferenceSkill, theirID) },
		"Find by login":   func() (any, error) { return h.Find(c, user.KeyLogin, theirs) },
		"Find by e-mail":  func() (any, error) { return h.Find(c, user.KeyEmail, theirs+"@example.com") },
		"Enable":          func() (any, error) { return h.Enable(c, theirID) },
		"Explain":         func() (any, error) { return h.Explain(c, permission.UserRead, theirID) },
	}
	for name, do := range notFound {
		v, err := do()
		foreign(t, name, v, err)
		w.is(err, storage.ErrNotFound, name)
	}
	v, err := w.dir.As("globex", roster.UserActor(theirID)).ChangePassword(c, roster.PasswordChange{New: oldPhrase, Old: newPhrase, HasOld: true})
	foreign(t, "ChangePassword", v, err)
	w.is(err, permission.ErrDenied, "ChangePassword") // an actor who is not there is denied

	// An id of acme in an attribute gives neither the role of acme's profile nor a name.
	was := must(h.Get(c, other))
	r, err := h.Patch(c, other, user.Patch{
		MemberOf: user.Set(user.GroupID(theirID)), Skills: user.Set(user.IDSetOf[user.SkillID](theirID)),
		Queues: user.Set(user.IDSetOf[user.QueueID](theirID)), Views: user.Set(user.IDSetOf[user.ViewID](theirID)),
		Profiles: user.Set(user.IDSetOf[user.ProfileID](theirID)), Applications: user.Set(user.IDSetOf[user.ApplicationID](theirID)),
		Devices: user.Set(user.IDSetOf[user.DeviceID](theirID)), LinesOfBusiness: user.Set(user.IDSetOf[user.LineOfBusinessID](theirID)),
	})
	foreign(t, "Patch with their ids", r, err)
	if err == nil && r.User.Access.Roles != was.Access.Roles {
		t.Errorf("their profile gave roles: %v", r.User.Access.Roles)
	}
	views, err := h.Views(c, other)
	foreign(t, "Views", views, err)

	nobodys, err := h.List(c, roster.ListParams{ApplicationName: theirs})
	foreign(t, "List by application name", nobodys, err)
	if len(nobodys.Users) > 0 {
		t.Errorf("the name of their application chose %d users", len(nobodys.Users))
	}

	// A cursor holds a position and no account. An idempotency key belongs to one account.
	got, err := h.List(c, roster.ListParams{Query: storage.Query{Limit: 10}, Cursor: page.Next})
	foreign(t, "List with their cursor", got, err)
	receipt, err := h.Fund(c, roster.FundParams{Amount: usd("1.00"), Key: theirKey})
	foreign(t, "Fund with their key", receipt, err)
	w.ok(err)
	if receipt.Replayed {
		t.Error("a key of the other account's was taken for ours")
	}
	for _, login := range []string{theirs, theirs + "@example.com"} {
		w.is(second(w.dir.SignIn(c, "globex", login, newPhrase)), roster.ErrCredentials, "SignIn as "+login)
	}
	statement, err := h.Statement(c, balance.HolderOf(theirID), storage.EntryID{}, 0)
	foreign(t, "Statement", statement, err)
	if len(statement) > 0 {
		t.Errorf("a statement of the other account's user: %v", statement)
	}
	if diff := cmp.Diff(before, w.state()); diff != "" {
		t.Errorf("the other account changed:\n%s", diff)
	}
}
