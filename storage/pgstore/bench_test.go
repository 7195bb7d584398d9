package pgstore

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

// The benchmarks compare with bare pgx on one durable server (fsync=on), both sides in one run, and
// report the ratio. bench/internal/bar has the bars. bench/ledger compares with pgbench.

func durable(b *testing.B) *pgserver.Server {
	return pgserver.Private(b, "fsync=on", "shared_buffers=256MB")
}

// agents is how many users each account has.
const agents = 50

// desk makes an account with money and users who were paid before, and returns a handle for it and
// the amount of a transfer.
func desk(b *testing.B, s *Store) (roster.Handle, balance.Money) {
	b.Helper()
	sample.Fund(b, s, "acme")
	sample.Crowd(b, s, "acme", agents)
	handle := roster.New(s).As("acme", roster.SystemActor())
	_, err := handle.CreateAccount(b.Context(), user.Account{Currency: "USD"})
	must(b, err)
	cent, err := balance.Parse("0.01", "USD")
	must(b, err)
	_, err = handle.Transfer(b.Context(), roster.TransferParams{All: true, Amount: cent})
	must(b, err)
	return handle, cent
}

// rate returns how many transfers a second the clients make, each to a user that they draw.
func rate(b *testing.B, clients int, pay func(user.ID) error) float64 {
	b.Helper()
	var all sync.WaitGroup
	var paid atomic.Int64
	begin := time.Now()
	for range clients {
		all.Go(func() {
			for time.Since(begin) < time.Second {
				if err := pay(user.ID(rand.Int64N(agents) + 1)); err != nil {
					b.Error(err)
					return
				}
				paid.Add(1)
			}
		})
	}
	all.Wait()
	return float64(paid.Load()) / time.Since(begin).Seconds()
}

// median returns the middle of several figures.
func median(list []float64) float64 { return slices.Sorted(slices.Values(list))[len(list)/2] }

// plainLedger is a ledger as it is written by hand. A transfer is a transaction of plain
// statements, and each one waits for its answer.
type plainLedger struct{ pool *pgxpool.Pool }

func newPlainLedger(b *testing.B, pool *pgxpool.Pool) plainLedger {
	for _, sql := range []string{
		"CREATE TABLE plain_balances (holder bigint PRIMARY KEY, units bigint NOT NULL CHECK (units >= 0))",
		"CREATE TABLE plain_transfers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())",
		`CREATE TABLE plain_postings (transfer bigint PRIMARY KEY, payer bigint, payee bigint, amount bigint, payer_after bigint,
			payee_after bigint)`,
		"CREATE INDEX ON plain_postings (payee, transfer)",
		fmt.Sprintf("INSERT INTO plain_balances SELECT x, 1000000000000 FROM generate_series(0, %d) AS x", agents),
	} {
		_, err := pool.Exec(b.Context(), sql)
		must(b, err)
	}
	return plainLedger{pool}
}

func (p plainLedger) pay(ctx context.Context, to user.ID) error {
	return pgx.BeginFunc(ctx, p.pool, func(tx pgx.Tx) error {
		var has, got, id int64
		for _, step := range []struct {
			into *int64
			sql  string
			args []any
		}{
			{&has, "SELECT units FROM plain_balances WHERE holder = 0 FOR UPDATE", nil},
			{&has, "UPDATE plain_balances SET units = units - 100 WHERE holder = 0 RETURNING units", nil},
			{&got, "UPDATE plain_balances SET units = units + 100 WHERE holder = $1 RETURNING units", []any{int64(to)}},
			{&id, "INSERT INTO plain_transfers DEFAULT VALUES RETURNING id", nil},
		} {
			if err := tx.QueryRow(ctx, step.sql, step.args...).Scan(step.into); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, "INSERT INTO plain_postings VALUES ($1, 0, $2, 100, $3, $4)", id, int64(to), has, got)
		return err
	})
}

// BenchmarkHotAccount compares transfers of one account, through the whole front door, with the
// plain statements. Both sides take turns on one durable server. The bar is 5 times the rate at 32
// callers.
func BenchmarkHotAccount(b *testing.B) {
	server := durable(b)
	for _, clients := range []int{8, 32} {
		b.Run(fmt.Sprintf("callers=%d", clients), func(b *testing.B) {
			pool := newPool(b, scratch(b, server), int32(clients))
			s := over(b, pool)
			must(b, s.Migrate(b.Context()))
			plain := newPlainLedger(b, pool)
			handle, amount := desk(b, s)
			var ratios, ours []float64
			for b.Loop() {
				now := rate(b, clients, func(to user.ID) error {
					_, err := handle.Transfer(b.Context(), roster.TransferParams{Users: []user.ID{to}, Amount: amount})
					return err
				})
				theirs := rate(b, clients, func(to user.ID) error { return plain.pay(b.Context(), to) })
				ours, ratios = append(ours, now), append(ratios, now/theirs)
			}
			b.ReportMetric(median(ours), "transfers/s")
			b.ReportMetric(median(ratios), "ratio")
			b.ReportMetric(0, "ns/op")
		})
	}
}

const payees = 1000

// BenchmarkTransferToThousand compares a transfer to 1,000 users with the bare statements that move
// the money: balances by one UPDATE and postings by one INSERT, from arrays.
func BenchmarkTransferToThousand(b *testing.B) {
	s := openAt(b, scratch(b, durable(b)))
	sample.Fund(b, s, "acme")
	sample.Crowd(b, s, "acme", payees)
	holders := make([]balance.Holder, payees+1) // the first is the account
	for i := range holders {
		holders[i] = balance.Holder(i)
	}
	toAll := func(key string) error {
		_, err := s.Update(b.Context(), "acme", func(ctx context.Context, w storage.Writer) error {
			has, err := w.Balances(ctx, holders...)
			if err != nil {
				return err
			}
			id, err := w.NextID(ctx, storage.TransferIDs)
			if err != nil {
				return err
			}
			x := balance.Transfer{ID: balance.TransferID(id), Kind: balance.Transferring, Currency: "USD", At: time.UnixMicro(1), Key: key}
			for i, h := range holders[1:] {
				x.Postings = append(x.Postings, balance.Posting{
					From: balance.Account, To: h, Amount: 1, FromAfter: has[0] - balance.Units(i+1), ToAfter: has[i+1] + 1, Name: "name",
				})
			}
			return w.PostTransfer(ctx, x)
		})
		return err
	}
	_, err := s.pool.Exec(b.Context(), `CREATE TABLE bare_balances (account text COLLATE "C", holder bigint, units bigint NOT NULL, PRIMARY KEY (account, holder));
		INSERT INTO bare_balances SELECT 'acme', x, 1000000000 FROM generate_series(0, 1000) AS x;
		CREATE TABLE bare_postings (account text COLLATE "C", transfer bigint, position bigint, payer bigint, payee bigint, amount bigint,
			payer_after bigint, payee_after bigint, name text, PRIMARY KEY (account, transfer, position));
		CREATE INDEX ON bare_postings (account, payee, transfer, position)`)
	must(b, err)
	bare := func(n int) {
		_, err := s.pool.Exec(b.Context(), `WITH paid AS (
				UPDATE bare_balances SET units = units + CASE holder WHEN 0 THEN -1000 ELSE 1 END
				WHERE account = 'acme' AND (holder = 0 OR holder = ANY($1::bigint[])) RETURNING holder, units)
			INSERT INTO bare_postings SELECT 'acme', $2, row_number() OVER (), 0, holder, 1, 0, units, 'name' FROM paid WHERE holder > 0`, holders[1:], n)
		must(b, err)
	}
	must(b, toAll("first"))
	bare(0)
	var ours, theirs time.Duration
	n := 0
	for b.Loop() {
		n++
		start := time.Now()
		must(b, toAll(fmt.Sprint("key ", n)))
		ours += time.Since(start)
		start = time.Now()
		bare(n)
		theirs += time.Since(start)
	}
	b.ReportMetric(float64(ours.Microseconds())/float64(n)/1000, "transfer-ms")
	b.ReportMetric(float64(theirs.Microseconds())/float64(n)/1000, "bare-ms")
	b.ReportMetric(float64(ours)/float64(theirs), "ratio")
	b.ReportMetric(0, "ns/op")
}
