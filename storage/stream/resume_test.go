package stream_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/storage/stream"
	"github.com/ca74b63c/roster/user"
)

// TestResume lets each call to the target fail in turn, then goes on, and compares.
func TestResume(t *testing.T) {
	from := newStore(t)
	live(t, from, "acme", 3)
	live(t, from, "b", 1)
	for name, move := range ways {
		t.Run(name, func(t *testing.T) {
			most, n, whole := int64(0), 1, exported(t, from)
			for ; ; n++ {
				target := newStore(t)
				to := storagetest.Faults(target, n)
				_, err := move(t.Context(), from, to, stream.Batch(8))
				method, fired := to.Fired()
				if !fired {
					must(t, err)
					break
				}
				if !errors.Is(err, storagetest.ErrInjected) {
					t.Fatalf("call %d, %s, fails, and the move with %v", n, method, err)
				}
				listed, err := target.Accounts(t.Context(), storage.NotDeleted, "", 0)
				must(t, err)
				for _, id := range listed { // every listed account is complete
					if !bytes.Equal(exported(t, from, stream.Only(id)), exported(t, target, stream.Only(id))) {
						t.Fatalf("after call %d, %s, account %q is there and not whole", n, method, id)
					}
				}
				var last stream.Progress
				_, err = move(t.Context(), from, target, stream.Batch(5), stream.OnProgress(func(p stream.Progress) { last = p }))
				if err != nil {
					t.Fatalf("going on after call %d, %s: %v", n, method, err)
				}
				if n%10 == 0 { // each time would take long, and every difference shows in the stream
					equal(t, from, target)
				} else if !bytes.Equal(exported(t, target), whole) {
					t.Fatalf("going on after call %d, %s, is not what it was", n, method)
				}
				most = max(most, last.Found.Sum())
			}
			if n < 40 || most < 15 {
				t.Errorf("%d calls, and at most %d records found", n, most)
			}
		})
	}
}

// interrupt copies accounts until the target has some of the users of the account acme.
func interrupt(t *testing.T, from, to storage.Storage) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := stream.Copy(ctx, from, to, stream.Batch(4), stream.OnProgress(func(p stream.Progress) {
		if p.Done.Users >= 4 {
			cancel()
		}
	}))
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("interrupted: %v", err)
	}
}

// TestHalfMoved: a half-moved account does not look like a whole one.
func TestHalfMoved(t *testing.T) {
	from, to := world(t), newStore(t)
	interrupt(t, from, to)
	list, err := to.Accounts(t.Context(), storage.NotDeleted, "", 0)
	if len(list) != 0 || err != nil {
		t.Errorf("accounts are %q, %v", list, err)
	}
	must(t, to.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
		if _, err := r.Account(ctx); !errors.Is(err, storage.ErrNotFound) || r.Revision() != 0 {
			t.Errorf("at revision %d, settings: %v", r.Revision(), err)
		}
		n, err := r.CountUsers(ctx, storage.Query{})
		if n == 0 {
			t.Error("no user is there")
		}
		return err
	}))
	if out := exported(t, to); bytes.Contains(out, []byte("acme")) {
		t.Error("a half-moved account is exported")
	}
	var kept bytes.Buffer // a snapshot of it can be restored, and the move goes on
	must(t, to.Snapshot(t.Context(), &kept))
	again, err := memstore.Restore(t.Context(), &kept)
	must(t, err)
	_, err = stream.Copy(t.Context(), from, again)
	must(t, err)
	equal(t, from, again)
	_ = again.Close()
}

// TestSourceChanges: what was moved already and is different now is noticed; what comes later is
// simply newer.
func TestSourceChanges(t *testing.T) {
	for what, c := range map[string]struct {
		id   user.ID
		want error
	}{"moved already": {1, stream.ErrChanged}, "still to come": {11, nil}} {
		from, to := world(t), newStore(t)
		interrupt(t, from, to)
		update(t, from, "acme", func(ctx context.Context, w storage.Writer) error {
			u := person(c.id)
			u.Names.Display = "changed"
			return w.PutUser(ctx, u)
		})
		_, err := stream.Copy(t.Context(), from, to, stream.Only("acme"))
		var detail *stream.AccountError
		if !errors.Is(err, c.want) || c.want != nil && (!errors.As(err, &detail) || detail.What != "user 1" || detail.Account != "acme") {
			t.Errorf("a user who is %s changes: %v", what, err)
		}
		if c.want == nil {
			_, err := stream.Verify(t.Context(), from, to, stream.Only("acme"))
			must(t, err)
		}
	}
}

// TestTaken: an account that is there is left alone; if it is the same, there is nothing to do.
func TestTaken(t *testing.T) {
	from := world(t)
	for what, spoil := range map[string]func(ctx context.Context, w storage.Writer) error{
		"nothing": nil,
		"user":    func(ctx context.Context, w storage.Writer) error { return w.PutUser(ctx, person(99)) },
	} {
		for name, move := range ways {
			to := newStore(t)
			_, err := stream.Copy(t.Context(), from, to)
			must(t, err)
			if spoil != nil {
				update(t, to, "acme", spoil)
			}
			before := exported(t, to)
			var last stream.Progress
			_, err = move(t.Context(), from, to, stream.OnProgress(func(p stream.Progress) { last = p }))
			if spoil == nil && (err != nil || last.Found != last.Total || last.Total.Sum() == 0) {
				t.Errorf("%s over the same: %+v, %v", name, last, err)
			}
			if spoil != nil && !errors.Is(err, stream.ErrTaken) {
				t.Errorf("%s over an account with another %s: %v", name, what, err)
			}
			if !bytes.Equal(before, exported(t, to)) {
				t.Errorf("%s over an account with another %s changes it", name, what)
			}
		}
	}
	other := newStore(t) // the same revision, by other ways
	live(t, other, "acme", 12)
	update(t, other, "acme", func(ctx context.Context, w storage.Writer) error { return w.PutUser(ctx, person(6)) })
	update(t, from, "acme", func(ctx context.Context, w storage.Writer) error { return w.PutUser(ctx, person(5)) })
	if _, err := stream.Copy(t.Context(), from, other, stream.Only("acme")); err != nil {
		t.Errorf("over an account with the same data: %v", err)
	}
}

// TestSomebodyElseWrites: a target that is written to in the middle of a move is left alone from
// then on.
func TestSomebodyElseWrites(t *testing.T) {
	from, to, wrote := world(t), newStore(t), false
	_, err := stream.Copy(t.Context(), from, to, stream.Only("acme"), stream.Batch(4), stream.OnProgress(func(p stream.Progress) {
		if p.Done.Users > 0 && !wrote {
			wrote = true
			update(t, to, "acme", func(ctx context.Context, w storage.Writer) error { return w.PutUser(ctx, person(70)) })
		}
	}))
	if !errors.Is(err, storage.ErrInvalid) {
		t.Errorf("the move goes on with %v", err)
	}
	before := exported(t, to)
	if _, err := stream.Copy(t.Context(), from, to, stream.Only("acme")); !errors.Is(err, stream.ErrTaken) {
		t.Errorf("the next move ends with %v", err)
	}
	if !bytes.Equal(before, exported(t, to)) {
		t.Error("the next move changed something")
	}
}

// TestVerifyNamesTheDifference: each way in which two accounts can differ is found and named.
func TestVerifyNamesTheDifference(t *testing.T) {
	source := func() *memstore.Store {
		s := newStore(t)
		live(t, s, "acme", 4)
		return s
	}
	type write = func(ctx context.Context, w storage.Writer) error
	put := func(change func(*user.User)) write {
		return func(ctx context.Context, w storage.Writer) error {
			u := person(2)
			change(&u)
			return w.PutUser(ctx, u)
		}
	}
	same := put(func(*user.User) {})
	for what, c := range map[string]struct {
		a, b write
		want string
	}{
		"nothing":         {same, same, ""},
		"revision":        {same, nil, "revision"},
		"a user":          {same, put(func(u *user.User) { u.Names.Display = "x" }), "user 2"},
		"a user too many": {same, func(ctx context.Context, w storage.Writer) error { return w.PutUser(ctx, person(50)) }, "counters"},
		"a password": {same, func(ctx context.Context, w storage.Writer) error {
			return w.PutSecret(ctx, 2, user.SecretOf("x", at(3)))
		}, "user 2"},
		"reference data": {same, func(ctx context.Context, w storage.Writer) error {
			return w.PutReference(ctx, user.Reference{Kind: user.ReferenceSkill, ID: 2, Name: "x"})
		}, "skill 2"},
		"no reference data": {same, func(ctx context.Context, w storage.Writer) error {
			return w.DeleteReference(ctx, user.ReferenceSkill, 2)
		}, "skill 2"},
		"reference data of old": {func(ctx context.Context, w storage.Writer) error {
			return w.DeleteReference(ctx, user.ReferenceView, 2)
		}, same, "view 2"},
		"settings": {same, func(ctx context.Context, w storage.Writer) error {
			return w.PutAccount(ctx, user.Account{ID: "acme", Currency: "USD"})
		}, "settings"},
		"a change": {same, func(ctx context.Context, w storage.Writer) error {
			return w.AppendChange(ctx, storage.Change{Type: storage.TabRefreshed})
		}, "change 0 of revision 12"},
	} {
		a, b := source(), source()
		update(t, a, "acme", c.a)
		if c.b != nil {
			update(t, b, "acme", c.b)
		}
		_, err := stream.Verify(t.Context(), a, b)
		var detail *stream.AccountError
		if c.want == "" {
			must(t, err)
		} else if !errors.Is(err, stream.ErrDifferent) || !errors.As(err, &detail) || detail.What != c.want ||
			!strings.Contains(err.Error(), c.want+": ") {
			t.Errorf("%s: %v, want %s", what, err, c.want)
		}
	}
	if _, err := stream.Verify(t.Context(), source(), newStore(t)); !errors.Is(err, stream.ErrDifferent) {
		t.Errorf("an account that is not there: %v", err)
	}
}
