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

// KillPayers tests that a storage loses no acknowledged transfer when processes that make transfers
// are killed. In each round it starts as many processes as parallel says, kills each soon after its
// first transfer, and checks the transfers with Log.Heal. The rounds end after the number of kills,
// or later if HitBoth is still false (Log.Again). The function open opens the storage and returns a
// function that closes it. The processes open the same storage at place.
//
// The test fails if a check fails, if fewer transfers than kills were acknowledged, if the outcome
// is unknown for fewer transfers than half the kills, or if HitBoth is false.
func KillPayers(t *testing.T, kills, parallel int, place string, open func() (s storage.Storage, end func())) {
	t.Helper()
	log := NewLog("acme")
	s, end := open()
	sample.Fund(t, s, log.account)
	end()
	killed := 0
	for log.Again(killed, kills) {
		var all sync.WaitGroup
		for range parallel {
			p := log.StartPayer(t, place, fmt.Sprint("process ", killed))
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

// Again reports whether another kill is needed: killed is less than least, or HitBoth is false and
// killed is less than least+200.
func (l *Log) Again(killed, least int) bool {
	return killed < least || killed < least+200 && !l.HitBoth()
}

// HitBoth reports whether, among the transfers with an unknown outcome, at least one was committed
// and at least one was not.
func (l *Log) HitBoth() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return 0 < l.Kept && l.Kept < l.Unknown
}

// Thorough reports whether tests take all the time that they need: CI=true, as .ci/run has it, or
// ROSTER_SUITE=all, as make soak has it.
func Thorough() bool { return os.Getenv("CI") == "true" || os.Getenv("ROSTER_SUITE") == "all" }

// HowOften returns the number in an environment variable. If the variable has none, HowOften
// returns twice n if Thorough is true, and n otherwise.
func HowOften(variable string, n int) int {
	if v, err := strconv.Atoi(os.Getenv(variable)); err == nil {
		return v
	}
	if Thorough() {
		return 2 * n
	}
	return n
}
