package lists

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/internal/draw"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// pool are the roles of the users. None administers the account, so that every user may be deleted.
var pool = []user.Role{user.Agent, user.AgentManager, user.Supervisor}

func someRoles(r *rand.Rand) (set user.Roles) {
	for _, role := range pool {
		if r.IntN(3) == 0 {
			set = set.With(user.RolesOf(role))
		}
	}
	return set
}

const size = 40

var sites = []string{"Berlin", "Riga", "Oslo"}

// populated returns an account with users of every sort that policies and queries tell apart,
// some of them deleted.
func populated(t *testing.T, r *rand.Rand, s storage.Storage) *roster.Directory {
	t.Helper()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	d := roster.New(s, roster.WithClock(func() time.Time { return now }))
	h, ctx := d.As("acme", roster.SystemActor()), t.Context()
	_, err := h.CreateAccount(ctx, user.Account{Currency: "USD", CustomAttributes: user.CustomSchemaOf(
		user.CustomAttribute{Name: "site", Type: user.CustomChoice, Options: user.ListOf(sites...)},
		user.CustomAttribute{Name: "level", Type: user.CustomNumber},
	)})
	must(t, err)
	_, err = h.Fund(ctx, roster.FundParams{Amount: usd("1000")})
	must(t, err)
	var people []roster.CreateParams
	for i := range size {
		u := user.User{ID: user.ID(i + 1)}
		u.Identity.Login = fmt.Sprintf("%s%d", draw.OneOf(r, "ann", "Bob", "cy"), i)
		u.Names.Display = draw.OneOf(r, "Ann", "ann", "Bob", "")
		u.Access.Granted, u.Access.Disabled = someRoles(r), r.IntN(8) == 0
		u.Capacity.MemberOf.Group = user.GroupID(r.IntN(4))
		if r.IntN(4) > 0 {
			u.Custom = u.Custom.With("site", user.TextValue(draw.OneOf(r, sites...)))
		}
		if r.IntN(2) == 0 {
			u.Custom = u.Custom.With("level", user.NumberValue(float64(r.IntN(2))))
		}
		if r.IntN(2) == 0 {
			u.Access.LinesOfBusiness = user.IDSetOf(user.LineOfBusinessID(1+r.IntN(3)), user.LineOfBusinessID(1+r.IntN(3)))
		}
		if r.IntN(3) > 0 {
			u.Access.Groups = user.IDSetOf(user.GroupID(1+r.IntN(3)), user.GroupID(1+r.IntN(3)))
			u.Access.PermissionGroups = user.IDSetOf(user.PermissionGroupID(1+r.IntN(3)), user.PermissionGroupID(1+r.IntN(3)))
			u.Access.Applications = user.IDSetOf(user.ApplicationID(1+r.IntN(3)), user.ApplicationID(1+r.IntN(3)))
		}
		u.Preferences.Views = user.IDSetOf(user.ViewID(1), user.ViewID(1+r.IntN(3)))
		if r.IntN(3) == 0 {
			u.Preferences.Views = user.IDSet[user.ViewID]{}
		}
		var managed []user.Assignment
		for g := range user.GroupID(3) {
			if r.IntN(2) == 0 && u.Access.Granted.Has(user.AgentManager) {
				managed = append(managed, user.Assignment{Group: g + 1})
			}
		}
		u.Management.ManagerOf = user.ListOf(managed...)
		people = append(people, roster.CreateParams{User: u})
	}
	_, err = h.CreateMany(ctx, people)
	must(t, err)
	for id := user.ID(1); id <= size; id++ {
		if r.IntN(2) == 0 {
			_, err = h.Transfer(ctx, roster.TransferParams{Users: []user.ID{id}, Amount: usd("1." + fmt.Sprint(id%9+1))})
			must(t, err)
		}
		if r.IntN(6) == 0 {
			_, err = h.Delete(ctx, id)
			must(t, err)
		}
	}
	return d
}

func usd(amount string) balance.Money { return balance.MustParse(amount, "USD") }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// reading are the actions that the random rows allow.
var reading = []permission.Action{permission.UserRead, permission.UserList, permission.MoneyRead, permission.ViewsRead}

// randomPolicy returns a policy of random rows, after as many tries as New refuses.
func randomPolicy(r *rand.Rand) *permission.Policy {
	for {
		spec := permission.Spec{Name: "random"}
		for i := range 1 + r.IntN(6) {
			row := permission.Row{Name: fmt.Sprint("row ", i), Scope: draw.OneOf(r,
				permission.Anybody, permission.AnyUser, permission.Self, permission.ManagedGroup, permission.ManagedGroup,
				permission.SameCustom("site"), permission.SameCustom("site"), permission.SameCustom("level"),
				permission.SameAs(user.AttrMemberOf), permission.SameAs(user.AttrLinesOfBusiness), permission.SameAs(user.AttrGroups),
				permission.SameAs(user.AttrApplications), permission.SameAs(user.AttrPermissionGroups))}
			for _, a := range reading {
				if r.IntN(2) == 0 {
					row.Actions = row.Actions.With(permission.ActionsOf(a))
				}
			}
			row.Actions = row.Actions.With(permission.ActionsOf(draw.OneOf(r, reading...)))
			row.Roles = user.RolesOf(draw.OneOf(r, pool...))
			if r.IntN(4) == 0 {
				row.Permissions = permission.PermissionsOf(permission.PermUserRead)
			}
			row.Everyone = row.Scope == permission.Self && r.IntN(2) == 0
			if r.IntN(3) == 0 {
				row.Targets = user.RolesOf(draw.OneOf(r, pool...), draw.OneOf(r, pool...))
			}
			spec.Rows = append(spec.Rows, row)
		}
		if r.IntN(2) == 0 { // the row of a vendor: who may list at all
			spec.Rows = append(spec.Rows, permission.Row{
				Name: "lists", Actions: permission.ActionsOf(permission.UserList), Roles: user.RolesOf(draw.OneOf(r, pool...), draw.OneOf(r, pool...)),
			})
		}
		if p, err := permission.New(spec); err == nil {
			return p
		}
	}
}

// randomAuthorizer returns a policy, a function that knows no Scope, or a combination of them.
func randomAuthorizer(r *rand.Rand) permission.Authorizer {
	p, other := randomPolicy(r), randomPolicy(r)
	opaque := permission.AuthorizerFunc(other.Check)
	odd := permission.AuthorizerFunc(func(_ context.Context, r permission.Request) error {
		if r.Target.ID%3 == 1 {
			return &permission.Denied{}
		}
		return nil
	})
	return draw.OneOf[permission.Authorizer](r,
		p, p, p, opaque, permission.Any(p, other), permission.All(p, other), permission.Any(p, opaque), permission.All(p, odd), permission.All(odd, p), odd,
		permission.Guarded(p, permission.StandardSelfRules()), permission.All(permission.Any(p, other), odd),
	)
}

func randomActor(r *rand.Rand) roster.Actor {
	switch id := user.ID(1 + r.IntN(size)); r.IntN(8) {
	case 0:
		return roster.KeyActor(0, permission.VendorPermissions())
	case 1:
		return roster.KeyActor(id, permission.VendorPermissions())
	default:
		return roster.UserActor(id)
	}
}

func randomList(r *rand.Rand) (l roster.ListParams) {
	for range r.IntN(3) {
		draw.SetFilter(r, &l.Query, draw.OneOf(r, draw.Filters()...))
	}
	l.Order, l.Descending = draw.OneOf(r, storage.OrderByID, storage.OrderByLogin, storage.OrderByDisplayName), r.IntN(2) == 0
	l.Limit = 1 + r.IntN(8)
	return l
}
