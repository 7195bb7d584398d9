package pgstore

import (
	"context"

	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/sqlread"
	"github.com/ca74b63c/roster/user"
)

// reader reads one account in one transaction. A writer embeds it.
type reader struct {
	sqlread.Reader
	store    *Store
	link     link
	account  string
	settings *settings // nil: none
	writing  bool
	flush    func(context.Context) error // brings what is not written yet to where statements see it; nil: there is nothing
	secrets  secrets
}

// begin prepares reader r for its transaction. a contains the revision, the config revision and the
// balance from the account's row. After begin, r can run statements, and its methods fail once the
// Store is closed.
func (r *reader) begin(a sqlread.Account) {
	r.Begin(r.store.gate, r.writing, named)
	r.Open(r, sqlread.PostgreSQL, r.account)
	r.SetAccount(a)
}

// view calls fn with a Reader of account a, and returns the error of fn. row is the account's row,
// which the caller has already read. The Reader sends its statements through l, in a transaction
// that the caller has opened. When fn has returned, the methods of the Reader return
// storage.ErrClosed.
func (s *Store) view(
	ctx context.Context, a user.AccountID, row accountRow, l link, fn func(context.Context, storage.Reader) error,
) error {
	r := &reader{store: s, link: l, account: string(a), settings: row.settings}
	r.begin(row.Account)
	defer r.End()
	return fn(s.gate.Inside(ctx), r)
}

// Ask implements sqlread.Engine. A writer first sends its pending writes, so that the statements
// see them.
func (r *reader) Ask(ctx context.Context, questions ...sqlread.Question) error {
	if r.flush != nil {
		if err := r.flush(ctx); err != nil {
			return err
		}
	}
	return asker{r.link}.Ask(ctx, questions...)
}

func (r *reader) Account(ctx context.Context) (user.Account, error) {
	if err := r.Check(ctx); err != nil {
		return user.Account{}, err
	}
	if r.settings == nil {
		return user.Account{}, r.Missing()
	}
	a, err := r.settings.get()
	return a, r.Fail(ctx, err)
}
