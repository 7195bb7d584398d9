package storagetest

import (
	"fmt"
	"math"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func changeCases() []Case {
	return []Case{
		{"Change/RoundTrip", "a change comes back with all that was recorded, the created user and the diff included",
			testChangeRoundTrip},
		{"Change/IDs", "AppendChange records a change at Next, after those that the transaction recorded before; the id is " +
			"the storage's, whatever the caller's says", testChangeIDs},
		{"Change/Paging", "Changes lists changes in their order, later than after, at most limit, across transactions and within",
			testChangePaging},
	}
}

func testChangeRoundTrip(t testing.TB, open Open) {
	h := start(t, open)
	var want []storage.Change
	for seed := 1; seed <= 2*len(hostile); seed++ {
		c := filled[storage.Change](seed)
		switch seed % 4 {
		case 1:
			c.Created = nil
		case 2:
			c.Created, c.Diff = nil, nil
		case 3:
			c.Created = &user.User{} // not the same as none
		}
		want = append(want, c)
	}
	want = append(want, storage.Change{})
	put := filled[user.User](99) // the user that the transaction puts, and one that differs a little
	put.ID = 1
	almost := put
	almost.Preferences.Incognito = !put.Preferences.Incognito
	want = append(want, storage.Change{UserID: 1, Created: &put}, storage.Change{UserID: 1, Created: &almost},
		storage.Change{UserID: 1, Diff: user.Diff(user.User{}, put)}, storage.Change{UserID: 1, Diff: user.Diff(put, almost)})
	h.update(acme, func(x tx) {
		x.putUser(put)
		for i := range want {
			x.record(want[i])
		}
	})
	for i := range want {
		want[i].ID = storage.ChangeID{Revision: 1, Index: i}
	}
	h.put(acme, person(1, "someone else"))
	h.both(acme, func(x tx) { x.same(x.changes(storage.ChangeID{}, 0), want, "Changes") })
}

func testChangeIDs(t testing.TB, open Open) {
	h := start(t, open)
	for rev := user.Revision(1); rev <= 4; rev++ {
		h.update(acme, func(x tx) {
			for i := range 3 {
				c := change(1, fmt.Sprintf("%d.%d", rev, i))
				c.ID = storage.ChangeID{Revision: 77, Index: 5}
				x.record(c)
				got := x.changes(storage.ChangeID{Revision: x.w.Next() - 1, Index: math.MaxInt32}, 0)
				x.same(len(got), i+1, "the number of the transaction's own changes")
				x.same(got[i].ID, storage.ChangeID{Revision: x.w.Next(), Index: i}, "the id of the transaction's own change")
			}
		})
		h.put(acme, person(2, "two")) // a revision without changes
		rev++
	}
	var want []storage.ChangeID
	for _, rev := range []user.Revision{1, 3} {
		for i := range 3 {
			want = append(want, storage.ChangeID{Revision: rev, Index: i})
		}
	}
	h.view(acme, func(x tx) { x.same(changeIDs(x.changes(storage.ChangeID{}, 0)), want, "the ids of the changes") })
}

func changeIDs(changes []storage.Change) []storage.ChangeID {
	ids := make([]storage.ChangeID, len(changes))
	for i, c := range changes {
		ids[i] = c.ID
	}
	return ids
}

func testChangePaging(t testing.TB, open Open) {
	h := start(t, open)
	var all []storage.ChangeID
	for rev := user.Revision(1); rev <= 12; rev++ {
		n := int(rev) % 5
		h.update(acme, func(x tx) {
			x.putUser(person(1, "one"))
			for i := range n {
				x.record(change(user.ID(i+1), ""))
			}
		})
		for i := range n {
			all = append(all, storage.ChangeID{Revision: rev, Index: i})
		}
	}
	h.both(acme, func(x tx) {
		for _, limit := range []int{1, 2, 3, 7, storage.MaxPage} {
			var walked []storage.ChangeID
			var after storage.ChangeID
			for len(walked) <= len(all) {
				page := changeIDs(x.changes(after, limit))
				if len(page) == 0 {
					break
				}
				if len(page) > limit {
					x.Fatalf("Changes with limit %d returns %d", limit, len(page))
				}
				walked = append(walked, page...)
				after = page[len(page)-1]
			}
			x.same(walked, all, fmt.Sprintf("changes in pages of %d", limit))
		}
		for rev := user.Revision(0); rev <= 13; rev++ {
			for _, after := range []storage.ChangeID{
				{Revision: rev, Index: -1}, {Revision: rev}, {Revision: rev, Index: 2}, storage.AfterRevision(rev),
			} {
				var want []storage.ChangeID
				for _, id := range all {
					if after.Less(id) {
						want = append(want, id)
					}
				}
				x.same(changeIDs(x.changes(after, 0)), want, fmt.Sprintf("Changes after %+v", after))
			}
		}
	})
}
