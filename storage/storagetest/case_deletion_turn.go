package storagetest

import (
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func testDeletionTurn(t testing.TB, open Open) {
	testDeletionMeetsUpdate(t, open)
	testDeletionMeetsMany(t, open)
}

// testDeletionMeetsUpdate is the test of a case. It calls DeleteAccount while the function of an
// Update runs. The test accepts two results: the Update found the account empty, and its user
// stays; or the deletion came last, and the account is empty. It fails for every other result, for
// an error, and if DeleteAccount does not return within the patience.
func testDeletionMeetsUpdate(t testing.TB, open Open) {
	h := start(t, open)
	h.put(acme, person(1, "one"))
	var deleted user.Revision
	var failed error
	done := make(chan struct{})
	var once sync.Once
	found := 0
	updated, err := h.attempt(acme, func(x tx) error {
		found = x.count(storage.Query{})
		once.Do(func() {
			go func() {
				defer close(done)
				deleted, failed = h.s.DeleteAccount(h.ctx, acme)
			}()
			brief(done)
		})
		return x.w.PutUser(x.ctx, person(2, "two")) // which can fail if fn is to run again
	})
	h.ok(err, "Update")
	if !h.closes(done) {
		h.Fatalf("DeleteAccount did not return within %v", h.patience)
	}
	h.ok(failed, "DeleteAccount")
	h.view(acme, func(x tx) {
		switch {
		case deleted == 2 && updated == 3:
			x.same(found, 0, "the users that an Update after the deletion finds")
			x.same(x.ids(storage.Query{}), []user.ID{2}, "the users after an Update after the deletion")
		case deleted == 3 && updated == 2:
			x.same(x.count(storage.Query{}), 0, "the number of users after the deletion")
		default:
			x.Fatalf("the Update made revision %d, and the deletion revision %d", updated, deleted)
		}
	})
}

// testDeletionMeetsMany is the test of a case. It deletes an account several times, while
// goroutines run Updates that increment a number in the account. After a last deletion it
// increments the number three times. The test fails if
//
//   - a call returns an error;
//   - the revisions that the calls returned are not consecutive;
//   - the number at the end is not 3;
//   - the changes after the last deletion are in the wrong order.
func testDeletionMeetsMany(t testing.TB, open Open) {
	h := start(t, open)
	const workers, rounds, deletions = 4, 25, 8
	h.put(acme, person(1, "one"))
	var mu sync.Mutex
	var revisions []user.Revision
	var last user.Revision // the revision of the last deletion
	note := func(rev user.Revision, deletion bool) {
		mu.Lock()
		defer mu.Unlock()
		if deletion && rev == last {
			return // it found the account deleted
		}
		revisions = append(revisions, rev)
		if deletion {
			last = rev
		}
	}
	increment := func() error {
		rev, err := h.attempt(acme, func(x tx) error {
			list, err := x.r.Users(x.ctx, storage.Query{})
			if err != nil {
				return err
			}
			u := person(1, "one")
			u.Capacity.MaxChats = 0
			if len(list) > 0 {
				u = list[0]
			}
			u.Capacity.MaxChats++
			letOthersIn()
			if err := x.w.PutUser(x.ctx, u); err != nil {
				return err
			}
			return x.w.AppendChange(x.ctx, storage.Change{UserID: 1, At: moment(u.Capacity.MaxChats)})
		})
		note(rev, false)
		return err
	}
	err := attempts(workers+1, func(i int) error {
		if i > 0 {
			for range rounds {
				if err := increment(); err != nil {
					return err
				}
			}
			return nil
		}
		for range deletions {
			rev, err := h.s.DeleteAccount(h.ctx, acme)
			if err != nil {
				return err
			}
			note(rev, true)
			mu.Lock()
			seen := len(revisions)
			mu.Unlock()
			for n := seen; n == seen && n < workers*rounds; runtime.Gosched() { // so that no deletion follows another one
				mu.Lock()
				n = len(revisions)
				mu.Unlock()
			}
		}
		return nil
	})
	h.ok(err, "Update and DeleteAccount")
	note(h.deleteAccount(acme), true)
	for range 3 {
		h.ok(increment(), "Update after a deletion")
	}
	slices.Sort(revisions)
	for i, rev := range revisions {
		if rev != user.Revision(i+2) {
			h.Fatalf("the revisions are not consecutive: %d stands where %d should", rev, i+2)
		}
	}
	h.view(acme, func(x tx) {
		x.same(x.r.Revision(), last+3, "Revision")
		x.same(x.user(1).Capacity.MaxChats, 3, "the number of increments since the last deletion")
		for i, c := range x.changes(storage.AfterRevision(last), 0) {
			x.same(c.At, moment(i+1), "the order of changes")
		}
	})
}

func testDeletionWait(t testing.TB, open Open) {
	h := start(t, open)
	w, ok := h.waiter()
	if !ok {
		return
	}
	h.put(acme, person(1, "one"))
	result := waiting(h.ctx, w, acme, 1)
	time.Sleep(20 * time.Millisecond) // so that it has begun to wait; correct storages pass without
	h.deleteAccount("other")
	h.deleteAccount(acme)
	got := h.returns(result, "a deletion")
	h.ok(got.err, "Wait")
	h.same(got.rev, user.Revision(2), "the revision")
	result = waiting(h.ctx, w, acme, 2)
	h.deleteAccount(acme)
	h.put(acme, person(1, "one"))
	h.same(h.returns(result, "a commit after a deletion").rev, user.Revision(3), "the revision")
}
