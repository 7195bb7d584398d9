package balance

import (
	"testing"

	"github.com/ca74b63c/roster/user"
)

func TestPlanAllocatesNoMoreForManyThanForOne(t *testing.T) {
	for _, n := range []int{1, 1_000, 50_000} {
		r := manyPayees(t, n)
		got := testing.AllocsPerRun(3, func() {
			if _, err := Plan(r); err != nil {
				t.Fatal(err)
			}
		})
		if got > 5 { // the postings, the ids to hash and what is hashed
			t.Errorf("%d payees: %v allocations", n, got)
		}
	}
}

func manyPayees(t testing.TB, n int) Request {
	r := seedRequest(t)
	r.Account, r.Payees = MaxUnits, make([]Payee, n)
	for i := range r.Payees {
		r.Payees[i] = Payee{ID: user.ID(i + 1), Name: "agent"}
	}
	return r
}
