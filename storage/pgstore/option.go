package pgstore

import "time"

// Option changes how a Store works.
type Option func(*options)

type options struct {
	poll        time.Duration
	commit      time.Duration
	attempts    int
	accounts    int
	batchAge    time.Duration
	listen      bool
	distributed bool
}

// The values that hold unless an option says otherwise.
const (
	DefaultPollInterval   = time.Second
	DefaultCommitTimeout  = 30 * time.Second
	DefaultAttempts       = 10
	DefaultCachedAccounts = 256
)

func optionsOf(opts []Option) options {
	o := options{
		poll: DefaultPollInterval, commit: DefaultCommitTimeout, attempts: DefaultAttempts, accounts: DefaultCachedAccounts,
		batchAge: maxBatchAge, listen: true,
	}
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// PollInterval sets how often Wait asks for commits of other processes while no notifications
// arrive. The least value is 10 ms. Wait notices commits of its own Store at once.
func PollInterval(d time.Duration) Option {
	return func(o *options) { o.poll = max(d, 10*time.Millisecond) }
}

// WithoutListen turns LISTEN and NOTIFY off, for poolers and engines that lack them. Wait then only
// asks once in each PollInterval.
func WithoutListen() Option { return func(o *options) { o.listen = false } }

// CommitTimeout sets how long the store waits for the answer to a commit. After that time its
// Updates return storage.ErrUnknownOutcome. The least value is a second. A caller's context does
// not end a commit, because several callers share it.
func CommitTimeout(d time.Duration) Option {
	return func(o *options) { o.commit = max(d, time.Second) }
}

// Attempts sets how many times an Update or Migrate runs at most, at least 1, if the database
// refuses it because of another transaction or the connection is lost before the commit. The run
// under the lock after another process wrote to the account, the run after an assumption about a
// key failed, and the second run of an Update whose shared transaction failed do not count.
func Attempts(n int) Option { return func(o *options) { o.attempts = max(n, 1) } }

// CachedAccounts sets how many accounts the store remembers, at least 0. It remembers what writers
// read, up to about a megabyte for each account. A commit that uses it takes place only if the
// account's row is unchanged.
func CachedAccounts(n int) Option { return func(o *options) { o.accounts = max(n, 0) } }

// Distributed declares that the database is a Citus cluster. Migrate then distributes the tables
// over its nodes, with all rows of an account on one node.
func Distributed() Option { return func(o *options) { o.distributed = true } }
