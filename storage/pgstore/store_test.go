package pgstore

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/enginetest"
	"github.com/ca74b63c/roster/storage/internal/faulttest"
	"github.com/ca74b63c/roster/storage/internal/operator"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/storage/internal/sqlwrite"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
)

// emptied returns a function that returns a Store on an empty database. Cases that run at the same
// time get different databases. To empty the database of an earlier case takes less time than a new
// schema, and DELETE less than TRUNCATE, which makes new files.
func emptied(t *testing.T, opts ...Option) func(testing.TB) *Store {
	t.Helper()
	empty := ""
	for table := sqlwrite.NumTables; table > 0; table-- { // one comes before those that it refers to
		empty += "DELETE FROM " + (table - 1).Name() + "; "
	}
	free := make(chan *Store, 100)
	return func(tb testing.TB) *Store {
		var s *Store
		select {
		case s = <-free:
		default:
			s = open(t, opts...)
		}
		tb.Cleanup(func() { free <- s })
		_, err := s.pool.Exec(tb.Context(), empty+"DELETE FROM roster_accounts")
		must(tb, err)
		return over(tb, s.pool, opts...)
	}
}

// TestStorage holds the store to the contract of package storage.
func TestStorage(t *testing.T) {
	t.Parallel()
	again := emptied(t)
	enginetest.All(t, func(t testing.TB) storage.Storage { return again(t) })
}

// TestStorageTwice holds it to the contract when every fn runs two times.
func TestStorageTwice(t *testing.T) {
	t.Parallel()
	again := emptied(t)
	enginetest.Updates(t, func(t testing.TB) storage.Storage { return storagetest.Twice(again(t)) })
}

// TestStorageOfTx runs each case of the suite in one transaction of the host's: Views and Updates
// see what those before them wrote, and one that fails leaves the transaction usable.
func TestStorageOfTx(t *testing.T) {
	t.Parallel()
	again := emptied(t)
	enginetest.Variant(t, func(t testing.TB) storage.Storage {
		tx, err := again(t).pool.Begin(t.Context())
		must(t, err)
		t.Cleanup(func() { _ = tx.Rollback(context.Background()) })
		return Tx(tx)
	}, "Context/Others", "Deletion/Turn") // the context of one caller would end the connection of all
}

// hosted is a store whose every Update is a transaction of the host's own.
type hosted struct{ *Store }

func (h hosted) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (rev user.Revision, err error) {
	err = pgx.BeginFunc(ctx, h.pool, func(tx pgx.Tx) error {
		rev, err = Tx(tx).Update(ctx, a, fn)
		return err
	})
	return rev, err
}

// TestConcurrencyOfTx holds transactions of the host's that run at once to the contract.
func TestConcurrencyOfTx(t *testing.T) {
	t.Parallel()
	again := emptied(t)
	enginetest.Cases(t, "Concurrency", func(t testing.TB) storage.Storage { return hosted{again(t)} })
}

// two is a store whose Updates take turns between two Stores on one database, as two processes
// would.
type two struct {
	*Store
	other *Store
	n     *atomic.Int64
}

func (s two) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	if s.n.Add(1)%2 == 0 {
		return s.other.Update(ctx, a, fn)
	}
	return s.Store.Update(ctx, a, fn)
}

// TestConcurrencyOfTwoStores holds two Stores on one database to the contract for calls at once. No
// commit of a lease raises the revision, so a Store that compared revisions would lose some.
func TestConcurrencyOfTwoStores(t *testing.T) {
	t.Parallel()
	again := emptied(t)
	for _, cases := range []string{"Concurrency", "Delivery/Lease"} {
		enginetest.Cases(t, cases, func(t testing.TB) storage.Storage {
			s := again(t)
			return two{s, over(t, s.pool), new(atomic.Int64)}
		})
	}
}

// TestNestedOnOneConnection: a function that opens a second transaction gets ErrNestedTx and does
// not wait for the pool's only connection, which its own transaction has.
func TestNestedOnOneConnection(t *testing.T) {
	enginetest.Cases(t, "Nested/Refused", func(t testing.TB) storage.Storage {
		s := over(t, newPool(t, scratch(t, pgserver.Shared(t)), 1))
		must(t, s.Migrate(t.Context()))
		return s
	})
}

// TestWaitNeedsNoPoll: the store tells of its own commits by itself. No wake-up that is lost is
// made good by a notification or by the poll, as it is otherwise within a second.
func TestWaitNeedsNoPoll(t *testing.T) {
	t.Parallel()
	again := emptied(t, WithoutListen(), PollInterval(time.Hour))
	enginetest.Cases(t, "Wait", func(t testing.TB) storage.Storage { return again(t) })
}

// TestEveryCallIsWhole lets each call on the store fail in turn beneath the whole front door:
// nothing of what failed is kept, no connection and no transaction stays open.
func TestEveryCallIsWhole(t *testing.T) {
	s := open(t)
	faulttest.Run(t, s, func(t *testing.T) {
		idle(t, s.pool)
		for _, c := range s.pool.AcquireAllIdle(t.Context()) {
			if status := c.Conn().PgConn().TxStatus(); status != 'I' {
				t.Errorf("a connection is given back with its transaction open: %c", status)
			}
			c.Release()
		}
	})
}

// TestTheSchemaRefuses: the constraints of the tables keep balances and unique keys valid, also
// when another program writes to the tables.
func TestTheSchemaRefuses(t *testing.T) {
	s := open(t)
	kinds := map[string]string{
		"23514": enginetest.Check, "23502": enginetest.NotNull, "23505": enginetest.Unique, "23503": enginetest.Foreign, "": "",
	}
	enginetest.Schema(t, s, func(sql string) string {
		_, err := s.pool.Exec(t.Context(), sql)
		return kinds[codeOf(err)]
	}, nil)
}

// TestNoCollationDecides: no column compares as the database's locale does.
func TestNoCollationDecides(t *testing.T) {
	s := open(t)
	rows, err := s.pool.Query(t.Context(), `SELECT c.relname || '.' || a.attname, l.collname = 'C' FROM pg_attribute AS a
		JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_collation AS l ON l.oid = a.attcollation
		WHERE c.relnamespace = current_schema()::regnamespace AND c.relname LIKE 'roster\_%'`)
	must(t, err)
	var column string
	var bytewise bool
	_, err = pgx.ForEachRow(rows, []any{&column, &bytewise}, func() error {
		if !bytewise {
			t.Errorf("%s does not compare bytes", column)
		}
		return nil
	})
	must(t, err)
	if n := rows.CommandTag().RowsAffected(); n < 30 {
		t.Errorf("only %d columns were looked at", n)
	}
}

// TestOperatorsQueries runs the queries of docs/schema.md.
func TestOperatorsQueries(t *testing.T) {
	s := open(t)
	operator.Fill(t, s, time.Now())
	operator.Run(t, "../../docs/schema.md", "PostgreSQL", func(sql string) ([][]string, error) {
		rows, err := s.pool.Query(t.Context(), sql, pgx.QueryExecModeSimpleProtocol) // which answers in text
		if err != nil {
			return nil, err
		}
		var list [][]string
		defer rows.Close()
		for rows.Next() {
			var row []string
			for _, value := range rows.RawValues() {
				row = append(row, string(value))
			}
			list = append(list, row)
		}
		return list, rows.Err()
	})
}

// TestARefusalWaitsForWhatItRestsOn: an Update that is refused because of what another one in the
// same transaction wrote returns after the commit, when others can read that too.
func TestARefusalWaitsForWhatItRestsOn(t *testing.T) {
	s := open(t)
	enginetest.Refusal(t, s, "acme", func(updates ...func()) { queueUp(t, s, updates...) })
}

// TestARefusalByWhatNeverHappened: if the transaction is lost, who was refused in it is asked
// again.
func TestARefusalByWhatNeverHappened(t *testing.T) {
	oneNode(t, "a cluster takes no CHECK without a name")
	s := open(t)
	put := func(id user.ID) error {
		_, err := s.Update(t.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
			return w.PutUser(ctx, user.User{ID: id})
		})
		return err
	}
	must(t, put(9))
	// What no rule of the domain refuses, but this database does.
	_, err := s.pool.Exec(t.Context(), "ALTER TABLE roster_users ADD CHECK (id <> 1)")
	must(t, err)
	enginetest.RefusalOfNothing(t, s, "acme", func(updates ...func()) { queueUp(t, s, updates...) }, func() {
		if put(1) == nil {
			t.Error("the database took what it refuses")
		}
	})
}

// TestNoRowOfADeletedAccountStays: of a deleted account only its counters are in the database, in
// every table. The rows of another account stay.
func TestNoRowOfADeletedAccountStays(t *testing.T) {
	t.Parallel()
	s := open(t)
	ctx := t.Context()
	count := func(table, account string) (n int) {
		t.Helper()
		column := "account"
		if table == "roster_accounts" {
			column = "id"
		}
		must(t, s.pool.QueryRow(ctx, "SELECT count(*) FROM "+table+" WHERE "+column+" = $1", account).Scan(&n))
		return n
	}
	rows, err := s.pool.Query(ctx, `SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace
		AND relkind IN ('r', 'p') AND relname LIKE 'roster\_%' AND relname <> 'roster_schema'`)
	must(t, err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	must(t, err)
	enginetest.Deletion(t, s, tables, count)
	var bare bool
	must(t, s.pool.QueryRow(ctx, "SELECT settings IS NULL AND units = 0 FROM roster_accounts WHERE id = 'acme'").Scan(&bare))
	if !bare {
		t.Error("a deleted account has settings or money")
	}
}

// TestDeletionInTx: a deletion in a host's transaction takes place when the host commits. Then the
// Store that had cached the account sees an empty one.
func TestDeletionInTx(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	sample.Fund(t, s, "acme")
	for _, commit := range []bool{false, true} {
		tx, err := s.pool.Begin(ctx)
		must(t, err)
		_, err = Tx(tx).DeleteAccount(ctx, "acme")
		must(t, err)
		for in, want := range map[storage.Storage]int{s: 1, Tx(tx): 0} {
			list, err := in.Accounts(ctx, storage.NotDeleted, "", 0)
			if len(list) != want || err != nil {
				t.Errorf("before the end of the transaction %T lists %v, %v", in, list, err)
			}
		}
		if !commit {
			must(t, tx.Rollback(ctx))
			continue
		}
		must(t, tx.Commit(ctx))
	}
	must(t, sample.Pay(ctx, s, "acme", 1, "key"))
	must(t, s.View(ctx, "acme", func(ctx context.Context, r storage.Reader) error {
		list, err := r.Transfers(ctx, storage.TransferQuery{})
		if len(list) != 1 || list[0].ID != 2 {
			t.Errorf("transfers of the new account: %v", list)
		}
		return err
	}))
}
