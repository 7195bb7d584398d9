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
	} {
		if err := CheckLoaded(c.id, last, c.loading); c.fits != (err == nil) || !c.fits && !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if err := CheckLoaded(ChangeID{}, ChangeID{}, 0); !errors.Is(err, ErrInvalid) {
		t.Errorf("a change of no revision: %v", err)
	}
}

func TestCheckKept(t *testing.T) {
	gone := ChangeID{Revision: 5, Index: 2}
	for _, c := range []struct {
		name             string
		after, compacted ChangeID
		kept             bool
	}{
		{"all are kept", ChangeID{}, ChangeID{}, true},
		{"all are kept, also those after what no change has", ChangeID{Index: -1}, ChangeID{}, true},
		{"from the beginning", ChangeID{}, gone, false},
		{"the last that is gone would be the next", ChangeID{Revision: 5, Index: 1}, gone, false},
		{"the first that is kept is the next", gone, gone, true},
		{"later", ChangeID{Revision: 6}, gone, true},
	} {
		if err := CheckKept(c.after, c.compacted); c.kept != (err == nil) || !c.kept && !errors.Is(err, ErrCompacted) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
