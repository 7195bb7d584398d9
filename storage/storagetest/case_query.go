package storagetest

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func filterCases() []Case {
	return []Case{
		{"Query/Filters", "Users returns, and CountUsers counts, the users that Query.Match holds for: each filter alone",
			testFilters},
		{"Query/Random", "Users and CountUsers agree with Query.Match and Query.Compare for filters, order, position, offset " +
			"and limit together", testRandomQueries},
		{"Query/AfterWrites", "what a query finds follows every write at once: new users, changed ones, deleted ones, " +
			"and nothing of a rollback", testQueriesAfterWrites},
		{"Query/Within", "Within wants the users that are in one of its subsets: by id, by agent group, and by the roles that " +
			"they must not have", testWithin},
		{"Query/Empty", "a filter of no values, not nil, wants nobody", testEmptyFilters},
		{"Query/Invalid", "Users and CountUsers return ErrInvalid for a query that Query.Check refuses", testInvalidQueries},
	}
}

func orderCases() []Case {
	return []Case{
		{"Order/ByBytes", "Users come in the order of Query.Compare: keys by bytes, ties by id, both directions", testOrders},
		{"Count/Whole", "CountUsers counts all that match: order, position, offset and limit do not matter", testCountWhole},
	}
}

// inserted puts the users into the account acme in random order, 25 in one Update. The order is the
// same in each run. inserted ends the test after an error.
func (h *harness) inserted(users []user.User) {
	h.Helper()
	shuffled := slices.Clone(users)
	random(5).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	for part := range slices.Chunk(shuffled, 25) {
		h.put(acme, part...)
	}
}

func testFilters(t testing.TB, open Open) {
	h := start(t, open)
	r := random(1)
	users := population(r, 80)
	h.inserted(users)
	h.both(acme, func(x tx) {
		x.checkQuery(users, storage.Query{})
		for _, field := range slices.Sorted(keys(filters)) {
			for range 8 {
				var q storage.Query
				filters[field](r, &q)
				x.checkQuery(users, q)
			}
		}
		for _, role := range append(slices.Collect(user.VendorRoles().All()), hostRole, "no_such_role") {
			x.checkQuery(users, storage.Query{Roles: user.RolesOf(role)})
		}
		for status := user.Offline; status <= user.DND; status++ {
			x.checkQuery(users, storage.Query{Statuses: []user.Status{status}})
		}
		for kind := user.Human; kind <= user.Bot; kind++ {
			x.checkQuery(users, storage.Query{Kinds: []user.Kind{kind}})
		}
		for range 40 { // several custom attributes, of which a user may have some
			q := storage.Query{Custom: randomCustom(r), HasCustom: pick(r, "", "site", "n"), LacksCustom: pick(r, "", "site", "n")}
			x.checkQuery(users, q)
		}
		for _, id := range []int64{5, -1, math.MaxInt64, math.MinInt64} { // nobody has these
			x.checkQuery(users, storage.Query{Skill: user.SkillID(id)})
			x.checkQuery(users, storage.Query{ExcludedSkill: user.SkillID(id)})
			x.checkQuery(users, storage.Query{ExcludedQueue: user.QueueID(id)})
			x.checkQuery(users, storage.Query{MemberOf: user.GroupID(id)})
			x.checkQuery(users, storage.Query{Applications: []user.ApplicationID{user.ApplicationID(id)}})
			x.checkQuery(users, storage.Query{IDs: []user.ID{user.ID(id), 3, 3}})
		}
	})
}

func testRandomQueries(t testing.TB, open Open) {
	h := start(t, open)
	r := random(2)
	users := population(r, 90)
	h.inserted(users)
	h.both(acme, func(x tx) {
		for range 300 {
			x.checkQuery(users, randomQuery(r, users))
		}
		// Two filters that an index might serve together deserve more than chance.
		fields := slices.Sorted(keys(filters))
		for i, a := range fields {
			for _, b := range fields[i:] {
				var q storage.Query
				filters[a](r, &q)
				filters[b](r, &q)
				q.Limit = 7
				x.checkQuery(users, q)
			}
		}
	})
}

func testQueriesAfterWrites(t testing.TB, open Open) {
	h := start(t, open)
	r := random(3)
	users := population(r, 40)
	h.inserted(users)
	for round := range 25 {
		changed := slices.Clone(users)
		rollback := round%3 == 0
		_, err := h.attempt(acme, func(x tx) error {
			changed = append(changed[:0], users...)
			for range 1 + r.IntN(8) {
				i := r.IntN(len(changed) + 2)
				if i >= len(changed) {
					changed = append(changed, user.User{})
					i = len(changed) - 1
				}
				u := randomUser(r, user.ID(i+1))
				if r.IntN(4) == 0 { // the same user, deleted or restored
					u = changed[i]
					u.ID = user.ID(i + 1)
					if u.Live() {
						u.Lifecycle.Deleted = moment(i)
					} else {
						u.Lifecycle.Deleted, u.Lifecycle.HoldUntil = time.Time{}, time.Time{}
					}
				}
				changed[i] = u
				x.putUser(u)
				x.checkQuery(changed, randomQuery(r, changed))
			}
			for range 10 {
				x.checkQuery(changed, randomQuery(r, changed))
			}
			if rollback {
				return errStop
			}
			return nil
		})
		if rollback {
			h.is(err, errStop, "Update")
		} else {
			h.ok(err, "Update")
			users = changed
		}
		h.view(acme, func(x tx) {
			x.checkQuery(users, storage.Query{Deleted: storage.WithDeleted})
			for range 15 {
				x.checkQuery(users, randomQuery(r, users))
			}
		})
	}
}

func testWithin(t testing.TB, open Open) {
	h := start(t, open)
	r := random(7)
	users := population(r, 70)
	h.inserted(users)
	agents := user.RolesOf(user.Agent).Complement()
	managed := []user.GroupID{1, 3}
	h.both(acme, func(x tx) {
		for _, within := range [][]user.Subset{
			{{}},
			{{ID: 5}},
			{{ID: 5}, {}},
			{{ID: math.MaxInt64}, {ID: -1}, {ID: 7}},
			{{Groups: managed}},
			{{Groups: managed, Without: agents}},
			{{Groups: managed}, {ID: 8}},
			{{Groups: managed, Without: agents}, {ID: 8}},
			{{Groups: []user.GroupID{math.MaxInt64, 2}}, {ID: 9}},
			{{Groups: managed, ID: 8}, {ID: 9, Without: agents}},
			{{Without: agents}},
			{{Without: user.RolesOf(user.Admin)}},
			{{Without: user.RolesOf(user.Admin)}, {Groups: managed}},
			{{Without: user.RolesOf(user.Admin, user.Agent)}, {Without: user.RolesOf(user.LPA)}, {ID: 10}},
			slices.Repeat([]user.Subset{{ID: 11}, {ID: 12}}, storage.MaxWithin/2),
		} {
			x.checkQuery(users, storage.Query{Within: within})
			for _, q := range orderings() {
				p := q.PositionOf(users[20])
				q.Within, q.After, q.Limit, q.Offset, q.Deleted = within, &p, 6, 2, storage.WithDeleted
				x.checkQuery(users, q)
			}
			for range 5 {
				q := randomQuery(r, users)
				q.Within = within
				x.checkQuery(users, q)
			}
		}
	})
}

func testEmptyFilters(t testing.TB, open Open) {
	h := start(t, open)
	users := population(random(4), 20)
	h.inserted(users)
	h.both(acme, func(x tx) {
		for _, q := range []storage.Query{
			{IDs: []user.ID{}}, {Kinds: []user.Kind{}}, {Statuses: []user.Status{}}, {Applications: []user.ApplicationID{}},
			{Within: []user.Subset{}}, {Within: []user.Subset{{Groups: []user.GroupID{}}}},
		} {
			x.checkQuery(users, q)
		}
	})
}

func testInvalidQueries(t testing.TB, open Open) {
	h := start(t, open)
	h.put(acme, people(1, 3)...)
	for name, q := range map[string]storage.Query{
		"limit -1":               {Limit: -1},
		"limit above MaxPage":    {Limit: storage.MaxPage + 1},
		"offset -1":              {Offset: -1},
		"an order there is not":  {Order: 200},
		"deleted, none of three": {Deleted: 3},
		"enabled, none of three": {Enabled: 3},
		"the least limit":        {Limit: math.MinInt},
		"limit above, in detail": {Limit: math.MaxInt, Text: "name"},
		"too many subsets":       {Within: make([]user.Subset, storage.MaxWithin+1)},
		"a custom name":          {HasCustom: "No\x00Name"},
		"a custom name lacked":   {LacksCustom: "a/b"},
		"a custom value":         {Custom: user.Custom{}.With("a", user.NumberValue(math.Inf(1)))},
	} {
		h.view(acme, func(x tx) {
			_, err := x.r.Users(x.ctx, q)
			x.is(err, storage.ErrInvalid, "Users, "+name)
			_, err = x.r.CountUsers(x.ctx, q)
			x.is(err, storage.ErrInvalid, "CountUsers, "+name)
		})
	}
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

// ordered returns users for tests of the orders of a query. The display names and logins are the
// texts in names and hostile, which are hard to sort. The texts are cut to 1000 bytes. Each text is
// the display name of three users. Only some users have a login, and no two logins have the same
// key.
func ordered() []user.User {
	var users []user.User
	for i := range 3 {
		for j, name := range append(slices.Clone(names), hostile...) {
			u := user.User{ID: user.ID(1000*(3-i) + j + 1)}
			if len(name) > 1000 {
				name = name[:1000]
			}
			u.Names.Display = name
			if i == 0 {
				u.Identity.Login = name
				if slices.ContainsFunc(users, func(v user.User) bool { return v.Keys()[user.KeyLogin] == u.Keys()[user.KeyLogin] }) {
					u.Identity.Login = ""
				}
			}
			users = append(users, u)
		}
	}
	return users
}

func testOrders(t testing.TB, open Open) {
	h := start(t, open)
	users := ordered()
	for _, id := range extremes[3:] { // the lesser ones are taken
		users = append(users, user.User{ID: user.ID(id), Names: user.Names{Display: "extreme"}})
	}
	users = sortedByID(users)
	h.inserted(users)
	h.both(acme, func(x tx) {
		for _, q := range orderings() {
			x.checkQuery(users, q)
		}
	})
}

func sortedByID(users []user.User) []user.User {
	q := storage.Query{}
	slices.SortStableFunc(users, func(a, b user.User) int { return q.Compare(q.PositionOf(a), q.PositionOf(b)) })
	return users
}

func testCountWhole(t testing.TB, open Open) {
	h := start(t, open)
	users := population(random(6), 60)
	h.inserted(users)
	want := total(users, storage.Query{Enabled: storage.Yes})
	h.both(acme, func(x tx) {
		for _, q := range orderings() {
			q.Enabled = storage.Yes
			q.Limit, q.Offset = 3, 2
			p := q.PositionOf(users[30])
			q.After = &p
			x.same(x.count(q), want, "CountUsers")
		}
	})
}
