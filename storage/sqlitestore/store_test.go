package sqlitestore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/enginetest"
	"github.com/ca74b63c/roster/storage/internal/faulttest"
	"github.com/ca74b63c/roster/storage/internal/operator"
	"github.com/ca74b63c/roster/user"
)

// empty has the bytes of a file that is migrated and has no account. To copy them takes a tenth of
// the time of a migration.
var empty = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "roster-empty-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "roster.db")
	s, err := Open(context.Background(), path)
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// open returns a store on a fresh file. The test closes it.
func open(t testing.TB, opts ...Option) *Store {
	t.Helper()
	file, err := empty()
	must(t, err)
	path := filepath.Join(t.TempDir(), "roster.db")
	must(t, os.WriteFile(path, file, 0o600))
	return openAt(t, path, opts...)
}

func openAt(t testing.TB, path string, opts ...Option) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, opts...)
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// TestStorage holds the store to the contract of package storage.
func TestStorage(t *testing.T) {
	enginetest.All(t, func(t testing.TB) storage.Storage { return open(t) })
}

// TestNestedOnOneConnection: a function that opens a second transaction gets ErrNestedTx and does
// not wait for the only reader, which its own transaction has.
func TestNestedOnOneConnection(t *testing.T) {
	enginetest.Cases(t, "Nested/Refused", func(t testing.TB) storage.Storage { return open(t, Readers(1)) })
}

// TestWaitNeedsNoPoll: the store tells of its own commits by itself. No wake-up that is lost is
// made good by the poll, as it is otherwise within 50 ms.
func TestWaitNeedsNoPoll(t *testing.T) {
	enginetest.Cases(t, "Wait", func(t testing.TB) storage.Storage { return open(t, PollInterval(time.Hour)) })
}

// TestEveryCallIsWhole lets each call on the store fail in turn beneath the whole front door.
// Nothing of a call that failed stays, no transaction stays open, and every connection is given
// back.
func TestEveryCallIsWhole(t *testing.T) {
	s := open(t, SyncNormal())
	other := plain(t, s.path)
	faulttest.Run(t, s, func(t *testing.T) {
		tx, err := other.Begin() // fails if another transaction has the lock for writing
		must(t, err)
		must(t, tx.Rollback())
		if n := len(s.readers.opened) - len(s.readers.idle); n > 0 {
			t.Errorf("%d connections for reading are not given back", n)
		}
	})
}

// TestTheSchemaRefuses: the file itself refuses what must never happen to money and to keys,
// whatever program writes to it.
func TestTheSchemaRefuses(t *testing.T) {
	s := open(t)
	kinds := map[int]string{
		sqlite3.SQLITE_CONSTRAINT_CHECK: enginetest.Check, sqlite3.SQLITE_CONSTRAINT_NOTNULL: enginetest.NotNull,
		sqlite3.SQLITE_CONSTRAINT_UNIQUE: enginetest.Unique, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: enginetest.Unique,
		sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: enginetest.Foreign,
	}
	enginetest.Schema(t, s, func(sql string) string {
		_, err := s.writer.exec(sql)
		return kinds[codeOf(err)]
	}, map[string]enginetest.Refused{
		"a balance of 19 digits":    {SQL: "UPDATE roster_balances SET units = 1000000000000000000", Kind: enginetest.Check},
		"an overdraft of 19 digits": {SQL: "UPDATE roster_accounts SET units = -1000000000000000000", Kind: enginetest.Check},
		"a transfer of no kind":     {SQL: "UPDATE roster_postings SET kind = NULL", Kind: enginetest.Check},
		"a reversal of no account":  {SQL: "INSERT INTO roster_reversals VALUES ('none', 1, 2)", Kind: enginetest.Foreign},
	})
}

// TestTablesCanBeRead: every column is a text or a number, and no value is in a binary form. The
// tables of the full-text index are SQLite's own.
func TestTablesCanBeRead(t *testing.T) {
	s := open(t)
	operator.Fill(t, s, time.Now())
	var columns [][2]string
	must(t, s.writer.query(t.Context(), `SELECT t.name, c.name, c.type FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
		WHERE t.name LIKE 'roster%' AND t.type = 'table'`, func(v row) (bool, error) {
		columns = append(columns, [2]string{v.text(0), v.text(1)})
		if v.text(2) != "TEXT" && v.text(2) != "INTEGER" {
			t.Errorf("%s.%s is %s", v.text(0), v.text(1), v.text(2))
		}
		return true, nil
	}))
	if len(columns) < 80 {
		t.Errorf("only %d columns", len(columns))
	}
	for _, c := range columns {
		v, _, err := one(s.writer, "SELECT count(*), min("+c[1]+") FROM "+c[0]+" WHERE CAST("+c[1]+" AS TEXT) GLOB '*[^ -~]*' AND "+
			c[1]+" NOT LIKE '%｜%'")
		must(t, err)
		if v.number(0) > 0 {
			t.Errorf("%s.%s has %q, which people cannot read", c[0], c[1], v.text(1))
		}
	}
}

// TestOperatorsQueries runs the queries of docs/schema.md.
func TestOperatorsQueries(t *testing.T) {
	s := open(t)
	operator.Fill(t, s, time.Now())
	operator.Run(t, "../../docs/schema.md", "SQLite", func(sql string) (list [][]string, err error) {
		err = s.writer.query(t.Context(), sql, func(v row) (bool, error) {
			var texts []string
			for _, value := range v {
				if value == nil {
					value = ""
				}
				texts = append(texts, fmt.Sprint(value))
			}
			list = append(list, texts)
			return true, nil
		})
		return list, err
	})
}

// TestARefusalWaitsForWhatItRestsOn: an Update that is refused because of another one's writes in
// the same transaction returns once these can be read, and not before.
func TestARefusalWaitsForWhatItRestsOn(t *testing.T) {
	s := open(t)
	enginetest.Refusal(t, s, "acme", func(updates ...func()) { queueUp(t, s, updates...) })
}

// TestARefusalByWhatNeverHappened: if the transaction is lost, an Update that was refused in it
// runs again.
func TestARefusalByWhatNeverHappened(t *testing.T) {
	s := open(t)
	f := failOn(s, "COMMIT", coded(sqlite3.SQLITE_FULL), false)
	s.committed = func(int) { f.err = nil }
	errLater := errors.New("alone, it thinks better of it")
	enginetest.RefusalOfNothing(t, s, "acme", func(updates ...func()) { queueUp(t, s, updates...) }, func() {
		once := true
		_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
			if !once {
				return errLater
			}
			once = false
			return w.PutUser(ctx, user.User{ID: 1})
		})
		if !errors.Is(err, errLater) {
			t.Errorf("the one whose write was lost: %v", err)
		}
	})
}

// TestNoRowOfADeletedAccountStays: of a deleted account only its counters are in the file, in every
// table, the full-text index included. The rows of another account stay.
func TestNoRowOfADeletedAccountStays(t *testing.T) {
	s := open(t)
	number := func(query string, args ...any) int {
		t.Helper()
		v, _, err := one(s.writer, query, args...)
		must(t, err)
		return int(v.number(0))
	}
	const index = "roster_user_grams"
	grams := map[string]string{} // of the accounts
	count := func(table, account string) int {
		switch table {
		case "roster_accounts":
			return number("SELECT count(*) FROM roster_accounts WHERE id = ?", account)
		case index:
			if grams[account] == "" {
				grams[account] = accountGram(int64(number("SELECT number FROM roster_accounts WHERE id = ?", account)))
			}
			return number("SELECT count(*) FROM "+index+" WHERE "+index+" MATCH (SELECT '\"' || ? || '\"')", grams[account])
		}
		return number("SELECT count(*) FROM "+table+" WHERE account = ?", account)
	}
	tables := []string{index}
	must(t, s.writer.query(t.Context(), `SELECT name FROM pragma_table_list
		WHERE name LIKE 'roster%' AND type = 'table' AND name NOT IN ('roster_schema')`, func(v row) (bool, error) {
		tables = append(tables, v.text(0))
		return true, nil
	}))
	enginetest.Deletion(t, s, tables, count)
	v, _, err := one(s.writer, "SELECT settings FROM roster_accounts WHERE id = 'acme'")
	must(t, err)
	if v.text(0) != "" {
		t.Errorf("the settings of a deleted account stay: %s", v.text(0))
	}
}
