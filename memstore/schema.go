package memstore

import (
	"errors"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/user"
	memdb "github.com/hashicorp/go-memdb"
)

// The tables of an account's go-memdb and their indexes.
const (
	tableRefs      = "ref"
	tableSecrets   = "secret"
	tableKeys      = "transfer_key"
	tableReversals = "reversal"

	byID   = "id" // go-memdb's name for a table's first index
	byName = "name"
)

type (
	refRow    struct{ user.Ref }
	secretRow struct {
		id     user.ID
		secret user.Secret
	}
	keyRow struct {
		key string
		id  balance.TransferID
	}
	reversalRow struct{ original, by balance.TransferID }
)

// newDB returns an empty database. The schema is ours and valid.
func newDB() *memdb.MemDB {
	table := func(name string, indexes ...*memdb.IndexSchema) *memdb.TableSchema {
		t := &memdb.TableSchema{Name: name, Indexes: map[string]*memdb.IndexSchema{}}
		for _, index := range indexes {
			t.Indexes[index.Name] = index
		}
		return t
	}
	tables := []*memdb.TableSchema{
		table(tableRefs,
			unique(byID, func(r *refRow) []byte { return refKey(r.Kind, r.ID) }),
			unique(byName, func(r *refRow) []byte { return refNameKey(r.Kind, r.Name) })),
		table(tableSecrets, unique(byID, func(r *secretRow) []byte { return number(uint64(r.id)) })),
		table(tableKeys, unique(byID, func(r *keyRow) []byte { return []byte(r.key) })),
		table(tableReversals, unique(byID, func(r *reversalRow) []byte { return number(uint64(r.original)) })),
	}
	schema := &memdb.DBSchema{Tables: map[string]*memdb.TableSchema{}}
	for _, t := range tables {
		schema.Tables[t.Name] = t
	}
	db, err := memdb.NewMemDB(schema)
	if err != nil {
		panic("memstore: " + err.Error()) // a mistake in the lines above
	}
	return db
}

// index makes the keys of one index. go-memdb's own string index ends keys with NUL, so that strings with a NUL in
// them merge; and its integer index has 256 kids a node, which copies 4 kB a level. So keys are made here: the bytes
// as they are, and numbers with five bits a byte.
type index[T any] struct{ key func(*T) []byte }

func unique[T any](name string, key func(*T) []byte) *memdb.IndexSchema {
	return &memdb.IndexSchema{Name: name, Unique: true, Indexer: index[T]{key}}
}

var errKey = errors.New("memstore: not a key")

// FromObject returns the key of a row.
func (x index[T]) FromObject(row any) (bool, []byte, error) {
	r, ok := row.(*T)
	if !ok {
		return false, nil, errKey
	}
	return true, x.key(r), nil
}

// FromArgs takes the key itself.
func (index[T]) FromArgs(args ...any) ([]byte, error) {
	if len(args) == 1 {
		if key, ok := args[0].([]byte); ok {
			return key, nil
		}
	}
	return nil, errKey
}

func number(n uint64) []byte { return appendNumber(make([]byte, 0, 13), n) }

func appendNumber(b []byte, n uint64) []byte {
	for shift := 60; shift >= 0; shift -= 5 {
		b = append(b, byte(n>>shift&31))
	}
	return b
}

func refKey(k user.RefKind, id int64) []byte {
	return appendNumber(append(make([]byte, 0, 14), byte(k)), uint64(id))
}

func refNameKey(k user.RefKind, name string) []byte {
	return append([]byte{byte(k)}, name...)
}

// row returns the row with a key, nil if there is none.
func row[T any](rows *memdb.Txn, table, index string, key []byte) (*T, error) {
	found, err := rows.First(table, index, key)
	if err != nil {
		return nil, err
	}
	r, _ := found.(*T)
	return r, nil
}
