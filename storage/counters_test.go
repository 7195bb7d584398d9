package storage

import (
	"errors"
	"testing"

	"github.com/ca74b63c/roster/user"
)

// TestCheckCounters: what may be loaded or compacted, at the limits.
func TestCheckCounters(t *testing.T) {
	last := ChangeID{Revision: 5, Index: 2}
	load := func(c Counters) error { return c.CheckLoad(last) }
	compacted := func(c ChangeID) error { return load(Counters{Revision: 6, Compacted: c}) }
	given := func(s Sequence, id int64) Counters {
		c := Counters{Revision: 6}
		c.Given[s] = id
		return c
	}
	unrevised := given(UserIDs, 7)
	unrevised.Revision = 0
	for name, err := range map[string]error{
		"nothing":                                                Counters{}.CheckLoad(ChangeID{}),
		"the revision still to come":                             load(Counters{}),
		"the newest change's revision":                           load(Counters{Revision: 5}),
		"a history that begins at the end":                       compacted(ChangeID{Revision: 6}),
		"a history that begins behind all changes of a revision": compacted(AfterRevision(5)),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, err := range map[string]error{
		"ids without a revision":                    unrevised.CheckLoad(ChangeID{}),
		"a history without a revision":              Counters{Compacted: ChangeID{Revision: 1}}.CheckLoad(ChangeID{}),
		"a negative id":                             load(given(ReferenceIDs(user.ReferenceView), -1)),
		"an id of no sequence":                      load(given(firstReferenceIDs, 7)),
		"a revision before the newest change":       load(Counters{Revision: 4}),
		"a history that begins behind the end":      compacted(ChangeID{Revision: 7}),
		"a history that begins at a negative place": compacted(ChangeID{Revision: 5, Index: -1}),
		"a history that begins behind all places":   compacted(ChangeID{Revision: 5, Index: maxIndex + 1}),
		"a history that begins in no revision":      compacted(ChangeID{Index: 1}),
		"a change behind all changes of a revision": CheckLoaded(AfterRevision(6), last, 9),
		"a compaction to a place behind all":        CheckCompaction(ChangeID{Revision: 4, Index: maxIndex + 1}, 5),
		"a compaction in a transaction that loads":  CheckCompaction(ChangeID{Revision: 1}, 0),
	} {
		if !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDeleted(t *testing.T) {
	given := [NumSequences]int64{UserIDs: 7}
	for _, c := range []struct {
		name        string
		give, after Counters
		deleted     bool
	}{
		{"never written to", Counters{Given: given}, Counters{Given: given}, false},
		{"all changes are kept", Counters{5, ChangeID{}, given}, Counters{6, AfterRevision(6), given}, false},
		{"no change is kept", Counters{5, ChangeID{Revision: 5}, given}, Counters{6, AfterRevision(6), given}, false},
		{"deleted", Counters{5, AfterRevision(5), given}, Counters{5, AfterRevision(5), given}, true},
		{"made again", Counters{6, AfterRevision(5), given}, Counters{7, AfterRevision(7), given}, false},
	} {
		if got := c.give.Deleted(); got != c.deleted {
			t.Errorf("%s: deleted is %t", c.name, got)
		}
		if got := c.give.AfterDeletion(); got != c.after {
			t.Errorf("%s: %v after a deletion, want %v", c.name, got, c.after)
		}
		if err := c.after.CheckLoad(ChangeID{}); c.after.Revision != 0 && err != nil {
			t.Errorf("%s: what a deletion leaves cannot be loaded: %v", c.name, err)
		}
	}
}
