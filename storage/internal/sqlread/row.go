package sqlread

import (
	"strings"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/internal/record"
	"github.com/ca74b63c/roster/user"
)

// UserColumns are the columns that ScanUser reads. The table or query must be named u.
const UserColumns = `u.id, u.version, u.login, u.display_name, u.email, u.phone, u.kind, u.api_user, u.roles, u.status,
	u.enabled, u.parent_accounting, u.created_at, u.updated_at, u.deleted_at, u.attributes`

// ScanUser converts a row to a user. The first columns of the row must be UserColumns. The
// parameter more contains pointers for the columns that follow. Errors: those of the scan, and
// those of record.User.User.
func ScanUser(row Row, more ...any) (user.User, error) {
	var r record.User
	var created, updated, deleted *time.Time
	err := row.Scan(append([]any{
		&r.ID, &r.Version, &r.Login, &r.DisplayName, &r.Email, &r.Phone, &r.Kind, &r.APIUser, &r.Roles, &r.Status,
		&r.Enabled, &r.ParentAccounting, &created, &updated, &deleted, &r.Attributes,
	}, more...)...)
	if err != nil {
		return user.User{}, err
	}
	r.Created, r.Updated, r.Deleted = orZero(created), orZero(updated), orZero(deleted)
	return r.User()
}

func scanUser(row Row) (user.User, error) { return ScanUser(row) }

// referenceColumns are the columns that scanReference reads.
const referenceColumns = "kind, id, name, version, attributes"

func scanReference(row Row) (user.Reference, error) {
	var r record.Reference
	if err := row.Scan(&r.Kind, &r.ID, &r.Name, &r.Version, &r.Attributes); err != nil {
		return user.Reference{}, err
	}
	return r.Reference()
}

func scanSecret(row Row) (user.Secret, error) {
	var b []byte
	if err := row.Scan(&b); err != nil {
		return user.Secret{}, err
	}
	return user.UnmarshalSecret(b)
}

// changeColumns are the columns that scanChange reads.
const changeColumns = `revision, position, at, type, actor, user_id, reason, created, diff, reference_kind, reference_id,
	transfer, money, detail`

func scanChange(row Row) (storage.Change, error) { return readChange(row) }

// readChange converts a row to a change. The first columns of the row must be changeColumns.
// readChange scans the columns that follow into the pointers more. Errors: those of the scan, and
// those of record.Change.Change.
func readChange(row Row, more ...any) (storage.Change, error) {
	var r record.Change
	var at *time.Time
	var actor, about, reference, transfer *int64
	var reason, kind, detail *string
	err := row.Scan(append([]any{&r.Revision, &r.Position, &at, &r.Type, &actor, &about, &reason, &r.Created, &r.Diff, &kind,
		&reference, &transfer, &r.Money, &detail}, more...)...)
	if err != nil {
		return storage.Change{}, err
	}
	r.At, r.Actor, r.UserID, r.ReferenceID, r.Transfer = orZero(at), orZero(actor), orZero(about), orZero(reference), orZero(transfer)
	r.Reason, r.ReferenceKind, r.Detail = orZero(reason), orZero(kind), orZero(detail)
	return r.Change()
}

// headColumns are the columns that a headRow reads, lineColumns those that a lineRow reads.
const (
	headColumns = "transfer, at, kind, actor, reason, key, currency, requested, requested_currency, strict, account_description, " +
		"user_description, users, details"
	lineColumns = "payer, payee, amount, payer_after, payee_after, login"
)

// of puts the name of a table before each of the columns.
func of(table, columns string) string {
	return table + "." + strings.ReplaceAll(columns, ", ", ", "+table+".")
}

// headRow receives the columns that describe a transfer, apart from its postings. They are NULL in
// rows at positions other than 0.
type headRow struct {
	id                                         int64
	actor, requested                           *int64
	at                                         *time.Time
	kind, reason, key, currency, of            *string
	strict                                     *bool
	accountDescription, userDescription, users *string
	details                                    []byte
}

func (h *headRow) fields() []any {
	return []any{&h.id, &h.at, &h.kind, &h.actor, &h.reason, &h.key, &h.currency, &h.requested, &h.of, &h.strict,
		&h.accountDescription, &h.userDescription, &h.users, &h.details}
}

func (h *headRow) transfer() (balance.Transfer, error) {
	r := record.Transfer{
		ID: h.id, At: orZero(h.at), Kind: orZero(h.kind), Actor: orZero(h.actor), Reason: orZero(h.reason),
		Key: orZero(h.key), Currency: orZero(h.currency), Requested: orZero(h.requested), RequestedCurrency: orZero(h.of),
		Strict: orZero(h.strict), AccountDescription: orZero(h.accountDescription), UserDescription: orZero(h.userDescription),
		Users: orZero(h.users), Details: h.details,
	}
	return r.Transfer()
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
	l.Amount = balance.Units(orZero(l.amount))
	return l.Posting
}

// orZero returns the zero value for NULL.
func orZero[T any](v *T) T {
	if v == nil {
		var none T
		return none
	}
	return *v
}
