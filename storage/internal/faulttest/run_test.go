package faulttest

import (
	"testing"

	"github.com/ca74b63c/roster/memstore"
)

func TestMemstore(t *testing.T) { Run(t, memstore.New(), func(*testing.T) {}) }
