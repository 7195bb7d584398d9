package storagetest

import (
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest/internal/mapstore"
)

func openGood(testing.TB) storage.Storage { return mapstore.New() }

func TestSuitePassesAGoodStorage(t *testing.T) { Run(t, openGood) }

func TestSuitePassesAGoodStorageTwice(t *testing.T) {
	Run(t, func(testing.TB) storage.Storage { return Twice(mapstore.New()) })
}
