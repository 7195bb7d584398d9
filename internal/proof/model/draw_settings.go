package model

import (
	"context"
	"fmt"

	"pgregory.net/rapid"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func drawAccount(t *rapid.T, m *Model) Op {
	a := Record{"currency": one(t, "currency", "USD", "USD", "EUR", "JPY")}
	for _, v := range []struct {
		name string
		list []string
	}{
		{"overdraft", []string{"", "100000"}}, {"hold", []string{"", "1m0s", "1h0m0s", "never"}},
		{"reservationTime", []string{"", "1m0s"}}, {"maxUsers", []string{"", "", "2", "4"}}, {"name", []string{"", "Acme"}},
	} {
		a.set(v.name, one(t, v.name, v.list...))
	}
	how := how(t, m, atoi(m.account[".version"]))
	if sometimes(t, "create", 10) {
		return createAccount(a, how)
	}
	return Op{
		fmt.Sprint("UpdateAccount ", a, how.String()),
		func(ctx context.Context, f *Front) (any, error) {
			b, err := f.host().UpdateAccount(ctx, accountOf(a), how.options()...)
			return showAccount(b), err
		},
		func(m *Model) (any, error) { return m.updateAccount(a, how) },
	}
}

func createAccount(a Record, how How) Op {
	return Op{
		fmt.Sprint("CreateAccount ", a, how.String()),
		func(ctx context.Context, f *Front) (any, error) {
			b, err := f.host().CreateAccount(ctx, accountOf(a), how.options()...)
			return showAccount(b), err
		},
		func(m *Model) (any, error) { return m.createAccount(a, how) },
	}
}

func putRef(kind string, id int, name, gives string, how How) Op {
	return Op{
		fmt.Sprintf("PutReference %s %d name=%q gives=%q%s", kind, id, name, gives, how),
		func(ctx context.Context, f *Front) (any, error) {
			ref, err := f.host().PutReference(ctx, refOf(kind, id, name, gives), how.options()...)
			return showRef(ref), err
		},
		func(m *Model) (any, error) { return m.putRef(kind, id, name, gives, how) },
	}
}

func drawRef(t *rapid.T, m *Model) Op {
	kind, id, gives := one(t, "kind", "profile", "skill"), rapid.IntRange(0, 4).Draw(t, "id"), ""
	if kind == "profile" {
		gives = one(t, "gives", "agent", "agent_manager", "")
	}
	how := how(t, m, atoi(m.refs[kind+" "+itoa(id)][".version"]))
	return putRef(kind, id, one(t, "name", "first", "second", "third", "fourth"), gives, how)
}

func drawDeleteRef(t *rapid.T, m *Model) Op {
	kind, id := one(t, "kind", "profile", "skill"), rapid.IntRange(1, 4).Draw(t, "id")
	how := how(t, m, atoi(m.refs[kind+" "+itoa(id)][".version"]))
	return Op{
		fmt.Sprint("DeleteReference ", kind, " ", id, how.String()),
		func(ctx context.Context, f *Front) (any, error) {
			return nil, f.host().DeleteReference(ctx, refKinds[kind], int64(id), how.options()...)
		},
		func(m *Model) (any, error) { return nil, m.deleteRef(kind, id, how) },
	}
}

// drawList reads the first two pages of a list.
func drawList(t *rapid.T, _ *Model) Op {
	l := List{Limit: rapid.IntRange(1, 4).Draw(t, "limit")}
	for range rapid.IntRange(0, 2).Draw(t, "filters") {
		switch rapid.IntRange(0, 8).Draw(t, "filter") {
		case 0:
			l.Deleted = one(t, "deleted", "with", "only")
		case 1:
			l.Enabled = one(t, "enabled", "yes", "no")
		case 2:
			l.Role = one(t, "role", "agent", "agent_manager")
		case 3:
			l.Status = one(t, "status", "READY", "OFFLINE")
		case 4:
			l.Application = one(t, "application", "1", "2")
		case 5:
			l.Skill = one(t, "skill", "1", "2")
		case 6:
			l.MemberOf = "1"
		case 7:
			l.ManagerOf = "2"
		case 8:
			l.Text = one(t, "text", "AN", "b", "kim", "+1212", "example")
		}
	}
	l.Order, l.Descending = one(t, "order", "", "login", "display"), sometimes(t, "descending", 2)
	return Op{
		fmt.Sprint("List ", l),
		func(ctx context.Context, f *Front) (any, error) {
			one, err := f.page(ctx, l.ask())
			if err != nil || !one.More {
				return []Page{one}, err
			}
			two, err := f.page(ctx, f.list)
			return []Page{one, two}, err
		},
		func(m *Model) (any, error) {
			one := m.list(l, nil)
			if m.page == nil {
				return []Page{one}, nil
			}
			return []Page{one, m.list(l, m.page)}, nil
		},
	}
}

// drawNext goes on with the list that was read last, whatever was written since.
func drawNext(*rapid.T, *Model) Op {
	return Op{
		"Next page of that list",
		func(ctx context.Context, f *Front) (any, error) {
			if f.list.Cursor == "" {
				return nil, nil
			}
			return f.page(ctx, f.list)
		},
		func(m *Model) (any, error) {
			if m.page == nil {
				return nil, nil
			}
			return m.list(m.page.list, m.page), nil
		},
	}
}

// page reads a page, and remembers how to go on.
func (f *Front) page(ctx context.Context, l roster.List) (Page, error) {
	p, err := f.host().List(ctx, l)
	f.list, f.list.Cursor = l, p.Next
	shown := Page{Users: showUsers(p.Users), More: p.Next != "", Total: p.Total, Revision: int(p.Revision)}
	if len(p.Users) > 0 {
		shown.Funds = showFunds(p.Funds)
	}
	return shown, err
}

func (l List) ask() roster.List {
	q := roster.List{Total: true, Funds: true}
	q.Deleted = map[string]storage.Deleted{"with": storage.WithDeleted, "only": storage.OnlyDeleted}[l.Deleted]
	q.Enabled = map[string]storage.Tri{"yes": storage.Yes, "no": storage.No}[l.Enabled]
	q.Roles = rolesOf(l.Role)
	if l.Status != "" {
		q.Statuses = []user.Status{statusOf(l.Status)}
	}
	if l.Application != "" {
		q.Applications = []user.ApplicationID{user.ApplicationID(atoi(l.Application))}
	}
	q.Skill, q.MemberOf, q.ManagerOf = user.SkillID(atoi(l.Skill)), user.GroupID(atoi(l.MemberOf)), user.GroupID(atoi(l.ManagerOf))
	q.Text = l.Text
	q.Order = map[string]storage.Order{"login": storage.ByLogin, "display": storage.ByDisplayName}[l.Order]
	q.Descending, q.Limit = l.Descending, l.Limit
	return q
}
