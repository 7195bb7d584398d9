package pgstore

import (
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage/internal/crash"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

// TestFailover kills the primary of two servers under load and promotes the standby, which follows
// it by synchronous streaming replication. The pool knows both servers and finds the one that
// writes. No acknowledged transfer is lost, and those who do not know the outcome of theirs repeat
// it under its key, on the new primary. In CI the standby dies before the primary in a second run:
// then the primary must acknowledge nothing more, for it would be lost.
func TestFailover(t *testing.T) {
	t.Parallel()
	t.Run("the primary dies", func(t *testing.T) { failover(t, false) })
	if crash.Thorough() {
		t.Run("the standby dies and then the primary", func(t *testing.T) { failover(t, true) })
	}
}

func failover(t *testing.T, alone bool) {
	primary := pgserver.Private(t, "fsync=on")
	dsn := scratch(t, primary)
	accounts := []user.AccountID{"acme", "other"} // so that commits are under way at once
	first := openAt(t, dsn)
	for _, a := range accounts {
		sample.Fund(t, first, a)
	}
	must(t, first.Close())
	first.pool.Close() // the primary stops for a moment
	standby, err := primary.Standby()
	must(t, err)
	t.Cleanup(standby.Close)
	awaitSynchronous(t, primary)

	// The later of two settings of one name counts.
	both := fmt.Sprintf("%s host=127.0.0.1,127.0.0.1 port=%d,%d target_session_attrs=read-write", dsn, primary.Port(), standby.Port())
	s, err := New(newPool(t, both, 16))
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	var logs []*crash.Log
	var stops []func()
	for _, a := range accounts {
		log := crash.NewLog(a)
		logs, stops = append(logs, log), append(stops, log.Drive(t, s, 4, "key"))
	}
	const load = 20
	for _, log := range logs {
		if log.Await(t, load); log.Errors() > 0 {
			t.Errorf("%d errors before anything was killed", log.Errors())
		}
	}
	killed := time.Now()
	if alone {
		standby.Kill()
		time.Sleep(100 * time.Millisecond)
	}
	primary.Kill()
	for _, log := range logs {
		log.AwaitErrors(t, 1)
	}
	if alone {
		must(t, standby.Restart())
	}
	must(t, standby.Promote())
	t.Logf("promoted %s after the kill", time.Since(killed))
	for i, log := range logs {
		log.Await(t, load)
		stops[i]()
		log.End(t, s)
	}
	idle(t, s.pool)
}

// awaitSynchronous waits until the standby takes part in each commit.
func awaitSynchronous(t *testing.T, primary *pgserver.Server) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), primary.DSN())
	must(t, err)
	defer func() { _ = c.Close(t.Context()) }()
	var state string
	for limit := time.Now().Add(20 * time.Second); state != "sync"; time.Sleep(10 * time.Millisecond) {
		must(t, c.QueryRow(t.Context(), "SELECT coalesce(max(sync_state), 'away') FROM pg_stat_replication").Scan(&state))
		if time.Now().After(limit) {
			t.Fatalf("the standby is %s", state)
		}
	}
}
