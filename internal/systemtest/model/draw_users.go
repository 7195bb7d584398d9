package model

import (
	"context"
	"fmt"

	"pgregory.net/rapid"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/user"
)

// What the function for the front door gets in each call.
type (
	ctx     = context.Context
	handle  = roster.Handle
	options = []roster.CallOption
)

func drawCreate(t *rapid.T, m *Model) Op {
	fields, how := drawNewUser(t), how(t, m, 0)
	return call(fmt.Sprint("Create ", fields), how, func(c ctx, h handle, o options) (roster.Result, error) {
		return h.Create(c, roster.CreateParams{User: userOf(fields)}, o...)
	}, showOne, func(m *Model) ([]Result, error) { return m.create([]Record{fields}, how) })
}

func drawCreateMany(t *rapid.T, m *Model) Op {
	return createMany([]Record{drawNewUser(t), drawNewUser(t)}, how(t, m, 0))
}

func createMany(pending []Record, how How) Op {
	users := each(pending, func(fields Record) roster.CreateParams { return roster.CreateParams{User: userOf(fields)} })
	return call(fmt.Sprintf("CreateMany %v", pending), how, func(c ctx, h handle, o options) ([]roster.Result, error) {
		return h.CreateMany(c, users, o...)
	}, showResults, func(m *Model) ([]Result, error) { return m.create(pending, how) })
}

func drawPatch(t *rapid.T, m *Model) Op {
	id := near(t, "id")
	fields, how := fields(t, 0, 4), howTo(t, m, id)
	return call(fmt.Sprint("Patch ", id, " ", fields), how, func(c ctx, h handle, o options) (roster.Result, error) {
		return h.Patch(c, user.ID(id), patchOf(fields), o...)
	}, showOne, func(m *Model) ([]Result, error) { return m.edit([]Edit{{id, fields}}, how) })
}

func drawEdit(t *rapid.T, m *Model) Op {
	var edits []Edit
	for range one(t, "edits", 2, 2, 3) {
		edits = append(edits, Edit{near(t, "id"), fields(t, 0, 2)})
	}
	how := howTo(t, m, edits[0].ID)
	asked := each(edits, func(e Edit) roster.Edit { return roster.Edit{ID: user.ID(e.ID), Patch: patchOf(e.Fields)} })
	return call(fmt.Sprintf("Edit %v", edits), how, func(c ctx, h handle, o options) ([]roster.Result, error) {
		return h.Edit(c, asked, o...)
	}, showResults, func(m *Model) ([]Result, error) { return m.edit(edits, how) })
}

// drawRoles draws a call of SetRoles, by any actor. The user need not exist.
func drawRoles(t *rapid.T, m *Model) Op {
	id := near(t, "id")
	roles := one(t, "roles", "", "agent", "agent_manager", "user_manager", "admin", "owner", "admin agent")
	how := howBy(t, m, id)
	return call(fmt.Sprintf("SetRoles %d %q", id, roles), how, func(c ctx, h handle, o options) (roster.Result, error) {
		return h.SetRoles(c, user.ID(id), rolesOf(roles), o...)
	}, showOne, func(m *Model) ([]Result, error) { return m.edit([]Edit{{id, Record{"roles": roles}}}, how) })
}

// single is a call that takes one user and no other argument.
type single struct {
	front func(handle, ctx, user.ID, ...roster.CallOption) (roster.Result, error)
	model func(m *Model, id int, how How) ([]Result, error)
}

func able(enabled string) func(*Model, int, How) ([]Result, error) {
	return func(m *Model, id int, how How) ([]Result, error) {
		return m.edit([]Edit{{id, Record{"enabled": enabled}}}, how)
	}
}

var singles = map[string]single{
	"Delete":  {handle.Delete, func(m *Model, id int, how How) ([]Result, error) { return m.delete([]int{id}, how) }},
	"Restore": {handle.Restore, (*Model).restore},
	"Disable": {handle.Disable, able("false")},
	"Enable":  {handle.Enable, able("")},
}

// ofOne returns a function that draws calls of the named method of singles. The actor is random,
// and the user need not exist.
func ofOne(name string) func(*rapid.T, *Model) Op {
	return func(t *rapid.T, m *Model) Op {
		id := near(t, "id")
		how := howBy(t, m, id)
		return call(fmt.Sprint(name, " ", id), how, func(c ctx, h handle, o options) (roster.Result, error) {
			return singles[name].front(h, c, user.ID(id), o...)
		}, showOne, func(m *Model) ([]Result, error) { return singles[name].model(m, id, how) })
	}
}

func userIDs(ids []int) []user.ID { return each(ids, func(id int) user.ID { return user.ID(id) }) }

func drawDeleteMany(t *rapid.T, m *Model) Op {
	ids, how := someone(t, 3), howBy(t, m, 0)
	return call(fmt.Sprint("DeleteMany ", ids), how, func(c ctx, h handle, o options) ([]roster.Result, error) {
		return h.DeleteMany(c, userIDs(ids), o...)
	}, showResults, func(m *Model) ([]Result, error) { return m.delete(ids, how) })
}

func drawGet(t *rapid.T, _ *Model) Op {
	id, deleted, how := near(t, "id"), sometimes(t, "deleted", 2), How{As: actor(t)}
	return call(fmt.Sprint("Get ", id, " deleted=", deleted), how, func(c ctx, h handle, _ options) (user.User, error) {
		if deleted {
			return h.GetDeleted(c, user.ID(id))
		}
		return h.Get(c, user.ID(id))
	}, recordOf, func(m *Model) (Record, error) { return m.get(how.As, id, deleted) })
}
