package differential

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/internal/systemtest/engine"
	"github.com/ca74b63c/roster/internal/systemtest/model"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// call is one call of the front door: what it is, and what it answers on one account.
type call struct {
	name string
	ask  func(ctx context.Context, h roster.Handle) (any, error)
}

// fronts are front doors over all storages.
type fronts struct {
	dirs    []*roster.Directory
	now     time.Time
	asked   []call
	cursors []string // that lists gave
}

func newFronts(stores ...storage.Storage) *fronts {
	f := &fronts{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	for _, s := range stores {
		f.dirs = append(f.dirs, roster.New(s, roster.WithHasher(open4all{}), roster.WithClock(func() time.Time { return f.now })))
	}
	return f
}

// open4all hashes passwords for nothing.
type open4all struct{}

func (open4all) Hash(_ context.Context, plain string) (string, error) { return "h" + plain, nil }

func (open4all) Verify(_ context.Context, hash, plain string) (ok, rehash bool, err error) {
	return hash == "h"+plain, false, nil
}

func (open4all) VerifyUnknown(context.Context, string) error { return nil }

// same asks the last one, memory, and then the others, and returns what differs.
func (f *fronts) same(account user.AccountID, c call) (difference string) {
	f.asked = append(f.asked, c)
	handle := func(i int) roster.Handle { return f.dirs[i].As(account, roster.SystemActor()) }
	last := len(f.dirs) - 1
	want, err := c.ask(context.Background(), handle(last))
	fault := model.FaultOf(err)
	for i := range last {
		got, err := c.ask(context.Background(), handle(i))
		switch difference := unlike(want, got); {
		case model.FaultOf(err) != fault:
			return fmt.Sprintf("%sof %s: error %q of storage %d, %q of memory", f.story(), account, model.FaultOf(err), i, fault)
		case fault == "" && difference != "":
			return fmt.Sprintf("%sof %s (-memory +storage %d):\n%s", f.story(), account, i, difference)
		}
	}
	return ""
}

// unlike returns what differs. Two times that are the same instant do not, whatever their location
// points to.
func unlike(a, b any) string {
	if reflect.DeepEqual(a, b) {
		return ""
	}
	if diff := cmp.Diff(a, b, cmpopts.EquateEmpty()); diff != "" {
		return diff
	}
	x, err := json.Marshal(a) // which shows what an Equal method may pass over
	y, err2 := json.Marshal(b)
	none := func(b []byte) string { return strings.ReplaceAll(string(b), "[]", "null") } // no user is no user
	if err != nil || err2 != nil || none(x) != none(y) {
		return fmt.Sprintf("%s %v\n%s %v", x, err, y, err2)
	}
	return ""
}

func (f *fronts) story() string {
	story := "after these calls\n"
	for i, c := range f.asked {
		story += fmt.Sprintf("%3d. %s\n", i+1, c.name)
	}
	return story
}

// accounts begins a sequence in two accounts whose ids differ in one letter's case.
func (f *fronts) accounts(n int) (ids []user.AccountID, difference string) {
	ids = []user.AccountID{user.AccountID(fmt.Sprint("front-", n)), user.AccountID(fmt.Sprint("Front-", n))}
	open := call{"CreateAccount", func(ctx context.Context, h roster.Handle) (any, error) {
		return h.CreateAccount(ctx, user.Account{Currency: "USD"})
	}}
	for _, id := range ids {
		for _, c := range []call{open, fund(1_000_000, "", "")} {
			if difference = f.same(id, c); difference != "" {
				return ids, difference
			}
		}
	}
	return ids, ""
}

// TestFrontDoorsAnswerAlike puts what hostile callers send to front doors over all storages.
func TestFrontDoorsAnswerAlike(t *testing.T) {
	a := open(t)
	checks(t, 40)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		f := newFronts(a.stores...)
		alike := func(difference string) {
			if difference != "" {
				t.Fatal(difference)
			}
		}
		accounts, difference := f.accounts(n)
		alike(difference)
		t.Repeat(map[string]func(*rapid.T){
			"call": func(t *rapid.T) { alike(f.same(rapid.SampledFrom(accounts).Draw(t, "account"), f.draw(t))) },
			"wait": func(t *rapid.T) {
				f.now = f.now.Add(time.Duration(rapid.IntRange(1, 40).Draw(t, "seconds")) * time.Second)
			},
		})
		for _, account := range accounts {
			alike(f.same(account, everything))
		}
	})
}

// folds is a storage for which two names are one if they differ in case alone, as a careless
// collation has it.
type folds struct{ storage.Storage }

func (s folds) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	return s.Storage.View(ctx, a, func(ctx context.Context, r storage.Reader) error { return fn(ctx, folding{r}) })
}

type folding struct{ storage.Reader }

func (r folding) ReferenceByName(ctx context.Context, k user.ReferenceKind, name string) (user.Reference, error) {
	list, err := r.References(ctx, k, 0, 0)
	for _, ref := range list {
		if strings.EqualFold(ref.Name, name) {
			return ref, nil
		}
	}
	if err == nil {
		err = storage.ErrNotFound
	}
	return user.Reference{}, err
}

// What the storages differ in is noticed.
func TestADifferenceIsNoticed(t *testing.T) {
	one, two := memstore.New(), memstore.New()
	engine.CloseAfter(t, one)
	engine.CloseAfter(t, two)
	n := 0
	sequence := rapid.Custom(func(t *rapid.T) string {
		n++
		f := newFronts(folds{one}, two)
		accounts, difference := f.accounts(n)
		for i := 0; i < 40 && difference == ""; i++ {
			difference = f.same(accounts[0], f.draw(t))
		}
		return difference
	})
	for seed := range 500 {
		if difference := sequence.Example(seed); difference != "" {
			if !strings.Contains(difference, "References") {
				t.Error(difference)
			}
			return
		}
	}
	t.Errorf("a storage that folds names answers like one that does not, in %d sequences", n)
}
