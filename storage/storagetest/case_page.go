package storagetest

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/internal/draw"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var pageRules = []rule{
	{"Page/Position", "a page has the users behind a position, whatever the order, its direction and the ties; a position is a " +
		"place in the order whether or not a user is there", testPositions},
	{"Page/WhileWriting", "pages by position repeat and lose no user who stays while others come, go and change",
		testPagesWhileWriting},
	{"Page/Limit", "an answer holds at most limit items, and MaxPage for limit 0", testLimits},
	{"Page/InvalidLimit", "a limit below 0 or above MaxPage is ErrInvalid", func(h *harness) {
		h.update(acme, everything(1).write)
		for _, limit := range []int{-1, storage.MaxPage + 1, -1 << 40, 1 << 40} {
			for _, c := range listings(limit) {
				h.view(acme, func(x tx) { x.fails(storage.ErrInvalid, fmt.Sprintf("%s with limit %d", c.name, limit))(c.run(x)) })
			}
		}
	}},
	{"Page/Nothing", "a list of what was found is nil if nothing was, so that what a host encodes is the same with every storage",
		testNilLists},
}

func testPositions(h *harness) {
	users := sortedByID(append(ordered(), draw.Users(draw.New(8), 20)...))
	h.putShuffled(users)
	h.view(acme, func(x tx) {
		for _, q := range orderings() {
			places := []storage.Position{
				{}, {ID: 1}, {ID: 555}, {ID: 1 << 62}, {Key: "anna", ID: 0}, {Key: "anna", ID: -5}, {Key: "anna", ID: 1500},
				{Key: "bo"}, {Key: "b\x01"}, {Key: "\U0010ffff"}, {Key: "\U0010ffff", ID: 1 << 62}, {Key: "Anna"}, {Key: "é", ID: 7}, {Key: "%"},
			}
			for i, u := range draw.Wanted(users, q) {
				if i%3 == 0 {
					places = append(places, q.PositionOf(u))
				}
			}
			for i, p := range places {
				if q.Order == storage.OrderByID {
					p.Key = ""
				}
				q.After, q.Limit = &p, 1+i%10
				x.checkQuery(users, q)
			}
		}
	})
}

func testPagesWhileWriting(h *harness) {
	r := draw.New(9)
	for n, q := range orderings() {
		a := user.AccountID(fmt.Sprint("account", n))
		users := draw.Users(r, 60)
		h.put(a, users...)
		q.Deleted = storage.WithDeleted
		goes := func(id user.ID) bool { return id%3 == 0 }
		want := slices.DeleteFunc(idsOf(draw.Wanted(users, q)), goes)
		q.Limit = 7
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
			walked = append(walked, slices.DeleteFunc(idsOf(got), goes)...)
			p := q.PositionOf(got[len(got)-1])
			q.After = &p
			// Those who do not stay change in everything, the last of the page among them; others
			// come.
			h.update(a, func(x tx) {
				for id := user.ID(3); id <= 60; id += 3 {
					x.putUser(draw.User(r, id))
				}
				for i := range user.ID(3) {
					if page > 20 { // or the walk would never end
						break
					}
					x.putUser(draw.User(r, 3*(100+3*user.ID(page)+i)))
				}
			})
		}
		h.same(walked, want, fmt.Sprintf("who stayed, in order %d, descending %t", q.Order, q.Descending))
	}
}

func testLimits(h *harness) {
	const many = storage.MaxPage + 5
	l := newLedger()
	h.update(acme, func(x tx) {
		x.putDelivery(storage.Delivery{Name: "consumer"})
		for i := range many {
			x.putUser(user.User{ID: user.ID(i + 1), Names: user.Names{Display: "same"}})
			x.putReference(user.Reference{Kind: user.ReferenceSkill, ID: int64(i + 1), Name: fmt.Sprint("skill ", i)})
			x.record(storage.Change{Type: storage.TabRefreshed, At: moment(i)})
			x.putDelivery(storage.Delivery{Name: fmt.Sprint("c", i)})
			x.putLetter("consumer", storage.DeadLetter{Change: storage.Change{ID: storage.ChangeID{Revision: 1, Index: i}}, Attempts: 1})
		}
	})
	for range many {
		l.fund(1)
	}
	for part := range slices.Chunk(l.posted, many/5) {
		h.update(acme, func(x tx) { x.post(part...) })
	}
	h.view(acme, func(x tx) {
		for limit, want := range map[int]int{0: storage.MaxPage, 1: 1, 17: 17, storage.MaxPage: storage.MaxPage} {
			for _, c := range listings(limit) {
				x.size(want, c, fmt.Sprintf("of %d items with limit %d", many, limit))
			}
		}
		for _, q := range orderings() {
			x.same(len(x.users(q)), storage.MaxPage, "the number of users without a limit")
			x.same(x.count(q), many, "CountUsers")
		}
		x.same(x.balances(balance.Account), []balance.Units{many}, "Balances")
	})
}

func testNilLists(h *harness) {
	none := func(name string) func(any, error) {
		return func(list any, err error) {
			h.Helper()
			h.ok(err, name)
			if v := reflect.ValueOf(list); !v.IsNil() {
				h.Fatalf("%s: a list of %d items that is not nil", name, v.Len())
			}
		}
	}
	check := func(x tx) {
		for _, c := range fruitless {
			none(c.name)(c.run(x))
		}
	}
	h.both("never-written", check)
	h.update(acme, everything(1).write)
	h.both(acme, check)
	h.update(acme, func(x tx) { // what a transaction writes is put among what is there
		everything(2).write(x)
		check(x)
	})
	none("Accounts behind the last one")(h.s.Accounts(h.ctx, storage.NotDeleted, "\U0010ffff", 0))
}
