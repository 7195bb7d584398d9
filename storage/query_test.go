package storage

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/ca74b63c/roster/user"
)

var noon = time.Date(2025, 6, 22, 12, 0, 0, 0, time.UTC)

// found returns a user that each filter of TestMatchByEachFilter finds.
func found() user.User {
	return user.User{
		ID:       7,
		Identity: user.Identity{Login: "Jan.deBoer", PID: "pid-1", Kind: user.Bot, APIUser: true},
		Names:    user.Names{First: "Jan", Last: "de Boer", Full: "Jan de Boer", Display: "Größe"},
		Contact:  user.Contact{Email: "Jan@example.com", Phone: "+31201234567", Mobile: "0542-123456"},
		Capacity: user.Capacity{
			Skills: user.IDSetOf[user.SkillID](1), Queues: user.IDSetOf[user.QueueID](2),
			MemberOf: user.Assignment{Group: 3, Since: noon},
		},
		Management: user.Management{ManagerOf: user.ListOf(user.Assignment{Group: 4, Since: noon})},
		Presence:   user.Presence{Status: user.DND},
		Access: user.Access{
			Roles: user.RolesOf(user.Agent, user.AgentManager), Groups: user.IDSetOf[user.GroupID](5),
			Profiles: user.IDSetOf[user.ProfileID](6), LinesOfBusiness: user.IDSetOf[user.LineOfBusinessID](7),
			PermissionGroups: user.IDSetOf[user.PermissionGroupID](8), Applications: user.IDSetOf[user.ApplicationID](9),
		},
		Billing: user.Billing{ParentAccounting: true},
		Custom:  user.Custom{}.With("site", user.TextValue("Berlin")).With("n", user.NumberValue(3)),
	}
}

func custom(name, text string) user.Custom { return user.Custom{}.With(name, user.TextValue(text)) }

func TestMatchByEachFilter(t *testing.T) {
	apps := func(ids ...user.ApplicationID) []user.ApplicationID { return ids }
	tests := []struct {
		name    string
		yes, no Query
	}{
		{"ids", Query{IDs: []user.ID{1, 7}}, Query{IDs: []user.ID{8}}},
		{"kinds", Query{Kinds: []user.Kind{user.System, user.Bot}}, Query{Kinds: []user.Kind{user.Human}}},
		{"API user", Query{APIUser: Yes}, Query{APIUser: No}},
		{"roles: at least one", Query{Roles: user.RolesOf(user.Agent, user.LPA)}, Query{Roles: user.RolesOf(user.LPA)}},
		{
			"documented, Voximplant: acd_status", Query{Statuses: []user.Status{user.Ready, user.DND}},
			Query{Statuses: []user.Status{user.Offline}},
		},
		{
			"key: exactly", Query{Key: user.Key{Kind: user.KeyLogin, Value: "jan.deboer"}},
			Query{Key: user.Key{Kind: user.KeyLogin, Value: "Jan.deBoer"}},
		},
		{
			"key of another kind", Query{Key: user.Key{Kind: user.KeyPID, Value: "pid-1"}},
			Query{Key: user.Key{Kind: user.KeyEmployeeID, Value: "pid-1"}},
		},
		{"applications: any", Query{Applications: apps(8, 9)}, Query{Applications: apps(8)}},
		{"documented, Voximplant: skill_id", Query{Skill: 1}, Query{Skill: 2}},
		{"documented, Voximplant: excluded_skill_id", Query{ExcludedSkill: 2}, Query{ExcludedSkill: 1}},
		{"documented, Voximplant: acd_queue_id", Query{Queue: 2}, Query{Queue: 1}},
		{"documented, Voximplant: excluded_acd_queue_id", Query{ExcludedQueue: 1}, Query{ExcludedQueue: 2}},
		{"documented, LivePerson: memberOf", Query{MemberOf: 3}, Query{MemberOf: 4}},
		{"documented, LivePerson: managerOf", Query{ManagerOf: 4}, Query{ManagerOf: 3}},
		{"documented, Omnidesk: groups", Query{Group: 5}, Query{Group: 3}},
		{"profile", Query{Profile: 6}, Query{Profile: 5}},
		{"line of business", Query{LineOfBusiness: 7}, Query{LineOfBusiness: 6}},
		{"permission group", Query{PermissionGroup: 8}, Query{PermissionGroup: 7}},
		{"parent accounting", Query{ParentAccounting: Yes}, Query{ParentAccounting: No}},
		{"custom attribute", Query{Custom: custom("site", "Berlin")}, Query{Custom: custom("site", "berlin")}},
		{
			"all of several custom attributes", Query{Custom: custom("site", "Berlin").With("n", user.NumberValue(3))},
			Query{Custom: custom("site", "Berlin").With("n", user.NumberValue(4))},
		},
		{"custom attributes by their texts", Query{Custom: custom("n", "3")}, Query{Custom: custom("n", "3.0")}},
		{"a custom attribute of any value", Query{HasCustom: "n"}, Query{HasCustom: "sit"}},
		{"no custom attribute", Query{LacksCustom: "sit"}, Query{LacksCustom: "n"}},
		{"part of the login, in any case", Query{LoginPart: "N.DEB"}, Query{LoginPart: "de boer"}},
		{"part of the display name, folded", Query{DisplayPart: "RÖSSE"}, Query{DisplayPart: "boer"}},
		{"text in the login", Query{Text: "n.deboer"}, Query{Text: "piet"}},
		{"text in the first name", Query{Text: "jan"}, Query{Text: "jann"}},
		{"text in the last name", Query{Text: "DE B"}, Query{Text: "de  b"}},
		{"text in the full name", Query{Text: "jan de"}, Query{Text: "boer jan"}},
		{"text in the display name", Query{Text: "größe"}, Query{Text: "grosse"}},
		{"documented, Omnidesk: phone number", Query{Text: "2012345"}, Query{Text: "20-12345"}},
		{"text in the mobile number", Query{Text: "542-1"}, Query{Text: "542 1"}},
		{"documented, Omnidesk: email address", Query{Text: "JAN@EX"}, Query{Text: "jan@ex.com"}},
	}
	u := found()
	for _, tt := range tests {
		both := tt.yes // every filter given must hold: one that fails is enough
		both.IDs = []user.ID{99}
		if yes, no, one := tt.yes.Match(u), tt.no.Match(u), both.Match(u); !yes || no || one {
			t.Errorf("%s: finds the user %t, by another value %t, by one filter out of two %t", tt.name, yes, no, one)
		}
	}
}

func TestMatchByState(t *testing.T) {
	deleted, held, disabled := found(), found(), found()
	deleted.Lifecycle.Deleted, held.Lifecycle.Deleted, held.Lifecycle.HoldUntil = noon, noon, noon.Add(time.Hour)
	disabled.Access.Disabled = true
	erased, err := user.Erase(found(), noon)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		q                                     Query
		live, disabled, deleted, held, erased bool
	}{
		{Query{}, true, true, false, false, false},
		{Query{Deleted: WithDeleted}, true, true, true, true, true},
		{Query{Deleted: OnlyDeleted}, false, false, true, true, true},
		// A deleted user claims no key unless the names are held.
		{Query{Deleted: WithDeleted, Key: user.Key{Kind: user.KeyLogin, Value: "jan.deboer"}}, true, true, false, true, false},
		// documented, Omnidesk activeOnly, Voximplant user_active
		{Query{Enabled: Only(true)}, true, false, false, false, false},
		{Query{Enabled: Only(false)}, false, true, false, false, false},
		// Filters that no user passes.
		{q: Query{IDs: []user.ID{}}},
		{q: Query{Kinds: []user.Kind{}}},
		{q: Query{Statuses: []user.Status{}}},
		{q: Query{Applications: []user.ApplicationID{}}},
		{q: Query{Key: user.Key{Kind: user.KeyEmployeeID}}},
		{q: Query{Key: user.Key{Kind: 200, Value: "jan.deboer"}}},
		{q: Query{Skill: -1}},
		{q: Query{Text: "\xff"}},
	} {
		if tt.q.Match(found()) != tt.live || tt.q.Match(disabled) != tt.disabled || tt.q.Match(deleted) != tt.deleted ||
			tt.q.Match(held) != tt.held || tt.q.Match(erased) != tt.erased {
			t.Errorf("%+v finds other users", tt.q)
		}
	}
}

func TestOrderIsTotal(t *testing.T) {
	name := func(id user.ID, login, display string) user.User {
		return user.User{ID: id, Identity: user.Identity{Login: login}, Names: user.Names{Display: display}}
	}
	users := []user.User{
		name(5, "b", "Zoë"), name(3, "B", "zoë"), name(4, "a", ""), name(1, "é", "Ångström"), name(2, "no login", "a"),
	}
	tests := []struct {
		name string
		q    Query
		want []user.ID
	}{
		{"documented, Voximplant: user_id", Query{}, []user.ID{1, 2, 3, 4, 5}},
		{"user_id, descending", Query{Descending: true}, []user.ID{5, 4, 3, 2, 1}},
		{"documented, Voximplant: user_name; one login twice goes by id", Query{Order: OrderByLogin}, []user.ID{4, 3, 5, 2, 1}},
		{"user_name, descending", Query{Order: OrderByLogin, Descending: true}, []user.ID{1, 2, 5, 3, 4}},
		{"documented, Voximplant: user_display_name, by bytes", Query{Order: OrderByDisplayName}, []user.ID{4, 2, 3, 5, 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := tt.q
			sorted := slices.SortedFunc(slices.Values(users), func(a, b user.User) int {
				return q.Compare(q.PositionOf(a), q.PositionOf(b))
			})
			var got []user.ID
			for _, u := range sorted {
				got = append(got, u.ID)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
			// A page that goes on after a position holds exactly what sorts behind it.
			for i, u := range sorted {
				after := q.PositionOf(u)
				page := q
				page.After = &after
				for j, v := range sorted {
					if page.Beyond(q.PositionOf(v)) != (j > i) || !q.Beyond(q.PositionOf(v)) {
						t.Errorf("%v beyond %v: %v", v.ID, u.ID, j <= i)
					}
				}
			}
		})
	}
}

// TestQueryCheck: what the suite storagetest does not ask a storage.
func TestQueryCheck(t *testing.T) {
	for _, q := range []Query{{Order: endOrders}, {APIUser: No + 1}, {ParentAccounting: No + 1}, {Roles: user.RolesOf("No Role")}} {
		if err := q.Check(); !errors.Is(err, ErrInvalid) {
			t.Errorf("%+v: %v", q, err)
		}
	}
}
