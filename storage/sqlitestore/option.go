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

// SyncNormal lets a commit return before it is on the disk. The file cannot be damaged by it, and a crash of the
// process alone loses nothing; but when the machine loses power or its kernel crashes, the last commits may be gone
// although Update had returned. Without it every commit is on the disk before Update returns (synchronous=FULL).
func SyncNormal() Option { return func(o *options) { o.synchronous = "NORMAL" } }

// BusyTimeout is how long a writer waits for another process's write lock before he gets ErrBusy; his context may end
// the wait earlier. Below 0 counts as 0: not at all. Processes that write at the same time take turns: of four that
// write as fast as they can, each gets its share, and none waits for hundreds of the others' writes
// (TestFourProcessesShareTheFile).
func BusyTimeout(d time.Duration) Option { return func(o *options) { o.busy = max(d, 0) } }

// Readers is how many Views may run at once, at least 1; more wait for one to end. Each has a connection of its own.
// The default is four for each processor, and at least 8.
func Readers(n int) Option { return func(o *options) { o.readers = max(n, 1) } }

// PollInterval is how soon Wait notices commits of other processes, at least a millisecond. Commits of this Store
// are noticed at once.
func PollInterval(d time.Duration) Option {
	return func(o *options) { o.poll = max(d, time.Millisecond) }
}

// WithoutMigration makes Open leave the schema as it is. The embedding server applies the files of Schema with a tool
// of its own, or calls Migrate.
func WithoutMigration() Option { return func(o *options) { o.migrate = false } }
