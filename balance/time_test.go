package balance

import (
	"errors"
	"testing"
	"time"

	"github.com/ca74b63c/roster/user"
)

// TestNoTransferBeyondYear9999: no plan has a time that no text form holds, and Check finds one.
func TestNoTransferBeyondYear9999(t *testing.T) {
	last := time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC)
	amount, err := FromUnits(One, "USD")
	if err != nil {
		t.Fatal(err)
	}
	fund := func(at time.Time) (Transfer, error) {
		return PlanFunding(FundingRequest{Header: Header{At: at}, Amount: amount, AccountCurrency: "USD"})
	}
	good, err := fund(last)
	if err != nil || good.Check() != nil {
		t.Fatalf("at the last time: %v, %v", err, good.Check())
	}
	beyond := last.Add(time.Microsecond)
	if _, err := fund(beyond); !errors.Is(err, user.ErrTime) {
		t.Errorf("funding: error %v", err)
	}
	_, err = Plan(Request{Header: Header{At: beyond}, Amount: amount, AccountCurrency: "USD", Account: One, Payees: []Payee{{ID: 1}}})
	if !errors.Is(err, user.ErrTime) {
		t.Errorf("a transfer: error %v", err)
	}
	_, err = PlanReversal(ReversalRequest{Header: Header{ID: 2, At: beyond}, AccountCurrency: "USD", Original: good})
	if !errors.Is(err, user.ErrTime) {
		t.Errorf("a reversal: error %v", err)
	}
	_, err = PlanReturn(ReturnRequest{Header: Header{At: beyond}, AccountCurrency: "USD"})
	if !errors.Is(err, user.ErrTime) {
		t.Errorf("a return: error %v", err)
	}
	good.At = beyond
	if err := good.Check(); !errors.Is(err, ErrBroken) {
		t.Errorf("Check: error %v", err)
	}
}
