package storagetest

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/internal/draw"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var historyRules = []rule{
	{"Change/RoundTrip", "a change comes back with all that was recorded, the created user and the diff included",
		testChangeRoundTrip},
	{"Change/IDs", "AppendChange records a change at Next, after those that the transaction recorded before; the id is " +
		"the storage's, whatever the caller's says", testChangeIDs},
	{"History/Query", "Changes returns exactly the changes that q.Match holds for, in the order of q, behind q.After",
		testHistoryQuery},
	{"History/Compacted", "CompactChanges forgets the changes up to one, for good; all others keep their ids, dead letters and " +
		"positions stay, and a query that reads on from a place before is a *CompactedError that says which are gone",
		testHistoryCompacted},
	{"History/CompactedAgain", "CompactChanges is ErrInvalid for a change that is not there yet; for one that is no longer " +
		"kept it does nothing, and the revision stays", testHistoryCompactedAgain},
}

// variants returns n changes of revision 1, with the indexes from 0. They have four forms in turn:
// every field set; without Created; without Created, Diff and Money; with a zero user as Created.
func variants(n int) []storage.Change {
	var list []storage.Change
	for i := range n {
		c := everyField[storage.Change](i + 1)
		c.ID = storage.ChangeID{Revision: 1, Index: i}
		switch i % 4 {
		case 1:
			c.Created = nil
		case 2:
			c.Created, c.Diff, c.Money = nil, nil, nil
		case 3:
			c.Created = &user.User{} // not the same as none
		}
		list = append(list, c)
	}
	return list
}

func testChangeRoundTrip(h *harness) {
	put := everyField[user.User](99) // the user that the transaction puts, and one that differs a little
	put.ID = 1
	almost := put
	almost.Preferences.Incognito = !put.Preferences.Incognito
	want := append(variants(2*len(hostile)), storage.Change{},
		storage.Change{UserID: 1, Created: &put}, storage.Change{UserID: 1, Created: &almost},
		storage.Change{UserID: 1, Diff: user.Diff(user.User{}, put)}, storage.Change{UserID: 1, Diff: user.Diff(put, almost)})
	for i := range want {
		want[i].ID = storage.ChangeID{Revision: 1, Index: i}
	}
	h.update(acme, func(x tx) { x.putUser(put); x.record(want...) })
	h.put(acme, person(1, "someone else"))
	h.both(acme, func(x tx) { x.same(x.changes(), want, "Changes") })
}

func testChangeIDs(h *harness) {
	var want []storage.ChangeID
	for _, rev := range []user.Revision{1, 3} {
		h.update(acme, func(x tx) {
			for i := range 3 {
				c := change(1, "")
				c.ID = storage.ChangeID{Revision: 77, Index: 5}
				x.record(c)
				own := x.changesOf(storage.ChangeQuery{After: storage.ChangeID{Revision: rev - 1, Index: math.MaxInt32}})
				x.same(len(own), i+1, "the number of the transaction's own changes")
				x.same(own[i].ID, storage.ChangeID{Revision: x.w.Next(), Index: i}, "the id of the transaction's own change")
			}
		})
		h.put(acme, person(2, "two")) // a revision without changes
		for i := range 3 {
			want = append(want, storage.ChangeID{Revision: rev, Index: i})
		}
	}
	h.view(acme, func(x tx) { x.same(changeIDs(x.changes()), want, "the ids of the changes") })
}

// recordMany records n random changes in one Update, and returns them with the ids that the storage
// must give them. Types, users and actors repeat often. About one in ten is the change of a
// transfer (storage.ChangeOf) that the same Update posts; the Detail or time of such a change may
// differ from the transfer.
func (h *harness) recordMany(r *rand.Rand, l *ledger, n int) []storage.Change {
	h.Helper()
	list, payments := make([]storage.Change, n), make(map[int]balance.Transfer)
	for i := range list {
		list[i] = storage.Change{
			At: moment(i), UserID: user.ID(r.IntN(5)), Actor: user.ID(r.IntN(4)),
			Type: draw.OneOf(r, storage.UserUpdated, storage.StatusChanged, storage.MoneyTransferred, "a type of the host", ""),
		}
		switch r.IntN(50) {
		case 0:
			list[i].UserID, list[i].Actor, list[i].Type = 777, 888, storage.UserErased
		case 1, 2, 3, 4, 5:
			var t balance.Transfer
			if holder := balance.Holder(1 + r.IntN(4)); l.balances[holder] > 2 && r.IntN(2) == 0 {
				t = l.move(balance.Transferring, 2, holder, draw.OneOf(r, balance.Account, balance.World, 1+holder%4))
			} else {
				t = l.pay(3, holder)
			}
			t.Actor, t.Reason = user.ID(r.IntN(4)), draw.OneOf(r, "", "reason")
			payments[i] = t
			list[i] = got[storage.Change](h, "ChangeOf")(storage.ChangeOf(t))
			list[i].Detail = draw.OneOf(r, "", "", "more than the transfer says")
			list[i].At = draw.OneOf(r, t.At, t.At, moment(i))
		}
	}
	rev := h.update(acme, func(x tx) {
		for i, c := range list {
			if t, ok := payments[i]; ok {
				x.post(t)
			}
			x.record(c)
		}
	})
	for i := range list {
		list[i].ID = storage.ChangeID{Revision: rev, Index: i}
	}
	return list
}

// changeQueries are queries for changes: without a filter, with each filter alone, and with filters
// combined. Some match no change.
var changeQueries = []storage.ChangeQuery{
	{}, {UserID: 1}, {UserID: 777}, {UserID: 99}, {UserID: -1}, {Actor: 2}, {Actor: 888}, {UserID: 1, Actor: 1},
	{UserID: 3, Actor: 1}, {Types: []storage.ChangeType{storage.StatusChanged}}, {Types: []storage.ChangeType{}},
	{Types: []storage.ChangeType{storage.UserErased, storage.UserUpdated, storage.UserErased}},
	{Types: []storage.ChangeType{"", "no type"}},
	{UserID: 2, Types: []storage.ChangeType{storage.UserUpdated, storage.MoneyTransferred}},
	{Actor: 3, Types: []storage.ChangeType{storage.UserUpdated}},
	{UserID: 2, Actor: 2, Types: []storage.ChangeType{storage.UserUpdated}},
}

// checkHistory ends the test unless Changes returns the right changes for each query of
// changeQueries, in both orders and from several positions. compacted is the last removed change,
// and all are the changes after it.
func (x tx) checkHistory(r *rand.Rand, compacted storage.ChangeID, all []storage.Change) {
	x.Helper()
	for _, q := range changeQueries {
		for _, q.Newest = range []bool{false, true} {
			start := compacted
			if q.Newest {
				start = storage.ChangeID{}
			}
			near := all[r.IntN(len(all))].ID
			near.Index -= r.IntN(2)
			if !compacted.Less(near) {
				near = compacted
			}
			for i, after := range []storage.ChangeID{start, start, near, all[r.IntN(len(all))].ID, storage.AfterRevision(near.Revision)} {
				q.After, q.Limit = after, []int{0, 100 + r.IntN(200), 1 + r.IntN(7)}[min(i, 2)]
				want := matching(all, q.Newest, q.Limit, func(c storage.Change) bool { return q.Beyond(c.ID) && q.Match(c) })
				x.same(x.changesOf(q), want, fmt.Sprintf("Changes of %+v", q))
			}
		}
	}
}

func testHistoryQuery(h *harness) {
	r, l := draw.New(20), newLedger()
	var all []storage.Change
	for _, n := range []int{7, 30, 1100, 1, 90, 3} {
		all = append(all, h.recordMany(r, l, n)...)
	}
	h.both(acme, func(x tx) {
		x.checkHistory(r, storage.ChangeID{}, all)
		first := x.changesOf(storage.ChangeQuery{After: storage.ChangeID{Index: -1}, Limit: 7})
		x.same(first, all[:7], "Changes after a place before all of them")
	})
	h.update(acme, func(x tx) { // the transaction's own changes are found too
		own := storage.Change{ID: storage.ChangeID{Revision: x.w.Next()}, Type: storage.UserErased, UserID: 777, Actor: 2, At: moment(1)}
		x.record(own)
		x.checkHistory(r, storage.ChangeID{}, append(slices.Clone(all), own))
	})
}

func (x tx) compact(last storage.ChangeID) {
	x.Helper()
	x.ok(x.w.CompactChanges(x.ctx, last), "CompactChanges")
}

func testHistoryCompacted(h *harness) {
	r, l := draw.New(22), newLedger()
	var all []storage.Change
	for _, n := range []int{20, 1100, 30, 40} {
		all = append(all, h.recordMany(r, l, n)...)
	}
	position, failed := delivery("consumer", 1), letter(all[0], 1)
	h.update(acme, func(x tx) { x.putDelivery(position); x.putLetter("consumer", failed) })
	newest := func(x tx, limit int, when string) {
		x.Helper()
		q := storage.ChangeQuery{Newest: true, Limit: limit}
		want := matching(all, true, limit, func(storage.Change) bool { return true })
		x.same(changeIDs(x.changesOf(q)), changeIDs(want), "the newest changes "+when)
	}
	for _, last := range []storage.ChangeID{all[4].ID, storage.AfterRevision(1), all[700].ID, all[1149].ID, {Revision: 4, Index: 5}} {
		h.rollback(func(x tx) { x.compact(last) })
		h.view(acme, func(x tx) { newest(x, 0, "after a compaction that was rolled back") })
		all = slices.DeleteFunc(all, func(c storage.Change) bool { return !last.Less(c.ID) })
		check := func(x tx) {
			x.Helper()
			x.same(x.counters().Compacted, last, "Counters.Compacted")
			x.hasLetters("consumer", failed)
			x.hasDelivery(position)
			newest(x, 0, "after a compaction")
			x.checkHistory(r, last, all)
		}
		h.update(acme, func(x tx) { x.compact(last); check(x) })
		h.both(acme, check)
		h.view(acme, func(x tx) { x.gone(storage.ChangeID{Revision: 1}, last) })
		all = append(all, h.recordMany(r, l, 3)...)
		h.view(acme, func(x tx) { newest(x, 3, "that came after a compaction") })
	}
	h.same(h.count("other"), storage.Counters{}, "the counters of another account")
}

// gone ends the test unless Changes returns a *CompactedError for each query from a position before
// last, the last removed change. first is such a position.
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

func testHistoryCompactedAgain(h *harness) {
	r := draw.New(23)
	l := newLedger()
	all := slices.Concat(h.recordMany(r, l, 4), h.recordMany(r, l, 4))
	for _, last := range []storage.ChangeID{{Revision: 3}, {Revision: 9}, {Revision: 1, Index: -1}, {Index: 1}} {
		h.refused(storage.ErrInvalid, fmt.Sprintf("CompactChanges to %+v", last), func(x tx) error {
			return x.w.CompactChanges(x.ctx, last)
		})
	}
	for _, last := range []storage.ChangeID{all[5].ID, all[5].ID, all[2].ID, storage.AfterRevision(1), {}} {
		h.same(h.update(acme, func(x tx) { x.compact(last) }), user.Revision(3), "the revision after the first compaction")
		h.both(acme, func(x tx) {
			x.same(x.counters().Compacted, all[5].ID, "Counters.Compacted")
			x.same(changeIDs(x.changesOf(storage.ChangeQuery{Newest: true})), []storage.ChangeID{all[7].ID, all[6].ID}, "the newest changes")
		})
	}
}
