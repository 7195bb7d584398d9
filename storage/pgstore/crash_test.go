package pgstore

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/crash"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

// TestKilled kills a process with SIGKILL in the middle of transfers, at least 10 times on one
// database. What was acknowledged is there exactly once, what was not is there whole or not at
// all, and repeating it under its key heals that. ROSTER_KILLS sets another number.
func TestKilled(t *testing.T) {
	t.Parallel()
	dsn := scratch(t, pgserver.Shared(t))
	s := openAt(t, dsn)
	crash.KillPayers(t, crash.HowOften("ROSTER_KILLS", 10), 4, dsn, func() (storage.Storage, func()) {
		awaitEnd(t, s.pool)
		return s, func() {}
	})
}

// TestDeliverersKilled kills processes with SIGKILL in the middle of deliveries, 3 times.
// ROSTER_DELIVERER_KILLS sets another number.
func TestDeliverersKilled(t *testing.T) {
	t.Parallel()
	dsn := scratch(t, pgserver.Shared(t))
	crash.KillDeliverers(t, crash.HowOften("ROSTER_DELIVERER_KILLS", 3), dsn, openAt(t, dsn))
}

// payers is the application_name of the processes that are killed.
const payers = "roster payers"

// awaitEnd waits until the server has ended the sessions of those who were killed: what they had
// sent it, it may do until then.
func awaitEnd(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	sessions := 1
	for limit := time.Now().Add(30 * time.Second); sessions > 0; time.Sleep(time.Millisecond) {
		must(t, pool.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1", payers).Scan(&sessions))
		if time.Now().After(limit) {
			t.Fatalf("%d sessions of processes that are gone", sessions)
		}
	}
}

// TestServerKilled kills the server and all its processes with SIGKILL under load, 2 times, and in
// CI on until it has hit commits of both outcomes. Those who were at a transfer repeat it under its
// key until they are told that it is done. ROSTER_SERVER_KILLS sets another number.
func TestServerKilled(t *testing.T) {
	t.Parallel()
	server := pgserver.Private(t, "fsync=on")
	s := openAt(t, scratch(t, server))
	sample.Fund(t, s, "acme")
	log := crash.NewLog("acme")
	least, kills := crash.HowOften("ROSTER_SERVER_KILLS", 2), 0
	var down time.Duration
	for ; kills < least || crash.Thorough() && log.Again(kills, least); kills++ {
		stop := log.Drive(t, s, 4, fmt.Sprint("round ", kills))
		log.Await(t, 20) // the load is back
		time.Sleep(time.Duration(rand.IntN(20_000)) * time.Microsecond)
		before, errors := time.Now(), log.Errors()
		server.Kill()
		log.AwaitErrors(t, errors+1) // somebody noticed
		must(t, server.Restart())
		down += time.Since(before)
		stop() // when all that was begun is done
		log.Heal(t, s)
	}
	log.End(t, s)
	t.Logf("%d kills, the server was away %s on average", kills, down/time.Duration(kills))
	if crash.Thorough() && !log.HitBoth() {
		t.Errorf("%d kills did not hit commits of both outcomes", kills)
	}
}

// TestFailover kills the primary of two servers under load and promotes the standby, which follows
// it by synchronous streaming replication. The pool knows both servers and finds the one that
// writes. No acknowledged transfer is lost, and those who do not know the outcome of theirs repeat
// it under its key, on the new primary.
func TestFailover(t *testing.T) {
	t.Parallel()
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
	s := over(t, newPool(t, both, 16))
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
	primary.Kill()
	for _, log := range logs {
		log.AwaitErrors(t, 1)
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
