package balance

import (
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/ca74b63c/roster/user"
)

var (
	sinkUnits    Units
	sinkDecimal  decimal.Decimal
	sinkTransfer Transfer
)

// BenchmarkAdd compares a checked addition of Units with one of decimals, in one run: ratio says
// how many times faster Units are. It is the reason why balances are Units inside and decimals at
// the border only.
func BenchmarkAdd(b *testing.B) {
	const n = 1000
	units := func() error {
		var sum Units
		var err error
		for range n {
			if sum, err = sum.Add(56_700); err != nil {
				return err
			}
		}
		sinkUnits = sum
		return nil
	}
	price := decimal.New(567, -2)
	decimals := func() error {
		sum := decimal.Decimal{}
		for range n {
			sum = sum.Add(price)
		}
		sinkDecimal = sum
		return nil
	}
	var unitsTime, decimalsTime time.Duration
	for b.Loop() {
		unitsTime += timed(b, units)
		decimalsTime += timed(b, decimals)
	}
	b.ReportMetric(0, "ns/op") // a pair of runs is no operation of anything
	b.ReportMetric(float64(unitsTime.Nanoseconds())/float64(b.N)/n, "ns/units-add")
	b.ReportMetric(float64(decimalsTime.Nanoseconds())/float64(b.N)/n, "ns/decimal-add")
	b.ReportMetric(float64(decimalsTime)/float64(unitsTime), "ratio")
}

// BenchmarkPlanGrowth compares the cost of a payee among 50,000 with that of one among 1,000: 1 is
// linear.
func BenchmarkPlanGrowth(b *testing.B) {
	small, large := manyPayees(b, 1_000), manyPayees(b, 50_000)
	var smallTime, largeTime time.Duration
	for b.Loop() {
		for range 50 {
			smallTime += timed(b, planning(small))
		}
		largeTime += timed(b, planning(large))
	}
	b.ReportMetric(float64(largeTime)/float64(smallTime), "ratio")
}

func BenchmarkPlan(b *testing.B) {
	for _, n := range []int{1, 1_000, 50_000} {
		r := manyPayees(b, n)
		b.Run(fmt.Sprintf("payees=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := planning(r)(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/payee")
		})
	}
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		m, err := Parse("88.66", "USD")
		if err != nil {
			b.Fatal(err)
		}
		sinkUnits = m.units
	}
}

func TestPlanAllocatesNoMoreForManyThanForOne(t *testing.T) {
	for _, n := range []int{1, 1_000, 50_000} {
		r := manyPayees(t, n)
		got := testing.AllocsPerRun(3, func() {
			if err := planning(r)(); err != nil {
				t.Fatal(err)
			}
		})
		if got > 5 { // the postings, the ids to hash and what is hashed
			t.Errorf("%d payees: %v allocations", n, got)
		}
	}
}

func planning(r Request) func() error {
	return func() (err error) {
		sinkTransfer, err = Plan(r)
		return err
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

func timed(b *testing.B, f func() error) time.Duration {
	start := time.Now()
	if err := f(); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}
