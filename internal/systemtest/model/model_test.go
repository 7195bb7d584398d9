package model

import (
	"fmt"
	"slices"
	"sync/atomic"

	"pgregory.net/rapid"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// opening is what every sequence begins with: an account, and a profile for each role of which a
// loss resets something.
var opening = []Op{
	account("CreateAccount", Record{"currency": "USD"}, How{},
		handle.CreateAccount, (*Model).createAccount),
	putProfile("1"), putProfile("2"), putProfile("3"),
	createMany([]Record{
		{
			"login": "ann", "profiles": "1", "status": "READY", "maxChats": "2", "memberOf": "1", "skills": "1 2", "applications": "1",
			"custom": "n=3 site=Berlin",
		},
		{"login": "bob", "granted": "agent_manager", "managerOf": "1 2", "applications": "1 2"},
		{"login": "eve", "granted": "agent", "status": "READY", "maxChats": "4"},
		{"login": "ada", "granted": "admin"},
		{"login": "max", "granted": "user_manager"},
		{"login": "tia", "granted": "team_lead", "custom": "site=Berlin"},
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
			t.Logf("the model and the front door part after these steps (-model +front door):\n%s\n%s", story(steps), difference)
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
