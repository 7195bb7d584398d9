package balance

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/user"
)

// returnRequest is of three users, one without money and one with parent accounting.
func returnRequest() ReturnRequest {
	return ReturnRequest{
		Header: Header{ID: 9, At: noon, Actor: 4, Reason: "closed"},
		Payees: []Payee{
			{ID: 3, Name: "cid", Balance: 2_500, ParentAccounting: true}, {ID: 2, Name: "bob"}, {ID: 1, Name: "anna", Balance: 1},
		},
		Account: -100, AccountCurrency: "USD",
	}
}

// The account gets all that each user has, whatever its own balance is and whether the user spends
// the account's money. A user without money takes no part.
func TestAReturnLeavesUsersNothing(t *testing.T) {
	got := planned(t)(PlanReturn(returnRequest()))
	want := Transfer{
		ID: 9, Kind: Returning, At: noon, Actor: 4, Reason: "closed", Currency: "USD", Strict: true,
		AccountDescription: "From user: ${user_name}", UserDescription: "To account",
		Postings: []Posting{
			{From: 1, To: Account, Amount: 1, ToAfter: -99, Name: "anna"},
			{From: 3, To: Account, Amount: 2_500, ToAfter: 2_401, Name: "cid"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	e, _ := got.Entry(1, Credit)
	if e.Description != "From user: cid" || e.Delta != 2_500 || e.Kind != Returning {
		t.Errorf("the account's entry is %+v", e)
	}
}

func TestAReturnIsWholeOrNothing(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*ReturnRequest)
		want   error
	}{
		{"a time beyond the year 9999", func(r *ReturnRequest) { r.At = beyond }, user.ErrTime},
		{"a reason that is no text", func(r *ReturnRequest) { r.Reason = "\x00" }, ErrText},
		{"no currency", func(r *ReturnRequest) { r.AccountCurrency = "" }, ErrCurrency},
		{"no user", func(r *ReturnRequest) { r.Payees = nil }, ErrNoPayees},
		{"no user with money", func(r *ReturnRequest) { r.Payees = r.Payees[1:2] }, ErrNoPayees},
		{"as many as there may be", func(r *ReturnRequest) { r.Payees = crowd(MaxPayees) }, nil},
		{"too many", func(r *ReturnRequest) { r.Payees = crowd(MaxPayees + 1) }, ErrTooManyPayees},
		{"an id that no user has", func(r *ReturnRequest) { r.Payees[0].ID = 0 }, ErrPayee},
		{"a balance below zero", func(r *ReturnRequest) { r.Payees[0].Balance = -1 }, ErrBroken},
		{"a balance too large", func(r *ReturnRequest) { r.Payees[0].Balance = MaxUnits + 1 }, ErrBroken},
		{"an account out of range", func(r *ReturnRequest) { r.Account = -MaxUnits - 1 }, ErrBroken},
		{"a full account", func(r *ReturnRequest) { r.Account = MaxUnits - 2_501 }, nil},
		{"an account that is full before the last user", func(r *ReturnRequest) { r.Account = MaxUnits - 2_500 }, ErrOverflow},
		{"a user with the most there is", func(r *ReturnRequest) { r.Payees[0].Balance = MaxUnits }, nil},
		{"a deleted user", func(r *ReturnRequest) { r.Payees[0].Deleted = true }, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := returnRequest()
			tt.change(&r)
			got, err := PlanReturn(r)
			if !errors.Is(err, tt.want) {
				t.Fatalf("got %v, want %v", err, tt.want)
			}
			if err == nil && got.Check() != nil || err != nil && len(got.Postings) > 0 {
				t.Errorf("got %+v, %v", got, got.Check())
			}
		})
	}
}

// crowd returns n users who have one unit each.
func crowd(n int) []Payee {
	list := make([]Payee, n)
	for i := range list {
		list[i] = Payee{ID: user.ID(i + 1), Balance: 1}
	}
	return list
}
