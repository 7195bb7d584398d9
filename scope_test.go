package roster_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// TestAListShowsWhatGetReturns checks that a list shows the users that Get returns. It uses rows
// for lists with and without a limit, and Authorizers that can and cannot return subsets of
// users. internal/systemtest/lists tries random policies.
func TestAListShowsWhatGetReturns(t *testing.T) {
	list, read := permission.ActionsOf(permission.UserList), permission.ActionsOf(permission.UserRead)
	managers := user.RolesOf(user.AgentManager)
	row := func(name string, a permission.Actions, s permission.Scope) permission.Row {
		return permission.Row{Name: name, Actions: a, Roles: managers, Scope: s}
	}
	self := permission.Row{Name: "self", Actions: list.With(read), Everyone: true, Scope: permission.Self}
	policies := map[string][]permission.Row{
		"lists all, reads the managed":   {row("l", list, permission.Anybody), row("r", read, permission.ManagedGroup)},
		"lists users, reads the managed": {row("l", list, permission.AnyUser), row("r", read, permission.ManagedGroup)},
		"lists and reads the managed":    {row("lr", list.With(read), permission.ManagedGroup)},
		"the managed or oneself":         {row("lr", list.With(read), permission.ManagedGroup), self},
		"lists itself, reads all":        {row("l", list, permission.Self), row("r", read, permission.Anybody)},
		"agents":                         {{Name: "lr", Actions: list.With(read), Roles: managers, Targets: user.RolesOf(user.Agent)}},
	}
	none := inSets()
	for a := range none.Attributes().All() {
		policies["same "+a.String()] = []permission.Row{row("lr", list.With(read), permission.SameAs(a))}
	}
	for name, rows := range policies {
		p := must(permission.New(permission.Spec{Name: "p", Rows: rows}))
		for _, a := range []permission.Authorizer{p, permission.AuthorizerFunc(p.Check), permission.All(p, permission.Default())} {
			each(t, func(t *testing.T, w *world) {
				h := w.as(manager).WithAuthorizer(a)
				w.share()
				for i, q := range []storage.Query{
					{}, {Deleted: storage.WithDeleted}, {Deleted: storage.OnlyDeleted}, {Group: 12}, {Profile: 12}, {PermissionGroup: 12},
					{LineOfBusiness: 12}, {Applications: []user.ApplicationID{12}},
				} {
					var want []user.ID
					for _, u := range w.state().Users {
						if _, err := h.GetDeleted(w.ctx, u.ID); err == nil && q.Match(u) {
							want = append(want, u.ID)
						}
					}
					q.Limit = 1
					var got []user.ID
					for u, err := range h.All(w.ctx, roster.ListParams{Query: q}) {
						w.ok(err)
						got = append(got, u.ID)
					}
					n := must(h.Count(w.ctx, roster.ListParams{Query: q}))
					if !slices.Equal(got, want) || n != len(want) || i == 0 && len(want) == 0 {
						t.Errorf("%s, %T: got %v, counted %d, want %v", name, a, got, n, want)
					}
				}
				for u, err := range h.All(w.ctx, roster.ListParams{ApplicationName: "twelve"}) {
					w.ok(err)
					if _, err := h.Get(w.ctx, u.ID); err != nil || !u.Access.Applications.Has(12) {
						t.Errorf("%s, %T: listed user %d by the name of an application: %v", name, a, u.ID, err)
					}
				}
			})
		}
	}
}

// inSets returns a patch that sets each attribute that permission.SameAs compares, and that is a
// set, to the ids.
func inSets(ids ...int64) user.Patch {
	return user.Patch{
		Groups: user.Set(as[user.GroupID](ids)), PermissionGroups: user.Set(as[user.PermissionGroupID](ids)),
		LinesOfBusiness: user.Set(as[user.LineOfBusinessID](ids)), Profiles: user.Set(as[user.ProfileID](ids)),
		Applications: user.Set(as[user.ApplicationID](ids)),
	}
}

// share gives the manager and the agent an id in common in each set, and the other user none of the
// manager's.
func (w *world) share() {
	for _, id := range []user.ProfileID{11, 12} {
		w.ok(second(w.host.PutReference(w.ctx, profileOf(id, fmt.Sprint("p", id), ""))))
	}
	w.ok(second(w.host.PutReference(w.ctx, user.Reference{Kind: user.ReferenceApplication, ID: 11, Name: "eleven"})))
	w.ok(second(w.host.PutReference(w.ctx, user.Reference{Kind: user.ReferenceApplication, ID: 12, Name: "twelve"})))
	for id, ids := range map[user.ID][]int64{manager: {11}, agent: {11, 12}, other: {12}} {
		w.ok(second(w.host.Patch(w.ctx, id, inSets(ids...))))
	}
}

func as[T ~int64](ids []int64) user.IDSet[T] {
	var list []T
	for _, id := range ids {
		list = append(list, T(id))
	}
	return user.IDSetOf(list...)
}

// TestJudgingUsersOneByOneIsBounded checks a list whose policy decides about each user: it ends
// with its context, and each read of the storage takes a page at most.
func TestJudgingUsersOneByOneIsBounded(t *testing.T) {
	w := newWorld(t, stores[0].open())
	w.crowd(2970)
	asked := 0
	ctx, cancel := context.WithCancel(w.ctx)
	judged := func(stop int) roster.Handle { // cancels after so many questions, if it is not 0
		asked = 0
		return w.as(agent).WithAuthorizer(permission.AuthorizerFunc(func(_ context.Context, r permission.Request) error {
			if asked++; asked == stop {
				cancel()
			}
			if r.Target.ID%2 == 0 {
				return nil
			}
			return &permission.Denied{Reason: permission.Reason{Scoped: true}}
		}))
	}
	page := must(judged(0).List(ctx, page(10)))
	if len(page.Users) != 10 || page.Next == "" || asked > 100 {
		t.Errorf("%d users after %d questions", len(page.Users), asked)
	}
	if n := must(judged(0).Count(ctx, roster.ListParams{})); n < 1480 || n > 1490 {
		t.Errorf("counted %d", n)
	}
	_, err := judged(20).Count(ctx, roster.ListParams{})
	if !errors.Is(err, context.Canceled) || asked > 20+2*storage.MaxPage {
		t.Errorf("%v after %d questions", err, asked)
	}
}

// TestViewsAreShownWhereTheyMayBeRead checks that lists and reads show views only to an actor
// that may read views.
func TestViewsAreShownWhereTheyMayBeRead(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h, c := w.as(boss).WithAuthorizer(refuses(&permission.Denied{}, func(r permission.Request) bool {
			return r.Action == permission.ViewsRead && r.Target.ID == agent
		})), w.ctx
		w.is(second(h.Views(c, agent)), permission.ErrDenied, "Views")
		for i, u := range []user.User{
			must(h.Get(c, agent)), must(h.GetMany(c, agent))[0], must(h.GetDeleted(c, agent)),
			must(h.Find(c, user.KeyLogin, "agent")), must(h.List(c, list([]user.ID{agent}))).Users[0],
		} {
			if u.Preferences.Views.Len() != 0 || u.ID != agent {
				t.Errorf("read %d shows the views %v", i, u.Preferences.Views)
			}
		}
		settings, whole := must(h.Settings(c, agent)), must(w.as(boss).Get(c, agent))
		if settings.Preferences.Views.Len() != 1 || whole.Preferences.Views.Len() != 1 {
			t.Error("the views are gone for those who may read them")
		}
	})
}

// TestTheSubsetsOfAListAreBounded checks the limits of Query.Within.
func TestTheSubsetsOfAListAreBounded(t *testing.T) {
	w := newWorld(t, stores[0].open())
	groups := func(n int) []user.Subset { return []user.Subset{{}, {Groups: make([]user.GroupID, n)}} }
	for _, tt := range []struct {
		within []user.Subset
		path   string
	}{
		{groups(user.MaxIDs), ""}, {groups(user.MaxIDs + 1), "/within/1/groups"},
		{make([]user.Subset, 8), ""}, {make([]user.Subset, 9), "/within"},
	} {
		l := roster.ListParams{Query: storage.Query{Within: tt.within}}
		for name, err := range map[string]error{
			"List": second(w.host.List(w.ctx, l)), "Count": second(w.host.Count(w.ctx, l)),
			"DeleteAll": second(w.host.DeleteAll(w.ctx, l, nil, roster.DryRun())),
		} {
			if field(err) != tt.path || err != nil && tt.path == "" {
				t.Errorf("%s of %d subsets: %v, want a problem at %q", name, len(tt.within), err, tt.path)
			}
		}
	}
}
