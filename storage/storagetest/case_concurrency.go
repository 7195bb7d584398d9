package storagetest

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var concurrencyRules = []rule{
	{"Concurrency/NothingLost", "Updates of one account run one after another, each on the state that the one before left: " +
		"no write is lost, each has a revision of its own, and ConfigRevision counts them; Updates of many accounts at once stay in " +
		"theirs", testNothingLost},
	{"Concurrency/Refused", "the error of fn is returned when what fn read is committed: who is refused for it can read it",
		testRefused},
	{"Concurrency/WholeCommits", "readers see a commit whole: never one row of it without the others", testWholeCommits},
}

// attempts runs f(0) to f(n-1) at the same time, in n goroutines. It returns the joined errors when
// all have ended. f must not end the test, for example with Fatal.
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
// Two of three Updates also raise the user's ConfigVersion. After each Update the functions in note
// get its revision. increments returns the first error.
func (h *harness) increments(a user.AccountID, n int, note ...func(user.Revision)) error {
	for range n {
		rev, err := h.attempt(a, func(x tx) error {
			u, err := x.r.User(x.ctx, 1)
			if err != nil {
				return err
			}
			if now := x.r.ConfigRevision(); now != u.ConfigVersion {
				return fmt.Errorf("ConfigRevision is %d, and the only user has %d", now, u.ConfigVersion)
			}
			if u.Capacity.MaxChats++; u.Capacity.MaxChats%3 > 0 {
				u.ConfigVersion = x.w.Next()
			}
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

// consecutive ends the test unless revisions are the numbers 2, 3, 4 and so on, each once, in any
// order. It sorts revisions.
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

// during runs f in a goroutine, and calls check again and again until f has returned, and once
// afterwards. It ends the test if f returns an error.
func (h *harness) during(f func() error, check func()) {
	h.Helper()
	done := make(chan error, 1)
	go func() { done <- f() }()
	for running := true; running; check() {
		select {
		case err := <-done:
			h.ok(err, "Update")
			running = false
		default:
			letOthersIn()
		}
	}
}

// testRefused raises a number in several Updates at once. Other Updates read the number and fail.
// Each of these must have read a committed number: a View afterwards must not read a smaller one.
func testRefused(h *harness) {
	h.put(acme, person(1, "one"))
	h.during(func() error {
		return attempts(3, func(int) error { return h.increments(acme, 25) })
	}, func() {
		var read int
		h.refused(errStop, "Update that is rolled back", func(x tx) error {
			u, err := x.r.User(x.ctx, 1)
			if err != nil {
				return err // the storage may run the function again
			}
			read = u.Capacity.MaxChats
			return errStop
		})
		h.view(acme, func(x tx) {
			if now := x.user(1).Capacity.MaxChats; now < read {
				x.Fatalf("an Update failed because of number %d, and the number is %d", read, now)
			}
		})
	})
}

// testWholeCommits commits 60 times while Views read. The n-th commit sets MaxChats and the skill
// of six users to n, and pays one unit to two of them. All that a View reads must be of one commit.
func testWholeCommits(h *harness) {
	l := newLedger()
	fund := l.fund(1_000_000)
	h.put(acme, people(1, 6)...)
	h.update(acme, func(x tx) { x.post(fund) })
	h.during(func() (err error) {
		for i := 1; i <= 60 && err == nil; i++ {
			pay := l.pay(1, 1, 2)
			_, err = h.attempt(acme, func(x tx) error {
				for _, u := range people(1, 6) {
					u.Capacity.MaxChats, u.Capacity.Skills = i, user.IDSetOf(user.SkillID(i))
					if err := x.w.PutUser(x.ctx, u); err != nil {
						return err
					}
				}
				return x.w.PostTransfer(x.ctx, pay)
			})
		}
		return err
	}, func() {
		h.view(acme, func(x tx) {
			units := x.balances(1, 2, balance.Account)
			n := int(units[0])
			x.same(units, []balance.Units{units[0], units[0], 1_000_000 - 2*units[0]}, "Balances of one commit")
			x.same(x.r.Revision(), user.Revision(n+2), "Revision of the same commit")
			letOthersIn()
			for _, u := range x.users(storage.Query{}) {
				x.same(u.Capacity.MaxChats, n, "a user of the same commit")
			}
			x.same(x.count(storage.Query{Skill: user.SkillID(n)}), 6, "CountUsers of the same commit") // 0: all
		})
	})
}
