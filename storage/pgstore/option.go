package pgstore

import "time"

// Option changes how a Store works.
type Option func(*options)

type options struct {
	poll     time.Duration
	commit   time.Duration
	attempts int
	accounts int
	batchAge time.Duration
	listen   bool

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

// PollInterval is how soon Wait notices commits of other processes where notifications do not come
// through, at least 10 ms. Commits of this Store are noticed at once.
func PollInterval(d time.Duration) Option {
	return func(o *options) { o.poll = max(d, 10*time.Millisecond) }
}

// WithoutListen makes Wait ask at the PollInterval only, for engines and poolers that have no
// LISTEN, and sends no notifications.
func WithoutListen() Option { return func(o *options) { o.listen = false } }

// CommitTimeout is how long a commit may go unanswered before its Updates return
// storage.ErrUnknownOutcome, at least a second. A caller's context does not end a commit, because
// other callers share it.
func CommitTimeout(d time.Duration) Option {
	return func(o *options) { o.commit = max(d, time.Second) }
}

// Attempts is how often an Update is tried in all, at least 1, when the engine refuses it because
// of another transaction (40001, 40P01), or when it loses the connection before the commit. It
// tries once more when another process wrote to the account, when a key that was assumed to be free
// was taken, and after its first try if that shared a transaction.
func Attempts(n int) Option { return func(o *options) { o.attempts = max(n, 1) } }

// CachedAccounts is the number of accounts of which the store remembers what writers read, at least
// 0. A commit that rests on it takes place only if the account's row is unchanged. An account takes
// at most about a megabyte.
func CachedAccounts(n int) Option { return func(o *options) { o.accounts = max(n, 0) } }

// Distributed says that the database is a Citus cluster: Migrate spreads the tables over its nodes,
// so that all rows of an account are on one node.
func Distributed() Option { return func(o *options) { o.distributed = true } }
