package memstore

// Option sets a bound of a Store. Each bound has a default. A value below 1 counts as 1.
type Option func(*limits)

type limits struct {
	accounts, users, refs, transfers, postings, changes, deliveries, letters int
}

// The bounds that hold unless an option says otherwise.
const (
	DefaultMaxAccounts   = 100_000    // accounts in a store
	DefaultMaxUsers      = 5_000_000  // users in an account, deleted ones counted
	DefaultMaxReferences = 1_000_000  // pieces of reference data in an account
	DefaultMaxTransfers  = 10_000_000 // transfers in an account
	DefaultMaxPostings   = 50_000_000 // postings of all transfers of an account
	DefaultMaxChanges    = 1 << 20    // changes that an account keeps

	DefaultMaxDeliveries  = 10_000  // deliveries of an account
	DefaultMaxDeadLetters = 100_000 // dead letters of all deliveries of an account
)

func limitsOf(opts []Option) limits {
	l := limits{
		accounts: DefaultMaxAccounts, users: DefaultMaxUsers, refs: DefaultMaxReferences,
		transfers: DefaultMaxTransfers, postings: DefaultMaxPostings, changes: DefaultMaxChanges,
		deliveries: DefaultMaxDeliveries, letters: DefaultMaxDeadLetters,
	}
	for _, o := range opts {
		o(&l)
	}
	return l
}

// MaxAccounts bounds the number of accounts in the store, deleted accounts included. An Update that
// would create one more returns storage.ErrLimit.
func MaxAccounts(n int) Option { return func(l *limits) { l.accounts = max(n, 1) } }

// MaxUsers bounds the number of users of each account, deleted and erased users included. PutUser
// of one more returns storage.ErrLimit.
func MaxUsers(n int) Option { return func(l *limits) { l.users = max(n, 1) } }

// MaxReferences bounds the number of pieces of reference data of each account, all kinds together.
// PutReference of one more returns storage.ErrLimit.
func MaxReferences(n int) Option { return func(l *limits) { l.refs = max(n, 1) } }

// MaxTransfers bounds the number of transfers of each account. Transfers are never removed.
// PostTransfer of one more returns storage.ErrLimit.
func MaxTransfers(n int) Option { return func(l *limits) { l.transfers = max(n, 1) } }

// MaxPostings bounds the number of postings in all transfers of an account together. PostTransfer
// returns storage.ErrLimit for a transfer that exceeds it.
func MaxPostings(n int) Option { return func(l *limits) { l.postings = max(n, 1) } }

// MaxChanges is the number of changes that an account keeps. A commit that exceeds it removes the
// oldest changes. A reader that asks for removed changes gets storage.ErrCompacted.
func MaxChanges(n int) Option { return func(l *limits) { l.changes = max(n, 1) } }

// MaxDeliveries bounds the deliveries of an account. One more is storage.ErrLimit.
func MaxDeliveries(n int) Option { return func(l *limits) { l.deliveries = max(n, 1) } }

// MaxDeadLetters bounds the dead letters of all deliveries of an account together. One more is
// storage.ErrLimit.
func MaxDeadLetters(n int) Option { return func(l *limits) { l.letters = max(n, 1) } }
