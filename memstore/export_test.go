package memstore

import (
	"context"
	"iter"

	memdb "github.com/hashicorp/go-memdb"

	"github.com/ca74b63c/roster/user"
)

// Turns is how many accounts an Update runs for.
func (s *Store) Turns() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.turns)
}

// Derived is what the rows that are derived from users hold.
type Derived struct {
	Claims []claim
	Places []place
	Blocks []*blockRow
}

func derivedOf(rows *memdb.Txn) (d Derived) {
	for row := range all[leafRow[claim]](rows, tableKeys) {
		d.Claims = append(d.Claims, row.items...)
	}
	for row := range all[leafRow[place]](rows, tableOrders) {
		d.Places = append(d.Places, row.items...)
	}
	for row := range all[blockRow](rows, tableBlocks) {
		d.Blocks = append(d.Blocks, row)
	}
	return d
}

// rows returns the rows of an account.
func (s *Store) rows(a user.AccountID) *memdb.Txn {
	var r reader
	r.open(context.Background(), s, a, false)
	return r.rows
}

// Derived returns what the derived rows of an account hold, and what they hold when they are made
// anew from the users.
func (s *Store) Derived(a user.AccountID) (stored, rebuilt Derived) {
	rows := s.rows(a)
	w := newWriter(context.Background(), s, "no such account")
	for page := range all[userPage](rows, tableUsers) {
		for _, u := range page.users {
			if u != nil {
				w.users[u.ID] = pendingUser{now: u, keys: u.Keys(), rekeyed: true}
			}
		}
	}
	w.flush()
	return derivedOf(rows), derivedOf(w.rows)
}

// LeafSizes yields how many items each row of keys and of orders has.
func (s *Store) LeafSizes(a user.AccountID) iter.Seq[int] {
	rows := s.rows(a)
	return func(yield func(int) bool) {
		for row := range all[leafRow[claim]](rows, tableKeys) {
			if !yield(len(row.items)) {
				return
			}
		}
		for row := range all[leafRow[place]](rows, tableOrders) {
			if !yield(len(row.items)) {
				return
			}
		}
	}
}

// HistoryRows is how many rows the history of an account has.
func (s *Store) HistoryRows(a user.AccountID) (n int) {
	for range all[historyRow](s.rows(a), tableHistory) {
		n++
	}
	return n
}
