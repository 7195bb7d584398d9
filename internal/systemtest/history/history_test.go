package history

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/internal/systemtest/engine"
	"github.com/ca74b63c/roster/internal/systemtest/faulty"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func TestMain(m *testing.M) { os.Exit(pgserver.Main(m)) }

// howMany histories to record on each store: what ROSTER_HISTORIES says, or 20 with CI=true, or 1.
// On a storage that is opened twice it is half as many.
func howMany(t *testing.T) int {
	text := os.Getenv("ROSTER_HISTORIES")
	switch n, err := strconv.Atoi(text); {
	case text == "" && os.Getenv("CI") == "true":
		return 20
	case text == "":
		return 1
	case err != nil || n < 1:
		t.Fatalf("ROSTER_HISTORIES=%q is no number of histories", text)
		return 0
	default:
		return n
	}
}

const operations = 1000

// linearizable records histories on a store and checks them. Four of a hundred commits have an
// outcome that nobody learns.
func linearizable(t *testing.T, store storage.Storage, histories int, lossy bool, during func() (stop func())) {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	var unsaid, failures int
	var recording, checking time.Duration
	for n := range uint64(histories) {
		begun := time.Now()
		stop := during()
		h, err := Record(t.Context(), unsure(store, seed+n), Setting{
			Seed: seed + n, Prefix: fmt.Sprintf("h%d-%d-", seed, n), Operations: operations, Lossy: lossy,
		})
		stop()
		recorded := time.Now()
		if err != nil {
			t.Errorf("seed %d: %v", seed+n, err)
		}
		if err := h.Check(time.Minute); err != nil {
			t.Error(err)
		}
		if len(h.Operations) < operations*8/10 && !lossy {
			t.Errorf("seed %d: only %d operations were answered", seed+n, len(h.Operations))
		}
		if t.Failed() {
			return
		}
		recording, checking = recording+recorded.Sub(begun), checking+time.Since(recorded)
		unsaid, failures = unsaid+h.Unknown, failures+h.Failed
	}
	if unsaid == 0 || failures == 0 {
		t.Errorf("%d unknown outcomes, %d failures: the faults hit nothing", unsaid, failures)
	}
	t.Logf("%d histories of %d operations, recorded in %v, checked in %v; %d unknown outcomes, %d failed",
		histories, operations, recording.Round(time.Millisecond), checking.Round(time.Millisecond), unsaid, failures)
}

func unsure(store storage.Storage, seed uint64) storage.Storage {
	var mu sync.Mutex
	random := rand.New(rand.NewPCG(seed, 99))
	return faulty.Unsure(store, func() faulty.Outcome {
		mu.Lock()
		defer mu.Unlock()
		switch random.IntN(50) {
		case 0:
			return faulty.Done
		case 1:
			return faulty.Undone
		}
		return faulty.Known
	})
}

func quietly() (stop func()) { return func() {} }

// pair is one storage opened twice, as two processes would, by whose callers each is used in turn.
type pair struct {
	one, other storage.Storage
	turn       atomic.Int64
}

func (p *pair) next() storage.Storage {
	if p.turn.Add(1)%2 == 0 {
		return p.one
	}
	return p.other
}

func (p *pair) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	return p.next().View(ctx, a, fn)
}

func (p *pair) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	return p.next().Update(ctx, a, fn)
}

func (p *pair) DeleteAccount(ctx context.Context, a user.AccountID) (user.Revision, error) {
	return p.next().DeleteAccount(ctx, a)
}

func (p *pair) Accounts(
	ctx context.Context, which storage.Deleted, after user.AccountID, limit int,
) ([]user.AccountID, error) {
	return p.next().Accounts(ctx, which, after, limit)
}

func (p *pair) Close() error { return errors.Join(p.one.Close(), p.other.Close()) }

func TestMemoryIsLinearizable(t *testing.T) {
	store := memstore.New(memstore.MaxAccounts(1 << 20))
	defer func() { _ = store.Close() }()
	linearizable(t, store, howMany(t), false, quietly)
}

func TestSQLiteIsLinearizable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "roster.db")
	one := engine.SQLite(t, path)
	linearizable(t, one, howMany(t), false, quietly)
	t.Run("two", func(t *testing.T) {
		linearizable(t, &pair{one: one, other: engine.SQLite(t, path)}, max(howMany(t)/2, 1), false, quietly)
	})
}

// The wire to the server is cut again and again. One store remembers what it read, and the other
// one writes.
func TestPostgreSQLIsLinearizable(t *testing.T) {
	config := engine.Schema(t)
	wire, err := faulty.NewWire(pgconn.NetworkAddress(config.ConnConfig.Host, config.ConnConfig.Port))
	if err != nil {
		t.Fatal(err)
	}
	defer wire.Close()
	config.ConnConfig.Host, config.ConnConfig.Port = "127.0.0.1", uint16(wire.Port())
	one := engine.PostgreSQL(t, config)
	cut := func() (stop func()) { return every(200*time.Millisecond, wire.Cut) }
	linearizable(t, one, howMany(t), true, cut)
	if wire.Cuts() == 0 {
		t.Error("no connection was cut")
	}
	t.Run("two", func(t *testing.T) {
		linearizable(t, &pair{one: one, other: engine.PostgreSQL(t, config)}, max(howMany(t)/2, 1), true, cut)
	})
}

// every does something now and then, until stop returns.
func every(pause time.Duration, do func()) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(pause/2 + rand.N(pause)):
				do()
			}
		}
	}()
	return func() { cancel(); <-done }
}
