package storagetest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func pageCases() []Case {
	return []Case{
		{"Page/Keyset", "pages by position hold every user once, whatever the order, its direction and the ties", testKeyset},
		{"Page/Gone", "a position is a place in the order whether or not a user is there", testPositionGone},
		{"Page/WhileWriting", "pages by position repeat and lose nobody who stays while others come, go and change",
			testPagesWhileWriting},
		{"Page/Offset", "an offset skips so many of the users behind the position", testOffset},
	}
}

func limitCases() []Case {
	return []Case{
		{"Page/Limit", "an answer holds at most limit items, and MaxPage for limit 0", testLimits},
		{"Page/InvalidLimit", "a limit below 0 or above MaxPage is ErrInvalid", testInvalidLimits},
	}
}

func testKeyset(t testing.TB, open Open) {
	h := start(t, open)
	users := sortedByID(append(ordered(), population(random(7), 30)...))
	h.inserted(users)
	h.view(acme, func(x tx) {
		for _, q := range orderings() {
			for _, limit := range []int{1, 7, 1000} {
				q.Limit, q.After = limit, nil
				if limit == 1 { // as many transactions' worth of pages as there are users: only a few
					p := q.PositionOf(users[len(users)/2])
					q.After = &p
				}
				whole := q
				whole.Limit = 0
				want := idsOf(answer(users, whole))
				if limit == 1 {
					want = want[:min(25, len(want))]
				}
				var walked []user.ID
				for limit != 1 || len(walked) < len(want) {
					page := x.users(q)
					if len(page) == 0 {
						break
					}
					walked = append(walked, idsOf(page)...)
					if len(walked) > len(users) {
						x.Fatalf("pages of %d in order %d, descending %t, go on after %d users of %d",
							limit, q.Order, q.Descending, len(walked), len(users))
					}
					p := q.PositionOf(page[len(page)-1])
					q.After = &p
				}
				x.same(walked, want,
					fmt.Sprintf("pages of %d in order %d, descending %t", limit, q.Order, q.Descending))
			}
		}
	})
}

func testPositionGone(t testing.TB, open Open) {
	h := start(t, open)
	users := sortedByID(append(ordered(), population(random(8), 20)...))
	h.inserted(users)
	h.view(acme, func(x tx) {
		for _, q := range orderings() {
			q.Limit = 10
			for _, p := range []storage.Position{
				{}, {ID: 1}, {ID: 555}, {Key: "", ID: 1 << 62}, {Key: "anna", ID: 0}, {Key: "anna", ID: -5}, {Key: "anna", ID: 1500},
				{Key: "bo"}, {Key: "b\x01"}, {Key: "\U0010ffff"}, {Key: "\U0010ffff", ID: 1 << 62}, {Key: "Anna"}, {Key: "é", ID: 7}, {Key: "%"},
			} {
				q.After = &p
				if q.Order == storage.OrderByID {
					p.Key = ""
				}
				x.checkQuery(users, q)
			}
		}
	})
}

func testPagesWhileWriting(t testing.TB, open Open) {
	h := start(t, open)
	r := random(9)
	for n, q := range orderings() {
		a := user.AccountID(fmt.Sprint("account", n))
		users := population(r, 60)
		h.put(a, users...)
		q.Deleted, q.Limit = storage.WithDeleted, 7
		whole := q
		whole.Limit = 0
		stays := func(id user.ID) bool { return id%3 != 0 }
		want := slices.DeleteFunc(idsOf(answer(users, whole)), func(id user.ID) bool { return !stays(id) })
		var walked []user.ID
		for page := 0; ; page++ {
			if page == 100 {
				h.Fatalf("pages in order %d, descending %t, do not end", q.Order, q.Descending)
			}
			var got []user.User
			h.view(a, func(x tx) { got = x.users(q) })
			if len(got) == 0 {
				break
			}
			for _, u := range got {
				if stays(u.ID) {
					walked = append(walked, u.ID)
				}
			}
			p := q.PositionOf(got[len(got)-1])
			q.After = &p
			// Those who do not stay change in everything, the last of the page among them; others
			// come.
			h.update(a, func(x tx) {
				for id := user.ID(3); id <= 60; id += 3 {
					x.putUser(randomUser(r, id))
				}
				for i := range user.ID(3) {
					if page > 20 { // or the walk would never end
						break
					}
					x.putUser(randomUser(r, 3*(100+3*user.ID(page)+i)))
				}
			})
		}
		h.same(walked, want, fmt.Sprintf("who stayed, in order %d, descending %t", q.Order, q.Descending))
	}
}

func testOffset(t testing.TB, open Open) {
	h := start(t, open)
	users := population(random(10), 60)
	h.inserted(users)
	h.both(acme, func(x tx) {
		for _, q := range orderings() {
			q.Deleted = storage.WithDeleted
			for _, offset := range []int{0, 1, 10, 59, 60, 61, 1 << 40} {
				q.Offset, q.Limit, q.After = offset, 5, nil
				x.checkQuery(users, q)
				p := q.PositionOf(users[20])
				q.After = &p
				x.checkQuery(users, q)
				q.Limit = 0
				x.checkQuery(users, q)
			}
		}
	})
}

func testLimits(t testing.TB, open Open) {
	h := start(t, open)
	const many = storage.MaxPage + 5
	l := newLedger()
	h.update(acme, func(x tx) {
		for i := range many {
			x.putUser(user.User{ID: user.ID(i + 1), Names: user.Names{Display: "same"}})
			x.putReference(user.Reference{Kind: user.ReferenceSkill, ID: int64(i + 1), Name: fmt.Sprint("skill ", i)})
			x.record(storage.Change{Type: storage.TabRefreshed, At: moment(i)})
			x.putDelivery(storage.Delivery{Name: fmt.Sprint("c", i)})
		}
		x.putDelivery(storage.Delivery{Name: "consumer"})
		for i := range many {
			x.putLetter("consumer", storage.DeadLetter{Change: storage.Change{ID: storage.ChangeID{Revision: 1, Index: i}}, Attempts: 1})
		}
	})
	for range 5 {
		var funds []balance.Transfer
		for range many / 5 {
			funds = append(funds, l.fund(1))
		}
		h.update(acme, func(x tx) {
			for _, fund := range funds {
				x.post(fund)
			}
		})
	}
	h.view(acme, func(x tx) {
		for _, c := range listings() {
			for limit, want := range map[int]int{0: storage.MaxPage, 1: 1, 17: 17, storage.MaxPage: storage.MaxPage} {
				n, err := c.call(x.ctx, x.r, limit)
				x.ok(err, c.name)
				if n != want {
					x.Fatalf("%s with limit %d returns %d items of %d, want %d", c.name, limit, n, many, want)
				}
			}
		}
		for _, q := range orderings() {
			x.same(len(x.users(q)), storage.MaxPage, "the number of users without a limit")
			x.same(x.count(q), many, "CountUsers")
		}
		x.same(x.balances(balance.Account), []balance.Units{many}, "Balances")
	})
}

func testInvalidLimits(t testing.TB, open Open) {
	h := start(t, open)
	h.update(acme, everything(1).write)
	for _, c := range listings() {
		for _, limit := range []int{-1, storage.MaxPage + 1, -1 << 40, 1 << 40} {
			h.view(acme, func(x tx) {
				_, err := c.call(x.ctx, x.r, limit)
				x.is(err, storage.ErrInvalid, fmt.Sprintf("%s with limit %d", c.name, limit))
			})
		}
	}
}
