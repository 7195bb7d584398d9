package memstore

// Option changes a bound of a Store. Every bound has a default; one below 1 is taken as 1.
type Option func(*limits)

type limits struct {
	accounts, users, refs, transfers, postings, changes int
}

// The bounds that hold unless an option says otherwise.
const (
	DefaultMaxAccounts   = 100_000    // accounts in a store
	DefaultMaxUsers      = 5_000_000  // users in an account, deleted ones counted
	DefaultMaxReferences = 1_000_000  // pieces of reference data in an account
	DefaultMaxTransfers  = 10_000_000 // transfers in an account
	DefaultMaxPostings   = 50_000_000 // postings of all transfers of an account
	DefaultMaxChanges    = 1 << 20    // changes that an account keeps
)

func limitsOf(opts []Option) limits {
	l := limits{
		accounts: DefaultMaxAccounts, users: DefaultMaxUsers, refs: DefaultMaxReferences,
		transfers: DefaultMaxTransfers, postings: DefaultMaxPostings, changes: DefaultMaxChanges,
	}
	for _, o := range opts {
		o(&l)
	}
	return l
}

// MaxAccounts bounds the accounts that are ever written to, deleted ones counted. The first write
// to one more is storage.ErrLimit.
func MaxAccounts(n int) Option { return func(l *limits) { l.accounts = max(n, 1) } }

// MaxUsers bounds the users of an account, deleted and erased ones counted. One more is
// storage.ErrLimit.
func MaxUsers(n int) Option { return func(l *limits) { l.users = max(n, 1) } }

// MaxReferences bounds the reference data of an account, all kinds together. One more is
// storage.ErrLimit.
func MaxReferences(n int) Option { return func(l *limits) { l.refs = max(n, 1) } }

// MaxTransfers bounds the transfers of an account. They are its ledger and never forgotten: one
// more is storage.ErrLimit.
func MaxTransfers(n int) Option { return func(l *limits) { l.transfers = max(n, 1) } }

// MaxPostings bounds the postings of all transfers of an account together. More are
// storage.ErrLimit.
func MaxPostings(n int) Option { return func(l *limits) { l.postings = max(n, 1) } }

// MaxChanges is how many changes an account keeps. The oldest ones go when a commit brings more,
// and a reader who asks for changes that are gone gets storage.ErrCompacted.
func MaxChanges(n int) Option { return func(l *limits) { l.changes = max(n, 1) } }
