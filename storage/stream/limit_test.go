package stream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// TestLinesAreBounded: a line that never ends is refused before it fills the memory.
func TestLinesAreBounded(t *testing.T) {
	r, err := newReader(strings.NewReader(`{"type":"head","format":"roster accounts","version":3,"accounts":1}` + "\n" + strings.Repeat("x", 1<<20)))
	if err != nil {
		t.Fatal(err)
	}
	r.most = 1 << 18
	var detail *LineError
	if _, _, _, err := r.account(); !errors.Is(err, ErrTooLong) || !errors.As(err, &detail) || detail.Line != 2 {
		t.Errorf("a line without an end: %v", err)
	}
	if len(r.buf) > r.most+1<<17 {
		t.Errorf("%d bytes were kept", len(r.buf))
	}
}

// TestBatchesAreBounded: neither many records nor large ones come without a checksum between them,
// and a reader refuses them if they do.
func TestBatchesAreBounded(t *testing.T) {
	s := memstore.New()
	defer s.Close()
	large := strings.Repeat("x", maxBytes/5)
	for what, people := range map[user.AccountID]int{"many": maxBatch + 500, "large": 12, "huge": 1} {
		_, err := s.Update(t.Context(), what, func(ctx context.Context, w storage.Writer) error {
			for id := user.ID(1); id <= user.ID(people); id++ {
				u := user.User{ID: id}
				switch what {
				case "large":
					u.Identity.CustomData = large
				case "huge": // larger than a batch, and alone in it
					u.Identity.CustomData = strings.Repeat(large, 6)
				}
				if err := w.PutUser(ctx, u); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if _, err := Export(t.Context(), s, &out, Only(what), Batch(1_000_000)); err != nil {
			t.Fatal(err)
		}
		if _, err := Check(t.Context(), bytes.NewReader(out.Bytes())); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		var without []byte
		sums := 0
		for line := range bytes.Lines(out.Bytes()) {
			if bytes.HasPrefix(line, []byte(`{"type":"sum"`)) {
				sums++
				continue
			}
			without = append(without, line...)
		}
		if want := map[user.AccountID]int{"many": 1, "large": 2, "huge": 0}[what]; sums != want {
			t.Errorf("%s: %d checksums, want %d", what, sums, want)
		}
		if _, err := Check(t.Context(), bytes.NewReader(without)); what != "huge" && !errors.Is(err, ErrTooLong) {
			t.Errorf("%s without checksums: %v", what, err)
		}
		to := memstore.New()
		largest := 0
		_, err = Copy(t.Context(), s, counting{to, &largest}, Only(what), Batch(1_000_000))
		if most := map[user.AccountID]int{"many": maxBatch, "large": 4, "huge": 1}[what]; err != nil || largest != most {
			t.Errorf("%s: at most %d users in a transaction, want %d, %v", what, largest, most, err)
		}
		_ = to.Close()
	}
}

// counting counts the users of the largest transaction.
type counting struct {
	storage.Storage
	most *int
}

func (c counting) Update(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error) (user.Revision, error) {
	return c.Storage.Update(ctx, a, func(ctx context.Context, w storage.Writer) error {
		n := 0
		err := fn(ctx, countingWriter{w, &n})
		*c.most = max(*c.most, n)
		return err
	})
}

type countingWriter struct {
	storage.Writer
	n *int
}

func (w countingWriter) PutUser(ctx context.Context, u user.User) error {
	*w.n++
	return w.Writer.PutUser(ctx, u)
}

// TestPlacesHaveNames: an error names what it is about.
func TestPlacesHaveNames(t *testing.T) {
	for want, p := range map[string]place{
		"skill 4": {refs, "", uint64(user.ReferenceSkill), 4}, "user 17": {users, "", 17, 0}, "transfer 5": {transfers, "", 5, 0},
		"change 1 of revision 9": {changes, "", 9, 1}, `delivery "audit"`: {deliveries, "audit", 0, 0},
		`dead letter of change 1 of revision 9 in delivery "audit"`: {letters, "audit", 9, 1}, "settings": {settings, "", 0, 0},
	} {
		if got := fmt.Sprint(p); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
