package counting

import (
	"context"
	"errors"
	"maps"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

func begin(revision user.Revision, rows, noted int64) *Counts {
	c := new(Counts)
	c.Begin(revision, 3, func(context.Context, storage.Sequence) (int64, int64, error) { return rows, noted, nil })
	return c
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

// TestLoadedRevisionsFitAColumn: a revision that does not fit in an int64 is refused.
func TestLoadedRevisionsFitAColumn(t *testing.T) {
	c := begin(0, 0, 0)
	if err := c.Load(t.Context(), storage.Counters{Revision: 1 << 63}, storage.ChangeID{}); !errors.Is(err, storage.ErrInvalid) {
		t.Errorf("Load: %v", err)
	}
	if err := c.Load(t.Context(), storage.Counters{}, storage.ChangeID{}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.ChangeID(storage.ChangeID{Revision: 1 << 63}); !errors.Is(err, storage.ErrInvalid) {
		t.Errorf("ChangeID: %v", err)
	}
}
