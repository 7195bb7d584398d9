package storagetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func historyCases() []Case {
	return []Case{
		{"History/Query", "Changes returns exactly the changes that q.Match holds for, in the order of q, behind q.After",
			testHistoryQuery},
		{"History/Invalid", "Changes and Transfers are ErrInvalid for a query that its Check refuses", testHistoryInvalid},
		{"History/Compacted", "CompactChanges forgets the changes up to one, for good; all others keep their ids, and a query " +
			"that reads on from a place before is a *CompactedError that says which are gone", testHistoryCompacted},
		{"History/CompactedAgain", "CompactChanges is ErrInvalid for a change that is not there yet; for one that is no longer " +
			"kept it does nothing, and the revision stays", testHistoryCompactedAgain},
		{"History/Transfers", "Transfers returns exactly the transfers that q.Match holds for, each once, in the order of q, " +
			"behind q.After", testHistoryTransfers},
	}
}

// matching returns the changes that the storage must return for query q. It selects from the list
// all, which must be sorted by ascending id, the changes that match q and are behind q.After. The
// result is in the order of q. It has at most q.Limit changes (0 means storage.MaxPage) and at most
// storage.MaxPage. If nothing matches, matching returns nil.
func matching(all []storage.Change, q storage.ChangeQuery) []storage.Change {
	var list []storage.Change
	for i := range all {
		if q.Newest {
			i = len(all) - 1 - i
		}
		if c := all[i]; q.Beyond(c.ID) && q.Match(c) && (q.Limit == 0 || len(list) < q.Limit) && len(list) < storage.MaxPage {
			list = append(list, c)
		}
	}
	return list
}

// recordMany records n changes in one Update of the account acme, and returns the changes with the
// ids that they must have. r selects the type, the user and the actor of each change from a few
// values. A few changes have a rare user, actor and type. recordMany ends the test after an error.
func (h *harness) recordMany(r *rand.Rand, n int) []storage.Change {
	h.Helper()
	types := []storage.ChangeType{storage.UserUpdated, storage.StatusChanged, storage.MoneyTransferred, "a type of the host", ""}
	list := make([]storage.Change, n)
	rev := h.update(acme, func(x tx) {
		for i := range list {
			list[i] = storage.Change{
				At: moment(i), Type: types[r.IntN(len(types))], UserID: user.ID(r.IntN(5)), Actor: user.ID(r.IntN(4)),
			}
			if r.IntN(50) == 0 {
				list[i].UserID, list[i].Actor, list[i].Type = 777, 888, storage.UserErased
			}
			x.record(list[i])
		}
	})
	for i := range list {
		list[i].ID = storage.ChangeID{Revision: rev, Index: i}
	}
	return list
}

// changeQueries returns queries for changes: without a filter, with each filter alone, and with
// filters combined. Some match no change. Each query is in the list twice, from the oldest change
// on and from the newest one on.
func changeQueries() []storage.ChangeQuery {
	var list []storage.ChangeQuery
	for _, q := range []storage.ChangeQuery{
		{}, {UserID: 1}, {UserID: 777}, {UserID: 99}, {UserID: -1}, {Actor: 2}, {Actor: 888}, {UserID: 1, Actor: 1},
		{UserID: 3, Actor: 1}, {Types: []storage.ChangeType{storage.StatusChanged}}, {Types: []storage.ChangeType{}},
		{Types: []storage.ChangeType{storage.UserErased, storage.UserUpdated, storage.UserErased}},
		{Types: []storage.ChangeType{"", "no type"}},
		{UserID: 2, Types: []storage.ChangeType{storage.UserUpdated, storage.MoneyTransferred}},
		{Actor: 3, Types: []storage.ChangeType{storage.UserUpdated}},
		{UserID: 2, Actor: 2, Types: []storage.ChangeType{storage.UserUpdated}},
	} {
		newest := q
		newest.Newest = true
		list = append(list, q, newest)
	}
	return list
}

// checkHistory checks the result of each query from several positions, and of all its pages. all
// are the changes behind compacted, the last compacted change.
func (x tx) checkHistory(r *rand.Rand, compacted storage.ChangeID, all []storage.Change) {
	x.Helper()
	for _, q := range changeQueries() {
		check := func(q storage.ChangeQuery) []storage.Change {
			x.Helper()
			got, err := x.r.Changes(x.ctx, q)
			what := fmt.Sprintf("Changes of %+v", q)
			x.ok(err, what)
			x.same(changeIDs(got), changeIDs(matching(all, q)), what)
			return got
		}
		if !q.Newest {
			q.After = compacted
		}
		check(q)
		q.Limit = 1 + r.IntN(7)
		for range 2 {
			q.After = all[r.IntN(len(all))].ID
			check(q)
		}
		q.After = storage.AfterRevision(all[len(all)/2].ID.Revision)
		check(q)
		q.After, q.Limit = storage.ChangeID{}, 100+r.IntN(200)
		if !q.Newest {
			q.After = compacted
		}
		for pages := 0; ; pages++ {
			got := check(q)
			if len(got) == 0 {
				break
			}
			if pages > len(all) {
				x.Fatalf("the pages of %+v do not end", q)
			}
			q.After = got[len(got)-1].ID
		}
	}
}

func testHistoryQuery(t testing.TB, open Open) {
	h := start(t, open)
	r := random(20)
	var all []storage.Change
	for _, n := range []int{7, 30, 1100, 1, 90, 1000, 3} {
		all = append(all, h.recordMany(r, n)...)
	}
	h.both(acme, func(x tx) { x.checkHistory(r, storage.ChangeID{}, all) })
	h.update(acme, func(x tx) { // the transaction's own changes are found too
		own := storage.Change{ID: storage.ChangeID{Revision: x.w.Next()}, Type: storage.UserErased, UserID: 777, Actor: 2, At: moment(1)}
		x.record(own)
		x.checkHistory(r, storage.ChangeID{}, append(slices.Clone(all), own))
	})
}

func testHistoryInvalid(t testing.TB, open Open) {
	h := start(t, open)
	h.recordMany(random(21), 3)
	for _, q := range []storage.ChangeQuery{
		{Types: make([]storage.ChangeType, storage.MaxChangeTypes+1)}, {Newest: true, Limit: -1},
		{UserID: 1, Limit: storage.MaxPage + 1},
	} {
		h.view(acme, func(x tx) {
			_, err := x.r.Changes(x.ctx, q)
			x.is(err, storage.ErrInvalid, "Changes of a query that is refused")
		})
	}
	for _, q := range []storage.TransferQuery{{UserID: -1}, {Newest: true, Limit: -1}, {UserID: 1, Limit: storage.MaxPage + 1}} {
		h.view(acme, func(x tx) {
			_, err := x.r.Transfers(x.ctx, q)
			x.is(err, storage.ErrInvalid, fmt.Sprintf("Transfers of %+v", q))
		})
	}
}

func testHistoryCompacted(t testing.TB, open Open) {
	h := start(t, open)
	r := random(22)
	var all []storage.Change
	for _, n := range []int{20, 1200, 30, 400} {
		all = append(all, h.recordMany(r, n)...)
	}
	for _, last := range []storage.ChangeID{
		all[4].ID, storage.AfterRevision(1), all[700].ID, all[1249].ID, {Revision: 4, Index: 5},
	} {
		_, err := h.attempt(acme, func(x tx) error {
			x.ok(x.w.CompactChanges(x.ctx, last), "CompactChanges")
			return errStop
		})
		h.is(err, errStop, "Update")
		h.view(acme, func(x tx) {
			x.same(len(x.newest(storage.MaxPage)), min(len(all), storage.MaxPage), "changes after a compaction that was rolled back")
		})
		kept := slices.DeleteFunc(slices.Clone(all), func(c storage.Change) bool { return !last.Less(c.ID) })
		check := func(x tx) {
			x.Helper()
			x.same(x.counters().Compacted, last, "Counters.Compacted")
			x.same(changeIDs(x.changes(last, 0)), changeIDs(kept[:min(len(kept), storage.MaxPage)]), "Changes behind those that are gone")
			x.same(len(x.newest(storage.MaxPage)), min(len(kept), storage.MaxPage), "the newest changes")
			if len(kept) > 0 {
				x.checkHistory(r, last, kept)
			}
		}
		h.update(acme, func(x tx) {
			x.ok(x.w.CompactChanges(x.ctx, last), "CompactChanges")
			check(x)
		})
		h.both(acme, check)
		h.view(acme, func(x tx) { x.gone(storage.ChangeID{Revision: 1}, last) })
		all = kept
		more := h.recordMany(r, 3)
		all = append(all, more...)
		h.view(acme, func(x tx) {
			x.same(changeIDs(x.newest(3)), changeIDs(matching(all, storage.ChangeQuery{Newest: true, Limit: 3})), "changes after")
		})
	}
	h.view("other", func(x tx) { x.same(x.counters(), storage.Counters{}, "the counters of another account") })
}

// gone requires that every query from a position before the last compacted change returns
// *CompactedError.
func (x tx) gone(first, last storage.ChangeID) {
	x.Helper()
	for _, q := range []storage.ChangeQuery{
		{}, {UserID: 777}, {After: first}, {Newest: true, After: first, UserID: 1}, {After: storage.ChangeID{Index: -1}},
	} {
		_, err := x.r.Changes(x.ctx, q)
		x.is(err, storage.ErrCompacted, fmt.Sprintf("Changes of %+v", q))
		var gone *storage.CompactedError
		if !errors.As(err, &gone) || gone.Last != last {
			x.Fatalf("Changes of %+v: %v, want a *CompactedError of %v", q, err, last)
		}
	}
}

// newest reads the newest changes of the account, the newest one first, at most limit (0 means
// storage.MaxPage). It ends the test after an error.
func (x tx) newest(limit int) []storage.Change {
	x.Helper()
	list, err := x.r.Changes(x.ctx, storage.ChangeQuery{Newest: true, Limit: limit})
	x.ok(err, "Changes")
	return list
}

func testHistoryCompactedAgain(t testing.TB, open Open) {
	h := start(t, open)
	r := random(23)
	all := slices.Concat(h.recordMany(r, 4), h.recordMany(r, 4))
	for _, last := range []storage.ChangeID{{Revision: 3}, {Revision: 9}, {Revision: 1, Index: -1}, {Index: 1}} {
		_, err := h.attempt(acme, func(x tx) error { return x.w.CompactChanges(x.ctx, last) })
		h.is(err, storage.ErrInvalid, fmt.Sprintf("CompactChanges to %+v", last))
	}
	h.same(h.update(acme, func(x tx) { x.ok(x.w.CompactChanges(x.ctx, all[5].ID), "CompactChanges") }), user.Revision(3), "the revision")
	for _, last := range []storage.ChangeID{all[5].ID, all[2].ID, storage.AfterRevision(1), {}} {
		rev := h.update(acme, func(x tx) { x.ok(x.w.CompactChanges(x.ctx, last), "CompactChanges") })
		h.same(rev, user.Revision(3), "the revision after a compaction of what is gone")
		h.both(acme, func(x tx) {
			x.same(x.counters().Compacted, all[5].ID, "Counters.Compacted")
			x.same(changeIDs(x.newest(0)), []storage.ChangeID{all[7].ID, all[6].ID}, "the newest changes")
		})
	}
}

func testHistoryTransfers(t testing.TB, open Open) {
	h := start(t, open)
	r := random(24)
	l := newLedger()
	l.fund(1_000_000)
	for range 120 {
		who := []balance.Holder{balance.Holder(1 + r.IntN(6)), balance.Holder(7 + r.IntN(3))}
		l.last += balance.TransferID(r.IntN(3))
		switch r.IntN(6) {
		case 0:
			l.fund(5)
		case 1:
			l.returnAll(l.pay(3, who[:1]...).Postings[0].To)
		case 2:
			l.pay(3, who[0], who[1], who[0]) // a user may be in several postings
		case 3:
			l.move(balance.Transferring, 5, balance.Account)
		default:
			l.pay(7, who...)
		}
	}
	h.post(l)
	kinds := func(list ...balance.Kind) []balance.Kind { return list }
	h.both(acme, func(x tx) {
		for _, q := range []storage.TransferQuery{
			{}, {UserID: 1}, {UserID: 8}, {UserID: 99}, {Kinds: kinds(balance.Funding)}, {Kinds: kinds(balance.Returning)},
			{Kinds: []balance.Kind{}}, {Kinds: kinds(balance.Transferring)}, {Kinds: kinds(balance.Reversing)},
			{Kinds: kinds(0, 99)}, {UserID: 1, Kinds: kinds(99)},
			{Kinds: kinds(balance.Returning, balance.Funding, balance.Returning)},
			{Kinds: kinds(balance.Transferring, balance.Funding)}, {UserID: 2, Kinds: kinds(balance.Returning)},
			{UserID: 2, Kinds: kinds(balance.Transferring, balance.Returning)},
		} {
			for _, q.Newest = range []bool{false, true} {
				for _, q.Limit = range []int{0, 1, 4, 50} {
					q.After = 0
					for pages := 0; ; pages++ {
						got, err := x.r.Transfers(x.ctx, q)
						what := fmt.Sprintf("Transfers of %+v", q)
						x.ok(err, what)
						want := found(l.posted, q)
						x.same(got, want, what)
						if len(got) == 0 {
							break
						}
						q.After = got[len(got)-1].ID
						if pages%7 == 3 {
							q.After += balance.TransferID(1 - 2*r.IntN(2)) // a place where there may be no transfer
						}
						if pages > 2*len(l.posted) {
							x.Fatalf("the pages of %+v do not end", q)
						}
					}
				}
			}
		}
	})
}

// found returns the transfers that the storage must return for query q. It selects from the list
// all, which must be sorted by ascending id, the transfers that match q and are behind q.After. The
// result is in the order of q. It has at most q.Limit transfers, or any number if q.Limit is 0. If
// nothing matches, found returns nil.
func found(all []balance.Transfer, q storage.TransferQuery) []balance.Transfer {
	var list []balance.Transfer
	for i := range all {
		if q.Newest {
			i = len(all) - 1 - i
		}
		if t := all[i]; q.Beyond(t.ID) && q.Match(t) && (q.Limit == 0 || len(list) < q.Limit) {
			list = append(list, t)
		}
	}
	return list
}
