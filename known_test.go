package roster_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// skilled returns a patch that sets the skills.
func skilled(ids ...user.SkillID) user.Patch {
	return user.Patch{Skills: user.Set(user.IDSetOf(ids...))}
}

// TestUnknownReferencesAreRefused checks every call that can give a user an id of reference data.
// An unknown id is refused if the account has other pieces of the kind. The world has the skill
// 7, which the agent has, and no group, queue or view.
func TestUnknownReferencesAreRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ok(second(w.host.PutReference(w.ctx, user.Reference{Kind: user.ReferenceView, ID: 1, Name: "open"})))
		newcomer, replaced, h, c := withID(0), w.user(agent), w.host, w.ctx
		newcomer.User.Capacity.Skills = user.IDSetOf[user.SkillID](7, 8)
		replaced.Capacity.Skills = newcomer.User.Capacity.Skills
		phrase := roster.PasswordChange{New: newPhrase}
		completed := func(user.User, user.Patch) user.Patch { return skilled(7, 8) }
		w.unchanged("unknown ids", func() {
			for _, tt := range []struct {
				path string
				err  error
			}{
				{"/capacity/skills/1", second(h.Create(c, newcomer))},
				{"/1/capacity/skills/1", second(h.CreateMany(c, []roster.CreateParams{named("fine"), newcomer}))},
				{"/capacity/skills/1", second(h.Patch(c, agent, skilled(7, 8)))},
				{"/1/capacity/skills/0", second(h.Edit(c, []roster.Edit{{ID: agent}, {ID: other, Patch: skilled(6)}}))},
				{"/capacity/skills/1", second(h.Edit(c, []roster.Edit{{ID: agent, Patch: skilled(7, 8), Password: &phrase}}))},
				{"/capacity/skills/1", second(h.Edit(c, []roster.Edit{{ID: agent, PatchFunc: completed}}))},
				{"/capacity/skills/1", second(h.Replace(c, agent, replaced, 0))},
				{"/preferences/views/0", second(h.SetView(c, agent, 2, true))},
			} {
				if field(tt.err) != tt.path {
					t.Errorf("%v, want one at %s", tt.err, tt.path)
				}
			}
		})
		// The world has no group at all, so every id is valid.
		w.ok(second(w.host.Patch(w.ctx, agent, user.Patch{MemberOf: user.Set[user.GroupID](99)})))
		// A piece that is deleted while a user has it stays, and an unchanged user can be sent
		// back.
		w.ok(second(w.host.PutReference(w.ctx, user.Reference{Kind: user.ReferenceSkill, ID: 8, Name: "telex"})))
		w.ok(second(w.host.Patch(w.ctx, agent, skilled(7, 8))))
		w.ok(w.host.DeleteReference(w.ctx, user.ReferenceSkill, 8))
		w.unchanged("an unchanged user", func() {
			w.ok(second(w.host.Replace(w.ctx, agent, w.user(agent), 0)))
		})
		w.ok(second(w.host.Patch(w.ctx, agent, skilled(8))))
		w.ok(second(w.host.Patch(w.ctx, agent, skilled())))
		if _, err := w.host.Patch(w.ctx, agent, skilled(8)); field(err) != "/capacity/skills/0" {
			t.Errorf("a skill that was given up and is no more: %v", err)
		}
		// With the last piece of a kind the check goes as well.
		w.ok(w.host.DeleteReference(w.ctx, user.ReferenceSkill, 7))
		w.ok(second(w.host.Patch(w.ctx, agent, skilled(8))))
	})
}

// TestReferencesAreKnownInAccountsWithMany looks up ids in accounts with many pieces of a kind,
// in several orders.
func TestReferencesAreKnownInAccountsWithMany(t *testing.T) {
	w := newWorld(t, memstore.New())
	must(w.store.Update(w.ctx, "acme", func(ctx context.Context, s storage.Writer) (err error) {
		for id := int64(10); id <= 5000; id += 2 {
			ref := user.Reference{Kind: user.ReferenceSkill, ID: id, Version: s.Next(), Name: fmt.Sprint("skill ", id)}
			err = errors.Join(err, s.PutReference(ctx, ref))
		}
		return err
	}))
	for _, ids := range [][]user.SkillID{{7, 10, 12}, {70, 72, 4998, 5000}, {7, 1000, 1002, 3000, 5000}} {
		w.ok(second(w.host.Patch(w.ctx, other, skilled(ids...))))
	}
	for id, at := range map[user.SkillID]int{1: 0, 8: 0, 11: 0, 3001: 1, 5001: 1} {
		_, err := w.host.Edit(w.ctx, []roster.Edit{{ID: agent, Patch: skilled(4000)}, {ID: other, Patch: skilled(id, 100)}})
		if field(err) != fmt.Sprint("/1/capacity/skills/", at) {
			t.Errorf("skill %d: %v, want one at %d", id, err, at)
		}
	}
}

// TestReferenceDataAreReadOnceForEachKind checks that a patch that adds no id reads no reference
// data, and that a call with many users reads each kind once.
func TestReferenceDataAreReadOnceForEachKind(t *testing.T) {
	w := newWorld(t, memstore.New())
	users := make([]roster.CreateParams, 20)
	for i := range users {
		users[i] = named(fmt.Sprint("new", i))
		users[i].User.Capacity = user.Capacity{Skills: user.IDSetOf[user.SkillID](7), Queues: user.IDSetOf(user.QueueID(i + 1))}
		users[i].User.Access = user.Access{Profiles: user.IDSetOf(agentProfile), Groups: user.IDSetOf(user.GroupID(i + 1))}
	}
	same := w.user(agent)
	for _, tt := range []struct {
		name string
		most int
		do   func(h roster.Handle) error
	}{
		{"a name", 0, func(h roster.Handle) error { return second(h.Patch(w.ctx, other, user.Patch{LastName: user.Set("A")})) }},
		{"the same", 1, func(h roster.Handle) error { return second(h.Replace(w.ctx, agent, same, 0)) }}, // profiles give roles
		{"many users", 4, func(h roster.Handle) error { return second(h.CreateMany(w.ctx, users)) }},
	} {
		used, err := w.failing(tt.name, roster.SystemActor(), tt.do)
		if n := used["Reference"] + used["References"]; err != nil || n > tt.most {
			t.Errorf("%s: %d reads of reference data, want at most %d; %v", tt.name, n, tt.most, err)
		}
	}
}

// TestACallIsWholeWhenReferenceDataCannotBeRead checks that a call returns the error of a storage
// that fails to read reference data, and no error about an unknown id.
func TestACallIsWholeWhenReferenceDataCannotBeRead(t *testing.T) {
	w := newWorld(t, memstore.New())
	w.ok(second(w.host.PutReference(w.ctx, user.Reference{Kind: user.ReferenceView, ID: 1, Name: "open"})))
	for path, do := range map[string]func(h roster.Handle) error{
		"/capacity/skills/0":   func(h roster.Handle) error { return second(h.Patch(w.ctx, agent, skilled(8))) },
		"/preferences/views/0": func(h roster.Handle) error { return second(h.SetView(w.ctx, agent, 8, true)) },
	} {
		if _, err := w.failing(path, roster.SystemActor(), do); field(err) != path {
			t.Errorf("%v, want one at %s", err, path)
		}
	}
}
