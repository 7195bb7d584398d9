package roster

import (
	"fmt"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// The greatest ids that a caller may choose.
const (
	maxHostID = 1 << 62   // for the system actor; the next id still fits
	maxUserID = 1<<53 - 1 // for others: a JSON number in JavaScript keeps every digit up to here
)

// maxID returns the greatest id that the actor may choose.
func (h Handle) maxID() int64 {
	if h.actor.system {
		return maxHostID
	}
	return maxUserID
}

// limited returns storage.ErrInvalid, wrapped, if n is above storage.MaxPage. what names the
// items in the text of the error.
func limited(what string, n int) error { return atMost(storage.MaxPage, what, n) }

// atMost returns storage.ErrInvalid, wrapped, if n is above most. what names the items in the
// text of the error.
func atMost(most int, what string, n int) error {
	if n > most {
		return fmt.Errorf("roster: more than %d %s: %w", most, what, storage.ErrInvalid)
	}
	return nil
}

// problem returns a *validate.Error with one problem.
func problem(path string, code validate.Code) error {
	var c validate.Collector
	c.Add(validate.Problem{Path: path, Code: code})
	return c.Err()
}

// checkText checks the text value by the rule. It returns a *validate.Error at path, or nil.
func (h *Handle) checkText(rule validate.Rule, path, value string) error {
	var c validate.Collector
	c.Check(rule, h.profile, path, value)
	return c.Err()
}

// once adds a problem for each id that occurred before in ids, at the path of its index.
func once(c *validate.Collector, ids []user.ID, path func(int) string) {
	seen := make(map[user.ID]bool, len(ids))
	for i, id := range ids {
		if seen[id] {
			c.Add(validate.Problem{Path: path(i), Code: validate.Duplicate})
		}
		seen[id] = true
	}
}
