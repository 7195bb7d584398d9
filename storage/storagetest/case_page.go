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
	{"Page/Position", "users come in the order of Query.Compare: keys by bytes, ties by id, both directions; a page has those " +
		"behind a position, which is a place in the order whether or not a user is there", testPositions},
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

// orderings returns two queries for each order of users, one ascending and one descending. The
// queries have no filter.
func orderings() []storage.Query {
	var list []storage.Query
	for _, o := range []storage.Order{storage.OrderByID, storage.OrderByLogin, storage.OrderByDisplayName} {
		list = append(list, storage.Query{Order: o}, storage.Query{Order: o, Descending: true})
	}
	return list
}

// named returns one user for each text, with the ids first, first+1 and so on. The display name and
// the login of a user are the text, cut to 3000 bytes. The login is "" if an earlier user already
// has an equal login.
func named(first user.ID, texts ...string) []user.User {
	var users []user.User
	taken := map[string]bool{}
	for i, text := range texts {
		text = text[:min(len(text), 3000)]
		u := user.User{ID: first + user.ID(i), Names: user.Names{Display: text}, Identity: user.Identity{Login: text}}
		key := keyOf(u, user.KeyLogin).Value
		if taken[key] {
			u.Identity.Login = ""
		}
		taken[key] = key != ""
		users = append(users, u)
	}
	return users
}

// ordered returns users that are hard to sort: three users with each of the test texts as display
// name, and users with ids at the limits of the integer types. The text is also the login of one of
// the three users, unless an earlier user has an equal login.
func ordered() []user.User {
	texts := slices.Concat(draw.Names(), hostile)
	list := named(3000, texts...)
	for _, first := range []user.ID{1000, 2000} {
		for _, u := range named(first, texts...) {
			list = append(list, withKey(u, user.KeyLogin, ""))
		}
	}
	for _, id := range extremes {
		list = append(list, user.User{ID: user.ID(id), Names: user.Names{Display: "extreme"}})
	}
	return list
}

func testPositions(h *harness) {
	users := append(ordered(), draw.Users(draw.New(8), 20)[2:]...) // extremes has 1 and 2
	h.putShuffled(users)
	h.both(acme, func(x tx) {
		for _, q := range orderings() {
			x.checkQuery(users, q)
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
