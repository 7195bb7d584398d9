package memstore_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"reflect"
	"testing"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"github.com/google/go-cmp/cmp"
)

// everything is all that a reader can see of an account.
type everything struct {
	Revision  user.Revision
	Account   user.Account
	Users     []user.User
	Secrets   []string // by hash, since a secret does not print
	Refs      []user.Ref
	Transfers []balance.Transfer
	Reversals []balance.TransferID
	Balances  []balance.Units
	Entries   [][]balance.Entry
	Changes   []storage.Change
}

func readAll(t testing.TB, s storage.Storage, a user.AccountID) (all everything) {
	t.Helper()
	err := s.View(t.Context(), a, func(ctx context.Context, r storage.Reader) error {
		all.Revision = r.Revision()
		var err error
		check := func(e error) {
			if e != nil && !errors.Is(e, storage.ErrNotFound) && !errors.Is(e, storage.ErrCompacted) {
				t.Fatal(e)
			}
		}
		all.Account, err = r.Account(ctx)
		check(err)
		all.Users, err = r.Users(ctx, storage.Query{Deleted: storage.WithDeleted})
		check(err)
		holders := []balance.Holder{balance.Account, balance.World}
		for _, u := range all.Users {
			secret, err := r.Secret(ctx, u.ID)
			check(err)
			all.Secrets = append(all.Secrets, fmt.Sprint(secret.Hash(), secret.Previous().Slice(), secret.Changed()))
			holders = append(holders, balance.HolderOf(u.ID))
		}
		for k := user.RefKind(1); k.Valid(); k++ {
			refs, err := r.Refs(ctx, k, 0, 0)
			check(err)
			all.Refs = append(all.Refs, refs...)
		}
		all.Transfers, err = r.Transfers(ctx, 0, 0)
		check(err)
		for _, transfer := range all.Transfers {
			by, err := r.Reversal(ctx, transfer.ID)
			check(err)
			all.Reversals = append(all.Reversals, by)
			if transfer.Key != "" {
				same, err := r.TransferByKey(ctx, transfer.Key)
				if check(err); same.ID != transfer.ID {
					t.Errorf("TransferByKey(%q) = %d, want %d", transfer.Key, same.ID, transfer.ID)
				}
			}
		}
		all.Balances, err = r.Balances(ctx, holders...)
		check(err)
		for _, h := range holders {
			entries, err := r.Statement(ctx, h, storage.EntryID{}, 0)
			check(err)
			all.Entries = append(all.Entries, entries)
		}
		all.Changes, err = r.Changes(ctx, storage.ChangeID{}, 0)
		check(err)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// exact compares unexported fields too, so that nothing hides behind an Equal.
var exact = cmp.Exporter(func(reflect.Type) bool { return true })

// populated is a store with some of everything in two accounts.
func populated(t testing.TB, seed uint64, opts ...memstore.Option) *memstore.Store {
	t.Helper()
	d := newDice(seed)
	s := memstore.New(opts...)
	t.Cleanup(func() { _ = s.Close() })
	for _, a := range []user.AccountID{"acme", "other\x00one"} {
		m := model{}
		for range 6 {
			_, err := s.Update(t.Context(), a, func(ctx context.Context, w storage.Writer) error {
				if _, err := w.NextID(ctx, storage.RefIDs(user.RefView)); err != nil {
					return err
				}
				return d.write(ctx, w, m)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	return s
}

// write writes some of everything.
func (d dice) write(ctx context.Context, w storage.Writer, m model) error {
	account := user.Account{
		ID: "acme", Version: w.Next(), Name: d.text(), Currency: "USD", Overdraft: d.Int64N(9), MaxUsers: d.IntN(9),
		NameReuse: user.NameReuse{Never: d.one(2), Hold: time.Hour}, ReservationTime: time.Minute, Created: d.time(), DefaultMaxAsyncChats: d.IntN(5),
	}
	if err := w.PutAccount(ctx, account); err != nil {
		return err
	}
	for range 8 {
		u, change := d.user(d.id(), w.Next()), storage.Change{Type: storage.UserUpdated, Detail: d.text(), Reason: d.text(), At: d.time(), Actor: 1}
		if m.taken(u) {
			continue
		}
		if before, ok := m[u.ID]; ok {
			change.Before = &before
		}
		if err := w.PutUser(ctx, u); err != nil {
			return err
		}
		m[u.ID], change.User, change.After = u, u.ID, &u
		if err := w.AppendChange(ctx, change); err != nil {
			return err
		}
		if d.one(2) {
			secret := user.SecretOf(d.text()+"hash", d.time(), d.text(), "old")
			if err := w.PutSecret(ctx, u.ID, secret); err != nil {
				return err
			}
		}
		ref := user.Ref{
			Kind: user.RefKind(1 + d.IntN(9)), ID: 1 + d.Int64N(100), Version: w.Next(), Description: d.text(), AutoLink: d.one(2),
			Profile: user.Profile{Role: user.Agent, Gives: d.one(2)}, Properties: user.ListOf(user.Property{Name: d.text(), Value: d.text()}),
		}
		ref.Name = fmt.Sprint(d.text(), ref.Kind, ref.ID)
		if err := w.PutRef(ctx, ref); err != nil {
			return err
		}
		if err := d.pay(ctx, w, u.ID); err != nil {
			return err
		}
	}
	return nil
}

// pay moves money to the user, and sometimes takes the transfer before back.
func (d dice) pay(ctx context.Context, w storage.Writer, id user.ID) error {
	n, err := w.NextID(ctx, storage.TransferIDs)
	if err != nil {
		return err
	}
	had, err := w.Balances(ctx, balance.Account, balance.HolderOf(id))
	if err != nil {
		return err
	}
	amount := balance.Units(1 + d.Int64N(1e6))
	money, err := balance.FromUnits(amount, "USD")
	if err != nil {
		return err
	}
	t := balance.Transfer{
		ID: balance.TransferID(n), Kind: balance.Transferring, At: d.time(), Actor: 1, Reason: d.text(), Currency: "USD", Requested: money,
		Rate: d.text(), Strict: d.one(2), Users: balance.FingerprintUsers([]user.ID{id}), AccountText: "to ${user_name}", UserText: d.text(),
		Postings: []balance.Posting{{
			From: balance.Account, To: balance.HolderOf(id), Amount: amount, FromAfter: had[0] - amount, ToAfter: had[1] + amount, Name: d.text(),
		}},
		Skipped: []balance.Skip{{User: 7, Reason: balance.AccountShort}},
	}
	if d.one(2) {
		t.Key = fmt.Sprint("key\x00", n)
	}
	if n > 1 && d.one(3) {
		t.Reverses = balance.TransferID(n - 1)
	}
	if d.one(4) {
		t.Postings = append(t.Postings, balance.Posting{From: balance.World, To: balance.Account, Amount: 5, ToAfter: had[0] - amount + 5})
	}
	return w.PostTransfer(ctx, t)
}

func snapshot(t testing.TB, s *memstore.Store) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := s.Snapshot(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What was restored is what was there, to the last bit, and makes the same snapshot.
func TestSnapshotRoundTrip(t *testing.T) {
	for seed := range uint64(5) {
		var opts []memstore.Option
		if seed == 3 {
			opts = append(opts, memstore.MaxChanges(7))
		}
		s := populated(t, seed, opts...)
		stream := snapshot(t, s)
		restored, err := memstore.Restore(t.Context(), bytes.NewReader(stream))
		if err != nil {
			t.Fatal(err)
		}
		defer restored.Close()
		for _, a := range []user.AccountID{"acme", "other\x00one", "nobody's"} {
			if diff := cmp.Diff(readAll(t, s, a), readAll(t, restored, a), exact); diff != "" {
				t.Errorf("account %q differs: %s", a, diff)
			}
			for _, q := range []storage.Sequence{storage.UserIDs, storage.TransferIDs, storage.RefIDs(user.RefView)} {
				if want, got := nextID(t, s, a, q), nextID(t, restored, a, q); want != got {
					t.Errorf("NextID(%d) = %d, want %d", q, got, want)
				}
			}
		}
		again, err := memstore.Restore(t.Context(), bytes.NewReader(stream))
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		if !bytes.Equal(stream, snapshot(t, again)) {
			t.Error("a snapshot of what was restored has other bytes")
		}
	}
}

func nextID(t testing.TB, s storage.Storage, a user.AccountID, q storage.Sequence) (id int64) {
	_, err := s.Update(t.Context(), a, func(ctx context.Context, w storage.Writer) (err error) {
		id, err = w.NextID(ctx, q)
		return err
	})
	if err != nil && !errors.Is(err, storage.ErrLimit) { // the greatest id may be taken
		t.Fatal(err)
	}
	return id
}

// A restored store answers queries as the one before.
func TestRestoredAnswersAsTheModel(t *testing.T) {
	s := populated(t, 11)
	restored, err := memstore.Restore(t.Context(), bytes.NewReader(snapshot(t, s)))
	if err != nil {
		t.Fatal(err)
	}
	defer restored.Close()
	m := model{}
	for _, u := range readAll(t, s, "acme").Users {
		m[u.ID] = u
	}
	err = restored.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
		m.check(t, ctx, r, newDice(1), 200)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A stream that lacks its end, or in which one bit changed, is refused.
func TestRestoreRefusesDamage(t *testing.T) {
	stream := snapshot(t, populated(t, 1))
	step := 1 + len(stream)/400
	for n := 0; n < len(stream); n += step {
		if _, err := memstore.Restore(t.Context(), bytes.NewReader(stream[:n])); !errors.Is(err, memstore.ErrDamaged) {
			t.Fatalf("%d bytes of %d: %v", n, len(stream), err)
		}
		changed := bytes.Clone(stream)
		changed[n] ^= 1 << (n % 8)
		_, err := memstore.Restore(t.Context(), bytes.NewReader(changed))
		if !errors.Is(err, memstore.ErrDamaged) && !errors.Is(err, memstore.ErrVersion) {
			t.Fatalf("byte %d of %d changed: %v", n, len(stream), err)
		}
	}
	newer := bytes.Clone(stream)
	newer[bytes.IndexByte(stream, '\n')+1]++
	if _, err := memstore.Restore(t.Context(), bytes.NewReader(newer)); !errors.Is(err, memstore.ErrVersion) {
		t.Errorf("a newer version: %v", err)
	}
	if _, err := memstore.Restore(t.Context(), bytes.NewReader(stream), memstore.MaxUsers(3)); !errors.Is(err, storage.ErrLimit) {
		t.Errorf("more users than allowed: %v", err)
	}
	few, err := memstore.Restore(t.Context(), bytes.NewReader(stream), memstore.MaxChanges(3))
	if err != nil {
		t.Fatal(err)
	}
	defer few.Close()
	err = few.View(t.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
		_, err := r.Changes(ctx, storage.ChangeID{}, 0)
		return err
	})
	if !errors.Is(err, storage.ErrCompacted) {
		t.Errorf("changes that were left out: %v", err)
	}
}

type failing struct{ after int }

var errDisk = errors.New("disk full")

func (f *failing) Write(b []byte) (int, error) {
	if f.after--; f.after < 0 {
		return 0, errDisk
	}
	return len(b), nil
}

func (f *failing) Read([]byte) (int, error) { return 0, errDisk }

func TestSnapshotReturnsTheStreamsError(t *testing.T) {
	s := populated(t, 1)
	for after := range 4 {
		if err := s.Snapshot(t.Context(), &failing{after}); !errors.Is(err, errDisk) {
			t.Errorf("Snapshot to a stream that fails after %d writes: %v", after, err)
		}
	}
	if _, err := memstore.Restore(t.Context(), &failing{}); !errors.Is(err, errDisk) {
		t.Errorf("Restore from a stream that fails: %v", err)
	}
	stream := snapshot(t, s)
	if _, err := memstore.Restore(t.Context(), io.MultiReader(bytes.NewReader(stream[:len(stream)/2]), &failing{})); !errors.Is(err, errDisk) {
		t.Errorf("Restore from a stream that fails in the middle: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Snapshot(ctx, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("Snapshot under a context that is done: %v", err)
	}
	if _, err := memstore.Restore(ctx, bytes.NewReader(stream)); !errors.Is(err, context.Canceled) {
		t.Errorf("Restore under a context that is done: %v", err)
	}
}

// framed makes a stream of any content, with checksums that are right.
func framed(content []byte) []byte {
	out := []byte("roster memstore snapshot\n\x01")
	for number := uint64(0); ; number++ {
		body := content[:min(len(content), 1<<16)]
		content = content[len(body):]
		head := binary.LittleEndian.AppendUint32(nil, uint32(len(body)))
		sum := crc32.New(crc32.MakeTable(crc32.Castagnoli))
		_, _ = sum.Write(binary.LittleEndian.AppendUint64(nil, number))
		_, _ = sum.Write(head)
		_, _ = sum.Write(body)
		out = append(append(out, head...), body...)
		out = binary.LittleEndian.AppendUint32(out, sum.Sum32())
		if len(body) == 0 {
			return out
		}
	}
}

// unframed is the content of a stream.
func unframed(stream []byte) (content []byte) {
	stream = stream[len("roster memstore snapshot\n\x01"):]
	for len(stream) >= 8 {
		n := binary.LittleEndian.Uint32(stream)
		content = append(content, stream[4:4+n]...)
		stream = stream[8+n:]
	}
	return content
}

// Whatever stands in a stream, Restore returns a store or an error. What it restores can be written and read again.
func FuzzRestore(f *testing.F) {
	for seed := range uint64(4) {
		s, d, m := memstore.New(), newDice(seed), model{}
		_, err := s.Update(f.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
			return errors.Join(d.write(ctx, w, m), d.write(ctx, w, m))
		})
		if err != nil {
			f.Fatal(err)
		}
		stream := snapshot(f, s)
		if got := framed(unframed(stream)); !bytes.Equal(got, stream) {
			f.Fatal("the frames are made otherwise than they are here")
		}
		f.Add(unframed(stream))
	}
	f.Add([]byte{})
	f.Add([]byte{0})
	f.Fuzz(func(t *testing.T, content []byte) {
		_, _ = memstore.Restore(t.Context(), bytes.NewReader(content))
		s, err := memstore.Restore(t.Context(), bytes.NewReader(framed(content)))
		if err != nil {
			return
		}
		defer s.Close()
		again, err := memstore.Restore(t.Context(), bytes.NewReader(snapshot(t, s)))
		if err != nil {
			t.Fatalf("what was restored cannot be restored again: %v", err)
		}
		_ = again.Close()
	})
}
