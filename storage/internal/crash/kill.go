package crash

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
)

// KillPayers kills processes in the middle of their transfers, so many in all. Some write to one storage together, each
// is killed at a moment of its own, and when all of them are dead it heals. open opens the storage at where for the
// time between two kills, and the first time to make it.
func KillPayers(t *testing.T, kills, together int, where string, open func() (s storage.Storage, end func())) {
	t.Helper()
	log := NewLog("acme")
	s, end := open()
	sample.Fund(t, s, log.account)
	end()
	for killed := 0; killed < kills; {
		var all sync.WaitGroup
		for range min(together, kills-killed) {
			p := log.StartPayer(t, where, fmt.Sprint("process ", killed), 0)
			killed++
			pause := time.Duration(rand.IntN(20_000)) * time.Microsecond
			all.Go(func() {
				<-p.Began
				time.Sleep(pause)
				p.Kill(t)
			})
		}
		all.Wait()
		s, end := open()
		log.Heal(t, s)
		end()
		if t.Failed() {
			t.Fatalf("after %d kills", killed)
		}
	}
	s, end = open()
	defer end()
	log.End(t, s)
	if log.Acknowledged() < kills || log.Unknown < kills/2 || kills >= 50 && (log.Kept == 0 || log.Kept == log.Unknown) {
		t.Errorf("%d kills did not hit commits", kills)
	}
}

// HowOften returns the number that an environment variable says, or n.
func HowOften(variable string, n int) int {
	if v, err := strconv.Atoi(os.Getenv(variable)); err == nil {
		return v
	}
	return n
}
