package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/bench/internal/gobench"
)

const output = `goos: linux
pkg: github.com/ca74b63c/roster/bench
BenchmarkFrontDoor/users=10000/get-2     	     100	      1399 plain-ns	         1.365 ratio	      1909 roster-ns
BenchmarkFrontDoor/users=10000/patch-16 	     100	 0.75 ratio
BenchmarkCheck/allow/last-row-2 	 100	 30.67 ns/op	 0 B/op	 0 allocs/op
BenchmarkBroken
PASS
ok  	github.com/ca74b63c/roster/bench	10.673s
`

func TestBarsAreJudged(t *testing.T) {
	rows := judge([]bar{
		most("get", `FrontDoor/users=\d+/get`, "ratio", 1.5),
		most("patch", `FrontDoor/users=\d+/patch`, "ratio", 0.5),
		least("at least", `Check/allow/.*`, "ns/op", 30),
		most("no allocation", `Check/allow/.*`, "allocs/op", 0),
		most("a part of a name is another name", `users=\d+/get`, "ratio", 9),
		{what: "only with -million", match: "x", million: true},
	}, gobench.Parse(output), false)
	want := []row{
		{"get", "FrontDoor/users=10000/get", "1.365", "<= 1.5", true},
		{"patch", "FrontDoor/users=10000/patch", "0.75", "<= 0.5", false},
		{"at least", "Check/allow/last-row", "30.67", ">= 30", true},
		{"no allocation", "Check/allow/last-row", "0", "<= 0", true},
		{"a part of a name is another name", `users=\d+/get`, "not measured", "<= 9", false},
	}
	if diff := cmp.Diff(want, rows, cmp.AllowUnexported(row{})); diff != "" {
		t.Error(diff)
	}
}
