package pgstore

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// TestSecretsAreReadAhead: who asks for one user after another in a View waits for a few round
// trips only, and is told the same as who asks for one.
func TestSecretsAreReadAhead(t *testing.T) {
	t.Parallel()
	s, c := traced(t)
	const people = 2500
	hash := func(id user.ID) string { // every third has none, and the last ones
		if id%3 == 0 || id > people-5 || id < 1 {
			return ""
		}
		return fmt.Sprint("hash", id)
	}
	_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
		for id := user.ID(1); id <= people; id++ {
			err := w.PutUser(ctx, user.User{ID: id})
			if h := hash(id); h != "" {
				err = errors.Join(err, w.PutSecret(ctx, id, user.SecretOf(h, time.UnixMicro(1))))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	must(t, err)
	asks := func(first, last, step user.ID) int64 {
		return c.of(t, func() error {
			return s.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
				for id := first; id != last; id += step {
					secret, err := r.Secret(ctx, id)
					if err != nil || secret.Hash() != hash(id) {
						t.Fatalf("user %d has %q, %v, want %q", id, secret.Hash(), err, hash(id))
					}
				}
				return nil
			})
		})
	}
	if n := asks(1, people+10, 1); n > 8 {
		t.Errorf("all users in their order take %d round trips", n)
	}
	if n := asks(2, 2+2*900, 2); n > 6 {
		t.Errorf("every second user takes %d round trips", n)
	}
	asks(people, 0, -1)
	asks(-3, 20, 1)
	asks(1, 1+7*300, 7)
	_, err = s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error { // one's own writes are seen
		for id := user.ID(1); id <= 20; id++ {
			if _, err := w.Secret(ctx, id); err != nil {
				return err
			}
			if err := w.PutSecret(ctx, id+1, user.SecretOf("new", time.UnixMicro(2))); err != nil {
				return err
			}
			if secret, err := w.Secret(ctx, id+1); err != nil || secret.Hash() != "new" {
				t.Fatalf("user %d has %q, %v", id+1, secret.Hash(), err)
			}
		}
		return nil
	})
	must(t, err)
}
