package roster_test

import (
	"slices"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// A list of users that share an attribute with the actor is a query of the storage if the actor has
// one id there, and judged user by user if there are more, or if the caller filters by another one.
func TestListsByASharedAttribute(t *testing.T) {
	reads := permission.ActionsOf(permission.UserRead, permission.UserList)
	ids := user.IDSetOf[int64]
	for _, tt := range []struct {
		attribute user.Attribute
		give      func(ids user.IDSet[int64]) user.Patch
		filter    func(id int64) storage.Query
	}{
		{user.AttrGroups, func(s user.IDSet[int64]) user.Patch { return user.Patch{Groups: user.Set(as[user.GroupID](s))} },
			func(id int64) storage.Query { return storage.Query{Group: user.GroupID(id)} }},
		{user.AttrProfiles, func(s user.IDSet[int64]) user.Patch { return user.Patch{Profiles: user.Set(as[user.ProfileID](s))} },
			func(id int64) storage.Query { return storage.Query{Profile: user.ProfileID(id)} }},
		{user.AttrPermissionGroups, func(s user.IDSet[int64]) user.Patch {
			return user.Patch{PermissionGroups: user.Set(as[user.PermissionGroupID](s))}
		}, func(id int64) storage.Query { return storage.Query{PermissionGroup: user.PermissionGroupID(id)} }},
		{user.AttrLinesOfBusiness, func(s user.IDSet[int64]) user.Patch {
			return user.Patch{LinesOfBusiness: user.Set(as[user.LineOfBusinessID](s))}
		}, func(id int64) storage.Query { return storage.Query{LineOfBusiness: user.LineOfBusinessID(id)} }},
		{user.AttrApplications, func(s user.IDSet[int64]) user.Patch {
			return user.Patch{Applications: user.Set(as[user.ApplicationID](s))}
		}, func(id int64) storage.Query {
			return storage.Query{Applications: []user.ApplicationID{user.ApplicationID(id)}}
		}},
	} {
		policy, err := permission.New(permission.Spec{Name: "same", Rows: []permission.Row{
			{Name: "same", Roles: user.RolesOf("quality_analyst"), Actions: reads, Scope: permission.SameAs(tt.attribute)},
		}})
		if err != nil {
			t.Fatal(err)
		}
		each(t, func(t *testing.T, w *world) {
			for _, id := range []int64{11, 12, 13} {
				_, err := w.host.PutReference(w.ctx, user.Reference{Kind: user.ReferenceProfile, ID: id, Name: "p" + string(rune('0'+id%10))})
				w.ok(err)
			}
			w.ok(second(w.host.Patch(w.ctx, agent, tt.give(ids(11, 12)))))
			w.ok(second(w.host.Patch(w.ctx, boss, tt.give(ids(12)))))
			w.ok(second(w.host.SetRoles(w.ctx, other, user.RolesOf("quality_analyst"))))
			for _, step := range []struct {
				own    user.IDSet[int64]
				filter int64
				want   []user.ID
			}{
				{ids(), 0, nil},
				{ids(11), 0, []user.ID{agent, other}},
				{ids(11), 11, []user.ID{agent, other}},
				{ids(11), 12, []user.ID{agent}},
				{ids(11), 13, nil},
				{ids(12), 0, []user.ID{boss, agent, other}},
				{ids(11, 12), 0, []user.ID{boss, agent, other}},
				{ids(11, 13), 12, []user.ID{agent}},
				{ids(13), 0, []user.ID{other}},
			} {
				w.ok(second(w.host.Patch(w.ctx, other, tt.give(step.own))))
				var q storage.Query
				if step.filter != 0 {
					q = tt.filter(step.filter)
				}
				page, err := w.as(other).WithAuthorizer(policy).List(w.ctx, roster.ListParams{Query: q, Total: true})
				w.ok(err)
				var got []user.ID
				for _, u := range page.Users {
					got = append(got, u.ID)
				}
				if !slices.Equal(got, step.want) || page.Total != len(step.want) {
					t.Errorf("%s %s, filter %d: %v, total %d, want %v", tt.attribute, step.own, step.filter, got, page.Total, step.want)
				}
			}
		})
	}
}

func as[T ~int64](set user.IDSet[int64]) user.IDSet[T] {
	var list []T
	for id := range set.All() {
		list = append(list, T(id))
	}
	return user.IDSetOf(list...)
}
