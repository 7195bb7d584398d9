package storage

import (
	"errors"
	"testing"

	"github.com/ca74b63c/roster/user"
)

func TestCheckLoad(t *testing.T) {
	last := ChangeID{Revision: 5, Index: 2}
	given := Counters{}
	given.Given[0] = 7
	negative, unknown := Counters{Revision: 6}, Counters{Revision: 6}
	negative.Given[ReferenceIDs(user.ReferenceView)] = -1
	unknown.Given[firstReferenceIDs] = 7
	for _, c := range []struct {
		name string
		give Counters
		last ChangeID
		fits bool
	}{
		{"nothing, into nothing", Counters{}, ChangeID{}, true},
		{"nothing, behind changes: the revision is still to come", Counters{}, last, true},
		{"ids without a revision", given, ChangeID{}, false},
		{"a negative id", negative, last, false},
		{"an id of no sequence", unknown, last, false},
		{"history that begins without a revision", Counters{Compacted: ChangeID{Revision: 1}}, ChangeID{}, false},
		{"the newest change's revision", Counters{Revision: 5}, last, true},
		{"before the newest change", Counters{Revision: 4}, last, false},
		{"history that begins at the end", Counters{Revision: 6, Compacted: ChangeID{Revision: 6}}, last, true},
		{"history that begins behind the end", Counters{Revision: 6, Compacted: ChangeID{Revision: 7}}, last, false},
		{"history that begins at a negative place", Counters{Revision: 6, Compacted: ChangeID{Revision: 5, Index: -1}}, last, false},
		{"history that begins behind all changes of a revision", Counters{Revision: 6, Compacted: AfterRevision(5)}, last, true},
		{"history that begins behind that", Counters{Revision: 6, Compacted: ChangeID{Revision: 5, Index: maxIndex + 1}}, last, false},
		{"history that begins in no revision", Counters{Revision: 6, Compacted: ChangeID{Index: 1}}, last, false},
	} {
		if err := c.give.CheckLoad(c.last); c.fits != (err == nil) || !c.fits && !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestCheckLoaded(t *testing.T) {
	last := ChangeID{Revision: 5, Index: 2}
	for _, c := range []struct {
		name    string
		id      ChangeID
		loading user.Revision
		fits    bool
	}{
		{"the next of its revision", ChangeID{Revision: 5, Index: 3}, 9, true},
		{"one left out", ChangeID{Revision: 7, Index: 1}, 9, true},
		{"the last revision's", ChangeID{Revision: 9}, 9, true},
		{"behind the last revision", ChangeID{Revision: 10}, 9, false},
		{"the last revision is not known", ChangeID{Revision: 10}, 0, true},
		{"the newest again", last, 9, false},
		{"before the newest", ChangeID{Revision: 5, Index: 1}, 9, false},
		{"a negative place", ChangeID{Revision: 6, Index: -1}, 9, false},
		{"the place behind all changes", AfterRevision(6), 9, false},
	} {
		if err := CheckLoaded(c.id, last, c.loading); c.fits != (err == nil) || !c.fits && !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if err := CheckLoaded(ChangeID{}, ChangeID{}, 0); !errors.Is(err, ErrInvalid) {
		t.Errorf("a change of no revision: %v", err)
	}
}

func TestCheckCompaction(t *testing.T) {
	for _, c := range []struct {
		last  ChangeID
		next  user.Revision
		valid bool
	}{
		{ChangeID{}, 5, true}, // nothing
		{ChangeID{}, 0, true},
		{ChangeID{Index: 1}, 5, false},
		{ChangeID{Revision: 1, Index: -1}, 5, false},
		{ChangeID{Revision: 1}, 5, true},
		{AfterRevision(4), 5, true},
		{ChangeID{Revision: 4, Index: maxIndex + 1}, 5, false},
		{ChangeID{Revision: 5}, 5, false},
		{ChangeID{Revision: 1}, 0, false}, // a transaction that loads
	} {
		if err := CheckCompaction(c.last, c.next); c.valid != (err == nil) || !c.valid && !errors.Is(err, ErrInvalid) {
			t.Errorf("%v in revision %d: %v", c.last, c.next, err)
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
