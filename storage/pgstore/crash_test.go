package pgstore

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/crash"
	"github.com/ca74b63c/roster/storage/internal/sample"
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
