package balance

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/user"
)

// "Returns error if strict_mode is true and a user or the account does not have enough money."
func TestStrictRefusesEverything(t *testing.T) {
	tests := []struct {
		name      string
		amount    string
		account   Units
		overdraft Units
		want      *Shortage
	}{
		{"the account has all", "5.67", 113_400, 0, nil},
		{"the account lacks 0.0001", "5.67", 113_399, 0, &Shortage{Account, 113_400, 113_399, "USD", false}},
		{"the overdraft helps", "5.67", 0, 113_400, nil},
		{"the overdraft does not suffice", "5.67", 1, 113_398, &Shortage{Account, 113_400, 113_399, "USD", false}},
		{"the overdraft is exceeded already", "0.01", -5, 4, &Shortage{Account, 200, 0, "USD", false}},
		{"two users have it", "-1", 0, 0, nil},
		{"the second lacks it", "-1.01", 0, 0, &Shortage{2, 10_100, 10_000, "USD", false}},
		{"both lack it", "-2.01", 0, 0, &Shortage{1, 20_100, 20_000, "USD", false}},
		{"more than any balance", "99999999999999.99", 0, MaxUnits, &Shortage{Account, MaxUnits, MaxUnits, "USD", false}},
		{"users have no overdraft", "-1.01", 0, MaxUnits, &Shortage{2, 10_100, 10_000, "USD", false}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := seedRequest(t)
			r.Amount, r.Account, r.Overdraft = usd(t, tt.amount), tt.account, tt.overdraft
			r.Payees[0].Balance = 20_000
			_, err := Plan(r)
			if tt.want == nil {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var got *Shortage
			if !errors.Is(err, ErrInsufficient) || !errors.As(err, &got) {
				t.Fatalf("got %v", err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	r := seedRequest(t)
	r.Account = 50_000
	if _, err := Plan(r); err.Error() != "balance: insufficient money: account has 5 of 11.34 USD" {
		t.Errorf("the error says %q", err)
	}
}

// A transfer of more than MaxUnits in all is possible when an overdraft as large stands behind it.
func TestTheTotalMayExceedTheLargestBalance(t *testing.T) {
	r := seedRequest(t)
	r.Amount = usd(t, "99999999999999.99")
	r.Account, r.Overdraft = MaxUnits, MaxUnits
	r.Payees[1].Balance = 0
	tr := plan(t, r)
	if got := tr.Total(); got != 2*r.Amount.Units() {
		t.Errorf("total %s", got)
	}
}

// A ruling: lines in ascending user id, a line whose payer lacks the money is skipped, no user goes
// below zero.
func TestLenientSkipsWhoLacksMoney(t *testing.T) {
	payees := []Payee{{ID: 30, Balance: 50_000}, {ID: 10, Balance: 9_999}, {ID: 20, Balance: 10_000}}
	tests := []struct {
		name, amount       string
		account, overdraft Units
		served             []user.ID
		skipped            []Skip
		after              string
	}{
		{"the account pays as far as its money goes", "1", 25_000, 0, []user.ID{10, 20}, []Skip{{30, AccountShort}}, "0.5"},
		{"and into its overdraft", "1", 25_000, 5_000, []user.ID{10, 20, 30}, nil, "-0.5"},
		{"but no further", "1", 25_000, 4_999, []user.ID{10, 20}, []Skip{{30, AccountShort}}, "0.5"},
		{"users pay who can", "-1", 0, 0, []user.ID{20, 30}, []Skip{{10, UserShort}}, "2"},
		{"nobody can", "-9", 70_000, 0, nil, []Skip{{10, UserShort}, {20, UserShort}, {30, UserShort}}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := seedRequest(t)
			r.Strict, r.Payees = false, payees
			r.Amount, r.Account, r.Overdraft = usd(t, tt.amount), tt.account, tt.overdraft
			got := plan(t, r)
			var served []user.ID
			for _, p := range got.Postings {
				id, _ := p.User()
				served = append(served, id)
			}
			if diff := cmp.Diff(tt.served, served); diff != "" {
				t.Errorf("served: %s", diff)
			}
			if diff := cmp.Diff(tt.skipped, got.Skipped); diff != "" {
				t.Errorf("skipped: %s", diff)
			}
			after, ok := got.AccountAfter()
			if ok != (tt.after != "") || ok && after.String() != tt.after {
				t.Errorf("the account has %s, %v; want %s", after, ok, tt.after)
			}
		})
	}
}
