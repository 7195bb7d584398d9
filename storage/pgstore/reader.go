package pgstore

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/gate"
	"github.com/ca74b63c/roster/user"
)

// reader reads one account in one transaction.
type reader struct {
	gate.Tx
	store    *Store
	link     link
	account  string
	revision user.Revision
	config   user.Revision // what ConfigRevision returns
	units    balance.Units // of the account itself
	settings *settings     // nil: none
	writing  bool
	flush    func(context.Context) error // brings what is not written yet to where statements see it; nil: there is nothing
	secrets  secrets
}

// open takes over what the account's row says.
func (r *reader) open(row accountRow) {
	r.revision, r.config = user.Revision(row.revision), user.Revision(row.config)
	r.units, r.settings = balance.Units(row.units), row.settings
}

var errMissing = fmt.Errorf("pgstore: %w", storage.ErrNotFound)

// page returns how many items a list may have.
func page(limit int) (int, error) {
	most, err := storage.PageLimit(limit)
	if err != nil {
		return 0, fmt.Errorf("pgstore: %w", err)
	}
	return most, nil
}

// query runs one statement on what was written so far too.
func (r *reader) query(ctx context.Context, sql string, row func(pgx.Rows) error, args ...any) error {
	if r.flush != nil {
		if err := r.flush(ctx); err != nil {
			return err
		}
	}
	return r.link.query(ctx, sql, row, args...)
}

// lookup reads a row that there is at most one of. Errors: ErrNotFound.
func lookup[T any](ctx context.Context, r *reader, item func(pgx.Rows) (T, error), sql string, args ...any) (T, error) {
	var found, none T
	if err := r.Check(ctx); err != nil {
		return none, err
	}
	missing := true
	err := r.query(ctx, sql, func(rows pgx.Rows) (err error) {
		missing = false
		found, err = item(rows)
		return err
	}, args...)
	if err == nil && missing {
		err = errMissing
	}
	if err != nil {
		return none, r.Fail(ctx, err)
	}
	return found, nil
}

// list reads rows and makes an item of each. The limit is the statement's last argument.
func list[T any](ctx context.Context, r *reader, limit int, item func(pgx.Rows) (T, error), sql string, args ...any) ([]T, error) {
	if err := r.Check(ctx); err != nil {
		return nil, err
	}
	limit, err := page(limit)
	if err != nil {
		return nil, r.Fail(ctx, err)
	}
	var items []T
	err = r.query(ctx, sql, func(rows pgx.Rows) error {
		t, err := item(rows)
		items = append(items, t)
		return err
	}, append(args, int64(limit))...)
	if err != nil {
		return nil, r.Fail(ctx, err)
	}
	return items, nil
}

func (r *reader) Revision() user.Revision { return r.revision }

func (r *reader) ConfigRevision() user.Revision { return r.config }

func (r *reader) Account(ctx context.Context) (user.Account, error) {
	if err := r.Check(ctx); err != nil {
		return user.Account{}, err
	}
	if r.settings == nil {
		return user.Account{}, errMissing
	}
	a, err := r.settings.get()
	return a, r.Fail(ctx, err)
}

const selectUser = "SELECT " + userColumns + " FROM roster_users AS u WHERE u.account = $1 AND u.id = $2"

func (r *reader) User(ctx context.Context, id user.ID) (user.User, error) {
	return lookup(ctx, r, onlyUser, selectUser, r.account, int64(id))
}

func (r *reader) UserByKey(ctx context.Context, k user.Key) (user.User, error) {
	if err := r.Check(ctx); err != nil {
		return user.User{}, err
	}
	if k.Kind == 0 || int(k.Kind) >= user.NumKeyKinds || k.Value == "" {
		return user.User{}, errMissing
	}
	users, err := list(ctx, r, 2, onlyUser, "SELECT "+userColumns+" FROM "+keyTable(k.Kind)+` AS k
		JOIN roster_users AS u ON u.account = k.account AND u.id = k.user_id
		WHERE k.account = $1 AND k.kind = $2 AND k.value = $3 LIMIT $4`, r.account, k.Kind.String(), k.Value)
	switch {
	case err != nil:
		return user.User{}, err
	case len(users) == 0:
		return user.User{}, errMissing
	case len(users) > 1:
		return user.User{}, fmt.Errorf("pgstore: %w", storage.ErrAmbiguous)
	}
	return users[0], nil
}

func keyTable(k user.KeyKind) string {
	if k.Unique() {
		return "roster_unique_keys"
	}
	return "roster_shared_keys"
}

func (r *reader) Reference(ctx context.Context, k user.ReferenceKind, id int64) (user.Reference, error) {
	return lookup(ctx, r, scanReference, "SELECT "+referenceColumns+" FROM roster_refs WHERE account = $1 AND kind = $2 AND id = $3",
		r.account, k.String(), id)
}

func (r *reader) ReferenceByName(ctx context.Context, k user.ReferenceKind, name string) (user.Reference, error) {
	return lookup(ctx, r, scanReference, "SELECT "+referenceColumns+" FROM roster_refs WHERE account = $1 AND kind = $2 AND name = $3",
		r.account, k.String(), name)
}

func (r *reader) References(ctx context.Context, k user.ReferenceKind, after int64, limit int) ([]user.Reference, error) {
	return list(ctx, r, limit, scanReference,
		"SELECT "+referenceColumns+" FROM roster_refs WHERE account = $1 AND kind = $2 AND id > $3 ORDER BY id LIMIT $4",
		r.account, k.String(), after)
}

// signed returns a number as the engine can compare it: what is beyond its integers is beyond
// everything in a table too.
func signed[T ~uint64](n T) int64 { return int64(min(uint64(n), 1<<63-1)) }
