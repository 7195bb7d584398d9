package memstore

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

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
