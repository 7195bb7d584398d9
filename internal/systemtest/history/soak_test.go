package history

import (
	"bytes"
	"context"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/internal/systemtest/engine"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/sqlitestore"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
)

// swap is a storage that wraps another one, which can be replaced and made to fail while callers
// use it.
type swap struct {
	storage.Storage // nil: Record calls none of its methods but those below

	calls sync.RWMutex // locked for reading by each View and Update
	mu    sync.Mutex
	open  storage.Storage
	armed storage.Storage // open, or a storage that makes one call of open fail
}

// set replaces the wrapped storage. It does not close the former one.
func (s *swap) set(open storage.Storage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open, s.armed = open, open
}

// arm makes one of the next forty calls of the wrapped storage fail. storagetest.Faults defines
// which calls count.
func (s *swap) arm() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.armed = storagetest.Faults(s.open, 1+rand.IntN(40))
}

func (s *swap) inside() storage.Storage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.armed
}

func (s *swap) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	s.calls.RLock()
	defer s.calls.RUnlock()
	return s.inside().View(ctx, a, fn)
}

func (s *swap) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	s.calls.RLock()
	defer s.calls.RUnlock()
	return s.inside().Update(ctx, a, fn)
}

func (s *swap) DeleteAccount(ctx context.Context, a user.AccountID) (user.Revision, error) {
	return s.inside().DeleteAccount(ctx, a)
}

// soak records histories on s and checks them, while calls of the storage fail and restart runs
// again and again, with the given pause. It fails the test if restart hardly ever runs, or if the
// memory in use grows with the histories.
func soak(t *testing.T, s *swap, pause time.Duration, restart func()) {
	t.Helper()
	var heap []uint64
	restarted := 0
	histories := max(howMany(t)/4, 1)
	linearizable(t, s, histories, true, func() func() {
		heap = append(heap, heapInUse())
		faults, restarts := every(5*time.Millisecond, s.arm), every(pause, func() { restart(); restarted++ })
		return func() { faults(); restarts() }
	})
	if restarted < histories/2 { // one history may end before the first
		t.Errorf("the storage was restarted %d times in %d histories", restarted, histories)
	}
	if third := len(heap) / 3; third > 2 {
		early, late := slices.Sorted(slices.Values(heap[1:third])), slices.Sorted(slices.Values(heap[2*third:]))
		if was, is := early[len(early)/2], late[len(late)/2]; is > was+was/10+4<<20 {
			t.Errorf("%d bytes are in use in late histories, and were %d in early ones", is, was)
		}
	}
}

// heapInUse runs the garbage collector and returns the number of bytes of the heap that are still
// in use.
func heapInUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestMemoryIsRestoredUnderLoad saves the store and opens what it saved. Callers wait meanwhile.
func TestMemoryIsRestoredUnderLoad(t *testing.T) {
	s, store := &swap{}, memstore.New()
	s.set(store)
	soak(t, s, 10*time.Millisecond, func() {
		s.calls.Lock()
		defer s.calls.Unlock()
		var saved bytes.Buffer
		must(t, store.Snapshot(t.Context(), &saved))
		must(t, store.Close())
		var err error
		store, err = memstore.Restore(t.Context(), &saved)
		must(t, err)
		s.set(store)
	})
	must(t, store.Close())
}

// TestSQLiteIsReopenedUnderLoad closes the file while clients use it, and opens it again.
func TestSQLiteIsReopenedUnderLoad(t *testing.T) {
	s, path := &swap{}, filepath.Join(t.TempDir(), "roster.db")
	var store *sqlitestore.Store
	open := func() {
		var err error
		store, err = sqlitestore.Open(t.Context(), path)
		must(t, err)
		s.set(store)
	}
	open()
	soak(t, s, 100*time.Millisecond, func() {
		must(t, store.Close())
		open()
	})
	must(t, store.Close())
}

// TestPostgreSQLIsKilledUnderLoad kills the server with all its processes and starts it again.
func TestPostgreSQLIsKilledUnderLoad(t *testing.T) {
	server := pgserver.Private(t, "fsync=on")
	config, err := pgxpool.ParseConfig(server.DSN())
	must(t, err)
	s := &swap{}
	s.set(engine.PostgreSQL(t, config))
	soak(t, s, 150*time.Millisecond, func() {
		server.Kill()
		must(t, server.Restart())
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}
