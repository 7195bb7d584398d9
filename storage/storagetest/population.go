package storagetest

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// random returns a random generator with a fixed seed, so that a failure can be repeated.
func random(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 2024)) }

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

func some[T ~int64](r *rand.Rand) user.IDSet[T] {
	var ids []T
	for id := T(1); id <= 4; id++ {
		if r.IntN(3) == 0 {
			ids = append(ids, id)
		}
	}
	return user.IDSetOf(ids...)
}

// names are few and similar, so that orders have equal names and many names are parts of others.
var names = []string{
	"", "anna", "Anna", "ANNA", "anna b", "annabel", "bob", "Bob", "BOBBY", "Élodie", "élodie", "E\u0301lodie", "Zoë", "zo",
	"Straße", "STRASSE", "İnci", "100%", "100_", `back\slash`, "o'hara", "😀 smile", "日本", "~", "-",
}

// randomUser returns a random user with the given id. Most attributes that a filter of
// storage.Query uses have one of a few values, so that each filter matches some of many users.
// About one user in five is deleted. The login contains the id, so that no two users have the same
// login. r is the random generator.
func randomUser(r *rand.Rand, id user.ID) user.User {
	u := user.User{ID: id, Version: user.Revision(id)}
	u.Identity.Login = fmt.Sprintf("%s%d", pick(r, "user", "User", "agent.", "a_b", "x%y"), id)
	if r.IntN(8) == 0 {
		u.Identity.Login = fmt.Sprintf("%s %d", pick(r, names...), id) // often one without a canonical form
	}
	u.Identity.Kind = user.Kind(r.IntN(3))
	u.Identity.APIUser = r.IntN(3) == 0
	u.Identity.EmployeeID = pick(r, "", "e1", "e2")
	u.Names = user.Names{First: pick(r, names...), Last: pick(r, names...), Display: pick(r, names...)}
	u.Contact.Email = pick(r, "", "anna@example.com", "ANNA@example.com", "bob@example.org")
	u.Contact.Phone = pick(r, "", "+12125550001", "+12125550002")
	u.Contact.Mobile = pick(r, "", "0542-123456")
	u.Capacity.Skills, u.Capacity.Queues = some[user.SkillID](r), some[user.QueueID](r)
	u.Capacity.MemberOf.Group = user.GroupID(r.IntN(4))
	var managed []user.Assignment
	for g := range some[user.GroupID](r).All() {
		managed = append(managed, user.Assignment{Group: g})
	}
	u.Management.ManagerOf = user.ListOf(managed...)
	u.Presence.Status = user.Status(r.IntN(8))
	u.Access.Disabled = r.IntN(3) == 0
	u.Access.Roles = user.RolesOf(roleAt(r.IntN(4)), roleAt(r.IntN(20)))
	if r.IntN(6) == 0 {
		u.Access.Roles = user.Roles{}
	}
	u.Access.Granted = u.Access.Roles
	u.Access.Profiles, u.Access.Groups = some[user.ProfileID](r), some[user.GroupID](r)
	u.Access.PermissionGroups = some[user.PermissionGroupID](r)
	u.Access.Applications, u.Access.LinesOfBusiness = some[user.ApplicationID](r), some[user.LineOfBusinessID](r)
	u.Billing.ParentAccounting = r.IntN(2) == 0
	u.Custom = randomCustom(r)
	if r.IntN(5) == 0 {
		u.Lifecycle.Deleted = moment(int(id))
		if r.IntN(2) == 0 {
			u.Lifecycle.HoldUntil = moment(int(id) + 1)
		}
		u.Lifecycle.Erased = r.IntN(4) == 0
	}
	return u
}

// randomCustom returns custom attributes with up to three of the names "site", "site.code" and "n".
// The generator r selects the names and the values. The values are few and similar, so that a wrong
// comparison in a storage shows. The result may be empty.
func randomCustom(r *rand.Rand) (c user.Custom) {
	if r.IntN(3) > 0 {
		c = c.With("site", user.TextValue(pick(r, "Berlin", "berlin", "Łódź", "3", `it's "x"\`)))
	}
	if r.IntN(3) == 0 {
		c = c.With("site.code", pick(r, user.NumberValue(3), user.NumberValue(-0.5), user.TextValue("3"), user.TextValue("Berlin")))
	}
	if r.IntN(4) == 0 {
		c = c.With("n", user.BoolValue(r.IntN(2) == 0))
	}
	return c
}

// population returns n random users with the ids 1 to n. Each is a result of randomUser with the
// generator r.
func population(r *rand.Rand, n int) []user.User {
	list := make([]user.User, n)
	for i := range list {
		list[i] = randomUser(r, user.ID(i+1))
	}
	return list
}

// filterNames returns the names of the fields of a query that are filters, in a fixed order, so
// that every run is the same.
func filterNames() (names []string) {
	for field := range reflect.TypeFor[storage.Query]().Fields() {
		if !slices.Contains([]string{"Order", "Descending", "After", "Offset", "Limit"}, field.Name) {
			names = append(names, field.Name)
		}
	}
	return names
}

// setFilter sets one filter of q to a random value. The parameter name is the name of the field.
// A query with this filter alone finds some of the users of population, as a rule.
func setFilter(r *rand.Rand, q *storage.Query, name string) {
	switch name {
	case "Deleted":
		q.Deleted = pick(r, storage.WithDeleted, storage.OnlyDeleted)
	case "IDs":
		q.IDs = randomIDs(r)
	case "Kinds":
		q.Kinds = pick(r, []user.Kind{user.Bot}, []user.Kind{user.Human, user.Bot})
	case "Roles":
		q.Roles = pick(r, user.RolesOf(user.Admin), user.RolesOf(user.Agent, user.LPA))
	case "Statuses":
		q.Statuses = pick(r, []user.Status{user.DND}, []user.Status{user.Ready, user.Offline})
	case "Key":
		q.Key = randomKey(r)
	case "Applications":
		q.Applications = pick(r, []user.ApplicationID{1}, []user.ApplicationID{4, 2})
	case "Custom":
		for q.Custom.IsZero() {
			q.Custom = randomCustom(r)
		}
	case "HasCustom":
		q.HasCustom = pick(r, "site", "site.code", "n", "none")
	case "LacksCustom":
		q.LacksCustom = pick(r, "site", "site.code", "n", "none")
	case "Within":
		q.Within = randomSubsets(r)
	case "Text":
		q.Text = pick(r, "anna", "NN", "é", "user1", "555", "0542", "@EXAMPLE.c", "%")
	case "LoginPart":
		q.LoginPart = pick(r, "user", "1", "A_B", "%", "agent.2")
	case "DisplayPart":
		q.DisplayPart = pick(r, "a", "BOB", "\u00e9", "_", "strasse", `\`)
	case "Enabled", "APIUser", "ParentAccounting":
		reflect.ValueOf(q).Elem().FieldByName(name).Set(reflect.ValueOf(pick(r, storage.Yes, storage.No)))
	default: // an id
		reflect.ValueOf(q).Elem().FieldByName(name).SetInt(1 + r.Int64N(4))
	}
}

func randomIDs(r *rand.Rand) []user.ID {
	ids := []user.ID{}
	for range r.IntN(20) {
		ids = append(ids, user.ID(r.IntN(100)-5))
	}
	return ids
}

// randomSubsets returns zero to three random subsets of users. They may have ids and groups that
// cannot exist, such as negative ones.
func randomSubsets(r *rand.Rand) []user.Subset {
	list := []user.Subset{}
	for range r.IntN(4) {
		var s user.Subset
		if r.IntN(2) == 0 {
			s.ID = user.ID(r.IntN(60) - 2)
		}
		if r.IntN(2) == 0 {
			s.Groups = pick(r, []user.GroupID{}, []user.GroupID{1}, []user.GroupID{3, 2}, []user.GroupID{0}, []user.GroupID{2, 2, 77, -1})
		}
		if r.IntN(2) == 0 {
			s.Without = pick(r, user.RolesOf(user.Admin), user.RolesOf(user.Agent).Complement(), user.RolesOf(user.Agent, hostRole).Complement(),
				user.RolesOf(hostRole), user.AllRoles())
		}
		list = append(list, s)
	}
	return list
}

func randomKey(r *rand.Rand) user.Key {
	return pick(r,
		user.Key{Kind: user.KeyEmail, Value: "anna@example.com"}, user.Key{Kind: user.KeyPhone, Value: "+12125550001"},
		user.Key{Kind: user.KeyEmployeeID, Value: "e2"}, user.Key{Kind: user.KeyLogin, Value: "user7"},
		user.Key{Kind: user.KeyEmail, Value: "ANNA@example.com"}, user.Key{Kind: user.KeyPID}, user.Key{Kind: 77, Value: "e1"},
	)
}

// randomQuery returns a query with up to three random filters, an order and a direction. Some
// queries also have a position (that of one of the users), an offset or a limit. r is the random
// generator. users must not be empty.
func randomQuery(r *rand.Rand, users []user.User) storage.Query {
	var q storage.Query
	fields := filterNames()
	for range r.IntN(4) {
		setFilter(r, &q, pick(r, fields...))
	}
	q.Order = pick(r, storage.OrderByID, storage.OrderByLogin, storage.OrderByDisplayName)
	q.Descending = r.IntN(2) == 0
	if r.IntN(3) == 0 {
		p := q.PositionOf(pick(r, users...))
		q.After = &p
	}
	if r.IntN(3) == 0 {
		q.Offset = pick(r, 1, 5, 20, len(users), 1<<40)
	}
	if r.IntN(2) == 0 {
		q.Limit = 1 + r.IntN(20)
	}
	return q
}

// wantedUsers returns the list that the method Users must return for query q in an account with the
// given users. It selects and sorts the users with the methods of q, skips the first q.Offset of
// them, and returns at most q.Max() users. The list is empty if no user matches.
func wantedUsers(users []user.User, q storage.Query) []user.User {
	type placed struct {
		at storage.Position
		i  int
	}
	var found []placed
	for i, u := range users {
		if at := q.PositionOf(u); q.Beyond(at) && q.Match(u) {
			found = append(found, placed{at, i})
		}
	}
	slices.SortFunc(found, func(a, b placed) int { return q.Compare(a.at, b.at) })
	found = found[min(q.Offset, len(found)):]
	list := make([]user.User, min(q.Max(), len(found)))
	for i := range list {
		list[i] = users[found[i].i]
	}
	return list
}

// checkQuery calls the methods Users and CountUsers with query q. The parameter users must have all
// users of the account. checkQuery ends the test if Users does not return the list that wantedUsers
// returns, if CountUsers does not return the number of users that pass the filters, or if a call
// returns an error.
func (x tx) checkQuery(users []user.User, q storage.Query) {
	x.Helper()
	want := wantedUsers(users, q)
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

// hostRole is a role of a host's own.
const hostRole user.Role = "quality_analyst"

// roleAt returns the n-th role of the vendors, or hostRole for the number behind the last.
func roleAt(n int) user.Role {
	return append(slices.Collect(user.VendorRoles().All()), hostRole)[n%(user.NumVendorRoles+1)]
}
