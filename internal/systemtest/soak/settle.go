package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// settlement is the result of checking an account after a round.
type settlement struct {
	kept, changes, happened, never int // promises that hold; changes; unknown outcomes by what they were
	lost                           []string
}

func (s *settlement) lose(format string, args ...any) {
	if len(s.lost) < 20 { // the first ones tell enough
		s.lost = append(s.lost, fmt.Sprintf(format, args...))
	}
}

// checkAccount compares the stored data of the account p with the results that its callers got,
// after the load has stopped. It first repeats the transfers whose outcome is unknown. Then it
// checks the changes, the users and the money. It returns the counts and the losses, with the
// accepted inputs of p among them. It returns an error if a transfer or reading fails.
func checkAccount(ctx context.Context, p *place, store storage.Storage) (settlement, error) {
	s := settlement{lost: p.accepted}
	if err := p.askAgain(ctx, &s); err != nil {
		return s, err
	}
	feed, err := readFeed(ctx, p.handle)
	if err != nil {
		return s, err
	}
	s.changes = len(feed)
	s.checkFeed(p, feed)
	if err := s.checkUsers(ctx, p, feed); err != nil {
		return s, err
	}
	return s, s.checkMoney(ctx, p, store)
}

// askAgain repeats the transfers with an unknown outcome under their keys, and updates their
// promises.
func (p *place) askAgain(ctx context.Context, s *settlement) error {
	for reason, given := range p.promises {
		if given.said != unsure || given.again == nil {
			continue
		}
		r, err := p.handle.Transfer(ctx, *given.again, roster.WithReason(reason))
		switch {
		case err == nil && r.Replayed:
			s.happened++
			given.said, given.revision = done, 0
		case err == nil:
			s.never++
			given.said, given.revision = done, r.Revision
		case byRule(err):
			s.never++
			given.said = refused
		default:
			return fmt.Errorf("a transfer of unknown outcome, asked again: %w", err)
		}
		p.promises[reason] = given
	}
	return nil
}

func readFeed(ctx context.Context, h roster.Handle) (feed []storage.Change, err error) {
	for after := (storage.ChangeID{}); ; after = feed[len(feed)-1].ID {
		page, err := h.Changes(ctx, storage.ChangeQuery{After: after, Limit: storage.MaxPage})
		if err != nil || len(page) == 0 {
			return feed, err
		}
		feed = append(feed, page...)
	}
}

// checkFeed compares feed, the changes of the account p, with the results that the callers of p
// got. The reason of a change names its call. It records a loss for a gap in the revisions, a
// change by an unknown or refused call, a second change by one call, an acknowledged call without a
// change, and a change whose revision or user is not the one in the call's result. It ignores the
// changes of the setup, and transfers that return the money of a deleted user.
func (s *settlement) checkFeed(p *place, feed []storage.Change) {
	found := map[string]bool{}
	revision := user.Revision(0)
	for i := range feed {
		c := &feed[i]
		if c.ID.Revision != revision && c.ID.Revision != revision+1 {
			s.lose("%s: after revision %d comes a change of revision %d", p.id, revision, c.ID.Revision)
		}
		revision = c.ID.Revision
		if c.Reason == "beginning" || returns(feed[i:]) {
			continue
		}
		given, known := p.promises[c.Reason]
		switch {
		case !known:
			s.lose("%s: nobody made revision %d, %q", p.id, revision, c.Reason)
		case found[c.Reason]:
			s.lose("%s: call %s happened again in revision %d", p.id, c.Reason, revision)
		case given.said == refused:
			s.lose("%s: call %s was refused and made revision %d", p.id, c.Reason, revision)
		case given.said == unsure:
			s.happened++
		case given.revision != 0 && given.revision != revision:
			s.lose("%s: call %s was told of revision %d and made revision %d", p.id, c.Reason, given.revision, revision)
		case given.user != nil && !tells(c, *given.user):
			s.lose("%s: call %s was told another user than its change of revision %d has", p.id, c.Reason, revision)
		}
		found[c.Reason] = true
	}
	for reason, given := range p.promises {
		switch {
		case given.said == done && found[reason]:
			s.kept++
		case given.said == done:
			s.lose("%s: call %s was acknowledged at revision %d, and nothing of it is there", p.id, reason, given.revision)
		case given.said == unsure && !found[reason]:
			s.never++
		}
	}
}

// tells reports whether the change c is the one that produced the user u: the id, the version and
// each value that c sets are those of u. It returns false if c has neither a created user nor a
// diff.
func tells(c *storage.Change, u user.User) bool {
	if c.UserID != u.ID || c.ID.Revision != u.Version || c.Created == nil && len(c.Diff) == 0 {
		return false
	}
	for _, d := range c.Diff {
		if d.After != d.Attribute.Value(u) {
			return false
		}
	}
	return c.Created == nil || c.Created.Equal(u)
}

// values returns the values of all attributes of a user except AttrUpdated, which no change
// contains.
func values(u user.User) map[user.Attribute]user.Value {
	m := make(map[user.Attribute]user.Value)
	for a := range user.AllAttributes().All() {
		m[a] = a.Value(u)
	}
	delete(m, user.AttrUpdated)
	return m
}

// returns reports whether the first change returns a user's money because of the deletion in the
// next change.
func returns(feed []storage.Change) bool {
	return len(feed) > 1 && feed[0].Type == storage.MoneyTransferred && feed[1].Type == storage.UserDeleted &&
		feed[0].ID.Revision == feed[1].ID.Revision
}

// checkUsers compares the stored users of the account p with feed, the account's changes. Each user
// must equal the result of all changes of the user, and each change must begin with the values that
// the change before it left. Live users must have different logins, and deleted users must have no
// reservation. checkUsers records each difference as a loss, and returns the errors of reading.
func (s *settlement) checkUsers(ctx context.Context, p *place, feed []storage.Change) error {
	last := map[user.ID]map[user.Attribute]user.Value{}
	for i := range feed {
		c := &feed[i]
		had, known := last[c.UserID]
		if c.Created != nil {
			if known {
				s.lose("%s: revision %d creates user %d again", p.id, c.ID.Revision, c.UserID)
			}
			last[c.UserID] = values(*c.Created)
		}
		for _, d := range c.Diff {
			if !known || had[d.Attribute] != d.Before {
				s.lose("%s: revision %d of user %d does not begin where the one before ended", p.id, c.ID.Revision, c.UserID)
				break
			}
			had[d.Attribute] = d.After
		}
	}
	logins := map[string]user.ID{}
	n := 0
	for u, err := range p.handle.All(ctx, roster.ListParams{Query: storage.Query{Deleted: storage.WithDeleted}}) {
		if err != nil {
			return err
		}
		n++
		if was, ok := last[u.ID]; !ok || !maps.Equal(was, values(u)) {
			s.lose("%s: user %d differs from the last change of the user", p.id, u.ID)
		}
		if u.Live() {
			if other, taken := logins[u.Identity.Login]; taken {
				s.lose("%s: users %d and %d have one login", p.id, other, u.ID)
			}
			logins[u.Identity.Login] = u.ID
		}
		if u.Capacity.Reserved(time.Now()) > 0 && !u.Live() {
			s.lose("%s: user %d is deleted and reserved", p.id, u.ID)
		}
	}
	if n != len(last) {
		s.lose("%s: %d users are there, %d were made", p.id, n, len(last))
	}
	return nil
}

// checkMoney adds up the postings, compares them with the balances, and checks that every
// acknowledged transfer exists once.
func (s *settlement) checkMoney(ctx context.Context, p *place, store storage.Storage) error {
	return store.View(ctx, p.id, func(ctx context.Context, r storage.Reader) error {
		has, times := map[balance.Holder]balance.Units{}, map[string]int{}
		for last := balance.TransferID(0); ; {
			page, err := r.Transfers(ctx, storage.TransferQuery{After: last, Limit: storage.MaxPage})
			if err != nil {
				return err
			}
			for i := range page {
				t := &page[i]
				last = t.ID
				times[t.Reason]++
				for _, line := range t.Postings {
					has[line.From] -= line.Amount
					has[line.To] += line.Amount
					if line.From != balance.World && has[line.From] != line.FromAfter || line.To != balance.World && has[line.To] != line.ToAfter {
						s.lose("%s: transfer %d says other balances than the postings before it", p.id, t.ID)
					}
				}
			}
			if len(page) == 0 {
				break
			}
		}
		for reason, given := range p.promises {
			if n := times[reason]; given.money && given.said == done && n != 1 || given.said == refused && n != 0 {
				s.lose("%s: the transfer of call %s is there %d times", p.id, reason, n)
			}
		}
		var holders []balance.Holder
		sum := has[balance.World]
		for h := range has {
			if h != balance.World {
				holders = append(holders, h)
			}
		}
		for some := range slices.Chunk(holders, storage.MaxPage) {
			list, err := r.Balances(ctx, some...)
			if err != nil {
				return err
			}
			for i, h := range some {
				if sum += list[i]; list[i] != has[h] || list[i] < 0 {
					s.lose("%s: %v has %d, the postings say %d", p.id, h, list[i], has[h])
				}
			}
		}
		if sum != 0 {
			s.lose("%s: the balances are %d more than what came in", p.id, sum)
		}
		return nil
	})
}
