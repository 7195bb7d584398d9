package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/bench/internal/gobench"
)

const docs = "../../docs"

// The document is what the tool makes of the figures beside it, byte for byte: it was not edited by
// hand, and the tool was not changed without -render.
func TestDocumentIsTheTools(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(docs, figures))
	if err != nil {
		t.Fatal(err)
	}
	want, err := render(text)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(docs, "performance.md"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("go run ./bench/peers -render writes another one: %s", diff)
	}
	if strings.Contains(string(want), "not measured") {
		t.Error("the document says that something was not measured: run it where PostgreSQL is")
	}
}

// A ratio above 1 means that roster is faster, whichever way the figures run.
func TestRatios(t *testing.T) {
	r := &record{Results: map[string]map[string]map[string]float64{}}
	r.add("rules", gobench.Parse("BenchmarkPermission/allowed-2 10 140 casbin-cached-ns 20 roster-ns 0 ns/op\n"))
	r.add("opa", gobench.Parse("BenchmarkPermission/allowed-2 10 30000 opa-ns 25 roster-ns\n"))
	r.add("postgres", gobench.Parse("BenchmarkTransfer/accounts=1/clients=8-2 3 2000 roster/s 1000 pgbench/s 4000 pgx-once/s\n"))
	permission, money := &sections[0], &sections[4]
	for _, tt := range []struct {
		section   *section
		peer      int
		benchmark string
		want      string
	}{
		{permission, 0, "Permission/allowed", "**7.0×** 140 ns"},
		{permission, 1, "Permission/allowed", "not measured"},
		{permission, 3, "Permission/allowed", "**1,200×** 30.0 µs (roster 25.0 ns)"},
		{permission, 0, "Permission/denied", "not measured"},
		{money, 0, "Transfer/accounts=1/clients=8", "not measured"},
		{money, 1, "Transfer/accounts=1/clients=8", "**0.50×** 4,000/s"},
		{money, 2, "Transfer/accounts=1/clients=8", "**2.0×** 1,000/s"},
	} {
		if got := r.cell(tt.section, tt.section.peers[tt.peer], tt.benchmark); got != tt.want {
			t.Errorf("%s beside %s: %s, want %s", tt.benchmark, tt.section.peers[tt.peer].name, got, tt.want)
		}
	}
	if _, ok := r.figure("rules", "Permission/allowed", "ns/op"); ok {
		t.Error("the time of a round is among the figures")
	}
}

// Where nothing could be measured, the document says so.
func TestNothingMeasured(t *testing.T) {
	document, err := render([]byte(`{"date":"2026-01-02 03:04 UTC"}`))
	if err != nil || !strings.Contains(string(document), "| allowed | not measured | not measured |") {
		t.Errorf("%v: %s", err, document)
	}
	if _, err := render([]byte("{")); err == nil {
		t.Error("half a record was rendered")
	}
}
