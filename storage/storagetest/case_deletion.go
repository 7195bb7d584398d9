package storagetest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func deletionCases() []Case {
	return []Case{
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
		{"Deletion/Wait", "Wait returns as soon as the account is deleted", testDeletionWait},
	}
}

// deleteAccount calls DeleteAccount for account a and returns the account's revision after the
// deletion. It ends the test if DeleteAccount returns an error.
func (h *harness) deleteAccount(a user.AccountID) user.Revision {
	h.Helper()
	rev, err := h.s.DeleteAccount(h.ctx, a)
	h.ok(err, "DeleteAccount")
	return rev
}

// empty requires that an account has no data, and has the given counters.
func (h *harness) empty(a user.AccountID, want storage.Counters) {
	h.Helper()
	h.both(a, func(x tx) {
		for _, c := range lookups() {
			x.is(c.call(x.ctx, x.r), storage.ErrNotFound, c.name+" of a deleted account")
		}
		for _, c := range listings() {
			if c.name == "Changes" && want.Revision != 0 {
				continue // which are no longer kept
			}
			if n, err := c.call(x.ctx, x.r, 0); n != 0 || err != nil {
				x.Fatalf("%s of a deleted account: %d items and error %v", c.name, n, err)
			}
		}
		x.same(x.changes(storage.AfterRevision(want.Revision), 0), []storage.Change{}, "Changes of a deleted account")
		x.same(x.count(storage.Query{Deleted: storage.WithDeleted}), 0, "CountUsers of a deleted account")
		x.same(x.balances(balance.Account, 1, 2), make([]balance.Units, 3), "Balances of a deleted account")
		for id := range user.ID(4) {
			secret, err := x.r.Secret(x.ctx, id)
			x.ok(err, "Secret")
			x.same(secret, user.Secret{}, "Secret of a user of a deleted account")
		}
		x.same(x.r.Revision(), want.Revision, "Revision of a deleted account")
		x.same(x.counters(), want, "Counters of a deleted account")
	})
}

func testDeletionEverything(t testing.TB, open Open) {
	h := start(t, open)
	one, two := everything(1), everything(2)
	for _, a := range []user.AccountID{acme, "other"} {
		h.update(a, one.write)
		h.update(a, two.write)
	}
	var before storage.Counters
	h.view(acme, func(x tx) { before = x.counters() })
	h.same(h.deleteAccount(acme), before.Revision+1, "the revision")
	want := before
	want.Revision++
	want.Compacted = storage.AfterRevision(want.Revision)
	h.empty(acme, want)
	h.both("other", two.check)
}

func testDeletionAgain(t testing.TB, open Open) {
	h := start(t, open)
	first := everything(1)
	first.users[0].ConfigVersion = 1
	h.update(acme, first.write)
	var before storage.Counters
	h.view(acme, func(x tx) { before = x.counters() })
	h.update(acme, func(x tx) { x.next(storage.UserIDs) }) // that no row shows
	before.Given[storage.UserIDs]++
	h.deleteAccount(acme)
	h.both(acme, func(x tx) { x.same(x.r.ConfigRevision(), user.Revision(1), "ConfigRevision of a deleted account") })
	for _, s := range sequences() {
		h.update(acme, func(x tx) { x.same(x.next(s), before.Given[s]+1, fmt.Sprintf("NextID of sequence %d", s)) })
	}
	ledger := newLedger()
	ledger.last = first.balances.last
	fund := ledger.fund(7)
	fund.Key = "key 1"
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
		got, err := x.r.TransferByKey(x.ctx, "key 1")
		x.ok(err, "TransferByKey")
		x.same(got, fund, "TransferByKey")
		x.same(len(x.statement(balance.Account, storage.EntryID{}, 0)), 1, "the entries of the account")
		settings, err := x.r.Account(x.ctx)
		x.ok(err, "Account")
		x.same(settings, account, "Account")
		x.same(x.counters().Deleted(), false, "Deleted")
	})
	h.same(h.deleteAccount(acme), rev+1, "the revision after a second deletion")
}

func testDeletionChanges(t testing.TB, open Open) {
	h := start(t, open)
	for range 3 {
		h.update(acme, func(x tx) { x.record(change(1, "first")); x.record(change(1, "second")) })
	}
	deleted := h.deleteAccount(acme)
	h.update(acme, func(x tx) { x.record(change(1, "again")) })
	h.view(acme, func(x tx) {
		for _, after := range []storage.ChangeID{
			{}, {Revision: 1}, {Revision: deleted - 1, Index: 1}, storage.AfterRevision(deleted - 1), {Revision: deleted},
		} {
			_, err := x.r.Changes(x.ctx, storage.ChangeQuery{After: after})
			x.is(err, storage.ErrCompacted, fmt.Sprintf("Changes after %v", after))
		}
		x.same(changeIDs(x.changes(storage.AfterRevision(deleted), 0)), []storage.ChangeID{{Revision: deleted + 1}}, "the changes since")
		x.same(len(x.changes(storage.ChangeID{Revision: deleted + 1}, 0)), 0, "the number of changes after the last one")
	})
}

func testDeletionIdle(t testing.TB, open Open) {
	h := start(t, open)
	h.same(h.deleteAccount("never-written"), user.Revision(0), "the revision of an account that was never written to")
	h.view("never-written", func(x tx) { x.same(x.counters(), storage.Counters{}, "Counters") })
	h.put(acme, person(1, "one"))
	for range 2 {
		h.same(h.deleteAccount(acme), user.Revision(2), "the revision")
	}
	h.update(acme, func(x tx) { x.same(x.next(storage.UserIDs), int64(2), "NextID") }) // which is no revision
	h.same(h.deleteAccount(acme), user.Revision(2), "the revision")
	h.update(acme, func(x tx) { x.same(x.next(storage.UserIDs), int64(3), "NextID") })
}

func testDeletionListing(t testing.TB, open Open) {
	h := start(t, open)
	list := func(which storage.Deleted, after user.AccountID, limit int) []user.AccountID {
		h.Helper()
		ids, err := h.s.Accounts(h.ctx, which, after, limit)
		h.ok(err, "Accounts")
		return ids
	}
	check := func(live, deleted []user.AccountID) {
		h.Helper()
		all := slices.Concat(live, deleted)
		slices.Sort(all)
		h.same(list(storage.NotDeleted, "", 0), live, "Accounts")
		h.same(list(storage.OnlyDeleted, "", 0), deleted, "Accounts that are deleted")
		h.same(list(storage.WithDeleted, "", 0), all, "Accounts with those that are deleted")
		h.same(list(storage.WithDeleted, "b", 2), all[2:min(4, len(all))], "Accounts after b, at most 2")
		h.same(list(storage.NotDeleted, live[0], 1), live[1:2], "Accounts after the first one, at most 1")
	}
	for _, a := range []user.AccountID{"a", "b", "c", "d", "e"} {
		h.put(a, person(1, "one"))
	}
	h.deleteAccount("b")
	h.deleteAccount("d")
	h.deleteAccount("never-written")
	check([]user.AccountID{"a", "c", "e"}, []user.AccountID{"b", "d"})
	h.put("b", person(1, "one"))
	check([]user.AccountID{"a", "b", "c", "e"}, []user.AccountID{"d"})
	h.deleteAccount("b")
	check([]user.AccountID{"a", "c", "e"}, []user.AccountID{"b", "d"})
	_, err := h.s.Accounts(h.ctx, storage.OnlyDeleted+1, "", 0)
	h.is(err, storage.ErrInvalid, "Accounts that are deleted in no known way")
}

func testDeletionLoading(t testing.TB, open Open) {
	h := start(t, open)
	h.update(acme, func(x tx) {
		x.ok(x.w.Load(x.ctx, storage.Counters{}), "Load")
		x.putUser(person(4, "ann"))
	})
	h.same(h.deleteAccount(acme), user.Revision(0), "the revision of an account that was being loaded")
	given := storage.Counters{}
	given.Given[storage.UserIDs] = 4
	h.empty(acme, given)
	bob := person(4, "ann")
	bob.Names.First = "Bob"
	h.update(acme, func(x tx) {
		x.ok(x.w.Load(x.ctx, storage.Counters{Revision: 9}), "Load after a deletion")
		x.putUser(bob)
	})
	h.view(acme, func(x tx) { x.same(x.user(4), bob, "a user who was loaded after a deletion") })
	h.same(h.deleteAccount(acme), user.Revision(10), "the revision")
	var gone storage.Counters
	h.view(acme, func(x tx) { gone = x.counters() })
	for _, c := range []storage.Counters{{}, gone, {Revision: 20}} {
		_, err := h.load(acme, c)
		h.is(err, storage.ErrInvalid, "Load over a deleted account")
	}
	h.update("other", func(x tx) { x.ok(x.w.Load(x.ctx, gone), "Load of the counters of a deleted account") })
	h.empty("other", gone)
	list, err := h.s.Accounts(h.ctx, storage.OnlyDeleted, "", 0)
	h.ok(err, "Accounts")
	h.same(list, []user.AccountID{acme, "other"}, "Accounts that are deleted")
	h.same(h.deleteAccount("other"), user.Revision(10), "the revision of an account that was loaded as a deleted one")
}
