package storagetest

import (
	"fmt"
	"slices"
	"sync"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var deletionRules = []rule{
	{"Deletion/Everything", "DeleteAccount removes everything that the account has but its counters, nothing of another one, " +
		"and returns a revision that is one more than before", testDeletionEverything},
	{"Deletion/Again", "an account that was deleted goes on counting: no revision and no id comes twice, and every name and " +
		"key is free", testDeletionAgain},
	{"Deletion/Changes", "Changes after a place in the history of a deleted account is ErrCompacted; after its revision it lists " +
		"what came since", testDeletionChanges},
	{"Deletion/Idle", "DeleteAccount changes nothing in an account that is deleted, or that was never written to", testDeletionIdle},
	{"Deletion/Listing", "Accounts lists deleted accounts if they are wanted, until a commit raises their revision",
		testDeletionListing},
	{"Deletion/Loading", "DeleteAccount removes what an unfinished Load left, at revision 0; counters of a deleted account " +
		"make a deleted one elsewhere; Load over a deleted account is ErrInvalid", testDeletionLoading},
	{"Deletion/Turn", "DeleteAccount runs in turn with Updates: one that comes before is deleted with the rest, one that comes " +
		"after finds an empty account, and each has a revision of its own", testDeletionTurn},
}

// deleted ends the test unless account a has no data and has the counters want.
func (h *harness) deleted(a user.AccountID, want storage.Counters) {
	h.Helper()
	h.both(a, func(x tx) {
		x.empty("a deleted account")
		x.same(x.r.Revision(), want.Revision, "Revision of a deleted account")
		x.same(x.counters(), want, "Counters of a deleted account")
	})
}

// count returns the counters of account a: the revision, the last removed change, and the greatest
// id of each sequence. It ends the test if they cannot be read.
func (h *harness) count(a user.AccountID) (c storage.Counters) {
	h.Helper()
	h.view(a, func(x tx) { c = x.counters() })
	return c
}

func testDeletionEverything(h *harness) {
	one, two := everything(1), everything(2)
	for _, a := range []user.AccountID{acme, "other"} {
		h.update(a, one.write)
		h.update(a, two.write)
	}
	want := h.count(acme)
	want.Revision++
	want.Compacted = storage.AfterRevision(want.Revision)
	h.same(h.deleteAccount(acme), want.Revision, "the revision")
	h.deleted(acme, want)
	h.both("other", two.check)
}

func testDeletionAgain(h *harness) {
	first := everything(1)
	first.users[0].ConfigVersion = 1
	h.update(acme, first.write)
	h.update(acme, func(x tx) { x.next(storage.UserIDs) }) // that no row shows
	before := h.count(acme)
	h.deleteAccount(acme)
	h.both(acme, func(x tx) { x.same(x.r.ConfigRevision(), user.Revision(1), "ConfigRevision of a deleted account") })
	for _, s := range sequences() {
		h.update(acme, func(x tx) { x.same(x.next(s), before.Given[s]+1, fmt.Sprintf("NextID of sequence %d", s)) })
	}
	l := newLedger()
	l.last = first.balances.last
	fund := l.fund(7)
	fund.Key = "key 1"
	l.instead(fund)
	account := user.Account{ID: acme, Currency: "EUR"}
	rev := h.update(acme, func(x tx) {
		x.same(x.w.Next(), before.Revision+2, "Next after a deletion")
		x.putUser(first.users[1])
		x.putReference(first.ref)
		x.post(fund)
		x.record(change(2, "again"))
		x.ok(x.w.PutAccount(x.ctx, account), "PutAccount")
	})
	h.same(rev, before.Revision+2, "the revision after a deletion and an Update")
	h.both(acme, func(x tx) {
		x.same(x.users(storage.Query{}), first.users[1:2], "Users")
		x.same(x.byKey(keyOf(first.users[1], user.KeyLogin)), first.users[1], "UserByKey")
		x.same(x.users(storage.Query{Text: first.users[1].Identity.Login}), first.users[1:2], "Users with a text")
		x.same(x.balances(balance.Account, 1, 2), []balance.Units{7, 0, 0}, "Balances")
		x.gives(fund, "TransferByKey")(x.r.TransferByKey(x.ctx, "key 1"))
		x.checkStatements(l, balance.Account, 1)
		x.gives(account, "Account")(x.r.Account(x.ctx))
		x.same(x.counters().Deleted(), false, "Deleted")
	})
	h.same(h.deleteAccount(acme), rev+1, "the revision after a second deletion")
}

func testDeletionChanges(h *harness) {
	for range 3 {
		h.update(acme, func(x tx) { x.record(change(1, "first"), change(1, "second")) })
	}
	deleted := h.deleteAccount(acme)
	h.update(acme, func(x tx) { x.record(change(1, "again")) })
	h.view(acme, func(x tx) {
		for _, after := range []storage.ChangeID{
			{}, {Revision: 1}, {Revision: deleted - 1, Index: 1}, storage.AfterRevision(deleted - 1), {Revision: deleted},
		} {
			x.fails(storage.ErrCompacted, fmt.Sprintf("Changes after %v", after))(x.r.Changes(x.ctx, storage.ChangeQuery{After: after}))
		}
		since := x.changesOf(storage.ChangeQuery{After: storage.AfterRevision(deleted)})
		x.same(changeIDs(since), []storage.ChangeID{{Revision: deleted + 1}}, "the changes since")
		x.same(x.changesOf(storage.ChangeQuery{After: since[0].ID}), []storage.Change{}, "the changes after the last one")
	})
}

func testDeletionIdle(h *harness) {
	h.same(h.deleteAccount("never-written"), user.Revision(0), "the revision of an account that was never written to")
	h.same(h.count("never-written"), storage.Counters{}, "Counters")
	h.put(acme, person(1, "one"))
	for _, id := range []int64{2, 3} {
		for range 2 {
			h.same(h.deleteAccount(acme), user.Revision(2), "the revision")
		}
		h.update(acme, func(x tx) { x.same(x.next(storage.UserIDs), id, "NextID") }) // which is no revision
	}
}

func testDeletionListing(h *harness) {
	check := func(live, deleted []user.AccountID) {
		h.Helper()
		all := slices.Concat(live, deleted)
		slices.Sort(all)
		h.same(h.accounts(storage.NotDeleted, "", 0), live, "Accounts")
		h.same(h.accounts(storage.OnlyDeleted, "", 0), deleted, "Accounts that are deleted")
		h.same(h.accounts(storage.WithDeleted, "", 0), all, "Accounts with those that are deleted")
		h.same(h.accounts(storage.WithDeleted, "b", 2), all[2:min(4, len(all))], "Accounts after b, at most 2")
		h.same(h.accounts(storage.NotDeleted, live[0], 1), live[1:2], "Accounts after the first one, at most 1")
	}
	for _, a := range []user.AccountID{"a", "b", "c", "d", "e"} {
		h.put(a, person(1, "one"))
	}
	for _, a := range []user.AccountID{"b", "d", "never-written"} {
		h.deleteAccount(a)
	}
	check([]user.AccountID{"a", "c", "e"}, []user.AccountID{"b", "d"})
	h.put("b", person(1, "one"))
	check([]user.AccountID{"a", "b", "c", "e"}, []user.AccountID{"d"})
	h.deleteAccount("b")
	check([]user.AccountID{"a", "c", "e"}, []user.AccountID{"b", "d"})
	h.fails(storage.ErrInvalid, "Accounts that are deleted in no known way")(h.s.Accounts(h.ctx, storage.OnlyDeleted+1, "", 0))
}

func testDeletionLoading(h *harness) {
	ann, bob := person(4, "ann"), person(4, "ann")
	bob.Names.First = "Bob"
	h.update(acme, func(x tx) { x.load(storage.Counters{}); x.putUser(ann) })
	h.same(h.deleteAccount(acme), user.Revision(0), "the revision of an account that was being loaded")
	given := storage.Counters{}
	given.Given[storage.UserIDs] = 4
	h.deleted(acme, given)
	h.update(acme, func(x tx) { x.load(storage.Counters{Revision: 9}); x.putUser(bob) })
	h.view(acme, func(x tx) { x.same(x.user(4), bob, "a user who was loaded after a deletion") })
	h.same(h.deleteAccount(acme), user.Revision(10), "the revision")
	gone := h.count(acme)
	for _, c := range []storage.Counters{{}, gone, {Revision: 20}} {
		h.refused(storage.ErrInvalid, "Load over a deleted account", func(x tx) error { return x.w.Load(x.ctx, c) })
	}
	h.update("other", func(x tx) { x.load(gone) })
	h.deleted("other", gone)
	h.same(h.accounts(storage.OnlyDeleted, "", 0), []user.AccountID{acme, "other"}, "Accounts that are deleted")
	h.same(h.deleteAccount("other"), user.Revision(10), "the revision of an account that was loaded as a deleted one")
}

// testDeletionTurn calls DeleteAccount while the function of an Update that puts user 2 runs. Both
// must return, and one must come after the other: if the deletion is first, the Update finds no
// users and user 2 stays; if the Update is first, no user stays.
func testDeletionTurn(h *harness) {
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
			waitBriefly(done)
		})
		return x.w.PutUser(x.ctx, person(2, "two")) // which can fail if fn is to run again
	})
	h.ok(err, "Update")
	if !h.closedInTime(done) {
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
