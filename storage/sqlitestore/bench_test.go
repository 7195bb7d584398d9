package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
)

// The benchmarks compare with what a careful hand would write on database/sql with the same file
// settings and columns, both sides in one run, and report the ratio. The bars: a transfer at least
// 0.7 times as fast as the loop, get at most 2.5 times the bare query, which decodes nothing.

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// plain opens a file as a hand-written program would, with the store's own settings.
func plain(tb testing.TB, path string) *sql.DB {
	tb.Helper()
	db, err := sql.Open("sqlite", dsn(path)+"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"+
		"&_pragma=foreign_keys(ON)&_pragma=busy_timeout(5000)&_pragma=temp_store(MEMORY)")
	must(tb, err)
	tb.Cleanup(func() { _ = db.Close() })
	return db
}

// byHand is a hand-written ledger: what a transfer through the store keeps, in tables of its own.
type byHand struct {
	db                            *sql.DB
	read, write, header, line, up *sql.Stmt
	next                          int64
}

func newByHand(tb testing.TB, users int) *byHand {
	h := &byHand{db: plain(tb, filepath.Join(tb.TempDir(), "hand.db"))}
	h.db.SetMaxOpenConns(1)
	_, err := h.db.Exec(`
		CREATE TABLE accounts (id TEXT PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID;
		CREATE TABLE balances (account TEXT, holder INTEGER, units INTEGER NOT NULL, PRIMARY KEY (account, holder)) WITHOUT ROWID;
		CREATE TABLE transfers (account TEXT, id INTEGER, at TEXT, kind TEXT, key TEXT, details TEXT,
			PRIMARY KEY (account, id)) WITHOUT ROWID;
		CREATE UNIQUE INDEX transfers_by_key ON transfers (account, key);
		CREATE TABLE postings (account TEXT, transfer INTEGER, position INTEGER, payer INTEGER, payee INTEGER, amount INTEGER,
			payer_after INTEGER, payee_after INTEGER, login TEXT, PRIMARY KEY (account, transfer, position)) WITHOUT ROWID;
		CREATE INDEX postings_by_payee ON postings (account, payee, transfer);
		INSERT INTO accounts VALUES ('acme', 0);
		INSERT INTO balances VALUES ('acme', 0, 1000000000)`)
	must(tb, err)
	for i := range users {
		_, err := h.db.Exec("INSERT INTO balances VALUES ('acme', ?, 0)", i+1)
		must(tb, err)
	}
	for q, s := range map[string]**sql.Stmt{
		"SELECT units FROM balances WHERE account = ? AND holder = ?":                 &h.read,
		"UPDATE balances SET units = ? WHERE account = ? AND holder = ?":              &h.write,
		"INSERT INTO transfers VALUES (?, ?, ?, 'transferring', ?, ?)":                &h.header,
		"INSERT INTO postings VALUES (?, ?, 0, 0, ?, ?, ?, ?, ?)":                     &h.line,
		"UPDATE accounts SET revision = revision + 1 WHERE id = ? RETURNING revision": &h.up,
	} {
		*s, err = h.db.Prepare(q)
		must(tb, err)
	}
	return h
}

func (h *byHand) transfer(tb testing.TB, to int64) {
	const account, details = "acme", `{"currency":"USD","accountDescription":"to ${user_name}","userDescription":"a gift"}`
	h.next++
	tx, err := h.db.Begin()
	must(tb, err)
	var from, had, rev int64
	must(tb, tx.Stmt(h.read).QueryRow(account, 0).Scan(&from))
	must(tb, tx.Stmt(h.read).QueryRow(account, to).Scan(&had))
	for _, do := range []struct {
		stmt *sql.Stmt
		args []any
	}{
		{h.header, []any{account, h.next, time.UnixMicro(1).UTC().Format(instantForm), fmt.Sprint("key ", h.next), details}},
		{h.line, []any{account, h.next, to, 1, from - 1, had + 1, "name"}},
		{h.write, []any{from - 1, account, 0}},
		{h.write, []any{had + 1, account, to}},
	} {
		_, err := tx.Stmt(do.stmt).Exec(do.args...)
		must(tb, err)
	}
	must(tb, tx.Stmt(h.up).QueryRow(account).Scan(&rev))
	must(tb, tx.Commit())
}

const payees = 1000

// ledger opens a store with money in the account.
func ledger(tb testing.TB) *Store {
	s := open(tb)
	sample.Fund(tb, s, "acme")
	return s
}

// timed returns how long f takes.
func timed(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

func BenchmarkTransfer(b *testing.B) {
	const each, together = 8, 32
	hand, s := newByHand(b, payees), ledger(b)
	var byHand, ours, shared []time.Duration
	n := int64(0)
	for b.Loop() {
		n += each + together
		byHand = append(byHand, timed(func() {
			for i := range int64(each) {
				hand.transfer(b, (n+i)%payees+1)
			}
		}))
		ours = append(ours, timed(func() {
			for i := range int64(each) {
				must(b, sample.Pay(b.Context(), s, "acme", balance.Holder((n+i)%payees+1), fmt.Sprint("one ", n+i)))
			}
		}))
		shared = append(shared, timed(func() {
			var all sync.WaitGroup
			for i := range int64(together) {
				all.Go(func() {
					must(b, sample.Pay(b.Context(), s, "acme", balance.Holder((n+i)%payees+1), fmt.Sprint("shared ", n+i)))
				})
			}
			all.Wait()
		}))
	}
	// The best turn of each side: other work on the machine interrupts every other one.
	hands, stores, many := each/slices.Min(byHand).Seconds(), each/slices.Min(ours).Seconds(), together/slices.Min(shared).Seconds()
	b.ReportMetric(hands, "hand/s")
	b.ReportMetric(stores, "store/s")
	b.ReportMetric(many, "store-32-at-once/s")
	b.ReportMetric(stores/hands, "ratio")
	b.ReportMetric(many/hands, "ratio-32-at-once")
	b.ReportMetric(0, "ns/op")
}

func BenchmarkGet(b *testing.B) {
	const users, turn = 10_000, 20
	s := open(b)
	sample.Crowd(b, s, "acme", users)
	db := plain(b, s.path)
	bare, err := db.Prepare(sqlread.SelectUser)
	must(b, err)
	columns := make([]any, 16)
	for i := range columns {
		columns[i] = new(any)
	}
	var byHand, ours []time.Duration
	n := int64(0)
	for b.Loop() {
		n += turn
		byHand = append(byHand, timed(func() {
			for i := range int64(turn) {
				must(b, bare.QueryRow("acme", (n+i)*7919%users+1).Scan(columns...))
			}
		}))
		ours = append(ours, timed(func() {
			for i := range int64(turn) {
				must(b, s.View(b.Context(), "acme", func(ctx context.Context, r storage.Reader) error {
					_, err := r.User(ctx, user.ID((n+i)*7919%users+1))
					return err
				}))
			}
		}))
	}
	b.ReportMetric(float64(slices.Min(byHand).Nanoseconds())/turn, "bare-ns")
	b.ReportMetric(float64(slices.Min(ours).Nanoseconds())/turn, "get-ns")
	b.ReportMetric(float64(slices.Min(ours))/float64(slices.Min(byHand)), "ratio")
	b.ReportMetric(0, "ns/op")
}
