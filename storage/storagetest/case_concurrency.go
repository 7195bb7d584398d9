package storagetest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var concurrencyRules = []rule{
	{"Concurrency/NothingLost", "Updates of one account run one after another, each on the state that the one before left: " +
		"no write is lost and each has a revision of its own; Updates of many accounts at once stay in theirs", testNothingLost},
	{"Concurrency/Refused", "the error of fn is returned when what fn read is committed: who is refused for it can read it",
		testRefused},
	{"Concurrency/WholeCommits", "readers see a commit whole: never one row of it without the others", testWholeCommits},
}

// attempts runs f(0) to f(n-1) in n goroutines, waits for all of them, and returns their errors
// joined. All calls of f begin at the same time; otherwise the first one could end before the last
// one begins. f must not end the test, for example with Fatal.
func attempts(n int, f func(i int) error) error {
	errs := make([]error, n)
	var ready, group sync.WaitGroup
	ready.Add(n)
	for i := range n {
		group.Go(func() {
			ready.Done()
			ready.Wait()
			errs[i] = f(i)
		})
	}
	group.Wait()
	return errors.Join(errs...)
}

// letOthersIn lets other goroutines run, so that a missing lock shows.
func letOthersIn() {
	for range 10 {
		runtime.Gosched()
	}
}

// increments adds 1 to MaxChats of user 1 and records a change, in each of n Updates of account a.
// It calls the functions in note with the revision of each Update. It returns the first error.
func (h *harness) increments(a user.AccountID, n int, note ...func(user.Revision)) error {
	for range n {
		rev, err := h.attempt(a, func(x tx) error {
			u, err := x.r.User(x.ctx, 1)
			if err != nil {
				return err
			}
			u.Capacity.MaxChats++
			letOthersIn()
			if err := x.w.PutUser(x.ctx, u); err != nil {
				return err
			}
			return x.w.AppendChange(x.ctx, storage.Change{UserID: 1, At: moment(u.Capacity.MaxChats)})
		})
		if err != nil {
			return err
		}
		for _, f := range note {
			f(rev)
		}
	}
	return nil
}

// consecutive requires that revisions contains 2, 3, 4 and so on, without a gap. It sorts
// revisions.
func (h *harness) consecutive(revisions []user.Revision) {
	h.Helper()
	slices.Sort(revisions)
	for i, rev := range revisions {
		if rev != user.Revision(i+2) {
			h.Fatalf("the revisions of %d calls are not consecutive: %d stands where %d should", len(revisions), rev, i+2)
		}
	}
}

func testNothingLost(h *harness) {
	const workers, rounds = 8, 25
	accounts := []user.AccountID{acme, "second", "third"}
	for _, a := range accounts {
		h.put(a, person(1, "one"))
	}
	var mu sync.Mutex
	revisions := make(map[user.AccountID][]user.Revision)
	h.ok(attempts(workers, func(w int) error {
		for i := range rounds * len(accounts) {
			a := accounts[(w+i)%len(accounts)]
			err := h.increments(a, 1, func(rev user.Revision) {
				mu.Lock()
				defer mu.Unlock()
				revisions[a] = append(revisions[a], rev)
			})
			if err != nil {
				return err
			}
		}
		return nil
	}), "Update")
	for _, a := range accounts {
		h.consecutive(revisions[a])
		h.view(a, func(x tx) {
			x.same(x.user(1).Capacity.MaxChats, workers*rounds, "the sum of all increments")
			x.same(x.r.Revision(), user.Revision(workers*rounds+1), "Revision")
			for i, c := range x.changes() {
				x.same(c.At, moment(i+1), "the order of changes")
			}
		})
	}
}

// testRefused tests that a failing Update has read only committed data. Three goroutines run
// Updates that raise a number and commit. At the same time another goroutine runs Updates that read
// the number and return an error; see refuse. The test fails if the number that they read was not
// committed, or if a call returns an unexpected error.
func testRefused(h *harness) {
	const writers, rounds = 3, 25
	h.put(acme, person(1, "one"))
	var writing atomic.Int64
	writing.Store(writers)
	err := attempts(writers+1, func(i int) error {
		if i > 0 {
			defer writing.Add(-1)
			return h.increments(acme, rounds)
		}
		for writing.Load() > 0 {
			if err := h.refuse(acme, 1); err != nil {
				return err
			}
			letOthersIn()
		}
		return nil
	})
	h.ok(err, "Update and View")
}

// refuse checks that an Update whose function returns an error has read only committed data. The
// function reads MaxChats of user id. Then refuse reads MaxChats again, in a View. It returns an
// error if the second number is less than the first: MaxChats only rises, so the first number was
// not committed.
//
// refuse also returns an error if a read fails, or if Update does not return the function's error.
func (h *harness) refuse(a user.AccountID, id user.ID) error {
	errRefused := errors.New("refused")
	var told int
	_, err := h.attempt(a, func(x tx) error {
		u, err := x.r.User(x.ctx, id)
		if err != nil {
			return err
		}
		told = u.Capacity.MaxChats
		return errRefused
	})
	if !errors.Is(err, errRefused) {
		return fmt.Errorf("the error of fn came back as %v", err)
	}
	return h.s.View(h.ctx, a, func(ctx context.Context, r storage.Reader) error {
		u, err := r.User(ctx, id)
		if err == nil && u.Capacity.MaxChats < told {
			err = fmt.Errorf("refused because of number %d, and the number is %d", told, u.Capacity.MaxChats)
		}
		return err
	})
}

func testWholeCommits(h *harness) {
	const commits = 60
	l := newLedger()
	fund := l.fund(1_000_000)
	h.put(acme, people(1, 6)...)
	h.update(acme, func(x tx) { x.post(fund) })
	done := make(chan struct{})
	var writer error
	go func() {
		defer close(done)
		for i := 1; i <= commits && writer == nil; i++ {
			pay := l.pay(1, 1, 2)
			_, writer = h.attempt(acme, func(x tx) error {
				for id := user.ID(1); id <= 6; id++ {
					u := person(id, fmt.Sprintf("name%d", id))
					u.Capacity.MaxChats = i
					u.Capacity.Skills = user.IDSetOf(user.SkillID(i))
					if err := x.w.PutUser(x.ctx, u); err != nil {
						return err
					}
				}
				return x.w.PostTransfer(x.ctx, pay)
			})
		}
	}()
	err := attempts(3, func(int) error {
		for ended := false; !ended; {
			select {
			case <-done:
				ended = true
			default:
			}
			if err := h.s.View(h.ctx, acme, wholeCommit); err != nil {
				return err
			}
		}
		return nil
	})
	h.ok(err, "View beside Updates")
	h.ok(writer, "Update beside Views")
}

// wholeCommit checks that reader r shows whole commits only, in the account that testWholeCommits
// writes. The n-th of these commits sets MaxChats and the skill of six users to n, and pays one
// unit from the account to each of the users 1 and 2. wholeCommit reads the balances, the revision
// and the users, and counts the users with the skill. It returns an error if these belong to
// different commits, or if a read fails.
func wholeCommit(ctx context.Context, r storage.Reader) error {
	units, err := r.Balances(ctx, 1, 2, balance.Account)
	if err != nil {
		return err
	}
	n := int(units[0])
	if int(r.Revision()) != n+2 || units[0] != units[1] || int(units[2]) != 1_000_000-2*n {
		return fmt.Errorf("at revision %d the balances are %v", r.Revision(), units)
	}
	letOthersIn()
	users, err := r.Users(ctx, storage.Query{})
	if err != nil {
		return err
	}
	for _, u := range users {
		if u.Capacity.MaxChats != n {
			return fmt.Errorf("user %d is of commit %d, the balances are of %d", u.ID, u.Capacity.MaxChats, n)
		}
	}
	if n == 0 {
		return nil
	}
	count, err := r.CountUsers(ctx, storage.Query{Skill: user.SkillID(n)})
	if err == nil && count != 6 {
		err = fmt.Errorf("%d users of 6 are found by what commit %d wrote", count, n)
	}
	return err
}
