package roster_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/user"
)

// lastTime is the last time that there can be, beyond the next one.
var (
	lastTime = time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC)
	beyond   = lastTime.Add(time.Microsecond)
)

// TestEveryAbilityRefusesTimesBeyondYear9999 checks that every writing call fails, and changes
// nothing, if the clock is outside the years 1 to 9999.
func TestEveryAbilityRefusesTimesBeyondYear9999(t *testing.T) {
	everyAbility(t, writes, func(t *testing.T, w *world, a ability) {
		before := w.state()
		for _, now := range []time.Time{beyond, {}, time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC)} {
			w.now = now
			if _, err := a.do(w.ctx, w.host, a.target); !errors.Is(err, user.ErrTime) {
				t.Errorf("at %v: error %v, want ErrTime", now, err)
			}
		}
		w.now = noon
		if diff := cmp.Diff(before, w.state()); diff != "" {
			t.Errorf("the state differs (-before +after):\n%s", diff)
		}
	})
}

// TestTheLastTime checks that the results of calls at the last valid time have a JSON form.
func TestTheLastTime(t *testing.T) {
	everyAbility(t, writes, func(t *testing.T, w *world, a ability) {
		w.now = lastTime
		_, err := a.do(w.ctx, w.host, a.target)
		switch { // a reservation would end beyond it, and those that there were have expired
		case errors.Is(err, user.ErrTime) && strings.HasPrefix(a.name, "Reserve"), errors.Is(err, user.ErrNoSlot):
		case err != nil:
			t.Fatal(err)
		}
		if _, err := json.Marshal(w.state()); err != nil {
			t.Error(err)
		}
	})
}
