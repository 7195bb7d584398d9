package counting

import (
	"context"
	"errors"
	"maps"
	"math"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func begin(revision user.Revision, rows, noted int64) *Counts {
	c := new(Counts)
	c.Begin(revision, 3, func(context.Context, storage.Sequence) (int64, int64, error) { return rows, noted, nil })
	return c
}

func TestNextID(t *testing.T) {
	for _, c := range []struct{ rows, noted, want int64 }{{0, 0, 1}, {7, 0, 8}, {7, 9, 10}} {
		if id, err := begin(1, c.rows, c.noted).NextID(t.Context(), storage.UserIDs); id != c.want || err != nil {
			t.Errorf("after the rows %d and the note %d: %d, %v", c.rows, c.noted, id, err)
		}
	}
	if _, err := begin(1, math.MaxInt64, 0).NextID(t.Context(), storage.UserIDs); !errors.Is(err, storage.ErrLimit) {
		t.Errorf("after the greatest id: %v", err)
	}
	if _, err := begin(1, 0, 0).NextID(t.Context(), storage.ReferenceIDs(0)); !errors.Is(err, storage.ErrInvalid) {
		t.Errorf("of no sequence: %v", err)
	}
	errRead := errors.New("read")
	var broken Counts
	broken.Begin(1, 0, func(context.Context, storage.Sequence) (int64, int64, error) { return 0, 0, errRead })
	_, next := broken.NextID(t.Context(), storage.UserIDs)
	_, last := broken.LastRow(t.Context(), storage.UserIDs)
	load := new(Counts)
	*load = broken
	load.revision = 0
	loaded := load.Load(t.Context(), storage.Counters{Revision: 1, Given: [storage.NumSequences]int64{1}}, storage.ChangeID{})
	if !errors.Is(next, errRead) || !errors.Is(last, errRead) || !errors.Is(loaded, errRead) {
		t.Errorf("a store that cannot be read: %v, %v, %v", next, last, loaded)
	}
}

// TestUnnoted: an id that a row shows needs no note.
func TestUnnoted(t *testing.T) {
	c := begin(1, 5, 0)
	for _, s := range []storage.Sequence{storage.UserIDs, storage.TransferIDs} {
		if _, err := c.NextID(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	c.Used(storage.UserIDs, 6)
	c.Used(storage.ReferenceIDs(user.ReferenceView), 9) // of a sequence that was not asked for
	if last, err := c.LastRow(t.Context(), storage.UserIDs); last != 6 || err != nil {
		t.Errorf("the last row of users: %d, %v", last, err)
	}
	if got := c.Unnoted(); len(got) != 1 || got[storage.TransferIDs] != 6 {
		t.Errorf("to note: %v", got)
	}
	var counters storage.Counters
	if c.Add(&counters); counters.Given[storage.TransferIDs] != 6 {
		t.Errorf("given: %v", counters.Given)
	}
}

func TestResult(t *testing.T) {
	c := begin(4, 0, 0)
	if revision, config, wrote := c.Result(); revision != 4 || config != 3 || wrote {
		t.Errorf("nothing written: %d, %d, %t", revision, config, wrote)
	}
	c.Wrote()
	c.Raise(2)
	c.Raise(5)
	if revision, config, wrote := c.Result(); revision != 5 || config != 5 || !wrote || c.Next() != 5 {
		t.Errorf("something written: %d, %d, %t", revision, config, wrote)
	}
}

func TestChangeID(t *testing.T) {
	c := begin(4, 0, 0)
	for i := range 2 {
		if id, err := c.ChangeID(storage.ChangeID{Revision: 99}); id != (storage.ChangeID{Revision: 5, Index: i}) || err != nil {
			t.Errorf("change %d: %v, %v", i, id, err)
		}
	}
}

func TestLoad(t *testing.T) {
	at := func(r user.Revision, i int) storage.ChangeID { return storage.ChangeID{Revision: r, Index: i} }
	to := storage.Counters{Revision: 9, Compacted: at(4, 1), Given: [storage.NumSequences]int64{storage.UserIDs: 7}}
	c := begin(0, 5, 0)
	if err := c.Load(t.Context(), to, at(3, 0)); err != nil || c.Next() != 9 {
		t.Fatalf("Load: %v, next %d", err, c.Next())
	}
	if got := c.Unnoted(); got[storage.UserIDs] != 7 {
		t.Errorf("to note: %v", got)
	}
	for _, own := range []storage.ChangeID{at(4, 1), at(3, 7), at(10, 0), at(1<<63, 0)} {
		if _, err := c.ChangeID(own); !errors.Is(err, storage.ErrInvalid) {
			t.Errorf("change %v: %v", own, err)
		}
	}
	for _, own := range []storage.ChangeID{at(4, 2), at(9, 0)} {
		if id, err := c.ChangeID(own); id != own || err != nil {
			t.Errorf("change %v: %v, %v", own, id, err)
		}
	}
	wrote := begin(0, 0, 0)
	wrote.Wrote()
	for name, c := range map[string]struct {
		counts *Counts
		to     storage.Counters
	}{
		"over a revision": {begin(1, 0, 0), to}, "after writing": {wrote, to},
		"a revision that no column holds":   {begin(0, 0, 0), storage.Counters{Revision: 1 << 63}},
		"a revision before the last change": {begin(0, 0, 0), storage.Counters{Revision: 2}},
	} {
		if err := c.counts.Load(t.Context(), c.to, at(3, 0)); !errors.Is(err, storage.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestKnown: what one transaction knows at its end, the next one need not read.
func TestKnown(t *testing.T) {
	c := begin(1, 5, 0)
	c.Know(storage.UserIDs, Stored{Row: 20, Noted: 30})
	c.Used(storage.UserIDs, 25)
	if last, err := c.Last(t.Context(), storage.UserIDs); last != 30 || err != nil {
		t.Errorf("the last id of a user: %d, %v", last, err)
	}
	if _, err := c.NextID(t.Context(), storage.TransferIDs); err != nil {
		t.Fatal(err)
	}
	want := map[storage.Sequence]Stored{storage.UserIDs: {Row: 25, Noted: 30}, storage.TransferIDs: {Row: 5, Noted: 6}}
	if got := c.Known(); !maps.Equal(got, want) {
		t.Errorf("known: %v, want %v", got, want)
	}
}
