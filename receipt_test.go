package roster_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// payers returns a policy whose agent managers may move money and read statements. rows are
// added.
func payers(rows ...permission.Row) *permission.Policy {
	for i := range rows {
		rows[i].Name, rows[i].Roles = string(rune('a'+i)), user.RolesOf(user.AgentManager)
	}
	return must(permission.New(permission.Spec{Name: "payers", Rows: append(rows, permission.Row{
		Name: "pays", Roles: user.RolesOf(user.AgentManager),
		Actions: permission.ActionsOf(permission.MoneyTransfer, permission.MoneyFund, permission.MoneyReverse, permission.StatementRead),
	})}))
}

// TestAReceiptShowsWhatReadsReturn checks the receipts of transfers, fundings, reversals, dry
// runs and replays. They show the balances that Balance and Balances return to the actor, and the
// names of the users that Get returns. The stored transfers keep all of them.
func TestAReceiptShowsWhatReadsReturn(t *testing.T) {
	money, read := permission.ActionsOf(permission.MoneyRead), permission.ActionsOf(permission.UserRead)
	policies := map[string]*permission.Policy{
		"nothing":                  payers(),
		"all":                      payers(permission.Row{Actions: money.With(read)}),
		"names alone":              payers(permission.Row{Actions: read}),
		"balances alone":           payers(permission.Row{Actions: money}),
		"balances of users":        payers(permission.Row{Actions: money, Scope: permission.AnyUser}),
		"what the manager manages": payers(permission.Row{Actions: money.With(read), Scope: permission.ManagedGroup}),
	}
	none := inSets()
	for a := range none.Attributes().All() {
		policies["same "+a.String()] = payers(permission.Row{Actions: money.With(read), Scope: permission.SameAs(a)})
	}
	for name, p := range policies {
		each(t, func(t *testing.T, w *world) {
			w.share()
			for _, h := range []roster.Handle{
				w.as(manager).WithAuthorizer(p), w.as(manager).WithAuthorizer(permission.AuthorizerFunc(p.Check)), // no Scoper
			} {
				pay := roster.TransferParams{Users: []user.ID{agent, other}, Amount: usd("1"), Key: "key"}
				none := roster.TransferParams{Users: []user.ID{other}, Amount: usd("-50"), Lenient: true}
				dry, done := must(h.Transfer(w.ctx, pay, roster.DryRun())), must(h.Transfer(w.ctx, pay))
				again := must(h.Transfer(w.ctx, pay))
				for _, r := range []roster.Receipt{dry, done, must(h.Transfer(w.ctx, none)), must(h.Fund(w.ctx, roster.FundParams{Amount: usd("1")}))} {
					w.shows(h, r)
				}
				if !again.Replayed {
					t.Errorf("%s: not a replay", name)
				}
				again.Replayed, again.Revision = done.Replayed, done.Revision
				same(t, name+", a replay", again, done)
				if !done.Replayed {
					w.shows(h, must(h.Reverse(w.ctx, roster.ReverseParams{TransferID: done.Transfer.ID})))
				}
				kept := must(w.host.GetTransfer(w.ctx, done.Transfer.ID))
				if err := kept.Check(); err != nil || kept.Postings[0].Name != "agent" || kept.Postings[1].FromAfter == 0 {
					t.Errorf("%s: the ledger has %+v: %v", name, kept, err)
				}
			}
		})
	}
}

// shows compares a receipt, and the transfer of GetTransfer, with what the actor may read.
func (w *world) shows(h roster.Handle, r roster.Receipt) {
	w.Helper()
	account, err := h.Balance(w.ctx)
	mayAccount := err == nil
	if !mayAccount {
		w.is(err, permission.ErrDenied, "Balance")
	}
	if r.Account.IsZero() == mayAccount || !mayAccount && r.Account != (balance.Money{}) {
		w.Errorf("the receipt shows the account's balance %v; Balance returns %v, %v", r.Account, account, err)
	}
	transfers := []balance.Transfer{r.Transfer}
	if r.Transfer.ID != 0 {
		if kept, err := h.GetTransfer(w.ctx, r.Transfer.ID); err == nil {
			transfers = append(transfers, kept)
		}
	}
	for _, transfer := range transfers {
		for _, p := range transfer.Postings {
			for holder, after := range map[balance.Holder]balance.Units{p.From: p.FromAfter, p.To: p.ToAfter} {
				may := mayAccount
				if id, ok := holder.User(); ok {
					_, err := h.Balances(w.ctx, id)
					may = err == nil
				}
				// Every holder here has some money after each line, but a user whose first money is
				// taken back.
				if shown := after != 0; holder != balance.World && shown != may && !(may && transfer.Kind == balance.Reversing) {
					w.Errorf("a %v shows %v after the line: %t, and it may be read: %t", transfer.Kind, holder, shown, may)
				}
			}
			if id, ok := p.User(); ok {
				_, err := h.GetDeleted(w.ctx, id)
				if (p.Name != "") != (err == nil) {
					w.Errorf("a %v shows the name %q of user %d: %v", transfer.Kind, p.Name, id, err)
				}
			}
		}
	}
}

// TestAStatementShowsWhatReadsReturn checks that a statement hides the names of users that the
// actor may not read, and the balances that Balance and Balances refuse.
func TestAStatementShowsWhatReadsReturn(t *testing.T) {
	money, read := permission.ActionsOf(permission.MoneyRead), permission.ActionsOf(permission.UserRead)
	for name, p := range map[string]*permission.Policy{
		"nothing": payers(), "all": payers(permission.Row{Actions: money.With(read)}),
		"what the manager manages": payers(permission.Row{Actions: money.With(read), Scope: permission.ManagedGroup}),
	} {
		each(t, func(t *testing.T, w *world) {
			w.ok(second(w.host.Transfer(w.ctx, roster.TransferParams{
				Users: []user.ID{agent, other}, Amount: usd("1"), AccountDescription: "For ${user_name}, number ${user_id}",
			})))
			h := w.as(manager).WithAuthorizer(p)
			for _, of := range []balance.Holder{balance.Account, balance.HolderOf(agent), balance.HolderOf(other)} {
				whole := must(w.host.Statement(w.ctx, of, storage.EntryID{}, 0))
				shown := must(h.Statement(w.ctx, of, storage.EntryID{}, 0))
				if len(whole) == 0 || len(shown) != len(whole) {
					t.Fatalf("%s: %d of %d entries", name, len(shown), len(whole))
				}
				for i, want := range whole {
					if _, err := h.Balance(w.ctx); of == balance.Account && err != nil {
						want.After = 0
					}
					if id, ok := of.User(); ok {
						if _, err := h.Balances(w.ctx, id); err != nil {
							want.After = 0
						}
					}
					if id, ok := want.Counterpart.User(); ok {
						if u, err := h.Get(w.ctx, id); err != nil {
							want.Description = balance.Describe(want.Template, want.Counterpart, "")
						} else if want.Template != "" && !strings.Contains(shown[i].Description, u.Identity.Login) {
							t.Errorf("%s: %q hides the name of user %d", name, shown[i].Description, id)
						}
					}
					same(t, name+", a statement", shown[i], want)
				}
			}
		})
	}
}

// TestAShortageShowsWhatReadsReturn checks that balance.ErrInsufficient does not hold the
// available amount if the actor may not read the balance.
func TestAShortageShowsWhatReadsReturn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		money := permission.ActionsOf(permission.MoneyRead)
		managed := permission.Row{Actions: money, Scope: permission.ManagedGroup}
		for _, tt := range []struct {
			name   string
			p      *permission.Policy
			amount string
			of     user.ID
			hide   bool
		}{
			{"the account's", payers(), "500", agent, true}, {"a user's", payers(), "-500", agent, true},
			{"the account's, readable", payers(permission.Row{Actions: money}), "500", agent, false},
			{"a user's, readable", payers(managed), "-500", agent, false}, {"another user's", payers(managed), "-500", other, true},
		} {
			for _, opts := range [][]roster.CommonOption{nil, {roster.DryRun()}} {
				ask := roster.TransferParams{Users: []user.ID{tt.of}, Amount: usd(tt.amount)}
				_, err := w.as(manager).WithAuthorizer(tt.p).Transfer(w.ctx, ask, opts...)
				var short *balance.Shortage
				if !errors.As(err, &short) || short.Hidden != tt.hide || tt.hide && (short.Available != 0 || strings.Contains(err.Error(), " of ")) ||
					!tt.hide && !strings.Contains(err.Error(), " of ") {
					t.Errorf("%s: %+v, %v", tt.name, short, err)
				}
			}
		}
	})
}
