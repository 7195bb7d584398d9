package sqlitestore

import (
	"runtime"
	"time"
)

// Option changes how a Store works.
type Option func(*options)

type options struct {
	synchronous string
	busy        time.Duration
	readers     int
	poll        time.Duration
	migrate     bool
	batchAge    time.Duration
}

// The values that hold unless an option says otherwise.
const (
	DefaultBusyTimeout  = 5 * time.Second
	DefaultPollInterval = 50 * time.Millisecond
)

func optionsOf(opts []Option) options {
	o := options{
		synchronous: "FULL",
		busy:        DefaultBusyTimeout,
		readers:     max(8, 4*runtime.GOMAXPROCS(0)),
		poll:        DefaultPollInterval,
		migrate:     true,
		batchAge:    maxBatchAge,
	}
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// SyncNormal lets a commit return before it is on the disk. A crash of the process loses nothing.
// If the machine loses power or its kernel crashes, the last commits may be gone although Update
// returned; the file is not damaged. Without SyncNormal every commit is on the disk before Update
// returns (synchronous=FULL).
func SyncNormal() Option { return func(o *options) { o.synchronous = "NORMAL" } }

// BusyTimeout sets how long an Update waits for another process's write lock before it returns
// ErrBusy. A context may end the wait earlier. A negative value counts as 0: no wait. Processes
// that write at the same time take turns.
func BusyTimeout(d time.Duration) Option { return func(o *options) { o.busy = max(d, 0) } }

// Readers sets how many Views may run at once, at least 1. Each uses a connection of its own.
// Further Views wait. The default is four for each processor, and at least 8.
func Readers(n int) Option { return func(o *options) { o.readers = max(n, 1) } }

// PollInterval sets how often Wait asks for commits of other processes, at least a millisecond.
// Wait notices commits of its own Store at once.
func PollInterval(d time.Duration) Option {
	return func(o *options) { o.poll = max(d, time.Millisecond) }
}

// WithoutMigration makes Open leave the schema alone, for a host whose own tool runs the files of
// Schema. Open then refuses a file that lacks some of them.
func WithoutMigration() Option { return func(o *options) { o.migrate = false } }
