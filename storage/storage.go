package storage

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/user"
)

// Storage keeps the data of many accounts. Its methods may be called by many goroutines at once.
//
// Every method that takes a context returns its error, wrapped or not, once the context is done, and has then
// changed nothing; waiting for a writer's turn obeys it too. Such a call costs the other callers of
// the account neither their work nor their turn. After Close every method returns ErrClosed.
//
// Times are kept to the microsecond and come back in UTC, the zero time as the zero time. They are
// in the years 1 to 9999: the domain refuses others (user.CheckTime), so a storage may rely on it.
type Storage interface {
	// View calls fn with one unchanging state of the account: no commit that happens meanwhile shows. An account
	// that was never written to is empty and at revision 0. The error of fn is returned so that errors.Is finds it.
	View(ctx context.Context, a user.AccountID, fn func(context.Context, Reader) error) error

	// Update calls fn, commits what it wrote, all or nothing, and returns the account's revision after it: one more
	// than before if fn wrote, the same if it wrote nothing (Writer.Load is the exception). Nothing is committed if fn
	// returns an error (which is returned so that errors.Is finds it), if fn panics (which is let through), or if a method
	// of the Writer returned an error other than ErrNotFound and ErrAmbiguous, whatever fn made of it (that error is
	// returned).
	//
	// Updates of one account run one after another, each on the state that the one before left. fn may be called
	// again after a rollback, so it must have no effect but its writes, and only what its last run was told is known to
	// be true. Readers see a commit whole, and from the
	// moment Update returns at the latest; an error of fn too is returned when what fn read is committed. If it can't be
	// known whether the commit happened, ErrUnknownOutcome.
	//
	// View or Update called with the context that fn was given returns ErrNestedTx, without an fn
	// ErrInvalid. The Reader and Writer are used by fn alone, while it runs; after it they return
	// ErrClosed.
	Update(ctx context.Context, a user.AccountID, fn func(context.Context, Writer) error) (user.Revision, error)

	// Accounts lists the accounts whose revision is not 0, by bytes, greater than after, at most limit (1 to
	// MaxPage; 0 is MaxPage). Errors: ErrInvalid for another limit.
	Accounts(ctx context.Context, after user.AccountID, limit int) ([]user.AccountID, error)

	// Close ends what runs, waits for it, and releases what the storage holds. A second call does nothing.
	Close() error
}

// Waiter is what a Storage can offer beside: to be told of commits instead of asking.
type Waiter interface {
	// Wait returns the account's revision as soon as it is greater than after; at once if it is already.
	Wait(ctx context.Context, a user.AccountID, after user.Revision) (user.Revision, error)
}

// Reader reads one state of one account. Values that it returns are the caller's: changing them changes nothing in
// the storage. "Not found" is ErrNotFound everywhere. A limit below 0 or above MaxPage is ErrInvalid everywhere, before
// what a method says of the state. A list of what was found is nil everywhere if nothing was, of accounts too.
type Reader interface {
	// Revision returns the revision of the state; inside Update, of the state before it.
	Revision() user.Revision
	// ConfigRevision returns the greatest ConfigVersion that a user of the state was ever put with,
	// 0 if there is none; inside Update, of the state before it. It reads nothing.
	ConfigRevision() user.Revision

	// Account returns the account's settings. Errors: ErrNotFound if there are none yet.
	Account(ctx context.Context) (user.Account, error)

	// User returns a user, deleted and erased ones too. Errors: ErrNotFound.
	User(ctx context.Context, id user.ID) (user.User, error)
	// UserByKey returns the user who claims the key (user.User.Keys). Errors: ErrNotFound; ErrAmbiguous if several
	// claim it, which happens only for kinds that are not unique.
	UserByKey(ctx context.Context, k user.Key) (user.User, error)
	// Users returns the users that q.Match holds for, in the order of q.Compare, from after q.After, less the first
	// q.Offset of them, at most q.Limit (0 is MaxPage). Errors: ErrInvalid for a query that q.Check refuses.
	Users(ctx context.Context, q Query) ([]user.User, error)
	// CountUsers counts the users that q.Match holds for; order, position, offset and limit do not matter. Errors:
	// ErrInvalid.
	CountUsers(ctx context.Context, q Query) (int, error)
	// Secret returns what proves a user's password; the zero Secret if he has none or is not there.
	Secret(ctx context.Context, id user.ID) (user.Secret, error)

	// Ref returns a piece of reference data. Errors: ErrNotFound.
	Ref(ctx context.Context, k user.RefKind, id int64) (user.Ref, error)
	// RefByName returns it by name, compared by bytes. Errors: ErrNotFound.
	RefByName(ctx context.Context, k user.RefKind, name string) (user.Ref, error)
	// Refs lists reference data of one kind in ascending order of id, greater than after, at most limit (0 is
	// MaxPage).
	Refs(ctx context.Context, k user.RefKind, after int64, limit int) ([]user.Ref, error)

	// Balances returns what each holder has, in the order of the arguments; 0 for one who never had anything.
	Balances(ctx context.Context, holders ...balance.Holder) ([]balance.Units, error)
	// Transfer returns a transfer with all its postings. Errors: ErrNotFound.
	Transfer(ctx context.Context, id balance.TransferID) (balance.Transfer, error)
	// TransferByKey returns the transfer with the idempotency key, compared by bytes. Errors: ErrNotFound.
	TransferByKey(ctx context.Context, key string) (balance.Transfer, error)
	// Reversal returns the id of the transfer that reversed id. Errors: ErrNotFound.
	Reversal(ctx context.Context, id balance.TransferID) (balance.TransferID, error)
	// Transfers lists transfers in ascending order of id, greater than after, at most limit (0 is MaxPage).
	Transfers(ctx context.Context, after balance.TransferID, limit int) ([]balance.Transfer, error)
	// Statement lists the entries of one holder, newest first, older than before (the zero EntryID: from the
	// newest), at most limit (0 is MaxPage).
	Statement(ctx context.Context, h balance.Holder, before EntryID, limit int) ([]balance.Entry, error)

	// Changes lists changes in their order, later than after, at most limit (0 is MaxPage). Errors: ErrCompacted if
	// changes after it are no longer kept.
	Changes(ctx context.Context, after ChangeID, limit int) ([]Change, error)

	// Counters returns what the account counts, beside what it has.
	Counters(ctx context.Context) (Counters, error)
}

// Writer writes to one account, and reads with its own writes in what it reads (changes too).
type Writer interface {
	Reader

	// Next returns the revision that a commit will make: Revision plus one, unless Load says otherwise.
	Next() user.Revision
	// NextID returns a number that was never returned for the sequence and is greater than every id put in it. A
	// rollback may give the number free again; a commit keeps it, even if nothing else was written.
	// Errors: ErrInvalid if there is no such sequence; ErrLimit if the greatest id is taken.
	NextID(ctx context.Context, s Sequence) (int64, error)

	// PutAccount writes the account's settings.
	PutAccount(ctx context.Context, a user.Account) error
	// PutUser writes a user, new or not. Errors: ErrInvalid if the id is not positive; *ExistsError if another user
	// claims one of his unique keys; ErrLimit.
	PutUser(ctx context.Context, u user.User) error
	// PutSecret writes what proves a user's password; the zero Secret removes it. Errors: ErrNotFound if there is no
	// such user.
	PutSecret(ctx context.Context, id user.ID, s user.Secret) error
	// PutRef writes a piece of reference data, new or not. Errors: ErrInvalid if kind or id is not valid;
	// *ExistsError if another one of its kind has its name; ErrLimit.
	PutRef(ctx context.Context, r user.Ref) error
	// DeleteRef removes a piece of reference data; what points to it is the caller's care. Errors: ErrNotFound.
	DeleteRef(ctx context.Context, k user.RefKind, id int64) error
	// PostTransfer writes a transfer and makes the balance of each holder in its postings what the
	// holder's last posting says. It computes no balance; each posting has an amount of its own.
	// Errors: ErrInvalid for a transfer that CheckTransfer refuses, and if the id is not greater
	// than every transfer's before; *ExistsError if a transfer has its key, or has reversed what it
	// reverses; ErrConflict if a posting's amount and balance after it do not follow from the
	// balance that the holder has; ErrLimit.
	PostTransfer(ctx context.Context, t balance.Transfer) error
	// AppendChange records a change at Next, after those that the transaction recorded before. After Load, it records
	// the change at its own id. Errors then: ErrInvalid if that is not later than every change's before.
	AppendChange(ctx context.Context, c Change) error
	// Scrub removes the user's personal data from changes and transfers, for good: each change of the
	// user becomes its Change.Scrubbed, and each posting of the user loses its Name. The changes and
	// transfers that this transaction wrote before are included.
	Scrub(ctx context.Context, id user.ID) error

	// Load makes the transaction a part of bringing in a whole account that is somewhere else, with the history that it
	// has there; it is called before anything is written. Transactions that load the zero Counters leave the revision at
	// 0, so that Accounts does not list the account and Wait does not return, however much is there already. The one
	// that loads others is the last: it makes the account's counters c, but for ids given by more, and forgets changes
	// up to c.Compacted. Errors: ErrInvalid if Revision is not 0, if something was written, if c has no Revision but
	// another counter, or one that is less than a change's, or if Compacted is not zero and can't be a change's id.
	Load(ctx context.Context, c Counters) error
}

// Sequence names a counter of ids in an account.
type Sequence uint8

// String returns the name of the sequence: "user", "transfer", or the name of the kind of reference
// data.
func (s Sequence) String() string {
	switch s {
	case UserIDs:
		return "user"
	case TransferIDs:
		return "transfer"
	}
	if s.Valid() {
		return user.RefKind(s - firstRefIDs).String()
	}
	return fmt.Sprintf("sequence(%d)", uint8(s))
}

// Valid reports whether there is such a sequence.
func (s Sequence) Valid() bool { return s < firstRefIDs || user.RefKind(s-firstRefIDs).Valid() }

// The sequences: users, transfers, and one for each kind of reference data.
const (
	UserIDs Sequence = iota
	TransferIDs
	firstRefIDs
)

// RefIDs returns the sequence of a kind of reference data.
func RefIDs(k user.RefKind) Sequence { return firstRefIDs + Sequence(k) }
