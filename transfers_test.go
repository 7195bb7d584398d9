package roster_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func TestTransfersListsByUserKindAndTime(t *testing.T) {
	each(t, func(t *testing.T, w *world) { // transfers 1 and 2 are of noon
		hour := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }
		pay := func(n int, users ...user.ID) {
			w.now = hour(n)
			w.ok(second(w.host.Transfer(w.ctx, roster.TransferParams{Users: users, Amount: usd("1.00")})))
		}
		pay(1, agent)                                                            // 3
		pay(2, other)                                                            // 4
		pay(2, agent, other)                                                     // 5
		pay(3, other)                                                            // 6
		pay(4, agent)                                                            // 7
		w.ok(second(w.host.Reverse(w.ctx, roster.ReverseParams{TransferID: 7}))) // 8
		type p = roster.TransferListParams
		for _, c := range []struct {
			name string
			p    p
			want []balance.TransferID
		}{
			{"all", p{}, []balance.TransferID{1, 2, 3, 4, 5, 6, 7, 8}},
			{"of a user and a kind", p{UserID: agent, Kinds: []balance.Kind{balance.Reversing}}, []balance.TransferID{8}},
			{"from a time", p{From: hour(2)}, []balance.TransferID{4, 5, 6, 7, 8}},
			{"until a time", p{Until: hour(2)}, []balance.TransferID{1, 2, 3}},
			{"between, of a user", p{UserID: other, From: hour(1), Until: hour(3)}, []balance.TransferID{4, 5}},
			{"before all", p{Until: noon}, nil},
			{"after all", p{From: hour(5)}, nil},
			{"nothing between", p{From: hour(3), Until: hour(2)}, nil},
			{"between two", p{From: hour(1).Add(1), Until: hour(2)}, nil},
		} {
			for _, newest := range []bool{false, true} {
				want := slices.Clone(c.want)
				if newest {
					slices.Reverse(want)
				}
				for limit := range 4 {
					q := c.p
					q.Newest, q.Limit = newest, limit
					var got []balance.TransferID
					for page := must(w.host.Transfers(w.ctx, q)); len(page) > 0; page = must(w.host.Transfers(w.ctx, q)) {
						for _, t := range page {
							got, q.After = append(got, t.ID), t.ID
						}
					}
					if !slices.Equal(got, want) {
						t.Errorf("%s, newest %t, pages of %d: %v, want %v", c.name, newest, limit, got, want)
					}
				}
			}
		}
	})
}

func TestTransfersShowsWhatGetTransferShows(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ok(second(w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{agent, other}, Amount: usd("1.00")})))
		for name, h := range map[string]roster.Handle{
			"the host": w.host, "an administrator": w.as(boss),
			"an actor who may read statements only": w.as(agent).WithAuthorizer(refuses(permission.ErrDenied,
				func(r permission.Request) bool { return r.Action != permission.StatementRead })),
		} {
			list := must(h.Transfers(w.ctx, roster.TransferListParams{}))
			for _, got := range list {
				same(t, name, got, must(h.GetTransfer(w.ctx, got.ID)))
			}
			if len(list) != 3 {
				t.Errorf("%s sees %d transfers", name, len(list))
			}
		}
		for _, id := range []user.ID{agent, manager, noUser} {
			_, err := w.as(id).Transfers(w.ctx, roster.TransferListParams{UserID: id})
			w.is(err, permission.ErrDenied, "Transfers")
		}
		w.is(second(w.host.Transfers(w.ctx, roster.TransferListParams{Limit: -1})), storage.ErrInvalid, "Transfers")
		w.is(second(w.host.Transfers(w.ctx, roster.TransferListParams{UserID: -1})), storage.ErrInvalid, "Transfers")
	})
}

// TestChangesOfMoneySayWhatMoved checks the payer, the payees and the amount in the changes of
// transfers.
func TestChangesOfMoneySayWhatMoved(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, err := w.host.Transfer(w.ctx, roster.TransferParams{Users: []user.ID{agent, other}, Amount: usd("-1.00"), Lenient: true})
		w.ok(err)
		for _, c := range must(w.host.Changes(w.ctx, storage.ChangeQuery{})) {
			if c.TransferID == 0 {
				if c.Money != nil {
					t.Errorf("%s moved %+v", c.Type, c.Money)
				}
				continue
			}
			same(t, string(c.Type), *c.Money, *must(storage.MovementOf(must(w.host.GetTransfer(w.ctx, c.TransferID)))))
		}
		list := must(w.host.Changes(w.ctx, storage.ChangeQuery{Newest: true, Limit: 1}))
		want := storage.Movement{Total: usd("1.00"), Count: 1, Payments: []storage.Payment{{From: 2, To: balance.Account, Amount: usd("1.00")}}}
		same(t, "money that an agent paid", *list[0].Money, want)
		w.ok(second(w.host.Erase(w.ctx, agent)))
		list = must(w.host.Changes(w.ctx, storage.ChangeQuery{UserID: agent, Types: []storage.ChangeType{storage.MoneyTransferred}, Newest: true}))
		if len(list) == 0 || list[len(list)-1].Money == nil {
			t.Errorf("after an erasure: %+v", list)
		}
	})
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: %s", what, diff)
	}
}
