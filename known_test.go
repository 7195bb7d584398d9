package roster_test

import (
	"context"
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
		newcomer := roster.CreateParams{User: user.User{
			Identity: user.Identity{Login: "new"}, Capacity: user.Capacity{Skills: user.IDSetOf[user.SkillID](7, 8)},
		}}
		replaced := w.user(agent)
		replaced.Capacity.Skills = user.IDSetOf[user.SkillID](7, 8)
		for _, tt := range []struct {
			name, path string
			do         func() error
		}{
			{"Create", "/capacity/skills/1", func() error { return second(w.host.Create(w.ctx, newcomer)) }},
			{"CreateMany", "/1/capacity/skills/1", func() error {
				fine := roster.CreateParams{User: user.User{Identity: user.Identity{Login: "fine"}}}
				return second(w.host.CreateMany(w.ctx, []roster.CreateParams{fine, newcomer}))
			}},
			{"Patch", "/capacity/skills/1", func() error { return second(w.host.Patch(w.ctx, agent, skilled(7, 8))) }},
			{"Edit", "/1/capacity/skills/0", func() error {
				return second(w.host.Edit(w.ctx, []roster.Edit{{ID: agent, Patch: skilled(7)}, {ID: other, Patch: skilled(6)}}))
			}},
			{"Edit with a password", "/capacity/skills/1", func() error {
				return second(w.host.Edit(w.ctx, []roster.Edit{{ID: agent, Patch: skilled(7, 8), Password: &roster.PasswordChange{New: newPhrase}}}))
			}},
			{"Edit that completes its patch", "/capacity/skills/1", func() error {
				adapt := func(user.User, user.Patch) user.Patch { return skilled(7, 8) }
				return second(w.host.Edit(w.ctx, []roster.Edit{{ID: agent, PatchFunc: adapt}}))
			}},
			{"Replace", "/capacity/skills/1", func() error { return second(w.host.Replace(w.ctx, agent, replaced, 0)) }},
			{"SetView", "/preferences/views/0", func() error { return second(w.host.SetView(w.ctx, agent, 2, true)) }},
		} {
			w.unchanged(tt.name, func() {
				if err := tt.do(); field(err) != tt.path {
					t.Errorf("%s: %v, want one at %s", tt.name, err, tt.path)
				}
			})
		}
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
	w.ok(second(w.store.Update(w.ctx, "acme", func(ctx context.Context, s storage.Writer) error {
		for id := int64(10); id <= 5000; id += 2 {
			if err := s.PutReference(ctx, user.Reference{Kind: user.ReferenceSkill, ID: id, Version: s.Next(), Name: fmt.Sprint("skill ", id)}); err != nil {
				return err
			}
		}
		return nil
	})))
	for _, ids := range [][]user.SkillID{
		{7, 10, 12}, {70, 72, 4998, 5000}, {7, 1000, 1002, 3000, 5000},
	} {
		w.ok(second(w.host.Patch(w.ctx, other, skilled(ids...))))
	}
	for id, path := range map[user.SkillID]string{1: "/1/capacity/skills/0", 8: "/1/capacity/skills/0", 11: "/1/capacity/skills/0", 3001: "/1/capacity/skills/1", 5001: "/1/capacity/skills/1"} {
		_, err := w.host.Edit(w.ctx, []roster.Edit{{ID: agent, Patch: skilled(4000)}, {ID: other, Patch: skilled(id, 100)}})
		if field(err) != path {
			t.Errorf("skill %d: %v, want one at %s", id, err, path)
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
	for _, tt := range []struct {
		name string
		most int
		do   func() error
	}{
		{"a patch of a name", 0, func() error { return second(w.host.Patch(w.ctx, agent, user.Patch{LastName: user.Set("A")})) }},
		{"a replacement by the same", 1, func() error { // the profiles that roles come from
			return second(w.host.Replace(w.ctx, agent, w.user(agent), 0))
		}},
		{"a thousand users", 4, func() error {
			users := make([]roster.CreateParams, 1000)
			for i := range users {
				users[i].User = user.User{
					Identity: user.Identity{Login: fmt.Sprint("new", i)},
					Capacity: user.Capacity{Skills: user.IDSetOf[user.SkillID](7), Queues: user.IDSetOf(user.QueueID(i + 1))},
					Access:   user.Access{Profiles: user.IDSetOf(agentProfile), Groups: user.IDSetOf(user.GroupID(i + 1))},
				}
			}
			return second(w.host.CreateMany(w.ctx, users))
		}},
	} {
		s.reads = 0
		w.ok(tt.do())
		if s.reads > tt.most {
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
