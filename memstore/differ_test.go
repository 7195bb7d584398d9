package memstore_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/google/go-cmp/cmp"
)

var errRollback = errors.New("roll back")

// model is what a store must answer like: all users in a map, asked one by one.
type model map[user.ID]user.User

func (m model) users() []user.User {
	list := make([]user.User, 0, len(m))
	for _, id := range slices.Sorted(maps.Keys(m)) {
		list = append(list, m[id])
	}
	return list
}

func (m model) query(q storage.Query) (answer []user.User, count int) {
	for _, u := range m.users() {
		if !q.Match(u) {
			continue
		}
		count++
		if q.Beyond(q.PositionOf(u)) {
			answer = append(answer, u)
		}
	}
	slices.SortFunc(answer, func(a, b user.User) int { return q.Compare(q.PositionOf(a), q.PositionOf(b)) })
	answer = answer[min(q.Offset, len(answer)):]
	return answer[:min(q.Max(), len(answer))], count
}

// taken returns whether another user claims a unique key of u.
func (m model) taken(u user.User) bool {
	keys := u.Keys()
	for _, other := range m {
		for kind, value := range other.Keys() {
			if value != "" && other.ID != u.ID && user.KeyKind(kind).Unique() && value == keys[kind] {
				return true
			}
		}
	}
	return false
}

func (m model) byKey(k user.Key) (found []user.User) {
	for _, u := range m.users() {
		if keys := u.Keys(); k.Value != "" && keys[k.Kind] == k.Value {
			found = append(found, u)
		}
	}
	return found
}

// check asks the reader and the model the same questions.
func (m model) check(t testing.TB, ctx context.Context, r storage.Reader, d dice, questions int) {
	t.Helper()
	list := m.users()
	for range questions {
		q := d.query(list)
		want, total := m.query(q)
		got, err := r.Users(ctx, q)
		if err != nil {
			t.Fatalf("Users(%+v): %v", q, err)
		}
		if len(want) != len(got) || !slices.EqualFunc(want, got, user.User.Equal) {
			t.Fatalf("Users(%+v): %s", q, cmp.Diff(idsOf(want), idsOf(got)))
		}
		n, err := r.CountUsers(ctx, q)
		if err != nil || n != total {
			t.Fatalf("CountUsers(%+v) = %d, %v; want %d", q, n, err, total)
		}
	}
	for range questions / 4 {
		id := d.id()
		got, err := r.User(ctx, id)
		want, ok := m[id]
		if ok != (err == nil) || ok && !got.Equal(want) {
			t.Fatalf("User(%d) = %v, %v; want %v, %v", id, got, err, want, ok)
		}
		if len(list) == 0 {
			continue
		}
		u := pick(d, list...)
		for kind, value := range u.Keys() {
			if value == "" {
				continue
			}
			k := user.Key{Kind: user.KeyKind(kind), Value: value}
			found := m.byKey(k)
			got, err := r.UserByKey(ctx, k)
			switch {
			case len(found) > 1:
				if !errors.Is(err, storage.ErrAmbiguous) {
					t.Fatalf("UserByKey(%v) of %d users: %v", k, len(found), err)
				}
			case err != nil || !got.Equal(u):
				t.Fatalf("UserByKey(%v) = %v, %v; want %v", k, got.ID, err, u.ID)
			}
		}
	}
}

func idsOf(list []user.User) []user.ID {
	ids := make([]user.ID, len(list))
	for i, u := range list {
		ids[i] = u.ID
	}
	return ids
}

// The store answers every question as the map does: inside a transaction, after its commit or
// rollback, and in a View that began before.
func testDiffer(t testing.TB, seed uint64, rounds int) {
	ctx := t.Context()
	d := newDice(seed)
	s := memstore.New()
	defer s.Close()
	m := model{}
	for range rounds {
		next := maps.Clone(m)
		rollback := d.one(3)
		err := s.View(ctx, "acme", func(viewing context.Context, old storage.Reader) error {
			_, err := s.Update(ctx, "acme", func(inside context.Context, w storage.Writer) error {
				for range 1 + d.IntN(1<<d.IntN(7)) {
					id := d.id()
					u, ok := next[id]
					if ok && d.one(2) {
						u = d.vary(u, w.Next())
					} else {
						u = d.user(id, w.Next())
					}
					if next.taken(u) {
						continue
					}
					if err := w.PutUser(inside, u); err != nil {
						t.Fatalf("PutUser: %v", err)
					}
					next[id] = u
				}
				next.check(t, inside, w, d, 4)
				if rollback {
					return errRollback
				}
				return nil
			})
			if rollback != (err != nil) || err != nil && !errors.Is(err, errRollback) {
				t.Fatalf("Update: %v", err)
			}
			m.check(t, viewing, old, d, 4)
			return nil
		})
		if !rollback {
			m = next
		}
		if err != nil {
			t.Fatal(err)
		}
		err = s.View(ctx, "acme", func(ctx context.Context, r storage.Reader) error {
			m.check(t, ctx, r, d, 20)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestAnswersAsTheModel(t *testing.T) {
	for seed := range uint64(6) {
		testDiffer(t, seed, 25)
	}
}

func FuzzAnswersAsTheModel(f *testing.F) {
	for seed := range uint64(4) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) { testDiffer(t, seed, 12) })
}

// A unique key that is taken is refused, whatever the other user's spelling, and the whole
// transaction with it.
func TestUniqueKeysByChance(t *testing.T) {
	ctx, d, m := t.Context(), newDice(7), model{}
	s := memstore.New()
	defer s.Close()
	refused := 0
	for range 600 {
		u := d.user(user.ID(1+d.IntN(60)), 1)
		_, err := s.Update(ctx, "acme", func(ctx context.Context, w storage.Writer) error { return w.PutUser(ctx, u) })
		if taken := m.taken(u); taken != errors.Is(err, storage.ErrExists) || !taken && err != nil {
			t.Fatalf("PutUser of a user whose keys are taken (%v): %v", taken, err)
		}
		if err != nil {
			refused++
			continue
		}
		m[u.ID] = u
	}
	if refused == 0 {
		t.Fatal("no key was ever taken: the test tests nothing")
	}
}
