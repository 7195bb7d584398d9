package memstore

import "github.com/ca74b63c/roster/user"

// Passing is how many accounts are known that nothing is kept of.
func (s *Store) Passing() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.passing)
}

// Claims is how many claims the index of keys of an account has.
func (s *Store) Claims(a user.AccountID) int { return s.find(a).now.Load().keys.claims }
