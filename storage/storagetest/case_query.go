package storagetest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/ca74b63c/roster/internal/draw"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

var queryRules = []rule{
	{"Query/Filters", "Users returns, and CountUsers counts, the users that Query.Match holds for: each filter alone. A filter " +
		"of no values, not nil, wants no user", testFilters},
	{"Query/Random", "Users and CountUsers agree with Query.Match and Query.Compare for filters, order, position, offset " +
		"and limit together; order, position, offset and limit do not matter to CountUsers", testRandomQueries},
	{"Query/AfterWrites", "what a query finds follows every write at once: new users, changed ones, deleted ones, " +
		"and nothing of a rollback", testQueriesAfterWrites},
	{"Query/Invalid", "Users and CountUsers return ErrInvalid for a query that Query.Check refuses", testInvalidQueries},
	{"Order/ByBytes", "Users come in the order of Query.Compare: keys by bytes, ties by id, both directions", testOrders},
}

var searchRules = []rule{
	{"Search/Folded", "parts of names are found after validate.Fold, so case does not matter", testSearchFolded},
	{"Search/Fields", "Query.Text looks in every text of SearchedTexts and in no other; LoginPart and DisplayPart in " +
		"their own", testSearchFields},
	{"Search/Hostile", "what is searched for is plain text: no character in it means anything but itself", testSearchHostile},
}

// putShuffled puts the users into the account acme in random order, 25 in one Update. The order is
// the same in each run.
func (h *harness) putShuffled(users []user.User) {
	h.Helper()
	shuffled := slices.Clone(users)
	draw.New(5).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	for part := range slices.Chunk(shuffled, 25) {
		h.put(acme, part...)
	}
}

// checkQuery ends the test if Users and CountUsers do not return what they must for the query q.
// The parameter users must have all users of the account.
func (x tx) checkQuery(users []user.User, q storage.Query) {
	x.Helper()
	want := draw.Wanted(users, q)
	got := x.users(q)
	if gotIDs, wantIDs := idsOf(got), idsOf(want); !slices.Equal(gotIDs, wantIDs) {
		x.Fatalf("Users(%+v)%s: got ids %v, want %v", q, afterText(q), gotIDs, wantIDs)
	}
	x.same(got, want, "Users")
	if got, want := x.count(q), len(matching(users, false, len(users), q.Match)); got != want {
		x.Fatalf("CountUsers(%+v): got %d, want %d", q, got, want)
	}
}

func afterText(q storage.Query) string {
	if q.After == nil {
		return ""
	}
	return fmt.Sprintf(" after %+v", *q.After)
}

// putRandomUsers puts n random users into the account acme. It returns the random generator, which
// starts with seed, and the users.
func (h *harness) putRandomUsers(seed uint64, n int) (*rand.Rand, []user.User) {
	h.Helper()
	r := draw.New(seed)
	users := draw.Users(r, n)
	h.putShuffled(users)
	return r, users
}

func testFilters(h *harness) {
	r, users := h.putRandomUsers(1, 80)
	queries := []storage.Query{
		{}, {IDs: []user.ID{}}, {Kinds: []user.Kind{}}, {Statuses: []user.Status{}}, {Applications: []user.ApplicationID{}},
		{Within: []user.Subset{}}, {Within: []user.Subset{{Groups: []user.GroupID{}}}},
		{Within: slices.Repeat([]user.Subset{{ID: 11}, {ID: 12}}, storage.MaxWithin/2)},
	}
	for _, field := range draw.Filters() {
		for range 8 {
			var q storage.Query
			draw.SetFilter(r, &q, field)
			queries = append(queries, q)
		}
	}
	for _, role := range append(slices.Collect(user.VendorRoles().All()), draw.HostRole, "no_such_role") {
		queries = append(queries, storage.Query{Roles: user.RolesOf(role)})
	}
	for status := user.Offline; status <= user.DND; status++ {
		queries = append(queries, storage.Query{Statuses: []user.Status{status}})
	}
	for kind := user.Human; kind <= user.Bot; kind++ {
		queries = append(queries, storage.Query{Kinds: []user.Kind{kind}})
	}
	for range 40 { // several custom attributes, of which a user may have some
		queries = append(queries, storage.Query{
			Custom: draw.Custom(r), HasCustom: draw.OneOf(r, "", "site", "n"), LacksCustom: draw.OneOf(r, "", "site", "n"),
		})
	}
	for _, id := range []int64{5, -1, math.MaxInt64, math.MinInt64} { // no user has these
		queries = append(queries,
			storage.Query{Skill: user.SkillID(id)}, storage.Query{ExcludedSkill: user.SkillID(id)},
			storage.Query{ExcludedQueue: user.QueueID(id)}, storage.Query{MemberOf: user.GroupID(id)},
			storage.Query{Applications: []user.ApplicationID{user.ApplicationID(id)}},
			storage.Query{IDs: []user.ID{user.ID(id), 3, 3}})
	}
	h.both(acme, func(x tx) {
		for _, q := range queries {
			x.checkQuery(users, q)
		}
	})
}

func testRandomQueries(h *harness) {
	r, users := h.putRandomUsers(2, 90)
	h.both(acme, func(x tx) {
		for range 300 {
			x.checkQuery(users, draw.Query(r, users))
		}
		// Two filters that an index might serve together deserve more than chance.
		for i, a := range draw.Filters() {
			for _, b := range draw.Filters()[i:] {
				var q storage.Query
				draw.SetFilter(r, &q, a)
				draw.SetFilter(r, &q, b)
				q.Limit = 7
				x.checkQuery(users, q)
			}
		}
	})
}

func testQueriesAfterWrites(h *harness) {
	r, users := h.putRandomUsers(3, 40)
	for round := range 25 {
		changed := slices.Clone(users)
		write := func(x tx) {
			changed = append(changed[:0], users...)
			for range 1 + r.IntN(8) {
				i := r.IntN(len(changed) + 2)
				if i >= len(changed) {
					changed = append(changed, user.User{})
					i = len(changed) - 1
				}
				u := draw.User(r, user.ID(i+1))
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
				x.checkQuery(changed, draw.Query(r, changed))
			}
			for range 10 {
				x.checkQuery(changed, draw.Query(r, changed))
			}
		}
		if round%3 == 0 {
			h.rollback(write)
		} else {
			h.update(acme, write)
			users = changed
		}
		h.view(acme, func(x tx) {
			x.checkQuery(users, storage.Query{Deleted: storage.WithDeleted})
			for range 15 {
				x.checkQuery(users, draw.Query(r, users))
			}
		})
	}
}

func testInvalidQueries(h *harness) {
	h.put(acme, people(1, 3)...)
	for _, q := range []storage.Query{
		{Limit: -1}, {Limit: math.MinInt}, {Limit: storage.MaxPage + 1}, {Limit: math.MaxInt, Text: "name"}, {Offset: -1},
		{Order: 200}, {Deleted: 3}, {Enabled: 3}, {Within: make([]user.Subset, storage.MaxWithin+1)},
		{HasCustom: "No\x00Name"}, {LacksCustom: "a/b"}, {Custom: user.Custom{}.With("a", user.NumberValue(math.Inf(1)))},
	} {
		h.view(acme, func(x tx) {
			x.fails(storage.ErrInvalid, fmt.Sprintf("Users(%+v)", q))(x.r.Users(x.ctx, q))
			x.fails(storage.ErrInvalid, fmt.Sprintf("CountUsers(%+v)", q))(x.r.CountUsers(x.ctx, q))
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

// named returns a user for each text, with the ids first, first+1 and so on. The text, cut to 3000
// bytes, is the display name and the login. The login is "" instead if an earlier user of the
// result has the same login key.
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

// ordered returns users whose logins and display names are hard to sort, in the order of their ids.
// Each text is the display name of at least three users. At most one of them has the text as login.
// The others have no login.
func ordered() []user.User {
	texts := slices.Concat(draw.Names(), hostile)
	list := named(3000, texts...)
	for _, first := range []user.ID{1000, 2000} {
		for _, u := range named(first, texts...) {
			list = append(list, withKey(u, user.KeyLogin, ""))
		}
	}
	return sortedByID(list)
}

func testOrders(h *harness) {
	users := ordered()
	for _, id := range extremes {
		users = append(users, user.User{ID: user.ID(id), Names: user.Names{Display: "extreme"}})
	}
	users = sortedByID(users)
	h.putShuffled(users)
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

// checkSearch puts the users into the account acme, and searches for each of the texts. It uses
// each text in three queries: as Text, as LoginPart and as DisplayPart. It ends the test if a
// result is not the one that the parameter users gives. It sorts texts.
func (h *harness) checkSearch(users []user.User, texts ...string) {
	h.Helper()
	h.putShuffled(users)
	slices.Sort(texts)
	h.both(acme, func(x tx) {
		for _, text := range slices.Compact(texts) {
			for _, q := range []storage.Query{{Text: text}, {LoginPart: text}, {DisplayPart: text}} {
				x.checkQuery(users, q)
			}
		}
	})
}

func testSearchFolded(h *harness) {
	names := []string{
		"Anna", "ANNA", "hannah", "Élodie", "E\u0301LODIE", "elodie", "Straße", "STRASSE", "İnci", "inci", "ınci", "ΣΊΣΥΦΟΣ", "σίσυφος",
		"Ｆｕｌｌ", "full", "ﬁne", "fine", "ǅ", "日本語", "x", "xy", "", " ",
	}
	var texts []string
	for _, name := range names {
		texts = append(texts, name, strings.ToUpper(name), strings.ToLower(name), strings.ToTitle(name))
		for i, r := range name {
			texts = append(texts, string(r), name[i:])
		}
	}
	h.checkSearch(named(1, names...), texts...)
}

func testSearchFields(h *harness) {
	u := everyField[user.User](1)
	u.ID = 1
	u.Lifecycle = user.Lifecycle{Created: moment(1)}
	u.Identity.Login, u.Identity.PID, u.Identity.EmployeeID = "inlogin", "inpid", "inemployee"
	u.Identity.Description, u.Identity.CustomData = "indescription", "incustom"
	u.Names = user.Names{First: "infirst", Last: "inlast", Full: "infull", Display: "indisplay"}
	u.Contact = user.Contact{
		Email: "inemail@example.com", Phone: "+12125551234", Mobile: "inmobile", Language: "inlanguage", PictureURL: "inpicture",
	}
	h.checkSearch([]user.User{u, {ID: 2}, {ID: 3, Names: user.Names{Display: "login"}}},
		"inlogin", "inpid", "inemployee", "indescription", "incustom", "infirst", "inlast", "infull", "indisplay", "inemail",
		"5551234", "inmobile", "inlanguage", "inpicture", "login", "in", "ninfirst", "logininf", "inlogin inf", "inlogin\x01indisplay",
		"inlogin\nindisplay", "inlogin\x01", "inlogin\U0010ffff")
}

func testSearchHostile(h *harness) {
	users := named(1, append([]string{
		"100%", "100x", "a_b", "axb", `a\b`, "ab", "o'hara", "ohara", "a\x01b", "a", "[a]", "a*", "^a$", "(a", "\ufffd",
	}, hostile...)...)
	h.checkSearch(users, append([]string{
		"%", "_", `\`, "%%", "__", `\%`, `\\`, "'", `"`, "''", "*", ".", ".*", "?", "[a]", "^", "$", "(", "|", "+", "\x01", "a\x01",
		"\x01b", "\U0010ffff", "\ufffd", "\u0301", "100%", "100_", "a_b", `a\b`, "; --", strings.Repeat("a", 20_000),
		strings.Repeat("%", 1000),
	}, hostile[:len(hostile)-1]...)...) // the last one is long
}
