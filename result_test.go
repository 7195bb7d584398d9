package roster_test

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// writers returns a policy whose agent managers may write to users, and may do the given actions
// that read.
func writers(actions ...permission.Action) *permission.Policy {
	rules := permission.StandardSelfRules()
	rules.Grants = append(rules.Grants, permission.Grant{Holder: user.AgentManager, May: user.RolesOf(user.Agent, user.Supervisor)})
	return must(permission.New(permission.Spec{Name: "writers", Self: &rules, Rows: []permission.Row{{
		Name: "writes", Roles: user.RolesOf(user.AgentManager),
		Actions: permission.ActionsOf(append(actions, permission.UserCreate, permission.UserUpdate, permission.UserDelete,
			permission.UserRestore, permission.UserErase, permission.RolesSet, permission.CapacitySet, permission.PresenceSet,
			permission.StatusLock, permission.Reserve, permission.ViewsSet, permission.PasswordReset)...),
	}}}))
}

// TestAResultShowsWhatReadsReturn checks that each write, and its dry run, returns what
// GetDeleted returns to the actor afterwards. An actor that may not read the user gets the id,
// the version and the changed attributes.
func TestAResultShowsWhatReadsReturn(t *testing.T) {
	type (
		h = roster.Handle
		o = []roster.CallOption
	)
	for name, reads := range map[string][]permission.Action{
		"nothing": nil, "users": {permission.UserRead}, "users and views": {permission.UserRead, permission.ViewsRead},
	} {
		each(t, func(t *testing.T, w *world) {
			c := w.ctx
			patch := func(p user.Patch) func(h, o) (roster.Result, error) {
				return func(h h, o o) (roster.Result, error) { return h.Patch(c, agent, p, o...) }
			}
			by := w.as(manager).WithAuthorizer(writers(reads...))
			for i, do := range []func(h, o) (roster.Result, error){
				patch(user.Patch{Description: user.Set("new")}),
				patch(user.Patch{MaxChats: user.Set(4)}), // which changes nothing
				func(h h, o o) (roster.Result, error) { return h.SetView(c, agent, 2, true, o...) },
				func(h h, o o) (roster.Result, error) { return h.Reserve(c, agent, "mail", o...) },
				patch(user.Patch{Roles: user.Set(user.RolesOf(user.Supervisor))}),
				func(h h, o o) (roster.Result, error) {
					return h.ResetPassword(c, agent, roster.PasswordChange{New: newPhrase}, o...)
				},
				func(h h, o o) (roster.Result, error) { return h.Create(c, named("new"), o...) },
				func(h h, o o) (roster.Result, error) { return h.LockStatus(c, agent, user.DND, o...) },
				func(h h, o o) (roster.Result, error) { return h.Delete(c, agent, o...) },
				func(h h, o o) (roster.Result, error) { return h.Restore(c, gone, o...) },
				func(h h, o o) (roster.Result, error) { return h.Erase(c, other, o...) },
			} {
				dry, got := must(do(by, o{roster.DryRun()})), must(do(by, nil))
				want, err := by.GetDeleted(c, got.User.ID)
				if err != nil {
					want = must(w.host.GetDeleted(c, got.User.ID)).Only(got.Changed)
					for _, reset := range append(got.Resets, dry.Resets...) {
						if !reset.Before.IsZero() {
							t.Errorf("%s, call %d: it shows that %s was %q", name, i, reset.Attribute, reset.Before)
						}
					}
				}
				if !dry.User.Equal(got.User) || !got.User.Equal(want) || got.User.Version != want.Version {
					t.Errorf("%s, call %d: the dry run shows %+v, the call %+v, a read %+v", name, i, dry.User, got.User, want)
				}
			}
		})
	}
}

var camelCase = regexp.MustCompile(`^[a-z][A-Za-z0-9]*$`)

// TestResultsHaveOneStyleOfJSON checks that each member of each result has a name in camel case.
func TestResultsHaveOneStyleOfJSON(t *testing.T) {
	members := map[string]bool{}
	everyAbility(t, whatever, func(t *testing.T, w *world, a ability) {
		var look func(v any)
		look = func(v any) {
			switch v := v.(type) {
			case []any:
				for _, item := range v {
					look(item)
				}
			case map[string]any:
				for name, item := range v {
					if members[name] = true; !camelCase.MatchString(name) {
						t.Errorf("the name %q in JSON", name)
					}
					look(item)
				}
			}
		}
		var result any
		w.ok(json.Unmarshal(must(json.Marshal(must(a.do(w.ctx, w.host, a.target)))), &result))
		look(result)
	})
	if len(members) < 100 {
		t.Errorf("it looked at %d names", len(members))
	}
}

// TestEmptyListsAreEmptyInJSON: a list without items is [] and not null, in each result.
func TestEmptyListsAreEmptyInJSON(t *testing.T) {
	ctx, host := t.Context(), open(newDirectory())
	ann := add(host, "ann")
	none := roster.ListParams{Query: storage.Query{Text: "no user"}}
	for name, result := range map[string]any{
		"Balances":      must(host.Balances(ctx)),
		"Changes":       must(host.Changes(ctx, storage.ChangeQuery{After: storage.AfterRevision(ann.Version)})),
		"CreateMany":    must(host.CreateMany(ctx, nil)),
		"DeleteAll":     must(host.DeleteAll(ctx, none, nil)),
		"DeleteMany":    must(host.DeleteMany(ctx, nil)),
		"Edit":          must(host.Edit(ctx, nil)),
		"GetMany":       must(host.GetMany(ctx)),
		"List":          must(host.List(ctx, none)),
		"List, no page": must(host.List(ctx, roster.ListParams{ApplicationName: "none"})),
		"References":    must(host.References(ctx, user.ReferenceSkill, 0, 0)),
		"Statement":     must(host.Statement(ctx, balance.Account, storage.EntryID{}, 0)),
		"Transfers":     must(host.Transfers(ctx, roster.TransferListParams{})),
		"Views":         must(host.Views(ctx, ann.ID)),
	} {
		if b := string(must(json.Marshal(result))); strings.Contains(b, "null") || !strings.Contains(b, "[]") {
			t.Errorf("%s: %s", name, b)
		}
	}
}

// The actions of the rows of payers that read.
var readsMoney, readsUsers = permission.ActionsOf(permission.MoneyRead), permission.ActionsOf(permission.UserRead)

// payers returns a policy whose agent managers may move money and read statements, and what row
// says.
func payers(row permission.Row) *permission.Policy {
	managers := user.RolesOf(user.AgentManager)
	pays := permission.Row{Roles: managers, Actions: permission.ActionsOf(
		permission.MoneyTransfer, permission.MoneyFund, permission.MoneyReverse, permission.StatementRead)}
	if row.Roles = managers; row.Actions == (permission.Actions{}) {
		return policyOf(pays)
	}
	return policyOf(row, pays)
}

// moneyReaders are policies that differ in which users and balances agent managers may read.
var moneyReaders = map[string]*permission.Policy{
	"nothing":                  payers(permission.Row{}),
	"all":                      payers(permission.Row{Actions: readsMoney.With(readsUsers)}),
	"names alone":              payers(permission.Row{Actions: readsUsers}),
	"balances alone":           payers(permission.Row{Actions: readsMoney}),
	"balances of users":        payers(permission.Row{Actions: readsMoney, Scope: permission.AnyUser}),
	"what the manager manages": payers(permission.Row{Actions: readsMoney.With(readsUsers), Scope: permission.ManagedGroup}),
}

// TestAReceiptShowsWhatReadsReturn checks the receipts of transfers, fundings, reversals, dry
// runs and replays. They show the balances that Balance and Balances return to the actor, and the
// names of the users that Get returns. The stored transfers keep all of them.
func TestAReceiptShowsWhatReadsReturn(t *testing.T) {
	for name, p := range moneyReaders {
		for _, a := range []permission.Authorizer{p, permission.AuthorizerFunc(p.Check)} { // the second is no Scoper
			each(t, func(t *testing.T, w *world) {
				h := w.as(manager).WithAuthorizer(a)
				pay := roster.TransferParams{Users: []user.ID{agent, other}, Amount: usd("1"), Key: "key"}
				none := roster.TransferParams{Users: []user.ID{other}, Amount: usd("-50"), Lenient: true}
				dry, done := must(h.Transfer(w.ctx, pay, roster.DryRun())), must(h.Transfer(w.ctx, pay))
				again := must(h.Transfer(w.ctx, pay))
				for _, r := range []roster.Receipt{
					dry, done, must(h.Transfer(w.ctx, none)), must(h.Fund(w.ctx, roster.FundParams{Amount: usd("1")})),
				} {
					w.shows(h, r)
				}
				if !again.Replayed {
					t.Errorf("%s: not a replay", name)
				}
				again.Replayed, again.Revision = false, done.Revision
				same(t, name+", a replay", again, done)
				w.shows(h, must(h.Reverse(w.ctx, roster.ReverseParams{TransferID: done.Transfer.ID})))
				kept := must(w.host.GetTransfer(w.ctx, done.Transfer.ID))
				if err := kept.Check(); err != nil || kept.Postings[0].Name != "agent" || kept.Postings[1].FromAfter == 0 {
					t.Errorf("%s: the ledger has %+v: %v", name, kept, err)
				}
			})
		}
	}
}

// mayRead reports whether the actor may read the balance of a holder.
func (w *world) mayRead(h roster.Handle, of balance.Holder) bool {
	if id, ok := of.User(); ok {
		return second(h.Balances(w.ctx, id)) == nil
	}
	return second(h.Balance(w.ctx)) == nil
}

// shows compares a receipt, and the transfer of GetTransfer, with what the actor may read.
func (w *world) shows(h roster.Handle, r roster.Receipt) {
	w.Helper()
	if r.Account.IsZero() == w.mayRead(h, balance.Account) {
		w.Errorf("the receipt shows the account's balance %v", r.Account)
	}
	transfers := []balance.Transfer{r.Transfer}
	if kept, err := h.GetTransfer(w.ctx, r.Transfer.ID); err == nil {
		transfers = append(transfers, kept)
	}
	for _, transfer := range transfers {
		for _, p := range transfer.Postings {
			for holder, after := range map[balance.Holder]balance.Units{p.From: p.FromAfter, p.To: p.ToAfter} {
				may := w.mayRead(h, holder)
				// Every holder here has some money after each line, but a user whose first money is
				// taken back.
				if shown := after != 0; holder != balance.World && shown != may && !(may && transfer.Kind == balance.Reversing) {
					w.Errorf("a %v shows %v after the line: %t, and it may be read: %t", transfer.Kind, holder, shown, may)
				}
			}
			if id, ok := p.User(); ok {
				if _, err := h.GetDeleted(w.ctx, id); (p.Name != "") != (err == nil) {
					w.Errorf("a %v shows the name %q of user %d: %v", transfer.Kind, p.Name, id, err)
				}
			}
		}
	}
}

// TestAStatementShowsWhatReadsReturn checks that a statement hides the names of users that the
// actor may not read, and the balances that Balance and Balances refuse. A page continues behind an
// entry.
func TestAStatementShowsWhatReadsReturn(t *testing.T) {
	for name, p := range moneyReaders {
		each(t, func(t *testing.T, w *world) {
			w.ok(second(w.host.Transfer(w.ctx, roster.TransferParams{
				Users: []user.ID{agent, other}, Amount: usd("1"), AccountDescription: "For ${user_name}, number ${user_id}",
			})))
			h := w.as(manager).WithAuthorizer(p)
			for _, of := range []balance.Holder{balance.Account, balance.HolderOf(agent), balance.HolderOf(other)} {
				want := must(w.host.Statement(w.ctx, of, storage.EntryID{}, 0))
				shown := must(h.Statement(w.ctx, of, storage.EntryID{}, 0))
				for i, e := range want {
					if !w.mayRead(h, of) {
						want[i].After = 0
					}
					if id, ok := e.Counterpart.User(); ok {
						if u, err := h.Get(w.ctx, id); err != nil {
							want[i].Description = balance.Describe(e.Template, e.Counterpart, "")
						} else if e.Template != "" && !strings.Contains(e.Description, u.Identity.Login) {
							t.Errorf("%s: %q hides the name of user %d", name, e.Description, id)
						}
					}
				}
				same(t, name+", a statement", shown, want)
				first := storage.EntryID{Transfer: want[0].Transfer, Index: want[0].Index}
				same(t, name+", the rest of it", must(h.Statement(w.ctx, of, first, 0)), shown[1:])
			}
		})
	}
}

// TestAShortageShowsWhatReadsReturn checks that balance.ErrInsufficient does not hold the
// available amount if the actor may not read the balance.
func TestAShortageShowsWhatReadsReturn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, tt := range []struct {
			policy, amount string
			of             user.ID
			hide           bool
		}{
			{"nothing", "500", agent, true}, {"nothing", "-500", agent, true}, {"balances alone", "500", agent, false},
			{"what the manager manages", "-500", agent, false}, {"what the manager manages", "-500", other, true},
		} {
			for _, opts := range [][]roster.CommonOption{nil, {roster.DryRun()}} {
				ask := roster.TransferParams{Users: []user.ID{tt.of}, Amount: usd(tt.amount)}
				_, err := w.as(manager).WithAuthorizer(moneyReaders[tt.policy]).Transfer(w.ctx, ask, opts...)
				var short *balance.Shortage
				if !errors.As(err, &short) || short.Hidden != tt.hide || tt.hide && short.Available != 0 ||
					strings.Contains(err.Error(), " of ") == tt.hide {
					t.Errorf("%+v: %+v, %v", tt, short, err)
				}
			}
		}
	})
}
