package model

import (
	"context"
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/user"
)

func drawWait(t *rapid.T, _ *Model) Op {
	return wait(one(t, "wait", time.Second, 30*time.Second, time.Minute, time.Hour))
}

func wait(d time.Duration) Op {
	return Op{
		fmt.Sprint("Wait ", d),
		func(_ context.Context, f *Front) (any, error) { f.now = f.now.Add(d); return nil, nil },
		func(m *Model) (any, error) { m.now = m.now.Add(d); return nil, nil },
	}
}

func (b NewUser) newUser() roster.CreateParams {
	n := roster.CreateParams{User: userOf(b.Fields), Password: roster.PasswordOf(b.Password), Activation: b.Activation}
	n.User.ID = user.ID(b.ID)
	return n
}

func drawCreate(t *rapid.T, m *Model) Op {
	b, how := drawNewUser(t, m), how(t, m, 0)
	return Op{
		fmt.Sprint("Create ", b, how.String()),
		func(ctx context.Context, f *Front) (any, error) {
			r, err := f.host().Create(ctx, b.newUser(), how.options()...)
			return showResult(r), err
		},
		func(m *Model) (any, error) {
			list, err := m.create([]NewUser{b}, true, how)
			return first(list), err
		},
	}
}

// first returns the first result, or a zero Result if there is none.
func first(list []Result) Result {
	if len(list) == 0 {
		return Result{}
	}
	return list[0]
}

func drawCreateMany(t *rapid.T, m *Model) Op {
	return createMany([]NewUser{drawNewUser(t, m), drawNewUser(t, m)}, how(t, m, 0))
}

func createMany(pending []NewUser, how How) Op {
	var users []roster.CreateParams
	name := "CreateMany"
	for _, b := range pending {
		users, name = append(users, b.newUser()), name+fmt.Sprint(" [", b, "]")
	}
	return Op{
		name + how.String(),
		func(ctx context.Context, f *Front) (any, error) {
			list, err := f.host().CreateMany(ctx, users, how.options()...)
			return showResults(list), err
		},
		func(m *Model) (any, error) { return m.create(pending, false, how) },
	}
}

func drawPatch(t *rapid.T, m *Model) Op {
	id := anyone(t, m)
	e, how := Edit{ID: id, Fields: fields(t, 0, 4)}, howTo(t, m, id)
	return Op{
		fmt.Sprint("Patch ", id, " ", e.Fields, how.String()),
		func(ctx context.Context, f *Front) (any, error) {
			r, err := f.host().Patch(ctx, user.ID(id), patchOf(e.Fields), how.options()...)
			return showResult(r), err
		},
		func(m *Model) (any, error) {
			list, err := m.edit([]Edit{e}, how)
			return first(list), err
		},
	}
}

func drawReplace(t *rapid.T, m *Model) Op {
	id := anyone(t, m)
	said, how := fields(t, 1, 5), howTo(t, m, id)
	said["login"] = one(t, "login", "ann", "bob", "kim")
	all, keep, keeping := everything(said), user.Attributes(0), ""
	if sometimes(t, "keep", 3) {
		keeping = " keeping maxChats and granted"
		keep = user.AttributesOf(user.AttrMaxChats, user.AttrGranted)
		delete(all, "maxChats")
		delete(all, "granted")
	}
	return Op{
		fmt.Sprint("Replace ", id, " ", said, keeping+how.String()),
		func(ctx context.Context, f *Front) (any, error) {
			// Statistics are not drawn in a replacement, so they are kept.
			r, err := f.host().Replace(ctx, user.ID(id), userOf(said), keep.With(user.AttributesOf(user.AttrStatistics)), how.options()...)
			return showResult(r), err
		},
		func(m *Model) (any, error) {
			list, err := m.edit([]Edit{{ID: id, Fields: all}}, how)
			return first(list), err
		},
	}
}

func newPassword(t *rapid.T) PasswordChange {
	return PasswordChange{
		New: one(t, "new", "pass1", "pass2", "pass3", "no"), Old: one(t, "old", "pass1", "pass2", "pass3"),
		HasOld: sometimes(t, "has old", 2),
	}
}

func (n PasswordChange) String() string {
	if n.HasOld {
		return fmt.Sprintf("new=%q old=%q", n.New, n.Old)
	}
	return fmt.Sprintf("new=%q", n.New)
}

func (n PasswordChange) ask() roster.PasswordChange {
	change := roster.PasswordChange{New: roster.PasswordOf(n.New), HasOld: n.HasOld}
	if n.HasOld {
		change.Old = roster.PasswordOf(n.Old)
	}
	return change
}

func drawEdit(t *rapid.T, m *Model) Op {
	var edits []Edit
	ids := []int{anyone(t, m), anyone(t, m), anyone(t, m)}[:one(t, "edits", 2, 2, 3)]
	passed := one(t, "passed", "", "", "login", "pid", "fullName")
	for i, id := range ids {
		e := Edit{ID: id, Fields: fields(t, 0, 2)}
		if passed != "" { // each takes the name of the next one, the last one that of the first
			e.Fields[passed] = m.users[ids[(i+1)%len(ids)]][passed]
		}
		if sometimes(t, "password", 3) {
			n := newPassword(t)
			n.HasOld = false
			e.Password = &n
		}
		edits = append(edits, e)
	}
	return edit(edits, howTo(t, m, edits[0].ID))
}

func edit(edits []Edit, how How) Op {
	name := "Edit"
	var asked []roster.Edit
	for _, e := range edits {
		ask := roster.Edit{ID: user.ID(e.ID), Patch: patchOf(e.Fields)}
		name += fmt.Sprint(" [", e.ID, " ", e.Fields)
		if e.Password != nil {
			n := e.Password.ask()
			ask.Password = &n
			name += fmt.Sprint(" ", *e.Password)
		}
		name, asked = name+"]", append(asked, ask)
	}
	return Op{
		name + how.String(),
		func(ctx context.Context, f *Front) (any, error) {
			list, err := f.host().Edit(ctx, asked, how.options()...)
			return showResults(list), err
		},
		func(m *Model) (any, error) { return m.edit(edits, how) },
	}
}

func drawPassword(t *rapid.T, m *Model) Op {
	id, n := anyone(t, m), newPassword(t)
	how := howBy(t, m, id)
	return Op{
		fmt.Sprint("ResetPassword ", id, " ", n, how.String()),
		func(ctx context.Context, f *Front) (any, error) {
			r, err := f.as(how).ResetPassword(ctx, user.ID(id), n.ask(), how.options()...)
			return showResult(r), err
		},
		func(m *Model) (any, error) {
			list, err := m.edit([]Edit{{ID: id, Password: &n}}, how)
			return first(list), err
		},
	}
}

func drawOwnPassword(t *rapid.T, m *Model) Op {
	id, n := anyone(t, m), newPassword(t)
	how := howTo(t, m, id)
	how.As = id
	return Op{
		fmt.Sprint("ChangePassword ", n, how.String()),
		func(ctx context.Context, f *Front) (any, error) {
			r, err := f.as(how).ChangePassword(ctx, n.ask(), how.options()...)
			return showResult(r), err
		},
		func(m *Model) (any, error) {
			list, err := m.edit([]Edit{{ID: id, Password: &n}}, how)
			return first(list), err
		},
	}
}

func drawSignIn(t *rapid.T, _ *Model) Op {
	login, plain := one(t, "login", "ann", "bob", "ANN", "Bob", "eve", "kim"), one(t, "password", "pass1", "pass2", "pass3")
	return Op{
		fmt.Sprintf("SignIn %q %q", login, plain),
		func(ctx context.Context, f *Front) (any, error) {
			u, err := f.dir.SignIn(ctx, f.account, login, roster.PasswordOf(plain))
			return recordOf(u), err
		},
		func(m *Model) (any, error) { return m.signIn(login, plain) },
	}
}

// drawAble draws a call of Disable or Enable for a user that may not exist, with drawn options and
// a drawn actor. It returns the call on the front door together with the edit of the attribute
// enabled that the model expects.
func drawAble(t *rapid.T, m *Model) Op {
	id, name := anyone(t, m), one(t, "able", "Disable", "Enable")
	said, how := Record{"enabled": "false"}, howBy(t, m, id)
	if name == "Enable" {
		said = Record{"enabled": ""}
	}
	return Op{
		fmt.Sprint(name, " ", id, how),
		func(ctx context.Context, f *Front) (any, error) {
			able := f.as(how).Disable
			if name == "Enable" {
				able = f.as(how).Enable
			}
			r, err := able(ctx, user.ID(id), how.options()...)
			return showResult(r), err
		},
		func(m *Model) (any, error) {
			list, err := m.edit([]Edit{{ID: id, Fields: said}}, how)
			return first(list), err
		},
	}
}

// drawRoles draws a call of SetRoles that replaces the roles of a user that may not exist, with
// drawn options and a drawn actor. It returns the call on the front door together with the result
// that the model expects.
func drawRoles(t *rapid.T, m *Model) Op {
	id, roles := anyone(t, m), one(t, "roles", "", "agent", "agent_manager", "user_manager", "admin", "owner", "admin agent", "team_lead")
	how := howBy(t, m, id)
	return step(fmt.Sprintf("SetRoles %d %q", id, roles), how,
		func(ctx context.Context, h roster.Handle, o ...roster.CallOption) (roster.Result, error) {
			return h.SetRoles(ctx, user.ID(id), rolesOf(roles), o...)
		},
		func(m *Model) (Result, error) {
			list, err := m.edit([]Edit{{ID: id, Fields: Record{"roles": roles}}}, how)
			return first(list), err
		})
}

// drawCustom draws a call of Patch that sets or clears one custom attribute of a user that may not
// exist. Some of the drawn values and names are invalid. It returns the call on the front door
// together with the result that the model expects.
func drawCustom(t *rapid.T, m *Model) Op {
	id, custom := anyone(t, m), one(t, "custom", "n=2", "n=7", "n=", "n=12", "site=Berlin", "site=Oslo", "site=", "vip=true", "x=1")
	how := howBy(t, m, id)
	return step(fmt.Sprintf("SetCustom %d %q", id, custom), how,
		func(ctx context.Context, h roster.Handle, o ...roster.CallOption) (roster.Result, error) {
			return h.Patch(ctx, user.ID(id), user.Patch{Custom: customPatchOf(custom)}, o...)
		},
		func(m *Model) (Result, error) {
			list, err := m.edit([]Edit{{ID: id, Fields: Record{"custom": custom}}}, how)
			return first(list), err
		})
}

func drawScheme(*rapid.T, *Model) Op {
	return Op{
		"NewScheme of hashes",
		func(_ context.Context, f *Front) (any, error) { f.hasher.present++; return nil, nil },
		func(m *Model) (any, error) { m.scheme++; return nil, nil },
	}
}

// drawMemory changes how many passwords the policy remembers.
func drawMemory(t *rapid.T, _ *Model) Op {
	n := rapid.IntRange(0, 2).Draw(t, "memory")
	return Op{
		fmt.Sprint("Remember ", n, " passwords"),
		func(_ context.Context, f *Front) (any, error) { f.policy.memory = n; return nil, nil },
		func(m *Model) (any, error) { m.memory = n; return nil, nil },
	}
}

// drawNote draws an operation that changes no user and only records a change for the embedding
// server. If it draws a user, the operation is RequestActivation for this user. Otherwise it is
// RefreshTab for the tab "tickets". The Op calls the method at the front door, and records in the
// model the expected change, whose revision the call must return.
func drawNote(t *rapid.T, m *Model) Op {
	id := anyOrNone(t, m)
	how := howTo(t, m, id)
	if id == 0 {
		return Op{
			fmt.Sprint("RefreshTab tickets", how.String()),
			func(ctx context.Context, f *Front) (any, error) {
				rev, err := f.host().RefreshTab(ctx, "tickets", how.common()...)
				return int(rev), err
			},
			func(m *Model) (any, error) { return m.note(Change{Type: "tab.refreshed", Detail: "tickets"}, 0, how) },
		}
	}
	return Op{
		fmt.Sprint("RequestActivation ", id, how.String()),
		func(ctx context.Context, f *Front) (any, error) {
			rev, err := f.host().RequestActivation(ctx, user.ID(id), how.options()...)
			return int(rev), err
		},
		func(m *Model) (any, error) {
			return m.note(Change{Type: "user.activation_requested", User: id}, id, how)
		},
	}
}
