package storagetest

import (
	"context"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest/internal/mapstore"
)

func testBenchmark(s storage.Storage, users int) *benchmark {
	return &benchmark{s: s, ctx: context.Background(), users: users, ledger: newLedger()}
}

// TestBenchmarkedOperations runs each operation a few times on a small account, and sees whether
// it did what its name says: a benchmark of an error is fast and worth nothing.
func TestBenchmarkedOperations(t *testing.T) {
	h := start(t, openGood)
	f := testBenchmark(h.s, 1100)
	h.ok(f.fill(), "fill")
	for _, op := range f.operations() {
		before := f.revision
		for i := range 3 {
			if op.prepare != nil {
				op.prepare(i)
			}
			h.ok(op.run(i), op.name)
		}
		switch op.name {
		case "put", "patch", "transfer-1", "transfer-1000":
			h.same(f.revision, before+3, "the revision after "+op.name)
		default:
			h.same(f.revision, before, "the revision after "+op.name)
		}
	}
	h.view(acme, func(x tx) {
		x.same(x.count(storage.Query{}), 1103, "users")
		x.same(x.user(1).Identity.CustomData, "custom data 0", "the patched attribute")
		x.same(x.balances(balance.Account)[0], balance.MaxUnits/2-3-3000, "what the transfers left")
	})
}

func TestBenchmarkReportsErrors(t *testing.T) {
	for n := 1; n <= 3; n++ {
		if err := testBenchmark(Faults(mapstore.New(), n), 100).fill(); err == nil {
			t.Errorf("fill swallows the error of call %d", n)
		}
	}
	f := testBenchmark(mapstore.New(), 1100)
	for _, op := range f.operations() {
		switch op.name {
		case "put", "changes":
			continue // these need nothing: a user comes, and none of the changes is listed
		}
		if err := op.run(0); err == nil {
			t.Errorf("%s finds what it wants in an empty account", op.name)
		}
	}
}
