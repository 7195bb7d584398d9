package genesys_test

import (
	"net/http"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/user"
)

// ann is the only administrator: eve is disabled.
func keepsTheLastAdministrator(t *testing.T) {
	const refusal = "You cannot remove the last administrator."
	e := newEnv(t)
	// An owner is no administrator that a call of this API knows.
	if _, err := e.host.SetRoles(t.Context(), ann, user.RolesOf(user.Admin, user.Owner)); err != nil {
		t.Fatal(err)
	}
	e.unchanged(func() {
		for _, who := range []user.ID{ann, bob} {
			e.refused(e.as(who, "DELETE", at(ann), ""), http.StatusBadRequest, 2, refusal)
		}
		e.refused(e.as(bob, "PUT", at(ann), `{"roles":[]}`), http.StatusBadRequest, 2, refusal)
	})
	if _, err := e.host.Enable(t.Context(), eve); err != nil {
		t.Fatal(err)
	}
	e.ok(e.as(ann, "DELETE", at(ann), ""))
	e.ok(e.as(eve, "GET", at(bob), ""))
}

func deletionReturnsMoney(t *testing.T) {
	e := newEnv(t)
	amount, err := balance.Parse("5.67", "USD")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.host.Fund(t.Context(), roster.FundParams{Amount: amount}); err != nil {
		t.Fatal(err)
	}
	if _, err := e.host.Transfer(t.Context(), roster.TransferParams{Users: []user.ID{cas}, Amount: amount}); err != nil {
		t.Fatal(err)
	}
	e.ok(e.as(bob, "DELETE", at(cas), ""))
	if has, err := e.host.Balance(t.Context()); err != nil || has != amount {
		t.Errorf("the account has %v, %v", has, err)
	}
}
