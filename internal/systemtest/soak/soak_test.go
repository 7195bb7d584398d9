package main

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ca74b63c/roster/internal/systemtest/faulty"
	"github.com/ca74b63c/roster/storage"
)

// soak runs a plan and returns what it prints.
func soak(t *testing.T, p plan) (well bool, text string) {
	t.Helper()
	p.clients = 6
	var b bytes.Buffer
	r, err := p.run(t.Context(), &b)
	if errors.Is(err, errNoServer) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	well = r.print(&b)
	return well, b.String()
}

func TestABriefSoak(t *testing.T) {
	for name := range engines {
		t.Run(name, func(t *testing.T) {
			round := time.Second
			if name == "postgres" {
				round *= 2 // it is down for most of one
			}
			well, text := soak(t, plan{stores: []string{name}, round: round, total: round, seed: 1})
			if !well {
				t.Errorf("something was lost:\n%s", text)
			} else {
				t.Log(text)
			}
			for _, want := range []string{"Nothing was lost", "bad inputs: ", "calls answered: "} {
				if !strings.Contains(text, want) || strings.Contains(text, want+"0 ") {
					t.Errorf("not %q in\n%s", want, text)
				}
			}
		})
	}
}

// TestALossIsNoticed loses a write and updates. Package history has more such tests.
func TestALossIsNoticed(t *testing.T) {
	for name, spoil := range map[string]func(n int, s storage.Storage) storage.Storage{
		"a write that is acknowledged and forgotten": func(n int, s storage.Storage) storage.Storage {
			return faulty.Forgetful(s, int64(30+n))
		},
		"updates of what is no more": func(n int, s storage.Storage) storage.Storage {
			return faulty.Behind(s, "round1-0-0", 30+n, 1000)
		},
	} {
		t.Run(name, func(t *testing.T) {
			for n := range 3 {
				p := plan{stores: []string{"memory"}, round: time.Second, seed: uint64(n)}
				p.spoil = func(s storage.Storage) storage.Storage { return spoil(n, s) }
				p.quiet = true // so that the storage stays the one that was spoiled
				well, text := soak(t, p)
				if well || !strings.Contains(text, "LOST") {
					t.Errorf("seed %d: not noticed:\n%s", n, text)
				}
			}
		})
	}
}

func TestGrowthIsNoticed(t *testing.T) {
	const m = 1 << 20
	for _, tt := range []struct {
		name  string
		heap  []uint64
		grows bool
	}{
		{"too few", []uint64{m, 100 * m, 200 * m}, false},
		{"the first round does not count", []uint64{m, 20 * m, 20 * m, 20 * m, 21 * m, 20 * m, 21 * m}, false},
		{"noise", []uint64{20 * m, 20 * m, 25 * m, 19 * m, 20 * m, 24 * m, 22 * m, 20 * m, 23 * m, 24 * m}, false},
		{"a megabyte a round", []uint64{20 * m, 21 * m, 22 * m, 23 * m, 24 * m, 25 * m, 26 * m, 27 * m, 28 * m, 29 * m}, false},
		{"two megabytes a round", []uint64{20 * m, 22 * m, 24 * m, 26 * m, 28 * m, 30 * m, 32 * m, 34 * m, 36 * m, 38 * m}, true},
	} {
		if grows, words := flat(tt.heap); grows != tt.grows {
			t.Errorf("%s: %s", tt.name, words)
		}
	}
}
