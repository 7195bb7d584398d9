package pgstore

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sample"
	"github.com/ca74b63c/roster/user"
)

// The benchmarks compare with pgbench's built-in TPC-B-like script and with bare pgx on one durable
// server (fsync=on), both sides in one run, and report the ratio. The bars: transfers over many
// accounts at least 1.2 times pgbench at 8 and 32 clients, on one account at least as many at 32, a
// transfer to 1,000 users at most 3 times the bare statement.

// tps finds the rate in what pgbench says, which it leaves out if the disk let it do nothing at
// all.
var tps = regexp.MustCompile(`tps = ([0-9.]+)|actually processed: 0\n`)

// pgbench returns how many of its transactions pgbench does in a second, its statements sent in a
// mode of its own: simple, as it does unless it is told otherwise, or prepared, which spares the
// server reading and planning each one.
func pgbench(b *testing.B, s *pgserver.Server, mode string, clients int, seconds string) float64 {
	b.Helper()
	program := s.Program("pgbench")
	if program == "" {
		var err error
		if program, err = exec.LookPath("pgbench"); err != nil {
			b.Skip("pgbench is not installed")
		}
	}
	at := []string{"-h", "127.0.0.1", "-p", strconv.Itoa(s.Port()), "-U", "roster", "-n"}
	run := func(args ...string) []byte {
		out, err := exec.Command(program, append(append(at, args...), "postgres")...).CombinedOutput()
		if err != nil {
			b.Fatalf("pgbench: %v: %s", err, out)
		}
		return out
	}
	once, err := pgx.Connect(b.Context(), s.DSN())
	must(b, err)
	var filled bool
	must(b, once.QueryRow(b.Context(), "SELECT to_regclass('pgbench_accounts') IS NOT NULL").Scan(&filled))
	_ = once.Close(b.Context())
	if !filled {
		scale := "50"
		if testing.Short() {
			scale = "1"
		}
		run("-i", "-s", scale, "-q")
	}
	out := run("-b", "tpcb-like", "-M", mode, "-c", strconv.Itoa(clients), "-j", "2", "-T", seconds)
	found := tps.FindSubmatch(out)
	if found == nil {
		b.Fatalf("pgbench says %s", out)
	}
	if len(found[1]) == 0 {
		return 0
	}
	n, err := strconv.ParseFloat(string(found[1]), 64)
	must(b, err)
	return n
}

// agents is how many users each account has.
const agents = 50

// desks makes accounts with money and users who were paid before, and returns a handle for each.
func desks(b *testing.B, s *Store, accounts int) []roster.Handle {
	b.Helper()
	money, err := balance.Parse("100000.00", "USD")
	must(b, err)
	cent, err := balance.Parse("0.01", "USD")
	must(b, err)
	directory := roster.New(s)
	handles := make([]roster.Handle, accounts)
	for i := range handles {
		id := user.AccountID(fmt.Sprint("desk-", i))
		handles[i] = directory.As(id, roster.SystemActor())
		_, err := handles[i].CreateAccount(b.Context(), user.Account{Currency: "USD"})
		must(b, err)
		_, err = handles[i].Fund(b.Context(), roster.FundParams{Amount: money})
		must(b, err)
		sample.Crowd(b, s, id, agents)
		_, err = handles[i].Transfer(b.Context(), roster.TransferParams{All: true, Amount: cent})
		must(b, err)
	}
	return handles
}

// transfers returns how many transfers a second the clients make through the front door. Each
// client draws accounts and users. If keyed, each transfer has an idempotency key of its own.
func transfers(b *testing.B, desks []roster.Handle, clients int, keyed bool, d time.Duration) float64 {
	b.Helper()
	cent, err := balance.Parse("0.01", "USD")
	must(b, err)
	var all sync.WaitGroup
	counts := make([]int, clients)
	begin := time.Now()
	for g := range clients {
		all.Go(func() {
			r := rand.New(rand.NewPCG(uint64(g), uint64(begin.UnixNano())))
			for time.Since(begin) < d {
				x := roster.TransferParams{Users: []user.ID{user.ID(r.IntN(agents) + 1)}, Amount: cent}
				if keyed {
					x.Key = fmt.Sprintf("%016x%016x", r.Uint64(), r.Uint64())
				}
				_, err := desks[r.IntN(len(desks))].Transfer(context.Background(), x)
				if err != nil {
					b.Error(err)
					return
				}
				counts[g]++
			}
		})
	}
	all.Wait()
	sum := 0
	for _, n := range counts {
		sum += n
	}
	return float64(sum) / time.Since(begin).Seconds()
}

// median returns the middle of several figures, or the mean of the two middle ones.
func median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return (list[(len(list)-1)/2] + list[len(list)/2]) / 2
}

// BenchmarkTransfers does rounds of all, each beginning with another one, and reports the middle of
// the rounds' ratios: a machine or a disk that others slow down for some seconds spoils a round,
// not the figure.
func BenchmarkTransfers(b *testing.B) {
	server := pgserver.Durable(b)
	for _, c := range []struct {
		name              string
		clients, accounts int
		keyed             bool
	}{
		{"many-accounts-8", 8, 200, false}, {"many-accounts-32", 32, 200, false},
		{"one-account-8", 8, 1, false}, {"one-account-32", 32, 1, false},
		{"many-accounts-8-keyed", 8, 200, true}, {"many-accounts-32-keyed", 32, 200, true},
		{"one-account-8-keyed", 8, 1, true}, {"one-account-32-keyed", 32, 1, true},
	} {
		b.Run(c.name, func(b *testing.B) {
			pool := newPool(b, scratch(b, server), int32(c.clients))
			s, err := New(pool)
			must(b, err)
			b.Cleanup(func() { _ = s.Close() })
			must(b, s.Migrate(b.Context()))
			handles := desks(b, s, c.accounts)
			transfers(b, handles, c.clients, c.keyed, time.Second) // warms both
			_, err = s.pool.Exec(b.Context(), "ANALYZE")           // as pgbench does when it makes its tables
			must(b, err)
			pgbench(b, server, "simple", c.clients, "1")
			turn, seconds := 3*time.Second, "3"
			if testing.Short() {
				turn, seconds = 300*time.Millisecond, "1" // it knows whole seconds only
			}
			turns := [...]func() float64{
				func() float64 { return transfers(b, handles, c.clients, c.keyed, turn) },
				func() float64 { return pgbench(b, server, "simple", c.clients, seconds) },
				func() float64 { return pgbench(b, server, "prepared", c.clients, seconds) },
			}
			var rates [len(turns)][]float64
			var toSimple, toPrepared []float64
			for b.Loop() {
				var rate [len(turns)]float64
				for i := range turns {
					which := (len(toSimple) + i) % len(turns)
					rate[which] = turns[which]()
					rates[which] = append(rates[which], rate[which])
				}
				toSimple, toPrepared = append(toSimple, rate[0]/rate[1]), append(toPrepared, rate[0]/rate[2])
			}
			b.Logf("ratios of the rounds: %.2f; to prepared statements %.2f", toSimple, toPrepared)
			b.ReportMetric(median(rates[0]), "transfers/s")
			b.ReportMetric(median(rates[1]), "tpcb/s")
			b.ReportMetric(median(rates[2]), "prepared/s")
			b.ReportMetric(median(toSimple), "ratio")
			b.ReportMetric(median(toPrepared), "ratio-prepared")
			b.ReportMetric(0, "ns/op")
		})
	}
}

const payees = 1000

// BenchmarkTransferToThousand compares a transfer to 1,000 users with the bare statements that move
// the money: balances by one UPDATE and postings by one INSERT, from arrays.
func BenchmarkTransferToThousand(b *testing.B) {
	s := openAt(b, scratch(b, pgserver.Durable(b)))
	sample.Fund(b, s, "acme")
	sample.Crowd(b, s, "acme", payees)
	holders := make([]balance.Holder, 0, payees+1)
	holders = append(holders, balance.Account)
	for i := range payees {
		holders = append(holders, balance.Holder(i+1))
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
	ids := make([]int64, 0, payees)
	for _, h := range holders[1:] {
		ids = append(ids, int64(h))
	}
	bare := func(n int) {
		_, err := s.pool.Exec(b.Context(), `WITH paid AS (
				UPDATE bare_balances SET units = units + CASE holder WHEN 0 THEN -1000 ELSE 1 END
				WHERE account = 'acme' AND (holder = 0 OR holder = ANY($1::bigint[])) RETURNING holder, units)
			INSERT INTO bare_postings SELECT 'acme', $2, row_number() OVER (), 0, holder, 1, 0, units, 'name' FROM paid WHERE holder > 0`, ids, n)
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
