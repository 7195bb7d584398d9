package roster

import (
	"fmt"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// The greatest ids that a caller may choose.
const (
	maxHostID = 1 << 62   // by the host: the next id can always be counted
	maxUserID = 1<<53 - 1 // by any other caller: a JSON reader that has floating-point numbers only keeps every digit
)

// maxID returns the greatest id that the caller may choose.
func (h Handle) maxID() int64 {
	if h.actor.system {
		return maxHostID
	}
	return maxUserID
}

// limited refuses a call with more items than an answer may have.
func limited(what string, n int) error { return atMost(storage.MaxPage, what, n) }

// atMost refuses a call with more items than a transaction should take.
func atMost(most int, what string, n int) error {
	if n > most {
		return fmt.Errorf("roster: more than %d %s: %w", most, what, storage.ErrInvalid)
	}
	return nil
}

// once finds a problem with each id that was named before.
func once(c *validate.Collector, ids []user.ID, path func(int) string) {
	seen := make(map[user.ID]bool, len(ids))
	for i, id := range ids {
		if seen[id] {
			c.Add(validate.Problem{Path: path(i), Code: validate.Duplicate})
		}
		seen[id] = true
	}
}
