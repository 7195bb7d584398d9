package stream_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/storage/stream"
	"github.com/ca74b63c/roster/user"
	"github.com/google/go-cmp/cmp"
)

func newStore(t testing.TB) *memstore.Store {
	s := memstore.New()
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// ways are how accounts get from one storage to another.
var ways = map[string]func(ctx context.Context, from, to storage.Storage, opts ...stream.Option) ([]stream.Summary, error){
	"copy": stream.Copy,
	"stream": func(ctx context.Context, from, to storage.Storage, opts ...stream.Option) ([]stream.Summary, error) {
		var b bytes.Buffer
		if _, err := stream.Export(ctx, from, &b, opts...); err != nil {
			return nil, err
		}
		return stream.Import(ctx, &b, to, opts...)
	},
}

// calls returns a call of each function that reads accounts from the storage from. The call of
// Verify compares from with the storage same, and the call of Copy has an empty target.
func calls(
	t testing.TB, from, same storage.Storage,
) map[string]func(context.Context, ...stream.Option) ([]stream.Summary, error) {
	return map[string]func(context.Context, ...stream.Option) ([]stream.Summary, error){
		"Export": func(ctx context.Context, opts ...stream.Option) ([]stream.Summary, error) {
			return stream.Export(ctx, from, &bytes.Buffer{}, opts...)
		},
		"Copy": func(ctx context.Context, opts ...stream.Option) ([]stream.Summary, error) {
			return stream.Copy(ctx, from, newStore(t), opts...)
		},
		"Verify": func(ctx context.Context, opts ...stream.Option) ([]stream.Summary, error) {
			return stream.Verify(ctx, from, same, opts...)
		},
	}
}

// TestLeasesStay: a position and a dead letter move, and the lease of the delivery does not. The
// two accounts count as the same.
func TestLeasesStay(t *testing.T) {
	from := newStore(t)
	live(t, from, "acme", 2)
	held := storage.Delivery{Name: "held", Position: storage.ChangeID{Revision: 2}, Holder: "process 1", Until: at(5)}
	update(t, from, "acme", func(ctx context.Context, w storage.Writer) error { return w.PutDelivery(ctx, held) })
	for name, move := range ways {
		to := newStore(t)
		_, err := move(t.Context(), from, to)
		must(t, err)
		must(t, to.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
			got, err := r.Delivery(ctx, held.Name)
			if want := (storage.Delivery{Name: held.Name, Position: held.Position}); got != want || err != nil {
				t.Errorf("%s: %+v, %v, want %+v", name, got, err, want)
			}
			return nil
		}))
		_, err = stream.Verify(t.Context(), from, to)
		must(t, err)
		update(t, to, "acme", func(ctx context.Context, w storage.Writer) error {
			return w.PutDelivery(ctx, storage.Delivery{Name: held.Name})
		})
		var detail *stream.AccountError
		if _, err := stream.Verify(t.Context(), from, to); !errors.As(err, &detail) || detail.What != `delivery "held"` {
			t.Errorf("%s: another position: %v", name, err)
		}
	}
}

// TestEverythingMoves: nothing of an account is lost, and it goes on where it was. The second
// source no longer keeps all changes: a reader of its changes goes on in the target, and finds as
// many there.
func TestEverythingMoves(t *testing.T) {
	whole, compacted := world(t), world(t, memstore.MaxChanges(9))
	for name, move := range ways {
		for batch, from := range map[int]*memstore.Store{1: whole, 7: compacted, 1_000_000: whole} {
			t.Run(fmt.Sprint(name, " in batches of ", batch), func(t *testing.T) {
				to := newStore(t)
				moved, err := move(t.Context(), from, storagetest.Twice(to), stream.Batch(batch))
				must(t, err)
				equal(t, from, to)
				verified, err := stream.Verify(t.Context(), from, to)
				must(t, err)
				if d := cmp.Diff(moved, verified); d != "" {
					t.Errorf("what moved and what is there (-moved +there):\n%s", d)
				}
				read, err := stream.Check(t.Context(), bytes.NewReader(exported(t, to, stream.Batch(batch))))
				if d := cmp.Diff(moved, read); d != "" || err != nil {
					t.Errorf("what moved and what is exported (-moved +exported): %v\n%s", err, d)
				}
				update(t, to, "acme", func(ctx context.Context, w storage.Writer) error {
					for s := range storage.NumSequences {
						if !storage.Sequence(s).Valid() {
							continue
						}
						was, err := w.Counters(ctx)
						must(t, err)
						if (was.Compacted == storage.ChangeID{}) != (from == whole) {
							t.Errorf("changes up to %v are not kept", was.Compacted)
						}
						if id, err := w.NextID(ctx, storage.Sequence(s)); err != nil || id != was.Given[s]+1 {
							t.Errorf("sequence %d goes on with %d, %v, want %d", s, id, err, was.Given[s]+1)
						}
					}
					return w.AppendChange(ctx, storage.Change{Type: storage.UserUpdated})
				})
			})
		}
	}
}

// TestMoreThanAPage: an account with more records of each type than a storage returns at once.
func TestMoreThanAPage(t *testing.T) {
	const many = storage.MaxPage + 100
	from, to := newStore(t), newStore(t)
	book := ledger{}
	update(t, from, "acme", func(ctx context.Context, w storage.Writer) error {
		var errs []error
		for i := 1; i <= many; i++ {
			d := storage.Delivery{Name: fmt.Sprint("d", i)}
			l := storage.DeadLetter{Change: storage.Change{ID: storage.ChangeID{Revision: 1, Index: i}}, Attempts: 1}
			errs = append(errs,
				w.PutReference(ctx, user.Reference{Kind: user.ReferenceSkill, ID: int64(i), Name: fmt.Sprint("skill ", i)}),
				w.PutUser(ctx, user.User{ID: user.ID(i)}), w.AppendChange(ctx, storage.Change{Type: storage.UserUpdated}),
				w.PostTransfer(ctx, book.move(balance.Funding, balance.World, 1, balance.Account)),
				w.PutDelivery(ctx, d), w.PutDelivery(ctx, storage.Delivery{Name: "many"}), w.PutDeadLetter(ctx, "many", l))
		}
		return errors.Join(errs...)
	})
	moved, err := stream.Copy(t.Context(), from, to)
	must(t, err)
	if got := moved[0].Counts; got != (stream.Counts{References: many, Users: many, Transfers: many, Changes: many}) {
		t.Errorf("%+v were moved", got)
	}
	out := exported(t, to)
	letters, deliveries := bytes.Count(out, []byte(`"type":"deadLetter"`)), bytes.Count(out, []byte(`"type":"delivery"`))
	if letters != many || deliveries != many+1 {
		t.Errorf("%d dead letters and %d deliveries are there", letters, deliveries)
	}
}

// TestSourceFails: each call of a storage that fails ends a function with its error.
func TestSourceFails(t *testing.T) {
	from, same := newStore(t), newStore(t)
	live(t, from, "acme", 3)
	_, err := stream.Copy(t.Context(), from, same)
	must(t, err)
	for _, name := range []string{"Export", "Copy", "Verify", "Verify behind"} {
		for n := 1; ; n++ {
			faulty := storagetest.Faults(from, n)
			call := calls(t, faulty, same)[name]
			if name == "Verify behind" {
				faulty = storagetest.Faults(same, n)
				call = calls(t, from, faulty)["Verify"]
			}
			_, err := call(t.Context())
			method, fired := faulty.Fired()
			if !fired {
				must(t, err)
				break
			}
			if !errors.Is(err, storagetest.ErrInjected) {
				t.Errorf("%s, while call %d, %s, fails: %v", name, n, method, err)
			}
		}
	}
}

func TestSameStorage(t *testing.T) {
	s := world(t)
	if _, err := stream.Copy(t.Context(), s, s); !errors.Is(err, storage.ErrNestedTx) {
		t.Errorf("Copy to the same storage: %v", err)
	}
	if _, err := stream.Verify(t.Context(), s, s); !errors.Is(err, storage.ErrNestedTx) {
		t.Errorf("Verify of the same storage: %v", err)
	}
}

// TestOnly: accounts can be moved one by one. One that is not there is an error that names it, and
// comes with the summaries of the accounts before.
func TestOnly(t *testing.T) {
	from, to := world(t), newStore(t)
	moved, err := stream.Copy(t.Context(), from, to, stream.Only("given", "bare"))
	if err != nil || len(moved) != 2 || moved[0].Account != "given" || moved[1].Counts.Users != 1 {
		t.Errorf("%+v, %v", moved, err)
	}
	for name, call := range calls(t, from, to) {
		done, err := call(t.Context(), stream.Only("bare", "missing"))
		var detail *stream.AccountError
		if !errors.Is(err, storage.ErrNotFound) || !errors.As(err, &detail) || detail.Account != "missing" || len(done) != 1 {
			t.Errorf("%s of an account that is not there: %v, %v", name, done, err)
		}
	}
}

func errorOf[T any](_ T, err error) error { return err }

// TestProgress: what is told never goes back and ends at all there is.
func TestProgress(t *testing.T) {
	from := world(t)
	each := calls(t, from, world(t))
	each["Check"] = func(ctx context.Context, opts ...stream.Option) ([]stream.Summary, error) {
		return stream.Check(ctx, bytes.NewReader(exported(t, from, stream.Batch(3))), opts...)
	}
	for name, call := range each {
		var last stream.Progress
		told := 0
		list, err := call(t.Context(), stream.Batch(3), stream.OnProgress(func(p stream.Progress) {
			told++
			if p.Total.Sum() < last.Total.Sum() || p.Accounts < last.Accounts || p.Of != 4 || p.Done.Users > p.Expected.Users {
				t.Errorf("%s: %+v after %+v", name, p, last)
			}
			last = p
		}))
		must(t, err)
		var all stream.Counts
		for _, s := range list {
			all.References, all.Users = all.References+s.Counts.References, all.Users+s.Counts.Users
			all.Transfers, all.Changes = all.Transfers+s.Counts.Transfers, all.Changes+s.Counts.Changes
		}
		if told < 20 || last.Accounts != 4 || last.Total != all || all.Users != 16 {
			t.Errorf("%s: told %d times, at the end %+v of %+v", name, told, last, all)
		}
	}
}

// TestDeletedAccountsMove: the target has a deleted account with the counters of the source. A
// target that has deleted an account refuses to load it again.
func TestDeletedAccountsMove(t *testing.T) {
	for name, move := range ways {
		t.Run(name, func(t *testing.T) {
			from, to := world(t), newStore(t)
			_, err := from.DeleteAccount(t.Context(), "acme")
			must(t, err)
			_, err = move(t.Context(), from, to)
			must(t, err)
			_, err = stream.Verify(t.Context(), from, to)
			must(t, err)
			gone, err := to.Accounts(t.Context(), storage.OnlyDeleted, "", 0)
			if len(gone) != 1 || gone[0] != "acme" || err != nil {
				t.Errorf("deleted in the target: %v, %v", gone, err)
			}
			_, err = move(t.Context(), from, to)
			must(t, err) // it is there already
			_, err = move(t.Context(), world(t), to, stream.Only("acme"))
			if !errors.Is(err, stream.ErrTaken) {
				t.Errorf("an account that was deleted in the target: %v", err)
			}
		})
	}
}
