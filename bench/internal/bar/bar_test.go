package bar

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/bench/internal/gobench"
)

const output = `goos: linux
pkg: github.com/ca74b63c/roster/bench
BenchmarkFrontDoor/users=10000/get-2     	     100	      1399 plain-ns	         1.3654 ratio	      1909 roster-ns
BenchmarkFrontDoor/users=100000/get-2     	     100	      1399 plain-ns	         1.6 ratio	      1909 roster-ns
BenchmarkFrontDoor/users=10000/patch-16 	     100	 0.75 ratio
BenchmarkFrontDoor/users=10000/search-2 	     100	 2427.3 x-faster
BenchmarkFrontDoor/users=10000/count-2 	     100	 299 x-faster
BenchmarkCheck/allow/a-2 	 100	 30.67 ns/op	 0 B/op	 0 allocs/op
BenchmarkCheck/allow/b-2 	 100	 31 ns/op	 0 B/op	 0 allocs/op
BenchmarkCheck/allow/c-2 	 100	 33 ns/op	 0 B/op	 0 allocs/op
BenchmarkCheck/allow/d-2 	 100	 32 ns/op	 0 B/op	 0 allocs/op
BenchmarkBroken
PASS
ok  	github.com/ca74b63c/roster/bench	10.673s
`

func TestJudge(t *testing.T) {
	type row struct{ what, limit, verdict, measured string }
	var got []row
	for _, r := range Judge([]Bar{
		most("every size is within the limit", `FrontDoor/users=(\d+)/get`, "ratio", 1.6),
		most("one size is not", `FrontDoor/users=(\d+)/get`, "ratio", 1.5),
		most("the only size is not", `FrontDoor/users=\d+/patch`, "ratio", 0.5),
		least("more than the limit", `FrontDoor/users=\d+/search`, "x-faster", 1000),
		least("less than the limit", `FrontDoor/users=\d+/count`, "x-faster", 300),
		least("the worst three of four", `Check/allow/(.*)`, "ns/op", 30),
		most("zero", `Check/allow/a`, "allocs/op", 0),
		most("a part of a name is another name", `users=\d+/get`, "ratio", 9),
		most("no such metric", `Check/allow/a`, "ratio", 9),
	}, gobench.Parse(output)) {
		got = append(got, row{r.What, r.Limit(), r.Verdict(), r.Measured})
	}
	want := []row{
		{"every size is within the limit", "≤ 1.6", "ok", "1.6 (100000), 1.37 (10000)"},
		{"one size is not", "≤ 1.5", "MISSED", "1.6 (100000), 1.37 (10000)"},
		{"the only size is not", "≤ 0.5", "MISSED", "0.75"},
		{"more than the limit", "≥ 1000", "ok", "2427"},
		{"less than the limit", "≥ 300", "MISSED", "299"},
		{"the worst three of four", "≥ 30", "ok", "30.7 (a), 31 (b), 32 (d)"},
		{"zero", "≤ 0", "ok", "0"},
		{"a part of a name is another name", "≤ 9", "MISSED", "not measured"},
		{"no such metric", "≤ 9", "MISSED", "not measured"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(row{})); diff != "" {
		t.Error(diff)
	}
}
