package memstore_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	memdb "github.com/hashicorp/go-memdb"
)

// narrow is a balance as a row of go-memdb with one index, which is what a transfer is compared with.
type narrow struct {
	holder int64
	units  int64
}

type narrowIndex struct{}

func (narrowIndex) FromObject(row any) (bool, []byte, error) {
	return true, binary.BigEndian.AppendUint64(nil, uint64(row.(*narrow).holder)), nil
}

func (narrowIndex) FromArgs(args ...any) ([]byte, error) {
	return binary.BigEndian.AppendUint64(nil, uint64(args[0].(int64))), nil
}

func newNarrow(b testing.TB, holders int) *memdb.MemDB {
	db, err := memdb.NewMemDB(&memdb.DBSchema{Tables: map[string]*memdb.TableSchema{"balance": {
		Name: "balance", Indexes: map[string]*memdb.IndexSchema{"id": {Name: "id", Unique: true, Indexer: narrowIndex{}}},
	}}})
	if err != nil {
		b.Fatal(err)
	}
	for h := 0; h <= holders; h += 1000 {
		txn := db.Txn(true)
		for i := range 1000 {
			if err := txn.Insert("balance", &narrow{int64(h + i), 1000}); err != nil {
				b.Fatal(err)
			}
		}
		txn.Commit()
	}
	return db
}

// BenchmarkTransfer compares a transfer, with its change, to as many narrow writes in one transaction as it has
// balances. The bar is a ratio of 1.2. On go-memdb itself more than 8,192 changes in one transaction fall off a cliff,
// which they are spared here by running on a snapshot.
func BenchmarkTransfer(b *testing.B) {
	for _, n := range sizes() {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			db := newNarrow(b, n)
			x := &both{users: n, store: filledStore(b, n)}
			for _, payees := range []int{1, 1000, 5000, 50_000} {
				if payees > n {
					continue
				}
				b.Run(fmt.Sprint(payees), func(b *testing.B) {
					next := user.ID(0)
					ids := func() (list []user.ID) {
						first := next
						for i := range payees {
							list = append(list, 1+(first+user.ID(i*(n/payees)))%user.ID(n))
						}
						next += 7919
						return list
					}
					compare(b, max(1, 100/payees), func() {
						db = db.Snapshot()
						txn := db.Txn(true)
						for _, id := range append(ids(), 0) {
							if err := txn.Insert("balance", &narrow{int64(id), 1}); err != nil {
								b.Fatal(err)
							}
						}
						txn.Commit()
					}, func() { x.pay(b, ids()) })
				})
			}
		})
	}
}

// pay moves one unit to each user.
func (x *both) pay(b testing.TB, ids []user.ID) {
	x.update(b, func(ctx context.Context, w storage.Writer) error {
		n, err := w.NextID(ctx, storage.TransferIDs)
		if err != nil {
			return err
		}
		holders := make([]balance.Holder, 1, len(ids)+1)
		for _, id := range ids {
			holders = append(holders, balance.HolderOf(id))
		}
		had, err := w.Balances(ctx, holders...)
		if err != nil {
			return err
		}
		t := balance.Transfer{ID: balance.TransferID(n), Kind: balance.Transferring, Currency: "USD"}
		for i, h := range holders[1:] {
			had[0]--
			t.Postings = append(t.Postings, balance.Posting{
				From: balance.Account, To: h, Amount: 1, FromAfter: had[0], ToAfter: had[i+1] + 1, Name: "agent",
			})
		}
		if err := w.PostTransfer(ctx, t); err != nil {
			return err
		}
		return w.AppendChange(ctx, storage.Change{Type: storage.MoneyTransferred, TransferID: t.ID})
	})
}
