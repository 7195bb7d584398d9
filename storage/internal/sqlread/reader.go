package sqlread

import (
	"context"
	"errors"
	"fmt"
	"strings"

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

// Dialect returns the SQL of the engine.
func (r *Reader) Dialect() Dialect { return r.dialect }

// Revision implements storage.Reader.
func (r *Reader) Revision() user.Revision { return r.Row.Revision }

// ConfigRevision implements storage.Reader.
func (r *Reader) ConfigRevision() user.Revision { return r.Row.Config }

// Named puts the store's name before err.
func (r *Reader) Named(err error) error { return fmt.Errorf("%s: %w", r.dialect.store(), err) }

// CheckQuery returns nil if the transaction has not ended and the query q is valid. Errors: those
// of gate.Tx.Check; storage.ErrInvalid for a query that q.Check refuses. In an Update, each of
// these errors also prevents the commit.
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

// lookup runs sql, and returns its only row converted with item. Errors: storage.ErrNotFound if
// there is no row; storage.ErrClosed after the end of the transaction; the context's; the engine's;
// those of item.
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

// Page runs sql like All. It adds one argument at the end: the greatest number of rows, which is
// limit, or storage.MaxPage if limit is 0. Errors: storage.ErrInvalid for a limit that
// storage.PageLimit refuses; storage.ErrClosed after the end of the transaction; the context's;
// those of All.
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

// All runs sql and returns its rows, each converted with item, nil for none. It does not check
// whether the transaction has ended. Errors: those of the engine and of item.
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
	return lookup(ctx, r, ScanUser, SelectUser, r.account, int64(id))
}

// UserByKey implements storage.Reader. Errors: storage.ErrNotFound if no user has the key, the kind
// of the key does not exist or its value is ""; storage.ErrAmbiguous if several users have the key;
// storage.ErrClosed after the end of the transaction; the context's; the engine's.
func (r *Reader) UserByKey(ctx context.Context, k user.Key) (user.User, error) {
	if err := r.Check(ctx); err != nil {
		return user.User{}, err
	}
	if k.Kind == 0 || int(k.Kind) >= user.NumKeyKinds || k.Value == "" {
		return user.User{}, r.Missing()
	}
	var users []user.User
	err := r.engine.Ask(ctx, Question{Short: true, Row: collect(&users, ScanUser), SQL: "SELECT " + UserColumns + " FROM " + KeyTable(k.Kind) + " AS k" + r.dialect.join() +
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

// Secret implements storage.Reader. It returns the zero Secret without an error if the user has
// none. Errors: storage.ErrClosed after the end of the transaction; the context's; the engine's;
// for a stored secret that cannot be decoded.
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

// Accounts implements storage.Storage.Accounts for the SQL stores. It returns nil if there are
// none. Errors: storage.ErrInvalid if storage.CheckAccounts refuses state or limit; those of the
// engine e.
func Accounts(
	ctx context.Context, e Engine, d Dialect, state storage.Deleted, after user.AccountID, limit int,
) (ids []user.AccountID, err error) {
	most, err := storage.CheckAccounts(state, limit)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.store(), err)
	}
	sql := "SELECT id FROM roster_accounts AS a WHERE id > $1 AND revision > 0"
	switch state {
	case storage.NotDeleted:
		sql += " AND NOT " + isDeleted
	case storage.OnlyDeleted:
		sql += " AND " + isDeleted
	}
	err = e.Ask(ctx, Question{
		SQL: sql + " ORDER BY id LIMIT $2", Args: []any{string(after), int64(most)},
		Row: func(row Row) error {
			var id string
			err := row.Scan(&id)
			ids = append(ids, user.AccountID(id))
			return err
		},
	})
	return ids, err
}

// isDeleted is the condition that the account of row a is deleted. A deletion records a compaction
// up to the greatest position of its revision; a later write raises the revision.
const isDeleted = `EXISTS (SELECT 1 FROM roster_compactions AS c
	WHERE c.account = a.id AND c.revision = a.revision AND c.position = 2147483647)`

// UserColumns are the columns that ScanUser reads. The table or query must be named u.
const UserColumns = `u.id, u.version, u.login, u.display_name, u.email, u.phone, u.kind, u.api_user, u.roles, u.status,
	u.enabled, u.parent_accounting, u.created_at, u.updated_at, u.deleted_at, u.attributes`

// ScanUser converts a row to a user. The first columns of the row must be UserColumns.
func ScanUser(row Row) (user.User, error) { return record.ScanUser(row) }

// referenceColumns are the columns that record.ScanReference reads.
const referenceColumns = "kind, id, name, version, attributes"

func scanSecret(row Row) (user.Secret, error) {
	var b []byte
	if err := row.Scan(&b); err != nil {
		return user.Secret{}, err
	}
	return user.UnmarshalSecret(b)
}

// changeColumns are the columns that record.ScanChange reads.
const changeColumns = `revision, position, at, type, actor, user_id, reason, created, diff, reference_kind, reference_id,
	transfer, money, detail`

// scanChange reads storedColumns of roster_changes, or paymentColumns of a posting that stands for
// a change. They are changeColumns, and then the payer, the payee, the amount and the currency of
// such a posting.
const (
	storedColumns = changeColumns + `, CAST(NULL AS bigint) AS payer, CAST(NULL AS bigint) AS payee,
		CAST(NULL AS bigint) AS amount, CAST(NULL AS text) AS currency`
	paymentColumns = `revision, change_position, at, kind, actor, CAST(NULL AS bigint), reason, CAST(NULL AS jsonb),
		CAST(NULL AS jsonb), CAST(NULL AS text), CAST(NULL AS bigint), transfer, CAST(NULL AS json), CAST(NULL AS text),
		payer, payee, amount, currency`
)

// scanChange converts a row of storedColumns or paymentColumns to a change. Errors: those of
// record.ScanChange and storage.ChangeOf.
func scanChange(row Row) (storage.Change, error) {
	var payer, payee, amount *int64
	var currency *string
	c, err := record.ScanChange(row, &payer, &payee, &amount, &currency)
	if err != nil || amount == nil {
		return c, err
	}
	p := balance.Posting{From: balance.Holder(*payer), To: balance.Holder(*payee), Amount: balance.Units(*amount)}
	payment, err := storage.ChangeOf(balance.Transfer{
		ID: c.TransferID, At: c.At, Actor: c.Actor, Reason: c.Reason,
		Currency: balance.Currency(record.OrZero(currency)), Postings: []balance.Posting{p},
	})
	payment.ID = c.ID
	return payment, err
}

// headColumns are the columns that a record.Head reads, lineColumns those that a lineRow reads.
const (
	headColumns = "transfer, at, kind, actor, reason, key, currency, requested, requested_currency, strict, account_description, " +
		"user_description, users, details"
	lineColumns = "payer, payee, amount, payer_after, payee_after, login"
)

// of puts the name of a table before each of the columns.
func of(table, columns string) string {
	return table + "." + strings.ReplaceAll(columns, ", ", ", "+table+".")
}

// lineRow receives the columns of one posting. A transfer without postings has one row, whose
// amount is NULL.
type lineRow struct {
	balance.Posting
	amount *int64
}

func (l *lineRow) fields() []any {
	return []any{(*int64)(&l.From), (*int64)(&l.To), &l.amount, (*int64)(&l.FromAfter), (*int64)(&l.ToAfter), &l.Name}
}

func (l *lineRow) posting() balance.Posting {
	l.Amount = balance.Units(record.OrZero(l.amount))
	return l.Posting
}
