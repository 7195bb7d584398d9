package waiters

import (
	"testing"

	"github.com/ca74b63c/roster/user"
)

func TestWake(t *testing.T) {
	var w Waiters
	w.Wake("acme") // no call waits
	for _, a := range []user.AccountID{"acme", "acme", "other"} {
		w.Join(a)
	}
	closed := func(c <-chan struct{}) bool {
		select {
		case <-c:
			return true
		default:
			return false
		}
	}
	acme, other := w.Moved("acme"), w.Moved("other")
	w.Wake("acme", "third")
	if !closed(acme) || closed(other) {
		t.Errorf("a commit of acme wakes acme: %t, other: %t", closed(acme), closed(other))
	}
	if closed(w.Moved("acme")) {
		t.Error("the next commit came already")
	}
	w.Leave("acme")
	w.Leave("other")
	if list := w.Accounts(); len(list) != 1 || list[0] != "acme" {
		t.Errorf("calls wait for %v", list)
	}
	w.Leave("acme")
	if list := w.Accounts(); len(list) != 0 {
		t.Errorf("no call waits, and yet for %v", list)
	}
}
