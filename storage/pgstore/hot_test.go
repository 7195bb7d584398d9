package pgstore

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ca74b63c/roster/internal/pgserver"
)

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

func (p plainLedger) pay(ctx context.Context, to int64) error {
	return pgx.BeginFunc(ctx, p.pool, func(tx pgx.Tx) error {
		var has, got, id int64
		const payer = "SELECT units FROM plain_balances WHERE holder = 0 FOR UPDATE"
		if err := tx.QueryRow(ctx, payer).Scan(&has); err != nil {
			return err
		}
		const pays = "UPDATE plain_balances SET units = units - 100 WHERE holder = 0 RETURNING units"
		if err := tx.QueryRow(ctx, pays).Scan(&has); err != nil {
			return err
		}
		const gets = "UPDATE plain_balances SET units = units + 100 WHERE holder = $1 RETURNING units"
		if err := tx.QueryRow(ctx, gets, to).Scan(&got); err != nil {
			return err
		}
		const insert = "INSERT INTO plain_transfers DEFAULT VALUES RETURNING id"
		if err := tx.QueryRow(ctx, insert).Scan(&id); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "INSERT INTO plain_postings VALUES ($1, 0, $2, 100, $3, $4)", id, to, has, got)
		return err
	})
}

// rate returns how many transfers a second the clients make.
func (p plainLedger) rate(b *testing.B, clients int, d time.Duration) float64 {
	var all sync.WaitGroup
	var paid atomic.Int64
	begin := time.Now()
	for range clients {
		all.Go(func() {
			for time.Since(begin) < d {
				if err := p.pay(b.Context(), rand.Int64N(agents)+1); err != nil {
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

// BenchmarkHotAccount compares transfers of one account, through the whole front door, with the
// plain statements. Both sides take turns on one durable server. The bar is 5 times the rate at 32
// callers.
func BenchmarkHotAccount(b *testing.B) {
	server := pgserver.Durable(b)
	for _, clients := range []int{8, 32} {
		b.Run(fmt.Sprintf("callers=%d", clients), func(b *testing.B) {
			pool := newPool(b, scratch(b, server), int32(clients))
			s, err := New(pool)
			must(b, err)
			b.Cleanup(func() { _ = s.Close() })
			must(b, s.Migrate(b.Context()))
			handles, plain := desks(b, s, 1), newPlainLedger(b, pool)
			turn := time.Second
			if testing.Short() {
				turn = 200 * time.Millisecond
			}
			var ratios, ours []float64
			for b.Loop() {
				rate := transfers(b, handles, clients, false, turn)
				ours = append(ours, rate)
				ratios = append(ratios, rate/plain.rate(b, clients, turn))
			}
			b.ReportMetric(median(ours), "transfers/s")
			b.ReportMetric(median(ratios), "ratio")
			b.ReportMetric(0, "ns/op")
		})
	}
}
