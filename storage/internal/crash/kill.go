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

// KillPayers kills processes in the middle of their transfers, so many or a few more, and on until
// it has hit commits of both outcomes. Some write to one storage together, each is killed at a
// moment of its own, and when all of them are dead it heals. open opens the storage at where for
// the time between two kills, and the first time to make it.
func KillPayers(t *testing.T, kills, together int, where string, open func() (s storage.Storage, end func())) {
	t.Helper()
	log := NewLog("acme")
	s, end := open()
	sample.Fund(t, s, log.account)
	end()
	killed := 0
	for log.Again(killed, kills) {
		var all sync.WaitGroup
		for range together {
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
	t.Logf("%d kills", killed)
	if log.Acknowledged() < killed || log.Unknown < killed/2 || !log.HitBoth() {
		t.Errorf("%d kills did not hit transfers, and commits of both outcomes", killed)
	}
}

// Again reports whether to kill once more: after less than so many kills, and after up to 200 more
// until commits of both outcomes were hit.
func (l *Log) Again(killed, least int) bool {
	return killed < least || killed < least+200 && !l.HitBoth()
}

// HitBoth reports whether, among the transfers whose outcome somebody did not know, one had
// happened and one had not.
func (l *Log) HitBoth() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return 0 < l.Kept && l.Kept < l.Unknown
}

// HowOften returns the number that an environment variable says, or n.
func HowOften(variable string, n int) int {
	if v, err := strconv.Atoi(os.Getenv(variable)); err == nil {
		return v
	}
	return n
}
