package pgstore

import (
	"testing"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

// TestAStatusChangeIsSmall: the change of a status takes at most 400 bytes on the disk, with its
// part of the indexes.
func TestAStatusChangeIsSmall(t *testing.T) {
	t.Parallel()
	oneNode(t, "it measures a table")
	s := open(t)
	host := roster.New(s).As("acme", roster.SystemActor())
	_, err := host.CreateAccount(t.Context(), user.Account{Currency: "USD"})
	must(t, err)
	sample.Crowd(t, s, "acme", 1)
	size := func() (bytes int64) {
		must(t, s.pool.QueryRow(t.Context(), "SELECT pg_total_relation_size('roster_changes')").Scan(&bytes))
		return bytes
	}
	const changes = 1000
	before := size()
	for i := range changes {
		_, err := host.SetStatus(t.Context(), 1, user.Online+user.Status(i%2), 0)
		must(t, err)
	}
	each := (size() - before) / changes
	t.Logf("%d bytes", each)
	if each > 400 {
		t.Errorf("a change takes %d bytes", each)
	}
}
