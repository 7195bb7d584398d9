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
	crash.PayIfAsked(func(path string) (storage.Storage, error) {
		return Open(context.Background(), path, BusyTimeout(time.Minute)) // another process may be quick to lock it again
	})
	readOnlyIfAsked()
	os.Exit(m.Run())
}

// TestKilled kills a process with SIGKILL in the middle of transfers, at least a hundred times on one file. What was
// acknowledged is there exactly once, what was not is there whole or not at all, and repeating it under its key heals
// that. ROSTER_KILLS sets another number.
func TestKilled(t *testing.T) {
	s := open(t)
	path := s.path
	must(t, s.Close())
	crash.KillPayers(t, crash.HowOften("ROSTER_KILLS", 100), 2, path, func() (storage.Storage, func()) {
		s := openAt(t, path) // nobody else has it open: what the killed process left is recovered
		return s, func() { must(t, s.Close()) }
	})
}

// TestTwoProcesses lets two processes write to one file at once: every transfer is there, and each sees the other's.
func TestTwoProcesses(t *testing.T) {
	s := ledger(t)
	waited := make(chan error, 1)
	const each = 100
	go func() {
		var err error
		for rev := user.Revision(1); rev < 1+2*each && err == nil; {
			rev, err = s.Wait(t.Context(), "acme", rev)
		}
		waited <- err
	}()
	log := crash.NewLog("acme")
	theirs := log.StartPayer(t, s.path, "theirs", each)
	<-theirs.Began
	for i := range each {
		key := fmt.Sprint("ours ", i)
		log.Try(key)
		must(t, sample.Pay(t.Context(), s, "acme", 1, key))
		log.Done(key)
	}
	theirs.Wait(t)
	must(t, <-waited)
	if log.End(t, s); log.Acknowledged() != 2*each || log.Unknown != 0 {
		t.Errorf("%d transfers, %d unknown, want %d", log.Acknowledged(), log.Unknown, 2*each)
	}
}

// TestFourProcessesShareTheFile lets four processes write to one file as fast as they can: none of them starves.
func TestFourProcessesShareTheFile(t *testing.T) {
	s := ledger(t)
	var logs [4]*crash.Log
	var payers [4]*crash.Payer
	for i := range payers {
		logs[i] = crash.NewLog("acme")
		payers[i] = logs[i].StartPayer(t, s.path, fmt.Sprint("process ", i), 0)
	}
	for _, p := range payers {
		<-p.Began
	}
	var began, done [4]int
	var since [4]time.Time // when its last transfer was seen
	var silent [4]time.Duration
	for i, l := range logs {
		began[i], since[i] = l.Acknowledged(), time.Now()
	}
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		for i, l := range logs {
			if n := l.Acknowledged() - began[i]; n > done[i] {
				done[i], since[i] = n, time.Now()
			}
			silent[i] = max(silent[i], time.Since(since[i]))
		}
	}
	for _, p := range payers {
		p.Kill(t)
	}
	least, most := slices.Min(done[:]), slices.Max(done[:])
	t.Logf("shares %v, the least is %.2f of the most; longest silences %v", done, float64(least)/float64(most), silent)
	if wait := slices.Max(silent[:]); 3*least < most || wait > DefaultBusyTimeout/2 {
		t.Errorf("one process wrote %d times while another wrote %d times, and one waited for %v", least, most, wait)
	}
	sample.Check(t, s, "acme")
}
