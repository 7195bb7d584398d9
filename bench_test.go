package roster_test

import (
	"fmt"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/user"
)

// TestAllocations bounds the allocations of the most frequent calls, those of package memstore
// included.
func TestAllocations(t *testing.T) {
	w := newWorld(t, memstore.New())
	asBoss := w.as(boss)
	n := 0
	for _, tt := range []struct {
		name string
		most float64
		do   func() error
	}{
		{"Get", 12, func() error { return second(asBoss.Get(w.ctx, agent)) }},
		{"As, Get", 12, func() error { return second(w.as(boss).Get(w.ctx, agent)) }},
		{"Patch that changes nothing", 29, func() error {
			return second(asBoss.Patch(w.ctx, agent, user.Patch{MaxChats: user.Set(4)}))
		}},
		{"Patch", 145, func() error {
			n++
			return second(asBoss.Patch(w.ctx, agent, user.Patch{MaxChats: user.Set(4 + n%2)}))
		}},
		{"Create", 350, func() error {
			n++
			return second(asBoss.Create(w.ctx, roster.CreateParams{User: user.User{Identity: user.Identity{Login: fmt.Sprint("user", n)}}}))
		}},
	} {
		var err error
		got := testing.AllocsPerRun(200, func() { err = tt.do() })
		w.ok(err)
		t.Logf("%s: %.0f allocations", tt.name, got)
		if got > tt.most {
			t.Errorf("%s: %.0f allocations, at most %.0f", tt.name, got, tt.most)
		}
	}
}
