package roster_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
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
	w.ok(second(w.host.Create(w.ctx, roster.CreateParams{Password: newPhrase, User: user.User{
		ID: theirID, Identity: user.Identity{Login: theirs, PID: theirs}, Contact: user.Contact{Email: theirs + "@example.com"},
		Names: user.Names{Full: theirs, Display: theirs}, Access: user.Access{Granted: user.RolesOf(user.Admin)},
	}}, roster.WithReason(theirs))))
	for _, id := range []user.ID{boss, agent, other, manager} {
		p := user.Patch{LastName: user.Set(theirs), Description: user.Set(theirs)}
		w.ok(second(w.host.Patch(w.ctx, id, p, roster.WithReason(theirs))))
	}
	pay := roster.TransferParams{Users: []user.ID{agent}, Amount: usd("0.07"), UserDescription: theirs, AccountDescription: theirs}
	for range theirTransfers {
		w.ok(second(w.host.Transfer(w.ctx, pay)))
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
	check(string(must(json.Marshal(v))))
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
			same(t, "the other account", w.state(), before)
			everyReading(t, globex, func(name string, v any, err error) { foreign(t, name+" after "+a.name, v, err) })
		})
	}
}

// TestNothingOfAnotherAccountCanBeNamed checks other ids and keys: each is looked up in the
// account of the handle only.
func TestNothingOfAnotherAccountCanBeNamed(t *testing.T) {
	w, globex := neighbours(t)
	cursor := must(w.host.List(w.ctx, page(1))).Next // a position, without an account
	before := w.state()
	h, c, own := globex.host, globex.ctx, w.dir.As("globex", roster.UserActor(theirID))
	for want, calls := range map[error][]func() (any, error){
		storage.ErrNotFound: {
			func() (any, error) { return h.GetTransfer(c, 4) },
			func() (any, error) { return h.Reverse(c, roster.ReverseParams{TransferID: 4}) },
			func() (any, error) { return h.Reference(c, user.ReferenceSkill, theirID) },
			func() (any, error) { return h.ReferenceByName(c, user.ReferenceSkill, theirs) },
			func() (any, error) { return nil, h.DeleteReference(c, user.ReferenceSkill, theirID) },
			func() (any, error) { return h.Find(c, user.KeyLogin, theirs) },
			func() (any, error) { return h.Find(c, user.KeyEmail, theirs+"@example.com") },
			func() (any, error) { return h.Enable(c, theirID) },
			func() (any, error) { return h.Statement(c, balance.HolderOf(theirID), storage.EntryID{}, 0) },
			func() (any, error) { return h.Explain(c, permission.UserRead, theirID) },
		},
		permission.ErrDenied: {func() (any, error) { // an actor who is not there is denied
			return own.ChangePassword(c, roster.PasswordChange{New: oldPhrase, Old: newPhrase, HasOld: true})
		}},
		validate.ErrInvalid: {func() (any, error) { // a profile of acme is none of globex
			return h.Patch(c, other, user.Patch{Profiles: user.Set(user.IDSetOf[user.ProfileID](theirID))})
		}},
		roster.ErrCredentials: {func() (any, error) { return w.dir.SignIn(c, "globex", theirs, newPhrase) }},
		nil: {
			func() (any, error) { // ids of acme in attributes give no names
				views, applications := user.IDSetOf[user.ViewID](theirID), user.IDSetOf[user.ApplicationID](theirID)
				return h.Patch(c, other, user.Patch{Views: user.Set(views), Applications: user.Set(applications)})
			},
			func() (any, error) { return h.Views(c, other) },
			func() (any, error) {
				l := must(h.List(c, roster.ListParams{Query: storage.Query{Limit: 10}, Cursor: cursor}))
				none := must(h.List(c, roster.ListParams{ApplicationName: theirs}))
				if len(none.Users) > 0 {
					t.Errorf("the name of their application chose %d users", len(none.Users))
				}
				return l, nil
			},
			func() (any, error) { // a key belongs to one account
				r, err := h.Fund(c, roster.FundParams{Amount: usd("1.00"), Key: theirKey})
				if r.Replayed {
					t.Error("a key of the other account's was taken for ours")
				}
				return r, err
			},
		},
	} {
		for i, do := range calls {
			v, err := do()
			foreign(t, fmt.Sprint("call ", i), v, err)
			w.is(err, want, fmt.Sprint("call ", i))
		}
	}
	same(t, "the other account", w.state(), before)
}
