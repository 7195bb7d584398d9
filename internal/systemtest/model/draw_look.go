package model

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func drawGet(t *rapid.T, m *Model) Op {
	id, deleted, how := anyone(t, m), sometimes(t, "deleted", 2), How{As: actor(t)}
	name := fmt.Sprint("Get ", id)
	if deleted {
		name = fmt.Sprint("GetDeleted ", id)
	}
	return Op{
		name + how.String(),
		func(ctx context.Context, f *Front) (any, error) {
			get := f.as(how).Get
			if deleted {
				get = f.as(how).GetDeleted
			}
			u, err := get(ctx, user.ID(id))
			return recordOf(u), err
		},
		func(m *Model) (any, error) { return m.get(how.As, id, deleted) },
	}
}

var keyKinds = map[string]user.KeyKind{
	"login": user.KeyLogin, "pid": user.KeyPID, "fullName": user.KeyFullName, "email": user.KeyEmail, "phone": user.KeyPhone,
	"employeeId": user.KeyEmployeeID,
}

func drawFind(t *rapid.T, _ *Model) Op {
	by := one(t, "by", [][2]string{
		{"login", "ANN"}, {"login", "bob"}, {"pid", "p1"}, {"fullName", " Ann Lee"}, {"email", "a@EXAMPLE.com"},
		{"phone", "+12125550000"}, {"employeeId", "e1"},
	}...)
	return Op{
		fmt.Sprintf("Find %s %q", by[0], by[1]),
		func(ctx context.Context, f *Front) (any, error) {
			u, err := f.host().Find(ctx, keyKinds[by[0]], by[1])
			return recordOf(u), err
		},
		func(m *Model) (any, error) { return m.find(by[0], by[1]) },
	}
}

// drawList draws an operation that lists users with up to two filters. The operation reads the
// first page, and the second if there is one.
func drawList(t *rapid.T, _ *Model) Op {
	l := List{Limit: rapid.IntRange(1, 4).Draw(t, "limit"), As: actor(t)}
	for range rapid.IntRange(0, 2).Draw(t, "filters") {
		switch rapid.IntRange(0, 11).Draw(t, "filter") {
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
		case 9:
			l.Custom = one(t, "custom", "site=Berlin", "site=Oslo", "n=3", "n=3 site=Berlin", "vip=true")
		case 10:
			l.HasCustom = one(t, "has", "site", "n")
		case 11:
			l.LacksCustom = one(t, "lacks", "site", "n")
		}
	}
	l.Order, l.Descending = one(t, "order", "", "login", "display"), sometimes(t, "descending", 2)
	return Op{
		fmt.Sprint("List ", l),
		func(ctx context.Context, f *Front) (any, error) {
			one, err := f.page(ctx, l.ask(), How{As: l.As})
			if err != nil || !one.More {
				return []Page{one}, err
			}
			two, err := f.page(ctx, f.list, f.reader)
			return []Page{one, two}, err
		},
		func(m *Model) (any, error) {
			one, err := m.list(l, nil)
			if err != nil || m.page == nil {
				return []Page{one}, err
			}
			two, err := m.list(l, m.page)
			return []Page{one, two}, err
		},
	}
}

// drawNext reads the next page of the list that was read last. Other calls may have changed users
// meanwhile.
func drawNext(*rapid.T, *Model) Op {
	return Op{
		"Next page of that list",
		func(ctx context.Context, f *Front) (any, error) {
			if f.list.Cursor == "" {
				return nil, nil
			}
			return f.page(ctx, f.list, f.reader)
		},
		func(m *Model) (any, error) {
			if m.page == nil {
				return nil, nil
			}
			return m.list(m.page.list, m.page)
		},
	}
}

// page returns the page of the list l that the actor of by reads. It includes balances only if it
// has users. page keeps l, with the cursor of the next page, in f.list and keeps by in f.reader, so
// that the next page is f.page(ctx, f.list, f.reader). After an error, page keeps nothing and
// returns the zero Page and the error.
func (f *Front) page(ctx context.Context, l roster.ListParams, by How) (Page, error) {
	p, err := f.as(by).List(ctx, l)
	if err != nil {
		return Page{}, err
	}
	f.list, f.list.Cursor, f.reader = l, p.Next, by
	shown := Page{Users: showUsers(p.Users), More: p.Next != "", Total: p.Total, Revision: int(p.Revision), Config: int(p.ConfigRevision)}
	if len(p.Users) > 0 {
		shown.Funds = showFunds(p.Balances)
	}
	return shown, nil
}

func (l List) ask() roster.ListParams {
	q := roster.ListParams{Total: true, Balances: l.As == 0}
	q.Deleted = map[string]storage.Deleted{"with": storage.WithDeleted, "only": storage.OnlyDeleted}[l.Deleted]
	q.Enabled = map[string]storage.BoolFilter{"yes": storage.Yes, "no": storage.No}[l.Enabled]
	q.Roles = rolesOf(l.Role)
	if l.Status != "" {
		q.Statuses = []user.Status{statusOf(l.Status)}
	}
	if l.Application != "" {
		q.Applications = []user.ApplicationID{user.ApplicationID(atoi(l.Application))}
	}
	q.Skill, q.MemberOf, q.ManagerOf = user.SkillID(atoi(l.Skill)), user.GroupID(atoi(l.MemberOf)), user.GroupID(atoi(l.ManagerOf))
	q.Text, q.Custom, q.HasCustom, q.LacksCustom = l.Text, customOf(l.Custom), l.HasCustom, l.LacksCustom
	q.Order = map[string]storage.Order{"login": storage.OrderByLogin, "display": storage.OrderByDisplayName}[l.Order]
	q.Descending, q.Limit = l.Descending, l.Limit
	return q
}

// drawLook draws a read by the system actor. It returns the call on the front door together with
// the result that the model expects. The call reads one of:
//
//   - the account and its revision
//   - the references of a kind and one of them by name
//   - the number of users with a role, or of deleted users
//   - two users by id
//   - the views of one user
func drawLook(t *rapid.T, m *Model) Op {
	id, too := anyone(t, m), anyone(t, m)
	switch one(t, "look", "Account", "References", "Count", "GetMany", "Views") {
	case "Account":
		return Op{
			"Account and Revision",
			func(ctx context.Context, f *Front) (any, error) {
				a, err := f.host().Account(ctx)
				if err != nil {
					return nil, err
				}
				rev, err := f.host().Revision(ctx)
				return []any{showAccount(a), int(rev)}, err
			},
			func(m *Model) (any, error) { return []any{m.account, m.revision}, nil },
		}
	case "References":
		kind, name := one(t, "kind", "profile", "skill"), one(t, "name", "agents", "first", "second")
		return Op{
			fmt.Sprintf("References %s and that named %q", kind, name),
			func(ctx context.Context, f *Front) (any, error) {
				list, err := f.host().References(ctx, referenceKinds[kind], 0, 0)
				if err != nil {
					return nil, err
				}
				ref, err := f.host().ReferenceByName(ctx, referenceKinds[kind], name)
				return append(showReferences(list), showReference(ref)), err
			},
			func(m *Model) (any, error) {
				list := m.referencesOf(kind)
				i := slices.IndexFunc(list, func(r Record) bool { return r["name"] == name })
				if i < 0 {
					return nil, notFound
				}
				return append(list, list[i]), nil
			},
		}
	case "Count":
		l := List{Role: one(t, "role", "", "agent"), Deleted: one(t, "deleted", "", "with", "only")}
		return Op{
			fmt.Sprint("Count ", l),
			func(ctx context.Context, f *Front) (any, error) { return f.host().Count(ctx, l.ask()) },
			func(m *Model) (any, error) {
				n := 0
				for _, u := range m.users {
					if l.wants(u) {
						n++
					}
				}
				return n, nil
			},
		}
	case "GetMany":
		return Op{
			fmt.Sprint("GetMany ", id, " ", too),
			func(ctx context.Context, f *Front) (any, error) {
				list, err := f.host().GetMany(ctx, user.ID(id), user.ID(too))
				return showUsers(list), err
			},
			func(m *Model) (any, error) {
				var list []Record
				for i, id := range []int{id, too} {
					u, err := m.live(id)
					if err != nil {
						return nil, itemOf(i, false, err)
					}
					list = append(list, u)
				}
				return list, nil
			},
		}
	}
	return Op{
		fmt.Sprint("Views of ", id),
		func(ctx context.Context, f *Front) (any, error) {
			list, err := f.host().Views(ctx, user.ID(id))
			return showReferences(list), err
		},
		func(m *Model) (any, error) {
			u, err := m.live(id)
			var list []Record
			for _, v := range strings.Fields(u["views"]) {
				ref := m.refs["view "+v]
				if ref == nil { // the account knows nothing of it
					ref = Record{".id": v, ".version": "", "name": ""}
				}
				list = append(list, ref)
			}
			return list, err
		},
	}
}
