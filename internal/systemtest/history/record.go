package history

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
)

// clients is the number of concurrent callers of a history.
const clients = 6

// Setting has the parameters of a history.
type Setting struct {
	Seed       uint64
	Prefix     string // of the names of the accounts, which must be fresh
	Operations int    // of all callers together
	Accounts   int
	Lossy      bool // whether calls may fail for want of a connection
}

// History is the calls of all clients with their times and results.
type History struct {
	Setting    Setting
	Operations []porcupine.Operation
	Unknown    int // calls of unknown outcome
	Failed     int // calls that failed, for the end of their context or for want of a connection
}

// noon is the constant time of all clocks, so that no reservation expires.
var noon = time.Date(2030, 1, 2, 12, 0, 0, 0, time.UTC)

// Record creates accounts in store, runs clients that call the directory at the same time, and
// returns the history of their calls when all clients have ended. The parameter s has the settings.
// An account that exists already is used as it is. The clients together make about s.Operations
// calls. The clock of the directory stands still, so that no reservation expires.
//
// Errors: if an account cannot be created or read; if a call fails for no known reason, unless
// s.Lossy is set; if the storage fails on purpose (storagetest.ErrInjected) and the outcome of the
// call is unknown; if the changes of an account contradict the results of the calls.
func Record(ctx context.Context, store storage.Storage, s Setting) (History, error) {
	r := recorder{setting: s, begun: time.Now()}
	dir := roster.New(yielding{store}, roster.WithClock(func() time.Time { return noon }))
	for n := range s.Accounts {
		p := &sharedAccount{handle: dir.As(user.AccountID(fmt.Sprint(s.Prefix, n)), roster.SystemActor())}
		settings := user.Account{Currency: "USD", ReservationTime: time.Hour}
		if err := r.retry(func() error {
			_, err := p.handle.CreateAccount(ctx, settings)
			if errors.Is(err, storage.ErrExists) { // by the try before, whose outcome was not known
				return nil
			}
			return err
		}); err != nil {
			return History{}, err
		}
		r.shared = append(r.shared, p)
	}
	var all sync.WaitGroup
	logs := make([][]call, clients)
	for n := range clients {
		c := &client{
			number: n, random: rand.New(rand.NewPCG(s.Seed, uint64(n))), shared: r.shared, seen: map[[2]int64]user.Revision{},
		}
		all.Go(func() {
			for range s.Operations / clients {
				logs[n] = append(logs[n], r.record(ctx, c, c.draw()))
			}
		})
	}
	all.Wait()
	return r.history(ctx, logs)
}

// call is one operation of one client with its times, in nanoseconds since the history began.
type call struct {
	client     int
	operation  operation
	answer     answer
	begun, end int64
	err        error // an error that no call may return
}

type recorder struct {
	setting Setting
	begun   time.Time
	shared  []*sharedAccount
}

func (r *recorder) now() int64 { return time.Since(r.begun).Nanoseconds() }

// record runs the operation o for the client c, and returns the call with its result and times. The
// context of one call in thirty ends early. If the call fails for an unknown reason, but not
// because the context ended, the returned call has the error; with Setting.Lossy the client sleeps
// at most 10 ms instead. A storage fault that leaves the outcome unknown is an error too.
func (r *recorder) record(ctx context.Context, c *client, o operation) call {
	ctx, cancel := c.callContext(ctx)
	defer cancel()
	k := call{client: c.number, operation: o, begun: r.now()}
	var err error
	k.answer, err = ask(ctx, r.shared[o.account].handle, o)
	k.end = r.now()
	switch {
	case errors.Is(err, storagetest.ErrInjected) && k.answer.fault == unknown:
		k.err = fmt.Errorf("%v: the storage failed, and it is not known whether the call happened: %w", o, err)
	case k.answer.fault != errFailed || ctx.Err() != nil:
	case r.setting.Lossy:
		time.Sleep(time.Duration(c.random.IntN(10_000)) * time.Microsecond) // as a patient caller would
	default:
		k.err = fmt.Errorf("%v: %w", o, err)
	}
	c.remember(o, k.answer)
	return k
}

// retryTime is how long a store may be unreachable.
const retryTime = 20 * time.Second

// retry runs try until it returns nil, for 20 seconds at most, and returns the last error of try.
// Without Setting.Lossy, which says that connections may be lost, retry runs try again only after
// storage.ErrUnknownOutcome.
func (r *recorder) retry(try func() error) error {
	for limit := time.Now().Add(retryTime); ; time.Sleep(time.Millisecond) {
		err := try()
		if err == nil || !r.setting.Lossy && !errors.Is(err, storage.ErrUnknownOutcome) || time.Now().After(limit) {
			return err
		}
	}
}

// history returns the calls of all clients, and one final list of the users of each account. Calls
// that failed and calls of unknown outcome without a change are left out and only counted. A call
// of unknown outcome with a change lasts until the end of the history. Errors: reading an account
// fails; a result contradicts the changes; a call has an error.
func (r *recorder) history(ctx context.Context, logs [][]call) (History, error) {
	h := History{Setting: r.setting}
	var errs []error
	for n, p := range r.shared {
		var changes []storage.Change
		var last call
		err := r.retry(func() (err error) {
			if changes, err = readChanges(ctx, p.handle); err != nil {
				return err
			}
			last = call{operation: operation{kind: list, account: n}, begun: r.now()}
			last.answer, err = ask(ctx, p.handle, last.operation)
			last.end = r.now()
			return err
		})
		if err != nil {
			return h, errors.Join(append(errs, err)...)
		}
		feed, err := newFeed(changes)
		errs = append(errs, err)
		for _, log := range logs {
			for i := range log {
				if log[i].operation.account == n {
					errs = append(errs, feed.check(&log[i]))
				}
			}
		}
		errs = append(errs, feed.rest())
		logs = append(logs, []call{last})
	}
	end := r.now()
	for _, k := range slices.Concat(logs...) {
		errs = append(errs, k.err)
		switch k.answer.fault {
		case errFailed:
			h.Failed++
			continue // it did nothing, as the feed has shown
		case unknown:
			h.Unknown++
			if k.answer.revision == 0 {
				continue // nor did this
			}
			k.end = end
		}
		h.Operations = append(h.Operations, porcupine.Operation{
			ClientId: k.client, Input: k.operation, Call: k.begun, Output: k.answer, Return: k.end,
		})
	}
	return h, errors.Join(errs...)
}

// yielding is a storage that lets other goroutines run in the middle of each call. It makes
// histories on a store that never waits more concurrent.
type yielding struct{ storage.Storage }

func (s yielding) View(ctx context.Context, a user.AccountID, fn func(context.Context, storage.Reader) error) error {
	runtime.Gosched()
	defer runtime.Gosched()
	return s.Storage.View(ctx, a, func(ctx context.Context, r storage.Reader) error {
		runtime.Gosched()
		return fn(ctx, r)
	})
}

func (s yielding) Update(
	ctx context.Context, a user.AccountID, fn func(context.Context, storage.Writer) error,
) (user.Revision, error) {
	runtime.Gosched()
	defer runtime.Gosched()
	return s.Storage.Update(ctx, a, func(ctx context.Context, w storage.Writer) error {
		runtime.Gosched()
		defer runtime.Gosched()
		return fn(ctx, w)
	})
}
