package memstore

import (
	"errors"
	"iter"
	"math/bits"
	"slices"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	memdb "github.com/hashicorp/go-memdb"
)

// pageSize is how many neighbors a row holds.
const (
	pageBits = 6
	pageSize = 1 << pageBits
)

// pageOf returns the number of the page that contains an id, and the index of the id in the page.
func pageOf(id int64) (number uint64, slot int) {
	return uint64(id) >> pageBits, int(id & (pageSize - 1))
}

// number appends the key of n to b and returns the result. Keys sort like the numbers. The first
// byte contains the first hexadecimal digit of n and the number of digits that follow; each of
// these has its own byte. Such keys keep the nodes and the depth of go-memdb's radix tree small, so
// a write costs less.
func number(b []byte, n uint64) []byte {
	b = slices.Grow(b, 16)
	shift := max(bits.Len64(n)-1, 0) &^ 3
	b = append(b, byte(n>>shift)+byte(shift/4*15))
	for shift > 0 {
		shift -= 4
		b = append(b, byte(n>>shift&15))
	}
	return b
}

// accountKey appends the key of an account: a byte 1 and the id. The key is never empty, because
// go-memdb does not look up an empty key.
func accountKey(b []byte, id user.AccountID) []byte {
	return append(append(slices.Grow(b, 1+len(id)), 1), id...)
}

func referenceKey(b []byte, k user.ReferenceKind, id int64) []byte {
	return number(append(b, byte(k)), uint64(id))
}

func nameKey(b []byte, k user.ReferenceKind, name string) []byte {
	return append(append(b, byte(k)), name...)
}

func kindKey(b []byte, k balance.Kind, id balance.TransferID) []byte {
	return number(append(b, byte(k)), uint64(id))
}

func changeKey(b []byte, id storage.ChangeID) []byte {
	return number(number(slices.Grow(b, 32), uint64(id.Revision)), uint64(id.Index))
}

// letterKey appends a key that sorts the dead letters of a delivery together. No name has NUL.
func letterKey(b []byte, name string, id storage.ChangeID) []byte {
	return changeKey(append(append(b, name...), 0), id)
}

// indexer is a go-memdb index whose key is the bytes that the function key returns. go-memdb's own
// string index ends keys with NUL, so two different strings with a NUL can have one key.
type indexer[T any] struct{ key func(*T) []byte }

func unique[T any](name string, key func(*T) []byte) *memdb.IndexSchema {
	return &memdb.IndexSchema{Name: name, Unique: true, Indexer: indexer[T]{key}}
}

var errKey = errors.New("memstore: not a key")

// FromObject implements memdb.SingleIndexer. It returns true and the key of the row. It returns an
// error if row is not a *T.
func (x indexer[T]) FromObject(row any) (bool, []byte, error) {
	r, ok := row.(*T)
	if !ok {
		return false, nil, errKey
	}
	return true, x.key(r), nil
}

// FromArgs implements memdb.Indexer: it returns the key that reader.search stored.
func (indexer[T]) FromArgs(args ...any) ([]byte, error) {
	if len(args) == 1 {
		if r, ok := args[0].(*reader); ok {
			return r.key, nil
		}
	}
	return nil, errKey
}

// search stores the key and returns the arguments for a lookup by a method of go-memdb. The caller
// appends the key to r.key[:0], so that all lookups of a transaction use the same memory.
func (r *reader) search(key []byte) []any {
	r.key, r.args[0] = key, r
	return r.args[:]
}

func table(name string, indexes ...*memdb.IndexSchema) *memdb.TableSchema {
	t := &memdb.TableSchema{Name: name, Indexes: map[string]*memdb.IndexSchema{}}
	for _, x := range indexes {
		t.Indexes[x.Name] = x
	}
	return t
}

func newDB(tables ...*memdb.TableSchema) *memdb.MemDB {
	schema := &memdb.DBSchema{Tables: map[string]*memdb.TableSchema{}}
	for _, t := range tables {
		schema.Tables[t.Name] = t
	}
	db, err := memdb.NewMemDB(schema)
	must(err)
	return db
}

// must panics if err is not nil. go-memdb returns errors only for a table, an index or a row that
// is not in the schema. Each test that uses the table finds such a mistake.
func must(err error) {
	if err != nil {
		panic("memstore: " + err.Error())
	}
}

// get returns the row of a table with the given key in the given index, or nil if there is none. It
// does not see writes of an Update that are not flushed yet. The caller must not change the row.
func get[T any](r *reader, table, index string, key []byte) *T {
	found, err := r.rows.First(table, index, r.search(key)...)
	must(err)
	row, _ := found.(*T)
	return row
}

// ascend yields the rows of a table with the key from or a greater one, in ascending order.
func ascend[T any](r *reader, table string, from []byte) iter.Seq[*T] {
	found, err := r.rows.LowerBound(table, byID, r.search(from)...)
	return each[T](found, err)
}

// descend yields the rows of a table with the key from or a lesser one, in descending order.
func descend[T any](r *reader, table string, from []byte) iter.Seq[*T] {
	found, err := r.rows.ReverseLowerBound(table, byID, r.search(from)...)
	return each[T](found, err)
}

// all yields all rows of a table in ascending order of their keys.
func all[T any](rows *memdb.Txn, table string) iter.Seq[*T] {
	found, err := rows.Get(table, byID)
	return each[T](found, err)
}

// each yields the rows of a result of go-memdb. The sequence can be read once.
func each[T any](found memdb.ResultIterator, err error) iter.Seq[*T] {
	must(err)
	return func(yield func(*T) bool) {
		for {
			row, ok := found.Next().(*T)
			if !ok || !yield(row) {
				return
			}
		}
	}
}

// first returns the first row of a sequence, nil if there is none.
func first[T any](rows iter.Seq[*T]) *T {
	for row := range rows {
		return row
	}
	return nil
}
