package authorizer_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/authorizer"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// desk is the center with five users: boss (1) administers, ann (2) is an agent at Berlin in group
// 7, bob (3) one at Riga in group 8, lea (4) leads group 7, and quinn (5) analyzes Berlin.
type desk struct {
	*testing.T
	dir  *roster.Directory
	host roster.Handle
}

const (
	boss  user.ID = iota + 1
	ann           // an agent at Berlin
	bob           // an agent at Riga
	lea           // a team lead
	quinn         // an analyst
)

func newDesk(t *testing.T) *desk {
	policy, err := authorizer.Policy()
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{T: t, dir: roster.New(memstore.New(), roster.WithAuthorizer(policy), roster.WithTransitions(authorizer.Transitions()))}
	d.host = d.dir.As("acme", roster.SystemActor())
	d.ok(d.host.CreateAccount(ctx, authorizer.Settings()))
	var users []roster.CreateParams
	for i, role := range []user.Role{user.Admin, user.Agent, user.Agent, authorizer.TeamLead, authorizer.QualityAnalyst} {
		u := user.User{Identity: user.Identity{Login: []string{"boss", "ann", "bob", "lea", "quinn"}[i]}}
		u.Access.Granted = user.RolesOf(role)
		u.Custom = u.Custom.With(authorizer.Site, user.TextValue([]string{"Riga", "Berlin", "Riga", "Berlin", "Berlin"}[i]))
		u.Capacity.MemberOf.Group = user.GroupID([]int{0, 7, 8, 0, 0}[i])
		if role == authorizer.TeamLead {
			u.Management.ManagerOf = user.ListOf(user.Assignment{Group: 7})
		}
		users = append(users, roster.CreateParams{User: u})
	}
	d.ok(d.host.CreateMany(ctx, users))
	return d
}

func (d *desk) as(id user.ID) roster.Handle { return d.dir.As("acme", roster.UserActor(id)) }

// ok demands that a call succeeds, whatever it returns.
func (d *desk) ok(_ any, err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

// refused demands an error of a sort.
func (d *desk) refused(what string, err, want error) {
	d.Helper()
	if !errors.Is(err, want) {
		d.Errorf("%s: %v, want %v", what, err, want)
	}
}

// problems returns the paths and codes of a *validate.Error.
func problems(err error) (list []string) {
	var invalid *validate.Error
	if errors.As(err, &invalid) {
		for _, p := range invalid.Problems {
			list = append(list, p.Path+" "+string(p.Code))
		}
	}
	return list
}

func (d *desk) invalid(err error, want ...string) {
	d.Helper()
	if got := problems(err); !slices.Equal(got, want) {
		d.Errorf("%v, want %v", err, want)
	}
}

func (d *desk) lists(h roster.Handle, q storage.Query, want ...user.ID) {
	d.Helper()
	page, err := h.List(ctx, roster.ListParams{Query: q, Total: true})
	var got []user.ID
	for _, u := range page.Users {
		got = append(got, u.ID)
	}
	if err != nil || !slices.Equal(got, want) || page.Total != len(want) {
		d.Errorf("%v, total %d, %v, want %v", got, page.Total, err, want)
	}
}

func set(name string, v user.Value) user.Patch {
	return user.Patch{Custom: user.CustomPatch{}.Set(name, v)}
}

func (d *desk) patch(id user.ID, p user.Patch) error {
	_, err := d.host.Patch(ctx, id, p)
	return err
}

func (d *desk) define(list ...user.CustomAttribute) error {
	a := authorizer.Settings()
	a.CustomAttributes = user.CustomSchemaOf(list...)
	_, err := d.host.UpdateAccount(ctx, a)
	return err
}
