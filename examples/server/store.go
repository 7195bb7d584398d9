package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
)

// openStore opens the storage that -store names. The name is not repeated in an error: a DSN has a password in it.
func openStore(_ context.Context, name string) (storage.Storage, error) {
	kind, where, _ := strings.Cut(name, ":")
	switch {
	case name == "memory":
		return memstore.New(), nil
	case where == "":
		return nil, errors.New("-store: it is memory, sqlite:PATH or postgres:DSN")
	}
	return nil, fmt.Errorf("-store: there is no storage %q", kind)
}
