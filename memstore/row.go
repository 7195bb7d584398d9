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

// pageOf returns the number of a page and the place in it.
func pageOf(id int64) (number uint64, slot int) {
	return uint64(id) >> pageBits, int(id & (pageSize - 1))
}

// number appends a number so that keys sort as numbers do. The first byte says how many hexadecimal
// digits follow and what the first digit is; each digit that follows is a byte. So the tree has few
// levels, each of which costs a write some allocations, and the nodes that a write copies are
// small.
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

// accountKey appends a key that is never empty: go-memdb would not look an empty one up.
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

// indexer makes the keys of one index: bytes as they are. go-memdb's own string index ends keys
// with NUL, which merges strings that have one.
type indexer[T any] struct{ key func(*T) []byte }

func unique[T any](name string, key func(*T) []byte) *memdb.IndexSchema {
	return &memdb.IndexSchema{Name: name, Unique: true, Indexer: indexer[T]{key}}
}

var errKey = errors.New("memstore: not a key")

// FromObject returns the key of a row.
func (x indexer[T]) FromObject(row any) (bool, []byte, error) {
	r, ok := row.(*T)
	if !ok {
		return false, nil, errKey
	}
	return true, x.key(r), nil
}

// FromArgs takes the reader that looks for a key.
func (indexer[T]) FromArgs(args ...any) ([]byte, error) {
	if len(args) == 1 {
		if r, ok := args[0].(*reader); ok {
			return r.key, nil
		}
	}
	return nil, errKey
}

// search returns what go-memdb's methods take to look for a key. The caller makes the key of
// r.key[:0], so that all searches of a transaction share the memory of one key.
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

// must is for errors of go-memdb. It returns one only for a table, an index or a row that the
// schema does not have, which is a mistake in this package that every test finds.
func must(err error) {
	if err != nil {
		panic("memstore: " + err.Error())
	}
}

// get returns the row with a key, nil if there is none.
func get[T any](r *reader, table, index string, key []byte) *T {
	found, err := r.rows.First(table, index, r.search(key)...)
	must(err)
	row, _ := found.(*T)
	return row
}

// ascend yields the rows of a table from a key on, in the order of their keys.
func ascend[T any](r *reader, table string, from []byte) iter.Seq[*T] {
	found, err := r.rows.LowerBound(table, byID, r.search(from)...)
	return each[T](found, err)
}

// descend yields the rows of a table from a key on, backward.
func descend[T any](r *reader, table string, from []byte) iter.Seq[*T] {
	found, err := r.rows.ReverseLowerBound(table, byID, r.search(from)...)
	return each[T](found, err)
}

// all yields the rows of a table in the order of their keys.
func all[T any](rows *memdb.Txn, table string) iter.Seq[*T] {
	found, err := rows.Get(table, byID)
	return each[T](found, err)
}

// each yields the rows of a result, once.
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
