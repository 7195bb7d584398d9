package model

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/ca74b63c/roster/internal/systemtest/engine"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
)

// Unique names pass between the users of one edit, on every storage: two swap them, three pass them
// round, a chain ends at the name of a deleted user whose hold is over; and what is refused changes
// nothing.
func TestNamesPassBetweenTheUsersOfAnEdit(t *testing.T) {
	names := func(login, pid, full string) Record {
		return Record{"login": login, "pid": pid, "fullName": full}
	}
	steps := []struct {
		op      Op
		refused Fault
	}{
		{op: edit([]Edit{{ID: 1, Fields: names("ann", "p1", "Ann Lee")}, {ID: 2, Fields: names("bob", "p2", "Bo Ek")}, {ID: 3, Fields: names("eve", "p3", "Eve")}}, How{})},
		{op: edit([]Edit{{ID: 1, Fields: names("bob", "p2", "Bo Ek")}, {ID: 2, Fields: names("ann", "p1", "Ann Lee")}}, How{})},
		{op: edit([]Edit{{ID: 2, Fields: Record{"login": "bob"}}, {ID: 1, Fields: Record{"login": "ann"}}}, How{Dry: true})},
		// Round three users, one kind of name this way and another one that way.
		{op: edit([]Edit{{ID: 1, Fields: names("ann", "p3", "Ann Lee")}, {ID: 2, Fields: names("eve", "p2", "Eve")}, {ID: 3, Fields: names("bob", "p1", "Bo Ek")}}, How{})},
		// In another case a login is the same name.
		{op: edit([]Edit{{ID: 1, Fields: Record{"login": "BOB"}}, {ID: 3, Fields: Record{"login": "Ann"}}}, How{})},
		// What one of them keeps another one does not get, and nothing is written.
		{edit([]Edit{{ID: 1, Fields: Record{"login": "ann"}}, {ID: 3, Fields: Record{"customData": "x"}}}, How{}), "item 0: exists: login of 3"},
		{edit([]Edit{{ID: 1, Fields: Record{"login": "kim"}}, {ID: 2, Fields: Record{"login": "kim"}}}, How{}), "item 1: exists: login of 1"},
		// A chain: the first takes the name of the second, who takes that of a deleted user. The
		// names are held for a minute.
		{op: updateAccount(Record{"currency": "USD", "hold": "1m0s", "customAttributes": schemas[1]}, How{})},
		{op: remove(3, How{})},
		{edit([]Edit{{ID: 1, Fields: Record{"login": "eve"}}, {ID: 2, Fields: Record{"login": "ann"}}}, How{}), "item 1: exists: login of 3"},
		{op: wait(time.Minute)},
		{op: edit([]Edit{{ID: 1, Fields: Record{"login": "eve"}}, {ID: 2, Fields: Record{"login": "ann"}}}, How{})},
	}
	for name, open := range map[string]func(*testing.T) storage.Storage{
		"memstore":   func(*testing.T) storage.Storage { return memstore.New() },
		"twice":      func(*testing.T) storage.Storage { return storagetest.Twice(memstore.New()) },
		"SQLite":     func(t *testing.T) storage.Storage { return engine.SQLite(t, filepath.Join(t.TempDir(), "roster.db")) },
		"PostgreSQL": func(t *testing.T) storage.Storage { return engine.PostgreSQL(t, engine.Schema(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			p := newSequence(open(t))
			for _, s := range steps {
				if difference := p.Do(s.op); difference != "" || p.last != s.refused {
					t.Fatalf("%s\nrefused with %q, want %q\n%s", story(p.steps), p.last, s.refused, difference)
				}
			}
			if difference := p.Compare(); difference != "" {
				t.Error(difference)
			}
		})
	}
}
