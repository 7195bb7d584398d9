// Package draw makes random users and random queries for them, for tests. Values are few and
// similar, so that a query finds some of the users, and a wrong comparison shows.
package draw

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// New returns a generator that draws the same for the same seed.
func New(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 2024)) }

// OneOf returns one of the values.
func OneOf[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

func some[T ~int64](r *rand.Rand) user.IDSet[T] {
	var ids []T
	for id := T(1); id <= 4; id++ {
		if r.IntN(3) == 0 {
			ids = append(ids, id)
		}
	}
	return user.IDSetOf(ids...)
}

// Names returns names that are few and similar: orders have equal names, and many names are parts
// of others.
func Names() []string {
	return []string{
		"", "anna", "Anna", "ANNA", "anna b", "annabel", "bob", "Bob", "BOBBY", "Élodie", "élodie", "E\u0301lodie", "Zoë", "zo",
		"Straße", "STRASSE", "İnci", "100%", "100_", `back\slash`, "o'hara", "😀 smile", "日本", "~", "-",
	}
}

// User returns a random user with the given id. Each filter of storage.Query matches some of many
// such users. One user in five is deleted. The login contains the id, so no two users share one.
func User(r *rand.Rand, id user.ID) user.User {
	u := user.User{ID: id, Version: user.Revision(id)}
	u.Identity.Login = fmt.Sprintf("%s%d", OneOf(r, "user", "User", "agent.", "a_b", "x%y"), id)
	if r.IntN(8) == 0 {
		u.Identity.Login = fmt.Sprintf("%s %d", OneOf(r, Names()...), id) // often one without a canonical form
	}
	u.Identity.Kind = user.Kind(r.IntN(3))
	u.Identity.APIUser = r.IntN(3) == 0
	u.Identity.EmployeeID = OneOf(r, "", "e1", "e2")
	u.Names = user.Names{First: OneOf(r, Names()...), Last: OneOf(r, Names()...), Display: OneOf(r, Names()...)}
	u.Contact.Email = OneOf(r, "", "anna@example.com", "ANNA@example.com", "bob@example.org")
	u.Contact.Phone = OneOf(r, "", "+12125550001", "+12125550002")
	u.Contact.Mobile = OneOf(r, "", "0542-123456")
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
	u.Custom = Custom(r)
	if r.IntN(5) == 0 {
		u.Lifecycle.Deleted = time.UnixMicro(int64(id) % 1000).UTC()
		if r.IntN(2) == 0 {
			u.Lifecycle.HoldUntil = time.UnixMicro(int64(id)%1000 + 1).UTC()
		}
		u.Lifecycle.Erased = r.IntN(4) == 0
	}
	return u
}

// Custom returns random values for some of the attributes "site", "site.code" and "n".
func Custom(r *rand.Rand) (c user.Custom) {
	if r.IntN(3) > 0 {
		c = c.With("site", user.TextValue(OneOf(r, "Berlin", "berlin", "Łódź", "3", `it's "x"\`)))
	}
	if r.IntN(3) == 0 {
		c = c.With("site.code", OneOf(r, user.NumberValue(3), user.NumberValue(-0.5), user.TextValue("3"), user.TextValue("Berlin")))
	}
	if r.IntN(4) == 0 {
		c = c.With("n", user.BoolValue(r.IntN(2) == 0))
	}
	return c
}

// Users returns n random users with the ids 1 to n.
func Users(r *rand.Rand, n int) []user.User {
	list := make([]user.User, n)
	for i := range list {
		list[i] = User(r, user.ID(i+1))
	}
	return list
}

// Filters returns the names of the filter fields of storage.Query, in the order of the fields.
func Filters() (names []string) {
	for field := range reflect.TypeFor[storage.Query]().Fields() {
		if !slices.Contains([]string{"Order", "Descending", "After", "Offset", "Limit"}, field.Name) {
			names = append(names, field.Name)
		}
	}
	return names
}

// SetFilter sets the field name of q to a random value. name must be one of Filters. A query with
// only this filter usually finds some of many users.
func SetFilter(r *rand.Rand, q *storage.Query, name string) {
	switch name {
	case "Deleted":
		q.Deleted = OneOf(r, storage.WithDeleted, storage.OnlyDeleted)
	case "IDs":
		q.IDs = []user.ID{}
		for range r.IntN(20) {
			q.IDs = append(q.IDs, user.ID(r.IntN(100)-5))
		}
	case "Kinds":
		q.Kinds = OneOf(r, []user.Kind{user.Bot}, []user.Kind{user.Human, user.Bot})
	case "Roles":
		q.Roles = OneOf(r, user.RolesOf(user.Admin), user.RolesOf(user.Agent, user.LPA))
	case "Statuses":
		q.Statuses = OneOf(r, []user.Status{user.DND}, []user.Status{user.Ready, user.Offline})
	case "Key":
		q.Key = OneOf(r,
			user.Key{Kind: user.KeyEmail, Value: "anna@example.com"}, user.Key{Kind: user.KeyPhone, Value: "+12125550001"},
			user.Key{Kind: user.KeyEmployeeID, Value: "e2"}, user.Key{Kind: user.KeyLogin, Value: "user7"},
			user.Key{Kind: user.KeyEmail, Value: "ANNA@example.com"}, user.Key{Kind: user.KeyPID}, user.Key{Kind: 77, Value: "e1"},
		)
	case "Applications":
		q.Applications = OneOf(r, []user.ApplicationID{1}, []user.ApplicationID{4, 2})
	case "Custom":
		for q.Custom.IsZero() {
			q.Custom = Custom(r)
		}
	case "HasCustom":
		q.HasCustom = OneOf(r, "site", "site.code", "n", "none")
	case "LacksCustom":
		q.LacksCustom = OneOf(r, "site", "site.code", "n", "none")
	case "Within":
		q.Within = subsets(r)
	case "Text":
		q.Text = OneOf(r, "anna", "NN", "é", "user1", "555", "0542", "@EXAMPLE.c", "%")
	case "LoginPart":
		q.LoginPart = OneOf(r, "user", "1", "A_B", "%", "agent.2")
	case "DisplayPart":
		q.DisplayPart = OneOf(r, "a", "BOB", "\u00e9", "_", "strasse", `\`)
	case "Enabled", "APIUser", "ParentAccounting":
		reflect.ValueOf(q).Elem().FieldByName(name).Set(reflect.ValueOf(OneOf(r, storage.Yes, storage.No)))
	default: // an id
		reflect.ValueOf(q).Elem().FieldByName(name).SetInt(1 + r.Int64N(4))
	}
}

// subsets returns zero to three random values of user.Subset. The ids and groups in a subset may be
// impossible, such as negative ones.
func subsets(r *rand.Rand) []user.Subset {
	list := []user.Subset{}
	for range r.IntN(4) {
		var s user.Subset
		if r.IntN(2) == 0 {
			s.ID = user.ID(r.IntN(60) - 2)
		}
		if r.IntN(2) == 0 {
			s.Groups = OneOf(r, []user.GroupID{}, []user.GroupID{1}, []user.GroupID{3, 2}, []user.GroupID{0}, []user.GroupID{2, 2, 77, -1})
		}
		if r.IntN(2) == 0 {
			s.Without = OneOf(r, user.RolesOf(user.Admin), user.RolesOf(user.Agent).Complement(), user.RolesOf(user.Agent, HostRole).Complement(),
				user.RolesOf(HostRole), user.AllRoles())
		}
		list = append(list, s)
	}
	return list
}

// Query returns a query with up to three random filters, an order and a direction. Some queries
// also have a position (that of one of the users), an offset or a limit. users must not be empty.
func Query(r *rand.Rand, users []user.User) storage.Query {
	var q storage.Query
	fields := Filters()
	for range r.IntN(4) {
		SetFilter(r, &q, OneOf(r, fields...))
	}
	q.Order = OneOf(r, storage.OrderByID, storage.OrderByLogin, storage.OrderByDisplayName)
	q.Descending = r.IntN(2) == 0
	if r.IntN(3) == 0 {
		p := q.PositionOf(OneOf(r, users...))
		q.After = &p
	}
	if r.IntN(3) == 0 {
		q.Offset = OneOf(r, 1, 5, 20, len(users), 1<<40)
	}
	if r.IntN(2) == 0 {
		q.Limit = 1 + r.IntN(20)
	}
	return q
}

// Wanted returns the page of users that a storage must return for q: the matching users of all,
// sorted, without the first q.Offset ones, and at most q.Max() of them. Tests compare the result of
// a storage with Wanted.
func Wanted(all []user.User, q storage.Query) (found []user.User) {
	for _, u := range all {
		if q.Beyond(q.PositionOf(u)) && q.Match(u) {
			found = append(found, u)
		}
	}
	slices.SortFunc(found, func(a, b user.User) int { return q.Compare(q.PositionOf(a), q.PositionOf(b)) })
	found = found[min(q.Offset, len(found)):]
	return found[:min(q.Max(), len(found))]
}

// HostRole is a role of a host's own.
const HostRole user.Role = "quality_analyst"

// roleAt returns the role with the index n in the list of the vendors' roles and HostRole.
func roleAt(n int) user.Role {
	return append(slices.Collect(user.VendorRoles().All()), HostRole)[n%(user.NumVendorRoles+1)]
}
