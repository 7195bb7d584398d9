package sqlitestore

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/crash"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

// TestMain lets the test's own program be the second process that some tests need.
func TestMain(m *testing.M) {
	open := func(path string) (storage.Storage, error) {
		return Open(context.Background(), path, BusyTimeout(time.Minute)) // another process may be quick to lock it again
	}
	crash.ChildMain(open)
	readOnlyIfAsked()
	os.Exit(m.Run())
}

// TestKilled kills a process with SIGKILL in the middle of transfers, at least 10 times on one
// file. What was acknowledged is there exactly once, what was not is there whole or not at all,
// and repeating it under its key heals that. ROSTER_KILLS sets another number.
func TestKilled(t *testing.T) {
	s := open(t)
	path := s.path
	must(t, s.Close())
	crash.KillPayers(t, crash.HowOften("ROSTER_KILLS", 10), 2, path, func() (storage.Storage, func()) {
		s := openAt(t, path) // no other process has it open, so the log of the killed one is recovered
		return s, func() { must(t, s.Close()) }
	})
}

// TestDeliverersKilled kills processes with SIGKILL in the middle of deliveries, 3 times.
// ROSTER_DELIVERER_KILLS sets another number.
func TestDeliverersKilled(t *testing.T) {
	s := open(t, BusyTimeout(time.Minute))
	crash.KillDeliverers(t, crash.HowOften("ROSTER_DELIVERER_KILLS", 3), s.path, s)
}

// TestFourProcessesShareTheFile lets four processes write to one file as fast as they can: every
// transfer is there, Wait notices them, and no process starves. The test counts transfers of the
// others, not seconds, which are the machine's.
func TestFourProcessesShareTheFile(t *testing.T) {
	s := ledger(t)
	waited := make(chan error, 1)
	go func() {
		var err error
		for rev := user.Revision(1); rev < 300 && err == nil; {
			rev, err = s.Wait(t.Context(), "acme", rev)
		}
		waited <- err
	}()
	log := crash.NewLog("acme")
	var payers [4]*crash.Payer
	for i := range payers {
		payers[i] = log.StartPayer(t, s.path, fmt.Sprint(i))
	}
	for _, p := range payers {
		<-p.Began
	}
	var read sample.Ledger
	read.ReadOn(t, s, "acme")
	var done, passed, most [4]int // passed: by the others since its last one
	for began, all := time.Now(), 0; all < 1_000 || time.Since(began) < 2*time.Second; {
		if time.Since(began) > 2*time.Minute {
			t.Fatalf("%d transfers in two minutes", all)
		}
		time.Sleep(20 * time.Millisecond)
		for _, key := range read.ReadOn(t, s, "acme") {
			all++
			for i := range done {
				if key[0] == byte('0'+i) {
					done[i]++
					passed[i] = 0
				} else {
					passed[i]++
					most[i] = max(most[i], passed[i])
				}
			}
		}
	}
	must(t, <-waited)
	for _, p := range payers {
		p.Kill(t)
	}
	t.Logf("shares %v; the others' transfers between two of one's own, at most: %v", done, most)
	// A busy machine may stop a process for a second, in which the others make hundreds.
	if 3*slices.Min(done[:]) < slices.Max(done[:]) || slices.Max(most[:]) > 1000 {
		t.Error("one process starves")
	}
	log.End(t, s)
}
