package faulttest

import (
	"strings"
	"testing"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/stream"
	"github.com/ca74b63c/roster/user"
)

// stateOf returns all that the storage has of the account, as the lines of its stream. A test
// compares the lines before and after a call, to check that the call changed nothing. stateOf fails
// the test if it cannot read the account.
func stateOf(t *testing.T, s storage.Storage, account user.AccountID) []string {
	t.Helper()
	var b strings.Builder
	_, err := stream.Export(t.Context(), s, &b, stream.Only(account))
	must(t, err)
	return strings.Split(b.String(), "\n")
}
