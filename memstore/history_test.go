package memstore

import (
	"context"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// record records n changes, in transactions of 50 each, that say of each what what returns.
func record(t testing.TB, s storage.Storage, n int, what func(i int) storage.Change) {
	t.Helper()
	for i := 0; i < n; i += 50 {
		err := put(t, s, "acme", func(ctx context.Context, w storage.Writer) error {
			for j := i; j < min(i+50, n); j++ {
				if err := w.AppendChange(ctx, what(j)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// The history of a user, of an actor and of a type does not read everything: in an account of
// 100,000 changes it takes less than a tenth of the time that reading all takes.
func TestAHistoryIsReadByIndex(t *testing.T) {
	const changes = 100_000
	s := New()
	defer s.Close()
	record(t, s, changes, func(i int) storage.Change {
		c := storage.Change{UserID: user.ID(i%5000 + 2), Actor: user.ID(i%7 + 2), Type: storage.StatusChanged}
		if i%20_000 == 7 {
			c.UserID, c.Actor, c.Type = 1, 1, storage.UserErased
		}
		return c
	})
	read := func(q storage.ChangeQuery) (found int, took time.Duration) {
		took = time.Hour
		for range 5 {
			begin := time.Now()
			found = 0
			err := s.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
				for {
					page, err := r.Changes(ctx, q)
					if found += len(page); len(page) < storage.MaxPage || err != nil {
						return err
					}
					q.After = page[len(page)-1].ID
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			q.After = storage.ChangeID{}
			took = min(took, time.Since(begin))
		}
		return found, took
	}
	n, all := read(storage.ChangeQuery{})
	if n != changes {
		t.Fatalf("%d changes", n)
	}
	for name, q := range map[string]storage.ChangeQuery{
		"a user": {UserID: 1}, "an actor": {Actor: 1}, "a type": {Types: []storage.ChangeType{storage.UserErased}},
	} {
		for _, q.Newest = range []bool{false, true} {
			n, took := read(q)
			if t.Logf("%s, newest %t: %v, all %v", name, q.Newest, took, all); n != 5 || took > all/10 {
				t.Errorf("%s, newest %t: %d changes in %v, all in %v", name, q.Newest, n, took, all)
			}
		}
	}
}

// A compaction gives the memory of changes back, and that of what is derived from them.
func TestCompactionGivesMemoryBack(t *testing.T) {
	const changes = 50_000
	s := New()
	defer s.Close()
	before := heap()
	record(t, s, changes, func(i int) storage.Change {
		return storage.Change{UserID: user.ID(i + 1), Actor: 1, Type: storage.StatusChanged, Detail: time.Duration(i).String()}
	})
	full := heap() - before
	err := put(t, s, "acme", func(ctx context.Context, w storage.Writer) error {
		return w.CompactChanges(ctx, storage.AfterRevision(w.Revision()))
	})
	if err != nil {
		t.Fatal(err)
	}
	if left := heap() - before; left > full/20 {
		t.Errorf("%d bytes are left of %d", left, full)
	}
	if rows := len(slices.Collect(all[historyRow](rowsOf(s), tableHistory))); rows != 0 {
		t.Errorf("%d rows are left", rows)
	}
}

// A change of status takes at most 400 bytes, whatever else the user has.
func TestAStatusChangeTakesLittleMemory(t *testing.T) {
	const changes, most = 20_000, 400
	s := New()
	defer s.Close()
	u := newDice(t, 1).user(7)
	if err := put(t, s, "acme", putUser(u)); err != nil {
		t.Fatal(err)
	}
	before := heap()
	for i := range changes {
		err := put(t, s, "acme", func(ctx context.Context, w storage.Writer) error {
			old := u
			u.Presence.Status = user.Status(i % 2)
			u.Presence.Since = time.Date(2026, 1, 1, 0, 0, i, 1000*i, time.UTC)
			u.Version = w.Next()
			if err := w.PutUser(ctx, u); err != nil {
				return err
			}
			return w.AppendChange(ctx, storage.Change{
				At: u.Presence.Since, Type: storage.StatusChanged, Actor: 7, UserID: 7, Diff: user.Diff(old, u),
			})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	after := heap()
	each := (after - before) / changes
	t.Logf("%d bytes a change", each)
	if each > most {
		t.Errorf("a change of status takes %d bytes, more than %d", each, most)
	}
	runtime.KeepAlive(s)
}

// heap returns how many bytes are in use.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
