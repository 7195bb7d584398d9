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
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/internal/systemtest/engine"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func TestMain(m *testing.M) { os.Exit(pgserver.Main(m)) }

// howMany returns the number of histories to record on each store: what ROSTER_HISTORIES says, or
// 20 with CI=true, or 1. The tests that restart a store under load record a quarter of that.
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

const (
	operations = 500
	accounts   = 3
)

// linearizable records histories on a store and checks them. Four of a hundred commits have an
// outcome that no caller learns. The function during disturbs the store until stop is called. With
// lossy, calls may fail.
func linearizable(t *testing.T, store storage.Storage, histories int, lossy bool, during func() (stop func())) {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	var unknown, failures int
	var recording, checking time.Duration
	for n := range uint64(histories) {
		begun, prefix := time.Now(), fmt.Sprintf("h%d-%d-", seed, n)
		stop := during()
		h, err := Record(t.Context(), newUnsure(store, seed+n), Setting{
			Seed: seed + n, Prefix: prefix, Operations: operations, Accounts: accounts, Lossy: lossy,
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
		for i := range accounts { // so that many histories do not fill the disk
			if _, err := store.DeleteAccount(t.Context(), user.AccountID(fmt.Sprint(prefix, i))); err != nil && !lossy {
				t.Error(err)
			}
		}
		recording, checking = recording+recorded.Sub(begun), checking+time.Since(recorded)
		unknown, failures = unknown+h.Unknown, failures+h.Failed
	}
	if histories > 3 && (failures == 0 || unknown == 0) {
		t.Errorf("%d unknown outcomes, %d failures: the faults hit nothing", unknown, failures)
	}
	t.Logf("%d histories of %d operations, recorded in %v, checked in %v; %d unknown outcomes, %d failed",
		histories, operations, recording.Round(time.Millisecond), checking.Round(time.Millisecond), unknown, failures)
}

// unsure is a storage in which four of a hundred commits have an unknown outcome, as the contract
// allows. Half of them are done.
type unsure struct {
	storage.Storage
	mu     sync.Mutex
	random *rand.Rand
}

func newUnsure(store storage.Storage, seed uint64) *unsure {
	return &unsure{Storage: store, random: rand.New(rand.NewPCG(seed, 99))}
}

var errUndone = errors.New("undone")

func (s *unsure) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	s.mu.Lock()
	outcome := s.random.IntN(50)
	s.mu.Unlock()
	rev, err := s.Storage.Update(ctx, a, func(ctx context.Context, w storage.Writer) error {
		err := fn(ctx, w)
		if err == nil && outcome == 0 {
			return errUndone
		}
		return err
	})
	if outcome == 1 && err == nil || errors.Is(err, errUndone) {
		return 0, storage.ErrUnknownOutcome
	}
	return rev, err
}

func quietly() (stop func()) { return func() {} }

func TestMemoryIsLinearizable(t *testing.T) {
	store := memstore.New(memstore.MaxAccounts(1 << 20))
	defer func() { _ = store.Close() }()
	linearizable(t, store, howMany(t), false, quietly)
}

// TestSQLiteIsLinearizable opens one file twice, as two processes would.
func TestSQLiteIsLinearizable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "roster.db")
	linearizable(t, engine.Both(engine.SQLite(t, path), engine.SQLite(t, path)), howMany(t), false, quietly)
}

// TestPostgreSQLIsLinearizable opens one database twice, as two processes would. The server ends
// all their connections again and again.
func TestPostgreSQLIsLinearizable(t *testing.T) {
	config := engine.Schema(t)
	const name = "roster history"
	config.ConnConfig.RuntimeParams["application_name"] = name
	operator, err := pgxpool.New(t.Context(), pgserver.Shared(t).DSN())
	must(t, err)
	defer operator.Close()
	cuts := 0
	cut := func() {
		const end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = $1"
		var ended int
		must(t, operator.QueryRow(t.Context(), end, name).Scan(&ended))
		cuts += ended
	}
	stores := engine.Both(engine.PostgreSQL(t, config), engine.PostgreSQL(t, config))
	linearizable(t, stores, howMany(t), true, func() (stop func()) { return every(50*time.Millisecond, cut) })
	if cuts == 0 {
		t.Error("no connection was cut")
	}
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
