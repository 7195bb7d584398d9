package ledger

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage/pgstore"
	"github.com/ca74b63c/roster/user"
)

const (
	amountUnits = 100 // 0.01
	note        = "a gift"
	members     = 50 // users of an account, beside its administrator
)

// world is the same accounts in roster and by hand, on one server.
type world struct {
	accounts []string
	funds    int64 // what each account began with, in units
	admins   []roster.Handle
	hand     hand
	serial   atomic.Int64 // of keys
	ours     []atomic.Int64
	byHand   []atomic.Int64 // how many transfers each account has made
}

func newWorld(tb testing.TB, server *pgserver.Server, accounts, conns int) *world {
	tb.Helper()
	ctx := tb.Context()
	pool := newPool(tb, server, conns)
	store, err := pgstore.New(pool, pgstore.CachedAccounts(accounts))
	must(tb, err)
	tb.Cleanup(func() { _ = store.Close() })
	must(tb, store.Migrate(ctx))
	directory := roster.New(store)
	w := &world{ours: make([]atomic.Int64, accounts), byHand: make([]atomic.Int64, accounts)}
	funds, err := balance.Parse("1000000000.00", "USD")
	must(tb, err)
	w.funds = int64(funds.Units())
	people := []roster.CreateParams{{User: user.User{
		Identity: user.Identity{Login: "admin"}, Access: user.Access{Granted: user.RolesOf(user.Admin)},
	}}}
	for i := range members {
		people = append(people, roster.CreateParams{User: user.User{
			Identity: user.Identity{Login: fmt.Sprint("agent", i)}, Access: user.Access{Granted: user.RolesOf(user.Agent)},
		}})
	}
	for i := range accounts {
		name := fmt.Sprint("account-", i)
		host := directory.As(user.AccountID(name), roster.SystemActor())
		_, err := host.CreateAccount(ctx, user.Account{Currency: "USD"})
		must(tb, err)
		_, err = host.CreateMany(ctx, people)
		must(tb, err)
		_, err = host.Fund(ctx, roster.FundParams{Amount: funds})
		must(tb, err)
		// The tables written by hand begin with a balance for each user, so each user here has one
		// too.
		cent, err := balance.FromUnits(amountUnits, "USD")
		must(tb, err)
		_, err = host.Transfer(ctx, roster.TransferParams{Users: memberIDs(), Amount: cent})
		must(tb, err)
		w.ours[i].Store(members)
		w.accounts = append(w.accounts, name)
		w.admins = append(w.admins, directory.As(user.AccountID(name), roster.UserActor(1)))
	}
	w.hand = newHand(tb, newPool(tb, server, conns), w.accounts, members+1, w.funds)
	return w
}

// memberIDs returns the ids of the users of an account, without its administrator.
func memberIDs() []user.ID {
	ids := make([]user.ID, members)
	for i := range ids {
		ids[i] = user.ID(i + 2)
	}
	return ids
}

func newPool(tb testing.TB, server *pgserver.Server, conns int) *pgxpool.Pool {
	tb.Helper()
	config, err := pgxpool.ParseConfig(server.DSN())
	must(tb, err)
	config.MaxConns = int32(conns)
	pool, err := pgxpool.NewWithConfig(tb.Context(), config)
	must(tb, err)
	tb.Cleanup(pool.Close)
	return pool
}

// ourTransfer pays through the front door, as a user who is read and judged.
func (w *world) ourTransfer(ctx context.Context, account int, to int64, key string) error {
	amount, err := balance.FromUnits(amountUnits, "USD")
	if err != nil {
		return err
	}
	_, err = w.admins[account].Transfer(ctx, roster.TransferParams{
		Users: []user.ID{user.ID(to)}, Amount: amount, UserDescription: note, Key: key,
	})
	if err == nil {
		w.ours[account].Add(1)
	}
	return err
}

// counted makes a hand's transfer one that is counted.
func (w *world) counted(pay func(ctx context.Context, account string, to int64, key string) error) transfer {
	return func(ctx context.Context, account int, to int64, key string) error {
		err := pay(ctx, w.accounts[account], to, key)
		if err == nil {
			w.byHand[account].Add(1)
		}
		return err
	}
}

type transfer func(ctx context.Context, account int, to int64, key string) error

// rate returns how many transfers the clients make in a second. Each client chooses users and
// accounts at random.
func (w *world) rate(tb testing.TB, pay transfer, clients, accounts int, d time.Duration) float64 {
	tb.Helper()
	var all sync.WaitGroup
	var made atomic.Int64
	begun := time.Now()
	for g := range clients {
		all.Go(func() {
			for i := 0; time.Since(begun) < d; i++ {
				n := i*7919 + g*104729
				if err := pay(tb.Context(), n%accounts, int64(n/7%members+2), fmt.Sprint("key-", w.serial.Add(1))); err != nil {
					tb.Error(err)
					return
				}
				made.Add(1)
			}
		})
	}
	all.Wait()
	return float64(made.Load()) / time.Since(begun).Seconds()
}

// check fails unless every account and its users have what follows from the transfers that were
// made.
func (w *world) check(tb testing.TB) {
	tb.Helper()
	for i, name := range w.accounts {
		own, err := w.admins[i].Balance(tb.Context())
		must(tb, err)
		users := int64(0)
		funds, err := w.admins[i].Balances(tb.Context(), memberIDs()...)
		must(tb, err)
		for _, f := range funds {
			users += int64(f.Own.Units())
		}
		paid := w.ours[i].Load() * amountUnits
		if int64(own.Units()) != w.funds-paid || users != paid {
			tb.Errorf("%s: the account has %v, its users %d units, after %d transfers", name, own, users, w.ours[i].Load())
		}
		byHand, theirUsers, postings := w.hand.holds(tb, name)
		paid = w.byHand[i].Load() * amountUnits
		if byHand != w.funds-paid || theirUsers != paid || postings != w.byHand[i].Load() {
			tb.Errorf("%s by hand: the account has %d units, its users %d, %d postings, after %d transfers",
				name, byHand, theirUsers, postings, w.byHand[i].Load())
		}
	}
}

// BenchmarkLedger does rounds of all sides, one after the other, and reports the mean of each.
// The testing package begins with a round that it does not count, which warms all of them up.
func BenchmarkLedger(b *testing.B) {
	accounts, clients, turn := 200, []int{8, 32}, 2*time.Second
	if testing.Short() {
		accounts, clients, turn = 20, clients[:1], 200*time.Millisecond
	}
	server := pgserver.Private(b, "fsync=on", "shared_buffers=256MB")
	bench := newPgbench(b, server)
	w := newWorld(b, server, accounts, clients[len(clients)-1])
	for _, over := range []int{accounts, 1} {
		for _, n := range clients {
			b.Run(fmt.Sprintf("accounts=%d/clients=%d", over, n), func(b *testing.B) {
				sides := []struct {
					name string
					rate func(time.Duration) float64
				}{
					{"roster", func(d time.Duration) float64 { return w.rate(b, w.ourTransfer, n, over, d) }},
					{"pgx-steps", func(d time.Duration) float64 { return w.rate(b, w.counted(w.hand.inSteps), n, over, d) }},
					{"pgx-once", func(d time.Duration) float64 { return w.rate(b, w.counted(w.hand.atOnce), n, over, d) }},
					{"pgbench", func(d time.Duration) float64 { return bench.rate(b, n, d) }},
				}
				sums := make([]float64, len(sides))
				for range b.N {
					for i, s := range sides {
						sums[i] += s.rate(turn)
					}
				}
				for i, s := range sides {
					b.ReportMetric(sums[i]/float64(b.N), s.name+"/s")
				}
				b.ReportMetric(0, "ns/op")
			})
		}
	}
	w.check(b)
}

// A comparison of speed is worth something only between sides that come to the same.
func TestSidesComeToTheSame(t *testing.T) {
	server := pgserver.Private(t, "fsync=off")
	w := newWorld(t, server, 3, 4)
	for _, pay := range []transfer{w.ourTransfer, w.counted(w.hand.inSteps), w.counted(w.hand.atOnce)} {
		w.rate(t, pay, 4, 3, 100*time.Millisecond)
		must(t, pay(t.Context(), 0, 2, "once"+fmt.Sprint(w.byHand[0].Load())))
	}
	w.check(t)
	for i, pay := range []func(context.Context, string, int64, string) error{w.hand.inSteps, w.hand.atOnce} {
		must(t, w.counted(pay)(t.Context(), 1, 3, fmt.Sprint("twice", i)))
		if err := pay(t.Context(), w.accounts[1], 3, fmt.Sprint("twice", i)); err == nil {
			t.Error("by hand, a key was used twice")
		}
		_, err := w.hand.pool.Exec(t.Context(), "UPDATE hand_balances SET units = 0 WHERE account = $1 AND holder = 0",
			w.accounts[2])
		must(t, err)
		if err := pay(t.Context(), w.accounts[2], 3, fmt.Sprint("poor", i)); err != errPoor {
			t.Errorf("by hand, without money: %v", err)
		}
	}
}

// pgbench is PostgreSQL's own program, with tables of its own on the server.
type pgbench struct {
	program string
	at      []string
}

func newPgbench(b *testing.B, server *pgserver.Server) *pgbench {
	b.Helper()
	p := &pgbench{program: server.Program("pgbench")}
	if p.program == "" {
		var err error
		if p.program, err = exec.LookPath("pgbench"); err != nil {
			b.Skip("pgbench is not installed")
		}
	}
	p.at = []string{"-h", "127.0.0.1", "-p", strconv.Itoa(server.Port()), "-U", "roster", "-n"}
	scale := "50"
	if testing.Short() {
		scale = "1"
	}
	p.run(b, "-i", "-q", "-s", scale)
	return p
}

func (p *pgbench) run(b *testing.B, args ...string) []byte {
	b.Helper()
	out, err := exec.Command(p.program, append(append(p.at, args...), "postgres")...).CombinedOutput()
	if err != nil {
		b.Fatalf("pgbench: %v: %s", err, out)
	}
	return out
}

// tps finds the rate in what pgbench says, which it leaves out if the disk let it do nothing at
// all.
var tps = regexp.MustCompile(`tps = ([0-9.]+)|actually processed: 0\n`)

// rate returns how many of its TPC-B-like transactions a second it makes. It knows whole seconds
// only.
func (p *pgbench) rate(b *testing.B, clients int, d time.Duration) float64 {
	b.Helper()
	seconds := strconv.Itoa(max(int(d.Seconds()), 1))
	out := p.run(b, "-b", "tpcb-like", "-M", "prepared", "-c", strconv.Itoa(clients), "-j", "2", "-T", seconds)
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

func must(tb testing.TB, err error) {
	if err != nil {
		tb.Helper()
		tb.Fatal(err)
	}
}
