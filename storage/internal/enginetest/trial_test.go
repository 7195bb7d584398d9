package enginetest

import (
	"testing"

	"github.com/ca74b63c/roster/memstore"
)

// Memory has no engine that could fail it: it says that the steps ask for nothing beyond the
// contract.
func TestMemstore(t *testing.T) { Cancel(t, memstore.New(), 8) }
