package sqlread

import (
	"context"
	"errors"
	"fmt"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/internal/gate"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/user"
)

// Reader implements storage.Reader for one account in one transaction. A store's own reader embeds
// it.
type Reader struct {
	gate.Tx
	engine  Engine
	dialect Dialect
	account string
	Row     Account // is set by the store
}

// Account has the columns of an account's row.
type Account struct {
	Revision, Config user.Revision
	Units            balance.Units // of the account itself
}

// Open sets the engine, the dialect and the account that the Reader reads.
func (r *Reader) Open(e Engine, d Dialect, account string) {
	r.engine, r.dialect, r.account = e, d, account
}

// SetAccount sets what was read from the account's row.
func (r *Reader) SetAccount(a Account) { r.Row = a }

// Dialect returns the SQL of the engine.
func (r *Reader) Dialect() Dialect { return r.dialect }

// Revision implements storage.Reader.
func (r *Reader) Revision() user.Revision { return r.Row.Revision }

// ConfigRevision implements storage.Reader.
func (r *Reader) ConfigRevision() user.Revision { return r.Row.Config }

// Named puts the store's name before err.
func (r *Reader) Named(err error) error { return fmt.Errorf("%s: %w", r.dialect.store(), err) }

// CheckQuery returns nil if a method of the transaction may run and the query q is valid.
//
// Errors: storage.ErrClosed after the end of the transaction; the context's; in an Update, the
// first error of an earlier method; storage.ErrInvalid for a query that q.Check refuses. In an
// Update each of these errors also prevents the commit.
func (r *Reader) CheckQuery(ctx context.Context, q *storage.Query) error {
	if err := r.Check(ctx); err != nil {
		return err
	}
	if err := q.Check(); err != nil {
		return r.Fail(ctx, r.Named(err))
	}
	return nil
}

// Missing returns storage.ErrNotFound, with the store's name before it.
func (r *Reader) Missing() error { return r.Named(storage.ErrNotFound) }

// lookup runs the SQL statement sql, which returns at most one row, and returns the row converted
// with item. Errors: storage.ErrNotFound if there is no row; storage.ErrClosed after the end of the
// transaction; the context's; those of the engine and of item.
func lookup[T any](ctx context.Context, r *Reader, item func(Row) (T, error), sql string, args ...any) (T, error) {
	var found, none T
	if err := r.Check(ctx); err != nil {
		return none, err
	}
	missing := true
	err := r.engine.Ask(ctx, Question{SQL: sql, Args: args, Short: true, Row: func(row Row) (err error) {
		missing = false
		found, err = item(row)
		return err
	}})
	if err == nil && missing {
		err = r.Missing()
	}
	if err != nil {
		return none, r.Fail(ctx, err)
	}
	return found, nil
}

// Page runs the SQL statement sql and returns its rows, each converted with item. The last argument
// of the statement is the greatest number of rows: Page appends limit to args, or storage.MaxPage
// if limit is 0. Errors: storage.ErrInvalid for a limit that storage.PageLimit refuses;
// storage.ErrClosed after the end of the transaction; the context's; those of the engine and of
// item.
func Page[T any](ctx context.Context, r *Reader, limit int, item func(Row) (T, error), sql string, args ...any) ([]T, error) {
	if err := r.Check(ctx); err != nil {
		return nil, err
	}
	most, err := storage.PageLimit(limit)
	if err != nil {
		return nil, r.Fail(ctx, r.Named(err))
	}
	return All(ctx, r, item, sql, append(args, int64(most))...)
}

// All runs the SQL statement sql, converts each row with item, and returns the results in the order
// of the rows. It returns nil for no rows. It does not check first whether the transaction has
// ended. Errors: those of the engine and of item.
func All[T any](ctx context.Context, r *Reader, item func(Row) (T, error), sql string, args ...any) ([]T, error) {
	var items []T
	err := r.engine.Ask(ctx, Question{SQL: sql, Args: args, Row: collect(&items, item)})
	if err != nil {
		return nil, r.Fail(ctx, err)
	}
	return items, nil
}

// collect returns a function that converts a row and appends the result to items.
func collect[T any](items *[]T, item func(Row) (T, error)) func(Row) error {
	return func(row Row) error {
		t, err := item(row)
		*items = append(*items, t)
		return err
	}
}

// SelectUser selects one user. Its arguments are the account and the user's id.
const SelectUser = "SELECT " + UserColumns + " FROM roster_users AS u WHERE u.account = $1 AND u.id = $2"

// User implements storage.Reader.
func (r *Reader) User(ctx context.Context, id user.ID) (user.User, error) {
	return lookup(ctx, r, scanUser, SelectUser, r.account, int64(id))
}

// UserByKey implements storage.Reader. It returns the user that claims the key k. Errors:
// storage.ErrNotFound if no user claims the key, if the kind of k does not exist, or if its value
// is ""; storage.ErrAmbiguous if several users claim the key; storage.ErrClosed after the end of
// the transaction; the context's; the engine's.
func (r *Reader) UserByKey(ctx context.Context, k user.Key) (user.User, error) {
	if err := r.Check(ctx); err != nil {
		return user.User{}, err
	}
	if k.Kind == 0 || int(k.Kind) >= user.NumKeyKinds || k.Value == "" {
		return user.User{}, r.Missing()
	}
	var users []user.User
	err := r.engine.Ask(ctx, Question{Short: true, Row: collect(&users, scanUser), SQL: "SELECT " + UserColumns + " FROM " + KeyTable(k.Kind) + " AS k" + r.dialect.join() +
		`roster_users AS u ON u.account = k.account AND u.id = k.user_id
		WHERE k.account = $1 AND k.kind = $2 AND k.value = $3 LIMIT 2`, Args: []any{r.account, k.Kind.String(), k.Value}})
	switch {
	case err != nil:
		return user.User{}, r.Fail(ctx, err)
	case len(users) == 0:
		return user.User{}, r.Missing()
	case len(users) > 1:
		return user.User{}, r.Named(storage.ErrAmbiguous)
	}
	return users[0], nil
}

// KeyTable returns the name of the table that holds keys of kind k.
func KeyTable(k user.KeyKind) string {
	if k.Unique() {
		return "roster_unique_keys"
	}
	return "roster_shared_keys"
}

// Secret implements storage.Reader. It returns the zero Secret and no error if the user has no
// password or does not exist. Errors: storage.ErrClosed after the end of the transaction; the
// context's; the engine's; for a stored secret that cannot be decoded.
func (r *Reader) Secret(ctx context.Context, id user.ID) (user.Secret, error) {
	s, err := lookup(ctx, r, scanSecret, "SELECT secret FROM roster_secrets WHERE account = $1 AND user_id = $2", r.account, int64(id))
	if errors.Is(err, storage.ErrNotFound) {
		return user.Secret{}, nil
	}
	return s, err
}

const selectReference = "SELECT " + referenceColumns + " FROM roster_refs WHERE account = $1 AND kind = $2 "

// Reference implements storage.Reader.
func (r *Reader) Reference(ctx context.Context, k user.ReferenceKind, id int64) (user.Reference, error) {
	return lookup(ctx, r, record.ScanReference, selectReference+"AND id = $3", r.account, k.String(), id)
}

// ReferenceByName implements storage.Reader.
func (r *Reader) ReferenceByName(ctx context.Context, k user.ReferenceKind, name string) (user.Reference, error) {
	return lookup(ctx, r, record.ScanReference, selectReference+"AND name = $3", r.account, k.String(), name)
}

// References implements storage.Reader.
func (r *Reader) References(ctx context.Context, k user.ReferenceKind, after int64, limit int) ([]user.Reference, error) {
	return Page(ctx, r, limit, record.ScanReference, selectReference+"AND id > $3 ORDER BY id LIMIT $4", r.account, k.String(), after)
}
