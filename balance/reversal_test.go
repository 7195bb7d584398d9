package balance

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

func seedReversal(t testing.TB) ReversalRequest {
	return ReversalRequest{
		Header: Header{ID: 8, At: noon, Actor: 9}, Original: plan(t, seedRequest(t)),
		Payees:  []Payee{{ID: 1, Name: "anna", Balance: 56_700}, {ID: 2, Name: "bob", Balance: 66_700}},
		Account: 886_600, AccountCurrency: "USD",
	}
}

func TestAReversalTakesEveryLineBack(t *testing.T) {
	got := planned(t)(PlanReversal(seedReversal(t)))
	want := Transfer{
		ID: 8, Kind: Reversing, At: noon, Actor: 9, Currency: "USD", Strict: true, Reverses: 7,
		AccountDescription: "From user: ${user_name}", UserDescription: "To account",
		Postings: []Posting{
			{From: 1, To: Account, Amount: 56_700, FromAfter: 0, ToAfter: 943_300, Name: "anna"},
			{From: 2, To: Account, Amount: 56_700, FromAfter: 10_000, ToAfter: 1_000_000, Name: "bob"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAReversalIsWholeOrNothing(t *testing.T) {
	tests := []struct {
		name   string
		change func(*ReversalRequest)
		want   error
		text   string
	}{
		{"order and strangers do not matter", func(r *ReversalRequest) {
			r.Payees = []Payee{r.Payees[1], {ID: 9, Balance: -5}, r.Payees[0]}
		}, nil, ""},
		{"a negative overdraft", func(r *ReversalRequest) { r.Overdraft = -1 }, ErrLimits, ""},
		{"a time beyond the year 9999", func(r *ReversalRequest) { r.At = beyond }, user.ErrTime, ""},
		{"text", func(r *ReversalRequest) { r.Reason = "\n" }, ErrText, ""},
		{"a broken original", func(r *ReversalRequest) { r.Original.Postings[1].Amount++ }, ErrBroken, ""},
		{"an original without a number", func(r *ReversalRequest) { r.Original.ID = 0 }, ErrNotReversible, ""},
		{"reversed before", func(r *ReversalRequest) { r.ReversedBy = 8 }, ErrReversed, "balance: transfer 7 already reversed by 8"},
		{"another currency by now", func(r *ReversalRequest) { r.AccountCurrency = "EUR" }, ErrCurrency,
			`balance: invalid currency: "EUR" where "USD" is expected`},
		{"a user is missing", func(r *ReversalRequest) { r.Payees = r.Payees[:1] }, ErrPayee, "balance: invalid payee: user 2"},
		{"a deleted user pays back", func(r *ReversalRequest) { r.Payees[1].Deleted = true }, nil, ""},
		{"a deleted user would be paid", func(r *ReversalRequest) {
			asked := seedRequest(t)
			asked.Amount, asked.Payees[0].Balance, asked.Payees[1].Balance = usd(t, "-1"), 10_000, 10_000
			r.Original, r.Payees[1].Deleted = plan(t, asked), true
		}, ErrPayee, "balance: invalid payee: user 2"},
		{"a return of deleted users' money", func(r *ReversalRequest) {
			r.Original, _ = PlanReturn(returnRequest())
		}, ErrNotReversible, ""},
		{"a reversal", func(r *ReversalRequest) { r.Original, _ = PlanReversal(seedReversal(t)) }, ErrNotReversible, ""},
		{"a transfer that moved nothing", func(r *ReversalRequest) {
			asked := seedRequest(t)
			asked.Strict, asked.Account = false, 0
			r.Original = plan(t, asked)
		}, ErrNotReversible, ""},
		{"another user than the original's", func(r *ReversalRequest) { r.Payees[1].ID = 3 }, ErrPayee, "balance: invalid payee: user 2"},
		{"a user's balance out of range", func(r *ReversalRequest) { r.Payees[1].Balance = -1 }, ErrBroken, ""},
		{"the account's balance out of range", func(r *ReversalRequest) { r.Account = MaxUnits + 1 }, ErrBroken, ""},
		{"a user has spent it", func(r *ReversalRequest) { r.Payees[1].Balance = 56_699 }, ErrInsufficient,
			"balance: insufficient money: user 2 has 5.6699 of 5.67 USD"},
		{"the account is full", func(r *ReversalRequest) { r.Account = MaxUnits }, ErrOverflow, ""},
		{"a user that now has parent accounting still pays back", func(r *ReversalRequest) { r.Payees[0].ParentAccounting = true }, nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := seedReversal(t)
			tt.change(&r)
			got, err := PlanReversal(r)
			if !errors.Is(err, tt.want) || tt.text != "" && err.Error() != tt.text {
				t.Fatalf("got %v, want %v %s", err, tt.want, tt.text)
			}
			if err == nil && (len(got.Postings) != 2 || got.Check() != nil) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestTheReversalOfWhatUsersPaid(t *testing.T) {
	r := seedRequest(t)
	r.Amount = usd(t, "-1.00")
	r.Payees[0].Balance = 20_000
	undo := ReversalRequest{
		Header: Header{ID: 8}, Original: plan(t, r), Payees: r.Payees, Account: 20_000, AccountCurrency: "USD",
	}
	got, err := PlanReversal(undo)
	if err != nil || got.Check() != nil || got.Postings[0].To != 1 || got.UserDescription != "From account" {
		t.Fatalf("got %+v, %v", got, err)
	}
	undo.Account = 19_999
	var short *Shortage
	if _, err = PlanReversal(undo); !errors.As(err, &short) || short.Holder != Account || short.Needed != 20_000 {
		t.Errorf("the account has spent it: %v", err)
	}
	undo.Overdraft = 1
	if _, err = PlanReversal(undo); err != nil {
		t.Errorf("the overdraft helps: %v", err)
	}
	undo.Payees[1].ParentAccounting = true
	if _, err = PlanReversal(undo); !errors.Is(err, ErrParentAccounting) {
		t.Errorf("parent accounting: %v", err)
	}
}

func TestTheReversalOfFunding(t *testing.T) {
	for amount, text := range map[string]string{"1.00": "Funds withdrawn", "-1.00": "Funds added"} {
		orig := planned(t)(PlanFunding(FundingRequest{
			Header: Header{ID: 3}, Amount: usd(t, amount), Account: 10_000, AccountCurrency: "USD",
		}))
		after, _ := orig.AccountAfter()
		undo := ReversalRequest{Header: Header{ID: 4}, Original: orig, Account: after, AccountCurrency: "USD"}
		got, err := PlanReversal(undo)
		if err != nil || got.Check() != nil || got.AccountDescription != text {
			t.Fatalf("%s: got %+v, %v", amount, got, err)
		}
		if back, ok := got.AccountAfter(); !ok || back != 10_000 {
			t.Errorf("%s: the account has %s", amount, back)
		}
		if amount == "1.00" {
			undo.Account = 9_999
			if _, err := PlanReversal(undo); !errors.Is(err, ErrInsufficient) {
				t.Errorf("spent: %v", err)
			}
		}
	}
}

// An amount that was forgotten is refused before the account is known, and the problem says so.
func TestAForgottenAmountIsRequired(t *testing.T) {
	r := seedRequest(t)
	r.Amount = Money{}
	for what, err := range map[string]error{"a transfer": r.Validate(), "a funding": (FundingRequest{}).Validate()} {
		var p validate.Problem
		if !errors.Is(err, ErrAmount) || !errors.As(err, &p) || p.Path != "/amount" || p.Code != validate.Required {
			t.Errorf("%s: %v, %v", what, err, p)
		}
	}
}

// Balances yields each holder whose balance changed once, and no holder if nothing moved.
func TestBalancesNameEachHolderOnce(t *testing.T) {
	for _, amount := range []string{"1", "-1"} {
		tr := planned(t)(PlanFunding(FundingRequest{Amount: usd(t, amount), AccountCurrency: "USD", Overdraft: One}))
		var holders []Holder
		for h, after := range tr.Balances() {
			holders = append(holders, h)
			if after != tr.Requested.Units() {
				t.Errorf("%s has %s after %s", h, after, amount)
			}
		}
		if len(holders) != 1 || holders[0] != Account {
			t.Errorf("a funding of %s changes %v", amount, holders)
		}
	}
	var none Transfer
	if after, ok := none.AccountAfter(); ok || after != 0 {
		t.Errorf("nothing moved, and the account has %s", after)
	}
	between := Transfer{Postings: []Posting{{From: 1, To: 2, ToAfter: 5}}}
	if _, ok := between.AccountAfter(); ok {
		t.Error("a posting between two users says what the account has")
	}
	for h := range none.Balances() {
		t.Errorf("nothing moved, and %s is named", h)
	}
}

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
