package sqlitestore

import (
	"bytes"
	"context"
	"os"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

// TestCompactForgets looks for an erased user's name in the bytes of the files. The index of
// triples leaves out what a triple shares with the one before it. This name is a triple, and each
// of its letters begins with another byte, so the index holds it whole.
func TestCompactForgets(t *testing.T) {
	s := open(t)
	sample.Crowd(t, s, "acme", 500)
	const name = "אωж"
	erased := user.User{ID: 77, Lifecycle: user.Lifecycle{Deleted: sample.Person(1).Lifecycle.Created, Erased: true}}
	for _, u := range []user.User{func() user.User { u := sample.Person(77); u.Names.Display = name; return u }(), erased} {
		_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
			if err := w.PutUser(ctx, u); err != nil {
				return err
			}
			if err := w.AppendChange(ctx, storage.Change{Type: storage.UserUpdated, UserID: 77, Created: &u}); err != nil || !u.Lifecycle.Erased {
				return err
			}
			return w.Scrub(ctx, 77)
		})
		must(t, err)
	}
	holds := func(text string) bool {
		for _, suffix := range []string{"", "-wal"} {
			b, err := os.ReadFile(s.path + suffix)
			must(t, err)
			if bytes.Contains(b, []byte(text)) {
				return true
			}
		}
		return false
	}
	if !holds(name) {
		t.Error("the name is gone already: this test proves nothing")
	}
	must(t, s.Compact(t.Context()))
	if holds(name) {
		t.Errorf("%q is still in the file", name)
	}
	must(t, s.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
		found, err := r.CountUsers(ctx, storage.Query{Text: "Kim"})
		if found != 499 {
			t.Errorf("%d users are found", found)
		}
		return err
	}))
}
