package crossvendor_test

import (
	"testing"

	"github.com/ca74b63c/roster/user"
)

// recorder is a test that counts its errors and does not fail by them.
type recorder struct {
	testing.TB
	errors int
}

func (r *recorder) Errorf(string, ...any) { r.errors++ }

// TestTheCountNotices: a write that was acknowledged and lost, one that happened and was refused,
// one that happened twice.
func TestTheCountNotices(t *testing.T) {
	e := serve(t, loadSeed())
	member := north.member(0).String()
	revision, err := e.host(north).Revision(e.ctx)
	e.ok(err)
	for _, v := range []string{"One", "Two", "Three", "Two"} {
		e.done(desk("PUT /firstnameUpdate", "id="+member+"&firstname="+v))
	}
	for name, c := range map[string]struct {
		since user.Revision
		told  []string
		want  int
	}{
		"twice":                 {revision, []string{"One", "Two", "Three"}, 2},
		"all is well":           {revision + 2, []string{"Three", "Two"}, 0},
		"lost":                  {revision + 2, []string{"Three", "Two", "Four"}, 2},
		"happened, though lost": {revision + 2, []string{"Three"}, 1},
	} {
		seen := &recorder{TB: t}
		counting := *e
		counting.t = seen
		told := newTally()
		told.written = c.told
		counting.verifyFeed(north, c.since, told)
		if seen.errors != c.want {
			t.Errorf("%s: %d errors, want %d", name, seen.errors, c.want)
		}
	}
}
