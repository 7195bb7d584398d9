package stream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/balance"
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
// and a reader refuses them if they do. The limits are lower than otherwise.
func TestBatchesAreBounded(t *testing.T) {
	if o := optionsOf([]Option{Batch(1_000_000)}); o.room() != (room{maxBatch, maxBytes}) {
		t.Errorf("the limits of a large batch: %+v", o.room())
	}
	low := func(o *options) { o.limits = room{100, 1 << 16} }
	large := strings.Repeat("x", 1<<16/5)
	for what, c := range map[user.AccountID]struct {
		people int
		text   string
		sums   int
		batch  int64
	}{
		"many": {130, "", 1, 100}, "large": {12, large, 2, 4},
		"huge": {1, strings.Repeat(large, 6), 0, 1}, // larger than a batch, and alone in it
	} {
		s, to := memstore.New(), memstore.New()
		_, err := s.Update(t.Context(), what, func(ctx context.Context, w storage.Writer) error {
			for id := user.ID(1); id <= user.ID(c.people); id++ {
				if err := w.PutUser(ctx, user.User{ID: id, Identity: user.Identity{CustomData: c.text}}); err != nil {
					return err
				}
			}
			return nil
		})
		var out bytes.Buffer
		if _, exported := Export(t.Context(), s, &out, low, Batch(1_000_000)); err != nil || exported != nil {
			t.Fatal(err, exported)
		}
		if _, err := Check(t.Context(), bytes.NewReader(out.Bytes()), low); err != nil {
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
		if sums != c.sums {
			t.Errorf("%s: %d checksums, want %d", what, sums, c.sums)
		}
		if _, err := Check(t.Context(), bytes.NewReader(without), low); what != "huge" && !errors.Is(err, ErrTooLong) {
			t.Errorf("%s without checksums: %v", what, err)
		}
		largest, written := int64(0), int64(0)
		_, err = Copy(t.Context(), s, to, low, Batch(1_000_000), OnProgress(func(p Progress) { // after each transaction
			largest, written = max(largest, p.Done.Users-written), p.Done.Users
		}))
		if err != nil || largest != c.batch {
			t.Errorf("%s: at most %d users in a transaction, want %d, %v", what, largest, c.batch, err)
		}
		_, _ = s.Close(), to.Close()
	}
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

// TestRecordsAreComplete: a line without the member that its type is about is refused.
func TestRecordsAreComplete(t *testing.T) {
	for kind := range recordTypes {
		if r, err := parseRecord(kind, fmt.Appendf(nil, `{"type":%q}`, kind)); !errors.Is(err, ErrRecord) || r != nil {
			t.Errorf("a bare %s: %v, %v", kind, r, err)
		}
	}
	paid := &transferLine{Transfer: &balance.Transfer{Postings: make([]balance.Posting, 3)}}
	if got := weight(paid) + weight(&userLine{}); got != 5 {
		t.Errorf("a transfer with three postings and a user weigh %d", got)
	}
}
