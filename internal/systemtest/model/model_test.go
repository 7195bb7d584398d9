package model

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/internal/systemtest/engine"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
)

func TestMain(m *testing.M) { os.Exit(pgserver.Main(m)) }

// opening is what every sequence begins with: an account, and a profile for each role of which a
// loss resets something.
var opening = []Op{
	account("CreateAccount", Record{"currency": "USD"}, How{},
		handle.CreateAccount, (*Model).createAccount),
	putProfile("1"), putProfile("2"), putProfile("3"),
	createMany([]Record{
		{"login": "ann", "profiles": "1", "status": "READY", "maxChats": "2", "memberOf": "1", "applications": "1"},
		{"login": "bob", "granted": "agent_manager", "managerOf": "1 2", "applications": "1 2"},
		{"login": "eve", "granted": "agent", "status": "READY", "maxChats": "4"},
		{"login": "ada", "granted": "admin"},
		{"login": "max", "granted": "user_manager"},
		{"login": "tia"},
	}, How{}),
	fund(1_000_000, "USD", "", How{}),
}

var sequences atomic.Int64

// newSequence begins a sequence in an account of its own.
func newSequence(store storage.Storage, opts ...roster.Option) *Pair {
	p := NewPair(store, user.AccountID(fmt.Sprint("a", sequences.Add(1))), opts...)
	for _, o := range opening {
		if diff := p.Do(o); diff != "" {
			panic(o.String() + ": " + diff)
		}
	}
	return p
}

// play plays random sequences on a storage, each in an account of its own. It logs the steps that
// one which fails needs to fail.
func play(t rapid.TB, store storage.Storage, opts ...roster.Option) {
	var failed []Op
	defer func() {
		if failed != nil {
			steps, difference := shrink(store, failed, opts...)
			t.Logf("the model and the front door part after these steps (-model +front door):\n%s\n%s", numbered(steps), difference)
		}
	}()
	rapid.Check(t, func(t *rapid.T) {
		p := newSequence(store, opts...)
		t.Repeat(map[string]func(*rapid.T){
			"call": func(t *rapid.T) {
				if difference := p.Do(p.Draw(t)); difference != "" {
					failed = p.steps
					t.Fatalf("another answer than the model's")
				}
			},
		})
		if p.Compare() != "" {
			failed = p.steps
			t.Fatalf("another state than the model's")
		}
	})
}

// shrink leaves out every step without which the sequence fails all the same. The steps have their
// arguments, so this takes a replay each and not a new draw.
func shrink(store storage.Storage, steps []Op, opts ...roster.Option) ([]Op, string) {
	steps = steps[len(opening):]
	replay := func(steps []Op) ([]Op, string) {
		p := newSequence(store, opts...)
		for i, o := range steps {
			if difference := p.Do(o); difference != "" {
				return steps[:i+1], difference
			}
		}
		return steps, p.Compare()
	}
	steps, difference := replay(steps)
	for n := len(steps); n > 0; n /= 2 { // first many at once, then each
		for i := 0; i+n <= len(steps); {
			if fewer, d := replay(slices.Concat(steps[:i], steps[i+n:])); d != "" {
				steps, difference = fewer, d
			} else {
				i++
			}
		}
	}
	return steps, difference
}

// TestStoragesFollowTheModel plays as many sequences on each storage as ROSTER_SEQUENCES says, or
// 10. One storage runs the function of each Update twice.
func TestStoragesFollowTheModel(t *testing.T) {
	for name, open := range map[string]func(t *testing.T) storage.Storage{
		"memory": func(*testing.T) storage.Storage { return memstore.New() },
		"twice":  func(*testing.T) storage.Storage { return storagetest.Twice(memstore.New()) },
		"SQLite": func(t *testing.T) storage.Storage {
			return engine.SQLite(t, filepath.Join(t.TempDir(), "roster.db"))
		},
		"PostgreSQL": func(t *testing.T) storage.Storage { return engine.PostgreSQL(t, engine.Schema(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			engine.Flag(t, "rapid.checks", strconv.Itoa(engine.Sequences(t, 10, 1)))
			engine.Flag(t, "rapid.nofailfile", "true")
			engine.Flag(t, "rapid.shrinktime", "5s") // what makes the arguments simple; the steps are left out by play
			play(t, open(t))
		})
	}
}

// calls are all that are drawn, by the first word of their names.
const calls = `Again Create CreateMany Delete DeleteMany Disable Edit Enable Fund Get Patch Restore Reverse SetRoles
	Transfer UpdateAccount Wait`

// TestEveryAnswerOccurs checks that each call succeeds in some sequence, that 17 errors occur, and
// that a used key is answered with the first transfer. The sequences are always the same.
func TestEveryAnswerOccurs(t *testing.T) {
	store := memstore.New()
	engine.CloseAfter(t, store)
	done, refused, replayed := map[string]int{}, map[error]int{}, 0
	sequence := rapid.Custom(func(t *rapid.T) *Pair {
		p := newSequence(store)
		for range 60 {
			o := p.Draw(t)
			name, _, _ := strings.Cut(o.Name, " ")
			if difference := p.Do(o); difference != "" {
				t.Fatalf("%s\n%s", numbered(p.steps), difference)
			}
			if p.last == nil {
				done[name]++
			} else {
				refused[p.last]++
			}
			if r, ok := p.answer.(Receipt); ok && r.Replayed {
				replayed++
			}
		}
		return p
	})
	for seed := range 100 {
		sequence.Example(seed)
	}
	for _, call := range strings.Fields(calls) {
		if done[call] == 0 {
			t.Errorf("%s never succeeds", call)
		}
		delete(done, call)
	}
	if len(done) > 0 || len(refused) != 17 || replayed == 0 {
		t.Errorf("calls %v are not listed; %d errors occur, %v; %d requests were answered from a used key",
			done, len(refused), refused, replayed)
	}
}
