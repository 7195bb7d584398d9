package storage

import (
	"context"
	"fmt"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/user"
)

// Storage keeps the data of many accounts. Many goroutines may call its methods at once.
//
// The context: a method returns the context's error, wrapped or not, once the context is done. The
// call has then changed nothing. A call that waits for the account's writer obeys the context too.
// A call that ends so costs the other callers of the account neither their work nor their turn.
//
// Texts: every text that a storage is given is valid UTF-8 without NUL, because the domain refuses
// every other one. A storage keeps it byte by byte and compares it by bytes.
//
// Times: a storage keeps a time to the microsecond and returns it in UTC, the zero time as the zero
// time. Times are in the years 1 to 9999, because the domain refuses others (user.CheckTime).
type Storage interface {
	// View calls fn with one unchanging state of the account: no later commit shows. An account
	// that was never written to is empty and at revision 0. View returns the error of fn, so that
	// errors.Is finds it.
	//
	// Errors: ErrInvalid without an fn; ErrNestedTx if the context is one that a View or Update of
	// this storage gave to its fn; ErrClosed.
	View(ctx context.Context, a user.AccountID, fn func(context.Context, Reader) error) error

	// Update calls fn, commits everything that fn wrote, and returns the revision of the account
	// after the commit: one more than before if fn wrote anything, else the same. NextID,
	// deliveries and dead letters do not raise the revision. Load sets it.
	//
	// Update commits nothing in three cases:
	//
	//   - fn returns an error. Update returns it, so that errors.Is finds it.
	//   - fn panics. Update lets the panic through.
	//   - A method of the Writer, one that reads too, returned an error other than ErrNotFound and
	//     ErrAmbiguous, whatever fn made of it. Update returns that error. The methods that fn
	//     calls afterwards may return it too.
	//
	// Updates of one account run one after another, each on the state that the one before left. The
	// storage may roll back and call fn again, so fn must have no effect but its writes, and only
	// what its last run read is known to be true. A reader sees all of a commit or nothing, and
	// sees it from the moment at which Update returns at the latest. Update returns an error of fn
	// only when everything that fn read is committed, because the error may depend on it.
	//
	// The context that fn is given may go to methods of the Reader and Writer only. Fn alone uses
	// them, while it runs; afterwards they return ErrClosed.
	//
	// Errors: those of View; ErrUnknownOutcome if the storage can't know whether the commit
	// happened.
	Update(ctx context.Context, a user.AccountID, fn func(context.Context, Writer) error) (user.Revision, error)

	// DeleteAccount removes everything that the account has but its counters, and returns the
	// revision after that: one more than before. If the account is deleted already, or is at
	// revision 0, the revision stays. What an unfinished Load left, and deliveries that were put
	// since, are removed too.
	//
	// The account is deleted (Counters.Deleted) until a commit raises its revision. Then it goes on
	// counting where it was: no revision and no id comes twice. ConfigRevision stays as well.
	// Counters.Compacted becomes AfterRevision of the new revision, so that Changes after a place
	// in the removed history returns ErrCompacted.
	//
	// DeleteAccount runs in turn with the account's Updates. An Update that comes before is deleted
	// with the rest. An Update that comes after finds an empty account.
	//
	// Errors: ErrNestedTx and ErrClosed, as View; ErrUnknownOutcome, as Update.
	DeleteAccount(ctx context.Context, a user.AccountID) (user.Revision, error)

	// Accounts lists the accounts whose revision is not 0, in the order of their ids by bytes,
	// greater than after, at most limit (1 to MaxPage; 0 is MaxPage). state says whether deleted
	// accounts are wanted. Errors: ErrInvalid for another limit and another state.
	Accounts(ctx context.Context, state Deleted, after user.AccountID, limit int) ([]user.AccountID, error)

	// Close ends everything that runs, waits for it, and releases what the storage holds. A second
	// call does nothing. After Close every other method returns ErrClosed.
	Close() error
}

// Waiter is an optional interface of a Storage: a caller waits for a commit instead of reading the
// revision again and again.
type Waiter interface {
	// Wait returns the account's revision as soon as it is greater than after; at once if it is
	// already.
	Wait(ctx context.Context, a user.AccountID, after user.Revision) (user.Revision, error)
}

// Reader reads one state of one account. The values that it returns are the caller's: a caller that
// changes them changes nothing in the storage.
//
// Every method returns ErrNotFound for what does not exist, and ErrInvalid for a limit below 0 or
// above MaxPage, before it looks at the state. A list in which nothing was found is nil.
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
	// UserByKey returns the user that claims the key (user.User.Keys). Errors: ErrNotFound;
	// ErrAmbiguous if several users claim it, which happens only for kinds that are not unique.
	UserByKey(ctx context.Context, k user.Key) (user.User, error)
	// Users returns the users that q.Match holds for, in the order of q.Compare: those behind
	// q.After, without the first q.Offset of them, at most q.Limit (0 is MaxPage). Errors:
	// ErrInvalid for a query that q.Check refuses.
	Users(ctx context.Context, q Query) ([]user.User, error)
	// CountUsers counts the users that q.Match holds for. Order, position, offset and limit do not
	// matter. Errors: ErrInvalid for a query that q.Check refuses.
	CountUsers(ctx context.Context, q Query) (int, error)
	// Secret returns what proves a user's password, and the zero Secret if the user has no password
	// or does not exist.
	Secret(ctx context.Context, id user.ID) (user.Secret, error)

	// Reference returns a piece of reference data. Errors: ErrNotFound.
	Reference(ctx context.Context, k user.ReferenceKind, id int64) (user.Reference, error)
	// ReferenceByName returns the piece of reference data that has the name, compared by bytes.
	// Errors: ErrNotFound.
	ReferenceByName(ctx context.Context, k user.ReferenceKind, name string) (user.Reference, error)
	// References lists reference data of one kind in ascending order of id, greater than after, at
	// most limit (0 is MaxPage).
	References(ctx context.Context, k user.ReferenceKind, after int64, limit int) ([]user.Reference, error)

	// Balances returns what each holder has, in the order of the arguments, and 0 for a holder that
	// never had anything.
	Balances(ctx context.Context, holders ...balance.Holder) ([]balance.Units, error)
	// Transfer returns a transfer with all its postings. Errors: ErrNotFound.
	Transfer(ctx context.Context, id balance.TransferID) (balance.Transfer, error)
	// TransferByKey returns the transfer that has the idempotency key, compared by bytes. Errors:
	// ErrNotFound.
	TransferByKey(ctx context.Context, key string) (balance.Transfer, error)
	// Reversal returns the id of the transfer that reversed id. Errors: ErrNotFound.
	Reversal(ctx context.Context, id balance.TransferID) (balance.TransferID, error)
	// Transfers returns the transfers that q.Match holds for, in the order of q: those behind
	// q.After, with all their postings, at most q.Limit (0 is MaxPage). Errors: ErrInvalid for a
	// query that q.Check refuses.
	Transfers(ctx context.Context, q TransferQuery) ([]balance.Transfer, error)
	// Statement lists the entries of one holder, the newest first, older than before (the zero
	// EntryID: from the newest on), at most limit (0 is MaxPage).
	Statement(ctx context.Context, h balance.Holder, before EntryID, limit int) ([]balance.Entry, error)

	// Changes returns the changes that q.Match holds for, in the order of q: those behind q.After,
	// at most q.Limit (0 is MaxPage). Errors: ErrInvalid for a query that q.Check refuses;
	// *CompactedError, which is ErrCompacted, for a query that q.CheckKept refuses.
	Changes(ctx context.Context, q ChangeQuery) ([]Change, error)

	// Delivery returns how far a consumer has come. Errors: ErrNotFound.
	Delivery(ctx context.Context, name string) (Delivery, error)
	// Deliveries lists deliveries in the order of their names by bytes, greater than after, at most
	// limit (0 is MaxPage).
	Deliveries(ctx context.Context, after string, limit int) ([]Delivery, error)
	// DeadLetters lists the dead letters of a delivery in the order of their changes, later than
	// after, at most limit (0 is MaxPage).
	DeadLetters(ctx context.Context, name string, after ChangeID, limit int) ([]DeadLetter, error)

	// Counters returns the account's counters.
	Counters(ctx context.Context) (Counters, error)
}

// Writer writes to one account. It reads the state with its own writes in it, the changes that it
// recorded included. Values that it is given stay the caller's: a caller that changes them
// afterwards changes nothing in the storage.
type Writer interface {
	Reader

	// Next returns the revision that a commit will make: Revision plus one; after Load, the
	// revision of the counters that were loaded.
	Next() user.Revision
	// NextID returns a number that was never returned for the sequence and is greater than every id
	// put in it. After a rollback the number may be returned again. A commit keeps it, even if
	// nothing else was written; the revision stays then.
	//
	// Errors: ErrInvalid if there is no such sequence; ErrLimit if the greatest id is taken.
	NextID(ctx context.Context, s Sequence) (int64, error)

	// PutAccount writes the account's settings.
	PutAccount(ctx context.Context, a user.Account) error
	// PutUser writes a user, new or not. Errors: ErrInvalid if the id is not positive; *ExistsError
	// if another user claims one of the user's unique keys; ErrLimit.
	PutUser(ctx context.Context, u user.User) error
	// PutSecret writes what proves a user's password. The zero Secret removes it. Errors:
	// ErrNotFound if there is no such user.
	PutSecret(ctx context.Context, id user.ID, s user.Secret) error
	// PutReference writes a piece of reference data, new or not. Errors: ErrInvalid if kind or id
	// is not valid; *ExistsError if another one of its kind has its name; ErrLimit.
	PutReference(ctx context.Context, r user.Reference) error
	// DeleteReference removes a piece of reference data. Users that point to it stay as they are.
	// Errors: ErrNotFound.
	DeleteReference(ctx context.Context, k user.ReferenceKind, id int64) error
	// PostTransfer writes a transfer and sets the balance of each holder in its postings to what
	// the holder's last posting says. It computes no balance; each posting has an amount of its
	// own.
	//
	// Errors:
	//
	//   - ErrInvalid for a transfer that CheckTransfer refuses, and for an id that is not greater
	//     than the id of every transfer before.
	//   - *ExistsError if a transfer has its key, or has reversed what it reverses.
	//   - ErrConflict if the amount of a posting and the balance after it do not follow from the
	//     balance that the holder has.
	//   - ErrLimit.
	PostTransfer(ctx context.Context, t balance.Transfer) error
	// AppendChange records a change at Next, behind those that the transaction recorded before. The
	// id of c does not matter. After Load, AppendChange records the change at its own id. Errors
	// then: ErrInvalid if the id is not later than that of every change before.
	AppendChange(ctx context.Context, c Change) error
	// Scrub removes the user's personal data from what happened, for good: each change of the user
	// becomes its Change.Scrubbed, each posting of the user loses its Name, and each dead letter
	// whose change is the user's becomes its DeadLetter.Scrubbed. What this transaction wrote
	// before is included.
	Scrub(ctx context.Context, id user.ID) error
	// CompactChanges removes the changes up to last, for good. Counters then return last as
	// Compacted. No change needs to have that id. Other changes keep their ids, and no change gets
	// an id again. Dead letters and the positions of deliveries stay. CompactChanges does nothing,
	// and does not raise the revision, if the changes up to last are no longer kept, and for the
	// zero ChangeID. Errors: ErrInvalid for an id that CheckCompaction refuses.
	CompactChanges(ctx context.Context, last ChangeID) error

	// PutDelivery, DeleteDelivery, PutDeadLetter and DeleteDeadLetter do not raise the revision,
	// and Wait does not return for them. A transaction that writes nothing else is committed all
	// the same, in turn with the account's other Updates.

	// PutDelivery writes how far a consumer has come, and who holds the lease. Errors: ErrInvalid
	// for a delivery that d.Check refuses; ErrLimit.
	PutDelivery(ctx context.Context, d Delivery) error
	// DeleteDelivery removes a delivery with its dead letters. Errors: ErrNotFound.
	DeleteDelivery(ctx context.Context, name string) error
	// PutDeadLetter writes a dead letter of a delivery, in the place of one of the same change if
	// there is one. Errors: ErrInvalid for a dead letter that l.Check refuses; ErrNotFound if there
	// is no such delivery; ErrLimit.
	PutDeadLetter(ctx context.Context, name string, l DeadLetter) error
	// DeleteDeadLetter removes the dead letter of a change. Errors: ErrNotFound.
	DeleteDeadLetter(ctx context.Context, name string, id ChangeID) error

	// Load brings in a whole account from elsewhere, with the history that it has there, in one or
	// more transactions. Fn calls it before it writes anything. Counters of a deleted account make
	// the account a deleted one here.
	//
	// A transaction that loads the zero Counters leaves the revision at 0, so that Accounts does
	// not list the account and Wait does not return, however much is there already. The transaction
	// that loads other Counters is the last one: they become the account's counters, but a greater
	// id that was given stays, and the account forgets its changes up to c.Compacted.
	//
	// Errors: ErrInvalid if Revision is not 0, if the transaction has written anything, and for
	// counters that c.CheckLoad refuses.
	Load(ctx context.Context, c Counters) error
}

// Sequence names a counter of ids in an account.
type Sequence uint8

// String returns the name of the sequence: "user", "transfer", or the name of the kind of reference
// data whose ids the sequence gives. For a Sequence that does not exist it returns "sequence(n)",
// where n is its number.
func (s Sequence) String() string {
	switch s {
	case UserIDs:
		return "user"
	case TransferIDs:
		return "transfer"
	}
	if s.Valid() {
		return user.ReferenceKind(s - firstReferenceIDs).String()
	}
	return fmt.Sprintf("sequence(%d)", uint8(s))
}

// Valid reports whether there is such a sequence.
func (s Sequence) Valid() bool {
	return s < firstReferenceIDs || user.ReferenceKind(s-firstReferenceIDs).Valid()
}

// The sequences: users, transfers, and one for each kind of reference data.
const (
	UserIDs Sequence = iota
	TransferIDs
	firstReferenceIDs
)

// ReferenceIDs returns the sequence of a kind of reference data.
func ReferenceIDs(k user.ReferenceKind) Sequence { return firstReferenceIDs + Sequence(k) }
