package memstore_test

import (
	"testing"

	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
)

func TestStorage(t *testing.T) {
	storagetest.Run(t, func(testing.TB) storage.Storage { return memstore.New() })
}
