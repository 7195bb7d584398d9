package roster_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/user/password"
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
		edit := func(edits ...roster.Edit) error { return second(h.Edit(c, edits)) }
		w.unchanged("unknown ids", func() {
			for _, tt := range []struct {
				name, path string
				err        error
			}{
				{"Create", "/capacity/skills/1", second(h.Create(c, newcomer))},
				{"CreateMany", "/1/capacity/skills/1", second(h.CreateMany(c, []roster.CreateParams{
					{User: user.User{Identity: user.Identity{Login: "fine"}}}, newcomer,
				}))},
				{"Patch", "/capacity/skills/1", second(h.Patch(c, agent, skilled(7, 8)))},
				{"Edit", "/1/capacity/skills/0", edit(roster.Edit{ID: agent, Patch: skilled(7)}, roster.Edit{ID: other, Patch: skilled(6)})},
				{"Edit with a password", "/capacity/skills/1",
					edit(roster.Edit{ID: agent, Patch: skilled(7, 8), Password: &roster.PasswordChange{New: newPhrase}})},
				{"Edit that completes its patch", "/capacity/skills/1",
					edit(roster.Edit{ID: agent, PatchFunc: func(user.User, user.Patch) user.Patch { return skilled(7, 8) }})},
				{"Replace", "/capacity/skills/1", second(h.Replace(c, agent, replaced, 0))},
				{"SetView", "/preferences/views/0", second(h.SetView(c, agent, 2, true))},
			} {
				if field(tt.err) != tt.path {
					t.Errorf("%s: %v, want one at %s", tt.name, tt.err, tt.path)
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

// reading counts how often reference data are read.
type reading struct {
	storage.Storage
	reads int
}

type readingWriter struct {
	storage.Writer
	s *reading
}

func (s *reading) Update(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error) (user.Revision, error) {
	return s.Storage.Update(ctx, a, func(ctx context.Context, w storage.Writer) error { return fn(ctx, readingWriter{w, s}) })
}

func (w readingWriter) Reference(ctx context.Context, k user.ReferenceKind, id int64) (user.Reference, error) {
	w.s.reads++
	return w.Writer.Reference(ctx, k, id)
}

func (w readingWriter) References(ctx context.Context, k user.ReferenceKind, after int64, limit int) ([]user.Reference, error) {
	w.s.reads++
	return w.Writer.References(ctx, k, after, limit)
}

// TestReferenceDataAreReadOnceForEachKind checks that a patch that adds no id reads no reference
// data, and that a call with a thousand users reads each kind once.
func TestReferenceDataAreReadOnceForEachKind(t *testing.T) {
	s := &reading{Storage: memstore.New()}
	w := newWorld(t, s)
	users := make([]roster.CreateParams, 1000)
	for i := range users {
		users[i].User = user.User{
			Identity: user.Identity{Login: fmt.Sprint("new", i)},
			Capacity: user.Capacity{Skills: user.IDSetOf[user.SkillID](7), Queues: user.IDSetOf(user.QueueID(i + 1))},
			Access:   user.Access{Profiles: user.IDSetOf(agentProfile), Groups: user.IDSetOf(user.GroupID(i + 1))},
		}
	}
	same := w.user(agent)
	for _, tt := range []struct {
		name string
		most int
		do   func() error
	}{
		{"a patch of a name", 0, func() error { return second(w.host.Patch(w.ctx, other, user.Patch{LastName: user.Set("A")})) }},
		{"a replacement by the same", 1, func() error { return second(w.host.Replace(w.ctx, agent, same, 0)) }}, // profiles give roles
		{"a thousand users", 4, func() error { return second(w.host.CreateMany(w.ctx, users)) }},
	} {
		s.reads = 0
		if w.ok(tt.do()); s.reads > tt.most {
			t.Errorf("%s: %d reads of reference data, want at most %d", tt.name, s.reads, tt.most)
		}
	}
}

// TestACallIsWholeWhenReferenceDataCannotBeRead checks that a call returns the error of a storage
// that fails to read reference data, and no error about an unknown id.
func TestACallIsWholeWhenReferenceDataCannotBeRead(t *testing.T) {
	for n := 1; ; n++ {
		w := newWorld(t, memstore.New(), roster.WithPasswordPolicy(password.History(0)))
		w.ok(second(w.host.PutReference(w.ctx, user.Reference{Kind: user.ReferenceView, ID: 1, Name: "open"})))
		before := w.state()
		faulty := storagetest.Faults(w.store, n)
		host := roster.New(faulty).As("acme", roster.SystemActor())
		_, err := host.Patch(w.ctx, agent, user.Patch{Skills: user.Set(user.IDSetOf[user.SkillID](8))})
		if _, fired := faulty.Fired(); !fired {
			if field(err) != "/capacity/skills/0" {
				t.Errorf("%v", err)
			}
			break
		}
		w.is(err, storagetest.ErrInjected, "Patch")
		faulty = storagetest.Faults(w.store, n)
		_, err = roster.New(faulty).As("acme", roster.SystemActor()).SetView(w.ctx, agent, 8, true)
		if _, fired := faulty.Fired(); fired {
			w.is(err, storagetest.ErrInjected, "SetView")
		}
		if before.Revision != w.state().Revision {
			t.Errorf("call %d failed and wrote something", n)
		}
	}
}
