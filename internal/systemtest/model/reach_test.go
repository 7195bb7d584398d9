package model

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ca74b63c/roster/internal/systemtest/engine"
	"github.com/ca74b63c/roster/memstore"
)

// calls are all that are drawn, by the first word of their names.
const calls = `Again Create CreateMany Delete DeleteAll DeleteMany Disable Edit Enable Fund Get Patch Restore Reverse SetRoles
	Transfer UpdateAccount Wait`

// faults are all faults of the model, without their users.
var faults = []Fault{
	notFound, denied, notDeleted, noPayees, overflow, notReversible, badCurrency, noRate, "exists", "stale", "invalid",
	"insufficient", "parent accounting", "transfer", "key of transfer", "amount too fine", "amount too small", lastAdministrator,
}

// TestEveryAnswerOccurs checks that each call succeeds in some sequence, that each fault occurs,
// and that a used key is answered with the first transfer. The sequences are always the same.
func TestEveryAnswerOccurs(t *testing.T) {
	store := memstore.New()
	engine.CloseAfter(t, store)
	done, refused, replayed := map[string]int{}, map[Fault]int{}, 0
	sequence := rapid.Custom(func(t *rapid.T) *Pair {
		p := newSequence(store)
		for range 60 {
			o := p.Draw(t)
			name, _, _ := strings.Cut(o.Name, " ")
			if difference := p.Do(o); difference != "" {
				t.Fatalf("%s\n%s", story(p.steps), difference)
			}
			if p.last == "" {
				done[name]++
			} else {
				refused[kindOf(p.last)]++
			}
			if r, ok := p.answer.(Receipt); ok && r.Replayed {
				replayed++
			}
		}
		return p
	})
	for seed := range 200 {
		sequence.Example(seed)
	}
	for _, call := range strings.Fields(calls) {
		if done[call] == 0 {
			t.Errorf("%s never succeeds", call)
		}
		delete(done, call)
	}
	for _, f := range faults {
		if refused[f] == 0 {
			t.Errorf("nothing is refused with %q", f)
		}
		delete(refused, f)
	}
	if len(done) > 0 || len(refused) > 0 || replayed == 0 {
		t.Errorf("calls %v and faults %v are not listed; %d requests were answered from a used key", done, refused, replayed)
	}
}

var detail = regexp.MustCompile(`[ :]*[0-9].*$|: .*$`)

// kindOf returns the fault without its user.
func kindOf(f Fault) Fault { return Fault(detail.ReplaceAllString(string(f), "")) }
