package pgstore

import (
	"fmt"
	"testing"
	"time"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage/internal/crash"
	"github.com/ca74b63c/roster/storage/internal/sample"
)

// TestNoRoomOnTheDisk uses up the server's file system under load. Who writes gets the engine's
// error, or does not know when the server crashes for want of room for its log. When there is room
// again all go on, with nothing lost.
func TestNoRoomOnTheDisk(t *testing.T) {
	t.Parallel()
	pgserver.Shared(t) // there is a PostgreSQL
	disk := crash.NewDisk(t, "192m")
	server, err := pgserver.StartIn(disk.Dir, "fsync=on", "max_wal_size=64MB", "min_wal_size=32MB", "shared_buffers=16MB")
	must(t, err)
	t.Cleanup(server.Close)
	s := openAt(t, scratch(t, server))
	sample.Fund(t, s, "acme")
	log := crash.NewLog("acme")
	for round, logToo := range []bool{false, true} {
		errs := log.Errors()
		stop := log.Drive(t, s, 4, fmt.Sprint("round ", round))
		log.Await(t, 20)
		disk.Fill(t, 0)
		if logToo { // use up the files of the log that are there, as if much had been written
			var err error
			for i := 0; i < 100 && err == nil; i++ {
				err = execute(t.Context(), server.DSN(), "SELECT pg_logical_emit_message(false, '', ''), pg_switch_wal()")
			}
			if err == nil {
				t.Error("the log never needed room")
			}
			t.Logf("no room for the log: %v", err)
		}
		log.AwaitErrors(t, errs+10)
		disk.Free(t)
		before := log.Acknowledged()
		for limit := time.Now().Add(time.Minute); log.Acknowledged() < before+20; time.Sleep(5 * time.Millisecond) {
			if server.Ended() { // it could not recover while there was no room
				must(t, server.Restart())
			}
			if time.Now().After(limit) {
				t.Fatal("no call succeeds after there is room again")
			}
		}
		stop()
		log.Heal(t, s)
	}
	if err := log.FirstError(); codeOf(err) != "53100" { // disk_full
		t.Errorf("a full disk: %v", err)
	}
	log.End(t, s)
}
