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
	{"Query/Match", "Users and CountUsers agree with Query.Match and Query.Compare, for each filter alone and for filters, order, " +
		"position, offset and limit together; a filter of no values, not nil, wants no user; order, position, offset and limit do " +
		"not matter to CountUsers", testQueries},
	{"Query/AfterWrites", "what a query finds follows every write at once: new users, changed ones, deleted ones, " +
		"and nothing of a rollback", testQueriesAfterWrites},
	{"Query/Invalid", "Users, CountUsers, Changes and Transfers return ErrInvalid for a query that its Check refuses",
		testInvalidQueries},
	{"Query/Text", "parts of texts are found after validate.Fold: Query.Text in every text of SearchedTexts and in no other, " +
		"LoginPart and DisplayPart in their own; no character in them means anything but itself", testTexts},
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

// checkQuery ends the test unless Users returns the page and CountUsers the number that the query q
// gives for users. users must be all users of the account.
func (x tx) checkQuery(users []user.User, q storage.Query) {
	x.Helper()
	want := draw.Wanted(users, q)
	got := x.users(q)
	if gotIDs, wantIDs := idsOf(got), idsOf(want); !slices.Equal(gotIDs, wantIDs) {
		x.Fatalf("Users(%+v) after %+v: got ids %v, want %v", q, q.After, gotIDs, wantIDs)
	}
	x.same(got, want, "Users")
	if got, want := x.count(q), len(matching(users, false, len(users), q.Match)); got != want {
		x.Fatalf("CountUsers(%+v): got %d, want %d", q, got, want)
	}
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

func testQueries(h *harness) {
	r, users := h.putRandomUsers(1, 90)
	queries := []storage.Query{
		{}, {IDs: []user.ID{}}, {Kinds: []user.Kind{}}, {Statuses: []user.Status{}}, {Applications: []user.ApplicationID{}},
		{Within: []user.Subset{}}, {Within: []user.Subset{{Groups: []user.GroupID{}}}},
		{Within: slices.Repeat([]user.Subset{{ID: 11}, {ID: 12}}, storage.MaxWithin/2)},
	}
	for _, role := range append(slices.Collect(user.VendorRoles().All()), draw.HostRole, "no_such_role") {
		queries = append(queries, storage.Query{Roles: user.RolesOf(role)})
	}
	for status := user.Offline; status <= user.DND; status++ {
		queries = append(queries, storage.Query{Statuses: []user.Status{status}, Kinds: []user.Kind{user.Kind(status) % 3}})
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
	for i, a := range draw.Filters() { // alone, and with each other one, which an index may serve together
		for _, b := range append(slices.Repeat([]string{a}, 8), draw.Filters()[i+1:]...) {
			var q storage.Query
			draw.SetFilter(r, &q, a)
			if b != a {
				draw.SetFilter(r, &q, b)
				q.Limit = 7
			}
			queries = append(queries, q)
		}
	}
	for range 300 {
		queries = append(queries, draw.Query(r, users))
	}
	h.both(acme, func(x tx) {
		for _, q := range queries {
			x.checkQuery(users, q)
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
	h.view(acme, func(x tx) {
		for _, q := range []storage.Query{
			{Limit: -1}, {Limit: math.MinInt}, {Limit: storage.MaxPage + 1}, {Limit: math.MaxInt, Text: "name"}, {Offset: -1},
			{Order: 200}, {Deleted: 3}, {Enabled: 3}, {Within: make([]user.Subset, storage.MaxWithin+1)},
			{HasCustom: "No\x00Name"}, {LacksCustom: "a/b"}, {Custom: user.Custom{}.With("a", user.NumberValue(math.Inf(1)))},
		} {
			x.fails(storage.ErrInvalid, fmt.Sprintf("Users(%+v)", q))(x.r.Users(x.ctx, q))
			x.fails(storage.ErrInvalid, fmt.Sprintf("CountUsers(%+v)", q))(x.r.CountUsers(x.ctx, q))
		}
		for _, q := range []storage.ChangeQuery{
			{Types: make([]storage.ChangeType, storage.MaxChangeTypes+1)}, {Newest: true, Limit: -1},
			{UserID: 1, Limit: storage.MaxPage + 1},
		} {
			x.fails(storage.ErrInvalid, "Changes of a query that is refused")(x.r.Changes(x.ctx, q))
		}
		for _, q := range []storage.TransferQuery{{UserID: -1}, {Newest: true, Limit: -1}, {UserID: 1, Limit: storage.MaxPage + 1}} {
			x.fails(storage.ErrInvalid, fmt.Sprintf("Transfers of %+v", q))(x.r.Transfers(x.ctx, q))
		}
	})
}

// testTexts puts users whose names are easily confused, and one user with a different text in each
// attribute. It searches for each name, for parts of names, and for texts with characters that are
// special in search patterns. Users and CountUsers must find exactly the users that match.
func testTexts(h *harness) {
	names := append([]string{
		"Anna", "ANNA", "hannah", "Élodie", "E\u0301LODIE", "elodie", "Straße", "STRASSE", "İnci", "inci", "ınci", "ΣΊΣΥΦΟΣ", "σίσυφος",
		"Ｆｕｌｌ", "full", "ﬁne", "fine", "ǅ", "日本語", "x", "xy", "login", "100%", "100x", "a_b", "axb", `a\b`, "ab", "o'hara", "ohara",
		"a\x01b", "a", "[a]", "a*", "^a$", "(a",
	}, hostile...)
	texts := append([]string{
		"%", "_", `\`, "%%", "__", `\%`, `\\`, "'", `"`, "''", "*", ".", ".*", "?", "^", "$", "(", "|", "+", "\x01", "a\x01",
		"\x01b", "\U0010ffff", "\u0301", "100_", "; --", strings.Repeat("a", 20_000), strings.Repeat("%", 1000),
		"inlogin", "inpid", "inemployee", "indescription", "incustom", "infirst", "inlast", "infull", "indisplay", "inemail", "5551234",
		"inmobile", "inlanguage", "inpicture", "in", "ninfirst", "logininf", "inlogin inf", "inlogin\x01indisplay", "inlogin\nindisplay",
		"inlogin\x01", "inlogin\U0010ffff",
	}, hostile[:len(hostile)-1]...) // the last one is long
	for _, name := range names[:len(names)-len(hostile)] {
		texts = append(texts, name, strings.ToUpper(name), strings.ToLower(name), strings.ToTitle(name))
		for i, r := range name {
			texts = append(texts, string(r), name[i:])
		}
	}
	u := everyField[user.User](1)
	u.ID = 1
	u.Lifecycle = user.Lifecycle{Created: moment(1)}
	u.Identity.Login, u.Identity.PID, u.Identity.EmployeeID = "inlogin", "inpid", "inemployee"
	u.Identity.Description, u.Identity.CustomData = "indescription", "incustom"
	u.Names = user.Names{First: "infirst", Last: "inlast", Full: "infull", Display: "indisplay"}
	u.Contact = user.Contact{
		Email: "inemail@example.com", Phone: "+12125551234", Mobile: "inmobile", Language: "inlanguage", PictureURL: "inpicture",
	}
	users := append(named(2, names...), u)
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
