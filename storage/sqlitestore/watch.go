package sqlitestore

import (
	"context"
	"time"

	"github.com/ca74b63c/roster/user"
)

// Wait implements storage.Waiter. It waits until the revision of account a is greater than the
// parameter after, and returns the revision. An account that does not exist has revision 0. Wait
// notices a commit of this Store at once. It notices one of another process, or of a transaction of
// the host, within the PollInterval.
//
// Errors: storage.ErrClosed, the context's, and the engine's.
func (s *Store) Wait(ctx context.Context, a user.AccountID, after user.Revision) (user.Revision, error) {
	end, err := s.gate.Enter(ctx)
	if err != nil {
		return 0, err
	}
	defer end()
	return s.waiters.Wait(ctx, s.gate.Closing(), a, after, func() (user.Revision, error) {
		c, err := s.readers.get(ctx)
		if err != nil {
			return 0, err
		}
		defer s.readers.put(c)
		v, ok, err := one(c, selectAccount, string(a))
		if err != nil || !ok {
			return 0, named(ctx, err)
		}
		return user.Revision(v.number(1)), nil
	}, s.listen)
}

// listen is the goroutine that notices commits of other connections while calls of Wait run. Once
// in each poll interval it wakes the calls if another connection has committed, or if reading the
// data version fails. It opens a connection of its own, because dataVersion counts per connection.
func (s *Store) listen() {
	tick := time.NewTicker(s.opt.poll)
	defer tick.Stop()
	var c *conn
	version := int64(-1)
	for !s.waiters.Idle(s.gate.IsClosing()) {
		var now int64
		var err error
		if c == nil {
			c, err = s.dialReader()
		}
		if err == nil {
			now, err = dataVersion(c)
		}
		if now != version || err != nil { // after an error the calls of Wait meet it, or read the revision
			s.waiters.Wake(s.waiters.Accounts()...)
		}
		if err != nil && c != nil {
			_ = c.close()
			c = nil
		}
		version = now
		select {
		case <-tick.C:
		case <-s.gate.Closing():
		}
	}
	if c != nil {
		_ = c.close()
	}
}

// dataVersion returns a number that changes when another connection commits to the file of c.
func dataVersion(c *conn) (int64, error) {
	v, _, err := one(c, "PRAGMA data_version")
	if err != nil {
		return 0, err
	}
	return v.number(0), nil
}
